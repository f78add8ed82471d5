"""The 14 bytes before and the 4 after: by hand, and with every byte wrong."""

import struct
import zlib

import numpy as np
import pytest

from imgcomp_lib.core import container
from imgcomp_lib.core.bits import CorruptStream

IMAGE = np.zeros((258, 3, 3), np.uint8)


def test_the_bytes_of_the_drawing():
    data = container.pack("raw", IMAGE, 8, b"xyz")
    assert data[:14] == b"ICL1raw \x01\x02\x00\x03\x03\x08"
    assert data[14:17] == b"xyz"
    assert data[17:] == struct.pack(">I", zlib.crc32(data[:17])) and len(data) == 21


def test_unpack_undoes_pack():
    header, payload = container.unpack(container.pack("raw", IMAGE, 8, b"xyz"), "raw")
    assert payload == b"xyz" and header == ("raw", 258, 3, 3, 8)
    assert (header.shape, header.dtype, header.samples) == ((258, 3, 3), np.uint8, 258 * 9)
    grey, _ = container.unpack(container.pack("raw", np.zeros((2, 5), np.uint16), 12, b""), "raw")
    assert (grey.shape, grey.dtype) == ((2, 5), np.uint16)


def test_a_progressive_file_may_be_cut_behind_its_header():
    data = container.pack("raw", IMAGE, 8, b"xyz", progressive=True)
    assert data == data[:14] + struct.pack(">I", zlib.crc32(data[:14])) + b"xyz"
    for kept in range(4):
        assert container.unpack(data[: 18 + kept], "raw", progressive=True)[1] == b"xyz"[:kept]
    for size in range(18):
        with pytest.raises(CorruptStream, match="cut short"):
            container.unpack(data[:size], "raw", progressive=True)


def test_every_flipped_bit_of_a_progressive_header_is_noticed():
    data = container.pack("raw", IMAGE, 8, b"xyz", progressive=True)
    for bit in range(8 * 18):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CorruptStream):
            container.unpack(bytes(damaged), "raw", progressive=True)


def test_every_flipped_bit_is_noticed():
    data = container.pack("raw", IMAGE, 8, b"xyz")
    for bit in range(8 * len(data)):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CorruptStream):
            container.unpack(bytes(damaged), "raw")


@pytest.mark.parametrize("data", [b"", b"ICL1", b"PNG!" + bytes(20), b"ICL2" + bytes(20)])
def test_no_header_is_told(data):
    with pytest.raises(CorruptStream, match="no ICL1 header"):
        container.unpack_header(data)


@pytest.mark.parametrize(
    "fields", [(0, 5, 1, 8), (5, 0, 1, 8), (5, 5, 2, 8), (5, 5, 1, 7), (5, 5, 1, 17), (65535, 65535, 1, 8)]
)
def test_impossible_headers_are_told(fields):
    with pytest.raises(CorruptStream, match="no image is"):
        container.unpack_header(struct.pack(">4s4sHHBB", b"ICL1", b"raw ", *fields))


def test_the_widest_headers_are_taken():
    for height, width, planes, depth in ((1 << 13, 1 << 14, 3, 8), (1, 65535, 1, 16), (1, 1, 1, 9)):
        header = container.unpack_header(struct.pack(">4s4sHHBB", b"ICL1", b"rle ", height, width, planes, depth))
        assert header == ("rle", height, width, planes, depth) and header.samples == height * width * planes
        assert header.dtype == (np.uint8 if depth == 8 else np.uint16)
    with pytest.raises(CorruptStream, match="no image is 8193 x 16384 with 1 planes of 8 bits"):
        container.unpack_header(struct.pack(">4s4sHHBB", b"ICL1", b"raw ", 8193, 16384, 1, 8))


@pytest.mark.parametrize("change, message", [
    ({"name": "champ"}, "'champ'"),
    ({"name": b"raw"}, "b'raw'"),
    ({"name": "naïf"}, "'naïf'"),
    ({"depth": 7}, "depth is a whole number from 8 to 16, not 7"),
    ({"depth": 17}, "depth is a whole number from 8 to 16, not 17"),
    ({"payload": "xyz"}, "data are bytes, not str"),
])  # fmt: skip
def test_what_no_file_is_made_of(change, message):
    whole = {"name": "four", "image": IMAGE.astype(np.uint16), "depth": 16, "payload": b""}
    assert container.unpack(container.pack(**whole), "four")[0] == ("four", 258, 3, 3, 16)
    with pytest.raises(ValueError, match=message):
        container.pack(**whole | change)


def test_bodies_have_their_lengths_before_them():
    payload = b"\0\0\0\2ab" + b"\0\0\0\0" + b"\0\0\1\1" + bytes(257)
    assert container.bodies(payload, 3) == [b"ab", b"", bytes(257)] and container.bodies(b"", 0) == []
    for count in (-1, 8):
        with pytest.raises(ValueError, match=f"count is a whole number from 0 to 7, not {count}"):
            container.bodies(payload[:7], count)
    for broken, count in ((payload, 2), (payload, 4), (payload[:-1], 3), (payload + b"\0", 3)):
        with pytest.raises(CorruptStream, match=f"bodies of {count} colour planes do not fill .* {len(broken)} bytes"):
            container.bodies(broken, count)


def test_the_parts_of_a_file_add_up():
    assert container.parts(bytes(20)) == {"header": 18, "tables": 0, "side information": 0, "payload": 2}
    assert container.parts(bytes(30), 3, 2) == {"header": 18, "tables": 3, "side information": 2, "payload": 7}
    assert container.parts(bytes(20), 2)["payload"] == container.parts(bytes(18))["payload"] == 0
    for size, tables in ((20, 3), (17, 0)):
        with pytest.raises(ValueError):
            container.parts(bytes(size), tables)
    with pytest.raises(ValueError, match="data are bytes"):
        container.parts("twenty")
    for tables, side in ((-1, 0), (0, -1), (31, 0), (0, 31)):
        with pytest.raises(ValueError, match=r"(tables|side) is a whole number from 0 to 30, not"):
            container.parts(bytes(30), tables, side)


def test_another_codec_is_named():
    with pytest.raises(CorruptStream, match="'rle', not 'raw'"):
        container.unpack(container.pack("rle", IMAGE, 8, b""), "raw")
