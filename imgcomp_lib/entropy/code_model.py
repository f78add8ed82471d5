"""Context mixing for the bits of a recurrent codec: what is left to save where 32 bits describe each position.

The codes are (iterations, rows, columns, 32) bits, coded iteration by iteration, row by row, position by position, bit
by bit.  A bit is foretold by eight opinions, mixed among log-odds (`mixing`):

    seven that learn      chances under contexts of its neighbours, of the same bit in earlier iterations,
                          and of the bits before it in its own position
    one that was taught   a logistic regression for each of the 16 x 32 bits, fitted once on photographs

    what the regression sees, +1 or -1 each, 0 outside          . . 5         9 positions of the iteration before,
    the 32 bits of six causal positions (right)               2 1 3          one of the two before that,
                                                            4 0 ?            earlier bits of this position, and 1

Its weights are whole numbers, 1/1024 of a log-odd each, and its inputs are whole: the sum is exact in any order, so
any machine foretells the same.  The mixing is in doubles, by the operations that IEEE 754 rounds in one way.

The stream has no marks between the iterations and may be cut anywhere: what is whole, decodes.

Sources: M. Mahoney, "Data compression explained", mattmahoney.net/dc/dce.html, 2013, section 4.3 (logistic mixing);
G. Toderici et al., CVPR 2017, arXiv:1608.05148, section 3 (what a network foretells from; `learned.binary_rnn`).
"""

import numpy as np

from ..core.bits import CorruptStream
from ..core.codec import MAX_PIXELS, check_bytes, check_number
from ..core.kernels import inner, kernel
from .arithmetic import POSITION, certain, decode_bit, encode_bit, filled, finish_prefix, start_decoder, start_encoder
from .mixing import adjust, count, curves, mix, squash, stretch

BITS = 32
"""Bits of a position."""

ITERATIONS = 16

CAUSAL = ((0, -1), (-1, 0), (-1, -1), (-1, 1), (0, -2), (-2, 0))
"""Positions (dy, dx) of the same iteration that are known already, nearest first."""

BEFORE = tuple((dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1))
"""Positions of the iteration before."""

OLDER = 2
"""How many iterations before that one, at the same position."""

GROUPS = len(CAUSAL) + len(BEFORE) + OLDER
INPUTS = (GROUPS + 1) * BITS + 1
"""Inputs of the regression: the groups, the bits of the position itself (0 while unknown), and the constant 1."""

UNIT = 1024
"""The regression's weights in a log-odd."""

CONTEXTS, SLOTS = 7, 1 << 8
"""Opinions that learn, and the contexts of each."""

LIMIT = 255.0
"""The slowest that a chance learns: by 1/255 of its miss."""

RATE = 0.02
"""How fast the mixer's weights follow; 0.01 and 0.04 cost a thousandth more on held-out photographs."""


def encode(codes: np.ndarray, weights: np.ndarray | None = None) -> tuple[bytes, list[int]]:
    """Return the stream of `codes` and, for each iteration, the size of the stream that would end with it.

    codes: (iterations, rows, columns, 32) of 0 and 1, at most 16 iterations.  weights: (16, 32, INPUTS) int16 of
    `learned.training.code_fit`, None for none.  `ValueError` for anything else.
    """
    codes = _checked(codes)
    padded, weights, ends = _padded(codes.shape, codes), _weights(weights), np.zeros(len(codes), np.int64)
    room = codes.size // 7 + 64
    stream = filled(lambda out: _encode(padded, weights, *curves(), out, ends), room)
    return stream, (ends + 2).tolist()  # finish_prefix writes two bytes


def decode(data: bytes, shape: tuple[int, int, int], weights: np.ndarray | None = None) -> np.ndarray:
    """Return the codes, uint8, of all iterations that the stream holds whole: (iterations, rows, columns, 32).

    shape: the iterations of the whole stream, rows and columns.  `CorruptStream` where not one is whole.
    """
    shape = _checked_shape((*shape, BITS) if isinstance(shape, tuple | list) else shape)
    padded = _padded(shape, 0)
    data = bytearray(check_bytes(data))  # the walk that both sides share wants a buffer that it could write
    buffer = np.frombuffer(data, np.uint8)
    whole = _decode(padded, _weights(weights), *curves(), buffer)
    if not whole:
        raise CorruptStream(f"{len(data)} bytes do not hold one iteration of {shape[1]} x {shape[2]} positions")
    return (padded[OLDER + 1 : OLDER + 1 + whole, EDGE:-1, EDGE:-EDGE] > 0).astype(np.uint8)


