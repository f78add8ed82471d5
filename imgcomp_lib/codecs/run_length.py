"""The codec "rle": runs of equal bits in bit planes.  Chapter 5."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..core import container
from ..core.bits import CorruptStream
from ..core.codec import Codec, check_image, knob
from ..entropy import runs
from ..entropy.integer_codes import gamma_decode, gamma_encode
from ..transforms import planes


@dataclass(frozen=True)
class RunLength(Codec):
    """Runs of equal bits in every bit plane, each run length in Elias's gamma code.  Chapter 5.

    gray: 1 codes the planes of the samples' Gray code, where one grey level to the next changes one plane; 0 the
        planes of plain binary.
    depth: as for `Raw`.

    Payload: one byte for `gray`; then for each colour plane (R, G, B), for each bit plane from the top, one byte for
    the kind and four for the length of its body.  Kind 0 or 1: the lengths of runs, of which the first is of that bit
    and they alternate.  Kind 2: the bits as they are, eight to a byte, because runs would have been longer.
    """

    name: ClassVar[str] = "rle"
    gray: int = knob(1, 0, 1)
    depth: int = knob(0, 0, 16)

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file of `image` (uint8 or uint16, grey or RGB)."""
        depth = check_image(image, self.depth)
        samples = np.atleast_3d(planes.gray(image) if self.gray else image)
        parts = [bytes([self.gray])]
        for plane in np.moveaxis(samples, 2, 0):
            parts += [_encode_bits(bits) for bits in planes.to_planes(plane.ravel(), depth)]
        return container.pack(self.name, image, depth, b"".join(parts))

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image; `CorruptStream` for bytes that no encoder made."""
        header, payload = container.unpack(data, self.name, times=2)
        if payload[:1] not in (b"\0", b"\1"):
            raise CorruptStream("the byte that says whether the planes are in Gray code is neither 0 nor 1")
        image, at = np.empty((header.planes, header.height * header.width), header.dtype), 1
        for plane in image:
            bodies, at = _split(payload, at, header.depth)
            samples = planes.from_planes(_decode_bits(*body, plane.size) for body in bodies)
            plane[:] = planes.ungray(samples) if payload[0] else samples
        if at != len(payload):
            raise CorruptStream(f"{len(payload) - at} bytes too many after the last bit plane")
        return np.ascontiguousarray(image.T).reshape(header.shape)

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part; the side information is the Gray byte and the heads of the bit planes."""
        header = container.unpack_header(data)
        side = 1 + 5 * header.planes * header.depth
        if side > len(data):
            raise CorruptStream(f"a file of {len(data)} bytes has no room for the heads of its bit planes")
        return container.parts(data, side=side)


def _encode_bits(bits):
    """Return head and body of one bit plane, (n,) of 0 and 1, in whichever kind is shorter."""
    values, lengths = runs.encode(bits)
    kind, body = int(values[0]), gamma_encode(lengths)
    if len(body) > (len(bits) + 7) // 8:
        kind, body = 2, np.packbits(bits).tobytes()
    return bytes([kind]) + len(body).to_bytes(4, "big") + body


def _split(payload, at, count):
    """Return `(kind, body)` of the next `count` bit planes from byte `at`, and where the next one starts."""
    bodies = []
    for _ in range(count):
        head, end = payload[at : at + 5], at + 5 + int.from_bytes(payload[at + 1 : at + 5], "big")
        if len(head) < 5 or head[0] > 2 or end > len(payload):
            raise CorruptStream("a bit plane of no known kind, or cut short")
        bodies.append((head[0], payload[at + 5 : end]))
        at = end
    return bodies, at


def _decode_bits(kind, body, count):
    """Return the `count` bits, uint8, of which `_encode_bits` made `kind` and `body`."""
    if kind == 2:
        if len(body) != (count + 7) // 8:
            raise CorruptStream(f"{len(body)} bytes are not a plane of {count} bits")
        return np.unpackbits(np.frombuffer(body, np.uint8), count=count)
    lengths, used = gamma_decode(body, count)
    if used != len(body):
        raise CorruptStream(f"{len(body) - used} bytes too many after the last run of a bit plane")
    return runs.decode((kind + np.arange(len(lengths)) & 1).astype(np.uint8), lengths)
