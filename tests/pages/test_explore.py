"""Steppers: every frame exact and described, and a slider that really moves in a browser."""

import base64
import io
import json
import re
import sys

import html5lib
import numpy as np
import pytest
from PIL import Image

from imgcomp_lib.pages import explore, plots

ALT = "The same square of noise, {label}"
FRAMES = list(np.random.default_rng(1).integers(0, 256, (5, 16, 16), dtype=np.uint8))
LABELS = [f"step {i}" for i in range(5)]


def tree(page):
    return html5lib.parse(page, namespaceHTMLElements=False)


def having(page, name):
    return [node for node in tree(page).iter() if name in node.get("class", "").split()]


def drawings():
    return [plots.pixel_grid([1, 2, 3], dim=[k > i for k in range(3)])[0] for i in (0, 0, 1)]


def test_stepper_holds_every_frame():
    page = explore.stepper(FRAMES, LABELS, ALT, "Noise.", start=2)
    texts = re.findall(r"base64,([^\"]+)", page)
    shown = [np.asarray(Image.open(io.BytesIO(base64.b64decode(text)))) for text in texts]
    assert all(np.array_equal(s if s.ndim == 2 else s[..., 0], f) for s, f in zip(shown, FRAMES, strict=True))
    assert [i.get("alt") for i in tree(page).iter("img")] == [ALT.replace("{label}", label) for label in LABELS]
    assert ["".join(n.itertext()) for n in having(page, "ic-label")] == LABELS
    (slider,) = tree(page).iter("input")
    assert (slider.get("min"), slider.get("max"), slider.get("value")) == ("0", "4", "2")
    assert json.loads(slider.get("data-labels")) == LABELS
    assert page.endswith("<figcaption>Noise.</figcaption></figure>") and not re.search(r"https?:|src=\"(?!data)", page)


def test_first_middle_and_last_are_there_without_scripts():
    page = explore.stepper(FRAMES, LABELS, ALT)
    assert [n.find("div").text for n in having(page, "ic-keep")] == ["step 0", "step 2", "step 4"]
    (control,) = having(page, "ic-control")
    assert control.get("hidden") is not None


def test_drawings_share_no_id():
    page = explore.stepper(drawings(), LABELS[:3], "Three cells with numbers, {label}")
    ids = re.findall(r' id="([^"]+)"', page)
    assert ids and len(ids) == len(set(ids))
    assert page == explore.stepper(drawings(), LABELS[:3], "Three cells with numbers, {label}")


def test_html_frames_bring_no_second_frame():
    bars = [plots.breakdown({"header": 1, "payload": n}, None, "", "One bar, mostly payload") for n in (5, 9)]
    page = explore.stepper(bars, ["a & b", "c"], ["A short bar of five bytes", "A longer bar of nine bytes"])
    assert page.count("<figure") == 1 and page.count(plots.CSS) == 1 and "a &amp; b" in page
    assert 'role="group" aria-label="A longer bar of nine bytes"' in page


@pytest.mark.parametrize(
    ("frames", "labels", "knobs", "reason"),
    [
        (FRAMES[:1], LABELS[:1], {}, "two frames"),
        (FRAMES, LABELS[:4], {}, "5 frames and 4 labels"),
        ([FRAMES[0], "<p>x</p>"], LABELS[:2], {}, "one kind"),
        ([1, 2], LABELS[:2], {}, "int"),
        ([np.zeros((257, 4), np.uint8)] * 2, LABELS[:2], {}, "256 pixels"),
        ([np.zeros((4, 4))] * 2, LABELS[:2], {}, "float64"),
        (FRAMES, LABELS, {"start": 5}, "0 to 4"),
        (FRAMES, LABELS, {"alt": "The same text for every frame"}, "label"),
        (FRAMES, LABELS, {"alt": ["One alternative text only"]}, "5 alternative"),
        (FRAMES, LABELS, {"alt": "{label}"}, "20 characters"),
        (["x" * 600_000] * 2, LABELS[:2], {}, "weigh"),
    ],
)
def test_stepper_refuses(frames, labels, knobs, reason):
    with pytest.raises(ValueError, match=reason):
        explore.stepper(frames, labels, **{"alt": ALT} | knobs)


