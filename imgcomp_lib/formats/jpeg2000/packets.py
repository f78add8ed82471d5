"""Headers of packets, written: of which code blocks a layer has how many coding passes, in how many bytes.

    0                                              an empty packet
    1   for each band of the resolution, for each code block of the precinct, row by row:
            included?      a tag tree of the first layer in which a block has passes; later one bit
            zero planes    a tag tree of how many bit planes are all 0, the first time
            passes         1: 0   2: 10   3 to 5: 11xx   6 to 36: 1111xxxxx   37 to 164: 111111111xxxxxxx
            Lblock         so many 1, then 0: by so much the width of a length grows
            lengths        of each codeword segment, in Lblock + floor(log2(its passes)) bits

A `Part` is what both sides remember of a band in a precinct from layer to layer.  The contents of a packet are `rows`,
(n, 4) int64: BAND, BLOCK, PASSES, LENGTH, one for each piece of a codeword segment.  A block has one segment, which
goes on from layer to layer, unless its style ends it: after each pass (TERMINATE), or where it passes between the
coder and raw bits (BYPASS).
`packet_reader` reads them.  Chapter 16.

Source: ITU-T T.800, 2019, B.10; Table A.19 (styles), Table B.4 (passes), Table D.9 (where segments end).
"""

from typing import NamedTuple

import numpy as np

from ...core.codec import check_array, check_number
from ...core.kernels import kernel
from .tags import KNOWN, LEFT, LOW, NEXT, VALUE, flush, new_tree, put_bit, put_number, write_tag

BAND, BLOCK, PASSES, LENGTH = range(4)
DONE, LBLOCK, ZEROS = range(3)

BYPASS, TERMINATE = 1, 4
"""Bits of a code block's style (Table A.19) that say where codeword segments end."""

MOST_PASSES, ENDLESS, WIDEST = 164, 1 << 20, 40


class Part(NamedTuple):
    """A band in a precinct: its blocks, (n, 3) int64 of DONE passes, LBLOCK and ZEROS, and two tag trees."""

    columns: int
    blocks: np.ndarray
    first: np.ndarray
    zeros: np.ndarray
    levels: np.ndarray


def new_part(rows: int, columns: int, first=None, zeros=None) -> Part:
    """Return the state before the first packet of a band in a precinct, of rows x columns code blocks, maybe none.

    For who writes, first: the first layer in which each block has passes, 0 to 65535, and 65536 where it never has any;
    zeros: how many bit planes are all 0.  Both are rows x columns whole numbers, or as many in a row.
    """
    rows, columns = check_number("rows", rows, 0, 1 << 20), check_number("columns", columns, 0, 1 << 20)
    if not rows * columns:
        return Part(columns, *(np.zeros((0, n), np.int64) for n in (3, 3, 3, 2)))
    trees = [new_tree(rows, columns, _leaves(values, rows, columns)) for values in (first, zeros)]
    blocks = np.zeros((rows * columns, 3), np.int64)
    blocks[:, LBLOCK] = 3
    return Part(columns, blocks, trees[0][0], trees[1][0], trees[0][1])


def _leaves(values, rows, columns):
    """Return values as rows x columns numbers."""
    if values is None:
        return None
    values = check_array("values of code blocks", values, (1, 2), 0, 1 << 16)
    if values.size != rows * columns:
        raise ValueError(f"{rows} x {columns} code blocks have as many values, not {values.size}")
    return values.reshape(rows, columns)


@kernel
def left_in_segment(done, style):
    """Return how many passes come until the codeword segment ends in which pass number `done` is (Table D.9)."""
    if style & TERMINATE:
        return 1
    if style & BYPASS == 0:
        return ENDLESS
    if done < 10:
        return 10 - done
    return 2 - (done - 10) % 3 if (done - 10) % 3 < 2 else 1


@kernel
def log2(number):
    """Return the base-2 logarithm of a whole number from 1 on, rounded down."""
    found = 0
    while number > 1:
        number, found = number >> 1, found + 1
    return found


@kernel
def write_passes(out, place, passes):
    """Write a number of coding passes, 1 to 164 (Table B.4)."""
    if passes < 3:
        put_number(out, place, 2 * passes - 2, passes)
    elif passes < 6:
        put_number(out, place, 0b1100 + passes - 3, 4)
    elif passes < 37:
        put_number(out, place, 0b1111 << 5 | passes - 6, 9)
    else:
        put_number(out, place, 0b111111111 << 7 | passes - 37, 16)


