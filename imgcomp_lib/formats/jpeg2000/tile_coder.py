"""A tile as an encoder has it: all its code blocks, each with all its passes, and the precincts that hold them.

    component  --wavelet-->  bands  --step-->  code blocks  --tier 1-->  bytes, and what each pass costs and saves

Which passes a file gets is settled afterwards, for all tiles together (`rate_control`), and then they become packets
(`packet_writer`).  Blocks of all tiles stand in one list; a precinct knows which of them are its own.  Chapter 16.

Source: ITU-T T.800 | ISO/IEC 15444-1, 2002, Annexes B, D, E and F.
"""

from numbers import Real
from typing import NamedTuple

import numpy as np

from ...transforms import dwt
from .blocks import Coded, encode_block
from .checks import check_kind
from .components import WEIGHTS
from .geometry import Area, blocks, resolutions
from .parameters import Coding
from .progression import precincts


class Cell(NamedTuple):
    """A precinct: for each of its bands the rows and columns of its code blocks, and the first one's place."""

    shapes: tuple[tuple[int, int], ...]
    firsts: tuple[int, ...]
    bands: tuple[int, ...]


class Tile(NamedTuple):
    """A tile: its precincts by resolution, component and number, and their order where progressions begin."""

    cells: dict[tuple[int, int, int], Cell]
    found: np.ndarray


class Blocks(NamedTuple):
    """All code blocks of a picture: what tier 1 made of each, what a squared error in it counts, its band, LL first,
    and its coefficients in steps."""

    coded: list[Coded]
    weights: list[float]
    bands: list[int]
    values: list[np.ndarray]


def code_tile(planes: np.ndarray, area: Area, coding: Coding, steps: list, found: Blocks) -> Tile:
    """Code a tile, adding its blocks to `found`, and return where they are.

    planes: (1 or 3, height, width), of `components.forward`, the whole picture.  steps: of each band, as
    `quantisation.steps` has them.
    """
    for thing, kind in ((planes, np.ndarray), (area, Area), (coding, Coding), (steps, list), (found, Blocks)):
        check_kind(thing, kind)
    if planes.ndim != 3 or len(planes) not in (1, 3) or len(steps) != 1 + 3 * coding.levels:
        raise ValueError(f"planes are one or three, and steps as many as bands, not {planes.shape} and {len(steps)}")
    if not all(isinstance(step, Real) and step > 0 for step in steps):
        raise ValueError(f"steps are numbers above 0, not {steps}")
    parts = resolutions(area, coding.levels, coding.precincts, coding.block)
    gains, cells = dwt.gains(coding.wavelet, coding.levels), {}
    weights = WEIGHTS[coding.wavelet] if len(planes) == 3 else (1.0,)
    for c, plane in enumerate(planes):
        samples = plane[area.top : area.bottom, area.left : area.right]
        low, details = dwt.forward(samples, coding.levels, coding.wavelet, (area.top, area.left))
        for r, resolution in enumerate(parts):
            numbers = range(3 * r - 2, 3 * r + 1) if r else (0,)  # of the bands, LL first
            bands = details[r - 1] if r else (low,)
            if coding.wavelet == "9/7":
                bands = [band / steps[number] for band, number in zip(bands, numbers, strict=True)]
            counted = [weights[c] * (steps[number] * gains[number]) ** 2 for number in numbers]
            for p in range(resolution.counts[0] * resolution.counts[1]):
                cells[r, c, p] = _code_cell(resolution, p, bands, numbers, counted, coding.style, found)
    return Tile(cells, precincts(area, [((1, 1), parts)] * len(planes)))


def _code_cell(resolution, number, bands, numbers, weights, style, found):
    """Code the blocks of a precinct."""
    shapes, firsts = [], []
    for b, (band, values) in enumerate(zip(resolution.bands, bands, strict=True)):
        shape, areas = blocks(resolution, b, number)
        shapes.append(shape)
        firsts.append(len(found.coded))
        for top, left, bottom, right in (areas - [*band.area[:2], *band.area[:2]]).tolist():
            found.values.append(values[top:bottom, left:right])
            found.coded.append(encode_block(found.values[-1], band.kind, style))
            found.weights.append(weights[b])
            found.bands.append(numbers[b])
    return Cell(tuple(shapes), tuple(firsts), tuple(numbers))
