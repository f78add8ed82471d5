"""Adaptive Golomb-Rice coding: the prediction errors of a picture in codewords whose parameter follows the picture.

An error is probably large where its neighbours were.  Four of them, which the decoder has too, choose a context:

    c b d        activity = 2|a| + 2|b| + |c| + |d|, and the context is the number of its binary digits: 0, 1, ... 18
    a x

Each context keeps a sum and a count of the sizes that it has seen, and their mean says how long the codewords are:
k is the least with count * 2**k >= sum.  After 64 errors both are halved, so that old ones fade.  Nothing is sent.

    codeword of x:   n = 0, 1, 2, 3, 4 for x = 0, -1, 1, -2, 2;   n >> k zeros, a 1, and the last k bits of n
    24 zeros say that n follows in `depth` bits: no codeword has more than 24 + depth

Chapter 9.  `integer_codes` has the code itself, with one k for all.

Source: the rule for k and the halving are those of M. J. Weinberger, G. Seroussi and G. Sapiro, "The LOCO-I lossless
image compression algorithm", IEEE Trans. Image Processing 9(8), 2000, doi:10.1109/83.855427.
"""

import numpy as np

from ..core.bits import CorruptStream, count_zeros, get_bits, put_bits
from ..core.codec import MAX_SAMPLES, check_array, check_bytes, check_number
from ..core.kernels import kernel
from .integer_codes import digits, fold, unfold

CONTEXTS = 19
"""Errors of 16 bits are at most 2**15 in size, so the activity is below 2**18."""
PIECE = 1 << 16
"""Numbers unfolded at a time."""

LIMIT = 24
"""So many zeros, and n follows as it is."""
RESET = 64
COUNT, SUM = 0, 1


def encode(errors: np.ndarray, depth: int) -> bytes:
    """Return the codewords of `errors`, row by row, filled up to a whole byte.

    errors: (height, width) integers from -2**(depth - 1) to 2**(depth - 1) - 1; `ValueError` for others.

    >>> encode(np.array([[0, 0, 1], [0, 0, 9]]), 8).hex(" ")
    'ce 00 00 40'
    """
    depth, errors = check_number("depth", depth, 1, 17), check_array("errors", errors, (2,), -1 << 40, 1 << 40)
    numbers = fold(errors)
    if numbers.size and numbers.max() >= 1 << depth:
        raise ValueError(f"errors of {depth} bits are below {1 << depth - 1} in size, not {np.abs(errors).max()}")
    out = np.zeros(numbers.size * (LIMIT + depth) // 8 + 1, np.uint8)
    return out[: (_encode(numbers, depth, out) + 7) // 8].tobytes()


def decode(data: bytes, height: int, width: int, depth: int) -> tuple[np.ndarray, int]:
    """Return the (height, width) int64 errors that `encode` put in front of `data`, and the bytes that held them.

    `CorruptStream` if the data end first, or hold a codeword that no error of `depth` bits has.

    >>> decode(bytes.fromhex("ce000040ff"), 2, 3, 8)
    (array([[0, 0, 1],
           [0, 0, 9]]), 4)
    """
    data, depth = check_bytes(data), check_number("depth", depth, 1, 17)
    height, width = (check_number("a side", side, 0, MAX_SAMPLES) for side in (height, width))
    if height * width > 8 * len(data):
        raise CorruptStream(f"{len(data)} bytes cannot hold {height * width} codewords")
    numbers = np.zeros((height, width), np.int64)
    bits = _decode(np.frombuffer(bytearray(data), np.uint8), depth, numbers)
    if bits < 0:
        raise CorruptStream(f"the {len(data)} bytes do not hold {height * width} Rice codewords of {depth} bits")
    flat = numbers.reshape(-1)
    for start in range(0, len(flat), PIECE):  # in place: the whole at once would be four times as large
        flat[start : start + PIECE] = unfold(flat[start : start + PIECE])
    return numbers, (bits + 7) // 8


@kernel
def _fresh_contexts():
    """Return (CONTEXTS, 2) int64: a count of 1 and, as a first guess, the mean size that fits the activity."""
    contexts = np.ones((CONTEXTS, 2), np.int64)
    for i in range(CONTEXTS):
        contexts[i, SUM] = 1 << i >> 3
    return contexts


@kernel
def _context(sizes, y, x):
    """Return the context of the error at (y, x); `sizes` has a row in front and a column on either side."""
    return digits(2 * sizes[y + 1, x] + 2 * sizes[y, x + 1] + sizes[y, x] + sizes[y, x + 2])


@kernel
def _parameter(contexts, context):
    """Return k."""
    k = 0
    while contexts[context, COUNT] << k < contexts[context, SUM]:
        k += 1
    return k


@kernel
def _learn(contexts, context, sizes, y, x, number):
    """Note the size of the error at (y, x), which `fold` made `number`."""
    size = (number + 1) >> 1
    sizes[y + 1, x + 1] = size
    contexts[context, COUNT] += 1
    contexts[context, SUM] += size
    if contexts[context, COUNT] > RESET:
        contexts[context, COUNT] >>= 1
        contexts[context, SUM] >>= 1


@kernel
def _encode(numbers, depth, out):
    """Write every codeword into `out`, which is all zeros; return how many bits they take."""
    return _code(numbers, depth, out, False)


@kernel
def _decode(data, depth, numbers):
    """Fill in all numbers; return how many bits that took, or -1 for codewords that no encoder writes."""
    return _code(numbers, depth, data, True)


@kernel
def _code(numbers, depth, buffer, decoding):
    """Write or read the codeword of each number; return the bits that they took, -1 where they cannot be read."""
    height, width = numbers.shape
    contexts, sizes, position = _fresh_contexts(), np.zeros((height + 1, width + 2), np.int64), 0
    for y in range(height):
        for x in range(width):
            context = _context(sizes, y, x)
            k = _parameter(contexts, context)
            if decoding:
                numbers[y, x], position = _read(buffer, position, k, depth)
                if numbers[y, x] < 0:
                    return -1
            else:
                position = _write(buffer, position, k, depth, numbers[y, x])
            _learn(contexts, context, sizes, y, x, numbers[y, x])
    return position


@kernel
def _write(out, position, k, depth, number):
    """Write one codeword at bit `position`; return the position behind it."""
    if number >> k < LIMIT:
        position = put_bits(out, position + (number >> k), 1, 1)
        return put_bits(out, position, number, k)
    return put_bits(out, position + LIMIT, number, depth)


@kernel
def _read(data, position, k, depth):
    """Return the number whose codeword stands at bit `position`, or -1, and the position behind it."""
    zeros = count_zeros(data, position, LIMIT)
    position += zeros
    width = depth if zeros == LIMIT else 1 + k  # the 1 that ends the zeros is read with the rest
    if position + width > 8 * len(data):
        return -1, position
    number = get_bits(data, position, width)
    if zeros < LIMIT:
        number += (zeros - 1) << k
    return (-1 if number >> depth else number), position + width
