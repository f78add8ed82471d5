"""The codec "arit": arithmetic coding under three models.  Chapter 7."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..core import container
from ..core.bits import CorruptStream
from ..core.codec import Codec, check_image, knob
from ..entropy import adaptive_model, static_model


@dataclass(frozen=True)
class Arithmetic(Codec):
    """Arithmetic coding of the samples as they are, under one of three models.  Chapter 7.

    model: 0 sends the frequencies of each colour plane ahead, 1 learns them on the way, 2 learns a set of them for each
        value of the top 6 bits of the sample before, which is the left neighbour except at the start of a row.
    depth: as for `Raw`.

    Payload: one byte for `model`; then for each colour plane (R, G, B) four bytes for the length of its body, and the
    body: with model 0 the table of `static_model.pack`, then always the stream of the plane's samples, row by row.
    """

    name: ClassVar[str] = "arit"
    model: int = knob(2, 0, 2)
    depth: int = knob(0, 0, 16)

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file of `image` (uint8 or uint16, grey or RGB)."""
        depth = check_image(image, self.depth)
        parts = [bytes([self.model])]
        for plane in np.moveaxis(np.atleast_3d(image), 2, 0):
            body = _encode_samples(plane.ravel(), self.model, depth)
            parts += [len(body).to_bytes(4, "big"), body]
        return container.pack(self.name, image, depth, b"".join(parts))

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image; `CorruptStream` for bytes that no encoder made."""
        header, model, bodies = self._read(data)
        count = header.height * header.width
        samples = [_decode_samples(body, model, header.depth, count).astype(header.dtype) for body in bodies]
        return np.stack(samples, axis=-1).reshape(header.shape)

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part; the side information is the model byte and the lengths of the bodies."""
        header, model, bodies = self._read(data)
        tables = sum(static_model.unpack(body, 1 << header.depth)[1] for body in bodies) if model == 0 else 0
        return container.parts(data, tables, side=1 + 4 * header.planes)

    def _read(self, data):
        """Return the header, which model, and the body of each colour plane."""
        header, payload = container.unpack(data, self.name, times=3)
        if len(payload) < 1 + 4 * header.planes or payload[0] > 2:
            raise CorruptStream("the byte that says which model is not 0, 1 or 2, or the payload ends behind it")
        return header, payload[0], container.bodies(payload[1:], header.planes)


LEFT_BITS = 6
"""Model 2 looks at this many bits of the sample before: fewer say less, more learn more slowly."""


def _encode_samples(samples, model, depth):
    """Return the body of one colour plane, (n,) samples."""
    if model == 0:
        freqs = static_model.best(np.bincount(samples, minlength=1 << depth))
        return static_model.pack(freqs) + static_model.encode(samples, freqs)
    return adaptive_model.encode(samples, depth, LEFT_BITS if model == 2 else 0)


def _decode_samples(body, model, depth, count):
    """Return the (count,) samples of which `_encode_samples` made `body`."""
    if model == 0:
        freqs, size = static_model.unpack(body, 1 << depth)
        return static_model.decode(body[size:], freqs, count)
    return adaptive_model.decode(body, count, depth, LEFT_BITS if model == 2 else 0)
