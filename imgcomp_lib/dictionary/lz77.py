"""LZ77, the sliding window: a text as literals and matches, "go back so many bytes and copy so many".

    b l a h   b l a h   b l a h !
    '- - - - -'                       five literals
              '- - - - - - - - -'     one match: length 9, distance 5 (it copies what it has just written)
                                  '   one literal

A token is a pair (length, distance), or (0, byte) for a literal; `tokens` gives two arrays of them, `expand` the bytes
back.  By definition, and slowly, the match at a place is the longest of those that begin up to `WINDOW` bytes before:

    longest = lambda data, at: max((length(data, at - d, at), -d) for d in range(1, min(at, WINDOW) + 1))

The fast search keeps hash chains: for each three and each four bytes, where they last stood (`heads`, by a hash of the
bytes), and for each place in the window the place before it with the same hash (`links`).  Of the matches that it finds
`tokens` takes the longest, greedily or lazily, `parsing` those that cost least.  Chapter 8; `deflate` builds on it.

Sources: J. Ziv and A. Lempel, "A universal algorithm for sequential data compression", IEEE Trans. Information Theory
23(3), 1977, doi:10.1109/TIT.1977.1055714; J. A. Storer and T. G. Szymanski, "Data compression via textual
substitution", J. ACM 29(4), 1982, doi:10.1145/322344.322346; lazy matching: RFC 1951, 4.
"""

import numpy as np

from ..core.bits import CorruptStream
from ..core.codec import check_array, check_bytes, check_number
from ..core.kernels import kernel

SHORTEST, LONGEST, WINDOW = 3, 258, 1 << 15
"""Lengths and distances of DEFLATE (RFC 1951, 3.2.5): a length less 3 is one byte, a distance less 1 fifteen bits."""

FAR = 4096
"""A match of three bytes from further away costs more bits than its three literals."""

LARGEST_TEXT = 1 << 30
"""No tokens are expanded to more bytes than this; places are counted in 32 bits."""

HASH_BITS, HASH_FACTOR = 16, 0x1E35A7BD
"""Multiplicative hashing, by a factor whose bits look random: the upper half of 32 bits, 16 of them, is the slot."""

NEAREST, QUICK_FROM = 1, 32
"""Only the nearest place with the same three bytes is tried: what else they find is mostly too far to pay.  Lazily,
after a match of 32 bytes, a quarter of the places is tried: a longer one is seldom worth its time (so does zlib)."""

ENOUGH = 128
"""After a match of so many bytes no longer one is looked for."""

NOTHING = 0, 0
"""What `search` knows where no match goes on: a length, and a distance."""

KEPT = 8
"""At most so many matches are remembered for one place when the cheapest way is looked for."""


