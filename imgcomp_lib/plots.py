"""Layer 5: every figure of the book, as HTML that needs nothing else.

    figure, pixel_grid      a Matplotlib drawing; a small array with its numbers in its cells
    show                    images, pixel for pixel
    breakdown, table, say   where the bytes went; rows; a sentence with computed numbers in it

All return `Html`, a string that Jupyter shows and that a built page holds unchanged: style and pixels inside,
nothing fetched, no script.  Lines and letters take the colour of the page's text, so a figure reads on white
and on black; coloured things take `COLOURS`, which do too.  Every figure says in words what is to be seen.
"""

import base64
import hashlib
import html
import io
import math
import re
import sys
import textwrap
from numbers import Integral, Real
from xml.etree import ElementTree

import matplotlib
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

# After Okabe and Ito (2008), moved until each has a contrast of 3:1 with white and with a dark page, and any two
# stay apart for protan, deutan and tritan eyes.  In this order: the first four are the easiest to tell apart.
COLOURS = {"blue": "#0a63c4", "orange": "#e37400", "green": "#0a8f5b", "purple": "#a8448f",
           "sky": "#4d98de", "red": "#b83a10", "grey": "#7f7f7f"}  # fmt: skip
PARTS = {"header": "grey", "tables": "orange", "side information": "purple", "payload": "blue"}
SEQUENTIAL = "cividis"  # from nothing to much
DIVERGING = LinearSegmentedColormap.from_list("below_above", [COLOURS["blue"], "#f4f4f4", COLOURS["orange"]])
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

CSS = """<style>
.imgcomp{margin:1.25rem 0;break-inside:avoid}
.imgcomp>figcaption,.imgcomp caption{font-size:.9em;line-height:1.45;text-align:left;color:inherit}
.imgcomp>figcaption{max-width:42em;margin:.6rem auto 0}
.imgcomp svg{display:block;max-width:100%;height:auto;margin:0 auto;font-size:10px;font-size-adjust:.5;
overflow:visible}
.imgcomp img{display:block;max-width:100%;height:auto;margin:0;padding:0!important;border-radius:0!important;
background:none!important;filter:none!important}
.imgcomp .ic-px{image-rendering:pixelated}
.ic-row{display:flex;flex-wrap:wrap;justify-content:center;gap:1rem;margin:0 auto}
.ic-title{font-size:.9em;line-height:1.3;margin-bottom:.35rem}
.ic-bar{margin:0 0 .9rem}.ic-track{position:relative;padding:3px 0;margin:.2rem 0}
.ic-track div{display:flex;gap:1px;height:1.5rem}.ic-track i{position:absolute;top:0;bottom:0;border-left:2px dashed}
.imgcomp ul.ic-key{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;list-style:none;margin:0;padding:0;font-size:.9em}
.imgcomp .ic-key li{margin:0}.ic-key i{display:inline-block;width:.8em;height:.8em;margin-right:.4em}
.ic-key i.ic-dash{width:0;height:1em;border-left:2px dashed;vertical-align:-.15em}
.ic-scroll{overflow-x:auto}.ic-scroll table{border-collapse:collapse;margin:0 auto!important;font-size:.93em;
font-variant-numeric:tabular-nums;border:0}
.imgcomp caption{caption-side:top;padding:0 0 .4rem}
.imgcomp.ic-scroll tr{background:none}.imgcomp.ic-scroll table :is(th,td){padding:.3em .8em;text-align:left;border:0;
border-bottom:1px solid rgba(127,127,127,.3);background:none;color:inherit;max-width:none}
.imgcomp.ic-scroll thead th{border-bottom:1.5px solid;vertical-align:bottom;font-weight:600}
.imgcomp.ic-scroll tbody :is(tr,th){background:none;font-weight:400}
.imgcomp.ic-scroll table .ic-n{text-align:right;white-space:nowrap}
.imgcomp.ic-scroll table tr>:first-child{padding-left:0}
@media(max-width:500px){.imgcomp svg.ic-wide{font-size:13px}.imgcomp svg.ic-mid{font-size:11.5px}
.imgcomp.ic-scroll table :is(th,td){padding:.3em .45em}}
@media print{.imgcomp{color:#000;print-color-adjust:exact;-webkit-print-color-adjust:exact}}
.text_html:has(>.imgcomp,>.say){background:none!important;color:inherit!important;padding:0!important}
</style>"""


class Html(str):
    """A piece of a page: Jupyter shows it as HTML; its `repr` is what a reader without pictures gets.

    >>> Html("<p>A file of <code>12</code> bytes.</p>")
    A file of 12 bytes.
    """

    def _repr_html_(self):
        return str(self)

    def __repr__(self):
        text = re.sub(r"<(style|script)\b.*?</\1>", "", self, flags=re.S)
        text = re.sub(r'<(?:svg|img)\b[^>]* (?:aria-label|alt)="([^"]*)"[^>]*>', r" [\1] ", text)
        text = re.sub(r"</?(?:p|div|figure|figcaption|caption|li|ul|t[rhd]|svg|text)\b[^>]*>", " ", text)
        return textwrap.shorten(html.unescape(re.sub(r"<[^>]*>", "", text)), 400, placeholder=" …")


