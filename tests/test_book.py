"""The book keeps its form: the anatomy of every chapter, and the built pages as a reader gets them.

Chapters and pages are found in _toc.yml and notebooks/; a new one is held to the same rules.  What is about built
pages skips, saying so, until `make book` has run.
"""

import ast
import copy
import itertools
import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import fold
import form
import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import ROOT

HTML = ROOT / "_build" / "html"
CHAPTERS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WORDS, LINES, SECONDS, PAGE_BYTES = 2500, 20, 60, 1_500_000
ROOM_FOR_REASONS = 4000  # words, in the second form of a page
ALWAYS = {"strip", "question", "need", "objectives", "moves", "bits", "photo", "breaks", "wild", "quiz", "exercise"}
ALWAYS |= {"summary", "reading"}
CODEC = {"by-hand", "naive", "agrees", "ledger"}
NEEDED = {"strip", "question", "objectives", "hands", "exercise", "summary"}  # in the second form of a page
GRADES = {"exercise:try", "exercise:build", "exercise:extend"}

built = pytest.mark.skipif(not (HTML / "book").exists(), reason="the book is not built: run make book")
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def _toc_pages():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    return [toc["root"]] + [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]


def _cells(path, kind=None):
    cells = json.loads(path.read_text("utf8"))["cells"]
    return [cell for cell in cells if kind in (None, cell["cell_type"])]


def _tags(cell):
    return set(cell["metadata"].get("tags", []))


def _text(cell):
    return "".join(cell["source"])


def _imports_the_library(node):
    return isinstance(node, ast.ImportFrom) and node.module.split(".")[0] in ("imgcomp_lib", "figures")


def _tagged(path, tag):
    return [cell for cell in _cells(path) if tag in _tags(cell)]


# The notebooks as they stand in the repository


def test_every_chapter_is_in_the_contents_and_named_by_number_and_topic():
    listed = [page for page in _toc_pages() if page.startswith("notebooks/")]
    assert [f"notebooks/{path.stem}" for path in CHAPTERS] == listed
    assert all(re.fullmatch(r"\d\d_[a-z0-9_]+", path.stem) for path in CHAPTERS)
    for path in CHAPTERS:
        assert _text(_cells(path)[0]).startswith(f"# {int(path.stem[:2])} · "), f"{path.stem}: number in its title"


@each_chapter
def test_notebooks_are_stored_without_outputs(path):
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in _cells(path, "code"))
    ids = [cell["id"] for cell in _cells(path)]
    assert len(set(ids)) == len(ids)


@each_chapter
def test_ingredients_are_all_there(path):
    roles = {tag.removeprefix("role:") for cell in _cells(path) for tag in _tags(cell) if tag.startswith("role:")}
    builds_a_codec = bool(roles & {"naive", "ledger"})
    needed = NEEDED if form.is_new(path) else ALWAYS
    assert roles >= (needed | CODEC if builds_a_codec else needed)
    assert roles <= ALWAYS | CODEC | NEEDED, "a role that the design does not know"


