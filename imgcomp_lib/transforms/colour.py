"""Colours in other axes: green first, and what red and blue differ from it, with every sample kept; luma.

Chapters 2 and 9 to 11.
"""

import numpy as np

GREEN_FIRST = [1, 0, 2]
"""The order of the planes, which undoes itself."""


def green_first(image, depth, green):
    """Return the planes as G, R, B, or, if `green`, as G, R - G, B - G, which are moved to the middle and wrap."""
    if image.ndim == 2:
        return [image]
    planes = image.astype(np.int64)[:, :, [1, 0, 2]]
    if green:
        planes[:, :, 1:] -= planes[:, :, :1] - (1 << depth - 1)
    return np.moveaxis((planes & (1 << depth) - 1).astype(image.dtype), 2, 0)


def green_back(planes, depth, green):
    """Return the image of (height, width, planes) in the order and form of `green_first`."""
    if planes.shape[2] == 1:
        return planes
    wide = planes.astype(np.int64)
    if green:
        wide[:, :, 1:] += wide[:, :, :1] - (1 << depth - 1)
    return (wide[:, :, [1, 0, 2]] & (1 << depth) - 1).astype(planes.dtype, order="C")


def luma(image: np.ndarray) -> np.ndarray:
    """Return how light each pixel is, (height, width) float64: 0.299 R + 0.587 G + 0.114 B; grey as it is.

    Source: ITU-R BT.601.
    """
    return image @ np.array([0.299, 0.587, 0.114]) if image.ndim == 3 else image.astype(np.float64)
