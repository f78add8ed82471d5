"""What is an image, a knob, a symbol."""

import dataclasses
import math
from typing import ClassVar

import numpy as np
import pytest

from imgcomp_lib.core import codec
from imgcomp_lib.core.codec import Codec, check_symbols, choice, knob, ranges, words


@pytest.mark.parametrize("depth", [9, 12, 15])
def test_depths_between_8_and_16(depth):
    image = np.full((2, 2), 2**depth - 1, np.uint16)
    assert codec.check_image(image, depth) == depth
    with pytest.raises(ValueError, match="does not fit"):
        codec.check_image(image + 1, depth)


def test_an_image_s_own_depth():
    for dtype, depth in ((np.uint8, 8), (np.uint16, 16)):
        image = np.full((2, 3), 2**depth - 1, dtype)
        assert codec.check_image(image) == codec.check_image(image, depth) == depth
    for image, kind in (
        (np.zeros((2, 2)), "float64"),
        ([[1]], "list"),
        (None, "NoneType"),
        (np.zeros(2, bool), "bool"),
    ):
        with pytest.raises(ValueError, match=f"an array of uint8 or uint16, not {kind}"):
            codec.check_image(image)
    with pytest.raises(ValueError, match="a sample of 513 does not fit in a depth of 9 bits"):
        codec.check_image(np.array([[3, 513]], np.uint16), 9)
    with pytest.raises(ValueError, match="sides of 1 to 65535"):
        codec.check_image(np.zeros((0, 4), np.uint8))


@pytest.mark.parametrize("dtype, depth", [(np.uint8, 9), (np.uint8, 7), (np.uint16, 8), (np.uint16, 17)])
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
    assert codec.check_shape((1 << 13, 1 << 14)) == (1 << 13, 1 << 14), "134,217,728 pixels are allowed, and no more"
    with pytest.raises(ValueError, match="sides of 1 to 65535 and at most 134217728 pixels, not 8193 x 16384"):
        codec.check_shape(((1 << 13) + 1, 1 << 14, 3))
    assert codec.MAX_SAMPLES == 402_653_184


@dataclasses.dataclass(frozen=True)
class Sketch(Codec):
    """A codec with each kind of knob."""

    name: ClassVar[str] = "sket"
    step: int = knob(2, 1, 9)
    decay: float = knob(0.5, 0.0, 1.0)
    odd: int = knob(0, 0, 1)
    table: str = choice("steep", "flat", "none")
    weights: str = choice("own", "lent", suffix=".bin")


def test_what_a_codec_has_without_saying_so():
    rest = Sketch()
    assert (rest.suffixes, rest.promised_psnr, rest.progressive) == ((".icl",), math.inf, False)
    assert rest.breakdown(b"abc") == {"header": 0, "tables": 0, "side information": 0, "payload": 3}
    assert not rest.matches(b"abc")
    for verb in (rest.encode, rest.decode):
        with pytest.raises(NotImplementedError):
            verb(b"")


@pytest.mark.parametrize("settings, message", [
    ({"step": 0}, "step is 1 to 9, not 0"),
    ({"step": 1.5}, "step is 1 to 9, not 1.5"),
    ({"step": "2"}, "step is 1 to 9, not '2'"),
    ({"step": 10}, "step is 1 to 9, not 10"),
    ({"decay": 1.1}, "decay is 0.0 to 1.0, not 1.1"),
    ({"decay": -0.1}, "decay is 0.0 to 1.0, not -0.1"),
    ({"odd": 2}, "odd is 0 or 1, not 2"),
    ({"table": "round"}, "table is steep, flat or none, not 'round'"),
    ({"weights": "mine"}, "weights is own, lent or a .bin file, not 'mine'"),
    ({"weights": 3}, "weights is own, lent or a .bin file, not 3"),
])  # fmt: skip
def test_a_knob_out_of_range_is_named(settings, message):
    with pytest.raises(ValueError, match=message):
        Sketch(**settings)


def test_knobs_in_range_are_taken():
    assert Sketch(9, 0.0, 1, "none", "there/mine.bin") == dataclasses.replace(
        Sketch(), **vars(Sketch(9, 0, 1, "none", "there/mine.bin"))
    )
    assert Sketch(np.int32(1), np.float32(1)) == Sketch(1, 1.0) and Sketch(3.0).step == 3
    assert ranges(Sketch()) == {"step": (1, 9), "decay": (0.0, 1.0), "odd": (0, 1)}
    assert words(Sketch()) == {"table": ("steep", "flat", "none"), "weights": ("own", "lent")}


@pytest.mark.parametrize("symbols", [[-1], [0, 8], [[1, 2], [3, 99]], [0.5], ["a"], np.array([2**63], np.uint64)])
def test_wild_symbols_are_refused(symbols):
    with pytest.raises(ValueError, match="whole numbers from 0 to 7"):
        check_symbols(symbols, 8)


def test_symbols_come_back_as_int64():
    for symbols in ([], [0, 7], np.array([[0], [7]], np.uint8)):
        assert check_symbols(symbols, 8).dtype == np.int64
    assert check_symbols([], 0).size == 0 and check_symbols([1 << 62], 1 << 63).tolist() == [1 << 62]


def test_the_first_wild_symbol_is_named():
    for symbols, named in (([3, 8, 9, -1], 8), ([3, -2, 99], -2), ([[0, 7], [9, 8]], 9)):
        with pytest.raises(ValueError, match=f"from 0 to 7, not {named}$"):
            check_symbols(symbols, 8)
    with pytest.raises(ValueError, match="limit is a whole number from 0"):
        check_symbols([], -1)


def test_arrays_are_checked():
    assert codec.check_array("sums", [[0, 8]], (1, 2), 0, 8).tolist() == [[0, 8]]
    for wild, message in (
        ([1, 9], "are whole numbers from 0 to 8, not 9"),
        ([-1, 9], "are whole numbers from 0 to 8, not -1"),
        ([0.5], "are whole numbers from 0 to 8, not float64"),
        (3, "have 1 or 2 dimensions, not 0"),
        ([[[3]]], "have 1 or 2 dimensions, not 3"),
        ([[1], [2, 3]], ": "),
        (np.array([2**63], np.uint64), f"not {2**63}"),
    ):
        with pytest.raises(ValueError, match=f"sums.*{message}"):
            codec.check_array("sums", wild, (1, 2), 0, 8)


def test_arrays_come_back_in_one_piece_and_take_all_of_int64():
    ends = np.array([[-(2**63), 0], [2**63 - 1, 1]])[:, :1]
    found = codec.check_array("ends", ends, (2,))
    assert found.dtype == np.int64 and found.flags["C_CONTIGUOUS"] and np.array_equal(found, ends)
    assert codec.check_array("none", [], (1,), 3, 4).dtype == np.int64
    with pytest.raises(ValueError, match=f"from {-(2**63)} to {2**63 - 1}, not {2**63}"):
        codec.check_array("ends", np.array([2**63], np.uint64), (1,))
