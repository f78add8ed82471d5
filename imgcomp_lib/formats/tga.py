"""Truevision TGA 2.0 with run-length packets, grey and RGB.

    byte  0        ID length, i       8  x origin, 2 bytes      all numbers little-endian
          1        colour map: 0     10  y origin, 2 bytes
          2        kind (below)      12  width, 2 bytes
          3..7     colour map, 5     14  height, 2 bytes
                                     16  bits a pixel: 8 or 24
                                     17  0 0 T R a a a a: rows from the top, pixels from the right, alpha bits
         18        i bytes of ID, then the pixels, blue before green before red
    last 26        extension offset, developer offset (4 bytes each), "TRUEVISION-XFILE" "." and a zero byte

    kind   2 RGB   3 grey   10 RGB in packets   11 grey in packets

Packets are written so that each ends with its row, as version 2.0 of the specification asks; both kinds are read.
There is no checksum: a flipped bit in a pixel is a different, valid picture.  Chapter 5.

Source: Truevision, TGA File Format Specification, version 2.0, January 1991.
"""

import struct
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..core.bits import CorruptStream, Unsupported
from ..core.codec import MAX_PIXELS, Codec, check_bytes, check_image, knob
from ..entropy import runs

GREY, RGB, PACKED = 3, 2, 8
SIGNATURE = b"TRUEVISION-XFILE.\0"
FOOTER_SIZE = 26
NOT_READ = {0: "no image", 1: "a colour map", 9: "a colour map", 32: "Huffman codes", 33: "Huffman codes"}

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
        """Return the image; `CorruptStream` for damage, `Unsupported` for colour maps, alpha and 16-bit pixels."""
        data = check_bytes(data)
        start, packed, shape, flags = _read_header(data)
        height, width, planes = shape
        if packed:
            pixels, _ = runs.unpack(_body(data, start), height * width, planes)
        else:
            body, size = _body(data, start), height * width * planes
            if len(body) < size:
                raise CorruptStream(f"the pixels need {size:,} bytes; {len(body):,} are there")
            pixels = np.frombuffer(body, np.uint8, size)
        image = pixels.reshape(shape)[:: 1 if flags & 0x20 else -1, :: -1 if flags & 0x10 else 1, ::-1]
        return np.array(image[:, :, 0] if planes == 1 else image, order="C")

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part: ID and footer count as header, the heads of packets as side information."""
        data = check_bytes(data)
        start, packed, (height, width, planes), _ = _read_header(data)
        size, heads = height * width * planes, 0
        if packed:
            size = runs.unpack(_body(data, start), height * width, planes)[1]
            heads = runs.count_packets(data[start : start + size], planes)
        return {"header": len(data) - size, "tables": 0, "side information": heads, "payload": size - heads}

    @staticmethod
    def matches(data: bytes) -> bool:
        """Say whether `data` ends in the footer of version 2.0; older files have no mark at all."""
        return check_bytes(data).endswith(SIGNATURE)


def _body(data, start):
    """Return the bytes between header and footer: the footer's zeros would make excellent packets."""
    return data[start : len(data) - FOOTER_SIZE if data.endswith(SIGNATURE) else len(data)]


def _read_header(data):
    """Return where the pixels start, whether in packets, (height, width, planes), and byte 17."""
    if len(data) < _HEADER.size:
        raise CorruptStream(f"a TGA header has {_HEADER.size} bytes; {len(data)} are there")
    id_size, map_type, kind, _, map_length, map_bits, _, _, width, height, bits, flags = _HEADER.unpack_from(data)
    if kind in NOT_READ:
        raise Unsupported(f"a TGA file with {NOT_READ[kind]} (kind {kind}) is not read here")
    if kind & ~PACKED not in (GREY, RGB) or map_type > 1 or flags & 0xC0:
        raise CorruptStream(f"no TGA file is of kind {kind} with colour map {map_type} and flags {flags:#x}")
    if bits in (15, 16, 32) or flags & 0x0F:
        raise Unsupported(f"a TGA file of {bits} bits a pixel with {flags & 15} for alpha is not read here")
    if bits != (8 if kind & ~PACKED == GREY else 24):
        raise CorruptStream(f"no TGA file of kind {kind} has {bits} bits a pixel")
    if not (height and width and height * width <= MAX_PIXELS):
        raise CorruptStream(f"no image is {height} x {width}")
    start = _HEADER.size + id_size + map_type * map_length * ((map_bits + 7) // 8)  # a map that RGB does not need
    if start > len(data):
        raise CorruptStream("the file ends before the pixels")
    return start, bool(kind & PACKED), (height, width, bits // 8), flags
