"""The open cells of a chapter run alone: who types only what can be seen gets the page's results.

Imports always run.  Exercises and their solutions are left aside.  A chapter that is not yet in the second form of a
page is skipped, saying so.
"""

import json
import os
import subprocess
import sys

import form
import pytest
from conftest import ROOT

CHAPTERS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CLOSED = {"hide-input", "hide-cell", "remove-cell", "remove-input", "solution", "role:exercise"}
RUN = """
import json, sys
import matplotlib
matplotlib.use("Agg")
from IPython.display import display
space = {"__name__": "__main__", "display": display}
for name, cell in json.load(sys.stdin):
    exec(compile(cell, name, "exec"), space)
"""


def open_cells(path):
    """Return the cells that a reader sees and runs: (id, source)."""
    code = form.cells(path, "code")
    seen = [cell for cell in code if not form.tags(cell) & CLOSED or form.is_imports(cell)]
    return [(cell["id"], form.text(cell)) for cell in seen if not form.tags(cell) & {"solution", "role:exercise"}]


def run(path):
    """Run the open cells of a notebook in its folder, one after the other; return the finished process."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-c", RUN], input=json.dumps(open_cells(path)), cwd=path.parent,
                          env=environment, capture_output=True, text=True)  # fmt: skip


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_open_cells_of_a_chapter_run_alone(path):
    if not form.is_new(path):
        pytest.skip("not yet in the second form: its open cells lean on folded ones")
    cells = open_cells(path)
    assert sum("assert " in source for _, source in cells) >= 3, "nothing is asserted in the open"
    done = run(path)
    assert done.returncode == 0, done.stderr


def notebook(folder, *cells):
    """Write a notebook of (source, tags) beside a folder of drawings; return its path."""
    made = [{"cell_type": "code", "id": f"cell-{i}", "metadata": {"tags": list(tags)}, "source": [source]}
            for i, (source, *tags) in enumerate(cells)]  # fmt: skip
    (folder / "figures").mkdir()
    (folder / "figures/curve.py").write_text("def draw(): return 'drawn'\n")
    path = folder / "one.ipynb"
    path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "utf8")
    return path


GOOD = [
    ("# what the chapter uses\nfrom figures import curve as figures\nfrom imgcomp_lib.core import bits", "hide-input"),
    ("row = 'sss'\nrow",),
    ("# plots\nhidden = 1", "hide-input"),
    ("assert figures.draw() == 'drawn'\ndisplay(row)\nassert bits",),
    ("# one way\nassert False", "solution", "hide-cell"),
    ("assert False", "role:exercise"),
    ("live()", "remove-cell"),
]


def test_imports_and_open_cells_run_and_the_rest_does_not(tmp_path):
    path = notebook(tmp_path, *GOOD)
    assert [name for name, _ in open_cells(path)] == ["cell-0", "cell-1", "cell-3"]
    done = run(path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("cell", "word"), [
    ("assert hidden == 1", "NameError"),
    ("assert row == 'other'", "AssertionError"),
    ("1 / 0", "ZeroDivisionError"),
])  # fmt: skip
def test_an_open_cell_that_needs_a_folded_one_is_found(tmp_path, cell, word):
    done = run(notebook(tmp_path, *GOOD, (cell,)))
    assert done.returncode and word in done.stderr and 'File "cell-7"' in done.stderr
