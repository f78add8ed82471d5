"""LZW, an adaptive dictionary: a table of phrases that both sides build from the message itself.

The table starts with the single symbols.  The encoder takes the longest phrase that the table has, writes its number,
and enters the phrase with the next symbol behind it.  The decoder, one symbol late, enters the same.

    symbols       39   39   126   126   39 39   126 126   39 39 126   ...        (Gonzalez and Woods, example 8.7)
    codes         39   39   126   126   256     258       260         ...
    new entries   256: 39 39   257: 39 126   258: 126 126   259: 126 39   260: 39 39 126   ...

A code is as wide as the largest number in the table needs, at most 12 bits: then the table is full.  GIF has a code
that clears it.  Clear too early and good phrases are lost, too late and they describe another part of the picture.
`encode` tries: it follows a new table from each of many places, and takes the cheapest chain of tables.

What this module does not do: sub-blocks, palettes, pixels (`formats.gif`).  TIFF's LZW differs: most significant bit
first, and one code earlier at each step of the width.  Chapter 8.

Sources: J. Ziv and A. Lempel, "Compression of individual sequences via variable-rate coding", IEEE Trans. Information
Theory 24(5), 1978, doi:10.1109/TIT.1978.1055934; T. A. Welch, "A technique for high-performance data compression",
Computer 17(6), 1984, doi:10.1109/MC.1984.1659158; CompuServe, Graphics Interchange Format, version 89a, 1990,
appendix F.
"""

import numpy as np

from ..core.bits import CorruptStream, packed
from ..core.codec import check_bytes, check_number, check_symbols
from ..core.kernels import kernel

TABLE = 4096
"""A full table: codes have at most 12 bits."""

MOST_BITS, MOST_SYMBOLS = 8, 1 << 40
"""GIF's symbols have at most 8 bits; so many of them, a terabyte, are refused at once."""

SPACING, FOLLOWED = 512, 4 * TABLE
"""A table may begin at every 512th code, and is followed for as many codes as four tables hold."""

SLOTS, HASH_FACTOR = 8192, 2654435761
"""Slots of the encoder's hash table, a power of two and twice the entries; the factor is 2**32 by the golden ratio."""


def codes(symbols, first: int) -> np.ndarray:
    """Return the codes of `symbols`, (n,) integers below `first`, which is the number of the first new phrase.

    No code is set aside for clearing; the table stays as it is when it has 4096 entries.  `ValueError` for no symbols,
    one that is not below `first`, or a first that is not 1 to 4096.

    >>> codes([39, 39, 126, 126] * 4, 256)
    array([ 39,  39, 126, 126, 256, 258, 260, 259, 257, 126])
    """
    symbols = _checked(symbols, check_number("first", first, 1, TABLE))
    return _follow(symbols, first, len(symbols))[0]


def encode(symbols: np.ndarray, bits: int) -> bytes:
    """Return the GIF stream of `symbols`, (n,) integers below 2**bits: clear, codes, clear, ..., end.

    bits: 1 to 8; GIF has 2 to 8.  The first bit of a code is its least significant one.  `ValueError` for other bits,
    no symbols, or wild ones.

    >>> encode(np.array([40, 255, 255, 255, 40, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]), 8).hex(" ")
    '00 51 fc 1b 28 70 a0 c1 83 01 01'
    """
    clear = 1 << check_number("bits", bits, 1, MOST_BITS)
    symbols = _checked(symbols, clear)
    every, widths, width = [], [], bits + 1
    cuts = _cuts(symbols, clear + 2)
    for start, stop in zip(cuts, [*cuts[1:], len(symbols)], strict=True):
        found, _, wide = _follow(symbols[start:stop], clear + 2, stop - start)
        every += [[clear], found]
        widths += [[width], wide[:-1]]
        width = wide[-1]
    return packed(np.concatenate([*every, [clear + 1]]), np.concatenate([*widths, [width]]), lsb_first=True)


def decode(data: bytes, bits: int, count: int) -> tuple[np.ndarray, int]:
    """Return the `count` symbols, uint8, of a GIF stream, and how many bytes it takes, with its end code if it has one.

    bits: 1 to 8, those of a symbol.  `CorruptStream` where a code is not in the table, or the codes stand for too few
    or too many symbols; `ValueError` for other arguments.

    >>> symbols, size = decode(bytes.fromhex("0051fc1b2870a0c183010100"), 8, 15)
    >>> symbols[:5], size
    (array([ 40, 255, 255, 255,  40], dtype=uint8), 11)
    """
    data, bits = check_bytes(data), check_number("bits", bits, 1, MOST_BITS)
    count = check_number("count", count, 0, MOST_SYMBOLS)
    if count > TABLE * 8 * len(data) // (bits + 1):
        raise CorruptStream(f"{len(data)} bytes cannot hold LZW codes that stand for {count} symbols")
    symbols = np.zeros(count, np.uint8)
    size = _decode(np.frombuffer(data, np.uint8), bits, symbols)
    if size < 0:
        raise CorruptStream(f"LZW codes that do not stand for {count} symbols")
    return symbols, size


