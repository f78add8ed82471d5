"""The figures of chapter 4 in a real browser: the library's distortions and measures, a blind test taken."""

import io
import math
import random

import numpy as np
import pytest
from PIL import Image
from test_hands import CONTRAST, opened, says  # noqa: F401

from imgcomp_lib.measure import distortions, images, quality
from imgcomp_lib.pages.hands import kit, qualities

PHOTO = np.ascontiguousarray(images.photo("cat")[60:131, 140:209])
SEEN = "The face of a cat, a small picture"


def file(image, kind, **options):
    out = io.BytesIO()
    Image.fromarray(image).save(out, kind, **options)
    return out.getvalue()


VERSIONS = {
    "noise": ("noise", 300),
    "blur": ("blur", 500),
    "blocks": ("blocks", 2000),
    "JPEG": file(PHOTO, "JPEG", quality=5),
}
PAIRS = [("noise", "blur"), ("blur", "blocks"), ("JPEG", "noise"), ("blocks", "JPEG")]
SCORES = {
    "first": {"noise": 4, "blur": 3, "blocks": 2, "JPEG": 1},
    "second": {"noise": -1.5, "blur": 3, "blocks": 9, "JPEG": 4},
}


def own_quality(image=PHOTO, kinds=("brightness", "blur"), **knobs):
    return qualities.own_quality(image, SEEN, kinds, "Drag the slider.", **knobs)


def blind_test():
    return qualities.blind_test(PHOTO, SEEN, VERSIONS, PAIRS, SCORES, "Choose.")


def picture(image):
    return {"width": image.shape[1], "height": image.shape[0], "samples": image.ravel().tolist()}


# The arithmetic is the library's


def test_measures_are_those_of_the_library(opened):  # noqa: F811
    draw, page, pairs = np.random.default_rng(4), opened(own_quality()), []
    for trial in range(60):
        shape = tuple(draw.integers(11, 40, 2)) + ((3,) if trial % 2 else ())
        one = draw.integers(0, 256, shape, np.uint8) if trial % 3 else np.full(shape, draw.integers(256), np.uint8)
        other = np.clip(one + draw.integers(-trial, trial + 1, shape), 0, 255).astype(np.uint8)
        pairs.append((one, other))
    found = page.evaluate(
        "pairs => pairs.map(pair => [icHands.mse(...pair), String(icHands.psnr(...pair)), icHands.ssim(...pair)])",
        [[picture(one), picture(other)] for one, other in pairs],
    )
    for pair, (mse, psnr, ssim) in zip(pairs, found, strict=True):
        assert mse == quality.mse(*pair)
        assert float(psnr.replace("Infinity", "inf")) == pytest.approx(quality.psnr(*pair), abs=1e-9)
        assert ssim == pytest.approx(quality.ssim(*pair), abs=1e-9)
    assert math.isinf(float(found[0][1].replace("Infinity", "inf"))), "identical pictures"
    assert page.evaluate("one => icHands.ssim(one, one)", picture(PHOTO[:10])) is None


def test_distortions_are_those_of_the_library(opened):  # noqa: F811
    page, draw = opened(own_quality()), random.Random(4)
    shapes = PHOTO, PHOTO[:33, :50, 1], 255 - PHOTO[:18], np.zeros((12, 17), np.uint8)
    for image in shapes:
        image = np.ascontiguousarray(image)
        steps = [0, 1, distortions.STEPS, *draw.choices(range(distortions.STEPS), k=4)]
        trials = [(kind, step) for kind in distortions.KINDS for step in steps]
        made = "([picture, trials]) => trials.map(trial => [...icHands.atStep(picture, ...trial).samples])"
        for (kind, step), samples in zip(trials, page.evaluate(made, [picture(image), trials]), strict=True):
            assert samples == distortions.at_step(image, kind, step).ravel().tolist(), (kind, step)
        goals = [(kind, psnr) for kind in distortions.KINDS for psnr in (20, 31, 40)]
        made = "([picture, goals]) => goals.map(goal => icHands.stepAtPsnr(picture, ...goal))"
        found = page.evaluate(made, [picture(image), goals])
        assert found == [distortions.step_at_psnr(image, *goal) for goal in goals]


