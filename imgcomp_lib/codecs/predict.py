"""The codec "pred": the errors of a predictor in adaptive Rice codes.  Chapter 9."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..core import container
from ..core.bits import CorruptStream
from ..core.codec import Codec, check_image, knob
from ..core.limits import strips
from ..entropy import adaptive_rice
from ..prediction import blockwise, fixed
from ..transforms.colour import green_back, green_first


@dataclass(frozen=True)
class Predict(Codec):
    """What a predictor misses of each sample, in Rice codewords that follow the picture.  Chapter 9.

    predictor: 0 left, 1 Paeth, 2 MED, 3 gradient-adjusted, 4 one whose coefficients are found for each block and sent.
    block: side of these blocks.
    green: 1 codes red and blue as differences from green where that makes the file shorter, 0 never does.
    depth: as for `Raw`.

    Payload: a byte each for `predictor`, `block` and whether green was subtracted; then for each colour plane, green
    first, four bytes for the length of its body, and the body: with predictor 4 the coefficients
    (`blockwise.pack`), then always the errors (`adaptive_rice.encode`).
    """

    name: ClassVar[str] = "pred"
    predictor: int = knob(4, 0, 4)
    block: int = knob(32, 8, 255)
    green: int = knob(1, 0, 1)
    depth: int = knob(0, 0, 16)

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file of `image` (uint8 or uint16, grey or RGB)."""
        depth = check_image(image, self.depth)
        ways = (0, 1) if self.green and image.ndim == 3 else (0,)
        payload = min((self._encode(image, depth, green) for green in ways), key=len)
        return container.pack(self.name, image, depth, payload)

    def _encode(self, image, depth, green):
        """Return the payload with green subtracted or not."""
        parts, known = [bytes([self.predictor, self.block, green])], np.zeros((0, *image.shape[:2]), np.int64)
        planes = green_first(image, 1 << depth - 1 if green else None) & (1 << depth) - 1
        for plane in planes.astype(image.dtype):
            coefficients, errors = _predict(plane, known, self.predictor, self.block, depth)
            body = coefficients + adaptive_rice.encode(errors, depth)
            parts += [len(body).to_bytes(4, "big"), body]
            known = np.append(known, errors[None], axis=0)
        return b"".join(parts)

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image; `CorruptStream` for bytes that no encoder made."""
        header, predictor, block, green, bodies = self._read(data)
        planes, known = [], np.zeros((0, header.height, header.width), np.int64)
        for coefficients, stream in bodies:
            errors, size = adaptive_rice.decode(stream, header.height, header.width, header.depth)
            if size != len(stream):
                raise CorruptStream(f"{len(stream)} bytes of codewords where {size} hold the colour plane")
            planes.append(_restore(errors, known, predictor, coefficients, block, header))
            if predictor == BY_BLOCK:  # only this one looks at the planes before
                known = np.append(known, errors[None], axis=0)
        image, zero = np.empty(header.shape, header.dtype), 1 << header.depth - 1 if green else None
        for rows in strips(header.height, header.width):
            image[rows] = green_back(np.stack([plane[rows] for plane in planes]), zero) & (1 << header.depth) - 1
        return image

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part; the side information is knobs, lengths of bodies, and coefficients."""
        streams = sum(len(stream) for _, stream in self._read(data)[-1])
        return container.parts(data, side=len(data) - container.SIZE - container.CHECK_SIZE - streams)

    def _read(self, data):
        """Return the header, the three knobs, and for each plane its coefficients, None without, and its stream."""
        header, payload = container.unpack(data, self.name, times=5)
        predictor, block, green = payload[:3] if len(payload) >= 3 + 4 * header.planes else (9, 0, 0)
        if predictor > BY_BLOCK or block < 8 or green > (header.planes == 3):
            raise CorruptStream(f"no predictor is {predictor} with blocks of {block}, green {green}")
        rows, columns = -(-header.height // block), -(-header.width // block)
        found = []
        for plane, body in enumerate(container.bodies(payload[3:], header.planes)):
            coefficients, size = None, 0
            if predictor == BY_BLOCK:
                count = blockwise.NEIGHBOURS + plane
                coefficients, size = blockwise.unpack(body, rows, columns, count)
            found.append((coefficients, body[size:]))
        return header, predictor, block, green, found


FIXED = ("left", "paeth", "med", "gap")
BY_BLOCK = len(FIXED)


def _predict(plane, known, predictor, block, depth):
    """Return the coefficients of a colour plane as bytes, none for a fixed predictor, and its signed errors."""
    if predictor < BY_BLOCK:
        return b"", fixed.centre(fixed.residuals(plane, FIXED[predictor], depth), depth)
    coefficients = blockwise.find(plane, known, block, depth)
    return blockwise.pack(coefficients), blockwise.residuals(plane, known, coefficients, block, depth)


def _restore(errors, known, predictor, coefficients, block, header):
    """Return the colour plane that `_predict` was given."""
    if predictor < BY_BLOCK:
        wrapped = errors.astype(header.dtype) & header.dtype.type((1 << header.depth) - 1)
        return fixed.restore(wrapped, FIXED[predictor], header.depth)
    return blockwise.restore(errors, known, coefficients, block, header.depth).astype(header.dtype)
