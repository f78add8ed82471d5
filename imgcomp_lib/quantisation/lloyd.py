"""Lloyd-Max quantisers: the cells and points with the least mean squared error, for samples or for a histogram.

    lloyd_max, turn    Lloyd's turns, for any number of values; with a price for bits, where one is wanted
    best               the least error of all, for up to 1024 different values: greys, or residuals of greys

Two conditions hold for the best quantiser of a given number of levels, and each makes the other easy:

    given the points, an edge lies midway between two neighbours, since each value belongs to the nearest point
    given the cells, a point is the mean of the values in its cell, since nothing else has a smaller squared error

So take turns.  No turn makes the error larger, and so the error converges; to a valley, not always to the lowest one
(for densities with a concave logarithm, Gaussian and Laplacian among them, there is only one).  On histograms of
photographs the turns miss the lowest by some per cent, and by half now and then.

Both conditions together say that the best cells are runs of neighbouring values, and so the lowest valley can be found:
the best way to cut the first j values into k cells has a last cell that begins somewhere, and before it the best way to
cut what is left into k - 1 (Bruce; Wang and Song have it as a clustering).  It takes k n**2 steps for n values.

With a `price`, what is smallest is error + price * entropy of the levels: rare levels pay for their long codewords,
edges move towards them, and levels that are not worth their bits vanish (Chou, Lookabaugh and Gray).  Chapter 12.

Sources: S. P. Lloyd, "Least squares quantization in PCM", 1957, printed in IEEE Trans. Information Theory 28(2), 1982,
doi:10.1109/TIT.1982.1056489; J. Max, "Quantizing for minimum distortion", IRE Trans. Information Theory 6(1), 1960,
doi:10.1109/TIT.1960.1057548; P. E. Fleischer, "Sufficient conditions for achieving minimum distortion in a quantizer",
IEEE International Convention Record, 1964; J. D. Bruce, "Optimum quantization", MIT Research Laboratory of Electronics,
technical report 429, 1965; H. Wang and M. Song, "Ckmeans.1d.dp: optimal k-means clustering in one dimension by dynamic
programming", The R Journal 3(2), 2011, doi:10.32614/RJ-2011-015; P. A. Chou, T. Lookabaugh and R. M. Gray,
"Entropy-constrained vector quantization", IEEE Trans. Acoustics, Speech, and Signal Processing 37(1), 1989,
doi:10.1109/29.17498.
"""

import heapq
import itertools

import numpy as np

from ..core.codec import check_number
from .scalar import reals

ROUNDS = 20_000
"""Turns at most; some dozens are usual, and some thousands where a density is fine and levels are many."""

STILL = 1e-9
"""A design has converged when no point moves by more than this share of the range of the values."""

MOST_LEVELS = 1 << 12

MOST_VALUES = 1 << 10
"""Different values for `best`, whose table has a number for each pair of them."""


def lloyd_max(values, size: int, counts=None, price: float = 0.0, start=None) -> tuple[np.ndarray, np.ndarray]:
    """Return the thresholds, (k - 1,), and the points, (k,), of the Lloyd-Max quantiser for `values`; float64.

    values: (n,) numbers, at least one.  size: levels, 1 to 4096.  counts: how often each value occurs, (n,) numbers ≥ 0
    with a positive sum (a histogram, or a density on a grid); once each without it.  price: squared error that a bit a
    value is worth, 0 or more.  start: `size` points in ascending order to begin with; without it the middles of equal
    cells.  k is `size` where so many values differ, and fewer where a price drives levels out.  For the functions
    `scalar.quantise_by` and `dequantise_by`.  `ValueError` for wild arguments.

    >>> lloyd_max(np.array([0, 1, 10, 11]), 2)[0].tolist(), lloyd_max(np.array([0, 1, 10, 11]), 2)[1].tolist()
    ([5.5], [0.5, 10.5])
    """
    values, counts = _histogram(values, counts)
    size, low, width = check_number("size", size, 1, MOST_LEVELS), values[0], values[-1] - values[0] or 1.0
    histogram, price = _summed((values - low) / width, counts), _price(price) / width**2
    points = (np.arange(size) + 0.5) / size if start is None else (_ascending(start, size) - low) / width
    costs = np.zeros(size)
    for _ in range(ROUNDS):
        before = points
        points, costs = _means_and_costs(histogram, _edges(points, costs, price))
        if not price:
            points = _refilled(histogram, points, min(size, len(values)))
            costs = np.zeros(len(points))
        if len(points) == len(before) and np.abs(points - before).max() <= STILL:
            break
    return low + width * _edges(points, costs, price), low + width * points