def test_the_sentences_are_those_of_python(opened):  # noqa: F811
    grey = PHOTO[:40, :40, 0]
    cases = [(PHOTO, ("noise", "blocks"), 30), (PHOTO, ("blur", "blur"), 30), (grey, ("contrast", "noise"), 18)]
    cases.append((np.zeros((30, 30), np.uint8), ("blur", "contrast"), 20))
    cases += [(PHOTO, ("noise", "blur"), 45), (PHOTO, ("noise", "blur"), 40)]
    page = opened(*(own_quality(image, kinds, psnr=psnr) for image, kinds, psnr in cases))
    for number, (image, kinds, psnr) in enumerate(cases):
        spoilt = [distortions.at_psnr(image, kind, psnr) for kind in kinds]
        assert says(page, number) == qualities._verdict(image, spoilt, kinds, psnr)
    assert says(page, 3) == "As far as it goes: blur and contrast cannot spoil this photograph down to 20 dB."
    assert page.locator(".ic-marks").nth(6).inner_text() == "PSNR ∞ dB, SSIM 1.000"
    assert says(page, 4) == "As near as it comes: no step of blur is closer to 45 dB."
    assert says(page, 5).startswith("Both are within 0.1 of 40 dB. SSIM finds")


def test_agreements_are_counted(opened):  # noqa: F811
    page = opened(blind_test())
    rounds = [("blocks", "JPEG"), ("blur", "noise"), ("JPEG", "noise")]
    found = page.evaluate("([rounds, scores]) => icHands.agreements(rounds, scores)", [rounds, SCORES])
    assert found == {"first": 1, "second": 3}
    names = [["PSNR"], ["PSNR", "SSIM"], ["PSNR", "SSIM", "MS-SSIM"]]
    praised = page.evaluate("all => all.map(names => icHands.praise(names, 6, 8))", names)
    assert praised[0] == "PSNR agreed with you most often, in 6 of 8 rounds."
    assert [text.split(" agreed")[0] for text in praised] == ["PSNR", "PSNR and SSIM", "PSNR, SSIM and MS-SSIM"]
    assert praised[2].endswith(" agreed with you most often, each in 6 of 8 rounds.")
    places = page.evaluate("""Array.from({ length: 600 }, () => icHands.shuffled([0, 1, 2, 3]))""")
    assert all(sorted(order) == [0, 1, 2, 3] for order in places)
    assert min(sum(order[0] == first for order in places) for first in range(4)) > 90


# Hands


def test_two_distortions_are_chosen_and_scaled(opened):  # noqa: F811
    page = opened(own_quality(), own_quality(PHOTO[..., 0], ("noise", "blocks")))
    box = page.locator(".ic-hands").first
    assert box.locator(".ic-side .ic-title").all_inner_texts() == ["brightness", "blur"]
    box.get_by_label("Right", exact=True).select_option("noise")
    other = distortions.at_psnr(PHOTO, "noise", 24)
    marks = f"PSNR {quality.psnr(PHOTO, other):.2f} dB, SSIM {quality.ssim(PHOTO, other):.3f}"
    assert box.locator(".ic-marks").last.inner_text() == marks
    box.locator("input[type=range]").press("ArrowRight")
    page.wait_for_function("document.querySelector('.ic-says').textContent.startsWith('Both have 25 dB')")
    look = box.locator(".ic-look")
    assert box.locator("img").last.get_attribute("alt").startswith("The photograph with noise, 25.0")
    seen = box.locator("img").last.get_attribute("src")
    look.press("Space")
    assert look.get_attribute("aria-pressed") == "true" and box.locator("img").last.get_attribute("src") != seen
    assert box.locator(".ic-side img").first.get_attribute("alt") == "The original photograph"
    look.click()
    assert box.locator("img").last.get_attribute("src") == seen
    assert says(page, 1).startswith("Both have 24 dB. SSIM finds blocks closer")


def test_a_photograph_of_the_readers_own_is_spoilt(opened, tmp_path):  # noqa: F811
    page, image = opened(own_quality()), PHOTO[:50, :61]
    Image.fromarray(image).save(tmp_path / "own.png")
    page.locator("input[type=file]").set_input_files(tmp_path / "own.png")
    other = distortions.at_psnr(np.ascontiguousarray(image), "blur", 24)
    marks = f"SSIM {quality.ssim(image, other):.3f}"
    page.wait_for_function("text => document.querySelectorAll('.ic-marks')[1].textContent.endsWith(text)", arg=marks)
    assert page.locator(".ic-side img").first.get_attribute("width") == "61"
    page.locator("input[type=range]").press("Home")
    page.wait_for_function("document.querySelector('.ic-says').textContent.includes('18 dB')")


