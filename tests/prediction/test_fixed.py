"""Predictors: worked values, the way back, and each against a plain Python version that knows nothing of arrays."""

import numpy as np
import pytest
from conftest import long_run, pictures

from imgcomp_lib.measure import images
from imgcomp_lib.prediction.fixed import PREDICTORS, centre, gap, med, paeth, residuals, restore

PICTURES = pictures()
CORNERS = {name: image[:5, :7] for name, image in PICTURES.items()}


@pytest.mark.parametrize(
    "a, b, c, guess",
    [(10, 20, 15, 15), (10, 20, 10, 20), (10, 20, 20, 10), (6, 12, 10, 6), (12, 6, 10, 6), (5, 5, 9, 5)],
)
def test_paeth_takes_the_nearest_and_left_before_up(a, b, c, guess):
    assert paeth(a, b, c) == guess


@pytest.mark.parametrize(
    "a, b, c, guess", [(10, 20, 30, 10), (10, 20, 5, 20), (10, 20, 15, 15), (10, 20, 12, 18), (7, 7, 7, 7)]
)
def test_med_is_the_median(a, b, c, guess):
    assert med(a, b, c) == guess == sorted((a, b, a + b - c))[1]


@pytest.mark.parametrize(
    "W, N, NW, NE, WW, NN, NNE, guess",
    [
        (50, 50, 50, 50, 50, 50, 50, 50),  # flat
        (200, 10, 10, 10, 200, 10, 10, 200),  # dv = 190, dh = 0: a horizontal edge, W
        (10, 200, 10, 200, 10, 200, 200, 200),  # dv = 0, dh = 190: a vertical one, N
        (60, 20, 20, 20, 60, 20, 20, 50),  # slope 40: between W and the blend of 40
        (30, 20, 20, 20, 30, 20, 20, 26),  # slope 10: a quarter of the way from 25 to W, downwards
        (20, 60, 20, 60, 20, 60, 60, 55),  # slope -40: between N and the blend of 40 + 10
        (0, 0, 60, 0, 60, 0, 0, 0),  # a blend of -15 stays within the samples
        (100, 20, 20, 20, 100, 20, 20, 80),  # slope 80: not yet W alone, half way from 60 to it
        (52, 20, 20, 20, 52, 20, 20, 40),  # 32: a quarter of the way from 36
        (28, 20, 20, 20, 28, 20, 20, 24),  # 8: the blend
        (20, 100, 20, 100, 20, 100, 100, 90),  # -80, -32, -8 likewise, from 80, 44 and 26
        (20, 52, 20, 52, 20, 52, 52, 46),
        (20, 28, 20, 28, 20, 28, 28, 26),
    ],
)
def test_gap_looks_along_the_edge(W, N, NW, NE, WW, NN, NNE, guess):
    assert gap(W, N, NW, NE, WW, NN, NNE, 8) == guess
    wide = gap(*(16 * sample for sample in (W, N, NW, NE, WW, NN, NNE)), 12)  # the thresholds grow with the depth
    assert 0 <= wide - 16 * guess < 16


@pytest.mark.parametrize("pictures", [CORNERS, pytest.param(PICTURES, marks=long_run)], ids=["corners", "whole"])
@pytest.mark.parametrize("predictor", PREDICTORS)
def test_restore_undoes_residuals(predictor, pictures):
    for name, image in pictures.items():
        missed = residuals(image, predictor)
        assert (missed.shape, missed.dtype) == (image.shape, image.dtype), name
        assert np.array_equal(restore(missed, predictor), image), name


@pytest.mark.parametrize("depth", [9, 12, 15])
@pytest.mark.parametrize("predictor", PREDICTORS)
def test_fewer_bits_stay_fewer(predictor, depth):
    image = PICTURES["grey16 33x40"] >> (16 - depth)
    missed = residuals(image, predictor, depth)
    assert missed.max() < 1 << depth
    assert np.array_equal(restore(missed, predictor, depth), image)
    assert abs(centre(missed, depth)).max() <= 1 << depth - 1


def _plain(image, guess):
    """Return the residuals of a grey image: `guess` gets a function that knows the samples outside."""
    height, width = image.shape

    def at(y, x):
        if y < 0:
            return 0
        if x < 0:
            return at(y - 1, 0)
        return int(image[y, min(x, width - 1)])

    return [[(at(y, x) - guess(at, y, x)) % 256 for x in range(width)] for y in range(height)]