def seen(codes: np.ndarray, iteration: int) -> np.ndarray:
    """Return what the regression sees of each position but the bits of its own: (positions, GROUPS * 32) int8.

    codes: (iterations, rows, columns, 32) of 0 and 1.  `ValueError` for anything else.
    """
    codes, iteration = _checked(codes), check_number("iteration", iteration, 0, len(codes) - 1)
    padded = _padded(codes.shape, codes)
    return _seen(padded, iteration)


MOST = MAX_PIXELS >> 7
"""Positions: a network has four for each 32 x 32 pixels, and a few more at the edges."""

EDGE = 2
"""Rows above and columns on both sides of the padded codes; one row below."""


def _padded(shape, codes):
    """Return codes as int8 -1 and +1 inside a frame of zeros: iterations before, rows and columns around."""
    iterations, rows, columns, bits = shape
    padded = np.zeros((OLDER + 1 + iterations, EDGE + rows + 1, 2 * EDGE + columns, bits), np.int8)
    padded[OLDER + 1 :, EDGE:-1, EDGE:-EDGE] = 2 * np.asarray(codes, np.int8) - 1
    return padded


def _weights(weights):
    """Return the regression's weights, zeros for None; `ValueError` for another shape or type."""
    if weights is None:
        return np.zeros((ITERATIONS, BITS, INPUTS), np.int16)
    weights = np.asarray(weights)
    if weights.shape != (ITERATIONS, BITS, INPUTS) or weights.dtype != np.int16:
        raise ValueError(f"weights are int16 of {(ITERATIONS, BITS, INPUTS)}, not {weights.dtype} of {weights.shape}")
    return np.ascontiguousarray(weights)


def _checked(codes):
    """Return codes as a contiguous array; `ValueError` where they are none."""
    codes = np.asarray(codes)
    _checked_shape(codes.shape)
    if codes.dtype not in (np.dtype(np.uint8), np.dtype(bool)) or codes.max() > 1:
        largest = f" up to {codes.max()}" if codes.dtype == np.uint8 else ""
        raise ValueError(f"codes are uint8 or bool of 0 and 1, not {codes.dtype}{largest}")
    return np.ascontiguousarray(codes)


def _checked_shape(shape):
    """Return the shape of codes as a tuple; `ValueError` where it is none."""
    whole = isinstance(shape, tuple | list) and all(isinstance(side, int | np.integer) for side in shape)
    if not whole or len(shape) != 4 or shape[3] != BITS or not 1 <= shape[0] <= ITERATIONS or min(shape[1:3]) < 1:
        raise ValueError(f"codes are (1 to 16 iterations, rows, columns, 32), not {shape!r}")
    if int(shape[1]) * int(shape[2]) > MOST:
        raise ValueError(f"codes have at most {MOST} positions, not {shape[1]} x {shape[2]}")
    return tuple(map(int, shape))


@kernel
def _new_model():
    """Return chances and how often each was seen, (contexts, bits * slots), and the mixer's weights, (bits, inputs)."""
    rows = ITERATIONS * BITS
    chances = np.full((CONTEXTS, rows * SLOTS), 0.5)
    weights = np.full((rows, CONTEXTS + 2), 0.25)
    weights[:, CONTEXTS], weights[:, CONTEXTS + 1] = 1.0, 0.0
    return chances, np.zeros((CONTEXTS, rows * SLOTS)), weights, np.zeros((1, CONTEXTS + 2)), np.zeros(CONTEXTS + 2)


@kernel
def _encode(codes, taught, squash_curve, stretch_curve, out, ends):
    """Code all iterations and note where each ends; return the size."""
    coder, model, inputs = start_encoder(), _new_model(), np.zeros(INPUTS, np.int32)
    for t in range(len(ends)):
        _code_iteration(codes, t, taught, squash_curve, stretch_curve, model, inputs, coder, out, False)
        ends[t] = coder[POSITION]
    return finish_prefix(coder, out)


@kernel
def _decode(codes, taught, squash_curve, stretch_curve, data):
    """Fill in the codes; return how many iterations were whole."""
    coder, model, inputs = start_decoder(data), _new_model(), np.zeros(INPUTS, np.int32)
    for t in range(len(codes) - OLDER - 1):
        if not _code_iteration(codes, t, taught, squash_curve, stretch_curve, model, inputs, coder, data, True):
            return t
    return len(codes) - OLDER - 1


