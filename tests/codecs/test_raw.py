"""Samples as they are."""

import numpy as np

from imgcomp_lib import codecs
from imgcomp_lib.codecs.raw import Raw

GREY = np.array([[0, 1], [254, 255]], np.uint8)


def test_raw_payload_is_the_samples():
    data = Raw().encode(GREY)
    assert data[14:-4] == bytes([0, 1, 254, 255])


def test_raw_packs_twelve_bits():
    image = np.array([[0xABC, 0xDEF]], np.uint16)
    data = Raw(depth=12).encode(image)
    assert data[14:-4] == bytes.fromhex("abcdef") and data[13] == 12
    assert np.array_equal(codecs.decode(data), image)
