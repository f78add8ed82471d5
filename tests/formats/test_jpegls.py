"""JPEG-LS: the standard's example, CharLS both ways and byte for byte, segments by hand, and damage."""

import io
import re
import struct
from pathlib import Path

import numpy as np
import pytest
from conftest import pattern
from PIL import Image

from imgcomp_lib import formats
from imgcomp_lib.core.bits import CorruptStream, Unsupported
from imgcomp_lib.formats.jpegls import JpegLs, _encode_scan
from imgcomp_lib.formats.jpegls.model import coding, default_thresholds
from imgcomp_lib.measure import images

H3_IMAGE = np.array([[0, 0, 90, 74], [68, 50, 43, 205], [64, 145, 145, 145], [100, 145, 145, 145]], np.uint8)
H3_FILE = bytes.fromhex(
    "FFD8 FFF7 000B 08 0004 0004 01 011100 FFDA 0008 01 0100 00 00 00"
    "C000 006C 8020 8E01 C000 0057 4000 006E E600 0001 BC18 0000 05D8 0000 9160 FFD9"
)
FRAME = bytes.fromhex("FFF7 000B 08 0004 0004 01 011100")
SCAN = bytes.fromhex("FFDA 0008 01 0100 00 00 00")


def test_the_example_of_the_standard():
    """T.87, H.3: a picture of 16 samples, in regular and run mode."""
    assert JpegLs().encode(H3_IMAGE) == H3_FILE
    assert np.array_equal(JpegLs().decode(H3_FILE), H3_IMAGE)
    assert JpegLs().breakdown(H3_FILE) == {"header": 27, "tables": 0, "side information": 0, "payload": 30}


@pytest.mark.parametrize(
    "MAXVAL, NEAR, thresholds",
    [(255, 0, [3, 7, 21]), (4095, 0, [18, 67, 276]), (65535, 0, [18, 67, 276]), (1023, 0, [6, 19, 72]),
     (255, 3, [12, 22, 42]), (127, 0, [2, 3, 10]), (15, 0, [2, 3, 4]), (255, 100, [101, 101, 101])],
)  # fmt: skip
def test_default_thresholds(MAXVAL, NEAR, thresholds):
    """T.87, C.2.4.1.1: Table C.3 has those of 255 and 4095 without loss."""
    assert default_thresholds(MAXVAL, NEAR) == thresholds


