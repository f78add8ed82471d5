"""From the bytes of a JPEG 2000 file to its picture, or to a smaller or coarser one from fewer of them.

    boxes  ->  codestream  ->  tile by tile: packets, code blocks, steps, wavelet, colours  ->  picture

A tile is read and finished before the next is begun, so that what is held at a time is the samples and one tile.  What
a hostile file can ask for is bounded: samples by `core.limits`, precincts and code blocks by `progression` and
`geometry`, coding passes by the number of bytes.  Chapter 16.

Source: ITU-T T.800, 2019.
"""

from typing import NamedTuple

import numpy as np

from ...core import limits
from ...core.bits import CorruptStream, Unsupported
from ...core.codec import check_bytes, check_number
from .bands import to_plane
from .boxes import unpack
from .codestream import main_header, tile_parts
from .geometry import divided, tile_counts
from .picture import check_channels, to_image
from .said import Main, joined
from .samples import finish
from .tile import Tile, visits
from .tile import read as read_tile

DEEPEST = 16
TIMES = 4
"""By how much the limit is lower (`core.limits`) for the picture; that for a tile's component is in `bands`."""

LOOKS, LOOKS_A_BYTE = 1 << 31, 30_000
"""Coefficients that the coding passes of a file may visit, and how many more for each of its bytes.

A header of three bytes gives a code block of 4096 coefficients 88 passes, which see each of them.  An honest block of
so many has a hundred bytes at least, unless it is nearly empty.
"""


class Reading(NamedTuple):
    """A picture, and how many bytes of the file were read for it."""

    image: np.ndarray
    size: int


def decode(data: bytes, resolutions: int = 33, layers: int = 65535, partial: bool = False) -> np.ndarray:
    """Return the picture of a `.jp2` file or of a codestream; see `read`."""
    return read(data, resolutions, layers, partial).image


def read(data: bytes, resolutions: int = 33, layers: int = 65535, partial: bool = False) -> Reading:
    """Return the picture, (height, width) or (height, width, 3), uint8 up to 8 bits a sample and uint16 up to 16.

    resolutions: how many to read, 1 to 33; each that is left out halves the picture's sides.  layers: how many to read,
    1 to 65535.  partial: of a file that is cut or damaged, use the packets that had arrived.  `CorruptStream` for
    damage, `Unsupported` for what the standard has and this reader has not, and for pictures beyond `core.limits`.
    """
    data = check_bytes(data)
    resolutions, layers = check_number("resolutions", resolutions, 1, 33), check_number("layers", layers, 1, 65535)
    frame = unpack(data, bool(partial))
    stream = data[frame.start : frame.end]
    main = main_header(stream)
    _check_kind(main, frame)
    tiles, size = _tiles(stream, main, bool(partial)), frame.start + main.end
    saids = {number: joined(parts) for number, parts in tiles.items()}
    dropped = max(0, _most_levels(main, saids.values()) + 1 - resolutions)
    picture = _Picture(main, dropped, LOOKS + LOOKS_A_BYTE * len(data))
    for number, parts in tiles.items():
        size += picture.add(stream, number, parts, saids[number], layers, bool(partial))
    return Reading(to_image(picture.planes, main.size, frame, dropped), size)


def _check_kind(main, frame):
    """Raise where the components are such as are not read here, or others than the boxes say."""
    area, parts = main.size.grid.area, main.size.components
    if frame.shape and frame.shape != (*area.shape, len(parts)):
        raise CorruptStream(f"a codestream of {(*area.shape, len(parts))} in a file that says {frame.shape}")
    check_channels(frame)
    if len(parts) not in (1, 3):
        raise Unsupported(f"a JPEG 2000 file of {len(parts)} components is not read here")
    if max(part.depth for part in parts) > DEEPEST:
        raise Unsupported(f"a JPEG 2000 file with more than {DEEPEST} bits a sample is not read here")


def _tiles(data, main, partial):
    """Return the parts of each tile, by its number; `CorruptStream` where a tile is missing, unless `partial`."""
    rows, columns = tile_counts(main.size.grid)
    found, count = {}, rows * columns
    try:
        for part in tile_parts(data, main, partial):
            if part.tile >= count:
                raise CorruptStream(f"a part of tile {part.tile} of {count}")
            found.setdefault(part.tile, []).append(part)
    except CorruptStream:
        if not partial:
            raise
    if len(found) < count and not partial:
        raise CorruptStream(f"{len(found)} of {count} tiles")
    return found


def _most_levels(main, saids):
    """Return the largest number of decomposition levels of any tile and component."""
    return max(coding.levels for said in (main.said, *saids) for coding in said.coding.values())


class _Picture:
    """The samples of each component, smaller by `dropped` halvings, as they come."""

    def __init__(self, main: Main, dropped: int, looks: int):
        self.main, self.dropped, self.looks = main, dropped, looks
        area, self.areas = main.size.grid.area, []
        for part in main.size.components:
            own = divided(area, part.down << dropped, part.across << dropped)
            self.areas.append(own)
        largest = max(self.areas, key=lambda own: own.size)
        limits.check_picture((*largest.shape, len(self.areas)), 1 if self._is_shallow() else 2, TIMES)
        self.planes = [
            np.full(own.shape, 1 << part.depth - 1, np.uint8 if part.depth <= 8 else np.uint16)
            for own, part in zip(self.areas, main.size.components, strict=True)
        ]

    def _is_shallow(self):
        """Say whether each sample has at most 8 bits."""
        return all(part.depth <= 8 for part in self.main.size.components)

    def add(self, data, number, parts, said, layers, partial):
        """Decode a tile into its place; return how many bytes were read for it."""
        own = Tile(self.main, number, said)
        keep = [plan.coding.levels + 1 - self.dropped for plan in own.plans]
        if min(keep) < 1:
            raise Unsupported(f"a tile with fewer than {self.dropped + 1} resolutions has none so small")
        size = read_tile(data, own, parts, keep, layers, partial)
        self.looks -= visits(own)
        if self.looks < 0:
            raise CorruptStream("coding passes that visit far more coefficients than the file has bytes")
        planes = [to_plane(data, own, c, count) for c, count in enumerate(keep)]
        self._place(own, keep, planes)
        return size

    def _place(self, own, keep, planes):
        """Put a tile's samples where they belong."""
        parts, transform = self.main.size.components, own.style.transform
        if transform and (len(planes) < 3 or len({(plane.shape, plane.dtype) for plane in planes}) > 1):
            raise CorruptStream("a component transform of components that differ in size or wavelet")
        samples = finish(planes, [part.depth for part in parts], transform)
        for plan, count, whole, area, sample in zip(own.plans, keep, self.planes, self.areas, samples, strict=True):
            place = plan.resolutions[count - 1].area
            top, left = place.top - area.top, place.left - area.left
            whole[top : top + sample.shape[0], left : left + sample.shape[1]] = sample
