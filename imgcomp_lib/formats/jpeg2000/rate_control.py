"""Post-compression rate control: which passes of which code blocks a file of so many bytes gets, and each layer.

    error saved |            . - - x         a block may be cut after any pass; only the points of the upper hull are
                |       . x                  worth it: from one to the next, saved per byte falls (x on it, o below)
                |    . o
                |  x
                +------------------- bytes

Where the last bytes of one block save more than the next ones of another would, bytes should move, so that in the best
file all blocks are cut at one slope.  The steeper pieces of all hulls come first, until the bytes are used up.  That is
Lagrange's condition, and the method is EBCOT's.  Chapter 16.

Source: D. Taubman, "High performance scalable image compression with EBCOT", IEEE Trans. Image Processing 9(7), 2000,
doi:10.1109/83.847830, section IV; ITU-T T.800 | ISO/IEC 15444-1, 2002, J.14.
"""

from typing import NamedTuple

import numpy as np

from ...core.codec import check_array, check_number
from ...core.kernels import kernel
from .blocks import Coded
from .checks import check_kind


class Passes(NamedTuple):
    """The passes of all blocks one behind the other: where each block's begin, bytes so far, and slopes.

    first: (blocks + 1,) int64.  ends: (passes,) int64.  slopes: (passes,) float64, error saved per byte on the piece of
    the hull in which a pass lies; -1 behind the hull's top, where passes save nothing.
    """

    first: np.ndarray
    ends: np.ndarray
    slopes: np.ndarray


def gathered(coded: list, weights: list) -> Passes:
    """Return the passes of blocks, of `blocks.Coded`, with what a squared error of 1 counts in each."""
    check_kind(coded, list)
    check_kind(weights, list)
    for block in coded:
        check_kind(block, Coded)
    if len(coded) != len(weights):
        raise ValueError(f"as many weights as blocks, not {len(weights)} and {len(coded)}")
    first = np.cumsum([0, *(len(block.ends) for block in coded)])
    if not first[-1]:
        return Passes(first, np.zeros(0, np.int64), np.zeros(0))
    ends = np.concatenate([block.ends for block in coded])
    gains = np.concatenate([block.gains * weight for block, weight in zip(coded, weights, strict=True)])
    slopes = np.full(len(ends), -1.0)
    hull(first, ends, gains, slopes)
    return Passes(first, ends, slopes)


@kernel
def hull(first, ends, gains, slopes):
    """Fill slopes: those of the upper hull of bytes and error saved, block by block, which fall."""
    corners, saved = np.zeros(128, np.int64), np.zeros(128)
    for block in range(len(first) - 1):
        top, total = 0, 0.0
        for i in range(first[block], first[block + 1]):
            total += gains[i]
            while total > saved[top]:
                size = ends[i] - (ends[corners[top]] if top else 0)
                slope = (total - saved[top]) / size if size > 0 else np.inf
                if top == 0 or slope < slopes[corners[top]]:
                    top += 1
                    corners[top], saved[top], slopes[i] = i, total, slope
                    break
                slopes[corners[top]] = -1.0  # this corner lies below the line from the one before it
                top -= 1
        slope = -1.0
        for i in range(first[block + 1] - 1, first[block] - 1, -1):  # a pass that is no corner comes with the next one
            if slopes[i] < 0:
                slopes[i] = slope
            slope = slopes[i]


def counts(passes: Passes, size: int, floor: float = 0.0) -> np.ndarray:
    """Return how many passes each block has in at most `size` bytes, (blocks,) int64: the steepest that still fit.

    floor: passes less steep than this are left out even where there is room.

    >>> passes = Passes(np.array([0, 2, 3]), np.array([5, 9, 7]), np.array([8.0, 2.0, 4.0]))
    >>> [counts(passes, size).tolist() for size in (6, 12, 11)]
    [[1, 0], [1, 1], [2, 0]]
    """
    check_kind(passes, Passes)
    size = check_number("size", size, 0, 1 << 62)
    if not isinstance(floor, int | float | np.number):
        raise ValueError(f"a floor is a number, not {floor!r}")
    found = np.zeros(len(passes.first) - 1, np.int64)
    blocks = np.repeat(np.arange(len(found)), np.diff(passes.first))
    order = np.argsort(-passes.slopes, kind="stable")
    _take(*passes, blocks, order[passes.slopes[order] >= floor], size, found)
    return found


def least_slope(passes: Passes, found: np.ndarray) -> float:
    """Return the slope where passes are cut: the steepest of those that blocks come to next; 0 where none is left."""
    found = _counted(passes, found)
    following = passes.first[:-1] + found
    left = passes.slopes[following[following < passes.first[1:]]]
    return float(max(left.max(initial=0.0), 0.0))


@kernel
def _take(first, ends, slopes, blocks, order, size, found):
    """Take passes in an order, as long as they fit; of a block that one is left out of, no later one is taken."""
    for i in order:
        block = blocks[i]
        if found[block] == i - first[block]:
            needed = ends[i] - (ends[i - 1] if i > first[block] else 0)
            if needed <= size:
                found[block], size = found[block] + 1, size - needed


def layered(passes: Passes, size: int, layers: int, floor: float = 0.0) -> np.ndarray:
    """Return how many passes each block has up to each layer, (layers, blocks) int64; the last has `size` bytes.

    Each layer has twice the bytes of the one before it, or less, so that the first is at least a 64th of the last.
    """
    check_kind(passes, Passes)
    layers = check_number("layers", layers, 1, 65535)
    ratio = min(2.0, 64.0 ** (1 / max(layers - 1, 1)))
    found = [counts(passes, size, floor)]
    body = body_size(passes, found[0])
    for i in range(1, layers):
        found.append(np.minimum(counts(passes, int(body / ratio**i)), found[-1]))
    return np.array(found[::-1])


def body_size(passes: Passes, found: np.ndarray) -> int:
    """Return the bytes of so many passes of each block."""
    found = _counted(passes, found)
    some = found > 0
    return int(passes.ends[passes.first[:-1][some] + found[some] - 1].sum())


def _counted(passes, found):
    """Return how many passes each block has as an array."""
    check_kind(passes, Passes)
    found = check_array("counts of passes", found, (1,), 0, 1 << 10)
    if len(found) != len(passes.first) - 1 or (found > np.diff(passes.first)).any():
        raise ValueError(f"counts are of passes that {len(passes.first) - 1} blocks have")
    return found
