"""The Huffman codes of JPEG: the standard's tables, words by hand, best lengths with the word of ones kept free."""

import io
import itertools

import numpy as np
import pytest
from PIL import Image

from imgcomp_lib.entropy import huffman_lengths
from imgcomp_lib.formats.jpeg import codes

STANDARD = codes.DC_LUMINANCE, codes.DC_CHROMINANCE, codes.AC_LUMINANCE, codes.AC_CHROMINANCE


def entry(table, next16):
    """Look a word up as `look_up` says."""
    found = table[next16 >> 7]
    return int(found if found >= 0 else table[(next16 & 127) - found])


def code_of(*bits):
    """Return a code with so many words of 1, 2, ... bits for the symbols 0, 1, ..."""
    return codes.Code(np.array([*bits, *[0] * (16 - len(bits))]), np.arange(sum(bits)))


@pytest.mark.parametrize("code", STANDARD, ids=["K.3", "K.4", "K.5", "K.6"])
def test_the_standard_tables_are_those_of_everybody(code):
    Image.new("RGB", (8, 8)).save(out := io.BytesIO(), "JPEG")
    assert bytes([*code.bits, *code.values]) in out.getvalue()


def test_words_of_annex_k():
    """T.81, Tables K.3 and K.5: categories 0, 5, 11; 0/0 (EOB), 0/1, F/0 (ZRL), F/A."""
    word, length = codes.words(codes.DC_LUMINANCE)
    assert [(word[s], length[s]) for s in (0, 5, 11)] == [(0b00, 2), (0b110, 3), (0b111111110, 9)]
    word, length = codes.words(codes.AC_LUMINANCE)
    found = [f"{word[s]:0{length[s]}b}" for s in (0x00, 0x01, 0xF0, 0xFA)]
    assert found == ["1010", "00", "11111111001", "1111111111111110"]


@pytest.mark.parametrize(
    "code",
    [*STANDARD, code_of(), code_of(1), code_of(0, 3), code_of(*[1] * 16), code_of(*[0] * 15, 256),
     code_of(*[0] * 8, 256), code_of(*[0] * 9, 256)],
)  # fmt: skip
def test_every_word_is_looked_up_whatever_follows_it(code):
    table, (word, length) = codes.look_up(code), codes.words(code)
    covered = 0
    for symbol in code.values.tolist():
        rest = 16 - int(length[symbol])
        for tail in {0, 1, (1 << rest) - 1} if rest else {0}:
            assert entry(table, int(word[symbol]) << rest | tail) == symbol << 5 | length[symbol]
        covered += 1 << rest
    assert sum(entry(table, next16) != 0 for next16 in range(1 << 16)) == covered
    assert entry(table, 0xFFFF) == 0
    assert table.dtype == np.int32


@pytest.mark.parametrize(
    "bits, values",
    [([2], [0, 1]), ([0, 4], [0, 1, 2, 3]), ([1, 2], [0, 1, 2]), ([1], [256]), ([1], []), ([0] * 16, [1]),
     ([0] * 15 + [257], [*range(256), 0]), ([1] * 17, range(17)), ([-1, 3], [0, 1])],
)  # fmt: skip
def test_what_is_no_code(bits, values):
    with pytest.raises(ValueError, match=r"BITS|HUFFVAL|words"):
        codes.check_code((np.array([*bits, *[0] * (16 - len(bits))]), np.array(values, np.int64)))


@pytest.mark.parametrize("code", [None, 3, (), (1, 2), codes.DC_LUMINANCE[:1]])
def test_other_things_are_no_code(code):
    with pytest.raises(ValueError, match=r"code|BITS"):
        codes.words(code)


def cost(counts, code):
    return int((counts * codes.words(code)[1][: len(counts)]).sum())


def cheapest(counts, longest):
    """Return the fewest bits of all codes whose lengths leave a word of the longest length free, by trying them all."""
    used = [count for count in counts if count]
    every = itertools.product(range(1, longest + 1), repeat=len(used))
    fits = (lengths for lengths in every if sum(2.0**-size for size in lengths) < 1)
    return min(sum(c * size for c, size in zip(used, lengths, strict=True)) for lengths in fits)


@pytest.mark.parametrize("counts", [[5], [1, 1], [9, 1], [3, 3, 3], [8, 4, 2, 1], [0, 7, 0, 7, 1], [1, 1, 1, 1, 1]])
def test_no_code_is_shorter(counts):
    assert cost(np.array(counts), codes.optimal(counts)) == cheapest(counts, 6)


def test_counts_that_want_long_words():
    counts = 2 ** np.arange(30)
    code = codes.optimal(counts)
    assert codes.check_code(code).bits[15] > 0 and cost(counts, code) >= cost(counts, codes.optimal(counts // 2))
    free = huffman_lengths.optimal(np.append(counts * 32, 1), 16)
    assert cost(counts, code) == (counts * free[:-1]).sum()
    assert set(code.values.tolist()) == set(range(30))


def test_no_symbols_and_all_of_them():
    assert len(codes.optimal([]).values) == len(codes.optimal([0, 0]).values) == 0
    code = codes.optimal(np.ones(256, np.int64))
    assert code.bits.tolist() == [0] * 7 + [255, 1] + [0] * 7
    assert codes.optimal([0] * 255 + [3]).values.tolist() == [255]
    for counts in ([1] * 257, [-1], [1 << 35], [[1]], [0.5]):
        with pytest.raises(ValueError, match="counts"):
            codes.optimal(counts)
