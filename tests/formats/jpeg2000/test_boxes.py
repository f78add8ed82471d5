"""Boxes of JP2 files: read as Pillow reads them, and what fits nothing."""

import io
import struct

import jpeg2000_files as files
import numpy as np
import pytest
from conftest import pattern
from PIL import Image

from imgcomp_lib.core.bits import CorruptStream, Unsupported
from imgcomp_lib.formats.jpeg2000 import boxes, decoder

GREY = files.pillow(pattern(16, 18), no_jp2=True)
RGB = files.pillow(pattern(16, 18, 3), no_jp2=True, mct=0)


def test_pillow_and_openjpeg_open_the_boxes_that_are_packed():
    for stream, colour, image in ((GREY, "grey", pattern(16, 18)), (RGB, "rgb", pattern(16, 18, 3))):
        data = boxes.pack(stream, 16, 18, [8] * (1 if colour == "grey" else 3), colour)
        assert (np.asarray(Image.open(io.BytesIO(data))) == image).all() and (files.by_openjpeg(data) == image).all()
        found = boxes.unpack(data)
        assert data[found.start : found.end] == stream and found.colour == colour
        assert found.shape == (16, 18, image.ndim * 2 - 3)
        assert (decoder.decode(data) == image).all()


def test_a_codestream_alone_has_no_boxes():
    assert boxes.unpack(GREY) == (0, len(GREY), None, "", None, (), ())


def test_a_palette():
    colours = np.array([[7, 7, 7], [255, 0, 0], [1, 2, 3], [0, 0, 255]], np.uint8)[[0, 1, 2]]
    entries = bytes([0, 3, 3, 7, 7, 7]) + colours.tobytes()
    stream = files.pillow((np.arange(20, dtype=np.uint8) % 3).reshape(4, 5), no_jp2=True, num_resolutions=1)
    mapping = bytes([0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 1, 2])
    data = files.boxed(
        stream, files.ihdr(4, 5), files.colr(16), files.box(b"pclr", entries), files.box(b"cmap", mapping)
    )
    wanted = colours[(np.arange(20) % 3).reshape(4, 5)]
    assert (decoder.decode(data) == wanted).all()
    assert (np.asarray(Image.open(io.BytesIO(data)).convert("RGB")) == wanted).all()


def test_palettes_of_sixteen_bits():
    entries = bytes([0, 2, 1, 15]) + struct.pack(">HH", 1000, 65535)
    stream = files.pillow(np.array([[0, 1, 1, 0]] * 4, np.uint8), no_jp2=True, num_resolutions=1)
    tables = files.box(b"pclr", entries), files.box(b"cmap", bytes([0, 0, 1, 0]))
    found = decoder.decode(files.boxed(stream, files.ihdr(4, 4), files.colr(17), *tables))
    assert found.dtype == np.uint16 and found[0].tolist() == [1000, 65535, 65535, 1000]


def test_channels_in_another_order():
    definition = files.box(b"cdef", struct.pack(">H9H", 3, 0, 0, 3, 1, 0, 2, 2, 0, 1))
    data = files.boxed(RGB, files.ihdr(16, 18, 3), files.colr(16), definition)
    assert (decoder.decode(data) == pattern(16, 18, 3)[..., ::-1]).all()


def test_luma_and_chroma():
    data = boxes.pack(RGB, 16, 18, [8] * 3, "ycc")
    picture = Image.fromarray(pattern(16, 18, 3), "YCbCr").convert("RGB")
    assert np.abs(decoder.decode(data).astype(int) - np.asarray(picture)).max() <= 1


def test_a_profile_of_colours():
    profile = b"\2\0\0" + bytes(16) + b"RGB " + bytes(100)
    data = files.boxed(RGB, files.ihdr(16, 18, 3), files.box(b"colr", profile))
    assert (decoder.decode(data) == pattern(16, 18, 3)).all()


def test_lengths_of_boxes():
    data = boxes.pack(GREY, 16, 18, [8], "grey")
    start = data.index(b"jp2c") - 4
    for head in (struct.pack(">I4s", 0, b"jp2c"), struct.pack(">I4sQ", 1, b"jp2c", 16 + len(GREY))):
        assert (decoder.decode(data[:start] + head + GREY) == pattern(16, 18)).all()
    for head in (
        struct.pack(">I4s", 7, b"jp2c"),
        struct.pack(">I4s", 9999, b"jp2c"),
        struct.pack(">I4sQ", 1, b"jp2c", 1 << 62),
    ):
        with pytest.raises(CorruptStream):
            decoder.decode(data[:start] + head + GREY)
    with pytest.raises(CorruptStream):
        decoder.decode(data[:start])


@pytest.mark.parametrize("parts, error", [
    ([], CorruptStream), ([files.ihdr(17, 18)], CorruptStream), ([files.ihdr(16, 18, 3)], CorruptStream),
    ([files.ihdr(16, 18), files.colr(16)], CorruptStream), ([files.ihdr(16, 18), files.colr(12)], Unsupported),
    ([files.ihdr(16, 18), files.box(b"colr", b"")], CorruptStream), ([files.box(b"ihdr", bytes(14))], CorruptStream),
    ([files.ihdr(16, 18), files.box(b"colr", b"\2\0\0" + bytes(16) + b"Lab ")], Unsupported),
    ([files.ihdr(16, 18), files.box(b"pclr", bytes([0, 1, 1, 7, 9]))], CorruptStream),
    ([files.ihdr(16, 18), files.box(b"cdef", struct.pack(">HHHH", 1, 0, 1, 0))], Unsupported),
    ([files.ihdr(16, 18), files.box(b"cdef", struct.pack(">HHHH", 1, 1, 0, 1))], CorruptStream),
])  # fmt: skip
def test_boxes_that_fit_nothing(parts, error):
    with pytest.raises(error):
        decoder.decode(files.boxed(GREY, *parts))


def test_a_file_of_another_kind_is_named():
    with pytest.raises(Unsupported, match="jpx"):
        decoder.decode(files.boxed(GREY, files.ihdr(16, 18), kind=b"jpx "))


@pytest.mark.parametrize("arguments", [(b"", 0, 1, [8]), (b"", 1, 1, []), (b"", 1, 1, [0]), (b"", 1, 1, [8], "blue")])
def test_what_cannot_be_packed(arguments):
    with pytest.raises(ValueError):
        boxes.pack(*arguments)
