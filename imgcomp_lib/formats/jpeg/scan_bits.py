"""The bits of a scan: without what is stuffed into them, cut into restart intervals, and read by codewords.

    FF00 ... FFD0 ...    --words-->    32-bit words, and for each interval the bit at which it ends

Two words hold any 32 bits, which are a codeword and the bits behind it, 16 + 15 at most: `peek` is all the reading
that there is, and a position all that a reader remembers.  Behind the last bits stand zeros, enough for a whole block,
so that a loop needs to look only once a block whether the bits have ended.  Chapter 14.

Source: ITU-T T.81, 1992, B.1.1.5 (FF00), F.1.2.3 (the bits that fill up the last byte), F.2.2.
"""

import numpy as np

from ...core.codec import MAX_PIXELS, check_bytes, check_number
from ...core.kernels import kernel

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
def peek(bits, position):
    """Return the 32 bits from `position` on."""
    at = position >> 5 & 0x7FFFFFFFFFFF
    return (int(bits[at]) << 32 | int(bits[at + 1])) << (position & 31) >> 32 & 0xFFFFFFFF


@kernel
def symbol(tables, row, word):
    """DECODE (F.2.2.3): return symbol * 32 + length of the codeword with which 32 bits begin, or 0 for none."""
    found = int(tables[row + (word >> 23)])
    return found if found >= 0 else int(tables[row + (word >> 16 & 127) - found])


@kernel
def extend(value, size):
    """EXTEND (F.2.2.1): the number for `size` bits; those that begin with 0 are negative."""
    return value if value >> size - 1 else value + 1 - (1 << size)


@kernel
def closed(bits, position, end):
    """Return what is wrong where an interval ends: bits missing, or bytes left that are not all 00 or FF."""
    if position > end:
        return ENDS
    for at in range((position + 7) // 8, end // 8):
        byte = int(bits[at >> 2]) >> 24 - 8 * (at & 3) & 255
        if byte != 0 and byte != 255:
            return LEFT
    return FINE
