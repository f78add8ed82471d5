"""Bit planes and the Gray code: the samples in the form in which a photograph has runs.

    samples     4    3    binary    1 0 0    0 1 1      three planes change between these two neighbours
                          Gray      1 1 0    0 1 0      one plane does

Chapter 5.

Source: F. Gray, "Pulse code communication", US patent 2,632,058, 1953.
"""

import numpy as np


def gray(numbers: np.ndarray) -> np.ndarray:
    """Return the Gray code of unsigned integers: numbers one apart differ in exactly one bit.

    >>> [f"{n:03b}" for n in gray(np.arange(8))]
    ['000', '001', '011', '010', '110', '111', '101', '100']
    """
    return numbers ^ (numbers >> 1)


def ungray(codes: np.ndarray) -> np.ndarray:
    """Return the numbers of which `gray` made `codes`: each bit is the parity of the code's bits from the top to it.

    codes: any shape, unsigned integers of at most 16 bits.
    """
    numbers = np.asarray(codes)
    for shift in (8, 4, 2, 1):
        numbers = numbers ^ (numbers >> shift)
    return numbers


def to_planes(samples: np.ndarray, depth: int) -> np.ndarray:
    """Return (depth, *shape) uint8 bit planes of 0 and 1, the most significant first.

    >>> to_planes(np.array([4, 1]), 3).tolist()
    [[1, 0], [0, 0], [0, 1]]
    """
    return np.stack([(samples >> bit & 1).astype(np.uint8) for bit in range(depth - 1, -1, -1)])


def from_planes(planes) -> np.ndarray:
    """Return the samples, uint16, whose bit planes are `planes`: any iterable of them, the most significant first."""
    samples = np.uint16(0)
    for plane in planes:
        samples = samples << 1 | plane.astype(np.uint16)
    return samples
