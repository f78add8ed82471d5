"""The figures of wavelets in a real browser: the library's transform and zerotrees; mouse, touch, keyboard; print."""

import numpy as np
import pytest
from PIL import Image
from test_hands import CONTRAST, opened, says  # noqa: F401

from imgcomp_lib.core.bits import CorruptStream
from imgcomp_lib.entropy import zerotree
from imgcomp_lib.measure import images
from imgcomp_lib.pages.hands import bands, regions
from imgcomp_lib.transforms import dwt, mosaic

RNG = np.random.default_rng(15)
FACE = images.photo("camera")[48:112, 120:200].copy()
TILES = np.zeros((4, 5), bool)
TILES[1:3, 1:3] = True
SHAPES = [(16, 16), (13, 22), (1, 9), (9, 1), (1, 1), (32, 48)]
PICTURE = """async () => {
    const picture = document.querySelector('.ic-photo img')
    await picture.decode()
    return [...icHands.samplesOf(picture, 512, false).samples]
}"""


def own_bands(image=FACE):
    return bands.own_bands(image, "A photographer in profile", "Switch the finest bands on.", 128)


def own_region(image=FACE, tiles=TILES, **knobs):
    return regions.own_region(image, tiles, "A photographer in profile", "Paint his eye.", **{"size": 400} | knobs)


@pytest.mark.parametrize("wavelet", dwt.WAVELETS)
def test_the_transform_is_that_of_the_library_to_the_bit(opened, wavelet):  # noqa: F811
    page = opened(own_bands())
    for shape in SHAPES:
        for levels in (0, 1, 4):
            samples = RNG.integers(-128, 128, shape)
            wanted = mosaic.joined(*dwt.forward(samples, levels, wavelet))
            given = {"width": shape[1], "height": shape[0], "samples": samples.ravel().tolist()}
            found = page.evaluate("([p, n, w]) => [...icHands.dwt.forward(p, n, w).samples]", [given, levels, wavelet])
            assert found == wanted.ravel().tolist()
            given["samples"] = wanted.ravel().tolist()
            back = page.evaluate("([p, n, w]) => [...icHands.dwt.inverse(p, n, w).samples]", [given, levels, wavelet])
            assert back == dwt.inverse(*mosaic.apart(wanted, levels), wavelet).ravel().tolist()


def test_zerotrees_are_those_of_the_library(opened):  # noqa: F811
    page = opened(own_region())
    for shape, levels in (((16, 16), 4), ((8, 24), 3), ((32, 32), 2), ((4, 4), 1)):
        for spread in (0.3, 4, 3000):
            values = np.rint(RNG.laplace(0, spread, shape)).astype(int)
            given = {"width": shape[1], "height": shape[0], "samples": values.ravel().tolist()}
            for size in (1, 2, 17, 40, 1 << 16):
                data = zerotree.encode(values, levels, size)
                found = page.evaluate("([p, n, s]) => icHands.zerotree.encode(p, n, s)", [given, levels, size])
                assert bytes(found) == data
                back = page.evaluate("([d, p, n]) => [...icHands.zerotree.decode(d, p.width, p.height, n).samples]",
                                     [found, given, levels])  # fmt: skip
                assert back == zerotree.decode(data, *shape, levels).ravel().tolist()


@pytest.mark.parametrize("wavelet", dwt.WAVELETS)
def test_what_a_region_needs_is_what_the_library_says(opened, wavelet):  # noqa: F811
    page = opened(own_region())
    for shape in SHAPES:
        region = RNG.random(shape) < 0.1
        found = page.evaluate("([r, w, h, name]) => [...icHands.zerotree.needed(r, w, h, 3, name)]",
                              [region.astype(int).ravel().tolist(), shape[1], shape[0], wavelet])  # fmt: skip
        assert found == mosaic.needed(region, 3, wavelet).astype(int).ravel().tolist()


