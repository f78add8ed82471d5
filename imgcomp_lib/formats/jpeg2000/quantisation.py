"""Quantiser steps of the bands, as QCD writes them: an exponent and a mantissa of 11 bits.

    step of a band = 2**(R - exponent) * (1 + mantissa / 2048)      R = bits of a sample + 0, 1, 1, 2 for LL HL LH HH

An error in a coefficient counts as much as the band's synthesis functions spread it, so a step is the wanted one
divided by their norm; then equal errors in all bands are equal errors in the picture.  Levels are cut towards zero, and
read in the middle of their interval.  Where the wavelet is reversible there is no step: the exponent alone says how
many bit planes a band may have, which is guard bits + exponent - 1.  Chapter 16.

Source: ITU-T T.800 | ISO/IEC 15444-1, 2002, Annex E: E.1.1 (steps), E.2 (quantisation), Table E.1 (R).
"""

import math

import numpy as np

from ...core.codec import check_number
from ...transforms import dwt
from .parameters import EXPOUNDED, NONE, Quantisation

GAINS = (0, 1, 1, 2)
"""Bits by which the range of LL, HL, LH and HH is wider than that of the samples (Table E.1)."""

LARGEST_STEP = 1 << 16

MOST_GUARD, MOST_EXPONENT = 7, 28
"""Guard bits that QCD can hold, and the exponent that leaves coefficients room in 30 bit planes."""


def bits_of(depth: int, levels: int) -> list[int]:
    """Return R for each band, LL first, then HL, LH, HH of each level, the coarsest first."""
    depth, levels = check_number("depth", depth, 1, 38), check_number("levels", levels, 0, dwt.MAX_LEVELS)
    return [depth + GAINS[0]] + levels * [depth + gain for gain in GAINS[1:]]


def pack(depth: int, levels: int, wavelet: str, step: float = 1.0) -> Quantisation:
    """Return what QCD is to say, but for the guard bits, which are 0.

    step: of a coefficient whose error counts once, in grey levels; of no account for "5/3".  `ValueError` where it is
    not above 0 and at most 65536.

    >>> pack(8, 1, "5/3").steps, pack(8, 0, "9/7", 1.5).steps
    (((8, 0), (9, 0), (9, 0), (10, 0)), ((8, 1024),))
    """
    bits = bits_of(depth, levels)
    if wavelet == "5/3":
        return Quantisation(NONE, 0, tuple((r, 0) for r in bits))
    if not isinstance(step, int | float | np.number) or not 0 < step <= LARGEST_STEP:
        raise ValueError(f"a step is above 0 and at most {LARGEST_STEP}, not {step!r}")
    gains = dwt.gains(wavelet, levels)
    return Quantisation(EXPOUNDED, 0, tuple(_packed(r, step / gain) for r, gain in zip(bits, gains, strict=True)))


def _packed(bits, step):
    """Return the exponent and the mantissa nearest to a step; the greatest or the least where it is beyond them."""
    power = math.floor(math.log2(step))
    mantissa = round((step / 2.0**power - 1) * 2048)
    if mantissa == 2048:
        power, mantissa = power + 1, 0
    exponent = bits - power
    return (0, 2047) if exponent < 0 else (MOST_EXPONENT, 0) if exponent > MOST_EXPONENT else (exponent, mantissa)


def steps(quantisation: Quantisation, depth: int, levels: int) -> list[float]:
    """Return the step of each band, LL first, 1 for each where there is no quantisation (E-3, E-5).

    >>> steps(Quantisation(EXPOUNDED, 0, ((8, 1024),)), 8, 0)
    [1.5]
    """
    if not isinstance(quantisation, Quantisation):
        raise ValueError(f"a quantisation is of the class Quantisation, not {type(quantisation).__name__}")
    bits = bits_of(depth, levels)
    if quantisation.kind == NONE:
        return [1.0] * len(bits)
    pairs = list(quantisation.steps)
    if quantisation.kind != EXPOUNDED:  # E-5: one exponent, less 1 with each level above the coarsest
        exponent, mantissa = pairs[0]
        pairs = [(exponent, mantissa)] + [(exponent - i // 3, mantissa) for i in range(3 * levels)]
    return [2.0 ** (r - exponent) * (1 + mantissa / 2048) for r, (exponent, mantissa) in zip(bits, pairs, strict=False)]
