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

A bit comes exactly where the decoder, who walks the same way, needs it, so the stream may be cut anywhere.  What is not
known of a magnitude is read as its middle.  Bits are written in one of three ways:

    0  as they are, the first is the most significant of its byte
    1  by the arithmetic coder, with a chance of a 1 for each of the four questions: significant? negative? nothing
       below? next bit?  It begins at 1/2 and moves by 1/32 of what is missing
    2  the same, but for the first and the third question with a chance for each of 10 contexts: whether the coefficient
       at half of both places, for most the parent, is found, and how many of the four neighbours are

    byte 0: number of planes, 0 to 30, plus 32 times the way        the rest: bits or the arithmetic stream

Chapter 15.  Source: J. M. Shapiro, "Embedded image coding using zerotrees of wavelet coefficients", IEEE Trans. Signal
Processing 41(12), 1993, doi:10.1109/78.258085; he goes through each band by rows, here children stand together.
"""

import numpy as np

from ..core.bits import CorruptStream
from ..core.codec import MAX_PIXELS, check_number
from ..core.kernels import inner, kernel
from . import arithmetic

MOST_LEVELS, MOST_PLANES = 10, 30
WAYS = ("bits", "questions", "neighbours")
"""How answers are written."""

LARGE, NEGATIVE, EMPTY, MORE = 0, 16, 32, 48
"""Where the chances of the four questions begin."""

ROOM = 8
"""Bytes by which an arithmetic stream goes further than it is to be: what is left has no end that would be misread."""


def encode(coefficients: np.ndarray, levels: int, size: int, way: str = "bits") -> bytes:
    """Return at most `size` bytes (1 to 2**30) of a transform's coefficients, the largest first.

    coefficients: (height, width) whole numbers below 2**30 in size, arranged as by `transforms.mosaic.joined`, both
    sides multiples of 2**levels.  levels: 1 to 10.  way: how the bits are written, one of `WAYS`.  If size is no bound,
    `decode` returns exactly these.

    >>> encode(np.array([[-5, 0], [3, 0]]), 1, 99).hex()
    '03c130'
    """
    coefficients = _checked(coefficients)
    _check_sides(*coefficients.shape, levels)
    room = min(check_number("size", size, 1, 1 << 30), 1 + 8 * coefficients.size)
    mode = _mode(way)
    if coefficients.size and abs(coefficients).max() >= 1 << MOST_PLANES:
        raise ValueError(f"coefficients are smaller than 2**{MOST_PLANES}, not {abs(coefficients).max()}")
    planes = int(abs(coefficients).max(initial=0)).bit_length()
    out = np.zeros(room + 8 * ROOM, np.uint8)
    used = _walk(coefficients.copy(), np.zeros_like(coefficients), levels, planes, out, room - 1, mode, False)
    return bytes([planes + 32 * mode]) + out[: min(used, room - 1)].tobytes()


def decode(data: bytes, height: int, width: int, levels: int) -> np.ndarray:
    """Return the coefficients, (height, width) int64, of a stream or of as many of its bytes as there are.

    `CorruptStream` where there are none, or too many planes.
    """
    height, width = (check_number(name, side, 0, MAX_PIXELS) for name, side in (("height", height), ("width", width)))
    _check_sides(height, width, levels)
    if not isinstance(data, bytes) or not data or data[0] % 32 > MOST_PLANES or data[0] // 32 >= len(WAYS):
        raise CorruptStream("a stream of zerotrees begins with its number of planes, 0 to 30, and one of three ways")
    found, steps = (np.zeros((height, width), np.int64) for _ in range(2))
    bits = np.frombuffer(bytearray(data[1:]), np.uint8)
    _walk(found, steps, levels, data[0] % 32, bits, len(bits), data[0] // 32, True)
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


def _mode(way):
    """Return the number of a way to write answers."""
    if not isinstance(way, str) or way not in WAYS:
        raise ValueError(f"a way to write answers is {', '.join(WAYS)}; not {way!r}")
    return WAYS.index(way)


@kernel
def _walk(values, steps, levels, planes, buffer, bound, mode, decoding):
    """Write `values` into the buffer or read them from it, up to `bound` bytes; return how many were used.

    steps: how much is not known of each coefficient, 0 as long as it is not found.
    """
    height, width = values.shape
    low_height, low_width = height >> levels, width >> levels
    queue, found = np.zeros(height * width, np.int64), np.zeros(height * width, np.int64)
    busy = np.zeros((height, width), np.bool_)
    coder = arithmetic.start_decoder(buffer) if decoding else arithmetic.start_encoder()
    if mode == 0:
        coder[arithmetic.POSITION] = 0  # of the next bit
    chances, count = np.full(MORE + 1, arithmetic.CERTAIN // 2), 0
    for plane in range(planes - 1, -1, -1):
        if not decoding:
            _descend(values, plane, low_height, low_width, busy)
        tail, head = 0, 0
        for y in range(low_height):
            for x in range(low_width):
                queue[tail] = y * width + x
                tail += 1
        while head < tail:
            y, x = queue[head] // width, queue[head] % width
            head += 1
            inside = 2 * y < height and 2 * x < width
            if steps[y, x] == 0:
                key = _seen(steps, y, x) if mode == 2 else 0
                large = _answer(coder, chances, buffer, bound, LARGE + key, abs(values[y, x]) >> plane, mode, decoding)
                if large == 1:
                    sign = _answer(coder, chances, buffer, bound, NEGATIVE, values[y, x] < 0, mode, decoding)
                    if sign < 0:
                        return _used(coder, buffer, mode, decoding)
                    steps[y, x] = 1 << plane
                    found[count] = y * width + x
                    count += 1
                    if decoding:
                        values[y, x] = -(1 << plane) if sign else 1 << plane
                elif large == 0 and inside:
                    empty = _answer(coder, chances, buffer, bound, EMPTY + key, not busy[y, x], mode, decoding)
                    if empty == 1:
                        continue
                    large = min(large, empty)
                if large < 0:
                    return _used(coder, buffer, mode, decoding)
            if inside:
                tail = _children(queue, tail, y, x, low_height, low_width, width)
        for i in range(count if plane else 0):
            y, x = found[i] // width, found[i] % width
            bit = abs(values[y, x]) >> (plane - 1) & 1
            more = _answer(coder, chances, buffer, bound, MORE, bit, mode, decoding)
            if more < 0:
                return _used(coder, buffer, mode, decoding)
            steps[y, x] >>= 1
            if decoding and more:
                values[y, x] += -steps[y, x] if values[y, x] < 0 else steps[y, x]
    for i in range(count):
        steps[found[i] // width, found[i] % width] = 0
    return _used(coder, buffer, mode, decoding)


@inner
def _answer(coder, chances, buffer, bound, key, bit, mode, decoding):
    """Return an answer, which is written first unless we decode, or -1 where there is no room or nothing more."""
    at = coder[arithmetic.POSITION]
    if mode == 0:
        if at >= 8 * bound:
            return -1
        coder[arithmetic.POSITION] += 1
        if decoding:
            return np.int64(buffer[at >> 3] >> (7 - (at & 7)) & 1)
        buffer[at >> 3] |= np.uint8(np.int64(bit) << (7 - (at & 7)))
        return np.int64(bit)
    if at > bound + ROOM if not decoding else not arithmetic.certain(coder, buffer, chances[key]):
        return -1
    bit = np.int64(arithmetic.code_bit(coder, buffer, np.int64(bit), chances[key], decoding))
    chances[key] += (arithmetic.CERTAIN * bit - chances[key]) >> 5
    return bit


@inner
def _used(coder, buffer, mode, decoding):
    """Return how many bytes were read, or written once the last is complete."""
    if mode == 0:
        return (coder[arithmetic.POSITION] + 7) >> 3
    return coder[arithmetic.POSITION] if decoding else arithmetic.finish_prefix(coder, buffer)


@inner
def _seen(steps, y, x):
    """Return what is known around a coefficient: is the one at half of both places found, and how many beside it?"""
    height, width = steps.shape
    near = 5 if steps[y >> 1, x >> 1] else 0
    for dy, dx in ((0, -1), (-1, 0), (0, 1), (1, 0)):
        if 0 <= y + dy < height and 0 <= x + dx < width and steps[y + dy, x + dx]:
            near += 1
    return near


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
