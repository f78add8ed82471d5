"""Chroma subsampling: fewer samples of a plane, and a plane of the full size again.

    4:4:4     every sample
    4:2:2     one for two neighbours in a row
    4:2:0     one for a square of four
    4:4:0     one for two neighbours in a column
    4:1:1     one for four in a row

    down      the mean of the two or the four; a side that is no multiple repeats its last row or column first
    up        each sample two or four times ("repeat"), or the straight line between two samples ("linear")

The samples that are left stand in the middle of those they replace, as in JPEG files, so the two pixels nearest to a
sample are a quarter of the way towards its neighbours: 3/4 of the nearer and 1/4 of the farther.  Means end in quarters
or halves, and always rounding one way would make planes lighter or darker: rounding alternates along a row, exactly
as libjpeg does it.  Where it does not, in the two rarer schemes, halves go up; and 4:1:1 it repeats even when asked
for the straight line.  Chapter 12.

Sources: ITU-T T.871 (JFIF), 2011, clause 8 (where samples stand); ISO/IEC 10918-1 (JPEG), A.1.1 (sides of planes:
rounded up) and A.2.4 (the last row and column are repeated); the Independent JPEG Group's libjpeg, jcsample.c and
jdsample.c ("fancy upsampling").
"""

import numpy as np

from ..core.codec import MAX_PIXELS, check_array, check_number
from ..core.kernels import kernel

SCHEMES = {"4:4:4": (1, 1), "4:2:2": (1, 2), "4:2:0": (2, 2), "4:4:0": (2, 1), "4:1:1": (1, 4)}
"""How many rows, and how many columns, become one."""

FILTERS = "linear", "repeat"


def down(plane: np.ndarray, scheme: str = "4:2:0") -> np.ndarray:
    """Return fewer samples of a plane, (ceil(height / rows), ceil(width / columns)) of the scheme; uint8.

    plane: (height, width) integers from 0 to 255, sides of 1 or more; scheme: one of `SCHEMES`.

    >>> down(np.array([[1, 2, 9], [1, 2, 9]], np.uint8)).tolist()
    [[1, 9]]
    """
    (rows, columns), plane = _scheme(scheme), _plane(plane)
    out = np.empty((-(-plane.shape[0] // rows), -(-plane.shape[1] // columns)), np.uint8)
    fill_down(plane.astype(np.uint8), rows, columns, out)
    return out


@kernel
def fill_down(plane, rows, columns, out):
    """Fill `out`, (ceil(height / rows), ceil(width / columns)), with the means of 1, 2 or 4 samples; all uint8.

    Nothing is checked.  Half is added before a mean is cut; where two columns become one, half a unit less in even
    columns, so that rounding alternates.
    """
    height, width = plane.shape
    sums, shift = np.zeros(columns * out.shape[1], np.int64), rows * columns >> 1
    even, odd = (rows - 1, rows) if columns == 2 else (shift, shift)
    for y in range(len(out)):
        sums[:] = 0
        for i in range(rows):
            row = min(rows * y + i, height - 1)
            for x in range(width):
                sums[x] += plane[row, x]
        sums[width:] = sums[width - 1]
        for x in range(out.shape[1]):
            total = odd if x & 1 else even
            for j in range(columns):
                total += sums[columns * x + j]
            out[y, x] = total >> shift


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
    out = np.empty((height, width), np.uint8)
    fill_up(plane.astype(np.uint8), rows, columns, kind == "linear", 0, out)
    return out


@kernel
def fill_up(plane, rows, columns, linear, top, out):
    """Fill `out` with the rows from `top` on of a plane with `rows` x `columns` samples for each; all uint8.

    The plane has a sample for each in `out`: nothing is checked.  Beyond an edge stands what stands at it.
    """
    wide, last = np.empty(plane.shape[1] + 2, np.int64), plane.shape[1] - 1
    for i in range(len(out)):
        y = top + i
        near = plane[y // rows]
        if not linear or rows > 2 or columns > 2 or rows * columns == 1:
            _repeat(near, columns, out[i])
        elif columns == 1:
            far = plane[_beside(y, len(plane))]
            for x in range(out.shape[1]):
                out[i, x] = 3 * int(near[x]) + int(far[x]) + 1 + (y & 1) >> 2
        else:
            if rows == 1:
                for x in range(len(near)):
                    wide[x + 1] = int(near[x])
            else:
                far = plane[_beside(y, len(plane))]
                for x in range(len(near)):
                    wide[x + 1] = 3 * int(near[x]) + int(far[x])
            wide[0], wide[last + 2] = wide[1], wide[last + 1]
            _between(wide, 1 if rows == 1 else 8, 2 if rows == 1 else 7, 2 * rows, out[i])


@kernel
def _beside(y, height):
    """Return the row on the other side of row `y` of a plane twice as high, seen from its nearest one."""
    return min(max((y >> 1) - 1 + 2 * (y & 1), 0), height - 1)


@kernel
def _repeat(row, columns, out):
    """Write each sample so many times, as far as there is room."""
    if columns == 1:
        for x in range(len(out)):
            out[x] = row[x]
    elif columns == 2:
        for x in range(len(out)):
            out[x] = row[x >> 1]
    else:
        for x in range(len(out)):
            out[x] = row[x // columns]


@kernel
def _between(wide, first, second, shift, out):
    """Write two for each sample: three times it and its left neighbour, three times it and its right neighbour."""
    for x in range(len(out) >> 1):
        middle = 3 * wide[x + 1]
        out[2 * x] = middle + wide[x] + first >> shift
        out[2 * x + 1] = middle + wide[x + 2] + second >> shift
    if len(out) & 1:
        x = len(out) >> 1
        out[2 * x] = 3 * wide[x + 1] + wide[x] + first >> shift


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
