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
(chapter 9) sees nothing to the right and below.  Five questions are asked of the neighbours, each answer is the address
of an adaptive chance, and a weighted sum of the five codes the bit.

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
from ...core.kernels import kernel
from ...entropy.arithmetic import certain, decode_bit, encode_bit, filled, finish_prefix, start_decoder, start_encoder
from ...prediction.fixed import med

UNIT = 4
"""Expectation values are in sixteenths, 2**-UNIT of a grey level; level v is what lies in [16 v, 16 v + 16)."""

QUESTIONS, ANSWERS = 5, 1 << 13
RATES = np.array([655360 // (10 * n + 16) for n in range(81)])
"""A chance moves 1 / (n + 1.6) of the way to the n-th bit, in 65536ths: fast at first, later as for n = 80."""


def _logistic():
    """Return 65536 / (1 + exp(-x / 256)) for x from -2048 to 2047, and the inverse for 4096 chances: integers only."""
    powers = [1 << 60]
    for _ in range(2048):
        powers.append(powers[-1] * 1157433911791679357 >> 60)  # 2**60 exp(1/256)
    upper = [(power << 16) // (power + (1 << 60)) for power in powers]
    squash = np.array([65536 - p for p in upper[:0:-1]] + upper[:-1])
    return squash, np.clip(np.searchsorted(squash, np.arange(4096) * 16 + 8) - 2048, -2047, 2047)


SQUASH, STRETCH = _logistic()


def encode(image: np.ndarray, depth: int) -> bytes:
    """Return the stream of `image`, uint8 or uint16, grey or RGB, of `depth` bits a sample."""
    return encode_passes(image, depth)[0]


def encode_passes(image: np.ndarray, depth: int) -> tuple[bytes, list[tuple[int, int, int]]]:
    """Return the stream and, for each pass over the picture, its (channel, plane, bytes written at its end)."""
    samples, ends = to_channels(image, depth), []

    def run(out):
        coder, model = start_encoder(), Model(samples.shape, depth)
        ends.clear()
        for channel, plane in passes(len(samples), depth):
            model.code(channel, plane, samples[channel], coder, out)
            ends.append((channel, plane, int(coder[2])))
        return finish_prefix(coder, out)

    return filled(run, samples.size * (depth + 1) // 8 + 64), ends


def decode(data: bytes, shape: tuple[int, ...], depth: int) -> np.ndarray:
    """Return the picture of which `encode` made `data`, or the best one so far if `data` is only its beginning.

    shape: (height, width) or (height, width, 3).  `CorruptStream` where bytes follow the last bit.
    """
    buffer, nothing = np.frombuffer(bytearray(data), np.uint8), np.zeros((0, 0), np.int64)
    model, coder = Model((3 if len(shape) == 3 else 1, *shape[:2]), depth), start_decoder(buffer)
    for channel, plane in passes(len(model.expected), depth):
        if not model.code(channel, plane, nothing, coder, buffer):
            break
    else:
        if coder[2] < len(data) + 5:  # seven bytes are held, and two close the stream
            raise CorruptStream(f"{len(data) + 5 - coder[2]} bytes too many after the last bit of the picture")
    return to_image(model.expected, depth).reshape(shape)


def passes(channels: int, depth: int) -> list[tuple[int, int]]:
    """Return (channel, plane) in the order of the stream: planes from the top, the first three of green alone.

    The first planes of R - G and B - G say little until the fourth: a sign, and that the difference is small.

    >>> passes(3, 8)[:8]
    [(0, 7), (0, 6), (0, 5), (1, 8), (2, 8), (1, 7), (2, 7), (1, 6)]
    """
    every = [(c, plane) for plane in range(depth, -1, -1) for c in range(channels) if c or plane < depth]
    return sorted(every, key=lambda each: -min(each[1], depth - 3) if each[0] else -each[1] - 0.5)


def to_channels(image: np.ndarray, depth: int) -> np.ndarray:
    """Return (1, h, w) of the grey samples, or (3, h, w) of G, R - G + 2**depth, B - G + 2**depth; int64."""
    if image.ndim == 2:
        return image[None].astype(np.int64)
    red, green, blue = np.moveaxis(image.astype(np.int64), 2, 0)
    return np.stack([green, red - green + (1 << depth), blue - green + (1 << depth)])


def to_image(expected: np.ndarray, depth: int) -> np.ndarray:
    """Return the picture, uint8 or uint16, that the expectation values (channels, h, w) stand for."""
    dtype = np.uint8 if depth <= 8 else np.uint16
    if len(expected) == 1:
        return (expected[0] >> UNIT).astype(dtype)
    image, zero = np.empty((*expected.shape[1:], 3), dtype), (1 << depth + UNIT) + (1 << UNIT - 1)
    rows = max((1 << 18) // expected.shape[2], 1)  # a piece at a time: no second picture in memory
    for y in range(0, len(image), rows):
        green, red, blue = expected[:, y : y + rows]
        levels = np.stack([green + red - zero, green, green + blue - zero], axis=-1) >> UNIT
        image[y : y + rows] = np.clip(levels, 0, (1 << depth) - 1)
    return image


class Model:
    """What both sides know of a picture of `shape` (channels, h, w): expectations, errors, chances and weights.

    expected: int32, in sixteenths of a level.  errors: int16, how far each fell from what its neighbours foretold.
    """

    def __init__(self, shape, depth):
        self.expected, self.errors = np.zeros(shape, np.int32), np.zeros(shape, np.int16)
        self.home = 1 << depth + UNIT
        self.expected[0], self.expected[1:] = self.home >> 1, self.home + 8  # mid-grey
        self.chances = np.zeros((len(self.expected), QUESTIONS, ANSWERS, 2), np.int32)
        self.chances[..., 0] = 1 << 15
        self.weights = np.full((len(self.expected), 16, QUESTIONS), 19660)

    def code(self, channel, plane, samples, coder, buffer):
        """Encode a plane of `samples` into `buffer`, or decode it if there are none; return whether it was whole."""
        home, guide = (self.home, channel - 1) if channel else (-1, 0)
        grids = samples, self.expected[channel], self.errors[channel], self.errors[guide]
        return _code_plane(*grids, plane, home, self.chances[channel], self.weights[channel], coder, buffer)


@kernel
def _code_plane(samples, expected, errors, guide, plane, home, chances, weights, coder, buffer):
    """Code bit `plane` of every sample in raster order and move its expectation; False where the bytes run out.

    samples: (h, w) to encode, or (0, 0) to decode.  guide: errors of the channel before.  home: as for `_expect`.
    """
    height, width = expected.shape
    half, rows, inputs = 16 << plane, np.zeros(QUESTIONS, np.int64), np.zeros(QUESTIONS, np.int64)
    for y in range(height):
        for x in range(width):
            own, error = int(expected[y, x]), int(guide[y, x]) if home >= 0 else 0
            middle = (own >> plane + 5 << plane + 5) + half
            around = _around(expected, y, x)
            mean = (around[0] + around[1] + around[2] + around[3]) >> 2
            w, n, e, s, nw, ne, _, _, _, _ = _around(errors, y, x)
            spread = 4 + ((2 * abs(w) + 2 * abs(n) + abs(e) + abs(s) + abs(nw) + abs(ne) + abs(error)) >> 3)
            kind = _ask(around, mean, spread, own, error, middle, half, home >= 0, rows)
            chance = _mix(chances, rows, weights[kind], inputs)
            if len(samples):
                bit = samples[y, x] >> plane & 1
                encode_bit(coder, buffer, bit, chance)
            elif certain(coder, buffer, chance):
                bit = decode_bit(coder, buffer, chance)
            else:
                return False
            _learn(chances, rows, weights[kind], inputs, bit, chance)
            expected[y, x] = _expect(middle if bit else middle - half, half, mean, spread, home)
            errors[y, x] = min(max(int(expected[y, x]) - mean, -32767), 32767)
    return True


@kernel
def _around(grid, y, x):
    """Return the neighbours W N E S NW NE SW SE WW NN of a sample; outside the picture it is mirrored."""
    height, width = grid.shape
    up, left = abs(y - 1) % height, abs(x - 1) % width  # -1 becomes 1, or 0 where there is no 1
    down, right = y + 1 if y + 1 < height else max(y - 1, 0), x + 1 if x + 1 < width else max(x - 1, 0)
    far_up, far_left = y - 2 if y > 1 else up, x - 2 if x > 1 else left
    return (
        int(grid[y, left]), int(grid[up, x]), int(grid[y, right]), int(grid[down, x]),
        int(grid[up, left]), int(grid[up, right]), int(grid[down, left]), int(grid[down, right]),
        int(grid[y, far_left]), int(grid[far_up, x]),
    )  # fmt: skip


@kernel
def _ask(around, mean, spread, own, error, middle, half, guided, rows):
    """Write the row of each question's table that the neighbours choose; return which weights to mix with.

    Positions are relative to the middle of the interval.  Their unit is the half interval or the usual error, whichever
    is smaller: the wider of the two decides nothing.
    """
    w, n, e, s, nw, ne, _, _, ww, nn = around
    unit = min(half, spread)
    busy = min(_octaves(64 * spread // half), 31)
    rows[0] = 0
    for value in (w, n, e, s, nw, ne):
        rows[0] = rows[0] << 2 | _position(value - middle, half, 2, 2)
    rows[1] = (busy << 5 | _position(med(w, n, nw) - middle, unit, 4, 16)) << 3 | _position(own - middle, half, 4, 4)
    rows[2] = 0
    for value in around:  # comparisons, after Kikuchi
        rows[2] = rows[2] << 1 | (value > middle)
    rows[3] = _position((w + e >> 1) - middle, unit, 4, 16) << 5 | _position((n + s >> 1) - middle, unit, 4, 16)
    beside = _position(error, spread, 4, 16) if guided else _position((ww + nn >> 1) - middle, unit, 4, 16)
    rows[4] = _position(mean - middle, unit, 4, 16) << 5 | beside
    return busy >> 1


@kernel
def _position(distance, unit, steps, limit):
    """Return `distance` in `steps` to the unit, from 0 to 2 * limit - 1; `limit` stands for 0."""
    return min(max(distance * steps // unit, -limit), limit - 1) + limit


@kernel
def _octaves(value):
    """Return twice the binary logarithm of `value`, roughly."""
    twice = 0
    while value >= 4:
        value, twice = value >> 1, twice + 2
    return twice + (value >> 1)


@kernel
def _mix(chances, rows, weights, inputs):
    """Return the chance of a 1 in 65536ths: the logistic of a weighted sum of the answers' logits."""
    total = 0
    for i in range(QUESTIONS):
        inputs[i] = STRETCH[chances[i, rows[i], 0] >> 4]
        total += weights[i] * inputs[i]
    return SQUASH[min(max(total >> 16, -2047), 2047) + 2048]


@kernel
def _learn(chances, rows, weights, inputs, bit, chance):
    """Move each answer towards the bit, and each weight by how well its answer knew better than the sum."""
    error = (bit << 16) - chance
    for i in range(QUESTIONS):
        weights[i] += (6 * inputs[i] * error + (1 << 17)) >> 18
        answer, times = chances[i, rows[i], 0], chances[i, rows[i], 1]
        chances[i, rows[i], 0] = answer + ((bit * 65535 - int(answer)) * RATES[times] >> 16)
        chances[i, rows[i], 1] = min(times + 1, len(RATES) - 1)


@kernel
def _expect(low, half, mean, spread, home):
    """Return the expectation value in [low, low + half): the middle, drawn towards `mean` where neighbours agree.

    home: where a difference of colours is 0, or -1; a wide interval that begins or ends there is expected near it,
    because colours are seldom strong.
    """
    if half == 16:
        return low + 8
    middle, reach = low + (half >> 1), (half >> 1) - 1
    if home in (low, low + half) and half >= home >> 4:
        return home + (home >> 5 if low == home else -(home >> 5))
    return middle + min(max(mean - middle, -reach), reach) * half // (2 * half + 4 * spread)
