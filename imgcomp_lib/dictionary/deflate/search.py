"""Greedy, lazy and optimal parsing: what a DEFLATE writer is free to choose, tokens and the ends of blocks.

    effort   1 2 3      the longest match at each place, of 4, 8, 32 earlier ones tried
             4 5 6      the same lazily: a match waits whether the next place begins a longer one; 6 is like zlib's 6
             7 8 9      the cheapest way through all matches, found 3, 6, 15 times over

The cheapest way needs to know what a symbol costs, and that depends on how often the tokens use it.  So it is found in
rounds: the first at the prices of the fixed code, each later one at the prices, -log2 of a symbol's share of its
block, that the tokens of the round before would set.  Blocks are cut where it pays: of all ways to cut the tokens into
blocks, the one with the least entropy and headers, which is a shortest path too.

Who has several ways to write the next bytes, as PNG's filters have, asks `cost_of` each.  Chapter 8.

Sources: costs from the round before: J. Alakuijala and L. Vandevenne, "Data compression using Zopfli", Google, 2013;
shortest path: J. A. Storer and T. G. Szymanski, J. ACM 29(4), 1982, doi:10.1145/322344.322346.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ...core.codec import check_array, check_bytes, check_number
from ...core.kernels import kernel
from .. import lz77
from ..parsing import cheapest, chosen
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

UNIT = 256
"""Costs are whole 256ths of a bit."""

DEAREST = 1 << 32
"""No symbol costs more units than this; so much for each byte of 2**30 still fits an int64."""

LENGTH_SYMBOL = np.repeat(np.arange(29), np.diff(np.append(LENGTH_BASE, 259)))
LENGTH_SYMBOL = END + 1 + np.append([0, 0, 0], LENGTH_SYMBOL)
DISTANCE_SYMBOL = np.append(0, np.repeat(np.arange(30), np.diff(np.append(DISTANCE_BASE, lz77.WINDOW + 1))))
"""The symbols of lengths 0 to 258 (0 to 2 do not occur) and of distances 0 to 32768 (nor does 0)."""


class Costs(NamedTuple):
    """What tokens cost, extra bits and all, in each of b blocks, in units; int64."""

    ends: np.ndarray  # (b,) where each block ends
    literals: np.ndarray  # (b, 256)
    lengths: np.ndarray  # (b, 259)
    distances: np.ndarray  # (b, 30), by symbol


class History(NamedTuple):
    """What came before the bytes whose cost is asked; `new_history` makes one."""

    data: np.ndarray  # (n,) uint8, all bytes; those to come may still change
    heads: np.ndarray  # `lz77.memory`
    links: np.ndarray
    chain: int
    classes: np.ndarray  # DISTANCE_SYMBOL
    costs: Costs


def symbols_of(lengths, values) -> tuple[np.ndarray, np.ndarray]:
    """Return the literal and length symbols of all tokens, and the distance symbols of the matches.

    lengths: (n,), 0 or 3 to 258; values: (n,), bytes or distances of 1 to 32768.  Anything else is a `ValueError`.

    >>> symbols_of([0, 9], [97, 1])
    (array([ 97, 263]), array([0]))
    """
    lengths = check_array("lengths", lengths, (1,), 0, lz77.LONGEST)
    values = check_array("values", values, (1,), 0, lz77.WINDOW)
    if lengths.shape != values.shape:
        raise ValueError(f"lengths and values come in pairs, not {len(lengths)} and {len(values)}")
    match = lengths > 0
    if (lengths[match] < lz77.SHORTEST).any() or not values[match].all() or values[~match].max(initial=0) > 255:
        raise ValueError("a token has a length of 1 or 2, a distance of 0, or a literal that is no byte")
    return _symbols(lengths, values)


def _symbols(lengths, values):
    """Return what `symbols_of` returns, for tokens that are known to be whole."""
    return np.where(lengths > 0, LENGTH_SYMBOL[lengths], values), DISTANCE_SYMBOL[values[lengths > 0]]


def learn(data: bytes, effort: int) -> Costs:
    """Return the costs at which the search of effort 7 to 9 arrives, for similar data; `ValueError` for other efforts.

    Without data there is nothing to learn: the costs are those of the fixed codes.
    """
    search = Search(data, check_number("effort", effort, min(CHEAPEST), max(CHEAPEST)))
    for _ in search.blocks():
        pass
    return Costs(*(np.concatenate(parts) for parts in zip(*search.learnt or [_fixed_costs(0)], strict=True)))


def new_history(data: np.ndarray, costs: Costs, chain: int) -> History:
    """Return the history of `data`, (n,) uint8, at a place where nothing came before.

    costs: as `learn` returns them.  chain: how many earlier places are tried for each byte.
    """
    if not isinstance(data, np.ndarray) or data.dtype != np.uint8 or data.ndim != 1:
        raise ValueError(f"data are one row of uint8, not {getattr(data, 'dtype', type(data).__name__)}")
    chain = check_number("chain", chain, 0, lz77.LARGEST_TEXT)
    return History(data, *lz77.memory(), chain, DISTANCE_SYMBOL, _checked(costs))


@kernel
def cost_of(history, start, end):
    """Return what the cheapest tokens of `data[start:end]` cost, in units; the bytes before them can be copied.

    All before `start` has been given to `remember`; these bytes are not remembered.
    """
    data, heads, links, costs = history.data[:end], history.heads, history.links, history.costs
    kept = lz77.candidates(data, start, end, heads, links, history.chain)
    _, cost = cheapest(data, start, kept, history.classes, costs.ends, costs.literals, costs.lengths, costs.distances)
    for at in range(end - 1, start - 1, -1):
        lz77.forget(data, at, heads, links)
    return cost


@kernel
def remember(history, start, end):
    """Take `data[start:end]` into the history: from here on it can be copied."""
    for at in range(start, end):
        lz77.insert(history.data[:end], at, history.heads, history.links)


class Search:
    """The search for the tokens of `data`, one segment after the other; effort 1 to 9.

    costs: what `learn` said of similar data, for efforts 7 to 9.  `ValueError` for other arguments.
    """

    def __init__(self, data: bytes, effort: int, costs: Costs | None = None):
        self.data, self.effort = np.frombuffer(check_bytes(data), np.uint8), check_number("effort", effort, 1, 9)
        self.costs, self.learnt = None if costs is None else _checked(costs), []
        self.heads, self.links = lz77.memory()

    def blocks(self):
        """Yield the tokens of one block after the other: `(lengths, values)`, (k,) int64 each."""
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
        costs = self.costs or _fixed_costs(end)
        for _ in range(rounds):
            choice, _ = cheapest(self.data, start, kept, DISTANCE_SYMBOL, *costs)
            blocks = _split(*chosen(self.data, start, choice))
            costs = _own_costs(blocks, start)
        self.learnt.append(costs)
        return blocks


def _checked(costs):
    """Return costs of a caller as `Costs`; `ValueError` where they are none."""
    if not isinstance(costs, tuple | list) or len(costs) != len(Costs._fields):
        raise ValueError("costs are what search.learn returns")
    found = [check_array(n, values, (1, 2), 0, DEAREST) for n, values in zip(Costs._fields, costs, strict=True)]
    blocks = len(found[0])
    if not blocks or [f.shape for f in found] != [(blocks,), *((blocks, n) for n in (END, lz77.LONGEST + 1, 30))]:
        raise ValueError(f"costs have the shapes (b,), (b, 256), (b, 259), (b, 30), not {[f.shape for f in found]}")
    return Costs(*found)


def _counts(lengths, values):
    """Return how often each literal or length symbol, then each distance symbol, occurs, one array."""
    symbols, distances = _symbols(lengths, values)
    return np.append(np.bincount(symbols, minlength=SYMBOLS), np.bincount(distances, minlength=DISTANCES))


def _fixed_costs(end):
    """Return the costs that the fixed codes set, in one block up to `end`."""
    return _costs([end], *(UNIT * code[None] for code in FIXED))


def _own_costs(blocks, start):
    """Return the costs that the blocks' own tokens set."""
    ends = start + np.cumsum([np.maximum(lengths, 1).sum() for lengths, _ in blocks])
    counts = np.stack([_counts(*block) for block in blocks])
    return _costs(ends, _information(counts[:, :SYMBOLS]), _information(counts[:, SYMBOLS:]))


