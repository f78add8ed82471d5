"""What is known around four coefficients of a code block, in one word: significances, signs, and what was coded.

A block is scanned in stripes of four rows, column by column (Figure D.1).  Each column of a stripe has a word:

    bits 0 .. 17    3 y + x: whether the coefficient in row y - 1 and column x - 1 of these four is significant, so that
                    the nine bits from 3 r on are those around row r, itself in the middle
    18 .. 23        signs of the column from the row above to the row below, 1 where negative
    24 .. 27        signs of the column to the left          28 .. 31     of that to the right
    32 .. 35        refined before                           36 .. 39     coded in this bit plane already

A coefficient that becomes significant says so in the words of all its neighbours, once; each of the many visits of the
three passes then looks at a single number, and where the first 18 bits are zero four coefficients are passed at once.
Words have a rim of one on all sides.  Chapter 16.

Source: ITU-T T.800 | ISO/IEC 15444-1, 2002, D.1 and D.3 (contexts); the words are an idea of D. Taubman's, "Software
architectures for JPEG 2000", Proc. 14th Int. Conf. Digital Signal Processing, 2002, doi:10.1109/ICDSP.2002.1027870.
"""

import numpy as np

from ...core.kernels import inner

AROUND = (1 << 18) - 1
"""The significances of a word."""

OWN = 0b010_010_010_010 << 3
"""Those of the four themselves."""

ABOVE, LEFT, RIGHT, REFINED, CODED = 18, 24, 28, 32, 36
"""The first bits of the other things that a word knows; `ABOVE` + 1 is the sign of the first of the four."""

ALL_CODED = 15 << CODED

SIGN, REFINEMENT, RUN, UNIFORM = 9, 14, 17, 18
"""The first context of each kind; those of significance begin at 0 (Tables D.1 to D.5)."""

LL, HL, LH, HH = range(4)


def _significance(band: int, around: int) -> int:
    """Return the context of a significance in a band, of the nine bits around it (Table D.1)."""
    at = [around >> i & 1 for i in range(9)]
    across, down, diagonal = at[3] + at[5], at[1] + at[7], at[0] + at[2] + at[6] + at[8]
    if band == HH:
        pairs = across + down
        return [min(pairs, 2), 3 + min(pairs, 2), 6 + min(pairs, 1), 8][min(diagonal, 3)]
    if band == HL:  # vertical edges: rows and columns change their parts
        across, down = down, across
    if across == 2:
        return 8
    if across == 1:
        return 7 if down else 5 + min(diagonal, 1)
    return 2 + down if down else min(diagonal, 2)


def _sign(index: int) -> int:
    """Return twice the context of a sign, plus 1 where the bit is turned round (Tables D.2 and D.3).

    index: significances above, left, right and below in bits 0 to 3, their signs in bits 4 to 7.
    """
    above, left, right, below = ((index >> i & 1) * (1 - 2 * (index >> 4 + i & 1)) for i in range(4))
    across, down = np.sign(left + right), np.sign(above + below)
    turned = across < 0 or (across == 0 and down < 0)
    if turned:
        across, down = -across, -down
    return 2 * (SIGN + 3 * across + down) + turned


SIGNIFICANCE = np.array([[_significance(band, around) for around in range(512)] for band in range(4)], np.int64)
SIGNS = np.array([_sign(index) for index in range(256)], np.int64)


def first_states() -> np.ndarray:
    """Return the states of the 19 contexts at the start of a code block (Table D.7)."""
    states = np.zeros(19, np.int64)
    states[[0, RUN, UNIFORM]] = 2 * 4, 2 * 3, 2 * 46
    return states


@inner
def sign_index(word, row):
    """Return the index into `SIGNS` for the coefficient in row 0 to 3 of a word."""
    around = word >> 3 * row
    significant = around >> 1 & 1 | around >> 2 & 2 | around >> 3 & 4 | around >> 4 & 8
    signs = word >> ABOVE + row & 1 | (word >> LEFT + row & 1) << 1
    return significant | (signs | (word >> RIGHT + row & 1) << 2 | (word >> ABOVE + row + 2 & 1) << 3) << 4


@inner
def tell(words, at, row, negative, across, causal):
    """Tell all words around that the coefficient in a row of word `at` is significant, and its sign.

    across: words from one stripe to the next.  causal: whether nothing is told to the stripe above (D.7).
    """
    shift = 3 * row + 3
    words[at - 1] |= 4 << shift | negative << RIGHT + row
    words[at] |= 2 << shift | negative << ABOVE + 1 + row
    words[at + 1] |= 1 << shift | negative << LEFT + row
    if row == 0 and not causal:
        words[at - across - 1] |= 4 << 15
        words[at - across] |= 2 << 15 | negative << ABOVE + 5
        words[at - across + 1] |= 1 << 15
    if row == 3:
        words[at + across - 1] |= 4
        words[at + across] |= 2 | negative << ABOVE
        words[at + across + 1] |= 1
