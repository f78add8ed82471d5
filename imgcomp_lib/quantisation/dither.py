"""Few levels without bands: what rounding does to smooth places is spread until an eye no longer sees it.

    improved, improved_back     IGS: a sample gets what the samples before it lost, and nothing else is needed to decode
    ordered                     a fixed pattern of thresholds, 8 x 8 or larger: half of a grey is every second pixel
    roberts, roberts_back       noise is added before rounding, and the same noise is subtracted by the decoder

Error diffusion, which hands an error on to four neighbours, is `palette.dither` with a palette of greys.

    IGS, 198 to four bits       198 + 0 = 1100 0110    sum    198 + 6 = 1100 1100    198 + 12 = 1101 0010 ...
                                          12                            12                       13

Chapter 12; chapter 2 has IGS on the page.

Sources: L. G. Roberts, "Picture coding using pseudo-random noise", IRE Trans. Information Theory 8(2), 1962,
doi:10.1109/TIT.1962.1057702; B. E. Bayer, "An optimum method for two-level rendition of continuous-tone pictures",
IEEE International Conference on Communications, 1973; W. T. Bisignani, G. P. Richards and J. W. Whelan, "The improved
grey scale and coarse-fine PCM systems", Proc. IEEE 54(3), 1966; G. L. Steele, D. Lea and
C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014, doi:10.1145/2660193.2660195 (the noise).
"""

import numpy as np

from ..core.codec import check_array, check_number
from ..core.kernels import kernel

GOLDEN, MIX_1, MIX_2 = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
"""The constants of SplitMix64."""


def improved(samples: np.ndarray, bits: int, depth: int = 8) -> np.ndarray:
    """Return the levels of improved grey-scale quantisation, the upper `bits` of each sample and its debt; int64.

    samples: any shape, integers of `depth` bits, 1 to 16, read row by row.  bits: 1 to depth.  A sample whose level is
    the highest already pays no debt: the sum would leave the range.

    >>> improved(np.array([198] * 4), 4)
    array([12, 12, 13, 12])
    """
    depth, bits = _bits(depth, bits)
    samples = check_array("samples", samples, tuple(range(65)), 0, (1 << depth) - 1)
    levels = samples.flatten()
    _carry(levels, depth - bits, 1 << depth)
    return levels.reshape(samples.shape)


def improved_back(levels: np.ndarray, bits: int, depth: int = 8) -> np.ndarray:
    """Return the sample for each level of `improved`: the level, with zeros for the bits that were dropped; int64.

    Not the middle of the cell: the debts have already lifted the levels, by half a cell on average.

    >>> improved_back(np.array([12, 13]), 4)
    array([192, 208])
    """
    depth, bits = _bits(depth, bits)
    return check_array("levels", levels, tuple(range(65)), 0, (1 << bits) - 1) << depth - bits


def bayer(order: int) -> np.ndarray:
    """Return Bayer's matrix with sides of 2**order, each number from 0 to 4**order - 1 once; int64; order 0 to 8.

    >>> bayer(1).tolist()
    [[0, 2], [3, 1]]
    """
    matrix = np.zeros((1, 1), np.int64)
    for _ in range(check_number("order", order, 0, 8)):
        matrix = np.block([[4 * matrix, 4 * matrix + 2], [4 * matrix + 3, 4 * matrix + 1]])
    return matrix


def ordered(image: np.ndarray, step: int, order: int = 3) -> np.ndarray:
    """Return the level of each sample, floor(x / step + threshold), with Bayer's matrix as thresholds; int64.

    image: (height, width) or (height, width, planes) integers from 0 to 65535; step: 1 to 65536.  Thresholds lie
    between 0 and 1, half of them below 1/2, so over a flat patch level * step is x on average.

    >>> ordered(np.full((2, 2), 25), 100, 1).tolist()
    [[0, 0], [1, 0]]
    """
    image, step = check_array("samples", image, (2, 3), 0, 65535), check_number("step", step, 1, 65536)
    matrix = bayer(order)
    height, width = image.shape[:2]
    rows, columns = np.arange(height) % len(matrix), np.arange(width) % len(matrix)
    thresholds = 2 * matrix[rows[:, None], columns] + 1  # odd, of twice the matrix's size
    whole = 2 * matrix.size
    thresholds = thresholds.reshape(thresholds.shape + (1,) * (image.ndim - 2))
    return (whole * image + step * thresholds) // (whole * step)


def roberts(samples: np.ndarray, step: int, seed: int = 0) -> np.ndarray:
    """Return the level of each sample after noise was added, floor((x + noise) / step); int64.

    samples: any shape, integers of up to 2**40 in size; step: 1 to 2**20; seed: 0 to 2**64 - 1.  The noise is 0 to
    step - 1, all equally likely, and the same on every machine.
    """
    step, samples = _step(step), _samples("samples", samples)
    return (samples + noise(samples.shape, step, seed)) // step


def roberts_back(levels: np.ndarray, step: int, seed: int = 0) -> np.ndarray:
    """Return the sample for each level of `roberts`, step * (q + 1/2) - 1/2 less the noise; float64.

    No sample is off by more than step / 2, and the error is as likely to be one as another, whatever the sample was.

    >>> samples = np.array([100, 101, 102, 103])
    >>> float(np.abs(roberts_back(roberts(samples, 32), 32) - samples).max()) <= 16
    True
    """
    step, levels = _step(step), _samples("levels", levels)
    return step * levels + (step - 1) / 2 - noise(levels.shape, step, seed)


def noise(shape, step: int, seed: int = 0) -> np.ndarray:
    """Return an array of `shape` with numbers from 0 to step - 1, by SplitMix64: a counter, well stirred; int64.

    >>> noise((3,), 1 << 20, 1234567).tolist()
    [367085, 182079, 558059]
    """
    step, seed = _step(step), check_number("seed", seed, 0, (1 << 64) - 1)
    if not isinstance(shape, tuple) or not all(isinstance(side, int | np.integer) and side >= 0 for side in shape):
        raise ValueError(f"shape is a tuple of whole numbers, not {shape!r}")
    size = 1
    for side in shape:
        size *= int(side)
    counters = np.arange(1, check_number("size", size, 0, 1 << 30) + 1, dtype=np.uint64)
    stirred = np.uint64(seed) + counters * np.uint64(GOLDEN)
    stirred = (stirred ^ stirred >> np.uint64(30)) * np.uint64(MIX_1)
    stirred = (stirred ^ stirred >> np.uint64(27)) * np.uint64(MIX_2)
    stirred ^= stirred >> np.uint64(31)
    return ((stirred >> np.uint64(32)) * np.uint64(step) >> np.uint64(32)).astype(np.int64).reshape(shape)


def _bits(depth, bits):
    """Return depth and bits as ints; `ValueError` for what they cannot be."""
    depth = check_number("depth", depth, 1, 16)
    return depth, check_number("bits", bits, 1, depth)


def _step(step):
    return check_number("step", step, 1, 1 << 20)


def _samples(name, samples):
    return check_array(name, samples, tuple(range(65)), -(1 << 40), 1 << 40)


@kernel
def _carry(samples, dropped, limit):
    """Turn samples, (n,) int64, into levels in place: the `dropped` low bits of each sum go to the next sample."""
    debt, mask = 0, (1 << dropped) - 1
    for i in range(len(samples)):
        total = samples[i]
        if total < limit - 1 - mask:
            total += debt
        debt = total & mask
        samples[i] = total >> dropped
