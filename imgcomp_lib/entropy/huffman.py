"""Huffman codes, from codeword lengths to bits and back; `huffman_lengths` finds the lengths.

    symbol     a    b    c    d      The lengths are all that a file must hold.  The codewords follow from them in
    length     1    2    3    3      canonical order: shorter before longer, of one length by symbol, each one more
    codeword   0   10  110  111      than the word before (and a zero behind it for each bit that it is longer).

A length of 0 says that the symbol does not occur.  A lone symbol has the codeword 0 in the table and takes no bits in
the data: whoever knows the table and the count knows them all.  Chapter 6; `deflate` packs the same codes its own way.

Source: canonical order as in RFC 1951, 3.2.2; E. S. Schwartz and B. Kallick, "Generating a canonical prefix encoding",
Comm. ACM 7(3), 1964, doi:10.1145/363958.363991.
"""

import numpy as np

from ..core.bits import CorruptStream, put_symbols
from ..core.codec import MAX_SAMPLES, check_bytes, check_number, check_symbols
from ..core.kernels import kernel
from . import runs
from .huffman_lengths import LONGEST
from .integer_codes import gamma_encode, read_gamma

ROOT = 11
"""Codewords of so many bits are found by one look into a table; the others, rare by nature, by counting."""


def codewords(lengths) -> np.ndarray:
    """Return the (n,) int64 canonical codewords, each a number of `lengths` bits; `CorruptStream` for no prefix code.

    >>> [f"{word:0{n}b}" for word, n in zip(codewords([1, 2, 3, 3]), [1, 2, 3, 3])]
    ['0', '10', '110', '111']
    """
    return _canonical(check(lengths))


def kraft(lengths) -> float:
    """Return Kraft's sum of 2 ** -length over the symbols in use: at most 1 for a prefix code, 1 when none is wasted.

    >>> kraft([1, 2, 3, 3]), kraft([1, 1, 2])
    (1.0, 1.25)
    """
    return _kraft(_whole(lengths)) / 2**LONGEST


def check(lengths) -> np.ndarray:
    """Return `lengths` as (n,) int64, n at most 65536, or raise `CorruptStream` where no prefix code has them."""
    lengths = _whole(lengths)
    if _kraft(lengths) > 1 << LONGEST:
        raise CorruptStream(f"no prefix code: Kraft's sum of the codeword lengths is {kraft(lengths):.4g}, above 1")
    return lengths


