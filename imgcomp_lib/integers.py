"""Layer 1: codes for whole numbers of which nobody knows the largest.

A fixed field of k bits has no word for 2**k.  Elias's gamma code has one for every number from 1 on: as many
zeros as the number has bits after its first, then the number itself in binary.

    1  1          4  00100
    2  010        5  00101
    3  011        9  0001001

Small numbers are cheap: 2*floor(log2 n) + 1 bits.  Chapter 5 spends them on run lengths.

Source: P. Elias, "Universal codeword sets and representations of the integers", IEEE Trans. Information Theory
21(2), 1975, doi:10.1109/TIT.1975.1055349.
"""

import numpy as np

from .bits import CorruptStream, get_bits, kernel, put_bits

MAX_GAMMA_BITS = 32
"""Numbers of more bits than this are refused: no image of this library holds a longer run."""


def gamma_encode(numbers) -> bytes:
    """Return the gamma codewords of `numbers` one after the other, filled up to a whole byte.

    numbers: (n,) integers from 1 to 2**32 - 1; anything else is a `ValueError`.

    >>> gamma_encode([1, 2, 9]).hex(" ")
    'a1 20'
    """
    numbers = np.asarray(numbers, np.int64)
    if numbers.size and not 1 <= numbers.min() <= numbers.max() < 1 << MAX_GAMMA_BITS:
        raise ValueError(f"the gamma code holds 1 to 2**{MAX_GAMMA_BITS} - 1, not {numbers.min()} to {numbers.max()}")
    widths = _bit_lengths(numbers)
    out = np.zeros((int((2 * widths - 1).sum()) + 7) // 8, np.uint8)
    _write_gammas(out, numbers, widths)
    return out.tobytes()


def gamma_decode(data: bytes, total: int) -> np.ndarray:
    """Return the (n,) int64 numbers of a gamma stream, read until their sum is `total`.

    A list of run lengths needs no count: the picture is full when they add up.  `CorruptStream` if the bytes
    end first, if the sum passes `total`, or if a codeword has no end.

    >>> gamma_decode(bytes.fromhex("a120"), 12)
    array([1, 2, 9])
    """
    numbers = np.empty(min(total, 8 * len(data)), np.int64)  # the shortest codeword is one bit
    count = _read_gammas(np.frombuffer(data, np.uint8), numbers, total)
    if count < 0:
        raise CorruptStream(f"run lengths that do not add up to {total}")
    return numbers[:count]


def _bit_lengths(numbers):
    """Return how many binary digits each of `numbers` has; 53 bits of a float64 hold them exactly."""
    return np.frexp(numbers.astype(np.float64))[1].astype(np.int64)


@kernel
def _write_gammas(out, numbers, widths):
    """Put each number, `widths` bits wide, behind `width - 1` zeros: the array starts as zeros."""
    position = 0
    for i in range(len(numbers)):
        position = put_bits(out, position + widths[i] - 1, numbers[i], widths[i])


@kernel
def _read_gammas(data, numbers, total):
    """Fill `numbers` until they sum to `total`; return how many there are, or -1 for a broken stream."""
    position, end, count, left = 0, 8 * len(data), 0, total
    while left > 0:
        zeros = 0
        while position < end and zeros < MAX_GAMMA_BITS and get_bits(data, position, 1) == 0:
            zeros, position = zeros + 1, position + 1
        if zeros == MAX_GAMMA_BITS or position + zeros + 1 > end:
            return -1
        number = get_bits(data, position, zeros + 1)
        if number > left:
            return -1
        numbers[count] = number
        position, count, left = position + zeros + 1, count + 1, left - number
    return count
