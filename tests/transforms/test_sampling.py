"""Chroma subsampling: by hand, odd sides, and libjpeg's own planes."""

import io

import numpy as np
import pytest
from PIL import Image

from imgcomp_lib.measure import images
from imgcomp_lib.transforms import sampling

SCHEMES = list(sampling.SCHEMES)


def test_means_by_hand_and_their_rounding_alternates():
    row = np.array([[0, 1, 0, 1, 0, 1, 0, 1]])
    assert sampling.down(row, "4:2:2").tolist() == [[0, 1, 0, 1]], "halves go down, up, down, up"
    square = np.array([[0, 1] * 4, [1, 0] * 4])
    assert sampling.down(square, "4:2:0").tolist() == [[0, 1, 0, 1]]
    quarters = np.array([[0, 1, 0, 3] * 2, [0, 0, 0, 0] * 2])
    assert sampling.down(quarters, "4:2:0").tolist() == [[0, 1, 0, 1]], "1/4 down; 3/4 up"
    assert sampling.down(row, "4:4:4").tolist() == row.tolist()


def test_an_odd_side_repeats_its_last_row_and_column():
    plane = np.array([[10, 20, 90], [10, 20, 90], [50, 60, 200]])
    assert sampling.down(plane).tolist() == [[15, 90], [55, 200]]
    assert sampling.down(plane, "4:2:2").shape == (3, 2) and sampling.down(plane[:1, :1]).tolist() == [[10]]


def test_the_line_between_two_samples_by_hand():
    assert sampling.up(np.array([[0, 100, 20]]), 1, 6, "4:2:2").tolist() == [[0, 25, 75, 80, 40, 20]]
    assert sampling.up(np.array([[0], [160]]), 4, 2).tolist() == [[0, 0], [40, 40], [120, 120], [160, 160]]
    assert sampling.up(np.array([[0, 160], [0, 160]]), 4, 4)[1].tolist() == [0, 40, 120, 160]
    corner = sampling.up(np.array([[0, 0], [0, 160]]), 4, 4)
    assert corner[1].tolist() == [0, 10, 30, 40], "1/16, 3/16 and 1/4 of 160"


def test_repeating_by_hand():
    assert sampling.up(np.array([[1, 2]]), 2, 3, "4:2:0", "repeat").tolist() == [[1, 1, 2], [1, 1, 2]]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kind", sampling.FILTERS)
def test_flat_planes_stay_flat_at_any_size(scheme, kind):
    for height, width in ((1, 1), (1, 7), (6, 1), (5, 8), (8, 5)):
        for grey in (0, 77, 255):
            plane = np.full((height, width), grey, np.uint8)
            back = sampling.up(sampling.down(plane, scheme), height, width, scheme, kind)
            assert back.dtype == np.uint8 and np.array_equal(back, plane)


def test_the_line_is_closer_than_the_step_on_photographs():
    for name in ("cat", "coffee", "astronaut"):
        plane = images.photo(name)[..., 0].astype(int)
        off = [((sampling.up(sampling.down(plane), *plane.shape, "4:2:0", kind) - plane) ** 2).mean()
               for kind in sampling.FILTERS]  # fmt: skip
        assert off[0] < off[1]