def _pictures(depth):
    """Return pictures of up to `depth` bits that reach every mode: noise, long and broken runs, edges, photographs."""
    rng, peak, dtype = np.random.default_rng(depth), (1 << depth) - 1, np.uint8 if depth == 8 else np.uint16
    found = {}
    for planes, kind in ((1, "grey"), (3, "rgb")):
        shape = (33, 40, 3)[: 2 + (planes == 3)]
        for height, width in ((1, 1), (1, 17), (23, 1), (33, 40)):
            found[f"{kind} {height}x{width}"] = (pattern(height, width, planes, np.uint16) >> 16 - depth).astype(dtype)
        found[f"{kind} noise"] = rng.integers(0, peak, shape, dtype, endpoint=True)
        found[f"{kind} white"] = np.full(shape, peak, dtype)
        found[f"{kind} ramp"] = np.linspace(0, peak, np.prod(shape)).astype(dtype).reshape(shape)
        found[f"{kind} dots"] = np.where(rng.random(shape) < 0.02, peak, peak // 3).astype(dtype)
        found[f"{kind} runs"] = np.repeat(rng.integers(0, peak, (5, 4), dtype), 300, 1)
    found["rgb runs"] = np.stack([found["rgb runs"]] * 3, 2)
    for name in ("camera", "cat"):
        found[name] = (images.photo(name)[:70, :90].astype(np.uint32) * 257 >> 16 - depth).astype(dtype)
    return found


def _by_charls(data):
    """Return the picture that CharLS decodes."""
    return pytest.importorskip("imagecodecs").jpegls_decode(data)


def _codestream(data):
    """Return a file from its frame on: CharLS puts SPIFF's header before."""
    return data[data.index(b"\xff\xf7") :]


@pytest.mark.parametrize("near", [0, 1, 2, 3, 10])
@pytest.mark.parametrize("depth", [8, 16])
def test_charls_writes_the_same_bytes_pixel_by_pixel(depth, near):
    imagecodecs = pytest.importorskip("imagecodecs")
    for name, image in _pictures(depth).items():
        theirs = imagecodecs.jpegls_encode(image, near)
        assert _codestream(JpegLs(near, interleave=2).encode(image)) == _codestream(theirs), name
        assert np.array_equal(JpegLs().decode(theirs), imagecodecs.jpegls_decode(theirs)), name


@pytest.mark.parametrize("interleave", [0, 1, 2])
@pytest.mark.parametrize("near", [0, 1, 2, 3, 10])
@pytest.mark.parametrize("depth", range(8, 17))
def test_charls_decodes_what_we_wrote(depth, near, interleave):
    for name, image in _pictures(depth).items():
        data = JpegLs(near, interleave, depth).encode(image)
        decoded = JpegLs().decode(data)
        assert np.array_equal(_by_charls(data), decoded), name
        assert np.abs(decoded.astype(int) - image).max() <= near, name


@pytest.mark.parametrize("interleave", [0, 1, 2])
@pytest.mark.parametrize("near", [0, 1, 2, 3, 10])
@pytest.mark.parametrize("depth", range(8, 17))
def test_charls_writes_the_same_bytes_in_every_mode(depth, near, interleave):
    pytest.importorskip("jpeg_ls")
    import _CharLS  # the wrapper around it takes no depth below the largest sample's

    for name, image in _pictures(depth).items():
        planes, mode = (1, 0) if image.ndim == 2 else (3, interleave)
        samples = np.moveaxis(image, 2, 0) if planes == 3 and mode == 0 else image
        room = bytes(image.nbytes + 200)  # it gives the output twice the input's size
        theirs = _CharLS._encode(samples.tobytes() + room, near, mode, *image.shape[:2], planes, depth)
        assert JpegLs(near, interleave, depth).encode(image) == bytes(theirs), name


@pytest.mark.parametrize("near", [0, 3])
def test_the_files_of_the_conformance_test(near):
    """T.87, Annex E; pyjpegls carries these files."""
    folder = Path(pytest.importorskip("jpeg_ls").__file__).parent / "tests" / "jlsimV100"
    with Image.open(folder / "TEST8.PPM") as picture:
        colour = np.asarray(picture)
    header = re.match(rb"P5\s(\d+) (\d+)\s4095\s", (folder / "TEST16.PGM").read_bytes())
    grey = np.frombuffer(header.string, ">u2", offset=header.end()).reshape(256, 256).astype(np.uint16)
    for interleave in range(3):
        assert JpegLs(near, interleave).encode(colour) == (folder / f"T8C{interleave}E{near}.JLS").read_bytes()
    assert JpegLs(near, depth=12).encode(grey) == (folder / f"T16E{near}.JLS").read_bytes()
    other_thresholds = (folder / f"T8NDE{near}.JLS").read_bytes()  # T1 = T2 = T3 = 9, RESET = 31
    assert np.array_equal(JpegLs().decode(other_thresholds), _by_charls(other_thresholds))
    with pytest.raises(Unsupported, match="subsampled"):
        JpegLs().decode((folder / f"T8SSE{near}.JLS").read_bytes())


def test_near_is_kept_at_both_ends():
    ends = np.where(np.indices((20, 30)).sum(0) % 3 == 0, 255, 1).astype(np.uint8)
    for near in (1, 5, 64, 127):
        for image in (ends, pattern(20, 30), pattern(20, 30, 3)):
            assert np.abs(JpegLs().decode(JpegLs(near).encode(image)).astype(int) - image).max() <= near
    with pytest.raises(ValueError, match="near is 0 to 127 for samples up to 255, not 128"):
        JpegLs(128).encode(ends)
    assert JpegLs().promised_psnr == float("inf") and round(JpegLs(1).promised_psnr, 2) == 48.13


def test_no_marker_arises_in_the_bits():
    for seed in range(20):
        data = JpegLs().encode(np.random.default_rng(seed).integers(0, 1 << 16, (9, 9), np.uint16))
        assert not re.search(rb"\xff[\x80-\xff]", data[40:-2])


def test_bits_that_end_in_ff_get_a_byte_more():
    image = np.array([[12, 140]], np.uint8)
    data = JpegLs().encode(image)
    assert data.endswith(bytes.fromhex("FF00 FFD9"))
    assert np.array_equal(JpegLs().decode(data), image)
    assert np.array_equal(_by_charls(data), image)


def _in_intervals(image, lines, interleave=1, form=">H"):
    """Return a file with restart markers: each interval is coded as a picture of its own."""
    parts = [JpegLs(interleave=interleave).encode(image[y : y + lines]) for y in range(0, len(image), lines)]
    start = parts[0].index(b"\xff\xda") + (10 if image.ndim == 2 else 14)
    head = bytearray(parts[0][:start])
    head[7:9] = struct.pack(">H", len(image))
    interval = struct.pack(form, lines)
    restart = b"\xff\xdd" + struct.pack(">H", 2 + len(interval)) + interval
    data = head[:2] + restart + head[2:] + parts[0][start:-2]
    for i, part in enumerate(parts[1:]):
        data += bytes([0xFF, 0xD0 + i % 8]) + part[start:-2]
    return bytes(data) + b"\xff\xd9"


@pytest.mark.parametrize("lines, form", [(1, ">H"), (4, ">H"), (5, ">I"), (33, ">H"), (100, ">H")])
@pytest.mark.parametrize("image", [pattern(33, 40), pattern(33, 40, 3)], ids=["grey", "rgb"])
def test_restart_intervals(image, lines, form):
    data = _in_intervals(image, lines, form=form)
    assert np.array_equal(JpegLs().decode(data), image)
    assert np.array_equal(_by_charls(data), image)
    parts = JpegLs().breakdown(data)
    assert sum(parts.values()) == len(data)


@pytest.mark.parametrize("damage", ["lost", "wrong number", "no interval"])
def test_restart_markers_that_do_not_fit(damage):
    data = _in_intervals(pattern(33, 40), 8)
    broken = {
        "lost": data.replace(b"\xff\xd2", b""),
        "wrong number": data.replace(b"\xff\xd2", b"\xff\xd5"),
        "no interval": data.replace(b"\xff\xdd\x00\x04\x00\x08", b""),
    }[damage]
    assert broken != data
    with pytest.raises(CorruptStream, match=r"restart|marker FFD"):
        JpegLs().decode(broken)


def _with(segment, at=2):
    return H3_FILE[:at] + bytes.fromhex(segment) + H3_FILE[at:]


NOTHING = [
    *("FFFE 0005 686579", "FFE0 0002", "FFEF 0003 FF", "FFFF", "FFE8 0007 6D726678 00", "FFDD 0004 0000"),
    *("FFF8 000D 01 0000 0000 0000 0000 0000", "FFF8 000D 01 00FF 0003 0007 0015 0040"),
]


@pytest.mark.parametrize("segment", NOTHING)
@pytest.mark.parametrize("at", [2, 2 + len(FRAME)])
def test_what_changes_nothing(segment, at):
    """Comments, application data, fill bytes, presets that say the defaults, restarts that never come."""
    data = _with(segment, at)
    assert np.array_equal(JpegLs().decode(data), H3_IMAGE)
    assert JpegLs.matches(data)
    assert JpegLs().breakdown(data)["tables"] == 15 * segment.startswith("FFF8")


def _with_presets(image, p):
    """Return a file, colours line by line, with the presets of `p`; `JpegLs` itself writes only the defaults."""
    plain = JpegLs(p.NEAR).encode(image)
    start = plain.index(b"\xff\xda")
    end = start + 2 + plain[start + 3]
    presets = b"\xff\xf8\x00\x0d\x01" + struct.pack(">HHHHH", p.MAXVAL, p.T1, p.T2, p.T3, p.RESET)
    bits = _encode_scan(np.moveaxis(np.atleast_3d(image), 2, 0), 1, p)
    return plain[:start] + presets + plain[start:end] + bits + b"\xff\xd9"


PRESETS = [
    *((255, 0, 9, 9, 9, 31), (255, 2, 20, 40, 255, 255), (255, 0, 1, 1, 1, 0), (255, 0, 0, 0, 0, 3)),
    *((127, 0, 0, 0, 0, 0), (127, 3, 0, 0, 0, 0), (15, 1, 0, 0, 0, 0), (200, 0, 0, 0, 0, 0), (200, 2, 0, 0, 0, 0)),
]


@pytest.mark.parametrize("planes", [1, 3])
@pytest.mark.parametrize("presets", PRESETS)
def test_other_presets_go_both_ways(presets, planes):
    p = coding(*presets)
    image = np.minimum(pattern(33, 40, planes), p.MAXVAL)
    data = _with_presets(image, p)
    decoded = JpegLs().decode(data)
    assert np.abs(decoded.astype(int) - image).max() <= p.NEAR
    if p.MAXVAL == 255:  # CharLS 2.4 goes by the bits of a sample and not, as A.2.1 says, by MAXVAL
        assert np.array_equal(_by_charls(data), decoded)


def test_components_may_come_in_any_order():
    image = pattern(9, 11, 3)
    data = JpegLs(interleave=0).encode(image)
    first, second, third = (m.start() for m in re.finditer(rb"\xff\xda\x00\x08", data))
    turned = data[:first] + data[third:-2] + data[first:second] + data[second:third] + data[-2:]
    assert np.array_equal(JpegLs().decode(turned), image)


def test_few_bits_are_read():
    """The standard begins at 2 bits a sample; encoders here at 8."""
    data = JpegLs().encode(np.zeros((4, 4), np.uint8)).replace(bytes.fromhex("000B08"), bytes.fromhex("000B02"))
    assert JpegLs().decode(data).tolist() == np.zeros((4, 4)).tolist()


@pytest.mark.parametrize(
    "data, feature",
    [
        (_with("FFF8 0006 02 05 01 00"), "mapping table"),
        (_with("FFF8 0006 03 05 01 00"), "mapping table"),
        (_with("FFF8 000B 04 04 00011170 00011170"), "side over 65535"),
        (_with("FFE8 0007 6D726678 01"), "colour transform"),
        (H3_FILE.replace(b"\xff\xf7", b"\xff\xc3"), "frame of another kind .FFC3"),
        (H3_FILE.replace(b"\xff\xf7", b"\xff\xf9"), "frame of another kind .FFF9"),
        (H3_FILE.replace(bytes.fromhex("0800040004"), bytes.fromhex("0800000004")), "number of lines or its size"),
        (_with("FFDC 0004 0004", 2 + len(FRAME)), "DNL"),
        (H3_FILE.replace(bytes.fromhex("01010000 0000"), bytes.fromhex("01010500 0000")), "mapping table or a point"),
        (H3_FILE.replace(bytes.fromhex("01010000 0000"), bytes.fromhex("01010000 0001")), "mapping table or a point"),
        (b"\xff\xd8" + bytes.fromhex("FFF7 000E 08 0004 0004 02 011100 021100") + SCAN, "of 2 components"),
        (b"\xff\xd8" + bytes.fromhex("FFF7 0011 08 0004 0004 03 011200 021100 031100") + SCAN, "subsampled"),
    ],
)
def test_what_is_not_read_is_named(data, feature):
    assert data != H3_FILE
    with pytest.raises(Unsupported, match=feature):
        JpegLs().decode(data)


@pytest.mark.parametrize(
    "data, message",
    [
        (b"", "does not begin with FFD8"),
        (H3_FILE[:-2], "no marker stands"),
        (H3_FILE[:-1], "no marker stands"),
        (H3_FILE[:20], "the file ends in it"),
        (H3_FILE[:-10] + b"\xff\xd9", "do not fill"),
        (H3_FILE[:-2] + b"\0\xff\xd9", "go on"),
        (b"\xff\xd8\xff\xd9", "each component of a frame once"),
        (H3_FILE[:-2] + SCAN + b"\0\xff\xd9", "each component of a frame once"),
        (H3_FILE[:2] + SCAN + H3_FILE[2:], "marker FFDA does not stand here"),
        (_with(FRAME.hex(), 2 + len(FRAME)), "marker FFF7 does not stand here"),
        (_with("FFD0"), "marker FFD0 does not stand here"),
        (_with("FFD8"), "no segment|shorter than its length|does not stand"),
        (_with("FFDD 0003 01"), "marker FFDD does not stand here"),
        (_with("FFF8 000D 01 00FF 0007 0003 0015 0040", 15), "no thresholds are 7, 3, 21"),
        (_with("FFF8 000D 01 00FF 0003 0007 0015 0002", 15), "RESET 2"),
        (_with("FFF8 000D 01 00FF 0003 0007 0015 FFFF", 15), "RESET 65535"),
        (_with("FFF8 000D 01 0100 0003 0007 0015 0040", 15), "samples up to 256"),
        (_with("FFF8 000C 01 0100 0003 0007 0015 00", 15), "no preset parameters have 12 bytes"),
        (_with("FFF8 0003 0E", 15), "no preset parameters"),
        (H3_FILE.replace(bytes.fromhex("01010000 0000"), bytes.fromhex("0101008000 00")), "near is 0 to 127"),
        (H3_FILE.replace(bytes.fromhex("01010000 0000"), bytes.fromhex("01010000 0100")), "interleave mode 1"),
        (H3_FILE.replace(bytes.fromhex("01010000 0000"), bytes.fromhex("01020000 0000")), "component that no frame"),
        (H3_FILE.replace(bytes.fromhex("000B08"), bytes.fromhex("000B11")), "of 17 bits"),
        (H3_FILE.replace(bytes.fromhex("0800040004"), bytes.fromhex("08FFFFFFFF")), "no frame is 65535 x 65535"),
        (H3_FILE.replace(bytes.fromhex("0800040004"), bytes.fromhex("0804000004")), "240 bits cannot hold 1024 lines"),
    ],
)
def test_broken_files_are_told(data, message):
    assert data != H3_FILE
    with pytest.raises(CorruptStream, match=message):
        JpegLs().decode(data)


VARIANTS = {
    "line near": lambda: JpegLs(3, 1).encode(pattern(6, 7, 3)),
    "pixel near": lambda: JpegLs(2, 2).encode(pattern(6, 7, 3)),
    "planes near": lambda: JpegLs(3, 0).encode(pattern(6, 7, 3)),
    "grey 12": lambda: JpegLs(0, 0, 12).encode(pattern(6, 7, 1, np.uint16) >> 4),
    "runs": lambda: JpegLs(0, 2).encode(np.repeat(pattern(6, 2, 3), 30, 1)),
    "restarts": lambda: _in_intervals(pattern(6, 7), 2),
    "presets": lambda: JpegLs(0, 1).encode(pattern(6, 7, 3, np.uint16)),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_damage_gives_an_image_or_one_of_two_errors(variant):
    data, rng, outcomes = VARIANTS[variant](), np.random.default_rng(5), set()
    for _ in range(600):
        broken = bytearray(data)
        for _ in range(rng.integers(1, 4)):
            broken[rng.integers(2, len(data))] = rng.choice([0, 255, 127, 128, rng.integers(256)])
        try:
            JpegLs().decode(bytes(broken))
            outcomes.add("image")
        except (CorruptStream, Unsupported) as error:
            outcomes.add(type(error).__name__)
    assert {"image", "CorruptStream"} <= outcomes


def test_a_file_is_known_by_its_frame():
    assert formats.format_of(H3_FILE) == JpegLs() and formats.format_of(b"", ".JLS") == JpegLs()
    assert np.array_equal(formats.decode(H3_FILE), H3_IMAGE)
    out = io.BytesIO()
    Image.fromarray(H3_IMAGE).save(out, "JPEG")
    assert not JpegLs.matches(out.getvalue())
    assert not JpegLs.matches(H3_FILE[:8]) and not JpegLs.matches(b"\xff\xd8\xff\xd9")


def test_presets_are_written_where_early_decoders_differ():
    for depth in range(9, 17):
        data = JpegLs(depth=depth).encode(np.zeros((2, 2), np.uint16))
        assert JpegLs().breakdown(data)["tables"] == (15 if depth > 12 else 0)