@each_chapter
def test_words_and_lines_keep_their_budget(path):
    texts = [re.sub(r"<[^>]+>|\$[^$]*\$", " ", _text(cell)) for cell in _cells(path, "markdown")]
    words = sum(bool(re.search(r"\w", word)) for text in texts for word in text.split())  # rules are none
    assert words <= (ROOM_FOR_REASONS if form.is_new(path) else WORDS), f"{words} words"
    code = _cells(path, "code")
    long = [cell["id"] for cell in code if len(_text(cell).splitlines()) > LINES]
    assert not long, f"cells of more than {LINES} lines"
    shown = sorted(len(_text(cell).splitlines()) for cell in code if not _tags(cell) & {"hide-input", "hide-cell"})
    assert shown[len(shown) // 2] <= 6, "most cells that a reader sees have at most 6 lines"


@each_chapter
def test_imports_come_first_and_one_seed(path):
    first, second, *others = [ast.parse(_text(cell)) for cell in _cells(path, "code")]
    assert any(isinstance(node, ast.Import | ast.ImportFrom) for node in first.body)
    library = [node for node in second.body if _imports_the_library(node)]  # in a cell of its own, where it has many
    second.body = second.body[len(library) :]
    late = [n for tree in (second, *others) for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    assert not late, f"imports after the first cells: {[ast.unparse(node) for node in late]}"
    code = "\n".join(_text(cell) for cell in _cells(path, "code"))
    assert len(re.findall(r"default_rng\(|\.seed\(|manual_seed\(", code)) <= 1


@each_chapter
def test_notebooks_need_no_network_and_no_absolute_path(path):
    code = "\n".join(_text(cell) for cell in _cells(path, "code"))
    strings = [node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant)]
    paths = [text for text in strings if isinstance(text, str) and re.match(r"(/[a-z]+/|[A-Z]:\\|~/|file:)", text)]
    assert not paths
    assert not re.search(r"\b(urllib|requests|pooch|urlopen|kodak|http\.client|socket)\b", code)


@each_chapter
def test_checks_are_asserted(path):
    asserts = [node for cell in _cells(path, "code") for node in ast.walk(ast.parse(_text(cell)))]
    assert sum(isinstance(node, ast.Assert) for node in asserts) >= 5
    for cell in _tagged(path, "role:agrees"):
        assert "assert" in _text(cell)


@each_chapter
def test_the_quiz_answers_every_option(path):
    quiz = BeautifulSoup("\n".join(_text(cell) for cell in _tagged(path, "role:quiz")), "html.parser")
    answers = quiz.select("details.answer")
    assert form.is_new(path) or len(answers) >= 4 * 3, "four questions of three options at least"
    for answer in answers:
        option = answer.summary.get_text(strip=True)
        feedback = answer.get_text(" ", strip=True).removeprefix(option)
        assert option and len(feedback.split()) >= 5, f"no feedback that says why: {option}"


@each_chapter
def test_exercises_have_hints_and_folded_solutions(path):
    cells = _cells(path)
    grades = set()
    for at, cell in enumerate(cells):
        if "role:exercise" not in _tags(cell) or not _tags(cell) & GRADES:
            continue
        grades |= _tags(cell) & GRADES
        assert "<summary>Hint" in _text(cell), f"{cell['id']} has no hint"
        solution = cells[at + 1]
        in_words = "<summary>Solution" in _text(cell)
        assert in_words or "solution" in _tags(solution), f"{cell['id']} has no solution"
        if not in_words:
            assert "hide-cell" in _tags(solution) and solution["metadata"]["jupyter"]["source_hidden"]
    assert grades == GRADES


@each_chapter
def test_jupyterlab_folds_what_the_page_folds(path):
    book = json.loads(path.read_text("utf8"))
    wanted = fold.fold(copy.deepcopy(book))
    wrong = [a["id"] for a, b in zip(book["cells"], wanted["cells"], strict=True) if a["metadata"] != b["metadata"]]
    assert not wrong, f"run: python book/fold.py notebooks/{path.name}"


NEW = [path for path in CHAPTERS if form.is_new(path)]
each_new_chapter = pytest.mark.parametrize("path", NEW, ids=lambda path: path.stem)


@each_new_chapter
@pytest.mark.parametrize("rule", [
    form.wide_lines, form.telling_folds, form.crowded_imports, form.dishonest_minutes, form.lopsided_quiz,
], ids=lambda rule: rule.__name__)  # fmt: skip
def test_a_chapter_keeps_the_second_form(path, rule):
    assert rule(path) == []


@each_new_chapter
def test_a_title_names_its_technique_first(path):
    assert form.vague_title(path, form.glossary()) == []


@each_new_chapter
def test_every_work_that_is_cited_is_in_the_bibliography(path):
    assert form.unlisted_works(path, (ROOT / "book/references.bib").read_text("utf8")) == []


@each_new_chapter
def test_no_chapter_is_promised_that_is_not_there(path):
    assert form.promised_chapters(path, {int(chapter.stem[:2]) for chapter in CHAPTERS}) == []


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(NEW, 2)), ids=lambda path: path.stem)
def test_the_ledger_is_one(one, other):
    executed = [ROOT / "_build" / "executed" / "notebooks" / path.name for path in (one, other)]
    if not all(copy.exists() for copy in executed):
        pytest.skip("the notebooks have not run: run make book")
    assert form.unlike_ledgers(*executed) == []


def test_every_module_is_on_the_page_of_its_room():
    for file in (ROOT / "imgcomp_lib").glob("*/**/*.py"):
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        page = (ROOT / f"book/api/{module.split('.')[1]}.md").read_text("utf8")
        assert f".. automodule:: {module}\n" in page, f"{module} is on no page"


# The built pages


def _page(name):
    return BeautifulSoup((HTML / f"{name}.html").read_text("utf8"), "html.parser")


def _every_page():
    pages = [path.relative_to(HTML) for path in HTML.rglob("*.html")]
    return sorted(path.with_suffix("").as_posix() for path in pages if path.parts[0] != "_static")


each_page = pytest.mark.parametrize("name", _every_page() if HTML.exists() else [], ids=str)
each_built_chapter = pytest.mark.parametrize("name", [f"notebooks/{path.stem}" for path in CHAPTERS])


