"""The discrete cosine transform of 8x8 samples, and the table that says how well an eye sees each of its frequencies.

Source: ITU-T T.81, 1992, A.3.3 and Table K.1.
"""

import math

import numpy as np

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
