"""Bit planes with expectation values: half a stream is a whole picture, the whole stream every bit.

Planes come from the most significant down.  After each bit a sample is known to lie in an interval half as wide, and
its *expectation value* says where in it.  The array of expectation values is all that the decoder keeps: it is the
picture so far, and what the next bits are coded from.

    sample 13 of 0 to 15       0       4       8      12      16
    nothing read               [---------------+---------------)    expectation 8
    1                                          [-------+-------)    about 12
    1 1                                                [---+---)    about 14
    1 1 0                                              [-+-)        about 13

Whether the next bit is a 1 depends on where the middle of the interval lies among the expectations of ten neighbours.
Those before it in the scan are one plane ahead; those after it are known too, only more coarsely, where a predictor
(chapter 9) sees nothing to the right and below.  `model` asks five questions of the neighbours, each answer is the
address of an adaptive chance, and a weighted sum of the five codes the bit.

Colours are G, R - G and B - G, the differences with one plane more: they do not wrap around, so that a stream cut
anywhere still names a colour near the true one.  Chapter 10.

Sources: H. Kikuchi, K. Funahashi and S. Muramatsu, "Simple bit-plane coding for lossless image compression and extended
functionalities", Picture Coding Symposium, 2009; H. Kikuchi, R. Abe and S. Muramatsu, "Simple bitplane coding and its
application to multi-functional image compression", IEICE Trans. Fundamentals E95-A(5), 2012: planes from the top, and
the context made of comparisons of the neighbours' expectation values with the pixel's own, question 2 here.  The other
four questions, expectations that lean towards their neighbours, and the weighted sum are this book's.
"""

import numpy as np

from ...core.bits import CorruptStream
from ...core.codec import check_bytes, check_number, check_shape, check_symbols
from ...core.limits import strips
from ...entropy.arithmetic import filled, finish_prefix, left_over, start_decoder, start_encoder, written
from ...transforms.colour import green_back, green_first
from .model import FRACTION, code_plane, colour_home, new_model


def encode(image: np.ndarray, depth: int) -> bytes:
    """Return the stream of `image`, `(height, width)` or `(height, width, 3)`, whole numbers below 2**depth.

    depth: bits of a sample, 1 to 16.
    """
    return encode_passes(image, depth)[0]


def encode_passes(image: np.ndarray, depth: int) -> tuple[bytes, list[tuple[int, int, int]]]:
    """Return the stream and, for each pass over the picture, its (channel, plane, bytes written at its end)."""
    samples, ends = _to_channels(image, depth), []

    def run(out):
        coder, model = start_encoder(), new_model(*samples.shape, depth)
        ends.clear()
        for channel, plane in passes(len(samples), depth):
            _code_pass(model, channel, plane, depth, samples[channel], coder, out, False)
            ends.append((channel, plane, int(written(coder))))
        return finish_prefix(coder, out)

    return filled(run, samples.size * (depth + 1) // 8 + 64), ends


def decode(data: bytes, shape: tuple[int, ...], depth: int) -> np.ndarray:
    """Return the picture of which `encode` made `data`, or the best one so far if `data` is only its beginning.

    shape: (height, width) or (height, width, 3).  uint8 up to a depth of 8, uint16 above.  `CorruptStream` where bytes
    follow the last bit.
    """
    height, width, *planes = check_shape(shape)
    buffer, nothing = np.frombuffer(bytearray(check_bytes(data)), np.uint8), np.zeros((0, 0), np.int64)
    model, coder = new_model(3 if planes else 1, height, width, depth), start_decoder(buffer)
    for channel, plane in passes(len(model.expected), depth):
        if not _code_pass(model, channel, plane, depth, nothing, coder, buffer, True):
            break
    else:
        if left_over(coder, buffer):
            raise CorruptStream(f"{left_over(coder, buffer)} bytes too many after the last bit of the picture")
    return _to_image(model.expected, depth).reshape(shape)


def passes(channels: int, depth: int) -> list[tuple[int, int]]:
    """Return (channel, plane) in the order of the stream: planes from the top, the first three of green alone.

    The first planes of R - G and B - G say little until the fourth: a sign, and that the difference is small.

    >>> passes(3, 8)[:8]
    [(0, 7), (0, 6), (0, 5), (1, 8), (2, 8), (1, 7), (2, 7), (1, 6)]
    """
    check_number("channels", channels, 1, 3)
    check_number("depth", depth, 1, 16)
    every = [(c, plane) for plane in range(depth, -1, -1) for c in range(channels) if c or plane < depth]
    return sorted(every, key=lambda each: -min(each[1], depth - 3) if each[0] else -each[1] - 0.5)


def _code_pass(model, channel, plane, depth, samples, coder, buffer, decoding):
    """Encode a plane of `samples` into `buffer`, or decode it; return whether it was whole."""
    home, guide = (colour_home(depth), channel - 1) if channel else (-1, 0)
    grids = samples, model.expected[channel], model.errors[channel], model.errors[guide]
    tables = model.chances[channel], model.weights[channel]
    return code_plane(*grids, plane, home, *tables, coder, buffer, decoding)


def _to_channels(image, depth):
    """Return (1, h, w) of the grey samples, or (3, h, w) of G, R - G + 2**depth, B - G + 2**depth; int64."""
    samples = check_symbols(image, 1 << check_number("depth", depth, 1, 16))
    check_shape(samples.shape)
    return green_first(samples, 1 << depth)


def _to_image(expected, depth):
    """Return the picture, uint8 or uint16, that the expectation values (channels, h, w) stand for."""
    dtype = np.uint8 if depth <= 8 else np.uint16
    if len(expected) == 1:
        return (expected[0] >> FRACTION).astype(dtype)
    image, zero = np.empty((*expected.shape[1:], 3), dtype), colour_home(depth) + (1 << FRACTION - 1)
    for rows in strips(*image.shape[:2]):
        levels = green_back(expected[:, rows], zero) >> FRACTION
        image[rows] = np.clip(levels, 0, (1 << depth) - 1)
    return image
