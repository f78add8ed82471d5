"""Lloyd-Max: the published tables for Gaussian and Laplacian densities, both conditions, empty cells, prices."""

import itertools

import numpy as np
import pytest

from imgcomp_lib.measure import images
from imgcomp_lib.quantisation import lloyd, scalar, theory

MAX_1960 = {  # levels: thresholds above 0, points above 0, squared error, entropy; Max's table I
    2: ([0.0], [0.7980], 0.3634, 1.000),
    3: ([0.6120], [1.224], 0.1902, 1.536),
    4: ([0.0, 0.9816], [0.4528, 1.510], 0.1175, 1.911),
    5: ([0.3823, 1.244], [0.7646, 1.724], 0.07994, 2.203),
    8: ([0.0, 0.5006, 1.050, 1.748], [0.2451, 0.7560, 1.344, 2.152], 0.03454, 2.825),
    16: ([0.0, 0.2582, 0.5224, 0.7996, 1.099, 1.437, 1.844, 2.401],
         [0.1284, 0.3881, 0.6568, 0.9424, 1.256, 1.618, 2.069, 2.733], 0.009497, 3.765),
}  # fmt: skip
LAPLACIAN = {  # the same, from the closed forms of Adams and Giesler (1978)
    2: ([0.0], [0.7071], 0.5),
    4: ([0.0, 1.127], [0.4198, 1.834], 0.1762),
    8: ([0.0, 0.5332, 1.2527, 2.3796], [0.2334, 0.8330, 1.6725, 3.0867], 0.0545),
}


def designed(kind, size, price=0.0):
    values, shares = theory.density(kind)
    thresholds, points = lloyd.lloyd_max(values, size, shares, price)
    levels = scalar.quantise_by(values, thresholds)
    masses = np.bincount(levels, shares)
    entropy = -(masses * np.log2(masses)).sum()
    return thresholds, points, float((shares * (values - points[levels]) ** 2).sum()), entropy


@pytest.mark.parametrize("size", MAX_1960)
def test_a_gaussian_has_the_table_of_max(size):
    thresholds, points, error, entropy = designed("gaussian", size)
    edges, levels, theirs, bits = MAX_1960[size]
    assert thresholds[thresholds > -1e-3] == pytest.approx(edges, abs=3e-3)
    assert points[points > 1e-3] == pytest.approx(levels, abs=4e-3)
    assert error == pytest.approx(theirs, rel=6e-4) and entropy == pytest.approx(bits, abs=2e-3)
    assert points == pytest.approx(-points[::-1], abs=1e-6), "symmetric as the density is"


@pytest.mark.parametrize("size", LAPLACIAN)
def test_a_laplacian_has_its_known_values(size):
    thresholds, points, error, _ = designed("laplacian", size)
    edges, levels, theirs = LAPLACIAN[size]
    assert thresholds[thresholds > -1e-3] == pytest.approx(edges, abs=2e-3)
    assert points[points > 0] == pytest.approx(levels, abs=2e-3)
    assert error == pytest.approx(theirs, rel=1e-3)


def test_samples_of_a_density_come_close_to_it():
    samples = np.random.default_rng(4).normal(size=200_000)
    thresholds, points = lloyd.lloyd_max(samples, 4)
    assert thresholds == pytest.approx([-0.9816, 0, 0.9816], abs=0.02)
    assert points == pytest.approx([-1.510, -0.4528, 0.4528, 1.510], abs=0.02)


def test_both_conditions_hold():
    rng = np.random.default_rng(1)
    values, counts = np.arange(256), rng.integers(0, 50, 256) ** 2
    for size in (1, 2, 5, 16, 40):
        thresholds, points = lloyd.lloyd_max(values, size, counts)
        assert len(points) == size and thresholds == pytest.approx((points[1:] + points[:-1]) / 2)
        levels = scalar.quantise_by(values, thresholds)
        means = np.bincount(levels, counts * values) / np.bincount(levels, counts)
        assert points == pytest.approx(means)


def test_an_error_never_grows_from_turn_to_turn():
    values = np.random.default_rng(2).exponential(size=5000)
    points, before = np.array([0.0, 0.1, 0.2, 9.0]), np.inf
    for _ in range(30):
        thresholds, points = lloyd.turn(values, points)
        error = ((values - scalar.dequantise_by(scalar.quantise_by(values, thresholds), points)) ** 2).mean()
        assert error <= before + 1e-12
        before = error


