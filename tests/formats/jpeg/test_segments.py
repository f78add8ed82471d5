"""Segments by hand: what they say, what is refused by name, what is damage."""

import re

import numpy as np
import pytest
from jpeg_files import AC, DC, EOI, SOI, STEPS, frame, scan, segment, tiny, written

from imgcomp_lib.core.bits import CorruptStream, Unsupported
from imgcomp_lib.formats.jpeg.decoder import decode
from imgcomp_lib.formats.jpeg.segments import EXAMPLES, scans, walk

QUANTS, CODES = segment(0xDB, STEPS), segment(0xC4, DC, AC)
FINE = scan("0 101 0")


def file(*parts):
    return b"".join([SOI, *parts, EOI])


def test_segments_of_a_tiny_file():
    found = list(walk(tiny()))
    assert [hex(marker) for marker, *_ in found] == ["0xdb", "0xc0", "0xc4", "0xda", "0xd9"]
    assert found[0] == (0xDB, 6, 71, 71), "the body stands behind the marker and its length"
    _, start, end, following = found[3]
    assert (end - start, following - end) == (6, 1), "a header of one component, and a byte of bits"


def test_what_a_scan_is_told():
    (found,) = scans(tiny())
    assert found.members == (0,) and (found.Ss, found.Se, found.Ah, found.Al, found.interval) == (0, 63, 0, 0, 0)
    assert found.dc == ((DC[1:17], DC[17:]),) and found.ac == ((AC[1:17], AC[17:]),)
    assert found.steps[0].tolist() == [16] * 64
    assert found.header[:3] == (0xC0, 8, 8) and [tuple(plane) for plane in found.header.planes] == [(1, 1, 1, 0)]


def test_tables_are_those_in_force_when_the_scan_begins():
    others = segment(0xDB, [0], [9] * 64), segment(0xDB, [1], [7] * 64)
    head = QUANTS, frame(8, 8, [(i, 0x11, 0) for i in (5, 6, 7)]), CODES
    scans_of_each = [scan("0 101 0", (number,)) for number in (5, 6, 7)]
    found = list(scans(file(*head, scans_of_each[0], others[0], scans_of_each[1], others[1], scans_of_each[2])))
    assert [scan.steps[0][0] for scan in found] == [16, 9, 9] and [scan.members for scan in found] == [(0,), (1,), (2,)]
    steps = [part.steps[0] for part in decode(file(*head, *scans_of_each)).components]
    assert steps == [16, 16, 16]


def test_steps_of_two_bytes():
    wide = segment(0xDB, [0x10], *[(1, 44)] * 64)
    assert decode(file(wide, frame(), CODES, FINE)).components[0].steps.tolist() == [300] * 64


def test_a_file_without_huffman_tables_has_those_of_annex_k():
    """As single pictures out of films have it."""
    data = written(20, 30, quality=80)
    stripped = data
    for marker, start, end, _ in walk(data):
        if marker == 0xC4:
            stripped = stripped.replace(data[start - 4 : end], b"")
    assert len(stripped) == len(data) - 432
    assert np.array_equal(decode(stripped).components[0].levels, decode(data).components[0].levels)
    assert {key: len(values) for key, (_, values) in EXAMPLES.items()} == {
        (0, 0): 12, (0, 1): 12, (1, 0): 162, (1, 1): 162}  # fmt: skip


def test_a_number_of_lines_behind_the_first_scan():
    """B.2.5: the frame header has 0."""
    data = written(21, 30, "L")
    at = data.index(b"\xff\xc0") + 5
    assert data[at : at + 2] == b"\0\x15"
    late = data[:at] + b"\0\0" + data[at + 2 : -2] + segment(0xDC, b"\0\x15") + EOI
    assert decode(late).height == 21 and np.array_equal(
        decode(late).components[0].levels, decode(data).components[0].levels
    )
    same = data[:-2] + segment(0xDC, b"\0\x15") + EOI
    assert decode(same).height == 21
    for wrong in (segment(0xDC, b"\0\0"), segment(0xDC, b"\0"), b""):
        with pytest.raises(CorruptStream, match="number of lines"):
            decode(data[:at] + b"\0\0" + data[at + 2 : -2] + wrong + EOI)


