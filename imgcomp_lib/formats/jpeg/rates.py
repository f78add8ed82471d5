"""How many bits a symbol will take, before a file is written: from the levels that a turn before has chosen.

    levels  --counts-->  codes  -->  bits of each (zeros before, size) and of each difference of means
                                     bits of an end: after some levels, and for a block that has none

In a progressive scan one symbol ends a run of blocks, so a block without levels costs less than a whole end: what is
left of all ends, once each block with levels has paid for one.  Chapter 14.

Source: ITU-T T.81, 1992, F.1.2.1, F.1.2.2 and G.1.2.2.
"""

from typing import NamedTuple

import numpy as np

from .codes import AC_LUMINANCE, DC_LUMINANCE, optimal, words
from .scan_encoder import EOB, SIZES, ZRL, ac_first, dc_first, sequential
from .tokens import AC, DC, counted

UNSEEN = 12
"""Bits at least of a symbol that has not occurred; one more than the longest word, if that is more."""

ENDS = slice(EOB, ZRL, 16)
"""EOBn, an end for 2**n blocks or more (Table G.1)."""


class Rates(NamedTuple):
    """Bits, float64: `ac` (63 * 16,) of zeros and a size; `ends` (2,), after levels and of none; `dc` (2048,)."""

    ac: np.ndarray
    ends: np.ndarray
    dc: np.ndarray


def standard() -> Rates:
    """Return the bits of the standard's example codes for luminance (K.3.3)."""
    lengths = words(AC_LUMINANCE)[1]
    return Rates(_zeros_and_size(lengths), np.full(2, float(lengths[EOB])), _differences(words(DC_LUMINANCE)[1]))


def measured(levels: list, progressive: bool = True) -> Rates:
    """Return the bits that levels take with codes made for them.

    levels: arrays of (..., 64) int16, at least one block, between -1024 and 1023; `ValueError` for others.
    progressive: whether ends come in runs, as in a scan of coefficients alone.
    """
    parts = _checked(levels)
    counts = sum(_counts(part, progressive) for part in parts)
    lengths = words(optimal(counts[AC[0]]))[1]
    ends = np.full(2, float(lengths[EOB]) if lengths[EOB] else UNSEEN)
    if progressive:
        ends = _ends(parts, counts[AC[0], ENDS], lengths[ENDS])
    return Rates(_zeros_and_size(lengths), ends, _differences(words(optimal(counts[DC[0]]))[1]))


def _checked(levels):
    """Return levels as arrays of blocks, one an MCU."""
    parts = levels if isinstance(levels, tuple | list) and levels else [None]
    for part in parts:
        fits = isinstance(part, np.ndarray) and part.dtype == np.int16 and part.ndim > 0 and part.shape[-1] == 64
        if not fits or not part.size or part.min() < -1024 or part.max() > 1023:
            raise ValueError("levels are a list of (..., 64) int16, between -1024 and 1023")
    return [np.ascontiguousarray(part).reshape(-1, 1, 64) for part in parts]


def _counts(blocks, progressive):
    """Return how often each symbol of each row occurs, (9, 256), in a component alone."""
    tokens, places = np.empty(np.count_nonzero(blocks) + 7 * len(blocks), np.int64), np.array([[0, DC[0], AC[0]]])
    if not progressive:
        return counted(tokens[: sequential(blocks, places, 0, tokens)])[0]
    size = dc_first(blocks, places, 0, 0, tokens)
    return counted(tokens[: size + ac_first(blocks, AC[0], np.array([1, 63]), 0, 0, tokens[size:])])[0]


def _ends(parts, counts, lengths):
    """Return the bits of an end after levels and for a block without; together they make those of all runs."""
    bits = float((counts * (lengths + np.arange(len(counts)))).sum())
    empty = [~part[:, 0, 1:].any(1) for part in parts]
    without = sum(int(none.sum()) for none in empty)
    after = sum(int((~none & (part[:, 0, 63] == 0)).sum()) for none, part in zip(empty, parts, strict=True))
    each = max(0.0, bits - (lengths[0] or UNSEEN) * after) / max(without, 1)
    return np.array([(bits - each * without) / after if after else UNSEEN, each])


def _zeros_and_size(lengths):
    """Return the bits of up to 62 zeros and a size: words for sixteen zeros each, a word for the rest, and the size."""
    zeros, sizes = np.mgrid[:63, :16]
    lengths = _all(lengths)
    return (sizes + (zeros >> 4) * lengths[ZRL] + lengths[(zeros & 15) << 4 | sizes]).ravel()


def _differences(lengths):
    """Return the bits of differences of 0 to 2047: a word for the size, and the size."""
    return _all(lengths[:12])[SIZES] + SIZES


def _all(lengths):
    """Return lengths, float64, with some for symbols that have not occurred."""
    return np.where(lengths > 0, lengths, max(UNSEEN, lengths.max() + 1)).astype(np.float64)
