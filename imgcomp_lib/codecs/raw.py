"""The codec "raw": every sample as it is.  Chapter 1."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..core import container
from ..core.bits import CorruptStream
from ..core.codec import Codec, check_image, knob
from ..transforms import planes

PIECE = 1 << 19
"""Samples unpacked at a time, a multiple of 8: whole bytes."""


@dataclass(frozen=True)
class Raw(Codec):
    """Every sample in a field of `depth` bits: what a file costs that compresses nothing.  Chapter 1.

    depth: bits of a sample; 0 takes all that the image's type has, 9 to 15 packs uint16 samples tighter.

    Payload: the samples row by row, pixel by pixel, red before green before blue, most significant bit first.
    """

    name: ClassVar[str] = "raw"
    depth: int = knob(0, 0, 16)

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file of `image` (uint8 or uint16, grey or RGB)."""
        depth = check_image(image, self.depth)
        if depth in (8, 16):  # whole bytes
            return container.pack(self.name, image, depth, image.astype(f">u{depth // 8}").tobytes())
        bits = np.stack(list(planes.to_planes(image.ravel(), depth)), axis=1)
        return container.pack(self.name, image, depth, np.packbits(bits).tobytes())

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image; `CorruptStream` for bytes that no encoder made."""
        header, payload = container.unpack(data, self.name)
        if len(payload) != (header.samples * header.depth + 7) // 8:
            raise CorruptStream(f"{len(payload)} bytes are not {header.samples} samples of {header.depth} bits")
        if header.depth in (8, 16):  # whole bytes
            return np.frombuffer(payload, f">u{header.depth // 8}").astype(header.dtype).reshape(header.shape)
        samples = np.empty(header.samples, header.dtype)
        for start in range(0, header.samples, PIECE):
            part = samples[start : start + PIECE]
            packed = np.frombuffer(payload, np.uint8, (part.size * header.depth + 7) // 8, start * header.depth // 8)
            bits = np.unpackbits(packed, count=part.size * header.depth)
            part[:] = planes.from_planes(bits.reshape(part.size, header.depth).T)
        return samples.reshape(header.shape)

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part; they add up to `len(data)`."""
        return container.parts(data)
