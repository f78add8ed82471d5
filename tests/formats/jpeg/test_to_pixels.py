"""From levels to pixels: the same as step by step with the rooms' own functions, and as libjpeg and Pillow have it."""

import io
import itertools

import numpy as np
import pytest
from PIL import Image

from imgcomp_lib.formats.jpeg import to_pixels
from imgcomp_lib.formats.jpeg.decoder import decode
from imgcomp_lib.formats.jpeg.frame import Component, Frame, extent
from imgcomp_lib.transforms import dct, dct_integer, sampling

SIDES = [(1, 1), (1, 17), (23, 1), (8, 8), (16, 32), (33, 40), (9, 31), (16, 1100)]


def component(number, height, width, factors=(1, 1), most=(1, 1), steps=1, seed=0, large=60):
    """Return a component of random levels, few of them not 0."""
    rng = np.random.default_rng(seed)
    shape = *extent(height, width, factors, most).stored, 64
    levels = rng.integers(-large, large + 1, shape) * (rng.random(shape) < 0.2)
    return Component(number, factors[1], factors[0], np.full(64, steps), levels.astype(np.int16))


def samples_of(part, rows, columns):
    """Return the samples of a component by the functions of `transforms`."""
    coefficients = np.zeros(part.levels.shape, np.int64)
    coefficients[:, :, dct.ZIGZAG] = part.levels.astype(np.int64) * part.steps
    blocks = dct_integer.inverse(coefficients.reshape(*part.levels.shape[:2], 8, 8)) + 128
    high, wide = (8 * side for side in blocks.shape[:2])
    return dct.from_blocks(blocks.clip(0, 255), high, wide)[:rows, :columns].astype(np.uint8)


@pytest.mark.parametrize("sides", SIDES)
@pytest.mark.parametrize(("steps", "large"), [(1, 60), (16, 100), (255, 1023), (65535, 32767)])
def test_samples_are_those_of_the_matrix_whatever_the_levels(sides, steps, large):
    part = component(1, *sides, steps=steps, large=large)
    part.levels[0, 0] = 0
    part.levels[-1, -1, 1:] = 0
    frame = Frame(*sides, (part,), "grey")
    assert np.array_equal(to_pixels.to_image(frame), samples_of(part, *sides))


def test_a_block_by_hand():
    """A mean of 80 is 10 above 128; its 64th share, rounded, where only the mean is there: 84 / 8 = 10.5, up."""
    levels = np.zeros((1, 2, 64), np.int16)
    levels[0, 0, 0], levels[0, 1, 0] = 10, -21
    frame = Frame(8, 16, (Component(1, 1, 1, np.full(64, 8), levels),), "grey")
    assert to_pixels.to_image(frame)[3].tolist() == [138] * 8 + [107] * 8
    halves = frame._replace(components=(Component(1, 1, 1, np.full(64, 4), levels),))
    assert to_pixels.to_image(halves)[7].tolist() == [133] * 8 + [118] * 8, "-10.5 goes up to -10"


@pytest.mark.parametrize("sides", SIDES)
@pytest.mark.parametrize("scheme", sampling.SCHEMES)
@pytest.mark.parametrize("kind", sampling.FILTERS)
def test_planes_of_fewer_samples_are_those_of_sampling(sides, scheme, kind):
    """Colour is left out: the components are red, green and blue.  Of two columns and fewer libjpeg makes no slope."""
    most = sampling.SCHEMES[scheme]
    parts = [component(1, *sides, most, most), *(component(i, *sides, (1, 1), most, 9, i) for i in (2, 3))]
    found = to_pixels.to_samples(Frame(*sides, tuple(parts), "rgb"), kind)
    rows, columns = extent(*sides, (1, 1), most).samples
    kind = "repeat" if most[1] == 2 and columns <= 2 else kind
    assert np.array_equal(found[:, :, 0], samples_of(parts[0], *sides))
    for plane in (1, 2):
        few = samples_of(parts[plane], rows, columns)
        assert np.array_equal(found[:, :, plane], sampling.up(few, *sides, scheme, kind))