def best(values, size: int, counts=None) -> tuple[np.ndarray, np.ndarray]:
    """Return the thresholds, (k - 1,), and the points, (k,), with the least squared error of all; float64.

    values, size, counts: as for `lloyd_max`, but at most 1024 different values; `ValueError` for more.  k is `size`, or
    the number of different values where that is smaller.

    >>> seven = [0, 1, 2, 9, 10, 11, 20]
    >>> best(seven, 2)[1].tolist(), lloyd_max(seven, 2, start=[5, 20])[1].tolist()
    ([1.0, 12.5], [5.5, 20.0])
    """
    values, counts = _histogram(values, counts)
    if len(values) > MOST_VALUES:
        raise ValueError(f"at most {MOST_VALUES} different values, not {len(values)}: `lloyd_max` takes more")
    size, low, width = check_number("size", size, 1, MOST_LEVELS), values[0], values[-1] - values[0] or 1.0
    ends = _best_ends(_costs((values - low) / width, counts), min(size, len(values)))
    points = _cells(_summed(values, counts), ends)[1]
    return _edges(points), points


def turn(values, points, counts=None) -> tuple[np.ndarray, np.ndarray]:
    """Return the thresholds midway between `points`, and the mean of the values in each cell: one turn of Lloyd's.

    values, counts: as for `lloyd_max`; points: (k,) numbers in ascending order.  A cell without values keeps its point.

    >>> thresholds, points = turn(np.array([0, 1, 10, 11]), np.array([0, 4]))
    >>> thresholds.tolist(), [round(point, 2) for point in points.tolist()]
    ([2.0], [0.5, 10.5])
    """
    histogram, points = _summed(*_histogram(values, counts)), _ascending(points)
    thresholds = _edges(points)
    masses, means = _cells(histogram, _ends(histogram, thresholds))
    return thresholds, np.where(masses > 0, means, points)


def _costs(values, counts):
    """Return the squared error of a cell with the values from i to j - 1, (n + 1, n + 1); infinite unless i < j."""
    mass, moment, square = (np.concatenate([[0], np.cumsum(counts * values**power)]) for power in range(3))
    first, last = np.triu_indices(len(values) + 1, 1)
    costs = np.full((len(values) + 1,) * 2, np.inf)
    sums = mass[last] - mass[first], moment[last] - moment[first], square[last] - square[first]
    costs[first, last] = np.maximum(sums[2] - sums[1] ** 2 / sums[0], 0)
    return costs


def _best_ends(costs, size):
    """Return at which value each of `size` cells begins, and last where they end, so that their costs are least."""
    least, cuts = costs[0], []
    for _ in range(size - 1):
        ways = least[:, None] + costs
        cuts.append(ways.argmin(0))
        least = ways.min(0)
    ends = [len(costs) - 1]
    for cut in reversed(cuts):
        ends.append(int(cut[ends[-1]]))
    return np.array([*ends, 0][::-1])


def _means_and_costs(histogram, edges):
    """Return the means of the cells that are not empty, and what their levels cost in bits."""
    masses, means = _cells(histogram, _ends(histogram, edges))
    used = masses > 0
    return means[used], -np.log2(masses[used] / masses.sum())


