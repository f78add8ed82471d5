"""Inflate, the reading half of DEFLATE (RFC 1951); `deflate` draws the format and writes it.

Every kind of block is read.  `CorruptStream` for what the standard forbids, as zlib sees it: a block of kind 11, a
stored length whose complement does not fit, codeword lengths that are over-subscribed or leave words unused (one word
of one bit is allowed, for a single distance), a dynamic block without the end symbol, symbols 286, 287, 30 and 31, a
distance before the start, data that end early.  Chapter 8.
"""

import functools

import numpy as np

from ...core.bits import BitReader, CorruptStream
from ...core.codec import check_bytes, check_number
from ...core.kernels import kernel
from ...entropy import huffman
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

BLOCK_ENDS, OUT_IS_FULL, DATA_END, NO_CODEWORD, NO_SYMBOL, BEFORE_START = range(6)
TOO_MANY, BAD_LENGTHS, NO_END, HEAD_NOT_FULL, CODE_NOT_FULL, FAR_NOT_FULL = range(6, 12)
MESSAGES = {
    DATA_END: "the DEFLATE stream ends early",
    NO_CODEWORD: "a DEFLATE stream that ends early, or bits in it that are no codeword",
    NO_SYMBOL: "a length or distance symbol that DEFLATE does not use",
    BAD_LENGTHS: "codeword lengths of a DEFLATE block that end early, repeat nothing or are too many",
    NO_END: "a DEFLATE block without a codeword for its end",
    BEFORE_START: "a distance that reaches before the start of the data",
}


def inflate(data: bytes, limit: int = 1 << 30, log: list | None = None) -> tuple[bytes, int]:
    """Return the bytes of the DEFLATE stream at the start of `data`, and how many bytes of `data` it takes.

    log: takes, for each block, its kind, the bits of its head (kind and codes), all its bits, and its bytes unpacked.
    `CorruptStream` for a broken stream, or one that holds more than `limit` bytes; `ValueError` for other arguments.

    >>> inflate(bytes.fromhex("4b 84 03 00"))
    (b'aaaaaaaaaa', 4)
    """
    data, limit = check_bytes(data), check_number("limit", limit, 0, 1 << 62)
    if not isinstance(log, list | None):
        raise ValueError(f"log is a list or None, not {log!r}")
    bits, padded = BitReader(data, lsb_first=True), np.frombuffer(data + bytes(4), np.uint8)
    out, size, last = np.empty(min(limit, 4 * len(data) + 258), np.uint8), 0, False
    scratch = _Scratch()
    while not last:
        if log is None:
            bits.position = _skip_empty(padded, bits.position, 8 * len(data))
        start, before = bits.position, size
        word = bits.read(3)
        last, kind = word & 1, word >> 1
        if kind == STORED:
            out, size = _copy(bits, out, size, limit)
            head = bits.position - start - 8 * (size - before)
        elif kind in (STATIC, DYNAMIC):
            tables = _fixed_tables() if kind == STATIC else _read_codes(bits, padded, scratch)
            head = bits.position - start
            out, size = _decode(bits, padded, tables, out, size, limit)
        else:
            raise CorruptStream("a DEFLATE block of kind 3")
        if log is not None:
            log.append((kind, head, bits.position - start, size - before))
    return out[:size].tobytes(), (bits.position + 7) // 8


def _copy(bits, out, size, limit):
    """Read a stored block (3.2.4); return `out`, which may have grown, and its new size."""
    bits.position += -bits.position % 8
    count, complement = bits.read(16), bits.read(16)
    if count != complement ^ 0xFFFF:
        raise CorruptStream(f"a stored block of {count} bytes, or of {complement ^ 0xFFFF}")
    start = bits.position // 8
    bits.position += 8 * count
    if start + count > len(bits.data):
        raise CorruptStream(MESSAGES[DATA_END])
    while size + count > len(out):
        out = _grow(out, limit)
    out[size : size + count] = np.frombuffer(bits.data, np.uint8, count, start)
    return out, size + count


