"""Code blocks, both ways: a rectangle of quantised coefficients, and bytes that may be cut after any coding pass.

    coefficients  --coding_passes-->  tokens  --MQ coder, or plain bits-->  bytes, and where each pass ends in them
    bytes of some passes  --decoding_passes-->  coefficients, in the middle of what is known of them

The first pass is the cleanup of the highest bit plane that has a one; each plane below has three.  A block is one
codeword segment, unless its style ends the coder now and then (Table D.9):

    style   1 bypass      plain bits in the first two passes of the fifth plane and those below (D.6)
            2 reset       contexts start anew with each pass
            4 terminate   each pass is a segment
            8 causal      no context looks into the stripe below (D.7)
           16 predictable the coder ends so that a decoder can notice damage (D.4.2)
           32 marks       a mark at the end of each bit plane (D.5)

Chapter 16.

Source: ITU-T T.800 | ISO/IEC 15444-1, 2002, Annex D and Table A.19.
"""

from typing import NamedTuple

import numpy as np

from ...core.bits import CorruptStream
from ...core.codec import check_array, check_bytes, check_number
from ...core.kernels import inner, kernel
from ...entropy import mq
from .coding_passes import PREDICTABLE, RESET, arrange, decide, ends_segment, is_raw
from .decoding_passes import restore
from .flags import SIGNIFICANCE, first_states

MOST_PLANES = 30
"""Bit planes of a block; coefficients are kept doubled in 32 bits."""

MOST_SAMPLES, LONGEST_SIDE = 4096, 1024
"""What a block may have (Table A.18)."""

FIRST_STATES = first_states()


class Coded(NamedTuple):
    """A code block: its bytes, its magnitude bit planes, and after each pass the bytes so far and the error saved.

    ends: (passes,) int64, how many of the bytes a decoder of that many passes needs.  gains: (passes,) float64, by how
    much each pass lowers the sum of squared errors, in squares of a quantiser's step.
    """

    data: bytes
    planes: int
    ends: np.ndarray
    gains: np.ndarray


