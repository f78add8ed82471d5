"""Planes for a decoder that is known: samples of chroma from which it draws the least error, luma that makes it good.

    chroma   --fewer-->   samples   --triangle of the decoder-->   chroma again, as near as it can be
    luma     --compensate-->  luma that takes back a part of what chroma lost

Decoders draw the pixels between two samples on a straight line: 3/4 of the nearer and 1/4 of the farther.  The mean of
2x2 pixels is not the sample whose lines come nearest to them; that is a least-squares problem.  Its normal equations
have (6, 20, 6) / 16 about their diagonal, so elimination solves them in one pass down and one back.

Red, green and blue take Y alike and chroma in unlike shares.  The three errors that chroma leaves in a pixel have a
mean, and Y less that mean takes it away.  Chapter 14.

Sources: ITU-T T.871 (JFIF), 2011, clauses 7 and 8; the Independent JPEG Group's libjpeg, jdsample.c ("fancy
upsampling"); L. H. Thomas, "Elliptic problems in linear difference equations over a network", Columbia University,
1949.
"""

import numpy as np

from ...core.codec import MAX_PIXELS
from ...core.kernels import kernel
from ...transforms.colour import LUMA

RED, BLUE = 2 * (1 - LUMA[0]), 2 * (1 - LUMA[2])
"""How much red takes of Cr, and blue of Cb (T.871, clause 7)."""

SHARES = np.array([[0, -LUMA[2] / LUMA[1] * BLUE, BLUE], [RED, -LUMA[0] / LUMA[1] * RED, 0]])
"""(2, 3): what a unit of Cb, and one of Cr, adds to red, green and blue."""


def fewer(plane: np.ndarray, down: int, across: int, fitted: bool = True) -> np.ndarray:
    """Return a plane, float64, with one sample for so many rows and columns.

    plane: (height, width) finite numbers.  down, across: 1, 2 or 4.  fitted: by least squares for the triangle where
    two become one; else, and where four do, which decoders repeat, their mean.  Sides are filled up with their edge.

    >>> fewer(np.array([[0.0, 0, 0, 0, 8, 8, 8, 8]]), 1, 2).round(1).tolist(), fewer(np.eye(2), 2, 2).tolist()
    ([[0.3, -1.3, 9.3, 7.7]], [[0.5]])
    """
    if not isinstance(plane, np.ndarray) or plane.dtype.kind not in "iuf" or not 0 < plane.size <= MAX_PIXELS:
        raise ValueError(f"a plane is (height, width) numbers, not {getattr(plane, 'dtype', type(plane).__name__)}")
    if plane.ndim != 2 or not np.isfinite(plane).all():
        raise ValueError(f"a plane is (height, width) finite numbers, not {plane.shape}")
    for name, factor in (("down", down), ("across", across)):
        plane = np.ascontiguousarray(_fewer_rows(plane.astype(np.float64), _factor(name, factor), fitted).T)
    return plane


def _factor(name, factor):
    """Return how many become one; `ValueError` for other numbers."""
    if not isinstance(factor, int | np.integer) or factor not in (1, 2, 4):
        raise ValueError(f"{name} is 1, 2 or 4, not {factor!r}")
    return int(factor)


def _fewer_rows(plane, factor, fitted):
    """Return a row for each `factor` of a plane."""
    if factor == 1:
        return plane
    plane = np.pad(plane, ((0, -len(plane) % factor), (0, 0)), "edge")
    few = len(plane) // factor
    if factor != 2 or not fitted or few <= 2:  # two samples and fewer are repeated, at least in a row
        return plane.reshape(few, factor, -1).mean(1)
    out = np.empty((few, plane.shape[1]))
    _fit(plane, out)
    return out


@kernel
def fill_planes(image, out):
    """Fill (3, height, width) float64 with the Y less 128, Cb and Cr, 0 for a grey, of uint8 RGB, not rounded."""
    for i in range(out.shape[1]):
        pixels, y, cb, cr = image[i].ravel(), out[0, i], out[1, i], out[2, i]
        for j in range(out.shape[2]):
            red, green, blue = float(pixels[3 * j]), float(pixels[3 * j + 1]), float(pixels[3 * j + 2])
            light = 0.299 * red + 0.587 * green + 0.114 * blue
            y[j], cb[j], cr[j] = light - 128, (blue - light) / 1.772, (red - light) / 1.402


@kernel
def compensate(planes, decoded, means):
    """Take from Y the mean of the errors in red, green and blue that chroma leaves.

    planes: (3, height, width) float64, the first is changed.  decoded: (2, height, width) uint8, chroma as a decoder
    draws it.  means: (2,) float64, of the rows of `SHARES`.
    """
    for i in range(planes.shape[1]):
        y, cb, cr, blue, red = planes[0, i], planes[1, i], planes[2, i], decoded[0, i], decoded[1, i]
        for j in range(planes.shape[2]):
            y[j] -= means[0] * (float(blue[j]) - 128 - cb[j]) + means[1] * (float(red[j]) - 128 - cr[j])


@kernel
def _fit(plane, out):
    """Fill `out`, 3 rows or more, so that its triangle is nearest to the plane, which has twice as many rows.

    A pixel at the edge takes all of its sample, so 26/16 stands there in place of 20/16.
    """
    last, pivots = len(out) - 1, np.zeros(len(out) + 1)
    for j in range(last + 1):
        above, below = plane[max(2 * j - 1, 0)], plane[min(2 * j + 2, 2 * last + 1)]
        first, second = plane[2 * j], plane[2 * j + 1]
        scale = 1 / ((1.625 if j == 0 or j == last else 1.25) - 0.375 * pivots[j])
        pivots[j + 1] = 0.375 * scale
        for x in range(out.shape[1]):
            value = 0.25 * (above[x] + below[x]) + 0.75 * (first[x] + second[x])
            out[j, x] = (value - (0.375 * out[j - 1, x] if j > 0 else 0.0)) * scale
    for j in range(last - 1, -1, -1):
        for x in range(out.shape[1]):
            out[j, x] -= pivots[j + 1] * out[j + 1, x]
