"""The bands of a wavelet transform for the reader's hands: switched off and on again, on a photograph of their own.

The arithmetic is that of `transforms.dwt`, here and in `dwt.js`, to the last bit.
"""

from numbers import Integral

import numpy as np

from ...transforms import dwt, mosaic
from .. import plots
from ..checks import checked, measured
from ..html import viewable
from . import kit
from .levels import decibels

SCRIPTS = ("photograph.js", "decibels.js", "dwt.js", "own_bands.js")
LEVELS, NAMES = 3, ("HL", "LH", "HH")
MOST = 512
"""Pixels a side to which a photograph is scaled down."""

ALT = "Your photograph in grey, drawn from the bands that are switched on"
ALT_MAP = "The bands of the transform: a small picture at the top left, and outlines of edges in ever larger squares"
LOUD, OFF = 4, 64
"""How much brighter than they are coefficients are shown; the grey of a band that is switched off."""


def own_bands(image, alt: str, caption: str, most: int = 256) -> plots.Html:
    """Return a figure whose buttons switch bands off and on: `image` first, then what the reader drops in.

    image: grey (h, w), at most `most` pixels a side, for `alt` as in `plots.show`.  Three levels; the finest are off at
    first.  most: pixels a side to which a reader's photograph is scaled down, 512 at most.
    """
    measured("most", most, 8, MOST, Integral)
    pixels = viewable(image)
    if pixels.ndim != 2 or max(pixels.shape) > most:
        raise ValueError(f"the first picture is grey and has at most {most} pixels a side, not {pixels.shape}")
    on = [band <= 3 * (LEVELS - 1) for band in range(1 + 3 * LEVELS)]
    drawn, shown, says = _view(pixels, "9/7", on)
    whole = plots.img(pixels, alt, 1).replace("<img ", '<img hidden class="ic-kept" ', 1)
    pictures = plots.img(drawn, alt, 1) + whole, plots.img(shown, ALT_MAP, 1)
    pictures = "".join(f'<div class="ic-photo">{picture}</div>' for picture in pictures)
    first = f'<style>{kit.beside("wavelets.css")}</style><div class="ic-both">{pictures}</div>'
    tools = kit.photograph("Drop in a photograph of your own, or choose one. It stays on this page.") + _tools(on)
    settings = {"most": int(most), "alt": ALT, "levels": LEVELS, "loud": LOUD, "off": OFF, "wavelet": "9/7"}
    return kit.figure("own-bands", first, says, settings, SCRIPTS, checked("caption", caption, str), tools)


def _view(pixels, wavelet, on):
    """Return the picture that the bands draw which are `on`, the bands as a picture, and a sentence about both.

    on: for the low band, then HL, LH and HH from the coarsest level on, whether it is.
    """
    low, details = dwt.forward(pixels.astype(np.int64) - 128, LEVELS, wavelet)
    bands = [low, *(band for level in details for band in level)]
    kept = [band if yes else 0 * band for band, yes in zip(bands, on, strict=True)]
    left = dwt.inverse(kept[0], [tuple(kept[i : i + 3]) for i in range(1, len(kept), 3)], wavelet)
    left = np.clip(np.floor(left + 0.5) + 128, 0, 255).astype(np.uint8)
    error = float(((left.astype(np.int64) - pixels) ** 2).mean())
    alive = sum(band.size for band, yes in zip(bands, on, strict=True) if yes)
    says = (f"{sum(map(bool, on))} of {len(on)} bands: {alive:,} of {pixels.size:,} coefficients. "
            f"{'Not a sample has changed' if not error else 'PSNR ' + decibels(error)}.")  # fmt: skip
    return left, _map(bands, on), says


def _map(bands, on):
    """Return the bands in one picture: the low one as it is, the others by their size."""
    shown = [np.clip(np.floor(bands[0] + 0.5) + 128, 0, 255)]
    shown += [np.minimum(np.floor(LOUD * abs(band)), 255) for band in bands[1:]]
    shown = [np.where(yes, band, OFF).astype(np.uint8) for band, yes in zip(shown, on, strict=True)]
    return mosaic.joined(shown[0], [tuple(shown[i : i + 3]) for i in range(1, len(shown), 3)])


def _tools(on) -> str:
    rows = f"<span>low</span>{_button('low', 0, on[0], ' ic-lowest')}"
    for level in range(LEVELS, 0, -1):
        rows += f"<span>level {level}</span>"
        for i, name in enumerate(NAMES):
            band = 1 + 3 * (LEVELS - level) + i
            rows += _button(name, band, on[band])
    acts = "".join(f'<button {kit.QUIET} type="button" class="ic-key" data-act="{act}">{words}</button>'
                   for act, words in (("all", "All"), ("none", "None"), ("low", "The low band alone")))  # fmt: skip
    kinds = "".join(f'<button {kit.QUIET} type="button" class="ic-key ic-wavelet" aria-pressed='
                    f'"{"true" if name == "9/7" else "false"}">{name}</button>' for name in dwt.WAVELETS)  # fmt: skip
    return (f'<div class="ic-bands" role="group" aria-label="Bands that are switched on">{rows}</div>'
            f'<div class="ic-keys">{acts}</div>'
            f'<div class="ic-keys" role="group" aria-label="Wavelet">{kinds}</div>')  # fmt: skip


def _button(name, band, on, more="") -> str:
    return (f'<button {kit.QUIET} type="button" class="ic-key ic-band{more}" data-band="{band}" '
            f'aria-pressed="{"true" if on else "false"}">{name}</button>')  # fmt: skip
