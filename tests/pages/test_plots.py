"""Figures: exact pixels, words for those who do not see them, nothing fetched, the same bytes for the same input."""

import base64
import io
import re
import sys
from xml.etree import ElementTree

import html5lib
import numpy as np
import pytest
from PIL import Image

from imgcomp_lib.pages import colours, html, plots

ALT = "A drawing of something that can be seen"
RNG = np.random.default_rng(3)


def drawing(slope=1.0):
    fig, ax = plots.axes(4, 2)
    ax.plot([0, 1], [0, slope], "o-", label="line")
    ax.set(title="a < b & c", xlabel="rate")
    return fig


def decoded(page):
    """Return the images of a page as arrays, in order, as a browser would decode them."""
    found = re.findall(r'"data:image/\w+;base64,([^"]+)"', page)
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(text)))) for text in found]


def tree(page):
    return html5lib.parse(page, namespaceHTMLElements=False)


def luminance(colour):
    c = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722)


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", plots.COLOURS)
@pytest.mark.parametrize("page", ["#ffffff", "#14181f"])
def test_colours_stand_out_on_white_and_on_black(name, page):
    assert contrast(plots.COLOURS[name], page) >= 3


@pytest.mark.parametrize("name", plots.COLOURS)
def test_letters_can_be_read_on_every_ground(name):
    assert all(contrast(colours.ON_LIGHT[name], page) >= 4.5 for page in ("#ffffff", "#f4f6f6", "#e8f2f5"))
    assert all(contrast(colours.ON_DARK[name], page) >= 4.5 for page in ("#13171c", "#1b2128", "#111111", "#17303a"))
    assert contrast(plots.ink_on(name), plots.COLOURS[name]) >= 4.5
    assert plots.ink_on(name) == plots.ink_on(plots.COLOURS[name])


def test_ink_can_be_read_on_every_grey():
    greys = [f"#{level:02x}{level:02x}{level:02x}" for level in range(256)]
    assert min(contrast(plots.ink_on(grey), grey) for grey in greys) >= 4.5


@pytest.mark.parametrize("colour", ["mauve", "#12345", "#12345g", "", "rgb(1,2,3)"])
def test_ink_refuses_what_is_no_colour(colour):
    with pytest.raises(ValueError, match="colour"):
        plots.ink_on(colour)


def test_letters_take_the_shade_that_the_page_decides_and_bars_do_not():
    fig, ax = plots.axes(3, 2)
    ax.barh(0, 1, color=plots.COLOURS["orange"])
    ax.text(0, 0.2, "plain", color=plots.COLOURS["orange"])
    ax.text(0, -0.2, "$2^{-l}$ set", color=plots.COLOURS["sky"])
    page = plots.figure(fig, "", ALT)
    assert re.search(r"fill:var\(--ic-orange,#a85200\)[^>]*>plain<", page)
    assert page.count("fill:var(--ic-sky,#216fae)") == 1
    assert f'fill:{plots.COLOURS["orange"]}' in page, "the bar"
    assert "--ic-sky:#216fae" in page and "--ic-sky:#76b4ee" in page


# Matplotlib


def test_figure_is_one_drawing_with_caption_and_words():
    page = plots.figure(drawing(), "Where `x` is <em>one</em>.", ALT + ' with "quotes" & <')
    svg = tree(page).find(".//*[@role='img']")
    assert svg.get("aria-label") == ALT + ' with "quotes" & <' and svg.get("viewBox") == "0 0 288 144"
    assert svg.get("width") == "384"  # 4 inches at 96 pixels
    assert "<figcaption>Where <code>x</code> is <em>one</em>.</figcaption>" in page
    assert "a &lt; b &amp; c" in page and ">rate</text>" in page  # text stays text
    assert not re.search(r"http|url\((?!#)|<script|DejaVu", page)


def test_figure_takes_the_colour_of_the_page():
    page = plots.figure(drawing(), "", ALT)
    assert "currentColor" in page and plots.INK not in page
    assert "#ffffff" not in page and "#000000" not in page  # no box behind it
    assert plots.COLOURS["blue"] in page


def test_figure_is_the_same_twice_and_ids_are_its_own():
    first, again, other = (plots.svg(drawing(slope), ALT) for slope in (1, 1, 2))
    assert first == again != other
    ids = [re.findall(r' id="([^"]+)"', page) for page in (first, other)]
    assert ids[0] and len(set(ids[0])) == len(ids[0]) and not set(ids[0]) & set(ids[1])
    used = set(re.findall(r"#(ic[\w-]+)", first))
    assert used == set(ids[0])
    assert not set(re.findall(r' id="([^"]+)"', plots.svg(drawing(), ALT, salt="2"))) & set(ids[0])


def test_figure_is_lean():
    file, fig = io.StringIO(), drawing()
    fig.savefig(file, format="svg")
    assert len(plots.svg(fig, ALT)) < len(file.getvalue()) / 3
    assert not re.search(r"\d\.\d{4}", re.sub(r'transform="matrix[^"]*"', "", plots.svg(drawing(1 / 3), ALT)))


