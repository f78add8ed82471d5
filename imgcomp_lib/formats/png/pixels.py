"""What the samples of a PNG file mean: bit depths, palettes, clear colours.

    image (h, w), (h, w, 3)  <->  samples (h, w, channels) of 1 to 16 bits  <->  rows of bytes

    depth 1    eight samples in a byte, the first one in the highest bit; 0 and 1 stand for 0 and 255
    depth 2    four: 0, 1, 2, 3 stand for 0, 85, 170, 255         depth 4    two: 17 steps each
    depth 8    a byte                                              depth 16   two bytes, the high one first

`formats.png` reads and writes the files; chapter 9.  Source: ISO/IEC 15948:2004, 7.2, 11.2.3 and 11.3.2.
"""

import numpy as np

from ...core.bits import CorruptStream
from ...transforms import planes

GREY, RGB, PALETTE, GREY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
"""The colour types."""


def forms(image):
    """Return the ways to write an image: each samples (h, w, channels), depth, colour type, palette (k, 3) or None."""
    if image.dtype == np.uint16:
        return [(np.atleast_3d(image), 16, GREY if image.ndim == 2 else RGB, None)]
    if image.ndim == 2:
        depth = next(depth for depth in (1, 2, 4, 8) if not (image % (255 // (2**depth - 1))).any())
        return [(np.atleast_3d(image // (255 // (2**depth - 1))), depth, GREY, None)]
    forms, pixels = [(image, 8, RGB, None)], image.astype(np.int64) @ [1 << 16, 1 << 8, 1]
    colours = np.unique(pixels)
    if len(colours) <= 256:
        depth = next(depth for depth in (1, 2, 4, 8) if len(colours) <= 1 << depth)
        indices = np.searchsorted(colours, pixels).astype(np.uint8)
        forms.append((indices[:, :, None], depth, PALETTE, colours.astype(">u4").view(np.uint8).reshape(-1, 4)[:, 1:]))
    return forms


def to_rows(samples, depth):
    """Return the rows, (h, bytes) uint8, of samples (h, w, channels)."""
    height = len(samples)
    if depth == 16:
        return samples.astype(">u2", order="C").view(np.uint8).reshape(height, -1)
    if depth == 8:
        return np.ascontiguousarray(samples).reshape(height, -1)
    bits = planes.to_planes(samples.reshape(height, -1), depth)
    return np.packbits(np.moveaxis(bits, 0, 2).reshape(height, -1), axis=1)


def from_rows(rows, shape, depth):
    """Return the samples, of `shape` (h, w, channels), that the rows hold."""
    if depth == 16:
        return rows.view(">u2").astype(np.uint16).reshape(shape)
    if depth == 8:
        return rows.reshape(shape)
    bits = np.unpackbits(rows, axis=1, count=shape[1] * depth).reshape(*shape, depth)
    return planes.from_planes(np.moveaxis(bits, 3, 0)).astype(np.uint8)


def to_image(samples, depth, kind, palette, clear):
    """Return the image: colours for indices, the full scale for narrow samples, alpha for the colour that is clear.

    palette, clear: the bodies of PLTE and tRNS, b"" where there is none.
    """
    if kind == PALETTE:
        return _colours(samples[:, :, 0], palette, clear)
    if clear:
        if kind not in (GREY, RGB) or len(clear) != 2 * samples.shape[2]:
            raise CorruptStream(f"a tRNS of {len(clear)} bytes in a PNG file of colour type {kind}")
        colour = np.frombuffer(clear, ">u2") & (1 << depth) - 1
        opaque = (samples != colour).any(axis=2, keepdims=True)
        samples = np.append(samples, (opaque * (2**depth - 1)).astype(samples.dtype), axis=2)
    if depth < 8:
        samples = samples * np.uint8(255 // (2**depth - 1))
    return samples if samples.shape[2] > 1 else np.ascontiguousarray(samples[:, :, 0])


def _colours(indices, colours, clear):
    """Return the RGB image, with alpha if there is a tRNS, of indices into a palette."""
    if len(colours) % 3 or not 3 <= len(colours) <= 768 or len(clear) > len(colours) // 3:
        raise CorruptStream(f"a palette of {len(colours)} bytes, and alpha for {len(clear)} of its colours")
    table = np.frombuffer(colours, np.uint8).reshape(-1, 3)
    if clear:
        alpha = np.frombuffer(clear.ljust(len(table), b"\xff"), np.uint8)
        table = np.column_stack([table, alpha])
    if indices.max() >= len(table):
        raise CorruptStream(f"a pixel of colour {indices.max()} of a palette of {len(table)}")
    return table[indices]
