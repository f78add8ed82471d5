"""What a DEFLATE writer is free to choose: which tokens, and where one block ends and the next begins.

    effort   1 2 3      the longest match at each place, of 4, 8, 32 earlier ones tried
             4 5 6      the same lazily: a match waits whether the next place begins a longer one; 6 is like zlib's 6
             7 8 9      the cheapest way through all matches, found 3, 6, 15 times over

The cheapest way needs to know what a symbol costs, and that depends on how often the tokens use it.  So it is found in
rounds: the first at the prices of the fixed code, each later one at the prices, -log2 of a symbol's share of its
block, that the tokens of the round before would set.  Blocks are cut where it pays: of all ways to cut the tokens into
blocks, the one with the least entropy and headers, which is a shortest path too.  Chapter 8.

Sources: costs from the round before: J. Alakuijala and L. Vandevenne, "Data compression using Zopfli", Google, 2013;
shortest path: J. A. Storer and T. G. Szymanski, J. ACM 29(4), 1982, doi:10.1145/322344.322346.
"""

from itertools import pairwise

import numpy as np

from ...core.kernels import kernel
from .. import lz77
from .tables import DISTANCE_BASE, DISTANCE_EXTRA, DISTANCES, END, FIXED, LENGTH_BASE, LENGTH_EXTRA, SYMBOLS

GREEDY_OR_LAZY = {1: (4, 0), 2: (8, 0), 3: (32, 0), 4: (16, 8), 5: (32, 32), 6: (128, 258)}
"""Efforts 1 to 6: how many earlier places are tried, and shorter matches than this wait for the next place."""

CHEAPEST = {7: (16, 3), 8: (64, 6), 9: (256, 15)}
"""Efforts 7 to 9: how many earlier places are tried, and how many rounds there are."""

SEGMENT = 1 << 20
"""So many bytes are searched at once."""

GRAIN, MOST_GRAINS = 2048, 64
"""Blocks end at multiples of so many tokens, and hold at most so many multiples."""

HEADER_BITS, HEADER_BITS_A_SYMBOL = 200, 3
"""What the header of a dynamic block takes, about: measured on photographs."""

LENGTH_SYMBOL = np.repeat(np.arange(29), np.diff(np.append(LENGTH_BASE, 259)))
LENGTH_SYMBOL = END + 1 + np.append([0, 0, 0], LENGTH_SYMBOL)
DISTANCE_SYMBOL = np.append(0, np.repeat(np.arange(30), np.diff(np.append(DISTANCE_BASE, lz77.WINDOW + 1))))
"""The symbols of lengths 0 to 258 (0 to 2 do not occur) and of distances 0 to 32768 (nor does 0)."""


def symbols_of(lengths, values) -> tuple[np.ndarray, np.ndarray]:
    """Return the literal and length symbols of all tokens, and the distance symbols of the matches."""
    return np.where(lengths > 0, LENGTH_SYMBOL[lengths], values), DISTANCE_SYMBOL[values[lengths > 0]]


def learn(data: bytes, effort: int) -> tuple[np.ndarray, ...]:
    """Return the costs at which the search of effort 7 to 9 arrives: see `lz77.cheapest`; a unit is 1/256 bit."""
    search = Search(np.frombuffer(data, np.uint8), effort)
    for _ in search.blocks():
        pass
    return tuple(np.concatenate(parts) for parts in zip(*search.learnt, strict=True))


class Search:
    """The search for the tokens of `data`, uint8, one segment after the other."""

    def __init__(self, data: np.ndarray, effort: int, costs=None):
        self.data, self.effort, self.costs, self.learnt = data, effort, costs, []
        self.heads, self.links = lz77.memory()

    def blocks(self):
        """Yield the tokens of one block after the other: `(lengths, values)`."""
        for start in range(0, len(self.data), SEGMENT):
            end = min(len(self.data), start + SEGMENT)
            yield from self._lazy(start, end) if self.effort in GREEDY_OR_LAZY else self._cheapest(start, end)

    def _lazy(self, start, end):
        """Return the blocks of one segment by the longest matches."""
        options = GREEDY_OR_LAZY[self.effort]
        return _split(*lz77.follow(self.data, start, end, self.heads, self.links, *options))

    def _cheapest(self, start, end):
        """Return the blocks of one segment by the cheapest way through its matches."""
        chain, rounds = CHEAPEST[self.effort]
        kept = lz77.candidates(self.data, start, end, self.heads, self.links, chain)
        costs = self.costs or _prices([end], *(256 * code[None] for code in FIXED))
        for _ in range(rounds):
            choice, _ = lz77.cheapest(self.data, start, kept, DISTANCE_SYMBOL, *costs)
            blocks = _split(*lz77.walk(self.data, start, choice))
            costs = _costs(blocks, start)
        self.learnt.append(costs)
        return blocks


