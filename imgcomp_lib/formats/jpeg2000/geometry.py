"""Where everything of a JPEG 2000 picture lies: tiles, resolutions, bands, precincts and code blocks.

    reference grid            the picture begins at (YOsiz, XOsiz), tiles of YTsiz x XTsiz begin at (YTOsiz, XTOsiz)
      tile                    a rectangle of the grid
        tile-component        its samples: sides divided by YRsiz and XRsiz, rounded up
          resolution r        divided by 2**(levels - r), rounded up
            band              LL at r = 0, else HL, LH, HH: every second sample of the resolution that follows
              precinct        the cells of a lattice of 2**PPy x 2**PPx samples of the resolution
                code block    the cells of a lattice of 2**ycb x 2**xcb coefficients, none across a precinct's edge

All lattices begin at (0, 0), not at the picture's corner, so that the edges of a piece cut out of a picture stay where
they were.  Both ends of an area are so rounded that each sample belongs to exactly one.  Chapter 16.

Source: ITU-T T.800 | ISO/IEC 15444-1, 2019, Annex B.
"""

from typing import NamedTuple

import numpy as np

from ...core.bits import Unsupported
from ...core.codec import check_number

LL, HL, LH, HH = range(4)
"""Kinds of band: across and then down, L is low-pass and H high-pass.  An odd one is high-pass across."""

LARGEST = (1 << 32) - 1
"""Of a place on the reference grid."""

WHOLE = (15, 15)
"""PPy and PPx where nothing is said of precincts: cells of 32768 x 32768, mostly the whole resolution."""

MOST_BLOCKS = 1 << 20
"""Code blocks of a band in a precinct: 64 times as many as a picture of 8192 x 8192 has in blocks of 64 x 64."""


class Area(NamedTuple):
    """Rows `top` to before `bottom`, columns `left` to before `right`."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        return self.bottom - self.top, self.right - self.left

    @property
    def size(self) -> int:
        """How many samples there are in it."""
        return max(0, self.bottom - self.top) * max(0, self.right - self.left)


class Grid(NamedTuple):
    """The reference grid as SIZ says it: the picture's area, the sides of a tile, and where the first tile begins."""

    area: Area
    tile: tuple[int, int]
    first: tuple[int, int] = (0, 0)


class Band(NamedTuple):
    """A band of a resolution; `cell` and `block` are the base-2 logarithms of the sides of precincts and blocks in it.

    kind: LL, HL, LH or HH.  levels: how often a sample of the tile was halved to come here (nb of B.5).
    """

    kind: int
    levels: int
    area: Area
    cell: tuple[int, int]
    block: tuple[int, int]


class Resolution(NamedTuple):
    """A resolution of a tile-component; `precinct` is (PPy, PPx), `counts` the rows and columns of precincts."""

    area: Area
    precinct: tuple[int, int]
    counts: tuple[int, int]
    bands: tuple[Band, ...]


def check_grid(grid) -> Grid:
    """Return the grid; `ValueError` where there is no picture on it, or its first tile holds nothing of it (B.3)."""
    if not isinstance(grid, Grid) or not all(isinstance(part, tuple) for part in grid):
        raise ValueError(f"a grid has an area, the sides of a tile and its first place, not {grid!r}")
    area, tile, first = _area(grid.area), _pair("a tile's side", grid.tile, 1), _pair("a place", grid.first, 0)
    for low, high, side, start in zip(area[:2], area[2:], tile, first, strict=True):
        if not (low < high and start <= low < start + side):
            raise ValueError(f"no picture from {low} to {high} has its first tile from {start} to {start + side}")
    return Grid(area, tile, first)


def _area(area) -> Area:
    """Return four whole numbers as an area; `ValueError` for others."""
    if not isinstance(area, tuple | list) or len(area) != 4:
        raise ValueError(f"an area has four ends, not {area!r}")
    return Area(*(check_number("an end of an area", end, 0, LARGEST) for end in area))


def _pair(name, pair, low, high=LARGEST) -> tuple[int, int]:
    """Return two whole numbers, down and across; `ValueError` for others."""
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise ValueError(f"{name}, down and across, are two numbers, not {pair!r}")
    return check_number(name, pair[0], low, high), check_number(name, pair[1], low, high)


