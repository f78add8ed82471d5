"""Chroma for the decoder's triangle: no other samples come nearer, and errors of samples spread as is said."""

import numpy as np
import pytest
from conftest import pattern

from imgcomp_lib.formats.jpeg import chroma
from imgcomp_lib.measure import images
from imgcomp_lib.transforms import sampling


def triangle(count):
    """Return the matrix, (2 count, count), of the triangle of `sampling`, by what it makes of single samples."""
    columns = []
    for j in range(count):
        row = np.zeros((1, count), np.uint8)
        row[0, j] = 160
        columns.append(sampling.up(row, 1, 2 * count, "4:2:2")[0] / 160)
    return np.array(columns).T


@pytest.mark.parametrize("count", [3, 4, 9, 20])
def test_least_squares(count):
    """NumPy's own least squares say the same."""
    plane = np.random.default_rng(count).normal(0, 50, (2 * count, 2 * count))
    inverse = np.linalg.pinv(triangle(count))
    assert chroma.fewer(plane, 2, 1) == pytest.approx(inverse @ plane)
    assert chroma.fewer(plane, 1, 2) == pytest.approx(plane @ inverse.T)
    assert chroma.fewer(plane, 2, 2) == pytest.approx(inverse @ plane @ inverse.T)


def test_means_and_edges():
    plane = pattern(5, 7).astype(float)
    filled = np.pad(plane, ((0, 1), (0, 1)), "edge")
    means = filled.reshape(3, 2, 4, 2).mean((1, 3))
    assert chroma.fewer(plane, 2, 2, False) == pytest.approx(means)
    assert np.array_equal(chroma.fewer(plane, 1, 1), plane)
    assert chroma.fewer(plane, 1, 4)[0] == pytest.approx([plane[0, :4].mean(), plane[0, [4, 5, 6, 6]].mean()])
    assert chroma.fewer(plane[:, :4], 1, 2) == pytest.approx(plane[:, :4].reshape(5, 2, 2).mean(2))
    assert chroma.fewer(np.full((1, 1), 3), 2, 2).tolist() == [[3.0]]
    flat = np.full((10, 14), 7.0)
    assert chroma.fewer(flat, 2, 2) == pytest.approx(np.full((5, 7), 7.0))


def test_a_photographs_chroma_comes_back_nearer():
    planes = np.empty((3, 300, 400))
    chroma.fill_planes(np.ascontiguousarray(images.photo("cat")[:300, :400]), planes)
    errors = []
    for fitted in (False, True):
        few = chroma.fewer(planes[2], 2, 2, fitted) + 128
        drawn = sampling.up(few.round().clip(0, 255).astype(np.uint8), 300, 400)
        errors.append(np.mean((drawn - 128.0 - planes[2]) ** 2))
    assert errors[1] < 0.9 * errors[0]


def test_planes_and_shares():
    image = np.array([[[255, 0, 0], [0, 0, 255], [90, 90, 90]]], np.uint8)
    planes = np.empty((3, 1, 3))
    chroma.fill_planes(image, planes)
    assert planes[0, 0] + 128 == pytest.approx([0.299 * 255, 0.114 * 255, 90])
    assert planes[1, 0] == pytest.approx([-0.299 * 255 / 1.772, 127.5, 0])
    assert planes[2, 0] == pytest.approx([127.5, -0.114 * 255 / 1.402, 0])
    back = (planes[0] + 128)[..., None] + np.moveaxis(planes[1:], 0, 2) @ chroma.SHARES
    assert back == pytest.approx(image)


def test_luma_takes_back_the_mean_error():
    rng = np.random.default_rng(0)
    planes, decoded = rng.normal(0, 30, (3, 4, 5)), rng.integers(0, 256, (2, 4, 5)).astype(np.uint8)
    errors = np.moveaxis(decoded - 128.0 - planes[1:], 0, 2) @ chroma.SHARES  # of red, green and blue
    before = planes[0].copy()
    chroma.compensate(planes, decoded, chroma.SHARES.mean(1))
    left = errors + (planes[0] - before)[..., None]
    assert left.mean(2) == pytest.approx(np.zeros((4, 5)))
    assert (left**2).sum() < (errors**2).sum()


@pytest.mark.parametrize("plane, down, across, word", [
    (np.zeros(4), 2, 2, "plane"), (np.zeros((0, 2)), 2, 2, "plane"), ([[1]], 1, 1, "plane"),
    (np.full((2, 2), np.nan), 2, 2, "finite"), (np.zeros((2, 2)), 3, 1, "down"), (np.zeros((2, 2)), 1, 2.0, "across"),
])  # fmt: skip
def test_others_are_refused(plane, down, across, word):
    with pytest.raises(ValueError, match=word):
        chroma.fewer(plane, down, across)
