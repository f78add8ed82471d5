"""Files that others wrote, read to the same pixels; files by hand; damage, and what it may cost."""

import io
import itertools
import random
import shutil
import subprocess
import time
import tracemalloc

import mutate
import numpy as np
import pytest
from conftest import long_run
from jpeg_files import AC, CHANNELS, DC, EOI, SOI, STEPS, by_pillow, frame, noise, scan, segment, tiny, written
from PIL import Image

from imgcomp_lib.core import limits
from imgcomp_lib.core.bits import CorruptStream, Unsupported
from imgcomp_lib.formats.jpeg import Jpeg, encoder, to_pixels
from imgcomp_lib.formats.jpeg.decoder import decode
from imgcomp_lib.formats.jpeg.frame import COLOURS, Component, Frame, extent
from imgcomp_lib.formats.jpeg.scans import Scan
from imgcomp_lib.measure import images

SIDES = (1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33)


# Files that others wrote ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", CHANNELS)
@pytest.mark.parametrize("code", [0, 1, 2])
@pytest.mark.parametrize("progressive", [False, True])
def test_files_of_pillow_are_read_equal(mode, code, progressive):
    for number, (height, width) in enumerate(itertools.product(SIDES, repeat=2)):
        options = {"quality": (10, 50, 75, 95, 100)[number % 5], "restart_marker_blocks": number % 4}
        options |= {"subsampling": code, "progressive": progressive, "optimize": number % 2}
        data = written(height, width, mode, number, **options)
        assert np.array_equal(to_pixels.to_samples(decode(data)), by_pillow(data)), (height, width, options)
        with Image.open(io.BytesIO(data)) as picture:
            wanted = np.asarray(picture if mode == "L" else picture.convert("RGB"))
        assert np.array_equal(Jpeg().decode(data), wanted)


@pytest.mark.parametrize("quality", [1, 25, 75, 100])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1, "subsampling": 0}])
def test_photographs_of_pillow_are_read_equal(quality, options):
    out = io.BytesIO()
    Image.fromarray(images.photo("cat")[:131, :203]).save(out, "JPEG", quality=quality, **options)
    assert np.array_equal(Jpeg().decode(out.getvalue()), by_pillow(out.getvalue()))


@pytest.mark.parametrize(("subsampling", "space"), [
    ("444", "RGB"), ("444", "YCBCR"), ("422", "YCBCR"), ("420", "YCBCR"), ("440", "YCBCR"),
    ("411", "YCBCR")])  # fmt: skip
def test_files_of_imagecodecs_are_read_equal(subsampling, space):
    """It can leave RGB as it is; then Adobe's segment says so."""
    imagecodecs = pytest.importorskip("imagecodecs")
    for height, width in itertools.product(SIDES, repeat=2):
        image = np.asarray(noise(height, width, seed=height * width))
        data = imagecodecs.jpeg8_encode(image, level=90, subsampling=subsampling, colorspace="RGB", outcolorspace=space)
        assert decode(data).colour == space.lower()
        assert np.array_equal(Jpeg().decode(data), imagecodecs.jpeg8_decode(data, outcolorspace="RGB"))


def test_vips_progressive_scans_are_read_equal():
    """MozJPEG, in libvips, chooses other scans than libjpeg, and quantises by its own tables."""
    pyvips = pytest.importorskip("pyvips")
    photo = np.ascontiguousarray(images.photo("cat")[:150, :201])
    options = {"trellis_quant": True, "optimize_scans": True, "interlace": True, "optimize_coding": True}
    for quality, space in itertools.product((30, 80), ("on", "off")):
        data = pyvips.Image.new_from_array(photo).jpegsave_buffer(Q=quality, subsample_mode=space, **options)
        assert np.array_equal(Jpeg().decode(data), by_pillow(data))


def made(colour, factors, height, width, seed):
    """Return a frame of random levels; factors are (down, across) of each component."""
    rng, most = np.random.default_rng(seed), tuple(map(max, zip(*factors, strict=True)))
    parts = []
    for number, pair in enumerate(factors, 1):
        levels = np.zeros((*extent(height, width, pair, most).stored, 64), np.int16)
        levels[:, :, :8] = rng.integers(-20, 21, levels[:, :, :8].shape) * [3, 1, 1, 1, 1, 1, 1, 1]
        levels[:, :, 63] = rng.random(levels.shape[:2]) < 0.2
        parts.append(Component(number, pair[1], pair[0], np.full(64, rng.integers(1, 12)), levels))
    return Frame(height, width, tuple(parts), colour)


