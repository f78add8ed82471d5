"""The build: a change reaches the notebooks that lean on it, and no other; a notebook that complains builds nothing.

The tests build a small book of their own, with a library of the same name.
"""

import json
import subprocess
import sys

import build
import nbformat
import pytest
from conftest import ROOT

LIBRARY = {
    "__init__.py": "",
    "outer.py": "def word():\n    from .inner import WORD  # inside a function, and relative\n    return WORD\n",
    "inner.py": "WORD = 'first'\n",
    "other.py": "import imgcomp_lib.formats.tiny\n",
    "formats/__init__.py": "",
    "formats/tiny.py": "from .. import inner as aside\nFILE = 'weights.npz'\n",
}
CELLS = {
    "one": "from imgcomp_lib import outer\nprint(outer.word())",
    "two": "from pathlib import Path\nprint(Path('../benchmarks/results/sizes.json').read_text())",
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
        "benchmarks/results/sizes.json": "[100]",
        "imgcomp_lib/weights.npz": "0",
        "requirements.lock": "",
        "_toc.yml": "root: notebooks/one\nchapters:\n  - file: notebooks/two\n  # - file: notebooks/three\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf8")
    monkeypatch.setattr(build, "ROOT", tmp_path)
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
    assert build.imports(library / "outer.py") == {"imgcomp_lib.inner"}
    assert build.imports(library / "formats/tiny.py") == {"imgcomp_lib", "imgcomp_lib.inner"}
    page = book / "notebooks/magic.ipynb"
    timed = "%%time\nfrom imgcomp_lib import other\nfor _ in ():\n    %pwd"
    page.write_text(notebook("%matplotlib inline\n!ls\nx = !pwd", timed, "import numpy"))
    assert build.imports(page) == {"imgcomp_lib", "imgcomp_lib.other"}


def test_reach_follows_packages_and_data(book):
    names = {file.relative_to(book).as_posix() for file in build.reach(book / "imgcomp_lib/other.py")}
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
    before = build.key(book / "notebooks/one.ipynb")
    (book / file).write_text((book / file).read_text().replace(old, new, 1))
    assert build.key(book / "notebooks/one.ipynb") != before


def test_key_ignores_outputs_and_what_nothing_leans_on(book):
    page = book / "notebooks/one.ipynb"
    before, content = build.key(page), json.loads(page.read_text())
    content["cells"][0] |= {"execution_count": 7, "outputs": [{"output_type": "stream", "name": "stdout", "text": "x"}]}
    page.write_text(json.dumps(content))
    (book / "imgcomp_lib/other.py").write_text("")
    (book / "benchmarks/results/sizes.json").write_text("[]")
    assert build.key(page) == before


def test_every_real_notebook_can_be_read():
    assert build.chapters() and all(build.key(page) for page in build.chapters())
