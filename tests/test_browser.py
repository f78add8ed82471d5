"""The built pages in a real browser: no error, no sideways scrolling, sliders that move, dark mode sparing pixels."""

import http.server
import io
import shutil
import threading
from functools import partial

import numpy as np
import pytest
from conftest import ROOT
from PIL import Image

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

HTML = ROOT / "_build" / "html"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PAGES = ["book/index"] + [f"notebooks/{path.stem}" for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
WIDTHS = {"phone": 390, "desktop": 1280}

pytestmark = [
    pytest.mark.skipif(not (HTML / "book").exists(), reason="the book is not built: run make book"),
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed: these tests drive one"),
]
each_page = pytest.mark.parametrize("name", PAGES)


@pytest.fixture(scope="module")
def browser():
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield chromium
        chromium.close()


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
    stage = stepper.locator(".ic-stage")
    return stepper.locator(".ic-on .ic-label").inner_text(), stage.screenshot()


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
            assert first[0] != last[0] and first[1] != last[1], "the keyboard moves nothing"
            box = slider.bounding_box()
            page.mouse.click(box["x"] + 4, box["y"] + box["height"] / 2)
            assert _shown(page, stepper) == first, "the mouse moves nothing"
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