def test_files_with_a_region_are_those_of_python(opened):  # noqa: F811
    page = opened(own_region())
    settings = {"levels": regions.LEVELS, "tile": regions.TILE, "shifts": list(regions.SHIFTS)}
    for shape in ((64, 80), (17, 33), (1, 1), (50, 16)):
        pixels = RNG.integers(0, 256, shape, np.uint8) if shape[0] < 40 else FACE[: shape[0], : shape[1]].copy()
        tiles = RNG.random([-(-side // 16) for side in shape]) < 0.4
        given = {"width": shape[1], "height": shape[0], "samples": pixels.ravel().tolist()}
        for ahead, size in ((0, 300), (1, 200), (5, 900), (12, 20000)):
            data = regions.encode(pixels, tiles, ahead, size)
            left = regions.decode(data)
            found, picture, words = page.evaluate("""([p, tiles, ahead, size, settings]) => {
                const data = icHands.regions.encode(p, tiles, ahead, size, settings)
                const left = icHands.regions.decode(data, settings)
                return [data, [...left.samples], icHands.regions.verdict(p, left, tiles, ahead, data, settings)]
            }""", [given, tiles.astype(int).ravel().tolist(), ahead, size, settings])  # fmt: skip
            assert bytes(found) == data and picture == left.ravel().tolist()
            assert words == regions._verdict(pixels, left, tiles, ahead, data)
        assert np.array_equal(left, pixels), "enough bytes lose nothing"


def test_painted_tiles_are_better_and_the_others_pay():
    errors = []
    for ahead in (0, 3, 6, 12):
        left = regions.decode(regions.encode(FACE, TILES, ahead, 600)).astype(int)
        squares = (left - FACE) ** 2
        inside = squares[16:48, 16:48].mean()
        errors.append((inside, (squares.sum() - 32 * 32 * inside) / (squares.size - 32 * 32)))
    inside, outside = zip(*errors, strict=True)
    assert inside[0] > 2 * inside[2] and outside[0] < outside[2]


def test_damage_and_wild_arguments():
    data = regions.encode(FACE, TILES, 5, 400)
    for n in range(len(data)):
        if n > 8:
            assert regions.decode(data[:n]).shape == FACE.shape
        else:
            with pytest.raises(CorruptStream):
                regions.decode(data[:n])
    for bad in (b"\0\0\0\5\0\1", b"\1\1\0\5\0\1", b"\0\5\0\5\x0d\1\1"):
        with pytest.raises(CorruptStream):
            regions.decode(bad)
    for bad in ((FACE, TILES[:2], 5, 400), (FACE, TILES, 13, 400), (FACE, TILES, 5, 100), (FACE, TILES / 2, 5, 400)):
        with pytest.raises(ValueError, match=r"tiles|ahead|size"):
            regions.encode(*bad)
    large, colours = np.zeros((300, 8), np.uint8), np.zeros((8, 8, 3), np.uint8)
    for build in (lambda: own_region(size=450), lambda: own_region(large), lambda: own_bands(colours)):
        with pytest.raises(ValueError, match=r"size|grey"):
            build()


# Bands


def state(page):
    """Return both pictures of the first figure and its sentence."""
    return page.evaluate("""async () => {
        const found = []
        for (const image of document.querySelectorAll('.ic-photo img:not(.ic-kept)')) {
            await image.decode()
            found.push([...icHands.samplesOf(image, 512, false).samples])
        }
        return [...found, document.querySelector('.ic-says').textContent]
    }""")


def wanted(image, wavelet, on):
    left, shown, sentence = bands._view(image, wavelet, on)
    return [left.ravel().tolist(), shown.ravel().tolist(), sentence]


def test_bands_are_switched_and_drawn_as_by_the_library(opened, tmp_path):  # noqa: F811
    page, on = opened(own_bands()), [True] * 7 + [False] * 3
    assert state(page) == wanted(FACE, "9/7", on)
    page.wait_for_function("document.querySelector('.ic-photo img').src.startsWith('data:image/png')")
    page.get_by_text("All", exact=True).click()
    assert says(page) == bands._view(FACE, "9/7", [True] * 10)[2]
    page.locator("[data-band='0']").click()
    page.locator("[data-band='8']").press("Space")
    on = [i not in (0, 8) for i in range(10)]
    assert state(page) == wanted(FACE, "9/7", on)
    for wavelet in ("5/3", "haar"):
        page.get_by_role("button", name=wavelet).click()
        assert state(page) == wanted(FACE, wavelet, on)
    page.get_by_text("The low band alone").click()
    assert state(page) == wanted(FACE, "haar", [True] + [False] * 9)
    page.get_by_text("None", exact=True).click()
    assert state(page) == wanted(FACE, "haar", [False] * 10)
    own = RNG.integers(0, 256, (37, 50), np.uint8)
    Image.fromarray(own).save(tmp_path / "own.png")
    page.locator("input[type=file]").set_input_files(tmp_path / "own.png")
    page.get_by_role("button", name="5/3").click()
    page.get_by_text("All", exact=True).click()
    page.wait_for_function("document.querySelector('.ic-says').textContent.includes('1,850')")
    assert state(page) == wanted(own, "5/3", [True] * 10)
    assert says(page) == "10 of 10 bands: 1,850 of 1,850 coefficients. Not a sample has changed."


# Regions


def begun(page):
    page.wait_for_function("document.querySelector('.ic-region img').src.startsWith('data:image/png')")


def expected(tiles, ahead=5, size=400):
    data = regions.encode(FACE, tiles, ahead, size)
    left = regions.decode(data)
    return left.ravel().tolist(), regions._verdict(FACE, left, tiles, ahead, data)


def shown(page):
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.evaluate(PICTURE), says(page)


def test_tiles_are_painted_by_mouse(opened):  # noqa: F811
    page, tiles = opened(own_region()), TILES.copy()
    begun(page)
    assert shown(page) == expected(tiles)
    box = page.locator(".ic-region").bounding_box()
    page.mouse.move(box["x"] + 10, box["y"] + 110)
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + 110, steps=8)
    page.mouse.up()
    page.mouse.move(box["x"] + 150, box["y"] + 110)
    tiles[3, :3] = True
    assert shown(page) == expected(tiles)
    page.mouse.click(box["x"] + 40, box["y"] + 40)
    tiles[1, 1] = False
    assert shown(page) == expected(tiles)
    assert page.locator(".ic-region path").last.get_attribute("d") == page.evaluate(
        "t => icHands.regions.outline(t, 5, 4, 16)", tiles.astype(int).ravel().tolist())
    page.get_by_text("Paint the rest").click()
    assert shown(page) == expected(~tiles)
    page.get_by_text("Wipe the paint").click()
    assert shown(page) == expected(np.zeros_like(tiles))


def test_tiles_are_painted_by_keyboard_and_sliders_move(opened):  # noqa: F811
    page, tiles = opened(own_region(tiles=np.zeros_like(TILES))), np.zeros_like(TILES)
    begun(page)
    page.locator(".ic-region").focus()
    for key in ("ArrowRight", "ArrowDown", "Space", "Shift+ArrowRight", "ArrowUp", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    tiles[1, 1:3] = True
    assert shown(page) == expected(tiles)
    page.keyboard.press("Space")
    tiles[0, 2] = True
    page.locator("[data-name=size] input").press("End")
    assert shown(page) == expected(tiles, size=8000)
    page.get_by_label("more: Painted tiles").click()
    page.locator("[data-name=size] input").press("Home")
    assert shown(page) == expected(tiles, 6, 200)
    page.locator("[data-name=ahead] input").press("Home")
    assert shown(page) == expected(tiles, 0, 200)


def test_tiles_are_touched_and_another_photograph_taken(opened, tmp_path):  # noqa: F811
    page, tiles = opened(own_region(), width=390, has_touch=True, is_mobile=True), TILES.copy()
    begun(page)
    box = page.locator(".ic-region").bounding_box()
    page.touchscreen.tap(box["x"] + 5, box["y"] + 5)
    tiles[0, 0] = True
    assert shown(page) == expected(tiles)
    Image.fromarray(FACE[:30, :50]).save(tmp_path / "own.png")
    page.locator("input[type=file]").set_input_files(tmp_path / "own.png")
    page.wait_for_function("document.querySelector('.ic-says').textContent.includes('No tile')")
    assert page.locator(".ic-region img").first.get_attribute("alt") == regions.ALT


def test_scripts_draw_the_frames_that_python_drew(opened):  # noqa: F811
    paths = []
    for scripts in (False, True):
        page = opened(own_region(), java_script_enabled=scripts)
        if scripts:
            begun(page)
        d = page.locator(".ic-region path").last.get_attribute("d")
        paths.append((set(d.replace("M", " M").split(" M")), says(page)))
    assert paths[0] == paths[1]


@pytest.mark.parametrize("width", [1280, 390])
def test_what_is_pressed_is_large_enough_and_nothing_sticks_out(opened, width):  # noqa: F811
    page = opened(own_bands(), own_region(), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for thing in page.locator("button, input").all():
        box = thing.bounding_box()
        assert min(box["width"], box["height"]) >= 44
    loud = page.locator("button, input, [tabindex]").evaluate_all(
        "all => all.filter(e => !e.dataset.lmSuppressShortcuts).length")
    assert not loud, "JupyterLab would take the keys"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_have_contrast(opened, scheme):  # noqa: F811
    page = opened(own_bands(), own_region(), scheme=scheme)
    assert not [pair for pair in page.evaluate(CONTRAST) if pair[0] < 4.5]


def test_in_print_the_first_state_stands_there(opened):  # noqa: F811
    page = opened(own_bands(), own_region())
    page.emulate_media(media="print")
    assert not any(thing.is_visible() for thing in page.locator(".ic-tools").all())
    assert page.locator("img:visible").count() == 3
