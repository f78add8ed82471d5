"""Headers of packets, read: what `packets` writes, from bytes that may be damaged.

No loop depends on anything but the blocks there are and the bits there are: behind the end of the data bits are 0,
which ends a number, a growing width and, at the threshold, a tag tree.  Chapter 16.

Source: ITU-T T.800, 2019, B.10.
"""

import numpy as np

from ...core.bits import CorruptStream
from ...core.codec import check_bytes, check_number
from ...core.kernels import kernel
from .packets import (
    BAND,
    BLOCK,
    DONE,
    LBLOCK,
    LENGTH,
    MOST_PASSES,
    PASSES,
    WIDEST,
    ZEROS,
    check_parts,
    left_in_segment,
    log2,
)
from .tags import BYTE, ENDED, LEFT, LOW, NEXT, get_bit, get_number, read_tag

ROOM = 1024
"""Rows that are read at a time."""

FINE, CUT, PLANES, WIDE = range(4)
REASONS = {
    CUT: "a packet header that ends in its middle",
    PLANES: "a code block with more bit planes than its band has bits",
    WIDE: f"a code block whose lengths take more than {WIDEST} bits",
}


def read_header(parts, planes, layer: int, style: int, data: bytes, at: int = 0) -> tuple[np.ndarray, int]:
    """Return the rows that the header of a packet at byte `at` tells, and the byte behind the header.

    parts: a `Part` for each band; they are changed.  planes: for each band its number of magnitude bit planes (Mb of
    E-2).  layer: 0 to 65535.  `CorruptStream` for a header that is cut or that tells what no block can have.
    """
    parts, planes, layer, style = check_parts(parts, planes, layer, style)
    data = _as_array(data)
    place = np.array([check_number("at", at, 0, len(data)), 0, 0, 0])
    found = []
    if get_bit(data, place):
        for band, part in enumerate(parts):
            found += _read_band(data, place, band, part, planes[band], layer, style)
    if place[BYTE] == 255:  # B.10.1: a byte FF does not end a header
        place[LEFT] = 0
        get_bit(data, place)
    if place[ENDED]:
        raise CorruptStream(REASONS[CUT])
    return np.concatenate(found) if found else np.zeros((0, 4), np.int64), int(place[NEXT])


def _as_array(data):
    """Return bytes, or an array of them, as a row of uint8."""
    if isinstance(data, np.ndarray) and data.dtype == np.uint8 and data.ndim == 1:
        return data
    return np.frombuffer(check_bytes(data), np.uint8)


def _read_band(data, place, band, part, planes, layer, style):
    """Return arrays of the rows of one band."""
    found, block, count = [], 0, len(part.blocks)
    while block < count:
        rows = np.empty((min(ROOM, MOST_PASSES * (count - block)), 4), np.int64)
        block, used, wrong = _read_blocks(data, place, block, *part, planes, layer, style, rows)
        if wrong:
            raise CorruptStream(REASONS[wrong])
        rows = rows[:used]
        rows[:, BAND] = band
        found.append(rows)
    return found


@kernel
def _read_blocks(data, place, block, columns, blocks, first, zeros, levels, planes, layer, style, rows):
    """Read of blocks from number `block` on, while `rows` has room; return the next, the rows used, and FINE or why."""
    used = 0
    while block < len(blocks) and used + MOST_PASSES <= len(rows):
        y, x, state = block // columns, block % columns, blocks[block]
        if state[DONE]:
            included = get_bit(data, place) == 1
        else:
            included = read_tag(data, place, first, levels, y, x, layer + 1)
            if included:
                if not read_tag(data, place, zeros, levels, y, x, planes):
                    return block, used, CUT if place[ENDED] else PLANES
                state[ZEROS] = zeros[block, LOW]
        if included:
            passes = read_passes(data, place)
            if state[DONE] + passes > 3 * (planes - state[ZEROS]) - 2:
                return block, used, CUT if place[ENDED] else PLANES
            while get_bit(data, place):
                state[LBLOCK] += 1
            while passes > 0:
                piece = min(passes, left_in_segment(state[DONE], style))
                width = state[LBLOCK] + log2(piece)
                if width > WIDEST:
                    return block, used, WIDE
                rows[used, BLOCK], rows[used, PASSES], rows[used, LENGTH] = block, piece, get_number(data, place, width)
                state[DONE], passes, used = state[DONE] + piece, passes - piece, used + 1
        if place[ENDED]:
            return block, used, CUT
        block += 1
    return block, used, FINE


@kernel
def read_passes(data, place):
    """Read a number of coding passes (Table B.4)."""
    if get_bit(data, place) == 0:
        return 1
    if get_bit(data, place) == 0:
        return 2
    number = get_number(data, place, 2)
    if number < 3:
        return 3 + number
    number = get_number(data, place, 5)
    return 6 + number if number < 31 else 37 + get_number(data, place, 7)
