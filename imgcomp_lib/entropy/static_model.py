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
from ..core.codec import MAX_SAMPLES, check_array, check_bytes, check_number, check_symbols
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
    counts, bits = check_counts(counts), check_number("bits", bits, 0, MAX_BITS)
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
    counts, freqs = check_counts(counts), check_counts(freqs)
    if len(counts) != len(freqs) or (freqs[counts > 0] == 0).any():
        raise ValueError(f"{len(freqs)} frequencies, some of them 0, for {len(counts)} counts")
    seen = counts > 0
    return float(counts.sum() * np.log2(freqs.sum()) - (counts[seen] * np.log2(freqs[seen])).sum())


def best(counts: np.ndarray) -> np.ndarray:
    """Return the frequencies of the table that makes table and message together the smallest."""
    counts = check_counts(counts)
    if not counts.any() or np.count_nonzero(counts) > 1 << 16:
        raise ValueError(f"{np.count_nonzero(counts)} different symbols: 1 to 65536 have a table")
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
    freqs = check_counts(freqs)
    if int(freqs.sum()).bit_count() != 1 or freqs.sum() > 1 << MAX_BITS:
        raise ValueError(f"frequencies add up to a power of two up to 2**{MAX_BITS}, not to {freqs.sum()}")
    used, repeats = runs.encode((freqs > 0).astype(np.uint8))
    head = int(freqs.sum()).bit_length() - 1 | int(used[0]) << 7
    return bytes([head]) + gamma_encode(repeats) + gamma_encode(freqs[freqs > 0])


def unpack(data: bytes, alphabet: int) -> tuple[np.ndarray, int]:
    """Return the (alphabet,) frequencies at the front of `data`, and how many bytes they took.  `CorruptStream`."""
    data, alphabet = check_bytes(data), check_number("alphabet", alphabet, 1, 1 << 16)
    if not data or data[0] & 127 > MAX_BITS:
        raise CorruptStream("no table of frequencies")
    repeats, flags = gamma_decode(data[1:], alphabet)
    used = runs.decode((data[0] >> 7) + np.arange(len(repeats)) & 1, repeats)
    values, numbers = gamma_decode(data[1 + flags :], 1 << (data[0] & 127))
    if len(values) != used.sum():
        raise CorruptStream(f"{len(values)} frequencies for {used.sum()} symbols")
    freqs = np.zeros(alphabet, np.int64)
    freqs[used == 1] = values
    return freqs, 1 + flags + numbers


def encode(symbols: np.ndarray, freqs: np.ndarray) -> bytes:
    """Return the stream of `symbols`, (n,) integers that index `freqs`; only `pack` asks for a sum of 2**bits."""
    freqs = _check_frequencies(freqs)
    symbols = check_symbols(symbols, len(freqs)).ravel()
    counts = np.bincount(symbols, minlength=len(freqs))
    if (freqs[counts > 0] == 0).any():
        raise ValueError("a symbol without a frequency has no codeword")
    room = int(cost(counts, freqs) / 8) + 16
    return filled(lambda out: _encode(symbols, freqs, out), room)


def decode(data: bytes, freqs: np.ndarray, count: int) -> np.ndarray:
    """Return the `count` symbols, uint16, of which `encode` made `data`; `CorruptStream` if it is not whole."""
    freqs = _check_frequencies(freqs)
    symbols = np.zeros(check_number("count", count, 0, MAX_SAMPLES), np.int64)
    if not _decode(np.frombuffer(bytearray(check_bytes(data)), np.uint8), freqs, symbols):
        raise CorruptStream(f"an arithmetic stream that does not end with its {count} symbols")
    return symbols.astype(np.uint16)


def check_counts(counts) -> np.ndarray:
    """Return counts as (n,) int64; `ValueError` where they are not whole numbers from 0 to 2**40 in one row."""
    return check_array("counts", counts, (1,), 0, 1 << 40)


def _check_frequencies(freqs):
    """Return frequencies as (n,) int64; `ValueError` where they do not divide an interval among at most 2**16."""
    freqs = check_counts(freqs)
    if not 0 < freqs.sum() <= 1 << 24 or len(freqs) > 1 << 16:
        raise ValueError(f"1 to 65536 frequencies with a sum of 1 to 2**24, not {len(freqs)} with {freqs.sum()}")
    return freqs


@kernel
def _encode(symbols, freqs, out):
    """Code all symbols; return the size."""
    coder = start_encoder()
    _code(symbols, freqs, coder, out, False)
    return finish(coder, out)


@kernel
def _decode(data, freqs, symbols):
    """Fill in all symbols; return whether the stream was whole."""
    coder = start_decoder(data)
    return _code(symbols, freqs, coder, data, True) and finished(coder, data)


@kernel
def _code(symbols, freqs, coder, buffer, decoding):
    """Code each symbol as its slice of the whole, or fill it in; False as soon as the decoder is out of bytes."""
    starts, total = np.cumsum(freqs) - freqs, freqs.sum()
    owners = np.repeat(np.arange(len(freqs)), freqs) if decoding else starts  # whose each part of the interval is
    for i in range(len(symbols)):
        if decoding:
            symbols[i] = owners[get(coder, total)]
            advance(coder, buffer, starts[symbols[i]], freqs[symbols[i]], total)
            if overrun(coder, buffer):
                return False
        else:
            put(coder, buffer, starts[symbols[i]], freqs[symbols[i]], total)
    return True
