"""The figures of chapter 12 in a real browser: the library's quantisers and planes; mouse, touch, keyboard; print."""

import random
import re

import numpy as np
import pytest
from PIL import Image
from test_hands import CONTRAST, as_html, opened, says  # noqa: F401

from imgcomp_lib.measure import images
from imgcomp_lib.pages.hands import bets, forgiven, levels
from imgcomp_lib.quantisation import lloyd
from imgcomp_lib.transforms import colour, sampling

GREY, RGB = images.photo("camera")[40:104:2, 200:280:2], np.ascontiguousarray(images.photo("cat")[60:101, 140:177])
BET = bets.Bet("colour", "From which square on?", choices=("2 × 2", "4 × 4", "8 × 8", "16 × 16", "never"))


STATE = r'<div class="ic-view">(.*?)</div>.*?<output[^>]*>(.*?)</output>'


def own_levels(image=GREY, points=(40, 100, 200), **knobs):
    return levels.own_levels(image, points, "A man and his camera, a small picture", "Drag a level.", **knobs)


def own_colours(image=RGB, **knobs):
    return forgiven.own_colours(image, "The face of a cat, a small picture", "Drag a slider.", "colour", **knobs)


def histograms():
    """Yield histograms and levels: of photographs, of few greys, with gaps, of one grey."""
    draw = random.Random(12)
    for name in ("camera", "moon", "coins", "page", "text"):
        yield np.bincount(images.photo(name).ravel(), minlength=256).tolist(), [20, 90, 200]
    for _ in range(120):
        counts, greys = [0] * 256, draw.choice([1, 2, 3, 9, 60, 256])
        for grey in draw.sample(range(256), greys):
            counts[grey] = draw.choice([1, 2, 50, draw.randrange(1, 5000)])
        yield counts, sorted(draw.sample(range(256), draw.randrange(2, 9)))


def test_errors_turns_and_best_points_are_those_of_the_library(opened):  # noqa: F811
    page, vectors = opened(own_levels()), list(histograms())
    found = page.evaluate("""vectors => vectors.map(([counts, points]) => [icHands.lookUp(points),
        icHands.errorOf(counts, points), icHands.lloydStep(counts, points),
        icHands.bestPoints(counts, points.length), icHands.edges(points)])""", vectors)  # fmt: skip
    for (counts, points), (table, error, turned, best, edges) in zip(vectors, found, strict=True):
        thresholds, means = lloyd.turn(np.arange(256), points, counts)
        assert edges == thresholds.tolist() and table == levels.look_up(points).tolist()
        assert error == pytest.approx(levels.error_of(counts, points), rel=1e-12)
        assert turned == pytest.approx(means)
        least = lloyd.best(np.arange(256), len(points), counts)[1]
        assert len(best) == len(least)
        assert levels.error_of(counts, best) == pytest.approx(levels.error_of(counts, least), rel=1e-9, abs=1e-12)


def test_colours_and_planes_are_those_of_the_library(opened):  # noqa: F811
    page, rng = opened(own_colours()), np.random.default_rng(1)
    pixels = rng.integers(0, 256, (1, 3000, 3))
    there, back = page.evaluate("pixels => [pixels.map(p => icHands.ycbcr(...p)), pixels.map(p => icHands.rgb(...p))]",
                                pixels[0].tolist())  # fmt: skip
    assert there == colour.ycbcr(pixels)[0].tolist() and back == colour.rgb(pixels)[0].tolist()
    for height, width in ((1, 1), (1, 6), (7, 1), (5, 8), (9, 11), (16, 16)):
        plane = rng.integers(0, 256, (height, width))
        told = {"width": width, "height": height, "samples": plane.ravel().tolist()}
        few, many, all_ = page.evaluate("""plane => [icHands.down(plane), icHands.up(icHands.down(plane), plane.width,
            plane.height), [0, 1, 2, 3, 4].map(n => icHands.coarse(plane, n))].map(function list(found) {
            return Array.isArray(found) ? found.map(list) : [...found.samples] })""", told)  # fmt: skip
        assert few == sampling.down(plane).ravel().tolist()
        assert many == sampling.up(sampling.down(plane), height, width).ravel().tolist()
        for times, found in enumerate(all_):
            same = forgiven.coarsened(np.dstack([plane] * 3), times, times)
            assert found == same[..., 0].ravel().tolist() == same[..., 2].ravel().tolist()


