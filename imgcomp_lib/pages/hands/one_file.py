"""One JPEG 2000 file of which a part is read: chosen resolutions and layers, in an order that the reader chooses too.

The scripts decode the file, as `formats.jpeg2000` does, and put its packets together in another order or fewer of them.
"""

import base64
import math
from itertools import product
from numbers import Integral
from typing import NamedTuple

import numpy as np

from ...entropy import mq
from ...formats.jpeg2000 import Jpeg2000
from ...formats.jpeg2000.decoder import decode
from .. import plots
from ..checks import checked, measured
from ..colours import COLOURS
from ..html import viewable
from . import kit
from .jpeg_file import per_cent
from .levels import decibels

SCRIPTS = ("number.js", "photograph.js", "decibels.js", "jpeg_per_cent.js", "jpeg2000_blocks.js", "jpeg2000_packets.js",
           "jpeg2000_picture.js", "one_file.js")  # fmt: skip
MOST, ROWS = 512, 12
"""Pixels a side of the picture, and rows of the map."""

ORDERS = {"LRCP": "layer by layer", "RLCP": "resolution by resolution"}
LOOKS = ("purple", "blue", "green", "orange", "sky", "red")
"""The colour of each resolution; one_file.css has them."""

SOP, EPH = b"\xff\x91\0\4", b"\xff\x92"


class Packet(NamedTuple):
    """A packet: its layer and resolution, where it begins, where its code blocks' bytes do, and where it ends."""

    layer: int
    resolution: int
    start: int
    body: int
    end: int


def one_file(
    image, alt: str, caption: str, levels: int = 4, layers: int = 8, resolution: int = 4, layer: int = 4
) -> plots.Html:
    """Return a figure of the lossless JPEG 2000 file of a picture, of which the reader chooses what is read.

    image: grey or RGB, at most 512 pixels a side, for `alt` as in `plots.show`.  levels: of the wavelet, 1 to 5.
    layers: 2 to 16.  resolution, layer: how many of each are read at first; `ValueError` for more than there are.
    """
    pixels = np.ascontiguousarray(viewable(image))
    if max(pixels.shape[:2]) > MOST:
        raise ValueError(f"the picture has at most {MOST} pixels a side, not {pixels.shape}")
    measured("levels", levels, 1, 5, Integral), measured("layers", layers, 2, 16, Integral)
    measured("resolution", resolution, 1, levels + 1, Integral), measured("layer", layer, 1, layers, Integral)
    data = Jpeg2000(levels=levels, layers=layers, container="j2k").encode(pixels)
    found = packets(pixels, levels, layers)
    seen = decode(data, resolution, layer)
    wanted = [p.resolution < resolution and p.layer < layer for p in found]
    first = f'<div class="ic-photo" style="min-height:{pixels.shape[0]}px">{plots.img(seen, alt, 1)}</div>'
    first += f"<style>{kit.beside('one_file.css')}</style>{_map(found, wanted, len(data))}{_key(pixels.shape, levels)}"
    says = _verdict(seen, pixels, found, wanted, len(data))
    settings = {"file": base64.b64encode(data).decode(), "rows": mq.ROWS.tolist(), "alt": alt}
    return kit.figure("one-file", first, says, settings, SCRIPTS, checked("caption", caption, str),
                      _tools(pixels.shape, levels, layers, resolution, layer))  # fmt: skip


def packets(pixels: np.ndarray, levels: int, layers: int) -> list[Packet]:
    """Return the packets of a picture's lossless codestream, layer by layer, with their places in it.

    A file with marks before and behind each header says where they are; then the marks are taken out again.
    """
    data = Jpeg2000(levels=levels, layers=layers, container="j2k", marks="both").encode(pixels)
    start, *pieces = data[:-2].split(SOP)
    at, found = len(start), []
    keys = product(range(layers), range(levels + 1), range(1 if pixels.ndim == 2 else 3))
    for (number, r, _), piece in zip(keys, pieces, strict=True):
        head = piece.index(EPH, 2) - 2  # behind the packet's number
        end = at + len(piece) - 2 - len(EPH)
        found.append(Packet(number, r, at, at + head, end))
        at = end
    return found


def _map(found, wanted, size) -> str:
    """Return the bytes of a file as rows of stretches; `one_file.js` draws the same."""
    per, pieces = -(-size // ROWS), [["ic-fh", "1", 0, found[0].start]]
    for packet, here in zip(found, wanted, strict=True):
        look, shade = f"ic-f{packet.resolution}", (("1", ".72") if here else (".2", ".12"))[packet.layer % 2]
        if pieces[-1][:2] == [look, shade]:
            pieces[-1][3] = packet.end
        else:
            pieces.append([look, shade, packet.start, packet.end])
    rects = ""
    for look, shade, at, to in pieces:
        while at < to:
            row = at // per
            end = min(to, (row + 1) * per)
            rects += (f'<rect class="{look}" x="{at - row * per}" y="{10 * row}" width="{end - at}" height="9" '
                      f'fill-opacity="{shade}"></rect>')  # fmt: skip
            at = end
    alt = "The bytes of the file from top left to bottom right, coloured by resolution; what is read stands out"
    return (f'<svg class="ic-stack" role="img" aria-label="{alt}" viewBox="0 0 {per} {10 * ROWS}" '
            f'preserveAspectRatio="none">{rects}</svg>')  # fmt: skip


def _sides(shape, halvings) -> str:
    return f"{math.ceil(shape[1] / 2**halvings)} × {math.ceil(shape[0] / 2**halvings)}"


def _key(shape, levels) -> str:
    items = "".join(f'<li><i style="background:{COLOURS[LOOKS[r]]}"></i>{"adds to " if r else ""}'
                    f"{_sides(shape, levels - r)}</li>" for r in range(levels + 1))  # fmt: skip
    return f'<ul class="ic-key">{items}</ul>'


def _tools(shape, levels, layers, resolution, layer) -> str:
    options = "".join(f'<option value="{order}">{order}: {words}</option>' for order, words in ORDERS.items())
    words = f"{resolution} of {levels + 1}, {_sides(shape, levels + 1 - resolution)}"
    found = kit.number("resolution", "Resolutions", 1, levels + 1, resolution, words)
    words = f"the first of {layers}" if layer == 1 else f"1 to {layer} of {layers}"
    found += kit.number("layer", "Layers", 1, layers, layer, words)
    found += (f'<label class="ic-list">Order of the packets<select {kit.QUIET} autocomplete="off">{options}</select>'
              "</label>")  # fmt: skip
    return found + f'<a {kit.QUIET} class="ic-key ic-save">Save what is read as a file</a>'


def _verdict(seen, pixels, found, wanted, size) -> str:
    """Return what is read, and what comes of it; `one_file.js` says the same."""
    until = max(i for i, here in enumerate(wanted) if here)
    some = zip(found[: until + 1], wanted, strict=False)
    read = found[0].start + sum((p.end if here else p.body) - p.start for p, here in some)
    error = ((seen.astype(float) - pixels) ** 2).mean() if seen.shape == pixels.shape else None
    quality = "" if error is None else f", {decibels(error)}"
    sides, count = f"{seen.shape[1]} × {seen.shape[0]} pixels", f"{sum(wanted)} of {len(found)} packets"
    return (f"{sides}{quality}, from {count}. Read: {read:,} bytes of {size:,}, {per_cent(read, size)}. "
            f"The last of them ends at byte {found[until].end:,}.")  # fmt: skip
