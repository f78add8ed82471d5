"""Logistic mixing: many opinions about one bit, weighed into one chance.

Each opinion is a chance p of a 1.  Weighing happens among log-odds, where certainty has no end and a sum makes sense:

    stretch(p) = ln(p / (1 - p))            chance      1/100   1/10    1/2    9/10   99/100
    squash(s)  = 1 / (1 + e**-s)            log-odds     -4.6   -2.2      0     2.2      4.6

    mixed chance = squash(weights . stretched opinions)         after the bit: weights += rate * miss * opinions

That is logistic regression that learns on the way: whoever was right, and bold, gains weight.  The decoder sees the
same bits and learns the same weights.

Floating point, and yet the decoder stays in step: the loops only add, subtract, multiply, divide and compare doubles,
which IEEE 754 rounds in one way everywhere; no sum is reordered (no `fastmath`), and the two curves come from tables
rounded to 2**-32, far above the last digits in which libraries of mathematics differ.

One thing could still go wrong: many processors multiply and add in one instruction, which rounds once where the two
steps round twice, and so ends in another last digit.  IEEE 754 allows that to whoever asks for it; Python never does,
and numba only under `fastmath`.  A test reads the machine code of these loops and finds none.  Chapter 11.

Sources: M. Mahoney, PAQ7, December 2005, described in "Data compression explained", mattmahoney.net/dc/dce.html, 2013,
section 4.3 (logistic mixing; PAQ6 before it added counts); IEEE 754-2019, 5.4.1 and 10.4 (fused multiply-add, and when
a language may use it); C. E. Shannon's bit prices are chapter 3's.
"""

import math

import numpy as np

from ..core.kernels import inner

REACH = 16
"""Log-odds end here: a chance of 1 in nine million."""

FINE = 32
"""Steps of the logistic curve's table between two whole log-odds; straight lines join them."""

PIECES = 4096
"""Steps of the table of `stretch` between a chance of 0 and of 1."""


def curves() -> tuple[np.ndarray, np.ndarray]:
    """Return the tables of `squash` and of `stretch`: float64, multiples of 2**-32.

    >>> squash_curve, stretch_curve = curves()
    >>> float(squash(squash_curve, 0.0)), float(stretch(stretch_curve, 0.5))
    (0.5, 0.0)
    """
    ends = [min(max(i / PIECES, 1 / 16384), 1 - 1 / 16384) for i in range(PIECES + 1)]
    return (
        _rounded(1 / (1 + math.exp(-i / FINE)) for i in range(-REACH * FINE, REACH * FINE + 1)),
        _rounded(math.log(p / (1 - p)) for p in ends),
    )


def _rounded(values):
    """Return values as multiples of 2**-32."""
    return np.array([round(value * 2**32) for value in values]) / 2**32


@inner
def squash(curve, log_odds):
    """Return the chance of a 1 for its log-odds: the logistic curve, by its table."""
    place = (log_odds + REACH) * FINE
    if place <= 0:
        return curve[0]
    if place >= len(curve) - 1:
        return curve[-1]
    i = int(place)
    return curve[i] + (place - i) * (curve[i + 1] - curve[i])


@inner
def stretch(curve, chance):
    """Return the log-odds of a chance from 0 to 1, by its table."""
    place = chance * PIECES
    i = min(int(place), PIECES - 1)
    return curve[i] + (place - i) * (curve[i + 1] - curve[i])


@inner
def mix(weights, row, more, other, inputs):
    """Return the log-odds that weights[row] and more[other] together give the `inputs`, (n,) float64."""
    total = 0.0
    for i in range(len(inputs)):
        total += (weights[row, i] + more[other, i]) * inputs[i]
    return total


@inner
def adjust(weights, row, more, other, inputs, step):
    """Move both rows of weights by `step` (rate times miss) along the inputs, the second half as far."""
    for i in range(len(inputs)):
        weights[row, i] += step * inputs[i]
        more[other, i] += 0.5 * step * inputs[i]


@inner
def count(chances, seen, row, slot, bit, limit):
    """Move the chance in a slot towards the bit: by 1/n at the n-th time, at last by 1/`limit`."""
    if seen[row, slot] < limit:
        seen[row, slot] += 1.0
    chances[row, slot] += (bit - chances[row, slot]) / (seen[row, slot] + 0.6)
