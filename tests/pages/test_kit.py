"""Figures for the reader's hands, as Python writes them: first state, settings, scripts, and what is refused."""

import html
import json
import re
from fractions import Fraction
from pathlib import Path

import html5lib
import numpy as np
import pytest

from imgcomp_lib.formats.tga import Tga
from imgcomp_lib.pages.hands import bets, damage, intervals, kit, packets, photographs

SHARES = {"s": 7, "c": 2, "l": 1}
SEEN = "A small picture of a few pixels"
GREY, RGB = np.arange(30, dtype=np.uint8).reshape(5, 6) // 4 * 30, np.zeros((3, 4, 3), np.uint8)
LAWN = bets.Bet("lawn", "How many per cent?", 0, 200, " %")
WHO = bets.Bet("who", "Who < whom?", choices=("the cat", "the lawn"))


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
    assert "scs: 3 letters in 1 bit, ideal 3.35. By luck a number of fewer bits lies inside." in page
    found = re.findall(r"<code>(0\.\d{4})</code>", page)
    assert found == ["0.5000", "0.5000", "0.7142", "0.0714"]  # the number, and what a decoder sees before each letter


def test_a_file_stands_there_byte_by_byte():
    for image in (GREY, RGB):
        page, data = damage.own_damage(image, SEEN, "Break it."), Tga().encode(image)
        cells = re.findall(r'ic-part-(.)">(..)<', page)
        assert bytes.fromhex("".join(byte for _, byte in cells)) == data == bytes(settings(page)["bytes"])
        parts = "".join(part for part, _ in cells)
        assert re.fullmatch("h{18}[kp]+f{26}", parts)
        assert parts.count("k") == Tga().breakdown(data)["side information"]


def test_a_photograph_stands_there_with_its_size():
    page = photographs.own_photo(GREY, SEEN, "Drop one in.")
    size = len(Tga().encode(GREY)) - 18 - 26
    assert f"6 × 5 pixels, 30 bytes. In packets {size} bytes, " in page


def test_a_bet_says_the_truth_without_scripts():
    assert "It is 101 %." in LAWN.confront(101) and 'left:50.500%"' in LAWN.confront(101)
    assert "It is the lawn." in WHO.confront(1) and "Who &lt; whom?" in WHO.confront(1)
    assert WHO.place().count('type="radio"') == 2 and 'value="100"' in LAWN.place()
    assert settings(LAWN.confront(7)) == {"bet": settings(LAWN.place()), "truth": 7}


@pytest.mark.parametrize(
    "page",
    [
        packets.own_row("wb", "a & b"),
        intervals.own_text("a<", {"a": 1, "<": 2}, ""),
        damage.own_damage(GREY, SEEN, ""),
        photographs.own_photo(GREY, SEEN, ""),
        *(page for bet in (LAWN, WHO) for page in (bet.place(), bet.confront(1))),
    ],
)
def test_pages_are_html_that_asks_for_nothing(page):
    parser = html5lib.HTMLParser(strict=True)
    parser.parseFragment(page)
    assert not re.search(r"https?:|src=\"(?!data:)|import ", page)
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
        (lambda: damage.own_damage(np.arange(900).astype(np.uint8).reshape(30, 30), SEEN, ""), "up to 400"),
        (lambda: photographs.own_photo(RGB, SEEN, ""), "is grey"),
        (lambda: photographs.own_photo(np.zeros((2, 300), np.uint8), SEEN, ""), "256 pixels a side"),
        (lambda: bets.Bet("a", "b", choices=("one",)), "two answers"),
        (lambda: bets.Bet("a", "b", 3, 3), "two numbers"),
        (lambda: LAWN.confront(201), "0 to 200"),
        (lambda: WHO.confront(2), "0 to 1"),
        (lambda: kit.octets(b"ab", "h", ""), "a letter each"),
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
