"""Zerotrees: the embedded coding of wavelet coefficients by significance, whole trees of zeros at a time.

A coefficient of a coarse band and the four of the next finer one that lie over the same place are parent and children;
one of the low band has three, one in each band of the coarsest level.  If a coefficient is small, all below it mostly
are too, and one bit says so for the whole tree.

For each plane from the highest down, with the threshold T = 2**plane, two passes:

    dominant       along a queue that begins with the low band; for each coefficient that is not found yet
                       significant? 1, then its sign, 1 for negative        Shapiro's POS and NEG
                       else 0, and where it has children: 1, all below are insignificant too       ZTR
                                                          0, some is not                           IZ
                   and unless it was a ZTR, its children join the queue
    subordinate    for each coefficient found so far, in the order of finding: the next bit of its magnitude

A bit comes exactly where the decoder, who walks the same way, needs it, so the stream may be cut anywhere.  Bits are
written as they are; Shapiro has them coded arithmetically.  What is not known of a magnitude is read as its middle.

    byte 0: number of planes, 0 to 30        then bits, the first is the most significant of its byte

Chapter 15.  Source: J. M. Shapiro, "Embedded image coding using zerotrees of wavelet coefficients", IEEE Trans. Signal
Processing 41(12), 1993, doi:10.1109/78.258085; he goes through each band by rows, here children stand together.
"""

import numpy as np

from ..core.bits import CorruptStream
from ..core.codec import MAX_PIXELS, check_number
from ..core.kernels import inner, kernel

MOST_LEVELS, MOST_PLANES = 10, 30


