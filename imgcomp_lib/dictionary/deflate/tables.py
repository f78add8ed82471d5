"""The constants of DEFLATE that its writer, its search and its reader share; `deflate` draws the format.

Source: P. Deutsch, RFC 1951, 1996, doi:10.17487/RFC1951, whose clauses are named.
"""

import numpy as np

LENGTH_EXTRA = np.array([0] * 8 + [1] * 4 + [2] * 4 + [3] * 4 + [4] * 4 + [5] * 4 + [0])
LENGTH_BASE = np.append(3 + np.append(0, np.cumsum(1 << LENGTH_EXTRA)[:27]), 258)
DISTANCE_EXTRA = np.maximum(np.arange(30) // 2 - 1, 0)
DISTANCE_BASE = 1 + np.append(0, np.cumsum(1 << DISTANCE_EXTRA)[:29])
"""Symbol 257 + i is a length of LENGTH_BASE[i] and more, by the value of the extra bits; distances alike (3.2.5)."""

CODE_LENGTH_ORDER = np.array([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15])
FIXED = (np.repeat([8, 9, 7, 8], [144, 112, 24, 8]), np.full(32, 5))
"""The codeword lengths of a fixed block (3.2.6): literals and lengths, distances."""

END, SYMBOLS, DISTANCES = 256, 288, 32
STORED, STATIC, DYNAMIC = 0, 1, 2
