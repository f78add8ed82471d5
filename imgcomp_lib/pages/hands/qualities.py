"""Two figures for the reader's eyes: distortions of one PSNR, and a blind test against the measures of quality.

The distortions are those of `measure.distortions`, in Python and in `distort.js`; the measures those of
`measure.quality`, in Python and, MSE, PSNR and SSIM, in `quality.js`.
"""

import base64
import html
import math
from collections.abc import Mapping
from numbers import Integral

from ...measure import distortions, quality
from .. import plots
from ..checks import checked, listed, measured
from ..html import viewable
from . import kit
from .kit import QUIET

DRAWN = ("number.js", "photograph.js", "quality.js", "distort.js")
MOST = 384
"""Pixels a side to which a photograph is scaled down: a distortion is found anew for each PSNR."""

LOW, HIGH = 18, 45
"""PSNR in dB, between which the reader chooses."""

FILES = {b"\xff\xd8\xff": "jpeg", b"RIFF": "webp", b"\x89PNG": "png"}


def own_quality(image, alt: str, kinds, caption: str, psnr: int = 24, most: int = 320) -> plots.Html:
    """Return a figure that spoils a picture in two ways to one PSNR: `image` first, then what the reader drops in.

    image: grey or RGB uint8, of 11 to `most` pixels a side, for `alt` as in `plots.show`.  kinds: the two of
    `distortions.KINDS` that stand there first.  psnr: in dB, the first one.  most: 384 at most.
    """
    measured("most", most, 11, MOST, Integral)
    measured("psnr", psnr, LOW, HIGH, Integral)
    pixels, kinds = _picture(image, most), [checked("a kind", kind, str) for kind in listed("kinds", kinds)]
    if len(kinds) != 2 or not set(kinds) <= set(distortions.KINDS):
        raise ValueError(f"two of {', '.join(distortions.KINDS)}, not {kinds}")
    spoilt = [distortions.at_psnr(pixels, kind, psnr) for kind in kinds]
    tools = kit.photograph("Drop in a photograph of your own, or choose one. It stays on this page.")
    tools += "".join(_choice(name, kind) for name, kind in zip(("Left", "Right"), kinds, strict=True))
    tools += kit.number("psnr", "Both at a PSNR of", LOW, HIGH, psnr, f"{psnr} dB")
    tools += (f'<button {QUIET} type="button" class="ic-key ic-look" aria-pressed="false">'
              "Original in both places</button>")  # fmt: skip
    sides = "".join(_side(pixels, other, kind) for other, kind in zip(spoilt, kinds, strict=True))
    first = f'<div class="ic-original" hidden>{plots.img(pixels, alt, 1)}</div><div class="ic-twins">{sides}</div>'
    settings = {"most": int(most), "wanted": int(psnr)}
    scripts = (*DRAWN, "own_quality.js")
    return kit.figure("own-quality", first, _verdict(pixels, spoilt, kinds, psnr), settings, scripts, caption, tools)


def blind_test(image, alt: str, versions: dict, pairs, scores: dict, caption: str) -> plots.Html:
    """Return a blind test: of each pair the reader chooses the version that looks closer to `image`, and meets scores.

    image: RGB or grey uint8.  versions: name → (kind, step) as for `distortions.at_step`, or the bytes of a JPEG, WebP
    or PNG file.  pairs: of names.  scores: measure → {name: number}, higher for better, different within each pair.
    """
    pixels, versions = _picture(image, 512), checked("versions", versions, Mapping)
    pairs = [_pair(pair, versions) for pair in listed("pairs", pairs)]
    if not pairs:
        raise ValueError("a test has a pair to compare")
    for measure, of in checked("scores", scores, Mapping).items():
        for pair in pairs:
            if not _differ(pair, checked(f"the scores of {measure}", of, Mapping)):
                raise ValueError(f"{measure} must prefer one of {pair[0]} and {pair[1]}")
    found = {checked("a name", name, str): _version(version) for name, version in versions.items()}
    names = [next(iter(pairs))[side] for side in (0, 1)]
    seen = "".join(_pick(side, _drawn(pixels, versions[name], f"{side} of the pair: one spoilt version"))
                   for side, name in zip(("Left", "Right"), names, strict=True))  # fmt: skip
    first = (f'<div class="ic-original"><div class="ic-title">the original</div>{plots.img(pixels, alt, 1)}</div>'
             '<div class="ic-pair" role="group" aria-label="Two versions: left and right arrow keys choose">'
             f'{seen}</div><div class="ic-result" hidden></div><div class="ic-tools" hidden>'
             f'<button {QUIET} type="button" class="ic-key ic-again" hidden>Once more</button></div>')  # fmt: skip
    numbers = {measure: {name: float(value) for name, value in of.items()} for measure, of in scores.items()}
    settings = {"versions": found, "pairs": pairs, "scores": numbers}
    says = f"Round 1 of {len(pairs)}. Which looks closer to the original?"
    return kit.figure("blind-test", first, says, settings, (*DRAWN, "blind_test.js"), caption)


