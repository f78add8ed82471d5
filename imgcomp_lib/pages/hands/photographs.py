"""The reader's own photograph, dropped into the page: its rows in packets of `entropy.runs`, as in a TGA file."""

from numbers import Integral

from ...entropy import runs
from .. import plots
from ..checks import checked, measured
from ..html import viewable
from . import kit

SCRIPTS = ("number.js", "runs.js", "photograph.js", "own_photo.js")
MOST = 512
"""Pixels a side to which a photograph is scaled down."""

ALT = "Your photograph in grey, with the bits that you keep"


def own_photo(image, alt: str, caption: str, most: int = 256) -> plots.Html:
    """Return a figure that packs the rows of a picture: `image` first, then whatever the reader drops in.

    image: grey (h, w), at most `most` pixels a side, for `alt` as in `plots.show`.  most: pixels a side to which a
    reader's photograph is scaled down, 512 at most.  A slider drops the lower bits, and runs appear.
    """
    measured("most", most, 8, MOST, Integral)
    pixels = viewable(image)
    if pixels.ndim != 2 or max(pixels.shape) > most:
        raise ValueError(f"the first picture is grey and has at most {most} pixels a side, not {pixels.shape}")
    tools = kit.photograph("Drop in a photograph of your own, or choose one. It stays on this page.")
    tools += kit.number("bits", "Keep", 1, 8, 8, "8 bits of 8")
    first = f'<div class="ic-photo">{plots.img(pixels, alt, 1)}</div>'
    settings = {"most": int(most), "alt": ALT}
    return kit.figure("own-photo", first, _verdict(pixels), settings, SCRIPTS, checked("caption", caption, str), tools)


def _verdict(pixels) -> str:
    raw, size = pixels.size, sum(len(runs.pack_row(row[:, None])) for row in pixels)
    tenths = 1000 * abs(size - raw) // raw
    share = f"{tenths // 10}.{tenths % 10} %"
    ending = f"{share} more: the picture grew" if size > raw else f"{share} less"
    return f"{pixels.shape[1]} × {pixels.shape[0]} pixels, {raw:,} bytes. In packets {size:,} bytes, {ending}."
