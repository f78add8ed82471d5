"""The bytes of JPEG files: segments and bits by hand, and Pillow's and imagecodecs' word on whole files."""

import io
import re

import imagecodecs
import numpy as np
import pytest
from conftest import pattern
from PIL import Image

from imgcomp_lib.formats.jpeg import encoder, pixels, scans
from imgcomp_lib.formats.jpeg.frame import Component, Frame
from imgcomp_lib.measure import images
from imgcomp_lib.transforms import dct
from imgcomp_lib.transforms.sampling import SCHEMES

STEPS = np.arange(1, 65)


def grey(levels, height=8, width=8, **options):
    """Return a grey frame of one component of such levels."""
    levels = np.asarray(levels, np.int16)
    return Frame(height, width, (Component(1, 1, 1, STEPS, levels),), "grey", **options)


def one_block(**levels):
    """Return a frame of one block: one_block(k0=3, k63=-1)."""
    found = np.zeros((1, 1, 64), np.int16)
    for name, level in levels.items():
        found[0, 0, int(name[1:])] = level
    return grey(found)


def parts(data):
    """Return the markers of a file with their bodies, a scan's bits behind its body."""
    found, at = [], 2
    assert data[:2] == b"\xff\xd8" and data[-2:] == b"\xff\xd9"
    while at < len(data) - 2:
        assert data[at] == 0xFF
        marker, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        found.append((marker, data[at + 4 : at + 2 + size]))
        at += 2 + size
        if marker == 0xDA:
            begin, at = at, re.compile(rb"\xff[^\0\xd0-\xd7]").search(data, at).start()
            found.append(("bits", data[begin:at]))
    return found


def bits_of(frame, **options):
    return dict(parts(encoder.encode(frame, **options)))["bits"]


def decoded(data):
    """Return the planes of a file as Pillow and imagecodecs both have them."""
    theirs = np.asarray(Image.open(io.BytesIO(data)))
    assert np.array_equal(imagecodecs.jpeg8_decode(data), theirs)
    return theirs


def test_every_segment_of_a_file_by_hand():
    found = parts(encoder.encode(one_block(k0=-3), optimised=False))
    assert [marker for marker, _ in found] == [0xE0, 0xDB, 0xC0, 0xC4, 0xDA, "bits"]
    body = dict(found)
    assert body[0xE0] == b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    assert body[0xDB] == bytes([0, *range(1, 65)])
    assert body[0xC0] == bytes.fromhex("08 0008 0008 01 011100")
    assert body[0xC4][:1] == b"\0" and body[0xC4][29:30] == b"\x10" and len(body[0xC4]) == 29 + 179
    assert body[0xDA] == bytes.fromhex("01 0100 003F00")
    assert body["bits"] == bytes([0b01100_101, 0b0_1111111])  # size 2: 011, -3: 00, no more: 1010, ones


