"""From samples to components and back: the shift to zero, and the two colour transforms.

    samples - 2**(depth - 1)                                                          G.1
    RCT     Y = floor((R + 2 G + B) / 4)    U = B - G    V = R - G                    G.2, exactly
    ICT     Y, Cb, Cr of ITU-R BT.601, unrounded                                      G.3

Chapter 16.

Source: ITU-T T.800 | ISO/IEC 15444-1, 2002, Annex G.
"""

import numpy as np

from ...core.codec import check_number
from ...core.kernels import kernel

ICT = np.array([[0.299, 0.587, 0.114], [-0.16875, -0.33126, 0.5], [0.5, -0.41869, -0.08131]])
"""Rows Y, Cb and Cr, columns red, green and blue (G-9 to G-11)."""

RGB = np.array([[1, 0, 1.402], [1, -0.344136, -0.714136], [1, 1.772, 0]])
"""Rows red, green and blue, columns Y, Cb and Cr (G-12 to G-14)."""

WEIGHTS = {"9/7": tuple(np.square(RGB).sum(0).tolist()), "5/3": (3.0, 0.6875, 0.6875)}
"""By how much a squared error in Y, Cb or Cr (Y, U or V) counts in red, green and blue together."""


def forward(image: np.ndarray, depth: int, wavelet: str) -> np.ndarray:
    """Return the components of an image, (1 or 3, height, width): int32 for "5/3" and RCT, float64 for "9/7" and ICT.

    image: (height, width) or (height, width, 3) integers from 0 to 2**depth - 1.  `ValueError` for others.

    >>> forward(np.array([[[255, 128, 0]]]), 8, "5/3").ravel()
    array([  -1, -128,  127], dtype=int32)
    """
    depth = check_number("depth", depth, 1, 16)
    if not isinstance(image, np.ndarray) or image.dtype.kind not in "iu" or image.shape[2:] not in ((), (3,)):
        raise ValueError("an image is (height, width) or (height, width, 3) integers")
    if image.ndim < 2 or (image.size and not 0 <= int(image.min()) <= int(image.max()) < 1 << depth):
        raise ValueError(f"samples are 0 to {(1 << depth) - 1}, of an image of two or three dimensions")
    _check_wavelet(wavelet)
    count = 3 if image.ndim == 3 else 1
    planes = np.empty((count, *image.shape[:2]), np.int32 if wavelet == "5/3" else np.float64)
    if count == 1:
        planes[0] = image
        planes -= 1 << depth - 1
    elif wavelet == "5/3":
        _rct(image, 1 << depth - 1, planes)
    else:
        _ict(image, 1 << depth - 1, ICT, planes)
    return planes


@kernel
def _rct(image, zero, planes):
    """Fill planes with Y, U and V (G-1 to G-3); the shift to zero concerns Y alone, U and V are differences."""
    for y in range(image.shape[0]):
        for x in range(image.shape[1]):
            red, green, blue = int(image[y, x, 0]), int(image[y, x, 1]), int(image[y, x, 2])
            planes[0, y, x] = (red + 2 * green + blue >> 2) - zero
            planes[1, y, x] = blue - green
            planes[2, y, x] = red - green


@kernel
def _ict(image, zero, rows, planes):
    """Fill planes with Y, Cb and Cr (G-9 to G-11); the shift to zero concerns Y alone."""
    for y in range(image.shape[0]):
        for x in range(image.shape[1]):
            red, green, blue = int(image[y, x, 0]), int(image[y, x, 1]), int(image[y, x, 2])
            for i in range(3):
                planes[i, y, x] = rows[i, 0] * red + rows[i, 1] * green + rows[i, 2] * blue
            planes[0, y, x] -= zero


@kernel
def rct_back(first, second, third):
    """Make red, green and blue of Y, U and V, rows of int32, in place (G-6 to G-8)."""
    for i in range(len(first)):
        green = first[i] - (second[i] + third[i] >> 2)
        first[i], second[i], third[i] = third[i] + green, green, second[i] + green


@kernel
def ict_back(first, second, third, rows):
    """Make red, green and blue of Y, Cb and Cr, rows of float64, in place (G-12 to G-14); rows: `RGB`."""
    for i in range(len(first)):
        luma, blue, red = first[i], second[i], third[i]
        first[i] = luma + rows[0, 2] * red
        second[i] = luma + rows[1, 1] * blue + rows[1, 2] * red
        third[i] = luma + rows[2, 1] * blue


def _check_wavelet(wavelet):
    """Raise a `ValueError` where the standard has no such wavelet."""
    if wavelet not in ("5/3", "9/7"):
        raise ValueError(f"a wavelet is 5/3 or 9/7, not {wavelet!r}")
