"""The figures of cosines in a real browser: the library's whole numbers; mouse, touch, keyboard; print."""

import math
import re

import numpy as np
import pytest
from PIL import Image
from test_hands import CONTRAST, opened, says  # noqa: F401

from imgcomp_lib.measure import images
from imgcomp_lib.pages.hands import blocks
from imgcomp_lib.transforms import dct
from imgcomp_lib.transforms import dct_integer as integer

RNG = np.random.default_rng(8)
SLOPE = (np.add.outer(9 * np.arange(8), 20 * np.arange(8)) + 17).astype(np.uint8)
STEP = np.where(np.arange(8) < 3, 40, 200).astype(np.uint8) * np.ones((8, 1), np.uint8)
FLAT = np.full((8, 8), 138, np.uint8)
EYE = images.photo("camera")[144:152, 232:240].copy()
TABLE = dct.LUMINANCE_TABLE


def own_block(first=SLOPE):
    return blocks.own_block({"slope": first, "step": STEP, "flat": FLAT}, "Paint, and drag a coefficient.")


def own_blocks(image):
    return blocks.own_blocks(image, "A picture of slopes and of noise", "Drag the slider to the left.", 50, 64)


def vectors():
    """Return some 500 blocks of samples: noise of all sizes, edges, flat ones, and both extremes alone."""
    noise = RNG.integers(0, 256, (200, 8, 8))
    small = np.clip(RNG.integers(0, 256, (200, 1, 1)) + RNG.integers(-9, 10, (200, 8, 8)), 0, 255)
    flat = np.broadcast_to(np.arange(0, 256, 5)[:, None, None], (52, 8, 8))
    return np.concatenate([noise, small, flat, np.where(noise[:40] < 128, 0, 255)])


def test_forward_and_inverse_are_those_of_the_library_to_the_bit(opened):  # noqa: F811
    samples = vectors()
    there = integer.forward(samples - 128)
    page = opened(own_block())
    found = page.evaluate("all => all.map(icHands.dct.forward)", (samples - 128).reshape(-1, 64).tolist())
    assert np.array_equal(np.reshape(found, (-1, 8, 8)), there)
    wild = RNG.integers(-integer.LARGEST, integer.LARGEST, (60, 8, 8))
    back = np.concatenate([there >> 3, RNG.integers(-2048, 2048, (200, 8, 8)), wild])
    found = page.evaluate("all => all.map(c => icHands.dct.inverse(c))", back.reshape(-1, 64).tolist())
    assert np.array_equal(np.reshape(found, (-1, 8, 8)), integer.inverse(back))
    found = page.evaluate("all => all.map(c => icHands.dct.samples(c))", back.reshape(-1, 64).tolist())
    assert np.array_equal(np.reshape(found, (-1, 8, 8)), np.clip(integer.inverse(back) + 128, 0, 255))


def test_levels_tables_and_zigzag_are_those_of_the_library(opened):  # noqa: F811
    page, eightfold = opened(own_block()), integer.forward(vectors()[::5] - 128)
    for quality in (1, 10, 49, 50, 75, 100):
        table = page.evaluate("([t, q]) => icHands.dct.scaled(t, q)", [TABLE.ravel().tolist(), quality])
        assert table == dct.scaled(TABLE, quality).ravel().tolist()
        levels = page.evaluate("([all, t]) => all.map(c => icHands.dct.quantise(c, t))",
                               [eightfold.reshape(-1, 64).tolist(), table])  # fmt: skip
        steps = np.reshape(table, (8, 8))
        assert np.array_equal(np.reshape(levels, (-1, 8, 8)), integer.quantise(eightfold, steps))
    assert page.evaluate("icHands.zigzag") == dct.ZIGZAG.tolist()


def drawn(page):
    """Return what the first figure shows: pixels, numbers, and the pattern of the chosen coefficient."""
    return page.evaluate("""() => {
        const box = document.querySelector(".ic-hands"), all = selector => [...box.querySelectorAll(selector)]
        return [all(".ic-pixels > *").map(e => getComputedStyle(e).backgroundColor),
            all(".ic-numbers > *").map(e => [e.textContent, getComputedStyle(e).backgroundColor]),
            all(".ic-pattern > *").map(e => getComputedStyle(e).backgroundColor),
            box.querySelector(".ic-says").textContent]
    }""")


@pytest.mark.parametrize("first", [SLOPE, STEP, FLAT, *RNG.integers(0, 256, (4, 8, 8)).astype(np.uint8)])
def test_scripts_draw_what_python_drew(opened, first):  # noqa: F811
    states = [drawn(opened(own_block(first), java_script_enabled=scripts)) for scripts in (False, True)]
    assert states[0] == states[1]


def coefficients(page):
    """Return the 64 numbers that the figure shows."""
    shown = page.locator(".ic-numbers .ic-cell").all_inner_texts()
    return np.array([int(text.replace("−", "-") or 0) for text in shown]).reshape(8, 8)


