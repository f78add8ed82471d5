"""A region of interest for the reader's hands: painted on a photograph, it gets the bytes of a file first.

The file, here and in `regions.js`, byte for byte:

    2 bytes    height            1 byte      planes that the region is ahead, 0 to 12
    2 bytes    width             n bits      a map of the tiles, 16 x 16 pixels each, row by row, filled up with
                                             zeros to a whole byte; missing where the third is 0
    the rest   zerotrees of the coefficients (`entropy.zerotree`), cut where the bytes end

Samples less 128, padded by copies of the last row and column to whole tiles, are transformed by 5/3 in whole numbers
over four levels, and each band is shifted left by about the binary logarithm of its gain.  Coefficients with a part in
the region (`transforms.mosaic.needed`) are shifted further, so that their bits come earlier.
"""

import math
import struct
from numbers import Integral

import numpy as np

from ...core.bits import CorruptStream
from ...entropy import zerotree
from ...transforms import dwt, mosaic
from .. import plots
from ..checks import checked, measured
from ..html import viewable
from . import kit
from .levels import decibels

SCRIPTS = ("number.js", "photograph.js", "decibels.js", "dwt.js", "zerotree.js", "regions.js", "own_region.js")
LEVELS, TILE, MOST, FURTHEST = 4, 16, 256, 12
SHIFTS = tuple(max(0, round(math.log2(gain))) for gain in dwt.gains("5/3", LEVELS))
HEADER = struct.Struct(">HHB")
HUNDREDS = 100
ALT = "Your photograph in grey, drawn from the bytes that you allow; painted tiles are framed"


