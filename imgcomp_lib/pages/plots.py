"""Matplotlib drawings in the book's one style, as inline SVG.

    axes, figure            a drawing: get axes, draw, hand the figure in with its caption and its words
    pixel_grid              a small array as large cells with their numbers in them

Lines and letters take the colour of the page's text, so a figure reads on white and on black.  The pieces of `html`
(say, table, breakdown, show) are at hand here too: a chapter imports `plots` alone.
"""

import hashlib
import io
import re
import sys
from numbers import Integral
from types import NoneType
from xml.etree import ElementTree

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .checks import checked, listed, measured
from .colours import COLOURS, TEXT, ink_on, ink_on_rgb
from .html import CSS, PARTS, Html, breakdown, default_zoom, described, framed, img, say, show, table

__all__ = [
    "COLOURS", "CSS", "DIVERGING", "INK", "PARTS", "SEQUENTIAL", "TEXT", "Html", "axes", "breakdown", "default_zoom",
    "described", "figure", "framed", "img", "ink_on", "pixel_grid", "say", "show", "style", "svg", "table",
]  # fmt: skip

MOST_INCHES, MOST_AXES, MOST_CELLS, LARGEST = 100, 16, 1 << 14, 1e100
"""Of a figure's side, its rows and its columns, a grid's cells, and a number that has a colour."""

SEQUENTIAL = "cividis"  # from nothing to much
DIVERGING = LinearSegmentedColormap.from_list("below_above", [COLOURS["blue"], "#f4f4f4", COLOURS["orange"]])
WORDS = {colour: TEXT[name] for name, colour in COLOURS.items()}  # what letters take where the drawing says a colour
INK = "#010203"  # stands for the colour of the page's text until the SVG is written

STYLE = {
    "font.size": 10.5, "axes.titlesize": 11.5, "axes.labelsize": 10.5, "xtick.labelsize": 9.5, "ytick.labelsize": 9.5,
    "legend.fontsize": 9.5, "axes.titlelocation": "left", "axes.spines.top": False, "axes.spines.right": False,
    "axes.linewidth": 0.8, "axes.grid": True, "grid.alpha": 0.16, "grid.linewidth": 0.8, "axes.axisbelow": True,
    "lines.linewidth": 1.8, "lines.markersize": 5, "legend.frameon": False, "image.cmap": SEQUENTIAL,
    "image.interpolation": "none", "figure.figsize": (6.5, 2.8), "figure.constrained_layout.use": True,
    "axes.prop_cycle": matplotlib.cycler(color=list(COLOURS.values())),
    **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color", "grid.color",
                     "hatch.color"), INK),
    **dict.fromkeys(("figure.facecolor", "axes.facecolor", "savefig.facecolor"), "none"),
}  # fmt: skip


def style() -> None:
    """Give Matplotlib the book's look from here on: thin axes, no box, a faint grid, ink in the page's colour."""
    matplotlib.rcParams.update(STYLE)


def axes(width: float = 6.5, height: float = 2.8, rows: int = 1, columns: int = 1, **options):
    """Return a new figure in the book's style and its axes; inches, 7 wide at most; options as for plt.subplots.

    pyplot does not know the figure: nothing shows it before `figure` does, nothing need close it.
    """
    for name, inches in (("width", width), ("height", height)):
        measured(name, inches, 0.1, MOST_INCHES)
    for name, number in (("rows", rows), ("columns", columns)):
        measured(name, number, 1, MOST_AXES, Integral)
    style()
    fig = Figure(figsize=(width, height))
    return fig, fig.subplots(rows, columns, **options)


def figure(fig: Figure, caption: str, alt: str) -> Html:
    """Return a Matplotlib figure (from `axes`, `pixel_grid` or pyplot) as inline SVG with its caption, and close it.

    caption: simple HTML, backticks for code.  alt: what is to be seen, 20 characters or more (ValueError).
    """
    return framed(svg(fig, alt), caption)


def svg(fig: Figure, alt: str, salt: str = "") -> str:
    """Return a Matplotlib figure as bare inline SVG, and close it.

    What is drawn in `INK` takes the page's text colour, letters take its font, imshow's pixels stay exact.  Ids are
    a hash of drawing, alt and salt: the same input gives the same string, different drawings never share an id.
    """
    alt, fig, file = described(alt), checked("fig", fig, Figure), io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "imgcomp", "image.composite_image": False}):
        fig.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(fig)
    text = file.getvalue()
    mark = hashlib.sha256(f"{text}{alt}{salt}".encode()).hexdigest()[:8]
    used = dict.fromkeys(re.findall(r'(?:url\(|href=")#([\w-]+)', text))
    source = ElementTree.fromstring(text)
    width = float(source.get("viewBox").split()[2]) * 96 / 72
    look = {"class": "ic-wide" if width > 520 else "ic-mid"} if width > 400 else {}
    knobs = {"role": "img", "aria-label": alt, "viewBox": source.get("viewBox"), "width": f"{width:.0f}"}
    target = ElementTree.Element("svg", look | knobs | {"stroke-linejoin": "round"})
    _copy(source, target, {name: f"ic{mark}-{n}" for n, name in enumerate(used)})
    return ElementTree.tostring(target, encoding="unicode")


