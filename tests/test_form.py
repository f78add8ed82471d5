"""The rules of the second form of a page can fail: each is shown a page that keeps it and one that breaks it."""

import json

import form
import pytest

TERMS = {"arithmetic coding", "run length"}
BIB = "doi = {10.1145/214762.214771}} url = {https://a.org/b} title = {Rates}"
STRIP = '# 7 · Arithmetic coding: one number\n\n<p class="strip">Level 2 of 3 · 1 min to read · 75 min to do</p>'
IMPORTS = """# what the chapter uses
import numpy as np
try:
    import x
except ImportError:
    x = None
rng = np.random.default_rng(7)"""
HEADS = ["codec", "camera", "encode s", "decode s"]


def page(folder, *cells, name="07_one.ipynb", title=STRIP):
    """Write a notebook whose cells are (kind, source, tags, outputs); return its path."""
    made = [{"cell_type": "markdown", "id": "title", "metadata": {"tags": ["role:strip"]}, "source": [title]}]
    for n, (kind, source, *rest) in enumerate(cells):
        tags, html = (*rest, "", "")[:2]
        cell = {"cell_type": kind, "id": f"c{n}", "metadata": {"tags": tags.split()}, "source": [source]}
        made.append(cell | ({"outputs": [{"data": {"text/html": html}}]} if kind == "code" else {}))
    (folder / name).write_text(json.dumps({"cells": made, "metadata": {}}), "utf8")
    return folder / name


def quiz(*rights, options=3):
    """Return a quiz whose right answers stand at these places."""
    text = ""
    for number, right in enumerate(rights, 1):
        text += f"**{number}. What?**\n\n"
        for place in range(1, options + 1):
            kind = "right" if place == right else "wrong"
            text += f'<details class="answer {kind}"><summary>this</summary>\n\nBecause.\n\n</details>\n'
    return "markdown", text, "role:quiz"


def ledger(rows, heads=HEADS):
    head = "".join(f"<th>{name}</th>" for name in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return "code", "1", "role:ledger", f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


@pytest.mark.parametrize(("rule", "good", "bad"), [
    (form.wide_lines, [("code", "x" * 89)], [("code", "1\n" + "x" * 90)]),
    (form.telling_folds, [("code", "# draw\n1", "hide-input"), ("code", "1")], [("code", "SEEN = 9", "hide-input")]),
    (form.telling_folds, [("code", "# one way\n1", "solution hide-cell")], [("code", "# it is 96\n1", "hide-cell")]),
    (form.telling_folds, [("code", "# why: a carry\n1", "hide-input")], [("code", "# f(x)\n1", "hide-input")]),
    (form.crowded_imports,
     [("code", IMPORTS, "hide-input"), ("code", "import math\nROW = 1")],
     [("code", "# imports\nimport math\ndef percent(x): return x", "hide-input")]),
    (form.dishonest_minutes, [("markdown", "word " * 600)], [("markdown", "word " * 1800)]),
    (form.dishonest_minutes, [("markdown", "word " * 1800, "role:exercise")], [("code", "plots.figure(1)\n")] * 14),
    (form.lopsided_quiz, [quiz(1, 3, 2, 2)], [quiz(2, 2, 2, 1)]),
    (form.lopsided_quiz, [quiz(1, 2)], [quiz(2, 2)]),
    (form.lopsided_quiz, [], [quiz(1, 4)]),  # one without a right answer
    (form.lopsided_quiz, [quiz(1)], [quiz(1, options=2)]),
])  # fmt: skip
def test_a_rule_tells_a_good_page_from_a_bad_one(tmp_path, rule, good, bad):
    assert rule(page(tmp_path, *good)) == []
    assert rule(page(tmp_path, *bad))


@pytest.mark.parametrize(("title", "good"), [
    ("# 7 · Arithmetic coding: a whole picture in one number", True),
    ("# 7 · A whole picture in one number", False),
    ("# 7 · A whole picture: arithmetic coding", False),
    ("# 7 · Arithmetic coding", False),
])  # fmt: skip
def test_a_title_names_its_technique(tmp_path, title, good):
    assert (form.vague_title(page(tmp_path, title=title), TERMS) == []) is good


def test_the_glossary_gives_the_terms_in_small_letters():
    assert {"deflate", "mean squared error", "mean squared error (mse)"} <= form.glossary()


@pytest.mark.parametrize(("entry", "missing"), [
    ("- W, *Coding*, 1987, [doi](https://doi.org/10.1145/214762.214771): all.", []),
    ("- W, *Coding*, 1987, [doi](https://doi.org/10.1145/999): all.", ["10.1145/999"]),
    ("- B, *Nets*, [summary](https://a.org/b): more.", []),
    ("- B, *Nets*, [summary](https://a.org/c): more.", ["https://a.org/c"]),
    ("- D, *Rates*, 1990: less.", []),
    ("- D, “Ratios”, 1990: less.", ["Ratios"]),
])  # fmt: skip
def test_works_are_looked_for_in_the_bibliography(tmp_path, entry, missing):
    assert form.unlisted_works(page(tmp_path, ("markdown", f"## More\n\n{entry}", "role:reading")), BIB) == missing


def test_a_doi_in_a_caption_counts(tmp_path):
    cell = ("code", "plots.figure(1, 'See https://doi.org/10.1/2 here')")
    assert form.unlisted_works(page(tmp_path, cell), BIB) == ["10.1/2"]


@pytest.mark.parametrize(("words", "promised"), [
    ("chapters 5 and 6, and chapter 7", []),
    ("as chapter\n15 will", ["chapter 15"]),
    ("Chapters 5 to 9", ["Chapters 5 to 9"]),
    ("[next](99_none.ipynb)", ["99_none.ipynb"]),
])  # fmt: skip
def test_no_chapter_is_promised(tmp_path, words, promised):
    assert form.promised_chapters(page(tmp_path, ("markdown", words)), {5, 6, 7}) == promised
    quoted = ("code", f"plots.say({words!r})")
    assert form.promised_chapters(page(tmp_path, quoted), {5, 6, 7}) == promised


@pytest.mark.parametrize(("heads", "rows", "wrong"), [
    (HEADS, [["Raw", "9", "2.0", "2.0"], ["Huffman", "7", "1.0", "1.0"]], 0),
    (HEADS, [["Raw", "8", "1.0", "1.0"]], 1),
    (["codec", "cat", "encode s", "decode s"], [["Raw", "9", "1.0", "1.0"]], 1),
    (["codec", "camera"], [["Raw", "9"]], 3),
])  # fmt: skip
def test_ledgers_are_compared(tmp_path, heads, rows, wrong):
    one = page(tmp_path, ledger([["Raw", "9", "1.0", "1.0"]]))
    other = page(tmp_path, ledger(rows, heads), name="08_two.ipynb")
    assert len(form.unlike_ledgers(one, other)) == wrong
    assert form.unlike_ledgers(one, page(tmp_path, ("code", "1"), name="09_three.ipynb")) == []
