"""How the champion guesses a sample, how sure it is, and what it learns from the sample.

Kernels over the arrays of `model`; x and y count the EDGE around the picture.  Chapter 11.

Sources: X. Wu and N. Memon, "Context-based, adaptive, lossless image coding", IEEE Trans. Communications 45(4), 1997,
doi:10.1109/26.585919 (bias cancelled in contexts, scales from errors near by); `prediction.running` names its own.
"""

from ...core.kernels import inner
from ...prediction.fixed import med
from ...prediction.running import absorb, gather, guesses, regressors
from .model import BINS, COARSE, CONTEXTS, EDGE


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
    errors, sums, last = model.errors, model.error_sums, len(guess) - 1
    bins[last + 1] = 0
    if plane > 0:
        p = plane - 1
        around = abs(M[p, y, x - 1]) + abs(M[p, y - 1, x]) + abs(M[p, y, x + 1]) + abs(M[p, y + 1, x])
        bins[last + 1] = scale_bin((2.0 * abs(M[p, y, x]) + around) * 0.12) >> 1
    total = weight = 0.0
    for j in range(last - 1):
        error = _scale(errors, sums, bins, sharp, j, y, x)
        w = 1.0 / (error * error + 0.1)
        total += w * w * guess[j]
        weight += w * w
    guess[last - 1] = total / weight
    _scale(errors, sums, bins, sharp, last - 1, y, x)
    slot = _texture(model, plane, y, x)
    guess[last] = _within(guess[last - 1] + model.bias[0, slot] / (model.bias[1, slot] + 8.0), peak)
    _scale(errors, sums, bins, sharp, last, y, x)
    model.slots[CONTEXTS] = slot


@inner
def _scale(errors, sums, bins, sharp, j, y, x):
    """Return the mean error of guess j on the samples around; note its bin, and how sharp a bell it earns."""
    a, b, c = y % 3, (y + 2) % 3, (y + 1) % 3  # this row and the two above
    near = 2.0 * (errors[a, j, x - 1] + errors[b, j, x]) + errors[b, j, x - 1] + errors[b, j, x + 1]
    far = 0.5 * (errors[b, j, x + 2] + errors[c, j, x - 1] + errors[c, j, x + 1] + errors[b, j, x - 2])
    error = (near + far + 0.7 * (errors[a, j, x - 2] + errors[c, j, x])) / 9.4
    bins[j] = scale_bin(error)
    slot = _error_slot(bins, j)
    usual = (sums[0, slot] + 0.8 * error + 0.3) / (sums[1, slot] + 0.8)
    sharp[j] = 1.0 / (0.7 * usual + 0.05)
    return error


@inner
def _error_slot(bins, j):
    """Return where the errors of guess j are summed, which depends on its own bin and that of the plane before."""
    return (j * BINS + bins[j]) * COARSE + bins[len(bins) - 2]


@inner
def scale_bin(error):
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
def learn_sample(model, predictors, plane, y, x, value):
    """Take in a sample that both sides know by now: errors, biases, and the sums of least squares."""
    guess, bins, errors, last = model.guess, model.bins, model.errors, len(model.guess) - 1
    for j in range(last + 1):
        error = abs(value - guess[j])
        errors[y % 3, j, x] = error
        _tally(model.error_sums, _error_slot(bins, j), error, 400.0)
    model.samples[plane, y, x] = value
    miss = value - guess[last - 1]
    model.misses[plane, y, x] = miss
    _tally(model.bias, model.slots[CONTEXTS], miss, 256.0)
    S, scale = model.samples[plane], 1.0 / model.sharp[last]
    weight = 1.0 / (0.3 + scale * scale)
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
