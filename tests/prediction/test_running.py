"""Least squares: the sums against all samples added up one by one, the guesses against NumPy's solver."""

import numpy as np
import pytest

from imgcomp_lib.prediction.running import RIDGE, absorb, gather, guesses, neighbours, regressors, room, sweep_back


def test_neighbours_come_nearest_first_and_never_from_the_future():
    places = neighbours(True, 24)
    assert len(set(places)) == 24 and all(place < (0, 0) for place in places)
    assert [dy * dy + dx * dx for dy, dx in places] == sorted(dy * dy + dx * dx for dy, dx in places)
    assert neighbours(False, 1) == [(0, 0)] and (1, 1) in neighbours(False, 9)


def test_regressors_do_not_change_with_brightness():
    rng = np.random.default_rng(1)
    samples = rng.integers(0, 256, (2, 5, 5)).astype(float)
    offsets = np.array([(1, 0, -1), (1, -1, 1), (0, 0, 0), (0, 1, 1)])
    dark, light = np.zeros(8), np.zeros(8)
    assert regressors(samples, 1, 2, 2, offsets, dark) + 50 == regressors(samples + 50, 1, 2, 2, offsets, light)
    assert np.array_equal(dark, light) and dark[0] == (samples[1, 2, 1] - samples[1, 1, 2]) / 2


def test_neighbours_regressors_and_rooms_by_hand():
    assert neighbours(True, 4) == [(-1, 0), (0, -1), (-1, -1), (-1, 1)] and neighbours(True, 0) == []
    assert neighbours(False, 3) == [(0, 0), (-1, 0), (0, -1)] and len(neighbours(False, 49)) == 49
    for causal, count, most in ((True, -1, 24), (True, 25, 24), (False, 50, 49)):
        with pytest.raises(ValueError, match=f"count is a whole number from 0 to {most}, not {count}"):
            neighbours(causal, count)
    assert [room(n) for n in (0, 1, 7, 8, 15, 16)] == [8, 8, 8, 16, 16, 24]
    samples, v = np.array([[[1.0, 2, 4], [8, 16, 32]], [[64, 128, 256], [512, 1024, 2048]]]), np.zeros(8)
    offsets = np.array([(1, 0, -1), (0, -1, 1), (1, -1, 0), (0, 0, 0)])
    assert regressors(samples, 0, 1, 1, offsets, v) == 5 and regressors(samples, 1, 1, 2, offsets[:0], v) == 640
    assert v.tolist() == [512 - 320, 4 - 5, 128 - 320, 16 - 5, 0, 0, 0, 0]
    regressors(np.arange(16.0).reshape(1, 4, 4) ** 2, 0, 2, 1, np.array([(0, -1, 1), (0, 1, 0)]), v)
    assert v[:2].tolist() == [36 - (64 + 25) / 2, 169 - (64 + 25) / 2]


@pytest.mark.parametrize("n, stride", [(1, 1), (3, 1), (7, 2), (8, 1), (12, 2), (3, 2)])
def test_sums_are_what_all_earlier_samples_of_the_phase_add_up_to(n, stride):
    rng, height, width, decay = np.random.default_rng(n), 5, 6, 0.8
    v = np.zeros((height, width, room(n)))
    v[:, :, : n + 1] = rng.normal(size=(height, width, n + 1))
    weights = rng.random((height, width))
    sums, running = np.zeros((stride, width, room(n), room(n))), np.zeros((stride, room(n), room(n)))
    for y in range(height):
        running[:] = 0
        for x in range(width):
            gather(sums[y % stride, x], running[x % stride], n)
            expected = sum(
                weights[i, j] * decay ** ((y - i + abs(x - j)) // stride) * np.outer(v[i, j], v[i, j])
                for i in range(height)
                for j in range(width)
                if (i, j) < (y, x) and (y - i) % stride == (x - j) % stride == 0
            )
            lower = np.tril_indices(n + 1)
            assert np.allclose(sums[y % stride, x][lower], (expected + np.zeros((room(n), room(n))))[lower]), (y, x)
            absorb(running[x % stride], v[y, x], weights[y, x], decay, n)
        sweep_back(sums[y % stride], running, v[y], weights[y], decay, n)


@pytest.mark.parametrize("n, cut", [(1, 1), (5, 2), (8, 4), (12, 11), (35, 12)])
def test_guesses_are_those_of_a_solver(n, cut):
    rng = np.random.default_rng(n)
    data = rng.normal(0, 20, (200, n + 1))
    v, out, side = np.zeros(room(n)), np.zeros(2), room(n)
    v[:n] = rng.normal(0, 20, n)
    sums = np.zeros((side, side))
    sums[: n + 1, : n + 1] = data.T @ data
    cuts = np.array([cut, n]) if cut < n else np.array([n, 0])
    guesses(sums, v, n, cuts, np.full((side, side), 7.0), out)
    for k, guess in zip(cuts, out, strict=True):
        if k:
            w = np.linalg.solve(sums[:k, :k] + RIDGE * np.eye(k), sums[n, :k])
            assert guess == pytest.approx(v[:k] @ w, rel=1e-9)


@pytest.mark.parametrize("square, guess", [(4.0, 8.0), (0.0, 40.0), (-0.25, 160 / 3), (-0.75, 80.0), (-5.0, 80.0)])
def test_a_guess_by_hand(square, guess):
    """5 times 8 over the square and a ridge of 1, which rounding does not push below a half."""
    sums, v, out = np.zeros((8, 8)), np.zeros(8), np.zeros(1)
    sums[0, 0], sums[1, 0], v[0] = square, 8.0, 5.0
    guesses(sums, v, 1, np.array([1]), np.zeros((8, 8)), out)
    assert out[0] == pytest.approx(guess)


def test_sums_that_say_nothing_give_a_finite_guess():
    out, work = np.zeros(2), np.zeros((8, 8))
    for sums in (np.zeros((8, 8)), np.full((8, 8), 1e12), np.full((8, 8), 1e-12)):
        guesses(sums, np.full(8, 255.0), 5, np.array([2, 5]), work, out)
        assert np.isfinite(out).all()