def _copy(source, target, ids) -> None:
    """Copy what is seen: no metadata, no empty or nameless groups, no invisible boxes, mathtext as running text."""
    for node in source:
        tag, knobs = node.tag.split("}")[-1], _attributes(node, ids)
        if tag in ("metadata", "style") or knobs.get("style") == "fill:none":
            continue
        if tag == "text" and len(node) and len(source) == 1:
            _flow(node, target)
            continue
        inner = target if tag == "g" and not knobs else ElementTree.SubElement(target, tag, knobs)
        inner.text = inner.text if inner is target else node.text if tag in ("text", "tspan") else None
        _copy(node, inner, ids)
        if tag in ("g", "defs") and inner is not target and not len(inner):
            target.remove(inner)


def _flow(text, target) -> None:
    """Mathtext comes glyph by glyph, at one font's widths: let it run in the page's, from the left (ticks: centred)."""
    glyphs = []
    for span in text:
        places, y, look = span.get("x").split(), float(span.get("y", 0)), _css(span.get("style"))
        glyphs += [(float(x), y, look, letter) for x, letter in zip(places, span.text, strict=False)]
    glyphs.sort(key=lambda glyph: glyph[0])
    middle = (glyphs[0][0] + glyphs[-1][0] + 6) / 2
    place = {"x": "0"} if len(glyphs) > 6 else {"x": f"{middle:.1f}", "text-anchor": "middle"}
    line, before = ElementTree.SubElement(target, "text", place), (0, "")
    for _, y, look, letter in glyphs:
        if (y, look) != before:
            span = ElementTree.SubElement(line, "tspan", {"dy": f"{y - before[0]:.4g}", "style": look})
            span.text, before = "", (y, look)
        span.text += letter


def _attributes(node, ids) -> dict:
    """Return a node's attributes, short: ids only where they are used, coordinates to a hundredth of a point."""
    found = {}
    for name, value in node.items():
        name = name.split("}")[-1]
        if name == "style":
            value = _coloured(_css(value)) if _has_letters(node) else _css(value)
        elif name in ("d", "x", "y", "width", "height", "points") or (name == "transform" and "matrix" not in value):
            value = re.sub(r"-?\d*\.\d+(e-?\d+)?", lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), value)
            value = re.sub(r"\s*([A-Za-z])\s*", r"\1", value.strip()) if name == "d" else value
        elif name == "href":
            value = re.sub(r"\s", "", value)
        if value.startswith("rotate(-0") or (name == "id" and value not in ids):
            continue
        value = ids[value] if name == "id" else re.sub(r"#([\w-]+)", lambda m: "#" + ids.get(m[1], m[1]), value)
        found[name] = value
    return found


def _has_letters(node) -> bool:
    """Is this running text, or a group that holds one?  Mathtext has its colour on the group."""
    return any(child.tag.endswith("}text") for child in (node, *node))


def _coloured(style) -> str:
    """Return a text's style with the book's colours as those that letters have on this page."""
    return re.sub(r"(?<=fill:)#\w{6}", lambda m: WORDS.get(m[0], m[0]), style)


def _css(text) -> str:
    """Return Matplotlib's inline style with the page's colour for `INK`, the page's font, and sizes in em."""
    text = re.sub(r"\s*([:;])\s*", r"\1", text.replace(INK, "currentColor"))
    text = re.sub(r"font-family:[^;]*Mono[^;]*", "font-family:monospace", text)
    text = re.sub(r"font-family:(?!monospace)[^;]*;?", "", text)
    return re.sub(r"font-size:([\d.]+)px", lambda m: f"font-size:{float(m[1]) / 10:.3g}em", text).strip(";")


