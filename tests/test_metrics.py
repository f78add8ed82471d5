"""Measures by worked examples, against scikit-image where it has the same one."""

import math

import numpy as np
import pytest
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio

from imgcomp_lib import images, metrics


def test_sizes():
    photo = np.zeros((512, 768, 3), np.uint8)
    assert metrics.bpp(photo.nbytes, photo) == 24
    assert metrics.ratio(1_179_648, 40_000) == pytest.approx(29.4912)
    assert metrics.redundancy(10, 1) == pytest.approx(0.9)
    assert metrics.redundancy(1, 2) == -1  # a file that grew


def test_ratio_of_nothing():
    with pytest.raises(ValueError, match="positive"):
        metrics.ratio(10, 0)


@pytest.mark.parametrize(
    "counts, bits", [([1], 0), ([1, 1], 1), ([2, 1, 1], 1.5), ([4, 2, 1, 1], 1.75), ([1] * 256, 8)]
)
def test_entropy_of_textbook_counts(counts, bits):
    entropy = metrics.entropy(np.repeat(np.arange(len(counts)), counts))
    assert entropy == pytest.approx(bits) and math.copysign(1, entropy) == 1
    with pytest.raises(ValueError, match="no symbols"):
        metrics.entropy(np.array([]))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_mse_and_psnr_agree_with_scikit_image(dtype):
    scale = np.iinfo(dtype).max // 255
    image = images.photo("camera").astype(dtype) * scale
    other = np.clip(image.astype(np.int64) + np.random.default_rng(0).integers(-9, 10, image.shape), 0, 255 * scale)
    other = other.astype(dtype)
    assert metrics.mse(image, other) == pytest.approx(mean_squared_error(image, other))
    assert metrics.psnr(image, other) == pytest.approx(peak_signal_noise_ratio(image, other))


def test_unsigned_differences_do_not_wrap():
    black, white = np.zeros((2, 2), np.uint8), np.full((2, 2), 255, np.uint8)
    assert metrics.mse(black, white) == metrics.mse(white, black) == 255**2
    assert metrics.psnr(black, white) == 0 and metrics.psnr(black, black) == math.inf
    assert metrics.psnr(black.astype(np.uint16), white.astype(np.uint16), peak=255) == 0


def test_images_of_two_kinds_have_no_distance():
    with pytest.raises(ValueError, match="differ in kind"):
        metrics.mse(np.zeros((2, 2), np.uint8), np.zeros((2, 3), np.uint8))
    with pytest.raises(ValueError, match="differ in kind"):
        metrics.psnr(np.zeros((2, 2), np.uint8), np.zeros((2, 2), np.uint16))
