"""Truevision TGA 2.0 with run-length packets: grey and RGB, and read also colour maps, 15, 16 and 32 bits.

    byte  0        ID length, i       8  x origin, 2 bytes      all numbers little-endian
          1        colour map: 0, 1  10  y origin, 2 bytes
          2        kind (below)      12  width, 2 bytes
          3..7     colour map, 5     14  height, 2 bytes
                                     16  bits a pixel: 8 or 24 (read: 8, 15, 16, 24, 32)
                                     17  0 0 T R a a a a: rows from the top, pixels from the right, alpha bits
         18        i bytes of ID, the colour map, then the pixels, blue before green before red before alpha
    last 26        extension offset, developer offset (4 bytes each), "TRUEVISION-XFILE" "." and a zero byte

    kind   1 colour map   2 RGB   3 grey   9, 10, 11 the same in packets
    map    first index, 2 bytes; how many colours, 2; bits of a colour, 1
    15 and 16 bits    A RRRRR GGGGG BBBBB, low byte first; 31 stands for 255

Packets are written so that each ends with its row, as version 2.0 of the specification asks; both kinds are read.
Alpha, where byte 17 announces it and the extension area does not take it back, is the last plane: (h, w, 4), or
(h, w, 2) behind grey.  There is no checksum: a flipped bit in a pixel is a different, valid picture.  Chapter 5.

Source: Truevision, TGA File Format Specification, version 2.0, January 1991.
"""

import struct
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from ..core import limits
from ..core.bits import CorruptStream, Unsupported
from ..core.codec import MAX_PIXELS, Codec, check_bytes, check_image, knob
from ..entropy import runs
from ..quantisation import palette

MAPPED, RGB, GREY, PACKED = 1, 2, 3, 8
DEPTHS = {MAPPED: (8, 15, 16), RGB: (15, 16, 24, 32), GREY: (8, 16)}
MAP_DEPTHS = (15, 16, 24, 32)
"""Bits of a pixel, and of a colour in the map, that are read."""
SIGNATURE = b"TRUEVISION-XFILE.\0"
FOOTER_SIZE = 26
ATTRIBUTES_AT, PREMULTIPLIED = 494, 4
"""Where the extension area says what alpha means, and one that is not read; 0 to 2 mean none (7 of the area)."""
NOT_READ = {0: "no image", 32: "Huffman codes", 33: "Huffman codes"}

_HEADER = struct.Struct("<BBBHHBHHHHBB")


@dataclass(frozen=True)
class Tga(Codec):
    """The codec of `.tga` files: uint8, grey or RGB, 1 to 65535 a side; uint16 is a `ValueError`.

    rle: 1 writes packets, 0 the pixels as they are.
    """

    name: ClassVar[str] = "tga"
    suffixes: ClassVar[tuple[str, ...]] = (".tga",)
    rle: int = knob(1, 0, 1)

    def encode(self, image: np.ndarray) -> bytes:
        """Return the TGA file of `image`, rows from the top, with the footer of version 2.0."""
        if check_image(image) != 8:
            raise ValueError("TGA holds 8 bits a sample; this image has 16")
        height, width = image.shape[:2]
        pixels = image.reshape(height, width, -1)[:, :, ::-1]  # RGB becomes BGR
        kind = (GREY if image.ndim == 2 else RGB) + PACKED * self.rle
        header = _HEADER.pack(0, 0, kind, 0, 0, 0, 0, 0, width, height, 8 * pixels.shape[2], 0x20)
        body = b"".join(runs.pack_row(row) for row in pixels) if self.rle else pixels.tobytes()
        return header + body + bytes(8) + SIGNATURE

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image, with alpha if it has any; `CorruptStream` for damage, `Unsupported` for Huffman codes."""
        data = check_bytes(data)
        head = _read_header(data)
        count, size = head.height * head.width, head.size
        body = _body(data, head.start)
        if head.packed:
            pixels, _ = runs.unpack(body, count, size)
        else:
            if len(body) < count * size:
                raise CorruptStream(f"the pixels need {count * size:,} bytes; {len(body):,} are there")
            pixels = np.frombuffer(body, np.uint8, count * size).reshape(count, size)
        pixels = _planes(pixels, head)
        image = pixels.reshape(head.height, head.width, -1)
        image = image[:: 1 if head.flags & 0x20 else -1, :: -1 if head.flags & 0x10 else 1]
        return np.array(image[:, :, 0] if image.shape[2] == 1 else image, order="C")

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part: ID and footer count as header, the heads of packets as side information."""
        data = check_bytes(data)
        head = _read_header(data)
        size, heads = head.height * head.width * head.size, 0
        if head.packed:
            size = runs.unpack(_body(data, head.start), head.height * head.width, head.size)[1]
            heads = runs.count_packets(data[head.start : head.start + size], head.size)
        table = len(head.table)
        return {
            "header": len(data) - size - table,
            "tables": table,
            "side information": heads,
            "payload": size - heads,
        }

    @staticmethod
    def matches(data: bytes) -> bool:
        """Say whether `data` ends in the footer of version 2.0; older files have no mark at all."""
        return check_bytes(data).endswith(SIGNATURE)


