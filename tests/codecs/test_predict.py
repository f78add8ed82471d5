"""The codec's bytes by hand, its choices, and what no encoder writes."""

import numpy as np
import pytest
from conftest import pictures

from imgcomp_lib.codecs.predict import Predict
from imgcomp_lib.core import container, limits
from imgcomp_lib.core.bits import CorruptStream, Unsupported
from imgcomp_lib.measure import images


@pytest.mark.parametrize("name", ["camera", "coins", "cat"])
def test_coefficients_found_by_block_make_the_smallest_file(name):
    photo = images.photo(name)[:256, :256]
    *fixed, found = (len(Predict(predictor).encode(photo)) for predictor in range(5))
    assert found < min(fixed) and fixed[2] < fixed[0]


def test_the_file_by_hand():
    """MED misses 5 0 0 3, 0 0 4 0; with k = 0 1 2 1, 0 0 0 0 these take 11, 2, 3, 5, 1, 1, 9 and 1 bits."""
    image = np.array([[5, 5, 5, 8], [5, 5, 9, 9]], np.uint8)
    data = Predict(2).encode(image)
    assert data[14:-4].hex(" ") == "02 20 00 00 00 00 05 00 34 16 01 80"
    assert Predict().breakdown(data) == {"header": 18, "tables": 0, "side information": 7, "payload": 5}
    by_block = Predict().breakdown(Predict().encode(image))
    assert by_block["side information"] >= 7 + 6 * 2 and by_block["payload"] <= 5


def test_green_is_subtracted_where_it_helps():
    rng = np.random.default_rng(2)
    noise = rng.integers(0, 256, (40, 40, 3), np.uint8)
    apart = images.photo("cat")[:40, :40].copy()
    apart[:, :, 0] = 7
    tinted = np.repeat(noise[:, :, :1], 3, axis=2) + np.array([0, 3, 250], np.uint8)
    assert [Predict(2).encode(image)[16] for image in (apart, tinted)] == [0, 1]
    assert len(Predict(2).encode(tinted)) < 0.5 * len(Predict(2, green=0).encode(tinted))
    assert np.array_equal(Predict().decode(Predict(2).encode(tinted)), tinted)


@pytest.mark.parametrize("depth", [9, 12, 15])
@pytest.mark.parametrize("predictor", range(5))
def test_a_depth_between_eight_and_sixteen(predictor, depth):
    image = pictures()["rgb16 33x40"] >> (16 - depth)
    data = Predict(predictor, depth=depth).encode(image)
    assert data[13] == depth and np.array_equal(Predict().decode(data), image)


def _sealed(payload, image):
    return container.pack("pred", image, 8, payload)


def test_knobs_that_no_encoder_writes_are_damage():
    image = np.zeros((4, 4), np.uint8)
    payload = Predict(2).encode(image)[14:-4]
    for at, value in ((0, 5), (1, 7), (2, 1)):
        broken = payload[:at] + bytes([value]) + payload[at + 1 :]
        with pytest.raises(CorruptStream, match="no predictor is"):
            Predict().decode(_sealed(broken, image))
    for broken in (b"", payload[:3], payload[:5], payload + b"\0", payload[:-1]):
        with pytest.raises(CorruptStream):
            Predict().decode(_sealed(broken, image))
    longer = payload[:3] + (len(payload) - 6).to_bytes(4, "big") + payload[7:] + b"\0"
    with pytest.raises(CorruptStream, match="3 bytes of codewords where 2 hold the colour plane"):
        Predict().decode(_sealed(longer, image))


def test_a_header_that_promises_much_is_refused_at_once():
    payload = Predict().encode(np.zeros((4, 4), np.uint8))[14:-4]
    with limits.at_most(1 << 30), pytest.raises(CorruptStream, match="cannot hold"):
        Predict().decode(_sealed(payload, np.zeros((8000, 8000), np.uint8)))
    with pytest.raises(Unsupported, match="the limit here is"):
        Predict().decode(_sealed(payload, np.zeros((8000, 8000), np.uint8)))
