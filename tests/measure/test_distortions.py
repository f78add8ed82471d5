"""Spoilt pictures: each distortion by hand on a few pixels, and as strong as a PSNR asks."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from imgcomp_lib.measure import distortions, images, quality

PHOTO = np.ascontiguousarray(images.photo("cat")[60:131, 140:209])
ROW = np.array([[10, 20, 200, 250]], np.uint8)


def test_brightness_moves_towards_the_middle_and_dithers_fractions():
    assert distortions.brightness(ROW, 9).tolist() == [[19, 29, 209, 255]]
    assert distortions.brightness(255 - ROW, 9).tolist() == [[236, 226, 46, 0]]
    lifted = distortions.brightness(np.full((4, 8, 3), 50, np.uint8), 2.25)
    assert np.unique(lifted, return_counts=True)[1].tolist() == [72, 24] and lifted.mean() == 52.25
    assert (lifted[..., :1] == lifted).all(), "no colour comes in"


def test_contrast_keeps_the_mean():
    assert distortions.contrast(ROW, 0.5).tolist() == [[65, 70, 160, 185]]  # mean 120
    assert distortions.contrast(ROW, 1).tolist() == [[120] * 4]


def test_blur_is_a_gaussian_window():
    for sigma in (0.6, 2.0, 5.3):
        expected = gaussian_filter(
            PHOTO.astype(float), (sigma, sigma, 0), truncate=np.ceil(3 * sigma) / sigma, mode="nearest"
        )
        assert abs(distortions.blur(PHOTO, sigma) - expected).max() < 0.51
    point = np.zeros((5, 5), np.uint8)
    point[2, 2] = 255
    assert np.array_equal(distortions.blur(point, 0), point)
    # a neighbour weighs exp(-1 / 0.18) = 0.00387 of the middle, so 255 becomes 255 / 1.00773**2
    assert distortions.blur(point, 0.3)[2].tolist() == [0, 1, 251, 1, 0]


def test_blocks_are_levelled():
    half = np.indices((20, 33))[1].astype(np.uint8)
    flat = distortions.blocks(half, 1)
    assert flat[0].tolist() == [8] * 16 + [24] * 16 + [32] and (flat == flat[0]).all()  # 7.5 and 23.5, rounded up
    assert distortions.blocks(half, 0.5)[0, :3].tolist() == [4, 4, 5]


def test_noise_is_always_the_same_and_as_strong_as_asked():
    grey = np.full((300, 300), 128, np.uint8)
    found = distortions.noise(grey, 10)
    assert np.array_equal(found, distortions.noise(grey, 10)) and not np.array_equal(found, found[::-1])
    assert abs(found.mean() - 128) < 0.1 and abs(found.std() - 10) < 0.1
    # the first grain by hand, in Python's own integers
    x = 1
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B), (16, 1)):
        x = (x ^ x >> shift) * factor % 2**32
    grain = (sum(x.to_bytes(4, "little")) - 510) / np.sqrt((256**2 - 1) / 3)
    assert found[0, 0] == np.floor(128.5 + 10 * grain)


@pytest.mark.parametrize("kind", distortions.KINDS)
@pytest.mark.parametrize("image", [PHOTO, PHOTO[..., 1]], ids=["RGB", "grey"])
def test_a_psnr_is_met(kind, image):
    assert np.array_equal(distortions.at_step(image, kind, 0), image)
    for psnr in (24, 31.5, 40):
        step = distortions.step_at_psnr(image, kind, psnr)
        found = distortions.at_psnr(image, kind, psnr)
        assert found.dtype == np.uint8 and found.shape == image.shape
        assert np.array_equal(found, distortions.at_step(image, kind, step))
        reached = [abs(quality.psnr(image, distortions.at_step(image, kind, step + d)) - psnr) for d in (-1, 0, 1)]
        assert min(reached) == reached[1] < 0.1
    assert distortions.step_at_psnr(image, kind, -1000) == distortions.STEPS, "as far as it goes"


def test_what_cannot_be_spoilt():
    for call in (
        lambda: distortions.at_step(PHOTO, "fire", 1),
        lambda: distortions.at_step(PHOTO, "blur", 4097),
        lambda: distortions.at_step(PHOTO.astype(np.uint16), "blur", 1),
        lambda: distortions.blur(PHOTO, 16.1),
        lambda: distortions.contrast(PHOTO, 1.1),
        lambda: distortions.noise(PHOTO, -1),
        lambda: distortions.at_psnr(PHOTO, "noise", "30"),
    ):
        with pytest.raises(ValueError):
            call()