def _counts(lengths, values):
    """Return how often each literal or length symbol, then each distance symbol, occurs, one array."""
    symbols, distances = symbols_of(lengths, values)
    return np.append(np.bincount(symbols, minlength=SYMBOLS), np.bincount(distances, minlength=DISTANCES))


def _costs(blocks, start):
    """Return the costs that the blocks' own tokens set, for `lz77.cheapest`."""
    ends = start + np.cumsum([np.maximum(lengths, 1).sum() for lengths, _ in blocks])
    counts = np.stack([_counts(*block) for block in blocks])
    return _prices(ends, _information(counts[:, :SYMBOLS]), _information(counts[:, SYMBOLS:]))


def _prices(ends, symbols, distances):
    """Return the costs of every literal, length and distance symbol in each block, extra bits and all."""
    lengths = symbols[:, LENGTH_SYMBOL] + 256 * LENGTH_EXTRA[LENGTH_SYMBOL - END - 1]
    far = distances[:, : len(DISTANCE_EXTRA)] + 256 * DISTANCE_EXTRA
    return np.array(ends), symbols[:, :END].copy(), lengths, far


def _split(lengths, values):
    """Return the blocks into which the tokens are best cut."""
    starts = range(0, len(lengths), GRAIN)
    counts = [_counts(lengths[at : at + GRAIN], values[at : at + GRAIN]) for at in starts]
    before, cut = _partition(np.cumsum([0 * counts[0], *counts], axis=0)), len(starts)
    cuts = [cut]
    while cut > 0:
        cut = int(before[cut])
        cuts.insert(0, cut)
    bounds = [cut * GRAIN for cut in cuts]
    return [(lengths[a:b], values[a:b]) for a, b in pairwise(bounds)]


@kernel
def _partition(sums):
    """Return, for each number of grains, where the last block begins on the cheapest way to cut so many.

    sums: (g + 1, symbols) how often each symbol occurs before each grain.
    """
    least, before = np.zeros(len(sums), np.int64), np.zeros(len(sums), np.int64)
    for end in range(1, len(sums)):
        least[end] = 1 << 62
        for start in range(max(0, end - MOST_GRAINS), end):
            cost = least[start] + _block_cost(sums[start], sums[end])
            if cost < least[end]:
                least[end], before[end] = cost, start
    return before


@kernel
def _block_cost(before, after):
    """Return what a block with the counts `after - before` takes, about: its entropy and its header."""
    cost, used = 0, 0
    for first, end in ((0, SYMBOLS), (SYMBOLS, SYMBOLS + DISTANCES)):
        total = 0
        for symbol in range(first, end):
            count = after[symbol] - before[symbol]
            if count:
                cost, total, used = cost - count * log2(count), total + count, used + 1
        if total:
            cost += total * log2(total)
    return cost + 256 * (HEADER_BITS + used * HEADER_BITS_A_SYMBOL)


@kernel
def _information(counts):
    """Return -256 * log2 of the share of each symbol in its row of counts; one that does not occur counts half."""
    costs = np.zeros(counts.shape, np.int64)
    for block in range(len(counts)):
        whole = log2(max(1, counts[block].sum()))
        for symbol in range(counts.shape[1]):
            count = counts[block, symbol]
            costs[block, symbol] = whole - log2(count) if count else whole + 256
    return costs


@kernel
def log2(number):
    """Return 256 * log2(number), rounded down, by squaring: whole numbers, so that every machine writes the same."""
    whole = 0
    while number >> whole > 1:
        whole += 1
    part, result = number << 30 - whole if whole < 30 else number >> whole - 30, whole
    for _ in range(8):
        part, result = part * part >> 30, result << 1
        if part >> 31:
            part, result = part >> 1, result + 1
    return result
