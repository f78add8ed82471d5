"""Which codes the scans of a file use: each its own, or several one, where that saves more than its bits.

A code takes 17 bytes and one for each of its symbols before it saves any.  So scans whose symbols are alike share one:
of all pairs the one whose union saves most is joined, again and again, as long as any does.  A decoder keeps two codes
of a class in a baseline file, four in others; a code stands before the scan that needs it first, in the place of the
one that is needed again latest.  Chapter 14.

Source: ITU-T T.81, 1992, B.2.4.2; the rule of what to replace is L. A. Belady's, "A study of replacement algorithms
for a virtual-storage computer", IBM Systems Journal 5(2), 1966, doi:10.1147/sj.52.0078.
"""

import itertools

import numpy as np

from ...core.codec import check_array, check_number
from .codes import optimal, words

OVERHEAD = 17
"""Bytes of a code without symbols."""

MOST_ROWS = 1 << 10


def code_size(counts: np.ndarray) -> float:
    """Return the bytes that symbols take which occur so often, with the code that is made for them.

    counts: (n,) whole numbers, n at most 256.

    >>> code_size([0, 8, 8])
    22.0
    """
    code = optimal(counts)
    counts = np.asarray(counts, np.int64)
    return OVERHEAD + len(code.values) + int((counts * words(code)[1][: len(counts)]).sum()) / 8


def shared(counts: np.ndarray) -> list[int]:
    """Return for each row of counts, (n, 256), the number of the code that it uses, from 0 on in order of first use.

    >>> shared([[0, 900, 0], [0, 900, 9], [900, 0, 0]])
    [0, 0, 1]
    """
    sums = dict(enumerate(check_array("counts", counts, (2,), 0, 1 << 30)))
    if len(sums) > MOST_ROWS:
        raise ValueError(f"at most {MOST_ROWS} rows of counts, not {len(sums)}")
    groups, sizes = {i: [i] for i in sums}, {i: code_size(row) for i, row in sums.items()}
    saved = {pair: _saved(sums, sizes, *pair) for pair in itertools.combinations(sums, 2)}
    while saved and max(saved.values()) > 0:
        one, other = max(saved, key=saved.get)  # the first row of either names its group
        groups[one] += groups.pop(other)
        sums[one] = sums[one] + sums.pop(other)
        sizes[one] = code_size(sums[one])
        saved = {pair: gain for pair, gain in saved.items() if not {one, other} & set(pair)}
        saved |= {(min(one, i), max(one, i)): _saved(sums, sizes, one, i) for i in sums if i != one}
    numbers = {i: number for number, group in enumerate(groups.values()) for i in group}
    return [numbers[i] for i in range(len(numbers))]


def _saved(sums, sizes, one, other):
    """Return how many bytes two codes are more than one for the symbols of both."""
    return sizes[one] + sizes[other] - code_size(sums[one] + sums[other])


def placed(uses: list, most: int) -> list[tuple[dict, list]]:
    """Return for each scan the place of each code that it uses, {code: place}, and the codes to write before it.

    uses: for each scan the codes that it uses, at most `most`, which is how many a decoder keeps.

    >>> placed([["a", "b"], ["c"], ["a"]], 2)
    [({'a': 0, 'b': 1}, ['a', 'b']), ({'c': 1}, ['c']), ({'a': 0}, [])]
    """
    most = check_number("most", most, 1, 4)
    if not isinstance(uses, tuple | list) or any(not isinstance(codes, tuple | list) for codes in uses):
        raise ValueError(f"uses are a list of lists of codes, not {uses!r}")
    found, held = [], {}
    for now, codes in enumerate(uses):
        if len(set(codes)) > most:
            raise ValueError(f"a scan uses at most {most} codes, not {codes}")
        new = [code for code in dict.fromkeys(codes) if code not in held]
        for code in new:
            free = set(range(most)) - set(held.values())
            held[code] = min(free) if free else held.pop(max(held, key=lambda code: _next_use(code, uses[now:])))
        found.append(({code: held[code] for code in codes}, new))
    return found


def _next_use(code, uses):
    """Return after how many scans a code is used next."""
    return next((i for i, codes in enumerate(uses) if code in codes), len(uses))
