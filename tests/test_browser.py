"""The built pages in a real browser: no error, no sideways scrolling, sliders that move, dark mode sparing pixels."""

import http.server
import io
import threading
from functools import partial

import form
import numpy as np
import pytest
import seen
from conftest import ROOT
from PIL import Image

from imgcomp_lib.pages import explore

HTML = ROOT / "_build" / "html"
PAGES = ["book/index"] + [f"notebooks/{path.stem}" for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
WIDTHS = {"phone": 390, "desktop": 1280}

pytestmark = pytest.mark.skipif(not (HTML / "book").exists(), reason="the book is not built: run make book")
each_page = pytest.mark.parametrize("name", PAGES)

# MathJax sets formulae after the page has loaded, and moves what stands below them by parts of a pixel
SETTLED = "Promise.all([document.fonts.ready, window.MathJax?.startup?.promise])"


@pytest.fixture
def open_page(browser):
    """Return a function that opens a built page as a file, and fails on any console error or foreign request."""
    contexts = []

    def open_(name, width=1280, scheme="light", **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
        context.set_default_timeout(120_000)  # a net, whatever else the machine does
        contexts.append(context)
        page, complaints = context.new_page(), []
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda r: r.url.startswith(("file:", "data:", "blob:")) or complaints.append(r.url))
        page.goto((HTML / f"{name}.html").as_uri(), wait_until="load")
        if options.get("java_script_enabled", True):
            page.evaluate(SETTLED)
        page.complaints = complaints
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@each_page
def test_a_page_opens_without_complaint_and_fits(open_page, name, width):
    page = open_page(name, width)
    page.wait_for_timeout(300)
    assert page.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = page.evaluate(
        """width => [...document.querySelectorAll("article figure, article p, article h1, article h2, article li")]
        .filter(e => e.getBoundingClientRect().right > width + 1 && !e.closest(".ic-scroll, pre, .ic-steps output"))
        .map(e => e.textContent.slice(0, 60))""",
        width,
    )
    assert wide == []


def _shown(page, stepper):
    """Return what a stepper shows: the label and the pixels of its stage."""
    picture = Image.open(io.BytesIO(stepper.locator(".ic-stage").screenshot())).convert("RGB")
    return stepper.locator(".ic-on .ic-label").inner_text(), np.asarray(picture, np.int16)


def _alike(one, other):
    """Say whether two pictures are one: a busy browser now and then paints an edge one level brighter."""
    return one.shape == other.shape and np.abs(one - other).max() <= 2


def _comes(page, stepper, wanted):
    """Say whether a stepper comes to show what it is to show; a busy browser paints late."""
    for _ in range(50):
        label, picture = _shown(page, stepper)
        if label == wanted[0] and _alike(picture, wanted[1]):
            return True
        page.wait_for_timeout(100)
    return False


@each_page
def test_sliders_change_the_picture_by_mouse_and_by_keyboard(open_page, name):
    page = open_page(name)
    steppers = page.locator(".ic-steps")
    assert steppers.count() >= 1, "every chapter and the title page have a figure that moves"
    for i in range(steppers.count()):
        stepper = steppers.nth(i)
        stepper.scroll_into_view_if_needed()
        for slider in stepper.locator("input[type=range]").all():
            slider.focus()
            page.keyboard.press("Home")
            first = _shown(page, stepper)
            page.keyboard.press("End")
            last = _shown(page, stepper)
            assert first[0] != last[0] and not _alike(first[1], last[1]), "the keyboard moves nothing"
            box = slider.bounding_box()
            page.mouse.click(box["x"] + 4, box["y"] + box["height"] / 2)
            assert _comes(page, stepper, first), "the mouse moves nothing"
            assert slider.get_attribute("aria-valuetext")


@each_page
def test_dark_mode_changes_no_pixel_of_a_picture(open_page, name):
    shots = {}
    for scheme in ("light", "dark"):
        page = open_page(name, scheme=scheme)
        assert page.evaluate("document.documentElement.dataset.theme") == scheme
        filters = "[...new Set([...document.querySelectorAll('article img')].map(e => getComputedStyle(e).filter))]"
        assert page.evaluate(filters) in ([], ["none"]), "a picture is filtered"
        shots[scheme] = []
        for picture in page.locator("article figure img:visible").all():
            whole = picture.evaluate("e => !e.closest('[style*=clip-path]')")  # else the page shows beside it
            if whole and len(shots[scheme]) < 3:
                picture.scroll_into_view_if_needed()
                shot = Image.open(io.BytesIO(picture.screenshot())).convert("RGB")
                shots[scheme].append(np.asarray(shot)[2:-2, 2:-2])
        assert shots[scheme], "no picture to compare"
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        shots[f"{scheme} background"] = background
    assert shots["light background"] != shots["dark background"], "there is no dark mode"
    assert all(np.array_equal(a, b) for a, b in zip(shots["light"], shots["dark"], strict=True))


@each_page
def test_without_scripts_the_first_middle_and_last_frame_stand_there(open_page, name):
    page = open_page(name, java_script_enabled=False)
    for stepper in page.locator(".ic-steps").all():
        assert 2 <= stepper.locator(".ic-frame:visible").count() <= 3
        assert stepper.locator("input:visible").count() == 0


def _results(page, address, word):
    page.goto(f"{address}?q={word}", wait_until="load")
    page.wait_for_selector("#search-results ul.search li", timeout=120_000)
    return page.locator("#search-results ul.search li").count()


def test_search_finds_a_term_from_a_file(open_page):
    page = open_page("search")
    assert _results(page, (HTML / "search.html").as_uri(), "redundancy") >= 1
    assert page.complaints == []


def test_search_finds_a_term_over_http(browser):
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=HTML)
    handler.log_message = lambda *_: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        assert _results(page, f"http://127.0.0.1:{server.server_port}/search.html", "packet") >= 1
        page.close()
        server.shutdown()


