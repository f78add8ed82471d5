"""What a chapter in the second form of a page must keep, each rule as a function that returns its complaints.

`python book/fold.py --form 2` marks a chapter as written in this form.  `test_book` holds every such chapter to these
rules, `test_form` shows each of them a page that breaks it.
"""

import ast
import json
import re
from pathlib import Path

import prose as reading
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[1]
FOLDED = {"hide-input", "hide-cell", "remove-input"}
WIDEST = 89  # characters of a line of code
ENTRY = re.compile(r"^- ", re.M)


def is_new(path: Path) -> bool:
    """Is the chapter written in the second form of a page?  Its metadata says so."""
    return json.loads(Path(path).read_text("utf8"))["metadata"].get("imgcomp_form") == 2


def cells(path: Path, kind=None) -> list[dict]:
    """Return the cells of a notebook, all or those of one kind."""
    found = json.loads(Path(path).read_text("utf8"))["cells"]
    return [cell for cell in found if kind in (None, cell["cell_type"])]


def tags(cell) -> set[str]:
    """Return the tags of a cell."""
    return set(cell["metadata"].get("tags", []))


def text(cell) -> str:
    """Return what stands in a cell."""
    return "".join(cell["source"])


def prose(path: Path) -> str:
    """Return everything in a notebook that a reader can read: its text, and the strings of its code."""
    words = [text(cell) for cell in cells(path, "markdown")]
    for cell in cells(path, "code"):
        words += [n.value for n in ast.walk(_tree(cell)) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return "\n\n".join(words)


def _tree(cell) -> ast.Module:
    return ast.parse(text(cell))


# Code


def wide_lines(path: Path) -> list[str]:
    """Lines of code that a page of 1280 pixels would clip."""
    lines = ((cell["id"], line) for cell in cells(path, "code") for line in text(cell).splitlines())
    return [f"{name}: {line}" for name, line in lines if len(line) > WIDEST]


def telling_folds(path: Path) -> list[str]:
    """Folded cells whose first line, which JupyterLab shows, is no comment, or one with a number or code in it."""
    first = {c["id"]: text(c).split("\n")[0] for c in cells(path, "code") if tags(c) & FOLDED and text(c).strip()}
    return [f"{name}: {line}" for name, line in first.items() if not re.fullmatch(r"# [^\d=()\[\]{}`]{3,90}", line)]


def crowded_imports(path: Path) -> list[str]:
    """Statements in a folded cell of imports that are neither an import nor the one seed.

    `test_alone` runs these cells whole, as a reader does, so nothing that a lesson needs may hide in them.
    """
    found = []
    for cell in filter(is_imports, cells(path, "code")):
        for node in _tree(cell).body if tags(cell) & FOLDED else []:
            seed = isinstance(node, ast.Assign) and "default_rng(" in ast.unparse(node)
            if not seed and not any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node)):
                found.append(f"{cell['id']}: {ast.unparse(node).splitlines()[0]}")
    return found


def is_imports(cell) -> bool:
    """Does a code cell begin with an import?"""
    body = _tree(cell).body
    return bool(body) and isinstance(body[0], ast.Import | ast.ImportFrom)


# Words


def vague_title(path: Path, terms: set[str]) -> list[str]:
    """A title that does not name its technique first, as in "7 · Arithmetic coding: a whole picture in one number".

    terms: what a technique may be called, in small letters: the glossary's.
    """
    line = text(cells(path)[0]).split("\n")[0]
    named = re.fullmatch(r"# \d+ · ([^:]+): \S.*", line)
    return [] if named and named[1].lower() in terms else [f"{line}: a term of the glossary, a colon, then the rest"]


def glossary() -> set[str]:
    """Return the terms of the glossary in small letters, with and without what stands in brackets."""
    found = re.findall(r"^([A-Za-z].*)\n  \S", (ROOT / "book/glossary.md").read_text("utf8"), re.M)
    return {name.lower() for term in found for name in (term, re.sub(r" \(.*\)", "", term))}


def dishonest_minutes(path: Path) -> list[str]:
    """A stated time to read that is more than five minutes off what words, figures and formulas take."""
    book = json.loads(Path(path).read_text("utf8"))
    real, stated = reading.minutes(book), reading.stated_minutes(book)
    return [] if abs(real - stated) <= 5 else [f"{stated} min stated, {real:.0f} needed"]