def _body(data, start):
    """Return the bytes between header and footer: the footer's zeros would make excellent packets."""
    return data[start : len(data) - FOOTER_SIZE if data.endswith(SIGNATURE) else len(data)]


class _Header(NamedTuple):
    """What a TGA header says: where the pixels start, their kind without packets, and the colour map as bytes."""

    start: int
    packed: bool
    kind: int
    height: int
    width: int
    bits: int
    flags: int
    alpha: bool
    first: int  # index of the map's first colour
    map_bits: int
    table: bytes

    @property
    def size(self):
        """Bytes of a pixel."""
        return (self.bits + 7) // 8


def _read_header(data):
    """Return the header of a file whose picture is within the limit."""
    if len(data) < _HEADER.size:
        raise CorruptStream(f"a TGA header has {_HEADER.size} bytes; {len(data)} are there")
    fields = _HEADER.unpack_from(data)
    id_size, map_type, kind, first, map_length, map_bits, _, _, width, height, bits, flags = fields
    if kind in NOT_READ:
        raise Unsupported(f"a TGA file with {NOT_READ[kind]} (kind {kind}) is not read here")
    plain = kind & ~PACKED
    if plain not in DEPTHS or map_type > 1 or flags & 0xC0:
        raise CorruptStream(f"no TGA file is of kind {kind} with colour map {map_type} and flags {flags:#x}")
    if bits not in DEPTHS[plain] or (plain == MAPPED and (map_type == 0 or map_bits not in MAP_DEPTHS)):
        raise CorruptStream(f"no TGA file of kind {kind} has {bits} bits a pixel and a map of {map_bits}")
    if not (height and width and height * width <= MAX_PIXELS):
        raise CorruptStream(f"no image is {height} x {width}")
    at = _HEADER.size + id_size
    start = at + map_type * map_length * ((map_bits + 7) // 8)  # there may be a map that RGB does not need
    if start > len(data):
        raise CorruptStream("the file ends before the pixels")
    alpha = _has_alpha(data, flags)
    limits.check_picture((height, width, (1 if plain == GREY else 3) + alpha))
    table = data[at:start] if plain == MAPPED else b""
    return _Header(start, bool(kind & PACKED), plain, height, width, bits, flags, alpha, first, map_bits, table)


def _has_alpha(data, flags):
    """Say whether pixels have alpha: byte 17 counts its bits, and an extension area may say that they mean nothing."""
    area = int.from_bytes(data[-FOOTER_SIZE:][:4], "little") if data.endswith(SIGNATURE) else 0
    meaning = data[area + ATTRIBUTES_AT] if area and area + ATTRIBUTES_AT < len(data) else PREMULTIPLIED - 1
    if flags & 15 and meaning == PREMULTIPLIED:
        raise Unsupported("a TGA file of premultiplied alpha is not read here")
    return bool(flags & 15) and meaning > 2


def _planes(pixels, head):
    """Return (n, 1 to 4) uint8 of the bytes of pixels, (n, bytes)."""
    if head.kind == GREY:
        return pixels[:, : 2 if head.alpha else 1]
    return _looked_up(pixels, head) if head.kind == MAPPED else _channels(pixels, head.bits, head.alpha)


def _channels(pixels, bits, alpha):
    """Return (n, 3 or 4) uint8, RGB and alpha where there is any, of colours of 15 to 32 bits, (n, bytes)."""
    if bits >= 24:
        return pixels[:, [2, 1, 0, 3] if alpha and bits == 32 else [2, 1, 0]]
    words = pixels.view("<u2")[:, 0]
    out = np.empty((len(words), 4 if alpha and bits == 16 else 3), np.uint8)
    for plane, shift in enumerate((10, 5, 0)):
        out[:, plane] = (words >> shift & 31) * 255 // 31
    if out.shape[1] == 4:
        out[:, 3] = (words >> 15) * 255
    return out


def _looked_up(pixels, head):
    """Return the colours, (n, 3 or 4) uint8, for which indices of one or two bytes stand."""
    size = (head.map_bits + 7) // 8
    table = _channels(np.frombuffer(head.table, np.uint8).reshape(-1, size), head.map_bits, head.alpha)
    index = pixels[:, 0] if head.size == 1 else np.ascontiguousarray(pixels).view("<u2")[:, 0]
    least, most = int(index.min()) - head.first, int(index.max()) - head.first
    if least < 0 or most >= len(table):
        raise CorruptStream(f"a pixel of colour {most if least >= 0 else least} of a map of {len(table)}")
    return palette.look_up(table, index - index.dtype.type(head.first))