def test_planes_are_within_one_level_of_pillow_s_means():
    plane = images.photo("cat")[..., 2]
    theirs = np.asarray(Image.fromarray(plane).reduce(2)).astype(int)
    ours = sampling.down(plane)
    inner = np.s_[: plane.shape[0] // 2, : plane.shape[1] // 2]
    assert np.abs(theirs[inner] - ours[inner]).max() <= 1


def flat_blocks(height, width, seed=0):
    """Return samples that JPEG keeps exactly at its best quality: flat blocks of 8 x 8."""
    few = np.random.default_rng(seed).integers(0, 256, (height // 8, width // 8)).astype(np.uint8)
    return few.repeat(8, 0).repeat(8, 1)


@pytest.mark.parametrize(("scheme", "code"), [("4:4:4", 0), ("4:2:2", 1), ("4:2:0", 2)])
def test_libjpeg_interpolates_the_same(scheme, code):
    rows, columns = sampling.SCHEMES[scheme]
    small = [flat_blocks(64, 80, seed) for seed in (1, 2)]
    height, width = 64 * rows, 80 * columns
    whole = [plane.repeat(rows, 0).repeat(columns, 1) for plane in small]
    file = io.BytesIO()
    merged = Image.merge("YCbCr", [Image.fromarray(p) for p in (flat_blocks(height, width), *whole)])
    merged.save(file, "JPEG", quality=100, subsampling=code)
    opened = Image.open(file)
    opened.draft("YCbCr", None)
    assert opened.mode == "YCbCr"
    theirs = np.asarray(opened)
    for plane, few, full in zip((1, 2), small, whole, strict=True):
        assert np.array_equal(sampling.down(full, scheme), few)
        assert np.array_equal(theirs[..., plane], sampling.up(few, height, width, scheme))


@pytest.mark.parametrize(("scheme", "code"), [("4:2:2", "422"), ("4:2:0", "420"), ("4:4:0", "440"), ("4:1:1", "411")])
@pytest.mark.parametrize("shape", [(37, 61), (16, 16), (1, 9)])
def test_libjpeg_takes_the_same_means_and_goes_back_the_same_way(scheme, code, shape):
    """Flat blocks pass through its coefficients as they are."""
    imagecodecs = pytest.importorskip("imagecodecs")
    few = np.random.default_rng(3).integers(0, 256, (2, *shape), np.uint8)
    rows, columns = sampling.SCHEMES[scheme]
    flat = few.repeat(8 * rows, 1).repeat(8 * columns, 2)
    planes = np.stack([np.full(flat.shape[1:], 100, np.uint8), *flat], 2)
    space = {"colorspace": "YCBCR", "outcolorspace": "YCBCR"}
    data = imagecodecs.jpeg8_encode(planes, level=100, subsampling=code, **space)
    theirs = imagecodecs.jpeg8_decode(data, **space)
    for plane in (1, 2):
        few = sampling.down(planes[..., plane], scheme)
        assert np.array_equal(theirs[..., plane], sampling.up(few, *flat.shape[1:], scheme))


def test_the_rarer_schemes_by_hand():
    """4:4:0: halves up; rows a quarter of the way, rounded down above and up below.  4:1:1: 2.5 up, and repeated."""
    column = np.array([[0], [1], [2], [4]])
    assert sampling.down(column, "4:4:0").tolist() == [[1], [3]]
    assert sampling.up(np.array([[1], [3]]), 4, 1, "4:4:0").ravel().tolist() == [1, 2, 2, 3]
    assert sampling.down(np.array([[1, 2, 3, 4, 9]]), "4:1:1").tolist() == [[3, 9]]
    assert sampling.up(np.array([[3, 9]]), 1, 5, "4:1:1").tolist() == [[3, 3, 3, 3, 9]]


@pytest.mark.parametrize("call", [
    lambda: sampling.down(np.zeros((2, 2)), "4:2:0"), lambda: sampling.down(np.zeros((0, 2), int)),
    lambda: sampling.down(np.full((2, 2), 256)), lambda: sampling.down(np.zeros((2, 2), int), "4:2:1"),
    lambda: sampling.up(np.zeros((2, 2), int), 5, 4), lambda: sampling.up(np.zeros((2, 2), int), 3, 3, kind="cubic"),
    lambda: sampling.up(np.zeros((2, 2), int), 0, 4), lambda: sampling.down(np.zeros(3, int)),
    lambda: sampling.down(np.zeros((2, 2), int), None)])  # fmt: skip
def test_wild_arguments_are_told(call):
    with pytest.raises(ValueError, match=r"samples|plane|scheme|kind|height"):
        call()
