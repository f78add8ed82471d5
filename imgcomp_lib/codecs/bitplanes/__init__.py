"""The codec "bitp": a progressive stream of bit planes, written and read by `stream`.  Chapter 10."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...core import container
from ...core.codec import Codec, check_image, knob
from . import stream


@dataclass(frozen=True)
class BitPlanes(Codec):
    """Bit planes from the top down, each bit coded from the expectation values around it.  Chapter 10.

    depth: as for `Raw`.

    Progressive: the file may be cut anywhere behind its first 18 bytes and decodes to the best picture so far; whole,
    to every sample.  Damage in the stream is therefore not noticed, damage in the header is.

    Payload: the stream of `bitplanes.stream.encode`, nothing else.
    """

    name: ClassVar[str] = "bitp"
    progressive: ClassVar[bool] = True
    depth: int = knob(0, 0, 16)

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file of `image` (uint8 or uint16, grey or RGB)."""
        depth = check_image(image, self.depth)
        return container.pack(self.name, image, depth, stream.encode(image, depth), self.progressive)

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image, or the best picture so far; `CorruptStream` where the header is damaged or missing."""
        header, payload = container.unpack(data, self.name, self.progressive, times=5)
        return stream.decode(payload, header.shape, header.depth)

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part; they add up to `len(data)`."""
        return container.parts(data)
