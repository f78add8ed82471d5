"""Areas under curves, and Bjøntegaard's rate between two."""

import math

import numpy as np
import pytest
from scipy.interpolate import PchipInterpolator

from imgcomp_lib.measure import curves

# the sixteen points that the paper's authors published for their released network, and the figure in their table
TODERICI_2017 = [
    *(0.8191, 0.9037, 0.93747, 0.95384, 0.96357, 0.97151, 0.97578, 0.97959),
    *(0.98219, 0.98394, 0.98584, 0.98683, 0.98782, 0.98834, 0.98849, 0.98872),
]
NOMINAL = np.arange(1, 17) / 8


def test_the_area_of_the_published_curve():
    assert curves.rate_distortion_area(NOMINAL, TODERICI_2017) == pytest.approx(1.8116, abs=5e-5)
    assert curves.rate_distortion_area(NOMINAL, TODERICI_2017, low=0.25) == pytest.approx(1.7039, abs=5e-5)
    assert curves.rate_distortion_area(NOMINAL, TODERICI_2017, low=0.5) == pytest.approx(1.4706, abs=1e-4)


def test_an_area_may_begin_between_two_points():
    assert curves.rate_distortion_area([0, 1, 2], [0, 1, 2], low=0.5, high=1.5) == pytest.approx(1)


@pytest.mark.parametrize(
    "rates, scores, message",
    [
        ([0.125, 1], [1, 1], "does not reach from 0.125 to 2.0"),
        ([0.25, 2], [1, 1], "does not reach"),
        ([2, 0.125], [1, 1], "increasing rates"),
        ([0.125, 2], [1], "as many scores"),
        ([], [], "does not reach"),
    ],
)
def test_a_curve_that_is_none(rates, scores, message):
    with pytest.raises(ValueError, match=message):
        curves.rate_distortion_area(rates, scores)


# Bjøntegaard's rate

RATES, SCORES = np.array([0.25, 0.5, 1.0, 2.0]), np.array([28.0, 31.5, 34.8, 38.9])
OTHER_RATES, OTHER_SCORES = np.array([0.2, 0.45, 0.8, 1.9]), np.array([28.4, 32.0, 34.9, 39.5])


def as_published(rates, scores, other_rates, other_scores, piecewise):
    """Return the rate by the formulas of VCEG-M33, and of the scripts that sample pchip at 100 scores."""
    logs, other_logs = np.log(rates), np.log(other_rates)
    low, high = max(min(scores), min(other_scores)), min(max(scores), max(other_scores))
    if piecewise:
        samples, step = np.linspace(low, high, num=10_001, retstep=True)
        drawn = PchipInterpolator(scores, logs)(samples), PchipInterpolator(other_scores, other_logs)(samples)
        areas = [np.trapezoid(line, dx=step) for line in drawn]
    else:
        integrals = [np.polyint(np.polyfit(s, r, 3)) for s, r in ((scores, logs), (other_scores, other_logs))]
        areas = [np.polyval(whole, high) - np.polyval(whole, low) for whole in integrals]
    return (math.exp((areas[1] - areas[0]) / (high - low)) - 1) * 100


@pytest.mark.parametrize("cubic", [False, True])
def test_the_rate_is_that_of_the_published_formulas(cubic):
    draw = np.random.default_rng(4)
    for count in (4, 4, 4, 5, 8, 11):
        pair = [np.sort(draw.uniform(low, high, count)) for low, high in ((0.1, 3), (25, 45), (0.1, 3), (25, 45))]
        expected = as_published(*pair, piecewise=not cubic)
        assert curves.bd_rate(*pair, cubic=cubic) == pytest.approx(expected, rel=1e-5)
    there = curves.bd_rate(RATES, SCORES, OTHER_RATES, OTHER_SCORES, cubic)
    back = curves.bd_rate(OTHER_RATES, OTHER_SCORES, RATES, SCORES, cubic)
    assert (1 + there / 100) * (1 + back / 100) == pytest.approx(1)


