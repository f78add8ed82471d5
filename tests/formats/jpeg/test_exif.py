"""What application segments say: colours, and which way is up, as Pillow understands it."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from imgcomp_lib.formats.jpeg import exif
from imgcomp_lib.formats.jpeg.decoder import decode
from imgcomp_lib.measure.loading import pillow

XMP = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:Description %s/>"


def entry(tag, kind, count, value, order=">"):
    return struct.pack(order + "HHI", tag, kind, count) + struct.pack(order + ("HH" if kind == 3 else "I"), *value)


def tiff(*entries, order=">"):
    """Return a TIFF header with one directory."""
    head = (b"MM\0\x2a" if order == ">" else b"II\x2a\0") + struct.pack(order + "IH", 8, len(entries))
    return head + b"".join(entries) + bytes(4)


def with_segments(*segments):
    """Return a grey file of 8 x 8 with APPn segments in front."""
    out = io.BytesIO()
    Image.fromarray(np.full((8, 8), 99, np.uint8)).save(out, "JPEG")
    parts = [struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body for marker, body in segments]
    return out.getvalue()[:2] + b"".join(parts) + out.getvalue()[2:]


@pytest.mark.parametrize("number", range(1, 9))
@pytest.mark.parametrize("order", "<>")
def test_every_orientation_in_either_order_of_bytes(number, order):
    others = entry(0x010F, 2, 3, (0x61620000,), order), entry(0x0110, 4, 1, (6,), order)
    block = tiff(*others, entry(0x0112, 3, 1, (number, 0), order), order=order)
    assert exif.orientation(block) == number
    data = with_segments((0xE1, b"Exif\0\0" + block))
    assert decode(data).orientation == number == pillow.orientation_of(Image.open(io.BytesIO(data)))


def test_an_orientation_as_a_long_number():
    assert exif.orientation(tiff(entry(0x0112, 4, 1, (6,)))) == 6


@pytest.mark.parametrize("block", [
    b"", b"MM", b"XX\0\x2a" + tiff(entry(0x0112, 3, 1, (6, 0)))[4:], tiff(), tiff(entry(0x0112, 3, 1, (0, 0))),
    tiff(entry(0x0112, 3, 1, (9, 0))), tiff(entry(0x0112, 3, 2, (6, 6))), tiff(entry(0x0112, 2, 1, (6,))),
    tiff(entry(0x0113, 3, 1, (6, 0))), b"MM\0\x2a\xff\xff\xff\xff" + bytes(20)])  # fmt: skip
def test_a_block_that_states_none_or_is_damaged_says_nothing(block):
    assert exif.orientation(block) == 0
    assert decode(with_segments((0xE1, b"Exif\0\0" + block))).orientation == 1


@pytest.mark.parametrize("body", [XMP % b'tiff:Orientation="8"', XMP % b"><tiff:Orientation>8<"])
def test_xmp_is_heeded_where_exif_says_nothing(body):
    """As Pillow does."""
    data = with_segments((0xE1, body))
    assert decode(data).orientation == 8 == pillow.orientation_of(Image.open(io.BytesIO(data)))
    both = with_segments((0xE1, body), (0xE1, b"Exif\0\0" + tiff(entry(0x0112, 3, 1, (3, 0)))))
    assert decode(both).orientation == 3 == pillow.orientation_of(Image.open(io.BytesIO(both)))
    assert decode(with_segments((0xE1, XMP % b"nothing"))).orientation == 1


def test_segments_of_anybody_are_stepped_over():
    others = [(marker, b"anything at all" * 9) for marker in range(0xE0, 0xF0)]
    icc = (0xE2, b"ICC_PROFILE\0\1\1" + bytes(300))
    assert decode(with_segments(*others, icc, (0xFE, b"a comment"), (0xE0, b""))).colour == "grey"


def test_notes_of_colours():
    none = exif.Notes()
    assert exif.note(none, 0xE0, b"JFIF\0" + bytes(9)).jfif and not exif.note(none, 0xE0, b"JFIF\0" + bytes(8)).jfif
    assert exif.note(none, 0xEE, b"Adobe" + bytes(6) + b"\2").adobe == 2
    assert exif.note(none, 0xEE, b"Adobe" + bytes(6)) == none == exif.note(none, 0xED, b"Adobe" + bytes(7))
    for wrong in (lambda: exif.note(None, 0xE0, b""), lambda: exif.note(none, 0xE0, "x"), lambda: exif.orientation(3)):
        with pytest.raises(ValueError, match=r"notes|bytes"):
            wrong()
