"""How the champion guesses a sample, how sure it is, and what it learns from the sample.

Kernels over the arrays of `model`; x and y count the EDGE around the picture.  Where no reason stands beside a
constant it was found by trial, as `model` says.  Chapter 11.

Sources: X. Wu and N. Memon, "Context-based, adaptive, lossless image coding", IEEE Trans. Communications 45(4), 1997,
doi:10.1109/26.585919 (bias cancelled in contexts, scales from errors near by); `prediction.running` names its own.
"""

from ...core.kernels import inner
from ...prediction.fixed import med
from ...prediction.running import absorb, gather, guesses, regressors
from .model import BINS, BLEND, COARSE, CONTEXTS, EDGE, FINAL, PLANE_BEFORE, TEXTURES

FIRST_BIN, BIN_STEP = 0.5, 1.35
"""Errors up to half a level are all alike; steps of 1.35 follow, and the last of BINS has all above 40,000."""

KNIGHT, STRAIGHT, AROUND = 0.5, 0.7, 9.4
"""What errors count in the mean: W and N 2, NW and NE 1, those a knight's move away 0.5, WW and NN 0.7; in all 9.4."""

BEFORE = 0.12
"""Six misses of the plane before (its own counted twice), as one error: a little less than their mean, 1/6."""

PRIOR, PRIOR_ERROR = 0.8, 0.3
"""With nothing learnt of a bin, an error is what was seen around; that counts 0.8 of a sample, and 0.3 more."""

BELL, NARROWEST = 0.7, 0.05
"""The scale of a logistic bell is its mean error over 2 ln 2, that is 0.72 of it; a twentieth of a level at least."""

CALM = 0.1
"""Guesses are blended by 1 / (error**2 + CALM), squared: the fourth power of the error lets the best decide."""

BIAS_PRIOR = 8.0
"""A bias is the sum of misses over their number and 8: few misses prove little."""

ERRORS_KEPT, MISSES_KEPT = 400.0, 256.0
"""So many errors of a bin, misses of a texture: then both sums are halved."""

NOISE = 0.3
"""A sample counts 1 / (NOISE + scale**2) in least squares: amid noise little, and no calm one more than 1 / NOISE."""


@inner
def guess_sample(model, predictors, plane, y, x, peak):
    """Fill in the guesses of the least squares predictors, and after them that of MED on the difference of colours."""
    samples, at = model.samples, 0
    for p in predictors:
        n, v, sums = len(p.offsets), p.v[x - EDGE], p.sums[y % p.stride, x - EDGE]
        gather(sums, p.running[x % p.stride], n)
        base = regressors(samples, plane, y, x, p.offsets, v)
        guesses(sums, v, n, p.cuts, p.work, p.out)
        for cut in range(1 if p.cuts[0] == n else 2):
            model.guess[at] = _within(base + p.out[cut], peak)
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
def blend_guesses(model, plane, y, x, peak):
    """Fill in the scales, the blend of all guesses, weighed by recent error, and the blend less its bias."""
    guess, bins, sharp, M = model.guess, model.bins, model.sharp, model.misses
    errors, sums, final = model.errors, model.error_sums, len(guess) - 1
    blend = final - 1
    bins[len(bins) + PLANE_BEFORE] = 0
    if plane > 0:
        p = plane - 1
        around = abs(M[p, y, x - 1]) + abs(M[p, y - 1, x]) + abs(M[p, y, x + 1]) + abs(M[p, y + 1, x])
        bins[len(bins) + PLANE_BEFORE] = scale_bin((2.0 * abs(M[p, y, x]) + around) * BEFORE) >> 1
    total = weight = 0.0
    for j in range(blend):
        error = _scale(errors, sums, bins, sharp, j, y, x)
        w = 1.0 / (error * error + CALM)
        total += w * w * guess[j]
        weight += w * w
    guess[blend] = total / weight
    _scale(errors, sums, bins, sharp, blend, y, x)
    slot = _texture(model, plane, y, x)
    guess[final] = _within(guess[blend] + model.bias[0, slot] / (model.bias[1, slot] + BIAS_PRIOR), peak)
    _scale(errors, sums, bins, sharp, final, y, x)
    model.slots[CONTEXTS] = slot