def some_frames(count):
    """Yield frames of every colour and of sampling factors that divide, of any size up to 69."""
    rng = random.Random(1)
    while count:
        colour = rng.choice(list(COLOURS))
        factors = [(rng.choice((1, 1, 2, 2, 3, 4)), rng.choice((1, 1, 2, 2, 3, 4))) for _ in range(COLOURS[colour])]
        down, across = map(max, zip(*factors, strict=True))
        if not any(down % high or across % wide for high, wide in factors):
            yield made(colour, factors, rng.randrange(1, 70), rng.randrange(1, 70), count)
            count -= 1


def same(found, whole):
    """Say whether levels agree in all blocks that hold samples, and everything else too."""
    most = max(part.down for part in whole.components), max(part.across for part in whole.components)
    for one, other in zip(found.components, whole.components, strict=True):
        rows, columns = extent(whole.height, whole.width, (one.down, one.across), most).blocks
        if not np.array_equal(one.levels[:rows, :columns], other.levels[:rows, :columns]):
            return False
        if one[:3] != other[:3] or not np.array_equal(one.steps, other.steps):
            return False
    return found[:2] + found[3:] == whole[:2] + whole[3:]


@long_run
def test_all_colours_and_sampling_factors_are_read_as_libjpeg_reads_them():
    for number, whole in enumerate(some_frames(250)):
        data = encoder.encode(whole, interval=number % 3)
        found = decode(data)
        assert same(found, whole)
        assert np.array_equal(to_pixels.to_samples(found), by_pillow(data)), whole[:2]


@long_run
def test_without_a_slope_pixels_are_those_of_djpeg():
    """libjpeg-turbo's own program, islow and no smoothing; Debian has it in libjpeg-turbo-progs."""
    djpeg = shutil.which("djpeg")
    if not djpeg:
        pytest.skip("no djpeg here")
    for whole in some_frames(120):
        if len(whole.components) < 4:
            data = encoder.encode(whole)
            command = [djpeg, "-dct", "int", "-nosmooth", "-pnm"]
            theirs = subprocess.run(command, input=data, capture_output=True, check=True).stdout
            wanted = np.atleast_3d(np.asarray(Image.open(io.BytesIO(theirs))))
            assert np.array_equal(to_pixels.to_samples(whole, "repeat"), wanted), whole[:2]


def script(rng, components):
    """Return random progressive scans that say everything: bands cut anywhere, one bit after another."""
    scans = [Scan((i,), 0, 0, 0, low) for i, low in enumerate(rng.choices(range(3), k=components))]
    scans += [Scan(s.components, 0, 0, left + 1, left) for s in scans for left in reversed(range(s.low))]
    for i in range(components):
        cuts = sorted({1, 64, *(rng.randrange(2, 64) for _ in range(rng.randrange(4)))})
        for first, end in itertools.pairwise(cuts):
            low = rng.randrange(4)
            scans.append(Scan((i,), first, end - 1, 0, low))
            scans += [Scan((i,), first, end - 1, left + 1, left) for left in reversed(range(low))]
    return scans


def test_progressive_scans_of_any_script_are_read_equal():
    rng = random.Random(5)
    for whole in some_frames(60):
        data = encoder.encode(whole, script(rng, len(whole.components)), interval=rng.choice((0, 1, 5)))
        assert same(decode(data), whole)


# Files by hand -------------------------------------------------------------------------------------------------------


def levels(data, **knobs):
    return decode(data, **knobs).components[0].levels.reshape(-1, 64)


def test_a_tiny_file_by_hand():
    """Eight by eight pixels of grey 138.

    The DC codeword 0 says that 3 bits follow; these, 101, are 5.  The AC codeword 0 ends the block.  Three ones fill up
    the byte: 01010 111 is 57.  The step is 16, so the first coefficient is 80, eight times what the mean is above 128.
    """
    assert tiny()[-3:] == bytes.fromhex("57FFD9")
    assert (Jpeg().decode(tiny()) == np.full((8, 8), 138, np.uint8)).all() and len(tiny()) == 142
    assert levels(tiny()).tolist() == [[5, *[0] * 63]]


