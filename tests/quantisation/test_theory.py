"""Bounds: values by hand, the 1.53 dB, and real quantisers that stay above them."""

import math

import numpy as np
import pytest

from imgcomp_lib.quantisation import scalar, theory


def test_entropies_by_hand():
    assert theory.gaussian_entropy() == pytest.approx(2.0471, abs=1e-4)
    assert theory.gaussian_entropy(16) == pytest.approx(theory.gaussian_entropy() + 2)
    assert theory.laplacian_entropy(2) == pytest.approx(math.log2(2 * math.e)), "log2(2 e b) with b = 1"


def test_a_bit_is_six_decibels():
    assert theory.gaussian_bound(3.0) / theory.gaussian_bound(4.0) == pytest.approx(4)
    for bound in (theory.shannon_bound, theory.uniform_high_rate):
        assert bound(3.0, 1.7) / bound(4.0, 1.7) == pytest.approx(4)
    assert theory.gaussian_bound(np.array([0, 1, 2]), 8).tolist() == [8, 2, 0.5]


def test_for_a_gaussian_both_bounds_are_one():
    for variance in (0.1, 1, 50):
        h = theory.gaussian_entropy(variance)
        assert theory.shannon_bound(2.5, h) == pytest.approx(theory.gaussian_bound(2.5, variance))


def test_among_densities_of_one_variance_the_gaussian_is_hardest():
    assert theory.shannon_bound(1, theory.laplacian_entropy()) == pytest.approx(math.e / math.pi / 4)
    assert theory.laplacian_entropy() < theory.gaussian_entropy()


def test_uniform_cells_are_a_quarter_of_a_bit_away():
    ratio = theory.uniform_high_rate(4, 3) / theory.shannon_bound(4, 3)
    assert 10 * math.log10(ratio) == pytest.approx(1.5329, abs=1e-4)
    assert math.log2(ratio) / 2 == pytest.approx(0.2546, abs=1e-4)


ENTROPIES = {"gaussian": theory.gaussian_entropy(), "laplacian": theory.laplacian_entropy()}


@pytest.mark.parametrize(("kind", "h"), ENTROPIES.items())
def test_fine_cells_cost_h_less_the_logarithm_of_their_width(kind, h):
    values, shares = theory.density(kind)
    assert shares.sum() == pytest.approx(1) and (shares * values**2).sum() == pytest.approx(1, abs=1e-4)
    for step in (0.05, 0.2):
        levels = scalar.quantise(values, step)
        masses = np.bincount(levels - levels.min(), shares)
        masses = masses[masses > 0]
        entropy = -(masses * np.log2(masses)).sum()
        error = (shares * (values - scalar.dequantise(levels, step)) ** 2).sum()
        assert entropy == pytest.approx(h - math.log2(step), abs=5e-3)
        assert error == pytest.approx(theory.uniform_high_rate(entropy, h), rel=1e-2)
        assert error > theory.shannon_bound(entropy, h)


@pytest.mark.parametrize("call", [
    lambda: theory.gaussian_bound(-1), lambda: theory.gaussian_bound("x"), lambda: theory.gaussian_bound(1, 0),
    lambda: theory.shannon_bound(1, math.inf), lambda: theory.uniform_high_rate(math.nan, 1),
    lambda: theory.density("x"),
    lambda: theory.density("gaussian", 1), lambda: theory.gaussian_entropy(-2), lambda: theory.laplacian_entropy(None),
    lambda: theory.density(["gaussian"]), lambda: theory.density("gaussian", 2.5)])  # fmt: skip
def test_wild_arguments_are_told(call):
    with pytest.raises(ValueError, match=r"rate|variance|entropy|density|grid"):
        call()


def test_the_ends_of_every_range():
    assert theory.gaussian_bound(400, 9e99) > 0 and len(theory.density("gaussian", 2)[0]) == 2
    assert len(theory.density("laplacian", np.int64(7))[0]) == 7 and len(theory.density("gaussian")[0]) == 1 << 16
    assert theory.density("gaussian")[0].max() == pytest.approx(6, abs=1e-4)
    assert theory.density("laplacian")[0].min() == pytest.approx(-14, abs=1e-3)
    for bits in (-200, 200):
        assert theory.shannon_bound(0, bits) > 0
    assert len(theory.companded("gaussian", 4096)) == 4096 and len(theory.companded("gaussian", 1)) == 1
    for beyond in (
        lambda: theory.gaussian_bound(401),
        lambda: theory.gaussian_bound(1, 1e100),
        lambda: theory.gaussian_bound(1, 1e101),
        lambda: theory.shannon_bound(1, 200.5),
        lambda: theory.shannon_bound(1, -200.5),
        lambda: theory.density("gaussian", (1 << 22) + 1),
        lambda: theory.companded("gaussian", 4097),
        lambda: theory.companded("gaussian", 0),
    ):
        with pytest.raises(ValueError, match=r"rate|variance|entropy|grid|size"):
            beyond()
