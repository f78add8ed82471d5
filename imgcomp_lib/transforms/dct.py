"""The discrete cosine transform of 8x8 samples, the zigzag order, and the quantisation tables of JPEG.

    plane (height, width)  --to_blocks-->  (rows, columns, 8, 8)  --forward-->  coefficients, vertical frequency first
                           <-from_blocks-                         <--inverse--

A coefficient at [v, u] counts v half waves from top to bottom and u from left to right, so [0, 0] is eight times the
mean.  Floats here, orthonormal; `dct_integer` has the whole numbers that a file needs, `dct_flow` the fast way.
Chapter 13.

Sources: N. Ahmed, T. Natarajan and K. R. Rao, "Discrete cosine transform", IEEE Trans. Computers C-23(1), 1974,
doi:10.1109/T-C.1974.223784; ITU-T T.81, 1992, A.3.3, A.3.6 (zigzag) and Annex K.1; for the scaling of the tables
`jpeg_quality_scaling` and `jpeg_add_quant_table` in the file jcparam.c of libjpeg.
"""

import math

import numpy as np

from ..core.codec import MAX_PIXELS, check_array, check_number

SIDE = 8

COSINES = np.cos(np.outer(np.arange(8), 2 * np.arange(8) + 1) * np.pi / 16) / 2
COSINES[0] /= math.sqrt(2)
"""(8, 8) float64, the orthonormal matrix of the DCT-II: the coefficients of a block are COSINES @ block @ COSINES.T."""

LUMINANCE_TABLE = np.array([
    [16, 11, 10, 16, 24, 40, 51, 61],
    [12, 12, 14, 19, 26, 58, 60, 55],
    [14, 13, 16, 24, 40, 57, 69, 56],
    [14, 17, 22, 29, 51, 87, 80, 62],
    [18, 22, 37, 56, 68, 109, 103, 77],
    [24, 35, 55, 64, 81, 104, 113, 92],
    [49, 64, 78, 87, 103, 121, 120, 101],
    [72, 92, 95, 98, 112, 100, 103, 99],
])  # fmt: skip
"""(8, 8) int64, the quantisation table for luminance that JPEG gives as an example (ITU-T T.81, Table K.1).

Both weights of PSNR-HVS come from it: sensitivity 25.73509/table, masking (10/table)**2.
"""

CHROMINANCE_TABLE = np.full((8, 8), 99)
"""(8, 8) int64, the example for chrominance (ITU-T T.81, Table K.2)."""
CHROMINANCE_TABLE[:4, :4] = [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]]

_BY_DIAGONAL = [(y + x, (x, y)[(y + x) % 2], 8 * y + x) for y in range(8) for x in range(8)]

ZIGZAG = np.array([place for *_, place in sorted(_BY_DIAGONAL)])
"""(64,) int64: where the nth coefficient of the zigzag stands in a block read row by row.

A diagonal of even number runs upwards, one of odd number downwards.  `blocks.reshape(-1, 64)[:, ZIGZAG]` puts blocks
into this order, `rows[:, np.argsort(ZIGZAG)]` takes them out of it.
"""


def forward(blocks: np.ndarray) -> np.ndarray:
    """Return the coefficients, (..., 8, 8) float64, of blocks of samples: the orthonormal two-dimensional DCT-II.

    blocks: (..., 8, 8) numbers, finite; `ValueError` for others.

    >>> forward(np.full((8, 8), 10.0))[0, 0].round(9)
    np.float64(80.0)
    """
    return COSINES @ _checked("blocks", blocks) @ COSINES.T


def inverse(coefficients: np.ndarray) -> np.ndarray:
    """Return the samples, (..., 8, 8) float64, of which `forward` made `coefficients`: each cosine times its weight."""
    return COSINES.T @ _checked("coefficients", coefficients) @ COSINES


def to_blocks(plane: np.ndarray) -> np.ndarray:
    """Return a plane in blocks, (rows, columns, 8, 8), of the plane's own type.

    plane: (height, width) numbers, not empty; `ValueError` for others.  Where a side is no multiple of 8, its last row
    or column is repeated: a repeated sample makes no edge, and an edge costs coefficients.

    >>> to_blocks(np.arange(12).reshape(1, 12))[0, 1, 7].tolist()
    [8, 9, 10, 11, 11, 11, 11, 11]
    """
    plane = np.asarray(plane) if isinstance(plane, np.ndarray | list | tuple) else np.zeros(())
    if plane.ndim != 2 or not 0 < plane.size <= MAX_PIXELS or plane.dtype.kind not in "biuf":
        raise ValueError(f"a plane is (height, width) numbers, not {plane.shape} {plane.dtype}")
    padded = np.pad(plane, [(0, -side % SIDE) for side in plane.shape], "edge")
    rows, columns = (side // SIDE for side in padded.shape)
    return np.ascontiguousarray(padded.reshape(rows, SIDE, columns, SIDE).swapaxes(1, 2))


def from_blocks(blocks: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return the plane, (height, width), of which `to_blocks` made `blocks`.

    blocks: (rows, columns, 8, 8); `ValueError` where these are not the blocks of such a plane.
    """
    shape = getattr(blocks, "shape", None)
    height, width = (check_number("a side", side, 1, MAX_PIXELS) for side in (height, width))
    rows, columns = -(-height // SIDE), -(-width // SIDE)
    if shape != (rows, columns, SIDE, SIDE):
        raise ValueError(f"a plane of {height} x {width} has blocks of {(rows, columns, SIDE, SIDE)}, not {shape}")
    return np.ascontiguousarray(blocks.swapaxes(1, 2).reshape(SIDE * rows, SIDE * columns)[:height, :width])


def scaled(table: np.ndarray, quality: int) -> np.ndarray:
    """Return a quantisation table for a quality of 1, worst, to 100, best, as libjpeg scales it; steps of 1 to 255.

    table: (8, 8) whole numbers from 1 to 65535, at quality 50 taken as they are.  Up to there the steps are multiplied
    by 50 / quality, beyond it by 2 - quality / 50; at quality 100 all are 1.

    >>> scaled(LUMINANCE_TABLE, 75)[0, :3].tolist(), scaled(LUMINANCE_TABLE, 10)[0, :3].tolist()
    ([8, 6, 5], [80, 55, 50])
    """
    quality = check_number("quality", quality, 1, 100)
    per_cent = 5000 // quality if quality < 50 else 200 - 2 * quality
    return np.clip((check_table(table) * per_cent + 50) // 100, 1, 255)


def check_table(table) -> np.ndarray:
    """Return a quantisation table as (8, 8) int64; `ValueError` where it is none, its steps from 1 to 65535."""
    table = check_array("steps of a table", table, (2,), 1, 65535)
    if table.shape != (SIDE, SIDE):
        raise ValueError(f"a quantisation table is 8 x 8, not {table.shape}")
    return table


def _checked(name, blocks):
    """Return blocks as float64; `ValueError` where they are no 8x8 finite numbers."""
    blocks = np.asarray(blocks) if isinstance(blocks, np.ndarray | list | tuple) else np.zeros(())
    if blocks.shape[-2:] != (SIDE, SIDE) or blocks.dtype.kind not in "biuf" or not np.isfinite(blocks).all():
        raise ValueError(f"{name} are (..., 8, 8) finite numbers, not {blocks.shape} {blocks.dtype}")
    return blocks.astype(np.float64)
