"""The arithmetic coder, once with exact fractions and once with integers.

A message is an interval.  It starts as everything from 0 to 1; each symbol keeps the slice that its probability
gives it, and any number inside the last slice says the whole message.

    a 1/2, b 1/4, c 1/4         0        1/4       1/2       3/4        1
    nothing yet                 +---------- a ---------+--- b ---+--- c ---+
    b                                                  +- a -+-b-+-c-+
    b c                                                          +---+        [11/16, 3/4): binary 0.1011

`interval` does this with fractions, whose digits grow for ever.  The range coder keeps 56 bits of the lower end and of
the width, and writes a byte as soon as eight bits of the width are used up.  Later additions may still carry into
bytes already written: the carry walks back through them, as on paper.

The coder never knows what a symbol is.  A modeller (`static_model`, `adaptive_model`, later ones) names a slice:

    encoder   put(state, out, start, width, total)          decoder   get(state, total) -> a point of the slice
              encode_bit(state, out, bit, chance)                     advance(state, data, start, width, total)
              finish(state, out) -> bytes written                     decode_bit(state, data, chance) -> bit

All are kernels over a small int64 array, so other kernels call them.  Slices and bits mix freely in one stream.

The stream has no end mark.  Past its end the decoder reads zeros, at most `SLACK` of them if the stream is whole:
`overrun` tells at once that bytes are missing, `finished` that each byte was used.  After a flipped bit the rest is
rubbish that seldom ends where it should; only a checksum around the stream is sure to notice (`container`).  Chapter 7.

Sources: J. Rissanen, "Generalized Kraft inequality and arithmetic coding", IBM J. Research and Development 20(3),
1976, doi:10.1147/rd.203.0198; G. N. N. Martin, "Range encoding: an algorithm for removing redundancy from a digitised
message", Video & Data Recording Conference, 1979; I. H. Witten, R. M. Neal and J. G. Cleary, "Arithmetic coding for
data compression", Communications of the ACM 30(6), 1987, doi:10.1145/214762.214771.
"""

from fractions import Fraction
from itertools import accumulate

import numpy as np

from ..core.codec import check_array, check_number
from ..core.kernels import kernel

LOW, RANGE, POSITION, STEP = 0, 1, 2, 3
"""What the state holds: the lower end (in the decoder: how far the number lies above it), the width of the interval,
the index of the next byte, and (decoder) the width of one of `total` parts."""

TOP, BOTTOM = 1 << 56, 1 << 48
"""The width stays in [BOTTOM, TOP]; the lower end has 7 bytes and, before a carry, one bit more."""

SLACK = 6
"""The decoder holds 7 bytes of which the encoder's last step writes one."""

LONGEST = 1 << 16
"""Symbols that `symbols_at` looks for: exact fractions grow for ever."""

CERTAIN = 1 << 16
"""A chance of 1; a bit's chance is 1 to CERTAIN - 1."""


def interval(symbols, counts: dict) -> list[tuple[Fraction, Fraction]]:
    """Return the (low, width) of the interval before and after each symbol, as exact fractions.

    counts: symbol → how often it is expected; the slices lie in the order of the dictionary.  `ValueError` for a symbol
    without one.

    >>> [str(low) for low, width in interval("bc", {"a": 2, "b": 1, "c": 1})]
    ['0', '1/2', '11/16']
    """
    slices, total = _slices(counts)
    steps = [(Fraction(0), Fraction(1))]
    for symbol in _listed(symbols, slices):
        low, width = steps[-1]
        start, count = slices[symbol]
        steps.append((low + width * start / total, width * count / total))
    return steps


