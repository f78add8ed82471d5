"""GIF, at most 256 colours and LZW, versions 87a and 89a.

    GIF87a  width  height  flags  background  aspect       13 bytes; numbers are little-endian
    colour table                                           3 bytes a colour, 2, 4, 8 ... 256 of them
    [ 21 kind  blocks ]                                    extensions of 89a: comments, transparency, timing
    2c  left  top  width  height  flags  [colour table]    the picture's place on the canvas
    bits  blocks                                           LZW: bits of a pixel, then the stream
    3b
                                                           blocks: size 1 to 255, so many bytes; ...; 0
    flags of the header    T 1 1 1 0 s s s     colour table present, of 2**(s + 1) colours
    flags of the picture   T I 0 0 0 s s s     its own colour table, interlaced

A picture of at most `colours` colours is kept exactly, any other gets a palette (`palette.median_cut`).  Nothing in
the format says grey or RGB.  Here a table of greys in ascending order makes a grey picture, every other table RGB; the
writer lists the colours of an RGB picture from the last to the first, and fills up with blue, so that both return.

Reading: what the picture leaves open of its canvas, and each pixel of the transparent colour, shows the background
colour of the header, or black where there is no global table.  Comments and application blocks are stepped over.
Behind a whole picture the trailer may be missing, follow zeros, or be cut off with an extension.  More than one
picture, and text to be drawn, are `Unsupported`.  There is no checksum.  Chapter 8.

Sources: CompuServe, Graphics Interchange Format, 15 June 1987, and version 89a, 31 July 1990.
"""

import math
import struct
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from ..core import limits
from ..core.bits import CorruptStream, Unsupported
from ..core.codec import MAX_PIXELS, Codec, check_array, check_bytes, check_image, knob
from ..dictionary import lzw
from ..quantisation import palette

EXTENSION, PICTURE, TRAILER = 0x21, 0x2C, 0x3B
CONTROL, COMMENT, TEXT = 0xF9, 0xFE, 0x01
SIGNATURE = b"Image Compression from Scratch"
TABLE_FLAG, INTERLACE_FLAG = 0x80, 0x40
PASSES = ((0, 8), (4, 8), (2, 4), (1, 2))
"""First row and step of the four passes of an interlaced picture."""

_SCREEN, _PLACE = struct.Struct("<6sHHBBB"), struct.Struct("<HHHHB")


