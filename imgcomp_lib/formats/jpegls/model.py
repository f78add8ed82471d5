"""What JPEG-LS knows of a sample before it is coded, and learns from it; encoder and decoder share it.

        Rc Rb Rd        R[c, y, x] holds component c in a frame one sample wide: row 0 is the line above the
        Ra Ix           picture, columns 0 and width + 1 are what stands left and right of a line (A.2.1).

Ix is the sample, Px its prediction, Errval the error, Rx what the decoder gets: Ix itself, or within NEAR of it.  Flat
neighbours start a run (A.7); else their slopes choose one of 365 contexts Q, and m[Q] holds what it has learnt:

    A sum of |Errval|    B sum of Errval, less what C took up    C correction of Px    N how often Q came up

A.x are the clauses of ITU-T T.87 (ISO/IEC 14495-1), whose names are kept: Annex A codes one component, Annex B
several, Annex F decodes.  Chapter 9.
"""

from typing import NamedTuple

import numpy as np

from ...core.codec import check_number
from ...core.kernels import kernel

J = np.array([0] * 4 + [1] * 4 + [2] * 4 + [3] * 4 + [4, 4, 5, 5, 6, 6, 7, 7, *range(8, 16)])
"""A.2.1: a bit 1 stands for a run of 2**J[RUNindex] samples."""
A, B, C, N = range(4)
Nn = B
"""Contexts 365 and 366, of the sample that ends a run, count the negative errors there (A.7.2)."""
MIN_C, MAX_C = -128, 127
DEFAULT_RESET = 64
LARGEST = 65535


class Coding(NamedTuple):
    """The parameters of a scan; RANGE, qbpp and LIMIT follow from the others (A.2.1)."""

    MAXVAL: int
    NEAR: int
    T1: int
    T2: int
    T3: int
    RESET: int
    RANGE: int
    qbpp: int
    LIMIT: int


