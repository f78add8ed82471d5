"""The figure of one JPEG 2000 file in a real browser: the library's pictures from parts of it, and files cut out."""

import base64
import itertools
import shutil
import subprocess
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from test_hands import CONTRAST, opened, says  # noqa: F401

from imgcomp_lib.entropy import mq
from imgcomp_lib.formats.jpeg2000 import Jpeg2000
from imgcomp_lib.formats.jpeg2000.decoder import decode, read
from imgcomp_lib.measure import images
from imgcomp_lib.pages.hands import kit, one_file

CAT = images.photo("cat")
PHOTO = np.ascontiguousarray(CAT[60:131, 140:209])
SEEN = "The face of a cat, from a part of one file"
ORDERS = "LRCP", "RLCP", "RPCL", "PCRL", "CPRL"
PACK = """const pack = bytes => btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""))
    const unpack = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0))"""


def figure(image=PHOTO, **knobs):
    return one_file.one_file(image, SEEN, "Drag the sliders.", **knobs)


def pack(data):
    return base64.b64encode(data).decode()


def files():
    """Yield some 60 files and what is to be read of them: sides of 1 to 140, grey, coloured, noise, all orders."""
    draw = np.random.default_rng(16)
    for n in range(60):
        height, width = draw.integers(1, 140, 2)
        image = CAT[30 : 30 + height, 100 : 100 + width]
        image = image[..., 0] if n % 3 == 0 else image
        image = draw.integers(0, 256, image.shape, np.uint8) if n % 5 == 0 else np.ascontiguousarray(image)
        levels, layers = int(draw.integers(0, 6)), int(draw.integers(1, 7))
        codec = Jpeg2000(levels=levels, layers=layers, container="j2k", progression=ORDERS[n % 5],
                         block=("64x64", "32x32", "16x16", "4x4")[n % 4])  # fmt: skip
        part = int(draw.integers(1, levels + 2)), int(draw.integers(1, layers + 1))
        yield codec.encode(image), part, ORDERS[draw.integers(5)]


def test_pictures_and_files_are_those_of_the_library(opened):  # noqa: F811
    page, cases = opened(figure()), list(files())
    taken = """([cases, rows]) => {
        PACK
        return cases.map(([data, [r, l], order]) => {
            const file = icHands.jpeg2000(unpack(data)), picture = icHands.jpeg2000Picture(file, r, l, rows)
            const placed = icHands.placed(file, file.head.order, r, l)
            const { read } = icHands.packetBill(placed, file.head.places.start)
            const cut = icHands.jpeg2000Rebuilt(file, order, r, l)
            const all = icHands.jpeg2000Rebuilt(file, order, file.head.levels + 1, file.head.layers)
            return [picture.width, picture.height, pack(picture.samples), read, pack(cut), pack(all)]
        })
    }""".replace("PACK", PACK)
    found = page.evaluate(taken, [[[pack(data), *rest] for data, *rest in cases], mq.ROWS.tolist()])
    for (data, part, order), (width, height, samples, size, cut, whole) in zip(cases, found, strict=True):
        image, needed = read(data, *part)
        assert image.shape[:2] == (height, width) and image.tobytes() == base64.b64decode(samples)
        assert size == needed
        cut, whole = base64.b64decode(cut), base64.b64decode(whole)
        assert np.array_equal(decode(cut), image) and np.array_equal(decode(whole), decode(data))
        assert len(whole) == len(data) and cut[cut.index(b"\xff\x52") + 5] == ORDERS.index(order)
        theirs = np.asarray(Image.open(BytesIO(whole)))
        assert np.array_equal(theirs, decode(data)) and np.asarray(Image.open(BytesIO(cut))).shape == image.shape


def test_bits_are_those_of_the_library(opened):  # noqa: F811
    draw, cases = np.random.default_rng(47), []
    for n in range(60):
        contexts = draw.integers(0, 19, 400 if n else 0)
        cases.append(((draw.random(len(contexts)) < draw.random()).astype(int), contexts))
    page, rows = opened(figure()), mq.ROWS.tolist()
    first = [4, *[0] * 16, 3, 46]
    asked = """([cases, rows]) => cases.map(([data, contexts]) => {
        const ask = icHands.mqDecoder(Uint8Array.from(data), rows)
        return contexts.map(k => ask(k))
    })"""
    coded = [[list(_encoded(bits, contexts, first)), contexts.tolist()] for bits, contexts in cases]
    for (bits, _), found in zip(cases, page.evaluate(asked, [coded, rows]), strict=True):
        assert found == bits.tolist()