def test_code_on_a_phone_scrolls_inside_its_block(open_page):
    page = open_page(PAGES[-1], 390)
    for block in page.locator("article pre:visible").all()[:20]:
        box = block.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 391


# The second form of a page

NEW = [f"notebooks/{path.stem}" for path in sorted((ROOT / "notebooks").glob("*.ipynb")) if form.is_new(path)]
each_new_page = pytest.mark.parametrize("name", NEW)
SPOKEN = next((name for name in NEW), "notebooks/07_arithmetic")  # a page with measured sentences


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@each_new_page
def test_no_open_code_is_cut_off(open_page, name, width):
    assert seen.clipped_code(open_page(name, width)) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@each_new_page
def test_the_words_in_figures_can_be_read(open_page, name, scheme):
    assert seen.poor_contrast(open_page(name, scheme=scheme)) == []


@each_new_page
def test_no_figure_that_moves_opens_empty(open_page, name):
    assert seen.empty_starts(open_page(name)) == []


def test_the_square_after_a_measured_sentence_opens_its_code(open_page):
    page = open_page(SPOKEN)
    cell = page.locator(".cell.has-square").first
    square, code = cell.locator("button.say-code"), cell.locator("details.hide pre")
    assert page.get_by_role("button", name="Code behind this sentence").count() == page.locator(".say-code").count()
    assert square.get_attribute("aria-expanded") == "false" and not code.is_visible()
    assert not cell.get_by_text("Show code").is_visible(), "the square stands for it"
    square.focus()
    page.keyboard.press("Enter")
    assert square.get_attribute("aria-expanded") == "true" and code.is_visible()
    assert cell.locator(f"#{square.get_attribute('aria-controls')}").is_visible()
    square.click()
    assert square.get_attribute("aria-expanded") == "false" and not code.is_visible()


def test_without_scripts_the_code_of_a_sentence_still_opens(open_page):
    page = open_page(SPOKEN, java_script_enabled=False)
    cell = page.locator(".cell.tag_hide-input:has(.say):not(:has(figure))").first
    assert page.locator(".say-code").count() == 0 and not cell.locator("details.hide pre").is_visible()
    cell.locator("summary").click()
    assert cell.locator("details.hide pre").is_visible()


@pytest.fixture
def blank(browser):
    """Return a function that shows a piece of HTML as a page of the book."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})

    def show(body, width=1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.set_content(f"<style>pre{{overflow-x:auto;margin:0}}</style><article>{body}</article>")
        return page

    yield show
    page.close()


@pytest.mark.parametrize(("style", "length", "width", "good"), [
    ("", 50, 1280, True), ("", 400, 1280, False), ("", 400, 390, True), ("overflow:hidden", 400, 390, False),
    ("overflow:visible", 400, 390, False), ("width:500px", 400, 390, False),
])  # fmt: skip
def test_code_that_is_cut_off_is_found(blank, style, length, width, good):
    page = blank(f'<div class="cell_input"><pre style="{style}">{"x" * length}</pre></div>', width)
    assert (seen.clipped_code(page) == []) is good


@pytest.mark.parametrize(("body", "good"), [
    ("<p style='color:#767676'>grey</p>", True),
    ("<p style='color:#777'>grey</p>", False),
    ("<p style='opacity:.5'>half</p>", False),
    ("<p style='background:#4d98de;color:#fff'>sky</p>", False),
    ("<p style='background:#4d98de;color:#010101'>sky</p>", True),
    ("<svg><rect width='90' height='30' fill='#e37400'/><text y='20' fill='#fff'>bar</text></svg>", False),
    ("<svg><rect width='90' height='30' fill='#e37400'/><text y='20' fill='#010101'>bar</text></svg>", True),
    ("<svg><rect width='90' height='30' opacity='.2'/><text y='20' fill='#fff'>pale</text></svg>", False),
    ("<svg><text y='20' fill='#e37400'>thin</text></svg>", False),
    ("<button disabled>off</button><p style='visibility:hidden;color:#fff'>none</p>", True),
])  # fmt: skip
def test_words_that_cannot_be_read_are_found(blank, body, good):
    assert (seen.poor_contrast(blank(f'<figure class="imgcomp">{body}</figure>')) == []) is good


@pytest.mark.parametrize(("levels", "good"), [((0, 0, 0), True), ((255, 0, 0), False)])
def test_a_stepper_that_opens_empty_is_found(blank, levels, good):
    frames = [np.pad(np.full((8, 8), level, np.uint8), 20, constant_values=255) for level in levels]
    page = blank(explore.stepper(frames, ["", " ", "  "], "A square in a white frame {label}"))
    assert (seen.empty_starts(page) == []) is good


@pytest.mark.parametrize(("inside", "good"), [("<rect width='30' height='30'/>", True), ("", False)])
def test_a_figure_for_the_hand_that_opens_empty_is_found(blank, inside, good):
    page = blank(f'<figure class="imgcomp"><svg width="99" height="99">{inside}</svg><input></figure>')
    assert (seen.empty_starts(page) == []) is good
