"""Measures by worked examples, against scikit-image where it has the same one."""

import math

import numpy as np
import pytest

from imgcomp_lib.measure import metrics


def test_sizes():
    photo = np.zeros((512, 768, 3), np.uint8)
    assert metrics.bpp(photo.nbytes, photo) == 24
    assert metrics.ratio(1_179_648, 40_000) == pytest.approx(29.4912)
    assert metrics.redundancy(10, 1) == pytest.approx(0.9)
    assert metrics.redundancy(1, 2) == -1  # a file that grew


@pytest.mark.parametrize("wild", [None, "1", 1j, [1]])
def test_sizes_are_numbers(wild):
    for call in (lambda: metrics.ratio(wild, 1), lambda: metrics.ratio(1, wild), lambda: metrics.redundancy(wild, 1)):
        with pytest.raises(ValueError, match="is a number, not"):
            call()
    with pytest.raises(ValueError, match="size is a number, not"):
        metrics.bpp(wild, np.zeros((1, 1)))
    with pytest.raises(ValueError, match="rows and columns"):
        metrics.bpp(1, np.zeros((0, 4)))
    with pytest.raises(ValueError, match="no share of 0"):
        metrics.redundancy(0, 1)


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
