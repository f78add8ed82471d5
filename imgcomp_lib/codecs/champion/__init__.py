"""The codec "cham": `stream` codes the samples, `guess` guesses them, `model` holds what both know.  Chapter 11."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...core import container
from ...core.bits import CorruptStream
from ...core.codec import Codec, check_image, knob
from ...core.limits import strips
from ...transforms.colour import green_back, green_first
from . import stream


@dataclass(frozen=True)
class Champion(Codec):
    """Least squares guesses, blended, and their errors by mixed opinions on yes-or-no questions.  Chapter 11.

    effort: 1 is fast, 2 takes six times as long and saves another 2 %; decoding takes as long as encoding.
    depth: as for `Raw`.

    Payload: one byte for `effort`; then one arithmetic stream with the samples of the planes G, R and B, row by row,
    as the answers to the questions of `champion.stream`.
    """

    name: ClassVar[str] = "cham"
    effort: int = knob(2, 1, 2)
    depth: int = knob(0, 0, 16)

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file of `image` (uint8 or uint16, grey or RGB)."""
        depth = check_image(image, self.depth)
        payload = bytes([self.effort]) + stream.encode(green_first(image), depth, self.effort)
        return container.pack(self.name, image, depth, payload)

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image; `CorruptStream` for bytes that no encoder made."""
        header, payload = container.unpack(data, self.name, times=5)
        if payload[:1] not in (b"\1", b"\2"):
            raise CorruptStream("the byte that says which effort is neither 1 nor 2")
        shape = (header.planes, header.height, header.width)
        planes = stream.decode(payload[1:], shape, header.depth, payload[0])
        image = np.empty(header.shape, header.dtype)
        for rows in strips(header.height, header.width):
            image[rows] = green_back(planes[:, rows])
        return image

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part; the side information is the byte for `effort`."""
        container.unpack_header(data)
        return container.parts(data, side=1)
