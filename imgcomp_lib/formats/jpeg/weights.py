"""What an error of a coefficient costs, by what a picture is to be measured with.

    psnr      its square, as it arrives in red, green and blue
    hvs       its square over that of the step in the standard's example: how well an eye sees the frequency
    msssim    its square over what is there already: at each scale, over the variance around the block

The square of an error costs `weights[block] @ shares[:, k]`, so that blocks may weigh unlike.  MS-SSIM compares
contrast and structure in windows at five scales; in each an error costs its variance over that of the picture, plus a
constant.  How much of a coefficient is left at a scale, and how much of that a window takes for its mean, depends on
its frequency alone, and is a product of one in rows and one in columns.  Measured on photographs, the variance that
counts is luma's, once and not twice, since blocks with much of it lose most of it; and the finest scale, which counts
least, may take its weights from the next.  Chapter 14.

Sources: Z. Wang, E. P. Simoncelli, A. C. Bovik, "Multiscale structural similarity for image quality assessment",
Asilomar 2003, doi:10.1109/ACSSC.2003.1292216; K. Egiazarian et al., "New full-reference quality metrics based on HVS",
VPQM 2006; ITU-T T.81, 1992, Tables K.1 and K.2.
"""

import functools

import numpy as np

from ...core.kernels import kernel
from ...transforms.dct import CHROMINANCE_TABLE, COSINES, LUMINANCE_TABLE, ZIGZAG
from .chroma import SHARES

TUNES = "psnr", "msssim", "hvs"

SCALES = 0.0448, 0.2856, 0.3001, 0.2363, 0.1333
"""Exponents of the five scales, from full size to a sixteenth (Wang et al., 2003)."""

CONSTANT = (0.03 * 255) ** 2
"""What MS-SSIM adds to variances, so that nothing is divided by 0."""

REACH = 5
TAPS = np.exp(-(np.arange(-REACH, REACH + 1) ** 2) / (2 * 1.5**2))
TAPS /= TAPS.sum()
"""The window, in rows and in columns."""

_ROWS, _COLUMNS = ZIGZAG >> 3, ZIGZAG & 7


def _costs_of(tune, luma, blocks):
    """Return shares, (m, 64), and weights, (rows, columns, m), of each component's errors, luma first.

    blocks: for each component its rows and columns of blocks, and the pixels of a sample down and across.
    """
    if tune == "msssim":
        calm = _calm(luma, blocks[:2])
        return [(_similar(i, *factors), calm[min(i, 1)]) for i, (_, _, *factors) in enumerate(blocks)]
    shares = [_visible(i) if tune == "hvs" else _arriving(i, *factors) for i, (_, _, *factors) in enumerate(blocks)]
    return [(share, np.ones((rows, columns, 1))) for share, (rows, columns, *_) in zip(shares, blocks, strict=True)]


def _amount(component):
    """Return the mean of the squares in red, green and blue that a unit of a component adds."""
    return (SHARES[component - 1] ** 2).mean() if component else 1.0


def _arriving(component, down, across):
    """Return the shares of errors in red, green and blue together, as a decoder draws them."""
    return _amount(component) * (_left(down)[0][0, _ROWS] * _left(across)[0][0, _COLUMNS])[None]


def _visible(component):
    """Return the shares of errors as an eye sees them; luma's mean counts 1."""
    table = CHROMINANCE_TABLE if component else LUMINANCE_TABLE
    return (LUMINANCE_TABLE[0, 0] / table.ravel()[ZIGZAG][None]) ** 2


def _similar(component, down, across):
    """Return the shares of errors at four scales; the first row is for the two finest."""
    (rows, row_means), (columns, column_means) = _left(down), _left(across)
    found = rows[:, _ROWS] * columns[:, _COLUMNS] - row_means[:, _ROWS] * column_means[:, _COLUMNS]
    found *= np.array(SCALES)[:, None] * _amount(component)
    return np.vstack([found[:1] + found[1:2], found[2:]])


@functools.cache
def _left(factor):
    """Return what is left of each frequency's square at each scale, (5, 8), and what of that a window takes for a mean.

    factor: pixels of a sample.  In units of a pixel's square at that scale; means over where a block may lie.
    """
    whole, mean = np.zeros((2, len(SCALES), 8))
    starts = range(0, 16, min(8 * factor, 16))
    for k in range(8):
        for start in starts:
            row = np.zeros(480)
            row[224 + start : 224 + start + 8 * factor] = COSINES[k].repeat(factor)
            row = np.convolve(row, [0.25, 0.5, 0.25], "same") if factor == 2 else row  # as a decoder draws it
            for scale in range(len(SCALES)):
                whole[scale, k] += (row**2).sum() * 2**scale / len(starts)
                mean[scale, k] += (np.convolve(row, TAPS) ** 2).sum() * 2**scale / len(starts)
                row = row.reshape(-1, 2).mean(1)
    return whole, mean


def _calm(luma, blocks):
    """Return how little goes on around each block at four scales: means of 1 / (variance + `CONSTANT`)."""
    found = [np.empty((rows, columns, len(SCALES) - 1)) for rows, columns, *_ in blocks]
    for scale in range(1, len(SCALES)):
        luma = np.pad(luma, [(0, side % 2) for side in luma.shape], "edge")
        luma = (luma[::2, ::2] + luma[1::2, ::2] + luma[::2, 1::2] + luma[1::2, 1::2]) / 4
        variances = _smooth(luma * luma) - _smooth(luma) ** 2
        quiet = _smooth(1 / (np.maximum(variances, 0) + CONSTANT))
        for out, (_, _, down, across) in zip(found, blocks, strict=True):
            _over_blocks(quiet, 8 * down, 8 * across, scale, out[:, :, scale - 1])
    return found


def _smooth(plane):
    """Return the means of a plane in windows around each sample; beyond an edge stands what stands at it."""
    for _ in range(2):
        padded, out = np.pad(plane, ((REACH, REACH), (0, 0)), "edge"), np.zeros(plane.shape)
        _windows(padded, TAPS, out)
        plane = np.ascontiguousarray(out.T)
    return plane


@kernel
def _windows(padded, taps, out):
    """Add to `out` the weighted means of as many rows as there are taps."""
    for i in range(len(out)):
        total = out[i]
        for j in range(len(taps)):
            row, tap = padded[i + j], taps[j]
            for x in range(len(total)):
                total[x] += tap * row[x]


@kernel
def _over_blocks(plane, down, across, scale, out):
    """Fill `out` with the means of a plane over blocks of down x across pixels, 2**scale of which are one in it."""
    height, width = max(down >> scale, 1), max(across >> scale, 1)
    for i in range(out.shape[0]):
        top = min(i * down >> scale, len(plane) - 1)
        bottom = min(top + height, len(plane))
        for j in range(out.shape[1]):
            left = min(j * across >> scale, plane.shape[1] - 1)
            right = min(left + width, plane.shape[1])
            total = 0.0
            for y in range(top, bottom):
                for x in range(left, right):
                    total += plane[y, x]
            out[i, j] = total / ((bottom - top) * (right - left))
