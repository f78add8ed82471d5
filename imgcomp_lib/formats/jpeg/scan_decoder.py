"""The loop of scans that carry several coefficients of DC, or whole blocks: ITU-T T.81, F.2, G.2.2 and G.2.3 for DC.

All levels of a frame stand in one row of int16, block after block.  A `plan` says for each component of the scan where
its blocks are: offset, blocks stored in a row, blocks of an MCU across and down, and where its `codes.look_up` for DC
and AC begin in `tables`, which has one behind the other.

The bits may be damaged.  The loop stops at the first MCU that is not what an encoder writes, and returns its number and
one of `scan_bits.REASONS`; no index depends on anything but the plan and a k below 64.  Chapter 14.
"""

import numpy as np

from ...core.kernels import kernel
from .scan_bits import ENDS, FINE, NO_CODE, RESTART, TOO_FAR, TOO_LARGE, closed, extend, peek, symbol

OFFSET, STRIDE, ACROSS, DOWN, DC, AC = range(6)

BLOCKS, FIRST_DC, NEXT_DC = range(3)
"""What a scan carries: all coefficients, the mean's high bits, or one more bit of it."""


@kernel
def _first_of(plan, c, mcu, per_row):
    """Return the block row and the block column of the first block of component `c` of an MCU."""
    return mcu // per_row * plan[c, DOWN], mcu % per_row * plan[c, ACROSS]


@kernel
def decode_scan(bits, ends, plan, tables, levels, per_row, count, interval, kind, Al):
    """Decode a scan of `count` MCUs, `per_row` in a row; return how many came, and what stopped them.

    bits, ends: of `scan_bits.words`.  plan: (n, 6) int64.  interval: MCUs between restarts.  kind: BLOCKS and so on.
    """
    predicted, position, done = np.zeros(len(plan), np.int64), 0, 0
    for i in range(len(ends)):
        predicted[:] = 0
        for mcu in range(done, min(done + interval, count)):
            for c in range(len(plan)):
                top, left = _first_of(plan, c, mcu, per_row)
                for y in range(top, top + plan[c, DOWN]):
                    for x in range(left, left + plan[c, ACROSS]):
                        base = plan[c, OFFSET] + 64 * (y * plan[c, STRIDE] + x)
                        if kind == NEXT_DC:
                            levels[base] |= (peek(bits, position) >> 31) << Al
                            position, wrong = position + 1, FINE
                        else:
                            position, wrong = _dc(bits, position, plan[c, DC], tables, levels, base, predicted, c, Al)
                        if wrong == FINE and kind == BLOCKS:
                            position, wrong = _ac(bits, position, plan[c, AC], tables, levels, base)
                        if wrong == FINE and position > ends[i]:
                            wrong = ENDS
                        if wrong != FINE:
                            return mcu, wrong
        done = min(done + interval, count)
        wrong = closed(bits, position, ends[i])
        if wrong != FINE:
            return done, wrong
        position = int(ends[i])
    return done, FINE if done == count else RESTART


@kernel
def _dc(bits, position, row, tables, levels, base, predicted, c, Al):
    """F.2.2.1: decode a difference, and set the first coefficient of a block."""
    word = peek(bits, position)
    found = symbol(tables, row, word)
    length, size = found & 31, found >> 5
    if found == 0:
        return position, NO_CODE
    if size > 15:
        return position, TOO_LARGE
    if size > 0:
        predicted[c] += extend(word >> 32 - length - size & (1 << size) - 1, size)
    if abs(predicted[c]) << Al > 32767:
        return position, TOO_LARGE
    levels[base] = predicted[c] << Al
    return position + length + size, FINE


@kernel
def _ac(bits, position, row, tables, levels, base):
    """F.2.2.2: decode the other 63 coefficients of a block, which are 0 so far."""
    k = 1
    while k < 64:
        word = peek(bits, position)
        found = symbol(tables, row, word)
        length, run, size = found & 31, found >> 9, found >> 5 & 15
        if found == 0:
            return position, NO_CODE
        position += length + size
        if size == 0:
            if run == 0:  # EOB
                break
            if run != 15:
                return position, TOO_LARGE
            k += 16  # ZRL
        else:
            k += run
            if k > 63:
                return position, TOO_FAR
            levels[base + k] = extend(word >> 32 - length - size & (1 << size) - 1, size)
            k += 1
    return position, FINE if k <= 64 else TOO_FAR
