"""The levels of a block for which error and bits together cost least: a shortest path through all that it could say.

    coefficient       1     2     3     4     5  ...  63
    rounded           5     0    -1     0     1            each may come nearer to 0, or be 0
    ways            (5)---------(-1)---------(1)--- end     a step is a symbol: the zeros before it, its size, its bits
                    (3)  `-------------------(1)--- end     the cost of a step: price x bits + errors of what it makes 0
                    (1)  `------------------------- end

A symbol says how many zeros stand before a level and how many bits the level has (F.1.2.2), so what a level costs
depends on the last one before it that is not 0 and on nothing else.  The best way to each of them is found from the
best ways to those before it, so all combinations are weighed although few are looked at.  Of the levels with the same
number of bits the nearest to the coefficient is best, so there are as many candidates as sizes.  Means are chosen
likewise, from block to block, because their differences are what a file says.  Chapter 14.

The error of coefficient k in block i costs `weights[i] @ shares[:, k]` times its square; bits are in the same units, so
the price of one is in them.  Nothing is checked here.

Sources: K. Ramchandran and M. Vetterli, "Rate-distortion optimal fast thresholding with complete JPEG/MPEG decoder
compatibility", IEEE Trans. Image Processing 3(5), 1994, doi:10.1109/83.334976; E. Yang and L. Wang, "Joint optimization
of run-length coding, Huffman coding, and quantization table with complete baseline JPEG decoder compatibility", IEEE
Trans. Image Processing 18(1), 2009, doi:10.1109/TIP.2008.2007609.
"""

import math

import numpy as np

from ...core.kernels import kernel

LARGEST = 1023
"""Of a level; the mean's may be -1024 (F.1.2.1, F.1.2.2)."""

NEVER = 1e300


@kernel
def ac(coefficients, steps, shares, weights, rates, ends, levels):
    """Set all levels of blocks but the first of each, so that errors and bits together cost least.

    coefficients: (n, 64) float64 in zigzag order; levels: (n, 64) int16.  steps: (64,), shares: (m, 64) and weights:
    (n, m) float64.  rates: (63 * 16,) float64, what zeros before a level and its size cost, by zeros * 16 + size; ends:
    what the end after some levels costs, and a block without any.  Levels lie between 0 and the coefficient rounded.
    """
    costs, gone, total, least = np.empty(64), np.empty(65), np.empty(64), np.empty(64)
    places, chosen, before = np.zeros(64, np.int64), np.empty(64, np.int64), np.empty(64, np.int64)
    total[0] = least[0] = 0.0
    for i in range(len(coefficients)):
        row, out = coefficients[i], levels[i]
        found = _places(row, steps, places, out)
        if found == 0:
            continue
        _costs(row, shares, weights[i], costs, gone)
        last, best = 0, ends[1]
        for t in range(1, found + 1):
            _reach(t, row, steps, costs, rates, places, total, least, chosen, before)
            total[t] += gone[places[t]] - gone[places[t] + 1]
            least[t] = min(least[t - 1], total[t])
            cost = total[t] + (ends[0] if places[t] < 63 else 0.0)
            if cost < best:
                last, best = t, cost
        while last > 0:
            k = places[last]
            out[k] = chosen[last] if row[k] > 0 else -chosen[last]
            last = before[last]


@kernel
def dc(coefficients, step, costs, rates, levels):
    """Set the levels of means, one after the other in a scan, so that errors and bits together cost least.

    coefficients: (n,) float64; costs: (n,) float64, of the square of an error of one; levels: (n,) int16.  rates:
    (2048,) float64, what a difference costs.  Each level is the nearest or one beside it.
    """
    count = len(coefficients)
    before, lowest = np.zeros((count, 3), np.int64), np.empty(count, np.int64)
    total, following = np.zeros(3), np.zeros(3)
    for i in range(count):
        lowest[i] = min(max(math.floor(coefficients[i] / step + 0.5) - 1, -LARGEST - 1), LARGEST - 2)
        for a in range(3):
            level, best = lowest[i] + a, NEVER
            for b in range(3 if i > 0 else 1):
                cost = total[b] + rates[abs(level - (lowest[i - 1] + b if i > 0 else 0))]
                if cost < best:
                    best, before[i, a] = cost, b
            error = coefficients[i] - level * step
            following[a] = best + costs[i] * error * error
        total[:] = following
    a = int(np.argmin(total))
    for i in range(count - 1, -1, -1):
        levels[i] = lowest[i] + a
        a = before[i, a]


@kernel
def _places(row, steps, places, out):
    """Set levels to 0, list the coefficients that need not be 0 from places[1] on, and return how many."""
    found = 0
    for k in range(1, 64):
        out[k] = 0
        if 2 * abs(row[k]) >= steps[k]:
            found += 1
            places[found] = k
    return found


@kernel
def _costs(row, shares, weight, costs, gone):
    """Fill what the square of an error costs, and what it costs to make all coefficients before the kth 0."""
    costs[:] = 0.0
    for m in range(len(weight)):
        for k in range(64):
            costs[k] += weight[m] * shares[m, k]
    gone[1] = 0.0
    for k in range(1, 64):
        gone[k + 1] = gone[k] + costs[k] * row[k] * row[k]


@kernel
def _reach(t, row, steps, costs, rates, places, total, least, chosen, before):
    """Find the cheapest way to say a level, not 0, at places[t], and store its cost, its level and where it came from.

    total: of each way to an earlier place, less what all coefficients up to it would cost as zeros; so ways compare.
    least: the smallest total up to there; no way from so far back is better than one found already.
    """
    k, best = places[t], NEVER
    magnitude, step = abs(row[k]), steps[k]
    top = min(int(magnitude / step + 0.5), LARGEST)
    size = 0
    while top >> size > 0:
        size += 1
    while size > 0:
        level = min(top, (1 << size) - 1)
        way, start = NEVER, 0
        u = t - 1
        while u >= 0 and least[u] < way:
            cost = total[u] + rates[(k - places[u] - 1) << 4 | size]
            if cost < way:
                way, start = cost, u
            u -= 1
        error = magnitude - level * step
        way += costs[k] * error * error
        if way < best:
            best, chosen[t], before[t] = way, level, start
        size -= 1
    total[t] = best
