"""Rows of the right numbers, refusals kept, sweeps over knobs, and the peers of industry behind the same two verbs."""

import math

import numpy as np
import pytest
from conftest import pattern

from imgcomp_lib import evaluate
from imgcomp_lib.codecs import Raw, RunLength
from imgcomp_lib.evaluate import Imagecodecs, Pillow
from imgcomp_lib.formats import Tga

IMAGES = {"grey": pattern(33, 40), "deep": pattern(8, 8, 1, np.uint16)}


def test_a_row_says_what_was_measured():
    (row,) = evaluate.run({"tga": Tga()}, {"grey": IMAGES["grey"]})
    size = len(Tga().encode(IMAGES["grey"]))
    assert (row["image"], row["codec"], row["raw"], row["size"]) == ("grey", "tga", 1320, size)
    assert row["ratio"] == pytest.approx(1320 / size) and row["bpp"] == pytest.approx(8 * size / 1320)
    assert row["psnr"] == math.inf and row["encode_s"] > 0 and row["decode_s"] > 0


def test_a_refusal_is_a_row_with_its_reason():
    row = evaluate.run({"tga": Tga()}, {"deep": IMAGES["deep"]})[0]
    assert math.isnan(row["size"]) and "8 bits a sample" in row["refused"]


def test_a_sweep_turns_one_knob():
    rows = evaluate.sweep(RunLength(), "gray", (0, 1), IMAGES)
    order = [(row["image"], row["gray"]) for row in rows]
    assert order == [("grey", 0), ("grey", 1), ("deep", 0), ("deep", 1)]
    with pytest.raises(ValueError, match="no knob 'colour'"):
        evaluate.sweep(RunLength(), "colour", (0, 1), IMAGES)


def test_totals_add_bytes_not_ratios():
    rows = evaluate.run({"raw": Raw()}, {"a": np.zeros((10, 10), np.uint8), "b": np.zeros((1, 1), np.uint8)})
    assert evaluate.totals(rows) == [{"codec": "raw", "raw": 101, "size": 118 + 19, "ratio": 101 / 137}]


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
    row = evaluate.run({"jpeg": Pillow("JPEG", quality=50)}, {"grey": IMAGES["grey"]})[0]
    assert 10 < row["psnr"] < 60
    with pytest.raises(ValueError, match="Pillow writes no 'PCD'"):
        Pillow("PCD")


def test_imagecodecs_is_a_codec():
    pytest.importorskip("imagecodecs", reason="imagecodecs is an extra")
    codec = Imagecodecs("jpegls")
    for image in (pattern(9, 7), pattern(9, 7, 3), pattern(9, 7, 1, np.uint16)):
        assert np.array_equal(codec.decode(codec.encode(image)), image)
    assert repr(Imagecodecs("png", level=9)) == "Imagecodecs('png', level=9)"
    with pytest.raises(ValueError, match="no codec called 'zzz'"):
        Imagecodecs("zzz")
