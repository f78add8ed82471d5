"""The codec "huff": a Huffman code for each colour plane.  Chapter 6."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..core import container
from ..core.bits import CorruptStream
from ..core.codec import Codec, check_image, knob
from ..entropy import huffman, huffman_lengths


@dataclass(frozen=True)
class Huffman(Codec):
    """Every sample by its codeword in a Huffman code made for its colour plane.  Chapter 6.

    depth: as for `Raw`.  Samples of more than 8 bits are coded as two bytes, each with a code of its own.

    Payload: for each colour plane (R, G, B), for each byte of its samples, the high one first: the code table
    (`huffman.pack_lengths` of 256 lengths, at most 15 each), then the codewords, filled up to a whole byte.  A plane
    of one level has a table and no codewords.
    """

    name: ClassVar[str] = "huff"
    depth: int = knob(0, 0, 16)

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file of `image` (uint8 or uint16, grey or RGB)."""
        depth = check_image(image, self.depth)
        parts = []
        for plane in np.moveaxis(np.atleast_3d(image), 2, 0):
            for shift in _byte_shifts(depth):
                symbols = plane.ravel() >> shift & 255
                lengths = huffman_lengths.optimal(np.bincount(symbols, minlength=256), limit=15)
                parts += [huffman.pack_lengths(lengths), huffman.encode(symbols, lengths)]
        return container.pack(self.name, image, depth, b"".join(parts))

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image; `CorruptStream` for bytes that no encoder made."""
        header, samples, _ = self._read(data)
        return np.moveaxis(samples, 0, 2).astype(header.dtype, order="C").reshape(header.shape)

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part; the tables are the codeword lengths."""
        return container.parts(data, tables=self._read(data)[2])

    def _read(self, data):
        """Return the header, the samples (planes, height, width), and the bytes of all tables."""
        header, payload = container.unpack(data, self.name, times=3)
        samples, at, tables = np.zeros((header.planes, header.height, header.width), np.uint16), 0, 0
        for plane in samples:
            for shift in _byte_shifts(header.depth):
                lengths, used = huffman.unpack_lengths(payload[at:], 256)
                symbols = huffman.decode(payload[at + used :], lengths, plane.size)
                plane |= symbols.astype(np.uint16).reshape(plane.shape) << shift
                at, tables = at + used + (huffman.size(symbols, lengths) + 7) // 8, tables + used
        if at != len(payload) or samples.max() >= 1 << header.depth:
            raise CorruptStream(f"{len(payload) - at} bytes too many, or samples of more than {header.depth} bits")
        return header, samples, tables


def _byte_shifts(depth):
    """Return how far each byte of a sample is shifted, the high byte first."""
    return (8, 0) if depth > 8 else (0,)
