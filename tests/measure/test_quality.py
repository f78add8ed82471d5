"""The measures of quality against the packages that others use, and what each must say of simple pictures."""

import contextlib
import io
import math

import numpy as np
import pytest
from PIL import Image
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity

from imgcomp_lib.measure import images, quality


def jpeg(image, quality):
    """Return what JPEG makes of an image."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def luma(image):
    """Return grey or luma from 0 to 1, whole blocks only."""
    plane = image @ np.array([0.299, 0.587, 0.114]) if image.ndim == 3 else image.astype(float)
    return plane[: len(plane) // 8 * 8, : plane.shape[1] // 8 * 8] / 255


PICTURES = {
    "grey": images.photo("camera")[:300, :200],
    "RGB": images.photo("coffee")[:240, 100:420],
    "odd sides": images.photo("cat")[:165, :203],
}
QUALITIES = (1, 10, 42, 90)


def scikit_images(image, other):
    """Return scikit-image's SSIM at the settings of the paper."""
    settings = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    axis = 2 if image.ndim == 3 else None
    return structural_similarity(image, other, data_range=np.iinfo(image.dtype).max, channel_axis=axis, **settings)


@pytest.mark.parametrize("name", PICTURES)
def test_ssim_is_scikit_images(name):
    for setting in QUALITIES:
        pair = PICTURES[name], jpeg(PICTURES[name], setting)
        assert quality.ssim(*pair) == pytest.approx(scikit_images(*pair), abs=1e-6)
        assert quality.ssim(*pair[::-1]) == pytest.approx(quality.ssim(*pair), abs=1e-12)


def test_ssim_of_one_window_by_hand():
    # one window: means 100 and 110, no variance at all, so luminance alone; then a chessboard against its negative
    flat, brighter = np.full((11, 11), 100, np.uint8), np.full((11, 11), 110, np.uint8)
    c1, c2 = 2.55**2, 7.65**2
    assert quality.ssim(flat, brighter) == pytest.approx((2 * 100 * 110 + c1) / (100**2 + 110**2 + c1))
    board = (np.indices((11, 11)).sum(0) % 2 * 255).astype(np.uint8)
    weights = np.outer(*[np.exp(-(np.arange(-5, 6) ** 2) / 4.5)] * 2)
    mean = (board * weights).sum() / weights.sum()
    variance = (board.astype(float) ** 2 * weights).sum() / weights.sum() - mean**2
    luminance = (2 * mean * (255 - mean) + c1) / (mean**2 + (255 - mean) ** 2 + c1)
    assert quality.ssim(board, 255 - board) == pytest.approx(luminance * (c2 - 2 * variance) / (c2 + 2 * variance))
    assert quality.ssim(board, 255 - board) < -0.99


def test_ssim_needs_a_window():
    with pytest.raises(ValueError, match="11 pixels or more, not 10 x 11"):
        quality.ssim(np.zeros((10, 11), np.uint8), np.zeros((10, 11), np.uint8))


@pytest.mark.parametrize("name", PICTURES)
def test_ms_ssim_is_pytorch_msssims(name):
    pytest.importorskip("torch", reason="PyTorch is an extra: pip install imgcomp-lib[learned]")
    reference = pytest.importorskip("pytorch_msssim", reason="pytorch-msssim is not installed; it is only a judge")
    import torch

    for setting in QUALITIES:
        pair = PICTURES[name], jpeg(PICTURES[name], setting)
        tensors = [torch.tensor(np.atleast_3d(i), dtype=torch.float64).permute(2, 0, 1)[None] for i in pair]
        assert quality.ms_ssim(*pair) == pytest.approx(reference.ms_ssim(*tensors, data_range=255).item(), abs=1e-4)


@pytest.mark.parametrize("name", PICTURES)
def test_psnr_hvs_is_psnr_hvsms(name):
    with contextlib.redirect_stdout(io.StringIO()):  # it talks while it is imported
        reference = pytest.importorskip("psnr_hvsm.numpy", reason="psnr-hvsm has wheels for Linux x86-64 only")
    for setting in QUALITIES:
        pair = PICTURES[name], jpeg(PICTURES[name], setting)
        with np.errstate(invalid="ignore"):  # its flat blocks are 0/0
            hvs, hvs_m = reference.psnr_hvs_hvsm(luma(pair[0]), luma(pair[1]))
        assert quality.psnr_hvs(*pair) == pytest.approx(float(hvs), abs=1e-4)
        assert quality.psnr_hvs_m(*pair) == pytest.approx(float(hvs_m), abs=1e-4)


