"""Figures for the reader's hands in a real browser: the library's arithmetic; mouse, touch, keyboard; print."""

import math
import random
import re
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from imgcomp_lib.entropy import arithmetic, runs, static_model
from imgcomp_lib.formats.tga import Tga
from imgcomp_lib.pages.hands import bets, damage, intervals, kit, packets, photographs

SHARES = {"s": 7, "c": 2, "l": 1}
ROW, TEXT = "wwwwwbbbww", "sscl"
PAGE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Hands</title><style>:root{color-scheme:light dark}body{font:16px/1.6 sans-serif;max-width:720px;margin:auto;
padding:0 28px;background:light-dark(#fff,#14181e);color:light-dark(#323232,#ced6dd)}</style><body>"""


def own_row(row=ROW, **knobs):
    return packets.own_row(row, "Paint a chessboard.", **knobs)


def own_text(text=TEXT, counts=SHARES, **knobs):
    return intervals.own_text(text, counts, "Follow the dashed lines down.", **knobs)


def rest_of_the_kit():
    """Return one figure of each other kind."""
    return own_damage(), own_photo(FACE), LAWN.place(), WHO.place(), LAWN.confront(101)


@pytest.fixture
def opened(browser, tmp_path):
    """Return a function that opens figures on one page, a file; its errors and requests fail the test."""
    contexts, complaints = [], []

    def open_(*figures, width=1280, scheme="light", **options):
        path = tmp_path / f"page{len(contexts)}.html"
        path.write_text(PAGE + "".join(figures), "utf8")
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda r: r.url.startswith(("file:", "data:", "blob:")) or complaints.append(r.url))
        page.goto(path.as_uri(), wait_until="load")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not complaints


def says(page, number=0):
    return page.locator(".ic-says").nth(number).inner_text()


# The arithmetic is the library's


def rows():
    """Yield some 200 rows of bytes: long runs, pairs in noise, noise, and the lengths at which a packet is full."""
    draw = random.Random(5)
    full = [1], [2], [127], [128], [129], [256, 1], [255, 2, 257], [1] * 128, [1] * 129, [1] * 127 + [2], [1, 2] * 90
    for lengths in full:
        yield [i % 2 * 7 for i, length in enumerate(lengths) for _ in range(length)]
    for _ in range(190):
        long, levels = draw.choice([2, 3, 5, 300]), draw.choice([2, 3, 256])
        lengths = [draw.randrange(1, long) for _ in range(draw.randrange(1, 40))]
        yield [value for length in lengths for value in [draw.randrange(levels)] * length]


def test_runs_and_packets_are_those_of_the_library(opened):
    page, vectors = opened(own_row()), list(rows())
    found = page.evaluate("""rows => rows.map(row => {
        const packed = icHands.pack(row), pairs = icHands.runs(row), packets = icHands.packets(packed)
        return [packed, pairs, packets.map(p => p.bytes).flat(), packets.length, icHands.pairBytes(pairs)]
    })""", vectors)  # fmt: skip
    for row, (packed, pairs, joined, count, size) in zip(vectors, found, strict=True):
        data, (values, lengths) = runs.pack_row(np.array(row, np.uint8)[:, None]), runs.encode(row)
        assert bytes(packed) == bytes(joined) == data and count == runs.count_packets(data, 1)
        assert pairs == [[v, n] for v, n in zip(values, lengths, strict=True)]
        assert size == 2 * sum(math.ceil(n / 255) for n in lengths)


def texts():
    """Yield 200 texts, each with the counts of its alphabet: even shares and skewed ones, totals of any size."""
    draw = random.Random(7)
    for _ in range(200):
        letters = draw.sample("abcdefgh 01&<", draw.randrange(2, 9))
        counts = {letter: draw.choice([1, 2, 3, 7, draw.randrange(1, 1000)]) for letter in letters}
        yield "".join(draw.choices(letters, counts.values(), k=draw.randrange(1, 17))), counts


def test_intervals_and_numbers_are_those_of_the_library(opened):
    page, vectors = opened(own_text()), list(texts())
    found = page.evaluate("""texts => texts.map(([text, counts]) => {
        const steps = icHands.intervals(text, counts), last = steps.at(-1), bases = [2, 10]
        const numbers = bases.map(base => icHands.shortest(last, base))
        const read = numbers.map((digits, i) => icHands.readBack(digits, bases[i], counts, text.length).letters)
            .map(letters => letters.map(l => l.letter).join(""))
        return [steps.map(s => [`${s.low}/${s.scale}`, `${s.width}/${s.scale}`]), numbers, read, icHands.ideal(last)]
    })""", [[text, list(counts.items())] for text, counts in vectors])  # fmt: skip
    for (text, counts), (steps, (binary, tenths), read, ideal) in zip(vectors, found, strict=True):
        low, width = arithmetic.interval(text, counts)[-1]
        assert [tuple(map(Fraction, step)) for step in steps] == arithmetic.interval(text, counts)
        assert binary == arithmetic.shortest(low, width) and tenths == intervals.shortest(low, width)
        number = Fraction(int(binary or "0", 2), 2 ** len(binary))
        assert read == [text, text] and read[0] == "".join(arithmetic.symbols_at(number, counts, len(text)))
        index = [list(counts).index(letter) for letter in text]
        cost = static_model.cost(np.bincount(index, minlength=len(counts)), np.array(list(counts.values())))
        assert ideal == pytest.approx(-math.log2(width), abs=1e-9) == pytest.approx(cost, abs=1e-9)


def as_html(page, text):
    return page.evaluate("text => Object.assign(document.createElement('div'), { innerHTML: text }).innerHTML", text)


def first_state(figure):
    """Return what Python wrote into the view, and the sentence."""
    return re.search(r'<div class="ic-view">(.*?)</div><output[^>]*>(.*?)</output>', figure, re.S).groups()


@pytest.mark.parametrize("kind", ["row", "text"])
def test_scripts_draw_what_python_drew(opened, kind):
    draw = random.Random(1)
    if kind == "row":
        figures = [own_row("".join(draw.choices("wb", (k, 1), k=draw.randrange(1, 33)))) for k in range(1, 25)]
    else:
        figures = [own_text(text, counts, most=16) for text, counts in list(texts())[:24]]
    page = opened(*figures)
    shown = page.evaluate("""[...document.querySelectorAll('.ic-hands')].map(
        e => [...e.querySelectorAll('.ic-view, .ic-says')].map(part => part.innerHTML))""")
    for figure, (view, sentence) in zip(figures, shown, strict=True):
        first, said = first_state(figure)
        assert view == as_html(page, first) and sentence == as_html(page, said)


# Hands


def test_a_row_is_painted_by_mouse(opened):
    page = opened(own_row(), own_row("wb"))
    cells = page.locator(".ic-hands").first.locator(".ic-cell")
    boxes = [cells.nth(i).bounding_box() for i in range(3)]
    page.mouse.move(boxes[0]["x"] + 9, boxes[0]["y"] + 9)
    page.mouse.down()
    page.mouse.move(boxes[2]["x"] + 9, boxes[2]["y"] + 9, steps=12)
    page.mouse.up()
    page.mouse.move(boxes[0]["x"] + 9, boxes[0]["y"] + 9)
    assert page.locator(".ic-word").first.input_value() == "bbbwwbbbww"
    assert says(page) == "10 pixels, 4 runs. In packets 8 bytes: 2 bytes saved."
    assert says(page, 1) == "2 pixels, 2 runs. In packets 3 bytes: the row grew by 1 byte."


def test_a_row_is_painted_by_touch(opened):
    page = opened(own_row(), width=390, has_touch=True, is_mobile=True)
    page.locator(".ic-cell").nth(1).tap()
    assert page.locator(".ic-word").input_value() == "wbwwwbbbww"


def test_a_row_is_painted_by_keyboard(opened):
    page = opened(own_row())
    page.locator(".ic-word").focus()
    for _ in range(4):  # slider and its buttons, then the one cell that is a tab stop
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "pixel 1, white"
    for key in ("Space", "End", "Shift+ArrowLeft", "Shift+ArrowLeft", "Home", "ArrowRight", "b"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "pixel 3, white"
    assert page.locator(".ic-word").input_value() == "bbwwwbbwww"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator(".ic-word").input_value() == "bbwwwbbwwb"


def test_a_typed_row_refuses_with_a_reason_and_says_that_it_grows(opened):
    page = opened(own_row(levels={"w": 255, "g": 128, "b": 0}, row="wgb", most=8))
    word, refused = page.locator(".ic-word"), page.locator(".ic-refused")
    word.fill("WGBWGB")
    assert word.input_value() == "wgbwgb" and says(page).endswith("In packets 7 bytes: the row grew by 1 byte.")
    assert "ic-more" in page.locator(".ic-size").last.get_attribute("class")
    word.press("End")
    word.press("x")
    assert word.input_value() == "wgbwgb" and refused.inner_text() == "Left out: x. Only w, g, b can stand here."
    word.press("w")
    assert refused.inner_text() == "" and page.locator(".ic-cell").count() == 7
    word.fill("w" * 9)
    assert word.input_value() == "w" * 8 and refused.inner_text() == "No more than 8 fit here."
    word.fill("")
    assert says(page) == "No pixels yet. Type w or g or b."


def test_squares_stand_for_many_pixels(opened):
    page = opened(own_row("wwwb"))
    slider = page.locator(".ic-drag input")
    slider.press("End")
    assert slider.get_attribute("aria-valuetext") == page.locator(".ic-value").inner_text() == "64 pixels"
    assert says(page) == "256 pixels, 2 runs. In packets 6 bytes: 250 bytes saved."
    page.get_by_label("less: Each square").click()
    assert page.locator(".ic-value").inner_text() == "63 pixels"


def test_a_text_is_typed_and_pressed(opened):
    page = opened(own_text(), own_text("l"))
    figure = page.locator(".ic-hands").first
    figure.locator(".ic-word").fill("scz")
    assert figure.locator(".ic-refused").inner_text() == "Left out: z. Only s, c, l can stand here."
    assert says(page).startswith("sc: 2 letters in")
    figure.get_by_label("add l").click()
    figure.get_by_label("take the last letter away").press("Enter")
    figure.get_by_label("add s").press("Space")
    assert says(page).startswith("scs: 3 letters in") and figure.locator(".ic-slices").count() == 4
    low, width = arithmetic.interval("scs", SHARES)[-1]
    assert f"0.{arithmetic.shortest(low, width)}" in figure.locator(".ic-facts").inner_text()
    assert says(page, 1).startswith("l: 1 letter in")
    figure.locator(".ic-word").fill("")
    assert says(page) == "No letter yet: the interval is everything from 0 to 1."


def test_caret_stays_where_a_wrong_letter_was_refused(opened):
    page = opened(own_text("sscl"))
    page.locator(".ic-word").press("Home")
    for key in ("ArrowRight", "x", "l"):
        page.keyboard.press(key)
    assert page.locator(".ic-word").input_value() == "slscl"


# Everywhere


@pytest.mark.parametrize("width", [1280, 390])
def test_what_is_pressed_is_large_enough_and_nothing_sticks_out(opened, width):
    page = opened(own_row("wb" * 16), own_text("sssclscsss"), *rest_of_the_kit(), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = [thing.bounding_box() for thing in page.locator("button, input:not([type=radio]), .ic-choice").all()]
    assert min(min(box["width"], box["height"]) for box in boxes) >= 44
    loud = page.locator("button, input").evaluate_all("all => all.filter(e => !e.dataset.lmSuppressShortcuts).length")
    assert not loud, "JupyterLab would take the keys"


CONTRAST = """() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
    const behind = e => e ? [...behind(e.parentElement), getComputedStyle(e).backgroundColor] : []
    const light = layers => {
        for (const layer of layers) { canvas.fillStyle = layer; canvas.fillRect(0, 0, 1, 1) }
        const linear = c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(c => linear(c / 255))
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const found = []
    for (const e of document.querySelectorAll(".ic-hands *")) {
        const letters = e.tagName === "INPUT" || [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())
        if (!letters || !e.checkVisibility()) continue
        if (e.getAttribute("aria-disabled") === "true") continue
        const [a, b] = [light(behind(e)), light([...behind(e), getComputedStyle(e).color])].sort((x, y) => x - y)
        found.push([(b + 0.05) / (a + 0.05), e.className || e.tagName])
    }
    return found
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_have_contrast(opened, scheme):
    greys = {c: 36 * i for i, c in enumerate("abcdefgh")}
    texts = own_text(counts=dict.fromkeys("sclabde", 1))
    page = opened(own_row("abcdefgh", levels=greys), texts, *rest_of_the_kit(), scheme=scheme)
    weak = [pair for pair in page.evaluate(CONTRAST) if pair[0] < 4.5]
    assert not weak


def test_in_print_and_without_scripts_the_first_state_stands_there(opened):
    page = opened(own_row(), own_text(), java_script_enabled=False)
    assert not any(thing.is_visible() for thing in page.locator("input, button").all())
    assert page.locator(".ic-cell:visible").count() == 10 and page.locator(".ic-slices:visible").count() == 5
    assert says(page) == "10 pixels, 3 runs. In packets 6 bytes: 4 bytes saved."
    page = opened(own_row(), own_text())
    page.emulate_media(media="print")
    assert not any(thing.is_visible() for thing in page.locator(".ic-tools").all())
    assert page.locator(".ic-cell:visible").count() == 10 and page.locator(".ic-slices:visible").count() == 5


def test_words_for_the_picture_follow_it(opened):
    page = opened(own_text())
    picture = page.get_by_role("img")
    assert picture.get_attribute("aria-label").startswith("4 bars, one a letter of sscl")
    page.locator(".ic-word").fill("l")
    assert picture.get_attribute("aria-label").startswith("1 bar, one a letter of l")
    assert page.locator(".ic-says").get_attribute("aria-live") == "polite"


# The rest of the kit

FACE = np.array([[int(bit) for bit in f"{row:08b}"] for row in (60, 66, 165, 129, 165, 153, 66, 60)], np.uint8) * 200
COLOURS = np.stack([FACE[:4, :6], FACE[2:6, :6] // 2, FACE[4:, :6] // 3], 2)
LAWN = bets.Bet("lawn", "How many per cent of its bytes will the lawn keep?", 0, 200, " %")
WHO = bets.Bet("who", "Who saves most?", choices=("the cat", "the lawn"))


def own_damage(image=FACE):
    return damage.own_damage(image, "A smiling face of eight by eight pixels", "Flip a bit of a purple byte.")


def own_photo(image):
    return photographs.own_photo(image, "Noise and stripes, a small picture", "Drag the slider.", 64)


def broken_files():
    """Yield some 2,000 files: each bit of two files flipped alone, and many with several bits flipped."""
    draw = random.Random(3)
    for image, raw in ((FACE, 0), (COLOURS, 0), (COLOURS, 1)):
        whole = Tga(rle=1 - raw).encode(image)
        flips = [[bit] for bit in range(8 * len(whole))][:: 1 + 4 * raw]
        flips += [draw.choices(range(8 * len(whole)), k=draw.randrange(2, 5)) for _ in range(60)]
        for flipped in flips:
            data = bytearray(whole)
            for bit in flipped:
                data[bit // 8] ^= 128 >> bit % 8
            yield bytes(data)


def test_broken_files_decode_as_in_the_library(opened):
    page, files = opened(own_damage()), list(broken_files())
    found = page.evaluate("files => files.map(data => icHands.tga.decode(data))", [list(data) for data in files])
    counts = dict.fromkeys(("decoded", "refused", "unread"), 0)
    for data, told in zip(files, found, strict=True):
        counts["unread" if "unread" in told else "refused" if "refused" in told else "decoded"] += 1
        if "unread" in told:
            assert data[2] & ~8 == 1 or data[16] in (15, 16, 32)
            continue
        try:
            image = Tga().decode(data)
        except ValueError:
            assert "refused" in told
            continue
        assert (told["height"], told["width"]) == image.shape[:2] and told["pixels"] == image.ravel().tolist()
    assert all(counts.values()) and min(counts["decoded"], counts["refused"]) > 300


def test_bytes_are_broken_and_mended_by_mouse_and_keyboard(opened):
    page = opened(own_damage(), own_damage(COLOURS))
    box = page.locator(".ic-hands").first
    assert says(page) == f"{len(Tga().encode(FACE))} bytes, 8 × 8 pixels, nothing broken."
    assert box.locator(".ic-chosen").inner_text().startswith("Byte 18")
    box.locator(".ic-byte").nth(19).click()
    assert "a pixel." in box.locator(".ic-chosen").inner_text()
    box.locator(".ic-bit").first.click()
    assert re.fullmatch(r"1 bit flipped: \d+ of 64 pixels wrong\.", says(page))
    assert box.locator(".ic-byte").nth(19).get_attribute("aria-label").endswith("was 00")
    assert box.locator("img").get_attribute("alt").startswith("The picture, damaged: 1 bit flipped")
    box.locator(".ic-byte").nth(19).press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert box.locator(".ic-chosen").inner_text() == "Byte 2, 0b: header, the kind of file."
    box.locator(".ic-bit").nth(4).press("Space")
    assert says(page) == "Refused: the file ends before 8 × 8 pixels."
    box.locator(".ic-bit").nth(4).press("Space")
    assert says(page).startswith("1 bit flipped")
    box.locator(".ic-byte").nth(2).press("End")
    box.locator(".ic-byte").last.press("ArrowUp")
    box.locator(".ic-byte").nth(12).click()
    box.locator(".ic-bit").first.click()
    assert says(page).startswith("Refused: ") and not box.locator("img").is_visible()
    box.locator(".ic-mend").press("Enter")
    assert says(page).endswith("nothing broken.") and box.locator("img").is_visible()
    assert says(page, 1).endswith("6 × 4 pixels, nothing broken.")


def picture():
    rng = np.random.default_rng(2)
    return np.vstack([np.repeat(rng.integers(0, 256, (20, 8)), 5, 1), rng.integers(0, 256, (20, 40))]).astype(np.uint8)


def packed_size(pixels):
    return sum(len(runs.pack_row(row[:, None])) for row in pixels)


def test_a_photograph_is_packed_as_by_the_library(opened, tmp_path):
    page, image = opened(own_photo(FACE)), picture()
    assert says(page).startswith(f"8 × 8 pixels, 64 bytes. In packets {packed_size(FACE)} bytes, ")
    Image.fromarray(image).save(tmp_path / "own.png")
    page.locator("input[type=file]").set_input_files(tmp_path / "own.png")
    page.wait_for_function("document.querySelector('.ic-says').textContent.startsWith('40 × 40')")
    assert f"In packets {packed_size(image):,} bytes" in says(page)
    page.locator("input[type=range]").press("Home")
    assert f"In packets {packed_size(image & 128):,} bytes" in says(page)
    assert page.locator("img").get_attribute("alt").startswith("Your photograph")


def test_a_photograph_is_dropped_scaled_down_and_others_are_refused(opened):
    page = opened(own_photo(FACE))
    drop = """async kind => {
        const canvas = Object.assign(document.createElement("canvas"), { width: 200, height: 100 })
        const blob = await new Promise(done => canvas.toBlob(done)), files = new DataTransfer()
        files.items.add(new File([kind === "text" ? "no picture" : blob], `own.${kind}`))
        const dropped = new DragEvent("drop", { dataTransfer: files, cancelable: true })
        document.querySelector(".ic-drop").dispatchEvent(dropped)
    }"""
    page.evaluate(drop, "png")
    page.wait_for_function("document.querySelector('.ic-says').textContent.startsWith('64 × 32')")
    page.evaluate(drop, "text")
    page.wait_for_function("document.querySelector('.ic-refused').textContent.endsWith('no picture in own.text.')")


def test_a_bet_meets_the_truth(opened):
    page = opened(LAWN.place(), WHO.place(), LAWN.confront(101), WHO.confront(1))
    assert says(page, 2) == "It is 101 %." and not page.locator(".ic-mine").is_visible()
    page.locator("input[type=range]").press("End")
    page.locator(".ic-place").first.click()
    assert says(page) == "Your bet stands: 200 %. You will meet it again."
    assert says(page, 2) == "You bet 200 %. It is 101 %: your bet was 99 % too high."
    assert page.locator(".ic-mine").is_visible()
    page.locator(".ic-place").nth(1).press("Enter")
    assert says(page, 1) == "Choose one first."
    page.get_by_label("the lawn").check()
    page.locator(".ic-place").nth(1).press("Space")
    assert says(page, 3) == "You bet the lawn. It is the lawn: you were right."
    page.reload()
    assert says(page, 2).startswith("You bet 200 %.") and page.get_by_label("the lawn").is_checked()


def test_a_bet_stands_where_nothing_may_be_stored(opened):
    page = opened(LAWN.place(), LAWN.confront(101))
    page.evaluate("Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('no') } })")
    page.locator(".ic-place").click()
    assert says(page, 1) == "You bet 100 %. It is 101 %: your bet was 1 % too low."


def test_a_grid_of_pixels_is_walked_by_rows(opened):
    script = """icHands.start("grid", (box, { row, levels }) => {
        const says = box.querySelector(".ic-says"), change = text => { says.textContent = text }
        icHands.pixels(box.querySelector(".ic-cells"), { levels, columns: 4, change }).set(row)
    })\n"""
    row, levels = "wbwbbwbwwwww", {"w": 255, "b": 0}
    cells = kit.pixels(row, levels, "Twelve pixels", 4)
    settings = {"row": row, "levels": list(levels.items())}
    page = opened(kit.figure("grid", cells, row, settings, ["pixels.js", script], "A grid."))
    page.locator(".ic-cell").first.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    assert says(page) == "wbwbbwbwbwww"
    assert page.locator(".ic-cell").nth(8).get_attribute("aria-label") == "row 3, column 1, black"