def test_levels_by_hand():
    """Two blocks.  After 16 zeros and one more comes -1, bit 0, then 1; the second mean is less by 2, bits 01."""
    bits = "0 101   110 1110 0   10 1   0" + "110 01   0"
    first = [5, *[0] * 17, -1, 1, *[0] * 44]
    assert levels(tiny(bits, width=16)).tolist() == [first, [3, *[0] * 63]]


def test_a_block_that_is_full_has_no_end():
    bits = "10" + "10 1" * 63
    assert levels(tiny(bits)).tolist() == [[0, *[1] * 63]]


PROGRESSIVE = [SOI, segment(0xDB, STEPS), frame(marker=0xC2), segment(0xC4, DC, AC)]


def test_a_progressive_file_by_hand():
    """The mean is 5: first 10, two bits of value 2, and then the bit 1.

    Levels 1 and 2 are -3 and 1.  Of the first, all but the last bit says -1; the second is still 0.  The last scan says
    that after no zeros a level of one bit comes, positive; on the way to it stands -1, whose next bit is 1: it becomes
    -3.  Then the band ends.
    """
    scans = [
        scan("110 10", Se=0, approximation=0x01),
        scan("1", Se=0, approximation=0x10),
        scan("10 0   0", Ss=1, Se=5, approximation=0x01),
        scan("10 1 1   0", Ss=1, Se=5, approximation=0x10),
        scan("0", Ss=6),
    ]
    steps = [[4], [5], [5, -2], [5, -3, 1], [5, -3, 1]]
    for count, wanted in enumerate(steps, 1):
        found = levels(b"".join([*PROGRESSIVE, *scans[:count], EOI]))[0]
        assert found.tolist() == wanted + [0] * (64 - len(wanted))


def test_runs_of_ended_blocks_by_hand():
    """EOB1 and a bit ends 2 or 3 blocks; a refining scan brings their bits all the same."""
    codes = bytes([0x10, 1, 1, 1, *[0] * 13, 0x00, 0x01, 0x10])
    parts = [SOI, segment(0xDB, STEPS), frame(8, 32, marker=0xC2), segment(0xC4, DC, codes), scan("10" * 4, Se=0)]
    parts += [scan("10 1 0   110 1", Ss=1, approximation=0x01), scan("110 1 1   0", Ss=1, approximation=0x10), EOI]
    found = levels(b"".join(parts))
    assert found[:, 1].tolist() == [3, 0, 0, 0] and not found[:, 2:].any()


# What is tolerated ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("progressive", [False, True])
def test_what_stands_behind_the_last_bit_changes_nothing(progressive):
    """No end marker, or more after it: phones append films and second pictures."""
    data = written(20, 30, progressive=progressive)
    wanted = Jpeg().decode(data)
    for end in (
        b"",
        b"\xff",
        EOI,
        EOI + b"rubbish" * 9,
        EOI + data,
        b"\xff\xff\xff" + EOI,
        b"\xff\xc0",
        bytes(9) + EOI,
    ):
        assert np.array_equal(Jpeg().decode(data[:-2] + end), wanted)


def test_a_progressive_file_may_leave_bits_out_but_not_its_end_marker():
    data = b"".join([*PROGRESSIVE, scan("110 10", Se=0, approximation=0x01)])
    assert levels(data + EOI)[0, 0] == 4
    with pytest.raises(CorruptStream, match="ends before its end marker"):
        decode(data)
    assert levels(data, partial=True)[0, 0] == 4


@pytest.mark.parametrize("numbers", [(82, 71, 66), (1, 2, 3), (0, 1, 2)])
def test_colours_without_a_word_are_told_by_the_names_of_components(numbers):
    """As libjpeg tells them: R, G and B are what they say, others Y, Cb and Cr."""
    head = [SOI, segment(0xDB, STEPS), frame(components=[(n, 0x11, 0) for n in numbers]), segment(0xC4, DC, AC)]
    data = b"".join([*head, scan("0 101 0" * 3, numbers), EOI])
    assert decode(data).colour == ("rgb" if numbers == (82, 71, 66) else "ycbcr")
    assert np.array_equal(Jpeg().decode(data), by_pillow(data))


