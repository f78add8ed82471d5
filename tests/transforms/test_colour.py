"""Green first and back, differences that wrap and differences that do not; luma; YCbCr beside Pillow and libjpeg."""

import io
import math
from fractions import Fraction

import numpy as np
import pytest
from conftest import long_run
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from imgcomp_lib.transforms.colour import green_back, green_first, luma, rgb, ycbcr

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


PRIMARIES = {  # ITU-T T.871's formulae by hand
    (0, 0, 0): (0, 128, 128),
    (255, 255, 255): (255, 128, 128),
    (255, 0, 0): (76, 85, 255),  # 76.245; 128 - 76.245 / 1.772 = 84.97; 128 + 178.755 / 1.402 = 255.5, clipped
    (0, 255, 0): (150, 44, 21),  # 149.685; 43.53; 21.23
    (0, 0, 255): (29, 255, 107),  # 29.07; 255.5, clipped; 107.27
}


def test_primaries_by_hand():
    image, expected = (np.array([list(side)], np.uint8) for side in (PRIMARIES, PRIMARIES.values()))
    assert ycbcr(image).tolist() == expected.tolist() and ycbcr(image).dtype == np.uint8


def test_each_is_the_formula_rounded_exactly():
    image = np.random.default_rng(0).integers(0, 256, (40, 50, 3))
    for pixel, found in zip(image.reshape(-1, 3).tolist(), ycbcr(image).reshape(-1, 3).tolist(), strict=True):
        r, g, b = map(Fraction, pixel)
        y = (299 * r + 587 * g + 114 * b) / 1000
        exact = y, (b - y) / Fraction("1.772") + 128, (r - y) / Fraction("1.402") + 128
        assert found == [min(max(math.floor(value + Fraction(1, 2)), 0), 255) for value in exact]
    for pixel, found in zip(image.reshape(-1, 3).tolist(), rgb(image).reshape(-1, 3).tolist(), strict=True):
        y, cb, cr = Fraction(pixel[0]), pixel[1] - 128, pixel[2] - 128
        r, b = y + Fraction("1.402") * cr, y + Fraction("1.772") * cb
        g = (y - Fraction("0.299") * r - Fraction("0.114") * b) / Fraction("0.587")
        assert found == [min(max(math.floor(value + Fraction(1, 2)), 0), 255) for value in (r, g, b)]


def slab(red):
    """Return all colours of one red, (256, 256, 3) uint8."""
    green, blue = np.mgrid[:256, :256]
    return np.dstack([np.full_like(green, red), green, blue]).astype(np.uint8)


@long_run
def test_no_colour_comes_back_off_by_more_than_one():
    exact, triples = 0, np.zeros(1 << 24, bool)
    for red in range(256):
        there = ycbcr(slab(red))
        off = np.abs(rgb(there).astype(np.int16) - slab(red))
        assert off.max() <= 1
        exact += (off.max(2) == 0).sum()
        triples[there.astype(np.int64) @ (65536, 256, 1)] = True
    assert exact / 2**24 == pytest.approx(0.2384, abs=1e-4)
    assert triples.mean() == pytest.approx(0.2388, abs=1e-4), "and so few of the triples are colours"


def test_greys_come_back_exactly():
    greys = np.repeat(np.arange(256), 3).reshape(1, 256, 3)
    assert np.array_equal(ycbcr(greys)[..., 0], greys[..., 0]) and (ycbcr(greys)[..., 1:] == 128).all()
    assert np.array_equal(rgb(ycbcr(greys)), greys)


def test_pillow_is_within_one_level():
    for red in range(0, 256, 15):
        theirs = np.asarray(Image.fromarray(slab(red)).convert("YCbCr")).astype(int)
        assert np.abs(theirs - ycbcr(slab(red))).max() <= 1
        back = np.asarray(Image.frombytes("YCbCr", (256, 256), slab(red).tobytes()).convert("RGB")).astype(int)
        assert np.abs(back - rgb(slab(red))).max() <= 1


def test_libjpeg_is_within_one_level_and_mostly_equal():
    blocks = np.random.default_rng(7).integers(0, 256, (96, 96, 3)).astype(np.uint8)
    file = io.BytesIO()  # flat blocks at quality 100 lose nothing: what is read is what libjpeg made of the colour
    Image.fromarray(blocks.repeat(8, 0).repeat(8, 1)).save(file, "JPEG", quality=100, subsampling=0)
    opened = Image.open(file)
    opened.draft("YCbCr", None)
    off = np.abs(np.asarray(opened)[4::8, 4::8].astype(int) - ycbcr(blocks))
    assert off.max() <= 1 and (off > 0).mean() < 2e-3
    off = np.abs(np.asarray(Image.open(file))[4::8, 4::8].astype(int) - rgb(np.asarray(opened)[4::8, 4::8]))
    assert off.max() <= 1 and (off > 0).mean() < 2e-3


@pytest.mark.parametrize(
    "image", [None, "x", np.zeros((2, 2), int), np.zeros((2, 2, 4), int), np.full((1, 1, 3), 256), np.zeros((1, 1, 3))]
)
def test_what_has_no_colour_planes_is_told(image):
    for verb in (ycbcr, rgb):
        with pytest.raises(ValueError, match=r"samples|image"):
            verb(image)
