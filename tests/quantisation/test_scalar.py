"""Uniform cells, dead zones and tables: values by hand, halves, pairs that undo each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgcomp_lib.quantisation import scalar

STEPS = st.floats(0.01, 1000, allow_subnormal=False)
NUMBERS = st.lists(st.floats(-1e6, 1e6), max_size=20).map(np.array)


def test_the_nearest_level_and_halves_outwards():
    values = np.array([-25, -15.1, -15, -5, -4.9, 0, 4.9, 5, 14.9, 15, 25])
    assert scalar.quantise(values, 10).tolist() == [-3, -2, -2, -1, 0, 0, 0, 1, 1, 2, 3]
    assert scalar.quantise(values, 10).dtype == np.int64
    assert np.array_equal(scalar.quantise(-values, 10), -scalar.quantise(values, 10))


def test_a_dead_zone_is_two_steps_wide():
    values = np.array([-20, -19.9, -10, -9.9, 0, 9.9, 10, 19.9, 20])
    assert scalar.quantise(values, 10, 0).tolist() == [-2, -1, -1, 0, 0, 0, 1, 1, 2]
    assert scalar.dequantise(np.arange(-2, 3), 10, 0).tolist() == [-25, -15, 0, 15, 25]
    assert scalar.dequantise(np.arange(-2, 3), 10, 0, 0.25).tolist() == [-22.5, -12.5, 0, 12.5, 22.5]


def test_thresholds_of_a_third():
    edge = 10 * (1 - 1 / 3)
    assert scalar.quantise(np.array([edge - 0.01, edge + 0.01, edge + 10.01]), 10, 1 / 3).tolist() == [0, 1, 2]
    assert scalar.dequantise(np.array([1]), 10, 1 / 3, 0.5)[0] == pytest.approx(edge + 5)


def test_mid_rise_has_an_edge_at_zero():
    assert scalar.quantise_mid_rise(np.array([-10.1, -10, -0.1, 0, 9.9, 10]), 10).tolist() == [-2, -1, -1, 0, 0, 1]
    assert scalar.dequantise_mid_rise(np.array([-2, -1, 0, 1]), 10).tolist() == [-15, -5, 5, 15]


@given(NUMBERS, STEPS, st.sampled_from([0.5, 0.25, 0]))
def test_half_a_step_at_most(values, step, rounding):
    levels = scalar.quantise(values, step, rounding)
    back = scalar.dequantise(levels, step, rounding)
    bound = np.where(levels == 0, (1 - rounding) * step, step / 2)
    assert (np.abs(back - values) <= bound * (1 + 1e-9) + 1e-9).all()
    assert np.array_equal(scalar.quantise(back, step, rounding), levels)


@given(NUMBERS, STEPS)
def test_half_a_step_at_most_without_a_zero(values, step):
    levels = scalar.quantise_mid_rise(values, step)
    back = scalar.dequantise_mid_rise(levels, step)
    assert (np.abs(back - values) <= step / 2 * (1 + 1e-9) + 1e-9).all()
    assert np.array_equal(scalar.quantise_mid_rise(back, step), levels)


def test_the_error_of_fine_cells_is_step_squared_over_twelve():
    values = np.random.default_rng(0).uniform(-100, 100, 200_000)
    error = values - scalar.dequantise(scalar.quantise(values, 0.5), 0.5)
    assert (error**2).mean() == pytest.approx(0.25 / 12, rel=0.01)


def test_a_table_counts_thresholds():
    thresholds, points = np.array([10, 20.5]), np.array([3, 15, 99])
    levels = scalar.quantise_by(np.array([[9.9, 10], [20.5, 200]]), thresholds)
    assert levels.tolist() == [[0, 1], [2, 2]]
    assert scalar.dequantise_by(levels, points).tolist() == [[3, 15], [99, 99]]
    assert scalar.quantise_by(np.array([5]), np.array([])).tolist() == [0]


def test_shapes_stay():
    for shape in ((), (0,), (2, 3, 1)):
        levels = scalar.quantise(np.zeros(shape), 3)
        assert levels.shape == shape == scalar.dequantise(levels, 3).shape


@pytest.mark.parametrize("step", [0, -1, np.nan, np.inf, "1", None, 1e300])
def test_what_is_no_step_is_told(step):
    for verb in (scalar.quantise, scalar.dequantise, scalar.quantise_mid_rise, scalar.dequantise_mid_rise):
        with pytest.raises(ValueError, match="step is a positive number"):
            verb(np.array([1]), step)


@pytest.mark.parametrize("values", [None, "x", np.array([np.nan]), np.array([-np.inf]), np.array([1j]), [[1], [1, 2]]])
def test_what_are_no_values_is_told(values):
    for verb in (scalar.quantise, scalar.quantise_mid_rise):
        with pytest.raises(ValueError, match="values"):
            verb(values, 2)


def test_other_wild_arguments_are_told():
    with pytest.raises(ValueError, match="rounding is a number from 0 to 0"):
        scalar.quantise(np.array([1]), 2, 0.6)
    with pytest.raises(ValueError, match="offset is a number from 0 to 1"):
        scalar.dequantise(np.array([1]), 2, 0.5, -0.1)
    with pytest.raises(ValueError, match="levels are whole numbers"):
        scalar.dequantise(np.array([1.5]), 2)
    with pytest.raises(ValueError, match="the step is too small"):
        scalar.quantise(np.array([1e15]), 1e-10)
    with pytest.raises(ValueError, match="ascending"):
        scalar.quantise_by(np.array([1]), np.array([2, 1]))
    for levels in (np.array([2]), np.array([-1])):
        with pytest.raises(ValueError, match="points are a row"):
            scalar.dequantise_by(levels, np.array([0, 1]))


def test_the_ends_of_every_range():
    far = np.array([-(1 << 52), 1 << 52])
    assert np.array_equal(scalar.dequantise(far, 1), far) and np.array_equal(scalar.reals("far", far), far)
    assert scalar.quantise(far, 1 << 52).tolist() == [-1, 1]
    with pytest.raises(ValueError, match="levels"):
        scalar.dequantise(far + 1, 1)
    with pytest.raises(ValueError, match="levels"):
        scalar.dequantise(far - 1, 1)
    for step in (2.0**53, (1 << 52) + 1):
        with pytest.raises(ValueError, match="step"):
            scalar.quantise(far, step)
    for points in (np.array(5.0), np.zeros((2, 2))):
        with pytest.raises(ValueError, match="points are a row"):
            scalar.dequantise_by(np.array([0]), points)
    with pytest.raises(ValueError, match="points are a row"):
        scalar.dequantise_by(np.array([0, 3]), np.array([0, 1]))
