"""What the eye forgives: a photograph whose lightness and whose colour have as few samples as the reader likes."""

from numbers import Integral

import numpy as np

from ...transforms import colour, sampling
from .. import plots
from ..checks import checked, measured
from ..html import viewable
from . import kit
from .levels import decibels

SCRIPTS = ("number.js", "photograph.js", "bet.js", "decibels.js", "sampling.js", "own_colours.js")
SIDES = (1, 2, 4, 8, 16)
"""Sides of the squares of which one sample is left."""

MOST = 512
ALT = "Your photograph, with the samples of lightness and of colour that you keep"


def own_colours(image, alt: str, caption: str, bet: str, light: int = 0, hue: int = 1, most: int = 256) -> plots.Html:
    """Return a figure that coarsens lightness and colour of `image`, or of what the reader drops in, separately.

    image: RGB (h, w, 3), at most `most` pixels a side, for `alt` as in `plots.show`.  bet: the name of the `Bet` that
    asks from which square on the loss of colour is seen; its choices are 2, 4, 8, 16 and never.  light, hue: where the
    sliders begin, 0 to 4, for squares of 1 to 16 pixels a side.  most: as for `own_levels`.
    """
    measured("most", most, 8, MOST, Integral)
    for name, times in (("light", light), ("hue", hue)):
        measured(name, times, 0, len(SIDES) - 1, Integral)
    pixels = viewable(image)
    if pixels.ndim != 3 or max(pixels.shape) > most:
        raise ValueError(f"the first picture has colours and at most {most} pixels a side, not {pixels.shape}")
    planes = colour.ycbcr(pixels)
    few = coarsened(planes, light, hue)
    tools = kit.photograph("Drop in a photograph of your own, or choose one. It stays on this page.")
    tools += kit.number("light", "Lightness:", 0, len(SIDES) - 1, light, _square(light))
    tools += kit.number("colour", "Colour:", 0, len(SIDES) - 1, hue, _square(hue))
    tools += (f'<button {kit.QUIET} type="button" class="ic-key ic-peek" aria-pressed="false">The original</button>'
              f'<button {kit.QUIET} type="button" class="ic-key ic-seen">Now I see it</button>')  # fmt: skip
    whole = plots.img(pixels, alt, 1).replace("<img ", '<img hidden class="ic-whole" ', 1)
    shown = plots.img(colour.rgb(few), f"{alt}, with fewer samples of its colours", 1)
    first = f'<div class="ic-photo">{shown}{whole}</div><p class="ic-noticed" role="status"></p>'
    settings = {"light": int(light), "colour": int(hue), "most": int(most), "alt": ALT, "bet": checked("bet", bet, str)}
    caption = checked("caption", caption, str)
    return kit.figure("own-colours", first, _verdict(planes, few, light, hue), settings, SCRIPTS, caption, tools)


def coarsened(planes, light: int, hue: int) -> np.ndarray:
    """Return Y, Cb, Cr, (h, w, 3) uint8, with one Y for 2**light squared pixels and one Cb and Cr for 2**hue squared.

    Means of four are taken so many times, and then as many times the straight lines between samples, as in
    `transforms.sampling`.

    >>> coarsened(np.arange(12).reshape(2, 2, 3), 0, 1)[..., 1].tolist()
    [[5, 5], [5, 5]]
    """
    times = [int(measured(name, n, 0, 16, Integral)) for name, n in (("light", light), ("hue", hue))]
    planes = checked("planes", planes, np.ndarray)
    if planes.ndim != 3 or planes.shape[2] != 3:
        raise ValueError(f"planes are (height, width, 3), not {planes.shape}")
    return np.dstack([_coarse(planes[..., c], times[min(c, 1)]) for c in range(3)])


def _coarse(plane, times):
    if not times:
        return plane
    return sampling.up(_coarse(sampling.down(plane), times - 1), *plane.shape)


def _square(times) -> str:
    return f"one sample for {SIDES[times]} × {SIDES[times]} pixels" if times else "every sample"


def _verdict(planes, few, light, hue) -> str:
    errors = ((few.astype(np.int64) - planes) ** 2).mean((0, 1)).tolist()
    found = ", ".join(f"{name} {decibels(error)}" for name, error in zip(("Y", "Cb", "Cr"), errors, strict=True))
    bits = f"{8 / 4**light + 16 / 4**hue:.2f}".rstrip("0").rstrip(".")
    return f"{bits} bits per pixel instead of 24. {found}."