def encode(symbols, lengths) -> bytes:
    """Return the codewords of `symbols` one after the other, filled up to a whole byte, most significant bit first.

    symbols: (n,) integers; `ValueError` for one that has no codeword.

    >>> encode([0, 1, 0, 2], [1, 2, 3, 3]).hex()
    '4c'
    """
    symbols, lengths = check_symbols(symbols, 1 << 16).ravel(), check(lengths)
    bits = _size(symbols, lengths)
    out = np.zeros((bits + 7) // 8, np.uint8)
    if bits:
        put_symbols(symbols, _canonical(lengths), lengths, False, out)
    return out.tobytes()


def size(symbols, lengths) -> int:
    """Return how many bits `encode` needs for `symbols`; `ValueError` for a symbol that has no codeword."""
    return _size(check_symbols(symbols, 1 << 16).ravel(), _whole(lengths))


def _size(symbols, lengths):
    counts = np.bincount(symbols, minlength=len(lengths))
    missing = np.flatnonzero(counts[: len(lengths)] * (lengths == 0))
    if len(counts) > len(lengths) or missing.size:
        raise ValueError(f"symbol {missing[0] if missing.size else len(counts) - 1} has no codeword")
    return int(counts @ lengths) if np.count_nonzero(lengths) > 1 else 0


def decode(data: bytes, lengths, count: int) -> np.ndarray:
    """Return the first `count` symbols, (count,) uint16, of which `encode` made `data`.

    `CorruptStream` if the data end first, or hold bits that are no codeword, or the lengths are no prefix code.

    >>> decode(bytes.fromhex("4c"), [1, 2, 3, 3], 4)
    array([0, 1, 0, 2], dtype=uint16)
    """
    lengths, data, count = check(lengths), check_bytes(data), check_number("count", count, 0, MAX_SAMPLES)
    used = np.flatnonzero(lengths)
    if len(used) == 1:
        return np.full(count, used[0], np.uint16)
    if count > 8 * len(data) or (count and not len(used)):
        raise CorruptStream(f"{len(data)} bytes cannot hold {count} codewords")
    symbols = np.empty(count, np.uint16)
    padded = np.frombuffer(data + bytes(4), np.uint8)
    if _decode(padded, 8 * len(data), *tables(lengths), symbols) < 0:
        raise CorruptStream("the data end inside a codeword, or hold bits that are none")
    return symbols


def pack_lengths(lengths) -> bytes:
    """Return the code table for a file: runs of equal lengths, filled up to a whole byte.

    Each run is two of Elias's gamma codewords (`integer_codes`): the step from the length before (-1 at first) as
    2n - 1 upwards and 2n downwards, never 0; then how many symbols have this length.

    >>> pack_lengths([1, 2, 3, 3]).hex()
    '7e80'
    """
    values, repeats = runs.encode(check(lengths))
    steps = np.diff(values, prepend=-1)
    return gamma_encode(np.stack((np.where(steps > 0, 2 * steps - 1, -2 * steps), repeats), 1).ravel())


def unpack_lengths(data: bytes, count: int) -> tuple[np.ndarray, int]:
    """Return the lengths of `count` symbols, (count,) int64, and how many bytes of `data` held them.

    `CorruptStream` if the data end first, or hold no such table, or the lengths are no prefix code's.
    """
    data, count = check_bytes(data), check_number("count", count, 0, 1 << 16)
    stream, found, length, position = np.frombuffer(data, np.uint8), [], -1, 0
    while len(found) < count:
        step, position = read_gamma(stream, position)
        run, position = read_gamma(stream, position)
        if min(step, run) < 0:
            raise CorruptStream(f"the code table ends after {len(found)} of {count} symbols")
        length += (step + 1) // 2 if step % 2 else -step // 2
        if len(found) + run > count or not 0 <= length <= LONGEST:
            raise CorruptStream(f"a code table with {run} symbols of {length} bits after {len(found)} of {count}")
        found += [length] * run
    return check(found), (position + 7) // 8


def tables(lengths: np.ndarray, lsb_first: bool = False) -> tuple[np.ndarray, ...]:
    """Return what a decoder looks codewords up in: `(look, starts, order)`, all int64.

    look: (2 ** ROOT,), for every value of the next ROOT bits, symbol * 64 + length of the codeword that they begin
    with, 0 where it is longer.  starts: how many codewords there are of each length.  order: symbols, shorter first.
    """
    lengths, lsb_first = check(lengths), bool(check_number("lsb_first", lsb_first, 0, 1))
    look, starts, order = np.zeros(1 << ROOT, np.int64), np.zeros(LONGEST + 1, np.int64), np.zeros_like(lengths)
    used = fill_tables(lengths, lsb_first, look, starts, order)
    return look, starts, order[:used]


@kernel
def fill_tables(lengths, lsb_first, look, starts, order):
    """Fill the arrays that `tables` returns, `order` as long as `lengths` or longer; return how many symbols are used.

    lengths: int64, those of a code that is not over-subscribed, none above LONGEST; nothing is checked.
    """
    look[:], starts[:] = 0, 0
    for length in lengths:
        starts[length] += length > 0
    at = np.zeros(LONGEST + 2, np.int64)
    for length in range(1, LONGEST + 1):
        at[length + 1] = at[length] + starts[length]
    for symbol in range(len(lengths)):
        if lengths[symbol] > 0:
            order[at[lengths[symbol]]] = symbol
            at[lengths[symbol]] += 1
    _fill(look, order[: at[LONGEST + 1]], lengths, _canonical(lengths), lsb_first)
    return at[LONGEST + 1]


def _whole(lengths):
    """Return codeword lengths as (n,) int64; `CorruptStream` where they are none, or not 0 to 56 bits, or too many."""
    lengths = np.asarray(lengths)
    if lengths.ndim != 1 or (lengths.size and lengths.dtype.kind not in "iu"):
        raise CorruptStream(f"codeword lengths are whole numbers in one dimension, not {lengths.dtype}")
    if lengths.size and not (0 <= lengths.min() <= lengths.max() <= LONGEST and lengths.size <= 65536):
        raise CorruptStream(f"{lengths.size} codewords of {lengths.min()} to {lengths.max()} bits")
    return lengths.astype(np.int64)


def _kraft(lengths):
    """Return Kraft's sum in units of 2 ** -LONGEST, exactly: whole numbers of any size."""
    counts = np.bincount(lengths, minlength=1).tolist()
    return sum(count << LONGEST - length for length, count in enumerate(counts) if length)


@kernel
def _canonical(lengths):
    """Return the canonical codewords (RFC 1951, 3.2.2): the first of each length, then one more for each symbol."""
    starts = np.zeros(LONGEST + 2, np.int64)
    for length in lengths:
        starts[length + 1] += length > 0
    for length in range(2, LONGEST + 2):
        starts[length] = starts[length] + starts[length - 1] << 1
    words = np.zeros(len(lengths), np.int64)
    for symbol in range(len(lengths)):
        if lengths[symbol] > 0:
            words[symbol] = starts[lengths[symbol]]
            starts[lengths[symbol]] += 1
    return words


@kernel
def mirror(word, length):
    """Return the `length` bits of `word` in reverse order: DEFLATE packs numbers from the low bit, codewords not."""
    result = 0
    for _ in range(length):
        result, word = result << 1 | word & 1, word >> 1
    return result


@kernel
def _fill(look, order, lengths, words, lsb_first):
    """Enter each codeword of at most ROOT bits wherever the next ROOT bits begin with it."""
    for symbol in order:
        length, word = lengths[symbol], words[symbol]
        if length > ROOT:
            break
        if lsb_first:
            look[mirror(word, length) :: 1 << length] = symbol << 6 | length
        else:
            look[word << ROOT - length : word + 1 << ROOT - length] = symbol << 6 | length


@kernel
def _decode(data, end, look, starts, order, symbols):
    """Fill `symbols` from the bits before `end`; four bytes follow them.  Return -1 for a broken stream."""
    position = 0
    for i in range(len(symbols)):
        at = position >> 3
        ahead = int(data[at]) << 16 | int(data[at + 1]) << 8 | int(data[at + 2])
        entry = look[ahead >> 24 - ROOT - (position & 7) & (1 << ROOT) - 1]
        if entry == 0:
            entry = by_counting(data, position, end, starts, order, False)
        position += entry & 63
        if entry == 0 or position > end:
            return -1
        symbols[i] = entry >> 6
    return position


@kernel
def by_counting(data, position, end, starts, order, lsb_first):
    """Return symbol * 64 + length of the codeword at bit `position`, found bit by bit; 0 where there is none.

    The codewords of one length are consecutive numbers, and begin at twice the end of those one bit shorter.
    """
    word, first, passed = 0, 0, 0
    for length in range(1, min(LONGEST, end - position) + 1):
        at = position + length - 1
        shift = at & 7 if lsb_first else 7 - (at & 7)
        word = word << 1 | (int(data[at >> 3]) >> shift) & 1
        if word - first < starts[length]:
            return order[passed + word - first] << 6 | length
        passed, first = passed + starts[length], first + starts[length] << 1
    return 0
