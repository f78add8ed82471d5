"""Predictors: worked values, the way back, and each against a plain Python version that knows nothing of arrays."""

import numpy as np
import pytest
from conftest import pictures

from imgcomp_lib.measure import images
from imgcomp_lib.prediction.fixed import PREDICTORS, centre, gap, med, paeth, residuals, restore

PICTURES = pictures()


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
    ],
)
def test_gap_looks_along_the_edge(W, N, NW, NE, WW, NN, NNE, guess):
    assert gap(W, N, NW, NE, WW, NN, NNE, 8) == guess
    wide = gap(*(16 * sample for sample in (W, N, NW, NE, WW, NN, NNE)), 12)  # the thresholds grow with the depth
    assert 0 <= wide - 16 * guess < 16


@pytest.mark.parametrize("predictor", PREDICTORS)
def test_restore_undoes_residuals(predictor):
    for name, image in PICTURES.items():
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
        if x < 0 or x >= width:
            return at(y - 1, 0 if x < 0 else width - 1) if x < 0 or y >= 0 else 0
        return int(image[y, x])

    return [[(at(y, x) - guess(at, y, x)) % 256 for x in range(width)] for y in range(height)]


PLAIN = {
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


# The codec