def _encoded(bits, contexts, first):
    """Return the bytes of the library's coder, with contexts that begin in these rows."""
    register, out = np.zeros(5, np.int64), np.zeros(9 * len(bits) // 4 + 16, np.uint8)
    mq.start(register, 0)
    tokens = (2 * contexts + bits).astype(np.uint8)
    mq.encode_tokens(tokens, 0, len(bits), 2 * np.array(first, np.int64), register, out)
    mq.flush(register, out)
    return out[1 : register[mq.BP] + 1].tobytes()


def test_first_states_are_those_of_python(opened):  # noqa: F811
    figures = [figure(resolution=r, layer=n) for r, n in ((1, 1), (3, 2), (5, 3), (5, 8))]
    figures += [figure(PHOTO[..., 0], levels=2, layers=3, resolution=2, layer=2)]
    texts = """() => [...document.querySelectorAll(".ic-hands")].map(box => [
        box.querySelector(".ic-says").textContent, box.querySelector("svg").innerHTML,
        [...box.querySelectorAll(".ic-value")].map(e => e.textContent),
        [box.querySelector("img").width, box.querySelector("img").height]])"""
    before, after = (opened(*figures, java_script_enabled=scripts) for scripts in (False, True))
    after.wait_for_function("[...document.querySelectorAll('.ic-save')].every(link => link.href)")
    assert before.evaluate(texts) == after.evaluate(texts)
    assert "no error" in says(after, 3) and "dB" in says(after, 2) and "dB" not in says(after, 1)
    same = """() => [...document.querySelectorAll(".ic-hands img")]
        .map(img => [...icHands.samplesOf(img, 999, true).samples])"""
    after.wait_for_function("[...document.querySelectorAll('.ic-hands img')].every(img => img.complete)")
    data = Jpeg2000(levels=4, layers=8, container="j2k").encode(PHOTO)
    for (r, n), samples in zip(((1, 1), (3, 2), (5, 3), (5, 8)), after.evaluate(same), strict=False):
        assert samples == decode(data, r, n).ravel().tolist()


def test_an_order_is_chosen_and_a_file_saved(opened):  # noqa: F811
    page = opened(figure(resolution=2, layer=8))
    late = int(says(page).split("byte ")[1].rstrip(".").replace(",", ""))
    page.locator("select").select_option("RLCP")
    assert int(says(page).split("byte ")[1].rstrip(".").replace(",", "")) < late / 5
    page.get_by_role("slider", name="Layers").press("ArrowLeft")
    page.get_by_role("button", name="more: Resolutions").click()
    assert page.locator(".ic-value").all_inner_texts() == ["3 of 5, 18 × 18", "1 to 7 of 8"]
    with page.expect_download() as download:
        page.get_by_role("link", name="Save what is read").click()
    assert download.value.suggested_filename == "18x18-7.j2k"
    saved = download.value.path().read_bytes()
    whole = Jpeg2000(levels=4, layers=8, container="j2k").encode(PHOTO)
    assert np.array_equal(decode(saved), decode(whole, 3, 7)) and saved[saved.index(b"\xff\x52") + 5] == 1


@pytest.mark.parametrize("width", [1280, 390])
def test_what_is_pressed_is_large_enough_and_nothing_sticks_out(opened, width):  # noqa: F811
    page = opened(figure(), width=width, has_touch=width == 390)
    things = page.locator("button:visible, input:visible, select:visible, a:visible").all()
    boxes = [thing.bounding_box() for thing in things]
    assert len(boxes) == 8 and min(min(box["width"], box["height"]) for box in boxes) >= 43.9
    loud = "all => all.filter(e => !e.dataset.lmSuppressShortcuts).length"
    assert not page.locator("button, input, select").evaluate_all(loud), "JupyterLab would take the keys"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width == 390:
        before = says(page)
        page.get_by_role("button", name="less: Layers").tap()
        assert says(page) != before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_have_contrast(opened, scheme):  # noqa: F811
    assert not [pair for pair in opened(figure(), scheme=scheme).evaluate(CONTRAST) if pair[0] < 4.5]


def test_in_print_and_without_scripts_the_first_state_stands_there(opened):  # noqa: F811
    page = opened(figure(), java_script_enabled=False)
    assert page.locator("img:visible, svg:visible").count() == 2
    assert not page.locator("input:visible, button:visible").count()
    page = opened(figure())
    page.emulate_media(media="print")
    assert not any(thing.is_visible() for thing in page.locator(".ic-tools").all())


def test_packets_are_all_of_the_file():
    data = Jpeg2000(levels=4, layers=8, container="j2k").encode(PHOTO)
    found = one_file.packets(PHOTO, 4, 8)
    assert found[-1].end == len(data) - 2 and len(found) == 8 * 5 * 3
    assert all(one.end == other.start for one, other in itertools.pairwise(found))
    assert found[0].start == data.index(b"\xff\x93") + 2


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: figure(np.zeros((513, 8, 3), np.uint8)), "512 pixels a side"),
        (lambda: figure(levels=6), "levels is 1 to 5"),
        (lambda: figure(layers=1), "layers is 2 to 16"),
        (lambda: figure(resolution=6), "resolution is 1 to 5"),
        (lambda: figure(layer=9), "layer is 1 to 8"),
    ],
)
def test_what_fits_nowhere_is_refused(call, reason):
    with pytest.raises(ValueError, match=reason):
        call()


def test_scripts_ask_for_nothing_and_parse_as_classic_ones():
    page = figure()
    assert "http" not in page and 'src="data:' in page and kit.QUIET in page
    if not (node := shutil.which("node")):
        pytest.skip("no node here: the browser has parsed them")
    for name in one_file.SCRIPTS:
        text = kit.beside(name)
        subprocess.run([node, "--check", "-"], input=text.encode(), check=True)
        assert len(text.splitlines()) <= 150, name
