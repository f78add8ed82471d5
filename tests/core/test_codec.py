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


def test_numbers_and_bytes_are_checked():
    assert codec.check_number("effort", np.uint8(2), 1, 2) == 2 and codec.check_number("effort", 1, 1, 2) == 1
    for wild in (0, 3, 1.0, "1", None, np.array([1])):
        with pytest.raises(ValueError, match="effort is a whole number from 1 to 2, not"):
            codec.check_number("effort", wild, 1, 2)
    assert (
        codec.check_bytes(bytearray(b"ab")) == codec.check_bytes(memoryview(b"ab")) == codec.check_bytes(b"ab") == b"ab"
    )
    for wild in ("ab", 2, None, [97, 98]):
        with pytest.raises(ValueError, match=f"not {type(wild).__name__}"):
            codec.check_bytes(wild)


def test_shapes_are_checked():
    assert codec.check_shape([np.int64(2), 65535]) == (2, 65535) and codec.check_shape((1, 1, 3)) == (1, 1, 3)
    for wild in (None, 4, "24", (4,), (2, 2, 2), (2, 2.0), (2, 2, 3, 1), (1, 65536), (-1, -1), (0, 1), (20000, 20000)):
        with pytest.raises(ValueError, match=r"the shape|sides"):
            codec.check_shape(wild)
