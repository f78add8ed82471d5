"""Scalar quantisation: a number at a time, to the level of the cell that it lies in.

    quantise, dequantise                     cells of one width, the one around 0 as wide as its neighbours or wider
    quantise_mid_rise, dequantise_mid_rise   cells of one width, with an edge at 0
    quantise_by, dequantise_by               any cells, as a list of thresholds, and any points

Thresholds of the first two, for a step of 10; a point stands in the middle of its cell unless told otherwise.

    mid-tread, rounding 1/2     -25   -15   -5   5   15   25        0 is a point: silence stays silence
    dead zone, rounding 0       -20     -10         10     20       twice as wide around 0, as in JPEG 2000
    mid-rise                    -20  -10     0     10      20       0 is an edge: no level stands for it

A level is a whole number, and coding it is somebody else's work.  Values on an edge go outwards in the first pair, away
from 0, so that -x has the level -q; in the other two they go up.  Chapter 12.

Sources: ISO/IEC 15444-1 (JPEG 2000), annex E.1 (a dead zone of two steps; where in its cell a decoder puts a value is
its own choice); ISO/IEC 10918-1 (JPEG), A.3.4 (rounding to the nearest); G. J. Sullivan, "Efficient scalar quantization
of exponential and Laplacian random variables", IEEE Trans. Information Theory 42(5), 1996, doi:10.1109/18.532878.
"""

import numpy as np

from ..core.codec import check_array

FARTHEST = 1 << 52
"""Of levels, and of values: beyond it floating-point numbers skip whole ones."""


def quantise(values: np.ndarray, step: float, rounding: float = 0.5) -> np.ndarray:
    """Return the level of each value, sign(x) * floor(abs(x) / step + rounding); int64, the shape of `values`.

    values: finite numbers.  step: positive.  rounding: 0 to 0.5; 0.5 takes the nearest level, and halves go away from
    0; less widens the cell around 0 to 2 * (1 - rounding) steps, and leaves the width of all others at one step.

    >>> quantise(np.array([-15, -14, 0, 9, 10, 20]), 10)
    array([-2, -1,  0,  1,  1,  2])
    >>> quantise(np.array([-15, -14, 0, 9, 10, 20]), 10, 0)
    array([-1, -1,  0,  0,  1,  2])
    """
    values, step, rounding = reals("values", values), _step(step), _share("rounding", rounding, 0.5)
    levels = np.floor(_bounded(np.abs(values) / step) + rounding)
    return np.copysign(levels, values).astype(np.int64)


def dequantise(levels: np.ndarray, step: float, rounding: float = 0.5, offset: float = 0.5) -> np.ndarray:
    """Return the value for each level of `quantise`, sign(q) * (abs(q) - rounding + offset) * step; float64; 0 for 0.

    offset: where in its cell a value is put, from 0, the edge next to zero, to 1; in the middle it is off by half a
    step at most (in the cell around 0 by 1 - rounding steps).  Small values are more frequent than large ones, so
    somewhat less than 0.5 is closer on average.

    >>> dequantise(np.array([-2, 0, 1]), 10).tolist(), dequantise(np.array([-2, 0, 1]), 10, 0).tolist()
    ([-20.0, 0.0, 10.0], [-25.0, 0.0, 15.0])
    """
    levels, step = _levels(levels), _step(step)
    inside = _share("offset", offset, 1.0) - _share("rounding", rounding, 0.5)
    return np.sign(levels) * (np.abs(levels) + inside) * step


def quantise_mid_rise(values: np.ndarray, step: float) -> np.ndarray:
    """Return the level of each value, floor(x / step): edges belong to the cell above; int64.

    >>> quantise_mid_rise(np.array([-1, 0, 9, 10]), 10)
    array([-1,  0,  0,  1])
    """
    return np.floor(_bounded(reals("values", values) / _step(step))).astype(np.int64)


def dequantise_mid_rise(levels: np.ndarray, step: float) -> np.ndarray:
    """Return the value for each level of `quantise_mid_rise`, the middle of its cell, (q + 1/2) * step; float64.

    >>> dequantise_mid_rise(np.array([-1, 0]), 10)
    array([-5.,  5.])
    """
    return (_levels(levels) + 0.5) * _step(step)


def quantise_by(values: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Return the level of each value, 0 to k: how many of the k thresholds are at or below it; int64.

    thresholds: (k,) finite numbers in ascending order; `ValueError` for others.

    >>> quantise_by(np.array([0, 99, 100, 200]), np.array([100, 180]))
    array([0, 0, 1, 2])
    """
    thresholds = reals("thresholds", thresholds)
    if thresholds.ndim != 1 or (np.diff(thresholds) < 0).any():
        raise ValueError(f"thresholds are a row of numbers in ascending order, not {thresholds!r}")
    return np.searchsorted(thresholds, reals("values", values), "right").astype(np.int64)


def dequantise_by(levels: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return the point for each level, `points[level]`; float64.

    points: (k,) finite numbers.  levels: whole numbers from 0 to k - 1; `ValueError` for others.

    >>> dequantise_by(np.array([0, 1, 0]), np.array([40, 140.5]))
    array([ 40. , 140.5,  40. ])
    """
    points, levels = reals("points", points), _levels(levels)
    if points.ndim != 1 or (levels.size and not 0 <= levels.min() <= levels.max() < len(points)):
        raise ValueError(f"points are a row with one for each level, not {points.shape} for {levels!r}")
    return points[levels]


def reals(name: str, values) -> np.ndarray:
    """Return `values`, finite numbers up to 2**52, as float64; `ValueError` that names them where they are none.

    >>> reals("points", [1, float("nan")])
    Traceback (most recent call last):
    ValueError: points are finite numbers up to 2**52 in size, not nan
    """
    try:
        array = np.asarray(values)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{name}: {error}") from error
    if array.size and array.dtype.kind not in "biuf":
        raise ValueError(f"{name} are numbers, not {array.dtype}")
    array = array.astype(np.float64)
    if (wild := array[~(np.abs(array) <= FARTHEST)]).size:
        raise ValueError(f"{name} are finite numbers up to 2**52 in size, not {wild[0]}")
    return array


def _levels(levels):
    """Return levels as int64, whatever their shape; `ValueError` where they are no whole numbers."""
    return check_array("levels", levels, tuple(range(65)), -FARTHEST, FARTHEST).reshape(np.shape(levels))


def _bounded(quotients):
    """Return quotients that are levels, or nearly; `ValueError` where the step was too small for that."""
    if quotients.size and not np.abs(quotients).max() < FARTHEST:
        raise ValueError(f"levels stay below 2**52: the step is too small for a level of {np.abs(quotients).max():g}")
    return quotients


def _step(step):
    """Return a step as a float; `ValueError` where it is no positive number."""
    if not isinstance(step, int | float | np.integer | np.floating) or not 0 < step <= FARTHEST:
        raise ValueError(f"step is a positive number up to 2**52, not {step!r}")
    return float(step)


def _share(name, share, most):
    """Return a share of a step as a float; `ValueError` where it is none from 0 to `most`."""
    if not isinstance(share, int | float | np.integer | np.floating) or not 0 <= share <= most:
        raise ValueError(f"{name} is a number from 0 to {most}, not {share!r}")
    return float(share)
