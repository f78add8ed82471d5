"""Figures that move.

    stepper     a slider over precomputed frames; works in a built page, without a kernel
    grid        two sliders that choose a frame together
    live        sliders that call a function; for notebooks, needs ipywidgets

A frame is a uint8 array, a Matplotlib figure, or a string of HTML or SVG.  The HTML holds its frames, style and
script; any number stand on a page.  Printed, or without scripts, the first, middle and last frame stand in a row.
"""

import html
import itertools
import json
from collections.abc import Mapping
from numbers import Integral

import numpy as np
from matplotlib.figure import Figure

from . import plots
from .checks import checked, listed, measured
from .html import viewable

LARGEST = 256  # pixels a side of an array: what moves must stay light
HEAVIEST = 1_000_000  # bytes of one figure's frames

CSS = """<style>
.ic-stage{display:flex;flex-wrap:wrap;justify-content:center;gap:1rem}
.ic-frame{display:none}.ic-keep{display:block;flex:0 1 auto;max-width:calc((100% - 2rem)/3);min-width:min(100%,13rem)}
.ic-keep:has(.ic-mid,.ic-wide){min-width:min(100%,28rem)}
.ic-label{font-weight:600;line-height:1.35;min-height:1.35em;margin-bottom:.4rem;text-align:center}
.ic-pic>img{margin:0 auto!important}
.ic-steps output{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.ic-control{display:flex;align-items:center;gap:.6rem;max-width:36rem;margin:.5rem auto 0}
.ic-control[hidden]{display:none}.ic-control span{min-width:5.5em}
.ic-control input{flex:1;min-width:0;height:44px;margin:0;cursor:pointer;
accent-color:var(--pst-color-primary,var(--jp-brand-color1,#0a63c4))}
.ic-control button{flex:none;width:44px;height:44px;padding:0;border:1px solid rgba(127,127,127,.55);border-radius:6px;
background:none;color:inherit;font:inherit;cursor:pointer;touch-action:manipulation}
.ic-control button:hover{background:rgba(127,127,127,.15)}
.ic-control button[aria-disabled=true]{opacity:.35;cursor:default}
.ic-control :is(button,input):focus-visible{outline:2px solid var(--pst-color-accent,var(--jp-brand-color1,#0a63c4));
outline-offset:2px;box-shadow:none}
@media screen{.ic-ready .ic-stage{display:grid;gap:0;grid-template-columns:minmax(0,1fr)}
.ic-ready .ic-stage .ic-frame{display:contents;visibility:hidden}.ic-ready .ic-stage .ic-on{visibility:visible}
.ic-ready .ic-label{grid-area:1/1;align-self:end}.ic-ready .ic-pic{grid-area:2/1;align-self:center}}
@media(max-width:500px){.ic-control{flex-wrap:wrap}.ic-control span{flex:0 0 100%;margin-bottom:-.5rem}}
@media print{.ic-control{display:none}}
</style>"""

SCRIPT = """<script>
for (const box of document.querySelectorAll(".ic-steps:not(.ic-ready)")) {
  const frames = box.querySelectorAll(".ic-frame"), said = box.querySelector("output")
  const sliders = [...box.querySelectorAll(".ic-control input")]
  const show = () => {
    const at = sliders.reduce((n, s) => n * (+s.max + 1) + +s.value, 0)
    frames.forEach((frame, i) => frame.classList.toggle("ic-on", i === at))
    said.textContent = frames[at].firstChild.textContent
    for (const s of sliders) {
      s.setAttribute("aria-valuetext", JSON.parse(s.dataset.labels)[s.value])
      s.previousElementSibling.setAttribute("aria-disabled", s.value === s.min)
      s.nextElementSibling.setAttribute("aria-disabled", s.value === s.max)
    }
  }
  for (const s of sliders) {
    s.addEventListener("input", show)
    s.previousElementSibling.addEventListener("click", () => { s.stepDown(); show() })
    s.nextElementSibling.addEventListener("click", () => { s.stepUp(); show() })
    s.parentElement.hidden = false
  }
  box.classList.add("ic-ready")
  show()
}
</script>"""


def stepper(frames, labels, alt, caption: str = "", start: int = 0) -> plots.Html:
    """Return a figure whose slider (mouse, touch, arrow keys, Home, End) steps through frames.

    frames: two or more, all of one kind; arrays of at most 256 pixels a side.  labels: a short text for each, shown
    above it and read aloud.  alt: one text with `{label}` in it, or one for each frame.  start: the first one shown.
    ValueError where these do not fit together, or where the frames weigh more than a megabyte.
    """
    labels = listed("labels", labels)
    return _steps(listed("frames", frames), labels, alt, caption, [("step", labels, start)])


def grid(frames: dict, names, alt, caption: str = "", start=(0, 0)) -> plots.Html:
    """Return a figure with two sliders: frames maps (first, second) to a frame, names says what the two are.

    Every pair must have its frame.  The rest as for `stepper`; a frame's label is "first, second".
    """
    for key in checked("frames", frames, Mapping):
        if len(checked("the key of a frame", key, tuple)) != 2:
            raise ValueError(f"the key of a frame is (first, second), not {key!r}")
    names, start = (list(checked(name, pair, list, tuple)) for name, pair in (("names", names), ("start", start)))
    if not len(names) == len(start) == 2:
        raise ValueError(f"two sliders have two names and two starts, not {names} and {start}")
    axes = [list(dict.fromkeys(str(key[i]) for key in frames)) for i in (0, 1)]
    found = {tuple(map(str, key)): frame for key, frame in frames.items()}
    if missing := [pair for pair in itertools.product(*axes) if pair not in found]:
        raise ValueError(f"no frame for {missing[0]}")
    pairs = list(itertools.product(*axes))
    labels = [", ".join(pair) for pair in pairs]
    return _steps([found[pair] for pair in pairs], labels, alt, caption, list(zip(names, axes, start, strict=True)))


