"""An image as the frame whose file is smallest for its error: samples, levels, steps and codes fitted to one another.

    image --> planes --> chroma by least squares --> coefficients --> steps, by what errors cost
                                                          |
                    a sample of the blocks:    levels by the trellis <-- bits of symbols, at first the standard's
                                                          |                   |
                                               steps, nearest to what was rounded to their multiples
                                                          |
                    all blocks:                levels by the trellis --> frame

Chroma comes first, so that luma can make good a part of what red, green and blue have lost by it.  Nothing is new in
the file but the choice of numbers, and any decoder reads it.  Chapter 14.

Sources: those of `trellis`, `chroma` and `weights`; turns about levels, steps and codes are those of E. Yang and L.
Wang (2009).
"""

from typing import NamedTuple

import numpy as np

from ...core.codec import check_image, check_number
from ...core.kernels import kernel
from ...transforms.dct import ZIGZAG
from ...transforms.sampling import SCHEMES, fill_up
from .chroma import SHARES, compensate, fewer, fill_planes
from .frame import Component, Frame, extent
from .pixels import _complete, _eight
from .rates import measured, standard
from .to_pixels import fill_plane
from .trellis import ac, dc
from .weights import _costs_of


class Recipe(NamedTuple):
    """How a file is optimised; each ingredient can be left out, to see what it is worth.

    step, slope: of luma at quality 50, for a cost of 1, and the power of libjpeg's scale with which it grows.  price:
    of a bit, in squares of the step.  chroma: how much errors of chroma count.  fitted: chroma by least squares.
    compensated: luma makes good what chroma lost.  turns: on a sample of the blocks, before the one on all.  refitted:
    steps by least squares after each turn.  means: a trellis for them too.
    """

    step: float
    slope: float
    price: float
    chroma: float = 1.0
    fitted: bool = True
    compensated: bool = True
    turns: int = 2
    refitted: bool = True
    means: bool = True


RECIPES = {
    "psnr": Recipe(27, 0.65, 0.105),
    "msssim": Recipe(16, 0.75, 0.15, 0.8),
    "hvs": Recipe(9.75, 1.0, 0.11, 0.7, compensated=False),
}
"""By what is measured; chosen on photographs.  For "hvs", which sees luma alone, chroma keeps what libjpeg's keeps."""

SAMPLED, ROWS_APART = 1000, 4
"""Blocks that a sample has at least, and how far apart its rows lie at most."""


class Part(NamedTuple):
    """A plane's coefficients, (rows, columns, 64) float64, and what errors of them cost (see `weights`)."""

    coefficients: np.ndarray
    shares: np.ndarray
    weights: np.ndarray