@pytest.mark.parametrize("way", ["mouse", "touch", "keyboard"])
def test_a_blind_test_is_taken(opened, way):  # noqa: F811
    page = opened(blind_test(), has_touch=way == "touch")
    left, right = page.locator(".ic-pick").all()
    sizes = [[img.bounding_box()[side] for img in page.locator("img").all()] for side in ("width", "height")]
    assert all(max(side) - min(side) < 1 for side in sizes), "the original is as large as the choices"
    for number in range(4):
        assert says(page) == f"Round {number + 1} of 4. Which looks closer to the original?"
        if way == "keyboard":
            left.press("ArrowRight" if number % 2 else "ArrowLeft")
        else:
            (right if number % 2 else left).tap() if way == "touch" else (right if number % 2 else left).click()
    assert not left.is_visible() and page.locator(".ic-result").is_visible()
    rows = page.locator(".ic-result tbody tr").all()
    rounds = [[cell.inner_text() for cell in row.locator("th, td").all()] for row in rows]
    assert sorted(sorted(row[:2]) for row in rounds) == sorted(sorted(pair) for pair in PAIRS)
    counts = {name: sum(of[chosen] > of[other] for chosen, other, *_ in rounds) for name, of in SCORES.items()}
    for place, name in enumerate(SCORES):
        assert sum(row[2 + place] == "as you" for row in rounds) == counts[name]
        assert f"{counts[name]} of 4" in page.locator(".ic-size", has_text=name).inner_text()
    most = max(counts.values())
    best = [name for name in SCORES if counts[name] == most]
    each = "each " if len(best) > 1 else ""
    assert says(page) == f"{' and '.join(best)} agreed with you most often, {each}in {most} of 4 rounds."
    page.locator(".ic-again").press("Enter")
    assert says(page).startswith("Round 1 of 4") and left.is_visible() and not page.locator(".ic-result").is_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_what_is_pressed_is_large_enough_and_nothing_sticks_out(opened, width):  # noqa: F811
    page = opened(own_quality(), blind_test(), width=width)
    boxes = [thing.bounding_box() for thing in page.locator("button:visible, input:visible, select:visible").all()]
    assert len(boxes) == 9 and min(min(box["width"], box["height"]) for box in boxes) >= 44
    loud = "all => all.filter(e => !e.dataset.lmSuppressShortcuts).length"
    assert not page.locator("button, input, select").evaluate_all(loud), "JupyterLab would take the keys"
    for _ in range(4):
        page.locator(".ic-pick").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_have_contrast(opened, scheme):  # noqa: F811
    page = opened(own_quality(), blind_test(), scheme=scheme)
    for _ in range(4):
        assert not [pair for pair in page.evaluate(CONTRAST) if pair[0] < 4.5]
        page.locator(".ic-pick").first.click()
    page.locator(".ic-look").click()
    assert not [pair for pair in page.evaluate(CONTRAST) if pair[0] < 4.5]


def test_in_print_and_without_scripts_the_first_state_stands_there(opened):  # noqa: F811
    page = opened(own_quality(), blind_test(), java_script_enabled=False)
    assert page.locator("img:visible").count() == 5 and not page.locator(".ic-tools:visible").count()
    assert says(page).startswith("Both have 24 dB.") and says(page, 1).startswith("Round 1 of 4.")


# What Python refuses


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: own_quality(PHOTO[:10]), "11 to 320 pixels"),
        (lambda: own_quality(kinds=("blur",)), "two of noise"),
        (lambda: own_quality(kinds=("blur", "fire")), "two of noise"),
        (lambda: own_quality(psnr=17), "18 to 45"),
        (lambda: own_quality(most=400), "11 to 384"),
        (lambda: qualities.blind_test(PHOTO, SEEN, VERSIONS, [("noise", "fire")], SCORES, ""), "two names"),
        (lambda: qualities.blind_test(PHOTO, SEEN, VERSIONS, [], SCORES, ""), "a pair to compare"),
        (
            lambda: qualities.blind_test(PHOTO, SEEN, VERSIONS, PAIRS, {"m": dict.fromkeys(VERSIONS, 1)}, ""),
            "prefer one",
        ),
        (lambda: qualities.blind_test(PHOTO, SEEN, VERSIONS, PAIRS, {"m": {"noise": 1}}, ""), "a score"),
        (
            lambda: qualities.blind_test(PHOTO, SEEN, {**VERSIONS, "x": b"GIF89a"}, PAIRS, SCORES, ""),
            "JPEG, WebP or PNG",
        ),
        (
            lambda: qualities.blind_test(PHOTO, SEEN, {**VERSIONS, "x": ("fire", 1)}, PAIRS, SCORES, ""),
            "a kind and a step",
        ),
    ],
)
def test_what_fits_nowhere_is_refused(call, reason):
    with pytest.raises(ValueError, match=reason):
        call()


def test_scripts_and_page_ask_for_nothing():
    for page in (own_quality(), blind_test()):
        assert "http" not in page and "src=" in page and kit.QUIET in page
