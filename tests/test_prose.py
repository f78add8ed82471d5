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
