"""Training crops from a folder of pictures: half of them anywhere, half where pictures are hardest.

A tile is a square a little larger than a crop, so that each gives many: shifted, mirrored, turned.  The hard half are
the tiles that lossless compression shrinks least; the paper calls such a choice its high-entropy set.

Source: Toderici et al., CVPR 2017, section 4 (the 100 tiles of each picture with the worst PNG compression).
"""

import os
import zlib
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from ...core.codec import MAX_SAMPLES, check_number
from ...measure import files

SUFFIXES = (".png", ".jpg", ".jpeg", ".tga", ".webp")
SLACK = 16
"""Pixels by which the side of a tile exceeds that of a crop."""


def pack(folder: str | Path, crop: int = 32, megabytes: float = 60, seed: int = 0) -> np.ndarray:
    """Return uint8 tiles, (count, crop + 16, crop + 16, 3), of all pictures in a folder, of at most so many bytes."""
    side = _checked(folder, crop, megabytes) + SLACK
    rng = np.random.default_rng(check_number("seed", seed, 0, 1 << 63))
    paths = [path for path in sorted(Path(folder).iterdir()) if path.suffix.lower() in SUFFIXES]
    tiles = [_tiles(path, side, rng) for path in tqdm(paths, "cutting tiles", leave=False, disable=None)]
    tiles = np.concatenate(tiles) if tiles else np.empty((0, side, side, 3), np.uint8)
    if not len(tiles):
        raise ValueError(f"{folder}: no picture of {side} x {side} pixels or more")
    count = int(megabytes * 1e6 / tiles[0].nbytes)
    if count >= len(tiles):
        return tiles
    hardest_first = np.argsort([-_effort(tile) for tile in tiles], kind="stable")
    hard, rest = hardest_first[: count // 2], hardest_first[count // 2 :]
    return tiles[rng.permutation(np.concatenate((hard, rng.choice(rest, count - len(hard), replace=False))))]


def load(path: str | Path, crop: int = 32, megabytes: float = 60, seed: int = 0) -> np.ndarray:
    """Return the tiles of a packed .npy file, or of a folder of pictures."""
    _checked(path, crop, megabytes)
    if Path(path).suffix != ".npy":
        return pack(path, crop, megabytes, seed)
    tiles = np.load(path)
    if tiles.dtype != np.uint8 or tiles.ndim != 4 or min(tiles.shape[1:3]) < crop or tiles.shape[3] != 3:
        raise ValueError(f"{path}: no uint8 tiles of (count, {crop} or more, {crop} or more, 3)")
    return tiles


def batch(tiles: np.ndarray, count: int, crop: int, rng: np.random.Generator) -> np.ndarray:
    """Return `count` crops, (count, crop, crop, 3) uint8, each shifted, mirrored and turned at random."""
    if not isinstance(tiles, np.ndarray) or tiles.dtype != np.uint8 or tiles.shape[3:] != (3,) or not len(tiles):
        raise ValueError(f"tiles are (count, side, side, 3) uint8, not {getattr(tiles, 'shape', type(tiles).__name__)}")
    crop = check_number("crop", crop, 1, min(tiles.shape[1:3]))
    count = check_number("count", count, 0, MAX_SAMPLES // crop**2)
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng is a random generator of NumPy, not {rng!r}")
    out = np.empty((count, crop, crop, 3), np.uint8)
    for place in out:
        tile = tiles[rng.integers(len(tiles))]
        y, x, turns, mirror = rng.integers((tile.shape[0] - crop + 1, tile.shape[1] - crop + 1, 4, 2))
        place[:] = np.rot90(tile[y : y + crop, x : x + crop], turns)[:: 1 - 2 * mirror]
    return out


def _checked(path, crop, megabytes):
    """Return the side of a crop; `ValueError` where one of these is none."""
    if not isinstance(path, str | os.PathLike):
        raise ValueError(f"a path is text or a Path, not {path!r}")
    if not isinstance(megabytes, int | float) or not 0 < megabytes < 1 << 40:
        raise ValueError(f"megabytes is a number above 0, not {megabytes!r}")
    return check_number("crop", crop, 1, 65535)


def _tiles(path, side, rng):
    """Return the tiles of one picture on a grid that starts at random; a large picture gives those of its half too."""
    image = files.load(path)
    image = (image >> 8).astype(np.uint8) if image.dtype == np.uint16 else image
    image = np.repeat(image[:, :, None], 3, 2) if image.ndim == 2 else image
    half = Image.fromarray(image).reduce(2) if min(image.shape[:2]) >= 1000 else np.empty((0, 0, 3), np.uint8)
    return np.concatenate([_grid(np.asarray(one), side, rng) for one in (image, half)])


def _grid(image, side, rng):
    """Return all whole squares, (count, side, side, 3), of a grid over `image` with a random corner."""
    rows, columns = image.shape[0] // side, image.shape[1] // side
    y, x = rng.integers((image.shape[0] - rows * side + 1, image.shape[1] - columns * side + 1))
    cut = image[y : y + rows * side, x : x + columns * side]
    return cut.reshape(rows, side, columns, side, 3).swapaxes(1, 2).reshape(-1, side, side, 3)


def _effort(tile):
    """Return the bytes that a tile costs in the manner of PNG: differences to the left, deflated."""
    return len(zlib.compress(np.diff(tile, axis=1, prepend=0).astype(np.uint8).tobytes(), 1))
