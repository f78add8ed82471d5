"""Where the bytes of a JPEG 2000 file are: in packets, and in them in code blocks.  Chapter 16."""

from typing import NamedTuple

import numpy as np

from ...core.codec import check_bytes
from .boxes import unpack
from .codestream import main_header, tile_parts
from .packets import LENGTH
from .said import joined
from .tile import Tile, read


class Shares(NamedTuple):
    """Bytes of all packets with their headers, and of code blocks alone; the rest of a file are its own headers."""

    packets: int
    blocks: int


def shares(data: bytes) -> Shares:
    """Return the shares of a `.jp2` file or a codestream; `CorruptStream` or `Unsupported` as the decoder has them."""
    frame = unpack(check_bytes(data))
    data = data[frame.start : frame.end]
    main = main_header(data)
    tiles = {}
    for part in tile_parts(data, main):
        tiles.setdefault(part.tile, []).append(part)
    packets = blocks = 0
    for number, parts in tiles.items():
        own = Tile(main, number, joined(parts))
        read(data, own, parts, [plan.coding.levels + 1 for plan in own.plans], 65535)
        packets += sum(part.end - part.start for part in parts)
        blocks += sum(int(np.sum(rows[:, LENGTH])) for precinct in own.found.values() for rows in precinct.rows)
    return Shares(packets, blocks)
