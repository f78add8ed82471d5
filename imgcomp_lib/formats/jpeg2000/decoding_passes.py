"""The three coding passes of a bit plane, as a decoder walks them: from the bytes of a code block to coefficients.

The walk is that of `coding_passes`; here each decision comes out of the MQ coder, or out of plain bits where that is
bypassed.  Coefficients are kept doubled and in the middle of what is known: 2^plane of a doubled one is half a step of
that bit plane, so a coefficient found in plane p is 2^(p+1) + 2^p, and each refinement moves it up or down by
2^p.  Chapter 16.

Source: ITU-T T.800 | ISO/IEC 15444-1, 2002, Annex D; E.1.1.2 for the middle.
"""

import numpy as np

from ...core.kernels import inner, kernel
from ...entropy.mq import BP, CT, END, C, decode_bit, start_decoding
from .coding_passes import (
    CAUSAL,
    CLEANUP,
    REFINEMENT_PASS,
    RESET,
    SEGMENT_MARKS,
    SIGNIFICANCE_PASS,
    is_raw,
    kind_of,
)  # fmt: skip
from .flags import ALL_CODED, AROUND, CODED, OWN, REFINED, REFINEMENT, RUN, SIGNS, UNIFORM, sign_index, tell


@kernel
def restore(data, ends, passes, planes, style, contexts, first_states, values):
    """Fill `values`, (height, width) int32, from codeword segments; return how many segmentation marks were wrong.

    data: uint8, the segments one behind the other, that end at `ends`.  passes: how many each has; all together at
    most 3 * planes - 2, planes at most 30.
    """
    height, width = values.shape
    words = np.zeros(((height + 3) // 4 + 2) * (width + 2), np.int64)
    found = np.zeros((height + 3) // 4 * width * 4, np.int32)
    states, register = first_states.copy(), np.zeros(5, np.int64)
    causal, wrong, done, begin = style & CAUSAL != 0, 0, 0, 0
    for segment in range(len(ends)):
        raw = is_raw(done, style)
        if raw:
            register[BP], register[END], register[C], register[CT] = begin, ends[segment], 0, 0
        else:
            start_decoding(register, data, begin, ends[segment])
        for number in range(done, done + passes[segment]):
            plane, kind = planes - 1 - (number + 2) // 3, kind_of(number)
            if kind == SIGNIFICANCE_PASS:
                significance(words, found, height, width, plane, contexts, raw, causal, states, register, data)
            elif kind == REFINEMENT_PASS:
                refinement(words, found, height, width, plane, raw, states, register, data)
            elif kind == CLEANUP:
                cleanup(words, found, height, width, plane, contexts, causal, states, register, data)
                wrong += style & SEGMENT_MARKS != 0 and not _marked(states, register, data)
            if style & RESET:
                states[:] = first_states
        done, begin = done + passes[segment], ends[segment]
    _spread(words, found, values)
    return wrong


@inner
def significance(words, found, height, width, plane, contexts, raw, causal, states, register, data):
    """Decode what has a significant neighbour."""
    for stripe in range((height + 3) // 4):
        at, k = (stripe + 1) * (width + 2), 4 * (stripe * width - 1)
        for _ in range(width):
            at, k = at + 1, k + 4
            if words[at] & AROUND == 0:
                continue
            for row in range(min(4, height - 4 * stripe)):
                around = words[at] >> 3 * row & 511
                if around & 16 or around == 0:
                    continue
                if raw:
                    bit = raw_bit(register, data)
                else:
                    bit = decode_bit(contexts[around], states, register, data)
                if bit:
                    _found(words, found, at, k, row, plane, width + 2, raw, causal, states, register, data)
                words[at] |= 1 << CODED + row


@inner
def refinement(words, found, height, width, plane, raw, states, register, data):
    """Decode the next bit of what was significant before."""
    for stripe in range((height + 3) // 4):
        at, k = (stripe + 1) * (width + 2), 4 * (stripe * width - 1)
        for _ in range(width):
            at, k = at + 1, k + 4
            word = words[at]
            if word & OWN == 0:
                continue
            for row in range(min(4, height - 4 * stripe)):
                around = word >> 3 * row & 511
                if around & 16 == 0 or word >> CODED + row & 1:
                    continue
                if raw:
                    bit = raw_bit(register, data)
                else:
                    context = REFINEMENT + (2 if word >> REFINED + row & 1 else around != 16)
                    bit = decode_bit(context, states, register, data)
                found[k + row] += 1 << plane if bit else -1 << plane
                words[at] |= 1 << REFINED + row


@inner
def cleanup(words, found, height, width, plane, contexts, causal, states, register, data):
    """Decode the rest of a bit plane, and forget what was coded."""
    for stripe in range((height + 3) // 4):
        at, k, rows = (stripe + 1) * (width + 2), 4 * (stripe * width - 1), min(4, height - 4 * stripe)
        for _ in range(width):
            at, k, first, run = at + 1, k + 4, 0, -1
            if rows == 4 and words[at] & (AROUND | ALL_CODED) == 0:  # run length: four without any context
                if not decode_bit(RUN, states, register, data):
                    continue
                first = decode_bit(UNIFORM, states, register, data) << 1
                first |= decode_bit(UNIFORM, states, register, data)
                run = first
            for row in range(first, rows):
                around = words[at] >> 3 * row & 511
                if around & 16 or words[at] >> CODED + row & 1:
                    continue
                if row == run or decode_bit(contexts[around], states, register, data):
                    _found(words, found, at, k, row, plane, width + 2, False, causal, states, register, data)
            words[at] &= ~ALL_CODED


@inner
def _found(words, found, at, k, row, plane, across, raw, causal, states, register, data):
    """Decode the sign of what has become significant, and tell the words around; the sign stays in the words."""
    if raw:
        negative = raw_bit(register, data)
    else:
        index = SIGNS[sign_index(words[at], row)]
        negative = decode_bit(index >> 1, states, register, data) ^ index & 1
    tell(words, at, row, negative, across, causal)
    found[k + row] = 3 << plane


@inner
def raw_bit(register, data):
    """Return the next of the plain bits, seven of them after a byte FF, ones where the data end (D.6)."""
    if register[CT] == 0:
        last, place = register[C], register[BP]
        register[C] = int(data[place]) if place < register[END] else 0xFF
        register[BP], register[CT] = place + 1, 7 if last == 0xFF and place < register[END] else 8
    register[CT] -= 1
    return register[C] >> register[CT] & 1


@inner
def _marked(states, register, data):
    """Say whether the segmentation mark 1010 follows (D.5)."""
    mark = 0
    for _ in range(4):
        mark = mark << 1 | decode_bit(UNIFORM, states, register, data)
    return mark == 10


@inner
def _spread(words, found, values):
    """Lay coefficients in rows again, with the signs that the words hold."""
    height, width = values.shape
    for y in range(height):
        at, k = (y // 4 + 1) * (width + 2) + 1, 4 * (y // 4) * width + y % 4
        for x in range(width):
            negative = words[at + x] >> 19 + y % 4 & 1
            values[y, x] = -found[k + 4 * x] if negative else found[k + 4 * x]
