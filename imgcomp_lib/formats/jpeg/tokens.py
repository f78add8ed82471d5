"""Tokens: what a scan says, before codes are chosen for it; their counts, and their bits.

A token is a number: a symbol of a table, and the bits that follow its word.

    bits 32 and more   row: the table, 0 to 3 for DC, 4 to 7 for AC, 8 for bits without a word
    bits 24 to 31      symbol: SSSS of a DC difference (F.1.2.1), RRRRSSSS of an AC coefficient (F.1.2.2)
    bits 16 to 23      how many bits follow, 0 to 16
    bits 0 to 15       these bits
    below 0            the end of a restart interval: -1 - m stands for the marker RSTm

A scan is read twice, once to count its symbols and once to write them, and no list of symbols is kept but this one.
Nothing is checked here.  Chapter 14.

Source: ITU-T T.81, 1992, F.1.2.3 (stuffing), E.1.4 (restart).
"""

import numpy as np

from ...core.kernels import kernel

DC, AC, NO_TABLE = range(4), range(4, 8), 8
"""Rows of tables, 256 symbols each."""

ROWS = 9


def counted(tokens: np.ndarray) -> tuple[np.ndarray, int]:
    """Return how often each symbol of each row occurs, (9, 256) int64, and how many bits follow words.

    tokens: (n,) int64, `ValueError` for others.
    """
    if not isinstance(tokens, np.ndarray) or tokens.dtype != np.int64 or tokens.ndim != 1:
        raise ValueError(f"tokens are a row of int64, not {getattr(tokens, 'dtype', type(tokens).__name__)}")
    if len(tokens) and tokens.max() >= ROWS << 32:
        raise ValueError(f"a token has one of {ROWS} rows, not {tokens.max() >> 32}")
    counts = np.zeros((ROWS, 256), np.int64)
    return counts, count(tokens, counts.ravel())


@kernel
def count(tokens, counts):
    """Add how often each symbol of each row occurs to the (9 * 256,) int64 `counts`; return the bits behind words."""
    extra = 0
    for token in tokens:
        if token >= 0:
            counts[token >> 24] += 1
            extra += token >> 16 & 255
    return extra


@kernel
def write(tokens, words, lengths, out):
    """Write the bits of tokens into the uint8 array `out`; return how many bytes (F.1.2.3).

    words, lengths: (9 * 256,) int64, the word of each symbol of each row, no bits in row 8.  Ones fill up the last
    byte, also before a marker; a byte FF is followed by a byte 0.
    """
    at, held, bits = 0, 0, 0
    for token in tokens:
        if token < 0:
            at = _fill(out, at, held, bits)
            out[at], out[at + 1] = 0xFF, 0xD0 - 1 - token
            at, held, bits = at + 2, 0, 0
            continue
        key, extra = token >> 24, token >> 16 & 255
        held = (held << lengths[key] | words[key]) << extra | token & 0xFFFF
        bits += lengths[key] + extra
        while bits >= 8:
            bits -= 8
            out[at] = held >> bits & 255
            at += 1
            if out[at - 1] == 0xFF:
                out[at], at = 0, at + 1
        held &= (1 << bits) - 1
    return _fill(out, at, held, bits)


@kernel
def _fill(out, at, held, bits):
    """Write the last `bits` bits, fewer than 8, with ones behind them; return the next byte's place."""
    if bits > 0:
        out[at] = held << 8 - bits | (1 << 8 - bits) - 1
        at += 1
        if out[at - 1] == 0xFF:
            out[at], at = 0, at + 1
    return at