def _checked(symbols, alphabet):
    """Return `symbols` as int64; `ValueError` where there are none or one is not below `alphabet`."""
    symbols = check_symbols(symbols, alphabet)
    if symbols.ndim != 1 or not symbols.size:
        raise ValueError(f"LZW takes one row of one or more symbols, not {symbols.shape}")
    return symbols


def _follow(symbols, first, most):
    """Return of one table's codes, at most `most`: the codes, where each phrase begins, and the widths.

    The last two have one element more: where the next phrase would begin, and the width of the code that follows.
    """
    found, begins, widths = np.zeros((3, min(most, len(symbols)) + 1), np.int64)
    count = _parse(symbols, first, int(first - 1).bit_length(), found, begins, widths)
    return found[:count], begins[: count + 1], widths[: count + 1]


def _cuts(symbols, first):
    """Return where a table begins, [0, ...]: the shortest way from the first symbol to the last.

    The places to choose from are every 512th code, and those at which a table is full, when each is cleared as soon
    as it is.  One step of the way is one table; its price is the bits of its codes and of the clear code after them.
    """
    places = _places(symbols, first)
    best, came_from = np.full(len(places), np.iinfo(np.int64).max), np.zeros(len(places), np.int64)
    best[0] = 0
    for i, place in enumerate(places[:-1]):
        _, begins, widths = _follow(symbols[place:], first, FOLLOWED)
        ahead = np.arange(i + 1, np.searchsorted(places, place + begins[-1], "right"))
        begun = np.searchsorted(begins[:-1], places[ahead] - place)  # phrases that have begun before each place
        prices = best[i] + np.cumsum(widths)[begun]
        better = prices < best[ahead]
        best[ahead[better]], came_from[ahead[better]] = prices[better], i
    way = [len(places) - 1]
    while way[-1]:
        way.append(came_from[way[-1]])
    return places[way[:0:-1]].tolist()


def _places(symbols, first):
    """Return the indices at which a table may begin, and the number of symbols."""
    places, at = [], 0
    while at < len(symbols):
        _, begins, _ = _follow(symbols[at:], first, TABLE - first + 1)
        places.append(at + begins[:-1:SPACING])
        at += begins[-1]
    return np.append(np.concatenate(places), len(symbols))


@kernel
def _parse(symbols, first, width, found, begins, widths):
    """Write code, first index and width of each phrase until `found` is full but for one; return their number.

    symbols: (n,) int64, one or more.  found, begins, widths: (k,) int64.  first: the number of the first new phrase.
    width: of the first code.  A slot holds a phrase's number, 12 bits, below its key: the phrase before and the symbol
    behind it, 13 bits.
    """
    slots = np.full(SLOTS, -1)
    new, count, begin, phrase = first, 0, 0, symbols[0]
    for i in range(1, len(symbols) + 1):
        symbol = symbols[i] if i < len(symbols) else TABLE  # the end: continues no phrase
        key = phrase << 13 | symbol
        slot = key * HASH_FACTOR >> 19 & SLOTS - 1  # multiplicative hashing: bits 19 to 31 of the product
        while slots[slot] >= 0 and slots[slot] >> 12 != key:
            slot = slot + 1 & SLOTS - 1
        if slots[slot] >= 0:
            phrase = slots[slot] & TABLE - 1
            continue
        found[count], begins[count], widths[count], count = phrase, begin, width, count + 1
        if new < TABLE:
            slots[slot] = key << 12 | new
            width += new == 1 << width  # the first number that needs one bit more
            new += 1
        begin, phrase = i, symbol
        if count == len(found) - 1:
            break
    begins[count], widths[count] = begin, width
    return count


@kernel
def _decode(data, bits, symbols):
    """Fill `symbols`, uint8, from `data`, uint8; return how many bytes that took, -1 where it is not exactly filled.

    A phrase is a piece of what is already there: the phrase before and one symbol more.  That symbol may be the first
    of the phrase being copied, so copying goes forwards.
    """
    clear = 1 << bits
    starts, lengths = np.zeros(TABLE, np.int64), np.zeros(TABLE, np.int64)
    new, width = clear + 2, bits + 1
    held, count, at, done = 0, 0, 0, 0
    while True:
        while count < width and at < len(data):
            held |= np.int64(data[at]) << count
            count, at = count + 8, at + 1
        code = held & (1 << width) - 1
        if done == len(symbols):  # an end code that follows belongs to the stream
            count -= width if count >= width and code == clear + 1 else 0
            return at - (count >> 3)
        if count < width:
            return -1
        held, count = held >> width, count - width
        if code == clear:
            new, width = clear + 2, bits + 1
            continue
        length = 1 if code < clear else lengths[code]
        if code == clear + 1 or code >= new or done + length > len(symbols):
            return -1
        if code < clear:
            symbols[done] = code
        else:
            for i in range(length):
                symbols[done + i] = symbols[starts[code] + i]
        if new < TABLE:
            starts[new], lengths[new] = done, length + 1
            width += new == 1 << width
            new += 1
        done += length