def test_equal_images_are_perfect():
    photo = PICTURES["RGB"]
    assert quality.ms_ssim(photo, photo) == pytest.approx(1, abs=1e-12)
    assert quality.ssim(photo, photo) == pytest.approx(1, abs=1e-12)
    assert quality.psnr_hvs(photo, photo) == quality.psnr_hvs_m(photo, photo) == math.inf


def test_flat_pictures_have_no_structure_to_lose():
    dark, bright = np.full((176, 176), 60, np.uint8), np.full((176, 176), 70, np.uint8)
    luminance = (2 * 60 * 70 + 2.55**2) / (60**2 + 70**2 + 2.55**2)
    assert quality.ms_ssim(dark, bright) == pytest.approx(luminance**0.1333)
    # one coefficient of 64 differs, by 8 x 10 levels
    expected = 10 * math.log10(255**2 / ((80 * 25.73509 / 16) ** 2 / 64))
    assert quality.psnr_hvs(dark, bright) == pytest.approx(expected)
    assert quality.psnr_hvs_m(dark, bright) == pytest.approx(expected), "masking leaves the mean alone"


def test_texture_hides_and_flatness_shows():
    rng = np.random.default_rng(0)
    busy, flat = rng.integers(60, 200, (64, 64), np.uint8), np.full((64, 64), 128, np.uint8)
    ripple = np.where(np.arange(64) % 2, 3, -3)[None, :]
    gained = {}
    for name, image in (("busy", busy), ("flat", flat)):
        other = (image + ripple).astype(np.uint8)
        gained[name] = quality.psnr_hvs_m(image, other) - quality.psnr_hvs(image, other)
    assert gained["busy"] > gained["flat"] + 10


def test_16_bits_are_measured_against_their_own_peak():
    photo = PICTURES["grey"]
    other = jpeg(photo, 30)
    deep, deep_other = (image.astype(np.uint16) * 257 for image in (photo, other))
    for measure in (quality.ssim, quality.ms_ssim, quality.psnr_hvs, quality.psnr_hvs_m):
        assert measure(deep, deep_other) == pytest.approx(measure(photo, other), rel=1e-9)


@pytest.mark.parametrize("shape", [(160, 400), (400, 160, 3), (1, 1)])
def test_ms_ssim_needs_161_pixels(shape):
    image = np.zeros(shape, np.uint8)
    with pytest.raises(ValueError, match=f"161 pixels or more, not {shape[0]} x {shape[1]}"):
        quality.ms_ssim(image, image)


def test_161_pixels_are_enough():
    assert quality.ms_ssim(*[np.eye(161, dtype=np.uint8)] * 2) == pytest.approx(1)


@pytest.mark.parametrize("measure", [quality.psnr_hvs, quality.psnr_hvs_m])
def test_psnr_hvs_needs_a_block(measure):
    with pytest.raises(ValueError, match="8 pixels or more, not 7 x 9"):
        measure(np.zeros((7, 9), np.uint8), np.zeros((7, 9), np.uint8))


@pytest.mark.parametrize("measure", [quality.ssim, quality.ms_ssim, quality.psnr_hvs, quality.psnr_hvs_m])
def test_images_of_two_kinds_have_no_distance(measure):
    with pytest.raises(ValueError, match="differ in kind"):
        measure(np.zeros((200, 200), np.uint8), np.zeros((200, 200), np.uint16))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_mse_and_psnr_agree_with_scikit_image(dtype):
    scale = np.iinfo(dtype).max // 255
    image = images.photo("camera").astype(dtype) * scale
    other = np.clip(image.astype(np.int64) + np.random.default_rng(0).integers(-9, 10, image.shape), 0, 255 * scale)
    other = other.astype(dtype)
    assert quality.mse(image, other) == pytest.approx(mean_squared_error(image, other))
    assert quality.psnr(image, other) == pytest.approx(peak_signal_noise_ratio(image, other))


def test_unsigned_differences_do_not_wrap():
    black, white = np.zeros((2, 2), np.uint8), np.full((2, 2), 255, np.uint8)
    assert quality.mse(black, white) == quality.mse(white, black) == 255**2
    assert quality.psnr(black, white) == 0 and quality.psnr(black, black) == math.inf
    assert quality.psnr(black.astype(np.uint16), white.astype(np.uint16), peak=255) == 0


def test_images_of_two_kinds_have_no_error():
    with pytest.raises(ValueError, match="differ in kind"):
        quality.mse(np.zeros((2, 2), np.uint8), np.zeros((2, 3), np.uint8))
    with pytest.raises(ValueError, match="differ in kind"):
        quality.psnr(np.zeros((2, 2), np.uint8), np.zeros((2, 2), np.uint16))