# Words


def described(alt: str) -> str:
    """Return an alternative text; ValueError where it is too short to say what is to be seen."""
    if not isinstance(alt, str) or len(alt.strip()) < 20:
        raise ValueError(f"alt must say what is to be seen, in 20 characters or more; got {alt!r}")
    return alt.strip()


def marked(text: str) -> str:
    """Turn `code` in backticks and *emphasis* in asterisks into HTML.

    >>> marked("`a*b*c` is *not* 2 * 3 * 4")
    '<code>a*b*c</code> is <em>not</em> 2 * 3 * 4'
    """
    pieces = re.split(r"`([^`]+)`", text)
    pieces[::2] = [re.sub(r"(?<!\w)\*(?=\S)([^*]+)(?<=\S)\*(?!\w)", r"<em>\1</em>", p) for p in pieces[::2]]
    pieces[1::2] = [f"<code>{p}</code>" for p in pieces[1::2]]
    return "".join(pieces)


def framed(body: str, caption: str) -> Html:
    """Wrap HTML as a figure with the book's style and a caption (simple HTML, backticks for code)."""
    caption = f"<figcaption>{marked(caption)}</figcaption>" if caption else ""
    return Html(f'<figure class="imgcomp">{CSS}{body}{caption}</figure>')


def say(text: str) -> Html:
    """Return a computed sentence as a paragraph: HTML is escaped, backticks and asterisks as in `marked`.

    >>> str(say(f"Cr = {10 / 4} > 1, in *bits*."))
    '<p class="say">Cr = 2.5 &gt; 1, in <em>bits</em>.</p>'
    """
    return Html(f'<p class="say">{marked(html.escape(text, quote=False))}</p>')


def table(rows: list[dict], caption: str, formats: dict | None = None) -> Html:
    """Return rows as a table: the keys head the columns, the first column heads the rows, numbers stand right.

    formats: column → format specification (".1%") or function of the value.  Without one, whole numbers show
    thousands and others two decimals (four, where a whole column is below 1); None and nan become a dash.
    """
    if not rows:
        raise ValueError("a table has at least one row")
    columns = list(dict.fromkeys(key for row in rows for key in row))
    specs = {c: (formats or {}).get(c) or _default_format([row.get(c) for row in rows]) for c in columns}
    right = {c: ' class="ic-n"' if any(map(_is_number, (row.get(c) for row in rows))) else "" for c in columns}
    head = "".join(f'<th scope="col"{right[c]}>{marked(html.escape(str(c)))}</th>' for c in columns)
    body = ""
    for row in rows:
        cells = [f"{right[c]}>{_cell(row.get(c), specs[c])}" for c in columns]
        body += f'<tr><th scope="row"{cells[0]}</th>' + "".join(f"<td{cell}</td>" for cell in cells[1:]) + "</tr>"
    return Html(f'<div class="imgcomp ic-scroll" role="group" tabindex="0">{CSS}<table><caption>{marked(caption)}'
                f"</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>")  # fmt: skip


def _is_number(value) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _default_format(values) -> str:
    finite = [abs(v) for v in values if _is_number(v) and math.isfinite(v)]
    if all(isinstance(v, Integral) for v in finite):
        return ",d"
    return ",.2f" if max(finite) >= 1 else ".4f"


def _cell(value, spec) -> str:
    if value is None or (_is_number(value) and math.isnan(value)):
        return "–"
    if isinstance(value, Html):
        return value
    if callable(spec):
        return marked(html.escape(str(spec(value))))
    if _is_number(value):
        return format(value, spec) if math.isfinite(value) else "∞"
    return marked(html.escape(str(value)))


def breakdown(parts: dict, estimate=None, caption: str = "", alt: str = "") -> Html:
    """Return stacked bars that say where the bytes went, in bytes and per cent of the file.

    parts: codec → {part: bytes}, or {part: bytes} for one codec; parts named as in `PARTS` keep their colour
    all through the book.  estimate: an entropy estimate in bytes, one for all or codec → bytes, drawn as a
    dashed line.  All bars have one scale.
    """
    if all(map(_is_number, parts.values())):
        parts = {"": parts}
    estimates = estimate if isinstance(estimate, dict) else dict.fromkeys(parts, estimate)
    names = dict.fromkeys(name for codec in parts.values() for name in codec)
    spare = [c for c in COLOURS if c not in PARTS.values()] * len(names)
    colours = {name: COLOURS[PARTS[name] if name in PARTS else spare.pop(0)] for name in names}
    scale = max(1, *(sum(codec.values()) for codec in parts.values()), *(e or 0 for e in estimates.values()))
    bars = "".join(_bar(codec, parts[codec], estimates.get(codec), scale, colours) for codec in parts)
    return framed(f'<div role="group" aria-label="{html.escape(described(alt))}">{bars}</div>', caption)