@built
def test_every_page_of_the_contents_is_built():
    assert set(_toc_pages()) <= set(_every_page())


@built
@each_built_chapter
def test_every_page_holds_its_outputs_and_ran_in_time(name):
    executed = json.loads((ROOT / "_build" / "executed" / f"{name}.ipynb").read_text("utf8"))
    code = [cell for cell in executed["cells"] if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in code if _text(cell).strip())
    assert not any(out["output_type"] == "error" for cell in code for out in cell["outputs"])
    hidden = {"remove-cell", "remove-output"}
    outputs = sum(bool(cell["outputs"]) for cell in code if not set(cell["metadata"].get("tags", [])) & hidden)
    assert len(_page(name).select("div.cell_output")) == outputs > 5
    assert executed["metadata"]["imgcomp"]["seconds"] <= SECONDS


@built
@each_page
def test_every_picture_says_what_is_to_be_seen(name):
    article = _page(name).select_one("article, .bd-article-container") or _page(name)
    for image in article.select("img"):
        assert len(image.get("alt", "").strip()) >= 20, f"an <img> without words: {str(image)[:80]}"
    for drawing in article.select("svg"):
        assert drawing.get("aria-hidden") == "true" or len(drawing.get("aria-label", "")) >= 20
    for figure in article.select("figure"):
        caption = figure.find("figcaption")
        assert caption and len(caption.get_text().split()) >= 5, "a figure without a caption"


@built
@each_built_chapter
def test_a_page_with_its_pictures_keeps_its_weight(name):
    size = (HTML / f"{name}.html").stat().st_size
    for image in _page(name).select("img[src]"):
        if not image["src"].startswith("data:"):
            size += ((HTML / name).parent / unquote(image["src"])).stat().st_size
    assert size <= PAGE_BYTES, f"{size:,} bytes"


@built
@each_built_chapter
def test_moving_pictures_are_crops(name):
    for image in _page(name).select(".ic-steps img"):
        zoomed = "ic-px" in image.get("class", [])
        assert zoomed or (int(image["width"]) <= 256 and int(image["height"]) <= 256)


@built
@each_page
def test_no_page_asks_another_host(name):
    page = _page(name)
    for tag, attribute in (("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src"), ("source", "src")):
        for node in page.select(f"{tag}[{attribute}]"):
            if tag == "link" and {"canonical", "author"} & set(node.get("rel", [])):
                continue
            assert not re.match(r"(https?:)?//", node[attribute]), f"<{tag}> from {node[attribute]}"
    for style in page.select("style"):
        assert not re.search(r"url\(\s*['\"]?(https?:)?//|@import", style.get_text())


@built
def test_no_stylesheet_asks_another_host():
    for sheet in HTML.rglob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf8"), flags=re.S)
        assert not re.search(r"url\(\s*['\"]?(https?:)?//|@import\s+(url\()?['\"]?(https?:)?//", text), sheet.name


@built
@each_page
def test_no_link_or_anchor_is_dead(name):
    path = HTML / f"{name}.html"
    page, ids = _page(name), {}
    for node in page.select("[href], [src]"):
        target = node.get("href") or node.get("src")
        if not target or re.match(r"[a-z]+:|//", target):
            continue
        parts = urlsplit(target)
        file = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
        file = file / "index.html" if file.is_dir() else file
        assert file.exists(), f"{target} leads nowhere"
        if parts.fragment and file.suffix == ".html" and node.name == "a":
            if file not in ids:
                ids[file] = _ids(file)
            assert unquote(parts.fragment) in ids[file] | {""}, f"{target}: no such anchor"


def _ids(file: Path):
    page = BeautifulSoup(file.read_text("utf8"), "html.parser")
    return {node["id"] for node in page.select("[id]")} | {node["name"] for node in page.select("a[name]")}


@built
def test_the_first_page_is_where_the_command_says():
    assert (HTML / "index.html").exists()
    assert not [page for page in _every_page() if "untitled" in page]


def test_sources_speak_of_the_project_alone():
    """No absolute path of one machine stands in anything that readers get."""
    suffixes = {".py", ".md", ".ipynb", ".yml", ".toml", ".css", ".js", ".cff", ""}
    skipped = {".git", ".venv", "_build", "golden", "__pycache__"}
    for path in ROOT.rglob("*"):
        if path.is_file() and path.suffix in suffixes and not skipped & set(path.relative_to(ROOT).parts):
            text = path.read_text("utf8", errors="ignore")
            assert not re.search(r"(?<![\w.])/(home|Users|root)/\w", text), path
