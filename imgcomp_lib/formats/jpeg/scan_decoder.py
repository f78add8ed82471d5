"""The loops of the JPEG decoder: from the bits of a scan to coefficients (ITU-T T.81, Annexes F.2 and G.2).

    bytes of a scan  --unstuffed-->  bytes without FF00 and restart markers, and where each interval ends
                     --words-->      the same as 32-bit words, so that two of them hold any 32 bits
                     --sequential, first_dc, next_dc, first_ac, next_ac-->  levels

All levels of a frame stand in one row of int16, block after block.  A `plan` says for each component of the scan where
its blocks are: offset, blocks stored in a row, blocks of an MCU across and down, and where its `codes.look_up` for DC
and AC begin in `tables`, which has one behind the other.

The bits may be damaged.  A loop stops at the first MCU that is not what an encoder writes, returns its number and one
of `REASONS`; bits behind the end are zeros, enough for a whole block, so every index stays within its array.
"""

import numpy as np

from ...core.codec import MAX_PIXELS, check_bytes, check_number
from ...core.kernels import kernel

OFFSET, STRIDE, ACROSS, DOWN, DC, AC = range(6)

FINE, ENDS, NO_CODE, TOO_FAR, TOO_LARGE, LEFT, RESTART, NO_CORRECTION = range(8)
REASONS = {
    ENDS: "the bits end",
    NO_CODE: "no codeword begins with these bits",
    TOO_FAR: "a run goes beyond the block or the interval",
    TOO_LARGE: "a coefficient is too large, or its size is none",
    LEFT: "bytes are left over behind the last MCU",
    RESTART: "a restart marker is missing, or not the one that is due",
    NO_CORRECTION: "a refining scan brings more than one bit",
}
"""What stops a loop, in words."""

ROOM = 68
"""Words of zeros behind the bits: 64 coefficients take 31 bits each at most, and two words are looked at."""


@kernel
def unstuffed(data, out, ends):
    """Copy the bytes of a scan without FF00 and restart markers; return how many intervals ended as they should.

    data, out: uint8, equally long.  ends: (n,) int64, for each interval where it ends in `out`.
    """
    size, i, number = 0, 0, 0
    while i < len(data):
        byte = int(data[i])
        following = int(data[i + 1]) if i + 1 < len(data) else 255
        if byte != 255 or following == 0:
            out[size] = byte
            size += 1
            i += 2 if byte == 255 else 1
        elif following == 255:  # fill bytes before a marker
            i += 1
        else:
            if following != 208 + (number & 7) or number >= len(ends) - 1:
                return number
            ends[number] = size
            number, i = number + 1, i + 2
    ends[number] = size
    return number + 1


def words(data: bytes, intervals: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the bits of a scan as (n,) uint32, and for each of at most `intervals` the bit at which it ends."""
    data, intervals = np.frombuffer(check_bytes(data), np.uint8), check_number("intervals", intervals, 1, MAX_PIXELS)
    out, ends = np.zeros((len(data) + 3) // 4 * 4 + 4 * ROOM, np.uint8), np.zeros(intervals, np.int64)
    found = unstuffed(data, out, ends)
    return out.view(">u4").astype(np.uint32), 8 * ends[:found]


@kernel
def _peek(bits, position):
    """Return the 32 bits from `position` on."""
    at = position >> 5 & 0x7FFFFFFFFFFF
    return (int(bits[at]) << 32 | int(bits[at + 1])) << (position & 31) >> 32 & 0xFFFFFFFF


@kernel
def _symbol(tables, row, word):
    """DECODE (F.2.2.3): return symbol * 32 + length of the codeword with which 32 bits begin, or 0 for none."""
    found = int(tables[row + (word >> 23)])
    return found if found >= 0 else int(tables[row + (word >> 16 & 127) - found])


@kernel
def _extend(value, size):
    """EXTEND (F.2.2.1): the number for `size` bits; those that begin with 0 are negative."""
    return value if value >> size - 1 else value + 1 - (1 << size)


@kernel
def _closed(bits, position, end):
    """Return what is wrong where an interval ends: bits missing, or bytes left that are not all 00 or FF."""
    if position > end:
        return ENDS
    for at in range((position + 7) // 8, end // 8):
        byte = int(bits[at >> 2]) >> 24 - 8 * (at & 3) & 255
        if byte != 0 and byte != 255:
            return LEFT
    return FINE


@kernel
def _first_of(plan, c, mcu, per_row):
    """Return the block row and the block column of the first block of component `c` of an MCU."""
    return mcu // per_row * plan[c, DOWN], mcu % per_row * plan[c, ACROSS]


@kernel
def sequential(bits, ends, plan, tables, levels, per_row, count, interval):
    """F.2: decode a scan of `count` MCUs; return how many came, and what stopped them."""
    predicted, position, done = np.zeros(len(plan), np.int64), 0, 0
    for i in range(len(ends)):
        predicted[:] = 0
        for mcu in range(done, min(done + interval, count)):
            for c in range(len(plan)):
                top, left = _first_of(plan, c, mcu, per_row)
                for y in range(top, top + plan[c, DOWN]):
                    for x in range(left, left + plan[c, ACROSS]):
                        base = plan[c, OFFSET] + 64 * (y * plan[c, STRIDE] + x)
                        position, wrong = _dc(bits, position, plan[c, DC], tables, levels, base, predicted, c, 0)
                        if wrong == FINE:
                            position, wrong = _ac(bits, position, plan[c, AC], tables, levels, base)
                        if wrong == FINE and position > ends[i]:
                            wrong = ENDS
                        if wrong != FINE:
                            return mcu, wrong
        done = min(done + interval, count)
        wrong = _closed(bits, position, ends[i])
        if wrong != FINE:
            return done, wrong
        position = ends[i]
    return done, FINE if done == count else RESTART


@kernel
def _dc(bits, position, row, tables, levels, base, predicted, c, Al):
    """F.2.2.1: decode a difference, and set the first coefficient of a block."""
    word = _peek(bits, position)
    found = _symbol(tables, row, word)
    length, size = found & 31, found >> 5
    if found == 0:
        return position, NO_CODE
    if size > 15:
        return position, TOO_LARGE
    if size > 0:
        predicted[c] += _extend(word >> 32 - length - size & (1 << size) - 1, size)
    if abs(predicted[c]) << Al > 32767:
        return position, TOO_LARGE
    levels[base] = predicted[c] << Al
    return position + length + size, FINE


@kernel
def _ac(bits, position, row, tables, levels, base):
    """F.2.2.2: decode the other 63 coefficients of a block, which are 0 so far."""
    k = 1
    while k < 64:
        word = _peek(bits, position)
        found = _symbol(tables, row, word)
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
            levels[base + k] = _extend(word >> 32 - length - size & (1 << size) - 1, size)
            k += 1
    return position, FINE if k <= 64 else TOO_FAR
