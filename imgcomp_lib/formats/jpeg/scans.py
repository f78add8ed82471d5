"""What the scans of a file say: all at once, or coarse first and then finer.

    sequential     every coefficient of every component                          one scan
    progressive    means first; then bands of coefficients, a component a scan   spectral selection
                   the last bits of each later, a bit a scan                     successive approximation

Which division is the shortest depends on the picture, so `smallest` tries several and counts bits.  Chapter 14.

Source: ITU-T T.81, 1992, A.2 (order of blocks), B.2.3 (what a scan header says), G.1.1 (progressive).
"""

from typing import NamedTuple

import numpy as np

from ...core.codec import check_number
from .frame import Frame, check_writable, extent
from .scan_encoder import ac_first, ac_refining, dc_first, dc_refining, sequential
from .tables import code_size
from .tokens import AC, DC, counted

MOST_BLOCKS = 10
"""Blocks of an MCU where components are interleaved (B.2.3)."""

CUTS = (2, 5, 8, 12, 18)
"""Where a band is tried to be cut in two; the last coefficient of the first part."""

CUT_SAVES = 1.02
"""More than a fiftieth is hardly saved by a cut, so that what is longer than the best without one is not cut."""

MOST_LEFT = 4
"""Bits of coefficients that are tried to be left for later scans."""


class Scan(NamedTuple):
    """One scan: which `components`, counted from 0; `first` to `last` coefficient (Ss, Se) in zigzag order.

    high, low: bits left to say before the scan and after it (Ah, Al); `high` of 0 says that nothing was said yet.
    """

    components: tuple[int, ...]
    first: int = 0
    last: int = 63
    high: int = 0
    low: int = 0


def whole(frame: Frame) -> list[Scan]:
    """Return the scans of a sequential file: one, or one a component where an MCU would have too many blocks."""
    return [Scan(components) for components in _together(check_writable(frame))]


def smallest(frame: Frame, interval: int = 0) -> list[Scan]:
    """Return the scans of a progressive file, those of several tried whose bits are fewest; means come first.

    interval: MCUs between restarts, 0 for none.  `ValueError` where `frame.check_writable` has one.
    """
    check_writable(frame)
    interval, sizes = check_number("interval", interval, 0, 65535), {}

    def size(scans):
        for scan in scans:
            if scan not in sizes:
                sizes[scan] = _size(_tokens_of(frame, scan, interval), len(scan.components))
        return sum(sizes[scan] for scan in scans)

    alone, together = [(i,) for i in range(len(frame.components))], _together(frame)
    ways = [[Scan(c, 0, 0) for c in components] for components in (together, alone)]
    ways.append([Scan(c, 0, 0, *bits) for bits in ((0, 1), (1, 0)) for c in together])
    found = min(ways, key=size)
    for (component,) in alone:
        found = found + _smallest_bands(component, size)
    return sorted(found, key=lambda scan: (scan.last > 0, scan.high > 0, -scan.high))


def _smallest_bands(component, size):
    """Return the scans of a component's coefficients that take least: how many bits are left, then where to cut."""
    uncut = [size(_bands(component, low, 63)) for low in range(MOST_LEFT + 1)]
    near = [low for low, total in enumerate(uncut) if total <= CUT_SAVES * min(uncut)]
    return min((_bands(component, low, cut) for low in near for cut in (63, *CUTS)), key=size)


def _bands(component, low, cut):
    """Return scans of a component: all but `low` bits, of the coefficients up to `cut` and beyond, then bit by bit."""
    bands = [(1, cut), (cut + 1, 63)] if cut < 63 else [(1, 63)]
    refining = [Scan((component,), 1, 63, left + 1, left) for left in reversed(range(low))]
    return [Scan((component,), *band, 0, low) for band in bands] + refining


def _tokens_of(frame, scan, interval):
    """Return the tokens of a scan of a frame, (n,) int64; both have been checked."""
    blocks, places = _blocks(frame, scan.components), _places(frame, scan.components)
    band = np.array([scan.first, scan.last])
    room = np.count_nonzero(blocks[:, :, scan.first : scan.last + 1]) + 7 * blocks.shape[0] * blocks.shape[1]
    tokens = np.empty(room, np.int64)
    if scan.last == 0 and scan.high == 0:
        size = dc_first(blocks, places, scan.low, interval, tokens)
    elif scan.last == 0:
        size = dc_refining(blocks, scan.low, interval, tokens)
    elif scan.first == 0:
        size = sequential(blocks, places, interval, tokens)
    else:
        coder = ac_refining if scan.high else ac_first
        size = coder(blocks, places[0, 2], band, scan.low, interval, tokens)
    return tokens[:size]


