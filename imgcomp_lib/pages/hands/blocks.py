"""Cosines for the reader's hands: a block to paint beside its coefficients, and a photograph at any quality.

The arithmetic is that of `transforms.dct_integer`, here and in `dct.js`, to the last bit.
"""

import html
import math
from collections.abc import Mapping
from numbers import Integral

import numpy as np

from ...transforms import dct, dct_integer
from .. import plots
from ..checks import checked, measured
from ..html import viewable
from . import kit

SCRIPTS = ("number.js", "dct.js", "zigzag.js", "grid.js", "own_block.js")
PHOTO_SCRIPTS = ("number.js", "dct.js", "photograph.js", "own_blocks.js")
MOST = 512
"""Pixels a side to which a photograph is scaled down."""

ZOOM = 2
"""Screen pixels a side of each of its pixels, where there is room: enough to see a block."""

LEGEND = ("Orange: a positive coefficient, blue: a negative one, empty: zero. Top left the mean, after 128 is "
          "subtracted from each pixel; frequencies rise to the right and downwards. Whole numbers are shown, and "
          "eighths kept until you change them. The small square shows what the chosen one stands for.")  # fmt: skip
ALT = "Your photograph in grey, at the quality that you chose"


def own_block(blocks: dict, caption: str) -> plots.Html:
    """Return a figure of 64 pixels to paint and their 64 coefficients to drag: each follows the other.

    blocks: name → (8, 8) uint8, one to six; the first is shown, the others wait on buttons.  Other buttons drop the
    smallest coefficient, round all as JPEG does at quality 50, and return to what was painted.
    """
    blocks = {checked("a name", name, str): _block(block) for name, block in checked("blocks", blocks, Mapping).items()}
    if not 1 <= len(blocks) <= 6:
        raise ValueError(f"one to six blocks, not {len(blocks)}")
    first = next(iter(blocks.values()))
    found = coefficients(first)
    settings = {
        "blocks": {name: block.ravel().tolist() for name, block in blocks.items()},
        "table": dct.LUMINANCE_TABLE.ravel().tolist(),
    }
    return kit.figure("own-block", _view(first, found), _verdict(first, found), settings, SCRIPTS, caption,
                      _tools(blocks, found))  # fmt: skip


def own_blocks(image, alt: str, caption: str, quality: int = 50, most: int = 256) -> plots.Html:
    """Return a figure that codes a picture in cosines at a quality of the reader's choice: `image` first, then theirs.

    image: grey (h, w), at most `most` pixels a side, for `alt` as in `plots.show`.  most: pixels a side to which a
    reader's photograph is scaled down, 512 at most.
    """
    measured("most", most, 8, MOST, Integral)
    pixels = viewable(image)
    if pixels.ndim != 2 or max(pixels.shape) > most:
        raise ValueError(f"the first picture is grey and has at most {most} pixels a side, not {pixels.shape}")
    left, says = _coded(pixels, measured("quality", quality, 1, 100, Integral))
    tools = kit.photograph("Drop in a photograph of your own, or choose one. It stays on this page.")
    tools += kit.number("quality", "Quality", 1, 100, quality, str(quality))
    whole = plots.img(pixels, alt, 1).replace("<img ", '<img hidden class="ic-kept" ', 1)
    first = f'<div class="ic-photo">{plots.img(left, alt, ZOOM)}{whole}</div>'
    settings = {"most": int(most), "alt": ALT, "zoom": ZOOM, "table": dct.LUMINANCE_TABLE.ravel().tolist()}
    return kit.figure("own-blocks", first, says, settings, PHOTO_SCRIPTS, checked("caption", caption, str), tools)


def coefficients(block) -> np.ndarray:
    """Return the coefficients of a block of 8-bit samples to the nearest whole number, (8, 8) int64.

    >>> coefficients(np.full((8, 8), 138, np.uint8))[0, :2].tolist()
    [80, 0]
    """
    return dct_integer.quantise(dct_integer.forward(_block(block).astype(np.int64) - 128), np.ones((8, 8), np.int64))


def _block(block):
    block = viewable(block)
    if block.shape != (8, 8):
        raise ValueError(f"a block is grey, 8 x 8, not {block.shape}")
    return block


