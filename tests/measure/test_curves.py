"""Areas under curves."""

import numpy as np
import pytest

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