def test_scripts_draw_what_python_drew(opened):  # noqa: F811
    states = [(0, 255), (1, 2, 3), (3, 77, 80, 120, 121, 150, 200, 255), (40, 41)]
    figures = [own_levels(points=points) for points in states]
    page = opened(*figures)
    page.wait_for_function("[...document.querySelectorAll('.ic-rail')].every(rail => rail.querySelector('[role]'))")
    shown = page.evaluate("""[...document.querySelectorAll('.ic-hands')].map(
        e => [...e.querySelectorAll('.ic-view, .ic-says')].map(part => part.innerHTML))""")
    for figure, (view, sentence) in zip(figures, shown, strict=True):
        first, said = re.search(STATE, figure, re.S).groups()
        assert view == as_html(page, first) and sentence == as_html(page, said)
    figures = [own_colours(light=light, hue=hue) for light in range(3) for hue in (0, 1, 4)]
    page = opened(*figures)
    page.wait_for_function("document.querySelectorAll('.ic-says')[8].textContent && !!icHands.planesOf")
    for number, figure in enumerate(figures):
        assert says(page, number) == re.search(r"<output[^>]*>(.*?)</output>", figure)[1]


def handle(page, number):
    return page.locator(".ic-handle").nth(number)


def greys(page):
    return [float(one.get_attribute("aria-valuenow")) for one in page.locator(".ic-handle").all()]


def test_levels_are_dragged_by_mouse(opened):  # noqa: F811
    page = opened(own_levels())
    before, box = says(page), page.locator(".ic-levels").bounding_box()
    at = lambda grey: (box["x"] + box["width"] * (grey + 0.5) / 256, box["y"] + 40)  # noqa: E731
    page.mouse.move(*at(110))
    page.mouse.down()
    assert greys(page) == [40, 110, 200], "the nearest comes to the pointer"
    page.mouse.move(*at(130), steps=4)
    assert greys(page) == [40, 130, 200] and says(page) != before
    page.mouse.move(*at(250), steps=4)
    assert greys(page) == [40, 199, 200], "and stops before its neighbour"
    page.mouse.up()
    page.mouse.move(*at(20))
    assert greys(page) == [40, 199, 200]
    counts = np.bincount(GREY.ravel(), minlength=256)
    error = levels.tenths(levels.error_of(counts, greys(page)))
    assert says(page).startswith(f"3 points: mean squared error {error}, ")


def test_levels_are_dragged_by_touch(opened):  # noqa: F811
    page = opened(own_levels(), width=390, has_touch=True, is_mobile=True)
    box = page.locator(".ic-levels").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 180.5 / 256, box["y"] + 30)
    assert greys(page) == [40, 100, 180]


def test_levels_are_moved_by_keyboard_and_a_turn_is_lloyd_s(opened):  # noqa: F811
    page = opened(own_levels())
    handle(page, 1).press("ArrowRight")
    handle(page, 1).press("PageUp")
    handle(page, 0).press("Home")
    handle(page, 2).press("End")
    handle(page, 2).press("ArrowDown")
    assert greys(page) == [0, 109, 254]
    assert [handle(page, 1).get_attribute(f"aria-value{end}") for end in ("min", "max")] == ["1", "253"]
    page.locator(".ic-turn").press("Enter")
    _, means = lloyd.turn(GREY, [0, 109, 254])
    assert greys(page) == pytest.approx(means, abs=0.051), "fractions are kept"
    handle(page, 1).press("ArrowLeft")
    assert greys(page)[1] == round(means[1]) - 1, "and whole numbers dragged"
    for _ in range(30):
        page.locator(".ic-turn").click()
    mine, best = re.findall(r"([\d.]+),", says(page))[:2]
    assert float(best) <= float(mine) <= float(best) * 1.02, "turn by turn as good as the best, or nearly"
    page.locator(".ic-equal").click()
    assert greys(page) == [42, 128, 213]
    page.locator("input[type=range]").press("End")
    assert len(greys(page)) == 8 and says(page).startswith("8 points: ")


def test_the_picture_has_only_these_greys(opened, tmp_path):  # noqa: F811
    page = opened(own_levels())
    shown = "() => [...new Set(icHands.samplesOf(document.querySelector('.ic-photo img'), 512, false).samples)]"
    page.wait_for_function(f"({shown})().length <= 3")
    assert set(page.evaluate(shown)) <= {40, 100, 200}
    Image.fromarray(np.tile(np.arange(64, dtype=np.uint8), (20, 1))).save(tmp_path / "own.png")
    page.locator("input[type=file]").set_input_files(tmp_path / "own.png")
    page.wait_for_function("document.querySelector('.ic-photo img').alt.startsWith('Your photograph')")
    assert page.locator(".ic-levels svg").get_attribute("aria-label").endswith("40, 100, 200")