def shortest(low: Fraction, width: Fraction) -> str:
    """Return the fewest binary digits after the point whose number lies in [low, low + width).

    >>> shortest(Fraction(11, 16), Fraction(1, 16))
    '1011'
    """
    low, width = _fraction("low", low), _fraction("width", width)
    if not 0 < width <= 1 - low:
        raise ValueError(f"an interval lies between 0 and 1 and is not empty, unlike [{low}, {low + width})")
    length = 0
    while -(-low * 2**length // 1) >= (low + width) * 2**length:  # the first multiple of 2**-length from low on
        length += 1
    return f"{-(-low * 2**length // 1):0{length}b}" if length else ""


def symbols_at(number: Fraction, counts: dict, length: int) -> list:
    """Return the `length` symbols whose interval holds `number`, from 0 up to but not including 1.

    >>> symbols_at(Fraction(0b1011, 16), {"a": 2, "b": 1, "c": 1}, 2)
    ['b', 'c']
    """
    slices, total = _slices(counts)
    number, symbols = _fraction("number", number), []
    if number == 1:
        raise ValueError("the number lies below 1")
    for _ in range(check_number("length", length, 0, LONGEST)):
        point = number * total
        symbol = next(s for s, (start, count) in slices.items() if start <= point < start + count)
        start, count = slices[symbol]
        symbols.append(symbol)
        number = (point - start) / count  # zoom in: the slice becomes the whole
    return symbols


def _slices(counts):
    """Return symbol → (start, count), and the sum of the counts."""
    if not isinstance(counts, dict):
        raise ValueError(f"counts are a dictionary, not {counts!r}")
    numbers = check_array("counts", list(counts.values()), (1,), 0, TOP).tolist()
    starts = list(accumulate(numbers, initial=0))
    if not starts[-1]:
        raise ValueError("no symbol has a count")
    return {s: (start, n) for s, start, n in zip(counts, starts, numbers, strict=False)}, starts[-1]


def _listed(symbols, slices):
    """Return the symbols as a list; `ValueError` where one has no slice."""
    try:
        symbols = list(symbols)
        wild = [symbol for symbol in symbols if not slices.get(symbol, (0, 0))[1]]
    except TypeError as error:
        raise ValueError(f"symbols are things that have counts: {error}") from error
    if wild:
        raise ValueError(f"no count says how often {wild[0]!r} is expected")
    return symbols


def _fraction(name, number):
    """Return a number from 0 to 1 as an exact fraction."""
    if not isinstance(number, int | float | Fraction) or not 0 <= number <= 1:
        raise ValueError(f"{name} is a number from 0 to 1, not {number!r}")
    return Fraction(number)


def filled(encode, room: int) -> bytes:
    """Return the bytes of `encode(out) -> size`, which is called again where `out` had less than `size` bytes.

    An encoder that runs out of room goes on counting and writes no further: no kernel leaves its array.
    """
    if not callable(encode):
        raise ValueError(f"an encoder is a function, not {encode!r}")
    room = check_number("room", room, 0, 1 << 32)
    while True:
        out = np.zeros(room, np.uint8)
        size = encode(out)
        if size <= room:
            return out[:size].tobytes()
        room = size


@kernel
def start_encoder():
    """Return the state of an encoder that has written nothing."""
    return np.array([0, TOP, 0, 0])


@kernel
def put(state, out, start, width, total):
    """Keep the slice from `start` to `start + width` out of `total` parts, total ≤ 2**32."""
    step = state[RANGE] // total
    below = step * start
    state[LOW] += below
    state[RANGE] = state[RANGE] - below if start + width == total else step * width  # the last part takes the rest
    if state[RANGE] < BOTTOM:
        _send(state, out)


@kernel
def encode_bit(state, out, bit, chance):
    """Keep the lower part for a 1, the upper for a 0; `chance` of a 1 in 65536ths, taken as 1 to 65535."""
    part = (state[RANGE] >> 16) * min(max(chance, 1), CERTAIN - 1)
    low = state[LOW] + (0 if bit else part)
    width = part if bit else state[RANGE] - part
    while width < BOTTOM:  # as in `_send`; a loop without a call is inlined, and five times faster
        if low >= TOP:
            _carry(out, state[POSITION])
        if state[POSITION] < len(out):
            out[state[POSITION]] = low >> 48 & 255
        low, width = (low & (BOTTOM - 1)) << 8, width << 8
        state[POSITION] += 1
    state[LOW], state[RANGE] = low, width


@kernel
def finish(state, out):
    """Write the one byte that names a number inside the interval; return how many bytes the stream has."""
    state[LOW] = (state[LOW] + BOTTOM - 1) // BOTTOM * BOTTOM  # only zeros follow: the decoder reads them for nothing
    state[RANGE] = BOTTOM - 1
    _send(state, out)
    return state[POSITION]


@kernel
def finish_prefix(state, out):
    """Finish with one byte more than `finish`: whatever bytes follow, the number stays inside the interval.

    So each bit of a whole stream is `certain`, and of a stream that was cut as many as its bytes can name.
    """
    state[LOW] = (state[LOW] + (BOTTOM >> 8) - 1) // (BOTTOM >> 8) * (BOTTOM >> 8)
    state[RANGE] = (BOTTOM >> 8) - 1  # two bytes: 48 bits hold 40 after one
    _send(state, out)
    return state[POSITION]


@kernel
def written(state):
    """Return how many bytes the encoder has written."""
    return state[POSITION]


@kernel
def _send(state, out):
    """Write the top bytes of the lower end until the width has its 48 bits again."""
    while 0 < state[RANGE] < BOTTOM:
        if state[LOW] >= TOP:
            _carry(out, state[POSITION])
        if state[POSITION] < len(out):
            out[state[POSITION]] = state[LOW] >> 48 & 255
        state[LOW], state[RANGE] = (state[LOW] & (BOTTOM - 1)) << 8, state[RANGE] << 8
        state[POSITION] += 1


@kernel
def _carry(out, at):
    """Add 1 to the number whose last byte stands before `at`: 255 becomes 0 and carries on, once for each byte."""
    i = min(at, len(out)) - 1
    while i >= 0 and out[i] == 255:
        out[i] = 0
        i -= 1
    if i >= 0:
        out[i] += 1


@kernel
def start_decoder(data):
    """Return the state of a decoder that has read the first 7 bytes of the uint8 array `data`."""
    low = 0
    for at in range(SLACK + 1):
        low = low << 8 | _byte(data, at)
    return np.array([low, TOP, SLACK + 1, 0])


@kernel
def get(state, total):
    """Return which of `total` parts holds the number; the modeller knows whose slice that is.  Then `advance`."""
    state[STEP] = state[RANGE] // total
    return min(state[LOW] // state[STEP], total - 1)


@kernel
def advance(state, data, start, width, total):
    """Keep the slice that `get` pointed into, as `put` did."""
    below = state[STEP] * start
    state[LOW] -= below
    state[RANGE] = state[RANGE] - below if start + width == total else state[STEP] * width
    if state[RANGE] < BOTTOM:
        _fetch(state, data)


@kernel
def decode_bit(state, data, chance):
    """Return the bit for which `encode_bit` was given the same `chance`."""
    part = (state[RANGE] >> 16) * min(max(chance, 1), CERTAIN - 1)
    bit = 1
    if state[LOW] < part:
        state[RANGE] = part
    else:
        bit = 0
        state[LOW] -= part
        state[RANGE] -= part
    while state[RANGE] < BOTTOM:  # as in `_fetch`, inlined
        state[LOW], state[RANGE] = state[LOW] << 8 | _byte(data, state[POSITION]), state[RANGE] << 8
        state[POSITION] += 1
    return bit


@kernel
def code_bit(state, buffer, bit, chance, decoding):
    """Decode a bit from `buffer`, or encode `bit` into it; return it: encoder and decoder walk through one model."""
    if decoding:
        return decode_bit(state, buffer, chance)
    encode_bit(state, buffer, bit, chance)
    return bit


@kernel
def certain(state, data, chance):
    """Say whether the next bit is the same whatever bytes follow the end of `data`, for a stream that may be cut."""
    missing = state[POSITION] - len(data)
    if missing <= 0:
        return True
    part = (state[RANGE] >> 16) * min(max(chance, 1), CERTAIN - 1)
    return missing <= SLACK and (state[LOW] >= part or state[LOW] + (1 << 8 * missing) <= part)


@kernel
def _fetch(state, data):
    """Read bytes until the width has its 48 bits again."""
    while 0 < state[RANGE] < BOTTOM:
        state[LOW], state[RANGE] = state[LOW] << 8 | _byte(data, state[POSITION]), state[RANGE] << 8
        state[POSITION] += 1


@kernel
def _byte(data, at):
    """Return byte `at` of the stream, 0 past its end."""
    return np.int64(data[at]) if at < len(data) else np.int64(0)


@kernel
def overrun(state, data):
    """Say whether the decoder has asked for more than any whole stream of this length would need."""
    return state[POSITION] > len(data) + SLACK


@kernel
def finished(state, data):
    """Say whether the decoder, after its last symbol, has used exactly the bytes that there are."""
    return state[POSITION] == len(data) + SLACK


@kernel
def left_over(state, data):
    """Return how many bytes follow the end that `finish_prefix` wrote, after the decoder's last bit."""
    return max(len(data) + SLACK - 1 - state[POSITION], 0)