class _Scratch:
    """The codeword lengths and the tables of a dynamic block, made once: a block may be shorter than that takes."""

    def __init__(self):
        self.code, self.lengths = np.zeros(19, np.int64), np.zeros(SYMBOLS + DISTANCES, np.int64)
        self.tables = [*self._table(), *self._table()]

    @staticmethod
    def _table():
        return [np.zeros(size, np.int64) for size in (1 << huffman.ROOT, huffman.LONGEST + 1, SYMBOLS)]


def _decode(bits, padded, tables, out, size, limit):
    """Read the tokens of a fixed or dynamic block; return `out`, which may have grown, and its new size."""
    status = OUT_IS_FULL
    while status != BLOCK_ENDS:
        status, bits.position, size = _expand(padded, bits.position, 8 * len(bits.data), out, size, *tables)
        if status in MESSAGES:
            raise CorruptStream(MESSAGES[status])
        if status == OUT_IS_FULL:
            out = _grow(out, limit)
    return out, size


@functools.cache
def _fixed_tables():
    """Return the decoding tables of the fixed codes, made once, as `_Scratch` is."""
    return [*huffman.tables(FIXED[0], lsb_first=True), *huffman.tables(FIXED[1], lsb_first=True)]


def _grow(out, limit):
    """Return a copy of `out` twice as long, or as long as `limit` allows."""
    if len(out) == limit:
        raise CorruptStream(f"a DEFLATE stream of more than {limit} bytes")
    return np.append(out, np.empty(min(limit - len(out), len(out)), np.uint8))


def _read_codes(bits, padded, scratch):
    """Read the head of a dynamic block (3.2.7); return the tables of literals and lengths, and of distances."""
    status, bits.position, symbols, distances = _read_head(
        padded, bits.position, 8 * len(bits.data), scratch.code, scratch.lengths, *scratch.tables
    )
    if status == TOO_MANY:
        raise CorruptStream(f"a DEFLATE block of {symbols} symbols and {distances} distances; 286 and 30 exist")
    if status in MESSAGES:
        raise CorruptStream(MESSAGES[status])
    if status != BLOCK_ENDS:
        lengths = (
            scratch.lengths[:symbols] if status == CODE_NOT_FULL else scratch.lengths[symbols : symbols + distances]
        )
        kraft = huffman.kraft(scratch.code if status == HEAD_NOT_FULL else lengths)
        raise CorruptStream(f"codeword lengths whose Kraft sum is {kraft:.4g} in a DEFLATE block")
    return scratch.tables


@kernel
def _ahead(data, position, width):
    """Return the next `width` bits, at most 17, the first one lowest.  Two bytes follow the last that is asked for."""
    at = position >> 3
    word = int(data[at]) | int(data[at + 1]) << 8 | int(data[at + 2]) << 16
    return word >> (position & 7) & (1 << width) - 1


@kernel
def _next(data, position, end, look):
    """Return symbol * 64 + length of the next codeword, none of more than 7 bits; 0 if it goes beyond `end`."""
    entry = look[_ahead(data, position, huffman.ROOT)]
    return entry if position + (entry & 63) <= end else 0


@kernel
def _read_lengths(data, position, end, look, lengths):
    """Fill `lengths` from their own code; return the position behind them, or -1 for a broken header."""
    done, length = 0, -1
    while done < len(lengths):
        entry = _next(data, position, end, look)
        symbol, position, run = entry >> 6, position + (entry & 63), 1
        if entry == 0 or (symbol == 16 and length < 0):
            return -1
        if symbol >= 16:
            extra = 7 if symbol == 18 else symbol - 14
            run = (11 if symbol == 18 else 3) + _ahead(data, position, extra)
            position += extra
        if symbol != 16:
            length = symbol if symbol < 16 else 0
        if done + run > len(lengths) or position > end:
            return -1
        lengths[done : done + run] = length
        done += run
    return position


@kernel
def _skip_empty(data, position, end):
    """Return the position behind the empty blocks, stored or fixed and not the last, that begin at `position`."""
    while position + 10 <= end:
        kind = _ahead(data, position, 10)
        at = (position + 10) >> 3  # where the numbers of a stored block begin
        if kind == STATIC << 1:
            position += 10
        elif (
            kind & 7 == STORED
            and 8 * at + 32 <= end
            and data[at] == 0 == data[at + 1]
            and data[at + 2] == 255 == data[at + 3]
        ):
            position = 8 * at + 32
        else:
            break
    return position


