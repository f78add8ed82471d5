"""From blocks of levels to the bits of a scan: what is to be said first, in tokens, and then their bits.

    levels   --sequential, dc_first, ...-->   tokens   --count-->   how often each symbol of each table occurs
                                                       --write-->   the bits, once codes are chosen

A token is a number: a symbol of a table, and the bits that follow its word.

    bits 32 and more   row: the table, 0 to 3 for DC, 4 to 7 for AC, 8 for bits without a word
    bits 24 to 31      symbol: SSSS of a DC difference (F.1.2.1), RRRRSSSS of an AC coefficient (F.1.2.2)
    bits 16 to 23      how many bits follow, 0 to 16
    bits 0 to 15       these bits
    below 0            the end of a restart interval: -1 - m stands for the marker RSTm

Blocks come in the order of the scan, (MCUs, blocks of an MCU, 64) int16, a block's levels in zigzag order.  Nothing is
checked here: levels lie between -1023 and 1023, that of the mean from -1024 on, and `tokens` and `out` have room.
Chapter 14.

Source: ITU-T T.81, 1992, F.1.2 (sequential), F.1.2.3 (stuffing), E.1.4 (restart), G.1.2 (progressive).
"""

import numpy as np

from ...core.kernels import kernel

NO_TABLE = 8
ROWS = 9
"""Rows of tables, 256 symbols each."""

SIZES = np.array([size.bit_length() for size in range(2048)], np.int64)
"""SSSS of a magnitude (Tables F.1 and F.2)."""

EOB, ZRL = 0x00, 0xF0
"""No more coefficients in the block; sixteen zeros (F.1.2.2.1)."""

LONGEST_RUN = 0x7FFF
"""Blocks that an end of bands stands for at most (Table G.1)."""


@kernel
def sequential(blocks, places, interval, tokens):
    """Write the tokens of a sequential scan (F.1.2); return how many.

    places: (blocks of an MCU, 3) int64, of each block the component, 0 to 3, and the rows of its DC and AC tables.
    interval: MCUs between restarts, 0 for none.
    """
    at, predictions = 0, np.zeros(4, np.int64)
    for mcu in range(len(blocks)):
        if interval > 0 and mcu > 0 and mcu % interval == 0:
            tokens[at], at = -1 - (mcu // interval - 1) % 8, at + 1
            predictions[:] = 0
        for b in range(blocks.shape[1]):
            component, dc, ac = places[b, 0], places[b, 1] << 32, places[b, 2] << 32
            mean = int(blocks[mcu, b, 0])
            tokens[at], at = dc | _difference(mean - predictions[component]), at + 1
            predictions[component] = mean
            run = 0
            for k in range(1, 64):
                level = int(blocks[mcu, b, k])
                if level == 0:
                    run += 1
                    continue
                while run > 15:
                    tokens[at], at, run = ac | ZRL << 24, at + 1, run - 16
                size = SIZES[abs(level)]
                tokens[at], at, run = ac | run << 28 | size << 24 | size << 16 | _extra(level, size), at + 1, 0
            if run > 0:
                tokens[at], at = ac | EOB << 24, at + 1
    return at


@kernel
def _difference(value):
    """Return the token of a difference of means, its row left out (F.1.2.1.1)."""
    size = SIZES[abs(value)]
    return size << 24 | size << 16 | _extra(value, size)


@kernel
def _extra(value, size):
    """Return the bits that tell a value among those of its size: the low bits of value, or of value - 1 below 0."""
    return (value if value >= 0 else value - 1) & (1 << size) - 1


@kernel
def count(tokens, counts):
    """Add how often each symbol of each row occurs to the (9 * 256,) int64 `counts`; return the bits behind words."""
    extra = 0
    for token in tokens:
        if token >= 0:
            counts[token >> 24] += 1
            extra += token >> 16 & 255
    return extra


@kernel
def write(tokens, words, lengths, out):
    """Write the bits of tokens into the uint8 array `out`; return how many bytes (F.1.2.3).

    words, lengths: (9 * 256,) int64, the word of each symbol of each row, no bits in row 8.  Ones fill up the last
    byte, also before a marker; a byte FF is followed by a byte 0.
    """
    at, held, bits = 0, 0, 0
    for token in tokens:
        if token < 0:
            at = _fill(out, at, held, bits)
            out[at], out[at + 1] = 0xFF, 0xD0 - 1 - token
            at, held, bits = at + 2, 0, 0
            continue
        key, extra = token >> 24, token >> 16 & 255
        held = (held << lengths[key] | words[key]) << extra | token & 0xFFFF
        bits += lengths[key] + extra
        while bits >= 8:
            bits -= 8
            out[at] = held >> bits & 255
            at += 1
            if out[at - 1] == 0xFF:
                out[at], at = 0, at + 1
        held &= (1 << bits) - 1
    return _fill(out, at, held, bits)


@kernel
def _fill(out, at, held, bits):
    """Write the last `bits` bits, fewer than 8, with ones behind them; return the next byte's place."""
    if bits > 0:
        out[at] = held << 8 - bits | (1 << 8 - bits) - 1
        at += 1
        if out[at - 1] == 0xFF:
            out[at], at = 0, at + 1
    return at