def test_colours_are_those_of_libjpeg():
    """Within 1 of Pillow's own transform, which has constants of fewer bits; each difference's shares are rounded."""
    cb, cr = np.meshgrid(np.arange(256), np.arange(0, 256, 5))
    for y in (0, 60, 128, 200, 255):
        planes = np.stack([np.full_like(cb, y), cb, cr]).astype(np.uint8)
        out = np.empty((*cb.shape, 3), np.uint8)
        to_pixels.fill_rgb(planes, out)
        with Image.merge("YCbCr", [Image.fromarray(plane) for plane in planes]) as picture:
            close = np.asarray(picture.convert("RGB")).astype(int)
        assert np.abs(out - close).max() <= 1
    x, red, blue = np.arange(-128, 128), 1.402, 1.772
    exact = np.stack([x * red, x * -0.714136286, x * blue]) + 128.5
    for plane, (b, r) in enumerate([(0, 1), (0, 1), (1, 0)]):
        planes = np.stack([np.full(256, 128), 128 + b * x, 128 + r * x]).astype(np.uint8)[:, None]
        out = np.empty((1, 256, 3), np.uint8)
        to_pixels.fill_rgb(planes, out)
        assert np.array_equal(out[0, :, plane], np.floor(exact[plane]).clip(0, 255))


@pytest.mark.parametrize("inks", [1, 77, 128, 254, 255])
def test_inks_on_paper_are_those_of_pillow(inks):
    cyan, black = np.meshgrid(np.arange(256, dtype=np.uint8), np.arange(256, dtype=np.uint8))
    image = np.stack([cyan, cyan[::-1], np.full_like(cyan, inks), black], 2)
    wanted = np.asarray(Image.frombytes("CMYK", (256, 256), image.tobytes()).convert("RGB"))
    assert np.array_equal(to_pixels._on_paper(image), wanted)


def test_a_picture_is_the_same_in_strips(monkeypatch):
    parts = [component(1, 61, 47, (2, 2), (2, 2)), *(component(i, 61, 47, (1, 1), (2, 2), 9, i) for i in (2, 3))]
    frame = Frame(61, 47, tuple(parts))
    whole = to_pixels.to_image(frame)
    for row in (1, 3, 7):
        monkeypatch.setattr("imgcomp_lib.core.limits.STRIP", row * 4 * 47)
        assert np.array_equal(to_pixels.to_image(frame), whole)


@pytest.mark.parametrize(("name", "value", "words"), [
    ("height", 99, "blocks"), ("width", 0, "sides of 1"), ("colour", "green", "colour"), ("colour", ["grey"], "colour"),
    ("colour", "grey", "1 components"), ("orientation", 9, "orientation"), ("components", 7, "3 comp")])  # fmt: skip
def test_a_frame_whose_parts_do_not_fit_is_told(name, value, words):
    frame = Frame(9, 9, tuple(component(i, 9, 9) for i in (1, 2, 3)))
    with pytest.raises(ValueError, match=words):
        to_pixels.to_image(frame._replace(**{name: value}))


def test_a_component_that_does_not_fit_is_told():
    parts = [component(i, 9, 9) for i in (1, 2, 3)]
    first = parts[0]
    wrong = [first._replace(across=3), first._replace(down=0), first._replace(steps=np.zeros(64, int)), None]
    wrong += [first._replace(steps=first.steps[:9]), first._replace(levels=first.levels.astype(int))]
    wrong += [first._replace(levels=first.levels[:1]), first._replace(levels=None), first._replace(steps=None)]
    for part in wrong:
        with pytest.raises(ValueError, match=r"factor|steps|blocks|class|block"):
            to_pixels.to_image(Frame(9, 9, (part, *parts[1:])))
    factors = [first._replace(across=3), parts[1]._replace(across=2), parts[2]]
    with pytest.raises(ValueError, match="divide the largest"):
        to_pixels.to_image(Frame(9, 9, tuple(factors)))
    with pytest.raises(ValueError, match="upsampling is linear or repeat, not 'cubic'"):
        to_pixels.to_image(Frame(9, 9, tuple(parts)), "cubic")


def test_adobes_inks_are_read_as_pillow_reads_them():
    noise = np.random.default_rng(0).integers(0, 256, (20, 30, 4), np.uint8)
    out = io.BytesIO()
    Image.frombytes("CMYK", (30, 20), noise.tobytes()).save(out, "JPEG", quality=100)
    found = to_pixels.to_samples(decode(out.getvalue()))
    assert np.array_equal(found, np.asarray(Image.open(out))) and np.abs(found.astype(int) - noise).max() < 9


def test_every_pair_of_sides_up_to_nine_has_its_size():
    for height, width in itertools.product(range(1, 10), repeat=2):
        parts = [
            component(1, height, width, (2, 2), (2, 2)),
            *(component(i, height, width, (1, 1), (2, 2)) for i in (2, 3)),
        ]
        assert to_pixels.to_image(Frame(height, width, tuple(parts))).shape == (height, width, 3)
