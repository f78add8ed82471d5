"""The cheapest levels: no combination of smaller levels costs less, however one tries; free bits leave rounded ones."""

import itertools

import numpy as np
import pytest

from imgcomp_lib.formats.jpeg import rates, trellis

BITS = rates.standard()


def choose(coefficients, steps, price, shares=None, weights=None, ends=BITS.ends):
    coefficients = np.asarray(coefficients, np.float64).reshape(-1, 64)
    shares = np.ones((1, 64)) if shares is None else shares
    weights = np.ones((len(coefficients), len(shares))) if weights is None else weights
    levels = np.full(coefficients.shape, 9, np.int16)
    trellis.ac(coefficients, np.asarray(steps, np.float64), shares, weights, price * BITS.ac, price * ends, levels)
    return levels


def cost(levels, coefficients, steps, price, costs, ends=BITS.ends):
    """Return errors plus price x bits of one block: symbol by symbol, as a file says it."""
    bits, run = 0, 0
    for level in levels[1:]:
        if level == 0:
            run += 1
            continue
        bits, run = bits + BITS.ac[run << 4 | int(abs(level)).bit_length()], 0
    if run:
        bits += ends[0] if run < 63 else ends[1]
    return price * bits + (costs * (coefficients - levels * steps) ** 2)[1:].sum()


@pytest.mark.parametrize("seed", range(40))
def test_no_other_levels_cost_less(seed):
    """Four or five coefficients anywhere, far enough apart for words of sixteen zeros, under every combination."""
    rng = np.random.default_rng(seed)
    coefficients, steps = np.zeros(64), rng.integers(3, 20, 64).astype(float)
    places = rng.choice(np.r_[1:64] if seed % 2 else np.r_[1:8, 40:64], 4 + seed % 2, replace=False)
    coefficients[places] = rng.laplace(0, 2 + seed % 5, len(places)) * steps[places]
    coefficients[rng.integers(1, 64, 20)] += rng.normal(0, 1, 20)
    shares, weights = rng.random((2, 64)) + 0.1, rng.random((1, 2)) + 0.1
    price, costs, ends = 10.0 ** rng.uniform(-1, 2.5), (weights @ shares)[0], rng.random(2) * 6
    found = choose(coefficients, steps, price, shares, weights, ends)[0]
    found[0] = 0
    rounded = (abs(coefficients) / steps + 0.5).astype(int) * np.sign(coefficients).astype(int)
    rounded[0] = 0
    ways = [range(min(top, 0), max(top, 0) + 1) for top in rounded[rounded != 0]]
    tries, least = np.zeros(64, np.int64), np.inf
    for levels in itertools.product(*ways):
        tries[rounded != 0] = levels
        least = min(least, cost(tries, coefficients, steps, price, costs, ends))
    assert cost(found, coefficients, steps, price, costs, ends) == pytest.approx(least, rel=1e-9)


def test_free_bits_leave_rounded_levels():
    rng = np.random.default_rng(1)
    coefficients, steps = rng.laplace(0, 30, (50, 64)), rng.integers(1, 40, 64)
    rounded = np.round(coefficients / steps)
    assert np.array_equal(choose(coefficients, steps, 0.0)[:, 1:], rounded[:, 1:])
    assert not choose(coefficients, steps, 1e9)[:, 1:].any()


def test_blocks_whose_errors_cost_more_keep_more():
    block = np.random.default_rng(2).laplace(0, 30, 64)
    levels = choose(np.stack([block] * 3), np.full(64, 9), 150.0, weights=np.array([[0.1], [1], [10]]))
    kept = np.count_nonzero(levels[:, 1:], 1)
    assert kept[0] < kept[1] < kept[2]


def test_a_trellis_by_hand():
    """A 1.6 alone among zeros: 2 costs size 2 and an error of 0.16 squares, 1 size 1 and 0.36, 0 nothing and 2.56."""
    block = np.zeros(64)
    block[1] = -1.6
    word = BITS.ac[2] - BITS.ac[1]  # what size 2 takes more than size 1
    assert word == 1  # 2 + 1 bits for 01, 2 + 2 for 02 (Table K.5)
    assert choose(block, np.ones(64), 0.1)[0, 1] == -2
    assert choose(block, np.ones(64), 0.3)[0, 1] == -1
    assert choose(block, np.ones(64), 0.8)[0, 1] == 0
    assert choose(block, np.ones(64), 0.8, ends=np.array([0.0, 4.0]))[0, 1] == -1


def test_levels_are_no_larger_than_a_file_can_say():
    assert choose([3000.0] * 64, np.ones(64), 0.0)[0, 1:].tolist() == [1023] * 63
    levels = np.zeros(3, np.int16)
    trellis.dc(np.array([-3000.0, 3000.0, -1024.0]), 1.0, np.ones(3), np.zeros(2048), levels)
    assert levels.tolist() == [-1024, 1023, -1024]


def dc_cost(levels, coefficients, step, costs, price):
    bits = BITS.dc[abs(np.diff(levels, prepend=0))].sum()
    return price * bits + (costs * (coefficients - step * np.asarray(levels)) ** 2).sum()


@pytest.mark.parametrize("seed", range(20))
def test_no_other_means_cost_less(seed):
    rng = np.random.default_rng(seed)
    step, costs = float(rng.integers(2, 30)), rng.random(7) + 0.1
    coefficients, price = rng.normal(0, 4 * step, 7), 10.0 ** rng.uniform(-1, 3)
    levels = np.zeros((7, 2), np.int16)
    trellis.dc(coefficients, step, costs, price * BITS.dc, levels[:, 0])
    nearest = np.floor(coefficients / step + 0.5).astype(int)
    ways = itertools.product(*([level - 1, level, level + 1] for level in nearest))
    least = min(dc_cost(np.array(way), coefficients, step, costs, price) for way in ways)
    assert dc_cost(levels[:, 0].astype(int), coefficients, step, costs, price) == pytest.approx(least, rel=1e-9)
    trellis.dc(coefficients, step, costs, 0 * BITS.dc, levels[:, 0])
    assert np.array_equal(levels[:, 0], nearest)
