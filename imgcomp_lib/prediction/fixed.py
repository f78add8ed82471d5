"""Predictive coding (DPCM) with fixed predictors: keep only what a guess from the samples already seen missed.

            NN NNE                       x is the sample to guess.  All the named ones came before it in reading
        NW  N  NE       c b d            order, so a decoder has them too.  T.87 calls four of them a, b, c and d.
    WW  W   x           a x

A residual is `x - guess`, kept modulo 2**depth: a sample of 8 bits has a residual of 8 bits, and -1 is written 255.
Outside the picture the rules of JPEG-LS hold (T.87, A.2.1): above the first row all is 0; left of a row and right of
it stands the sample above the row's first or last one.  Chapter 9.

Sources: A. W. Paeth, "Image file compression made easy", Graphics Gems II, 1991.  M. J. Weinberger, G. Seroussi and
G. Sapiro, "The LOCO-I lossless image compression algorithm", IEEE Trans. Image Processing 9(8), 2000,
doi:10.1109/83.855427 (the median edge detector).  X. Wu and N. Memon, "Context-based, adaptive, lossless image
coding", IEEE Trans. Communications 45(4), 1997, doi:10.1109/26.585919 (the gradient-adjusted predictor).
"""

import numpy as np

from ..core.codec import check_number
from ..core.kernels import kernel

NONE, LEFT, UP, PAETH, MED, GAP = range(6)
PREDICTORS = {"none": NONE, "left": LEFT, "up": UP, "paeth": PAETH, "med": MED, "gap": GAP}
"""The number of each predictor: a kernel takes a number, since a function as an argument would not be cached."""

STEEP, SLANTED, SLIGHT = 80, 32, 8
"""Slopes of 8-bit samples from which the gradient-adjusted guess leans on W or N alone, half, a quarter (Wu, Memon)."""


def residuals(image: np.ndarray, predictor: str, depth: int = 0) -> np.ndarray:
    """Return what the predictor of that name misses, modulo 2**depth: the same shape and type as `image`.

    image: uint8 or uint16, `(height, width)` or `(height, width, planes)`, each plane for itself.
    depth: bits of a sample, 8 or more; 0 takes all that the type has.
    `ValueError` for another predictor, type or depth, or a sample that the depth has no room for.

    >>> residuals(np.array([[10, 12, 11], [10, 12, 14]], np.uint8), "left")
    array([[ 10,   2, 255],
           [  0,   2,   2]], dtype=uint8)
    """
    return _code_planes(image, predictor, depth, False)


def restore(residuals: np.ndarray, predictor: str, depth: int = 0) -> np.ndarray:
    """Return the image of which `residuals` are what the predictor misses: the way back, with the same arguments.

    >>> restore(np.array([[10, 2, 255], [0, 2, 2]], np.uint8), "left")
    array([[10, 12, 11],
           [10, 12, 14]], dtype=uint8)
    """
    return _code_planes(residuals, predictor, depth, True)


def centre(residuals: np.ndarray, depth: int = 0) -> np.ndarray:
    """Return residuals, uint8 or uint16 of any shape, as signed int64 from -2**(depth - 1): 255 means -1 again.

    >>> centre(np.array([0, 2, 255], np.uint8))
    array([ 0,  2, -1])
    """
    half = 1 << _checked_depth(residuals, depth) - 1
    return (residuals.astype(np.int64) + half) % (2 * half) - half


@kernel
def paeth(a, b, c):
    """Return whichever of left `a`, up `b` and upper left `c`, integers, is nearest to a + b - c; ties: a, then b."""
    guess = a + b - c
    if abs(guess - a) <= abs(guess - b) and abs(guess - a) <= abs(guess - c):
        return a
    return b if abs(guess - b) <= abs(guess - c) else c


@kernel
def med(a, b, c):
    """Return the median of `a`, `b` and a + b - c: at an edge a or b, in smooth parts the plane through all three."""
    if c >= max(a, b):
        return min(a, b)
    if c <= min(a, b):
        return max(a, b)
    return a + b - c


