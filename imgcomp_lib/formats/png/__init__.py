"""PNG (ISO/IEC 15948:2004), written with our own filters and our own DEFLATE, and read.

    file     89 50 4e 47 0d 0a 1a 0a, then chunks                                          all numbers big-endian
    chunk    length of the data, 4 bytes; type, 4 letters; data; CRC-32 of type and data, 4 bytes
    IHDR     width 4, height 4, bit depth 1, colour type 1, compression 0, filter 0, interlace 0 or 1
    PLTE     up to 256 colours, 3 bytes each               tRNS    alpha of the colours, or one colour that is clear
    IDAT     pieces of one zlib stream of the rows, each behind the byte of its filter          IEND    nothing

    colour type   0 grey   2 RGB   3 palette   4 grey, alpha   6 RGB, alpha

Written are grey and RGB of 8 and 16 bits, narrower where that loses nothing: grey whose samples all fit on the scale
of 1, 2 or 4 bits, and RGB of at most 256 colours as a palette where that is shorter.  Read is every colour type and
depth, interlaced too.  Alpha, also of tRNS, is the last plane: (h, w, 4), or (h, w, 2) behind grey.  Gamma and other
ancillary chunks are stepped over; an animation, or a critical chunk that nobody knows, is `Unsupported`.  Chapter 9.
"""

import struct
import zlib
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from ...core import limits
from ...core.bits import CorruptStream, Unsupported
from ...core.codec import MAX_PIXELS, Codec, check_bytes, check_image, knob
from ...dictionary.deflate import deflate
from ...dictionary.deflate.tables import DYNAMIC
from .filters import filter_by_cost, filter_by_sum, unfilter
from .pixels import CHANNELS, GREY, GREY_ALPHA, PALETTE, RGB, RGB_ALPHA, forms, from_rows, to_image, to_rows

SIGNATURE = b"\x89PNG\r\n\x1a\n"
DEPTHS = {GREY: (1, 2, 4, 8, 16), RGB: (8, 16), PALETTE: (1, 2, 4, 8), GREY_ALPHA: (8, 16), RGB_ALPHA: (8, 16)}
ADAM7 = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
"""First row, first column, step down and step right of each pass of an interlaced image."""

MOST_RATIO = 1032
"""A byte of DEFLATE makes at most so many: a match of 258 takes two bits."""

CRITICAL = (b"IHDR", b"PLTE", b"IDAT", b"IEND")

NOTES = (b"eXIf", b"iTXt", b"tEXt", b"zTXt")
"""Chunks that may hold EXIF."""

_IHDR = struct.Struct(">IIBBBBB")


