"""TGA: our bytes by the specification, Pillow reading ours, ours reading Pillow's and what Pillow does not write."""

import io
import struct

import numpy as np
import pytest
from conftest import pattern
from PIL import Image

from imgcomp_lib import formats
from imgcomp_lib.core.bits import CorruptStream, Unsupported
from imgcomp_lib.formats.tga import Tga
from imgcomp_lib.measure import images

PICTURES = {
    "grey": pattern(33, 40),
    "rgb": pattern(33, 40, 3),
    "long runs": np.zeros((3, 300, 3), np.uint8),
    "camera": images.photo("camera"),
    "coffee": images.photo("coffee"),
}


def by_pillow(data):
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture)


@pytest.mark.parametrize("rle", [0, 1])
@pytest.mark.parametrize("image", PICTURES.values(), ids=PICTURES)
def test_pillow_sees_what_we_wrote(image, rle):
    assert np.array_equal(by_pillow(Tga(rle).encode(image)), image)


@pytest.mark.parametrize("orientation", [-1, 1])
@pytest.mark.parametrize("compression", [None, "tga_rle"])
@pytest.mark.parametrize("image", PICTURES.values(), ids=PICTURES)
def test_we_see_what_pillow_wrote(image, compression, orientation):
    out = io.BytesIO()
    Image.fromarray(image).save(out, "TGA", compression=compression, orientation=orientation)
    assert np.array_equal(Tga().decode(out.getvalue()), image)


def test_the_bytes_of_the_specification():
    image = np.array([[[255, 0, 1], [255, 0, 1]]], np.uint8)
    data = Tga().encode(image)
    assert data[:18] == struct.pack("<BBBHHBHHHHBB", 0, 0, 10, 0, 0, 0, 0, 0, 2, 1, 24, 0x20)
    assert data[18:22] == bytes([0x81, 1, 0, 255])  # a run of two, blue first
    assert data[22:] == bytes(8) + b"TRUEVISION-XFILE.\0"
    assert Tga().breakdown(data) == {"header": 44, "tables": 0, "side information": 1, "payload": 3}


def test_packets_end_with_the_row():
    data = Tga().encode(np.zeros((3, 5), np.uint8))
    assert data[18:-26] == bytes([0x84, 0]) * 3


def _by_hand(kind, width, height, bits, flags, body, id_field=b"", colour_map=(0, 0, 0), first=0):
    fields = (len(id_field), colour_map[0], kind, first, *colour_map[1:], 0, 0, width, height, bits, flags)
    return struct.pack("<BBBHHBHHHHBB", *fields) + id_field + body


def test_packets_may_cross_rows():
    data = _by_hand(11, 2, 3, 8, 0x20, bytes([0x82, 7, 0x02, 1, 2, 3]))
    assert Tga().decode(data).tolist() == [[7, 7], [7, 1], [2, 3]]


@pytest.mark.parametrize("flags, rows", [(0x20, [[1, 2], [3, 4]]), (0, [[3, 4], [1, 2]]), (0x30, [[2, 1], [4, 3]])])
def test_both_directions_of_rows_and_pixels(flags, rows):
    assert Tga().decode(_by_hand(3, 2, 2, 8, flags, bytes([1, 2, 3, 4]))).tolist() == rows


def test_id_and_unused_colour_map_are_stepped_over():
    body = bytes(2 * 3) + bytes([1, 2])
    data = _by_hand(3, 2, 1, 8, 0x20, body, id_field=b"hello", colour_map=(1, 2, 24))
    assert Tga().decode(data).tolist() == [[1, 2]]


WORD = 1 << 15 | 31 << 10 | 16 << 5 | 1
"""Five bits each: red 31, green 16, blue 1; the bit above is alpha."""


@pytest.mark.parametrize("bits, flags, pixel, expected", [
    (15, 0x20, struct.pack("<H", WORD), [255, 131, 8]),
    (16, 0x20, struct.pack("<H", WORD), [255, 131, 8]),
    (16, 0x21, struct.pack("<H", WORD), [255, 131, 8, 255]),
    (16, 0x21, struct.pack("<H", WORD & 0x7FFF), [255, 131, 8, 0]),
    (24, 0x20, bytes([1, 2, 3]), [3, 2, 1]),
    (32, 0x20, bytes([1, 2, 3, 4]), [3, 2, 1]),
    (32, 0x28, bytes([1, 2, 3, 4]), [3, 2, 1, 4]),
])  # fmt: skip
def test_every_depth_as_pixels_and_in_a_map(bits, flags, pixel, expected):
    assert Tga().decode(_by_hand(2, 2, 1, bits, flags, pixel * 2)).tolist() == [[expected, expected]]
    assert Tga().decode(_by_hand(10, 2, 1, bits, flags, b"\x81" + pixel)).tolist() == [[expected, expected]]
    for index, kind in ((b"\x05", 8), (b"\x05\0", 16)):
        data = _by_hand(1, 1, 1, kind, flags, pixel + index, colour_map=(1, 1, bits), first=5)
        assert Tga().decode(data).tolist() == [[expected]]
        assert sum(Tga().breakdown(data).values()) == len(data)