@pytest.mark.parametrize("jfif", [b"", segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")])
@pytest.mark.parametrize("transform", [None, 0, 1, 2, 9])
@pytest.mark.parametrize("count", [1, 3, 4])
def test_colours_by_jfif_and_adobe(jfif, transform, count):
    adobe = b"" if transform is None else segment(0xEE, b"Adobe\0\x64\0\0\0\0", [transform])
    head = [SOI, jfif, adobe, segment(0xDB, STEPS), frame(components=[(n, 0x11, 0) for n in range(count)])]
    data = b"".join([*head, segment(0xC4, DC, AC), scan("0 101 0" + "0 100 0" * (count - 1), range(count)), EOI])
    assert np.array_equal(to_pixels.to_samples(decode(data)), by_pillow(data))


# Damage --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("bits", "words"), [
    ("", "the bits end, after 0 of 1 MCUs"), ("0 000 10", "the bits end"),
    ("0 101 110 110 110 110 0", "a run goes beyond"),
    ("0 101 110 110 110" + "1110 0" * 8, "a run goes beyond"),
    ("0 101 0 111 0000 0001", "bytes are left over"), ("1110", "no codeword begins")])  # fmt: skip
def test_bits_that_are_wrong_are_told(bits, words):
    with pytest.raises(CorruptStream, match=words):
        decode(tiny(bits))


def with_codes(dc, ac, bits, **knobs):
    """Return a file whose DC and AC codes have the words 0, 10, 110 and so on for these symbols."""
    codes = [[kind, *[1] * len(values), *[0] * (16 - len(values)), *values] for kind, values in ((0, dc), (16, ac))]
    head = [SOI, segment(0xDB, STEPS), frame(**knobs), segment(0xC4, *codes)]
    return b"".join([*head, scan(bits), EOI])


@pytest.mark.parametrize(("dc", "ac", "bits", "words"), [
    ([0], [0], "1", "no codeword"), ([0], [0], "0 1", "no codeword"), ([16], [0], "0" * 30, "too large"),
    ([0], [0x50], "0 0", "too large"), ([0], [0xF1], "0" + "0 1" * 8, "a run goes beyond"),
    ([0], [0xF0], "0" * 16, "a run goes beyond"), ([15], [0], "0" + "1" * 15 + "0", None),
    ([15], [0], "0" + "1" * 15 + "0" + "0" + "1" * 15 + "0", "too large")])  # fmt: skip
def test_symbols_that_are_wrong_are_told(dc, ac, bits, words):
    data = with_codes(dc, ac, bits, width=8 if words is None else 16)
    if words is None:
        assert levels(data)[0, 0] == 32767
        return
    with pytest.raises(CorruptStream, match=words):
        decode(data)


@pytest.mark.parametrize(("scans", "words"), [
    ([scan("10", Se=0, approximation=0x10)], "scan of coefficients 0 to 0 refines from bit 1, but bit -1"),
    ([scan("10", Se=0)] * 2, "is the first, but bit 0"),
    ([scan("10", Se=0, approximation=2), scan("1", Se=0, approximation=0x10)], "refines from bit 1, but bit 2"),
    ([scan("0", Ss=1)], "AC coefficients before any of DC"),
    ([scan("10", Se=0), scan("0", Ss=1, approximation=0x21)], "refines from bit 2, but bit -1"),
    ([scan("10", Se=0), scan("0", Ss=2), scan("0", Ss=1)], "is the first, but bit 0"),
    ([scan("10", Se=0), scan("0", Ss=1, Se=64)], "1 64 0 0"), ([scan("10", Se=0), scan("0", Ss=5, Se=4)], "5 4 0 0"),
    ([scan("10", Se=1)], "0 1 0 0"), ([scan("10", Se=0, approximation=14)], "0 0 0 14"),
    ([scan("10", Se=0, approximation=0x20)], "0 0 2 0"),
    ([scan("10", Se=0), scan("110 110 110 110", Ss=1)], "a run goes beyond"),
    ([scan("10", Se=0), scan("10 1 10 1  10 1 10 1 10 1", Ss=1, Se=2)], "bytes are left over"),
    ([scan("10", Se=0), scan("0", Ss=1, approximation=1), scan("110" * 4, Ss=1, approximation=0x10)],
     "a run goes beyond")])  # fmt: skip
def test_progressive_scans_that_are_wrong_are_told(scans, words):
    with pytest.raises(CorruptStream, match=words):
        decode(b"".join([*PROGRESSIVE, *scans, EOI]))


def test_a_refining_scan_that_brings_two_bits_is_told():
    codes = bytes([0x10, 1, 1, *[0] * 14, 0x00, 0x02])
    parts = [
        scan("10", Se=0),
        scan("0", Ss=1, approximation=1),
        segment(0xC4, codes),
        scan("10 11", Ss=1, approximation=0x10),
    ]
    with pytest.raises(CorruptStream, match="more than one bit"):
        decode(b"".join([*PROGRESSIVE, *parts, EOI]))


