"""PNG: Pillow and imagecodecs reading ours, ours reading theirs and what our test writes, and every damage told."""

import io
import struct
import zlib

import numpy as np
import pytest
from attack import seal
from conftest import pattern, pictures
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imgcomp_lib import formats
from imgcomp_lib.core.bits import CorruptStream, Unsupported
from imgcomp_lib.formats.png import Png
from imgcomp_lib.measure import images

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KINDS = {"grey": 0, "rgb": 2, "palette": 3, "grey alpha": 4, "rgb alpha": 6}
PLANES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
EVERY_KIND = [(kind, depth) for kind, depths in DEPTHS.items() for depth in depths]
X_Y_DX_DY = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(name, body=b""):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def by_hand(samples, kind, depth, interlaced=0, palette=b"", clear=None, filters=(0,), head=None):
    """Return a PNG file of samples (h, w, planes), written with nothing but the standard, zlib and a bit string."""
    height, width, planes = samples.shape
    step, stream = max(1, planes * depth // 8), b""
    for x, y, dx, dy in X_Y_DX_DY if interlaced else [(0, 0, 1, 1)]:
        part = samples[y::dy, x::dx]
        above = b""
        for number, row in enumerate(part if part.size else ()):
            text = "".join(f"{sample:0{depth}b}" for sample in row.ravel().tolist())
            text += "0" * (-len(text) % 8)
            line = int(text, 2).to_bytes(len(text) // 8, "big")
            kind_of_row = filters[number % len(filters)]
            stream += bytes([kind_of_row]) + filtered(kind_of_row, line, above or bytes(len(line)), step)
            above = line
    head = head or struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlaced)
    chunks = chunk(b"IHDR", head) + (chunk(b"PLTE", palette) if palette else b"")
    chunks += b"" if clear is None else chunk(b"tRNS", clear)
    return SIGNATURE + chunks + chunk(b"IDAT", zlib.compress(stream)) + chunk(b"IEND")


def filtered(kind, line, above, step):
    """Return a row under a filter, by the letter of clause 9."""
    out = bytearray()
    for i, x in enumerate(line):
        a, b, c = (line[i - step], above[i], above[i - step]) if i >= step else (0, above[i], 0)
        p = a + b - c
        paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
        out.append((x - (0, a, b, (a + b) // 2, paeth)[kind]) % 256)
    return bytes(out)


def random_samples(kind, depth, height=13, width=11, seed=0):
    """Return samples that are neither flat nor all noise."""
    rng = np.random.default_rng([seed, kind, depth, height, width])
    slope = np.add.outer(3 * np.arange(height), 2 * np.arange(width))[:, :, None]
    return (slope + rng.integers(0, 1 << depth, (height, width, PLANES[kind])) // 3) % (1 << depth)


PALETTE = np.random.default_rng(1).integers(0, 256, 768, np.uint8).tobytes()


def meaning(samples, kind, depth, clear=None):
    """Return the image that the samples of a file stand for."""
    if kind == 3:
        table = np.frombuffer(PALETTE, np.uint8).reshape(256, 3)
        if clear is not None:
            table = np.column_stack([table, np.frombuffer(clear.ljust(256, b"\xff"), np.uint8)])
        return table[samples[:, :, 0]]
    peak = 65535 if depth == 16 else 255
    image = (samples * (peak // ((1 << depth) - 1))).astype(np.uint16 if depth == 16 else np.uint8)
    if clear is not None:
        opaque = (samples != np.array(struct.unpack(f">{len(clear) // 2}H", clear))).any(axis=2)
        image = np.dstack([image, (opaque * peak).astype(image.dtype)])
    return image[:, :, 0] if image.shape[2] == 1 else image


def by_pillow(data, mode=None):
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert(mode) if mode else picture)


def by_imagecodecs(data):
    return pytest.importorskip("imagecodecs", reason="imagecodecs is an extra").png_decode(data)


def of_imagecodecs(image, level):
    return pytest.importorskip("imagecodecs", reason="imagecodecs is an extra").png_encode(image, level=level)


def palette_for(kind, depth):
    return PALETTE[: 3 << depth] if kind == 3 else b""


# Ours, read by others


@pytest.mark.parametrize("effort", range(1, 10))
def test_others_see_what_we_wrote(effort):
    for name, image in pictures().items():
        data = Png(effort).encode(image)
        assert np.array_equal(Png().decode(data), image), name
        if image.dtype == np.uint8:
            assert np.array_equal(by_pillow(data, "L" if image.ndim == 2 else "RGB"), image), name
        else:
            assert np.array_equal(by_imagecodecs(data), image), name


@given(st.integers(1, 20), st.integers(1, 40), st.sampled_from([1, 3]), st.sampled_from([np.uint8, np.uint16]))
def test_odd_sizes(height, width, planes, dtype):
    image = pattern(height, width, planes, dtype)
    data = Png().encode(image)
    assert np.array_equal(Png().decode(data), image)
    assert np.array_equal(by_imagecodecs(data).reshape(image.shape), image)


@pytest.mark.parametrize("name, least", [("cat", 0.97), ("coffee", 0.98), ("camera", 0.99), ("rocket", 0.97)])
def test_smaller_than_libpng(name, least):
    image = images.photo(name)
    assert len(Png().encode(image)) <= least * len(of_imagecodecs(image, 9))


@pytest.mark.parametrize(
    "levels, depth",
    [((0, 255), 1), ((255,), 1), ((0, 85, 170, 255), 2), ((0, 17, 238), 4), ((0, 1), 8), ((7,), 8)],
)
def test_grey_is_as_narrow_as_its_levels_allow(levels, depth):
    image = np.array(levels, np.uint8)[np.indices((9, 9)).sum(0) % len(levels)]
    data = Png().encode(image)
    assert data[24:26] == bytes([depth, 0]) and np.array_equal(Png().decode(data), image)
    assert np.array_equal(by_pillow(data, "L"), image)


@pytest.mark.parametrize("colours, depth", [(2, 1), (4, 2), (16, 4), (256, 8)])
def test_few_colours_make_a_palette(colours, depth):
    rng = np.random.default_rng(colours)
    table = rng.integers(0, 256, (colours, 3), np.uint8)
    image = table[rng.integers(0, colours, (64, 64))]
    data = Png().encode(image)
    assert data[24:26] == bytes([depth, 3]) and np.array_equal(Png().decode(data), image)
    assert np.array_equal(by_pillow(data, "RGB"), image)


def test_a_palette_is_left_where_it_does_not_pay():
    image = np.stack([np.arange(256, dtype=np.uint8)] * 3, axis=1)[None]  # 256 colours, one row of even steps
    assert Png().encode(image)[25] == 2


def test_the_bytes_of_a_pixel():
    data = Png().encode(np.array([[[1, 2, 3]]], np.uint8))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    rows = bytes([0, 1, 2, 3])
    assert data[: 8 + 25] == SIGNATURE + head and data.endswith(chunk(b"IEND"))
    assert zlib.decompress(data[41:-16]) in (rows, bytes([1]) + rows[1:], bytes([2]) + rows[1:], bytes([4]) + rows[1:])


def test_where_the_bytes_go():
    data = Png().encode(images.photo("cat"))
    parts = Png().breakdown(data)
    assert parts["header"] == 8 + 12 * 3 + 13 + 6 and 100 < parts["tables"] < 3000 and parts["side information"] == 0
    image = by_hand(random_samples(3, 2), 3, 2, palette=PALETTE[:12], clear=b"\x80")
    assert Png().breakdown(image)["tables"] >= 13


# Others', read by us


@pytest.mark.parametrize("level", [0, 1, 9])
def test_we_see_what_imagecodecs_wrote(level):
    for image in [*pictures().values(), pattern(9, 8, 4), pattern(9, 8, 2, np.uint16), pattern(9, 8, 4, np.uint16)]:
        assert np.array_equal(Png().decode(of_imagecodecs(image, level)), image)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_we_see_what_pillow_wrote(mode):
    photo = Image.fromarray(images.photo("cat")[:90, :100])
    picture = Image.fromarray(pattern(20, 30, 1, np.uint16)) if mode == "I;16" else photo.convert(mode)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=mode != "I;16")
    expected = np.asarray(picture.convert("RGB" if mode == "P" else "L" if mode == "1" else mode))
    assert np.array_equal(Png().decode(out.getvalue()), expected)


@pytest.mark.parametrize("interlaced", [0, 1])
@pytest.mark.parametrize("kind, depth", EVERY_KIND)
def test_every_kind_and_depth(kind, depth, interlaced):
    for height, width in [(1, 1), (1, 9), (9, 1), (2, 3), (5, 4), (8, 8), (13, 11), (17, 33)]:
        samples = random_samples(kind, depth, height, width)
        data = by_hand(samples, kind, depth, interlaced, palette_for(kind, depth), filters=(0, 1, 2, 3, 4, 3, 4))
        image = Png().decode(data)
        assert np.array_equal(image, meaning(samples, kind, depth)), (height, width)
        assert image.dtype == (np.uint16 if depth == 16 else np.uint8)
        assert np.array_equal(by_imagecodecs(data), image) or depth < 8 or kind == 3


@pytest.mark.parametrize("interlaced", [0, 1])
@pytest.mark.parametrize("kind", [0, 2, 3, 4, 6])
def test_pillow_agrees_on_our_hand_made_files(kind, interlaced):
    """The judge of the judge: what `by_hand` writes is what Pillow reads."""
    for depth in (depth for depth in DEPTHS[kind] if depth <= 8):
        samples = random_samples(kind, depth)
        data = by_hand(samples, kind, depth, interlaced, palette_for(kind, depth), filters=(4, 3, 2))
        mode = {0: "L", 2: "RGB", 3: "RGB", 4: "LA", 6: "RGBA"}[kind]
        assert np.array_equal(by_pillow(data, mode), meaning(samples, kind, depth))


@pytest.mark.parametrize("kind, depth", [kind for kind in EVERY_KIND if kind[0] in (0, 2, 3)])
def test_clear_colours_become_alpha(kind, depth):
    samples = random_samples(kind, depth)
    clear = bytes([0, 128, 7][: 1 << depth]) if kind == 3 else samples[3, 4].astype(">u2").tobytes()
    data = by_hand(samples, kind, depth, 0, palette_for(kind, depth), clear)
    assert np.array_equal(Png().decode(data), meaning(samples, kind, depth, clear))
    if depth == 8:
        assert np.array_equal(by_pillow(data, "LA" if kind == 0 else "RGBA"), meaning(samples, kind, depth, clear))


def test_only_the_low_bits_of_a_clear_colour_count():
    samples = random_samples(0, 4)
    expected = meaning(samples, 0, 4, struct.pack(">H", 5))
    assert np.array_equal(Png().decode(by_hand(samples, 0, 4, clear=struct.pack(">H", 0xFF05))), expected)


GREY = random_samples(0, 8)
PLAIN = by_hand(GREY, 0, 8)
HEAD, BODY = PLAIN[:33], PLAIN[33:]
STREAM = zlib.decompress(BODY[8:-16])


def with_stream(stream):
    return HEAD + chunk(b"IDAT", zlib.compress(stream)) + chunk(b"IEND")


@pytest.mark.parametrize(
    "data",
    [
        HEAD + chunk(b"tEXt", b"Title\0A cat") + chunk(b"gAMA", struct.pack(">I", 45455)) + BODY,
        HEAD + BODY[:-12] + chunk(b"tIME", bytes(7)) + BODY[-12:],
        PLAIN + b"trailing garbage",
        HEAD + b"".join(chunk(b"IDAT", bytes([byte])) for byte in BODY[8:-16]) + chunk(b"IDAT") + chunk(b"IEND"),
        HEAD + chunk(b"PLTE", bytes(3)) + BODY,
        HEAD + chunk(b"abCd") + BODY,
    ],
    ids=["ancillary", "after IDAT", "trailing garbage", "IDAT byte by byte", "suggested palette", "private"],
)
def test_what_is_stepped_over(data):
    assert np.array_equal(Png().decode(data), GREY[:, :, 0])
    assert sum(Png().breakdown(data).values()) == len(data)


# Damage


@pytest.mark.parametrize(
    "data, feature",
    [
        (HEAD + chunk(b"acTL", bytes(8)) + BODY, "an animation"),
        (HEAD + chunk(b"ABcD") + BODY, "critical chunk ABcD"),
        (SIGNATURE + chunk(b"CgBI", bytes(4)) + PLAIN[8:], "critical chunk CgBI"),
    ],
)
def test_valid_files_of_other_kinds_are_named(data, feature):
    with pytest.raises(Unsupported, match=feature):
        Png().decode(data)


def test_every_flipped_bit_is_told():
    data = HEAD + chunk(b"tEXt", b"Title\0A cat") + chunk(b"PLTE", bytes(6)) + BODY
    for bit in range(8 * len(data)):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises((CorruptStream, Unsupported)):
            Png().decode(bytes(flipped))


def header(*fields):
    return by_hand(GREY, 0, 8, head=struct.pack(">IIBBBBB", *fields))


@pytest.mark.parametrize(
    "data, message",
    [
        (b"", "no PNG signature"),
        (PLAIN[:8], "cut short"),
        (PLAIN[:-1], "cut short"),
        (PLAIN[:-12], "cut short"),
        (SIGNATURE + BODY, "IDAT' at byte 8"),
        (HEAD + HEAD[8:] + BODY, "IHDR' at byte 33"),
        (HEAD + chunk(b"a1cd") + BODY, "a1cd"),
        (SIGNATURE + chunk(b"IHDR", bytes(12)) + BODY, "IHDR of 12 bytes"),
        (HEAD + chunk(b"IEND"), "without IDAT"),
        (HEAD + BODY[:-12] + chunk(b"tEXt") + BODY[:-12] + chunk(b"IEND"), "between its IDATs"),
        (header(11, 13, 3, 0, 0, 0, 0), "of the kind"),
        (header(11, 13, 4, 2, 0, 0, 0), "of the kind"),
        (header(11, 13, 8, 1, 0, 0, 0), "of the kind"),
        (header(11, 13, 16, 3, 0, 0, 0), "of the kind"),
        (header(11, 13, 8, 0, 1, 0, 0), "of the kind"),
        (header(11, 13, 8, 0, 0, 1, 0), "of the kind"),
        (header(11, 13, 8, 0, 0, 0, 2), "of the kind"),
        (header(0, 13, 8, 0, 0, 0, 0), "13 x 0"),
        (header(1 << 16, 1 << 16, 8, 0, 0, 0, 0), "65536 x 65536"),
        (header((1 << 32) - 1, (1 << 32) - 1, 8, 0, 0, 0, 0), "4294967295 x 4294967295"),
        (header(11, 14, 8, 0, 0, 0, 0), "168 are needed"),
        (header(11, 12, 8, 0, 0, 0, 0), "more than 144 bytes"),
        (with_stream(b"\5" + STREAM[1:]), "filter is none"),
        (with_stream(STREAM[:-1]), "155 bytes of rows; 156 are needed"),
        (HEAD + chunk(b"IDAT", zlib.compress(STREAM)[:-1] + b"x") + chunk(b"IEND"), "Adler-32"),
        (HEAD + chunk(b"IDAT") + chunk(b"IEND"), "no zlib stream"),
        (by_hand(random_samples(3, 8), 3, 8), "palette of 0 bytes"),
        (by_hand(random_samples(3, 8), 3, 8, palette=bytes(4)), "palette of 4 bytes"),
        (by_hand(random_samples(3, 8), 3, 8, palette=bytes(771)), "palette of 771 bytes"),
        (by_hand(random_samples(3, 8), 3, 8, palette=bytes(30)), "of a palette of 10"),
        (by_hand(random_samples(3, 2), 3, 2, palette=bytes(12), clear=bytes(5)), "alpha for 5"),
        (by_hand(GREY, 0, 8, clear=bytes(6)), "tRNS of 6 bytes"),
        (by_hand(random_samples(6, 8), 6, 8, clear=bytes(8)), "tRNS of 8 bytes"),
        (HEAD + chunk(b"PLTE", bytes(3)) * 2 + BODY, "2 PNG chunks PLTE"),
    ],
)
def test_broken_files_are_told(data, message):
    with pytest.raises(CorruptStream, match=message):
        Png().decode(data)


def test_a_seal_that_fits_lets_damage_through_to_the_decoder():
    damaged = bytearray(PLAIN)
    damaged[24] = 3
    with pytest.raises(CorruptStream, match="CRC-32"):
        Png().decode(bytes(damaged))
    with pytest.raises(CorruptStream, match="of the kind"):
        Png().decode(seal(Png(), bytes(damaged)))
    assert seal(Png(), PLAIN) == PLAIN


def test_a_file_is_known_by_its_signature():
    assert formats.format_of(PLAIN) == Png() and formats.format_of(b"", ".png") == Png()
    assert np.array_equal(formats.decode(PLAIN), GREY[:, :, 0])