@pytest.mark.parametrize("flags, rows", [(0x28, [[1, 2], [3, 4]]), (8, [[3, 4], [1, 2]]), (0x18, [[4, 3], [2, 1]])])
def test_grey_with_alpha(flags, rows):
    body = b"".join(bytes([grey, 200]) for grey in (1, 2, 3, 4))
    image = Tga().decode(_by_hand(3, 2, 2, 16, flags, body))
    assert image.shape == (2, 2, 2) and image[:, :, 0].tolist() == rows and (image[:, :, 1] == 200).all()


@pytest.mark.parametrize("meaning, planes", [(0, 3), (1, 3), (2, 3), (3, 4), (4, None)])
def test_the_extension_area_says_what_alpha_means(meaning, planes):
    data = _by_hand(2, 1, 1, 32, 0x28, bytes(4))
    data += bytes(494) + bytes([meaning]) + struct.pack("<II", len(data), 0) + b"TRUEVISION-XFILE.\0"
    if planes is None:
        with pytest.raises(Unsupported, match="premultiplied"):
            Tga().decode(data)
    else:
        assert Tga().decode(data).shape == (1, 1, planes)


@pytest.mark.parametrize(
    "data, feature",
    [
        (_by_hand(0, 1, 1, 8, 0, b""), "no image"),
        (_by_hand(32, 1, 1, 8, 0, b""), "Huffman"),
    ],
)
def test_valid_files_of_other_kinds_are_named(data, feature):
    with pytest.raises(Unsupported, match=feature):
        Tga().decode(data)


@pytest.mark.parametrize(
    "data, message",
    [
        (b"", "18 bytes"),
        (_by_hand(1, 1, 1, 8, 0, b"\0", colour_map=(1, 1, 24)), "before the pixels"),
        (_by_hand(9, 1, 1, 8, 0, b"\0"), "a map of 0"),
        (_by_hand(1, 1, 1, 8, 0, bytes(4), colour_map=(1, 1, 8)), "a map of 8"),
        (_by_hand(1, 1, 1, 8, 0, bytes(3) + b"\1", colour_map=(1, 1, 24)), "colour 1 of a map of 1"),
        (_by_hand(1, 1, 1, 8, 0, bytes(3) + b"\1", colour_map=(1, 1, 24), first=2), "colour -1 of a map of 1"),
        (_by_hand(2, 1, 1, 32, 8, bytes(3)), "4 bytes; 3 are there"),
        (_by_hand(77, 1, 1, 8, 0, b"\0"), "kind 77"),
        (_by_hand(3, 1, 1, 24, 0, bytes(3)), "24 bits"),
        (_by_hand(3, 0, 1, 8, 0, b""), "1 x 0"),
        (_by_hand(2, 65535, 65535, 24, 0, b""), "65535 x 65535"),
        (_by_hand(3, 2, 2, 8, 0, b"\0\0\0"), "4 bytes; 3 are there"),
        (_by_hand(3, 1, 1, 8, 0, b"", colour_map=(1, 300, 24)), "before the pixels"),
        (_by_hand(11, 2, 2, 8, 0, b"\x80\x01"), "do not fill"),
    ],
)
def test_broken_files_are_told(data, message):
    with pytest.raises(CorruptStream, match=message):
        Tga().decode(data)


def test_sixteen_bits_are_refused():
    with pytest.raises(ValueError, match="8 bits a sample"):
        Tga().encode(np.zeros((2, 2), np.uint16))


def test_a_file_is_known_by_its_footer_else_by_its_suffix():
    data = Tga().encode(PICTURES["grey"])
    assert formats.format_of(data) == Tga() and formats.format_of(data[:-26]) is None
    assert formats.format_of(data[:-26], ".TGA") == Tga()
    assert np.array_equal(formats.decode(data), PICTURES["grey"])
    with pytest.raises(CorruptStream, match="no file of a format"):
        formats.decode(b"hello")
