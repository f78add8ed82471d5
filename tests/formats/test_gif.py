"""GIF: the bytes of known files, Pillow reading ours, ours reading Pillow's and what Pillow does not write."""

import io
import struct

import numpy as np
import pytest
from conftest import pattern
from PIL import Image

from imgcomp_lib import formats
from imgcomp_lib.core.bits import CorruptStream, Unsupported
from imgcomp_lib.dictionary import lzw
from imgcomp_lib.formats.gif import Gif
from imgcomp_lib.measure import images

FEW = (pattern(33, 40, 3) // 64 * 64).astype(np.uint8)  # at most 64 colours
PICTURES = {
    "grey": pattern(33, 40),
    "few colours": FEW,
    "one colour": np.full((3, 5, 3), (10, 20, 30), np.uint8),
    "black and white in RGB": np.repeat(pattern(9, 9)[:, :, None] // 128 * 255, 3, axis=2).astype(np.uint8),
    "256 greys in RGB": np.repeat(np.arange(256, dtype=np.uint8).reshape(16, 16, 1), 3, axis=2),
    "black": np.zeros((4, 4), np.uint8),
    "black in RGB": np.zeros((4, 4, 3), np.uint8),
    "blue in RGB": np.full((4, 4, 3), (0, 0, 255), np.uint8),
    "one row": pattern(1, 300),
    "one column": pattern(300, 1),
    "camera": images.photo("camera"),
    "letter": images.fax("letter")[:600],
}

# M. Flickinger, What's in a GIF, sample_1.gif: 10 x 10 pixels, four colours, a graphic control extension
SAMPLE = bytes.fromhex(
    "474946383961 0A000A00 910000 FFFFFF FF0000 0000FF 000000 21F9040000000000 2C 00000000 0A000A00 00 02"
    "16 8C2D99872A1CDC33A00275EC95FAA8DE608C04914C01 00 3B"
)
RED, BLUE, WHITE, GREEN = (255, 0, 0), (0, 0, 255), (255, 255, 255), (0, 255, 0)


def by_pillow(data, mode="RGB"):
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.format == "GIF" and getattr(picture, "n_frames", 1) == 1
        return np.asarray(picture.convert(mode))


def by_hand(index, table=(WHITE, RED, BLUE, GREEN), *, version=b"GIF89a", canvas=None, at=(0, 0), background=0,
            between=b"", own=None, flags=0, bits=2, behind=b";"):  # fmt: skip
    """Return a GIF file of the indices; every field can be set."""
    index = np.array(index)
    height, width = index.shape
    canvas = canvas or (height, width)
    common = b"".join(map(bytes, table)) if table else b""
    data = version + struct.pack("<HHBBB", canvas[1], canvas[0], 0x81 if table else 0, background, 0) + common + between
    data += b"," + struct.pack("<HHHHB", at[1], at[0], width, height, flags | (0x81 if own else 0))
    data += b"".join(map(bytes, own or ())) + bytes([bits])
    stream = lzw.encode(index.ravel(), bits)
    for i in range(0, len(stream), 255):
        data += bytes([len(stream[i : i + 255])]) + stream[i : i + 255]
    return data + b"\0" + behind


def control(flags, index):
    return bytes([0x21, 0xF9, 4, flags, 0, 0, index, 0])


# ---- writing


@pytest.mark.parametrize("comment", [0, 1])
@pytest.mark.parametrize("interlace", [0, 1])
@pytest.mark.parametrize("name", PICTURES)
def test_few_colours_are_kept_and_pillow_sees_them(name, interlace, comment):
    image = PICTURES[name]
    data = Gif(interlace=interlace, comment=comment).encode(image)
    assert np.array_equal(by_pillow(data, "L" if image.ndim == 2 else "RGB"), image)
    decoded = Gif().decode(data)
    assert decoded.shape == image.shape and np.array_equal(decoded, image)
    assert data[:6] == (b"GIF89a" if comment else b"GIF87a")


@pytest.mark.parametrize("dither", [0, 1])
@pytest.mark.parametrize("colours", [2, 3, 16, 200, 256])
@pytest.mark.parametrize("image", [images.photo("cat"), images.photo("camera")], ids=["cat", "camera"])
def test_photographs_get_a_palette(image, colours, dither):
    data = Gif(colours=colours, dither=dither).encode(image)
    decoded = Gif().decode(data)
    assert np.array_equal(by_pillow(data, "L" if image.ndim == 2 else "RGB"), decoded)
    assert len(np.unique(decoded.reshape(-1, 1 if image.ndim == 2 else 3), axis=0)) <= colours


def test_the_bytes_of_the_specification():
    data = Gif().encode(np.array([[[255, 0, 0], [0, 0, 9]]], np.uint8))
    assert data[:13] == b"GIF87a" + struct.pack("<HHBBB", 2, 1, 0b11110000, 0, 0)
    assert data[13:19] == bytes([255, 0, 0, 0, 0, 9])  # the last colour first: not a grey ramp, even if all were grey
    assert data[19:29] == b"," + struct.pack("<HHHHB", 0, 0, 2, 1, 0)
    assert data[29:] == bytes([2, 2, 0b01000100, 0b01010, 0]) + b";"  # clear 4, 0, 1, end 5 in three bits each
    assert Gif().breakdown(data) == {"header": 25, "tables": 6, "side information": 0, "payload": 4}


def test_a_comment_makes_it_89a():
    data = Gif(comment=1).encode(np.zeros((1, 1), np.uint8))
    assert data[19:22] == b"!\xfe\x1e" and data[22:52] == b"Image Compression from Scratch" and data[52] == 0
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.info["comment"] == b"Image Compression from Scratch"


def test_rows_of_an_interlaced_picture():
    rows = np.arange(10, dtype=np.uint8)[:, None].repeat(3, axis=1)
    data = Gif(interlace=1).encode(rows)
    start = data.index(b",") + 11
    stream = data[start + 1 : start + 1 + data[start]]
    assert lzw.decode(stream, 4, 30)[0][::3].tolist() == [0, 8, 4, 2, 6, 1, 3, 5, 7, 9]


def test_sixteen_bits_are_refused():
    with pytest.raises(ValueError, match="8 bits a sample"):
        Gif().encode(np.zeros((2, 2), np.uint16))


@pytest.mark.parametrize("name", ["cat", "camera", "coffee", "brick"])
def test_no_larger_than_pillow_s(name):
    picture = Image.fromarray(images.photo(name)).quantize(256)
    ours = Gif().encode(np.asarray(picture.convert("RGB")))
    for interlace in (0, 1):
        out = io.BytesIO()
        picture.save(out, "GIF", interlace=interlace)
        assert len(ours) <= out.tell()


# ---- reading


@pytest.mark.parametrize("options", [{}, {"interlace": 0}, {"comment": b"x" * 600}, {"transparency": 200}], ids=str)
@pytest.mark.parametrize("name", PICTURES)
def test_we_see_what_pillow_wrote(name, options):
    image, out = PICTURES[name], io.BytesIO()
    Image.fromarray(image).save(out, "GIF", **options)
    assert out.getvalue()[:6] in (b"GIF87a", b"GIF89a")
    decoded = Gif().decode(out.getvalue())
    seen, colours = by_pillow(out.getvalue(), "RGBA"), np.dstack([decoded] * (5 - decoded.ndim))[:, :, :3]
    opaque = seen[:, :, 3] == 255
    assert np.array_equal(colours[opaque], seen[opaque][:, :3])
    if "transparency" not in options:
        assert opaque.all() and np.array_equal(colours, np.dstack([image] * (5 - image.ndim))[:, :, :3])


def test_the_sample_of_what_s_in_a_gif():
    image = Gif().decode(SAMPLE)
    assert image.shape == (10, 10, 3) and np.array_equal(image, by_pillow(SAMPLE))
    assert image[0, 0].tolist() == [255, 0, 0] and image[0, 9].tolist() == [0, 0, 255]
    assert image[4, 4].tolist() == [255, 255, 255]
    assert Gif().breakdown(SAMPLE) == {"header": 33, "tables": 12, "side information": 0, "payload": 24}


def test_greys_in_order_are_grey():
    ramp = [(v, v, v) for v in (0, 80, 80, 200)]
    assert Gif().decode(by_hand([[0, 1], [2, 3]], ramp)).tolist() == [[0, 80], [80, 200]]
    assert Gif().decode(by_hand([[0, 1], [2, 3]], ramp[::-1])).shape == (2, 2, 3)


def test_a_picture_on_part_of_the_canvas():
    data = by_hand([[1, 2]], canvas=(3, 4), at=(1, 2), background=3)
    expected = np.full((3, 4, 3), GREEN, np.uint8)
    expected[1, 2], expected[1, 3] = RED, BLUE
    assert np.array_equal(Gif().decode(data), expected)


def test_a_grey_picture_on_a_coloured_canvas_is_rgb():
    greys = [(0, 0, 0), (9, 9, 9), (200, 200, 200), (255, 255, 255)]
    data = by_hand([[1, 2]], canvas=(2, 2), background=1, own=greys)
    assert Gif().decode(data).tolist() == [[[9, 9, 9], [200, 200, 200]], [list(RED), list(RED)]]
    assert Gif().decode(by_hand([[1, 2]], None, canvas=(2, 2), own=greys)).tolist() == [[9, 200], [0, 0]]


def test_the_picture_s_own_colours_rule():
    own = [GREEN, BLUE, RED, WHITE]
    assert np.array_equal(Gif().decode(by_hand([[0, 1, 2, 3]], own=own)), [[GREEN, BLUE, RED, WHITE]])
    assert np.array_equal(Gif().decode(by_hand([[0, 1]], None, own=own)), [[GREEN, BLUE]])


def test_transparent_pixels_show_the_background():
    data = by_hand([[1, 2, 1]], background=3, between=control(1, 2))
    assert np.array_equal(Gif().decode(data), [[RED, GREEN, RED]])
    assert np.array_equal(Gif().decode(by_hand([[1, 2]], background=3, between=control(0, 2))), [[RED, BLUE]])
    colours = Gif().decode(by_hand([[1, 2]], None, own=[GREEN] * 4, between=control(1, 2)))
    assert np.array_equal(colours, [[GREEN, (0, 0, 0)]])  # no global table, no background


def test_extensions_are_stepped_over():
    comment = b"!\xfe" + b"\x05hello" + b"\xff" + bytes(255) + b"\0"
    looping = b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
    unknown = b"!\x77\0"
    data = by_hand([[1, 2]], between=comment + looping + unknown, behind=comment + b";" + b"anything")
    assert np.array_equal(Gif().decode(data), [[RED, BLUE]])


def test_an_animation_is_not_taken_for_its_first_frame():
    frames, out = [Image.fromarray(FEW), Image.fromarray(FEW[::-1].copy())], io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(Unsupported, match="animation"):
        Gif().decode(out.getvalue())
    with pytest.raises(Unsupported, match="animation"):
        formats.decode(out.getvalue())


def test_text_to_be_drawn_is_unsupported():
    text = b"!\x01\x0c" + bytes(12) + b"\x02hi\0"
    with pytest.raises(Unsupported, match="text"):
        Gif().decode(by_hand([[1]], between=text))


@pytest.mark.parametrize("keep", [0, 5, 6, 12, 13, 20])
def test_no_header_or_no_table(keep):
    with pytest.raises(CorruptStream):
        Gif().decode(SAMPLE[:keep])


@pytest.mark.parametrize(
    "data, message",
    [
        (b"GIF88a" + SAMPLE[6:], "no GIF header"),
        (by_hand([[1]], canvas=(65535, 65535)), "65535 x 65535"),
        (by_hand([[1]], canvas=(0, 1)), "0 x 1"),
        (by_hand([[1, 1]], canvas=(1, 1)), "on a canvas of 1 x 1"),
        (by_hand([[1]], canvas=(2, 2), at=(0, 2)), "on a canvas of 2 x 2"),
        (by_hand([[1]], None), "without a colour table"),
        (SAMPLE[:25] + b";", "without a picture"),
        (by_hand([[4]], bits=3), "colour 4 of a table of 4"),
        (by_hand([[1]], between=b"!\xf9\x03\0\0\0\0"), "3 bytes instead of 4"),
        (by_hand([[1]], between=b"X"), "no block of a GIF file begins at byte 25"),
        (by_hand([[1]], behind=b"X"), "cut short"),
        (by_hand([[1]], behind=b"\0\0X"), "cut short"),
        (by_hand([[1]]).replace(b"\x02\x02", b"\x09\x02"), "pixels of 9 bits"),
        (by_hand([[1]]).replace(b"\x02\x02", b"\x00\x02"), "pixels of 0 bits"),
        (by_hand([[1]]).replace(b"\x02\x02", b"\x02\x99"), "ends in a block"),
        (by_hand([[1]]).replace(b"\x02\x02\x4c", b"\x02\x02\xfc"), "LZW codes"),
        (by_hand([[1]])[:30], "ends in the picture's head"),
        (by_hand([[1]], own=[RED] * 4)[:40], "ends in a colour table"),
    ],
)
def test_broken_files_are_told(data, message):
    with pytest.raises(CorruptStream, match=message):
        Gif().decode(data)


def test_every_cut_is_told():
    for size in range(len(SAMPLE) - 1):
        with pytest.raises(CorruptStream):
            Gif().decode(SAMPLE[:size])


@pytest.mark.parametrize(
    "behind", [b"", b"\0", b"\0\0\0;", b"!", b"!\xfe", b"!\xfe\x05hel", b"!\xfe\x05hello", b"!\xf9"]
)
def test_a_whole_picture_needs_no_trailer(behind):
    assert np.array_equal(Gif().decode(SAMPLE[:-1] + behind), Gif().decode(SAMPLE))


def test_a_cut_animation_is_still_one():
    second = by_hand([[1, 2]])[25:-2]
    for behind in (second, second[:12], second[:15]):
        with pytest.raises((Unsupported, CorruptStream), match=r"2 frames|ends in"):
            Gif().decode(by_hand([[1, 2]])[:-1] + behind)


def test_the_paper_is_the_caller_s_where_one_is_named():
    data = by_hand([[1, 2]], canvas=(1, 3), background=3, between=control(1, 2))
    assert np.array_equal(Gif().paint(data, (7, 8, 9)), [[RED, (7, 8, 9), (7, 8, 9)]])
    with pytest.raises(ValueError, match="paper"):
        Gif().paint(data, (7, 8))


def test_the_magic_names_the_format():
    assert isinstance(formats.format_of(SAMPLE), Gif) and isinstance(formats.format_of(b"", ".GIF"), Gif)
