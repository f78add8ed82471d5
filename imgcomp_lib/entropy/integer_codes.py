"""Codes for whole numbers of which nobody knows the largest.

A fixed field of k bits has no word for 2**k.  Elias's gamma code has one for every number from 1 on: as many
zeros as the number has bits after its first, then the number itself in binary.

    1  1          4  00100
    2  010        5  00101
    3  011        9  0001001

Small numbers are cheap: 2*floor(log2 n) + 1 bits.  Chapter 5 spends them on run lengths.

Rice's code suits numbers of which one knows the mean, about 2**k: as many zeros as n has whole times 2**k, a 1, and
the rest in k bits.  It is Golomb's code for powers of two; chapter 9 spends it on prediction errors.

    k = 2:   0  100    1  101    2  110    3  111    4  0100    5  0101    8  00100    9  00101

Errors have signs and codewords have not: `fold` counts 0, -1, 1, -2, 2 as 0, 1, 2, 3, 4.

Sources: P. Elias, "Universal codeword sets and representations of the integers", IEEE Trans. Information Theory
21(2), 1975, doi:10.1109/TIT.1975.1055349.  S. W. Golomb, "Run-length encodings", ibid. 12(3), 1966,
doi:10.1109/TIT.1966.1053907.  R. F. Rice, "Some practical universal noiseless coding techniques", JPL 79-22, 1979.
"""

import numpy as np

from ..core.bits import CorruptStream, count_zeros, get_bits, put_bits
from ..core.codec import check_bytes, check_number
from ..core.kernels import kernel

MAX_GAMMA_BITS = 32
"""Numbers of more bits than this are refused: no image of this library holds a longer run."""
MAX_RICE_ZEROS = 1 << 16
"""Codewords with so many zeros are refused: another k is meant."""


