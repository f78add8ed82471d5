"""Optimal parsing: of all ways to write a text as literals and matches, the one that costs least.

    place     0    1    2    3    4    5         a literal is a step of one place, a match one of its length;
              o--->o--->o--->o--->o--->o         a step costs what its token takes in bits.  The cheapest parsing
                   '------------->'              is a shortest path from the first place to the end.

It is found from the end backwards: what the rest costs from each place on.  Of lengths that cost the same only the
longest is tried.  `lz77.candidates` finds the matches, `deflate.search` sets the costs.  Chapter 8.

Source: J. A. Storer and T. G. Szymanski, "Data compression via textual substitution", J. ACM 29(4), 1982,
doi:10.1145/322344.322346.
"""

import numpy as np

from ..core.kernels import kernel
from .lz77 import SHORTEST


@kernel
def cheapest(data, start, kept, classes, ends, literal_costs, length_costs, distance_costs):
    """Return the choice at each place, (n,) int64 for `chosen`, that makes the tokens' costs least; and their sum.

    data: uint8.  kept: (n, KEPT) int32, the `lz77.candidates` of the n places from `start` on.  ends: (b,) int64, where
    each block ends in `data`; the costs, (b, 256), (b, 259) and (b, k) int64, are those of a token that begins in the
    block.  classes: (32769,) int64, which of the k distance costs is that of a distance.
    """
    size, block = len(kept), len(ends) - 1
    rest, choice = np.zeros(size + 1, np.int64), np.zeros(size, np.int64)
    last = _last_of_same_cost(length_costs[block])
    for at in range(size - 1, -1, -1):
        while block > 0 and start + at < ends[block - 1]:
            block -= 1
            last = _last_of_same_cost(length_costs[block])
        best, taken, length = rest[at + 1] + literal_costs[block, data[start + at]], 0, SHORTEST
        for match in kept[at]:
            if match == 0:
                break
            longest, distance = match >> 16, match & 0xFFFF
            distance_cost = distance_costs[block, classes[distance]]
            while length <= longest:
                length = min(last[length], longest)
                cost = rest[at + length] + length_costs[block, length] + distance_cost
                if cost < best:
                    best, taken = cost, length << 16 | distance
                length += 1
        rest[at], choice[at] = best, taken
    return choice, rest[0]


@kernel
def _last_of_same_cost(costs):
    """Return, for each length, the longest up to which all cost the same; `costs` and these (259,) int64."""
    last = np.arange(len(costs))
    for length in range(len(costs) - 2, -1, -1):
        if costs[length] == costs[length + 1]:
            last[length] = last[length + 1]
    return last


@kernel
def chosen(data, start, choice):
    """Return the tokens, (k,) int64 lengths and values, where `cheapest` made a `choice` at each place from `start`."""
    lengths, values = np.zeros(len(choice), np.int64), np.zeros(len(choice), np.int64)
    at, count = 0, 0
    while at < len(choice):
        if choice[at]:
            lengths[count], values[count] = choice[at] >> 16, choice[at] & 0xFFFF
        else:
            values[count] = data[start + at]
        at, count = at + max(1, lengths[count]), count + 1
    return lengths[:count], values[:count]
