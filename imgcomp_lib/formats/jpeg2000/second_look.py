"""A second look at code blocks, once it is known what a bit is worth.

The first fitting says at which slope all blocks are cut: so much error a byte saves.  With that price

    a coefficient that stands alone, just above a power of two, may save less than its bits cost: it is left out, and
    all the blocks are coded again;
    each band is told a step a little smaller than the one that was used, since coefficients in an interval are more
    often in its lower half than in the upper one, and a decoder takes the middle.  The best factor is the one with
    which what is decoded comes closest to what there was: sum of (was x decoded) / sum of decoded squared.

Any decoder reads the outcome; only the choice is better.  Chapter 16.

Sources: K. Ramchandran and M. Vetterli, "Rate-distortion optimal fast thresholding with complete JPEG/MPEG decoder
compatibility", IEEE Trans. Image Processing 3(5), 1994, doi:10.1109/83.334978 (leaving out); ITU-T T.800, 2002, E.1.1.2
(the reconstruction point is the decoder's, the step the encoder's).
"""

import numpy as np

from ...core.codec import check_number
from .blocks import decode_block, encode_block, split
from .checks import check_kind
from .encoder import Picture, guarded
from .parameters import EXPOUNDED, Quantisation
from .rate_control import counts, gathered, least_slope

SHARE = 0.65
"""Of the slope, what a bit must save: with more, blocks lose what the contexts of their neighbours lived on."""

HEADER = 2
"""Bytes of packets' headers, about, for each block."""

MORE = 2
"""Bit planes below those that a block got at first which it may still get."""


def improved(picture: Picture, size: int) -> Picture:
    """Return a picture whose blocks are coded for a file of about `size` bytes; the same where all passes fit.

    `ValueError` for anything but a `Picture`.
    """
    check_kind(picture, Picture)
    room = max(check_number("size", size, 0, 1 << 62) - HEADER * len(picture.blocks.coded), 0)
    found = counts(picture.passes, room)
    slope = least_slope(picture.passes, found)
    if slope == 0.0:
        return picture
    blocks = picture.blocks
    coded = [_again(picture, i, slope, passes) for i, passes in enumerate(found.tolist())]
    blocks = blocks._replace(coded=coded)
    picture = picture._replace(blocks=blocks, passes=gathered(coded, blocks.weights))
    said = picture.quantisation
    if said.kind == EXPOUNDED:
        said = _told(picture, counts(picture.passes, room))
    return picture._replace(quantisation=guarded(said, blocks))


def _again(picture, number, slope, passes):
    """Return a block coded again, down to a few planes below its passes."""
    weight, band = picture.blocks.weights[number], picture.blocks.bands[number]
    last = max(0, picture.blocks.coded[number].planes - (passes + 2) // 3 - MORE)
    price = SHARE * slope / 8 / weight
    return encode_block(picture.blocks.values[number], _kind(band), picture.coding.style, last, price)


def _kind(band):
    """Return LL, HL, LH or HH for a band's number, LL first."""
    return (band - 1) % 3 + 1 if band else 0


def _told(picture, found) -> Quantisation:
    """Return the steps with which blocks of so many passes are decoded best."""
    blocks, count = picture.blocks, len(picture.quantisation.steps)
    products, squares = np.zeros(count), np.zeros(count)
    for block, weight, band, values, passes in zip(*blocks, found.tolist(), strict=True):
        decoded = _decoded(block, values.shape, _kind(band), passes, picture.coding.style)
        products[band] += weight * np.vdot(values, decoded)
        squares[band] += weight * np.vdot(decoded, decoded)
    factors = [p / s if s else 1.0 for p, s in zip(products, squares, strict=True)]
    pairs = zip(picture.quantisation.steps, factors, strict=True)
    return picture.quantisation._replace(steps=tuple(_scaled(*step, factor) for step, factor in pairs))


def _decoded(block, shape, kind, passes, style):
    """Return what a decoder makes of the first passes of a block, in steps."""
    segments, begin, done = [], 0, 0
    for count in split(passes, style):
        done += count
        segments.append(block.data[begin : block.ends[done - 1]])
        begin = block.ends[done - 1]
    return decode_block(segments, split(passes, style), block.planes, *shape, kind, style) / 2


def _scaled(exponent, mantissa, factor):
    """Return exponent and mantissa of a step times a factor between a half and 1; of others, as they are."""
    step = (2048 + mantissa) * min(max(factor, 0.5), 1.0)
    if step < 2048:
        exponent, step = exponent + 1, 2 * step
    return (exponent, min(round(step) - 2048, 2047)) if exponent < 32 else (exponent - 1, mantissa)