def _costs(ends, symbols, distances):
    """Return the costs of every literal, length and distance in each block, from those of the symbols."""
    lengths = symbols[:, LENGTH_SYMBOL] + UNIT * LENGTH_EXTRA[LENGTH_SYMBOL - END - 1]
    far = distances[:, : len(DISTANCE_EXTRA)] + UNIT * DISTANCE_EXTRA
    return Costs(np.array(ends), symbols[:, :END].copy(), lengths, far)


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

    sums: (g + 1, 320) int64, how often each symbol occurs before each grain.  Places: (g + 1,) int64, the first 0.
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
    """Return what a block with the counts `after - before`, (320,) int64, takes in units: entropy and header, about."""
    cost, used = 0, 0
    for first, end in ((0, SYMBOLS), (SYMBOLS, SYMBOLS + DISTANCES)):
        total = 0
        for symbol in range(first, end):
            count = after[symbol] - before[symbol]
            if count:
                cost, total, used = cost - count * log2(count), total + count, used + 1
        if total:
            cost += total * log2(total)
    return cost + UNIT * (HEADER_BITS + used * HEADER_BITS_A_SYMBOL)


@kernel
def _information(counts):
    """Return -256 * log2 of the share of each symbol in its row of counts, (b, symbols) int64; none counts half."""
    costs = np.zeros(counts.shape, np.int64)
    for block in range(len(counts)):
        whole = log2(max(1, counts[block].sum()))
        for symbol in range(counts.shape[1]):
            count = counts[block, symbol]
            costs[block, symbol] = whole - log2(count) if count else whole + UNIT
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
