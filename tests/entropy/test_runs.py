"""Runs, packets, Gray code and bit planes, by worked examples and by law."""

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
        ([7] * 130, "ff 07 81 07"),
    ],
)
def test_packets_by_hand(pixels, packets):
    assert runs.pack_row(np.array(pixels, np.uint8)[:, None]) == bytes.fromhex(packets)


def test_colour_pixels_are_one_symbol():
    pixels = np.array([[1, 2, 3], [1, 2, 3], [1, 2, 4]], np.uint8)
    assert runs.pack_row(pixels) == bytes.fromhex("81 010203 00 010204")


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