def coding(MAXVAL: int, NEAR: int, T1: int = 0, T2: int = 0, T3: int = 0, RESET: int = 0) -> Coding:
    """Return the parameters of a scan; a threshold or RESET of 0 is the default.  `ValueError` by C.2.3, C.2.4.1.1.

    >>> coding(255, 0)
    Coding(MAXVAL=255, NEAR=0, T1=3, T2=7, T3=21, RESET=64, RANGE=256, qbpp=8, LIMIT=32)
    """
    _check_range(MAXVAL, NEAR)
    T1, T2, T3, RESET = (check_number("a preset", number, 0, LARGEST) for number in (T1, T2, T3, RESET))
    if min(255, MAXVAL // 2) < NEAR:
        raise ValueError(f"near is 0 to {min(255, MAXVAL // 2)} for samples up to {MAXVAL}, not {NEAR}")
    defaults = default_thresholds(MAXVAL, NEAR)
    T1, T2, T3 = (given or default for given, default in zip((T1, T2, T3), defaults, strict=True))
    RESET = RESET or DEFAULT_RESET
    if not NEAR + 1 <= T1 <= T2 <= T3 <= MAXVAL or not 3 <= RESET <= max(255, MAXVAL):
        raise ValueError(f"no thresholds are {T1}, {T2}, {T3} with RESET {RESET}, near {NEAR}, samples up to {MAXVAL}")
    RANGE = (MAXVAL + 2 * NEAR) // (2 * NEAR + 1) + 1
    bpp = max(2, MAXVAL.bit_length())
    return Coding(MAXVAL, NEAR, T1, T2, T3, RESET, RANGE, (RANGE - 1).bit_length(), 2 * (bpp + max(8, bpp)))


def default_thresholds(MAXVAL: int, NEAR: int) -> list[int]:
    """Return the default T1, T2, T3 (C.2.4.1.1); MAXVAL 1 to 65535, NEAR 0 to 255."""
    _check_range(MAXVAL, NEAR)
    if MAXVAL >= 128:
        FACTOR = (min(MAXVAL, 4095) + 128) // 256
        wanted = FACTOR + 2 + 3 * NEAR, 4 * FACTOR + 3 + 5 * NEAR, 17 * FACTOR + 4 + 7 * NEAR
    else:
        FACTOR = 256 // (MAXVAL + 1)
        wanted = max(2, 3 // FACTOR + 3 * NEAR), max(3, 7 // FACTOR + 5 * NEAR), max(4, 21 // FACTOR + 7 * NEAR)
    found, least = [], NEAR + 1
    for T in wanted:
        least = T if least <= T <= MAXVAL else least
        found.append(least)
    return found


def _check_range(MAXVAL, NEAR):
    """Raise a `ValueError` where these two are no numbers of the standard."""
    check_number("MAXVAL", MAXVAL, 1, LARGEST)
    check_number("near", NEAR, 0, 255)


@kernel
def fresh_model(p):
    """A.2.1: the statistics at the start of a scan or of a restart interval."""
    m = np.zeros((367, 4), np.int64)
    for Q in range(367):
        m[Q, A], m[Q, N] = max(2, (p.RANGE + 32) >> 6), 1
    return m


@kernel
def frame_line(R, y):
    """A.2.1: left of line `y` and right of the line above stands the sample above the first one and the last one."""
    width = R.shape[2] - 2
    for c in range(len(R)):
        R[c, y, 0] = R[c, y - 1, 1]
        R[c, y - 1, width + 1] = R[c, y - 1, width]


@kernel
def neighbours(R, c, y, x):
    """Return Ra, Rb, Rc, Rd."""
    return int(R[c, y, x - 1]), int(R[c, y - 1, x]), int(R[c, y - 1, x - 1]), int(R[c, y - 1, x + 1])


@kernel
def find_contexts(R, y, x, first, last, contexts, p):
    """A.3: find the context of the sample at (y, x) in each component; return whether all are flat: run mode.

    A context is SIGN * Q, from -364 to 364; 0 says that no slope exceeds NEAR (A.3.2, B.3).
    """
    flat = True
    for c in range(first, last):
        Ra, Rb, Rc, Rd = neighbours(R, c, y, x)
        Q1, Q2, Q3 = region(Rd - Rb, p), region(Rb - Rc, p), region(Rc - Ra, p)  # A.3.1, A.3.3
        contexts[c] = 81 * Q1 + 9 * Q2 + Q3  # A.3.4: negative where the first of the three that is not 0 is
        flat = flat and contexts[c] == 0
    return flat


@kernel
def region(D, p):
    """A.3.3: the region of a slope, -4 to 4."""
    size = abs(D)
    found = int(size > p.NEAR) + int(size >= p.T1) + int(size >= p.T2) + int(size >= p.T3)
    return found if D > 0 else -found


@kernel
def quantise(Errval, p):
    """A.4.4: the error in steps of 2 NEAR + 1; A.4.5: modulo RANGE, from -(RANGE // 2) on."""
    if p.NEAR > 0:
        steps = (abs(Errval) + p.NEAR) // (2 * p.NEAR + 1)
        Errval = steps if Errval > 0 else -steps
    if Errval < 0:
        Errval += p.RANGE
    return Errval - p.RANGE if Errval >= (p.RANGE + 1) >> 1 else Errval


@kernel
def reconstruct(Px, Errval, p):
    """A.4.4, F.1: Rx from the prediction and the error, steps and modulo undone, within 0 to MAXVAL."""
    step = 2 * p.NEAR + 1
    Rx = Px + Errval * step
    if Rx < -p.NEAR:
        Rx += p.RANGE * step
    elif Rx > p.MAXVAL + p.NEAR:
        Rx -= p.RANGE * step
    return min(max(Rx, 0), p.MAXVAL)


@kernel
def golomb_variable(count, total):
    """A.5.1: k, so that 2**k is about the mean size of the errors, total / count."""
    k = 0
    while count << k < total:
        k += 1
    return k


@kernel
def turned(m, Q, k, p):
    """A.5.2: whether -1 is likelier than 0, so that the codewords of Errval and -Errval - 1 change places."""
    return p.NEAR == 0 and k == 0 and 2 * m[Q, B] <= -m[Q, N]


@kernel
def update(m, Q, Errval, p):
    """A.6.1: sums and count; old samples count half after RESET.  A.6.2: C follows the mean error, B / N."""
    m[Q, B] += Errval * (2 * p.NEAR + 1)
    m[Q, A] += abs(Errval)
    if m[Q, N] == p.RESET:
        m[Q, A] >>= 1
        m[Q, B] >>= 1  # towards minus infinity, as the standard's -((1 - B) >> 1)
        m[Q, N] >>= 1
    m[Q, N] += 1
    if m[Q, B] <= -m[Q, N]:
        m[Q, B] = max(m[Q, B] + m[Q, N], 1 - m[Q, N])
        m[Q, C] = max(m[Q, C] - 1, MIN_C)
    elif m[Q, B] > 0:
        m[Q, B] = min(m[Q, B] - m[Q, N], 0)
        m[Q, C] = min(m[Q, C] + 1, MAX_C)


@kernel
def interruption(m, Ra, Rb, components, p):
    """A.7.2.1: (RItype, Px, SIGN, k) of the sample that ends a run; in components together RItype is 0 (B.3)."""
    RItype = int(components == 1 and abs(Ra - Rb) <= p.NEAR)
    Q = 365 + RItype
    k = golomb_variable(m[Q, N], m[Q, A] + RItype * (m[Q, N] >> 1))
    return RItype, Ra if RItype else Rb, -1 if RItype == 0 and Ra > Rb else 1, k


@kernel
def map_of_negative(m, RItype, k):
    """A.7.2.2: the bit `map` of a negative error; a positive one has the other."""
    return int(k != 0 or 2 * m[365 + RItype, Nn] >= m[365 + RItype, N])


@kernel
def update_interruption(m, RItype, Errval, EMErrval, p):
    """A.7.2.2: the same for the sample that ends a run."""
    Q = 365 + RItype
    m[Q, Nn] += int(Errval < 0)
    m[Q, A] += (EMErrval + 1 - RItype) >> 1
    if m[Q, N] == p.RESET:
        m[Q, A] >>= 1
        m[Q, N] >>= 1
        m[Q, Nn] >>= 1
    m[Q, N] += 1
