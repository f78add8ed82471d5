"""The library's docstrings are written to be read in the file; this makes reStructuredText of them.

- A drawing, indented after an empty line, stays a drawing.
- Paragraphs of `name: what it is` become lists.
- `Single backticks` are code, and a lone * is a star.
- A constant shows its value where that is short: a page of numbers says nothing.
"""

import re

from sphinx.ext.autodoc import DataDocumenter

LONGEST_VALUE = 80
ARGUMENT = re.compile(r"[a-z_]+(, [a-z_]+)*: ")


def to_rst(app, what, name, obj, options, lines):
    """Rewrite `lines` in place, before numpydoc sees them."""
    made, drawing, in_list = [], False, False
    for number, line in enumerate(lines):
        indented, after_gap = line.startswith("  "), number == 0 or not lines[number - 1].strip()
        if indented and after_gap and not drawing and not in_list and not line.lstrip().startswith(">>>"):
            drawing = True
            made += [".. code-block:: text", ""]
        elif line.strip() and not indented:
            drawing = False
        if not line.strip():
            in_list = False
        if drawing or line.lstrip().startswith((">>>", "...")):
            made.append(line)
        else:
            first = ARGUMENT.match(line) and (after_gap or in_list)
            in_list = bool(first or in_list)
            made.append(("- " if first else "  " if in_list else "") + (_inline(line.strip() if in_list else line)))
    lines[:] = made


def _inline(line):
    """Return a line with single backticks doubled and stars outside code escaped."""
    pieces = re.split(r"(``.+?``|`[^`]+`)", line)
    return "".join(f"``{p.strip('`')}``" if p.startswith("`") else p.replace("*", r"\*") for p in pieces)


class ShortData(DataDocumenter):
    """Documents a module's constants."""

    def should_suppress_value_header(self):
        """Say whether a constant is too long to be shown."""
        return len(repr(self.object)) > LONGEST_VALUE or super().should_suppress_value_header()


def setup(app):
    app.add_autodocumenter(ShortData, override=True)
    app.connect("autodoc-process-docstring", to_rst, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
