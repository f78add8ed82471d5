"""What the samples of a PNG file mean: bit depths, palettes, clear colours.

    image (h, w), (h, w, 3)  <->  samples (h, w, channels) of 1 to 16 bits  <->  rows of bytes

    depth 1    eight samples in a byte, the first one in the highest bit; 0 and 1 stand for 0 and 255
    depth 2    four: 0, 1, 2, 3 stand for 0, 85, 170, 255         depth 4    two: 17 steps each
    depth 8    a byte                                              depth 16   two bytes, the high one first

`formats.png` reads and writes the files; chapter 9.  Source: ISO/IEC 15948:2004, 7.2, 11.2.3 and 11.3.2.
"""

import math

import numpy as np

from ...core.bits import CorruptStream
from ...core.codec import check_array, check_bytes, check_image, check_number
from ...core.limits import strips
from ...quantisation.palette import look_up
from ...transforms import planes

GREY, RGB, PALETTE, GREY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
"""The colour types."""

CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGB_ALPHA: 4}
"""Samples of a pixel."""

DEPTHS = (1, 2, 4, 8, 16)
MOST_COLOURS = 256
LARGEST_SIDE = 1 << 31


def forms(image):
    """Return the ways to write an image: each samples (h, w, channels), depth, colour type, palette (k, 3) or None.

    image: uint8 or uint16, (h, w) or (h, w, 3); `ValueError` for others.
    """
    check_image(image)
    if image.dtype == np.uint16:
        return [(np.atleast_3d(image), 16, GREY if image.ndim == 2 else RGB, None)]
    if image.ndim == 2:
        depth = next(depth for depth in (1, 2, 4, 8) if not (image % (255 // (2**depth - 1))).any())
        return [(np.atleast_3d(image // (255 // (2**depth - 1))), depth, GREY, None)]
    forms, pixels = [(image, 8, RGB, None)], image.astype(np.int64) @ [1 << 16, 1 << 8, 1]
    colours = np.unique(pixels)
    if len(colours) <= MOST_COLOURS:
        depth = next(depth for depth in (1, 2, 4, 8) if len(colours) <= 1 << depth)
        indices = np.searchsorted(colours, pixels).astype(np.uint8)
        forms.append((indices[:, :, None], depth, PALETTE, colours.astype(">u4").view(np.uint8).reshape(-1, 4)[:, 1:]))
    return forms


def to_rows(samples, depth):
    """Return the rows, (h, bytes) uint8, of (h, w, channels) samples of 1, 2, 4, 8 or 16 bits; else `ValueError`."""
    samples = _checked(samples, depth)
    height = len(samples)
    if depth == 16:
        return samples.astype(">u2", order="C").view(np.uint8).reshape(height, -1)
    if depth == 8:
        return np.ascontiguousarray(samples, np.uint8).reshape(height, -1)
    bits = planes.to_planes(samples.reshape(height, -1), depth)
    return np.packbits(np.moveaxis(bits, 0, 2).reshape(height, -1), axis=1)


def from_rows(rows, shape, depth):
    """Return the samples, of `shape` (h, w, channels), uint16 for a depth of 16, else uint8, that the rows hold.

    rows: (h, bytes) uint8, of so many bytes as the shape asks for at this depth; `ValueError` for others.
    """
    _check_depth(depth)
    shape = tuple(check_array("shape", shape, (1,), 1, LARGEST_SIDE).tolist())
    wanted = (shape[0], (math.prod(shape[1:]) * depth + 7) // 8) if len(shape) == 3 else None
    if not isinstance(rows, np.ndarray) or rows.dtype != np.uint8 or rows.shape != wanted:
        raise ValueError(f"rows are {wanted} uint8 for {shape} samples, not {getattr(rows, 'shape', type(rows))}")
    rows = np.ascontiguousarray(rows)
    if depth == 16:
        return rows.view(">u2").astype(np.uint16).reshape(shape)
    if depth == 8:
        return rows.reshape(shape)
    row = shape[1] * shape[2]
    out = np.zeros((shape[0], row), np.uint8)
    for strip in strips(shape[0], row):  # eight bits in eight bytes are large
        bits = np.unpackbits(rows[strip], axis=1, count=row * depth).reshape(-1, row, depth)
        for bit in range(depth):
            out[strip] |= bits[:, :, bit] << np.uint8(depth - 1 - bit)
    return out.reshape(shape)


def to_image(samples, depth, kind, palette, clear):
    """Return the image: colours for indices, the full scale for narrow samples, alpha for the colour that is clear.

    samples: (h, w, channels), uint16 for a depth of 16, else uint8.  kind: the colour type.  palette, clear: the bodies
    of PLTE and tRNS, b"" where there is none.  `CorruptStream` where these two do not fit, `ValueError` for others.
    """
    samples, palette, clear = _checked(samples, depth), check_bytes(palette), check_bytes(clear)
    if (samples.dtype == np.uint16) != (depth == 16):
        raise ValueError(f"samples of {depth} bits are not {samples.dtype}")
    if CHANNELS.get(check_number("kind", kind, GREY, RGB_ALPHA)) != samples.shape[2]:
        raise ValueError(f"colour type {kind} has {CHANNELS.get(kind, 'no')} channels, not {samples.shape[2]}")
    if kind == PALETTE:
        return _colours(samples[:, :, 0], palette, clear)
    if clear:
        if kind not in (GREY, RGB) or len(clear) != 2 * samples.shape[2]:
            raise CorruptStream(f"a tRNS of {len(clear)} bytes in a PNG file of colour type {kind}")
        colour = np.frombuffer(clear, ">u2") & (1 << depth) - 1
        laid = np.full((*samples.shape[:2], samples.shape[2] + 1), 2**depth - 1, samples.dtype)
        for row, out in zip(samples, laid, strict=True):
            out[:, :-1] = row
            out[(row == colour).all(axis=1), -1] = 0
        samples = laid
    if depth < 8:
        samples = samples * np.uint8(255 // (2**depth - 1))
    return samples if samples.shape[2] > 1 else np.ascontiguousarray(samples[:, :, 0])


def _check_depth(depth):
    """Raise a `ValueError` where no PNG file has such a depth."""
    if check_number("depth", depth, 1, 16) not in DEPTHS:
        raise ValueError(f"depth is 1, 2, 4, 8 or 16, not {depth}")


def _checked(samples, depth):
    """Return samples as they are; `ValueError` where they are none of this depth."""
    _check_depth(depth)
    dtype = getattr(samples, "dtype", None)
    if dtype not in (np.uint8, np.uint16) or samples.ndim != 3 or not samples.size:
        raise ValueError(f"samples are (h, w, channels) uint8 or uint16, not {dtype or type(samples).__name__}")
    if int(samples.max()) >> depth:
        raise ValueError(f"a sample of {samples.max()} does not fit in a depth of {depth} bits")
    return samples


def _colours(indices, colours, clear):
    """Return the RGB image, with alpha if there is a tRNS, of indices into a palette."""
    if len(colours) % 3 or not 3 <= len(colours) <= 3 * MOST_COLOURS or len(clear) > len(colours) // 3:
        raise CorruptStream(f"a palette of {len(colours)} bytes, and alpha for {len(clear)} of its colours")
    table = np.frombuffer(colours, np.uint8).reshape(-1, 3)
    if clear:
        alpha = np.frombuffer(clear.ljust(len(table), b"\xff"), np.uint8)
        table = np.column_stack([table, alpha])
    if indices.max() >= len(table):
        raise CorruptStream(f"a pixel of colour {indices.max()} of a palette of {len(table)}")
    return look_up(table, indices)
