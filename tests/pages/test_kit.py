"""Figures for the reader's hands, as Python writes them: first state, settings, scripts, and what is refused."""

import html
import json
import re
from fractions import Fraction
from pathlib import Path

import html5lib
import pytest

from imgcomp_lib.pages.hands import intervals, kit, packets

SHARES = {"s": 7, "c": 2, "l": 1}


def settings(page):
    return json.loads(html.unescape(re.search(r'data-settings="([^"]*)"', page)[1]))


def test_a_row_stands_there_with_its_bytes():
    page = packets.own_row("wwwwwbbbww", "Ten pixels.", most=20)
    assert settings(page) == {"row": "wwwwwbbbww", "levels": [["w", 255], ["b", 0]], "most": 20}
    assert re.findall(r"<b>(..)</b> ([0-9a-f ]+)<", page) == [("84", "ff"), ("82", "00"), ("81", "ff")]
    assert "10 pixels, 3 runs. In packets 6 bytes: 4 bytes saved." in page
    assert page.endswith("<figcaption>Ten pixels.</figcaption></figure>")
    assert 'data-name="each"' in page and 'data-name="each"' not in packets.own_row("w", "", stretch=1)


def test_a_text_stands_there_with_its_number():
    page = intervals.own_text("scs", SHARES, "Three letters.")
    assert settings(page) == {"text": "scs", "counts": [["s", 7], ["c", 2], ["l", 1]], "most": 12}
    assert "scs: 3 letters in 1 bit, ideal 3.35. With luck a shorter number than that lies inside." in page
    assert re.findall(r"<code>(0\.\d{4})</code>", page) == ["0.5000", "0.7142", "0.0714"]


@pytest.mark.parametrize("page", [packets.own_row("wb", "a & b"), intervals.own_text("a<", {"a": 1, "<": 2}, "")])
def test_pages_are_html_that_asks_for_nothing(page):
    parser = html5lib.HTMLParser(strict=True)
    parser.parseFragment(page)
    assert not re.search(r"https?:|src=|import ", page)
    assert len(page) < 30_000


def test_scripts_are_small_and_plain():
    for path in Path(kit.__file__).parent.glob("*.js"):
        lines = path.read_text("utf8").splitlines()
        assert len(lines) <= 150 and max(map(len, lines)) <= 140 and lines[0].startswith("/* ")
        assert not re.search(r"\bimport\b|\bfetch\b|XMLHttp|https?:|eval\(", "\n".join(lines[1:])), path.name


def test_decimals_are_cut_and_the_shortest_is_found():
    assert [intervals.decimal(Fraction(n), 3) for n in (0, 1)] == ["0.000", "1.000"]
    assert intervals.shortest(Fraction(0), Fraction(1)) == ""
    assert intervals.shortest(Fraction(1, 3), Fraction(1, 50)) == "34"


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: packets.own_row("wx", ""), "'x'"),
        (lambda: packets.own_row("w" * 33, ""), "1 to 32 pixels"),
        (lambda: packets.own_row("", ""), "1 to 32 pixels"),
        (lambda: packets.own_row("w", "", {"w": 255}), "two to 8"),
        (lambda: packets.own_row("w", "", {"w": 255, "W": 0}), "different letters"),
        (lambda: packets.own_row("w", "", {"w": 256, "b": 0}), "0 to 255"),
        (lambda: packets.own_row("w", "", {"white": 255, "b": 0}), "one letter"),
        (lambda: packets.own_row("w", "", stretch=65), "1 to 64"),
        (lambda: intervals.own_text("x", SHARES, ""), "'x'"),
        (lambda: intervals.own_text("", SHARES, ""), "1 to 12 letters"),
        (lambda: intervals.own_text("s", {"s": 1}, ""), "2 to 12"),
        (lambda: intervals.own_text("s", {"s": 0, "c": 1}, ""), "1 to 65536"),
        (lambda: intervals.own_text("s", SHARES, "", most=25), "1 to 24"),
        (lambda: intervals.decimal(Fraction(3, 2), 4), "0 to 1"),
        (lambda: intervals.shortest(Fraction(1), Fraction(1)), "between 0 and 1"),
        (lambda: kit.figure("kind", "", "", {}, ["nowhere.js"], ""), "nowhere.js"),
        (lambda: kit.figure("kind", "", "", {}, ["x\n</script>"], ""), "ends its own"),
        (lambda: kit.figure("kind", "", "", {"a": {1}}, [], ""), "JSON"),
        (lambda: kit.number("a", "b", 3, 1, 2, ""), "3 to 1"),
        (lambda: kit.pixels("a", {"b": 1}, ""), "'a'"),
    ],
)
def test_what_fits_nowhere_is_refused(call, reason):
    with pytest.raises(ValueError, match=reason):
        call()
