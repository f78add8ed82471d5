"""Layer 1: the modeller of the champion: what is the next sample, and how sure are we?

The planes are coded green, red, blue, each row by row.  For each sample, encoder and decoder alike:

    guess     least squares predictors and MED guess; their blend by recent error; the blend less its bias   `_guess`
    scale     how far has each been off around here, and how far off were such guesses before?               `_scale`
    ask       "at least as much as the guess?", then outwards in rings, then inside the ring by halves       `_walk`
    mix       each question: one opinion from each guess, a bell of its scale around it, and one from each
              context, a count of earlier answers; the mixer weighs them, the arithmetic coder codes         `_ask`
    learn     the sample is known: errors, scales, biases, sums                                              `_learn`

    samples    ... |-- +4 --|- +2 -|+1|+1| guess |1|1| -2 --|---- -4 ----| ...      rings, for a small scale

Nothing is sent but the answers.  `Chapter 11` adds one idea at a time and counts the bits that it saves.

Sources: X. Wu and N. Memon, "Context-based, adaptive, lossless image coding", IEEE Trans. Communications 45(4), 1997,
doi:10.1109/26.585919 (bias cancelled in contexts); T. Seemann and P. Tischer, "Generalized locally adaptive DPCM", Data
Compression Conference, 1997 (blending by recent error); `leastsquares` and `mixing` name theirs.
"""

from typing import NamedTuple

import numpy as np

from .arithmetic import decode_bit, encode_bit, filled, finish, finished, overrun, start_decoder, start_encoder
from .bits import CorruptStream, inner
from .leastsquares import absorb, gather, guesses, neighbours, regressors, room, sweep_back
from .mixing import adjust, count, curves, mix, squash, stretch
from .predict import med

EDGE = 3
"""Columns and rows around the picture, so that every neighbour has a place."""

BINS, COARSE = 40, 20
"""Scales are told apart in steps of 1.35 (`_bin`), for contexts in steps of two bins."""

RINGS, NODES = 14, 64
"""Rings on either side with chances of their own, and all different questions."""

CONTEXTS, SLOTS = 4, 5120
"""The counts behind the questions: so many opinions, each with so many contexts."""

LEAST = 32
"""No chance is below 32/65536, so that a surprise costs 11 bits and no more, and a sample at least 1/1420 bit."""


class Model(NamedTuple):
    """All that both sides know; arrays only, so that kernels share them.  P planes, J guesses, N opinions."""

    samples: np.ndarray  # (P, height + 2 EDGE, width + 2 EDGE) float64: the picture so far
    misses: np.ndarray  # the same shape: sample less the blended guess
    errors: np.ndarray  # (3, J, width + 2 EDGE): how far each guess was off, in this row and the two above
    guess: np.ndarray  # (J,) the guesses
    sharp: np.ndarray  # (J,) one over the scale of each bell
    bins: np.ndarray  # (J + 2,) int64: the bin of each guess's errors, of the plane before, of the final scale
    error_sums: np.ndarray  # (2, J, BINS, COARSE): errors made in such bins, and how many
    bias: np.ndarray  # (2, 1, 1, 64 * COARSE): misses in each context, and how many
    span: np.ndarray  # (2,) int64: the sample is at least span[0] and below span[1]
    under: np.ndarray  # (3, J): each bell's share below span[0], below span[1], below the question's threshold
    slots: np.ndarray  # (CONTEXTS + 1,) int64: the contexts of this sample for each count, and for the bias
    chances: np.ndarray  # (CONTEXTS, SLOTS * NODES): the counts' chances
    seen: np.ndarray  # and how often each was asked
    inputs: np.ndarray  # (N,) the opinions on a question, as log-odds
    by_node: np.ndarray  # (NODES, N) the mixer's weights for a question ...
    by_bin: np.ndarray  # (BINS, N) ... and what a scale adds to them
    squash: np.ndarray
    stretch: np.ndarray


class Squares(NamedTuple):
    """The least squares predictors of a plane: L of them, each with up to n regressors in arrays of side R."""

    offsets: np.ndarray  # (L, n, 3) int64: plane, dy, dx
    sizes: np.ndarray  # (L,) int64
    cuts: np.ndarray  # (L, 2) int64: guesses from so many regressors
    decays: np.ndarray  # (L,)
    v: np.ndarray  # (L, width, R): regressors and target of each sample of the row
    weights: np.ndarray  # (width,): how much each counts
    sums: np.ndarray  # (L, width, R, R)
    running: np.ndarray  # (L, R, R)
    work: np.ndarray  # (R, R)
    out: np.ndarray  # (2,)