def pixels(page):
    cells = page.locator(".ic-pixels .ic-cell")
    colours = cells.evaluate_all("all => all.map(e => getComputedStyle(e).backgroundColor)")
    return np.array([int(re.match(r"rgb\((\d+)", colour)[1]) for colour in colours]).reshape(8, 8)


def cell(page, kind, i):
    return page.locator(f".ic-{kind} .ic-cell").nth(i)


def test_pixels_are_painted_by_mouse_and_their_coefficients_follow(opened):  # noqa: F811
    page, wanted = opened(own_block(FLAT)), FLAT.copy()
    assert says(page) == "1 coefficient of 64 left. They draw the block exactly."
    ends = [cell(page, "pixels", i).bounding_box() for i in (8, 11)]
    page.mouse.move(ends[0]["x"] + 9, ends[0]["y"] + 9)
    page.mouse.down()
    page.mouse.move(ends[1]["x"] + 9, ends[1]["y"] + 9, steps=12)
    page.mouse.up()
    page.mouse.move(ends[0]["x"] + 9, ends[0]["y"] + 99)
    wanted[1, :4] = 255
    assert np.array_equal(pixels(page), wanted)
    assert np.array_equal(coefficients(page), blocks.coefficients(wanted))


def test_a_coefficient_is_dragged_and_the_pixels_follow(opened):  # noqa: F811
    page, wanted = opened(own_block(FLAT)), np.zeros((8, 8), int)
    place = cell(page, "numbers", 10).bounding_box()
    page.mouse.move(place["x"] + 9, place["y"] + 9)
    page.mouse.down()
    assert cell(page, "numbers", 10).get_attribute("aria-current") == "true"
    page.mouse.move(place["x"] + 59, place["y"] + 9, steps=5)
    page.mouse.up()
    page.mouse.move(place["x"] + 9, place["y"] + 9)
    wanted[0, 0], wanted[1, 2] = 80, 200
    assert np.array_equal(coefficients(page), wanted)
    assert np.array_equal(pixels(page), np.clip(integer.inverse(wanted) + 128, 0, 255))
    error = pixels(page).astype(int) - FLAT
    psnr = 10 * math.log10(255**2 / np.mean(error**2))
    assert says(page) == (f"2 coefficients of 64 left. They draw the block with errors of at most {abs(error).max()} "
                          f"levels, {psnr:.1f} dB.")  # fmt: skip
    page.locator("[data-name=value] input").press("End")
    assert coefficients(page)[1, 2] == 1024
    page.get_by_label("less: Coefficient").click()
    assert page.locator("[data-name=value] .ic-value").inner_text() == "1023 (1 down, 2 across)"
    page.get_by_text("Back to the painting").click()
    assert np.array_equal(pixels(page), FLAT)