def test_figure_keeps_the_pixels_of_an_image():
    pixels = RNG.integers(0, 256, (5, 7, 3), dtype=np.uint8)
    fig, ax = plots.axes(4, 2)
    ax.imshow(pixels)
    (shown,) = decoded(plots.svg(fig, ALT))
    assert np.array_equal(shown[::-1, :, :3], pixels) or np.array_equal(shown[..., :3], pixels)


def test_figure_lets_mathtext_run():
    fig, ax = plots.axes(4, 2)
    ax.set_title("bits $2^{-l}$ and $x_i$")
    svg = ElementTree.fromstring(plots.svg(fig, ALT))
    assert "bits 2−l and xi" in ["".join(text.itertext()).replace("\xa0", " ") for text in svg.iter("text")]


def test_figure_closes_what_pyplot_keeps():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    fig = pyplot.figure()
    plots.figure(fig, "", ALT)
    assert not pyplot.fignum_exists(fig.number)


def test_axes_leave_pyplot_alone():
    pyplot = sys.modules.get("matplotlib.pyplot")
    before = pyplot.get_fignums() if pyplot else []
    _, ax = plots.axes(3, 2, 1, 2, sharey=True)
    assert len(ax) == 2 and (pyplot.get_fignums() if pyplot else []) == before


@pytest.mark.parametrize("alt", ["", "too short", " " * 30, None])
def test_alternative_texts_must_say_something(alt):
    for call in (
        lambda: plots.figure(drawing(), "", alt),
        lambda: plots.show(np.zeros((8, 8), np.uint8), alt=alt),
        lambda: plots.breakdown({"header": 1}, alt=alt),
    ):
        with pytest.raises(ValueError, match="alt"):
            call()


# Images


@pytest.mark.parametrize("shape", [(8, 8), (1, 1), (1, 40), (33, 21, 3)])
def test_show_is_exact(shape):
    pixels = RNG.integers(0, 256, shape, dtype=np.uint8)
    (shown,) = decoded(plots.show(pixels, "title", "caption", ALT))
    assert np.array_equal(shown if shown.ndim == len(shape) else shown[..., 0], pixels)


def test_show_takes_the_smaller_file():
    noise, flat = RNG.integers(0, 256, (64, 64), dtype=np.uint8), np.zeros((64, 64), np.uint8)
    for pixels in (noise, flat):
        png = io.BytesIO()
        Image.fromarray(pixels).save(png, "png", optimize=True)
        (text,) = re.findall(r"base64,([^\"]+)", plots.show(pixels, alt=ALT))
        assert len(base64.b64decode(text)) <= len(png.getvalue())
    assert "image/png" in plots.img(np.zeros((1, 20000), np.uint8), ALT)  # too wide for WebP


def test_show_turns_depths_into_eight_bits():
    deep = np.array([[0, 257, 65535, 300]], np.uint16)
    assert html.viewable(deep).tolist() == [[0, 1, 255, 1]]
    assert html.viewable(np.array([[True, False]])).tolist() == [[255, 0]]


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (np.zeros((4, 4)), "float64"),
        (np.zeros((4, 4), int), "int64"),
        (np.zeros((4, 4, 4), np.uint8), r"\(4, 4, 4\)"),
        (np.zeros((0, 4), np.uint8), "empty"),
        (np.zeros(4, np.uint8), r"\(4,\)"),
    ],
)
def test_show_refuses_what_is_no_image(image, reason):
    with pytest.raises(ValueError, match=reason):
        html.viewable(image)


def test_show_several():
    small, wide = np.zeros((100, 100), np.uint8), np.zeros((100, 300), np.uint8)
    page = plots.show([small, wide], ["one `a`", "two"], "Both.", [ALT + " 1", ALT + " 2"], zoom=2)
    images = tree(page).findall(".//img")
    assert [(i.get("width"), i.get("height"), i.get("class")) for i in images] == [
        ("200", "200", "ic-px"),
        ("600", "200", "ic-px"),
    ]
    assert [i.get("alt")[-1] for i in images] == ["1", "2"] and "one <code>a</code>" in page
    for titles, alts in ((None, [ALT]), (None, ALT), (["one"], [ALT, ALT])):
        with pytest.raises(ValueError, match="2 images"):
            plots.show([small, wide], titles, "", alts)


def test_photographs_are_not_enlarged():
    assert " ic-px" not in plots.img(np.zeros((300, 200), np.uint8), ALT) and plots.default_zoom((300, 200)) == 1


# Bars, tables, sentences


def test_breakdown_adds_up():
    parts = {"TGA": {"header": 18, "payload": 982}, "own": {"header": 14, "tables": 86, "trailer": 400}}
    page = plots.breakdown(parts, {"own": 450.4}, "Bytes.", ALT)
    assert "<strong>TGA</strong> 1,000 bytes" in page and "<strong>own</strong> 500 bytes" in page
    keys = ["".join(li.itertext()) for li in tree(page).findall(".//li")]
    assert keys == [
        "header 18 bytes (1.8 %)",
        "payload 982 bytes (98.2 %)",
        "header 14 bytes (2.8 %)",
        "tables 86 bytes (17.2 %)",
        "trailer 400 bytes (80.0 %)",
        "entropy estimate 450 bytes (90.1 %)",
    ]
    assert "width:100.000%" in page and "width:50.000%" in page and "left:calc(45.040% - 1px)" in page