def check_scans(frame: Frame, scans) -> list[Scan]:
    """Return the scans; `ValueError` unless they say each bit of each coefficient of the frame once, in order.

    In order: the means of a component first, of each coefficient all but the last bits and then one bit at a time,
    coefficients of one component alone, several where an MCU has at most ten blocks (G.1.1.1, B.2.3).
    """
    check_writable(frame)
    if not isinstance(scans, tuple | list) or not all(isinstance(scan, Scan) for scan in scans):
        raise ValueError(f"scans are a list of Scan, not {scans!r}")
    left = np.full((len(frame.components), 64), -1)
    for scan in scans:
        _check_scan(frame, scan)
        is_whole = (scan.first, scan.last) == (0, 63)
        if (not is_whole and (scan.first == 0) != (scan.last == 0)) or (is_whole and scan.low):
            raise ValueError(f"a scan says everything, or means, or other coefficients; not {scan}")
        for number in scan.components:
            said = left[number, scan.first : scan.last + 1]
            if (said != (scan.high or -1)).any() or (scan.first and left[number, 0] < 0):
                raise ValueError(f"{scan} comes too early, or again")
            said[:] = scan.low
    if left.any() or len({(scan.first, scan.last) == (0, 63) for scan in scans}) > 1:
        raise ValueError("the scans do not say everything, or some say it at once and others in parts")
    return list(scans)


def _check_scan(frame, scan):
    """Raise a `ValueError` where a scan header could not say this."""
    numbers = scan.components
    if not isinstance(numbers, tuple | list) or not numbers:
        raise ValueError(f"the components of a scan are a tuple of numbers, not {numbers!r}")
    for number in numbers:
        check_number("a component", number, 0, len(frame.components) - 1)
    check_number("last", scan.last, check_number("first", scan.first, 0, 63), 63)
    check_number("low", scan.low, 0, 13)
    if check_number("high", scan.high, 0, 13) not in (0, scan.low + 1):
        raise ValueError(f"a refining scan says one bit, not those from {scan.high} to {scan.low}")
    blocks = sum(frame.components[number].down * frame.components[number].across for number in numbers)
    if list(numbers) != sorted(set(numbers)) or (len(numbers) > 1 and blocks > MOST_BLOCKS):
        raise ValueError(f"components of a scan come in order, at most ten blocks an MCU; not {numbers}")
    if len(numbers) > 1 and scan.first:
        raise ValueError("coefficients other than the mean are those of one component")


def _together(frame):
    """Return the components of each scan that may have several: all, or each alone."""
    every = tuple(range(len(frame.components)))
    fits = sum(c.down * c.across for c in frame.components) <= MOST_BLOCKS
    return [every] if fits else [(number,) for number in every]


def _blocks(frame, numbers):
    """Return the blocks of a scan in its order, (MCUs, blocks of an MCU, 64) int16 (A.2).

    Several components are interleaved, up to whole MCUs; one alone has only the blocks that hold samples, one an MCU.
    """
    parts = [frame.components[number] for number in numbers]
    if len(parts) == 1:
        most = max(c.down for c in frame.components), max(c.across for c in frame.components)
        rows, columns = extent(frame.height, frame.width, (parts[0].down, parts[0].across), most).blocks
        return parts[0].levels[:rows, :columns].reshape(-1, 1, 64)
    found = []
    for c in parts:
        rows, columns = c.levels.shape[0] // c.down, c.levels.shape[1] // c.across
        mcus = c.levels.reshape(rows, c.down, columns, c.across, 64).swapaxes(1, 2)
        found.append(mcus.reshape(rows * columns, c.down * c.across, 64))
    return np.concatenate(found, 1)


def _places(frame, numbers):
    """Return of each block of an MCU the component and the rows of its tables; chroma of YCbCr has its own."""
    found = []
    for number in numbers:
        c, table = frame.components[number], _table_of(frame, number)
        found += [(number, DC[table], AC[table])] * (c.down * c.across if len(numbers) > 1 else 1)
    return np.array(found)


def _table_of(frame, number):
    """Return which table of its kind a component uses: 0, or 1 for the chroma of YCbCr and YCCK."""
    return int(frame.colour in ("ycbcr", "ycck") and number in (1, 2))


def _size(tokens, components):
    """Return the bytes of a scan with codes of its own, about."""
    counts, extra = counted(tokens)
    return 14 + 2 * components + extra / 8 + sum(code_size(row) for row in counts[[*DC, *AC]] if row.any())
