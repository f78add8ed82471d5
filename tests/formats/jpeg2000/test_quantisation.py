"""Steps of bands: by hand, and as written."""

import numpy as np
import pytest

from imgcomp_lib.formats.jpeg2000 import quantisation
from imgcomp_lib.formats.jpeg2000.parameters import DERIVED, EXPOUNDED, NONE, Quantisation
from imgcomp_lib.transforms import dwt


def test_bits_of_bands():
    assert quantisation.bits_of(8, 2) == [8, 9, 9, 10, 9, 9, 10]


def test_reversible_bands_have_no_step():
    found = quantisation.pack(8, 1, "5/3")
    assert found == Quantisation(NONE, 0, ((8, 0), (9, 0), (9, 0), (10, 0)))
    assert quantisation.steps(found, 8, 1) == [1.0] * 4


@pytest.mark.parametrize("step", [1 / 64, 0.3, 1.0, 7.7, 64.0])
@pytest.mark.parametrize("depth", [8, 16])
def test_steps_are_near_what_was_wanted(step, depth):
    found = quantisation.pack(depth, 5, "9/7", step)
    wanted = step / np.array(dwt.gains("9/7", 5))
    assert np.abs(np.array(quantisation.steps(found, depth, 5)) / wanted - 1).max() < 1 / 4000


def test_steps_beyond_what_can_be_written():
    fine = quantisation.pack(8, 32, "9/7", 1 / 64)
    assert max(exponent for exponent, _ in fine.steps) == quantisation.MOST_EXPONENT
    coarse = quantisation.pack(8, 1, "9/7", 65536)
    assert coarse.steps[-1] == (0, 2047)


def test_a_mantissa_that_rounds_up():
    assert quantisation._packed(8, 1.99999) == (7, 0)


def test_derived_steps():
    """E-5: one exponent less with each level; HL, LH and HH of the coarsest have LL's."""
    found = quantisation.steps(Quantisation(DERIVED, 0, ((9, 0),)), 8, 2)
    assert found == [0.5, 1.0, 1.0, 2.0, 2.0, 2.0, 4.0]


@pytest.mark.parametrize("step", [0, -1, np.nan, 65537, "1", None])
def test_steps_that_are_none(step):
    with pytest.raises(ValueError):
        quantisation.pack(8, 1, "9/7", step)


def test_what_is_no_quantisation():
    with pytest.raises(ValueError):
        quantisation.steps(((8, 0),), 8, 0)
    with pytest.raises(ValueError):
        quantisation.bits_of(0, 1)
    assert EXPOUNDED == 2