def test_the_rate_of_lines_by_hand():
    # ln rate = score ln 2 and, one score later, the same: twice the rate everywhere
    scores = np.array([1.0, 2, 3, 4])
    for cubic in (False, True):
        assert curves.bd_rate(2**scores, scores, 2 ** (scores + 1), scores, cubic) == pytest.approx(100)
        # ln rate = s and ln rate = 2 s - 2 over the common scores 2 to 4: the means are 3 and 4
        steep = np.array([2.0, 3, 4, 5])
        found = curves.bd_rate(np.exp(scores), scores, np.exp(2 * steep - 2), steep, cubic)
        assert found == pytest.approx(100 * (math.e - 1))


def test_pchip_by_hand():
    """Four points, ln rate 0, 1, 1.5, 4 at scores 0, 1, 2, 3; the other curve is flat, ln rate = score / 1000."""
    scores, logs = np.arange(4.0), np.array([0, 1, 1.5, 4])
    # inner slopes: harmonic means of 1 and 1/2, and of 1/2 and 5/2; outer: (3 * 1 - 1/2) / 2, and (3 * 5/2 - 1/2) / 2
    slopes = [1.25, 2 / (1 / 1 + 1 / 0.5), 2 / (1 / 0.5 + 1 / 2.5), 3.5]
    # over a step of 1 a cubic Hermite piece covers the mean of its ends, and a twelfth of the difference of its slopes
    area = sum((logs[i] + logs[i + 1]) / 2 + (slopes[i] - slopes[i + 1]) / 12 for i in range(3))
    expected = 100 * math.expm1(area / 3 - 1.5 / 1000)
    assert curves.bd_rate(np.exp(scores / 1000), scores, np.exp(logs), scores) == pytest.approx(expected)


def test_one_bent_point_makes_the_cubic_swing():
    rates, scores = [1.0, 1.01, 4, 16], [30.0, 39, 39.5, 40]
    straight = np.interp(np.linspace(30, 40, 10_001), scores, np.log(rates)).mean()
    flat = np.exp(np.array([0.0, 1e-3, 2e-3, 3e-3])), np.array([30.0, 33, 36, 40])
    piecewise, swinging = (math.log1p(curves.bd_rate(*flat, rates, scores, cubic) / 100) for cubic in (False, True))
    assert abs(piecewise - straight) < 0.05 and abs(swinging - straight) > 5


@pytest.mark.parametrize("cubic", [False, True])
@pytest.mark.parametrize(
    "rates, scores, message",
    [
        (RATES[:3], SCORES[:3], "four rates or more"),
        (RATES, SCORES[:3], "as many scores"),
        (RATES[::-1], SCORES, "both rise"),
        (RATES, SCORES[[0, 2, 1, 3]], "both rise"),
        (RATES, SCORES[[0, 1, 1, 3]], "both rise"),
        (RATES - 0.25, SCORES, "above 0"),
        (RATES, SCORES + 100, "no score in common: up to 38.9 the one curve, from 128.0 the other"),
        (RATES, SCORES - SCORES[-1] + SCORES[0], "no score in common"),
        (RATES, [28, 31, 34, math.inf], "below 1e100"),
        (RATES * 1e101, SCORES, "below 1e100"),
        (RATES, [28, 31, 34, math.nan], "both rise"),
        ("abcd", SCORES, "rates are numbers"),
    ],
)
def test_curves_that_cannot_be_compared(rates, scores, message, cubic):
    with pytest.raises(ValueError, match=message):
        curves.bd_rate(RATES, SCORES, rates, scores, cubic)
    with pytest.raises(ValueError):
        curves.bd_rate(rates, scores, RATES, SCORES, cubic)


def test_rates_beyond_any_factor_are_refused():
    with pytest.raises(ValueError, match="differ by a factor"):
        steep = [1e-99, 1e-98, 1e-97, 1e99]
        curves.bd_rate(RATES, [1, 1.1, 1.2, 1.3], steep, [0, 1.999999, 1.9999995, 2], cubic=True)
