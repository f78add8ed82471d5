"""The 8x8 DCT against its definition, by hand and SciPy's; blocks and their edges; zigzag; JPEG's tables."""

import io
import math

import numpy as np
import pytest
from conftest import pattern
from PIL import Image
from scipy.fft import dctn, idctn

from imgcomp_lib.transforms import dct
from imgcomp_lib.transforms.dct import CHROMINANCE_TABLE, COSINES, LUMINANCE_TABLE, ZIGZAG

RNG = np.random.default_rng(0)
BLOCK = RNG.integers(0, 256, (8, 8)).astype(float)
BLOCKS = RNG.normal(0, 100, (5, 7, 8, 8))


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
    assert np.isclose(dct.forward(BLOCK)[v, u], total / 4)


def test_by_hand():
    """A flat block is its mean times 8; a step from 0 to 1 in the middle of each row has odd frequencies and a mean.

    Along a row 4 / sqrt(8) for the mean, and for frequency u the sum of the last four cosines, halved; down a column
    all eight samples are alike, sqrt(8) times one.
    """
    assert np.allclose(dct.forward(np.full((8, 8), 3)), np.pad([[24.0]], (0, 7)))
    step = np.tile([0, 0, 0, 0, 1, 1, 1, 1], (8, 1))
    half = [sum(math.cos((2 * x + 1) * u * math.pi / 16) for x in (4, 5, 6, 7)) for u in range(1, 8)]
    row = [4, *(math.sqrt(2) * total for total in half)]
    found = dct.forward(step)
    assert np.allclose(found[0], row) and np.allclose(found[1:], 0)
    assert row[0] == 4 and row[1] == pytest.approx(-3.624510) and np.allclose(row[2::2], 0)


def test_as_scipy_has_it():
    assert abs(dct.forward(BLOCKS) - dctn(BLOCKS, axes=(2, 3), norm="ortho")).max() < 1e-10
    assert abs(dct.inverse(BLOCKS) - idctn(BLOCKS, axes=(2, 3), norm="ortho")).max() < 1e-10


def test_reconstruction_is_perfect_and_energy_stays():
    """Parseval: the squares of the coefficients add up to those of the samples."""
    coefficients = dct.forward(BLOCKS)
    assert abs(dct.inverse(coefficients) - BLOCKS).max() < 1e-10
    assert np.allclose((coefficients**2).sum((2, 3)), (BLOCKS**2).sum((2, 3)))


@pytest.mark.parametrize("shape", [(1, 1), (8, 8), (9, 15), (16, 24), (1, 17)])
@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float64])
def test_a_plane_is_cut_and_put_together(shape, dtype):
    plane = pattern(*shape).astype(dtype)
    blocks = dct.to_blocks(plane)
    assert blocks.shape == (-(-shape[0] // 8), -(-shape[1] // 8), 8, 8) and blocks.dtype == dtype
    back = dct.from_blocks(blocks, *shape)
    assert back.dtype == dtype and np.array_equal(back, plane)


def test_edges_are_repeated():
    blocks = dct.to_blocks(np.arange(99).reshape(9, 11))
    assert blocks[0, 0, 3, 5] == 3 * 11 + 5 and blocks[0, 1, 3].tolist() == [41, 42, 43, 43, 43, 43, 43, 43]
    assert (blocks[1, 0] == blocks[1, 0, 0]).all() and (blocks[1, 1, :, 3:] == 98).all()


def test_wild_blocks_and_planes_are_refused():
    for wild in (np.zeros((8, 7)), np.zeros(64), "wild", np.full((8, 8), np.nan), np.zeros((8, 8), complex), None):
        with pytest.raises(ValueError, match="finite numbers"):
            dct.forward(wild)
        with pytest.raises(ValueError, match="coefficients are"):
            dct.inverse(wild)
    for wild in (np.zeros(8), np.zeros((0, 8)), np.zeros((2, 2, 3)), "wild", np.array([["a"]])):
        with pytest.raises(ValueError, match="a plane is"):
            dct.to_blocks(wild)
    with pytest.raises(ValueError, match=r"a plane of 9 x 8 has blocks of \(2, 1, 8, 8\), not \(1, 1, 8, 8\)"):
        dct.from_blocks(np.zeros((1, 1, 8, 8)), 9, 8)
    with pytest.raises(ValueError, match="a side"):
        dct.from_blocks(np.zeros((1, 1, 8, 8)), 0, 8)


def test_the_zigzag_of_the_standard():
    """ITU-T T.81, Figure A.6: the number of each coefficient in the order in which it is sent."""
    numbers = np.argsort(ZIGZAG).reshape(8, 8)
    assert numbers[0].tolist() == [0, 1, 5, 6, 14, 15, 27, 28] and numbers[1].tolist() == [2, 4, 7, 13, 16, 26, 29, 42]
    assert numbers[7].tolist() == [35, 36, 48, 49, 57, 58, 62, 63] and numbers[4, 3] == 32
    places = np.array(np.divmod(ZIGZAG, 8)).T
    steps = abs(np.diff(places, axis=0))
    assert steps.max() == 1 and sorted(ZIGZAG) == list(range(64))


def as_written(quality, colour):
    """Return the tables that libjpeg writes, in the order of rows."""
    file = io.BytesIO()
    Image.new("RGB" if colour else "L", (8, 8)).save(file, "JPEG", quality=quality)
    return Image.open(file).quantization


def test_the_tables_are_those_that_libjpeg_writes():
    """At quality 50 it takes tables K.1 and K.2 as they are."""
    assert as_written(50, True) == {0: LUMINANCE_TABLE.ravel().tolist(), 1: CHROMINANCE_TABLE.ravel().tolist()}


def test_tables_are_scaled_as_by_libjpeg_at_every_quality():
    for quality in range(1, 101):
        tables = [dct.scaled(table, quality).ravel().tolist() for table in (LUMINANCE_TABLE, CHROMINANCE_TABLE)]
        assert list(as_written(quality, True).values()) == tables
        assert min(map(min, tables)) >= 1 and max(map(max, tables)) <= 255


def test_wild_tables_and_qualities_are_refused():
    for quality in (0, 101, 50.0, "best"):
        with pytest.raises(ValueError, match="quality is a whole number from 1 to 100"):
            dct.scaled(LUMINANCE_TABLE, quality)
    for table in (LUMINANCE_TABLE * 0, LUMINANCE_TABLE / 2, LUMINANCE_TABLE * 600):
        with pytest.raises(ValueError, match="steps of a table"):
            dct.scaled(table, 50)
    with pytest.raises(ValueError, match="8 x 8, not"):
        dct.scaled(np.ones((8, 7), int), 50)