def live(function, **ranges) -> None:
    """Show a control for each range and call the function when one is let go; what it returns is displayed.

    ranges: as for ipywidgets.interact, (low, high, step) or a list of choices.  Without ipywidgets: a line of text.
    """
    if not callable(function):
        raise ValueError(f"what is to be called is a function, not {function!r}")
    try:
        import ipywidgets
        from IPython.display import display
    except ImportError:
        print("Here you could move sliders: install ipywidgets and run this cell in JupyterLab.")
        return
    panel = ipywidgets.interactive(function, **ranges)
    for control in panel.children[:-1]:
        if hasattr(control, "continuous_update"):
            control.continuous_update = False
    display(panel)


def _steps(frames, labels, alt, caption, axes) -> plots.Html:
    """Return frames and one control for each axis, (name, labels, start); the last axis moves fastest."""
    if len(frames) < 2 or len(frames) != len(labels):
        raise ValueError(f"{len(frames)} frames and {len(labels)} labels: two frames at least, and a label for each")
    if len({_kind(frame) for frame in frames}) > 1:
        raise ValueError(f"frames must all be of one kind, got {sorted({_kind(frame) for frame in frames})}")
    for label in labels:
        checked("a label", label, str)
    alts = _alts(alt, labels)
    zoom = _zoom(frames) if _kind(frames[0]) == "array" else None
    pictures = [_picture(frame, text, i, zoom) for i, (frame, text) in enumerate(zip(frames, alts, strict=True))]
    if (size := sum(map(len, pictures))) > HEAVIEST:
        raise ValueError(f"the frames weigh {size:,} bytes, more than {HEAVIEST:,}: take fewer or smaller ones")
    key = {0, len(frames) // 2, len(frames) - 1}
    stage = "".join(f'<div class="ic-frame{" ic-keep" if i in key else ""}"><div class="ic-label">'
                    f'{html.escape(label)}</div><div class="ic-pic">{picture}</div></div>'
                    for i, (label, picture) in enumerate(zip(labels, pictures, strict=True)))  # fmt: skip
    controls = "".join(_control(*axis, named=len(axes) > 1) for axis in axes)
    return plots.framed(f'{CSS}<div class="ic-steps">'
                        f'<div class="ic-stage">{stage}</div>{controls}'
                        f'<output aria-live="polite"></output></div>{SCRIPT}', caption)  # fmt: skip


def _kind(frame) -> str:
    for kind, types in {"array": np.ndarray, "figure": Figure, "HTML": str}.items():
        if isinstance(frame, types):
            return kind
    raise ValueError(f"a frame is an array, a Matplotlib figure or a string of HTML, got {type(frame).__name__}")


def _alts(alt, labels) -> list[str]:
    if isinstance(alt, str):
        if "{label}" not in alt:
            raise ValueError(f"one alt for all frames must have {{label}} in it, got {alt!r}")
        alt = [alt.replace("{label}", label) for label in labels]
    alt = listed("alt", alt)
    if len(alt) != len(labels):
        raise ValueError(f"{len(labels)} frames want {len(labels)} alternative texts, got {len(alt)}")
    return [plots.described(text) for text in alt]


def _zoom(frames) -> int:
    shape = np.max([viewable(frame).shape[:2] for frame in frames], axis=0)
    if max(shape) > LARGEST:
        raise ValueError(f"a frame is at most {LARGEST} pixels a side, got {shape[0]} × {shape[1]}: crop it")
    return plots.default_zoom(shape)


def _picture(frame, alt, i, zoom) -> str:
    if isinstance(frame, np.ndarray):
        return plots.img(frame, alt, zoom)
    if isinstance(frame, Figure):
        return plots.svg(frame, alt, salt=str(i))
    bare = frame.replace(f'<figure class="imgcomp">{plots.CSS}', "<div>").replace("</figure>", "</div>")
    return f'<div role="group" aria-label="{html.escape(alt)}">{bare}</div>'


def _control(name, labels, start, named) -> str:
    """Return one slider between its two buttons; hidden until the script is there to move it."""
    last, name = len(labels) - 1, html.escape(checked("name", name, str))
    measured("start", start, 0, last, Integral)
    quiet = "data-lm-suppress-shortcuts=true"  # JupyterLab leaves the arrow keys to us
    title = f'<span aria-hidden="true">{name}</span>' if named else ""
    return (f'<div class="ic-control" hidden>{title}'
            f'<button {quiet} type="button" aria-label="previous {name}">◀</button>'
            f'<input {quiet} type="range" min="0" max="{last}" value="{start}" aria-label="{name}" autocomplete="off"'
            f' data-labels="{html.escape(json.dumps(list(labels), ensure_ascii=False))}">'
            f'<button {quiet} type="button" aria-label="next {name}">▶</button></div>')  # fmt: skip