def _bar(codec, parts, estimate, scale, colours) -> str:
    total = sum(parts.values())

    def key(mark, name, size):
        return f"<li>{mark}{html.escape(name)} {size:,.0f} bytes ({_per_cent(size, total)})</li>"

    keys = [key(f'<i style="background:{colours[name]}"></i>', name, size) for name, size in parts.items()]
    pieces = [f'<span style="flex:{size} {size} 0;min-width:2px;background:{colours[name]}"></span>'
              for name, size in parts.items() if size]  # fmt: skip
    line = ""
    if estimate is not None:
        keys.append(key('<i class="ic-dash"></i>', "entropy estimate", estimate))
        line = f'<i style="left:calc({100 * estimate / scale:.3f}% - 1px)"></i>'
    title = f"<strong>{html.escape(codec)}</strong> " if codec else ""
    return (f'<div class="ic-bar">{title}{total:,} bytes<div class="ic-track" aria-hidden="true">'
            f'<div style="width:{100 * total / scale:.3f}%">{"".join(pieces)}</div>{line}</div>'
            f'<ul class="ic-key">{"".join(keys)}</ul></div>')  # fmt: skip


def _per_cent(size, total) -> str:
    """Return a share with one decimal, or with two where one would round it to nothing or to everything."""
    share = 100 * size / max(1, total)
    return "< 0.01 %" if 0 < share < 0.005 else f"{share:.{1 + (0 < share < 0.05 or 99.95 <= share < 100)}f} %"


# Pixels