def pixel_grid(values, text=None, boxes=(), dim=None, low=0, high=255, cmap="gray", cell: float = 0.5, ax=None):
    """Draw a small array as large cells with their numbers in them; return the figure and its axes.

    values: (h, w) or (w,) numbers, coloured by cmap from low to high, nan for an empty cell; or uint8 RGB (h, w, 3).
    text: what stands in the cells, strings of the same shape; "" for nothing; without it the numbers.  boxes: cells to
    outline, each (y, x, height, width), then a note if you like, and a name from `COLOURS`; a note stands
    below a box that touches the last row, above one that touches the first, else at the right.  dim: True where a
    cell steps back.  cell: inches.  ax: axes to draw into; without it a figure of the right size is made.
    """
    values = _values(values)
    height, width = values.shape[:2]
    boxes = [_box(box) for box in listed("boxes", boxes)]
    notes = [(_side(box, height), box) for box in boxes if box[4]]
    dim = np.broadcast_to(False if dim is None else dim, (height, width))
    if dim.dtype.kind not in "biu":
        raise ValueError(f"dim is True where a cell steps back, not {dim.dtype}")
    measured("cell", cell, 0.01, 10), checked("ax", ax, Axes, NoneType)
    colours = _colours(values, measured("low", low, -LARGEST, LARGEST), measured("high", high, -LARGEST, LARGEST), cmap)
    if ax is None:
        ax = _cells_axes(height, width, cell, notes)
    ax.imshow(np.where(dim[..., None], colours * (1, 1, 1, 0.2), colours), interpolation="none", zorder=0)
    lines = {"colors": INK, "lw": 0.8, "alpha": 0.35, "clip_on": False}
    ax.hlines(np.arange(height + 1) - 0.5, -0.5, width - 0.5, **lines)
    ax.vlines(np.arange(width + 1) - 0.5, -0.5, height - 0.5, **lines)
    words = _words(values, width) if text is None else np.broadcast_to(np.asarray(text, str), (height, width))
    size = min(11.0, 90 * cell / max(2, *map(len, words.flat)))
    for (y, x), word in np.ndenumerate(words):
        ink = INK if dim[y, x] or not colours[y, x, 3] else ink_on_rgb(colours[y, x, :3])
        ax.text(x, y, word, ha="center", va="center_baseline", size=size, color=ink, alpha=0.72 if dim[y, x] else None)
    for y, x, h, w, _, colour in boxes:
        look = {"fill": False, "lw": 2.6, "ec": COLOURS[colour], "clip_on": False, "joinstyle": "miter", "zorder": 3}
        ax.add_patch(Rectangle((x - 0.5, y - 0.5), w, h, **look))
    for side, (y, x, h, w, note, _) in notes:
        middle, centre = x + w / 2 - 0.5, y + h / 2 - 0.5
        place = {"below": (middle, height - 0.3), "above": (middle, -0.7), "right": (width - 0.3, centre)}[side]
        align = {"below": ("center", "top"), "above": ("center", "bottom"), "right": ("left", "center")}[side]
        ax.text(*place, note, ha=align[0], va=align[1], size=10)
    ax.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5), aspect="equal")
    ax.axis("off")
    return ax.figure, ax


def _values(values):
    """Return the values of a grid as (h, w) numbers or (h, w, 3) uint8; `ValueError` for others."""
    values = np.asarray(values)
    values = values[None] if values.ndim == 1 else values
    if values.size == 0 or not (values.ndim == 2 or (values.ndim == 3 and values.shape[2] == 3)):
        raise ValueError(f"values are (h, w), (w,) or (h, w, 3), and not empty; got {values.shape}")
    if values.dtype.kind not in "biuf" or (values.ndim == 3 and values.dtype != np.uint8) or values.size > MOST_CELLS:
        raise ValueError(f"values are at most {MOST_CELLS} numbers, or uint8 RGB; got {values.size} {values.dtype}")
    return values


def _box(box):
    """Return a box as y, x, height, width, note and colour; `ValueError` for others."""
    if not 4 <= len(checked("a box", box, tuple, list)) <= 6:
        raise ValueError(f"a box is (y, x, height, width), then a note and a colour; got {box!r}")
    y, x, height, width, note, colour = (*box, *("", "orange")[len(box) - 4 :])
    for side in (y, x, height, width):
        measured("a side of a box", side, -MOST_CELLS, MOST_CELLS)
    if checked("the colour of a box", colour, str) not in COLOURS:
        raise ValueError(f"colours are {', '.join(COLOURS)}, not {colour!r}")
    return y, x, height, width, checked("the note of a box", note, str), colour


def _side(box, height) -> str:
    return "below" if box[0] + box[2] == height else "above" if box[0] == 0 else "right"


def _words(values, width):
    """Return each cell's number as text: nothing for nan, and RGB as three hexadecimal bytes."""
    if values.ndim == 3:
        return np.array([["".join(f"{c:02x}" for c in pixel) for pixel in row] for row in values])
    return np.array([["" if np.isnan(v) else f"{v:g}" for v in row] for row in values.astype(float)])


def _colours(values, low, high, cmap):
    """Return each cell's RGBA, 0 to 1; an empty cell is transparent."""
    if values.ndim == 3:
        return np.dstack([values / 255, np.ones(values.shape[:2])])
    values = values.astype(float)
    cmap = matplotlib.colormaps.get_cmap(checked("cmap", cmap, str, Colormap))
    colours = cmap(Normalize(low, high, clip=True)(np.nan_to_num(values)))
    colours[np.isnan(values)] = 0
    return colours



def _cells_axes(height, width, cell, notes):
    """Return axes that hold exactly height × width cells, in a figure with room for the notes around them."""
    sides = {side for side, _ in notes}
    right = 0.06 + max([0.15 + 0.08 * len(box[4]) for side, box in notes if side == "right"], default=0)
    below, above = (0.34 if side in sides else 0.06 for side in ("below", "above"))
    size = (0.06 + width * cell + right, below + height * cell + above)
    style()
    fig = Figure(figsize=size, layout="none")
    return fig.add_axes((0.06 / size[0], below / size[1], width * cell / size[0], height * cell / size[1]))
