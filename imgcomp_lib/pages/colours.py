"""The book's seven colours, in three shades, and what can be read on them.

    COLOURS     bars, lines, areas: 3:1 or more against a light page and against a dark one
    TEXT        letters: darker on a light page, lighter on a dark one, 4.5:1 or more on each
    ink_on      letters on a coloured area: black or white

After Okabe and Ito (2008), moved until any two of `COLOURS` stay apart for protan, deutan and tritan eyes.  The ratios
are WCAG 2's.  No colour has 4.5:1 on both pages, so `TEXT` is a CSS property that the page's mode decides.
"""

import re

import numpy as np

from .checks import checked, listed, measured

COLOURS = {"blue": "#0a63c4", "orange": "#e37400", "green": "#0a8f5b", "purple": "#a8448f",
           "sky": "#4d98de", "red": "#b83a10", "grey": "#7f7f7f"}  # fmt: skip
"""In this order: the first four are the easiest to tell apart."""

ON_LIGHT = {"blue": "#0a63c4", "orange": "#a85200", "green": "#0a7a4d", "purple": "#a8448f",
            "sky": "#216fae", "red": "#b83a10", "grey": "#6b6b6b"}  # fmt: skip
ON_DARK = {"blue": "#5ea3f0", "orange": "#f0902e", "green": "#2fb880", "purple": "#d37cbd",
           "sky": "#76b4ee", "red": "#ee7a54", "grey": "#9d9d9d"}  # fmt: skip

TEXT = {name: f"var(--ic-{name},{colour})" for name, colour in ON_LIGHT.items()}
"""What CSS and SVG take for letters; Matplotlib takes `COLOURS`, and `plots` turns those of letters into these."""


def properties(colours: dict) -> str:
    """Return colours as CSS custom properties.

    >>> properties({"sky": "#76b4ee"})
    '--ic-sky:#76b4ee'
    """
    return ";".join(f"--ic-{name}:{colour}" for name, colour in checked("colours", colours, dict).items())


def ink_on(colour: str) -> str:
    """Return black or white, whichever stands out more on a colour, `#rrggbb` or a name from `COLOURS`.

    >>> ink_on("sky"), ink_on("#000080")
    ('#010101', '#ffffff')
    """
    code = COLOURS.get(checked("colour", colour, str), colour)
    if not re.fullmatch("#[0-9a-fA-F]{6}", code):
        raise ValueError(f"a colour is #rrggbb or one of {', '.join(COLOURS)}, not {colour!r}")
    return ink_on_rgb([int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def ink_on_rgb(rgb) -> str:
    """Return black or white, whichever stands out more on red, green and blue from 0 to 1: never below 4.5:1."""
    rgb = listed("rgb", rgb)
    if len(rgb) != 3:
        raise ValueError(f"rgb is three numbers from 0 to 1, not {len(rgb)}")
    rgb = np.array([float(measured("rgb", part, 0, 1)) for part in rgb])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    # pure black is what SVG leaves unsaid, and a style sheet may fill that in
    return "#010101" if linear @ (0.2126, 0.7152, 0.0722) > 0.179 else "#ffffff"
