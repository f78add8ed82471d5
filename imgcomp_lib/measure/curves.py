"""A whole curve of rate and quality in one number.  Chapters 4 and 20 to 23.

    rate_distortion_area    one curve: the area under it, between two rates
    bd_rate                 two curves: how much more rate one needs for the quality of the other

Source: G. Toderici et al., "Full resolution image compression with recurrent neural networks", CVPR 2017,
arXiv:1608.05148, Table 1; G. Bjøntegaard, "Calculation of average PSNR differences between RD-curves", ITU-T SG16
document VCEG-M33, 2001, and "Improvements of the BD-PSNR model", VCEG-AI11, 2008; F. N. Fritsch, J. Butland, "A method
for constructing local monotone piecewise cubic interpolants", 1984, doi:10.1137/0905021.
"""

import math

import numpy as np
from numpy.polynomial import Polynomial
from scipy.interpolate import PchipInterpolator

from .metrics import check_real


def rate_distortion_area(rates: np.ndarray, scores: np.ndarray, low: float = 0.125, high: float = 2.0) -> float:
    """Return the area under a curve of scores over rates, from `low` to `high` bits a pixel, by trapezoids.

    rates: (n,) increasing, spanning [low, high]; scores: (n,).  With the sixteen nominal rates 1/8, 2/8, ... 2 of a
    recurrent codec this is the figure of Toderici et al. (2017, Table 1); a perfect MS-SSIM would have 1.875.
    `ValueError` where the rates do not rise, do not reach from `low` to `high`, or are not as many as the scores.

    >>> rate_distortion_area(np.arange(1, 17) / 8, np.ones(16))
    1.875
    """
    rates, scores = _reals("rates", rates), _reals("scores", scores)
    low, high = check_real("low", low), check_real("high", high)
    if rates.ndim != 1 or rates.shape != scores.shape or not (np.diff(rates) > 0).all():
        raise ValueError(f"increasing rates and as many scores, not {rates.shape} and {scores.shape}")
    if not (len(rates) and rates[0] <= low < high <= rates[-1]):
        raise ValueError(f"the curve does not reach from {low} to {high} bits a pixel")
    inside = (rates > low) & (rates < high)
    x = np.concatenate(([low], rates[inside], [high]))
    return float(np.trapezoid(np.interp(x, rates, scores), x))


def bd_rate(rates, scores, other_rates, other_scores, cubic: bool = False) -> float:
    """Return the Bjøntegaard rate of a curve against a first one: per cent more rate at equal score, on average.

    rates: (n,) increasing, above 0, in any unit that both share; scores: (n,) increasing, of any measure.  Logarithms
    of rates are interpolated over the scores, by a piecewise cubic that rises wherever its points do (pchip) or, with
    `cubic`, by one least-squares polynomial of degree 3 for the whole curve, as in 2001.  Only scores that both curves
    reach count.  -50 says that the other curve needs half the rate.  `ValueError` for fewer than four points, for rates
    or scores that do not rise, and for curves without a common score.

    >>> rates, scores = np.array([1, 2, 4, 8]), np.array([30, 33, 36, 39])
    >>> round(bd_rate(rates, scores, rates / 2, scores), 6)
    -50.0
    """
    first, second = _curve(rates, scores), _curve(other_rates, other_scores)
    low, high = max(first[1][0], second[1][0]), min(first[1][-1], second[1][-1])
    if low >= high:
        raise ValueError(f"no score in common: up to {high} the one curve, from {low} the other")
    gap = _mean_log_rate(*second, low, high, cubic) - _mean_log_rate(*first, low, high, cubic)
    if not abs(gap) < 700:
        raise ValueError(f"rates that differ by a factor of e to the {gap}")
    return 100 * math.expm1(gap)


def _curve(rates, scores):
    """Return rates and scores as float64; `ValueError` where they are no rising curve of four points."""
    rates, scores = _reals("rates", rates), _reals("scores", scores)
    if rates.ndim != 1 or rates.shape != scores.shape or len(rates) < 4:
        raise ValueError(f"four rates or more and as many scores, not {rates.shape} and {scores.shape}")
    if not (rates[0] > 0 and (np.diff(rates) > 0).all() and (np.diff(scores) > 0).all()):
        raise ValueError(f"rates above 0 and scores that both rise, not {rates} and {scores}")
    if not (abs(rates).max() < 1e100 and abs(scores).max() < 1e100):
        raise ValueError(f"rates and scores below 1e100, not {rates} and {scores}")
    return rates, scores


def _mean_log_rate(rates, scores, low, high, cubic):
    """Return the mean of the natural logarithm of the rate over the scores from `low` to `high`."""
    if cubic:
        whole = Polynomial.fit(scores, np.log(rates), 3).integ()
        return (whole(high) - whole(low)) / (high - low)
    return float(PchipInterpolator(scores, np.log(rates)).integrate(low, high)) / (high - low)


def _reals(name, values):
    """Return values as float64; `ValueError` that names what are none."""
    try:
        return np.asarray(values, np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} are numbers, not {values!r}") from error
