"""A whole curve of rate and quality in one number.  Chapters 20 to 23.

Source: G. Toderici et al., "Full resolution image compression with recurrent neural networks", CVPR 2017,
arXiv:1608.05148, Table 1.
"""

import numpy as np

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


def _reals(name, values):
    """Return values as float64; `ValueError` that names what are none."""
    try:
        return np.asarray(values, np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} are numbers, not {values!r}") from error
