"""The 8x8 DCT against its definition and SciPy's, and JPEG's table of an eye's sensitivity."""

import io
import math

import numpy as np
from PIL import Image
from scipy.fft import dctn

from imgcomp_lib.transforms.dct import COSINES, LUMINANCE_TABLE

BLOCK = np.random.default_rng(0).integers(0, 256, (8, 8)).astype(float)


def test_the_matrix_is_orthonormal():
    assert np.allclose(COSINES @ COSINES.T, np.eye(8))


def test_as_the_standard_defines_it():
    """ITU-T T.81, A.3.3, for the coefficient S_21: v is the vertical frequency."""
    v, u = 2, 1
    total = sum(
        BLOCK[y, x] * math.cos((2 * x + 1) * u * math.pi / 16) * math.cos((2 * y + 1) * v * math.pi / 16)
        for y in range(8)
        for x in range(8)
    )
    assert np.isclose((COSINES @ BLOCK @ COSINES.T)[v, u], total / 4)


def test_as_scipy_has_it():
    assert np.allclose(COSINES @ BLOCK @ COSINES.T, dctn(BLOCK, norm="ortho"))


def test_the_table_is_the_one_that_libjpeg_writes():
    """At quality 50 it takes table K.1 as it is."""
    file = io.BytesIO()
    Image.new("L", (8, 8)).save(file, "JPEG", quality=50)
    assert Image.open(file).quantization == {0: LUMINANCE_TABLE.ravel().tolist()}
