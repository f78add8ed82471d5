"""What several test files share: the repository's root, every codec, and the pictures that every codec must survive."""

import dataclasses
import importlib.util
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings as hypothesis_settings

# The same examples in every run, and no clock: a kernel's first call compiles it.
hypothesis_settings.register_profile("book", deadline=None, derandomize=True)
hypothesis_settings.register_profile(
    "mutants", deadline=None, derandomize=True, phases=["explicit", "generate"], max_examples=25
)
PROFILE = os.environ.get("IMGCOMP_HYPOTHESIS", "book")
hypothesis_settings.load_profile(PROFILE)

long_run = pytest.mark.skipif(PROFILE == "mutants", reason="far too long for each mutant without the compiler")
"""Marks a test of whole photographs or long messages: the short ones beside it must find a fault by themselves."""

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "book")]  # the library beside these tests, whatever copy is installed

from imgcomp_lib import codecs, formats  # noqa: E402
from imgcomp_lib.core.codec import ranges, words  # noqa: E402
from imgcomp_lib.measure import images  # noqa: E402

EVERY = dict(codecs.CODECS | formats.FORMATS)
if importlib.util.find_spec("torch") is None:
    del EVERY["rnn"]  # test_rnn.py skips too, and says so


def settings(codec_class) -> list:
    """Return the codec with its knobs at rest, then with each knob at either end of its range or list of words."""
    rest = codec_class()
    ends = ranges(rest) | {knob: (found[0], found[-1]) for knob, found in words(rest).items()}
    turned = [dataclasses.replace(rest, **{knob: end}) for knob, pair in ends.items() for end in pair]
    return list(dict.fromkeys([rest, *turned]))


def pattern(height: int, width: int, planes: int = 1, dtype=np.uint8) -> np.ndarray:
    """Return a picture that no version of a random generator can change: smooth here, rough there."""
    y, x, p = np.mgrid[0:height, 0:width, 0:planes].astype(np.int64)
    smooth, rough = 3 * x + 2 * y + 40 * p, (x * x * 7919 + y * y * 104729 + x * y * 31 + p) >> 3
    peak = np.iinfo(dtype).max
    samples = np.where(x < width // 2, smooth * (peak // 255), rough) & peak
    return samples.astype(dtype)[:, :, 0] if planes == 1 else samples.astype(dtype)


def pictures() -> dict[str, np.ndarray]:
    """Return the pictures of the law: odd sizes, flat, noise, checker, ramp, in grey and RGB, 8 and 16 bits."""
    rng = np.random.default_rng(0)
    found = {}
    for dtype in (np.uint8, np.uint16):
        peak = np.iinfo(dtype).max
        for planes, kind in ((1, "grey"), (3, "rgb")):
            name = f"{kind}{8 * np.dtype(dtype).itemsize}"
            shape = (33, 40) if planes == 1 else (33, 40, 3)
            found |= {f"{name} {h}x{w}": pattern(h, w, planes, dtype) for h, w in ((1, 1), (1, 17), (23, 1), (33, 40))}
            found[f"{name} black"], found[f"{name} white"] = np.zeros(shape, dtype), np.full(shape, peak, dtype)
            found[f"{name} noise"] = rng.integers(0, peak, shape, dtype, endpoint=True)
            found[f"{name} checker"] = (np.indices(shape).sum(0) % 2 * peak).astype(dtype)
            found[f"{name} ramp"] = np.linspace(0, peak, np.prod(shape)).astype(dtype).reshape(shape)
    found["photo grey"], found["photo rgb"] = images.photo("camera")[100:260, 150:350], images.photo("cat")[:150, :200]
    return found


@pytest.fixture(scope="module")
def browser():
    """Give a headless Chromium; skip, saying so, where there is none."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not chromium:
        pytest.skip("no Chromium here")
    with pytest.importorskip("playwright.sync_api").sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
        with playwright.chromium.launch(executable_path=chromium, args=quiet) as found:
            yield found
