"""Rows of the right numbers, refusals kept, sweeps over knobs, and the peers of industry behind the same two verbs."""

import math

import numpy as np
import pytest
from conftest import pattern

from imgcomp_lib.codecs.raw import Raw
from imgcomp_lib.codecs.run_length import RunLength
from imgcomp_lib.core import kernels
from imgcomp_lib.formats.tga import Tga
from imgcomp_lib.measure import evaluate, images

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


def test_rows_come_one_by_one():
    rows = evaluate.each({"raw": Raw(), "none": Refusing()}, {"a": np.zeros((2, 2), np.uint8)})
    assert next(rows)["codec"] == "raw"
    assert next(rows)["refused"] == "not today" and next(rows, None) is None


class Refusing:
    def encode(self, image):
        raise ValueError("not today")

    decode = encode


class Late(Raw):
    """A codec that compiles something at its second picture, as one does whose kernels depend on what it sees."""

    def __post_init__(self):
        object.__setattr__(self, "seen", [])

    def encode(self, image):
        self.seen.append(image.shape)
        if len(self.seen) == 2:
            kernels.numba.njit(lambda number: number + 1)(1)
        return super().encode(image)


@pytest.mark.skipif(not kernels.numba or bool(kernels.numba.config.DISABLE_JIT), reason="the compiler is off")
def test_a_warm_row_counts_no_second_of_the_compiler():
    codec, image = Late(), np.zeros((100, 90, 3), np.uint8)
    (row,) = evaluate.each({"late": codec}, {"a": image}, warm=True)
    assert codec.seen == [(evaluate.CORNER, evaluate.CORNER, 3), image.shape, image.shape]
    assert row["size"] == len(Raw().encode(image))
    codec.seen[:] = [None, None]
    list(evaluate.each({"late": codec}, {"a": image}, warm=True))
    assert codec.seen[2:] == [(evaluate.CORNER, evaluate.CORNER, 3), image.shape], "nothing was compiled"
    codec.seen.clear()
    list(evaluate.each({"late": codec}, {"a": image}))
    assert codec.seen == [image.shape]


def test_the_ledger_has_a_row_a_codec_and_a_column_a_picture():
    raw, none = evaluate.ledger({"raw": Raw(), "none": Refusing()})
    assert list(raw) == ["codec", *images.ledger(), "encode, s", "decode, s"]
    assert [raw[name] for name in images.ledger()] == [18 + image.nbytes for image in images.ledger().values()]
    assert none["codec"] == "none" and np.isnan(none["cat"]) and raw["encode, s"] >= 0 == none["encode, s"]
