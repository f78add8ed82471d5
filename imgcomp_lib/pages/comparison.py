"""A comparison of codecs on one picture: for a terminal, for a program, and as a page that its reader sorts.

    text         lines of equal columns
    as_json      numbers by name
    page         a whole HTML file: nothing is fetched, and without scripts it is a plain table

All take tables by name, "lossless" say, each a list of the rows of `measure.evaluate`.
"""

import html
import json
import math
from collections.abc import Mapping

from .checks import checked, listed, measured
from .html import table

COLUMNS = {"size": ("bytes", 12, ",d"), "ratio": ("Cr", 9, ".3f"), "bpp": ("bpp", 9, ".3f"), "psnr": ("PSNR", 9, ".2f"),
           "encode_s": ("encode s", 10, ".3f"), "decode_s": ("decode s", 10, ".3f")}  # fmt: skip
"""Of each number of a row its head, its room in a line, and how it is written."""

STYLE = """<style>
:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem;overflow-wrap:anywhere}
body .ic-scroll table{margin:0!important}body .ic-scroll caption{font-weight:600}
th button{all:unset;cursor:pointer;white-space:nowrap}th button:focus-visible{outline:2px solid}
th button::after{content:"\\2195";opacity:.5;padding-left:.2em}
th[aria-sort=ascending] button::after{content:"\\2191";opacity:1}
th[aria-sort=descending] button::after{content:"\\2193";opacity:1}
</style>"""

SCRIPT = """<script>
for (const head of document.querySelectorAll("th[scope=col]")) {
  const button = document.createElement("button"), row = head.parentNode, number = head.classList.contains("ic-n");
  const key = line => {
    const text = line.cells[head.cellIndex].textContent.replaceAll(",", "");
    return !number ? text : text === "∞" ? Infinity : text === "–" ? NaN : Number(text);
  };
  if (head.textContent === "bytes") head.ariaSort = "ascending";
  button.append(...head.childNodes);
  head.append(button);
  button.onclick = () => {
    const order = head.ariaSort === "ascending" ? "descending" : "ascending", sign = order === "ascending" ? 1 : -1;
    const body = head.closest("table").tBodies[0], lines = [...body.rows].map(line => [key(line), line]);
    for (const other of row.cells) other.ariaSort = null;
    head.ariaSort = order;
    lines.sort(([a], [b]) => (a !== a) - (b !== b) || sign * ((a > b) - (a < b)));  // what is no number stands last
    body.append(...lines.map(([, line]) => line));
  };
}
</script>"""


def text(tables: dict) -> str:
    """Return the tables as lines of equal columns, the smallest file of each table first.

    >>> print(text({"lossless": [{"codec": "raw", "size": 118, "refused": "too deep"}]}))
    lossless
    codec       bytes       Cr      bpp     PSNR  encode s  decode s
    raw    refused: too deep
    """
    tables = _checked(tables)
    width = max((len(row["codec"]) for rows in tables.values() for row in rows), default=0) + 1
    width = max(width, len("codec"))
    head = f"{'codec':{width}}" + "".join(f"{name:>{room}}" for name, room, _ in COLUMNS.values())
    parts = [[name, head, *(line(row, width) for row in rows)] for name, rows in tables.items() if rows]
    return "\n\n".join("\n".join(part) for part in parts)


def line(row: dict, width: int = 0) -> str:
    """Return one row as a line, the codec's name in the first `width` columns."""
    (row,) = _checked({"": [row]})[""]
    name = f"{row['codec']:{min(max(checked('width', width, int), 0), 1000)}}"
    if "refused" in row:
        return f"{name}  refused: {row['refused']}"
    return name + "".join(f"{row[key]:{room}{spec}}" for key, (_, room, spec) in COLUMNS.items())


def as_json(about: dict, tables: dict) -> str:
    """Return `about` (words and numbers by name) and the tables as JSON; nan is left out, an infinite PSNR is null."""
    tables = {name: [_plain(row) for row in rows] for name, rows in _checked(tables).items()}
    try:
        return json.dumps(dict(checked("about", about, Mapping)) | tables, indent=2, allow_nan=False) + "\n"
    except TypeError as error:
        raise ValueError(f"about holds words and numbers: {error}") from None


def page(title: str, note: str, tables: dict) -> str:
    """Return the tables as a whole HTML page, with a title and a line below it, in plain text."""
    title, note = (html.escape(checked(name, value, str)) for name, value in (("title", title), ("note", note)))
    formats = {name: spec for name, _, spec in COLUMNS.values()}
    body = "".join(
        table([_cells(row) for row in rows], html.escape(name), formats)
        for name, rows in _checked(tables).items() if rows
    )  # fmt: skip
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n{STYLE}\n</head>\n'
        f"<body>\n<h1>{title}</h1>\n<p>{note}</p>\n{body}\n{SCRIPT}\n</body>\n</html>\n"
    )


def _plain(row):
    """Return a row in the numbers that JSON has."""
    return {key: None if value == math.inf else value for key, value in row.items() if value == value}


def _cells(row):
    """Return the cells of a row by their heads."""
    cells = {"codec": row["codec"]} | {head: row.get(key) for key, (head, _, _) in COLUMNS.items()}
    return cells | ({"refused": row["refused"]} if "refused" in row else {})


def _checked(tables):
    """Return tables with their rows by size; a `ValueError` says what is none."""
    found = {}
    for name, rows in checked("tables", tables, Mapping).items():
        rows = listed("a table", rows)
        for row in rows:
            _check_row(row)
        found[checked("the name of a table", name, str)] = sorted(rows, key=_place)
    return found


def _place(row):
    """Return what sorts rows: the size, and what was refused behind all."""
    return math.inf if "refused" in row else row["size"]


def _check_row(row):
    """Raise a `ValueError` for what is no row of `measure.evaluate`."""
    keys = checked("a row", row, Mapping).keys()
    needed = {"codec"} if "refused" in keys else {"codec", *COLUMNS}
    if not needed <= keys:
        raise ValueError(f"a row has {', '.join(sorted(needed - keys))}")
    checked("codec", row["codec"], str)
    for key in needed - {"codec"}:
        if row[key] != math.inf:
            measured(key, row[key], -1e300, 1e300)
