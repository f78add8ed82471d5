"""The own codecs by worked examples: what their bytes are, which bit planes become runs, which knobs there are."""

import math

import numpy as np
import pytest

from imgcomp_lib import codecs
from imgcomp_lib.codecs.raw import Raw
from imgcomp_lib.codecs.run_length import RunLength
from imgcomp_lib.core.bits import CorruptStream

GREY = np.array([[0, 1], [254, 255]], np.uint8)


@pytest.mark.parametrize("codec, knob, value", [(RunLength, "gray", 2), (RunLength, "gray", "1"), (Raw, "depth", 17)])
def test_knobs_out_of_range_are_named(codec, knob, value):
    with pytest.raises(ValueError, match=f"{knob} is 0 (or|to) 1"):
        codec(**{knob: value})


def test_decode_picks_the_codec_by_name():
    for codec in (codec for codec in codecs.CODECS.values() if codec.promised_psnr == math.inf):
        assert np.array_equal(codecs.decode(codec().encode(GREY)), GREY)
    with pytest.raises(CorruptStream, match=r"no codec is called 'zzz'; there are raw, rle"):
        codecs.decode(Raw().encode(GREY).replace(b"raw ", b"zzz "))


def test_codecs_are_values():
    assert repr(RunLength(gray=0)) == "RunLength(gray=0, depth=0)"
    assert RunLength() == RunLength(gray=1) and len({RunLength(), RunLength(1)}) == 1