@dataclass(frozen=True)
class Gif(Codec):
    """The codec of `.gif` files: uint8, grey or RGB, 1 to 65535 a side; uint16 is a `ValueError`.

    colours: how many the picture may have; it loses nothing if it has no more.
    dither: 1 spreads the error of each pixel over its neighbours, 0 takes the closest colour.
    interlace: 1 writes every eighth row first, then those between, 0 from the top down.
    comment: 1 signs the file in a comment block, which makes it a GIF89a; 0 writes a GIF87a, which has no extensions.
    """

    name: ClassVar[str] = "gif"
    suffixes: ClassVar[tuple[str, ...]] = (".gif",)
    colours: int = knob(256, 2, 256)
    dither: int = knob(0, 0, 1)
    interlace: int = knob(0, 0, 1)
    comment: int = knob(0, 0, 1)

    @property
    def promised_psnr(self) -> float:
        """What a photograph keeps, in dB: 3 more for each doubling of the palette; none of 36 photographs kept less."""
        return 12 + 3 * math.log2(self.colours) - 5 * self.dither

    def encode(self, image: np.ndarray) -> bytes:
        """Return the GIF file of `image`."""
        if check_image(image) != 8:
            raise ValueError("GIF holds 8 bits a sample; this image has 16")
        table, index = self._palettise(image)
        height, width = index.shape
        bits = max(1, int(len(table) - 1).bit_length())
        note = bytes([EXTENSION, COMMENT]) + _to_blocks(SIGNATURE) if self.comment else b""
        screen = _SCREEN.pack(b"GIF89a" if note else b"GIF87a", width, height, TABLE_FLAG | 0x70 | bits - 1, 0, 0)
        place = _PLACE.pack(0, 0, width, height, INTERLACE_FLAG * self.interlace)
        rows = index[_row_order(height)] if self.interlace else index
        stream = lzw.encode(rows.ravel(), max(2, bits))
        body = note + bytes([PICTURE]) + place + bytes([max(2, bits)]) + _to_blocks(stream)
        return screen + _pack_table(table, 1 << bits) + body + bytes([TRAILER])

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image; `CorruptStream` for damage, `Unsupported` for animations and text."""
        return self.paint(data)

    def paint(self, data: bytes, paper: tuple[int, int, int] | None = None) -> np.ndarray:
        """Return the image on `paper`, red, green, blue, not on the file's own background; raises as `decode`."""
        gif = _read(check_bytes(data))
        if paper is not None:
            gif = gif._replace(background=check_array("paper", paper, (1,), 0, 255).astype(np.uint8))
        if len(gif.background) != 3:
            raise ValueError(f"paper is red, green and blue, not {paper!r}")
        limits.check_picture((*gif.canvas, 3))
        top, left, height, width = gif.place
        index = lzw.decode(gif.stream, gif.bits, height * width)[0].reshape(height, width)
        if index.max() >= len(gif.table):
            raise CorruptStream(f"colour {index.max()} of a table of {len(gif.table)}")
        if gif.interlaced:
            index[_row_order(height)] = index.copy()
        table = gif.table.copy()
        if 0 <= gif.transparent < len(table):
            table[gif.transparent] = gif.background
        image = np.full((*gif.canvas, 3), gif.background, np.uint8)
        image[top : top + height, left : left + width] = palette.look_up(table, index)
        covered = gif.place == (0, 0, *gif.canvas) and gif.transparent < 0
        grey = _is_grey_ramp(gif.table) and (covered or _is_grey_ramp(gif.background[None]))
        return image[:, :, 0].copy() if grey else image

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part; block sizes count as payload, extensions as header."""
        data = check_bytes(data)
        gif = _read(data)
        header = len(data) - gif.table_size - gif.stream_size
        return {"header": header, "tables": gif.table_size, "side information": 0, "payload": gif.stream_size}

    @staticmethod
    def matches(data: bytes) -> bool:
        """Say whether `data` begins as GIF files of both versions do."""
        return check_bytes(data)[:6] in (b"GIF87a", b"GIF89a")

    def _palettise(self, image):
        """Return the palette, (k, planes) in the order of the file, and the index of each pixel, (height, width)."""
        shape, pixels = image.shape[:2], image.reshape(image.shape[0] * image.shape[1], -1)
        table, index, counts = palette.colours(pixels)
        if len(table) > self.colours:
            rows, table = table, palette.median_cut(table, counts, self.colours)
            if self.dither:
                index = palette.dither(image.reshape(*shape, -1), table)
            else:
                index = palette.nearest(rows, table)[index]
            table, index, _ = palette.colours(table[index.ravel()].astype(np.uint8))  # sorted, without unused colours
        index = index.reshape(shape)
        return (table, index) if image.ndim == 2 else (table[::-1], len(table) - 1 - index)


class _Picture(NamedTuple):
    """What a GIF file of one picture says."""

    canvas: tuple[int, int]  # height, width
    place: tuple[int, int, int, int]  # top, left, height, width
    interlaced: bool
    table: np.ndarray  # (n, 3) uint8
    background: np.ndarray  # (3,) uint8
    transparent: int  # an index, or -1
    bits: int
    stream: bytes
    table_size: int
    stream_size: int


def _read(data):
    """Return the one picture of a GIF file.  `CorruptStream`, `Unsupported`."""
    if len(data) < _SCREEN.size or not Gif.matches(data):
        raise CorruptStream("no GIF header: not a GIF file, or cut short")
    _, width, height, flags, background, _ = _SCREEN.unpack_from(data)
    if not (height and width and height * width <= MAX_PIXELS):
        raise CorruptStream(f"no image is {height} x {width}")
    common, at = _read_table(data, _SCREEN.size, flags)
    table_size, transparent, picture = at - _SCREEN.size, -1, None
    paper = common[background] if background < len(common) else np.zeros(3, np.uint8)
    frames = 0
    while not _ends(data, at, frames):
        kind = data[at : at + 2]
        if kind == bytes([EXTENSION]) and frames:
            break
        if kind[:1] == bytes([EXTENSION]) and len(kind) == 2:
            block, at = _from_blocks(data, at + 2, may_be_cut=frames > 0)
            if kind[1] == TEXT:
                raise Unsupported("a GIF file with text to be drawn is not read here")
            if kind[1] == CONTROL and picture is None:
                transparent = _transparent(block)
            continue
        if kind[:1] != bytes([PICTURE]):
            raise CorruptStream(f"no block of a GIF file begins at byte {at}, or the file is cut short")
        frames += 1
        if frames > 1:
            at = _from_blocks(data, _read_place(data, at, (height, width))[-1], may_be_cut=True)[1]
            continue
        place, interlaced, table, bits, start = _read_place(data, at, (height, width))
        stream, at = _from_blocks(data, start)
        own_size = 3 * len(table)
        table = table if own_size else common
        sizes = table_size + own_size, at - start
        picture = _Picture((height, width), place, interlaced, table, paper, transparent, bits, stream, *sizes)
    if frames > 1:
        raise Unsupported(f"a GIF file of {frames} frames: an animation is not read here")
    if picture is None or not len(picture.table):
        raise CorruptStream("a GIF file without a picture, or a picture without a colour table")
    return picture


def _ends(data, at, frames):
    """Say whether nothing follows: the trailer, or behind a whole picture the end of the file, with zeros before."""
    return data[at : at + 1] == bytes([TRAILER]) or (
        frames > 0 and data[at:].lstrip(b"\0")[:1] in (b"", bytes([TRAILER]))
    )


def _read_place(data, at, canvas):
    """Return place, interlacing, own colour table, bits of a pixel, and where the blocks start."""
    if len(data) < at + 1 + _PLACE.size:
        raise CorruptStream("the file ends in the picture's head")
    left, top, width, height, flags = _PLACE.unpack_from(data, at + 1)
    if not (height and width and top + height <= canvas[0] and left + width <= canvas[1]):
        raise CorruptStream(f"{height} x {width} pixels at {top}, {left} on a canvas of {canvas[0]} x {canvas[1]}")
    table, at = _read_table(data, at + 1 + _PLACE.size, flags)
    bits = data[at] if at < len(data) else 0
    if not 1 <= bits <= 8:
        raise CorruptStream(f"pixels of {bits} bits")
    return (top, left, height, width), bool(flags & INTERLACE_FLAG), table, bits, at + 1


def _read_table(data, at, flags):
    """Return the colour table that `flags` announce, (n, 3) uint8 with n = 0 for none, and where it ends."""
    end = at + (3 << (flags & 7) + 1 if flags & TABLE_FLAG else 0)
    if end > len(data):
        raise CorruptStream("the file ends in a colour table")
    return np.frombuffer(data[at:end], np.uint8).reshape(-1, 3), end


def _pack_table(table, size):
    """Return the bytes of a colour table: greys filled up with the last one, colours with blue."""
    rows = np.zeros((size, 3), np.uint8)
    rows[:] = table[-1] if table.shape[1] == 1 else (0, 0, 255)
    rows[: len(table)] = table
    return rows.tobytes()


def _is_grey_ramp(table):
    """Say whether a table, (n, 3), holds greys in ascending order only."""
    levels = table[:, 0].astype(np.int64)
    return bool((table == table[:, :1]).all() and (np.diff(levels) >= 0).all())


def _transparent(block):
    """Return the transparent index of a graphic control extension, or -1."""
    if len(block) != 4:
        raise CorruptStream(f"a graphic control block of {len(block)} bytes instead of 4")
    return block[3] if block[0] & 1 else -1


def _row_order(height):
    """Return the rows of a picture in the order in which an interlaced file has them."""
    return np.concatenate([np.arange(first, height, step) for first, step in PASSES])


def _to_blocks(stream):
    """Return `stream` in blocks of at most 255 bytes, each after its size, and an empty one."""
    pieces = [stream[i : i + 255] for i in range(0, len(stream), 255)]
    return b"".join(bytes([len(piece)]) + piece for piece in [*pieces, b""])


def _from_blocks(data, at, may_be_cut=False):
    """Return the bytes of the blocks that start at `at`, and where the next thing starts, or where the file is cut."""
    pieces = []
    while True:
        size = data[at] if at < len(data) else -1
        if may_be_cut and (size < 0 or at + 1 + size > len(data)):
            return b"".join(pieces), len(data)
        if size < 0 or at + 1 + size > len(data):
            raise CorruptStream("the file ends in a block")
        if size == 0:
            return b"".join(pieces), at + 1
        pieces.append(data[at + 1 : at + 1 + size])
        at += 1 + size
