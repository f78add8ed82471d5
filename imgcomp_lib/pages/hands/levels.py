"""The reader's own points, dragged along the histogram of a photograph, beside the least error that is possible."""

import itertools
import math
from numbers import Integral

import numpy as np

from ...quantisation import lloyd, scalar
from .. import plots
from ..checks import checked, listed, measured
from ..html import viewable
from . import kit

SCRIPTS = ("number.js", "photograph.js", "decibels.js", "scalar.js", "own_levels.js")
HIGH, STRIP = 200, 40
"""The histogram's height and that of the strip below it, in units of which a grey is one wide."""

FEWEST, MOST_POINTS, MOST = 2, 8, 512
"""Points, and pixels a side to which a photograph is scaled down."""

ALT = "Your photograph in grey, with as few greys as you chose"


def own_levels(image, points, alt: str, caption: str, most: int = 256) -> plots.Html:
    """Return a figure in which points are dragged along the histogram of `image`, or of what the reader drops in.

    image: grey (h, w), at most `most` pixels a side, for `alt` as in `plots.show`.  points: 2 to 8 greys in ascending
    order.  most: pixels a side to which a reader's photograph is scaled down, 512 at most.
    """
    measured("most", most, 8, MOST, Integral)
    pixels, points = viewable(image), [int(measured("a point", p, 0, 255, Integral)) for p in listed("points", points)]
    if pixels.ndim != 2 or max(pixels.shape) > most:
        raise ValueError(f"the first picture is grey and has at most {most} pixels a side, not {pixels.shape}")
    if not FEWEST <= len(points) <= MOST_POINTS or sorted(set(points)) != points:
        raise ValueError(f"{FEWEST} to {MOST_POINTS} points in ascending order, not {points}")
    counts = np.bincount(pixels.ravel(), minlength=256)
    few = look_up(points)[pixels].astype(np.uint8)
    tools = kit.photograph("Drop in a photograph of your own, or choose one. It stays on this page.")
    tools += kit.number("levels", "Begin again with", FEWEST, MOST_POINTS, len(points), f"{len(points)} points")
    tools += _button("ic-turn", "One turn of Lloyd’s") + _button("ic-equal", "Equal cells")
    rail = "".join(_handle(point) for point in points)
    whole = plots.img(pixels, alt, 1).replace("<img ", '<img hidden class="ic-whole" ', 1)
    view = f'<div class="ic-view">{_view(counts, points)}</div><div class="ic-rail">{rail}</div>'
    shown = plots.img(few, f"{alt}, in {len(points)} greys", 1)
    first = f'<div class="ic-levels">{view}</div><div class="ic-photo">{shown}{whole}</div>'
    settings = {"points": points, "most": int(most), "alt": ALT}
    caption = checked("caption", caption, str)
    return kit.figure("own-levels", first, _verdict(counts, points), settings, SCRIPTS, caption, tools)


def look_up(points) -> np.ndarray:
    """Return the point that each of the 256 greys becomes, (256,) float64; a grey midway becomes the one above.

    >>> look_up([0, 200])[[99, 100]].tolist()
    [0.0, 200.0]
    """
    points = np.array([measured("a point", point, 0, 255) for point in listed("points", points)], float)
    if not len(points) or (np.diff(points) <= 0).any():
        raise ValueError(f"points in ascending order, not {points.tolist()}")
    return scalar.dequantise_by(scalar.quantise_by(np.arange(256), (points[1:] + points[:-1]) / 2), points)


def error_of(counts, points) -> float:
    """Return the mean squared error of a picture with a histogram of `counts`, (256,), whose greys become `points`.

    >>> error_of([1] * 256, [0, 255])
    5397.5
    """
    counts = np.array([measured("a count", count, 0, 1 << 40) for count in listed("counts", counts)])
    if len(counts) != 256 or not counts.any():
        raise ValueError(f"a histogram has 256 counts, not all of them 0; got {len(counts)}")
    return float((counts * (np.arange(256) - look_up(points)) ** 2).sum() / counts.sum())


def _handle(point) -> str:
    look = f"left:{100 * (point + 0.5) / 256:g}%;background:rgb({point},{point},{point})"
    return f'<span class="ic-handle" style="{look}"></span>'


def _button(kind, face) -> str:
    return f'<button {kit.QUIET} type="button" class="ic-key {kind}">{face}</button>'


def _view(counts, points) -> str:
    """Return histogram, cells and edges as SVG; `own_levels.js` writes the same."""
    edges = [_short((a + b) / 2) for a, b in itertools.pairwise(points)]
    ends, most = [0, *edges, 256], counts.max()
    bars = "".join(f"M{grey} {HIGH}v-{math.floor(HIGH * math.sqrt(n / most))}h1V{HIGH}z"
                   for grey, n in enumerate(counts.tolist()) if n)  # fmt: skip
    cells = "".join(f'<rect x="{low}" y="{HIGH}" width="{_short(high - low)}" height="{STRIP}" '
                    f'fill="rgb({point},{point},{point})"></rect>'
                    for point, (low, high) in zip(points, itertools.pairwise(ends), strict=True))  # fmt: skip
    lines = "".join(f"M{edge} 0V{HIGH}" for edge in edges)
    words = (f"The histogram of the picture, cut into {len(points)} cells; their points are "
             f"{', '.join(map(str, points))}")  # fmt: skip
    return (f'<svg viewBox="0 0 256 {HIGH + STRIP}" preserveAspectRatio="none" role="img" aria-label="{words}">'
            f'<path class="ic-counts" d="{bars}"></path>{cells}'
            f'<path class="ic-edges" d="{lines}"></path></svg>')  # fmt: skip


def _short(number):
    """Return a number as a script writes it: no point behind a whole one."""
    return int(number) if number == int(number) else number


def _verdict(counts, points) -> str:
    error = error_of(counts, points)
    best = error_of(counts, lloyd.best(np.arange(256), len(points), counts)[1])
    return (f"{len(points)} points: mean squared error {tenths(error)}, {decibels(error)}. "
            f"The least possible: {tenths(best)}, {decibels(best)}.")  # fmt: skip


def tenths(number: float) -> str:
    """Return a number from 0 on with one decimal, halves up, as a script writes it.

    >>> tenths(2.25), tenths(9.96)
    ('2.3', '10.0')
    """
    measured("number", number, 0, 1e15)
    whole = math.floor(10 * number + 0.5)
    return f"{whole // 10}.{whole % 10}"


def decibels(error: float) -> str:
    """Return a mean squared error of 8-bit samples in words: its PSNR, or that there is none.

    >>> decibels(65.025), decibels(0.0)
    ('30.0 dB', 'no error')
    """
    measured("error", error, 0, 65025)
    return f"{tenths(10 * math.log10(65025 / error))} dB" if error else "no error"
