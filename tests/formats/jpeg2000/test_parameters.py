"""Marker segments: by hand, there and back, and what no encoder writes."""

import pytest

from imgcomp_lib.core.bits import CorruptStream, Unsupported
from imgcomp_lib.formats.jpeg2000 import parameters
from imgcomp_lib.formats.jpeg2000.geometry import WHOLE, Area, Grid
from imgcomp_lib.formats.jpeg2000.parameters import Coding, Component, Quantisation, Size, Style
from imgcomp_lib.formats.jpeg2000.progression import Change

SIZ = "0000 00000006 00000005 00000002 00000001 00000004 00000003 00000001 00000000 0002 070101 8b0201"


def test_siz_by_hand():
    size = Size(Grid(Area(1, 2, 5, 6), (3, 4), (0, 1)), (Component(8), Component(12, True, 1, 2)))
    assert parameters.unpack_size(bytes.fromhex(SIZ)) == size
    assert parameters.pack_size(size).hex() == SIZ.replace(" ", "")


def test_cod_by_hand():
    body = bytes.fromhex("07 02 0003 01 02 03 04 05 00 12 34 56")
    style, coding = parameters.unpack_style(body)
    assert style == Style("RPCL", 3, True, True, True)
    assert coding == Coding(2, (6, 5), 5, "9/7", ((1, 2), (3, 4), (5, 6)))
    assert parameters.pack_style(style, coding) == body
    assert parameters.unpack_style(bytes.fromhex("00 00 0001 00 05 04 04 00 01")) == (Style(), Coding())


@pytest.mark.parametrize(
    "said, body",
    [
        (Quantisation(0, 2, ((8, 0), (9, 0), (9, 0), (10, 0))), "40 40 48 48 50"),
        (Quantisation(1, 1, ((8, 2047),)), "21 47ff"),
        (Quantisation(2, 7, ((31, 0), (1, 1), (2, 2), (3, 3))), "e2 f800 0801 1002 1803"),
    ],
)
def test_qcd_by_hand(said, body):
    assert parameters.unpack_quantisation(bytes.fromhex(body)) == said
    assert parameters.pack_quantisation(said) == bytes.fromhex(body)


def test_poc_by_hand():
    changes = (Change("CPRL", (0, 3), (1, 2), 4), Change("LRCP", (1, 33), (0, 256), 65535))
    body = bytes.fromhex("00 01 0004 03 02 04   01 00 ffff 21 00 00")
    assert parameters.unpack_changes(body, 3) == changes and parameters.pack_changes(changes, 3) == body
    wide = bytes.fromhex("00 0001 0004 03 0002 04")
    assert parameters.unpack_changes(wide, 300) == changes[:1] and parameters.pack_changes(changes[:1], 300) == wide


NO_SIZ = [("070101", "070001"), ("0002 07", "0000 07"), ("00000006", "00000002"), ("070101", "7f0101")]


@pytest.mark.parametrize("body", ["", SIZ[:-6], SIZ + "00", *(SIZ.replace(*pair) for pair in NO_SIZ)])
def test_no_siz(body):
    with pytest.raises(CorruptStream):
        parameters.unpack_size(bytes.fromhex(body))


@pytest.mark.parametrize(
    "body, error",
    [
        ("00 00 0001 00 05 04 04 00", CorruptStream),
        ("00 05 0001 00 05 04 04 00 01", CorruptStream),
        ("00 00 0000 00 05 04 04 00 01", CorruptStream),
        ("00 00 0001 00 05 09 00 00 01", CorruptStream),
        ("00 00 0001 00 05 05 04 00 01", CorruptStream),
        ("00 00 0001 00 05 04 04 00 01 77", CorruptStream),
        ("01 00 0001 00 01 04 04 00 01 77", CorruptStream),
        ("01 00 0001 00 01 04 04 00 01 77 70", CorruptStream),
        ("08 00 0001 00 05 04 04 00 01", Unsupported),
        ("00 00 0001 02 05 04 04 00 01", Unsupported),
        ("00 00 0001 00 21 04 04 00 01", Unsupported),
        ("00 00 0001 00 05 04 04 40 01", Unsupported),
        ("00 00 0001 00 05 04 04 00 02", Unsupported),
    ],
)
def test_no_cod(body, error):
    with pytest.raises(error):
        parameters.unpack_style(bytes.fromhex(body))


@pytest.mark.parametrize("body", ["", "40", "42 12", "42 1234 56", "43 12"])
def test_no_qcd(body):
    with pytest.raises(CorruptStream):
        parameters.unpack_quantisation(bytes.fromhex(body))


@pytest.mark.parametrize(
    "body", ["", "00 01 0004 03 02", "00 01 0004 03 02 05", "03 01 0004 03 02 00", "00 01 0000 03 02 00"]
)
def test_no_poc(body):
    with pytest.raises(CorruptStream):
        parameters.unpack_changes(bytes.fromhex(body), 3)


def test_what_cannot_be_written():
    for coding in (
        Coding(33),
        Coding(block=(7, 6)),
        Coding(style=64),
        Coding(wavelet="haar"),
        Coding(1, precincts=((0, 0),)),
    ):
        with pytest.raises(ValueError):
            parameters.pack_coding(coding)
    for style in (Style("LRPC"), Style(layers=0)):
        with pytest.raises(ValueError):
            parameters.pack_style(style, Coding())
    for said in (
        Quantisation(3, 0, ()),
        Quantisation(0, 8, ()),
        Quantisation(0, 0, ((1, 1),)),
        Quantisation(2, 0, ((32, 1),)),
    ):
        with pytest.raises(ValueError):
            parameters.pack_quantisation(said)
    assert Coding().precincts == (WHOLE,)
