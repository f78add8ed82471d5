"""DEFLATE (RFC 1951), the coder of PNG, ZIP and gzip: LZ77 tokens in Huffman codes; zlib's frame (RFC 1950).

    stream   block, block, ..., last block                     numbers fill their bytes from the low bit on,
    block    1 bit: is it the last?   2 bits: its kind         codewords are written from their first bit on
             0 stored    up to a whole byte; size and its complement, 16 bits each; the bytes
             1 fixed     tokens in the codes of 3.2.6, then symbol 256, the end
             2 dynamic   the codeword lengths of two codes (3.2.7), tokens in these codes, 256
    token    a literal 0..255; or a length symbol 257..285, its extra bits, a distance symbol 0..29, its extra bits

    zlib     78 and a byte that makes the two a multiple of 31; the stream; Adler-32 of the data, 4 bytes, big-endian

The standard says how to read this and leaves to the writer which tokens to send and where to cut: `search`.
This module puts blocks into bits, each in the kind that makes it shortest; `inflate` reads them.  Chapter 8.

Sources: P. Deutsch and J.-L. Gailly, RFC 1950; P. Deutsch, RFC 1951; both 1996, doi:10.17487/RFC1951.
"""

import zlib

import numpy as np

from ...core.bits import CorruptStream, Unsupported, packed
from ...core.codec import check_bytes, check_number
from ...entropy import huffman, huffman_lengths, runs
from .inflate import inflate
from .search import Search, symbols_of
from .tables import (
    CODE_LENGTH_ORDER,
    DISTANCE_BASE,
    DISTANCE_EXTRA,
    DISTANCES,
    DYNAMIC,
    END,
    FIXED,
    LENGTH_BASE,
    LENGTH_EXTRA,
    STATIC,
    STORED,
    SYMBOLS,
)

LONGEST_STORED = 65535
WINDOW_32_KIB, DEFLATED, PRESET_DICTIONARY = 0x78, 8, 0x20
"""The first byte of zlib's two, its low half, and a bit of the second (RFC 1950, 2.2)."""

LEVELS = (0, 0, 1, 1, 1, 1, 2, 3, 3, 3)
"""FLEVEL of each effort: the second byte says how hard was looked; nobody needs it."""

REPEATS = ((138, 11, 18, 7), (10, 3, 17, 3)), ((6, 3, 16, 2),)
"""How runs of zeros, and of another length, are told: most, least, symbol, extra bits (3.2.7)."""


def encode(data: bytes, effort: int = 6, costs=None) -> bytes:
    """Return the DEFLATE stream of `data`.

    effort: 0 stores, 1 is fast, 6 looks as hard as zlib's level 6, 9 makes the smallest stream.
    costs: for efforts 7 to 9, what `search.learn` said of similar data: a better start than none.  `ValueError` for
    other efforts and costs.

    >>> encode(b"aaaaaaaaaa").hex(" ")
    '4b 84 03 00'
    """
    data, effort = check_bytes(data), check_number("effort", effort, 0, 9)
    array, out, start = np.frombuffer(data, np.uint8), _Bits(), 0
    if effort == 0 or not data:
        _put_stored(out, array, True)
        return out.getvalue()
    for lengths, values in Search(data, effort, costs).blocks():
        end = start + int(np.maximum(lengths, 1).sum())
        _put_block(out, lengths, values, array[start:end], end == len(data))
        start = end
    return out.getvalue()


def zlib_encode(data: bytes, effort: int = 6, costs=None) -> bytes:
    """Return `data` as a zlib stream (RFC 1950, 2.2): two bytes, the DEFLATE stream, the Adler-32.

    effort, costs: see `encode`.
    """
    stream = encode(data, effort, costs)
    head = WINDOW_32_KIB << 8 | LEVELS[effort] << 6
    return (head + 31 - head % 31).to_bytes(2, "big") + stream + _adler(data)


def zlib_decode(data: bytes, limit: int = 1 << 30, log: list | None = None) -> tuple[bytes, int]:
    """Return the bytes of the zlib stream at the start of `data`, and how many bytes of `data` it takes.

    limit, log: see `inflate`.  `CorruptStream` for damage, `Unsupported` for a preset dictionary.

    >>> zlib_decode(zlib_encode(b"hello") + b"junk")
    (b'hello', 13)
    """
    data = check_bytes(data)
    if len(data) < 2 or data[0] & 15 != DEFLATED or data[0] > WINDOW_32_KIB or int.from_bytes(data[:2], "big") % 31:
        raise CorruptStream(f"no zlib stream begins with {data[:2].hex(' ') or 'nothing'}")
    if data[1] & PRESET_DICTIONARY:
        raise Unsupported("a zlib stream with a preset dictionary is not read here")
    found, size = inflate(data[2:], limit, log)
    if data[2 + size : 6 + size] != _adler(found):
        raise CorruptStream("the Adler-32 does not fit: the zlib stream was damaged or cut short")
    return found, 6 + size


def _adler(data):
    """Return the Adler-32 of the data as four bytes."""
    return zlib.adler32(data).to_bytes(4, "big")