@dataclass(frozen=True)
class Png(Codec):
    """The codec of `.png` files: uint8 or uint16, grey or RGB.

    effort: 1 to 6 filter each row by the least sum and take the longest matches; 7 to 9 try every filter on every row
        and take the cheapest matches, which makes photographs about 7 % smaller and takes seconds.
    """

    name: ClassVar[str] = "png"
    suffixes: ClassVar[tuple[str, ...]] = (".png",)
    effort: int = knob(7, 1, 9)

    def encode(self, image: np.ndarray) -> bytes:
        """Return the PNG file of `image`."""
        check_image(image)
        return min((self._encode(*form) for form in forms(image)), key=len)

    def _encode(self, samples, depth, kind, colours):
        """Return the file of samples, (h, w, channels), in one form."""
        rows, step = to_rows(samples, depth), max(1, depth * samples.shape[2] // 8)
        costs = None
        if self.effort >= 7:
            filtered, costs = filter_by_cost(rows, step, self.effort)
        elif depth < 8 or kind == PALETTE:
            filtered = np.pad(rows, ((0, 0), (1, 0)))  # filter 0: neighbouring indices are no neighbouring colours
        else:
            filtered = filter_by_sum(rows, step)
        height, width = samples.shape[:2]
        chunks = [(b"IHDR", _IHDR.pack(width, height, depth, kind, 0, 0, 0))]
        chunks += [(b"PLTE", colours.tobytes())] if kind == PALETTE else []
        chunks += [(b"IDAT", deflate.zlib_encode(filtered.tobytes(), self.effort, costs)), (b"IEND", b"")]
        return SIGNATURE + b"".join(_chunk(*chunk) for chunk in chunks)

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image; `CorruptStream` for damage, `Unsupported` for animations and unknown critical chunks."""
        data = check_bytes(data)
        chunks = _read_chunks(data)
        head = _read_header(chunks)
        stream, _ = deflate.zlib_decode(_packed(chunks, head), head.stream_size)
        samples = _read_samples(stream, head)
        return to_image(samples, head.depth, head.kind, _only(chunks, b"PLTE"), _only(chunks, b"tRNS"))

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part; they add up to `len(data)`.

        header: the signature, what surrounds the chunks' data, IHDR, ancillary chunks, zlib's six bytes.  tables:
        palette and tRNS, and the codeword lengths at the head of DEFLATE's blocks.  payload: the rest of DEFLATE, in
        which the filter bytes are coded among the samples; so there is no side information to be told apart.
        """
        data = check_bytes(data)
        chunks, log = _read_chunks(data), []
        head = _read_header(chunks)
        deflate.zlib_decode(_packed(chunks, head), head.stream_size, log)
        codes = sum(head for kind, head, _, _ in log if kind == DYNAMIC) // 8
        stream = (sum(bits for _, _, bits, _ in log) + 7) // 8
        tables = codes + sum(len(body) for name, body in chunks if name in (b"PLTE", b"tRNS"))
        payload = stream - codes
        return {"header": len(data) - tables - payload, "tables": tables, "side information": 0, "payload": payload}

    @staticmethod
    def matches(data: bytes) -> bool:
        """Say whether `data` begins with PNG's signature."""
        return check_bytes(data).startswith(SIGNATURE)


def without_pixels(data: bytes) -> bytes:
    """Return a PNG file of one grey pixel with the EXIF and text chunks of `data`, for who reads only those."""
    notes = [(name, body) for name, body in _read_chunks(check_bytes(data)) if name in NOTES]
    pixel = [(b"IHDR", _IHDR.pack(1, 1, 8, GREY, 0, 0, 0)), *notes, (b"IDAT", zlib.compress(bytes(2))), (b"IEND", b"")]
    return SIGNATURE + b"".join(_chunk(*chunk) for chunk in pixel)


class _Header(NamedTuple):
    """What IHDR says."""

    width: int
    height: int
    depth: int
    kind: int
    compression: int
    filter: int
    interlaced: int

    @property
    def channels(self):
        """Samples of a pixel."""
        return CHANNELS[self.kind]

    def passes(self):
        """Yield the pixels of each pass as two slices, their shape, and the bytes of a row."""
        for top, left, down, right in ADAM7 if self.interlaced else ((0, 0, 1, 1),):
            height, width = -((top - self.height) // down), -((left - self.width) // right)
            if height > 0 and width > 0:
                where = slice(top, None, down), slice(left, None, right)
                yield where, (height, width), (width * self.channels * self.depth + 7) // 8

    @property
    def stream_size(self):
        """Bytes of all rows with their filter bytes."""
        return sum(height * (size + 1) for _, (height, _), size in self.passes())


def _chunk(name, body):
    """Return one chunk."""
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")


def _read_chunks(data):
    """Return `(name, body)` of every chunk from IHDR to IEND; what follows is ignored."""
    if not Png.matches(data):
        raise CorruptStream("no PNG signature")
    chunks, at = [], len(SIGNATURE)
    while not chunks or chunks[-1][0] != b"IEND":
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        name, body = data[at + 4 : at + 8], data[at + 8 : end]
        if end + 4 > len(data) or _chunk(name, body) != data[at : end + 4]:
            raise CorruptStream(f"the PNG chunk {name!r} at byte {at} is cut short, or its CRC-32 does not fit")
        if name == b"acTL" or (name.isalpha() and name[:1].isupper() and name not in CRITICAL):
            what = "an animation" if name == b"acTL" else f"a critical chunk {name.decode('latin-1')}"
            raise Unsupported(f"a PNG file with {what} is not read here")
        if not name.isalpha() or (name == b"IHDR") != (at == len(SIGNATURE)):
            raise CorruptStream(f"a PNG chunk {name!r} at byte {at}")
        chunks.append((name, body))
        at = end + 4
    return chunks


def _joined(chunks):
    """Return the zlib stream that lies in pieces in the IDAT chunks, which follow one another."""
    places = [i for i, (name, _) in enumerate(chunks) if name == b"IDAT"]
    if not places or places[-1] - places[0] != len(places) - 1:
        raise CorruptStream("a PNG file without IDAT, or with other chunks between its IDATs")
    return b"".join(chunks[i][1] for i in places)


def _packed(chunks, head):
    """Return the zlib stream, which may hold all rows of a picture within the limit."""
    packed = _joined(chunks)
    if head.stream_size > MOST_RATIO * (len(packed) + 1):
        raise CorruptStream(f"{len(packed)} bytes of IDAT are too few for {head.height} x {head.width} pixels")
    channels = (3 if head.kind == PALETTE else head.channels) + bool(_only(chunks, b"tRNS"))
    limits.check_picture((head.height, head.width, channels), 2 if head.depth == 16 else 1)
    return packed


def _read_header(chunks):
    """Return the header of the file."""
    if len(chunks[0][1]) != _IHDR.size:
        raise CorruptStream(f"an IHDR of {len(chunks[0][1])} bytes")
    head = _Header(*_IHDR.unpack(chunks[0][1]))
    if head.depth not in DEPTHS.get(head.kind, ()) or head.compression or head.filter or head.interlaced > 1:
        raise CorruptStream(f"no PNG file is of the kind {head}")
    if not 0 < head.height * head.width <= MAX_PIXELS:
        raise CorruptStream(f"no image is {head.height} x {head.width}")
    return head


def _only(chunks, name):
    """Return the body of the chunk called `name`, b"" if there is none; `CorruptStream` for several."""
    bodies = [body for other, body in chunks if other == name]
    if len(bodies) > 1:
        raise CorruptStream(f"{len(bodies)} PNG chunks {name.decode()}")
    return bodies[0] if bodies else b""


def _read_samples(stream, head):
    """Return the samples, (h, w, channels), of the rows in the inflated stream."""
    if len(stream) < head.stream_size:
        raise CorruptStream(f"{len(stream)} bytes of rows; {head.stream_size} are needed")
    data, at = np.frombuffer(stream, np.uint8), 0
    step = max(1, head.channels * head.depth // 8)
    samples = np.empty((head.height, head.width, head.channels), np.uint16 if head.depth == 16 else np.uint8)
    for where, shape, size in head.passes():
        end = at + shape[0] * (size + 1)
        rows = unfilter(data[at:end], shape[0], size, step)
        samples[where] = from_rows(rows, (*shape, head.channels), head.depth)
        at = end
    return samples