def test_one_turn_by_hand():
    thresholds, points = lloyd.turn(np.array([0, 2, 6, 8, 8]), np.array([1, 5, 50]), np.array([1, 1, 2, 1, 1]))
    assert thresholds.tolist() == [3, 27.5]
    assert points.tolist() == [1, 7, 50], "0 and 2; twice 6 and twice 8; a cell without values keeps its point"


def test_a_value_on_an_edge_belongs_to_the_cell_above():
    assert lloyd.turn(np.array([0, 5, 10]), np.array([0, 10]))[1].tolist() == [0, 7.5]


def best_by_trying(values, counts, size):
    """Return the least error over all ways of cutting the values into so many cells."""
    least = np.inf
    for cuts in itertools.combinations(range(1, len(values)), size - 1):
        error = 0.0
        for part in itertools.pairwise((0, *cuts, len(values))):
            v, c = values[slice(*part)], counts[slice(*part)]
            error += (c * (v - (c * v).sum() / c.sum()) ** 2).sum()
        least = min(least, error)
    return least


def test_a_valley_is_close_to_the_lowest():
    rng = np.random.default_rng(3)
    found = []
    for _ in range(40):
        values, counts = np.sort(rng.choice(100, 9, replace=False)), rng.integers(1, 9, 9)
        thresholds, points = lloyd.lloyd_max(values, 3, counts)
        error = (counts * (values - points[scalar.quantise_by(values, thresholds)]) ** 2).sum()
        found.append(error / best_by_trying(values, counts, 3))
    assert min(found) > 1 - 1e-9 and np.median(found) < 1.001 and sum(f < 1 + 1e-9 for f in found) >= 24


def error(values, counts, points):
    levels = scalar.quantise_by(values, (points[1:] + points[:-1]) / 2)
    return float((counts * (values - points[levels]) ** 2).sum())


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_the_best_is_the_best_of_all_cuts(size):
    rng = np.random.default_rng(size)
    for _ in range(25):
        values = np.sort(rng.choice(1000, 10, replace=False)) / rng.choice([1, 7, 1000]) - rng.integers(0, 500)
        counts = rng.integers(1, rng.choice([2, 9, 5000]), 10)
        thresholds, points = lloyd.best(values, size, counts)
        assert len(points) == size and thresholds == pytest.approx((points[1:] + points[:-1]) / 2)
        assert error(values, counts, points) == pytest.approx(best_by_trying(values, counts, size), rel=1e-9)


def test_the_best_meets_both_conditions_and_no_turn_beats_it():
    counts = np.bincount(images.photo("moon").ravel(), minlength=256)
    greys, gap = np.arange(256), {}
    for size in (2, 4, 8):
        _, points = lloyd.best(greys, size, counts)
        assert lloyd.turn(greys, points, counts)[1] == pytest.approx(points), "a turn leaves it where it is"
        turned = lloyd.lloyd_max(greys, size, counts)[1]
        gap[size] = error(greys, counts, turned) / error(greys, counts, points)
        again = lloyd.lloyd_max(greys, size, counts, start=points)[1]
        assert again == pytest.approx(points)
    assert gap[2] > 1.5 and all(ratio > 1.01 for ratio in gap.values()), "turns from equal cells end higher"


def test_a_valley_by_hand():
    seven = [0, 1, 2, 9, 10, 11, 20]
    assert lloyd.lloyd_max(seven, 2, start=[0, 2])[1] == pytest.approx([1, 12.5])
    assert lloyd.lloyd_max(seven, 2, start=[5, 20])[1] == pytest.approx([5.5, 20]), "a valley, and not the lowest"
    assert lloyd.best(seven, 2)[1].tolist() == [1, 12.5]


def test_the_best_of_samples_is_that_of_their_histogram():
    samples = np.array([3, -9, 3, 4, 4, 4, 50])
    once = lloyd.best(samples, 3)
    often = lloyd.best([-9, 3, 4, 50, 60], 3, [1, 2, 3, 1, 0])
    assert [part.tolist() for part in once] == [part.tolist() for part in often]
    assert lloyd.best([7, 7], 5)[1].tolist() == [7] and lloyd.best([3, 9, 4], 100)[1].tolist() == [3, 4, 9]


def test_many_levels_from_companded_points_come_near_the_limit():
    for kind, limit in (("gaussian", 3**0.5 * np.pi / 2), ("laplacian", 4.5)):  # Panter and Dite, over size squared
        values, shares = theory.density(kind)
        start = theory.companded(kind, 64)
        points = lloyd.lloyd_max(values, 64, shares, start=start)[1]
        assert error(values, shares, points) * 64**2 == pytest.approx(limit, rel=0.04)
        assert error(values, shares, points) < error(values, shares, start)