@inner
def _scale(errors, sums, bins, sharp, j, y, x):
    """Return the mean error of guess j on the samples around; note its bin, and how sharp a bell it earns."""
    a, b, c = y % 3, (y + 2) % 3, (y + 1) % 3  # this row and the two above
    near = 2.0 * (errors[a, j, x - 1] + errors[b, j, x]) + errors[b, j, x - 1] + errors[b, j, x + 1]
    far = KNIGHT * (errors[b, j, x + 2] + errors[c, j, x - 1] + errors[c, j, x + 1] + errors[b, j, x - 2])
    error = (near + far + STRAIGHT * (errors[a, j, x - 2] + errors[c, j, x])) / AROUND
    bins[j] = scale_bin(error)
    slot = _error_slot(bins, j)
    usual = (sums[0, slot] + PRIOR * error + PRIOR_ERROR) / (sums[1, slot] + PRIOR)
    sharp[j] = 1.0 / (BELL * usual + NARROWEST)
    return error


@inner
def _error_slot(bins, j):
    """Return where the errors of guess j are summed, which depends on its own bin and that of the plane before."""
    return (j * BINS + bins[j]) * COARSE + bins[len(bins) + PLANE_BEFORE]


@inner
def scale_bin(error):
    """Return the step of BIN_STEP in which an error lies: 0 up to FIRST_BIN."""
    step, end = 0, FIRST_BIN
    while error > end and step < BINS - 1:
        step, end = step + 1, end * BIN_STEP
    return step


@inner
def _texture(model, plane, y, x):
    """Return the context of the bias: six neighbours above the blended guess or not, and its scale."""
    S, guess = model.samples[plane], model.guess[len(model.guess) + BLEND]
    above = (S[y, x - 1] > guess) + 2 * (S[y - 1, x] > guess) + 4 * (S[y - 1, x - 1] > guess)
    above += 8 * (S[y - 1, x + 1] > guess) + 16 * (2.0 * S[y - 1, x] - S[y - 2, x] > guess)
    above += 32 * (2.0 * S[y, x - 1] - S[y, x - 2] > guess)
    return above + TEXTURES * (model.bins[len(model.guess) - 2] >> 1)


@inner
def learn_sample(model, predictors, plane, y, x, value):
    """Take in a sample that both sides know by now: errors, biases, and the sums of least squares."""
    guess, bins, errors = model.guess, model.bins, model.errors
    for j in range(len(guess)):
        error = abs(value - guess[j])
        errors[y % 3, j, x] = error
        _tally(model.error_sums, _error_slot(bins, j), error, ERRORS_KEPT)
    model.samples[plane, y, x] = value
    miss = value - guess[len(guess) + BLEND]
    model.misses[plane, y, x] = miss
    _tally(model.bias, model.slots[CONTEXTS], miss, MISSES_KEPT)
    S, scale = model.samples[plane], 1.0 / model.sharp[len(guess) + FINAL]
    weight = 1.0 / (NOISE + scale * scale)
    model.weights[x - EDGE] = weight
    for p in predictors:
        n, v = len(p.offsets), p.v[x - EDGE]
        v[n] = value - (S[y, x - 1] + S[y - 1, x]) * 0.5
        absorb(p.running[x % p.stride], v, weight, p.decay, n)


@inner
def _tally(sums, slot, value, limit):
    """Add a value to sums[0] and 1 to its count, sums[1]; at `limit` halve both, so that the recent weighs more."""
    sums[0, slot] += value
    sums[1, slot] += 1.0
    if sums[1, slot] > limit:
        sums[0, slot] *= 0.5
        sums[1, slot] *= 0.5
