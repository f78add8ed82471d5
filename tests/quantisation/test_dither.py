"""Improved grey-scale by the textbook's table, Bayer's matrices, Roberts's noise by SplitMix64's published numbers."""

import numpy as np
import pytest

from imgcomp_lib.measure import images
from imgcomp_lib.quantisation import dither


def test_the_table_of_gonzalez_and_woods():
    # sums 01101100, 10010111, 10001110, and 11110100, which takes no debt (Digital Image Processing, 2nd ed., 8.1)
    samples = np.array([0b01101100, 0b10001011, 0b10000111, 0b11110100])
    assert dither.improved(samples, 4).tolist() == [0b0110, 0b1001, 0b1000, 0b1111]


def test_averages_survive():
    for grey in range(240):
        levels = dither.improved(np.full(160, grey), 4)
        assert abs(dither.improved_back(levels, 4).mean() - grey) < 0.1


def test_no_level_is_out_of_range():
    everything = np.concatenate([np.arange(256), np.full(99, 255), np.arange(256)[::-1]])
    for bits in range(1, 9):
        levels = dither.improved(everything, bits)
        assert levels.min() >= 0 and levels.max() == (1 << bits) - 1
        back = dither.improved_back(levels, bits)
        assert np.abs(back - everything).max() < 2 << 8 - bits and back.max() < 256


def test_all_bits_are_all():
    assert np.array_equal(dither.improved(np.arange(256), 8), np.arange(256))
    deep = np.array([[65535, 0], [4096, 1]])
    assert np.array_equal(dither.improved(deep, 16, 16), deep)
    assert dither.improved(np.full((2, 8), 0x1280), 8, 16).tolist() == [[0x12, 0x13] * 4] * 2


def test_the_samples_are_not_changed():
    samples = np.full((4, 4), 198)
    assert dither.improved(samples, 4).shape == (4, 4) and (samples == 198).all()


def test_bayer_s_matrix_of_four():
    assert dither.bayer(2).tolist() == [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]
    assert sorted(dither.bayer(3).ravel()) == list(range(64)) and dither.bayer(0).tolist() == [[0]]


@pytest.mark.parametrize("order", [0, 1, 3])
def test_a_flat_patch_keeps_its_average(order):
    side = 1 << order
    for grey in range(0, 255, 7):
        levels = dither.ordered(np.full((2 * side, 2 * side), grey), 32, order)
        assert abs(32 * levels.mean() - grey) <= 16 / side**2
        assert set(np.unique(levels)) <= {grey // 32, grey // 32 + 1}


def test_planes_are_dithered_alike():
    image = images.photo("cat")[:33, :40]
    levels = dither.ordered(image, 64)
    assert all(np.array_equal(levels[..., c], dither.ordered(image[..., c], 64)) for c in range(3))


def test_the_noise_is_splitmix64():
    published = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431]
    assert dither.noise((4,), 1 << 20, 1234567).tolist() == [number >> 44 for number in published]
    assert np.array_equal(dither.noise((2, 2), 1 << 20, 1234567).ravel(), dither.noise((4,), 1 << 20, 1234567))


def test_the_noise_is_even():
    drawn = dither.noise((64_000,), 10, 3)
    assert drawn.min() == 0 and drawn.max() == 9 and np.abs(np.bincount(drawn) / 6400 - 1).max() < 0.05


@pytest.mark.parametrize("step", [1, 2, 7, 32])
def test_an_error_of_roberts_is_half_a_step_at_most(step):
    samples = np.arange(-300, 300)
    back = dither.roberts_back(dither.roberts(samples, step, 5), step, 5)
    assert np.abs(back - samples).max() <= step / 2


def test_an_error_of_roberts_does_not_depend_on_the_sample():
    flat = np.full(40_000, 70)
    error = dither.roberts_back(dither.roberts(flat, 32), 32) - flat
    assert abs(error.mean()) < 0.2 and error.var() == pytest.approx((32**2 - 1) / 12, rel=0.02)


@pytest.mark.parametrize("call", [
    lambda: dither.improved(np.array([256]), 4), lambda: dither.improved(np.array([1]), 9), lambda: dither.bayer(9),
    lambda: dither.improved_back(np.array([16]), 4), lambda: dither.ordered(np.array([[-1]]), 4),
    lambda: dither.bayer(-1), lambda: dither.ordered(np.array([[1]]), 0), lambda: dither.roberts([1], 0),
    lambda: dither.roberts(np.array([1.5]), 4),
    lambda: dither.noise([2], 4), lambda: dither.noise((-1,), 4), lambda: dither.noise((1 << 20, 1 << 20), 4),
    lambda: dither.noise((1,), 4, -1), lambda: dither.improved(np.array([1]), 4, 17)])  # fmt: skip
def test_wild_arguments_are_told(call):
    with pytest.raises(ValueError, match=r"whole number|samples|levels|shape"):
        call()


def test_the_ends_of_every_range():
    white = np.array([[65535]])
    assert dither.ordered(white, 1).tolist() == [[65535]] and dither.ordered(white, 65536).item() in (0, 1)
    assert dither.bayer(8).max() == 4**8 - 1
    assert np.array_equal(dither.noise((3,), 9), dither.noise((3,), 9, 0))
    assert dither.noise((1,), 1 << 20, (1 << 64) - 1).shape == (1,) and dither.noise((0,), 1).size == 0
    far = np.array([-(1 << 40), 1 << 40])
    assert np.array_equal(dither.roberts_back(dither.roberts(far, 1), 1), far)
    assert dither.roberts(far.reshape((1,) * 63 + (2,)), 7).ndim == 64
    for beyond in (
        lambda: dither.ordered(white, 65537),
        lambda: dither.ordered(white + 1, 4),
        lambda: dither.noise((1,), (1 << 20) + 1),
        lambda: dither.noise((1,), 4, 1 << 64),
        lambda: dither.noise(((1 << 30) + 1,), 4),
        lambda: dither.roberts(far + 1, 4),
        lambda: dither.roberts(far - 1, 4),
    ):
        with pytest.raises(ValueError, match=r"samples|step|seed|size"):
            beyond()
