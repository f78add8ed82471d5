"""Bits in both orders, the ends of streams, and the decorator that compiles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgcomp_lib.core import bits
from imgcomp_lib.core.bits import BitReader, BitWriter, CorruptStream

FIELDS = st.lists(st.integers(0, 40).flatmap(lambda w: st.tuples(st.integers(0, 2**w - 1), st.just(w))), max_size=16)


def test_msb_first_is_the_order_of_the_page():
    writer = BitWriter()
    for value, width in ((0b1, 1), (0b01, 2), (0b110, 3)):
        writer.write(value, width)
    assert len(writer) == 6
    assert writer.getvalue() == bytes([0b10111000])


def test_lsb_first_is_the_order_of_deflate():
    writer = BitWriter(lsb_first=True)
    for value, width in ((0b1, 1), (0b01, 2), (0b110, 3)):
        writer.write(value, width)
    assert writer.getvalue() == bytes([0b00110011])


@pytest.mark.parametrize("lsb_first", [False, True])
@given(fields=FIELDS)
def test_reader_undoes_writer(lsb_first, fields):
    writer = BitWriter(lsb_first)
    for value, width in fields:
        writer.write(value, width)
    reader = BitReader(writer.getvalue(), lsb_first)
    assert [(reader.read(width), width) for _, width in fields] == fields
    assert len(writer.getvalue()) == (sum(width for _, width in fields) + 7) // 8


@pytest.mark.parametrize("value, width", [(2, 1), (-1, 8), (1, 0), (1, -1)])
def test_what_does_not_fit_is_refused(value, width):
    with pytest.raises(ValueError, match="does not fit"):
        BitWriter().write(value, width)


def test_reading_past_the_end_says_where():
    reader = BitReader(b"\xff")
    reader.read(5)
    with pytest.raises(CorruptStream, match="4 bits wanted at bit 5 of 8"):
        reader.read(4)
    assert reader.read(3) == 7  # the failed read took nothing


@given(fields=FIELDS)
def test_kernels_write_what_the_writer_writes(fields):
    out, position, writer = np.zeros(5 * len(fields) + 1, np.uint8), 0, BitWriter()
    for value, width in fields:
        position = bits.put_bits(out, position, value, width)
        writer.write(value, width)
    assert position == len(writer) and out.tobytes()[: (position + 7) // 8] == writer.getvalue()
    position = 0
    for value, width in fields:
        assert bits.get_bits(out, position, width) == value
        position += width


ONES = (1 << 56) - 1


@pytest.mark.parametrize("words, widths, high, low", [
    ([], [], "", ""),
    ([0b1, 0b01, 0b110], [1, 2, 3], "b8", "33"),
    ([True, 0, True], [1, 0, 1], "c0", "03"),
    ([0xABC, 0x5], [12, 4], "ab c5", "bc 5a"),
    ([0x1, 0x123456789ABCDE], [4, 56], "11 23 45 67 89 ab cd e0", "e1 cd ab 89 67 45 23 01"),
    ([127, ONES, 0, ONES], [7, 56, 1, 56], "ffffffffffffff fe ffffffffffffff", "ffffffffffffff 7f ffffffffffffff"),
    ([0, 1], [56, 9], "00000000000000 00 80", "00000000000000 01 00"),
    ([255, ONES, 0], [8, 56, 1], "ff" * 8 + "00", "ff" * 8 + "00"),
])  # fmt: skip
def test_packed_by_hand(words, widths, high, low):
    assert bits.pack(words, widths).hex() == high.replace(" ", "")
    assert bits.pack(words, widths, lsb_first=True).hex() == low.replace(" ", "")


@pytest.mark.parametrize("lsb_first", [False, True])
@given(fields=FIELDS)
def test_packed_is_what_the_writer_writes(lsb_first, fields):
    writer = BitWriter(lsb_first)
    for value, width in fields:
        writer.write(value, width)
    assert bits.pack(*zip(*fields, strict=True) if fields else ([], []), lsb_first) == writer.getvalue()


@pytest.mark.parametrize("words, widths, message", [
    ([5, 2, 9], [3, 1, 2], "2 does not fit in 1 bits"),
    ([1], [0], "1 does not fit in 0 bits"),
    ([-1], [8], "-1 does not fit in 8 bits"),
    ([1, 1], [1, 57], "words of 0 to 56 bits, not 1 to 57"),
    ([0, 1], [-1, 1], "words of 0 to 56 bits, not -1 to 1"),
    ([0.5], [1], "whole numbers, not float64 and int64"),
    ([1], [1.0], "whole numbers, not int64 and float64"),
    ([[1]], [[1]], "as many whole numbers"),
    ([1, 1], [1], "as many whole numbers"),
    ([1], [1, 1], "as many whole numbers"),
])  # fmt: skip
def test_words_that_cannot_be_packed(words, widths, message):
    with pytest.raises(ValueError, match=message):
        bits.pack(words, widths)


@pytest.mark.parametrize("words, widths, message", [
    (np.zeros(2, int), np.ones(1, int), "2 words, and 1 widths that have to be 0 to 56 bits"),
    (np.zeros(1, int), np.array([57]), "0 to 56 bits"),
    (np.zeros(1, int), np.array([-1]), "0 to 56 bits"),
    (np.zeros(1), np.ones(1, int), "rows of int64"),
    (np.zeros(1, int), np.ones(1, np.int32), "rows of int64"),
    (np.zeros((1, 1), int), np.ones((1, 1), int), "rows of int64"),
    ([0], [1], "rows of int64"),
])  # fmt: skip
def test_words_that_are_packed_unseen(words, widths, message):
    with pytest.raises(ValueError, match=message):
        bits.packed(words, widths)


@pytest.mark.parametrize("data, position, most, zeros", [
    ([0x00, 0x10], 0, 99, 11), ([0x00, 0x10], 3, 99, 8), ([0x00, 0x10], 3, 8, 8), ([0x00, 0x10], 3, 7, 7),
    ([0x00, 0x10], 11, 99, 0), ([0x00, 0x10], 12, 99, 4), ([0x00, 0x10], 16, 99, 0), ([0x01], 0, 9, 7),
    ([0xFE, 0x00, 0x80], 7, 99, 9), ([0x00], 2, 0, 0), ([], 0, 5, 0),
])  # fmt: skip
def test_zeros_are_counted_to_a_one_or_to_the_end(data, position, most, zeros):
    assert bits.count_zeros(np.array(data, np.uint8), position, most) == zeros


def test_widths_have_ends():
    writer = BitWriter()
    writer.write(0, 1 << 16)
    assert len(writer) == 1 << 16 and writer.getvalue() == bytes(1 << 13)
    for value, width in ((0, (1 << 16) + 1), (1.0, 3), (1, 3.0), (0.0, 0)):
        with pytest.raises(ValueError, match="bits"):
            writer.write(value, width)
    reader = BitReader(b"\xff\xfe")
    for width in (-1, 1.0, (1 << 63) + 1):
        with pytest.raises(ValueError, match="width is a whole number from 0"):
            reader.read(width)
    with pytest.raises(CorruptStream, match="17 bits wanted at bit 0 of 16"):
        reader.read(17)
    assert reader.read(16) == 0xFFFE and reader.read(0) == 0


def test_errors_are_value_errors():
    assert issubclass(CorruptStream, ValueError) and issubclass(bits.Unsupported, ValueError)
