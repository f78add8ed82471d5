"""Imports run downwards only.  A module's docstring says which layer it is; this test reads both with `ast`."""

import ast
import re
import subprocess
import sys

import pytest
from build import imports
from conftest import ROOT

LIBRARY = ROOT / "imgcomp_lib"
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(LIBRARY.rglob("*.py"))
    if path != LIBRARY / "__init__.py"
}
HEAVY = {"torch": "imgcomp_lib.rnn", "matplotlib": "layer 5", "ipywidgets": "layer 5", "IPython": "layer 5"}


def _layer(name):
    docstring = ast.get_docstring(ast.parse(MODULES[name].read_text()))
    found = re.match(r"Layer (\d)", docstring or "")
    assert found, f"{name}: the docstring does not begin with its layer"
    return int(found[1])


def _arrows(name):
    return {other for other in imports(MODULES[name]) if other in MODULES and other != name}


@pytest.mark.parametrize("name", MODULES)
def test_no_arrow_points_up(name):
    for other in _arrows(name):
        assert _layer(other) <= _layer(name), f"{name} (layer {_layer(name)}) imports {other} (layer {_layer(other)})"


def test_no_circle():
    open_path, closed = [], set()

    def visit(name):
        assert name not in open_path, " -> ".join([*open_path, name])
        if name not in closed:
            open_path.append(name)
            for other in _arrows(name):
                visit(other)
            closed.add(open_path.pop())

    for name in MODULES:
        visit(name)


@pytest.mark.parametrize("name", MODULES)
def test_heavy_packages_stay_where_they_belong(name):
    tree = ast.parse(MODULES[name].read_text())
    roots = {a.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    roots |= {(n.module or "").split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and not n.level}
    for package, home in HEAVY.items():
        if package in roots:
            assert name.startswith(home) or (home == "layer 5" and _layer(name) == 5), f"{name} imports {package}"


def test_the_codecs_load_without_the_heavy_packages():
    code = f"import sys, imgcomp_lib.codecs, imgcomp_lib.formats; print(sorted({set(HEAVY)!r} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def _public(body):
    """Yield the public functions, classes and methods of a module's or a class's body."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body)


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_has_a_docstring(name):
    missing = [n.name for n in _public(ast.parse(MODULES[name].read_text()).body) if not ast.get_docstring(n)]
    assert not missing