def test_both_squares_are_worked_by_keyboard(opened):  # noqa: F811
    page = opened(own_block(FLAT))
    cell(page, "pixels", 0).focus()
    for key in ("Space", "ArrowRight", "0", "ArrowDown", "+", "ArrowLeft", "-", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
    wanted = FLAT.copy()
    wanted[:2, :2] = [[255, 0], [122, 154]]
    assert np.array_equal(pixels(page), wanted)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "row 1, column 1, white"
    assert np.array_equal(coefficients(page), blocks.coefficients(wanted))
    there = coefficients(page)
    cell(page, "numbers", 1).focus()
    for key in ("ArrowLeft", "+", "PageUp", "ArrowRight", "-", "ArrowRight", "Delete", "End"):
        page.keyboard.press(key)
    there[0, :3] = there[0, 0] + 72, there[0, 1] - 8, 0
    assert np.array_equal(coefficients(page), there)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "0 half waves down, 2 across: 0"


def test_pixels_and_coefficients_are_touched(opened):  # noqa: F811
    page = opened(own_block(FLAT), width=390, has_touch=True, is_mobile=True)
    cell(page, "pixels", 63).tap()
    wanted = FLAT.copy()
    wanted[7, 7] = 255
    assert np.array_equal(pixels(page), wanted)
    cell(page, "numbers", 9).tap()
    page.get_by_label("more: Coefficient").tap()
    assert coefficients(page)[1, 1] == blocks.coefficients(wanted)[1, 1] + 1
    styles = page.locator(".ic-square").evaluate_all("all => all.map(e => getComputedStyle(e).touchAction)")
    assert styles == ["pan-y", "pan-y"], "a finger that moves sideways drags, one that moves down scrolls"


def test_the_smallest_are_dropped_one_by_one_the_finest_first(opened):  # noqa: F811
    page = opened(own_block(SLOPE))
    found = coefficients(page).ravel()
    for _ in range(np.count_nonzero(found)):
        alive = [i for i in dct.ZIGZAG if found[i]]
        least = min(abs(found[i]) for i in alive)
        found[[i for i in alive if abs(found[i]) == least][-1]] = 0
        page.get_by_text("Drop the smallest").click()
        assert np.array_equal(coefficients(page).ravel(), found)
    assert page.locator("[data-act=drop]").get_attribute("aria-disabled") == "true"
    assert says(page).startswith("0 coefficients of 64 left.") and (pixels(page) == 128).all()


def test_a_block_is_rounded_as_by_the_library_and_others_are_loaded(opened):  # noqa: F811
    page = opened(own_block(SLOPE))
    levels = integer.quantise(integer.forward(SLOPE.astype(int) - 128), TABLE)
    page.get_by_text("Round at quality 50").click()
    assert np.array_equal(coefficients(page), integer.dequantise(levels, TABLE))
    page.get_by_role("button", name="step", exact=True).click()
    assert np.array_equal(pixels(page), STEP)


def test_rounding_takes_the_coefficients_as_the_encoder_has_them_and_not_as_they_are_shown(opened):  # noqa: F811
    some = vectors()
    eightfold = integer.forward(some - 128)
    levels = integer.quantise(eightfold, TABLE)
    twice = integer.quantise(8 * integer.quantise(eightfold, np.ones((8, 8), int)), TABLE)
    slips = np.flatnonzero((levels != twice).any(axis=(1, 2)))[:5]
    assert len(slips) == 5, "blocks that tell one rounding from two"
    samples = {"eye": EYE}
    samples |= {f"slip {n}": some[n].astype(np.uint8) for n in slips}
    page = opened(blocks.own_block(samples, "Round them."))
    for name, block in samples.items():
        page.get_by_role("button", name=name, exact=True).click()
        page.get_by_text("Round at quality 50").click()
        wanted = integer.quantise(integer.forward(block.astype(int) - 128), TABLE)
        assert np.array_equal(coefficients(page) // TABLE, wanted)
        assert np.array_equal(coefficients(page), integer.dequantise(wanted, TABLE))
        if name == "eye":
            assert says(page).startswith("16 coefficients of 64 left.")


def test_a_number_that_was_dragged_is_rounded_as_it_is_shown(opened):  # noqa: F811
    page = opened(own_block(EYE))
    cell(page, "numbers", 12).click()
    for key, shown in (("+", -5), ("-", -13)):
        page.keyboard.press(key)
        assert coefficients(page)[1, 4] == shown
    page.get_by_text("Round at quality 50").click()
    assert coefficients(page)[1, 4] == -26


def smooth_and_rough():
    y, x = np.mgrid[:37, :50]
    return np.where(x < 25, 3 * x + 2 * y, RNG.integers(0, 256, (37, 50))).astype(np.uint8)


def test_a_photograph_is_coded_as_by_the_library(opened, tmp_path):  # noqa: F811
    page, image = opened(own_blocks(SLOPE)), smooth_and_rough()
    assert says(page) == blocks._coded(SLOPE, 50)[1]
    page.wait_for_function("document.querySelector('.ic-photo img').src.length > 0")
    Image.fromarray(image).save(tmp_path / "own.png")
    page.locator("input[type=file]").set_input_files(tmp_path / "own.png")
    page.wait_for_function("document.querySelector('.ic-says').textContent.startsWith('50 × 37')")
    assert page.locator("img").first.get_attribute("alt").startswith("Your photograph")
    slider = page.locator("[data-name=quality] input")
    for quality in (50, 1, 20, 93, 100):
        slider.evaluate("(e, v) => { e.value = v; e.dispatchEvent(new Event('input')) }", str(quality))
        left, sentence = blocks._coded(image, quality)
        assert says(page) == sentence
        shown = page.evaluate("""async () => {
            const picture = document.querySelector('.ic-photo img')
            await picture.decode()
            return [...icHands.samplesOf(picture, 64, false).samples]
        }""")
        assert shown == left.ravel().tolist()


@pytest.mark.parametrize("width", [1280, 390])
def test_what_is_pressed_is_large_enough_and_nothing_sticks_out(opened, width):  # noqa: F811
    page = opened(own_block(), own_blocks(SLOPE), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for thing in page.locator("button, input").all():
        box, least = thing.bounding_box(), 40 if "ic-cell" in (thing.get_attribute("class") or "") else 44
        assert min(box["width"], box["height"]) >= least
    loud = page.locator("button, input").evaluate_all("all => all.filter(e => !e.dataset.lmSuppressShortcuts).length")
    assert not loud, "JupyterLab would take the keys"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_have_contrast(opened, scheme):  # noqa: F811
    page = opened(own_block(vectors()[3].astype(np.uint8)), own_blocks(SLOPE), scheme=scheme)
    assert not [pair for pair in page.evaluate(CONTRAST) if pair[0] < 4.5]


def test_in_print_the_first_state_stands_there(opened):  # noqa: F811
    page = opened(own_block(), own_blocks(SLOPE))
    page.emulate_media(media="print")
    assert not any(thing.is_visible() for thing in page.locator(".ic-tools").all())
    assert page.locator(".ic-cell:visible").count() == 128 and page.locator("img:visible").count() == 1
