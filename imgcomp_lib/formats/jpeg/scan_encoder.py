"""From blocks of levels to the bits of a scan: what is to be said first, in tokens, and then their bits.

    levels   --sequential,
               dc_first, dc_refining,
               ac_first, ac_refining-->   tokens   --tokens.count-->   how often each symbol of each table occurs
                                                   --tokens.write-->   the bits, once codes are chosen

Blocks come in the order of the scan, (MCUs, blocks of an MCU, 64) int16, a block's levels in zigzag order.  Nothing is
checked here: levels lie between -1023 and 1023, that of the mean from -1024 on, and `tokens` has room.  Chapter 14.

Source: ITU-T T.81, 1992, F.1.2 (sequential), E.1.4 (restart), G.1.2 (progressive).
"""

import numpy as np

from ...core.kernels import kernel
from .tokens import NO_TABLE

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
def dc_first(blocks, places, low, interval, tokens):
    """Write the tokens of the means without their last `low` bits (G.1.2.1); return how many."""
    at, predictions = 0, np.zeros(4, np.int64)
    for mcu in range(len(blocks)):
        if interval > 0 and mcu > 0 and mcu % interval == 0:
            tokens[at], at = -1 - (mcu // interval - 1) % 8, at + 1
            predictions[:] = 0
        for b in range(blocks.shape[1]):
            component, mean = places[b, 0], int(blocks[mcu, b, 0]) >> low
            tokens[at], at = places[b, 1] << 32 | _difference(mean - predictions[component]), at + 1
            predictions[component] = mean
    return at


@kernel
def dc_refining(blocks, low, interval, tokens):
    """Write one more bit of each mean, that of worth 2**low, as it is (G.1.2.1.1); return how many tokens."""
    at = 0
    for mcu in range(len(blocks)):
        if interval > 0 and mcu > 0 and mcu % interval == 0:
            tokens[at], at = -1 - (mcu // interval - 1) % 8, at + 1
        for b in range(blocks.shape[1]):
            tokens[at], at = NO_TABLE << 32 | 1 << 16 | int(blocks[mcu, b, 0]) >> low & 1, at + 1
    return at


@kernel
def ac_first(blocks, row, band, low, interval, tokens):
    """Write the tokens of a band of coefficients without their last `low` bits (G.1.2.2); return how many.

    blocks: of one component, one an MCU.  band: the first and the last coefficient.  Blocks in which nothing follows
    are counted; the token for such a run stands where it began, and is written when it ends.
    """
    at, ended, place, row = 0, 0, 0, row << 32
    for mcu in range(len(blocks)):
        if interval > 0 and mcu > 0 and mcu % interval == 0:
            ended = _end_run(tokens, place, row, ended)
            tokens[at], at = -1 - (mcu // interval - 1) % 8, at + 1
        run = 0
        for k in range(band[0], band[1] + 1):
            level = int(blocks[mcu, 0, k])
            size = SIZES[abs(level) >> low]
            if size == 0:
                run += 1
                continue
            ended = _end_run(tokens, place, row, ended)
            while run > 15:
                tokens[at], at, run = row | ZRL << 24, at + 1, run - 16
            value = abs(level) >> low if level > 0 else -(abs(level) >> low)
            tokens[at], at, run = row | run << 28 | size << 24 | size << 16 | _extra(value, size), at + 1, 0
        if run > 0:
            if ended == 0:
                place, at = at, at + 1
            ended += 1
            if ended == LONGEST_RUN:
                ended = _end_run(tokens, place, row, ended)
    _end_run(tokens, place, row, ended)
    return at


@kernel
def ac_refining(blocks, row, band, low, interval, tokens):
    """Write one more bit, that of worth 2**low, of a band of coefficients (G.1.2.3); return how many tokens.

    A coefficient that was not 0 before gets a bit, which waits until the next symbol is known and stands behind it; one
    that becomes 1 or -1 is a symbol, with the run of those that stay 0 before it.
    """
    at, ended, place, row = 0, 0, 0, row << 32
    for mcu in range(len(blocks)):
        if interval > 0 and mcu > 0 and mcu % interval == 0:
            ended = _end_run(tokens, place, row, ended)
            tokens[at], at = -1 - (mcu // interval - 1) % 8, at + 1
        run, held, bits, final = 0, 0, 0, band[1]
        while final >= band[0] and abs(int(blocks[mcu, 0, final])) >> low != 1:
            final -= 1
        for k in range(band[0], band[1] + 1):
            level = int(blocks[mcu, 0, k])
            size = abs(level) >> low
            if size == 0:
                run += 1
                continue
            while run > 15 and k <= final:
                ended = _end_run(tokens, place, row, ended)
                tokens[at], at, run = row | ZRL << 24, at + 1, run - 16
                at, held, bits = _corrections(tokens, at, held, bits), 0, 0
            if size > 1:
                held, bits = held << 1 | size & 1, bits + 1
                continue
            ended = _end_run(tokens, place, row, ended)
            tokens[at], at, run = row | run << 28 | 1 << 24 | 1 << 16 | int(level > 0), at + 1, 0
            at, held, bits = _corrections(tokens, at, held, bits), 0, 0
        if run > 0 or bits > 0:
            if ended == 0:
                place, at = at, at + 1
            ended += 1
            at = _corrections(tokens, at, held, bits)
            if ended == LONGEST_RUN:
                ended = _end_run(tokens, place, row, ended)
    _end_run(tokens, place, row, ended)
    return at


@kernel
def _end_run(tokens, place, row, ended):
    """Write the token of so many blocks that have ended where the first did (Table G.1, EOBn); return 0 for none."""
    if ended > 0:
        size = 0
        while ended >> size + 1 > 0:
            size += 1
        tokens[place] = row | size << 28 | size << 16 | ended - (1 << size)
    return 0


@kernel
def _corrections(tokens, at, held, bits):
    """Write the bits that waited, the first of `bits` most significant; return the place behind."""
    while bits > 0:
        taken = min(bits, 16)
        bits -= taken
        tokens[at], at = NO_TABLE << 32 | taken << 16 | held >> bits & (1 << taken) - 1, at + 1
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
