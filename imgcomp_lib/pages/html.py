"""Pieces of a page, as HTML that needs nothing else.

    say, table, breakdown   a sentence with computed numbers in it; rows; where the bytes went
    show, img               images, pixel for pixel
    framed                  anything as a figure with its caption

All return `Html`, a string that Jupyter shows and that a built page holds unchanged: style and pixels inside, nothing
fetched, no script.  Letters take the colour of the page's text, coloured things take those of `colours`: both read
on white and on black.  Every picture says in words what is to be seen.  `plots` has these names too.
"""

import base64
import html
import io
import math
import re
import textwrap
from collections.abc import Mapping
from numbers import Integral, Real
from types import NoneType

import numpy as np
from PIL import Image

from .checks import checked, listed, measured
from .colours import COLOURS, ON_DARK, ON_LIGHT, properties

MOST, LARGEST_ZOOM, MOST_COLUMNS = 1 << 53, 1000, 100
"""Bytes of a file, screen pixels to a pixel, and images in a row."""

PARTS = {"header": "grey", "tables": "orange", "side information": "purple", "payload": "blue"}

CSS = """<style>
.imgcomp{margin:1.25rem 0;break-inside:avoid;@LIGHT@}
@media screen{:is([data-theme=dark],[data-jp-theme-light=false]) .imgcomp{@DARK@}}
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
.ic-scroll{overflow-x:auto;container-type:inline-size}
.ic-scroll table{border-collapse:collapse;margin:0 auto!important;font-size:.93em;
font-variant-numeric:tabular-nums;border:0}
.imgcomp caption{caption-side:top;max-width:100cqw;padding:0 0 .4rem}
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
CSS = CSS.replace("@LIGHT@", properties(ON_LIGHT)).replace("@DARK@", properties(ON_DARK))


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
    pieces = re.split(r"`([^`]+)`", checked("text", text, str))
    pieces[::2] = [re.sub(r"(?<!\w)\*(?=\S)([^*]+)(?<=\S)\*(?!\w)", r"<em>\1</em>", p) for p in pieces[::2]]
    pieces[1::2] = [f"<code>{p}</code>" for p in pieces[1::2]]
    return "".join(pieces)


def framed(body: str, caption: str) -> Html:
    """Wrap HTML as a figure with the book's style and a caption (simple HTML, backticks for code)."""
    caption = f"<figcaption>{marked(caption)}</figcaption>" if checked("caption", caption, str) else ""
    return Html(f'<figure class="imgcomp">{CSS}{checked("body", body, str)}{caption}</figure>')


def say(text: str) -> Html:
    """Return a computed sentence as a paragraph: HTML is escaped, backticks and asterisks as in `marked`.

    >>> str(say(f"Cr = {10 / 4} > 1, in *bits*."))
    '<p class="say">Cr = 2.5 &gt; 1, in <em>bits</em>.</p>'
    """
    return Html(f'<p class="say">{marked(html.escape(checked("text", text, str), quote=False))}</p>')


def table(rows: list[dict], caption: str, formats: dict | None = None) -> Html:
    """Return rows as a table: the keys head the columns, the first column heads the rows, numbers stand right.

    formats: column → format specification (".1%") or function of the value.  Without one, whole numbers show
    thousands and others two decimals (four, where a whole column is below 1); None and nan become a dash, and a
    hyphen before a number a minus.
    """
    if not checked("rows", rows, list, tuple):
        raise ValueError("a table has at least one row")
    columns = list(dict.fromkeys(key for row in rows for key in checked("a row", row, Mapping)))
    for spec in (checked("formats", formats, Mapping, NoneType) or {}).values():
        if not callable(spec):
            checked("a format that is no function", spec, str)
    if not columns:
        raise ValueError("a table has at least one column")
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
        return (format(value, spec) if math.isfinite(value) else f"{value:.0f}".replace("inf", "∞")).replace("-", "−")
    return marked(html.escape(str(value)))