def write_header(parts, rows: np.ndarray, layer: int, style: int = 0) -> bytes:
    """Return the header of a packet that holds `rows`, (n, 4) int64; where there are none, that of an empty packet.

    parts: a `Part` for each band, made with `first` and `zeros`; they are changed.  Rows stand in the order of bands
    and blocks; those of a block are cut where its style cuts segments.  `ValueError` where they are not, where a block
    has more than 164 passes, or where its first layer is another than was said.

    >>> part = new_part(1, 1, [[0]], [[3]])
    >>> write_header([part], [[0, 0, 7, 45]], 0).hex(), write_header([part], [[0, 0, 1, 6]], 1).hex()
    ('c7c35a', 'c6')
    """
    parts, _, layer, style = check_parts(
        parts, (0,) * len(parts) if isinstance(parts, tuple | list) else 0, layer, style
    )
    rows = _checked_rows(parts, rows, layer, style)
    if not len(rows):
        return b"\0"
    out = np.zeros(_room(parts, rows, layer), np.uint8)
    place = np.array([0, 8, 0, 0])
    put_bit(out, place, 1)
    ends = np.searchsorted(rows[:, BAND], np.arange(len(parts)), "right")
    for part, begin, end in zip(parts, [0, *ends[:-1]], ends, strict=True):
        _write_blocks(out, place, *part, rows[begin:end], layer)
    if place[LEFT] < 8:  # bits in the byte, or one to follow a byte FF
        flush(out, place)
        if place[LEFT] < 8:
            flush(out, place)
    return out[: place[NEXT]].tobytes()


@kernel
def _write_blocks(out, place, columns, blocks, first, zeros, levels, rows, layer):
    """Write what `rows` tell of the code blocks of one band."""
    at = 0
    for block in range(len(blocks)):
        y, x, state = block // columns, block % columns, blocks[block]
        end, passes, width = at, 0, state[LBLOCK]
        while end < len(rows) and rows[end, BLOCK] == block:
            passes += rows[end, PASSES]
            width = max(width, 1 + log2(max(1, rows[end, LENGTH])) - log2(rows[end, PASSES]))
            end += 1
        if state[DONE]:
            put_bit(out, place, 1 if passes else 0)
        else:
            write_tag(out, place, first, levels, y, x, layer + 1)
            if passes:
                write_tag(out, place, zeros, levels, y, x, zeros[block, VALUE] + 1)
        if passes:
            write_passes(out, place, passes)
            while state[LBLOCK] < width:
                put_bit(out, place, 1)
                state[LBLOCK] += 1
            put_bit(out, place, 0)
            for i in range(at, end):
                put_number(out, place, rows[i, LENGTH], width + log2(rows[i, PASSES]))
            state[DONE] += passes
        at = end


def _room(parts, rows, layer):
    """Return how many bytes a header takes at most."""
    bits = 1 + len(rows) * (16 + 2 * WIDEST)
    for part in parts:
        unknown = part.first[:, KNOWN] == 0
        bits += int((layer + 2 - part.first[unknown, LOW]).clip(0).sum()) + len(part.blocks)
        bits += int((part.zeros[:, VALUE] + 1).sum())
    return bits // 7 + 3


def check_parts(parts, planes, layer, style):
    """Return the arguments of reading and writing, planes of 0 for None; `ValueError` for wild ones."""
    if not isinstance(parts, tuple | list) or not all(isinstance(part, Part) for part in parts):
        raise ValueError("parts are of the class Part, one for each band")
    planes = (0,) * len(parts) if planes is None else planes
    if not isinstance(planes, tuple | list) or len(planes) != len(parts):
        raise ValueError(f"planes are a number for each of {len(parts)} bands, not {planes!r}")
    planes = [check_number("planes", number, 0, 100) for number in planes]
    return parts, planes, check_number("layer", layer, 0, 65535), check_number("style", style, 0, 63)


def _checked_rows(parts, rows, layer, style):
    """Return rows as (n, 4) int64; `ValueError` where they are none that these parts can have in this layer."""
    rows = check_array("rows", rows, (1, 2), 0, (1 << 32) - 1) if np.size(rows) else np.zeros((0, 4), np.int64)
    if rows.ndim != 2 or rows.shape[1] != 4:
        raise ValueError(f"rows have a band, a block, passes and a length, not the shape {rows.shape}")
    if not len(rows):
        return rows
    sizes = np.array([len(part.blocks) for part in parts])
    strange = rows[:, BAND] >= len(parts)
    if strange.any() or (rows[:, BLOCK] >= sizes[rows[:, BAND]]).any() or not rows[:, PASSES].all():
        raise ValueError("rows name a band or a block that there is not, or no passes")
    order = rows[:, BAND] << 32 | rows[:, BLOCK]
    if (np.diff(order) < 0).any():
        raise ValueError("rows stand in the order of bands and blocks")
    for band, part in enumerate(parts):
        own = rows[rows[:, BAND] == band]
        first = part.first[: len(part.blocks), VALUE]
        begun = np.zeros(len(part.blocks), bool)
        begun[own[:, BLOCK]] = True
        new = part.blocks[:, DONE] == 0
        if not _fits(part.blocks, own, style) or (begun & new != (first == layer) & new).any():
            raise ValueError(f"rows of band {band} end other segments than style {style}, or begin in another layer")
    return rows


@kernel
def _fits(blocks, rows, style):
    """Say whether each block's rows end where its segments do, and are no more than 164 passes."""
    last, done, passes = -1, 0, 0
    for i in range(len(rows)):
        block, piece = rows[i, BLOCK], rows[i, PASSES]
        if block != last:
            last, done, passes = block, blocks[block, DONE], 0
        elif left_in_segment(done - 1, style) != 1:
            return False  # a row more although the one before did not end its segment
        passes += piece
        if piece > left_in_segment(done, style) or passes > MOST_PASSES:
            return False
        done += piece
    return True
