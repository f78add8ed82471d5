"""The build: a change reaches the notebooks that lean on it, and no other; a notebook that complains builds nothing.

The tests build a small book of their own, with a library of the same name.
"""

import json
import os
import subprocess
import sys
import time

import build
import nbformat
import pytest
import tracer
from conftest import ROOT

LIBRARY = {
    "__init__.py": "",
    "outer.py": "def word():\n    from .inner import WORD  # inside a function, and relative\n    return WORD\n",
    "inner.py": "WORD = 'first'\n",
    "other.py": "import imgcomp_lib.formats.tiny\n",
    "formats/__init__.py": "",
    "formats/tiny.py": "from .. import inner as aside\nFILE = 'weights.npz'\n",
    "table.py": """
from importlib import import_module

class Table(dict):
    def __missing__(self, name):
        raise KeyError(name)
    def __getitem__(self, name):
        module, _, found = super().__getitem__(name).partition(":")
        return getattr(import_module(module), found)
""",
    "codecs/__init__.py": """
from ..table import Table

CODECS = Table({
    "raw": "imgcomp_lib.codecs.raw:Raw",
    "rle": "imgcomp_lib.codecs.rle:Rle",
})

def decode(data):
    return CODECS[data]().word
""",
    "codecs/raw.py": "class Raw:\n    word = 'raw'\n",
    "codecs/rle.py": "from .. import inner\nclass Rle:\n    word = 'rle'\n",
}
CELLS = {
    "one": "from imgcomp_lib import outer\nprint(outer.word())",
    "two": "from pathlib import Path\nprint(Path('../benchmarks/results/sizes.json').read_text())",
}
TABLE_CELLS = {
    "named": "from imgcomp_lib import codecs\nprint(codecs.CODECS['raw']().word)",
    "imported": "from imgcomp_lib import codecs\nfrom imgcomp_lib.codecs.raw import Raw\n"
    "print(codecs.decode('raw'), Raw().word)",
    "looped": "from imgcomp_lib.codecs import CODECS as table\nprint([table[name]().word for name in table])",
    "neither": "print(3)",
}


