"""Rows of the right numbers, refusals kept, sweeps over knobs, and the peers of industry behind the same two verbs."""

import math

import numpy as np
import pytest
from conftest import pattern

from imgcomp_lib.codecs.raw import Raw
from imgcomp_lib.codecs.run_length import RunLength
from imgcomp_lib.formats.tga import Tga
from imgcomp_lib.measure import evaluate

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


@pytest.mark.parametrize(
    "codecs, images, named",
    [
        ([Raw()], {}, "dictionary by name, not list"),
        ({"raw": 3}, {}, "'raw' is int"),
        ({}, {"dot": 3}, "'dot' is int"),
        ({}, None, "not NoneType"),
    ],
)
def test_what_is_no_codec_and_no_image(codecs, images, named):
    with pytest.raises(ValueError, match=named):
        evaluate.run(codecs, images)


def test_totals_of_what_are_no_rows():
    for wild in (None, [3], [{"codec": "raw"}]):
        with pytest.raises(ValueError, match="rows are"):
            evaluate.totals(wild)


def test_totals_add_bytes_not_ratios():
    rows = evaluate.run({"raw": Raw()}, {"a": np.zeros((10, 10), np.uint8), "b": np.zeros((1, 1), np.uint8)})
    assert evaluate.totals(rows) == [{"codec": "raw", "raw": 101, "size": 118 + 19, "ratio": 101 / 137}]
