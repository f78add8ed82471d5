"""The reader's own row of pixels: painted or typed, and written as runs, as pairs, and as packets.

The bytes are those of `entropy.runs`, in Python and in `runs.js`.
"""

from collections.abc import Mapping
from numbers import Integral

import numpy as np

from ...entropy import runs
from .. import plots
from ..checks import checked, measured
from . import kit

SCRIPTS = ("word.js", "pixels.js", "number.js", "runs.js", "own_row.js")
WHITE_AND_BLACK = {"w": 255, "b": 0}
MOST, LONGEST, LEVELS = 64, 64, 8
"""Pixels to paint, pixels that one of them may stand for, and grey levels."""


def own_row(row: str, caption: str, levels: dict | None = None, most: int = 32, stretch: int = 64) -> plots.Html:
    """Return a figure in which the reader paints or types a row of pixels, and sees its runs and packets in bytes.

    row: the first one, a string of letters.  levels: letter → grey level, 0 to 255, two to eight of them; white and
    black, `{"w": 255, "b": 0}`, if not given.  most: pixels that the reader may have, 64 at most.  stretch: how many
    pixels one of them may be made to stand for, so that a run passes 128; 1 for no such slider.
    """
    levels = _levels(WHITE_AND_BLACK if levels is None else levels)
    measured("most", most, 1, MOST, Integral), measured("stretch", stretch, 1, LONGEST, Integral)
    if not 0 < len(checked("row", row, str)) <= most:
        raise ValueError(f"a row has 1 to {most} pixels, not {len(row)}")
    cells = kit.pixels(row, levels, "Your row of pixels: arrow keys walk, Space paints")
    symbols = np.array([levels[letter] for letter in row], np.uint8)
    tools = kit.word("Your row, as letters", row)
    if stretch > 1:
        tools += kit.number("each", "Each square stands for", 1, int(stretch), 1, "1 pixel")
    settings = {"row": row, "levels": list(levels.items()), "most": int(most)}
    first = f'{cells}<div class="ic-view">{_view(symbols)}</div>'
    return kit.figure("own-row", first, _verdict(symbols), settings, SCRIPTS, caption, tools)


def _levels(levels):
    """Return the levels, letter → int; `ValueError` where they are none."""
    for letter, grey in checked("levels", levels, Mapping).items():
        if len(checked("a letter", letter, str)) != 1 or not letter.isprintable() or letter.isspace():
            raise ValueError(f"a level is called by one letter, not {letter!r}")
        measured("a level", grey, 0, 255, Integral)
    if not 2 <= len({letter.lower() for letter in levels}) == len(levels) <= LEVELS:
        raise ValueError(f"two to {LEVELS} different letters, not {list(levels)}")
    return {letter: int(grey) for letter, grey in levels.items()}


def _view(symbols) -> str:
    """Return runs, packets and sizes as HTML; `own_row.js` writes the same."""
    values, lengths = runs.encode(symbols)
    packed, pairs = runs.pack_row(symbols[:, None]), int(2 * -(-lengths // 255).sum())
    parts = " ".join(map(_packet, _packets(packed)))
    sizes = {"as they are": len(symbols), "as pairs": pairs, "in packets": len(packed)}
    bars = "".join(_bar(name, size, len(symbols), max(sizes.values())) for name, size in sizes.items())
    shown = " ".join(f"<code>({v}, {n})</code>" for v, n in zip(values, lengths, strict=True))
    return (f'<p class="ic-head">{_count(len(values), "run")}, each a pair (value, length)</p>'
            f'<p class="ic-pairs">{shown}</p>'
            f'<p class="ic-head">{_count(runs.count_packets(packed, 1), "packet")}, in hexadecimal</p>'
            f'<p class="ic-packets">{parts}</p>'
            f'<div class="ic-sizes">{bars}</div>')  # fmt: skip


def _packets(packed):
    """Yield the bytes of each packet."""
    at = 0
    while at < len(packed):
        size = 2 if packed[at] > 127 else packed[at] + 2
        yield packed[at : at + size]
        at += size


def _packet(data) -> str:
    kind = "run of" if data[0] > 127 else "raw,"
    return (f'<span class="ic-packet"><code><b>{data[:1].hex()}</b> {data[1:].hex(" ")}</code>'
            f"<small>{kind} {(data[0] & 127) + 1}</small></span>")  # fmt: skip


def _bar(name, size, raw, most) -> str:
    width = 1000 * size // most / 10
    return (f'<div class="ic-size{" ic-more" if size > raw else ""}"><span>{name}</span>'
            f'<i><b style="width:{width:g}%"></b></i><span>{_count(size, "byte")}</span></div>')  # fmt: skip


def _verdict(symbols) -> str:
    size = len(runs.pack_row(symbols[:, None]))
    saved = len(symbols) - size
    ending = f"{_count(saved, 'byte')} saved." if saved > 0 else "nothing gained."
    ending = f"the row grew by {_count(-saved, 'byte')}." if saved < 0 else ending
    return (f"{_count(len(symbols), 'pixel')}, {_count(len(runs.encode(symbols)[0]), 'run')}. "
            f"In packets {_count(size, 'byte')}: {ending}")  # fmt: skip


def _count(number, noun) -> str:
    """Return "1 byte", "2,000 bytes"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