def encode_block(levels: np.ndarray, band: int, style: int = 0, last: int = 0, price: float = 0.0) -> Coded:
    """Return a code block of (height, width) integers, which are restored exactly, or floats, which are truncated.

    levels: signed, in quantiser steps, magnitudes below 2**30; 1 to 1024 a side, at most 4096.  band: 0 to 3 for LL,
    HL, LH, HH.  style: the sum of bits from 0 to 63.  last: the lowest bit plane that is coded.  price: the squared
    error that each bit must save, 0 to code every coefficient as it is.  `ValueError` else.

    >>> encode_block(np.array([[-1, 0], [0, 2]]), 0).ends
    array([1, 2, 2, 2])
    """
    values, whole = _checked(levels)
    band, style = check_number("band", band, 0, 3), check_number("style", style, 0, 63)
    if not isinstance(price, int | float | np.number) or not 0 <= price < np.inf:
        raise ValueError(f"a price is a number from 0 on, not {price!r}")
    magnitudes, exact = _room(values.shape)
    planes = int(arrange(values, magnitudes, exact)).bit_length()
    last = min(check_number("last", last, 0, MOST_PLANES), planes)
    passes = max(3 * (planes - last) - 2, 0)
    tokens = np.empty((planes - last) * (3 * len(exact) // 2 + 4) + len(exact), np.uint8)
    counts, ends, gains = np.zeros(passes, np.int64), np.zeros(passes, np.int64), np.zeros(passes)
    decide(
        magnitudes,
        exact,
        values.shape,
        planes,
        last,
        style,
        SIGNIFICANCE[band],
        whole,
        float(price),
        tokens,
        counts,
        gains,
    )
    size = 9 * int(counts[-1] if passes else 0) // 4 + 8 * passes + 8
    out = np.empty(size, np.uint8)
    size = write(tokens, counts, style, FIRST_STATES, out, ends)
    return Coded(out[1 : size + 1].tobytes(), planes, ends, gains)


def decode_block(
    segments: list, passes: list, planes: int, height: int, width: int, band: int, style: int = 0
) -> np.ndarray:
    """Return the coefficients of a code block, (height, width) int32, doubled, in the middle of what is known.

    segments: the bytes of each codeword segment; one cut short reads as if ones followed.  passes: how many coding
    passes each has, as `split` says.  planes: magnitude bit planes, 0 to 30.  Half of a coefficient, cut towards zero,
    is the very level where all passes are there.  `CorruptStream` for passes beyond the bit planes, other segments than
    the style has, and wrong segmentation marks; `ValueError` for sides, band and style out of range.

    >>> coded = encode_block(np.array([[-1, 0], [0, 2]]), 0)
    >>> decode_block([coded.data], [4], 2, 2, 2, 0)
    array([[-3,  0],
           [ 0,  5]], dtype=int32)
    """
    band, style = check_number("band", band, 0, 3), check_number("style", style, 0, 63)
    height, width = _sides(height, width)
    passes = check_array("passes", passes, (1,), 0, 1 << 20)
    if check_number("planes", planes, 0, 1 << 20) > MOST_PLANES or passes.sum() > max(3 * planes - 2, 0):
        raise CorruptStream(f"{passes.sum()} coding passes and {planes} bit planes; at most {MOST_PLANES}")
    segments = [check_bytes(segment) for segment in segments] if isinstance(segments, tuple | list) else []
    if len(segments) != len(passes) or passes.tolist() != split(int(passes.sum()), style):
        raise CorruptStream(f"{len(segments)} codeword segments of {passes.tolist()} passes in style {style}")
    values = np.zeros((height, width), np.int32)
    ends = np.cumsum([0, *map(len, segments)])[1:]
    data = np.frombuffer(b"".join(segments) + b"\xff", np.uint8)
    wrong = restore(data, ends, passes, planes, style, SIGNIFICANCE[band], FIRST_STATES, values)
    if wrong:
        raise CorruptStream(f"{wrong} segmentation marks of a code block are wrong")
    return values


def split(passes: int, style: int) -> list[int]:
    """Return how many passes each codeword segment of a block has that has so many passes altogether (Table D.9).

    >>> split(14, 0), split(3, 4), split(14, 1)
    ([14], [1, 1, 1], [10, 2, 1, 1])
    """
    passes = check_number("passes", passes, 0, 1 << 10)
    style = check_number("style", style, 0, 63)
    ends = [number + 1 for number in range(passes) if number == passes - 1 or ends_segment(number, style)]
    return [end - begin for begin, end in zip([0, *ends], ends, strict=False)]


def _checked(levels):
    """Return levels as float64, and whether they are whole."""
    whole = isinstance(levels, np.ndarray) and levels.dtype.kind == "i"
    if not (whole or (isinstance(levels, np.ndarray) and levels.dtype.kind == "f")) or levels.ndim != 2:
        raise ValueError("levels are (height, width) signed integers or floats")
    _sides(*levels.shape)
    values = levels.astype(np.float64)
    if not np.abs(values).max() < 1 << MOST_PLANES:
        raise ValueError(f"levels are below 2**{MOST_PLANES}, not {np.abs(values).max()}")
    return values, whole


def _sides(height, width):
    """Return the sides of a block; `ValueError` for what no block may have."""
    height, width = (check_number(n, v, 1, LONGEST_SIDE) for n, v in (("height", height), ("width", width)))
    if height * width > MOST_SAMPLES:
        raise ValueError(f"a code block has at most {MOST_SAMPLES} coefficients, not {height} x {width}")
    return height, width


def _room(shape):
    """Return arrays for the coefficients of a block, four of a column side by side."""
    size = (shape[0] + 3) // 4 * 4 * shape[1]
    return np.zeros(size, np.int32), np.zeros(size)


@kernel
def write(tokens, counts, style, first_states, out, ends):
    """Write the tokens of all passes to `out` from place 1 on; return the place of the last byte.

    counts: how many tokens there are after each pass.  ends: filled with the bytes that a decoder of the passes needs.
    """
    out[0] = 0
    states, register, tops = first_states.copy(), np.zeros(5, np.int64), np.zeros((len(ends), mq.REACH), np.uint8)
    first = begin = place = lowest = 0
    for number in range(len(counts)):
        raw = is_raw(number, style)
        if number == begin:
            mq.start(register, place)
            lowest = place
            if raw:
                register[mq.CT] = 0
        if raw:
            ends[number] = write_raw(tokens, first, counts[number], register, out)
        else:
            mq.encode_tokens(tokens, first, counts[number], states, register, out)
            ends[number] = register[mq.BP]
            mq.top_of(register, out, tops[number])
        first = counts[number]
        if number == len(counts) - 1 or ends_segment(number, style):
            place = end_segment(begin, number, raw, style, lowest, register, out, tops, ends)
            begin = number + 1
        if style & RESET:
            states[:] = first_states
    return place


@inner
def end_segment(begin, number, raw, style, lowest, register, out, tops, ends):
    """End a codeword segment after pass `number`; settle the bytes of its passes, and return the last one's place.

    lowest: the place of the last byte before it.
    """
    if raw:
        if register[mq.CT]:  # zeros and ones in turn
            out[register[mq.BP]] |= 0x55 >> 8 - register[mq.CT]
        for i in range(begin, number + 1):
            ends[i] -= out[ends[i]] == 0xFF  # a last FF is what is read anyway
        return ends[number]
    if style & PREDICTABLE:
        mq.flush_predictably(register, out)
    else:
        mq.flush(register, out)
    for i in range(begin, number + 1):
        ends[i] = mq.needed(out, ends[i], tops[i], lowest, register[mq.BP]) - 1
    if style & PREDICTABLE:
        ends[number] = register[mq.BP]
    return ends[number]


@inner
def write_raw(tokens, first, last, register, out):
    """Write the bits of tokens as they are, seven after a byte FF (D.6); return the place of the last byte."""
    place, left = register[mq.BP], register[mq.CT]
    for i in range(first, last):
        if left == 0:
            left = 7 if out[place] == 0xFF else 8
            place += 1
            out[place] = 0
        left -= 1
        out[place] |= (tokens[i] & 1) << left
    register[mq.BP], register[mq.CT] = place, left
    return place
