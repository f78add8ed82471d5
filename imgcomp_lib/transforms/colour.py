"""Colour transforms: green first and what red and blue differ from it, reversible; luma; YCbCr, nearly reversible.

    R G B   ->   G, R, B                                  the order alone: first the plane that says most of the others
                 G, R - G + zero, B - G + zero            differences, moved so that none is negative

Differences need one bit more than the samples.  Who has no room for it takes them modulo 2**depth, with `zero` in the
middle, 2**(depth - 1): green added back, modulo 2**depth, returns each sample all the same.  Chapters 2 and 9 to 11.

    R G B   ->   Y, Cb, Cr        how light, how much bluer than that, how much redder: 8 bits each, 128 is neutral

Y, Cb, Cr are those of JPEG files.  Each is the exact value of the standard's formula, rounded to the nearest whole
number (halves go up) and clipped to 0 to 255: whole numbers are multiplied and divided, and no constant is rounded
beforehand.  Back in RGB none of the 2**24 colours is off by more than 1 in any plane, and 23.8 % are exact.
Chapter 12.

Source: M. J. Weinberger, G. Seroussi and G. Sapiro, "The LOCO-I lossless image compression algorithm", IEEE Trans.
Image Processing 9(8), 2000, doi:10.1109/83.855427 (differences from green, modulo the alphabet's size); ITU-T T.871
(JFIF), 2011, clause 7, with the shares of ITU-R BT.601 and its full range.
"""

import numpy as np

from ..core.codec import check_array, check_number
from ..core.kernels import kernel

LUMA = (0.299, 0.587, 0.114)
"""Shares of red, green and blue (ITU-R BT.601)."""

FARTHEST = 1 << 40
"""Samples and zeros beyond this are refused: sums of three stay whole numbers."""

WHITE, NEUTRAL = 255, 128
"""The largest sample of YCbCr, and the Cb and Cr of a grey."""

_ORDER = [1, 0, 2]  # R G B to G R B and back


def green_first(image: np.ndarray, zero: int | None = None) -> np.ndarray:
    """Return the planes G, R, B of `image`, or, given a `zero`, G, R - G + zero, B - G + zero; int64.

    image: (height, width) or (height, width, 3) integers.  Planes: (1, height, width), the grey samples as they are,
    or (3, height, width).  `ValueError` for other shapes and types.

    >>> green_first(np.array([[[70, 50, 40]]], np.uint8), 128).ravel()
    array([ 50, 148, 118])
    """
    image = check_array("samples", image, (2, 3), -FARTHEST, FARTHEST)
    if image.ndim == 2:
        return image[None]
    if image.shape[2] != 3:
        raise ValueError(f"image has 3 planes, red, green and blue, not {image.shape[2]}")
    planes = np.ascontiguousarray(np.moveaxis(image, 2, 0)[_ORDER])
    return _shifted(planes, -1, zero)


def green_back(planes: np.ndarray, zero: int | None = None) -> np.ndarray:
    """Return the (height, width) or (height, width, 3) int64 image of which `green_first` made `planes`.

    With differences modulo 2**depth the image, too, is to be taken modulo 2**depth.

    >>> green_back(np.array([[[50]], [[148]], [[118]]]), 128).ravel()
    array([70, 50, 40])
    """
    planes = check_array("planes", planes, (3,), -FARTHEST, FARTHEST)
    if len(planes) not in (1, 3):
        raise ValueError(f"planes are 1, grey, or 3, green, red and blue, not {len(planes)}")
    if len(planes) == 1:
        return planes[0]
    return np.ascontiguousarray(np.moveaxis(_shifted(planes.copy(), 1, zero)[_ORDER], 0, 2))


def _shifted(planes, sign, zero):
    """Return the planes with green less `zero` added to red and blue, or subtracted for a `sign` of -1, in place."""
    if zero is not None:
        planes[1:] += sign * (planes[0] - check_number("zero", zero, -FARTHEST, FARTHEST))
    return planes


def luma(image: np.ndarray) -> np.ndarray:
    """Return how light each pixel is, (height, width) float64: 0.299 R + 0.587 G + 0.114 B; grey as it is.

    image: (height, width) or (height, width, 3) integers or floats.  Source: ITU-R BT.601.
    """
    image = np.asarray(image)
    if image.dtype.kind not in "iuf" or image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] != 3):
        raise ValueError(f"image is (height, width) or (height, width, 3) numbers, not {image.shape} {image.dtype}")
    return image @ np.array(LUMA) if image.ndim == 3 else image.astype(np.float64)


def ycbcr(image: np.ndarray) -> np.ndarray:
    """Return the Y, Cb and Cr of each pixel, (height, width, 3) uint8.

    image: (height, width, 3) integers from 0 to 255, red first; `ValueError` for others.  Source: ITU-T T.871.

    >>> ycbcr(np.array([[[255, 255, 255], [255, 0, 0]]], np.uint8)).tolist()
    [[[255, 128, 128], [76, 85, 255]]]
    """
    planes = _three("samples", image)
    found = np.empty(planes.shape, np.uint8)
    to_ycbcr(np.moveaxis(planes, 0, 2), found)
    return np.ascontiguousarray(np.moveaxis(found, 0, 2))


@kernel
def to_ycbcr(image, planes):
    """Fill uint8 `planes`, (3, height, width), with the Y, Cb and Cr of an image, as `ycbcr` has them, unchecked."""
    for y in range(image.shape[0]):
        for x in range(image.shape[1]):
            red, green, blue = int(image[y, x, 0]), int(image[y, x, 1]), int(image[y, x, 2])
            luma = 299 * red + 587 * green + 114 * blue  # in thousandths
            planes[0, y, x] = (luma + 500) // 1000
            planes[1, y, x] = min((1000 * blue - luma + 1772 * NEUTRAL + 886) // 1772, WHITE)
            planes[2, y, x] = min((1000 * red - luma + 1402 * NEUTRAL + 701) // 1402, WHITE)


def rgb(image: np.ndarray) -> np.ndarray:
    """Return the red, green and blue of each pixel, (height, width, 3) uint8, for its Y, Cb and Cr.

    image: (height, width, 3) integers from 0 to 255.  Of the 2**24 triples about a quarter are colours; the others lie
    outside the cube of red, green and blue, and are clipped to it.

    >>> rgb(np.array([[[255, 128, 128], [76, 85, 255]]], np.uint8)).tolist()
    [[[255, 255, 255], [254, 0, 0]]]
    """
    y, blue, red = _three("samples", image)
    blue, red = 1772 * (blue - NEUTRAL), 1402 * (red - NEUTRAL)  # how far B and R are from Y, in thousandths
    green = -(114 * blue + 299 * red)  # in 587,000ths, since 0.114 B + 0.587 G + 0.299 R is Y
    return _levels(y + _rounded(red, 1000), y + _rounded(green, 587_000), y + _rounded(blue, 1000))


def _three(name, image):
    """Return the three planes of an image of 8 bits, int64 each."""
    image = check_array(name, image, (3,), 0, WHITE)
    if image.shape[2] != 3:
        raise ValueError(f"image has 3 planes, not {image.shape[2]}")
    return np.ascontiguousarray(np.moveaxis(image, 2, 0))


def _rounded(numerator, denominator):
    """Return the whole number nearest to a fraction; halves go up."""
    return (2 * numerator + denominator) // (2 * denominator)


def _levels(*planes):
    """Return planes, clipped to 0 to 255, as an image."""
    return np.stack([plane.clip(0, WHITE) for plane in planes], 2).astype(np.uint8)
