"""The loops of the JPEG-LS encoder, step by step as ITU-T T.87 has them (clauses A.x, B.x).

The regular samples are coded in the line loop itself and not by a function for each: a call that takes arrays and
makes further such calls costs numba more, in counted references, than the sample does.
"""

import numpy as np

from ...core.kernels import kernel
from ...prediction.fixed import med
from .model import (
    A,
    C,
    J,
    N,
    find_contexts,
    frame_line,
    fresh_model,
    golomb_variable,
    interruption,
    map_of_negative,
    neighbours,
    quantise,
    reconstruct,
    turned,
    update,
    update_interruption,
)

HELD, COUNT, ROOM, POSITION = range(4)
"""What the output remembers: bits not yet in bytes, how many, bits that the next byte takes, where it goes."""


@kernel
def encode_lines(R, together, p, out):
    """Code a scan; return the bytes that it takes of the uint8 `out`, which has LIMIT bits for each sample, and 16.

    R: int32 (components, 1 + height, width + 2), the samples in their frame; they become the reconstructed ones.
    together: how many components are coded pixel by pixel (B.3); with 1 their lines take turns (B.2).
    """
    m, w = fresh_model(p), np.array([0, 0, 8, 0])
    indices, contexts = np.zeros(len(R), np.int64), np.zeros(len(R), np.int64)
    for y in range(1, R.shape[1]):
        frame_line(R, y)
        for c in range(0, len(R), together):
            _encode_line(out, w, R, y, c, c + together, m, indices, contexts, p)
    if w[COUNT] > 0 or w[ROOM] == 7:  # zeros fill up the last byte; after FF there is one more: no FF meets a marker
        _append(out, w, 0, w[ROOM] - w[COUNT])
    return w[POSITION]


@kernel
def _encode_line(out, w, R, y, first, last, m, indices, contexts, p):
    """A.8: code line `y` of the components from `first` to before `last`."""
    x, end = 1, R.shape[2] - 1
    while x < end:
        if find_contexts(R, y, x, first, last, contexts, p):  # A.3
            x = _encode_run(out, w, R, y, x, first, last, m, indices, p)
        else:
            for c in range(first, last):
                Q, SIGN = abs(contexts[c]), 1 if contexts[c] >= 0 else -1
                Ra, Rb, Rc, _ = neighbours(R, c, y, x)
                Px = min(max(med(Ra, Rb, Rc) + SIGN * m[Q, C], 0), p.MAXVAL)  # A.4.1, A.4.2
                Errval = quantise(SIGN * (int(R[c, y, x]) - Px), p)  # A.4.3 to A.4.5
                k = golomb_variable(m[Q, N], m[Q, A])  # A.5.1
                mapped = ~Errval if turned(m, Q, k, p) else Errval  # A.5.2; ~Errval is -Errval - 1
                MErrval = 2 * mapped if mapped >= 0 else -2 * mapped - 1
                _append_golomb(out, w, MErrval, k, p.LIMIT, p)  # A.5.3
                update(m, Q, Errval, p)  # A.6
                R[c, y, x] = reconstruct(Px, SIGN * Errval, p)  # A.4.4
            x += 1


@kernel
def _encode_run(out, w, R, y, x, first, last, m, indices, p):
    """A.7.1: code how many samples go on as Ra; A.7.2: code the sample that ends the run.  Return the next x."""
    end, RUNindex, RUNcnt = R.shape[2] - 1, indices[first], 0
    while x < end and _goes_on(R, y, x, first, last, p):
        for c in range(first, last):
            R[c, y, x] = R[c, y, x - 1]
        x, RUNcnt = x + 1, RUNcnt + 1
    while RUNcnt >= 1 << J[RUNindex]:  # A.7.1.2
        _append(out, w, 1, 1)
        RUNcnt -= 1 << J[RUNindex]
        RUNindex = min(RUNindex + 1, 31)
    if x == end and RUNcnt > 0:
        _append(out, w, 1, 1)
    if x < end:
        _append(out, w, RUNcnt, 1 + J[RUNindex])  # a 0, then RUNcnt in J bits
        for c in range(first, last):
            Ra, Rb, _, _ = neighbours(R, c, y, x)
            R[c, y, x] = _encode_interruption(out, w, m, int(R[c, y, x]), Ra, Rb, last - first, J[RUNindex], p)
        x, RUNindex = x + 1, max(RUNindex - 1, 0)
    indices[first] = RUNindex
    return x


@kernel
def _goes_on(R, y, x, first, last, p):
    """A.7.1.1: whether each component is within NEAR of its RUNval, Ra."""
    same = True
    for c in range(first, last):
        same = same and abs(int(R[c, y, x]) - int(R[c, y, x - 1])) <= p.NEAR
    return same


@kernel
def _encode_interruption(out, w, m, Ix, Ra, Rb, components, J_bits, p):
    """A.7.2: code the sample that ends a run, return Rx."""
    RItype, Px, SIGN, k = interruption(m, Ra, Rb, components, p)
    Errval = quantise(SIGN * (Ix - Px), p)
    negative = map_of_negative(m, RItype, k)
    EMErrval = 2 * abs(Errval) - RItype - (negative if Errval < 0 else 1 - negative if Errval > 0 else 0)
    _append_golomb(out, w, EMErrval, k, p.LIMIT - J_bits - 1, p)
    update_interruption(m, RItype, Errval, EMErrval, p)
    return reconstruct(Px, SIGN * Errval, p)


@kernel
def _append_golomb(out, w, value, k, limit, p):
    """A.5.3: value >> k zeros, a 1, the low k bits; where that is too long the most zeros, a 1, value - 1 in full."""
    zeros, most = value >> k, limit - p.qbpp - 1
    if zeros < most:
        _append(out, w, 0, zeros)
        _append(out, w, 1 << k | value & (1 << k) - 1, 1 + k)
    else:
        _append(out, w, 0, most)
        _append(out, w, 1 << p.qbpp | value - 1, 1 + p.qbpp)


@kernel
def _append(out, w, value, width):
    """A.1: add `width` bits, at most 55; the byte behind FF takes seven, so that no marker can arise."""
    held, count = w[HELD] << width | value, w[COUNT] + width
    while count >= w[ROOM]:
        count -= w[ROOM]
        byte, held = held >> count, held & (1 << count) - 1
        out[w[POSITION]] = byte
        w[POSITION] += 1
        w[ROOM] = 7 if byte == 255 else 8
    w[HELD], w[COUNT] = held, count
