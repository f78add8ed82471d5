"""Print how each chapter reads: words, sentences, and the minutes that reading takes.  A description, not a judgement.

    python book/prose.py                       every chapter
    python book/prose.py notebooks/07_….ipynb  one of them
"""

import ast
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORDS_A_MINUTE, FIGURE, FORMULA = 200, 0.5, 0.25  # minutes for a figure or table, and for a displayed formula
LATER = {"role:exercise", "role:reading", "role:strip"}  # the strip counts exercises as time to do
SHORT = 6  # words


def paragraphs(book: dict) -> list[str]:
    """Return the prose of a notebook, paragraph by paragraph: its text and its measured sentences.

    No headings, tables, formulas, fences, or links to read further; folded answers count.
    """
    found = []
    for cell in _cells(book):
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            found += [_said(call.args[0]) for call in _calls(source, {"say"}) if call.args]
        else:
            found += _plain(source)
    return [text for text in found if re.search(r"\w", text)]


def sentences(book: dict) -> list[str]:
    """Return the sentences of a notebook's prose.

    >>> cell = {"cell_type": "markdown", "metadata": {}, "source": ["A run. It is 3.5 px long, say: one. And?"]}
    >>> sentences({"cells": [cell]})
    ['A run.', 'It is 3.5 px long, say: one.', 'And?']
    """
    pieces = (re.split(r"(?<=[.!?])[*_”’\"')]*\s+(?=[\W_]*[A-Z0-9ÄÖÜ])", text) for text in paragraphs(book))
    return [piece.strip() for pieces_ in pieces for piece in pieces_ if re.search(r"\w", piece)]


def minutes(book: dict) -> float:
    """Return how long a chapter takes to read: 200 words a minute, and each figure, table and formula counts."""
    figures = formulas = 0
    for cell in _cells(book):
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            figures += any(True for _ in _calls(source, {"figure", "stepper", "grid", "show", "table", "breakdown"}))
            figures += bool(re.search(r"^figures\.\w+\(", source, re.M))
        else:
            formulas += source.count("$$") // 2
            figures += bool(re.search(r"^\|", source, re.M))
    words = sum(len(text.split()) for text in paragraphs(book))
    return words / WORDS_A_MINUTE + FIGURE * figures + FORMULA * formulas


def stated_minutes(book: dict) -> int:
    """Return the minutes to read that the strip at the head of a chapter states."""
    return int(re.search(r"(\d+) min to read", "".join(book["cells"][0]["source"]))[1])


def _cells(book):
    return [cell for cell in book["cells"] if not LATER & set(cell["metadata"].get("tags", []))]


def _calls(source, names):
    """Yield the calls of plots.say and its like in a cell."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
            yield node


def _said(node) -> str:
    """Return the text of a string in code; what the run will put in is a 0."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_said(part) for part in node.values)
    if isinstance(node, ast.BinOp):
        return _said(node.left) + _said(node.right)
    return "0"


def _plain(source) -> list[str]:
    """Return the paragraphs and items of a cell of text, without marks."""
    source = re.sub(r"```.*?```|\$\$.*?\$\$", "", source, flags=re.S)
    source = re.sub(r"\$[^$]*\$", "0", re.sub(r"</summary>|</?details[^>]*>", "\n\n", source))
    source = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"<[^>]+>", "", source))
    blocks = re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )", source)
    return [" ".join(block.split()) for block in blocks if not re.match(r"\s*[#|]", block)]


def main() -> None:
    paths = [Path(name) for name in sys.argv[1:]] or sorted((ROOT / "notebooks").glob("*.ipynb"))
    heads = ("words", "sentences", "mean", f"≤ {SHORT} words", "minutes", "stated")
    print("chapter         " + "".join(f"{head:>11}" for head in heads))
    for path in paths:
        book = json.loads(path.read_text("utf8"))
        lengths = [len(sentence.split()) for sentence in sentences(book)]
        short = sum(length <= SHORT for length in lengths) / len(lengths)
        print(f"{path.stem:16}{sum(lengths):11,}{len(lengths):11}{sum(lengths) / len(lengths):11.1f}{short:11.0%}"
              f"{minutes(book):11.0f}{stated_minutes(book):11}")  # fmt: skip


if __name__ == "__main__":
    main()
