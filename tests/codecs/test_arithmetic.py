"""The codec under its three models, and payloads that none of them wrote."""

import numpy as np
import pytest

from imgcomp_lib import codecs
from imgcomp_lib.codecs.arithmetic import Arithmetic
from imgcomp_lib.core import container
from imgcomp_lib.core.bits import CorruptStream
from imgcomp_lib.measure import images


def test_the_models_of_the_codec_get_better():
    photo = images.photo("camera")
    sizes = [len(Arithmetic(model).encode(photo)) for model in (0, 1, 2)]
    assert sizes[0] > 1.3 * sizes[1] > 1.5 * sizes[2]


def test_static_files_are_entropy_and_table():
    photo = images.photo("camera")
    data = Arithmetic(0).encode(photo)
    parts = Arithmetic().breakdown(data)
    counts = np.bincount(photo.ravel())
    p = counts[counts > 0] / photo.size
    entropy = -(p * np.log2(p)).sum() * photo.size / 8
    assert entropy < parts["payload"] < 1.001 * entropy + 4
    assert 100 < parts["tables"] < 300 and parts["side information"] == 1 + 4


def test_a_flat_plane_costs_its_table():
    assert Arithmetic(0).breakdown(Arithmetic(0).encode(np.full((300, 300), 7, np.uint8)))["payload"] == 1


def test_sixteen_bits_stay_small():
    rng = np.random.default_rng(7)
    scan = np.clip(rng.normal(2000, 300, (200, 200)), 0, 4095).astype(np.uint16)
    for model in (0, 1, 2):
        packed = Arithmetic(model).encode(scan)
        assert len(packed) < 0.70 * scan.nbytes
        assert np.array_equal(codecs.decode(packed), scan)
    plain = images.photo("camera")
    stretched = plain.astype(np.uint16) * 257  # 8 bits in disguise
    assert len(Arithmetic(1).encode(stretched)) < 1.1 * len(Arithmetic(1).encode(plain))


def sealed(payload):
    return container.pack("arit", np.zeros((2, 3), np.uint8), 8, payload)


@pytest.mark.parametrize(
    "payload, message",
    [
        (b"", "which model"),
        (b"\3\0\0\0\1a", "which model"),
        (b"\1\0\0\0\1", "do not fill"),
        (b"\1\0\0\0\1ab", "do not fill"),
        (b"\1\xff\xff\xff\xffab", "do not fill"),
        (b"\1\0\0\0\0", "does not end with its 6 symbols"),
        (b"\1\0\0\0\x09aaaaaaaaa", "does not end with its 6 symbols"),
        (b"\0\0\0\0\0", "no table"),
        (b"\0\0\0\0\1\x7f", "no table"),
    ],
)
def test_broken_payloads_are_told(payload, message):
    with pytest.raises(CorruptStream, match=message):
        Arithmetic().decode(sealed(payload))
