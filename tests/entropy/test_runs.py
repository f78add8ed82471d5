"""Runs and packets, by worked examples and by law."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from imgcomp_lib.core.bits import CorruptStream
from imgcomp_lib.entropy import runs

FEW_LEVELS = arrays(np.uint8, st.integers(0, 400), elements=st.integers(0, 2))


def test_worked_example():
    values, lengths = runs.encode(np.array([0, 0, 0, 0, 7, 7, 3]))
    assert values.tolist() == [0, 7, 3] and lengths.tolist() == [4, 2, 1]


@given(FEW_LEVELS)
def test_runs_undo_and_are_the_longest(symbols):
    values, lengths = runs.encode(symbols)
    assert np.array_equal(runs.decode(values, lengths), symbols)
    assert (lengths >= 1).all() and not (values[1:] == values[:-1]).any()
    assert values.dtype == symbols.dtype and lengths.dtype == np.int64


def test_what_runs_are_not(monkeypatch):
    assert runs.decode([5, 6], [0, 2]).tolist() == [6, 6]
    for values, lengths in (([5], [-1]), ([5, 6], [1]), ([5], [1, 1])):
        with pytest.raises(ValueError, match=r"lengths are whole numbers from 0|as many values as lengths"):
            runs.decode(values, lengths)
    monkeypatch.setattr(runs, "MAX_SAMPLES", 7)
    assert runs.decode([0, 7, 3], [4, 2, 1]).tolist() == [0, 0, 0, 0, 7, 7, 3]
    with pytest.raises(ValueError, match="at most 7 symbols"):
        runs.decode([0, 7, 3], [4, 2, 2])


def test_runs_have_one_dimension():
    with pytest.raises(ValueError, match="one dimension"):
        runs.encode(np.zeros((2, 2)))


@pytest.mark.parametrize(
    "pixels, packets",
    [
        ([5] * 4, "83 05"),
        ([1, 2, 3], "02 01 02 03"),
        ([5, 5, 5, 8, 9], "82 05 01 08 09"),
        ([1, 2, 2, 3], "03 01 02 02 03"),  # two equal bytes inside a raw packet cost nothing
        ([2, 2, 3], "81 02 00 03"),  # but they begin no raw packet
        ([1, 2, 2, 2, 3], "00 01 82 02 00 03"),  # and three are shorter as a run
        ([7] * 128, "ff 07"),
        ([7] * 130, "ff 07 81 07"),
        ([*range(130)], "7f" + bytes(range(128)).hex() + "01 80 81"),
    ],
)
def test_packets_by_hand(pixels, packets):
    pixels, packets = np.array(pixels, np.uint8)[:, None], bytes.fromhex(packets)
    assert runs.pack_row(pixels) == packets and np.array_equal(runs.unpack(packets, len(pixels), 1)[0], pixels)


def test_colour_pixels_are_one_symbol():
    pixels = np.array([[1, 2, 3], [1, 2, 3], [1, 2, 4], [5, 5, 5], [5, 5, 5]], np.uint8)
    assert runs.pack_row(pixels) == bytes.fromhex("81 010203 00 010204 81 050505")


def test_pixels_are_the_same_in_all_bytes_or_not_at_all():
    first, second, third, last = np.eye(4, dtype=np.uint8)
    # Neighbours that a sum of the bytes, or bytes put less or more than eight bits apart, would take for equal.
    pixels = [first, second, third, last, 2 * last, 128 * first, second, 2 * first, second, first, 2 * second, first]
    pixels = np.array([*pixels, 16 * second], np.uint8)
    assert runs.pack_row(pixels) == bytes([12]) + pixels.tobytes()


def test_packets_are_read_to_the_last_byte():
    data = bytes.fromhex("80 010203 01 040506 070809 81 010101")
    pixels, used = runs.unpack(data, 5, 3)
    assert pixels.tolist() == [[1, 2, 3], [4, 5, 6], [7, 8, 9], [1, 1, 1], [1, 1, 1]] and used == len(data)
    for size in range(len(data)):
        with pytest.raises(CorruptStream, match="do not fill 5 pixels of 24 bits"):
            runs.unpack(data[:size], 5, 3)


@pytest.mark.parametrize(
    "packets, width, count",
    [("", 1, 0), ("82 05 01 08 09", 1, 2), ("80 010203 01 010203 040506 ff 010203", 3, 3), ("7f" + 128 * "ff", 1, 1)],
)
def test_packets_are_counted(packets, width, count):
    assert runs.count_packets(bytes.fromhex(packets), width) == count


def test_a_pixel_has_one_to_eight_bytes():
    assert (
        runs.unpack(b"\x80abcdefgh", 1, 8)[0].tobytes() == b"abcdefgh" and runs.count_packets(b"\x80abcdefgh", 8) == 1
    )
    for pixels in ([[256]], [[-1]], [[[1]]], [[0.5]]):
        with pytest.raises(ValueError, match=r"pixels (are whole numbers from 0 to 255|have 2 dimensions)"):
            runs.pack_row(pixels)
    for width in (0, 9):
        with pytest.raises(ValueError, match=f"width is a whole number from 1 to 8, not {width}"):
            runs.unpack(b"\x80abcdefghi", 1, width)
    assert runs.unpack(b"", 0, 1)[1] == 0
    with pytest.raises(ValueError, match="count is a whole number from 0 to"):
        runs.unpack(b"\x80a", -1, 1)


@given(FEW_LEVELS, st.sampled_from([1, 3]))
def test_unpack_undoes_pack(symbols, width):
    pixels = symbols[: len(symbols) // width * width].reshape(-1, width)
    data = runs.pack_row(pixels)
    unpacked, used = runs.unpack(data + b"junk", len(pixels), width)
    assert np.array_equal(unpacked, pixels) and used == len(data)
    assert len(data) <= pixels.size + -(-len(pixels) // runs.LONGEST_PACKET)  # it never costs more than the heads


@pytest.mark.parametrize("data, count", [("", 1), ("83", 4), ("83 05", 3), ("02 01 02", 3), ("80 01", 2)])
def test_broken_packets_are_told(data, count):
    with pytest.raises(CorruptStream, match="do not fill"):
        runs.unpack(bytes.fromhex(data), count, 1)