def unlisted_works(path: Path, bibliography: str) -> list[str]:
    """Works of the further reading, and DOIs anywhere, that the bibliography (as BibTeX) has not."""
    listed = re.sub("[{}]", "", bibliography).lower()  # braces only keep capitals
    wanted = set(re.findall(r"doi\.org/(10\.[^\s)\]>]+)", prose(path)))
    for cell in cells(path, "markdown"):
        if "role:reading" in tags(cell):
            for entry in ENTRY.split(text(cell))[1:]:
                links = re.findall(r"\]\(([^)\s]+(?:\([^)]*\)[^)\s]*)?)\)", entry)
                wanted.add(links[0].removeprefix("https://doi.org/") if links else _title(entry))
    return sorted(work for work in wanted if work.lower() not in listed)


def _title(entry: str) -> str:
    """Return the title of a work without a link: what stands in asterisks or quotation marks first."""
    named = re.search(r"\*([^*]+)\*|“([^”]+?),?”", entry)
    return (named[1] or named[2]) if named else entry.strip()[:60]


def promised_chapters(path: Path, numbers: set[int]) -> list[str]:
    """Chapters that the text names and that are not there (numbers: those that are)."""
    found, words = [], re.sub(r"\s+", " ", prose(path))
    for named in re.finditer(r"\b[Cc]hapters? (\d+(?:(?:, | and | or | to |–|-)\d+)*)", words):
        if set(map(int, re.findall(r"\d+", named[1]))) - numbers:
            found.append(named[0])
    linked = re.findall(r"\((?:\.\./notebooks/)?(\d\d_\w+\.ipynb)", words)
    return found + [name for name in linked if not (ROOT / "notebooks" / name).exists()]


# Quizzes


def positions(path: Path) -> list[list[int]]:
    """Return, for each question of the quiz, the places of its right answers, and last the number of its answers."""
    quiz = "\n\n".join(text(cell) for cell in cells(path, "markdown") if "role:quiz" in tags(cell))
    questions = []
    for block in re.split(r"^\*\*\d+\.", quiz, flags=re.M)[1:]:
        answers = BeautifulSoup(block, "html.parser").select("details.answer")
        right = [place for place, answer in enumerate(answers, 1) if "right" in answer["class"]]
        questions.append([*right, len(answers)])
    return questions


def lopsided_quiz(path: Path) -> list[str]:
    """A quiz whose right answers stand in the same place too often, or a question that is no question."""
    found = positions(path)
    bad = [f"question {n}: {len(q) - 1} right of {q[-1]}" for n, q in enumerate(found, 1) if len(q) != 2 or q[-1] < 3]
    places = [question[0] for question in found if len(question) > 1]
    often = [place for place in set(places) if len(places) > 1 and places.count(place) > max(1, len(places) / 2)]
    return bad + [f"answer {place} is right in {places.count(place)} of {len(places)} questions" for place in often]


# The ledger


def ledger(executed: Path) -> tuple[list[str], dict[str, dict[str, str]]]:
    """Return the heads of the ledger's columns in an executed chapter, and its cells by row and column."""
    for cell in cells(executed, "code"):
        if "role:ledger" in tags(cell):
            for output in cell["outputs"]:
                table = BeautifulSoup("".join(output.get("data", {}).get("text/html", "")), "html.parser").find("table")
                if table:
                    heads = [head.get_text() for head in table.select("thead th")]
                    rows = [[c.get_text() for c in row.find_all(["th", "td"])] for row in table.select("tbody tr")]
                    return heads, {row[0]: dict(zip(heads[1:], row[1:], strict=True)) for row in rows}
    return [], {}


def unlike_ledgers(one: Path, other: Path) -> list[str]:
    """What differs between the ledgers of two executed chapters: their columns, or the bytes of a codec in both.

    Rows are codecs, columns are pictures and then the seconds of encoder and decoder, which may differ.
    """
    (heads, rows), (others, others_rows) = ledger(one), ledger(other)
    if not heads or not others:
        return []
    found = [] if heads == others else [f"columns {heads} and {others}"]
    found += [f"no seconds of an {verb}r beside the bytes" for verb in ("encode", "decode")
              if not all(any(verb in head for head in row) for row in (heads, others))]  # fmt: skip
    for codec in rows.keys() & others_rows.keys():
        for head in rows[codec].keys() & others_rows[codec].keys():
            pair = rows[codec][head], others_rows[codec][head]
            if not re.search(r"encode|decode|second", head) and pair[0] != pair[1]:
                found.append(f"{codec}, {head}: {pair[0]} and {pair[1]}")
    return sorted(found)