def notebook(*cells):
    """Return a notebook of code cells as text."""
    return nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells]))


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Make a book with two notebooks: one leans on two modules, the other on a data file."""
    files = {f"imgcomp_lib/{name}": text for name, text in LIBRARY.items()}
    files |= {f"notebooks/{name}.ipynb": notebook(cell) for name, cell in CELLS.items()}
    files |= {
        "book/build.py": (ROOT / "book/build.py").read_text("utf8"),
        "book/tracer.py": (ROOT / "book/tracer.py").read_text("utf8"),
        "benchmarks/results/sizes.json": "[100]",
        "imgcomp_lib/weights.npz": "0",
        "requirements.lock": "",
        "_toc.yml": "root: notebooks/one\nchapters:\n  - file: notebooks/two\n  # - file: notebooks/three\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf8")
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(tracer, "ROOT", tmp_path)
    monkeypatch.setattr(build, "BUILD", tmp_path / "_build")
    return tmp_path


def run(book):
    """Run the notebooks of a small book; return the finished process."""
    return subprocess.run([sys.executable, "book/build.py", "--execute"], cwd=book, capture_output=True, text=True)


def output(book, name):
    """Return what the executed copy of a notebook printed."""
    cell = nbformat.read(book / f"_build/executed/notebooks/{name}.ipynb", 4).cells[0]
    return cell.outputs[0].text.strip()


def test_a_change_runs_the_notebooks_that_reach_it_and_no_other(book):
    one, two = (book / f"_build/executed/notebooks/{name}.ipynb" for name in CELLS)
    first = run(book)
    assert first.returncode == 0, first.stdout + first.stderr
    assert (output(book, "one"), output(book, "two")) == ("first", "[100]")
    before = one.read_bytes(), two.read_bytes(), two.stat().st_mtime_ns

    (book / "imgcomp_lib/inner.py").write_text("WORD = 'second'\n")  # two steps away from the first notebook
    assert "1 of 2 notebooks to run" in run(book).stdout
    assert output(book, "one") == "second"
    assert (two.read_bytes(), two.stat().st_mtime_ns) == before[1:]

    (book / "imgcomp_lib/inner.py").write_text(LIBRARY["inner.py"])
    (book / "benchmarks/results/sizes.json").write_text("[99]")
    assert not any(build.fresh(page) for page in build.chapters())
    assert "2 of 2 notebooks to run" in run(book).stdout
    assert (output(book, "one"), output(book, "two")) == ("first", "[99]")
    assert all(build.fresh(page) for page in build.chapters())


def test_a_notebook_that_complains_builds_nothing_and_stops_no_other(book):
    (book / "notebooks/one.ipynb").write_text(notebook("import warnings; warnings.warn('dubious')"))
    (book / "notebooks/three.ipynb").write_text(notebook("1 / 0"))
    (book / "_toc.yml").write_text("root: notebooks/one\nchapters: \n- file: notebooks/two\n- file: notebooks/three\n")
    finished = run(book)
    assert finished.returncode == 1
    assert "2 of 3 notebooks failed" in finished.stderr
    assert "dubious" in finished.stdout and "ZeroDivisionError" in finished.stdout
    assert [copy.name for copy in (book / "_build/executed").rglob("*.*")] == ["two.ipynb"]


def test_imports_sees_functions_relative_names_and_magics(book):
    library = book / "imgcomp_lib"
    assert tracer.imports(library / "outer.py") == {"imgcomp_lib.inner"}
    assert tracer.imports(library / "formats/tiny.py") == {"imgcomp_lib", "imgcomp_lib.inner"}
    page = book / "notebooks/magic.ipynb"
    timed = "%%time\nfrom imgcomp_lib import other\nfor _ in ():\n    %pwd"
    page.write_text(notebook("%matplotlib inline\n!ls\nx = !pwd", timed, "import numpy"))
    assert tracer.imports(page) == {"imgcomp_lib", "imgcomp_lib.other"}


def test_reach_follows_packages_and_data(book):
    names = {file.relative_to(book).as_posix() for file in tracer.reach(book / "imgcomp_lib/other.py")}
    modules = {"__init__.py", "formats/__init__.py", "formats/tiny.py", "inner.py"}
    assert names == {f"imgcomp_lib/{name}" for name in (*modules, "weights.npz")}


@pytest.mark.parametrize(("file", "old", "new"), [
    ("notebooks/one.ipynb", "print(", "print( "),
    ("notebooks/one.ipynb", '"metadata": {}', '"metadata": {"tags": ["hide-input"]}'),
    ("imgcomp_lib/outer.py", "word", "name"),
    ("imgcomp_lib/inner.py", "first", "last"),
    ("requirements.lock", "", "numpy==3"),
])  # fmt: skip
def test_key_changes_with_everything_the_notebook_leans_on(book, file, old, new):
    before = tracer.key(book / "notebooks/one.ipynb")
    (book / file).write_text((book / file).read_text().replace(old, new, 1))
    assert tracer.key(book / "notebooks/one.ipynb") != before


def test_key_ignores_outputs_and_what_nothing_leans_on(book):
    page = book / "notebooks/one.ipynb"
    before, content = tracer.key(page), json.loads(page.read_text())
    content["cells"][0] |= {"execution_count": 7, "outputs": [{"output_type": "stream", "name": "stdout", "text": "x"}]}
    page.write_text(json.dumps(content))
    (book / "imgcomp_lib/other.py").write_text("")
    (book / "benchmarks/results/sizes.json").write_text("[]")
    assert tracer.key(page) == before


def test_every_real_notebook_can_be_read():
    assert build.chapters() and all(tracer.key(page) for page in build.chapters())


@pytest.fixture
def shelf(book):
    """Make the book's notebooks four that use a lazy table in four ways."""
    for name in CELLS:
        (book / f"notebooks/{name}.ipynb").unlink()
    for name, cell in TABLE_CELLS.items():
        (book / f"notebooks/{name}.ipynb").write_text(notebook(cell))
    pages = "".join(f"\n  - file: notebooks/{name}" for name in TABLE_CELLS)
    (book / "_toc.yml").write_text(f"root: index\nparts:\n- caption: All\n  chapters:{pages}\n")
    return book