def own_region(image, tiles, alt: str, caption: str, size: int = 2000, ahead: int = 5) -> plots.Html:
    """Return a figure on which the reader paints where the bytes go: `image` first, then their own photograph.

    image: grey (h, w), 256 pixels a side at most, for `alt` as in `plots.show`.  tiles: (rows, columns) bool, which are
    painted at first.  size: bytes of the file at first, a multiple of 100, 200 to 8000.  ahead: planes, 0 to 12.
    """
    pixels = viewable(image)
    if pixels.ndim != 2 or max(pixels.shape) > MOST:
        raise ValueError(f"the first picture is grey and has at most {MOST} pixels a side, not {pixels.shape}")
    measured("ahead", ahead, 0, FURTHEST, Integral)
    if measured("size", size, 200, 8000, Integral) % HUNDREDS:
        raise ValueError(f"size is a multiple of {HUNDREDS}, not {size}")
    data = encode(pixels, tiles, ahead, size)
    left, tiles = decode(data), tiles.astype(bool)
    whole = plots.img(pixels, alt, 1).replace("<img ", '<img hidden class="ic-kept" ', 1)
    height, width = pixels.shape
    first = (f'<style>{kit.beside("wavelets.css")}</style><div class="ic-photo"><div class="ic-region" '
             f'{kit.QUIET} role="application" tabindex="0" aria-label="Tiles of the photograph; arrow keys walk, Space '
             f'paints">{plots.img(left, alt, 2)}{whole}<svg aria-hidden="true" viewBox="0 0 {width} {height}" '
             f'preserveAspectRatio="none">{_outline(tiles)}<rect class="ic-at" x="0" y="0" width="{TILE}" '
             f'height="{TILE}"></rect></svg></div></div>')  # fmt: skip
    tools = kit.photograph("Drop in a photograph of your own, or choose one. It stays on this page.")
    tools += kit.number("size", "Bytes", 2, 80, size // HUNDREDS, f"{size:,}")
    tools += kit.number("ahead", "Painted tiles are ahead by", 0, FURTHEST, ahead, _planes(ahead))
    acts = {"clear": "Wipe the paint off", "turn": "Paint the rest instead"}
    tools += "".join(f'<button {kit.QUIET} type="button" class="ic-key" data-act="{act}">{words}</button>'
                     for act, words in acts.items())  # fmt: skip
    settings = {"most": MOST, "alt": ALT, "levels": LEVELS, "tile": TILE, "shifts": list(SHIFTS),
                "tiles": tiles.astype(int).tolist()}  # fmt: skip
    says = _verdict(pixels, left, tiles, ahead, data)
    return kit.figure("own-region", first, says, settings, SCRIPTS, checked("caption", caption, str), tools)


def encode(pixels, tiles, ahead: int, size: int) -> bytes:
    """Return the file of a grey picture in at most `size` bytes (200 to 2**20), its painted tiles `ahead` planes."""
    pixels, ahead = viewable(pixels), int(measured("ahead", ahead, 0, FURTHEST, Integral))
    if pixels.ndim != 2 or max(pixels.shape) > MOST:
        raise ValueError(f"a picture is grey and has at most {MOST} pixels a side, not {pixels.shape}")
    measured("size", size, 200, 1 << 20, Integral)
    tiles = _checked_tiles(tiles, pixels.shape)
    head = HEADER.pack(*pixels.shape, ahead)
    head += np.packbits(tiles).tobytes() if ahead else b""
    padded = np.pad(pixels.astype(np.int64) - 128, [(0, -side % TILE) for side in pixels.shape], "edge")
    coefficients = mosaic.joined(*dwt.forward(padded, LEVELS, "5/3")).astype(np.int64)
    coefficients <<= _shifts(tiles, ahead)
    return head + zerotree.encode(coefficients, LEVELS, size - len(head))


def decode(data: bytes) -> np.ndarray:
    """Return the picture of a file of `encode`, or of as many of its bytes as there are; `CorruptStream` for others."""
    if not isinstance(data, bytes | bytearray) or len(data) < HEADER.size:
        raise CorruptStream("a file with a region begins with 5 bytes")
    height, width, ahead = HEADER.unpack(data[: HEADER.size])
    rows, columns = -(-height // TILE), -(-width // TILE)
    start = HEADER.size + (-(-rows * columns // 8) if ahead else 0)
    if not 0 < min(height, width) <= max(height, width) <= MOST or ahead > FURTHEST or len(data) <= start:
        raise CorruptStream(f"no file with a region: {height} x {width}, {ahead} planes ahead, {len(data)} bytes")
    bits = np.unpackbits(np.frombuffer(data, np.uint8, start - HEADER.size, HEADER.size)).astype(bool)
    tiles = bits[: rows * columns].reshape(rows, columns) if ahead else np.zeros((rows, columns), bool)
    found = zerotree.decode(bytes(data[start:]), rows * TILE, columns * TILE, LEVELS)
    shifted = np.sign(found) * (abs(found) >> _shifts(tiles, ahead))
    low, details = mosaic.apart(np.clip(shifted, -(1 << 20), 1 << 20), LEVELS)
    return np.clip(dwt.inverse(low, details, "5/3")[:height, :width] + 128, 0, 255).astype(np.uint8)


def _shifts(tiles, ahead):
    """Return by how many bits each coefficient is shifted."""
    region = np.kron(tiles, np.ones((TILE, TILE), bool))
    ones = [np.full((region.shape[0] >> level, region.shape[1] >> level), 1) for level in range(LEVELS, 0, -1)]
    low, *others = SHIFTS
    bands = [tuple(shift * one for shift in others[3 * i : 3 * i + 3]) for i, one in enumerate(ones)]
    return mosaic.joined(low * ones[0], bands) + ahead * mosaic.needed(region, LEVELS, "5/3")


def _checked_tiles(tiles, shape):
    """Return tiles as (rows, columns) bool; `ValueError` where they are not those of a picture."""
    wanted = tuple(-(-side // TILE) for side in shape)
    if not isinstance(tiles, np.ndarray):
        raise ValueError(f"tiles are an array {wanted} of bool, not {type(tiles).__name__}")
    if tiles.shape != wanted or tiles.dtype.kind not in "bi":
        raise ValueError(f"tiles are {wanted} bool, not {tiles.shape} {tiles.dtype}")
    return tiles.astype(bool)


def _outline(tiles):
    """Return the frame around painted tiles, as SVG: a white line over a black one."""
    tiles = np.pad(tiles, 1)
    lines = []
    for y, x in np.argwhere(tiles[:, 1:] != tiles[:, :-1]).tolist():
        lines.append(f"M{TILE * x} {TILE * (y - 1)}v{TILE}")
    for y, x in np.argwhere(tiles[1:] != tiles[:-1]).tolist():
        lines.append(f"M{TILE * (x - 1)} {TILE * y}h{TILE}")
    path = "".join(lines)
    return f'<path class="ic-under" d="{path}"></path><path d="{path}"></path>'


def _verdict(pixels, left, tiles, ahead, data):
    """Return the sentence about a file: where its bytes went, and the error inside and outside of the region."""
    region = np.kron(tiles, np.ones((TILE, TILE), bool))[: pixels.shape[0], : pixels.shape[1]]
    squares = (left.astype(np.int64) - pixels) ** 2
    head = HEADER.size + (-(-tiles.size // 8) if ahead else 0)
    says = f"{len(data):,} bytes, of which {head} say sides and tiles. "
    if region.all() or not region.any():
        which = "Every tile is painted" if region.all() else "No tile is painted"
        return f"{says}{which}: {decibels(float(squares.mean()))} everywhere."
    inside, outside = (decibels(float(squares[part].mean())) for part in (region, ~region))
    return f"{says}Painted tiles: {inside}; the rest: {outside}."


def _planes(number) -> str:
    return f"{number} bit plane{'' if number == 1 else 's'}"
