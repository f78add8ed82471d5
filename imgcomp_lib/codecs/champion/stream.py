"""The modeller of the champion: what is the next sample, and how sure are we?

The planes are coded green, red, blue, each row by row.  For each sample, encoder and decoder alike:

    guess     least squares and MED guesses; their blend, weighed by recent error; the blend less its bias
    scale     how far off has each been around here, and how far were guesses that looked as good before?
    ask       "at least as much as the guess?", then outwards in rings, then inside the last ring by halves
    mix       each question: an opinion from each guess, which is a bell of its scale around it, and one from each
              context, a count of earlier answers; the mixer weighs them, the arithmetic coder codes the answer
    learn     the sample is known: errors, scales, biases, sums

    samples    ... |-- 4 --|- 2 -|1|1| guess |1|1|- 2 -|-- 4 --| ...      rings, where the scale is small

Nothing is sent but the answers.  Constants as in `model`.  Guesses and learning are in `guess`, the tables in `model`.
Chapter 11 adds one idea at a time and counts the bits that it saves.
"""

import math

import numpy as np

from ...core.bits import CorruptStream
from ...core.codec import check_bytes, check_number, check_shape, check_symbols
from ...core.kernels import inner
from ...entropy.arithmetic import (
    CERTAIN,
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
from .model import EDGE, EFFORTS, FINAL, FINAL_SCALE, MED_GUESS, NODES, RINGS, new_model, new_predictors

LEAST = 32
"""No chance is below 32/65536: a surprise costs at most 11 bits, and a sample at least 1/1420 of a bit."""

PER_BIT = 1420
"""Samples to a bit at most: what tells a decoder at once that a header promises too much."""

RATE, FIRST_RATE, RATE_AGE = 0.002, 0.5, 50
"""The mixer learns at 0.002 + 0.5 / (n + 50) at the n-th sample: boldly at first."""

RING = 0.8
"""The first ring is the widest power of two of at most 0.8 scales, and 1 at least."""

NEAR = 0.8
"""A neighbour within 0.8 scales of the guess is near it."""

ALWAYS = 0.3
"""One more opinion that never changes: its weight is how a question is answered whatever the others say."""

ANSWERS_KEPT = 250.0
"""A count's chance moves by 1/n at the n-th answer, in the end by 1/250."""

TAIL = 1e-6
"""Added to each bell for each level: where it is 0 to the last digit, values are alike and no quotient is 0 / 0."""


def encode(planes: np.ndarray, depth: int, effort: int) -> bytes:
    """Return the stream of the planes, (P, height, width) whole numbers below 2**depth; effort 1 is fast, 2 small.

    At most 3 planes and 16 bits; `ValueError` that names what else is given.
    """
    planes = check_symbols(planes, 1 << check_number("depth", depth, 1, 16))
    _check_shape(planes.shape)
    check_number("effort", effort, *EFFORTS)
    planes = np.ascontiguousarray(planes, np.uint16)
    return filled(lambda out: _run(planes, depth, effort, start_encoder(), out, False), planes.size * depth // 7 + 64)


def decode(data: bytes, shape: tuple, depth: int, effort: int) -> np.ndarray:
    """Return the (P, height, width) uint16 planes of which `encode` made `data`; `CorruptStream` if not whole."""
    shape, data = _check_shape(shape), check_bytes(data)
    check_number("depth", depth, 1, 16)
    check_number("effort", effort, *EFFORTS)
    if math.prod(shape) > PER_BIT * 8 * (len(data) + 8):
        raise CorruptStream(f"{len(data)} bytes are too few for {shape[1]} x {shape[2]} pixels")
    planes, buffer = np.zeros(shape, np.uint16), np.frombuffer(data, np.uint8).copy()
    if not _run(planes, depth, effort, start_decoder(buffer), buffer, True):
        raise CorruptStream("an arithmetic stream that does not end with its last sample")
    return planes


def _check_shape(shape):
    """Return (P, height, width), 1 to 3 planes of an image's sides, as ints; `ValueError` for anything else."""
    if not isinstance(shape, tuple | list) or len(shape) != 3:
        raise ValueError(f"planes have the shape (planes, height, width), not {shape!r}")
    return check_number("planes", shape[0], 1, 3), *check_shape(shape[1:])


def _run(planes, depth, effort, state, buffer, decoding):
    """Code all planes; return the size of the stream or, if `decoding`, whether it was whole."""
    count, height, width = planes.shape
    samples = np.full((count, height + 2 * EDGE, width + 2 * EDGE), float(1 << depth - 1))
    misses = np.zeros(samples.shape)
    for plane in range(count):
        predictors, guesses = new_predictors(plane, width, effort)
        model = new_model(samples, misses, guesses, effort)
        if not _code_plane(model, predictors, planes, plane, (1 << depth) - 1, state, buffer, decoding):
            return False
    return finished(state, buffer) if decoding else finish(state, buffer)


@inner
def _code_plane(model, predictors, planes, plane, peak, state, buffer, decoding):
    """Code one plane row by row; return False as soon as a decoder has run out of bytes."""
    samples, height, width = model.samples, planes.shape[1], planes.shape[2]
    for y in range(EDGE, height + EDGE):
        _edge(samples, model.errors, plane, y, y - 1, 0, EDGE)
        for p in predictors:
            p.running[:] = 0.0
        for x in range(EDGE, width + EDGE):
            guess_sample(model, predictors, plane, y, x, peak)
            blend_guesses(model, plane, y, x, peak)
            rate = RATE + FIRST_RATE / ((y - EDGE) * width + x - EDGE + RATE_AGE)
            value = np.int64(planes[plane, y - EDGE, x - EDGE])
            value = _code_sample(model, plane, y, x, value, peak, rate, state, buffer, decoding)
            planes[plane, y - EDGE, x - EDGE] = value
            learn_sample(model, predictors, plane, y, x, value)
            if decoding and overrun(state, buffer):
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
def _code_sample(model, plane, y, x, value, peak, rate, state, buffer, decoding):
    """Ask until one value is left, and return it; `value` is the sample where it is known."""
    guess, sharp, under, curve, span = model.guess, model.sharp, model.under, model.squash, model.span
    span[0], span[1] = 0, peak + 1
    for j in range(len(guess)):
        under[0, j] = squash(curve, (-0.5 - guess[j]) * sharp[j])
        under[1, j] = squash(curve, (peak + 0.5 - guess[j]) * sharp[j])
    _contexts(model, plane, y, x)
    edge, ring, step = int(guess[FINAL] + 0.5), 0, 1
    while 2 * step * sharp[FINAL] <= RING:
        step *= 2
    up = _code_question(model, edge, 0, value, rate, state, buffer, decoding)
    while True:
        edge += step if up else -step
        node = 1 + up * RINGS + min(ring, RINGS - 1)
        if _code_question(model, edge, node, value, rate, state, buffer, decoding) != up:
            break
        ring += 1
        step *= 2 if ring >= 2 else 1
    while span[1] - span[0] > 1:
        half, level = 1, 0
        while 2 * half < span[1] - span[0]:
            half, level = 2 * half, level + 1
        node = 1 + 2 * RINGS + 8 * min(ring, 3) + 4 * up + min(level, 3)
        edge = span[0] + half if up else span[1] - half
        _code_question(model, edge, node, value, rate, state, buffer, decoding)
    return span[0]


@inner
def _contexts(model, plane, y, x):
    """Fill in the contexts of this sample's questions, each below SLOTS.

    How fine each difference is cut (steps to the scale, and how many of them) was found by trial.
    """
    S, M, slots = model.samples[plane], model.misses, model.slots
    guess, sharp, b = model.guess[FINAL], model.sharp[FINAL], scale_bin(2.0 / model.sharp[FINAL])
    model.bins[FINAL_SCALE], coarse = b, b >> 1
    W, N, NW, NE = S[y, x - 1] - guess, S[y - 1, x] - guess, S[y - 1, x - 1] - guess, S[y - 1, x + 1] - guess
    slots[0] = _level(W * sharp) + 3 * _level(N * sharp) + 9 * _level(NW * sharp) + 27 * _level(NE * sharp)
    slots[0] += 81 * coarse
    if plane == 0:
        first, second = 2.0 * S[y, x - 1] - S[y, x - 2] - guess, 2.0 * S[y - 1, x] - S[y - 2, x] - guess
    else:
        first, second = M[plane - 1, y, x], M[0, y, x]
    slots[1] = _near(first * sharp * 2.0, 16) + 16 * _near(second * sharp, 8) + 128 * coarse
    first, second = model.guess[0] - guess, model.guess[MED_GUESS] - guess
    slots[2] = _near(first * sharp * 3.0, 16) + 16 * _near(second * sharp, 8) + 128 * coarse
    slots[3] = int((guess - int(guess)) * 8.0) + 8 * b


@inner
def _level(difference):
    """Return 0, 1 or 2: a neighbour well below the guess, near it, or well above it."""
    return int(difference > -NEAR) + int(difference > NEAR)


@inner
def _near(difference, steps):
    """Return a signed difference as one of so many whole steps, 0 in the middle."""
    return min(max(int(difference + steps // 2 + 0.5), 0), steps - 1)


@inner
def _code_question(model, edge, node, value, rate, state, buffer, decoding):
    """Code and learn whether the sample is at least `edge`; what is known by now costs nothing."""
    low, high = model.span[0], model.span[1]
    if edge <= low or edge >= high:
        return int(edge <= low)
    under, inputs, slots, chances = model.under, model.inputs, model.slots, model.chances
    J, C, scale = under.shape[1], len(chances), model.bins[FINAL_SCALE]
    _opinions(inputs, under, model.guess, model.sharp, model.squash, model.stretch, edge, low, high)
    for c in range(C):
        inputs[J + c] = stretch(model.stretch, chances[c, slots[c] * NODES + node])
    inputs[J + C] = ALWAYS
    chance = squash(model.squash, mix(model.by_node, node, model.by_bin, scale, inputs))
    part = min(max(int(chance * CERTAIN), LEAST), CERTAIN - LEAST)
    if decoding:  # as in `code_bit`; here its call would cost time
        bit = decode_bit(state, buffer, part)
    else:
        bit = int(value >= edge)
        encode_bit(state, buffer, bit, part)
    adjust(model.by_node, node, model.by_bin, scale, inputs, (bit - chance) * rate)
    for c in range(C):
        count(chances, model.seen, c, slots[c] * NODES + node, bit, ANSWERS_KEPT)
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
        inputs[j] = stretch(stretch_curve, (above + TAIL * (high - edge)) / (whole + TAIL * (high - low)))
