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
from ...core.kernels import kernel
from ...dictionary import lz77
from ...dictionary.deflate.search import DISTANCE_SYMBOL, learn
from ...prediction.fixed import paeth

CHAIN = 4
"""How many earlier places LZ77 tries for each byte when filters are compared."""


def filter_by_sum(rows: np.ndarray, step: int) -> np.ndarray:
    """Return (h, w + 1) uint8: each of the rows, (h, w) uint8, behind its filter byte.

    step: the bytes of a whole pixel, 1 where it has less than a byte.
    """
    out = np.zeros((len(rows), rows.shape[1] + 1), np.uint8)
    _by_sum(rows, step, out)
    return out


def filter_by_cost(rows: np.ndarray, step: int, effort: int):
    """Return what `filter_by_sum` returns, but with the filters that make DEFLATE's tokens cheapest, and their costs.

    A row is weighed by itself: what its bytes will be worth to the rows below, nobody asks.  effort: 7 to 9, that of
    `deflate.encode`, to which the costs are then a good start.
    """
    out = filter_by_sum(rows, step)
    for _ in range(2 if effort == 9 else 1):
        costs = learn(out.tobytes(), effort)
        _by_cost(rows, step, out, *lz77.memory(), CHAIN, DISTANCE_SYMBOL, costs)
    return out, costs


def unfilter(data: np.ndarray, height: int, width: int, step: int) -> np.ndarray:
    """Return the (height, width) uint8 rows that `data`, (height * (width + 1),) uint8, holds behind filter bytes."""
    rows = np.zeros((height, width), np.uint8)
    if not _unfilter(data.reshape(height, width + 1), rows, step):
        raise CorruptStream("a row whose filter is none of 0 to 4")
    return rows


@kernel
def _guess(kind, a, b, c):
    """Return what filter `kind` expects of a byte with the neighbours a (left), b (above), c (above left)."""
    if kind == 3:
        return (a + b) >> 1
    if kind == 4:
        return paeth(a, b, c)
    return a if kind == 1 else b if kind == 2 else 0


@kernel
def _filter(rows, y, step, kind, out):
    """Write row y behind its filter byte into `out`; return the sum of the differences as signed numbers."""
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
    """Filter every row with the filter of the least sum."""
    for y in range(len(rows)):
        best, least = 0, 1 << 62
        for kind in range(5):
            total = _filter(rows, y, step, kind, out[y])
            if total < least:
                best, least = kind, total
        _filter(rows, y, step, best, out[y])


@kernel
def _by_cost(rows, step, out, heads, links, chain, classes, costs):
    """Filter every row with the filter of the least cost."""
    data, size = out.reshape(-1), out.shape[1]
    for y in range(len(rows)):
        best, least, start = 0, 1 << 62, y * size
        seen = data[: start + size]
        for kind in range(5):
            _filter(rows, y, step, kind, out[y])
            kept = lz77.candidates(seen, start, start + size, heads, links, chain)
            _, cost = lz77.cheapest(seen, start, kept, classes, *costs)
            for at in range(start + size - 1, start - 1, -1):
                lz77.forget(seen, at, heads, links)
            if cost < least:
                best, least = kind, cost
        _filter(rows, y, step, best, out[y])
        for at in range(start, start + size):
            lz77.insert(seen, at, heads, links)


@kernel
def _unfilter(filtered, rows, step):
    """Fill `rows`; return whether every filter byte was one."""
    for y in range(len(rows)):
        kind = int(filtered[y, 0])
        if kind > 4:
            return False
        for x in range(rows.shape[1]):
            a = int(rows[y, x - step]) if x >= step else 0
            b = int(rows[y - 1, x]) if y else 0
            c = int(rows[y - 1, x - step]) if y and x >= step else 0
            rows[y, x] = int(filtered[y, x + 1]) + _guess(kind, a, b, c) & 255
    return True
