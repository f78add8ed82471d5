"""Packets: the bytes of a tile, layer by layer and precinct by precinct, in the order of a progression.

    (FF91 0004 number)   header of the packet   (FF92)   for each block, the bytes of the passes that this layer adds

Marks of the beginning, SOP, and of the header's end, EPH, stand only where COD says so.  Chapter 16.

Source: ITU-T T.800 | ISO/IEC 15444-1, 2002, A.8 (marks), B.9 and B.10 (packets), B.12 (order).
"""

import numpy as np

from ...core.codec import check_array, check_number
from ...core.kernels import kernel
from .checks import check_kind
from .packets import BAND, BLOCK, LENGTH, PASSES, left_in_segment, new_part, write_header
from .parameters import Style
from .progression import packets
from .rate_control import Passes
from .tile_coder import Blocks, Tile

NEVER = 1 << 16
"""The first layer of a block that has no passes."""


def write_tile(
    tile: Tile, blocks: Blocks, passes: Passes, counts: np.ndarray, planes: list, style: Style, block_style: int
) -> bytes:
    """Return the packets of a tile.

    counts: (layers, blocks) int64, passes of each block up to each layer.  planes: bit planes of each band.
    """
    for thing, kind in ((tile, Tile), (blocks, Blocks), (passes, Passes), (style, Style)):
        check_kind(thing, kind)
    counts, planes = (
        check_array("counts", counts, (2,), 0, 1 << 10),
        check_array("planes", planes, (1,), 0, 100).tolist(),
    )
    block_style, own = check_number("style", block_style, 0, 63), np.diff(passes.first)
    if not len(counts) or not counts.shape[1] == len(blocks.coded) == len(own) or (counts > own).any():
        raise ValueError(f"counts are passes of {len(blocks.coded)} blocks in layers, not {counts.shape}")
    if len(planes) <= max(blocks.bands, default=0):
        raise ValueError(f"{len(planes)} planes of bands are fewer than the bands are")
    absent = np.vstack([np.zeros_like(counts[:1]), counts])
    first = np.where(counts[-1] > 0, (counts > 0).argmax(0), NEVER)
    parts, found = {}, []
    for number, (layer, *place) in enumerate(packets(tile.found, style.order, len(counts))):
        cell = tile.cells[tuple(place)]
        if layer == 0:
            parts[tuple(place)] = _parts(cell, blocks, first, planes)
        rows, body = _content(cell, blocks, passes, absent[layer], absent[layer + 1], block_style)
        header = write_header(parts[tuple(place)], rows, layer, block_style)
        found += [b"\xff\x91\0\4" + (number % 65536).to_bytes(2, "big")] if style.sop else []
        found += [header, b"\xff\x92" if style.eph else b"", body]
    return b"".join(found)


def _parts(cell, blocks, first, planes):
    """Return what the headers of a precinct remember."""
    found = []
    for (rows, columns), begin, band in zip(cell.shapes, cell.firsts, cell.bands, strict=True):
        own = slice(begin, begin + rows * columns)
        zeros = [planes[band] - block.planes for block in blocks.coded[own]]
        found.append(new_part(rows, columns, first[own], np.array(zeros, np.int64)))
    return found


def _content(cell, blocks, passes, before, after, style):
    """Return the rows of a packet, and its body."""
    found, body = [np.zeros((0, 4), np.int64)], []
    for number, ((rows, columns), begin) in enumerate(zip(cell.shapes, cell.firsts, strict=True)):
        end = begin + rows * columns
        grown = np.flatnonzero(after[begin:end] > before[begin:end]) + begin
        pieces = np.zeros((int((after[grown] - before[grown]).sum()), 4), np.int64)
        pieces = pieces[: _pieces(grown, passes.first, passes.ends, before, after, style, pieces)]
        pieces[:, BAND], pieces[:, BLOCK] = number, pieces[:, BLOCK] - begin
        found.append(pieces)
        for block in grown.tolist():
            ends = blocks.coded[block].ends
            start = ends[before[block] - 1] if before[block] else 0
            body.append(blocks.coded[block].data[start : ends[after[block] - 1]])
    return np.concatenate(found), b"".join(body)


@kernel
def _pieces(grown, first, ends, before, after, style, rows):
    """Fill a row for each codeword segment, or piece of one, of the blocks that have grown; return how many."""
    used = 0
    for block in grown:
        done, begin = before[block], first[block]
        while done < after[block]:
            piece = min(after[block] - done, left_in_segment(done, style))
            rows[used, BLOCK], rows[used, PASSES] = block, piece
            rows[used, LENGTH] = ends[begin + done + piece - 1] - (ends[begin + done - 1] if done else 0)
            done, used = done + piece, used + 1
    return used