def to_frame(
    image: np.ndarray, quality: int, sampling: str = "4:2:0", tune: str = "psnr", progressive: bool = True, recipe=None
) -> Frame:
    """Return the frame of an image, tuned for "psnr", "msssim" or "hvs".

    image: (height, width) or (height, width, 3) uint8.  quality: 1 to 100; at 100 all steps are 1 and bits are free.
    sampling: one of `transforms.sampling.SCHEMES`.  progressive: whether a scan of coefficients alone will carry the
    levels, in which runs of blocks end together.  recipe: another `Recipe` than that of `RECIPES`.  `ValueError` for
    others.

    Takes about sixty bytes of memory a pixel.
    """
    recipe = _checked(image, quality, sampling, tune, recipe)
    planes, most = _planes(image), SCHEMES[sampling] if image.ndim == 3 else (1, 1)
    pixels = [(1, 1), most, most][: len(planes)]  # of a sample, down and across
    factors = [(most[0] // down, most[1] // across) for down, across in pixels]
    sides = [extent(*image.shape[:2], pair, most) for pair in factors]
    blocks = [(*side.blocks, *pair) for side, pair in zip(sides, pixels, strict=True)]
    costs = _scaled(_costs_of(tune, planes[0], blocks), recipe.chroma)
    how = recipe.step * (_scale(quality) / 100) ** recipe.slope, progressive, recipe
    found = _chroma(planes, costs[1:], sides[1], most, *how) if len(planes) > 1 else []
    found = _coded(planes[:1], costs[:1], *how) + found
    each = zip(found, sides, factors, strict=True)
    parts = [
        Component(i, pair[1], pair[0], steps, _whole(levels, side, pair))
        for i, ((levels, steps), side, pair) in enumerate(each, 1)
    ]
    return Frame(*image.shape[:2], tuple(parts), "ycbcr" if len(parts) > 1 else "grey")


def _chroma(planes, costs, side, factors, step, progressive, recipe):
    """Return levels and steps of chroma, and change luma so that it makes good a part of its errors."""
    few = [fewer(plane, *factors, recipe.fitted) for plane in planes[1:]]
    found = _coded(few, costs, step, progressive, recipe)
    if recipe.compensated:
        drawn = np.empty((2, *planes.shape[1:]), np.uint8)
        for (levels, steps), out in zip(found, drawn, strict=True):
            _draw(levels, steps, side.samples, factors, out)
        compensate(planes, drawn, SHARES.mean(1))
    return found


def _checked(image, quality, sampling, tune, recipe):
    """Return the recipe; `ValueError` where the arguments of `to_frame` are none."""
    if check_image(image) != 8:
        raise ValueError("a JPEG file here has 8 bits a sample, not 16")
    check_number("quality", quality, 1, 100)
    for name, word, words in (("sampling", sampling, SCHEMES), ("tune", tune, RECIPES)):
        if not isinstance(word, str) or word not in words:
            raise ValueError(f"{name} is one of {', '.join(words)}, not {word!r}")
    if not isinstance(recipe, Recipe | None):
        raise ValueError(f"a recipe is a Recipe, not {recipe!r}")
    return recipe or RECIPES[tune]


def _scale(quality):
    """Return the per cent of libjpeg's quality, without its rounding."""
    return 5000 / quality if quality < 50 else 200 - 2 * quality


def _planes(image):
    """Return the planes of an image, (1 or 3, height, width) float64, 0 for a grey in the middle."""
    if image.ndim == 2:
        return image[None].astype(np.float64) - 128
    planes = np.empty((3, *image.shape[:2]))
    fill_planes(np.ascontiguousarray(image), planes)
    return planes


def _scaled(costs, amount):
    """Return costs in units of what luma's first five coefficients cost, chroma's times an amount."""
    unit = _typical(*costs[0])[1:6].mean()
    return [(shares * ((amount if i else 1) / unit), weight) for i, (shares, weight) in enumerate(costs)]


def _typical(shares, weight):
    """Return the harmonic mean over blocks of what errors cost, (64,)."""
    flat = weight.reshape(-1, weight.shape[-1])
    some = np.ascontiguousarray(flat[:: len(flat) // (2 * SAMPLED) + 1])
    return 1 / (1 / (some @ shares)).mean(0)


def _coded(planes, costs, step, progressive, recipe):
    """Return levels, (rows, columns, 64) int16, and steps, (64,) int64, of each of some planes that share the steps."""
    pairs = zip(planes, costs, strict=True)
    parts = [Part(_coefficients(plane, weight), shares, weight) for plane, (shares, weight) in pairs]
    typical = np.mean([_typical(part.shares, part.weights) for part in parts], 0)
    steps, price = np.clip(np.round(step / np.sqrt(typical)), 1, 255), recipe.price * step**2
    rows, columns = parts[0].coefficients.shape[:2]
    apart = min(max(rows * columns // SAMPLED, 1), ROWS_APART)
    bits = standard()
    for turn in range(recipe.turns):
        some = [_sampled(part, turn % apart, apart) for part in parts]
        levels = [_chosen(part, steps, price, bits, recipe.means) for part in some]
        steps = _refitted(some, levels, steps) if recipe.refitted and step > 0 else steps
        bits = measured(levels, progressive)
    return [(_chosen(part, steps, price, bits, recipe.means), steps.astype(np.int64)) for part in parts]


def _coefficients(plane, weight):
    """Return the coefficients of a plane, as many blocks as there are weights."""
    out = np.empty((*weight.shape[:2], 64))
    _transform(np.ascontiguousarray(plane), ZIGZAG, out)
    return out


def _sampled(part, first, apart):
    """Return a part of so many rows each."""
    rows = slice(min(first, len(part.weights) - 1), None, apart)
    return part._replace(coefficients=part.coefficients[rows].copy(), weights=part.weights[rows].copy())


def _chosen(part, steps, price, bits, means):
    """Return the levels of a part, (rows, columns, 64) int16."""
    levels = np.zeros(part.coefficients.shape, np.int16)
    blocks, flat = part.coefficients.reshape(-1, 64), levels.reshape(-1, 64)
    weight = part.weights.reshape(len(blocks), -1)
    ac(blocks, steps, part.shares, weight, price * bits.ac, price * bits.ends, flat)
    first = np.ascontiguousarray(blocks[:, 0])
    if means:
        dc(first, steps[0], (weight * part.shares[:, 0]).sum(1), price * bits.dc, flat[:, 0])
    else:
        flat[:, 0] = np.clip(np.round(first / steps[0]), -1024, 1023)
    return levels


def _refitted(parts, levels, steps):
    """Return the steps, (64,) float64, whole numbers of 1 to 255, by which levels come nearest to coefficients."""
    above, below = np.zeros((2, 64))
    for part, each in zip(parts, levels, strict=True):
        numbers = each.astype(np.float64)
        weighted = numbers * part.weights[..., :1]
        above += (weighted * part.coefficients).sum((0, 1))
        below += (weighted * numbers).sum((0, 1))
    return np.where(below > 0, np.clip(np.round(above / np.where(below > 0, below, 1)), 1, 255), steps)


def _whole(levels, side, factors):
    """Return levels up to whole MCUs."""
    out = np.zeros((*side.stored, 64), np.int16)
    out[: side.blocks[0], : side.blocks[1]] = levels
    _complete(out, *side.blocks, *factors)
    return out


def _draw(levels, steps, samples, factors, out):
    """Fill `out`, (height, width) uint8, with a plane as a decoder draws it."""
    plane = np.empty((8 * levels.shape[0], 8 * levels.shape[1]), np.uint8)
    fill_plane(levels, steps, ZIGZAG, plane)
    linear = factors[1] != 2 or samples[1] > 2  # as libjpeg does
    fill_up(plane[: samples[0], : samples[1]], *factors, linear, 0, out)


@kernel
def _transform(plane, zigzag, out):
    """Fill (rows, columns, 64) float64 with the coefficients, in zigzag order, of a plane taken in sixteenths."""
    height, width = plane.shape
    block = np.empty((8, 8), np.int64)
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            for y in range(8):
                line = plane[min(8 * row + y, height - 1)]
                for x in range(8):
                    block[y, x] = int(np.floor(16 * line[min(8 * column + x, width - 1)] + 0.5))
            for y in range(8):
                _eight(block, y, 0, 0, 1, 11)
            for x in range(8):
                _eight(block, 0, x, 1, 0, 15)
            for k in range(64):
                out[row, column, k] = block[zigzag[k] >> 3, zigzag[k] & 7] / 128
