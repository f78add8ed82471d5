"""The MQ coder: binary arithmetic coding without a multiplication, as JPEG 2000 and JBIG2 have it.

    interval   C .. C + A        A is kept between 0x8000 and 0xFFFF, which stands for about 0.75 to 1.5
    LPS        C .. C + Qe       the less probable symbol takes the lower part, of the size Qe, whatever A is
    MPS        C + Qe .. C + A   the more probable one the rest; where the rest is smaller, the two change places

    C   0000 cbbb bbbb bsss xxxx xxxx xxxx xxxx      carry, byte to write, spacer, fraction (Table C.1)

A context remembers one of 47 rows of Table C.2, and which bit is the more probable one: a number from 0 to 93, twice
the row plus the bit.  After a byte FF only seven bits follow, so that a carry ends there and no marker can arise.

A coder that goes on after some decisions may be asked how many of its bytes these need: a decoder that finds no more
bytes reads ones (C.3.4), so it is the shortest beginning that stays below C + A when ones follow.  Chapter 16.

Source: ITU-T T.800 | ISO/IEC 15444-1, 2002, Annex C; D.4.2 for the predictable end.  The figures name its procedures.
"""

import numpy as np

from ..core.codec import check_array, check_bytes
from ..core.kernels import inner, kernel

ROWS = np.array([
    (0x5601, 1, 1, 1), (0x3401, 2, 6, 0), (0x1801, 3, 9, 0), (0x0AC1, 4, 12, 0), (0x0521, 5, 29, 0),
    (0x0221, 38, 33, 0), (0x5601, 7, 6, 1), (0x5401, 8, 14, 0), (0x4801, 9, 14, 0), (0x3801, 10, 14, 0),
    (0x3001, 11, 17, 0), (0x2401, 12, 18, 0), (0x1C01, 13, 20, 0), (0x1601, 29, 21, 0), (0x5601, 15, 14, 1),
    (0x5401, 16, 14, 0), (0x5101, 17, 15, 0), (0x4801, 18, 16, 0), (0x3801, 19, 17, 0), (0x3401, 20, 18, 0),
    (0x3001, 21, 19, 0), (0x2801, 22, 19, 0), (0x2401, 23, 20, 0), (0x2201, 24, 21, 0), (0x1C01, 25, 22, 0),
    (0x1801, 26, 23, 0), (0x1601, 27, 24, 0), (0x1401, 28, 25, 0), (0x1201, 29, 26, 0), (0x1101, 30, 27, 0),
    (0x0AC1, 31, 28, 0), (0x09C1, 32, 29, 0), (0x08A1, 33, 30, 0), (0x0521, 34, 31, 0), (0x0441, 35, 32, 0),
    (0x02A1, 36, 33, 0), (0x0221, 37, 34, 0), (0x0141, 38, 35, 0), (0x0111, 39, 36, 0), (0x0085, 40, 37, 0),
    (0x0049, 41, 38, 0), (0x0025, 42, 39, 0), (0x0015, 43, 40, 0), (0x0009, 44, 41, 0), (0x0005, 45, 42, 0),
    (0x0001, 45, 43, 0), (0x5601, 46, 46, 0),
])  # fmt: skip
"""Table C.2: Qe, the row after an MPS, the row after an LPS, and whether an LPS changes which bit is probable."""

CONTEXTS = 128
"""As many as `encode` and `decode` take: a token, twice the context plus the bit, is a byte."""

QE = np.repeat(ROWS[:, 0], 2)
AFTER_MPS = (2 * ROWS[:, 1, None] + [0, 1]).ravel()
AFTER_LPS = (2 * ROWS[:, 2, None] + ([0, 1] ^ ROWS[:, 3, None])).ravel()

SHIFTS = np.array([0] + [8 - int(high).bit_length() for high in range(1, 256)])
"""By how many bits A is to be shifted, by its upper byte."""

A, C, CT, BP, END = range(5)
"""Places in a coder's register: interval, code, bits until the next byte, place of the byte before it, end of data."""

REACH = 5
"""Bytes, from BP on, in which all that C holds has been written."""