def _edges(points, costs=None, price=0.0):
    """Return where two neighbours are equally good: midway, or nearer to the one that costs more bits."""
    middles = (points[1:] + points[:-1]) / 2
    if price:
        middles += price * np.diff(costs) / (2 * np.diff(points))
    return np.maximum.accumulate(middles)


def _ends(histogram, edges):
    """Return at which of the values each cell begins, and last where they end; an edge belongs to the cell above."""
    values = histogram[0]
    return np.array([0, *np.searchsorted(values, edges, "left"), len(values)])


def _cells(histogram, ends):
    """Return the mass and the mean of each cell; the mean of an empty one is 0."""
    values, masses, moments = histogram
    mass, moment, used = np.diff(masses[ends]), np.diff(moments[ends]), ends[1:] > ends[:-1]
    means = np.divide(moment, mass, out=np.zeros(len(mass)), where=used & (mass > 0))
    inside = np.clip(means[used], values[ends[:-1][used]], values[ends[1:][used] - 1])  # whatever rounding did
    means[used] = inside
    return np.where(used, mass, 0.0), means


def _refilled(histogram, points, size):
    """Return `size` points: as long as one is missing, the cell with the greatest error is cut in two at its mean."""
    if len(points) == size:
        return points
    ends = _ends(histogram, _edges(points))
    cells = [(-_error(histogram, first, last), first, last) for first, last in itertools.pairwise(ends.tolist())]
    heapq.heapify(cells)
    while len(cells) < size:
        _, first, last = heapq.heappop(cells)
        cut = _cut(histogram, first, last)
        for part in ((first, cut), (cut, last)):
            heapq.heappush(cells, (-_error(histogram, *part), *part))
    return _cells(histogram, np.array([0, *sorted(last for *_, last in cells)]))[1]


def _cut(histogram, first, last):
    """Return where two or more values, from first to last, are cut: after their mean, and both parts have some."""
    mean = _cells(histogram, np.array([first, last]))[1][0]
    return min(max(first + int(np.searchsorted(histogram[0][first:last], mean, "right")), first + 1), last - 1)


def _error(histogram, first, last):
    """Return the squared error of a cell around its mean; -1 for a cell of one value, which nothing can improve."""
    if last - first < 2:
        return -1.0
    mean = _cells(histogram, np.array([first, last]))[1][0]
    return float((np.diff(histogram[1][first : last + 1]) * (histogram[0][first:last] - mean) ** 2).sum())


def _histogram(values, counts):
    """Return the distinct values that occur, in ascending order, and how often each does; `ValueError` for none."""
    values = reals("values", values).ravel()
    counts = np.ones(len(values)) if counts is None else reals("counts", counts).ravel()
    if len(values) != len(counts) or not values.size or counts.min() < 0 or not counts.any():
        raise ValueError("values have a count each, 0 or more and not all of them 0")
    values, index = np.unique(values[counts > 0], return_inverse=True)
    return values, np.bincount(index, counts[counts > 0])


def _summed(values, counts):
    """Return a histogram as its values, and from 0 on the sums of their counts and of their moments."""
    return values, *(np.concatenate([[0], np.cumsum(terms)]) for terms in (counts, counts * values))


def _ascending(points, size=None):
    """Return points as a row of floats; `ValueError` unless they ascend, and are `size` where a size is told."""
    points = reals("points", points)
    if points.ndim != 1 or not points.size or (np.diff(points) < 0).any():
        raise ValueError(f"points are one number or more in ascending order, not {points!r}")
    if size is not None and len(points) != size:
        raise ValueError(f"{size} points to start with, not {len(points)}")
    return points


def _price(price):
    """Return a price as a float; `ValueError` where it is no number from 0 on."""
    if not isinstance(price, int | float | np.integer | np.floating) or not 0 <= price < 1e30:
        raise ValueError(f"price is a number from 0 on, not {price!r}")
    return float(price)
