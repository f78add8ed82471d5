"""The Huffman codes of JPEG: as a file states them, as an encoder writes and a decoder looks up their words.

    BITS     0 1 5 1 1 1 1 1 1 0 0 0 0 0 0 0     how many words of 1, 2, ... 16 bits
    HUFFVAL  0  1 2 3 4 5  6  7  8  9 10 11      whose they are, the shortest first

Words of one length follow one another as numbers, and the first of the next length is the last plus one, a zero
behind it: 00, 010, 011, 100, 101, 110, 1110 and so on.  So lengths alone make the code.  No word has ones only,
because the bits that fill up the last byte are ones (F.1.2.3).  Chapter 14.

Source: ITU-T T.81, 1992, B.2.4.2 (as a file states a code), Annex C (its words), Annex K.3 (example codes).
"""

from typing import NamedTuple

import numpy as np

from ...core.codec import check_array
from ...entropy import huffman_lengths

LONGEST = 16
FIRST = 9
"""Bits that `look_up` resolves at once; longer words, which are rare, take a second step."""

_SCALE = 32  # one more bit for the word that is kept free never pays for a bit of a symbol


class Code(NamedTuple):
    """A code: `bits` (16,) int64, how many words of each length; `values` int64, 0 to 255, the words' symbols."""

    bits: np.ndarray
    values: np.ndarray


def check_code(code) -> Code:
    """Return a code as two arrays of int64; `ValueError` where it is none, or has a word of ones only."""
    if not isinstance(code, tuple | list) or len(code) != 2:
        raise ValueError(f"a code is BITS and HUFFVAL, not {type(code).__name__}")
    bits, values = check_array("BITS", code[0], (1,), 0, 256), check_array("HUFFVAL", code[1], (1,), 0, 255)
    if len(bits) != LONGEST or bits.sum() != len(values) or len(values) > 256:
        raise ValueError(f"BITS are 16 numbers that add up to at most 256 symbols, not {bits} for {len(values)}")
    free = 1
    for count in bits.tolist():
        free = 2 * free - count
        if free < 1:
            raise ValueError(f"words of 1 to 16 bits, none of ones only, are not as many as {bits}")
    return Code(bits, values)


def optimal(counts) -> Code:
    """Return the code that spends the fewest bits on symbols that occur so often, words of at most 16 bits (K.2).

    counts: (n,) whole numbers for the symbols 0 to n - 1, n at most 256.  The word of ones is kept free by a symbol
    that no file has and that is rarer than all others.

    >>> optimal([0, 5, 2, 1]).bits.tolist()[:4], optimal([0, 5, 2, 1]).values.tolist()
    ([1, 1, 1, 0], [1, 2, 3])
    """
    counts = check_array("counts", counts, (1,), 0, 1 << 34)
    if len(counts) > 256:
        raise ValueError(f"counts are of at most 256 symbols, not {len(counts)}")
    lengths = huffman_lengths.optimal(np.append(counts * _SCALE, 1), LONGEST)[:-1]
    bits = np.bincount(lengths, minlength=LONGEST + 1)[1:]
    order = np.argsort(lengths, kind="stable")
    return Code(bits, order[lengths[order] > 0])


def words(code: Code) -> tuple[np.ndarray, np.ndarray]:
    """Return the word of each symbol 0 to 255 and its bits, (256,) int64 each; 0 bits where it has none (C.2, C.3).

    >>> word, length = words(DC_LUMINANCE)
    >>> word[6], length[6]
    (np.int64(14), np.int64(4))
    """
    bits, values = check_code(code)
    word, length = np.zeros(256, np.int64), np.zeros(256, np.int64)
    sizes = np.repeat(np.arange(1, LONGEST + 1), bits)
    length[values] = sizes
    word[values] = _huffcode(bits)
    return word, length


def look_up(code: Code) -> np.ndarray:
    """Return a table that turns the next 16 bits of a file into a symbol, (512 + 128 n,) int32.

    entry = table[next16 >> 7], and where that is below 0, entry = table[(next16 & 127) - entry].  The symbol is
    entry >> 5, its word has entry & 31 bits; an entry of 0 says that no word begins so.
    """
    bits, values = check_code(code)
    entries = np.zeros(1 << LONGEST, np.int32)
    sizes = np.repeat(np.arange(1, LONGEST + 1), bits)
    spans = 1 << LONGEST - sizes
    entries[: spans.sum()] = np.repeat(values << 5 | sizes, spans)
    rows = entries.reshape(1 << FIRST, -1)
    split = np.flatnonzero((rows[:, 0] != rows[:, -1]) | (rows[:, 0] & 31 > FIRST))
    first = rows[:, 0].copy()
    first[split] = -(len(first) + rows.shape[1] * np.arange(len(split)))
    return np.concatenate([first, rows[split].ravel()])


def _huffcode(bits):
    """Return the words of a code in order (C.2, Figure C.2)."""
    found, word = [], 0
    for count in bits.tolist():
        found += range(word, word + count)
        word = 2 * (word + count)
    return found


def _standard(bits, values):
    """Return a code of Annex K.3 from its hexadecimal digits."""
    return Code(*(np.frombuffer(bytes.fromhex(text), np.uint8).astype(np.int64) for text in (bits, values)))


DC_LUMINANCE = _standard("00010501010101010100000000000000", "000102030405060708090a0b")
"""Table K.3."""

DC_CHROMINANCE = _standard("00030101010101010101010000000000", "000102030405060708090a0b")
"""Table K.4."""

AC_LUMINANCE = _standard(
    "0002010303020403050504040000017d",
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738"
    "393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5"
    "a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa",
)
"""Table K.5."""

AC_CHROMINANCE = _standard(
    "00020102040403040705040400010277",
    "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a353637"
    "38393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3"
    "a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa",
)
"""Table K.6."""