@pytest.mark.parametrize(
    "levels, bits",
    [({}, "00 1010"), ({"k0": 1}, "010 1 1010"), ({"k0": -1024}, "111111110 01111111111 1010"),
     ({"k1": 1}, "00 00 1 1010"), ({"k63": -1}, "00 11111111001 11111111001 11111111001 1111111111101011 0"),
     ({"k2": 5}, "00 1111001 101 1010"), ({"k16": 1}, "00 1111111111110101 1 1010"),
     ({"k17": 1}, "00 11111111001 00 1 1010"), ({"k1": -1023}, "00 1111111110000011 0000000000 1010")],
)  # fmt: skip
def test_bits_of_a_block_by_hand(levels, bits):
    """By Tables K.3 and K.5; the last coefficient needs no end of block; a byte 0 follows a byte FF."""
    bits = bits.replace(" ", "")
    filled = bits + "1" * (-len(bits) % 8)
    wanted = int(filled, 2).to_bytes(len(filled) // 8, "big").replace(b"\xff", b"\xff\0")
    assert bits_of(one_block(**levels), optimised=False) == wanted


def photo_frame(height, width, sampling="4:2:0", quality=75, planes=3):
    tables = [dct.scaled(table, quality) for table in (dct.LUMINANCE_TABLE, dct.CHROMINANCE_TABLE)]
    return pixels.to_frame(pattern(height, width, planes), tables, sampling)


def every_bit(planes):
    """Return scans that leave as many bits as they can, and cut bands where it hurts."""
    alone = [(i,) for i in range(planes)]
    every = [tuple(range(planes))]
    found = [scans.Scan(c, 0, 0, *bits) for bits in ((0, 3), (3, 2), (2, 1), (1, 0)) for c in every]
    for first, last in ((1, 1), (2, 20), (21, 63)):
        found += [scans.Scan(c, first, last, *bits) for bits in ((0, 3), (3, 2), (2, 1), (1, 0)) for c in alone]
    return found


EVERY_BIT = {planes: every_bit(planes) for planes in (1, 3)}


@pytest.mark.parametrize("planes", [1, 3])
@pytest.mark.parametrize("sampling", SCHEMES)
def test_tables_and_restarts_change_no_pixel(sampling, planes):
    """Each file is opened by Pillow and by imagecodecs, and all of one picture are equal."""
    for height, width in ((1, 1), (7, 33), (33, 17), (40, 64)):
        for quality in (1, 60, 100):
            frame = photo_frame(height, width, sampling, quality, planes)
            plain = encoder.encode(frame)
            picture = decoded(plain)
            assert picture.shape[:2] == (height, width)
            for options in (
                {"optimised": False},
                {"interval": 1},
                {"interval": 2},
                {"optimised": False, "interval": 3},
            ):
                assert np.array_equal(decoded(encoder.encode(frame, **options)), picture), options


def test_restart_markers_count_to_seven_and_begin_anew():
    frame = photo_frame(16, 16 * 10)
    found = parts(encoder.encode(frame, interval=1))
    assert (0xDD, b"\0\1") in found
    bits = dict(found)["bits"]
    assert [bits[i + 1] - 0xD0 for i in range(len(bits) - 1) if bits[i] == 0xFF and bits[i + 1]] == [*range(8), 0]


@pytest.mark.parametrize("colour", ["rgb", "cmyk", "ycck"])
def test_other_colours_are_named_by_the_segment_of_adobe(colour):
    count = 3 if colour == "rgb" else 4
    levels = np.zeros((2, 2, 64), np.int16)
    levels[:, :, 0] = [[30, 20], [10, 0]]
    components = tuple(Component(i + 1, 1, 1, np.full(64, 8 + i), levels) for i in range(count))
    data = encoder.encode(Frame(16, 16, components, colour))
    assert (0xEE, b"Adobe\0\x64\0\0\0\0" + bytes([2 if colour == "ycck" else 0])) in parts(data)
    picture = Image.open(io.BytesIO(data))
    assert picture.mode == ("RGB" if count == 3 else "CMYK")
    means = [128 + ((8 + i) * 30 + 4) // 8 for i in range(count)]
    if colour == "rgb":
        assert np.asarray(picture)[0, 0].tolist() == means
    if colour == "cmyk":  # Pillow turns Adobe's inverted values
        assert np.asarray(picture)[0, 0].tolist() == [255 - mean for mean in means]


def test_components_that_fit_in_no_mcu_together_get_a_scan_each():
    levels = np.zeros((4, 4, 64), np.int16)
    levels[:, :, 0] = np.arange(16).reshape(4, 4)
    components = tuple(Component(i, 2, 2, STEPS, levels) for i in (5, 6, 7))
    found = parts(encoder.encode(Frame(32, 32, components, "rgb")))
    assert [body[1] for marker, body in found if marker == 0xDA] == [5, 6, 7]


def test_an_orientation_is_told():
    for orientation in range(1, 9):
        data = encoder.encode(grey(np.zeros((1, 1, 64)), orientation=orientation))
        assert Image.open(io.BytesIO(data)).getexif().get(0x112, 1) == orientation


@pytest.mark.parametrize(
    "frame, word",
    [(None, "frame"), (grey(np.zeros((1, 2, 64))), "blocks"), (one_block()._replace(orientation=9), "orientation"),
     (one_block(k0=1024), "levels"), (one_block(k1=-1024), "levels"), (one_block(k0=-1025), "levels"),
     (grey(np.zeros((1, 1, 64)), height=0), "sides"), (one_block()._replace(colour="blue"), "colour"),
     (one_block()._replace(colour="rgb"), "components"), (one_block()._replace(components=(1,)), "component"),
     (one_block()._replace(components=(Component(1, 1, 5, STEPS, np.zeros((1, 1, 64), np.int16)),)), "factor"),
     (one_block()._replace(components=(Component(1, 1, 1, STEPS * 5, np.zeros((1, 1, 64), np.int16)),)), "steps"),
     (one_block()._replace(components=(Component(1, 1, 1, STEPS[1:], np.zeros((1, 1, 64), np.int16)),)), "steps"),
     (one_block()._replace(components=(Component(1, 1, 1, STEPS, np.zeros((1, 1, 64), np.int32)),)), "int16")],
)  # fmt: skip
def test_what_no_file_can_hold(frame, word):
    with pytest.raises(ValueError, match=word):
        encoder.encode(frame)


@pytest.mark.parametrize("interval", [-1, 65536, 0.5])
def test_an_interval_has_two_bytes(interval):
    with pytest.raises(ValueError, match="interval"):
        encoder.encode(one_block(), interval=interval)


@pytest.mark.parametrize("kind", ["sparse", "dense", "far apart"])
def test_levels_of_every_kind_survive_every_script(kind):
    """Long runs of blocks that have ended, many bits that wait, sixteen zeros and more between coefficients."""
    rng = np.random.default_rng(3)
    levels = rng.integers(-1023, 1024, (40, 60, 64))
    if kind == "sparse":
        levels *= rng.random(levels.shape) < 0.0005
    if kind == "far apart":
        levels = np.sign(levels) * (rng.random(levels.shape) < 0.04) * rng.integers(1, 9, levels.shape)
    frame = grey(levels, 320, 480)
    picture = decoded(encoder.encode(frame))
    for scheme in (scans.smallest(frame), EVERY_BIT[1]):
        for interval in (0, 7):
            assert np.array_equal(decoded(encoder.encode(frame, scheme, interval=interval)), picture)


def test_a_run_of_ended_blocks_is_cut_at_its_longest():
    levels = np.zeros((190, 190, 64), np.int16)
    levels[-1, -1, 63] = 5
    frame = grey(levels, 1520, 1520)
    picture = decoded(encoder.encode(frame))
    for scheme in (scans.smallest(frame), EVERY_BIT[1]):
        assert np.array_equal(decoded(encoder.encode(frame, scheme)), picture)


def test_progressive_bits_by_hand():
    """A block of 1 and -6 and an empty one: first without the last bit, then it (T.81, G.1.2.2 and G.1.2.3).

    Both scans share a code of symbols 10 (EOB1: two or three blocks have ended), 01 and 12, words 0, 10 and 110.
    First: a zero and a coefficient of size 2, its bits 00 for -3; two blocks end.  Refining: 1 comes with its sign; two
    blocks end, and the bit 0 of -6 waited for that.
    """
    frame = grey(np.zeros((1, 2, 64)), 8, 16)
    frame.components[0].levels[0, 0, 1:3] = 1, -6
    script = [scans.Scan((0,), 0, 0), scans.Scan((0,), 1, 63, 0, 1), scans.Scan((0,), 1, 63, 1, 0)]
    found = [body for marker, body in parts(encoder.encode(frame, script)) if marker == "bits"]
    assert found[1:] == [bytes([0b110_00_0_0_1]), bytes([0b10_1_0_0_0_11])]


@pytest.mark.parametrize("name", ["camera", "cat"])
@pytest.mark.parametrize("quality", [20, 50, 75, 92])
def test_no_file_is_larger_than_those_of_libjpeg(name, quality):
    """Grey levels are equal; colour differs in few samples, so the sizes of colour are compared with a margin."""
    image = images.photo(name)[:256, :256]
    tables = [dct.scaled(table, quality) for table in (dct.LUMINANCE_TABLE, dct.CHROMINANCE_TABLE)]
    frame = pixels.to_frame(image, tables)
    for progressive in (False, True):
        Image.fromarray(image).save(
            out := io.BytesIO(), "JPEG", quality=quality, optimize=True, progressive=progressive
        )
        data = encoder.encode(frame, scans.smallest(frame) if progressive else None)
        assert len(data) < out.tell() * (1 if image.ndim == 2 else 1.0005)
        if image.ndim == 2:
            assert np.array_equal(decoded(data), decoded(out.getvalue()))
