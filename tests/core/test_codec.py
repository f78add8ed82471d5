"""What is an image, a knob, a symbol."""

import numpy as np
import pytest

from imgcomp_lib.core import codec


@pytest.mark.parametrize("depth", [9, 12, 15])
def test_depths_between_8_and_16(depth):
    image = np.full((2, 2), 2**depth - 1, np.uint16)
    assert codec.check_image(image, depth) == depth
    with pytest.raises(ValueError, match="does not fit"):
        codec.check_image(image + 1, depth)


@pytest.mark.parametrize("dtype, depth", [(np.uint8, 9), (np.uint8, 7), (np.uint16, 8)])
def test_depths_that_a_type_has_not(dtype, depth):
    with pytest.raises(ValueError, match="depth is 0"):
        codec.check_image(np.zeros((2, 2), dtype), depth)
