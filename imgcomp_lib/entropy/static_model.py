"""Counts that are sent ahead: the static modeller of the arithmetic coder.

    symbols       a a a a a a a a a b b d
    counts        9 2 0 1        of a, b, c, d
    frequencies   12 3 0 1       in proportion, sum a power of two, at least 1 for what occurs
    table         the bits, runs of used and unused symbols, the frequencies of the used ones

The decoder needs the table before the first symbol, so it is part of the file.  Fine parts cost a long table and coarse
ones a longer message: `best` tries all of them.  Chapter 7.

Sources: as for `arithmetic`; the gamma codewords of the table as for `integer_codes`.
"""

import heapq

import numpy as np

from ..core.bits import CorruptStream
from ..core.kernels import kernel
from . import runs
from .arithmetic import advance, filled, finish, finished, get, overrun, put, start_decoder, start_encoder
from .integer_codes import gamma_decode, gamma_encode

MAX_BITS = 20
"""Tables divide the interval into at most 2**20 parts."""


def quantise(counts: np.ndarray, bits: int) -> np.ndarray:
    """Return integers in proportion to `counts` that add up to 2**bits; what occurs gets at least 1.

    counts: (n,) integers ≥ 0, not all 0, at most 2**bits of them positive.

    >>> quantise(np.array([90, 0, 9, 1]), 4)
    array([14,  0,  1,  1])
    """
    counts = np.asarray(counts, np.int64)
    if not 0 < np.count_nonzero(counts) <= 1 << bits:
        raise ValueError(f"{np.count_nonzero(counts)} different symbols do not fit into 2**{bits} parts")
    freqs = np.maximum((counts << bits) // counts.sum(), counts > 0)
    missing = (1 << bits) - int(freqs.sum())
    sign = 1 if missing > 0 else -1
    # Each step goes where it helps most, or hurts least: the derivative of count * log2(freq), halfway.
    heap = [(-sign * 2 * counts[i] / (2 * freqs[i] + sign), i) for i in np.flatnonzero(freqs > (sign < 0))]
    heapq.heapify(heap)
    for _ in range(abs(missing)):
        i = heap[0][1]
        freqs[i] += sign
        if freqs[i] + sign < 1:
            heapq.heappop(heap)
        else:
            heapq.heapreplace(heap, (-sign * 2 * counts[i] / (2 * freqs[i] + sign), i))
    return freqs


def cost(counts: np.ndarray, freqs: np.ndarray) -> float:
    """Return the bits that an ideal coder spends on symbols that occur `counts` times, given their `freqs`.

    >>> cost(np.array([2, 1, 1]), np.array([2, 1, 1]))
    6.0
    """
    seen = counts > 0
    return float(counts.sum() * np.log2(freqs.sum()) - (counts[seen] * np.log2(freqs[seen])).sum())


def best(counts: np.ndarray) -> np.ndarray:
    """Return the frequencies of the table that makes table and message together the smallest."""
    least = int(np.count_nonzero(counts) - 1).bit_length()
    tables = [quantise(counts, bits) for bits in range(least, max(17, least + 4))]
    return min(tables, key=lambda freqs: 8 * len(pack(freqs)) + cost(counts, freqs))


def pack(freqs: np.ndarray) -> bytes:
    """Return the table as bytes: a head, the runs of used and unused symbols, the frequencies of the used ones.

    The head is the number of bits, plus 128 if symbol 0 is used.  Both lists are gamma codewords, each filled up to a
    byte, and need no count: the runs add up to the alphabet, the frequencies to 2**bits.

    >>> pack(np.array([12, 3, 0, 1])).hex(" ")
    '84 58 18 e0'
    """
    used, repeats = runs.encode((freqs > 0).astype(np.uint8))
    head = int(freqs.sum()).bit_length() - 1 | int(used[0]) << 7
    return bytes([head]) + gamma_encode(repeats) + gamma_encode(freqs[freqs > 0])


def unpack(data: bytes, alphabet: int) -> tuple[np.ndarray, int]:
    """Return the (alphabet,) frequencies at the front of `data`, and how many bytes they took.  `CorruptStream`."""
    if not data or data[0] & 127 > MAX_BITS:
        raise CorruptStream("no table of frequencies")
    repeats = gamma_decode(data[1:], alphabet)
    used = runs.decode((data[0] >> 7) + np.arange(len(repeats)) & 1, repeats)
    start = 1 + len(gamma_encode(repeats))
    values = gamma_decode(data[start:], 1 << (data[0] & 127))
    if len(values) != used.sum():
        raise CorruptStream(f"{len(values)} frequencies for {used.sum()} symbols")
    freqs = np.zeros(alphabet, np.int64)
    freqs[used == 1] = values
    return freqs, start + len(gamma_encode(values))


def encode(symbols: np.ndarray, freqs: np.ndarray) -> bytes:
    """Return the stream of `symbols`, (n,) integers that index `freqs`; only `pack` asks for a sum of 2**bits."""
    counts = np.bincount(symbols, minlength=len(freqs))
    if (freqs[counts > 0] == 0).any():
        raise ValueError("a symbol without a frequency has no codeword")
    symbols, starts = symbols.astype(np.int64), np.cumsum(freqs) - freqs
    room = int(cost(counts, freqs) / 8) + 16
    return filled(lambda out: _encode(symbols, starts, freqs, int(freqs.sum()), out), room)


def decode(data: bytes, freqs: np.ndarray, count: int) -> np.ndarray:
    """Return the `count` symbols, uint16, of which `encode` made `data`; `CorruptStream` if it is not whole."""
    symbols = np.zeros(count, np.uint16)
    owners = np.repeat(np.arange(len(freqs)), freqs)
    starts = np.cumsum(freqs) - freqs
    if not _decode(np.frombuffer(data, np.uint8), owners, starts, freqs, symbols):
        raise CorruptStream(f"an arithmetic stream that does not end with its {count} symbols")
    return symbols


@kernel
def _encode(symbols, starts, freqs, total, out):
    """Code each symbol as its slice of `total`; return the size."""
    state = start_encoder()
    for i in range(len(symbols)):
        put(state, out, starts[symbols[i]], freqs[symbols[i]], total)
    return finish(state, out)


@kernel
def _decode(data, owners, starts, freqs, symbols):
    """Fill `symbols`; `owners` says whose each part of the interval is.  Return whether the stream was whole."""
    state = start_decoder(data)
    total = len(owners)
    for i in range(len(symbols)):
        symbol = owners[get(state, total)]
        advance(state, data, starts[symbol], freqs[symbol], total)
        symbols[i] = symbol
        if overrun(state, data):
            return False
    return finished(state, data)
