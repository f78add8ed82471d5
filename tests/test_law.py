"""The law: decode(encode(x)) == x for every codec, every knob at both ends, every kind of picture."""

import math

import numpy as np
import pytest
from conftest import EVERY, pictures, settings

from imgcomp_lib.measure import quality

PICTURES = pictures()
CODECS = [pytest.param(codec, id=f"{name} {codec}") for name in EVERY for codec in settings(EVERY[name])]


@pytest.mark.parametrize("codec", CODECS)
def test_decode_undoes_encode(codec):
    taken = []
    for name, image in PICTURES.items():
        before = image.copy()
        try:
            data = codec.encode(image)
        except ValueError:
            assert image.dtype == np.uint16 or codec != type(codec)(), f"8-bit {name} refused"
            continue
        decoded = type(codec)().decode(data)  # the decoder trusts the file, never its own knobs
        assert isinstance(data, bytes), name
        assert (decoded.shape, decoded.dtype) == (image.shape, image.dtype), name
        assert decoded.flags.c_contiguous and decoded.flags.writeable, name
        assert np.array_equal(image, before), f"encoding changed {name}"
        _check_closeness(codec, name, image, decoded)
        _check_breakdown(codec, name, data)
        assert codec.encode(image) == data, f"two encodings of {name} differ"
        taken.append(name)
    if codec == type(codec)():
        assert taken, f"{codec} takes no picture at all"


def _check_closeness(codec, name, image, decoded):
    """A lossless codec gives back every sample; a lossy one states what it promises on the photographs."""
    if codec.promised_psnr == math.inf:
        assert np.array_equal(image, decoded), name
    elif name.startswith("photo"):
        assert quality.psnr(image, decoded) >= codec.promised_psnr, name


def _check_breakdown(codec, name, data):
    parts = codec.breakdown(data)
    assert list(parts) == ["header", "tables", "side information", "payload"], name
    assert sum(parts.values()) == len(data) and min(parts.values()) >= 0, (name, parts)


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize(
    "image",
    [
        np.zeros((4, 4), np.float64),
        np.zeros((4, 4), np.int16),
        np.zeros((4, 4, 2), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros(4, np.uint8),
        np.zeros((0, 4), np.uint8),
        np.zeros((1, 65536), np.uint8),
        [[1, 2]],
    ],
    ids=lambda image: f"{type(image).__name__} {getattr(image, 'shape', '')} {getattr(image, 'dtype', '')}",
)
def test_what_is_no_image_is_refused(codec, image):
    with pytest.raises(ValueError, match=r"image|sides"):
        codec.encode(image)


@pytest.mark.parametrize("codec", CODECS)
def test_views_are_encoded_like_copies(codec):
    image = PICTURES["rgb8 33x40"]
    for view in (image[::-1], image[:, ::2], image.transpose(1, 0, 2)):
        try:
            data = codec.encode(view)
        except ValueError:
            continue  # a knob at its end that this picture does not fit
        assert data == codec.encode(np.ascontiguousarray(view))
