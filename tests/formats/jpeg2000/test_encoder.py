"""Whole files of JPEG 2000, judged by OpenJPEG: through imagecodecs, and through Pillow where it takes such samples."""

import io
import itertools

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from imgcomp_lib.formats.jpeg2000 import BLOCKS, MARKS, PRECINCTS, Jpeg2000
from imgcomp_lib.formats.jpeg2000.decoder import read
from imgcomp_lib.formats.jpeg2000.encoder import analysed, codestream, fitted, guarded
from imgcomp_lib.formats.jpeg2000.parameters import Coding, Style
from imgcomp_lib.formats.jpeg2000.progression import ORDERS
from imgcomp_lib.measure import images
from imgcomp_lib.measure.quality import psnr


def picture(height, width, planes, dtype, seed=0):
    """Return slopes with noise and a few wild samples."""
    rng, peak = np.random.default_rng(seed), np.iinfo(dtype).max
    y, x, p = np.mgrid[:height, :width, :planes]
    samples = (7 * x + 5 * y + 30 * p + rng.integers(0, 40, x.shape)) * (peak // 255)
    samples = np.where(rng.random((height, width, 1)) < 0.1, rng.integers(0, peak, x.shape), samples) % (peak + 1)
    return samples.astype(dtype)[..., 0] if planes == 1 else samples.astype(dtype)


def judged(data, off=1):
    """Return the image as imagecodecs' OpenJPEG has it; Pillow's, another version, may be so far off with the 9/7."""
    theirs = imagecodecs.jpeg2k_decode(data)
    with Image.open(io.BytesIO(data)) as opened:
        pillow = np.asarray(opened)
    if pillow.dtype == np.int32:  # its mode of 16 bits
        pillow = pillow.astype(np.uint16)
    if pillow.dtype == theirs.dtype:  # it reads 16 bits in colour as 8
        assert np.abs(pillow.astype(int) - theirs).max() <= off * (1 if theirs.dtype == np.uint8 else 16)
    return theirs


def check(codec, image):
    """Check that both decoders, theirs and ours, have the image, or what is near it."""
    data = codec.encode(image)
    exact = codec.wavelet == "5/3" and not codec.size
    theirs, ours = judged(data, 1 - exact), Jpeg2000().decode(data)
    assert theirs.shape == image.shape and ours.dtype == theirs.dtype == image.dtype
    if exact:
        assert np.array_equal(theirs, image) and np.array_equal(ours, image)
    else:  # floats of theirs have 24 bits
        assert np.abs(ours.astype(int) - theirs).max() <= (1 if image.dtype == np.uint8 else 16)
    return data, theirs


SIZES = [(1, 1), (1, 2), (2, 1), (1, 33), (33, 1), (2, 3), (5, 4), (8, 8), (13, 30), (31, 17), (33, 33)]


@pytest.mark.parametrize("wavelet", ["5/3", "9/7"])
@pytest.mark.parametrize("planes, dtype", list(itertools.product([1, 3], [np.uint8, np.uint16])))
def test_all_sizes(wavelet, planes, dtype):
    for height, width in [
        (1, 1),
        (1, 2),
        (2, 1),
        (1, 33),
        (33, 1),
        (2, 3),
        (5, 4),
        (8, 8),
        (13, 30),
        (31, 17),
        (33, 33),
    ]:
        for levels in (0, 2, 6):
            image = picture(height, width, planes, dtype, height * width)
            _, theirs = check(Jpeg2000(wavelet, step=1 / 4, levels=levels), image)
            error = np.abs(theirs.astype(int) - image).max()
            assert error <= (2 if dtype == np.uint8 else 600)


KNOBS = {
    "block": list(BLOCKS),
    "progression": list(ORDERS),
    "layers": [2, 5, 20],
    "tile": [1, 5, 16, 17, 32],
    "precinct": list(PRECINCTS),
    "marks": list(MARKS),
    "levels": [2, 9, 32],
    "style": list(range(64)),
    "container": ["jp2", "j2k"],
}


@pytest.mark.parametrize("knob, value", [(knob, value) for knob, values in KNOBS.items() for value in values])
def test_each_knob(knob, value):
    image = picture(29, 33, 3, np.uint8) if value != 1 else picture(5, 6, 3, np.uint8)
    check(Jpeg2000(**{knob: value}), image)
    check(Jpeg2000("9/7", **{knob: value}), image[..., 0])


@pytest.mark.parametrize("seed", range(32))
def test_knobs_together(seed):
    rng = np.random.default_rng(seed)
    choices = KNOBS | {"layers": [1, 2, 4], "levels": [1, 3, 5], "tile": [0, 11, 16, 17]}
    knobs = {knob: values[int(rng.integers(len(values)))] for knob, values in choices.items()}
    knobs |= {"wavelet": ["5/3", "9/7"][seed % 2], "step": float(2.0 ** rng.integers(-6, 7))}
    height, width = rng.integers(1, 34, 2)
    image = picture(height, width, [1, 3][seed // 2 % 2], [np.uint8, np.uint16][seed // 4 % 2], seed)
    data, _ = check(Jpeg2000(**knobs), image)
    for share in (0.8, 0.5):
        cut = Jpeg2000(**knobs, size=int(len(data) * share), effort=1 + seed % 2)
        try:
            found = cut.encode(image)
        except ValueError:  # all headers
            continue
        assert len(found) <= cut.size
        theirs, ours = judged(found), Jpeg2000().decode(found)
        assert np.abs(ours.astype(int) - theirs).max() <= np.iinfo(image.dtype).max // 100


def test_precincts_and_many_blocks():
    image = images.photo("cat")[:, :300]
    for knobs in ({"precinct": "128x128", "progression": "RPCL"}, {"block": "16x16", "layers": 4}, {"tile": 100}):
        check(Jpeg2000(**knobs), image)
        check(Jpeg2000("9/7", **knobs), image)


def test_depths_between():
    for depth in (9, 12, 15):
        image = picture(20, 21, 3, np.uint16) >> 16 - depth
        data = Jpeg2000(depth=depth).encode(image)
        assert np.array_equal(imagecodecs.jpeg2k_decode(data), image)
        assert np.array_equal(Jpeg2000().decode(data), image)


@pytest.mark.parametrize("wavelet", ["5/3", "9/7"])
@pytest.mark.parametrize("effort", [1, 2])
def test_files_of_a_size(wavelet, effort):
    image, scores = images.photo("cat"), []
    for size in (2000, 5000, 12000, 30000):
        data = Jpeg2000(wavelet, size=size, effort=effort).encode(image)
        assert 0.997 * size - 8 < len(data) <= size
        scores.append(psnr(image, judged(data)))
    assert (np.diff(scores) > 1).all()
    whole = Jpeg2000(wavelet).encode(image)
    roomy = Jpeg2000(wavelet, size=1 << 30, effort=effort).encode(image)
    assert len(roomy) == len(whole)


def test_the_second_look_pays():
    image = images.photo("cat")
    for wavelet in ("5/3", "9/7"):
        for size in (5000, 20000):
            first, second = (Jpeg2000(wavelet, size=size, effort=effort).encode(image) for effort in (1, 2))
            assert psnr(image, judged(second)) > psnr(image, judged(first))


def test_better_than_openjpeg_at_its_own_size():
    image = images.photo("cat")
    for level in (30, 36, 42):
        theirs = imagecodecs.jpeg2k_encode(image, level=level, reversible=False, codecformat="j2k", numthreads=1)
        ours = Jpeg2000("9/7", size=len(theirs), container="j2k").encode(image)
        assert psnr(image, judged(ours)) > psnr(image, judged(theirs))
    theirs = imagecodecs.jpeg2k_encode(image, level=0, reversible=True, codecformat="j2k", numthreads=1)
    assert len(Jpeg2000(container="j2k").encode(image)) <= 1.001 * len(theirs)


def test_each_layer_is_better_than_the_one_before():
    image = images.photo("cat")
    data = Jpeg2000("9/7", layers=6, size=20000).encode(image)
    found = [read(data, layers=layers) for layers in range(1, 7)]
    scores = [psnr(image, reading.image) for reading in found]
    assert (np.diff(scores) > 0.5).all()
    assert np.abs(found[-1].image.astype(int) - judged(data)).max() <= 1


def test_no_room():
    with pytest.raises(ValueError, match="no room for the headers"):
        Jpeg2000(size=150).encode(picture(20, 20, 3, np.uint8))
    with pytest.raises(ValueError, match="no room for its boxes"):
        Jpeg2000(size=20).encode(picture(20, 20, 3, np.uint8))


def test_too_many_tiles():
    with pytest.raises(ValueError, match="not 90000"):
        Jpeg2000(tile=1).encode(np.zeros((300, 300), np.uint8))


def test_guard_bits_are_as_few_as_can_be():
    flat = analysed(np.full((16, 16), 128, np.uint8), 8, Coding(), Style())
    wild = analysed(picture(16, 16, 3, np.uint8), 8, Coding(), Style())
    assert flat.quantisation.guard == 1 <= wild.quantisation.guard <= 2
    with pytest.raises(ValueError, match="guard bits"):
        steps = tuple((0, 0) for _ in wild.quantisation.steps)
        guarded(wild.quantisation._replace(steps=steps), wild.blocks)


def test_a_codestream_of_counts():
    """No passes at all is mid-grey; all are the picture; `fitted` without a size has them all."""
    image = picture(16, 20, 1, np.uint8)
    found = analysed(image, 8, Coding(2), Style())
    passes = np.array([[len(block.ends) for block in found.blocks.coded]])
    assert (imagecodecs.jpeg2k_decode(codestream(found, 0 * passes)) == 128).all()
    assert codestream(found, passes) == fitted(found)
    assert np.array_equal(imagecodecs.jpeg2k_decode(fitted(found)), image)
