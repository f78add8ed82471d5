"""From an image to a codestream of JPEG 2000.

    image  --colour-->  components  --tiles, wavelet, steps-->  code blocks, all their passes
                        --rate control-->  passes of each layer  --packets-->  tile-parts behind the main header

Chapter 16.

Source: ITU-T T.800 | ISO/IEC 15444-1, 2002.
"""

from typing import NamedTuple

import numpy as np

from ...core.codec import check_array, check_image, check_number
from .checks import check_kind
from .codestream import EOC, pack_main, pack_part
from .components import forward
from .geometry import Area, Grid, tile_area, tile_counts
from .packet_writer import write_tile
from .parameters import Coding, Component, Quantisation, Size, Style
from .quantisation import MOST_GUARD, pack
from .quantisation import steps as steps_of
from .rate_control import Passes, body_size, gathered, layered
from .tile_coder import Blocks, code_tile

EVERYTHING = 1 << 62
"""Bytes enough for all passes."""

MOST_TILES = 65535

TRIES = 12
"""Codestreams that are made until one is of the size wanted: headers grow with what they tell."""


class Picture(NamedTuple):
    """A picture of which all blocks are coded: what its headers say, its tiles, and the passes of its blocks."""

    size: Size
    style: Style
    coding: Coding
    quantisation: Quantisation
    tiles: list
    blocks: Blocks
    passes: Passes


def analysed(image: np.ndarray, depth: int, coding: Coding, style: Style, tile: int = 0, step: float = 1.0) -> Picture:
    """Return an image with all its code blocks coded; none of its passes is chosen yet.

    image: (height, width) or (height, width, 3) integers below 2**depth.  tile: its side, 0 for a single one.  step: of
    the quantiser, in grey levels, for the 9/7 wavelet.
    """
    depth = check_image(image, check_number("depth", depth, 0, 16) % 8 and depth)
    check_kind(coding, Coding)
    check_kind(style, Style)
    tile = check_number("tile", tile, 0, 65535)
    (height, width), count = image.shape[:2], 1 if image.ndim == 2 else 3
    grid = Grid(Area(0, 0, height, width), (tile or height, tile or width))
    said = pack(depth, coding.levels, coding.wavelet, step)
    steps, blocks = steps_of(said, depth, coding.levels), Blocks([], [], [], [])
    rows, columns = tile_counts(grid)
    if rows * columns > MOST_TILES:
        raise ValueError(f"a file has at most {MOST_TILES} tiles, not {rows * columns}")
    planes = forward(image, depth, coding.wavelet)
    tiles = [code_tile(planes, tile_area(grid, number), coding, steps, blocks) for number in range(rows * columns)]
    passes = gathered(blocks.coded, blocks.weights)
    said = guarded(said, blocks)
    size = Size(grid, (Component(depth),) * count)
    return Picture(size, style._replace(transform=count == 3), coding, said, tiles, blocks, passes)


def guarded(said: Quantisation, blocks: Blocks) -> Quantisation:
    """Return a quantisation with the fewest guard bits that leave every block its bit planes (E-2).

    `ValueError` where more than 7 would be needed.
    """
    check_kind(said, Quantisation)
    check_kind(blocks, Blocks)
    needed = [block.planes - said.steps[b][0] + 1 for block, b in zip(blocks.coded, blocks.bands, strict=True)]
    guard = max(1, *needed)
    if guard > MOST_GUARD:
        raise ValueError(f"coefficients need {guard} guard bits; {MOST_GUARD} are the most")
    return said._replace(guard=guard)


def codestream(picture: Picture, counts: np.ndarray) -> bytes:
    """Return the codestream with so many passes of each block up to each layer, (layers, blocks) int64."""
    check_kind(picture, Picture)
    size, style, coding, said, tiles, blocks, passes = picture
    counts = check_array("counts", counts, (2,), 0, 1 << 10)
    if not len(counts) or counts.shape[1] != len(blocks.coded) or (counts[-1] > np.diff(passes.first)).any():
        raise ValueError(f"counts are of at least one layer, and of passes that {len(blocks.coded)} blocks have")
    planes = [said.guard + exponent - 1 for exponent, _ in said.steps]
    found = [pack_main(size, style._replace(layers=len(counts)), coding, said)]
    for number, tile in enumerate(tiles):
        packets = write_tile(tile, blocks, passes, counts, planes, style, coding.style)
        found.append(pack_part(number, 0, 1, packets))
    return b"".join(found) + bytes([0xFF, EOC])


def fitted(picture: Picture, size: int = 0) -> bytes:
    """Return the codestream of at most `size` bytes that is nearest to the picture; 0 for one with all passes.

    `ValueError` where the headers alone are longer.
    """
    check_kind(picture, Picture)
    size = check_number("size", size, 0, EVERYTHING)
    passes, layers = picture.passes, picture.style.layers
    floor = -1.0 if picture.coding.wavelet == "5/3" else 0.0
    everything = layered(passes, EVERYTHING, layers, floor)
    if not size or body_size(passes, everything[-1]) <= size:
        best = codestream(picture, everything)
        if not size or len(best) <= size:
            return best
    best, room = b"", size
    for _ in range(TRIES):
        data = codestream(picture, layered(passes, max(room, 0), layers))
        if len(best) < len(data) <= size:
            best = data
        if room <= 0 or 0 <= size - len(data) <= size >> 11:
            break
        room += size - len(data)
    if not best:
        raise ValueError(f"a file of {size} bytes has no room for the headers; the shortest has {len(data)}")
    return best