def _picture(image, most):
    pixels = viewable(image)
    if not 11 <= min(pixels.shape[:2]) <= max(pixels.shape[:2]) <= most:
        raise ValueError(f"a picture of 11 to {most} pixels a side, not {pixels.shape}")
    return pixels


def _choice(name, kind) -> str:
    """Return a list of the distortions to choose from."""
    options = "".join(f"<option{' selected' if kind == one else ''}>{one}</option>" for one in distortions.KINDS)
    select = f'<select {QUIET} aria-label="{name}" autocomplete="off">{options}</select>'
    return f'<label class="ic-list">{name}{select}</label>'


def _side(pixels, other, kind) -> str:
    reached, similar = quality.psnr(pixels, other), quality.ssim(pixels, other)
    marks = f"{reached:.2f} dB" if math.isfinite(reached) else "∞ dB"
    picture = plots.img(other, f"The photograph with {kind}, {marks}", 1)
    return (f'<div class="ic-side"><div class="ic-title">{kind}</div>{picture}'
            f'<div class="ic-marks">PSNR {marks}, SSIM {similar:.3f}</div></div>')  # fmt: skip


def _verdict(pixels, spoilt, kinds, psnr) -> str:
    """Return the sentence for two spoilt pictures; `own_quality.js` writes the same."""
    reached = [quality.psnr(pixels, other) for other in spoilt]
    similar = [quality.ssim(pixels, other) for other in spoilt]
    short = dict.fromkeys(kind for kind, one in zip(kinds, reached, strict=True) if one - psnr > 0.1)
    coarse = dict.fromkeys(kind for kind, one in zip(kinds, reached, strict=True) if one - psnr < -0.1)
    if short:
        return f"As far as it goes: {' and '.join(short)} cannot spoil this photograph down to {psnr} dB."
    if coarse:
        return f"As near as it comes: no step of {' and '.join(coarse)} is closer to {psnr} dB."
    if kinds[0] == kinds[1]:
        return "The same distortion twice: choose another one on one side."
    near = max(abs(one - psnr) for one in reached) >= 0.02
    both = f"Both are within 0.1 of {psnr} dB" if near else f"Both have {psnr} dB"
    gap, closer = abs(similar[0] - similar[1]), kinds[0] if similar[0] > similar[1] else kinds[1]
    if gap < 0.0005:
        return f"{both}, and one SSIM."
    return f"{both}. SSIM finds {closer} closer, by {gap:.3f}."


def _pair(pair, versions):
    pair = listed("a pair", pair)
    if len(pair) != 2 or pair[0] == pair[1] or not all(isinstance(n, str) and n in versions for n in pair):
        raise ValueError(f"a pair is two names of versions, not {pair}")
    return pair


def _differ(pair, of) -> bool:
    """Do both of a pair have finite scores, and different ones?"""
    numbers = [measured("a score", of.get(name), -1e300, 1e300) for name in pair]
    return all(map(math.isfinite, numbers)) and numbers[0] != numbers[1]


def _version(version) -> dict:
    if isinstance(version, bytes):
        return {"src": _source(version)}
    kind, step = version if len(checked("a version", version, tuple, list)) == 2 else ("", 0)
    if checked("a kind", kind, str) not in distortions.KINDS:
        raise ValueError(f"a version is a file, or a kind and a step, not {version!r}")
    return {"kind": kind, "step": int(measured("step", step, 0, distortions.STEPS, Integral))}


def _source(file) -> str:
    """Return a file of JPEG, WebP or PNG as a data URI."""
    kind = next((kind for magic, kind in FILES.items() if file.startswith(magic)), None)
    if not kind:
        raise ValueError(f"a file of JPEG, WebP or PNG, not {file[:8]!r}")
    return f"data:image/{kind};base64,{base64.b64encode(file).decode()}"


def _drawn(pixels, version, alt) -> str:
    if isinstance(version, bytes):
        height, width = pixels.shape[:2]
        return f'<img src="{_source(version)}" alt="{html.escape(alt)}" width="{width}" height="{height}">'
    return plots.img(distortions.at_step(pixels, *version), alt, 1)


def _pick(side, picture) -> str:
    return f'<button {QUIET} type="button" class="ic-pick"><span class="ic-title">{side}</span>{picture}</button>'
