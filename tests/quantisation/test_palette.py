"""Palettes: distinct colours, boxes, the nearest colour, dithering, beside Pillow's."""

import numpy as np
import pytest
from PIL import Image

from imgcomp_lib.measure import images, quality
from imgcomp_lib.quantisation import palette

CAT = images.photo("cat")


def painted(image, size):
    rows, index, counts = palette.colours(image.reshape(-1, 3))
    table = palette.median_cut(rows, counts, size)
    return table, table[palette.nearest(rows, table)[index]].reshape(image.shape).astype(np.uint8)


def test_colours_put_together_again():
    pixels = CAT.reshape(-1, 3)
    rows, index, counts = palette.colours(pixels)
    assert np.array_equal(rows[index], pixels) and counts.sum() == len(pixels)
    assert np.array_equal(rows, np.unique(pixels, axis=0))


def test_no_more_colours_than_there_are():
    rows, counts = np.array([[1, 2, 3], [7, 7, 7]]), np.array([5, 1])
    assert palette.median_cut(rows, counts, 256).tolist() == rows.tolist()
    assert palette.median_cut(rows[:1], counts[:1], 256).tolist() == rows[:1].tolist()


def test_two_clusters_get_a_colour_each():
    rows = np.array([[0, 0, 0], [10, 0, 0], [200, 9, 9], [210, 9, 9]])
    assert palette.median_cut(rows, np.array([1, 1, 1, 1]), 2).tolist() == [[5, 0, 0], [205, 9, 9]]


@pytest.mark.parametrize("size", [2, 5, 16, 64, 256])
def test_at_least_as_close_as_pillow(size):
    table, ours = painted(CAT, size)
    theirs = Image.fromarray(CAT).quantize(size, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")
    assert len(table) <= size
    assert quality.psnr(CAT, ours) > quality.psnr(CAT, np.asarray(theirs)) + (0.5 if size > 4 else 0)


def test_nearest_is_the_nearest():
    rng = np.random.default_rng(0)
    pixels, table = rng.integers(0, 256, (500, 3)), rng.integers(0, 256, (40, 3))
    distances = ((pixels[:, None] - table) ** 2).sum(2)
    assert np.array_equal(palette.nearest(pixels, table), distances.argmin(1))


def test_the_first_of_equals_is_taken():
    assert palette.nearest(np.array([[5]]), np.array([[0], [10], [0]])).tolist() == [0]


def test_dithering_keeps_the_average():
    ramp = np.tile(np.arange(256, dtype=np.uint8), (64, 1))[:, :, None]
    black_or_white = palette.dither(ramp, np.array([[0], [255]]))
    local = black_or_white.reshape(64, 16, 16).mean((0, 2)) * 255
    assert np.abs(local - (8 + 16 * np.arange(16))).max() < 5
    assert black_or_white[:, :5].max() == 0 or black_or_white[:, :5].mean() < 0.02


def test_floyd_and_steinberg_by_hand():
    # 100 -> 0, error 100: 44 right, 19 below left (outside), 31 below, 6 below right.  100 + 44 -> 255, error -111.
    assert palette.dither(np.array([[[100], [100]]], np.uint8), np.array([[0], [255]])).tolist() == [[0, 1]]


def test_the_image_is_not_changed():
    image = CAT[:20, :20].copy()
    palette.dither(image, np.array([[0, 0, 0], [255, 255, 255]]))
    assert np.array_equal(image, CAT[:20, :20])
