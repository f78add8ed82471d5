"""The modeller of the champion: what is the next sample, and how sure are we?

The planes are coded green, red, blue, each row by row.  For each sample, encoder and decoder alike:

    guess     least squares and MED guesses; their blend, weighed by recent error; the blend less its bias
    scale     how far off has each been around here, and how far were guesses that looked as good before?
    ask       "at least as much as the guess?", then outwards in rings, then inside the last ring by halves
    mix       each question: an opinion from each guess, which is a bell of its scale around it, and one from each
              context, a count of earlier answers; the mixer weighs them, the arithmetic coder codes the answer
    learn     the sample is known: errors, scales, biases, sums

    samples    ... |-- 4 --|- 2 -|1|1| guess |1|1|- 2 -|-- 4 --| ...      rings, where the scale is small

Nothing is sent but the answers.  Guesses and learning are in `guess`, the tables in `model`.
Chapter 11 adds one idea at a time and counts the bits that it saves.
"""

import numpy as np

from ...core.bits import CorruptStream
from ...core.kernels import inner
from ...entropy.arithmetic import (
    decode_bit,
    encode_bit,
    filled,
    finish,
    finished,
    overrun,
    start_decoder,
    start_encoder,
)
from ...entropy.mixing import adjust, count, mix, squash, stretch
from ...prediction.running import sweep_back
from .guess import blend_guesses, guess_sample, learn_sample, scale_bin
from .model import EDGE, NODES, RINGS, new_model, new_predictors

LEAST = 32
"""No chance is below 32/65536: a surprise costs at most 11 bits, and a sample at least 1/1420 of a bit."""

PER_BIT = 1420


def encode(planes: np.ndarray, depth: int, effort: int) -> bytes:
    """Return the stream of the planes, (P, height, width) uint16 below 2**depth; effort 1 is fast, 2 small."""
    planes = np.ascontiguousarray(planes, np.uint16)
    return filled(lambda out: _run(planes, depth, effort, start_encoder(), out, False), planes.size * depth // 7 + 64)


def decode(data: bytes, shape: tuple, depth: int, effort: int) -> np.ndarray:
    """Return the (P, height, width) uint16 planes of which `encode` made `data`; `CorruptStream` if not whole."""
    if np.prod(shape) > PER_BIT * 8 * (len(data) + 8):
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
        predictors, guesses = new_predictors(plane, width, effort)
        model = new_model(samples, misses, guesses, effort)
        if not _code_plane(model, predictors, planes, plane, (1 << depth) - 1, state, buffer, back):
            return False
    return finished(state, buffer) if back else finish(state, buffer)


@inner
def _code_plane(model, predictors, planes, plane, peak, state, buffer, back):
    """Code one plane row by row; return False as soon as a decoder has run out of bytes."""
    samples, height, width = model.samples, planes.shape[1], planes.shape[2]
    for y in range(EDGE, height + EDGE):
        _edge(samples, model.errors, plane, y, y - 1, 0, EDGE)
        for p in predictors:
            p.running[:] = 0.0
        for x in range(EDGE, width + EDGE):
            guess_sample(model, predictors, plane, y, x, peak)
            blend_guesses(model, plane, y, x, peak)
            rate = 0.002 + 0.5 / ((y - EDGE) * width + x - EDGE + 50)
            value = np.int64(planes[plane, y - EDGE, x - EDGE])
            value = _walk(model, plane, y, x, value, peak, rate, state, buffer, back)
            planes[plane, y - EDGE, x - EDGE] = value
            learn_sample(model, predictors, plane, y, x, value)
            if back and overrun(state, buffer):
                return False
        _edge(samples, model.errors, plane, y, y, width + EDGE, width + EDGE - 1)
        for p in predictors:
            sweep_back(p.sums[y % p.stride], p.running, p.v, model.weights, p.decay, len(p.offsets))
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
    guess, sharp, b = model.guess[last], model.sharp[last], scale_bin(2.0 / model.sharp[last])
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
    return int(difference > -0.8) + int(difference > 0.8)


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
