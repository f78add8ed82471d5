"""The codecs of industry keep what they are given, or refuse it."""

import numpy as np
import pytest
from conftest import pattern

from imgcomp_lib.core.bits import CorruptStream
from imgcomp_lib.measure import evaluate
from imgcomp_lib.measure.peers import Imagecodecs, Pillow


@pytest.mark.parametrize("codec", [Pillow("PNG", optimize=True), Pillow("TIFF"), Pillow("BMP")], ids=repr)
def test_pillow_is_a_codec(codec):
    for image in (pattern(9, 7), pattern(9, 7, 3)):
        assert np.array_equal(codec.decode(codec.encode(image)), image)
    with pytest.raises(ValueError, match="16-bit colour"):
        codec.encode(pattern(4, 4, 3, np.uint16))


def test_pillow_keeps_sixteen_bit_grey_or_refuses_it():
    image = pattern(9, 7, 1, np.uint16)
    assert np.array_equal(Pillow("PNG").decode(Pillow("PNG").encode(image)), image)
    with pytest.raises(ValueError, match="JPEG"):
        Pillow("JPEG").encode(image)


def test_a_lossy_peer_has_a_finite_psnr():
    row = evaluate.run({"jpeg": Pillow("JPEG", quality=50)}, {"grey": pattern(33, 40)})[0]
    assert 10 < row["psnr"] < 60
    with pytest.raises(ValueError, match="Pillow writes no 'PCD'"):
        Pillow("PCD")


def test_bytes_that_are_no_image_are_corrupt():
    for codec in (Pillow("PNG"), pytest.importorskip("imagecodecs") and Imagecodecs("png")):
        with pytest.raises(CorruptStream):
            codec.decode(b"no image")
        with pytest.raises(ValueError, match="not str"):
            codec.decode("text")
        with pytest.raises(ValueError, match="array"):
            codec.encode(3)


def test_imagecodecs_is_a_codec():
    pytest.importorskip("imagecodecs", reason="imagecodecs is an extra")
    codec = Imagecodecs("jpegls")
    for image in (pattern(9, 7), pattern(9, 7, 3), pattern(9, 7, 1, np.uint16)):
        assert np.array_equal(codec.decode(codec.encode(image)), image)
    assert repr(Imagecodecs("png", level=9)) == "Imagecodecs('png', level=9)"
    with pytest.raises(ValueError, match="no codec called 'zzz'"):
        Imagecodecs("zzz")