def test_breakdown_keeps_a_parts_colour():
    for parts in ({"payload": 5, "header": 1}, {"header": 1, "more": 2, "payload": 5}):
        page = plots.breakdown(parts, None, "", ALT)
        assert re.search(f"flex:5 5 0;min-width:2px;background:{plots.COLOURS['blue']}", page)
    assert "entropy" not in page


def test_breakdown_does_not_round_a_header_away():
    page = plots.breakdown({"header": 18, "payload": 98_500, "mark": 1}, None, "", ALT)
    assert "(0.02 %)" in page and "(99.98 %)" in page and "(&lt; 0.01 %)" in page.replace("(< ", "(&lt; ")


def test_table():
    rows = [
        {"codec": "`Raw` <x>", "size": np.int64(262162), "ratio": 1.0, "psnr": float("inf"), "share": 0.25},
        {"codec": "refused", "size": float("nan"), "ratio": None, "lossless": True},
    ]
    page = plots.table(rows, "Two *files*.", {"share": ".0%"})
    table = tree(page).find(".//table")
    assert "".join(table.find("caption").itertext()) == "Two files."
    assert [th.get("scope") for th in table.iter("th")] == ["col"] * 6 + ["row"] * 2
    cells = [["".join(c.itertext()) for c in tr] for tr in table.find("tbody")]
    assert cells == [["Raw <x>", "262,162", "1.00", "∞", "25%", "–"], ["refused", "–", "–", "–", "–", "True"]]
    right = [[c.get("class") == "ic-n" for c in tr] for tr in table.find("tbody")]
    assert right == [[False, True, True, True, True, False]] * 2


def test_a_number_below_zero_has_a_minus():
    rows = [{"name": "a-b", "whole": -1234, "real": -2.5, "far": -np.inf, "given": -0.25}]
    drawn = str(plots.table(rows, "", {"given": ".0%"}))
    assert re.findall(r">([^<>]+)</t[hd]>", drawn.split("<tbody>")[1]) == ["a-b", "−1,234", "−2.50", "−∞", "−25%"]


def test_table_formats():
    assert "0.1250" in plots.table([{"a": 1, "b": 0.125}], "")
    assert "<b>!</b>" in plots.table([{"a": 1, "b": plots.Html("<b>!</b>")}], "")
    assert "five" in plots.table([{"a": 1, "b": 5}], "", {"b": lambda value: "five"})
    with pytest.raises(ValueError, match="row"):
        plots.table([], "")


def test_say_escapes_and_marks():
    assert plots.say("`a < b` is *so*; 2 * 3 * 4 & 5*6*7") == (
        '<p class="say"><code>a &lt; b</code> is <em>so</em>; 2 * 3 * 4 &amp; 5*6*7</p>'
    )


def test_repr_is_what_is_read_without_pictures():
    assert repr(plots.say("It has `12` bytes.")) == "It has 12 bytes."
    shown = repr(plots.show(np.zeros((8, 8), np.uint8), "Title", "Caption.", ALT))
    assert shown == f"Title [{ALT}] Caption."
    assert plots.say("x")._repr_html_() == '<p class="say">x</p>'


# Cells


def test_pixel_grid_writes_the_numbers():
    fig, _ = plots.pixel_grid([[0, 12.5], [np.nan, 255]], boxes=[(0, 0, 1, 2, "top"), (1, 1, 1, 1, "end", "blue")])
    page = plots.svg(fig, ALT)
    assert re.findall(r">([^<>]+)</text>", page) == ["0", "12.5", "255", "top", "end"]
    assert plots.COLOURS["orange"] in page and plots.COLOURS["blue"] in page
    (cells,) = decoded(page)
    assert cells.shape == (2, 2, 4) and sorted(cells[..., 3].ravel()) == [0, 255, 255, 255]


def test_pixel_grid_numbers_stand_out():
    page = plots.svg(plots.pixel_grid([0, 90, 140, 255])[0], ALT)
    assert re.findall(r"fill:(#\w+)[^>]*>\d+<", page) == ["#ffffff", "#ffffff", "#010101", "#010101"]


def test_pixel_grid_steps_back_and_takes_words():
    page = plots.svg(plots.pixel_grid([5, 6], text=["a", ""], dim=[True, False])[0], ALT)
    assert re.findall(r">([^<>]+)</text>", page) == ["a"] and "fill:currentColor" in page


def test_pixel_grid_in_colour_and_in_given_axes():
    pixels = np.array([[[255, 0, 16], [1, 2, 3]]], np.uint8)
    fig, axes = plots.axes(6, 2, 1, 2)
    assert plots.pixel_grid(pixels, ax=axes[0]) == (fig, axes[0])
    assert "ff0010" in plots.svg(fig, ALT)
    for wrong in (np.zeros((2, 2, 4)), np.zeros((0, 2)), np.zeros(())):
        with pytest.raises(ValueError, match="values"):
            plots.pixel_grid(wrong)
