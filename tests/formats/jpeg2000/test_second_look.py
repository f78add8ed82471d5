"""What leaving out and telling other steps are worth, in the coefficients themselves."""

import numpy as np
import pytest

from imgcomp_lib.formats.jpeg2000 import second_look
from imgcomp_lib.formats.jpeg2000.blocks import decode_block, encode_block
from imgcomp_lib.formats.jpeg2000.encoder import analysed
from imgcomp_lib.formats.jpeg2000.parameters import EXPOUNDED, Coding, Style
from imgcomp_lib.formats.jpeg2000.quantisation import steps
from imgcomp_lib.measure import images


def restored(coded, shape):
    return decode_block([coded.data], [len(coded.ends)], coded.planes, *shape, 0) / 2


def test_a_lonely_coefficient_is_left_out():
    values = np.zeros((16, 16))
    values[7, 9] = 1.1
    dear, cheap = encode_block(values, 0, price=1.0), encode_block(values, 0, price=0.01)
    assert not restored(dear, values.shape).any()
    assert restored(cheap, values.shape)[7, 9] == 1.5


def test_a_large_one_stays():
    values = np.zeros((16, 16))
    values[7, 9] = 40.3
    assert restored(encode_block(values, 0, price=1.0), values.shape)[7, 9] == 40.5


def test_what_is_left_out_is_found_one_plane_below():
    values = np.zeros((16, 16))
    values[3, 3] = 4.1
    found = [encode_block(values, 0, price=price) for price in (0.0, 1.7)]
    assert [restored(coded, values.shape)[3, 3] for coded in found] == [4.5, 3.5]


@pytest.mark.parametrize("price", [-1.0, np.inf, np.nan, None, "1"])
def test_prices_that_are_none(price):
    with pytest.raises(ValueError):
        encode_block(np.ones((2, 2)), 0, price=price)


def test_gains_are_those_of_what_is_decoded():
    values = np.random.default_rng(4).laplace(0, 3, (32, 32))
    coded = encode_block(values, 0, price=0.3)
    error = np.square(values - restored(coded, values.shape)).sum()
    assert np.square(values).sum() - coded.gains.sum() == pytest.approx(error)


def test_steps_that_are_told():
    """Of the step 1.5 (exponent 8 of 8 bits, mantissa 1024): three quarters is 1.125; a half is less than 1."""
    assert second_look._scaled(8, 1024, 0.75) == (8, 256)
    assert second_look._scaled(8, 1024, 0.5) == (9, 1024)
    assert second_look._scaled(8, 1024, 1.3) == (8, 1024) == second_look._scaled(8, 1024, 1.0)


def test_a_picture_told_its_steps():
    photo = images.photo("camera")
    picture = analysed(photo, 8, Coding(wavelet="9/7"), Style())
    found = second_look.improved(picture, 8000)
    assert found.quantisation.kind == EXPOUNDED and len(found.blocks.coded) == len(picture.blocks.coded)
    before, after = (np.array(steps(p.quantisation, 8, 5)) for p in (picture, found))
    assert (after <= before).all() and (after > 0.6 * before).all() and (after < before).any()
    assert second_look.improved(picture, 1 << 30) is picture


def test_what_is_no_picture():
    with pytest.raises(ValueError):
        second_look.improved(None, 100)
