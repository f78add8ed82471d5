"""Bit-plane slicing and the binary-reflected Gray code: the samples in the form in which a photograph has runs.

    samples     4    3    binary    1 0 0    0 1 1      three planes change between these two neighbours
                          Gray      1 1 0    0 1 0      one plane does

Chapter 5.

Source: F. Gray, "Pulse code communication", US patent 2,632,058, 1953.
"""

import numpy as np

from ..core.codec import check_number

MOST_BITS = 16


def gray(numbers: np.ndarray) -> np.ndarray:
    """Return the Gray code of whole numbers, same shape and type: numbers one apart differ in exactly one bit.

    numbers: any shape, integers from 0 on; `ValueError` for others.

    >>> [f"{n:03b}" for n in gray(np.arange(8))]
    ['000', '001', '011', '010', '110', '111', '101', '100']
    """
    numbers = _checked("numbers", numbers, 64)
    return numbers ^ (numbers >> 1)


def ungray(codes: np.ndarray) -> np.ndarray:
    """Return the numbers of which `gray` made `codes`: each bit is the parity of the code's bits from the top to it.

    codes: any shape, integers of at most 16 bits; `ValueError` for others.
    """
    numbers = _checked("codes", codes, MOST_BITS)
    for shift in (8, 4, 2, 1):
        numbers = numbers ^ (numbers >> shift)
    return numbers


def to_planes(samples: np.ndarray, depth: int) -> np.ndarray:
    """Return (depth, *shape) uint8 bit planes of 0 and 1, the most significant first.

    samples: any shape, integers of at most `depth` bits, 1 to 16; `ValueError` for others.

    >>> to_planes(np.array([4, 1]), 3).tolist()
    [[1, 0], [0, 0], [0, 1]]
    """
    samples = _checked("samples", samples, check_number("depth", depth, 1, MOST_BITS))
    return np.stack([(samples >> bit & 1).astype(np.uint8) for bit in range(depth - 1, -1, -1)])


def from_planes(planes) -> np.ndarray:
    """Return the samples, uint16, whose bit planes are `planes`, the most significant first.

    planes: any iterable of 1 to 16 arrays of one shape, of 0 and 1; `ValueError` for others.
    """
    samples, count = np.uint16(0), 0
    for plane in _each(planes):
        bits, count = _checked("a bit plane's samples", plane, 1).astype(np.uint16), count + 1
        if count > MOST_BITS or (count > 1 and bits.shape != samples.shape):
            raise ValueError(f"bit planes are 1 to {MOST_BITS} of one shape; plane {count} has {bits.shape}")
        samples = samples << 1 | bits
    if not count:
        raise ValueError(f"bit planes are 1 to {MOST_BITS}, not none")
    return samples


def _each(planes):
    """Return an iterator; `ValueError` for what has none."""
    try:
        return iter(planes)
    except TypeError as error:
        raise ValueError(f"bit planes are several arrays, not {planes!r}") from error


def _checked(name, numbers, bits):
    """Return `numbers` as an array of its own type; `ValueError` where one is no whole number of so many bits."""
    try:
        numbers = np.asarray(numbers)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{name}: {error}") from error
    if not numbers.size and numbers.dtype == float:
        return numbers.astype(np.int64)  # an empty list
    if numbers.dtype.kind not in "biu":
        raise ValueError(f"{name} are whole numbers of at most {bits} bits, not {numbers.dtype}")
    for extreme in (int(numbers.min()), int(numbers.max())) if numbers.size else ():
        if extreme < 0 or extreme >> bits:
            raise ValueError(f"{name} are whole numbers of at most {bits} bits, not {extreme}")
    return numbers
