"""What the champion knows: the tables that its encoder and its decoder fill alike, and its two speeds.

`stream` codes the samples, `guess` guesses them; both work on these arrays.

Where no reason stands beside a constant, here or there, it was found by trial: it gave the shortest files for every
eighth of a set of photographs (`benchmarks/champion.py --set tune`) that holds neither Kodak's 24 nor the 24 others of
the benchmarks.  One idea alone was had for Kodak's, the stride in SPEEDS.  Chapter 11.
"""

from typing import NamedTuple

import numpy as np

from ...core.codec import check_number
from ...entropy.mixing import curves
from ...prediction.running import neighbours, room

EDGE = 3
"""Columns and rows around the picture, so that every neighbour has a place."""

BINS, COARSE = 40, 20
"""Scales are told apart in steps of 1.35, where there is more than one context at a time in steps of two bins."""

RINGS, NODES = 14, 64
"""Rings on either side with chances of their own, and all different questions, 61 of them in use."""

CONTEXTS, SLOTS = 4, 2560
"""The counts behind the questions: at most so many opinions, each with so many contexts, 128 * COARSE at most."""

TEXTURES = 64
"""Contexts of the bias in each coarse bin: six yes-or-no comparisons."""

MED_GUESS, BLEND, FINAL = -3, -2, -1
"""Places from the end, after the guesses of least squares: MED's, the blend of all, the blend less its bias."""

PLANE_BEFORE, FINAL_SCALE = -2, -1
"""Places from the end, after the bins of all guesses: that of the plane before (0 in the first), of the final scale."""

COUNTS_SHARE = 0.2
"""The mixer's first weights: the guesses share 1 evenly, the counts, which know nothing yet, 0.2."""

_LARGE = ((22, 0, 0), (16, 13, 0), (14, 11, 9))
_MEDIUM = ((8, 0, 0), (6, 5, 0), (6, 5, 1))
_SMALL = ((6, 0, 0), (4, 3, 0), (4, 3, 1))
_TINY = ((3, 0, 0), (2, 1, 0), (2, 1, 1))
_FIRST = (6, 5, 1)
"""How many neighbours in the plane itself, the plane before and the one before that, for each of the three planes;
of the larger sets, those that come first and give a shorter guess of their own."""

SPEEDS = {
    1: ((_MEDIUM, 0.85, 1, False), (_SMALL, 0.65, 1, False), (_TINY, 0.5, 1, False)),
    2: ((_LARGE, 0.94, 2, True), (_LARGE, 0.8, 1, True), (_SMALL, 0.55, 1, False)),
}
"""The least squares predictors of each effort: neighbours, decay, stride, and whether the shorter guess is taken too.
Both have three, so that one compiled kernel serves both: from one that remembers long to one that forgets soon.

A stride of 2 learns from every second sample of every second row only: cameras and scanners often measure a
colour there and fill in the samples between, and then two kinds of sample want two sets of weights."""


EFFORTS = min(SPEEDS), max(SPEEDS)


class Model(NamedTuple):
    """All that both sides know; arrays only, so that kernels share them.  P planes, J guesses, N opinions."""

    samples: np.ndarray  # (P, height + 2 EDGE, width + 2 EDGE) float64: the picture so far
    misses: np.ndarray  # the same shape: sample less the blended guess
    errors: np.ndarray  # (3, J, width + 2 EDGE): how far each guess was off, in this row and the two above
    guess: np.ndarray  # (J,) the guesses
    sharp: np.ndarray  # (J,) one over the scale of each bell
    bins: np.ndarray  # (J + 2,) int64: the bin of each guess's errors, of the plane before, of the final scale
    error_sums: np.ndarray  # (2, J * BINS * COARSE): errors made in such bins, and how many
    bias: np.ndarray  # (2, TEXTURES * COARSE): misses in each context, and how many
    span: np.ndarray  # (2,) int64: the sample is at least span[0] and below span[1]
    under: np.ndarray  # (3, J): each bell's share below span[0], below span[1], below the question's threshold
    slots: np.ndarray  # (CONTEXTS + 1,) int64: the contexts of this sample for each count, and for the bias
    chances: np.ndarray  # (CONTEXTS, SLOTS * NODES): the counts' chances
    seen: np.ndarray  # and how often each was asked
    inputs: np.ndarray  # (N,) the opinions on a question, as log-odds
    by_node: np.ndarray  # (NODES, N) the mixer's weights for a question ...
    by_bin: np.ndarray  # (BINS, N) ... and what a scale adds to them
    weights: np.ndarray  # (width,): how much each sample of the row counts in least squares
    squash: np.ndarray
    stretch: np.ndarray