def test_runs_beyond_the_interval_and_levels_beyond_16_bits_are_told():
    codes = bytes([0x10, 1, 1, *[0] * 14, 0x10, 0x0F])
    head = [*PROGRESSIVE[:3], segment(0xC4, DC, codes)]
    for bits, low in (("0 1", 0), ("10" + "1" * 15, 1)):
        with pytest.raises(CorruptStream, match="beyond the block or the interval" if bits[0] == "0" else "too large"):
            decode(b"".join([*head, scan("10", Se=0), scan(bits, Ss=1, approximation=low), EOI]))
    refining = scan("10", Se=0), scan("10" + "0" * 15, Ss=1), scan("0 1", Ss=1, approximation=0x10)
    with pytest.raises(CorruptStream):
        decode(b"".join([*head, *refining, EOI]))


def test_restarts_out_of_step_are_told():
    data = written(16, 64, "L", restart_marker_blocks=1)
    assert data.count(b"\xff\xd0") == 2
    for wrong in (data.replace(b"\xff\xd1", b"\xff\xd2", 1), data.replace(b"\xff\xd1", b"", 1),
                  data.replace(b"\xff\xd0", b"\xff\xd0\xff\xd0", 1), data[:-2] + b"\xff\xd7" + EOI):  # fmt: skip
        with pytest.raises(CorruptStream):
            decode(wrong)


# What has arrived ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"restart_marker_blocks": 2}, {"progressive": True}])
@pytest.mark.parametrize("mode", CHANNELS)
def test_of_a_cut_file_the_rows_that_arrived(options, mode):
    data = written(50, 24, mode, quality=40, **options)
    whole, heights = decode(data), set()
    for size in [*range(0, len(data) - 2, 1 if mode == "L" else 5), len(data) - 3]:
        with pytest.raises(CorruptStream):
            decode(data[:size])
        try:
            found = decode(data[:size], partial=True)
        except CorruptStream:
            assert not heights, "rows that had arrived are lost"
            continue
        heights.add(found.height)
        assert found.height == max(heights) and found.width == 24
        assert to_pixels.to_image(found).shape[:2] == (found.height, 24)
        for part, wanted in zip(found.components, whole.components, strict=True):
            assert options.get("progressive") or np.array_equal(part.levels, wanted.levels[: len(part.levels)])
    side = 16 if mode == "RGB" else 8
    assert heights == {*range(side, 50, side)} | ({50} if "progressive" in options else set())
    assert same(decode(data, partial=True), whole)


def test_components_that_never_came_are_neutral():
    """Scans one after another: with the first alone a picture is grey."""
    whole = made("ycbcr", [(1, 1)] * 3, 30, 20, 0)
    data = encoder.encode(whole, [Scan((i,)) for i in range(3)])
    end = data.index(b"\xff\xda", data.index(b"\xff\xda") + 2)
    found = decode(data[:end], partial=True)
    assert found.height == 30 and np.array_equal(found.components[0].levels, whole.components[0].levels)
    image = to_pixels.to_image(found)
    assert (image == image[:, :, :1]).all()
    with pytest.raises(CorruptStream):
        decode(data[:end])


def test_rows_of_a_component_alone_are_those_of_whole_mcus():
    """Luma of 4:2:0 by itself, cut: an MCU is two rows of its blocks."""
    whole = made("ycbcr", [(2, 2), (1, 1), (1, 1)], 41, 16, 0)
    data = encoder.encode(whole, [Scan((i,)) for i in range(3)])
    heights = set()
    for size in range(data.index(b"\xff\xda"), len(data), 3):
        try:
            heights.add(decode(data[:size], partial=True).height)
        except CorruptStream:
            continue
    assert heights == {16, 32, 41}


# What damage may cost ------------------------------------------------------------------------------------------------


def outcome(data, **knobs):
    """Return a frame's size, or an error."""
    try:
        return decode(data, **knobs)[:2]
    except (CorruptStream, Unsupported) as error:
        return error


