"""What the prose pages print is what the library prints."""

import contextlib
import doctest
import io
import re

import pytest
from conftest import ROOT

PAGES = [path for path in sorted((ROOT / "book").rglob("*.md")) if ">>> " in path.read_text("utf8")]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_examples_of_a_page_run(path):
    failed, tried = doctest.testfile(str(path), module_relative=False, encoding="utf8")
    assert tried and not failed


def test_the_first_example_of_the_readme_prints_what_it_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf8"), re.S)[1]
    promised = re.findall(r"^print\(.*\)\s+# (.+?)(?: \(.*)?$", code, re.M)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(code, {})
    assert said.getvalue().splitlines() == promised and len(promised) >= 3
    assert (tmp_path / "camera.tga").exists()


def test_the_readme_shows_its_example_on_the_first_screen():
    lines = (ROOT / "README.md").read_text("utf8").splitlines()
    assert "```" in lines[:25] and "```python" in lines[:25]


def test_the_lines_for_windows_do_what_make_does():
    readme, make = (ROOT / "README.md").read_text("utf8"), (ROOT / "Makefile").read_text("utf8")
    for command in ("-m pip install -r requirements.lock", "-m pip install --no-deps --no-build-isolation -e ."):
        assert command in readme and command in make.replace("$(PIP_INDEX) ", "")


def test_the_terms_of_the_glossary_stand_in_the_order_of_the_alphabet():
    terms = re.findall(r"^([A-Za-z].*)\n  \S", (ROOT / "book/glossary.md").read_text("utf8"), re.M)
    assert len(terms) > 40 and terms == sorted(terms, key=str.lower)
