"""A comparison as text, as numbers and as a page, which a real browser sorts."""

import json
import math
import shutil

import pytest

from imgcomp_lib.pages import comparison

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def row(codec, size, psnr=math.inf, seconds=0.5):
    return {"codec": codec, "size": size, "ratio": 9000 / size, "bpp": size / 900, "psnr": psnr,
            "encode_s": seconds, "decode_s": 0.25}  # fmt: skip


REFUSED = {"codec": "tga <16>", "size": math.nan, "psnr": math.nan, "refused": "16 bits & more"}
TABLES = {
    "lossless": [row("raw", 9018, seconds=10.0), REFUSED, row("jls", 900, seconds=9.0)],
    "lossy": [row("rnn", 64, 30.5)],
}


def test_text_has_a_table_for_each_kind_and_the_smallest_first():
    lossless, lossy = comparison.text(TABLES).split("\n\n")
    assert [line.split()[0] for line in lossless.splitlines()] == ["lossless", "codec", "jls", "raw", "tga"]
    assert lossy.splitlines()[2].split() == ["rnn", "64", "140.625", "0.071", "30.50", "0.500", "0.250"]
    assert lossless.splitlines()[4] == "tga <16>   refused: 16 bits & more"
    assert len({len(line) for line in lossless.splitlines()[1:4]}) == 1


def test_an_empty_table_is_left_out():
    assert comparison.text(TABLES | {"lossy": []}) == comparison.text(TABLES).split("\n\n")[0]
    assert ">lossy<" not in comparison.page("", "", TABLES | {"lossy": []})


def test_numbers_are_json_that_any_program_reads():
    found = json.loads(comparison.as_json({"picture": "\udcff.png"}, TABLES), parse_constant=pytest.fail)
    assert found["picture"] == "\udcff.png" and [r["codec"] for r in found["lossless"]] == ["jls", "raw", "tga <16>"]
    assert found["lossy"][0]["psnr"] == 30.5 and found["lossless"][0]["psnr"] is None
    assert found["lossless"][2] == {"codec": "tga <16>", "refused": "16 bits & more"}


@pytest.mark.parametrize(
    "wild, complaint",
    [
        ([], "tables is Mapping"),
        ({3: []}, "the name of a table is str"),
        ({"a": 3}, "a table is Iterable"),
        ({"a": [3]}, "a row is Mapping"),
        ({"a": [{"codec": "raw"}]}, "a row has bpp, decode_s, encode_s, psnr, ratio, size"),
        ({"a": [row(3, 4)]}, "codec is str"),
        ({"a": [row("raw", 4, math.nan)]}, "psnr is"),
    ],
)
def test_what_is_no_table_is_named(wild, complaint):
    for use in (comparison.text, lambda t: comparison.as_json({}, t), lambda t: comparison.page("", "", t)):
        with pytest.raises(ValueError, match=complaint):
            use(wild)


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed: this test drives one")
def test_a_click_on_a_head_sorts_and_without_scripts_it_is_a_table(tmp_path):
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    file = tmp_path / "t.html"
    file.write_text(comparison.page("<a> & b.png", "3 x 4", TABLES), "utf8")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        page, asked = browser.new_page(viewport={"width": 390, "height": 800}), []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: asked.append(message.text))
        page.on("pageerror", lambda error: asked.append(str(error)))
        page.goto(file.as_uri())

        def order():
            return [name.strip() for name in page.locator("table").first.locator("tbody th").all_inner_texts()]

        assert page.title() == "<a> & b.png" and order() == ["jls", "raw", "tga <16>"]
        wanted = {
            "bytes": ["raw", "jls", "tga <16>"],  # they came by size; a click turns them round
            "encode s": ["jls", "raw", "tga <16>"],  # 9 before 10, and what has no number last
            "codec": ["jls", "raw", "tga <16>"],
        }
        for head, names in wanted.items():
            page.locator("table").first.get_by_role("button", name=head).click()
            assert order() == names, head
        page.locator("table").first.get_by_role("button", name="encode s").click()
        page.locator("table").first.get_by_role("button", name="encode s").click()
        assert order() == ["raw", "jls", "tga <16>"]
        assert page.locator("table").first.locator("[aria-sort]").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") == 390 and asked == [file.as_uri()]
        background = "getComputedStyle(document.documentElement).colorScheme"
        assert page.evaluate(background) == "light dark"
        plain = browser.new_context(java_script_enabled=False).new_page()
        plain.goto(file.as_uri())
        assert plain.locator("tr").count() == 6 and plain.locator("button").count() == 0
        browser.close()