def viewable(image) -> np.ndarray:
    """Return an image as the uint8 pixels that a browser shows: grey (h, w) or RGB (h, w, 3).

    bool becomes 0 and 255, uint16 is divided by 257 and rounded; floats are a ValueError: rounding is a choice.

    >>> viewable(np.array([[0, 300, 65535]], np.uint16))
    array([[  0,   1, 255]], dtype=uint8)
    """
    image = np.asarray(image)
    if image.size == 0 or image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] != 3):
        raise ValueError(f"an image is (height, width) or (height, width, 3), and not empty; got {image.shape}")
    if image.dtype == np.uint16:
        return ((image.astype(np.uint32) + 128) // 257).astype(np.uint8)
    if image.dtype not in (bool, np.uint8):
        raise ValueError(f"pixels are uint8, uint16 or bool, got {image.dtype}: clip and round them first")
    return image * np.uint8(255) if image.dtype == bool else image


def img(image, alt: str, zoom: int | None = None) -> str:
    """Return one image as a pixel-exact <img>, `zoom` screen pixels to a pixel; see `show`."""
    pixels = viewable(image)
    zoom = zoom or default_zoom(pixels.shape)
    height, width = pixels.shape[:2]
    return (f'<img src="{_data_uri(pixels)}" alt="{html.escape(described(alt))}" width="{width * zoom}" '
            f'height="{height * zoom}"{" class=ic-px" if zoom > 1 else ""}>')  # fmt: skip


def default_zoom(shape) -> int:
    """Return how many screen pixels a pixel gets: enough to see an 8 × 8 block, 1 for a photograph.

    >>> default_zoom((8, 8)), default_zoom((1, 64)), default_zoom((512, 512, 3))
    (16, 8, 1)
    """
    short, long = sorted(shape[:2])
    return int(max(1, 128 // long, min(8 // short, 640 // long)))


def _data_uri(pixels) -> str:
    """Return uint8 pixels as a data URI: the smaller of PNG and lossless WebP (which ends at 16383 pixels)."""
    kinds = {"png": {"optimize": True}, "webp": {"lossless": True, "exact": True}}
    files = {}
    for kind in kinds if max(pixels.shape) < 16384 else ["png"]:
        Image.fromarray(pixels).save(file := io.BytesIO(), kind, **kinds[kind])
        files[kind] = file.getvalue()
    kind = min(files, key=lambda kind: len(files[kind]))
    return f"data:image/{kind};base64,{base64.b64encode(files[kind]).decode()}"


def show(images, titles=None, caption: str = "", alt="", zoom: int | None = None, columns: int | None = None) -> Html:
    """Return one image or a list of them side by side, pixel for pixel, wrapping on a narrow page.

    images: grey (h, w) or RGB (h, w, 3); uint8, uint16 (shown divided by 257) or bool.  titles, alt: a string for
    one image, a list for several; an alternative text has 20 characters or more.  zoom: screen pixels to a pixel,
    chosen so that tiny arrays can be seen.  columns: at most so many in a row (three; four images stand two by two).
    """
    one = isinstance(images, np.ndarray)
    images = [images] if one else list(images)
    titles = [titles] if one or titles is None else titles
    titles, alts = titles * len(images) if titles == [None] else titles, [alt] if one else alt
    if isinstance(alts, str) or not len(images) == len(titles) == len(alts):
        raise ValueError(f"{len(images)} images want as many titles and alternative texts; got {titles}, {alts!r}")
    zoom = zoom or default_zoom(np.max([np.shape(image)[:2] for image in images], axis=0))
    columns = columns or {4: 2}.get(len(images), min(len(images), 3))
    widths, items = [np.shape(image)[1] * zoom for image in images], ""
    for image, title, text, width in zip(images, titles, alts, widths, strict=True):
        share = f"calc((100% - {columns - 1}rem)*{width / max(widths) / columns:.4f})"  # one scale for all
        head = f'<div class="ic-title">{marked(title)}</div>' if title else ""
        room = f"max({min(width, 150)}px,min({width}px,{share}))"
        items += f'<div style="width:{room}">{head}{img(image, text, zoom)}</div>'
    limit = f"calc({columns * max(widths)}px + {columns - 1}rem)"
    return framed(f'<div class="ic-row" style="max-width:{limit}">{items}</div>', caption)


# Drawings


def style() -> None:
    """Give Matplotlib the book's look from here on: thin axes, no box, a faint grid, ink in the page's colour."""
    matplotlib.rcParams.update(STYLE)


def axes(width: float = 6.5, height: float = 2.8, rows: int = 1, columns: int = 1, **options):
    """Return a new figure in the book's style and its axes; inches, 7 wide at most; options as for plt.subplots.

    pyplot does not know the figure: nothing shows it before `figure` does, nothing need close it.
    """
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
    alt, file = described(alt), io.StringIO()
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
            value = _css(value)
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
    values = np.asarray(values)
    values = values[None] if values.ndim == 1 else values
    if values.size == 0 or not (values.ndim == 2 or (values.ndim == 3 and values.shape[2] == 3)):
        raise ValueError(f"values are (h, w), (w,) or (h, w, 3), and not empty; got {values.shape}")
    height, width = values.shape[:2]
    boxes = [(*box, *("", "orange")[len(box) - 4 :]) for box in boxes]
    notes = [(_side(box, height), box) for box in boxes if box[4]]
    colours, dim = _colours(values, low, high, cmap), np.broadcast_to(False if dim is None else dim, (height, width))
    if ax is None:
        ax = _cells_axes(height, width, cell, notes)
    ax.imshow(np.where(dim[..., None], colours * (1, 1, 1, 0.2), colours), interpolation="none", zorder=0)
    lines = {"colors": INK, "lw": 0.8, "alpha": 0.35, "clip_on": False}
    ax.hlines(np.arange(height + 1) - 0.5, -0.5, width - 0.5, **lines)
    ax.vlines(np.arange(width + 1) - 0.5, -0.5, height - 0.5, **lines)
    words = _words(values, width) if text is None else np.broadcast_to(np.asarray(text, str), (height, width))
    size = min(11.0, 90 * cell / max(2, *map(len, words.flat)))
    for (y, x), word in np.ndenumerate(words):
        ink = INK if dim[y, x] or not colours[y, x, 3] else _readable(colours[y, x])
        ax.text(x, y, word, ha="center", va="center_baseline", size=size, color=ink, alpha=0.6 if dim[y, x] else None)
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
    colours = matplotlib.colormaps.get_cmap(cmap)(Normalize(low, high, clip=True)(np.nan_to_num(values)))
    colours[np.isnan(values)] = 0
    return colours


def _readable(colour) -> str:
    """Return black or white, whichever stands out more on an RGB colour (WCAG 2's relative luminance)."""
    linear = np.where(colour[:3] <= 0.04045, colour[:3] / 12.92, ((colour[:3] + 0.055) / 1.055) ** 2.4)
    return "#111111" if linear @ (0.2126, 0.7152, 0.0722) > 0.179 else "#ffffff"


def _cells_axes(height, width, cell, notes):
    """Return axes that hold exactly height × width cells, in a figure with room for the notes around them."""
    sides = {side for side, _ in notes}
    right = 0.06 + max([0.15 + 0.08 * len(box[4]) for side, box in notes if side == "right"], default=0)
    below, above = (0.34 if side in sides else 0.06 for side in ("below", "above"))
    size = (0.06 + width * cell + right, below + height * cell + above)
    style()
    fig = Figure(figsize=size, layout="none")
    return fig.add_axes((0.06 / size[0], below / size[1], width * cell / size[0], height * cell / size[1]))
