"""What a page folds, JupyterLab folds: the script that sees to it."""

import json

import fold
import pytest


def cell(*tags, kind="code", **metadata):
    return {"cell_type": kind, "metadata": {"tags": list(tags), **metadata}, "source": []}


@pytest.mark.parametrize(("tags", "jupyter"), [
    ([], None),
    (["role:naive"], None),
    (["remove-cell"], None),  # it is for JupyterLab alone, and open there
    (["hide-input", "role:ledger"], {"source_hidden": True}),
    (["remove-input"], {"source_hidden": True}),
    (["solution", "hide-cell"], {"source_hidden": True, "outputs_hidden": True}),
    (["hide-cell"], {"source_hidden": True, "outputs_hidden": True}),
])  # fmt: skip
@pytest.mark.parametrize("before", [{}, {"source_hidden": True}, {"source_hidden": False, "outputs_hidden": True}])
def test_tags_rule_whatever_stood_there(tags, jupyter, before):
    book = fold.fold({"cells": [cell(*tags, jupyter=dict(before)), cell("hide-input", kind="markdown")]})
    assert book["cells"][0]["metadata"].get("jupyter") == jupyter
    assert "jupyter" not in book["cells"][1]["metadata"], "only code is folded"


def test_a_file_changes_once_and_only_in_its_metadata(tmp_path):
    path = tmp_path / "one.ipynb"
    book = {"cells": [cell("hide-input", collapsed=False), cell()], "metadata": {}, "nbformat": 4}
    path.write_text(json.dumps(book), "utf8")
    assert fold.fold_file(path)
    text, found = path.read_text("utf8"), json.loads(path.read_text("utf8"))
    assert text.startswith('{\n "cells": [') and text.endswith("}\n")
    assert found["cells"][0]["metadata"] == {
        "collapsed": False, "jupyter": {"source_hidden": True}, "tags": ["hide-input"]
    }  # fmt: skip
    assert found["cells"][1] == book["cells"][1]
    assert not fold.fold_file(path) and path.read_text("utf8") == text
    assert fold.fold_file(path, form=2) and json.loads(path.read_text("utf8"))["metadata"] == {"imgcomp_form": 2}