def tokens(data: bytes, chain: int = 128, lazy: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Return `(lengths, values)`, (n,) int64 each: for length 0 the value is a byte, else a distance.

    chain: how many earlier places are tried at most.  lazy: where the next byte begins a longer match than this one,
    this one becomes a literal.  `ValueError` for what is no bytes, or a negative chain.

    >>> [array.tolist() for array in tokens(b"blah blah blah!")]
    [[0, 0, 0, 0, 0, 9, 0], [98, 108, 97, 104, 32, 5, 33]]
    """
    data, chain = np.frombuffer(check_bytes(data), np.uint8), check_number("chain", chain, 0, LARGEST_TEXT)
    return follow(data, 0, len(data), *memory(), chain, LONGEST if lazy else 0)


def expand(lengths, values) -> bytes:
    """Return the bytes of which `tokens` made `lengths` and `values`, (n,) integers each.

    `CorruptStream` for a distance before the start, a literal that is no byte, or more than 2**30 bytes; `ValueError`
    for what are no two lists of equally many integers.

    >>> expand([0, 0, 5], [97, 98, 2])
    b'abababa'
    """
    lengths = check_array("lengths", lengths, (1,))
    values = check_array("values", values, (1,))
    if len(lengths) != len(values):
        raise ValueError(f"lengths and values come in pairs, not {len(lengths)} and {len(values)}")
    if lengths.size and min(lengths.min(), values.min()) < 0:
        raise CorruptStream(f"a token with a negative length or value, {min(lengths.min(), values.min())}")
    size = int(np.maximum(np.minimum(lengths, LARGEST_TEXT + 1), 1).sum())
    if size > LARGEST_TEXT:
        raise CorruptStream(f"tokens of more than {LARGEST_TEXT} bytes")
    out = np.empty(size, np.uint8)
    if _expand(lengths, values, out) < 0:
        raise CorruptStream("a match from before the start, or a literal that is no byte")
    return out.tobytes()


def memory() -> tuple[np.ndarray, np.ndarray]:
    """Return `(heads, links)` of a search that has seen nothing yet, (2, 65536) and (2, 32768) int32; -1 is nowhere.

    Row 0 is for places with the same three bytes, row 1 for the same four.
    """
    return np.full((2, 1 << HASH_BITS), -1, np.int32), np.full((2, WINDOW), -1, np.int32)


@kernel
def _expand(lengths, values, out):
    """Fill `out`, uint8, from tokens, (n,) int64; return its size, or -1 for a broken token."""
    at = 0
    for i in range(len(lengths)):
        if lengths[i] == 0:
            if values[i] > 255:
                return -1
            out[at], at = values[i], at + 1
        elif not 1 <= values[i] <= at:
            return -1
        else:
            for _ in range(lengths[i]):
                out[at], at = out[at - values[i]], at + 1
    return at


@kernel
def _hash(data, at, row):
    """Return the hash of the three (row 0) or four (row 1) bytes of `data`, uint8, at `at`."""
    number = int(data[at]) | int(data[at + 1]) << 8 | int(data[at + 2]) << 16
    if row:
        number |= int(data[at + 3]) << 24
    return number * HASH_FACTOR >> 32 - HASH_BITS & (1 << HASH_BITS) - 1


@kernel
def insert(data, at, heads, links):
    """Remember where the three and the four bytes of `data`, (n,) uint8, at `at` stand; `heads`, `links`: `memory`."""
    for row in range(2):
        if at + 3 + row <= len(data):
            slot = _hash(data, at, row)
            links[row, at & WINDOW - 1], heads[row, slot] = heads[row, slot], at


@kernel
def forget(data, at, heads, links):
    """Undo `insert`; the last inserted first."""
    for row in range(2):
        if at + 3 + row <= len(data):
            heads[row, _hash(data, at, row)] = links[row, at & WINDOW - 1]


@kernel
def _same(data, before, at, length, longest):
    """Return how many bytes from `before` on equal those from `at` on, of which `length` do, `longest` at most."""
    while length < longest and data[before + length] == data[at + length]:
        length += 1
    return length


@kernel
def search(data, at, end, heads, links, chain, found, known):
    """Write the matches of `at` that end before `end` into `found`, each longer than those nearer; return their number.

    data: (n,) uint8.  heads, links: `memory`, in which all places before `at` are.  chain: how many places are tried.
    found: (k, 2) int64, length and distance.  When it is full, longer matches take the last place.
    known: (length, distance); so many bytes are known to be equal at this distance.
    """
    longest, count, best = min(LONGEST, end - at), 0, SHORTEST - 1
    for row in range(2):
        if longest < SHORTEST + row:
            break
        before, tries = heads[row, _hash(data, at, row)], chain if row else NEAREST
        while tries > 0 and before >= 0 and at - before <= WINDOW and best < min(longest, ENOUGH):
            if data[before + best] == data[at + best]:
                length = _same(data, before, at, min(known[0], longest) if at - before == known[1] else 0, longest)
                if length > best:
                    count, best = min(count + 1, len(found)), length
                    found[count - 1, 0], found[count - 1, 1] = length, at - before
            earlier = links[row, before & WINDOW - 1]
            before, tries = earlier if earlier < before else -1, tries - 1  # an old link may be overwritten
    return count


@kernel
def follow(data, start, end, heads, links, chain, lazy):
    """Return the tokens of `data[start:end]`, uint8, by the longest match at each place, greedily or lazily.

    heads, links, chain: as for `search`; the places are remembered.  Tokens: lengths and values, (k,) int64.
    lazy: a match of fewer bytes than this waits for the next place; where that begins a longer one, it goes.
    """
    lengths, values = np.zeros(end - start, np.int64), np.zeros(end - start, np.int64)
    found = np.zeros((1, 2), np.int64)
    at, count, held, distance = start, 0, 0, 0  # held: the length of the match that waits at at - 1
    while at < end:
        length = 0
        if held == 0 or held < lazy:
            tries = chain if held < QUICK_FROM else chain >> 2
            if search(data, at, end, heads, links, tries, found, NOTHING):
                length = found[0, 0] if found[0, 0] > SHORTEST or found[0, 1] <= FAR else 0
        insert(data, at, heads, links)
        if held > 0 and length <= held:
            lengths[count], values[count], count = held, distance, count + 1
            for i in range(at + 1, at - 1 + held):
                insert(data, i, heads, links)
            at, held = at - 1 + held, 0
            continue
        if held > 0:  # the longer match wins: the byte before it is a literal
            lengths[count], values[count], count = 0, data[at - 1], count + 1
        if length == 0:
            lengths[count], values[count], count = 0, data[at], count + 1
        held, distance, at = length, found[0, 1], at + 1
    return lengths[:count], values[:count]


@kernel
def candidates(data, start, end, heads, links, chain):
    """Return (end - start, KEPT) int32: for each place its matches, the nearest first, as length << 16 | distance.

    data: (n,) uint8.  heads, links, chain: as for `search`; the places are remembered.
    A match goes on where the longest of the place before does, less its first byte: that much is not compared again.
    """
    kept, found = np.zeros((end - start, KEPT), np.int32), np.zeros((KEPT, 2), np.int64)
    known = NOTHING
    for at in range(start, end):
        count = search(data, at, end, heads, links, chain, found, known)
        for i in range(count):
            kept[at - start, i] = found[i, 0] << 16 | found[i, 1]
        known = (found[count - 1, 0] - 1, found[count - 1, 1]) if count else NOTHING
        insert(data, at, heads, links)
    return kept