def encode(coefficients: np.ndarray, levels: int, size: int) -> bytes:
    """Return at most `size` bytes (1 to 2**30) of a transform's coefficients, the largest first.

    coefficients: (height, width) whole numbers below 2**30 in size, arranged as by `transforms.mosaic.joined`, both
    sides multiples of 2**levels.  levels: 1 to 10.  If size is no bound, `decode` returns exactly these.

    >>> encode(np.array([[-5, 0], [3, 0]]), 1, 99).hex()
    '03c130'
    """
    coefficients = _checked(coefficients)
    _check_sides(*coefficients.shape, levels)
    room = min(check_number("size", size, 1, 1 << 30), 1 + 8 * coefficients.size)
    if coefficients.size and abs(coefficients).max() >= 1 << MOST_PLANES:
        raise ValueError(f"coefficients are smaller than 2**{MOST_PLANES}, not {abs(coefficients).max()}")
    planes = int(abs(coefficients).max(initial=0)).bit_length()
    out = np.zeros(room + 8, np.uint8)
    at = _walk(coefficients.copy(), np.zeros_like(coefficients), levels, planes, out, 8 * (room - 1), False)
    return bytes([planes]) + out[: -(-at // 8)].tobytes()


def decode(data: bytes, height: int, width: int, levels: int) -> np.ndarray:
    """Return the coefficients, (height, width) int64, of a stream or of as many of its bytes as there are.

    `CorruptStream` where there are none, or too many planes.
    """
    height, width = (check_number(name, side, 0, MAX_PIXELS) for name, side in (("height", height), ("width", width)))
    _check_sides(height, width, levels)
    if not isinstance(data, bytes) or not data or data[0] > MOST_PLANES:
        raise CorruptStream("a stream of zerotrees begins with its number of planes, 0 to 30")
    found, steps = (np.zeros((height, width), np.int64) for _ in range(2))
    bits = np.frombuffer(bytearray(data[1:]), np.uint8)
    _walk(found, steps, levels, data[0], bits, 8 * len(bits), True)
    return np.where(found < 0, found - steps // 2, found + steps // 2)


def _checked(coefficients):
    """Return coefficients as int64; `ValueError` for anything else."""
    if not isinstance(coefficients, np.ndarray) or coefficients.ndim != 2 or coefficients.dtype.kind not in "iu":
        raise ValueError("coefficients are an array (height, width) of whole numbers")
    if coefficients.size and coefficients.dtype == np.uint64 and coefficients.max() >= 1 << MOST_PLANES:
        raise ValueError(f"coefficients are smaller than 2**{MOST_PLANES}, not {coefficients.max()}")
    return coefficients.astype(np.int64)


def _check_sides(height, width, levels):
    """Raise a `ValueError` where sides are no multiples of 2**levels, or too many pixels."""
    step = 1 << check_number("levels", levels, 1, MOST_LEVELS)
    if height % step or width % step or height * width > MAX_PIXELS:
        raise ValueError(f"sides are multiples of {step}, for {levels} levels; not {height} and {width}")


@kernel
def _walk(values, steps, levels, planes, buffer, bound, decoding):
    """Write `values` into the buffer or read them from it, up to `bound` bits; return how many.

    steps: how much is not known of each coefficient, 0 as long as it is not found.
    """
    height, width = values.shape
    low_height, low_width = height >> levels, width >> levels
    queue, found = np.zeros(height * width, np.int64), np.zeros(height * width, np.int64)
    busy = np.zeros((height, width), np.bool_)
    count, at = 0, 0
    for plane in range(planes - 1, -1, -1):
        if not decoding:
            _descend(values, plane, low_height, low_width, busy)
        tail = 0
        for y in range(low_height):
            for x in range(low_width):
                queue[tail] = y * width + x
                tail += 1
        head = 0
        while head < tail:
            y, x = queue[head] // width, queue[head] % width
            head += 1
            inside = 2 * y < height and 2 * x < width
            if steps[y, x] == 0:
                if at == bound:
                    return at
                large = _bit(buffer, at, abs(values[y, x]) >> plane, decoding)
                at += 1
                if large:
                    if at == bound:
                        return at
                    negative = _bit(buffer, at, values[y, x] < 0, decoding)
                    at += 1
                    steps[y, x] = 1 << plane
                    found[count] = y * width + x
                    count += 1
                    if decoding:
                        values[y, x] = -(1 << plane) if negative else 1 << plane
                elif inside:
                    if at == bound:
                        return at
                    empty = _bit(buffer, at, not busy[y, x], decoding)
                    at += 1
                    if empty:
                        continue
            if inside:
                tail = _children(queue, tail, y, x, low_height, low_width, width)
        for i in range(count if plane else 0):
            y, x = found[i] // width, found[i] % width
            if at == bound:
                return at
            more = _bit(buffer, at, abs(values[y, x]) >> (plane - 1) & 1, decoding)
            at += 1
            steps[y, x] >>= 1
            if decoding and more:
                values[y, x] += -steps[y, x] if values[y, x] < 0 else steps[y, x]
    for i in range(count):
        steps[found[i] // width, found[i] % width] = 0
    return at


@inner
def _bit(buffer, at, bit, decoding):
    """Return the bit at a place of the buffer, which is written there first unless we decode."""
    if decoding:
        return buffer[at >> 3] >> (7 - (at & 7)) & 1
    buffer[at >> 3] |= np.uint8(int(bit) << (7 - (at & 7)))
    return int(bit)


@inner
def _children(queue, tail, y, x, low_height, low_width, width):
    """Append the children of a coefficient to the queue; return where it ends."""
    if y < low_height and x < low_width:
        queue[tail], queue[tail + 1] = y * width + x + low_width, (y + low_height) * width + x
        queue[tail + 2] = (y + low_height) * width + x + low_width
        return tail + 3
    for i in range(4):
        queue[tail + i] = (2 * y + (i >> 1)) * width + 2 * x + (i & 1)
    return tail + 4


@inner
def _descend(values, plane, low_height, low_width, busy):
    """Fill in whether below a coefficient one becomes significant at this plane: parents after their children."""
    height, width = values.shape
    for y in range(height - 1, -1, -1):
        for x in range(width - 1, -1, -1):
            busy[y, x] = False
            if 2 * y < height and 2 * x < width:
                low = y < low_height and x < low_width
                for i in range(1 if low else 0, 4):
                    dy, dx = i >> 1, i & 1
                    v, u = (y + dy * low_height, x + dx * low_width) if low else (2 * y + dy, 2 * x + dx)
                    busy[y, x] = busy[y, x] or busy[v, u] or abs(values[v, u]) >> plane == 1