# Regressors from the plane itself, the plane before and the one before that; those of a cut come first.
_LARGE = ((22, 0, 0), (16, 13, 0), (14, 11, 9))
_SMALL = ((8, 0, 0), (6, 5, 0), (6, 5, 1))
_FIRST = (6, 5, 1)
SPEEDS = {1: ((_SMALL, 0.8, False),), 2: ((_LARGE, 0.85, True), (_SMALL, 0.65, False))}
"""The predictors of each effort: regressors by plane, decay, and whether a shorter guess is taken too."""


def encode(planes: np.ndarray, depth: int, effort: int) -> bytes:
    """Return the stream of the planes, (P, height, width) uint16 below 2**depth; effort 1 is fast, 2 small."""
    planes = np.ascontiguousarray(planes, np.uint16)
    return filled(lambda out: _run(planes, depth, effort, start_encoder(), out, False), planes.size * depth // 7 + 64)


def decode(data: bytes, shape: tuple, depth: int, effort: int) -> np.ndarray:
    """Return the (P, height, width) uint16 planes of which `encode` made `data`; `CorruptStream` if not whole."""
    if np.prod(shape) > 1420 * 8 * (len(data) + 8):
        raise CorruptStream(f"{len(data)} bytes are too few for {shape[1]} x {shape[2]} pixels")
    planes, buffer = np.zeros(shape, np.uint16), np.frombuffer(data, np.uint8).copy()
    if not _run(planes, depth, effort, start_decoder(buffer), buffer, True):
        raise CorruptStream("an arithmetic stream that does not end with its last sample")
    return planes


def _run(planes, depth, effort, state, buffer, back):
    """Code all planes; return the size of the stream or, if `back`, whether it was whole."""
    count, height, width = planes.shape
    samples = np.full((count, height + 2 * EDGE, width + 2 * EDGE), float(1 << depth - 1))
    misses = np.zeros(samples.shape)
    for plane in range(count):
        squares = _new_squares(plane, width, effort)
        model = _new_model(samples, misses, int((squares.cuts > 0).sum()), effort)
        if not _code_plane(model, squares, planes, plane, (1 << depth) - 1, state, buffer, back):
            return False
    return finished(state, buffer) if back else finish(state, buffer)


def _new_squares(plane, width, effort):
    """Return the least squares predictors of a plane, with nothing learnt."""
    speeds = SPEEDS[effort]
    lists = [_offsets(plane, counts[plane]) for counts, _, _ in speeds]
    sizes, first = np.array([len(offsets) for offsets in lists]), sum(_FIRST[: plane + 1])
    offsets = np.zeros((len(lists), max(sizes), 3), np.int64)
    for row, places in zip(offsets, lists, strict=True):
        row[: len(places)] = places
    cuts = np.array([(first, n) if short else (n, 0) for n, (_, _, short) in zip(sizes, speeds, strict=True)])
    side, number = room(max(sizes)), len(lists)
    shapes = ((number, width, side), (width,), (number, width, side, side), (number, side, side), (side, side), (2,))
    return Squares(offsets, sizes, cuts, np.array([decay for _, decay, _ in speeds]), *map(np.zeros, shapes))


def _offsets(plane, counts):
    """Return (plane, dy, dx) of counts[0] neighbours in `plane`, counts[1] in the one before, and so on."""
    lists = [[(plane - i, *place) for place in neighbours(i == 0, n)] for i, n in enumerate(counts[: plane + 1])]
    first = [place for places, n in zip(lists, _FIRST, strict=False) for place in places[:n]]
    return first + [place for places, n in zip(lists, _FIRST, strict=False) for place in places[n:]]


def _new_model(samples, misses, squares, effort):
    """Return the model of a plane, with nothing learnt but the samples of the planes before it."""
    J, contexts = squares + 3, 2 * effort
    N = J + contexts + 1
    by_node = np.zeros((NODES, N))
    by_node[:, :J], by_node[:, J : J + contexts] = 1 / J, 0.2 / contexts
    return Model(
        samples,
        misses,
        np.zeros((3, J, samples.shape[2])),
        np.zeros(J),
        np.zeros(J),
        np.zeros(J + 2, np.int64),
        np.zeros((2, J, BINS, COARSE)),
        np.zeros((2, 1, 1, 64 * COARSE)),
        np.zeros(2, np.int64),
        np.zeros((3, J)),
        np.zeros(CONTEXTS + 1, np.int64),
        np.full((contexts, SLOTS * NODES), 0.5),
        np.zeros((contexts, SLOTS * NODES)),
        np.zeros(N),
        by_node,
        np.zeros((BINS, N)),
        *curves(),
    )


@inner
def _code_plane(model, squares, planes, plane, peak, state, buffer, back):
    """Code one plane row by row; return False as soon as a decoder has run out of bytes."""
    samples, height, width = model.samples, planes.shape[1], planes.shape[2]
    for y in range(EDGE, height + EDGE):
        _edge(samples, model.errors, plane, y, y - 1, 0, EDGE)
        squares.running[:] = 0.0
        for x in range(EDGE, width + EDGE):
            _guess(model, squares, plane, y, x, peak)
            _blend(model, plane, y, x, peak)
            rate = 0.002 + 0.5 / ((y - EDGE) * width + x - EDGE + 50)
            value = _walk(model, plane, y, x, int(planes[plane, y - EDGE, x - EDGE]), peak, rate, state, buffer, back)
            planes[plane, y - EDGE, x - EDGE] = value
            _learn(model, squares, plane, y, x, value)
        _edge(samples, model.errors, plane, y, y, width + EDGE, width + EDGE - 1)
        for l in range(len(squares.sizes)):
            sweep_back(
                squares.sums[l], squares.running[l], squares.v[l], squares.weights, squares.decays[l], squares.sizes[l]
            )
        if back and overrun(state, buffer):
            return False
    for y in range(height + EDGE, height + 2 * EDGE):
        for x in range(width + 2 * EDGE):
            samples[plane, y, x] = samples[plane, y - 1, x]
    return True


@inner
def _edge(samples, errors, plane, y, above, to, at):
    """Fill the EDGE columns from `to` on in row y with what stands in row `above`, column `at`."""
    for x in range(to, to + EDGE):
        samples[plane, y, x] = samples[plane, above, at]
        for j in range(errors.shape[1]):
            errors[y % 3, j, x] = errors[above % 3, j, at]


@inner
def _guess(model, squares, plane, y, x, peak):
    """Fill in the guesses of the least squares predictors, and after them that of MED on the difference of colours."""
    samples, at = model.samples, 0
    for l in range(len(squares.sizes)):
        n, v, sums = squares.sizes[l], squares.v[l, x - EDGE], squares.sums[l, x - EDGE]
        gather(sums, squares.running[l], n)
        base = regressors(samples, plane, y, x, squares.offsets[l], n, v)
        guesses(sums, v, n, squares.cuts[l], squares.work, squares.out)
        for cut in range(1 if squares.cuts[l, 0] == n else 2):
            model.guess[at] = _within(base + squares.out[cut], peak)
            at += 1
    S = samples[plane]
    if plane == 0:
        model.guess[at] = med(S[y, x - 1], S[y - 1, x], S[y - 1, x - 1])
    else:
        G = samples[0]
        rest = med(S[y, x - 1] - G[y, x - 1], S[y - 1, x] - G[y - 1, x], S[y - 1, x - 1] - G[y - 1, x - 1])
        model.guess[at] = _within(G[y, x] + rest, peak)


@inner
def _within(guess, peak):
    """Return a guess moved into the range of samples; what is no number at all becomes 0."""
    if guess >= 0.0:
        return guess if guess <= peak else float(peak)
    return 0.0


@inner
def _blend(model, plane, y, x, peak):
    """Fill in the scales, the blend of all guesses, weighed by recent error, and the blend less its bias."""
    guess, bins, sharp, M = model.guess, model.bins, model.sharp, model.misses
    errors, sums, last = model.errors, model.error_sums, len(guess) - 1
    bins[last + 1] = 0
    if plane > 0:
        p = plane - 1
        around = abs(M[p, y, x - 1]) + abs(M[p, y - 1, x]) + abs(M[p, y, x + 1]) + abs(M[p, y + 1, x])
        bins[last + 1] = _bin((2.0 * abs(M[p, y, x]) + around) * 0.12) >> 1
    total = weight = 0.0
    for j in range(last - 1):
        error = _scale(errors, sums, bins, sharp, j, y, x)
        w = 1.0 / (error * error + 0.1)
        total += w * w * guess[j]
        weight += w * w
    guess[last - 1] = total / weight
    _scale(errors, sums, bins, sharp, last - 1, y, x)
    slot = _texture(model, plane, y, x)
    guess[last] = _within(guess[last - 1] + model.bias[0, 0, 0, slot] / (model.bias[1, 0, 0, slot] + 8.0), peak)
    _scale(errors, sums, bins, sharp, last, y, x)
    model.slots[CONTEXTS] = slot


@inner
def _scale(errors, sums, bins, sharp, j, y, x):
    """Return the mean error of guess j on the samples around; note its bin, and how sharp a bell it earns."""
    a, b, c = y % 3, (y + 2) % 3, (y + 1) % 3  # this row and the two above
    near = 2.0 * (errors[a, j, x - 1] + errors[b, j, x]) + errors[b, j, x - 1] + errors[b, j, x + 1]
    far = 0.5 * (errors[b, j, x + 2] + errors[c, j, x - 1] + errors[c, j, x + 1] + errors[b, j, x - 2])
    error = (near + far + 0.7 * (errors[a, j, x - 2] + errors[c, j, x])) / 9.4
    bins[j] = _bin(error)
    other = bins[len(sharp)]
    usual = (sums[0, j, bins[j], other] + 0.8 * error + 0.3) / (sums[1, j, bins[j], other] + 0.8)
    sharp[j] = 1.0 / (0.7 * usual + 0.05)
    return error


@inner
def _bin(error):
    """Return the step of 1.35 in which an error lies: 0 up to 0.5."""
    step, end = 0, 0.5
    while error > end and step < BINS - 1:
        step, end = step + 1, end * 1.35
    return step


@inner
def _texture(model, plane, y, x):
    """Return the context of the bias: six neighbours above the blended guess or not, and its scale."""
    S, guess = model.samples[plane], model.guess[len(model.guess) - 2]
    above = (S[y, x - 1] > guess) + 2 * (S[y - 1, x] > guess) + 4 * (S[y - 1, x - 1] > guess)
    above += 8 * (S[y - 1, x + 1] > guess) + 16 * (2.0 * S[y - 1, x] - S[y - 2, x] > guess)
    above += 32 * (2.0 * S[y, x - 1] - S[y, x - 2] > guess)
    return above + 64 * (model.bins[len(model.guess) - 2] >> 1)


@inner
def _walk(model, plane, y, x, value, peak, rate, state, buffer, back):
    """Ask until one value is left, and return it; `value` is the sample where it is known."""
    guess, sharp, under, curve, span = model.guess, model.sharp, model.under, model.squash, model.span
    span[0], span[1] = 0, peak + 1
    for j in range(len(guess)):
        under[0, j] = squash(curve, (-0.5 - guess[j]) * sharp[j])
        under[1, j] = squash(curve, (peak + 0.5 - guess[j]) * sharp[j])
    _contexts(model, plane, y, x)
    edge, ring, step = int(guess[-1] + 0.5), 0, 1
    while 2 * step * sharp[-1] <= 0.8:
        step *= 2
    up = _ask(model, edge, 0, value, rate, state, buffer, back)
    while True:
        edge += step if up else -step
        if _ask(model, edge, 1 + up * RINGS + min(ring, RINGS - 1), value, rate, state, buffer, back) != up:
            break
        ring += 1
        step *= 2 if ring >= 2 else 1
    while span[1] - span[0] > 1:
        half, level = 1, 0
        while 2 * half < span[1] - span[0]:
            half, level = 2 * half, level + 1
        node = 1 + 2 * RINGS + 8 * min(ring, 3) + 4 * up + min(level, 3)
        _ask(model, span[0] + half if up else span[1] - half, node, value, rate, state, buffer, back)
    return span[0]


@inner
def _contexts(model, plane, y, x):
    """Fill in the contexts of this sample's questions, each below SLOTS."""
    S, M, slots, last = model.samples[plane], model.misses, model.slots, len(model.guess) - 1
    guess, sharp, b = model.guess[last], model.sharp[last], _bin(2.0 / model.sharp[last])
    model.bins[last + 2], coarse = b, b >> 1
    W, N, NW, NE = S[y, x - 1] - guess, S[y - 1, x] - guess, S[y - 1, x - 1] - guess, S[y - 1, x + 1] - guess
    slots[0] = _level(W * sharp) + 3 * _level(N * sharp) + 9 * _level(NW * sharp) + 27 * _level(NE * sharp)
    slots[0] += 81 * coarse
    if plane == 0:
        first, second = 2.0 * S[y, x - 1] - S[y, x - 2] - guess, 2.0 * S[y - 1, x] - S[y - 2, x] - guess
    else:
        first, second = M[plane - 1, y, x], M[0, y, x]
    slots[1] = _near(first * sharp * 2.0, 16) + 16 * _near(second * sharp, 8) + 128 * coarse
    first, second = model.guess[0] - guess, model.guess[last - 2] - guess
    slots[2] = _near(first * sharp * 3.0, 16) + 16 * _near(second * sharp, 8) + 128 * coarse
    slots[3] = int((guess - int(guess)) * 8.0) + 8 * b


@inner
def _level(difference):
    """Return 0, 1 or 2: a neighbour well below the guess, near it, or well above it."""
    return (difference > -0.8) + (difference > 0.8)


@inner
def _near(difference, steps):
    """Return a signed difference as one of so many whole steps, 0 in the middle."""
    return min(max(int(difference + steps // 2 + 0.5), 0), steps - 1)


@inner
def _ask(model, edge, node, value, rate, state, buffer, back):
    """Code and learn whether the sample is at least `edge`; what is known by now costs nothing."""
    low, high = model.span[0], model.span[1]
    if edge <= low or edge >= high:
        return int(edge <= low)
    under, inputs, slots, chances = model.under, model.inputs, model.slots, model.chances
    J, C, scale = under.shape[1], len(chances), model.bins[under.shape[1] + 1]
    _opinions(inputs, under, model.guess, model.sharp, model.squash, model.stretch, edge, low, high)
    for c in range(C):
        inputs[J + c] = stretch(model.stretch, chances[c, slots[c] * NODES + node])
    inputs[J + C] = 0.3
    chance = squash(model.squash, mix(model.by_node, node, model.by_bin, scale, inputs))
    part = min(max(int(chance * 65536.0), LEAST), 65536 - LEAST)
    if back:
        bit = decode_bit(state, buffer, part)
    else:
        bit = int(value >= edge)
        encode_bit(state, buffer, bit, part)
    adjust(model.by_node, node, model.by_bin, scale, inputs, (bit - chance) * rate)
    for c in range(C):
        count(chances, model.seen, c, slots[c] * NODES + node, bit, 250.0)
    model.span[1 - bit] = edge
    for j in range(J):
        under[1 - bit, j] = under[2, j]
    return bit


@inner
def _opinions(inputs, under, guess, sharp, squash_curve, stretch_curve, edge, low, high):
    """Fill in what each guess thinks of the question: how much of its bell between low and high lies above `edge`."""
    for j in range(len(guess)):
        under[2, j] = squash(squash_curve, (edge - 0.5 - guess[j]) * sharp[j])
        above, whole = under[1, j] - under[2, j], under[1, j] - under[0, j]
        inputs[j] = stretch(stretch_curve, (above + 1e-6 * (high - edge)) / (whole + 1e-6 * (high - low)))


@inner
def _learn(model, squares, plane, y, x, value):
    """Take in a sample that both sides know by now: errors, biases, and the sums of least squares."""
    guess, bins, errors, last = model.guess, model.bins, model.errors, len(model.guess) - 1
    for j in range(last + 1):
        error = abs(value - guess[j])
        errors[y % 3, j, x] = error
        _tally(model.error_sums, j, bins[j], bins[last + 1], error, 400.0)
    model.samples[plane, y, x] = value
    miss = value - guess[last - 1]
    model.misses[plane, y, x] = miss
    _tally(model.bias, 0, 0, model.slots[CONTEXTS], miss, 256.0)
    S, scale = model.samples[plane], 1.0 / model.sharp[last]
    weight = 1.0 / (0.3 + scale * scale)
    squares.weights[x - EDGE] = weight
    for l in range(len(squares.sizes)):
        n, v = squares.sizes[l], squares.v[l, x - EDGE]
        v[n] = value - (S[y, x - 1] + S[y - 1, x]) * 0.5
        absorb(squares.running[l], v, weight, squares.decays[l], n)


@inner
def _tally(sums, j, k, l, value, limit):
    """Add a value to sums[0] and 1 to its count, sums[1]; at `limit` halve both, so that the recent weighs more."""
    sums[0, j, k, l] += value
    sums[1, j, k, l] += 1.0
    if sums[1, j, k, l] > limit:
        sums[0, j, k, l] *= 0.5
        sums[1, j, k, l] *= 0.5