def gamma_encode(numbers) -> bytes:
    """Return the gamma codewords of `numbers` one after the other, filled up to a whole byte.

    numbers: (n,) integers from 1 to 2**32 - 1; anything else is a `ValueError`.

    >>> gamma_encode([1, 2, 9]).hex(" ")
    'a1 20'
    """
    numbers = _whole(numbers)
    if numbers.size and not 1 <= numbers.min() <= numbers.max() < 1 << MAX_GAMMA_BITS:
        raise ValueError(f"the gamma code holds 1 to 2**{MAX_GAMMA_BITS} - 1, not {numbers.min()} to {numbers.max()}")
    widths = _bit_lengths(numbers)
    out = np.zeros((int((2 * widths - 1).sum()) + 7) // 8, np.uint8)
    _write_gammas(out, numbers, widths)
    return out.tobytes()


def gamma_decode(data: bytes, total: int) -> tuple[np.ndarray, int]:
    """Return the (n,) int64 numbers of a gamma stream, read until their sum is `total`, and the bytes that held them.

    A list of run lengths needs no count: the picture is full when they add up.  `CorruptStream` if the bytes
    end first, if the sum passes `total`, or if a codeword has no end.

    >>> gamma_decode(bytes.fromhex("a120ff"), 12)
    (array([1, 2, 9]), 2)
    """
    data, total = check_bytes(data), check_number("total", total, 0, 1 << 40)
    numbers = np.empty(min(total, 8 * len(data)), np.int64)  # the shortest codeword is one bit
    count, position = _read_gammas(np.frombuffer(data, np.uint8), numbers, total)
    if count < 0:
        raise CorruptStream(f"run lengths that do not add up to {total}")
    return numbers[:count], (position + 7) // 8


def fold(numbers: np.ndarray) -> np.ndarray:
    """Return signed integers as whole numbers, the small ones first: int64.

    >>> fold(np.array([0, -1, 1, -2, 2]))
    array([0, 1, 2, 3, 4])
    """
    numbers = _whole(numbers, None)
    return numbers << 1 ^ numbers >> 63


def unfold(numbers: np.ndarray) -> np.ndarray:
    """Return the signed integers that `fold` turned into `numbers`.

    >>> unfold(np.array([0, 1, 2, 3, 4]))
    array([ 0, -1,  1, -2,  2])
    """
    numbers = _whole(numbers, None)
    return numbers >> 1 ^ -(numbers & 1)


def rice_encode(numbers, k: int) -> bytes:
    """Return the Rice codewords of `numbers` one after the other, filled up to a whole byte.

    numbers: (n,) integers from 0 on; k: 0 to 30.  `ValueError` where a codeword would have 2**16 zeros or more.

    >>> rice_encode([0, 5, 9], 2).hex(" ")
    '8a 50'
    """
    numbers, k = _whole(numbers), check_number("k", k, 0, 30)
    if numbers.size and not 0 <= numbers.min() <= numbers.max() < MAX_RICE_ZEROS << k:
        most = (MAX_RICE_ZEROS << k) - 1
        raise ValueError(f"Rice's code with k = {k} holds 0 to {most}, not {numbers.min()} to {numbers.max()}")
    out = np.zeros((rice_bits(numbers, k) + 7) // 8, np.uint8)
    _write_rices(out, numbers, k)
    return out.tobytes()


def rice_decode(data: bytes, k: int, count: int) -> tuple[np.ndarray, int]:
    """Return the first `count` numbers of a Rice stream, (count,) int64, and the bytes that held them.

    `CorruptStream` if the bytes end first.

    >>> rice_decode(bytes.fromhex("8a50"), 2, 3)
    (array([0, 5, 9]), 2)
    """
    data, k, count = check_bytes(data), check_number("k", k, 0, 30), check_number("count", count, 0, 1 << 40)
    if count * (k + 1) > 8 * len(data):
        raise CorruptStream(f"{len(data)} bytes cannot hold {count} codewords of {k + 1} bits and more")
    numbers = np.empty(count, np.int64)
    bits = _read_rices(np.frombuffer(data, np.uint8), numbers, k)
    if bits < 0:
        raise CorruptStream(f"the bytes end before the last of {count} Rice codewords")
    return numbers, (bits + 7) // 8


def rice_bits(numbers, k: int) -> int:
    """Return how many bits the Rice codewords of `numbers` take; a sweep over k finds the best.

    >>> [rice_bits([0, 5, 9], k) for k in range(5)]
    [17, 12, 12, 13, 15]
    """
    numbers, k = _whole(numbers, None), check_number("k", k, 0, 30)
    if numbers.size and numbers.min() < 0:
        raise ValueError(f"Rice's code holds whole numbers from 0 on, not {numbers.min()}")
    return int((numbers >> k).sum()) + (k + 1) * numbers.size


@kernel
def digits(number):
    """Return how many binary digits a whole number has: 0 for 0, 3 for 4 to 7."""
    count = 0
    while number >> count:
        count += 1
    return count


def _bit_lengths(numbers):
    """Return how many binary digits each of `numbers` has; 53 bits of a float64 hold them exactly."""
    return np.frexp(numbers.astype(np.float64))[1].astype(np.int64)


def _whole(numbers, dimensions=1):
    """Return numbers as int64; `ValueError` where they are not whole, or not in so many `dimensions` (None: any)."""
    try:
        numbers = np.asarray(numbers)
    except ValueError:  # lists of different lengths
        numbers = np.empty(1, object)
    if numbers.ndim != (numbers.ndim if dimensions is None else dimensions) or (
        numbers.size and numbers.dtype.kind not in "iu"
    ):
        raise ValueError(f"whole numbers in one dimension, not {numbers.dtype} in {numbers.ndim}")
    return numbers.astype(np.int64, copy=False)


@kernel
def _write_gammas(out, numbers, widths):
    """Put each number, `widths` bits wide, behind `width - 1` zeros: the array starts as zeros."""
    position = 0
    for i in range(len(numbers)):
        position = put_bits(out, position + widths[i] - 1, numbers[i], widths[i])


@kernel
def read_gamma(data, position):
    """Return the gamma codeword's number at bit `position` of the byte array `data`, and the position behind it.

    -1 and the position where the data end first, or where the codeword has 32 zeros or more.
    """
    zeros = count_zeros(data, position, MAX_GAMMA_BITS)
    end = position + 2 * zeros + 1
    if zeros == MAX_GAMMA_BITS or end > 8 * len(data):
        return -1, position
    return get_bits(data, position + zeros, zeros + 1), end


@kernel
def _read_gammas(data, numbers, total):
    """Fill `numbers` until they sum to `total`; return how many there are, or -1, and how many bits were read."""
    position, count, left = 0, 0, total
    while left > 0:
        number, position = read_gamma(data, position)
        if number < 0 or number > left:
            return -1, position
        numbers[count] = number
        count, left = count + 1, left - number
    return count, position


@kernel
def _write_rices(out, numbers, k):
    """Put each number behind its zeros: the array starts as zeros."""
    position = 0
    for number in numbers:
        position = put_bits(out, position + (number >> k), 1, 1)
        position = put_bits(out, position, number, k)


@kernel
def _read_rices(data, numbers, k):
    """Fill `numbers`; return how many bits held them, or -1 where the stream ends first."""
    position, end = 0, 8 * len(data)
    for i in range(len(numbers)):
        zeros = count_zeros(data, position, end)
        position += zeros + 1 + k
        if position > end:
            return -1
        numbers[i] = zeros << k | get_bits(data, position - k, k)
    return position
