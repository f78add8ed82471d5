"""Bands in one array, and the coefficients of a region: by hand, and against changing each of them."""

import numpy as np
import pytest
from conftest import pattern

from imgcomp_lib.transforms import dwt, mosaic

SHAPES = [(8, 8), (13, 22), (1, 9), (9, 1), (1, 1), (2, 3)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("levels", [0, 1, 3])
def test_bands_are_joined_and_taken_apart(shape, levels):
    low, details = dwt.forward(pattern(*shape), levels, "5/3")
    whole = mosaic.joined(low, details)
    assert whole.shape == shape
    again, others = mosaic.apart(whole, levels)
    assert np.array_equal(again, low) and len(others) == levels
    for ours, theirs in zip(others, details, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))


def test_each_band_has_its_place():
    bands = [np.full((1, 1), v) for v in range(4)], [np.full((2, 2), v) for v in range(4, 7)]
    assert mosaic.joined(bands[0][0], [tuple(bands[0][1:]), tuple(bands[1])]).tolist() == [
        [0, 1, 4, 4], [2, 3, 4, 4], [5, 5, 6, 6], [5, 5, 6, 6]]  # fmt: skip


@pytest.mark.parametrize("wavelet", dwt.WAVELETS)
@pytest.mark.parametrize("shape", [(16, 12), (9, 7), (1, 8), (5, 1)])
def test_a_region_needs_exactly_the_coefficients_that_move_it(wavelet, shape):
    """Change one coefficient of a transform of zeros at a time: what moves is what stands in a row of this table."""
    levels, rng = 2, np.random.default_rng(3)
    moved = []
    for place in np.ndindex(shape):
        one = np.zeros(shape)
        one[place] = 1
        moved.append(abs(dwt.inverse(*mosaic.apart(one, levels), wavelet)) > 1e-12)
    for share in (0.02, 0.2, 0.7):
        region = rng.random(shape) < share
        wanted = np.array([(picture & region).any() for picture in moved]).reshape(shape)
        found = mosaic.needed(region, levels, wavelet)
        assert not (wanted & ~found).any(), "a coefficient that moves the region is missing"
        assert (found & ~wanted).sum() <= found.sum() // 4, "sums that vanish by chance are few"


def test_a_region_by_hand():
    """5/3, one pixel at place 3: it is H1 plus half of L1 and L2, and these lean on H0, H1 and H2."""
    region = np.zeros((1, 8), bool)
    region[0, 3] = True
    assert mosaic.needed(region, 1, "5/3")[0].nonzero()[0].tolist() == [1, 2, 4, 5, 6]
    region[0, :] = [1, 0, 0, 0, 0, 0, 0, 0]  # place 0 is L0 less half of H0, which is mirrored
    assert mosaic.needed(region, 1, "5/3")[0].nonzero()[0].tolist() == [0, 4]


def test_the_wrong_kind_is_refused():
    low, details = dwt.forward(pattern(8, 8), 2, "5/3")
    for bad in (None, details[0], [details[0][:2]], [details[1], details[0]]):
        with pytest.raises(ValueError, match=r"band|details"):
            mosaic.joined(low, bad)
    with pytest.raises(ValueError, match="levels"):
        mosaic.apart(pattern(4, 4), -1)
    for region, wavelet in ((pattern(4, 4), "5/3"), (np.zeros((4, 4), bool), "db2"), ([[True]], "5/3")):
        with pytest.raises(ValueError, match=r"region|wavelet"):
            mosaic.needed(region, 1, wavelet)
