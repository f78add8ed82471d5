"""Files that are tuned: everybody reads them, they score more in fewer bytes, and each ingredient earns its place."""

import io
import os
import subprocess
import sys

import imagecodecs
import numpy as np
import pytest
from conftest import ROOT, long_run, pattern
from PIL import Image

from imgcomp_lib.formats.jpeg import Jpeg, optimise
from imgcomp_lib.formats.jpeg.encoder import encode
from imgcomp_lib.formats.jpeg.scans import smallest
from imgcomp_lib.formats.jpeg.to_pixels import to_image
from imgcomp_lib.measure import images, quality
from imgcomp_lib.transforms import dct
from imgcomp_lib.transforms.sampling import SCHEMES

SCORES = {"psnr": quality.psnr, "msssim": quality.ms_ssim, "hvs": quality.psnr_hvs}


@pytest.mark.parametrize("tune", SCORES)
@pytest.mark.parametrize("sampling", ["grey", *SCHEMES])
def test_every_size_is_read_alike_by_everybody(sampling, tune):
    for turn, height in enumerate((1, 2, 3, 5, 8, 9, 16, 17, 33)):
        width = 11 * height % 33 + 1
        image = pattern(height, width, 1 if sampling == "grey" else 3)
        mode = ("baseline", "progressive")[turn % 2]
        knobs = {"mode": mode, "tune": tune, "restart": turn % 3}
        codec = Jpeg((1, 30, 75, 95, 100)[turn % 5], "4:2:0" if sampling == "grey" else sampling, **knobs)
        data = codec.encode(image)
        decoded = Jpeg().decode(data)
        assert decoded.shape == image.shape
        for theirs in (np.asarray(Image.open(io.BytesIO(data))), imagecodecs.jpeg8_decode(data)):
            assert np.array_equal(decoded, theirs), (codec, height, width)
        assert codec.encode(image) == data


@long_run
@pytest.mark.parametrize("mode", ["baseline", "progressive"])
@pytest.mark.parametrize("tune, least", [("psnr", 0.8), ("msssim", 0.85), ("hvs", 0.95)])
def test_more_of_the_score_in_fewer_bytes(tune, least, mode):
    """The plain file with as many bytes scores less; the plain one with the same score is so much larger, at least."""
    image = images.photo("cat")
    plain = [Jpeg(q, mode=mode).encode(image) for q in range(10, 96, 5)]
    sizes, scores = zip(*((len(data), SCORES[tune](image, Jpeg().decode(data))) for data in plain), strict=True)
    for number in (30, 75):
        data = Jpeg(number, mode=mode, tune=tune).encode(image)
        score = SCORES[tune](image, Jpeg().decode(data))
        assert len(data) < least * np.interp(score, scores, sizes)


@pytest.mark.parametrize("tune", SCORES)
def test_quality_100_is_plain_rounding_in_steps_of_1(tune):
    image = pattern(24, 40)
    (part,) = optimise.to_frame(image, 100, tune=tune).components
    assert part.steps.tolist() == [1] * 64
    coefficients = dct.forward(dct.to_blocks(image - 128.0)).reshape(3, 5, 64)[..., dct.ZIGZAG]
    assert abs(part.levels - coefficients).max() < 0.53  # samples and coefficients are kept to so many bits


@long_run
@pytest.mark.parametrize("left_out", [{"fitted": False}, {"compensated": False}, {"price": 0.0}, {"means": False}])
def test_each_ingredient_earns_its_place(left_out):
    """Squared error plus the recipe's own price of a bit is less with it: left out, something is lost."""
    image, recipe = images.photo("cat"), optimise.RECIPES["psnr"]
    costs = []
    for each in (recipe, recipe._replace(**left_out)):
        frame = optimise.to_frame(image, 60, recipe=each)
        step = recipe.step * 0.8**recipe.slope
        bits = 8 * len(encode(frame, smallest(frame)))
        error = ((to_image(frame) - image.astype(float)) ** 2).sum() / 3
        costs.append(error + recipe.price * step**2 * bits)
    assert costs[0] < costs[1]


def test_steps_are_fitted():
    image = images.photo("camera")[100:260, 100:300]
    recipe = optimise.RECIPES["psnr"]._replace(turns=1)
    (fitted,), (flat,) = (
        optimise.to_frame(image, 40, recipe=recipe._replace(refitted=each)).components for each in (True, False)
    )
    assert len(set(flat.steps.tolist())) == 1 and len(set(fitted.steps.tolist())) > 5
    assert abs(fitted.steps[:5] - flat.steps[:5]).max() <= 4


CODE = """
import hashlib
from conftest import pattern
from imgcomp_lib.formats.jpeg import Jpeg
for tune in ("psnr", "msssim", "hvs"):
    data = [Jpeg(60, mode=mode, tune=tune).encode(pattern(19, 37, 3)) for mode in ("baseline", "progressive")]
    print(tune, hashlib.sha256(b"".join(data)).hexdigest())
"""


@long_run
def test_the_same_bytes_without_the_compiler():
    """Floats are summed in the order of the text, and no machine may fuse or reorder them."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    found = [
        subprocess.run(
            [sys.executable, "-c", CODE], env=os.environ | {"PYTHONPATH": paths, "NUMBA_DISABLE_JIT": switch},
            capture_output=True, text=True, check=True, timeout=600,
        ).stdout
        for switch in ("0", "1")
    ]  # fmt: skip
    assert found[0] == found[1] and found[0].count("\n") == 3


def test_qualities_rise():
    image = images.photo("cat")[:160, :200]
    for tune in SCORES:
        sizes = [len(Jpeg(q, tune=tune).encode(image)) for q in (1, 10, 30, 50, 70, 90, 100)]
        assert sizes == sorted(sizes)


@pytest.mark.parametrize("knobs, word", [
    ({"image": pattern(4, 4, 1, np.uint16)}, "8 bits"), ({"image": 3}, "image"), ({"quality": 0}, "quality"),
    ({"quality": "7"}, "quality"), ({"sampling": "4:2:1"}, "sampling"), ({"tune": "plain"}, "tune"),
    ({"tune": None}, "tune"), ({"recipe": {}}, "Recipe"),
])  # fmt: skip
def test_others_are_refused(knobs, word):
    with pytest.raises(ValueError, match=word):
        optimise.to_frame(**{"image": pattern(4, 4), "quality": 50, **knobs})
