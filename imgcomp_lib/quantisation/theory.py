"""How small an error can be at a given rate: bounds, and what uniform cells cost at high rates.

    gaussian_bound       D(R) = variance * 2**(-2R)            no code of any kind has a smaller squared error
    shannon_bound        2**(2h) / (2 pi e) * 2**(-2R)         a bound for any density: Shannon's lower bound
    uniform_high_rate    2**(2h) / 12 * 2**(-2R)               uniform cells and an ideal entropy coder, fine steps
    density              a Gaussian or Laplacian density on a fine grid, for `lloyd.lloyd_max` and for sums
    companded            points for such a density, nearly the best where they are many: where Lloyd's turns begin

h is the differential entropy in bits, `gaussian_entropy` or `laplacian_entropy`: a source with cells of width d has
about h - log2(d) bits a sample.  The last two lines differ by pi e / 6, which is 1.53 dB or 0.25 bits, whatever the
density: Gish and Pierce showed that no other cells get nearer at high rates.  For a Gaussian source the first two
lines are the same.  Rates are bits a sample, errors squares of the source's unit.  Chapter 12.

Sources: C. E. Shannon, "Coding theorems for a discrete source with a fidelity criterion", IRE National Convention
Record, 1959; P. F. Panter and W. Dite, "Quantization distortion in pulse-count modulation with nonuniform spacing of
levels", Proc. IRE 39(1), 1951, doi:10.1109/JRPROC.1951.230419 (the cube root); H. Gish and J. N. Pierce,
"Asymptotically efficient quantizing", IEEE Trans. Information Theory 14(5), 1968, doi:10.1109/TIT.1968.1054193;
R. M. Gray and D. L. Neuhoff, "Quantization", ibid. 44(6), 1998, doi:10.1109/18.720541.
"""

import math

import numpy as np

from ..core.codec import check_number

REACH = {"gaussian": 6.0, "laplacian": 14.0}
"""How many standard deviations of a density the grid reaches to each side; beyond lies less than 1e-8."""

MOST = 1 << 22


def gaussian_entropy(variance: float = 1.0) -> float:
    """Return the differential entropy of a Gaussian density in bits, log2(2 pi e variance) / 2.

    >>> round(gaussian_entropy(), 4)
    2.0471
    """
    return math.log2(2 * math.pi * math.e * _positive("variance", variance)) / 2


def laplacian_entropy(variance: float = 1.0) -> float:
    """Return the differential entropy of a Laplacian density in bits, log2(2 e**2 variance) / 2.

    >>> round(laplacian_entropy(), 4)
    1.9427
    """
    return math.log2(2 * math.e**2 * _positive("variance", variance)) / 2


def gaussian_bound(rate, variance: float = 1.0):
    """Return the distortion-rate function of a Gaussian source; rate: a number or an array, 0 to 400.

    >>> gaussian_bound(np.array([0, 1, 2])).tolist()
    [1.0, 0.25, 0.0625]
    """
    return _positive("variance", variance) * _halvings(rate)


def shannon_bound(rate, entropy: float):
    """Return Shannon's lower bound on the squared error at `rate`, for a density of the differential entropy `entropy`.

    >>> round(float(shannon_bound(0.0, laplacian_entropy())), 4)
    0.8653
    """
    return 4 ** _entropy(entropy) / (2 * math.pi * math.e) * _halvings(rate)


def uniform_high_rate(rate, entropy: float):
    """Return the squared error of uniform cells whose levels take `rate` bits, for a high rate: step**2 / 12.

    >>> round(10 * math.log10(uniform_high_rate(9.0, 1.0) / shannon_bound(9.0, 1.0)), 2)
    1.53
    """
    return 4 ** _entropy(entropy) / 12 * _halvings(rate)


def density(kind: str, size: int = 1 << 16) -> tuple[np.ndarray, np.ndarray]:
    """Return a grid of `size` values, and the share of a unit-variance density, 1 in all, around each: float64.

    kind: "gaussian" or "laplacian"; size: 2 to 2**22.

    >>> values, shares = density("laplacian")
    >>> round(float(shares.sum()), 6), round(float((shares * values**2).sum()), 4)
    (1.0, 1.0)
    """
    if not isinstance(kind, str) or kind not in REACH:
        raise ValueError(f"a density is {' or '.join(REACH)}, not {kind!r}")
    if not isinstance(size, int | np.integer) or not 2 <= size <= MOST:
        raise ValueError(f"a grid has 2 to {MOST} values, not {size!r}")
    values = REACH[kind] * ((2 * np.arange(size) + 1) / size - 1)
    shares = np.exp(-(values**2) / 2) if kind == "gaussian" else np.exp(-math.sqrt(2) * np.abs(values))
    return values, shares / shares.sum()


def companded(kind: str, size: int) -> np.ndarray:
    """Return `size` points, (size,) float64, as dense as the cube root of a unit-variance density: Panter and Dite.

    kind: as for `density`; size: 1 to 4096.  The more points, the nearer to the least error.

    >>> companded("laplacian", 3).round(1).tolist()
    [-2.3, 0.0, 2.3]
    """
    values, shares = density(kind)
    below = np.cumsum(roots := np.cbrt(shares)) - roots / 2
    return np.interp((np.arange(check_number("size", size, 1, 4096)) + 0.5) / size, below / roots.sum(), values)


def _halvings(rate):
    """Return 2**(-2 rate); `ValueError` where the rate is no number of bits."""
    rates = np.asarray(rate)
    if rates.size and (rates.dtype.kind not in "iuf" or not ((rates >= 0) & (rates <= 400)).all()):
        raise ValueError(f"a rate is 0 to 400 bits a sample, not {rate!r}")
    return 4.0**-rates


def _positive(name, value):
    """Return a positive number as a float; `ValueError` that names it for others."""
    if not isinstance(value, int | float | np.integer | np.floating) or not 0 < value < 1e100:
        raise ValueError(f"{name} is a positive number, not {value!r}")
    return float(value)


def _entropy(bits):
    """Return a differential entropy as a float; `ValueError` for what is none."""
    if not isinstance(bits, int | float | np.integer | np.floating) or not -200 <= bits <= 200:
        raise ValueError(f"a differential entropy is -200 to 200 bits, not {bits!r}")
    return float(bits)