def breakdown(parts: dict, estimate=None, caption: str = "", alt: str = "") -> Html:
    """Return stacked bars that say where the bytes went, in bytes and per cent of the file.

    parts: codec → {part: bytes}, or {part: bytes} for one codec; parts named as in `PARTS` keep their colour
    all through the book.  estimate: an entropy estimate in bytes, one for all or codec → bytes, drawn as a
    dashed line.  All bars have one scale.
    """
    if all(map(_is_number, checked("parts", parts, Mapping).values())):
        parts = {"": parts}
    _check_sizes(parts, estimate)
    estimates = estimate if isinstance(estimate, dict) else dict.fromkeys(parts, estimate)
    names = dict.fromkeys(name for codec in parts.values() for name in codec)
    spare = [c for c in COLOURS if c not in PARTS.values()] * len(names)
    colours = {name: COLOURS[PARTS[name] if name in PARTS else spare.pop(0)] for name in names}
    scale = max(1, *(sum(codec.values()) for codec in parts.values()), *(e or 0 for e in estimates.values()))
    bars = "".join(_bar(codec, parts[codec], estimates.get(codec), scale, colours) for codec in parts)
    return framed(f'<div role="group" aria-label="{html.escape(described(alt))}">{bars}</div>', caption)


def _check_sizes(parts, estimate):
    """Raise a `ValueError` for what is no dictionary of dictionaries of bytes, or no estimate."""
    for codec, sizes in parts.items():
        for name, size in checked("the parts of a codec", sizes, Mapping).items():
            measured(f"the size of {checked('a part', name, str)!r}", size, 0, MOST)
        checked("a codec's name", codec, str)
    for value in estimate.values() if isinstance(estimate, dict) else [estimate]:
        if value is not None:
            measured("estimate", value, 0, MOST)


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
    zoom = _zoom(zoom, pixels.shape)
    height, width = pixels.shape[:2]
    return (f'<img src="{_data_uri(pixels)}" alt="{html.escape(described(alt))}" width="{width * zoom}" '
            f'height="{height * zoom}"{" class=ic-px" if zoom > 1 else ""}>')  # fmt: skip


def default_zoom(shape) -> int:
    """Return how many screen pixels a pixel gets: enough to see an 8 × 8 block, 1 for a photograph.

    >>> default_zoom((8, 8)), default_zoom((1, 64)), default_zoom((512, 512, 3))
    (16, 8, 1)
    """
    sides = np.asarray(shape)[:2] if np.ndim(shape) == 1 else np.empty(0)
    if len(sides) < 2 or sides.dtype.kind not in "iu" or sides.min() < 1:
        raise ValueError(f"a shape has a height and a width of 1 or more, unlike {shape!r}")
    short, long = sorted(sides)
    return int(max(1, 128 // long, min(8 // short, 640 // long)))


def _zoom(zoom, shape):
    """Return the zoom asked for, or where none is, the one that suits the shape."""
    return measured("zoom", zoom, 1, LARGEST_ZOOM, Integral) if zoom is not None else default_zoom(shape)


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
    images = [viewable(image) for image in ([images] if one else listed("images", images))]
    titles = [titles] if one or titles is None else listed("titles", titles)
    titles = titles * len(images) if len(titles) == 1 and titles[0] is None else titles
    alts = [alt] if one else alt if isinstance(alt, str) else listed("alt", alt)
    if not images or isinstance(alts, str) or not len(images) == len(titles) == len(alts):
        raise ValueError(f"{len(images)} images want as many titles and alternative texts; got {titles}, {alts!r}")
    zoom = _zoom(zoom, np.max([image.shape[:2] for image in images], axis=0))
    columns = {4: 2}.get(len(images), min(len(images), 3)) if columns is None else columns
    measured("columns", columns, 1, MOST_COLUMNS, Integral)
    widths, items = [image.shape[1] * zoom for image in images], ""
    for image, title, text, width in zip(images, titles, alts, widths, strict=True):
        share = f"calc((100% - {columns - 1}rem)*{width / max(widths) / columns:.4f})"  # one scale for all
        head = f'<div class="ic-title">{marked(title)}</div>' if checked("a title", title, str, NoneType) else ""
        room = f"max({min(width, 150)}px,min({width}px,{share}))"
        items += f'<div style="width:{room}">{head}{img(image, text, zoom)}</div>'
    limit = f"calc({columns * max(widths)}px + {columns - 1}rem)"
    return framed(f'<div class="ic-row" style="max-width:{limit}">{items}</div>', caption)
