"""The three coding passes of a bit plane, as an encoder walks them: from coefficients to decisions.

    significance propagation    what has a significant neighbour, and is not yet significant       D.3.1, D.3.2
    magnitude refinement        what was significant before this bit plane                         D.3.3
    cleanup                     the rest; four at once where nothing is known around them          D.3.4

Decisions are tokens, twice the context plus the bit, which the MQ coder takes; each pass also says by how much the
squared error falls that a decoder has after it, which is what rate control lives on.  Chapter 16.

Source: ITU-T T.800 | ISO/IEC 15444-1, 2002, Annex D.
"""

import numpy as np

from ...core.kernels import inner, kernel
from .flags import (
    ALL_CODED,
    AROUND,
    CODED,
    OWN,
    REFINED,
    REFINEMENT,
    RUN,
    SIGN,
    SIGNS,
    UNIFORM,
    sign_index,
    tell,
)  # fmt: skip

BYPASS, RESET, TERMINATE, CAUSAL, PREDICTABLE, SEGMENT_MARKS = 1, 2, 4, 8, 16, 32
"""The bits of a code block's style (Table A.19)."""

SIGNIFICANCE_PASS, REFINEMENT_PASS, CLEANUP = range(3)

KEPT = 0.5
"""What remains of the counts of zeros and ones from one bit plane to the next."""

SEEN = np.array([30.0] + [4.0] * (RUN - 1) + [30.0])
"""Zeros for each one at the start, by context."""


@inner
def kind_of(number):
    """Return which of the three passes is pass `number` of a block: the first bit plane has only a cleanup."""
    return (number + 2) % 3


@inner
def is_raw(number, style):
    """Say whether a pass bypasses the MQ coder: from the fifth bit plane on, all but cleanups (D.6)."""
    return style & BYPASS != 0 and number >= 10 and kind_of(number) != CLEANUP


@inner
def ends_segment(number, style):
    """Say whether the coder is ended after a pass that is not the last one (Table D.9)."""
    if style & TERMINATE:
        return True
    return style & BYPASS != 0 and number >= 9 and kind_of(number) != SIGNIFICANCE_PASS


