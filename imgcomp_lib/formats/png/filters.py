"""The five filters of PNG, and which of them each row gets.

A filter replaces a byte by its difference, mod 256, from a guess made of bytes that the reader has already:

    c b      0 None      0             3 Average   (a + b) // 2
    a x      1 Sub       a             4 Paeth     a, b or c, whichever is nearest to a + b - c
             2 Up        b

a, b and c belong to the same sample of the pixels to the left, above, and above to the left; outside the image they
are 0.  The standard leaves the choice to the writer.  `filter_by_sum` takes the filter whose differences, as signed
numbers, are nearest to 0: so does libpng.  `filter_by_cost` asks the coder: under each filter LZ77 looks for the
cheapest tokens of the row, with all rows before it to copy from, at the costs of a first draft.  Chapter 9.

Source: ISO/IEC 15948:2004, Portable Network Graphics, 9 and 12.8 (the heuristic).
"""

import numpy as np

from ...core.bits import CorruptStream
from ...core.codec import check_number
from ...core.kernels import kernel
from ...dictionary.deflate.search import cost_of, learn, new_history, remember
from ...prediction.fixed import paeth

NONE, SUB, UP, AVERAGE, PAETH = range(5)
FILTERS = 5
MOST_BYTES = 1 << 40
"""No side, in bytes, is longer, nor any step."""

CHAIN = 4
"""How many earlier places LZ77 tries for each byte when filters are compared."""


def filter_by_sum(rows: np.ndarray, step: int) -> np.ndarray:
    """Return (h, w + 1) uint8: each of the rows, (h, w) uint8, behind its filter byte.

    step: the bytes of a whole pixel, 1 where it has less than a byte.  `ValueError` for other arguments.

    >>> filter_by_sum(np.array([[10, 12, 14, 16]], np.uint8), 1)
    array([[ 1, 10,  2,  2,  2]], dtype=uint8)
    """
    rows, step = _checked(rows, step)
    out = np.zeros((len(rows), rows.shape[1] + 1), np.uint8)
    _by_sum(rows, step, out)
    return out


def filter_by_cost(rows: np.ndarray, step: int, effort: int):
    """Return what `filter_by_sum` returns, but with the filters that make DEFLATE's tokens cheapest, and their costs.

    A row is weighed by itself: what its bytes will be worth to the rows below, nobody asks.  effort: 7 to 9, that of
    `deflate.encode`, to which the costs are then a good start.  `ValueError` for other efforts, rows or steps.
    """
    rows, step = _checked(rows, step)
    out = filter_by_sum(rows, step)
    for _ in range(2 if effort == 9 else 1):
        costs = learn(out.tobytes(), effort)
        _by_cost(rows, step, out, new_history(out.reshape(-1), costs, CHAIN))
    return out, costs


def unfilter(data: np.ndarray, height: int, width: int, step: int) -> np.ndarray:
    """Return the (height, width) uint8 rows that `data`, (height * (width + 1),) uint8, holds behind filter bytes.

    `CorruptStream` for a filter that does not exist, `ValueError` where data, sides and step do not fit together.

    >>> unfilter(np.array([1, 10, 2, 2, 2], np.uint8), 1, 4, 1)
    array([[10, 12, 14, 16]], dtype=uint8)
    """
    height, width = (check_number("a side", side, 0, MOST_BYTES) for side in (height, width))
    if not isinstance(data, np.ndarray) or data.dtype != np.uint8 or data.shape != (height * (width + 1),):
        raise ValueError(f"data are {height * (width + 1)} uint8, not {getattr(data, 'shape', type(data).__name__)}")
    filtered, step = _checked(data.reshape(height, width + 1), step)
    rows = np.zeros((height, width), np.uint8)
    if not _unfilter(filtered, rows, step):
        raise CorruptStream("a row whose filter is none of 0 to 4")
    return rows


def _checked(rows, step):
    """Return rows, contiguous, and step as they are; `ValueError` where they are none."""
    if not isinstance(rows, np.ndarray) or rows.dtype != np.uint8 or rows.ndim != 2:
        raise ValueError(f"rows are (h, w) uint8, not {getattr(rows, 'dtype', type(rows).__name__)}")
    return np.ascontiguousarray(rows), check_number("step", step, 1, MOST_BYTES)


@kernel
def _guess(kind, a, b, c):
    """Return what filter `kind` expects of a byte with the neighbours a (left), b (above), c (above left)."""
    if kind == AVERAGE:
        return (a + b) >> 1
    if kind == PAETH:
        return paeth(a, b, c)
    return a if kind == SUB else b if kind == UP else 0


@kernel
def _filter(rows, y, step, kind, out):
    """Write row y of `rows`, (h, w) uint8, behind its filter byte into `out`, (w + 1,); return the sum of differences.

    They are summed as signed numbers, each by its size.
    """
    total = 0
    out[0] = kind
    for x in range(rows.shape[1]):
        a = int(rows[y, x - step]) if x >= step else 0
        b = int(rows[y - 1, x]) if y else 0
        c = int(rows[y - 1, x - step]) if y and x >= step else 0
        difference = int(rows[y, x]) - _guess(kind, a, b, c) & 255
        out[x + 1] = difference
        total += min(difference, 256 - difference)
    return total


@kernel
def _by_sum(rows, step, out):
    """Filter every row of `rows`, (h, w) uint8, into `out`, (h, w + 1) uint8, with the filter of the least sum."""
    for y in range(len(rows)):
        best, least = 0, 1 << 62
        for kind in range(FILTERS):
            total = _filter(rows, y, step, kind, out[y])
            if total < least:
                best, least = kind, total
        _filter(rows, y, step, best, out[y])


@kernel
def _by_cost(rows, step, out, history):
    """Filter every row of `rows`, (h, w) uint8, with the filter of the least cost; `history` is that of `out`."""
    size = out.shape[1]
    for y in range(len(rows)):
        best, least, start = 0, 1 << 62, y * size
        for kind in range(FILTERS):
            _filter(rows, y, step, kind, out[y])
            cost = cost_of(history, start, start + size)
            if cost < least:
                best, least = kind, cost
        _filter(rows, y, step, best, out[y])
        remember(history, start, start + size)


@kernel
def _unfilter(filtered, rows, step):
    """Fill `rows`, (h, w) uint8, from (h, w + 1) `filtered`; return whether every filter byte was one."""
    for y in range(len(rows)):
        kind = int(filtered[y, 0])
        if kind >= FILTERS:
            return False
        for x in range(rows.shape[1]):
            a = int(rows[y, x - step]) if x >= step else 0
            b = int(rows[y - 1, x]) if y else 0
            c = int(rows[y - 1, x - step]) if y and x >= step else 0
            rows[y, x] = int(filtered[y, x + 1]) + _guess(kind, a, b, c) & 255
    return True