def _plain_gap(at, y, x):
    """The predictor as Wu and Memon's paper has it, their names for the samples and the two gradients."""
    w, ww, n, nn = at(y, x - 1), at(y, x - 2), at(y - 1, x), at(y - 2, x)
    nw, ne, nne = at(y - 1, x - 1), at(y - 1, x + 1), at(y - 2, x + 1)
    across, down = abs(w - ww) + abs(n - nw) + abs(n - ne), abs(w - nw) + abs(n - nn) + abs(ne - nne)
    if abs(down - across) > 80:
        return w if down > across else n
    guess, edge = (w + n) // 2 + (ne - nw) // 4, w if down > across else n
    if abs(down - across) > 32:
        guess = (guess + edge) // 2
    elif abs(down - across) > 8:
        guess = (3 * guess + edge) // 4
    return sorted((0, guess, 255))[1]


PLAIN = {
    "gap": _plain_gap,
    "none": lambda at, y, x: 0,
    "left": lambda at, y, x: at(y, x - 1),
    "up": lambda at, y, x: at(y - 1, x),
    "med": lambda at, y, x: sorted((at(y, x - 1), at(y - 1, x), at(y, x - 1) + at(y - 1, x) - at(y - 1, x - 1)))[1],
    "paeth": lambda at, y, x: min(
        (at(y, x - 1), at(y - 1, x), at(y - 1, x - 1)),
        key=lambda v: abs(at(y, x - 1) + at(y - 1, x) - at(y - 1, x - 1) - v),
    ),
}


@pytest.mark.parametrize("predictor", PLAIN)
@pytest.mark.parametrize("name", ["grey8 33x40", "grey8 noise", "grey8 1x17", "grey8 23x1"])
def test_as_plain_python_has_it(predictor, name):
    assert residuals(PICTURES[name], predictor).tolist() == _plain(PICTURES[name], PLAIN[predictor])


@long_run
def test_better_predictors_miss_less_on_a_photograph():
    camera = images.photo("camera")
    missed = {name: float(np.abs(centre(residuals(camera, name))).mean()) for name in PREDICTORS}
    assert missed["gap"] < missed["med"] < missed["left"] < missed["none"]


def test_planes_are_predicted_each_for_itself():
    image = PICTURES["rgb8 33x40"]
    whole = residuals(image, "gap")
    for p in range(3):
        assert np.array_equal(whole[:, :, p], residuals(image[:, :, p], "gap"))


def test_what_is_no_predictor_or_depth_is_told():
    image = np.zeros((2, 2), np.uint8)
    with pytest.raises(ValueError, match="'best'; there are none, left"):
        residuals(image, "best")
    with pytest.raises(ValueError, match="depth is a whole number from 0 to 8, not 9"):
        restore(image, "med", 9)
    for predictor in (None, 4, ["med"]):
        with pytest.raises(ValueError, match="no predictor is called"):
            residuals(image, predictor)


@pytest.mark.parametrize("image, depth, message", [
    (np.zeros((2, 2), np.int64), 0, "samples are an array of uint8 or uint16, not int64"),
    ([[1]], 0, "not <class 'list'>"),
    (np.zeros((2, 2), np.uint8), 7, "depth is 0 or a whole number from 8 to 8, not 7"),
    (np.zeros((2, 2), np.uint16), 17, "depth is a whole number from 0 to 16, not 17"),
    (np.zeros((2, 2), np.uint16), -1, "depth is a whole number from 0 to 16, not -1"),
    (np.full((2, 2), 256, np.uint16), 8, "a sample of 256 does not fit in a depth of 8 bits"),
    (np.zeros(2, np.uint8), 0, "an image has 2 or 3 dimensions, not 1"),
    (np.zeros((1, 1, 1, 1), np.uint8), 0, "an image has 2 or 3 dimensions, not 4"),
])  # fmt: skip
def test_what_is_no_image_is_told(image, depth, message):
    with pytest.raises(ValueError, match=message):
        residuals(image, "med", depth)


def test_residuals_by_hand():
    image = np.array([[10, 12, 11], [10, 12, 14]], np.uint8)
    assert residuals(image, "left").tolist() == [[10, 2, 255], [0, 2, 2]]
    assert residuals(image, "up").tolist() == [[10, 12, 11], [0, 0, 3]]
    assert residuals(image.astype(np.uint16), "left", 9).tolist() == [[10, 2, 511], [0, 2, 2]]
    assert residuals(np.full((1, 2), 255, np.uint16), "none", 8).tolist() == [[255, 255]]
    assert centre(np.array([0, 2, 127, 128, 255], np.uint8)).tolist() == [0, 2, 127, -128, -1]
    assert centre(np.array([255, 256, 511], np.uint16), 9).tolist() == [255, -256, -1]
    assert residuals(np.zeros((0, 3), np.uint8), "gap").shape == (0, 3)