@kernel
def arrange(values, magnitudes, exact):
    """Lay the four coefficients of each column of a stripe side by side, (height, width) as (stripes * width * 4).

    magnitudes: int32, what is left of them without sign and fraction.  exact: float64 with both.  Returns the greatest.
    """
    height, width = values.shape
    greatest = 0
    for y in range(height):
        at = 4 * (y // 4) * width + y % 4
        for x in range(width):
            exact[at + 4 * x] = values[y, x]
            magnitude = int(abs(values[y, x]))
            magnitudes[at + 4 * x] = magnitude
            greatest = max(greatest, magnitude)
    return greatest


@kernel
def decide(magnitudes, exact, shape, planes, last, style, contexts, whole, price, tokens, ends, gains):
    """Walk all passes from bit plane `planes - 1` to `last`; fill tokens, their number after each pass, and gains.

    contexts: (512,) of significances in this band.  whole: whether the last bit plane restores the very coefficients.
    price: the squared error that a bit must save: a coefficient that is not worth the bits that it takes stays
    insignificant, and the plane below finds the greatest that it still can be.  gains: by how much each pass lowers the
    sum of squared errors, in squares of a quantiser's step.
    """
    height, width = shape
    words = np.zeros(((height + 3) // 4 + 2) * (width + 2), np.int64)
    causal, count, number = style & CAUSAL != 0, 0, 0
    seen = np.ones((RUN + 1, 2))
    seen[:, 0] = SEEN
    for plane in range(planes - 1, last - 1, -1):
        half = 0.0 if whole and plane == 0 else 0.5 * (1 << plane)
        for kind in range(CLEANUP if number == 0 else SIGNIFICANCE_PASS, CLEANUP + 1):
            if kind == SIGNIFICANCE_PASS:
                raw = is_raw(number, style)
                count, gain = significance(
                    words, magnitudes, exact, shape, plane, half, contexts, raw, causal, price, seen, tokens, count
                )
            elif kind == REFINEMENT_PASS:
                count, gain = refinement(words, magnitudes, exact, shape, plane, half, tokens, count)
            else:
                count, gain = cleanup(
                    words, magnitudes, exact, shape, plane, half, contexts, causal, price, seen, tokens, count
                )
                seen *= KEPT
                if style & SEGMENT_MARKS:  # 1010 (D.5)
                    for bit in (1, 0, 1, 0):
                        tokens[count], count = 2 * UNIFORM + bit, count + 1
            ends[number], gains[number], number = count, gain, number + 1


@inner
def significance(words, magnitudes, exact, shape, plane, half, contexts, raw, causal, price, seen, tokens, count):
    """Code what has a significant neighbour; return the number of tokens and the gain."""
    height, width = shape
    gain = 0.0
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
                bit = magnitudes[k + row] >> plane & 1
                context = contexts[around]
                seen[context, bit] += 1.0
                if bit and _too_dear(exact[k + row], plane, half, price, seen[context], 1.0):
                    bit, magnitudes[k + row] = 0, (1 << plane) - 1
                tokens[count], count = 2 * context | bit, count + 1
                if bit:
                    tokens[count], count = _sign(words, at, row, exact[k + row], width + 2, raw, causal), count + 1
                    gain += _found(exact[k + row], plane, half)
                words[at] |= 1 << CODED + row
    return count, gain


@inner
def refinement(words, magnitudes, exact, shape, plane, half, tokens, count):
    """Code the next bit of what was significant before; return the number of tokens and the gain."""
    height, width = shape
    gain = 0.0
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
                context = REFINEMENT + (2 if word >> REFINED + row & 1 else around != 16)
                magnitude = int(magnitudes[k + row]) >> plane
                tokens[count], count = 2 * context | magnitude & 1, count + 1
                value, known = abs(exact[k + row]), float(magnitude << plane) + half
                before = float((magnitude | 1) << plane)
                gain += (value - before) ** 2 - (value - known) ** 2
                words[at] |= 1 << REFINED + row
    return count, gain


@inner
def cleanup(words, magnitudes, exact, shape, plane, half, contexts, causal, price, seen, tokens, count):
    """Code the rest of a bit plane, and forget what was coded; return the number of tokens and the gain."""
    height, width = shape
    gain = 0.0
    for stripe in range((height + 3) // 4):
        at, k, rows = (stripe + 1) * (width + 2), 4 * (stripe * width - 1), min(4, height - 4 * stripe)
        for _ in range(width):
            at, k, first, run, one = at + 1, k + 4, 0, -1, 0
            if rows == 4 and words[at] & (AROUND | ALL_CODED) == 0:  # run length: four without any context
                while first < 4:
                    if magnitudes[k + first] >> plane & 1:
                        one = 1
                        if not _too_dear(exact[k + first], plane, half, price, seen[RUN], 3.0):
                            break
                        magnitudes[k + first] = (1 << plane) - 1
                    first += 1
                seen[RUN, one] += 1.0
                tokens[count], count = 2 * RUN | (first < 4), count + 1
                if first == 4:
                    continue
                tokens[count], tokens[count + 1], count = 2 * UNIFORM | first >> 1, 2 * UNIFORM | first & 1, count + 2
                run = first
            for row in range(first, rows):
                around = words[at] >> 3 * row & 511
                if around & 16 or words[at] >> CODED + row & 1:
                    continue
                bit = 1
                if row != run:
                    bit = magnitudes[k + row] >> plane & 1
                    context = contexts[around]
                    seen[context, bit] += 1.0
                    if bit and _too_dear(exact[k + row], plane, half, price, seen[context], 1.0):
                        bit, magnitudes[k + row] = 0, (1 << plane) - 1
                    tokens[count], count = 2 * context | bit, count + 1
                if bit:
                    tokens[count], count = _sign(words, at, row, exact[k + row], width + 2, False, causal), count + 1
                    gain += _found(exact[k + row], plane, half)
            words[at] &= ~ALL_CODED
    return count, gain


@inner
def _sign(words, at, row, value, across, raw, causal):
    """Return the token of a sign, and tell the words around."""
    negative = 1 if value < 0 else 0
    index = SIGNS[sign_index(words[at], row)]
    tell(words, at, row, negative, across, causal)
    return 2 * SIGN | negative if raw else index ^ negative


@inner
def _found(value, plane, half):
    """Return by how much the squared error falls where a coefficient turns out to be significant."""
    known = (1 << plane) + half
    return known * (2 * abs(value) - known)


@inner
def _too_dear(value, plane, half, price, seen, others):
    """Say whether a coefficient found in a bit plane saves less than its bits cost: significance, and some others."""
    return price > 0.0 and _found(value, plane, half) < price * (others + np.log2((seen[0] + seen[1]) / seen[1]))
