"""Green first and back, differences that wrap and differences that do not; luma."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from imgcomp_lib.transforms.colour import green_back, green_first, luma

ONE_PIXEL = np.array([[[70, 50, 40]]], np.uint8)


def test_the_order_is_green_red_blue():
    planes = green_first(np.arange(12).reshape(2, 2, 3))
    assert planes.tolist() == [[[1, 4], [7, 10]], [[0, 3], [6, 9]], [[2, 5], [8, 11]]]
    assert planes.dtype == np.int64 and planes.flags.c_contiguous


def test_differences_are_taken_from_green_and_moved():
    assert green_first(ONE_PIXEL, 0).ravel().tolist() == [50, 20, -10]
    assert green_first(ONE_PIXEL, 256).ravel().tolist() == [50, 276, 246]
    assert green_back(np.array([[[50]], [[276]], [[246]]]), 256).tolist() == ONE_PIXEL.tolist()


@given(arrays(np.uint16, (3, 2, 3)), st.sampled_from([None, 0, 1 << 15, 1 << 16]))
def test_back_undoes_first(image, zero):
    planes = green_first(image, zero)
    assert np.array_equal(green_back(planes, zero), image)
    wrapped = planes & 0xFFFF
    assert np.array_equal(green_back(wrapped, zero) & 0xFFFF, image)
    assert np.array_equal(planes & 0xFFFF, wrapped), "green_back changed its argument"


def test_grey_is_one_plane_as_it_is():
    grey = np.array([[3, 200]], np.uint8)
    for zero in (None, 128):
        assert green_first(grey, zero).tolist() == [[[3, 200]]]
        assert green_back(grey[None], zero).tolist() == [[3, 200]]


def test_differences_say_less_than_a_photograph_s_samples():
    grey_world = np.repeat(np.arange(200).reshape(10, 20, 1), 3, axis=2)
    assert not green_first(grey_world, 0)[1:].any()


@pytest.mark.parametrize(
    "image", [None, "RGB", np.zeros((2, 2, 4), int), np.zeros(3, int), np.zeros((2, 2)), [[1 << 41]]]
)
def test_what_is_no_image_is_told(image):
    with pytest.raises(ValueError, match=r"samples|image"):
        green_first(image)


@pytest.mark.parametrize("planes", [None, np.zeros((2, 2, 2), int), np.zeros((2, 2), int), np.zeros((3, 2, 2))])
def test_what_are_no_planes_is_told(planes):
    with pytest.raises(ValueError, match="planes"):
        green_back(planes)


@pytest.mark.parametrize("zero", [0.5, "0", 1 << 41])
def test_what_is_no_zero_is_told(zero):
    for verb, array in ((green_first, ONE_PIXEL), (green_back, np.zeros((3, 1, 1), int))):
        with pytest.raises(ValueError, match="zero"):
            verb(array, zero)


def test_luma_weighs_red_green_and_blue():
    assert luma(np.eye(3, dtype=np.uint8)[None] * 200).ravel() == pytest.approx([59.8, 117.4, 22.8])
    assert luma(np.array([[1, 255]], np.uint8)).tolist() == [[1.0, 255.0]]
    assert luma(ONE_PIXEL).dtype == luma(ONE_PIXEL[:, :, 0]).dtype == np.float64


@pytest.mark.parametrize("image", [None, "x", np.zeros(3), np.zeros((1, 1, 2)), np.zeros((1, 1), complex)])
def test_what_has_no_luma_is_told(image):
    with pytest.raises(ValueError, match="numbers"):
        luma(image)
