"""Reversible colour transform, green first and what red and blue differ from it; and luma.

    R G B   ->   G, R, B                                  the order alone: first the plane that says most of the others
                 G, R - G + zero, B - G + zero            differences, moved so that none is negative

Differences need one bit more than the samples.  Who has no room for it takes them modulo 2**depth, with `zero` in the
middle, 2**(depth - 1): green added back, modulo 2**depth, returns each sample all the same.  Chapters 2 and 9 to 11.

Source: M. J. Weinberger, G. Seroussi and G. Sapiro, "The LOCO-I lossless image compression algorithm", IEEE Trans.
Image Processing 9(8), 2000, doi:10.1109/83.855427 (differences from green, modulo the alphabet's size).
"""

import numpy as np

from ..core.codec import check_array, check_number

LUMA = (0.299, 0.587, 0.114)
"""Shares of red, green and blue (ITU-R BT.601)."""

FARTHEST = 1 << 40
"""Samples and zeros beyond this are refused: sums of three stay whole numbers."""

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