@kernel
def _code_iteration(codes, t, taught, squash_curve, stretch_curve, model, inputs, coder, buffer, decoding):
    """Code iteration t of the padded codes; False where the bytes run out."""
    chances, seen, weights, nothing, opinions = model
    slots = np.zeros(CONTEXTS, np.int64)
    for y in range(EDGE, codes.shape[1] - 1):
        for x in range(EDGE, codes.shape[2] - EDGE):
            _look(codes, t, y, x, inputs)
            for bit in range(BITS):
                row = t * BITS + bit
                _contexts(inputs, bit, slots)
                for i in range(CONTEXTS):
                    slots[i] += row * SLOTS
                    sure = min((seen[i, slots[i]] + 1) / 6, 1.0)
                    opinions[i] = stretch(stretch_curve, chances[i, slots[i]]) * sure
                opinions[CONTEXTS] = _taught(taught, t, bit, inputs) / UNIT
                opinions[CONTEXTS + 1] = 0.3
                chance = squash(squash_curve, mix(weights, row, nothing, 0, opinions))
                part = int(chance * 65536)
                if not decoding:
                    value = int(codes[t + OLDER + 1, y, x, bit] > 0)
                    encode_bit(coder, buffer, value, part)
                elif certain(coder, buffer, part):
                    value = decode_bit(coder, buffer, part)
                    codes[t + OLDER + 1, y, x, bit] = 2 * value - 1
                else:
                    return False
                adjust(weights, row, nothing, 0, opinions, RATE * (value - chance))
                nothing[:] = 0
                for i in range(CONTEXTS):
                    count(chances, seen, i, slots[i], value, LIMIT)
                inputs[GROUPS * BITS + bit] = 2 * value - 1
    return True


@kernel
def _look(codes, t, y, x, inputs):
    """Write what the regression sees of a position, its own bits unknown."""
    at, t = 0, t + OLDER + 1
    for dy, dx in CAUSAL:
        inputs[at : at + BITS] = codes[t, y + dy, x + dx]
        at += BITS
    for dy, dx in BEFORE:
        inputs[at : at + BITS] = codes[t - 1, y + dy, x + dx]
        at += BITS
    for older in range(2, 2 + OLDER):
        inputs[at : at + BITS] = codes[t - older, y, x]
        at += BITS
    inputs[at : at + BITS] = 0
    inputs[at + BITS] = 1


@kernel
def _seen(codes, t):
    """Return the inputs of all positions of iteration t, one a row, without those of the position itself."""
    rows, columns = codes.shape[1] - EDGE - 1, codes.shape[2] - 2 * EDGE
    found, inputs = np.zeros((rows * columns, GROUPS * BITS), np.int8), np.zeros(INPUTS, np.int32)
    for y in range(rows):
        for x in range(columns):
            _look(codes, t, y + EDGE, x + EDGE, inputs)
            for i in range(GROUPS * BITS):
                found[y * columns + x, i] = inputs[i]
    return found


@kernel
def _taught(weights, t, bit, inputs):
    """Return the regression's log-odds of a 1, in units."""
    return (weights[t, bit] * inputs).sum()


@inner
def _contexts(inputs, bit, slots):
    """Write the seven contexts of a bit: three values a neighbour, 0 outside the picture."""
    left, up, corner, right = inputs[bit] + 1, inputs[32 + bit] + 1, inputs[64 + bit] + 1, inputs[96 + bit] + 1
    before, after, below = inputs[320 + bit] + 1, inputs[352 + bit] + 1, inputs[416 + bit] + 1
    older, oldest = inputs[480 + bit] + 1, inputs[512 + bit] + 1
    slots[0] = 0
    slots[1] = (left * 3 + up) * 3 + before
    slots[2] = ((left * 3 + up) * 3 + corner) * 3 + right
    slots[3] = (before * 3 + after) * 3 + below
    slots[4] = (before * 3 + older) * 3 + oldest
    slots[5] = 0
    for i in range(max(bit - 6, 0), bit):
        slots[5] = slots[5] << 1 | int(inputs[GROUPS * BITS + i] > 0)
    earlier = inputs[GROUPS * BITS + bit - 1] + 1 if bit else 1
    slots[6] = ((earlier * 3 + before) * 3 + left) * 3 + up
