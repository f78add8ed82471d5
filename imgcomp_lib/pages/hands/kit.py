"""The controls of figures for the reader's hands, and a figure made of them and of scripts.

    word, number    a word or a row to type; a number to drag
    photograph      a photograph to drop in
    pixels, octets  pixels to paint and bytes to break, as they stand before a script makes buttons of them
    bits            buttons that flip the bits of the chosen byte
    figure          controls, a first state that Python computed, a sentence, and the scripts that take over

A script is a file beside this module or text of a chapter's own.  It calls `icHands.start(kind, setUp)`; its figure's
element and settings come to `setUp`, and `icHands.word`, `icHands.number` and so on, each in the file of its name
(`word.js`), bind the controls.
"""

import html
import json
from collections.abc import Mapping
from numbers import Integral
from pathlib import Path

from .. import plots
from ..checks import checked, listed, measured

SHARED = ("kit.js",)
STYLE = "hands.css"
MOST = 1 << 16  # of a number to drag, and the letters of a text

QUIET = "data-lm-suppress-shortcuts=true"  # JupyterLab leaves the keys to us


def figure(kind: str, first: str, says: str, settings: dict, scripts, caption: str, tools: str = "") -> plots.Html:
    """Return a figure whose scripts take over what Python computed.

    kind: what `icHands.start` in the last script is called with.  first: HTML of the first state, kept in print and
    without scripts.  says: the sentence below it, read aloud whenever it changes.  settings: for the script, as JSON.
    scripts: names of files beside this module (`kit.js` comes by itself) or texts.  tools: HTML of the controls.
    """
    scripts = [_script(script) for script in (*SHARED, *listed("scripts", scripts))]
    try:
        knobs = html.escape(json.dumps(checked("settings", settings, Mapping), ensure_ascii=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"settings are what JSON can hold: {error}") from error
    controls = f'<div class="ic-tools" hidden>{checked("tools", tools, str)}</div>' if tools else ""
    return plots.framed(
        f'<style>{beside(STYLE)}</style><div class="ic-hands" data-kind="{html.escape(checked("kind", kind, str))}" '
        f'data-settings="{knobs}">{controls}{checked("first", first, str)}'
        f'<output class="ic-says" aria-live="polite">{checked("says", says, str)}</output></div>'
        f"<script>\n{''.join(scripts)}</script>", caption)  # fmt: skip


def word(label: str, value: str, keys="") -> str:
    """Return a field to type in, and a button for each of the letters in `keys`, for mouse and touch."""
    buttons = "".join(_key(key, f"add {shown(key)}", shown(key)) for key in listed("keys", keys))
    buttons = f'<div class="ic-keys">{buttons}{_key("back", "take the last letter away", "⌫")}</div>' if buttons else ""
    return (f'<label class="ic-field">{shown(label)}<input {QUIET} class="ic-word" type="text" '
            f'value="{html.escape(checked("value", value, str))}" autocomplete="off" autocapitalize="none" '
            f'spellcheck="false"></label>{buttons}<p class="ic-refused" role="alert"></p>')  # fmt: skip


def number(name: str, label: str, low: int, high: int, value: int, words: str) -> str:
    """Return a slider between its two buttons; the script knows it by `name`, `words` is the value in words."""
    for bound in (low, high):
        measured("a bound", bound, -MOST, MOST, Integral)
    measured("value", value, low, high, Integral)
    label, name = (html.escape(checked("a name", text, str)) for text in (label, name))
    return (f'<div class="ic-drag" data-name="{name}"><span>{label} <b class="ic-value">'
            f'{html.escape(checked("words", words, str))}</b></span><button {QUIET} type="button" '
            f'aria-label="less: {label}">◀</button><input {QUIET} type="range" min="{low}" max="{high}" '
            f'value="{value}" aria-label="{label}" autocomplete="off"><button {QUIET} type="button" '
            f'aria-label="more: {label}">▶</button></div>')  # fmt: skip


def photograph(label: str) -> str:
    """Return a field to drop a photograph into, or to choose one with; nothing leaves the page."""
    return (f'<label class="ic-drop"><span>{html.escape(checked("label", label, str))}</span>'
            f'<input {QUIET} type="file" accept="image/*"></label><p class="ic-refused" role="alert"></p>')  # fmt: skip


def pixels(row: str, levels: dict, label: str, columns: int = 0) -> str:
    """Return pixels, each a letter of `levels` (letter → grey, 0 to 255), for a script to make buttons of.

    columns: a grid of so many, 12 at most; without it a row, which wraps like text.
    """
    measured("columns", columns, 0, 12, Integral)
    levels = {letter: measured("a level", grey, 0, 255, Integral)
              for letter, grey in checked("levels", levels, Mapping).items()}  # fmt: skip
    if strange := set(checked("row", row, str)) - set(levels):
        raise ValueError(f"no level is called {min(strange)!r}")
    cells = "".join(f'<span class="ic-cell" style="background:rgb({levels[c]},{levels[c]},{levels[c]});'
                    f'color:{"#000" if levels[c] > 117 else "#fff"}">{shown(c)}</span>' for c in row)  # fmt: skip
    look = f' style="grid-template-columns:repeat({int(columns)},minmax(0,44px))"' if columns else ""
    label = html.escape(checked("label", label, str))
    return f'<div class="ic-cells" role="group" aria-label="{label}"{look}>{cells}</div>'


def octets(data: bytes, parts: str, label: str) -> str:
    """Return bytes in hexadecimal, each with the letter of its part for its look, for a script to make buttons of."""
    if len(checked("parts", parts, str)) != len(checked("data", data, bytes)) or parts.strip("hkpfn"):
        raise ValueError(f"{len(data)} bytes want a letter each, h, k, p, f or n; got {parts!r}")
    cells = "".join(f'<span class="ic-byte ic-part-{part}">{byte:02x}</span>'
                    for byte, part in zip(data, parts, strict=True))  # fmt: skip
    return f'<div class="ic-bytes" role="group" aria-label="{html.escape(checked("label", label, str))}">{cells}</div>'


def bits() -> str:
    """Return eight buttons that flip the bits of the chosen byte, and one that mends them all."""
    buttons = f'<button {QUIET} type="button" class="ic-key ic-bit">0</button>' * 8
    return (f'<div class="ic-tools" hidden><p class="ic-chosen"></p><div class="ic-bits" role="group" '
            f'aria-label="The bits of the chosen byte">{buttons}</div><button {QUIET} type="button" '
            'class="ic-key ic-mend">Mend all</button></div>')  # fmt: skip


def shown(text: str) -> str:
    """Return text as HTML, with a space as something to be seen where it stands alone.

    >>> shown(" "), shown("a < b")
    ('␣', 'a &lt; b')
    """
    return "␣" if checked("text", text, str) == " " else html.escape(text)


def _key(key, label, face) -> str:
    return (f'<button {QUIET} type="button" class="ic-key" data-key="{html.escape(key)}" '
            f'aria-label="{html.escape(label)}">{face}</button>')  # fmt: skip


def _script(script) -> str:
    """Return the text of a script, of a file beside this module where it is the name of one."""
    text = beside(script) if checked("a script", script, str).endswith(".js") and "\n" not in script else script
    if "</script" in text.lower():
        raise ValueError("a script that ends its own element")
    return text if text.endswith("\n") else text + "\n"


def beside(name: str) -> str:
    """Return the text of a script or a style beside this module; `ValueError` where none has this name."""
    try:
        return (Path(__file__).parent / Path(checked("name", name, str)).name).read_text("utf8")
    except (OSError, ValueError) as error:
        raise ValueError(f"no script {name!r} is here") from error
