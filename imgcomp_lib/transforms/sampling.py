"""Chroma subsampling: fewer samples of a plane, and a plane of the full size again.

    4:4:4     every sample
    4:2:2     one for two neighbours in a row
    4:2:0     one for a square of four

    down      the mean of the two or the four; a side that is odd repeats its last row or column first
    up        each sample two or four times ("repeat"), or the straight line between two samples ("linear")

The samples that are left stand in the middle of those they replace, as in JPEG files, so the two pixels nearest to a
sample are a quarter of the way towards its neighbours: 3/4 of the nearer and 1/4 of the farther.  Means end in quarters
or halves, and always rounding one way would make planes lighter or darker: rounding alternates along a row, exactly
as libjpeg does it.  Chapter 12.

Sources: ITU-T T.871 (JFIF), 2011, clause 8 (where samples stand); ISO/IEC 10918-1 (JPEG), A.1.1 (sides of planes:
rounded up) and A.2.4 (the last row and column are repeated); the Independent JPEG Group's libjpeg, jcsample.c and
jdsample.c ("fancy upsampling").
"""

import numpy as np

from ..core.codec import MAX_PIXELS, check_array, check_number

SCHEMES = {"4:4:4": (1, 1), "4:2:2": (1, 2), "4:2:0": (2, 2)}
"""How many rows, and how many columns, become one."""

FILTERS = "linear", "repeat"


def down(plane: np.ndarray, scheme: str = "4:2:0") -> np.ndarray:
    """Return fewer samples of a plane, (ceil(height / rows), ceil(width / columns)) of the scheme; uint8.

    plane: (height, width) integers from 0 to 255, sides of 1 or more; scheme: one of `SCHEMES`.

    >>> down(np.array([[1, 2, 9], [1, 2, 9]], np.uint8)).tolist()
    [[1, 9]]
    """
    (rows, columns), plane = _scheme(scheme), _plane(plane)
    plane = np.pad(plane, ((0, plane.shape[0] % rows), (0, plane.shape[1] % columns)), "edge")
    sums = sum(plane[y::rows, x::columns] for y in range(rows) for x in range(columns))
    first, second = {1: (0, 0), 2: (0, 1), 4: (1, 2)}[rows * columns]  # rounding, in even and odd columns
    return (_alternately(sums, first, second) // (rows * columns)).astype(np.uint8)


def up(plane: np.ndarray, height: int, width: int, scheme: str = "4:2:0", kind: str = "linear") -> np.ndarray:
    """Return a plane of the size (height, width), uint8, from what `down` made of one of that size.

    plane: integers from 0 to 255; `ValueError` unless its sides are those that `down` makes of height and width.
    kind: "linear" or "repeat".

    >>> up(np.array([[0, 100]], np.uint8), 1, 4, "4:2:2").tolist(), up(np.array([[7]], np.uint8), 2, 2).tolist()
    ([[0, 25, 75, 100]], [[7, 7], [7, 7]])
    """
    (rows, columns), plane = _scheme(scheme), _plane(plane)
    height, width = (check_number(name, side, 1, MAX_PIXELS) for name, side in (("height", height), ("width", width)))
    if plane.shape != (-(-height // rows), -(-width // columns)):
        raise ValueError(f"a plane for {height} x {width} in {scheme} is not {plane.shape[0]} x {plane.shape[1]}")
    if not isinstance(kind, str) or kind not in FILTERS:
        raise ValueError(f"kind is {' or '.join(FILTERS)}, not {kind!r}")
    wide = _linear(plane, rows, columns) if kind == "linear" else plane.repeat(rows, 0).repeat(columns, 1)
    return wide[:height, :width].astype(np.uint8)


def _linear(plane, rows, columns):
    """Return a plane interpolated along columns and rows; beyond an edge stands what stands at it."""
    if rows == 2:
        plane = _thrice(plane.T).T
    if columns == 2:
        plane = _thrice(plane)
    weight = (4 if rows == 2 else 1) * (4 if columns == 2 else 1)
    first, second = {1: (0, 0), 4: (1, 2), 16: (8, 7)}[weight]
    return _alternately(plane, first, second) // weight


def _alternately(plane, first, second):
    """Return a plane with one number added in its even columns and another in its odd ones."""
    return plane + np.where(np.arange(plane.shape[1]) % 2, second, first)


def _thrice(plane):
    """Return two for each sample of a row: three times it, and its neighbour on either side."""
    left, right = np.pad(plane, ((0, 0), (1, 0)), "edge")[:, :-1], np.pad(plane, ((0, 0), (0, 1)), "edge")[:, 1:]
    return np.stack([3 * plane + left, 3 * plane + right], 2).reshape(len(plane), -1)


def _scheme(scheme):
    """Return how many rows and columns become one; `ValueError` for no scheme."""
    if not isinstance(scheme, str) or scheme not in SCHEMES:
        raise ValueError(f"a scheme is {', '.join(SCHEMES)}, not {scheme!r}")
    return SCHEMES[scheme]


def _plane(plane):
    """Return a plane as (height, width) int64; `ValueError` where it is none."""
    plane = check_array("samples", plane, (2,), 0, 255)
    if not plane.size:
        raise ValueError(f"a plane has sides of 1 or more, not {plane.shape}")
    return plane