def new_model(samples, misses, guesses, effort):
    """Return the model of a plane, with nothing learnt but the samples of the planes before it.

    samples, misses: (P, height + 2 EDGE, width + 2 EDGE) float64, shared by all planes.  guesses: of least squares, as
    `new_predictors` counts them.  effort: 1 or 2.
    """
    for grid in (samples, misses):
        if getattr(grid, "dtype", None) != np.float64 or grid.ndim != 3 or grid.shape[2] <= 2 * EDGE:
            raise ValueError(f"samples and misses are (planes, height, width) float64, not {type(grid).__name__}")
    check_number("guesses", guesses, 1, 16)
    check_number("effort", effort, *EFFORTS)
    J, contexts = guesses + 3, 2 * effort
    N = J + contexts + 1
    by_node = np.zeros((NODES, N))
    by_node[:, :J], by_node[:, J : J + contexts] = 1 / J, COUNTS_SHARE / contexts
    return Model(
        samples,
        misses,
        np.zeros((3, J, samples.shape[2])),
        np.zeros(J),
        np.zeros(J),
        np.zeros(J + 2, np.int64),
        np.zeros((2, J * BINS * COARSE)),
        np.zeros((2, TEXTURES * COARSE)),
        np.zeros(2, np.int64),
        np.zeros((3, J)),
        np.zeros(CONTEXTS + 1, np.int64),
        np.full((contexts, SLOTS * NODES), 0.5),
        np.zeros((contexts, SLOTS * NODES)),
        np.zeros(N),
        by_node,
        np.zeros((BINS, N)),
        np.zeros(samples.shape[2] - 2 * EDGE),
        *curves(),
    )


class Squares(NamedTuple):
    """One least squares predictor of a plane: n regressors, arrays of side R, one set of sums for each phase."""

    offsets: np.ndarray  # (n, 3) int64: plane, dy, dx
    cuts: np.ndarray  # (2,) int64: guesses from so many regressors, or n and 0
    v: np.ndarray  # (width, R): regressors and target of each sample of the row
    sums: np.ndarray  # (stride, width, R, R)
    running: np.ndarray  # (stride, R, R)
    work: np.ndarray  # (R, R)
    out: np.ndarray  # (2,)
    decay: float
    stride: int


def new_predictors(plane, width, effort):
    """Return the least squares predictors of a plane, with nothing learnt, and how many guesses they make.

    plane: 0 to 2, in the order of coding.  width: of the picture, 1 to 65535.  effort: 1 or 2.
    """
    check_number("plane", plane, 0, len(_FIRST) - 1)
    check_number("width", width, 1, 65535)
    check_number("effort", effort, *EFFORTS)
    predictors = []
    for counts, decay, stride, short in SPEEDS[effort]:
        offsets = np.array(_offsets(plane, counts[plane]))
        side, first = room(len(offsets)), sum(_FIRST[: plane + 1])
        cuts = np.array([first, len(offsets)] if short else [len(offsets), 0])
        shapes = ((width, side), (stride, width, side, side), (stride, side, side), (side, side), (2,))
        predictors.append(Squares(offsets, cuts, *map(np.zeros, shapes), decay, stride))
    return tuple(predictors), sum(int(np.count_nonzero(p.cuts)) for p in predictors)


def _offsets(plane, counts):
    """Return (plane, dy, dx) of counts[0] neighbours in `plane`, counts[1] in the one before, and so on."""
    lists = [[(plane - i, *place) for place in neighbours(i == 0, n)] for i, n in enumerate(counts[: plane + 1])]
    first = [place for places, n in zip(lists, _FIRST, strict=False) for place in places[:n]]
    return first + [place for places, n in zip(lists, _FIRST, strict=False) for place in places[n:]]