def test_colour_and_lightness_are_coarsened_apart_and_the_bet_is_met(opened):  # noqa: F811
    page = opened(BET.place(), own_colours())
    figure = page.locator(".ic-hands").nth(1)
    assert says(page, 1).startswith("12 bits per pixel instead of 24. Y no error, Cb ")
    page.locator(".ic-seen").click()
    noticed = page.locator(".ic-noticed")
    assert noticed.inner_text() == "You saw the loss of colour at 2 × 2, with one sample of 4 left."
    page.get_by_label("8 × 8", exact=True).check()
    page.locator(".ic-place").click()
    figure.get_by_label("more: Colour").click()
    assert noticed.inner_text() == ""
    page.locator(".ic-seen").press("Enter")
    assert noticed.inner_text().endswith("at 4 × 4, with one sample of 16 left. You had bet: at 8 × 8.")
    figure.get_by_label("more: Colour").click()
    page.locator(".ic-seen").click()
    assert noticed.inner_text().endswith("You had bet on that.")
    figure.get_by_label("Lightness:", exact=True).press("ArrowRight")
    page.locator(".ic-seen").click()
    assert noticed.inner_text().startswith("Is it the colour or the lightness?")
    figure.get_by_label("Colour:", exact=True).press("Home")
    assert says(page, 1).startswith("18 bits per pixel instead of 24. Y ")
    page.locator(".ic-seen").click()
    assert noticed.inner_text() == "You saw the loss of lightness at 2 × 2, with one sample of 4 left."
    figure.get_by_label("Lightness:", exact=True).press("Home")
    page.locator(".ic-seen").click()
    assert noticed.inner_text().startswith("This is the photograph itself.")


def test_the_original_is_a_press_away_and_pixels_are_the_library_s(opened):  # noqa: F811
    page = opened(own_colours(hue=3))
    pixels = "() => [...icHands.samplesOf(document.querySelector('.ic-photo img'), 512, true).samples]"
    wanted = colour.rgb(forgiven.coarsened(colour.ycbcr(RGB), 0, 3)).ravel().tolist()
    assert page.evaluate(pixels) == wanted
    peek = page.locator(".ic-peek")
    peek.click()
    page.wait_for_function("document.querySelector('.ic-photo img').complete")
    assert says(page) == "The original, 24 bits per pixel." and page.evaluate(pixels) == RGB.ravel().tolist()
    assert peek.get_attribute("aria-pressed") == "true"
    page.locator(".ic-seen").click()
    assert page.locator(".ic-noticed").inner_text().startswith("This is the original."), "nothing to be seen there"
    peek.press("Space")
    page.wait_for_function("document.querySelector('.ic-photo img').complete")
    assert peek.get_attribute("aria-pressed") == "false" and page.evaluate(pixels) == wanted


def test_in_print_and_without_scripts_the_first_state_stands_there(opened):  # noqa: F811
    page = opened(own_levels(), own_colours(), java_script_enabled=False)
    assert not any(thing.is_visible() for thing in page.locator("input, button").all())
    assert page.locator(".ic-photo img:visible").count() == 2 and page.locator(".ic-handle:visible").count() == 3
    assert says(page).startswith("3 points: mean squared error ")


@pytest.mark.parametrize("width", [1280, 390])
def test_what_is_pressed_is_large_enough_and_nothing_sticks_out(opened, width):  # noqa: F811
    page = opened(own_levels(points=[0, 36, 72, 109, 145, 182, 218, 255]), own_colours(), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = [thing.bounding_box() for thing in page.locator("button, input").all()]
    assert min(min(box["width"], box["height"]) for box in boxes) >= 44
    keyed = page.locator("button, input, .ic-handle")
    assert keyed.evaluate_all("all => all.every(e => e.dataset.lmSuppressShortcuts)"), "JupyterLab would take the keys"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_have_contrast(opened, scheme):  # noqa: F811
    page = opened(own_levels(), own_colours(), BET.place(), scheme=scheme)
    page.locator(".ic-peek").click()
    page.locator(".ic-seen").click()
    assert not [pair for pair in page.evaluate(CONTRAST) if pair[0] < 4.5]


@pytest.mark.parametrize(("call", "reason"), [
    (lambda: own_levels(RGB), "is grey"), (lambda: own_levels(points=[3]), "2 to 8 points"),
    (lambda: own_levels(points=[9, 3]), "ascending"), (lambda: own_levels(points=[3, 256]), "0 to 255"),
    (lambda: levels.look_up([]), "ascending"), (lambda: levels.error_of([0] * 256, [1]), "256 counts"),
    (lambda: own_colours(GREY), "has colours"), (lambda: own_colours(hue=5), "0 to 4"),
    (lambda: forgiven.coarsened(GREY, 0, 0), "planes are"), (lambda: own_levels(most=4), "8 to 512")])  # fmt: skip
def test_what_fits_nowhere_is_refused(call, reason):
    with pytest.raises(ValueError, match=reason):
        call()
