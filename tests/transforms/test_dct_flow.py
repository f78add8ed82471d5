"""The flow graph: its operations counted, on objects that count; its numbers those of the matrix."""

import numpy as np
import pytest
from scipy.fft import dct as scipy_dct

from imgcomp_lib.transforms import dct_flow
from imgcomp_lib.transforms.dct import COSINES

SAMPLES = np.random.default_rng(3).integers(-128, 128, 8).astype(float)


class Counted:
    """A number that counts, in a tally that it shares, what is done to it."""

    def __init__(self, value, tally):
        self.value, self.tally = value, tally

    def _with(self, other, kind, work):
        self.tally[kind] += 1
        return Counted(work(self.value, getattr(other, "value", other)), self.tally)

    def __add__(self, other):
        return self._with(other, "+", lambda a, b: a + b)

    def __sub__(self, other):
        return self._with(other, "+", lambda a, b: a - b)

    def __mul__(self, other):
        return self._with(other, "*", lambda a, b: a * b)


@pytest.mark.parametrize("graph", [dct_flow.forward, dct_flow.inverse])
def test_eleven_multiplications_and_twenty_nine_additions(graph):
    tally = {"+": 0, "*": 0}
    found = graph([Counted(x, tally) for x in SAMPLES])
    assert tally == {"+": 29, "*": 11}
    assert [counted.value for counted in found] == graph(SAMPLES)


def test_as_scipy_has_it():
    assert abs(np.array(dct_flow.forward(SAMPLES)) / np.sqrt(8) - scipy_dct(SAMPLES, norm="ortho")).max() < 1e-10


def test_its_matrix_is_that_of_the_cosines():
    assert abs(np.array(dct_flow.forward(np.eye(8))) - np.sqrt(8) * COSINES).max() < 1e-12
    assert abs(np.array(dct_flow.inverse(np.eye(8))) - np.sqrt(8) * COSINES.T).max() < 1e-12


def test_by_hand():
    """1 0 0 0 0 0 0 1: a symmetric row has no odd coefficient; the even ones are sqrt(2) times twice a cosine."""
    found = dct_flow.forward([1, 0, 0, 0, 0, 0, 0, 1])
    assert found[1::2] == [0] * 4 and found[0] == found[4] == 2
    assert found[2] == pytest.approx(2.613126) and found[6] == pytest.approx(1.082392)


def test_backwards_it_is_its_own_undoing():
    assert np.allclose(dct_flow.inverse(dct_flow.forward(SAMPLES)), 8 * SAMPLES)


def test_rows_of_a_block_go_through_together():
    block = np.random.default_rng(4).normal(size=(8, 8))
    columns = np.array(dct_flow.forward(block))
    both = np.array(dct_flow.forward(columns.T)).T
    assert np.allclose(both, 8 * COSINES @ block @ COSINES.T)


@pytest.mark.parametrize("wild", [[1] * 7, range(9), [], "eightabc", None, ["a"] * 8, 8, [None] * 8])
def test_what_is_not_eight_numbers_is_refused(wild):
    for graph in (dct_flow.forward, dct_flow.inverse):
        with pytest.raises(ValueError, match="eight numbers, not"):
            graph(wild)