def tile_counts(grid: Grid) -> tuple[int, int]:
    """Return how many rows and columns of tiles there are (B-5).

    >>> tile_counts(Grid(Area(0, 0, 100, 130), (64, 64)))
    (2, 3)
    """
    grid = check_grid(grid)
    ends = zip(grid.area[2:], grid.first, grid.tile, strict=True)
    return tuple(-(-(high - start) // side) for high, start, side in ends)


def tile_area(grid: Grid, number: int) -> Area:
    """Return the area of a tile on the reference grid; tiles are numbered row by row (B-7 to B-10).

    >>> tile_area(Grid(Area(0, 0, 100, 130), (64, 64)), 5)
    Area(top=64, left=128, bottom=100, right=130)
    """
    rows, columns = tile_counts(grid)
    row, column = divmod(check_number("a tile", number, 0, rows * columns - 1), columns)
    corner = grid.first[0] + row * grid.tile[0], grid.first[1] + column * grid.tile[1]
    ends = (min(at + side, high) for at, side, high in zip(corner, grid.tile, grid.area[2:], strict=True))
    return Area(*(max(at, low) for at, low in zip(corner, grid.area[:2], strict=True)), *ends)


def divided(area: Area, down: int, across: int) -> Area:
    """Return the samples that an area has where only each `down`-th row and `across`-th column counts (B-12, B-14).

    >>> divided(Area(1, 0, 5, 5), 2, 3)
    Area(top=1, left=0, bottom=3, right=2)
    """
    area, (down, across) = _area(area), _pair("a step", (down, across), 1, 1 << 41)
    return Area(-(-area.top // down), -(-area.left // across), -(-area.bottom // down), -(-area.right // across))


def band_area(area: Area, levels: int, kind: int) -> Area:
    """Return the coefficients of a band, `levels` halvings below the area of a tile-component (B-15).

    >>> band_area(Area(0, 0, 5, 5), 1, HL)
    Area(top=0, left=0, bottom=3, right=2)
    """
    levels, kind = check_number("levels", levels, 0, 32), check_number("kind", kind, LL, HH)
    half, step = (1 << levels) >> 1, 1 << levels
    down, across = half * (kind >> 1), half * (kind & 1)
    top, left, bottom, right = _area(area)
    return Area(
        -((down - top) // step), -((across - left) // step), -((down - bottom) // step), -((across - right) // step)
    )


def resolutions(area: Area, levels: int, precincts=(WHOLE,), block=(6, 6)) -> tuple[Resolution, ...]:
    """Return the resolutions of a tile-component, the coarsest first (B.5 to B.7).

    levels: 0 to 32 of decomposition.  precincts: (PPy, PPx) for each resolution, the last again for those that follow;
    0 to 15, but 0 for the first resolution alone.  block: (ycb, xcb), base-2 logarithms of a code block's sides, 2 to
    10, together at most 12.  `ValueError` for others.

    >>> [resolution.area.shape for resolution in resolutions(Area(0, 0, 33, 40), 2)]
    [(9, 10), (17, 20), (33, 40)]
    """
    area, levels, block = _area(area), check_number("levels", levels, 0, 32), _pair("ycb and xcb", block, 2, 10)
    if sum(block) > 12:
        raise ValueError(f"a code block has at most 4096 coefficients, not 2**{sum(block)}")
    if not isinstance(precincts, tuple | list) or not precincts:
        raise ValueError(f"precincts are pairs of numbers, not {precincts!r}")
    sizes = [_pair("PPy and PPx", precincts[min(r, len(precincts) - 1)], min(r, 1), 15) for r in range(levels + 1)]
    return tuple(_resolution(area, levels, r, size, block) for r, size in enumerate(sizes))


def _resolution(area, levels, r, precinct, block):
    """Return resolution r of `levels` + 1 (B-14 to B-18)."""
    step = 1 << levels - r
    own = divided(area, step, step)
    counts = _cells(own.top, own.bottom, precinct[0]), _cells(own.left, own.right, precinct[1])
    below = 1 if r else 0  # a band's lattice is half as wide as that of its resolution
    cell = tuple(pp - below for pp in precinct)
    block = tuple(map(min, block, cell))
    down = levels - r + below
    kinds = (HL, LH, HH) if r else (LL,)
    return Resolution(own, precinct, counts, tuple(Band(k, down, band_area(area, down, k), cell, block) for k in kinds))


def _cells(low, high, size):
    """Return how many cells of 2**size places the places `low` to before `high` lie in; none where there are none."""
    return -(-high // (1 << size)) - (low >> size) if high > low else 0


def blocks(resolution: Resolution, band: int, precinct: int) -> tuple[tuple[int, int], np.ndarray]:
    """Return the rows and columns of code blocks that a band has in a precinct, and their areas, (n, 4) int64.

    band: its place in `resolution.bands`.  precinct: its number, row by row.  An area is top, left, bottom, right in
    the band's coefficients; blocks stand row by row.  A band may have none in a precinct (B.7, B.9).  `Unsupported`
    where they are more than `MOST_BLOCKS`.

    >>> shape, areas = blocks(resolutions(Area(0, 0, 33, 40), 1, block=(3, 4))[1], 0, 0)
    >>> shape, areas[-1].tolist()
    ((3, 2), [16, 16, 17, 20])
    """
    if not isinstance(resolution, Resolution):
        raise ValueError(f"a resolution is of the class Resolution, not {type(resolution).__name__}")
    part = resolution.bands[check_number("band", band, 0, len(resolution.bands) - 1)]
    rows, columns = resolution.counts
    place = divmod(check_number("precinct", precinct, 0, rows * columns - 1), columns)
    ends = [_ends(resolution, part, axis, place[axis]) for axis in (0, 1)]
    shape = tuple(max(0, len(end) - 1) for end in ends)
    if shape[0] * shape[1] > MOST_BLOCKS:
        raise Unsupported(f"a precinct of {shape[0]} x {shape[1]} code blocks is not read or written here")
    areas = np.empty((*shape, 4), np.int64)
    if areas.size:
        areas[:, :, 0], areas[:, :, 2] = ends[0][:-1, None], ends[0][1:, None]
        areas[:, :, 1], areas[:, :, 3] = ends[1][:-1], ends[1][1:]
    return shape, areas.reshape(-1, 4)


def _ends(resolution, band, axis, number):
    """Return where the blocks of a precinct's row or column end along an axis, its own beginning first."""
    cell, block = band.cell[axis], band.block[axis]
    number += resolution.area[axis] >> resolution.precinct[axis]
    low = max(number << cell, band.area[axis])
    high = min(number + 1 << cell, band.area[axis + 2])
    inner = np.arange((low >> block) + 1, -(-high // (1 << block)), dtype=np.int64) << block
    return np.concatenate([[low], inner, [high]]) if low < high else np.zeros(0, np.int64)
