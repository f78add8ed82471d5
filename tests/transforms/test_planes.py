"""Gray code and bit planes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from imgcomp_lib.transforms import planes


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_gray_neighbours_differ_in_one_bit(dtype):
    numbers = np.arange(np.iinfo(dtype).max + 1).astype(dtype)
    codes = planes.gray(numbers)
    assert codes.dtype == dtype and np.array_equal(planes.ungray(codes), numbers)
    assert (np.bitwise_count(codes[1:] ^ codes[:-1]) == 1).all()


def test_white_is_one_bit_in_gray_code():
    assert planes.gray(np.array([0, 255], np.uint8)).tolist() == [0, 0b10000000]


@given(arrays(np.uint16, (3, 5)))
def test_planes_undo(samples):
    bits = planes.to_planes(samples, 16)
    assert bits.shape == (16, 3, 5) and bits.max(initial=0) <= 1
    assert np.array_equal(planes.from_planes(bits), samples)
    assert np.array_equal(planes.from_planes(iter(bits)), samples)
    assert np.array_equal(bits[0], samples >> 15)
