"""Files that others wrote, read to the same pixels; files by hand; damage."""

import io
import itertools

import numpy as np
import pytest
from PIL import Image

from imgcomp_lib.formats.jpeg import Jpeg, to_pixels
from imgcomp_lib.formats.jpeg.decoder import decode

SIDES = (1, 2, 3, 5, 8, 9, 16, 17, 33)
CHANNELS = {"L": 1, "RGB": 3, "CMYK": 4}


def written(height, width, mode="RGB", seed=0, **options):
    """Return a file of noise that Pillow wrote."""
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, CHANNELS[mode]), np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise[:, :, 0] if mode == "L" else noise, mode).save(out, "JPEG", **options)
    return out.getvalue()


def by_pillow(data):
    """Return Pillow's samples, (height, width, n)."""
    with Image.open(io.BytesIO(data)) as picture:
        return np.atleast_3d(np.asarray(picture))


@pytest.mark.filterwarnings("ignore:'mode' parameter:DeprecationWarning")
@pytest.mark.parametrize("mode", CHANNELS)
@pytest.mark.parametrize("code", [0, 1, 2])
@pytest.mark.parametrize("progressive", [False, True])
def test_files_of_pillow_are_read_equal(mode, code, progressive):
    for number, (height, width) in enumerate(itertools.product(SIDES, repeat=2)):
        options = {"quality": (10, 50, 75, 95, 100)[number % 5], "restart_marker_blocks": number % 4}
        options |= {"subsampling": code, "progressive": progressive, "optimize": number % 2}
        data = written(height, width, mode, number, **options)
        assert np.array_equal(to_pixels.to_samples(decode(data)), by_pillow(data)), (height, width, options)
        with Image.open(io.BytesIO(data)) as picture:
            wanted = np.asarray(picture if mode == "L" else picture.convert("RGB"))
        assert np.array_equal(Jpeg().decode(data), wanted)