def legal_scans():
    """Return a picture of 262144 blocks and all the scans that it may have: each says nothing, in 30 bytes."""
    codes = segment(0xC4, DC, bytes([0x10, 1, 1, *[0] * 14, 0x00, 0xE0]))
    dc = segment(0xDA, [1, 1, 0, 0, 0, 0]) + bytes([0b10101010]) * 65536
    nothing = ("10" + "1" * 14) * 8 + "0" * 8  # 8 times 32767 blocks, and 8
    bands = [scan(nothing, Ss=k, Se=k, approximation=13) for k in range(1, 64)]
    bands += [
        scan(nothing, Ss=k, Se=k, approximation=low + 1 << 4 | low) for low in range(12, -1, -1) for k in range(1, 64)
    ]
    return [*HEAD, frame(4096, 4096, marker=0xC2), codes, dc, *bands]


HEAD = [SOI, segment(0xDB, STEPS)]
GREY = [*HEAD, frame(), segment(0xC4, DC, AC)]
RESTARTS = b"".join(bytes([0xFF, 0xD0 + i]) for i in range(8))
BOMBS = {
    "ten thousand scans": [*PROGRESSIVE, scan("10", Se=0), *[scan("0", Ss=1)] * 10_000],
    "all scans that may be": legal_scans(),
    "a picture of nothing": [*HEAD, frame(8000, 8000), segment(0xC4, DC, AC), scan("10 0")],
    "restarts without end": [*GREY, scan("10 0"), b"\xff\xd0" * 1_000_000, EOI],
    "restarts in turn": [*GREY, segment(0xDD, [0, 1]), scan("10 0"), RESTARTS * 100_000, EOI],
    "fill bytes": [SOI, b"\xff" * 5_000_000],
    "fill bytes in the bits": [tiny()[:-2], b"\xff" * 5_000_000],
    "fill bytes before zeros": [tiny()[:-2], b"\xff" * 1_000_000, b"\0", b"\xff" * 1_000_000],
    "stuffing": [tiny()[:-2], b"\xff\0" * 2_000_000],
    "tables": [SOI, segment(0xC4, DC, AC) * 20_000],
    "segments of nothing": [SOI, b"\xff\xe1\0\2" * 200_000],
    "zeros": [*GREY, scan("10 0"), bytes(5_000_000), EOI],
}
"""Files that could take long."""


@long_run
@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize("name", BOMBS)
def test_bombs_take_seconds_at_most(name, partial):
    for progressive in (False, True):  # compiles
        decode(written(8, 8, progressive=progressive))
    data, start = b"".join(BOMBS[name]), time.process_time()
    found = outcome(data, partial=partial)
    assert time.process_time() - start < 10
    wanted = {
        "all scans that may be": "far more blocks",
        "ten thousand scans": (8, 8),
        "a picture of nothing": "each block",
    }
    wanted = wanted.get(name) if not partial else None
    assert wanted is None or wanted == found or wanted in str(found)


@long_run
@pytest.mark.parametrize("name", ["a picture of nothing", "restarts in turn", "stuffing", "all scans that may be"])
def test_bombs_take_little_memory(name):
    data = b"".join(BOMBS[name])
    tracemalloc.start()
    outcome(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 * len(data) + (40 << 20)


@long_run
@pytest.mark.parametrize("partial", [False, True])
def test_damaged_files_give_a_picture_or_an_error(partial):
    """`mutate` does so with each whole file; here the rows that arrived are asked for too."""
    files = [data for _, data in mutate.jpegs()]
    counts = {"picture": 0, "CorruptStream": 0, "Unsupported": 0}
    for number in range(6000):
        rng = random.Random(number)
        data = mutate.mutate(files[number % len(files)], rng)
        data = mutate.with_segments_moved(data, rng) if rng.random() < 0.5 else data
        try:
            to_pixels.to_image(decode(data, partial=partial))
            counts["picture"] += 1
        except (CorruptStream, Unsupported) as error:
            counts[type(error).__name__] += 1
    assert counts["picture"] > 400 and counts["CorruptStream"] > 2000 and counts["Unsupported"] > 2


def test_the_largest_picture_is_bounded():
    """Two bytes of levels for each sample, and a byte each for planes and pixels, stay below a gigabyte."""
    for height, width in ((65535, 65535), (8193, 8192)):
        components = [(i, 0x11, 0) for i in (1, 2, 3)]
        with pytest.raises(Unsupported, match="limit"):
            decode(tiny(height=height, width=width, components=components), partial=True)
    with limits.at_most(63), pytest.raises(Unsupported, match="limit"):
        decode(tiny())
    with limits.at_most(64):
        decode(tiny())