def test_lines_that_change_are_not_read():
    dc_scan = scan("0 101", Se=0)
    parts = QUANTS, frame(marker=0xC2), CODES, dc_scan, segment(0xDC, b"\0\7")
    with pytest.raises(Unsupported, match=r"number of lines changes behind a scan \(DNL\)"):
        decode(file(*parts))


@pytest.mark.parametrize(("marker", "words"), [
    (0xC3, "lossless prediction"), (0xC5, "hierarchical"), (0xC6, "hierarchical"), (0xC7, "hierarchical"),
    (0xC8, "an extension"), (0xC9, "arithmetic coding"), (0xCA, "arithmetic coding"), (0xCB, "arithmetic coding"),
    (0xCC, "arithmetic coding"), (0xCD, "arithmetic coding"), (0xCE, "arithmetic coding"),
    (0xCF, "arithmetic coding"), (0xDE, "hierarchical"), (0xDF, "hierarchical"), (0xF7, "JPEG-LS")])  # fmt: skip
def test_kinds_that_are_not_read_are_named(marker, words):
    with pytest.raises(Unsupported, match=words):
        decode(file(QUANTS, frame(marker=marker), CODES, FINE))


@pytest.mark.parametrize(("knobs", "words"), [
    ({"depth": 12, "marker": 0xC1}, "12 bits a sample"),
    ({"components": [(1, 0x11, 0), (2, 0x11, 0)]}, "2 components"),
    ({"components": [(i, 0x11, 0) for i in range(5)]}, "5 components"),
    ({"components": [(1, 0x31, 0), (2, 0x21, 0), (3, 0x11, 0)]}, "sampling factors .*3x1, 2x1, 1x1"),
    ({"components": [(1, 0x12, 0), (2, 0x13, 0), (3, 0x11, 0)]}, "sampling factors"),
    ({"height": 65535, "width": 65535}, "limit"), ({"height": 15000, "width": 10000}, "pixels")])  # fmt: skip
def test_frames_that_are_not_read_are_named(knobs, words):
    with pytest.raises(Unsupported, match=words):
        decode(tiny(**knobs) + bytes(1 << 20), partial=True)


def test_arithmetic_and_twelve_bits_by_imagecodecs():
    imagecodecs = pytest.importorskip("imagecodecs")
    deep = np.arange(64, dtype=np.uint16).reshape(8, 8)
    with pytest.raises(Unsupported, match="12 bits a sample"):
        decode(imagecodecs.jpeg8_encode(deep, bitspersample=12))
    with pytest.raises(Unsupported, match="lossless prediction"):
        decode(imagecodecs.jpeg8_encode(deep.astype(np.uint8), lossless=True))