def encode(bits: np.ndarray, contexts: np.ndarray | None = None) -> bytes:
    """Return the bytes of `bits`, each coded in its context, from row 0 on, ended as C.2.9 says, without the marker.

    bits: (n,) zeros and ones.  contexts: (n,) whole numbers from 0 to 127, None for a single one.

    >>> encode([0, 0, 1, 1, 0, 1, 0, 0]).hex()
    '36'
    """
    bits = check_array("bits", bits, (1,), 0, 1)
    contexts = _contexts(np.zeros(len(bits), int) if contexts is None else contexts)
    if len(bits) != len(contexts):
        raise ValueError(f"as many contexts as bits, not {len(contexts)} and {len(bits)}")
    out, register = np.zeros(9 * len(bits) // 4 + 16, np.uint8), np.zeros(5, np.int64)
    start(register, 0)
    encode_tokens((2 * contexts + bits).astype(np.uint8), 0, len(bits), np.zeros(CONTEXTS, np.int64), register, out)
    flush(register, out)
    return out[1 : register[BP] + 1].tobytes()


def decode(data: bytes, contexts: np.ndarray) -> np.ndarray:
    """Return as many bits as there are contexts, (n,) int64.  Where the bytes end, ones are read: no stream is wrong.

    >>> decode(bytes.fromhex("36"), [0] * 8)
    array([0, 0, 1, 1, 0, 1, 0, 0])
    """
    data, contexts = np.frombuffer(check_bytes(data), np.uint8), _contexts(contexts)
    bits = np.empty(len(contexts), np.int64)
    _decode_all(data, contexts, bits)
    return bits


def _contexts(contexts):
    """Return contexts as an array."""
    return check_array("contexts", contexts, (1,), 0, CONTEXTS - 1)


# ---- the encoder: `out[BP]` is the last byte, which a carry may still reach; a coder starts behind some byte


@inner
def start(register, place):
    """Make ready to write behind `out[place]`, which is not FF (INITENC)."""
    register[A], register[C], register[CT], register[BP] = 0x8000, 0, 12, place


@inner
def encode_tokens(tokens, first, last, states, register, out):
    """Encode tokens `first` to `last`, uint8: twice the context plus the bit (ENCODE; RENORME).  Nothing is checked.

    states: int64, one of each context.  out: uint8, with 9 / 4 bytes for each token: it takes at most 15 bits.
    """
    a, c, left, place = register[A], register[C], register[CT], register[BP]
    for i in range(first, last):
        token = int(tokens[i])
        state = states[token >> 1]
        qe = QE[state]
        a -= qe
        if (token ^ state) & 1 == 0:  # CODEMPS
            if a >= 0x8000:
                c += qe
                continue
            lower, states[token >> 1] = a < qe, AFTER_MPS[state]
        else:  # CODELPS
            lower, states[token >> 1] = a >= qe, AFTER_LPS[state]
        if lower:
            a = qe
        else:
            c += qe
        while a < 0x8000:
            shift = min(left, SHIFTS[a >> 8] if a >= 256 else 8)
            a, c, left = a << shift, c << shift, left - shift
            if left == 0:
                c, left, place = byte_out(c, place, out)
    register[A], register[C], register[CT], register[BP] = a, c, left, place


@inner
def byte_out(c, place, out):
    """Move a byte out of C; return C, the bits until the next one, and its place (BYTEOUT)."""
    if out[place] != 0xFF and c >= 0x8000000:  # the carry
        out[place] += 1
        c &= 0x7FFFFFF
    if out[place] == 0xFF:  # seven bits after FF
        out[place + 1] = c >> 20
        return c & 0xFFFFF, 7, place + 1
    out[place + 1] = c >> 19
    return c & 0x7FFFF, 8, place + 1


@inner
def flush(register, out):
    """End the bytes: of the interval's numbers one with many ones (FLUSH; SETBITS); the last byte is not FF."""
    c = register[C] | 0xFFFF
    if c >= register[C] + register[A]:
        c -= 0x8000
    left, place = register[CT], register[BP]
    for _ in range(2):
        c, left, place = byte_out(c << left, place, out)
    register[C], register[CT], register[BP] = c, left, place - (out[place] == 0xFF)


@inner
def flush_predictably(register, out):
    """End the bytes so that a decoder can tell whether it has gone wrong (D.4.2); the last byte is not FF."""
    c, left, place = register[C], register[CT], register[BP]
    wanted = 12 - left
    while wanted > 0:
        c, left, place = byte_out(c << left, place, out)
        wanted -= left
    if out[place] != 0xFF:
        c, left, place = byte_out(c << left, place, out)
    register[C], register[CT], register[BP] = c, left, place - (out[place] == 0xFF)


@inner
def top_of(register, out, top):
    """Write to `top`, `REACH` bytes, what `out` would hold from BP on for the last number of the interval."""
    c, left, place = register[C] + register[A], register[CT], register[BP]
    kept = out[place]
    c = (c << left) - 1
    for _ in range(REACH - 1):
        c, left, place = byte_out(c, place, out)
        c = (c + 1 << left) - 1  # ones follow
    for i in range(REACH):
        top[i] = out[register[BP] + i]
    out[register[BP]] = kept


@inner
def needed(out, place, top, before, last):
    """Return the end of the shortest beginning of `out` that leads to the same decisions with ones behind it.

    Those decisions hold from what is written to `top`, which differs from it from `place` on.  before: the place of the
    last byte that is not this coder's.  last: the place of its last byte.
    """
    below, end = False, max(place, before + 1)
    while end < place + REACH and end <= last:
        below |= end > place and out[end - 1] < top[end - 1 - place]
        ones = 0x7F if out[end - 1] == 0xFF else 0xFF
        if (below or above_ones(top, end - place, REACH, ones) >= 0) and above_ones(out, end, last + 1, ones) <= 0:
            break
        end += 1
    return end - (out[end - 1] == 0xFF)  # a last FF is what is read anyway


@inner
def above_ones(row, at, end, ones):
    """Return 1, 0 or -1: whether `row[at:end]` is above, at or below ones, of which seven come after a byte FF."""
    while at < end and row[at] == ones:
        ones, at = 0x7F + 0xFF - ones, at + 1
    return 0 if at == end else 1 if row[at] > ones else -1


# ---- the decoder


@inner
def start_decoding(register, data, first, end):
    """Read the first bytes of `data[first:end]` (INITDEC)."""
    register[A], register[BP], register[END] = 0x8000, first, end
    register[C] = (int(data[first]) if first < end else 0xFF) << 16
    byte_in(register, data)
    register[C] <<= 7
    register[CT] -= 7


@inner
def byte_in(register, data):
    """Add a byte to C, seven bits of it after FF, and ones where the data end or a marker begins (BYTEIN)."""
    place, end = register[BP], register[END]
    following = int(data[place + 1]) if place + 1 < end else 0xFF
    if place >= end or data[place] == 0xFF:
        if following > 0x8F:
            register[C] += 0xFF00
            register[CT] = 8
            return
        register[C] += following << 9
        register[CT] = 7
    else:
        register[C] += following << 8
        register[CT] = 8
    register[BP] = place + 1


@inner
def decode_bit(context, states, register, data):
    """Return the next bit, coded in a context (DECODE; RENORMD)."""
    state = states[context]
    qe, bit = QE[state], state & 1
    a = register[A] - qe
    if register[C] >> 16 >= qe:
        register[C] -= qe << 16
        if a >= 0x8000:
            register[A] = a
            return bit
        probable = a >= qe
    else:
        probable, a = a < qe, qe
    states[context] = AFTER_MPS[state] if probable else AFTER_LPS[state]
    while a < 0x8000:
        if register[CT] == 0:
            byte_in(register, data)
        a <<= 1
        register[C] <<= 1
        register[CT] -= 1
    register[A] = a
    return bit if probable else 1 - bit


@kernel
def _decode_all(data, contexts, bits):
    """Fill `bits` with the bits of these contexts."""
    states, register = np.zeros(CONTEXTS, np.int64), np.zeros(5, np.int64)
    start_decoding(register, data, 0, len(data))
    for i in range(len(bits)):
        bits[i] = decode_bit(contexts[i], states, register, data)
