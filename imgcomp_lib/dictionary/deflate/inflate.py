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
    DYNAMIC,
    END,
    FIXED,
    LENGTH_BASE,
    LENGTH_EXTRA,
    STATIC,
    STORED,
)

BLOCK_ENDS, OUT_IS_FULL, DATA_END, NO_CODEWORD, NO_SYMBOL, BEFORE_START = range(6)
MESSAGES = {
    DATA_END: "the DEFLATE stream ends early",
    NO_CODEWORD: "a DEFLATE stream that ends early, or bits in it that are no codeword",
    NO_SYMBOL: "a length or distance symbol that DEFLATE does not use",
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
    while not last:
        start, before = bits.position, size
        last, kind = bits.read(1), bits.read(2)
        if kind == STORED:
            out, size = _copy(bits, out, size, limit)
            head = bits.position - start - 8 * (size - before)
        elif kind in (STATIC, DYNAMIC):
            codes = FIXED if kind == STATIC else _read_codes(bits, padded)
            head = bits.position - start
            out, size = _decode(bits, padded, codes, out, size, limit)
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


def _decode(bits, padded, codes, out, size, limit):
    """Read the tokens of a fixed or dynamic block; return `out`, which may have grown, and its new size."""
    tables = _fixed_tables() if codes is FIXED else _tables(codes)
    status = OUT_IS_FULL
    while status != BLOCK_ENDS:
        status, bits.position, size = _expand(padded, bits.position, 8 * len(bits.data), out, size, *tables)
        if status in MESSAGES:
            raise CorruptStream(MESSAGES[status])
        if status == OUT_IS_FULL:
            out = _grow(out, limit)
    return out, size


def _tables(codes):
    """Return the decoding tables of the two codes."""
    return [*huffman.tables(codes[0], lsb_first=True), *huffman.tables(codes[1], lsb_first=True)]


@functools.cache
def _fixed_tables():
    """Return the decoding tables of the fixed codes, made once: a block may be shorter than the time that takes."""
    return _tables(FIXED)


def _grow(out, limit):
    """Return a copy of `out` twice as long, or as long as `limit` allows."""
    if len(out) == limit:
        raise CorruptStream(f"a DEFLATE stream of more than {limit} bytes")
    return np.append(out, np.empty(min(limit - len(out), len(out)), np.uint8))


def _read_codes(bits, padded):
    """Return the codeword lengths at the head of a dynamic block (3.2.7): literals and lengths, distances."""
    symbols, distances, given = bits.read(5) + 257, bits.read(5) + 1, bits.read(4) + 4
    if symbols > 286 or distances > 30:
        raise CorruptStream(f"a DEFLATE block of {symbols} symbols and {distances} distances; 286 and 30 exist")
    code = np.zeros(19, np.int64)
    code[CODE_LENGTH_ORDER[:given]] = [bits.read(3) for _ in range(given)]
    _check_full(code)
    lengths, end = np.zeros(symbols + distances, np.int64), 8 * len(bits.data)
    bits.position = _read_lengths(padded, bits.position, end, huffman.tables(code, lsb_first=True)[0], lengths)
    if bits.position < 0:
        raise CorruptStream("codeword lengths of a DEFLATE block that end early, repeat nothing or are too many")
    if lengths[END] == 0:
        raise CorruptStream("a DEFLATE block without a codeword for its end")
    codes = lengths[:symbols], lengths[symbols:]
    for code in codes:
        if code.sum() > 1:  # zlib lets a lone codeword of one bit pass, and a block without distances
            _check_full(code)
    return codes


def _check_full(lengths):
    """Raise `CorruptStream` unless the codeword lengths make a prefix code that leaves no word unused."""
    if huffman.kraft(lengths) != 1:
        raise CorruptStream(f"codeword lengths whose Kraft sum is {huffman.kraft(lengths):.4g} in a DEFLATE block")


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