def test_cells_are_never_left_empty():
    two_heaps = np.concatenate([np.arange(20), 10_000 + np.arange(20)])
    thresholds, points = lloyd.lloyd_max(two_heaps, 8)
    assert len(points) == 8 and (np.diff(points) > 0).all()
    assert np.bincount(scalar.quantise_by(two_heaps, thresholds), minlength=8).min() > 0


def test_no_more_levels_than_values():
    assert lloyd.lloyd_max(np.array([7, 7, 7]), 4)[1].tolist() == [7]
    thresholds, points = lloyd.lloyd_max(np.array([3, 9, 3, 4]), 100)
    assert points == pytest.approx([3, 4, 9]) and thresholds == pytest.approx([3.5, 6.5])


def test_counts_are_the_same_as_repetitions():
    values, counts = np.array([1, 4, 9, 20, 30]), np.array([3, 1, 4, 0, 2])
    for price in (0.0, 2.0):
        once = lloyd.lloyd_max(values, 3, counts, price)
        often = lloyd.lloyd_max(np.repeat(values, counts), 3, None, price)
        assert [part.tolist() for part in once] == [part.tolist() for part in often]


def test_a_price_buys_fewer_bits_with_more_error():
    before = designed("gaussian", 24)
    for price in (0.01, 0.05, 0.2):
        after = designed("gaussian", 24, price)
        assert after[2] > before[2] and after[3] < before[3] and len(after[1]) <= 24
        before = after


def test_an_edge_with_a_price_lies_where_both_are_equally_good():
    values, shares = theory.density("laplacian")
    price = 0.1
    thresholds, points = lloyd.lloyd_max(values, 31, shares, price)
    bits = -np.log2(np.bincount(scalar.quantise_by(values, thresholds), shares))
    left = (thresholds - points[:-1]) ** 2 + price * bits[:-1]
    right = (thresholds - points[1:]) ** 2 + price * bits[1:]
    inner = slice(5, -5)
    assert left[inner] == pytest.approx(right[inner], abs=1e-3)


def test_what_a_price_finds_for_a_laplacian_is_what_sullivan_proved():
    thresholds, points, *_ = designed("laplacian", 31, 0.1)
    widths, middle = np.diff(thresholds), len(points) // 2
    assert len(points) % 2 and points[middle] == pytest.approx(0, abs=1e-3)
    assert widths[middle - 1] > 1.05 * widths[middle], "a dead zone"
    assert widths[middle : middle + 5] == pytest.approx(widths[middle], rel=2e-3)
    inside = (points[middle + 1 : middle + 5] - thresholds[middle : middle + 4]) / widths[middle]
    assert inside == pytest.approx(inside[0], abs=2e-3) and inside[0] < 0.5, "and points below the middle"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], 2), "values have a count"),
        (([1, 2], 0), "size is a whole number from 1 to 4096"),
        (([1, 2], 2, [1]), "values have a count"),
        (([1, 2], 2, [1, -1]), "values have a count"),
        (([1, 2], 2, [0, 0]), "values have a count"),
        (([1, np.nan], 2), "values are finite"),
        (([1, 2], 2, None, -1), "price is a number"),
        (("x", 2), "values are numbers"),
    ],
)
def test_wild_arguments_are_told(arguments, message):
    with pytest.raises(ValueError, match=message):
        lloyd.lloyd_max(*arguments)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lloyd.best(np.arange(1025), 2), "at most 1024 different values"),
        (lambda: lloyd.best([], 2), "values have a count"),
        (lambda: lloyd.best([1, 2], 0), "size is a whole number from 1 to 4096"),
        (lambda: lloyd.best([1, 2], 1, [1, -1]), "values have a count"),
        (lambda: lloyd.lloyd_max([1, 2], 2, start=[1]), "2 points to start with, not 1"),
        (lambda: lloyd.lloyd_max([1, 2], 2, start=[2, 1]), "ascending"),
        (lambda: theory.companded("uniform", 2), "a density is"),
        (lambda: theory.companded("gaussian", 0), "size is a whole number"),
    ],
)
def test_wild_designs_are_told(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("points", [[], [2, 1], [[1, 2]], [np.nan]])
def test_wild_points_are_told(points):
    with pytest.raises(ValueError, match="points are"):
        lloyd.turn(np.array([1, 2]), points)