@kernel
def gap(W, N, NW, NE, WW, NN, NNE, depth):
    """Return the gradient-adjusted guess: W or N beside a sharp edge, in between a blend, within 0 to 2**depth - 1.

    All samples are int64; depth: 8 or more.
    """
    slope = (abs(W - NW) + abs(N - NN) + abs(NE - NNE)) - (abs(W - WW) + abs(N - NW) + abs(N - NE))
    slope >>= depth - 8  # the thresholds of the paper are those of 8 bits
    if slope > STEEP:  # steep downwards, flat across: a horizontal edge
        return W
    if slope < -STEEP:
        return N
    guess = ((W + N) >> 1) + ((NE - NW) >> 2)
    if slope > SLANTED:
        guess = (guess + W) >> 1
    elif slope > SLIGHT:
        guess = (3 * guess + W) >> 2
    elif slope < -SLANTED:
        guess = (guess + N) >> 1
    elif slope < -SLIGHT:
        guess = (3 * guess + N) >> 2
    return min(max(guess, 0), (1 << depth) - 1)


@kernel
def guess_at(R, y, x, predictor, depth):
    """Return the guess for R[y, x], where `R`, int64, has two columns and two rows in front and one column behind."""
    if predictor == LEFT:
        return R[y, x - 1]
    if predictor == UP:
        return R[y - 1, x]
    if predictor == PAETH:
        return paeth(R[y, x - 1], R[y - 1, x], R[y - 1, x - 1])
    if predictor == MED:
        return med(R[y, x - 1], R[y - 1, x], R[y - 1, x - 1])
    if predictor == GAP:
        W, N, NW, NE = R[y, x - 1], R[y - 1, x], R[y - 1, x - 1], R[y - 1, x + 1]
        return gap(W, N, NW, NE, R[y, x - 2], R[y - 2, x], R[y - 2, x + 1], depth)
    return 0 * R[y, x]  # NONE; an int64 like the others


def _checked_depth(samples, depth):
    """Return how many bits a sample has; `ValueError` where `samples` are none, or one has more."""
    if not isinstance(samples, np.ndarray) or samples.dtype not in (np.uint8, np.uint16):
        raise ValueError(f"samples are an array of uint8 or uint16, not {getattr(samples, 'dtype', type(samples))}")
    full = 8 * samples.itemsize
    depth = check_number("depth", depth, 0, full) or full
    if depth < 8:
        raise ValueError(f"depth is 0 or a whole number from 8 to {full}, not {depth}")
    if samples.max(initial=0) >> depth:
        raise ValueError(f"a sample of {samples.max()} does not fit in a depth of {depth} bits")
    return depth


def _code_planes(image, predictor, depth, decoding):
    """Return the residuals of `image`, or the image of the residuals `image` if `decoding`, plane by plane."""
    if not isinstance(predictor, str) or predictor not in PREDICTORS:
        raise ValueError(f"no predictor is called {predictor!r}; there are {', '.join(PREDICTORS)}")
    depth = _checked_depth(image, depth)
    if image.ndim not in (2, 3):
        raise ValueError(f"an image has 2 or 3 dimensions, not {image.ndim}")
    planes = image[:, :, None] if image.ndim == 2 else image
    out = np.empty(planes.shape, image.dtype)
    for p in range(planes.shape[2]):
        samples = planes[:, :, p].astype(np.int64, order="C")
        _code_plane(samples, PREDICTORS[predictor], depth, decoding)
        out[:, :, p] = samples
    return out.reshape(image.shape)


@kernel
def _code_plane(samples, predictor, depth, decoding):
    """Turn the (height, width) int64 samples into residuals in place, or residuals into samples if `decoding`.

    The one walk of both sides: the frame R always holds samples, whichever of the two was given.
    """
    height, width = samples.shape
    R = np.zeros((height + 2, width + 3), np.int64)
    for y in range(2, height + 2):
        R[y, 0] = R[y, 1] = R[y - 1, 2]
        for x in range(2, width + 2):
            guess, given = guess_at(R, y, x, predictor, depth), samples[y - 2, x - 2]
            other = (given + guess if decoding else given - guess) & ((1 << depth) - 1)
            R[y, x], samples[y - 2, x - 2] = other if decoding else given, other
        R[y, width + 2] = R[y, width + 1]
