"""The 14 bytes before every file that no standard covers, and the 4 after a lossless one.

    byte     0    1    2    3    4    5    6    7    8    9   10   11   12   13   14 ...            last 4
          +----+----+----+----+----+----+----+----+----+----+----+----+----+----+-----------------+--------+
          |  I    C    L    1 | codec name, 4     | height  |  width  |plan|bits| knobs, payload  | CRC-32 |
          +----+----+----+----+----+----+----+----+----+----+----+----+----+----+-----------------+--------+

All numbers are big-endian.  `plan` counts the planes (1 grey, 3 RGB), `bits` the bits of a sample (8 to 16).
The CRC-32 (of zlib; ISO 3309) covers everything before it, the header too: a damaged height is a wrong picture
as much as a damaged pixel.  A progressive file is made to be cut, so its CRC-32 stands behind the 14 bytes and covers
them alone: of the stream that follows nobody can say whether it is whole.  Chapter 1 opens a file by hand.
"""

import math
import struct
import zlib
from typing import NamedTuple

import numpy as np

from . import limits
from .bits import CorruptStream
from .codec import MAX_PIXELS, check_bytes, check_image, check_number

MAGIC = b"ICL1"
SIZE = 14
CHECK_SIZE = 4

_LAYOUT = struct.Struct(">4s4sHHBB")


class Header(NamedTuple):
    """What the 14 bytes say: the codec's name, the image's shape, and the bits of a sample."""

    name: str
    height: int
    width: int
    planes: int
    depth: int

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the image array: `(height, width)`, or `(height, width, 3)`."""
        return (self.height, self.width) if self.planes == 1 else (self.height, self.width, self.planes)

    @property
    def dtype(self) -> np.dtype:
        """uint8 up to 8 bits a sample, uint16 above."""
        return np.dtype(np.uint8 if self.depth <= 8 else np.uint16)

    @property
    def samples(self) -> int:
        """Numbers in the image: pixels times planes."""
        return math.prod(self.shape)


def pack(name: str, image: np.ndarray, depth: int, payload: bytes, progressive: bool = False) -> bytes:
    """Return header, payload and the CRC-32 of both; or, where `progressive`, header, its own CRC-32 and payload."""
    if not isinstance(name, str) or not name.isascii() or len(name) > 4:
        raise ValueError(f"a codec's name has at most four letters, unlike {name!r}")
    check_image(image)
    depth, payload = check_number("depth", depth, 8, 16), check_bytes(payload)
    planes = 1 if image.ndim == 2 else 3
    head = _LAYOUT.pack(MAGIC, name.ljust(4).encode(), *image.shape[:2], planes, depth)
    if progressive:
        return seal(head) + payload
    return seal(head + payload)


def seal(data: bytes) -> bytes:
    """Return `data` with its CRC-32 behind it."""
    return check_bytes(data) + zlib.crc32(data).to_bytes(CHECK_SIZE, "big")


def unpack_header(data: bytes) -> Header:
    """Return the header of `data`; `CorruptStream` where the 14 bytes are not one."""
    if len(check_bytes(data)) < SIZE or data[:4] != MAGIC:
        raise CorruptStream("no ICL1 header: not one of this book's files, or cut short")
    _, name, height, width, planes, depth = _LAYOUT.unpack_from(data)
    if not (height and width and planes in (1, 3) and 8 <= depth <= 16 and height * width <= MAX_PIXELS):
        raise CorruptStream(f"no image is {height} x {width} with {planes} planes of {depth} bits")
    return Header(name.decode("latin-1").rstrip(), height, width, planes, depth)


def unpack(data: bytes, name: str, progressive: bool = False, times: int = 1) -> tuple[Header, bytes]:
    """Return the header and the payload of a file of the codec `name`; a `progressive` payload may be cut anywhere.

    times: by how much the decoder's limit is lower (see `core.limits`), 1 to 64.  `CorruptStream` where the header is
    none, names another codec, or the CRC-32 does not fit; `Unsupported` for a picture beyond the limit.
    """
    header = unpack_header(data)
    if header.name != name:
        raise CorruptStream(f"a file of the codec {header.name!r}, not {name!r}")
    if progressive:
        if data[: SIZE + CHECK_SIZE] != seal(data[:SIZE]):
            raise CorruptStream("the CRC-32 of the header does not fit: it was damaged or cut short")
        limits.check_picture(header.shape, header.dtype.itemsize, times)
        return header, data[SIZE + CHECK_SIZE :]
    if len(data) < SIZE + CHECK_SIZE or data != seal(data[:-CHECK_SIZE]):
        raise CorruptStream("the CRC-32 does not fit: the file was damaged or cut short")
    limits.check_picture(header.shape, header.dtype.itemsize, times)
    return header, data[SIZE:-CHECK_SIZE]


def bodies(payload: bytes, count: int) -> list[bytes]:
    """Return the `count` bodies that fill `payload`, each after four bytes for its length."""
    found, at = [], 0
    for _ in range(check_number("count", count, 0, len(check_bytes(payload)))):
        end = at + 4 + int.from_bytes(payload[at : at + 4], "big")
        found.append(payload[at + 4 : end])
        at = end
    if at != len(payload):
        raise CorruptStream(f"the bodies of {count} colour planes do not fill a payload of {len(payload)} bytes")
    return found


def parts(data: bytes, tables: int = 0, side: int = 0) -> dict[str, int]:
    """Return the parts of a container file, of which `tables` and `side` bytes of the payload are not pixels."""
    frame, size = SIZE + CHECK_SIZE, len(check_bytes(data))
    payload = size - frame - check_number("tables", tables, 0, size) - check_number("side", side, 0, size)
    if payload < 0:
        raise CorruptStream(f"a file of {size} bytes has no room for its header, {tables} of tables and {side} beside")
    return {"header": frame, "tables": tables, "side information": side, "payload": payload}
