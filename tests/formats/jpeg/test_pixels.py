"""From images to levels: the same as step by step with the rooms' own functions, and as libjpeg has them."""

import numpy as np
import pytest
from conftest import pattern

from imgcomp_lib.formats.jpeg import pixels
from imgcomp_lib.transforms import colour, dct, dct_integer, sampling

TABLES = dct.scaled(dct.LUMINANCE_TABLE, 60), dct.scaled(dct.CHROMINANCE_TABLE, 60)
SIDES = [(1, 1), (1, 17), (23, 1), (8, 8), (16, 32), (33, 40), (9, 31)]


def levels_of(plane, table):
    """Return the levels of a plane by the functions of `transforms`."""
    blocks = dct_integer.forward(dct.to_blocks(plane).astype(np.int64) - 128)
    rows, columns = blocks.shape[:2]
    return dct_integer.quantise(blocks, table).reshape(rows, columns, 64)[:, :, dct.ZIGZAG]


@pytest.mark.parametrize("sides", SIDES)
@pytest.mark.parametrize("scheme", sampling.SCHEMES)
def test_levels_are_those_of_the_rooms_step_by_step(sides, scheme):
    image = pattern(*sides, 3)
    frame = pixels.to_frame(image, TABLES, scheme)
    planes = np.moveaxis(colour.ycbcr(image), 2, 0)
    for number, (component, plane) in enumerate(zip(frame.components, planes, strict=True)):
        table = TABLES[number > 0]
        wanted = levels_of(sampling.down(plane, scheme) if number else plane, table)
        rows, columns = wanted.shape[:2]
        assert np.array_equal(component.levels[:rows, :columns], wanted)
        assert component.steps.tolist() == table.ravel()[dct.ZIGZAG].tolist()
        assert component.levels.dtype == np.int16


@pytest.mark.parametrize("kind", ["noise", "checker", "extremes"])
def test_the_graph_rounds_as_the_matrix_does(kind):
    rng = np.random.default_rng(1)
    plane = {
        "noise": rng.integers(0, 256, (160, 160)),
        "checker": np.indices((16, 16)).sum(0) % 2 * 255,
        "extremes": rng.integers(0, 2, (160, 160)) * 255,
    }[kind].astype(np.uint8)
    ones = np.ones((8, 8), np.int64)
    frame = pixels.to_frame(plane, (ones, ones))
    assert np.array_equal(frame.components[0].levels, levels_of(plane, ones))
    assert frame.colour == "grey" and (frame.height, frame.width) == plane.shape


def test_blocks_without_samples_say_that_nothing_changes():
    """17 x 17 pixels in 4:2:0: luma has 3 x 3 blocks with samples and 4 x 4 up to whole MCUs."""
    frame = pixels.to_frame(pattern(17, 17, 3), TABLES, "4:2:0")
    luma = frame.components[0].levels
    assert luma.shape == (4, 4, 64) and not luma[3:, :, 1:].any() and not luma[:, 3:, 1:].any()
    assert luma[:3, 3, 0].tolist() == luma[:3, 2, 0].tolist()
    assert luma[3, :, 0].tolist() == luma[2, [1, 1, 3, 3], 0].tolist()
    assert [c.levels.shape for c in frame.components[1:]] == [(2, 2, 64)] * 2


def test_other_samplings():
    image = pattern(16, 32, 3)
    half, quarter = (pixels.to_frame(image, TABLES, scheme).components for scheme in ("4:4:0", "4:1:1"))
    assert [(c.down, c.across) for c in half] == [(2, 1), (1, 1), (1, 1)]
    assert [(c.down, c.across) for c in quarter] == [(1, 4), (1, 1), (1, 1)]
    blue = colour.ycbcr(image)[:, :, 1].astype(np.int64)
    upright = (blue.reshape(8, 2, 32).sum(1) + 1) // 2
    flat = (blue.reshape(16, 8, 4).sum(2) + 2) // 4
    assert np.array_equal(half[1].levels[:1, :4], levels_of(upright, TABLES[1]))
    assert np.array_equal(quarter[1].levels[:2, :1], levels_of(flat, TABLES[1]))


@pytest.mark.parametrize(
    "arguments, word",
    [((pattern(4, 4, 1, np.uint16), TABLES), "8 bits"), ((pattern(4, 4), TABLES[:1]), "tables"),
     ((pattern(4, 4), (TABLES[0] * 9, TABLES[1])), "steps"), ((pattern(4, 4), TABLES, "4:2:1"), "sampling"),
     ((pattern(4, 4), None), "tables"), ((pattern(4, 4, 2), TABLES), "shape")],
)  # fmt: skip
def test_what_is_refused(arguments, word):
    with pytest.raises(ValueError, match=word):
        pixels.to_frame(*arguments)


def test_the_inverses_of_steps_divide_exactly():
    """Numerators are eight times a coefficient of at most 8 * 1024, and four steps more."""
    numerators = np.arange(8 * 8 * 1024 + 4 * 255 + 1)
    for step in range(1, 256):
        quotients = numerators * ((1 << pixels.SHIFT) // (8 * step) + 1) >> pixels.SHIFT
        assert np.array_equal(quotients, numerators // (8 * step)), step
