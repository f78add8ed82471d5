"""Mixing: curves that every machine tabulates alike, a mixer that finds the better opinion, counts that learn."""

import re
from decimal import Decimal, getcontext

import numpy as np
import pytest

from imgcomp_lib.core import kernels
from imgcomp_lib.entropy import mixing
from imgcomp_lib.entropy.mixing import FINE, PIECES, REACH, adjust, count, curves, mix, squash, stretch

SQUASH, STRETCH = curves()


def exact_curves():
    """Return the values of both tables in units of 2**-32, to forty digits."""
    getcontext().prec = 40
    ends = [min(max(i / PIECES, 1 / 16384), 1 - 1 / 16384) for i in range(PIECES + 1)]
    return (
        [2**32 / (1 + (Decimal(-i) / FINE).exp()) for i in range(-REACH * FINE, REACH * FINE + 1)],
        [2**32 * (Decimal(p) / (1 - Decimal(p))).ln() for p in ends],
    )


def test_no_library_of_mathematics_can_round_a_table_differently():
    for table, exact in zip(curves(), exact_curves(), strict=True):
        assert [round(value) for value in exact] == (table * 2**32).tolist()
        # a double of 10 is off by 4e-6 of these units at worst, a value next to a half would be in doubt
        assert min(abs(abs(value) % 1 - Decimal("0.5")) for value in exact) > Decimal("1e-4")


def test_the_two_curves_undo_each_other():
    for chance in np.linspace(0.001, 0.999, 999):
        assert squash(SQUASH, stretch(STRETCH, chance)) == pytest.approx(chance, abs=2e-4)
    assert np.all(np.diff(SQUASH) > 0) and np.all(np.diff(STRETCH) >= 0)


@pytest.mark.parametrize("log_odds", [-1e300, -16.0, 16.0, 1e300])
def test_no_chance_leaves_0_to_1(log_odds):
    assert 0 < squash(SQUASH, log_odds) < 1


def test_the_mixer_trusts_who_is_right():
    rng = np.random.default_rng(3)
    weights, more, inputs, cost = np.full((1, 2), 0.5), np.zeros((1, 2)), np.zeros(2), []
    for _ in range(4000):
        bit = int(rng.random() < 0.5)
        inputs[0], inputs[1] = (2.0 if bit == (rng.random() < 0.9) else -2.0), rng.normal()
        chance = squash(SQUASH, mix(weights, 0, more, 0, inputs))
        cost.append(-np.log2(chance if bit else 1 - chance))
        adjust(weights, 0, more, 0, inputs, (bit - chance) * 0.01)
    assert weights[0, 0] + more[0, 0] > 0.9 and abs(weights[0, 1] + more[0, 1]) < 0.3
    entropy = -(0.9 * np.log2(0.9) + 0.1 * np.log2(0.1))
    assert np.mean(cost[2000:]) == pytest.approx(entropy, abs=0.05)


def test_a_count_is_a_mean_that_forgets():
    chances, seen = np.full((1, 3), 0.5), np.zeros((1, 3))
    for bit in [1, 0, 1, 1] * 500:
        count(chances, seen, 0, 1, bit, 250.0)
    assert chances[0, 1] == pytest.approx(0.75, abs=0.01) and seen[0, 1] == 250
    assert chances[0, 0] == chances[0, 2] == 0.5


def test_between_two_values_of_a_table_lies_a_straight_line():
    middle = len(SQUASH) // 2
    assert SQUASH[middle] == 0.5 and squash(SQUASH, 0.25 / FINE) == 0.75 * SQUASH[middle] + 0.25 * SQUASH[middle + 1]
    assert len(SQUASH) == 1025 and SQUASH[0] == round(2**32 / (1 + np.exp(16.0))) / 2**32, "32 steps from -16 to 16"
    assert squash(SQUASH, 16 - 0.5 / FINE) == 0.5 * SQUASH[-2] + 0.5 * SQUASH[-1]
    assert squash(SQUASH, -16 + 0.5 / FINE) == 0.5 * SQUASH[0] + 0.5 * SQUASH[1]
    assert squash(SQUASH, -16 - 0.5 / FINE) == SQUASH[0]
    half = PIECES // 2
    assert STRETCH[half] == 0 and stretch(STRETCH, 0.5 + 0.25 / PIECES) == 0.25 * STRETCH[half + 1]
    assert squash(SQUASH, -16.0) == SQUASH[0] and squash(SQUASH, 16.0) == SQUASH[-1]
    assert stretch(STRETCH, 0.0) == STRETCH[0] and stretch(STRETCH, 1.0) == STRETCH[-1]


def test_mixing_and_learning_by_hand():
    weights, more, inputs = (
        np.array([[1.0, 2.0], [3.0, 4.0]]),
        np.array([[0.5, 0.5], [9.0, 9.0]]),
        np.array([8.0, 128.0]),
    )
    assert mix(weights, 1, more, 0, inputs) == 3.5 * 8 + 4.5 * 128
    adjust(weights, 1, more, 0, inputs, 0.25)
    assert weights.tolist() == [[1, 2], [5, 36]] and more.tolist() == [[1.5, 16.5], [9, 9]]


def test_a_count_by_hand():
    chances, seen = np.full((2, 3), 0.5), np.zeros((2, 3))
    count(chances, seen, 1, 2, 1, 2.0)  # 0.5 / 1.6 upwards
    assert chances[1, 2] == 0.8125 and seen[1, 2] == 1
    for _ in range(2):  # 1/2.6 downwards, twice: the second time is the last that counts
        count(chances, seen, 1, 2, 0, 2.0)
    assert chances[1, 2] == pytest.approx(0.8125 * (1.6 / 2.6) ** 2) and seen[1, 2] == 2 and seen.sum() == 2


def machine_code(function, *arguments, **options):
    compiled = kernels.numba.njit(**options)(getattr(function, "py_func", function))
    compiled(*arguments)
    return "".join(compiled.inspect_asm().values())


FUSED = re.compile(r"\b(v?fn?m(add|sub|la|ls)|fmla|fmls)", re.IGNORECASE)


@pytest.mark.skipif(kernels.numba is None or kernels.numba.config.DISABLE_JIT, reason="the compiler is off")
def test_no_multiplication_and_addition_are_rounded_as_one():
    rows, row = np.ones((2, 9)), np.ones(9)
    calls = {
        "squash": (SQUASH, 0.5), "stretch": (STRETCH, 0.5), "mix": (rows, 0, rows, 1, row),
        "adjust": (rows, 0, rows, 1, row, 0.5), "count": (rows, rows, 0, 1, 1, 250.0),
    }  # fmt: skip
    for name, arguments in calls.items():
        assert not FUSED.search(machine_code(getattr(mixing, name), *arguments)), name
    if "+fma" in kernels.numba.core.codegen.get_host_cpu_features().split(","):
        assert FUSED.search(machine_code(mix, *calls["mix"], fastmath=True)), "the pattern finds what it looks for"
