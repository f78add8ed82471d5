"""A small file for the reader to break, byte by byte and bit by bit, and what its decoder makes of it.

The decoder is that of `formats.tga`, for 8-bit grey and 24-bit RGB, in Python and in `tga.js`.
"""

from ...formats.tga import FOOTER_SIZE, Tga
from .. import plots
from ..html import viewable
from . import kit

SCRIPTS = ("bytes.js", "tga.js", "own_damage.js")
MOST, SIDE, HEADER = 400, 224, 18
"""Bytes of a file, screen pixels a side of the picture, and bytes of a header."""


def own_damage(image, alt: str, caption: str) -> plots.Html:
    """Return a figure with the bytes of a TGA file, whose bits the reader flips, and the picture that they decode to.

    image: uint8, grey or RGB, so small that its file has at most 400 bytes.  alt: of the whole picture.
    """
    pixels = viewable(image)
    data = Tga().encode(pixels)
    if len(data) > MOST:
        raise ValueError(f"the file has {len(data)} bytes; up to {MOST} can be looked at")
    zoom = max(1, SIDE // max(pixels.shape[:2]))
    picture = (f'<div class="ic-picture">{plots.img(pixels, alt, zoom)}'
               '<p class="ic-none" hidden>no picture</p></div>')  # fmt: skip
    cells = kit.octets(data, _parts(data, pixels), "The bytes of the file: arrow keys walk, then flip bits below")
    cells += '<p class="ic-legend">Purple: heads of packets. Blue: pixels. Grey: header and footer.</p>'
    height, width = pixels.shape[:2]
    says = f"{len(data)} bytes, {width} × {height} pixels, nothing broken."
    settings = {"bytes": list(data), "alt": plots.described(alt), "side": SIDE}
    return kit.figure("own-damage", picture + cells + kit.bits(), says, settings, SCRIPTS, caption)


def _parts(data, pixels) -> str:
    """Return a letter for each byte: header, head of a packet, pixel, footer."""
    width, parts = (1 if pixels.ndim == 2 else 3), "h" * HEADER
    body = data[HEADER:-FOOTER_SIZE]
    while len(parts) < HEADER + len(body):
        head = data[len(parts)]
        parts += "k" + "p" * (width if head > 127 else width * (head + 1))
    return parts + "f" * FOOTER_SIZE
