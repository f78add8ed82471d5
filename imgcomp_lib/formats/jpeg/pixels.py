"""From an image to a frame: colours, fewer samples of chroma, the cosine transform, and levels by tables of steps.

    image  -->  Y Cb Cr  -->  planes of their own sizes  -->  blocks of 8x8  -->  coefficients  -->  levels

Beyond the right and lower edge stands what stands at it, up to a whole block; a block without samples, which only
completes an MCU, says that nothing changes.  Chapter 14.

Sources: ITU-T T.81, 1992, A.1 to A.3; ITU-T T.871 (JFIF), 2011, clause 7.
"""

import numpy as np

from ...core.codec import check_array, check_image
from ...core.kernels import kernel
from ...transforms.colour import to_ycbcr
from ...transforms.dct import ZIGZAG, check_table
from ...transforms.sampling import SCHEMES, fill_down
from .frame import Component, Frame, extent

SHIFT = 30
"""A numerator below 2**17 times 2**30 // d + 1, shifted by 30, is the numerator // d, for d up to 2**11."""


def to_frame(image: np.ndarray, tables: tuple, sampling: str = "4:2:0") -> Frame:
    """Return the frame of an image, grey or YCbCr.

    image: (height, width) or (height, width, 3) uint8.  tables: two of (8, 8) steps, 1 to 255, for luma and chroma.
    sampling: one of `transforms.sampling.SCHEMES`.  `ValueError` for others.
    """
    if check_image(image) != 8:
        raise ValueError("a JPEG file here has 8 bits a sample, not 16")
    if not isinstance(sampling, str) or sampling not in SCHEMES:
        raise ValueError(f"sampling is one of {', '.join(SCHEMES)}, not {sampling!r}")
    if not isinstance(tables, tuple | list) or len(tables) != 2:
        raise ValueError(f"tables are two, for luma and chroma, not {tables!r}")
    steps = [check_array("steps", check_table(table), (2,), 1, 255) for table in tables]
    height, width = image.shape[:2]
    if image.ndim == 2:
        return Frame(height, width, (_component(1, image, (1, 1), (1, 1), (height, width), steps[0]),), "grey")
    factors = SCHEMES[sampling]
    planes = np.empty((3, height, width), np.uint8)
    to_ycbcr(np.ascontiguousarray(image), planes)
    parts = [_component(1, planes[0], factors, factors, (height, width), steps[0])]
    for number in (2, 3):
        plane = np.empty(extent(height, width, (1, 1), factors).samples, np.uint8)
        fill_down(planes[number - 1], *factors, plane)
        parts.append(_component(number, plane, (1, 1), factors, (height, width), steps[1]))
    return Frame(height, width, tuple(parts), "ycbcr")


def _component(number, plane, factors, most, sides, steps):
    """Return a component of a plane of samples; factors are (down, across)."""
    levels = np.zeros((*extent(*sides, factors, most).stored, 64), np.int16)
    rows, columns = extent(*sides, factors, most).blocks
    _transform(np.ascontiguousarray(plane), steps.ravel(), ZIGZAG, levels[:rows, :columns])
    _complete(levels, rows, columns, *factors)
    return Component(number, factors[1], factors[0], steps.ravel()[ZIGZAG], levels)


def _complete(levels, rows, columns, down, across):
    """Give the blocks without samples the mean of the block before them in their MCU (A.2.4)."""
    for column in range(columns, levels.shape[1]):
        levels[:rows, column, 0] = levels[:rows, column - 1, 0]
    for row in range(rows, levels.shape[0]):
        last = levels[row - 1, across - 1 :: across, 0]
        levels[row, :, 0] = last.repeat(across)


@kernel
def _transform(plane, steps, zigzag, levels):
    """Fill `levels`, (rows, columns, 64) int16, with the quantised coefficients of a plane of uint8 samples.

    The graph of `dct_flow` in whole numbers; its sums and roundings are those of `dct_integer.forward`.
    """
    height, width = plane.shape
    block, inverses = np.empty((8, 8), np.int64), (1 << SHIFT) // (8 * steps) + 1
    for row in range(levels.shape[0]):
        for column in range(levels.shape[1]):
            for y in range(8):
                for x in range(8):
                    block[y, x] = int(plane[min(8 * row + y, height - 1), min(8 * column + x, width - 1)]) - 128
            for y in range(8):
                _eight(block, y, 0, 0, 1, 11)
            for x in range(8):
                _eight(block, 0, x, 1, 0, 15)
            for k in range(64):
                place = zigzag[k]
                value = block[place >> 3, place & 7]
                level = (abs(value) + 4 * steps[place]) * inverses[place] >> SHIFT
                levels[row, column, k] = level if value >= 0 else -level


@kernel
def _eight(block, y, x, down, across, shift):
    """Transform eight numbers of a block, the first at [y, x], in place, and divide by 2**shift, rounded.

    The constants are sums of entries of `dct_integer.MATRIX`.
    """
    x0, x1 = block[y, x], block[y + down, x + across]
    x2, x3 = block[y + 2 * down, x + 2 * across], block[y + 3 * down, x + 3 * across]
    x4, x5 = block[y + 4 * down, x + 4 * across], block[y + 5 * down, x + 5 * across]
    x6, x7 = block[y + 6 * down, x + 6 * across], block[y + 7 * down, x + 7 * across]
    half = 1 << shift - 1
    s0, s1, s2, s3 = x0 + x7, x1 + x6, x2 + x5, x3 + x4
    d0, d1, d2, d3 = x0 - x7, x1 - x6, x2 - x5, x3 - x4
    a0, a1, a2, a3 = s0 + s3, s1 + s2, s1 - s2, s0 - s3
    block[y, x] = ((a0 + a1) * 8192 + half) >> shift
    block[y + 4 * down, x + 4 * across] = ((a0 - a1) * 8192 + half) >> shift
    shared = (a2 + a3) * 4433
    block[y + 2 * down, x + 2 * across] = (shared + a3 * 6270 + half) >> shift
    block[y + 6 * down, x + 6 * across] = (shared - a2 * 15137 + half) >> shift
    z5 = (d3 + d1 + d2 + d0) * 9633
    z1, z2 = (d3 + d0) * -7373, (d2 + d1) * -20995
    z3, z4 = (d3 + d1) * -16069 + z5, (d2 + d0) * -3196 + z5
    block[y + 7 * down, x + 7 * across] = (d3 * 2446 + z1 + z3 + half) >> shift
    block[y + 5 * down, x + 5 * across] = (d2 * 16819 + z2 + z4 + half) >> shift
    block[y + 3 * down, x + 3 * across] = (d1 * 25172 + z2 + z3 + half) >> shift
    block[y + down, x + across] = (d0 * 12299 + z1 + z4 + half) >> shift