@kernel
def _is_full(lengths):
    """Say whether codeword lengths, at most 15 bits, make a prefix code that leaves no word unused."""
    total = 0
    for length in lengths:
        total += 1 << 15 - length if length > 0 else 0
    return total == 1 << 15


@kernel
def _read_head(data, position, end, code, lengths, look, starts, order, far_look, far_starts, far_order):
    """Read the codes of a dynamic block into `lengths`, their tables into the others.

    Return how that ended, the position behind, the number of symbols, and of distances.
    """
    if position + 14 > end:
        return DATA_END, position, 0, 0
    symbols, distances = _ahead(data, position, 5) + 257, _ahead(data, position + 5, 5) + 1
    given, position = _ahead(data, position + 10, 4) + 4, position + 14
    if symbols > 286 or distances > 30:
        return TOO_MANY, position, symbols, distances
    if position + 3 * given > end:
        return DATA_END, position, symbols, distances
    code[:] = 0
    for i in range(given):
        code[CODE_LENGTH_ORDER[i]] = _ahead(data, position + 3 * i, 3)
    if not _is_full(code):
        return HEAD_NOT_FULL, position, symbols, distances
    huffman.fill_tables(code, True, look, starts, order)
    found = lengths[: symbols + distances]
    position = _read_lengths(data, position + 3 * given, end, look, found)
    if position < 0:
        return BAD_LENGTHS, position, symbols, distances
    if found[END] == 0:
        return NO_END, position, symbols, distances
    near, far = found[:symbols], found[symbols:]  # zlib lets a lone codeword of one bit pass, and a block without any
    if near.sum() > 1 and not _is_full(near):
        return CODE_NOT_FULL, position, symbols, distances
    if far.sum() > 1 and not _is_full(far):
        return FAR_NOT_FULL, position, symbols, distances
    huffman.fill_tables(near, True, look, starts, order)
    huffman.fill_tables(far, True, far_look, far_starts, far_order)
    return BLOCK_ENDS, position, symbols, distances


@kernel
def _expand(data, position, end, out, size, look, starts, order, far_look, far_starts, far_order):
    """Write the block's bytes into `out` from `size` on; return how that ended, the position behind, the new size."""
    while True:
        token = position  # where to go on if this one has no room
        entry = look[_ahead(data, position, huffman.ROOT)]
        if entry == 0:
            entry = huffman.by_counting(data, position, end, starts, order, True)
        symbol, position = entry >> 6, position + (entry & 63)
        if entry == 0 or position > end:
            return NO_CODEWORD, position, size
        if symbol == END:
            return BLOCK_ENDS, position, size
        if symbol < END:
            if size == len(out):
                return OUT_IS_FULL, token, size
            out[size], size = symbol, size + 1
            continue
        if symbol - 257 >= len(LENGTH_BASE):
            return NO_SYMBOL, position, size
        extra = LENGTH_EXTRA[symbol - 257]
        length = LENGTH_BASE[symbol - 257] + _ahead(data, position, extra)
        position = min(position + extra, end)
        entry = far_look[_ahead(data, position, huffman.ROOT)]
        if entry == 0:
            entry = huffman.by_counting(data, position, end, far_starts, far_order, True)
        symbol, position = entry >> 6, position + (entry & 63)
        if entry == 0:
            return NO_CODEWORD, position, size
        if symbol >= len(DISTANCE_BASE):
            return NO_SYMBOL, position, size
        distance = DISTANCE_BASE[symbol] + _ahead(data, position, DISTANCE_EXTRA[symbol])
        position += DISTANCE_EXTRA[symbol]
        if position > end:
            return DATA_END, position, size
        if distance > size:
            return BEFORE_START, position, size
        if size + length > len(out):
            return OUT_IS_FULL, token, size
        for _ in range(length):
            out[size], size = out[size - distance], size + 1