class _Bits:
    """Collects arrays of words, each of so many bits, low bit first: `BitWriter` for many words at once."""

    def __init__(self):
        self._done, self._held, self._count = [], 0, 0  # whole bytes, the bits of the next one, how many these are

    def put(self, words, widths):
        """Append words of at most 48 bits: two equally long lists or arrays."""
        words, widths = np.append(self._held, words), np.append(self._count, widths)
        data, self._count = packed(words, widths, lsb_first=True), int(widths.sum()) % 8
        self._held, whole = (data[-1], data[:-1]) if self._count else (0, data)
        self._done.append(whole)

    def put_bytes(self, data):
        """Append bytes behind whole ones."""
        self._done.append(data)

    def align(self):
        """Fill the last byte up with zero bits."""
        self.put([0], [-self._count % 8])

    def getvalue(self):
        """Return all bytes."""
        self.align()
        return b"".join(self._done)


def _put_block(out, lengths, values, data, last):
    """Write one block in the kind that makes it shortest."""
    symbols, distances = symbols_of(lengths, values)
    counts = np.bincount(np.append(symbols, END), minlength=SYMBOLS), np.bincount(distances, minlength=DISTANCES)
    codes = [huffman_lengths.optimal(count, limit=15) for count in counts]
    head = _describe(*codes)
    sizes = {
        DYNAMIC: sum(head[1]) + int(counts[0] @ codes[0] + counts[1] @ codes[1]),
        STATIC: int(counts[0] @ FIXED[0] + counts[1] @ FIXED[1]),
        STORED: 8 * len(data) + 40 * -(-len(data) // LONGEST_STORED) - int(_extra_bits(symbols, distances)),
    }
    kind = min(sizes, key=sizes.get)
    if kind == STORED:
        return _put_stored(out, data, last)
    out.put([last | kind << 1], [3])
    if kind == DYNAMIC:
        out.put(*head)
    return out.put(*_words(lengths, values, *(codes if kind == DYNAMIC else FIXED)))


def _put_stored(out, data, last):
    """Write the data as stored blocks (3.2.4)."""
    for start in range(0, max(1, len(data)), LONGEST_STORED):
        part = data[start : start + LONGEST_STORED]
        out.put([last and start + len(part) == len(data)], [3])
        out.align()
        out.put([len(part), LONGEST_STORED - len(part)], [16, 16])
        out.put_bytes(part.tobytes())


def _extra_bits(symbols, distances):
    """Return how many extra bits these symbols take, whatever the code."""
    return LENGTH_EXTRA[symbols[symbols > END] - END - 1].sum() + DISTANCE_EXTRA[distances].sum()


def _words(lengths, values, code, far_code):
    """Return words and widths, a word for each token and one for the end; no token takes more than 48 bits."""
    symbols, distances = symbols_of(lengths, values)
    words, widths = _mirrored(code)[np.append(symbols, END)], code[np.append(symbols, END)]
    match = np.flatnonzero(lengths)
    kinds, far_words = symbols[match] - END - 1, _mirrored(far_code)
    for word, width in (
        (lengths[match] - LENGTH_BASE[kinds], LENGTH_EXTRA[kinds]),
        (far_words[distances], far_code[distances]),
        (values[match] - DISTANCE_BASE[distances], DISTANCE_EXTRA[distances]),
    ):
        words[match] |= word << widths[match]
        widths[match] += width
    return words, widths


def _mirrored(code):
    """Return the canonical codewords with the first bit lowest, as they are packed."""
    return np.array([huffman.mirror(*pair) for pair in zip(huffman.codewords(code), code, strict=True)])


def _describe(code, far_code):
    """Return words and widths that tell the two codes (3.2.7): runs of lengths, in a code of their own."""
    code, far_code = _cut(code, END + 1), _cut(far_code, 1)
    told_runs = _runs(np.concatenate([code, far_code]))
    own = huffman_lengths.optimal(np.bincount([symbol for symbol, _, _ in told_runs], minlength=19), limit=7)
    told, words = _cut(own[CODE_LENGTH_ORDER], 4), _mirrored(own)
    fields = [(len(code) - END - 1, 5), (len(far_code) - 1, 5), (len(told) - 4, 4), *((int(n), 3) for n in told)]
    for symbol, extra, width in told_runs:
        fields += [(int(words[symbol]), int(own[symbol])), (extra, width)]
    return tuple(zip(*fields, strict=True))


def _cut(lengths, least):
    """Return the lengths without the zeros at their end, but `least` of them at least."""
    return lengths[: max(least, 1 + np.flatnonzero(lengths)[-1])] if lengths.any() else lengths[:least]


def _runs(lengths):
    """Return the lengths as (symbol, extra, width): each by itself, or repeated by symbols 16, 17 and 18."""
    told = []
    for length, run in zip(*(array.tolist() for array in runs.encode(lengths)), strict=True):
        if length:
            told, run = [*told, (length, 0, 0)], run - 1
        for most, least, symbol, width in REPEATS[length > 0]:
            while run >= least:
                told.append((symbol, min(run, most) - least, width))
                run -= min(run, most)
        told += [(length, 0, 0)] * run
    return told
