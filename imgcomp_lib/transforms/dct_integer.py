"""The DCT of 8x8 whole numbers, its rounding written down: encoder, decoder, page and script agree to the last bit.

MATRIX is sqrt(8) * COSINES in fixed point, 13 bits after the point.  With `>>` for dividing by a power of two and
rounding down, and 8-bit samples less 128:

    forward     rows     a = (samples @ MATRIX.T + 2**10) >> 11      two bits more than whole numbers
                columns  c = (MATRIX @ a + 2**14) >> 15              eight times the orthonormal coefficients
    inverse     columns  a = (MATRIX.T @ c + 2**10) >> 11            c: the coefficients themselves, whole numbers
                rows     s = (a @ MATRIX + 2**17) >> 18              samples, to be clipped

So every division rounds to the nearest, halves upwards, and nothing else rounds.  With 12-bit samples, less 2048, one
bit is kept between the passes: 12 and 14 take the place of 11 and 15, 12 and 17 of 11 and 18.

Whoever sums in another order, or by a flow graph of these whole numbers, gets the same.  Every sum fits in 32 bits with
its sign for any block of samples, and back again for its coefficients after quantisation (by steps up to 255); sums of
8-bit coefficients fit whatever they are, up to 1173.  `inverse` itself counts in 64 bits and takes what a damaged file
may hold.  The entries come from twelve rounded constants of the graph in libjpeg's jfdctint.c and jidctint.c (method
"islow", after Loeffler et al., see `dct_flow`), so that its decoded samples are ours; they are within 1.2 units of
sqrt(8) * COSINES.  Chapter 13.

Sources: ITU-T T.81, 1992, A.3.1 (samples less 128) and A.3.3; for its accuracy IEEE Std 1180-1990, whose procedure
lives on in ISO/IEC 23002-1.
"""

import numpy as np

from ..core.codec import check_array
from ..core.kernels import kernel
from .dct import SIDE, check_table

_HALF = np.array([
    [8192, 8192, 8192, 8192],
    [11363, 9633, 6437, 2260],
    [10703, 4433, -4433, -10703],
    [9633, -2259, -11362, -6436],
    [8192, -8192, -8192, 8192],
    [6437, -11362, 2261, 9633],
    [4433, -10704, 10704, -4433],
    [2260, -6436, 9633, -11363],
])  # fmt: skip

MATRIX = np.hstack([_HALF, _HALF[:, ::-1] * np.array([[1], [-1]] * 4)])
"""(8, 8) int64: 2**13 * sqrt(8) times the matrix of the DCT-II; odd rows are odd about the middle, even ones even."""

SHIFTS = {8: (11, 15, 18), 12: (12, 14, 17)}
"""By bits of a sample: how far the first pass shifts, and the second one of `forward` and of `inverse`."""

LARGEST = 1 << 31
"""Of a coefficient: its sums stay below 2**53, so that doubles, all that a script in a browser has, are exact too."""


def forward(blocks: np.ndarray, depth: int = 8) -> np.ndarray:
    """Return eight times the coefficients, int64, of blocks of samples less half their range.

    blocks: (..., 8, 8) integers of -128 to 127, or -2048 to 2047 for a `depth` of 12; `ValueError` for others.

    >>> forward(np.full((8, 8), 10))[0].tolist()
    [640, 0, 0, 0, 0, 0, 0, 0]
    """
    first, second, _ = _shifts(depth)
    half = 1 << depth - 1
    blocks = _checked("samples", blocks, -half, half - 1)
    return _pass(_pass(blocks.reshape(-1, SIDE, SIDE), MATRIX, first), MATRIX, second).reshape(blocks.shape)


def inverse(coefficients: np.ndarray, depth: int = 8) -> np.ndarray:
    """Return the samples less half their range, int64, that the coefficients stand for; they may lie beyond the range.

    coefficients: (..., 8, 8) integers of at most 2**31, not eight times them; `ValueError` for others.

    >>> inverse(np.pad([[80]], (0, 7)))[0].tolist()
    [10, 10, 10, 10, 10, 10, 10, 10]
    """
    first, _, second = _shifts(depth)
    blocks = _checked("coefficients", coefficients, -LARGEST, LARGEST)
    back = np.ascontiguousarray(MATRIX.T)
    turned = np.ascontiguousarray(blocks.reshape(-1, SIDE, SIDE).swapaxes(1, 2))
    samples = _pass(_pass(turned, back, first), back, second)
    return np.ascontiguousarray(samples.swapaxes(1, 2)).reshape(blocks.shape)


def quantise(coefficients: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Return the levels, int64: coefficient / step to the nearest, halves away from zero.

    coefficients: (..., 8, 8) of `forward`, eight times as large as they are.  table: (8, 8) steps, 1 to 65535.

    >>> quantise(np.full((8, 8), -100), np.full((8, 8), 5))[0, 0]
    np.int64(-3)
    """
    eightfold, steps = _checked("coefficients", coefficients, -LARGEST, LARGEST), check_table(table)
    return np.sign(eightfold) * ((abs(eightfold) + 4 * steps) // (8 * steps))


def dequantise(levels: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Return the coefficients, int64, for which levels stand: level times step."""
    return _checked("levels", levels, -LARGEST, LARGEST) * check_table(table)


def _shifts(depth):
    """Return the shifts for samples of so many bits; `ValueError` for depths other than 8 and 12."""
    if isinstance(depth, bool) or not isinstance(depth, int | np.integer) or depth not in SHIFTS:
        raise ValueError(f"depth is 8 or 12, not {depth!r}")
    return SHIFTS[depth]


def _checked(name, blocks, low, high):
    """Return blocks as int64; `ValueError` where they are no 8x8 whole numbers from `low` to `high`."""
    dimensions = getattr(blocks, "ndim", 2)
    blocks = check_array(name, blocks, (dimensions,), low, high)
    if blocks.shape[-2:] != (SIDE, SIDE):
        raise ValueError(f"{name} are (..., 8, 8), not {blocks.shape}")
    return blocks


@kernel
def _pass(blocks, matrix, shift):
    """Return the transform of each row of (n, 8, 8) int64 blocks, shifted and rounded, as the column of its number.

    So two passes do the rows and then the columns, and bring everything back to its place.
    """
    out, half = np.empty_like(blocks), 1 << shift - 1
    for n in range(len(blocks)):
        for i in range(8):
            for k in range(8):
                total = half
                for j in range(8):
                    total += matrix[k, j] * blocks[n, i, j]
                out[n, k, i] = total >> shift
    return out