def _tools(blocks, found) -> str:
    acts = {"drop": "Drop the smallest", "quantise": "Round at quality 50", "again": "Back to the painting"}
    acts |= {f"load {name}": name for name in blocks}
    buttons = "".join(f'<button {kit.QUIET} type="button" class="ic-key" data-act="{html.escape(act)}">'
                      f"{html.escape(words)}</button>" for act, words in acts.items())  # fmt: skip
    chosen = f"{_signed(found[0, 1])} (0 down, 1 across)"
    return (kit.number("brush", "Paint with", 0, 255, 255, "white")
            + kit.number("value", "Coefficient", -1024, 1024, int(np.clip(found[0, 1], -1024, 1024)), chosen)
            + f'<div class="ic-keys">{buttons}</div>')  # fmt: skip


def _view(block, found) -> str:
    pixels = "".join(f'<span class="ic-cell" style="background:rgb({v},{v},{v})"></span>' for v in block.flat)
    numbers = "".join(f'<span class="ic-cell" style="{_tint(c)}">{_signed(c) if c else ""}</span>' for c in found.flat)
    one = np.clip(dct_integer.inverse(np.pad([[0, 480]], ((0, 7), (0, 6)))) + 128, 0, 255)
    pattern = "".join(f'<span style="background:rgb({v},{v},{v})"></span>' for v in one.flat)
    return ('<div class="ic-facing"><div><p class="ic-head">64 pixels: press to paint</p>'
            f'<div class="ic-square ic-pixels" role="group" aria-label="Eight by eight pixels; arrow keys walk, Space '
            f'paints, plus and minus change">{pixels}</div></div><div><p class="ic-head">64 coefficients: press, then '
            'drag sideways</p><div class="ic-square ic-numbers" role="group" aria-label="Eight by eight coefficients; '
            f'arrow keys walk, plus and minus change, Delete sets to zero">{numbers}</div></div></div>'
            f'<div class="ic-aside"><div class="ic-pattern" aria-hidden="true">{pattern}</div>'
            f'<p class="ic-legend">{LEGEND}</p></div>')  # fmt: skip


def _tint(value) -> str:
    if not value:
        return "background:none"
    share = min(45, math.floor(3 * math.sqrt(abs(value)) + 0.5)) / 100
    return f"background:rgba({'227,116,0' if value > 0 else '10,99,196'},{share:g})"


def _signed(value) -> str:
    return f"{value}".replace("-", "−")


def _verdict(block, found) -> str:
    off = abs(np.clip(dct_integer.inverse(found) + 128, 0, 255) - block.astype(np.int64))
    alive, most = np.count_nonzero(found), int(off.max())
    ending = "They draw the block exactly."
    if most:
        levels = f"{most} level{'' if most == 1 else 's'}"
        ending = f"They draw the block with errors of at most {levels}, {_psnr((off**2).sum(), 64):.1f} dB."
    return f"{alive} coefficient{'' if alive == 1 else 's'} of 64 left. {ending}"


def _coded(pixels, quality):
    """Return the picture that is left of `pixels` at a quality, and the sentence about it."""
    table = dct.scaled(dct.LUMINANCE_TABLE, quality)
    levels = dct_integer.quantise(dct_integer.forward(dct.to_blocks(pixels.astype(np.int64)) - 128), table)
    blocks = np.clip(dct_integer.inverse(dct_integer.dequantise(levels, table)) + 128, 0, 255)
    left = dct.from_blocks(blocks, *pixels.shape).astype(np.uint8)
    alive, squares = np.count_nonzero(levels), int(((left.astype(np.int64) - pixels) ** 2).sum())
    tenths = 1000 * alive // levels.size
    ending = f"PSNR {_psnr(squares, pixels.size):.1f} dB." if squares else "Not a sample has changed."
    return left, (f"{pixels.shape[1]} × {pixels.shape[0]} pixels. {alive:,} of {levels.size:,} coefficients are not "
                  f"zero, {tenths // 10}.{tenths % 10} %. {ending}")  # fmt: skip


def _psnr(squares, count) -> float:
    return 10 * math.log10(255**2 * count / squares)
