"""From the packets of a tile-component to its plane: code blocks decoded, steps taken back, wavelet inverted.

    passes of a code block  ->  doubled levels, in the middle of what is known of them  ->  coefficients of a band
    reversible       halved, towards zero
    irreversible     halved, times the band's step

A region of interest is so many bits higher than all else that each coefficient says by its size whether it is inside:
those that reach up there are moved down again (Maxshift).  Chapter 16.

Source: ITU-T T.800, 2019, B.10.6 and Table D.9 (codeword segments), Annex E (steps), F.3 (wavelet), H.1 (Maxshift).
"""

import numpy as np

from ...core import limits
from ...core.bits import CorruptStream
from ...core.codec import check_bytes, check_number
from ...core.kernels import kernel
from ...transforms import dwt
from .blocks import decode_block, split
from .geometry import blocks
from .packets import BLOCK, LENGTH, PASSES, ZEROS
from .tile import Plan, Tile, check_tile

START = 4
"""Column of `Precinct.rows` behind those of a header's: where the bytes of a piece begin."""

LARGEST = 16 * dwt.LARGEST

TIMES = 8
"""By how much the limit is lower (`core.limits`) for a tile's component, of which floats and their wavelet transform
are held at a time."""


def to_plane(data: bytes, tile: Tile, c: int, resolutions: int) -> np.ndarray:
    """Return the plane of a component's first resolutions, int32 or, from the irreversible wavelet, float64.

    `CorruptStream` for code blocks or coefficients that no encoder makes.
    """
    data = check_bytes(data)
    plan = check_tile(tile).plans[check_number("component", c, 0, len(tile.plans) - 1)]
    check_number("resolutions", resolutions, 1, len(plan.resolutions))
    limits.check_picture(plan.resolutions[resolutions - 1].area.shape, 1, TIMES)
    bands = [[_band(data, tile, c, r, b) for b in range(len(plan.resolutions[r].bands))] for r in range(resolutions)]
    area = plan.resolutions[resolutions - 1].area
    if not area.size:
        return np.zeros(area.shape, bands[0][0].dtype)
    return dwt.inverse(bands[0][0], [tuple(level) for level in bands[1:]], plan.coding.wavelet, area[:2])


def _band(data, tile, c, r, b):
    """Return the coefficients of a band, int32 or float64."""
    plan = tile.plans[c]
    resolution = plan.resolutions[r]
    band = resolution.bands[b]
    doubled = np.zeros(band.area.shape, np.int32)
    rows, columns = resolution.counts
    for p in range(rows * columns):
        precinct = tile.found.get((c, r, p))
        if precinct and precinct.rows:
            _fill(doubled, data, plan, r, b, p, precinct)
    if plan.shift:
        _unshift(doubled.reshape(-1), min(plan.shift, 31))
    if plan.coding.wavelet == "9/7":
        return doubled * (plan.steps[r][b] / 2)
    _halve(doubled.reshape(-1))
    if doubled.size and max(-int(doubled.min()), int(doubled.max())) > LARGEST:
        raise CorruptStream(f"coefficients beyond {LARGEST}")
    return doubled


def _fill(doubled, data, plan: Plan, r, b, p, precinct):
    """Decode the code blocks of a band in a precinct."""
    rows = np.concatenate(precinct.rows)
    rows = rows[rows[:, 0] == b]
    if not len(rows):
        return
    rows = rows[np.argsort(rows[:, BLOCK], kind="stable")]
    band = plan.resolutions[r].bands[b]
    _, areas = blocks(plan.resolutions[r], b, p)
    areas -= np.array([*band.area[:2], *band.area[:2]])
    zeros = precinct.parts[b].blocks[:, ZEROS]
    edges = np.flatnonzero(np.diff(rows[:, BLOCK], prepend=-1, append=-1))
    for begin, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        block = int(rows[begin, BLOCK])
        top, left, bottom, right = areas[block].tolist()
        segments, passes = _segments(data, rows[begin:end].tolist(), plan.coding.style)
        planes = plan.bits[r][b] - int(zeros[block])
        style = plan.coding.style
        doubled[top:bottom, left:right] = decode_block(
            segments, passes, planes, bottom - top, right - left, band.kind, style
        )


def _segments(data, rows, style):
    """Return the bytes of the codeword segments of a block, and the passes of each, from its pieces in all layers."""
    passes = split(sum(row[PASSES] for row in rows), style)
    if len(passes) == 1:
        return [b"".join(data[row[START] : row[START] + row[LENGTH]] for row in rows)], passes
    segments, at = [], 0
    for count in passes:
        pieces = []
        while count:
            count -= rows[at][PASSES]
            pieces.append(data[rows[at][START] : rows[at][START] + rows[at][LENGTH]])
            at += 1
        segments.append(b"".join(pieces))
    return segments, passes


@kernel
def _unshift(doubled, shift):
    """Move down what a region of interest has moved up by so many bits (H.1)."""
    for i in range(len(doubled)):
        size = abs(doubled[i])
        if size >> shift >= 2:
            doubled[i] = size >> shift if doubled[i] > 0 else -(size >> shift)


@kernel
def _halve(doubled):
    """Halve towards zero, in place."""
    for i in range(len(doubled)):
        doubled[i] = (doubled[i] + (doubled[i] < 0)) >> 1