def edit(file, old, new):
    """Replace a piece of a file."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_new_codec_is_a_file_and_a_line_and_runs_only_those_who_reach_it(shelf):
    assert run(shelf).returncode == 0
    assert [output(shelf, name) for name in TABLE_CELLS] == ["raw", "raw raw", "['raw', 'rle']", "3"]
    (shelf / "imgcomp_lib/codecs/new.py").write_text("class New:\n    word = 'new'\n")
    edit(shelf / "imgcomp_lib/codecs/__init__.py", "})", '    "new": "imgcomp_lib.codecs.new:New",\n})')
    finished = run(shelf)
    assert finished.returncode == 0 and "1 of 4 notebooks to run" in finished.stdout, finished.stdout
    assert output(shelf, "looped") == "['raw', 'rle', 'new']"


@pytest.mark.parametrize(("file", "old", "new", "stale"), [
    ("codecs/raw.py", "'raw'", "'Raw'", ["named", "imported", "looped"]),
    ("codecs/rle.py", "'rle'", "'Rle'", ["looped"]),
    ("inner.py", "first", "last", ["looped"]),  # behind rle
    ("codecs/__init__.py", "rle:Rle", "rle:Other", ["looped"]),
    ("codecs/__init__.py", "raw:Raw", "raw:Other", ["named", "imported", "looped"]),
    ("codecs/__init__.py", "def decode(", "def decode_(", ["named", "imported", "looped"]),
    ("table.py", "KeyError", "ValueError", ["named", "imported", "looped"]),
])  # fmt: skip
def test_a_line_of_a_table_counts_for_those_who_reach_it(shelf, file, old, new, stale):
    before = {page.stem: tracer.key(page) for page in build.chapters()}
    edit(shelf / "imgcomp_lib" / file, old, new)
    assert [page.stem for page in build.chapters() if tracer.key(page) != before[page.stem]] == stale


SURPRISES = {
    "from imgcomp_lib import codecs\ncodecs.decode('rle')": "imgcomp_lib/codecs/rle.py, imgcomp_lib/inner.py",
    "__import__('imgcomp_lib.' + 'outer')": "imgcomp_lib/__init__.py, imgcomp_lib/outer.py",
    "open('../benchmarks/results/' + 'sizes' + '.json').close()": "benchmarks/results/sizes.json",
    "from pathlib import Path\nPath('../imgcomp_lib', 'weights' + '.npz').read_bytes()": "imgcomp_lib/weights.npz",
    "__import__('figures.' + 'curve')": "notebooks/figures/curve.py",
}


def test_a_kernel_that_uses_what_nobody_named_fails(book):
    (book / "notebooks/figures").mkdir()
    (book / "notebooks/figures/curve.py").write_text("")
    for number, cell in enumerate(SURPRISES):
        (book / f"notebooks/surprise{number}.ipynb").write_text(notebook(cell))
    pages = "".join(f"\n- file: notebooks/surprise{number}" for number in range(len(SURPRISES)))
    (book / "_toc.yml").write_text(f"root: notebooks/one\nchapters:{pages}\n")
    finished = run(book)
    assert finished.returncode == 1 and "5 of 6 notebooks failed" in finished.stderr
    for surprise in SURPRISES.values():
        assert f"the kernel used {surprise}, which nothing" in finished.stdout, finished.stdout
    assert [copy.name for copy in (book / "_build/executed").rglob("*.*")] == ["one.ipynb"]


def test_a_drawing_beside_the_notebook_is_part_of_it(book):
    (book / "notebooks/figures").mkdir()
    (book / "notebooks/figures/common.py").write_text("INK = 'black'\n")
    (book / "notebooks/figures/curve.py").write_text("from . import common\nfrom imgcomp_lib import inner\n")
    (book / "notebooks/one.ipynb").write_text(notebook("from figures import curve\nprint(curve.common.INK)"))
    names = {file.relative_to(book).as_posix() for file in tracer.reach(book / "notebooks/one.ipynb")}
    library = {"imgcomp_lib/__init__.py", "imgcomp_lib/inner.py"}
    assert names == {"notebooks/figures/common.py", "notebooks/figures/curve.py"} | library
    finished = run(book)
    assert finished.returncode == 0 and output(book, "one") == "black", finished.stdout
    executed = nbformat.read(book / "_build/executed/notebooks/one.ipynb", 4)
    assert len(executed.cells) == 1 and executed.cells[0].execution_count == 1, "the probe leaves nothing on the page"


def test_an_edited_drawing_runs_its_chapter_and_no_other(book):
    figures = book / "notebooks/figures"
    figures.mkdir()
    (figures / "__init__.py").write_text('"""Drawings."""\n')
    for name in CELLS:
        (figures / f"{name}_.py").write_text("def draw():\n    return 'thin'\n")
        cells = f"from figures import {name}_ as figures\nprint(figures.draw())"
        (book / f"notebooks/{name}.ipynb").write_text(notebook(cells))
    assert run(book).returncode == 0
    before = output(book, "two"), (book / "_build/executed/notebooks/two.ipynb").stat().st_mtime_ns
    edit(figures / "one_.py", "thin", "bold")
    finished = run(book)
    assert finished.returncode == 0 and "1 of 2 notebooks to run" in finished.stdout, finished.stdout
    assert output(book, "one") == "bold"
    assert (output(book, "two"), (book / "_build/executed/notebooks/two.ipynb").stat().st_mtime_ns) == before
    edit(figures / "__init__.py", "Drawings", "All drawings")
    assert not any(build.fresh(page) for page in build.chapters()), "what both import counts for both"


@pytest.mark.parametrize(("word", "found"), [
    ("sizes.json", True), ("../benchmarks/results/sizes.json", True), ("*.json", True), ("s*.json", True),
    ("sizes", False), ("lossless", False), ("*", False), ("see sizes.json", False), ("sizes.*", False),
])  # fmt: skip
def test_a_data_file_is_named_by_its_whole_name(book, word, found):
    page = book / "notebooks/one.ipynb"
    page.write_text(notebook(f"word = {word!r}"))
    assert tracer.reach(page) == ({book / "benchmarks/results/sizes.json"} if found else set())


def test_the_contents_are_read_as_yaml(book):
    toc = '{root: "notebooks/one", parts: [{chapters: [{file: notebooks/two, title: "file: x"}]}]}'
    (book / "_toc.yml").write_text(toc)
    assert [page.stem for page in build.chapters()] == ["one", "two"]


WORKER = """
import sys, time
sys.path.insert(0, {folder!r})
import build, os
from concurrent.futures import ProcessPoolExecutor

def work(path):
    with open(path, "w") as file:
        file.write(str(os.getpid()))
    time.sleep(100)

if __name__ == "__main__":
    with ProcessPoolExecutor(2, initializer=build.end_with_parent) as pool:
        list(pool.map(work, sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process that is looked for by its number")
def test_a_build_that_is_killed_leaves_nobody_at_work(tmp_path):
    script, notes = tmp_path / "worker.py", [tmp_path / "one", tmp_path / "two"]
    script.write_text(WORKER.format(folder=str(ROOT / "book")))
    parent = subprocess.Popen([sys.executable, script, *notes])
    assert _soon(lambda: all(note.exists() and note.read_text() for note in notes)), "the workers have not begun"
    parent.kill()
    parent.wait()
    assert _soon(lambda: not any(_lives(int(note.read_text())) for note in notes)), "a worker is left"


def _soon(holds):
    """Wait until something holds, a minute at most; say whether it does."""
    return any(holds() or time.sleep(0.1) for _ in range(600))


def _lives(number):
    """Say whether a process works: one that nobody has asked after its end does not."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return subprocess.run(["ps", "-o", "stat=", "-p", str(number)], capture_output=True, text=True).stdout[:1] != "Z"
