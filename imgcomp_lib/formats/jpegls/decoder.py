"""The loops of the JPEG-LS decoder: the encoder's steps backwards (ITU-T T.87, Annex F).

The bits may be damaged.  Where they end, or say what no encoder writes, the stream is BROKEN: from there on bits are 0
and the line loop stops, so that every index stays within its array.
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
    reconstruct,
    turned,
    update,
    update_interruption,
)

HELD, COUNT, ROOM, POSITION, BROKEN = range(5)
"""What the input remembers: bits taken from bytes and not used, how many, bits that the next byte has, where it is."""


@kernel
def decode_lines(data, R, together, p):
    """Decode a scan into `R`, which is all zeros; return whether the uint8 `data` was right, and no byte too long.

    R: int32 (components, 1 + height, width + 2); samples have a frame.
    together: how many components are coded pixel by pixel (B.3); with 1 their lines take turns (B.2).
    """
    m, r = fresh_model(p), np.array([0, 0, 8, 0, 0])
    indices, contexts = np.zeros(len(R), np.int64), np.zeros(len(R), np.int64)
    for y in range(1, R.shape[1]):
        frame_line(R, y)
        for c in range(0, len(R), together):
            _decode_line(data, r, R, y, c, c + together, m, indices, contexts, p)
        if r[BROKEN]:
            return False
    return r[COUNT] < 8 and len(data) - r[POSITION] <= int(r[ROOM] == 7)  # behind FF there is one byte more


@kernel
def _decode_line(data, r, R, y, first, last, m, indices, contexts, p):
    """F.1: decode line `y` of the components from `first` to before `last`."""
    x, end = 1, R.shape[2] - 1
    while x < end and r[BROKEN] == 0:
        if find_contexts(R, y, x, first, last, contexts, p):  # A.3
            x = _decode_run(data, r, R, y, x, first, last, m, indices, p)
        else:
            for c in range(first, last):
                Q, SIGN = abs(contexts[c]), 1 if contexts[c] >= 0 else -1
                Ra, Rb, Rc, _ = neighbours(R, c, y, x)
                Px = min(max(med(Ra, Rb, Rc) + SIGN * m[Q, C], 0), p.MAXVAL)  # A.4.1, A.4.2
                k = golomb_variable(m[Q, N], m[Q, A])  # A.5.1
                MErrval = _read_golomb(data, r, k, p.LIMIT, p)  # A.5.3
                mapped = MErrval >> 1 if MErrval & 1 == 0 else -(MErrval + 1 >> 1)
                Errval = ~mapped if turned(m, Q, k, p) else mapped  # A.5.2
                update(m, Q, Errval, p)  # A.6
                R[c, y, x] = reconstruct(Px, SIGN * Errval, p)  # A.4.4
            x += 1


@kernel
def _decode_run(data, r, R, y, x, first, last, m, indices, p):
    """A.7.1 backwards: samples go on as Ra; A.7.2: then one that does not.  Return the next x."""
    left, RUNindex = R.shape[2] - 1 - x, indices[first]
    while left > 0 and _read(data, r, 1) == 1:
        whole = 1 << J[RUNindex]
        RUNindex = min(RUNindex + int(whole <= left), 31)
        left, x = left - min(whole, left), _go_on(R, y, x, first, last, min(whole, left))
    if left > 0:
        rest = _read(data, r, J[RUNindex])
        r[BROKEN] |= int(rest >= left)  # no room for the sample that ends the run
        x = _go_on(R, y, x, first, last, min(rest, left - 1))
        for c in range(first, last):
            Ra, Rb, _, _ = neighbours(R, c, y, x)
            R[c, y, x] = _decode_interruption(data, r, m, Ra, Rb, last - first, J[RUNindex], p)
        x, RUNindex = x + 1, max(RUNindex - 1, 0)
    indices[first] = RUNindex
    return x


@kernel
def _go_on(R, y, x, first, last, count):
    """Set `count` samples of each component to Ra; return the x behind them."""
    for c in range(first, last):
        R[c, y, x : x + count] = R[c, y, x - 1]
    return x + count


@kernel
def _decode_interruption(data, r, m, Ra, Rb, components, J_bits, p):
    """A.7.2 backwards: return the Rx of the sample that ends a run."""
    RItype, Px, SIGN, k = interruption(m, Ra, Rb, components, p)
    EMErrval = _read_golomb(data, r, k, p.LIMIT - J_bits - 1, p)
    map = EMErrval + RItype & 1
    Errval = EMErrval + RItype + map >> 1
    Errval = -Errval if map == map_of_negative(m, RItype, k) else Errval
    update_interruption(m, RItype, Errval, EMErrval, p)
    return reconstruct(Px, SIGN * Errval, p)


@kernel
def _read_golomb(data, r, k, limit, p):
    """A.5.3 backwards: zeros up to a 1, then k bits, or after the most zeros all bits; no error is above RANGE."""
    zeros, most = 0, limit - p.qbpp - 1
    while zeros <= most and _read(data, r, 1) == 0:
        zeros += 1
    value = _read(data, r, k if zeros < most else p.qbpp) + (zeros << k if zeros < most else 1)
    r[BROKEN] |= int(zeros > most or value > p.RANGE)
    return min(value, p.RANGE)


@kernel
def _read(data, r, width):
    """A.1: return the next `width` bits, at most 40; the byte behind FF has seven."""
    while r[COUNT] < width:
        byte = 0
        if r[POSITION] < len(data):
            byte = int(data[r[POSITION]])
            r[POSITION] += 1
        else:
            r[BROKEN] = 1
        r[HELD], r[COUNT] = r[HELD] << r[ROOM] | byte, r[COUNT] + r[ROOM]
        r[ROOM] = 7 if byte == 255 else 8
    r[COUNT] -= width
    value = r[HELD] >> r[COUNT]
    r[HELD] &= (1 << r[COUNT]) - 1
    return value
