"""The own codecs by worked examples: what their bytes are, which bit planes become runs, which knobs there are."""

import numpy as np
import pytest

from imgcomp_lib import codecs, images
from imgcomp_lib.bits import CorruptStream
from imgcomp_lib.codecs import Raw, RunLength

GREY = np.array([[0, 1], [254, 255]], np.uint8)


def test_raw_payload_is_the_samples():
    data = Raw().encode(GREY)
    assert data[14:-4] == bytes([0, 1, 254, 255])


def test_raw_packs_twelve_bits():
    image = np.array([[0xABC, 0xDEF]], np.uint16)
    data = Raw(depth=12).encode(image)
    assert data[14:-4] == bytes.fromhex("abcdef") and data[13] == 12
    assert np.array_equal(codecs.decode(data), image)


def test_the_decoder_ignores_its_own_knobs():
    image = np.array([[0, 1000]], np.uint16)
    assert np.array_equal(RunLength(gray=0).decode(RunLength(depth=10).encode(image)), image)


def test_a_black_and_white_page_costs_one_plane_in_gray_code():
    page = images.fax("letter")[200:600]
    gray, binary = (len(RunLength(gray=g).encode(page)) for g in (1, 0))
    assert binary > 6 * gray  # eight equal planes against one and seven empty ones


def test_noise_costs_no_more_than_the_heads_of_its_planes():
    noise = np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)
    assert len(RunLength().encode(noise)) == len(Raw().encode(noise)) + 1 + 8 * 5


@pytest.mark.parametrize("codec, knob, value", [(RunLength, "gray", 2), (RunLength, "gray", "1"), (Raw, "depth", 17)])
def test_knobs_out_of_range_are_named(codec, knob, value):
    with pytest.raises(ValueError, match=f"{knob} is 0 (or|to) 1"):
        codec(**{knob: value})


def test_decode_picks_the_codec_by_name():
    for codec in list(codecs.CODECS.values())[:-1]:  # the last one is lossy
        assert np.array_equal(codecs.decode(codec().encode(GREY)), GREY)
    with pytest.raises(CorruptStream, match=r"no codec is called 'zzz'; there are raw, rle"):
        codecs.decode(Raw().encode(GREY).replace(b"raw ", b"zzz "))


def test_codecs_are_values():
    assert repr(RunLength(gray=0)) == "RunLength(gray=0, depth=0)"
    assert RunLength() == RunLength(gray=1) and len({RunLength(), RunLength(1)}) == 1
