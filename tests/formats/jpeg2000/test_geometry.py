"""Areas of tiles, bands and code blocks: by hand, and by the two laws that they have to keep."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgcomp_lib.core.bits import Unsupported
from imgcomp_lib.formats.jpeg2000 import geometry
from imgcomp_lib.formats.jpeg2000.geometry import HH, HL, LH, LL, Area, Grid

ends = st.tuples(st.integers(0, 70), st.integers(0, 70), st.integers(1, 70), st.integers(1, 70))
areas = ends.map(lambda e: Area(e[0], e[1], e[0] + e[2], e[1] + e[3]))


def test_the_tiles_of_a_picture_that_begins_inside_the_first():
    grid = Grid(Area(3, 5, 20, 30), (8, 10), (2, 4))
    assert geometry.tile_counts(grid) == (3, 3)
    assert geometry.tile_area(grid, 0) == (3, 5, 10, 14)
    assert geometry.tile_area(grid, 4) == (10, 14, 18, 24)
    assert geometry.tile_area(grid, 8) == (18, 24, 20, 30)


def test_tiles_cover_the_picture_once():
    grid = Grid(Area(3, 5, 40, 33), (7, 9), (1, 2))
    rows, columns = geometry.tile_counts(grid)
    seen = np.zeros((40, 33), int)
    for number in range(rows * columns):
        top, left, bottom, right = geometry.tile_area(grid, number)
        seen[top:bottom, left:right] += 1
    assert (seen[3:, 5:] == 1).all() and seen.sum() == 37 * 28


def test_bands_of_one_halving_begin_where_their_parity_does():
    area = Area(1, 2, 6, 7)  # rows 1 to 5, columns 2 to 6: even rows 2 4, odd rows 1 3 5, even columns 2 4 6, odd 3 5
    assert geometry.band_area(area, 1, LL) == (1, 1, 3, 4)
    assert geometry.band_area(area, 1, HL) == (1, 1, 3, 3)
    assert geometry.band_area(area, 1, LH) == (0, 1, 3, 4)
    assert geometry.band_area(area, 1, HH) == (0, 1, 3, 3)


@given(areas, st.integers(0, 6))
def test_bands_have_as_many_coefficients_as_the_tile_has_samples(area, levels):
    found = geometry.resolutions(area, levels)
    assert sum(band.area.size for resolution in found for band in resolution.bands) == area.size
    assert found[-1].area == area
    for coarse, fine in itertools.pairwise(found):
        assert coarse.area.size + sum(band.area.size for band in fine.bands) == fine.area.size


@given(areas, st.integers(0, 4), st.integers(1, 6), st.integers(1, 6), st.integers(2, 5), st.integers(2, 5))
def test_each_coefficient_is_in_one_code_block_of_one_precinct(area, levels, down, across, high, wide):
    for resolution in geometry.resolutions(area, levels, ((down, across),), (high, wide)):
        for number, band in enumerate(resolution.bands):
            seen = np.zeros(tuple(map(max, band.area.shape, (0, 0))), int)
            for precinct in range(resolution.counts[0] * resolution.counts[1]):
                (rows, columns), found = geometry.blocks(resolution, number, precinct)
                assert len(found) == rows * columns
                for top, left, bottom, right in (found - np.array([*band.area[:2], *band.area[:2]])).tolist():
                    assert 0 < bottom - top <= 1 << high and 0 < right - left <= 1 << wide
                    seen[top:bottom, left:right] += 1
            assert (seen == 1).all()


def test_precincts_and_code_blocks_by_hand():
    first, second = geometry.resolutions(Area(0, 0, 100, 70), 1, ((4, 5), (5, 6)), (3, 6))
    assert first.area == (0, 0, 50, 35) and first.counts == (4, 2)
    assert second.counts == (4, 2)
    assert second.bands[0] == (HL, 1, (0, 0, 50, 35), (4, 5), (3, 5))
    shape, areas = geometry.blocks(second, 0, 7)  # rows 48 to 63, columns 32 to 63, of 50 x 35
    assert shape == (1, 1) and areas.tolist() == [[48, 32, 50, 35]]
    shape, areas = geometry.blocks(second, 0, 0)
    assert shape == (2, 1) and areas.tolist() == [[0, 0, 8, 32], [8, 0, 16, 32]]


def test_a_resolution_without_samples_has_no_precinct():
    first, second = geometry.resolutions(Area(1, 1, 2, 2), 1)
    assert first.area.size == 0 and first.counts == (0, 0)
    assert second.counts == (1, 1) and [band.area.size for band in second.bands] == [0, 0, 1]
    assert not len(geometry.blocks(second, 0, 0)[1]) and len(geometry.blocks(second, 2, 0)[1]) == 1


@pytest.mark.parametrize(
    "area, levels, precincts, block",
    [
        ((0, 0, 5), 1, ((15, 15),), (6, 6)),
        (Area(0, 0, 5, 5), 33, ((15, 15),), (6, 6)),
        (Area(0, 0, 5, 5), 1, ((0, 0),), (6, 6)),
        (Area(0, 0, 5, 5), 1, ((16, 1),), (6, 6)),
        (Area(0, 0, 5, 5), 1, (), (6, 6)),
        (Area(0, 0, 5, 5), 1, ((15, 15),), (7, 6)),
        (Area(0, 0, 5, 5), 1, ((15, 15),), (1, 6)),
    ],
)
def test_wild_parameters_are_refused(area, levels, precincts, block):
    with pytest.raises(ValueError):
        geometry.resolutions(area, levels, precincts, block)


def test_no_first_tile_without_a_picture():
    for grid in (
        Grid(Area(0, 0, 0, 5), (8, 8)),
        Grid(Area(8, 0, 9, 5), (8, 8)),
        Grid(Area(0, 0, 9, 5), (8, 8), (1, 0)),
    ):
        with pytest.raises(ValueError, match="first tile"):
            geometry.check_grid(grid)


def test_a_precinct_of_too_many_code_blocks_is_refused_before_memory_is_taken():
    (resolution,) = geometry.resolutions(Area(0, 0, 32768, 32768), 0, block=(2, 2))
    with pytest.raises(Unsupported, match="8192 x 8192 code blocks"):
        geometry.blocks(resolution, 0, 0)
