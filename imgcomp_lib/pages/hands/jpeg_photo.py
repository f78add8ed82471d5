"""The reader's own photograph as a JPEG file, written in the page: what it looks like, and where its bytes went.

The file is the one that `formats.jpeg` writes, in Python and in the scripts, byte for byte.
"""

from numbers import Integral

import numpy as np

from ...formats.jpeg import Jpeg
from ...formats.jpeg.decoder import decode
from ...transforms import dct
from .. import plots
from ..checks import checked, measured
from ..html import viewable
from . import kit
from .jpeg_file import SHARES, per_cent, picture, shares, standard, style, tenths

SCRIPTS = ("number.js", "photograph.js", "sampling.js", "dct.js", "zigzag.js", "slices.js", "jpeg_codes.js",
           "jpeg_levels.js", "jpeg_encode.js", "jpeg_per_cent.js", "own_jpeg.js")  # fmt: skip
MOST, FIRST = 1024, 512
"""Pixels a side to which a photograph is scaled down, and of the first one."""

SAMPLINGS, CODES = ("4:2:0", "4:4:4"), ("optimised", "standard")
ALT = "Your photograph as a JPEG file of the quality that you chose"


def own_jpeg(image, alt: str, caption: str, quality: int = 75, sampling: str = "4:2:0", most: int = 1024) -> plots.Html:
    """Return a figure that writes a picture as a JPEG file: `image` first, then whatever the reader drops in.

    image: RGB (h, w, 3), at most 512 pixels a side, for `alt` as in `plots.show`.  quality: where the slider begins.
    sampling: "4:2:0" or "4:4:4".  most: pixels a side to which a reader's photograph is scaled down, 1024 at most.
    """
    measured("most", most, 8, MOST, Integral)
    measured("quality", quality, 1, 100, Integral)
    pixels = viewable(image)
    if pixels.ndim != 3 or max(pixels.shape) > min(most, FIRST):
        raise ValueError(f"the first picture has colours and at most {FIRST} pixels a side, not {pixels.shape}")
    if checked("sampling", sampling, str) not in SAMPLINGS:
        raise ValueError(f"sampling is {' or '.join(SAMPLINGS)}, not {sampling!r}")
    data = Jpeg(quality=int(quality), sampling=sampling).encode(pixels)
    whole = plots.img(pixels, alt, 1).replace("<img ", '<img hidden class="ic-kept" ', 1)
    first = f'{style()}<div class="ic-photo">{picture(data, alt, pixels.shape)}{whole}</div>{_bars(data)}'
    tables = [table.ravel().tolist() for table in (dct.LUMINANCE_TABLE, dct.CHROMINANCE_TABLE)]
    settings = {"most": int(most), "alt": ALT, "tables": tables, "standard": standard()}
    says = _verdict(data, pixels, quality)
    return kit.figure("own-jpeg", first, says, settings, SCRIPTS, caption, _tools(quality, sampling, most))


def _tools(quality, sampling, most) -> str:
    tools = kit.photograph(f"Drop in a photograph of your own, or choose one; above {most} pixels a side it is scaled "
                           "down. It stays on this page.")  # fmt: skip
    tools += kit.number("quality", "Quality", 1, 100, quality, str(quality))
    tools += _list("few", "Colour", SAMPLINGS, sampling) + _list("codes", "Huffman codes", CODES, "optimised")
    return tools + (f'<button {kit.QUIET} type="button" class="ic-key ic-peek" aria-pressed="false">The original'
                    f'</button><a {kit.QUIET} class="ic-key ic-save" download="own.jpg">Save the file</a>')  # fmt: skip


def _list(name, label, choices, chosen) -> str:
    options = "".join(f"<option{' selected' if choice == chosen else ''}>{choice}</option>" for choice in choices)
    return (f'<label class="ic-list">{label}<select {kit.QUIET} class="ic-{name}" autocomplete="off">{options}'
            "</select></label>")  # fmt: skip


def _bars(data) -> str:
    rows = ""
    for part, size in shares(data).items():
        bits = int(8 * size), 8 * len(data)
        rows += (f'<div class="ic-size"><span>{SHARES[part]}</span><i><b style="width:{tenths(*bits)}%"></b></i>'
                 f"<span>{per_cent(*bits)}</span></div>")  # fmt: skip
    return f'<div role="group" aria-label="Where the bytes of the file went">{rows}</div>'


def _verdict(data, pixels, quality) -> str:
    (height, width), size = pixels.shape[:2], len(data)
    levels = np.concatenate([part.levels.ravel() for part in decode(data).components])
    hundredths = (1600 * size + width * height) // (2 * width * height)
    times, zeros = tenths(pixels.size, 100 * size), per_cent(np.count_nonzero(levels == 0), levels.size)
    return (f"{width} × {height} pixels at quality {quality}: {size:,} bytes, {hundredths / 100:.2f} bits a pixel; "
            f"its samples take {times} times as many bytes. {zeros} of {levels.size:,} levels are zero.")  # fmt: skip