def test_grid_puts_pairs_in_order():
    frames = {(c, q): FRAMES[2 * i + q - 1] for q in (2, 1) for i, c in enumerate("ab")}
    page = explore.grid(frames, ("codec", "quality"), ALT, start=(1, 0))
    assert [n.text for n in having(page, "ic-label")] == ["a, 2", "a, 1", "b, 2", "b, 1"]
    assert [(i.get("aria-label"), i.get("max"), i.get("value")) for i in tree(page).iter("input")] == [
        ("codec", "1", "1"),
        ("quality", "1", "0"),
    ]
    frames.pop(("b", 1))
    with pytest.raises(ValueError, match="'b', '1'"):
        explore.grid(frames, ("codec", "quality"), ALT)


def test_live_without_widgets_says_so(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    assert explore.live(print, a=(0, 3)) is None
    assert "ipywidgets" in capsys.readouterr().out


def test_live_waits_until_a_slider_is_let_go(monkeypatch):
    widgets, shown = pytest.importorskip("ipywidgets"), []
    monkeypatch.setattr("IPython.display.display", shown.append)
    assert explore.live(lambda a, b: None, a=(0, 3), b=["x", "y"]) is None
    assert isinstance(shown[0].children[0], widgets.IntSlider) and not shown[0].children[0].continuous_update


def visible(page):
    """Return the labels that can be seen, stepper by stepper."""
    boxes = page.locator(".ic-steps").all()
    return [[text.inner_text() for text in box.locator(".ic-label").all() if text.is_visible()] for box in boxes]


def test_slider_moves_in_a_browser(browser):
    two = explore.stepper(FRAMES, LABELS, ALT, start=1) + explore.stepper(drawings(), "abc", ALT)
    pair = {(c, q): FRAMES[q] for c in "ab" for q in (1, 2)}
    with browser.new_page() as page:
        errors = []
        page.on("pageerror", lambda error: errors.append(error))
        page.set_content(f"<!DOCTYPE html><body>{two}{explore.grid(pair, ('codec', 'quality'), ALT)}")
        assert visible(page) == [["step 1"], ["a"], ["a, 1"]]
        slider, height = page.locator("input").first, page.locator(".ic-steps").first.bounding_box()["height"]
        for key, seen in {"ArrowRight": 2, "End": 4, "ArrowLeft": 3, "Home": 0}.items():
            slider.press(key)
            assert visible(page) == [[f"step {seen}"], ["a"], ["a, 1"]]
            assert slider.get_attribute("aria-valuetext") == f"step {seen}"
            assert page.locator("output").first.inner_text() == f"step {seen}"
            assert page.locator(".ic-steps").first.bounding_box()["height"] == height
        page.get_by_label("next step").nth(1).click()
        page.get_by_label("next quality").click()
        page.get_by_label("next codec").click()
        assert visible(page) == [["step 0"], ["b"], ["b, 2"]]
        boxes = [button.bounding_box() for button in page.locator("button, input").all()]
        assert min(min(box["width"], box["height"]) for box in boxes) >= 44
        page.emulate_media(media="print")
        assert visible(page)[0] == ["step 0", "step 2", "step 4"] and not page.locator("input").first.is_visible()
        assert not errors


def test_without_scripts_three_frames_stand_in_a_row(browser):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.set_content(f"<!DOCTYPE html><body>{explore.stepper(FRAMES, LABELS, ALT)}")
        assert visible(page) == [["step 0", "step 2", "step 4"]]
        assert len({label.bounding_box()["y"] for label in page.locator(".ic-keep").all()}) == 1
        assert not page.locator("input").is_visible()