WRONG = [
    ("does not begin with FFD8", b""),
    ("does not begin with FFD8", b"\xff"),
    ("does not begin with FFD8", b"\x89PNG"),
    ("ends before its end marker", SOI),
    ("ends before its end marker", SOI + b"\xff\xff"),
    ("has no marker at byte 2", SOI + b"\0\0"),
    ("without a scan for each component", file()),
    ("without a scan for each component", file(QUANTS, frame(), CODES)),
    ("FFDB at byte 2 is cut", SOI + segment(0xDB, STEPS)[:-1]),
    ("FFDB at byte 2 is cut, or has no length", SOI + b"\xff\xdb\0\1"),
    ("marker FFD8", file(SOI)),
    ("marker FFD0", file(b"\xff\xd0")),
    ("marker FFDA", file(FINE)),
    ("marker FFC0", file(frame(), frame())),
    ("marker FFF0", file(segment(0xF0))),
    ("marker FFDC", file(segment(0xDC, b"\0\7"))),
    ("no frame is 8 wide, of 8 bits a sample, with components ..", file(frame(components=()))),
    ("no frame header has 2 bytes", file(segment(0xC0))),
    ("no frame header has 12 bytes", file(segment(0xC0, frame()[4:], [0]))),
    ("of 7 bits a sample", file(frame(depth=7))),
    ("no frame is 0 wide", file(frame(width=0))),
    ("components ..1, 0, 1, 0.", file(frame(components=[(1, 0x01, 0)]))),
    ("components ..1, 1, 0, 0.", file(frame(components=[(1, 0x10, 0)]))),
    ("components ..1, 5, 1, 0.", file(frame(components=[(1, 0x51, 0)]))),
    ("components ..1, 1, 5, 0.", file(frame(components=[(1, 0x15, 0)]))),
    ("components ..1, 1, 1, 4.", file(frame(components=[(1, 0x11, 4)]))),
    ("components", file(frame(components=[(1, 0x11, 0)] * 3))),
    ("a step of 0", file(segment(0xDB, [0] * 65))),
    ("a quantisation table that is cut", file(segment(0xDB, STEPS[:-1]))),
    ("a quantisation table that is cut", file(segment(0xDB, [0x10], [1] * 127))),
    ("a quantisation table .* a place", file(segment(0xDB, [4], [1] * 64))),
    ("a quantisation table .* of a kind", file(segment(0xDB, [0x20], [1] * 192))),
    ("a Huffman table that is cut", file(segment(0xC4, DC[:-1]))),
    ("a Huffman table that is cut", file(segment(0xC4, DC[:9]))),
    ("a Huffman table .* a class", file(segment(0xC4, [0x20], DC[1:]))),
    ("a Huffman table .* a place", file(segment(0xC4, [0x04], DC[1:]))),
    ("0 of class 1 has more codewords", file(segment(0xC4, [0x10, 3], [0] * 15, [1, 2, 3]))),
    ("0 of class 0 has more codewords", file(segment(0xC4, [0, 1, 2, 1], [0] * 13, [1, 2, 3, 4]))),
    ("a restart interval of 1 bytes", file(segment(0xDD, b"\0"))),
    ("table 0 never came", file(frame(), CODES, FINE)),
    ("the frame has not", file(QUANTS, frame(), CODES, scan("0", (2,)))),
    ("a scan header of a wrong length", file(QUANTS, frame(), CODES, segment(0xDA))),
    ("a scan header of a wrong length", file(QUANTS, frame(), CODES, segment(0xDA, [0, 0, 63, 0]))),
    ("a scan header of a wrong length", file(QUANTS, frame(), CODES, segment(0xDA, [1, 1, 0, 0, 63]))),
    ("a scan of components .0, 0.", file(QUANTS, frame(), CODES, scan("0", (1, 1)))),
    (
        "with 12 blocks in an MCU",
        file(QUANTS, frame(components=[(i, 0x22, 0) for i in (1, 2, 3)]), CODES, scan("0", (1, 2, 3))),
    ),
]


@pytest.mark.parametrize(("words", "data"), WRONG)
def test_damaged_segments_are_told(words, data):
    with pytest.raises(CorruptStream, match=words):
        decode(data)


def test_every_error_of_the_module_is_told_by_a_test():
    """A file for each `raise`, found by its words."""
    assert len(WRONG) > 40 and len({re.sub(r"\\W", "", words) for words, _ in WRONG}) > 25


def test_fill_bytes_and_stray_tem_markers():
    """B.1.1.2: any number of bytes FF before a marker; TEM has no segment."""
    data = file(b"\xff\xff\xff", QUANTS, b"\xff" * 9, frame(), b"\xff\x01", CODES, FINE, b"\xff" * 5)
    assert np.array_equal(decode(data).components[0].levels, decode(tiny()).components[0].levels)


def test_sequential_scans_whose_band_says_nothing():
    """Some cameras write 0, 0, 0 where 0, 63, 0 must stand."""
    odd = scan("0 101 0", Ss=0, Se=0)
    assert np.array_equal(
        decode(file(QUANTS, frame(), CODES, odd)).components[0].levels, decode(tiny()).components[0].levels
    )
