"""Hulls by hand, and what fits."""

import numpy as np
import pytest

from imgcomp_lib.formats.jpeg2000 import rate_control
from imgcomp_lib.formats.jpeg2000.blocks import Coded
from imgcomp_lib.formats.jpeg2000.rate_control import Passes, body_size, counts, gathered, layered, least_slope


def block(ends, gains):
    return Coded(b"", 0, np.array(ends), np.array(gains, float))


def slopes(ends, gains, weight=1.0):
    return gathered([block(ends, gains)], [weight]).slopes.tolist()


def test_a_hull_that_falls_is_kept():
    assert slopes([2, 4, 10], [20, 10, 6]) == [10, 5, 1]
    assert slopes([2, 4, 10], [20, 10, 6], 0.5) == [5, 2.5, 0.5]


def test_a_pass_below_the_hull_comes_with_the_next():
    assert slopes([2, 4, 5], [10, 2, 7]) == [5, 3, 3]
    assert slopes([2, 4, 6], [4, 6, 20]) == [5, 5, 5]


def test_passes_that_save_nothing():
    assert slopes([2, 3, 4], [10, 0, -1]) == [5, -1, -1]
    assert slopes([2, 3], [-4, -1]) == [-1, -1]
    assert slopes([2, 3, 4], [10, 0, 2]) == [5, 1, 1]


def test_passes_without_bytes():
    assert slopes([2, 2, 3], [10, 2, 1]) == [6, 6, 1]
    assert slopes([0, 2], [3, 4]) == [np.inf, 2]


def test_nothing_to_gather():
    passes = gathered([block([], []), block([], [])], [1.0, 1.0])
    assert counts(passes, 100).tolist() == [0, 0] and body_size(passes, np.zeros(2, int)) == 0


TWO = Passes(np.array([0, 3, 5]), np.array([2, 4, 10, 3, 9]), np.array([10.0, 5.0, 1.0, 7.0, 2.0]))


@pytest.mark.parametrize(
    "size, found", [(0, [0, 0]), (1, [0, 0]), (2, [1, 0]), (4, [2, 0]), (5, [1, 1]), (7, [2, 1]), (12, [2, 1]),
                    (13, [2, 2]), (19, [3, 2]), (999, [3, 2])]
)  # fmt: skip
def test_the_steepest_that_fit(size, found):
    counted = counts(TWO, size)
    assert counted.tolist() == found and body_size(TWO, counted) <= size


def test_a_floor():
    assert counts(TWO, 99, 1.5).tolist() == [2, 2]
    worthless = Passes(np.array([0, 2]), np.array([2, 4]), np.array([3.0, -1.0]))
    assert counts(worthless, 99).tolist() == [1] and counts(worthless, 99, -1.0).tolist() == [2]


def test_the_slope_at_the_cut():
    assert least_slope(TWO, np.array([2, 1])) == 2
    assert least_slope(TWO, np.array([3, 2])) == 0
    assert least_slope(TWO, np.array([0, 0])) == 10


def test_layers_double():
    rng = np.random.default_rng(1)
    made = [block(np.cumsum(rng.integers(1, 60, 20)), 1e4 * 0.7 ** np.arange(20) * rng.random(20)) for _ in range(50)]
    passes = gathered(made, [1.0] * 50)
    found = layered(passes, 12000, 5)
    sizes = [body_size(passes, row) for row in found]
    assert (np.diff(found, axis=0) >= 0).all() and 11900 < sizes[-1] <= 12000
    for i, size in enumerate(sizes[:-1]):
        assert size <= sizes[-1] / 2 ** (4 - i) < size + 60
    many = layered(passes, 12000, 13)
    assert body_size(passes, many[0]) > 12000 / 64 - 60
    with pytest.raises(ValueError):
        layered(passes, 12000, 0)


def test_the_greedy_choice_is_on_the_hull(monkeypatch):
    """Of all choices of whole passes in as many bytes, none saves more than a pass's worth beyond the chosen one."""
    rng = np.random.default_rng(2)
    for _ in range(20):
        made = [block(np.cumsum(rng.integers(1, 9, 4)), 100 * rng.random(4) * 0.5 ** np.arange(4)) for _ in range(3)]
        passes = gathered(made, [1.0] * 3)
        saved = [np.concatenate([[0], np.cumsum(b.gains)]) for b in made]
        size = [np.concatenate([[0], b.ends]) for b in made]
        chosen = counts(passes, 25)
        own = sum(s[n] for s, n in zip(saved, chosen, strict=True))
        best = 0
        for index in np.ndindex(5, 5, 5):
            if sum(s[n] for s, n in zip(size, index, strict=True)) <= 25:
                best = max(best, sum(s[n] for s, n in zip(saved, index, strict=True)))
        assert own <= best <= own + 8 * rate_control.least_slope(passes, chosen) + 1e-9
