"""The walls of the library: which room may import which.  Imports are read with `ast`, inside functions too."""

import ast
import subprocess
import sys

import nbformat
import pytest
from conftest import ROOT
from tracer import _file, imports

LIBRARY = ROOT / "imgcomp_lib"
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(LIBRARY.rglob("*.py"))
    if path != LIBRARY / "__init__.py"
}
PARTS = {"entropy", "dictionary", "prediction", "transforms", "quantisation"}
MAY_IMPORT = {
    "core": set(),
    "entropy": {"core"},
    "transforms": {"core"},
    "quantisation": {"core"},
    "dictionary": {"core", "entropy"},
    "prediction": {"core", "entropy"},
    "formats": {"core", *PARTS},
    "learned": {"core", "entropy", "transforms"},
    "codecs": {"core", *PARTS, "formats", "learned"},
    "measure": {"core", "transforms", "quantisation", "formats"},
    "learned.training": {"core", "entropy", "transforms", "learned", "measure"},
    "pages": set(),
    "pages.hands": {"core", "transforms", "quantisation", "entropy", "formats", "measure", "pages"},
    "terminal": {"core"},
    "calls": {"core", "formats", "codecs", "terminal"},
    "cli": {"core", *PARTS, "formats", "learned", "codecs", "measure", "learned.training", "pages"}
    | {"terminal", "calls"},
}
"""What a room may import beside itself; siblings inside a room may lean on each other, but never in a circle."""

HEAVY = {"torch": {"learned", "learned.training"}, "safetensors": {"learned", "learned.training"}}
HEAVY |= {name: {"pages"} for name in ("matplotlib", "ipywidgets", "IPython")}
LAZILY = {"codecs": {"torch", "learned"}}
"""What a room may import only when a picture is coded: inside functions."""


def _room(name):
    parts = name.split(".")[1:]
    return ".".join(parts[:2]) if ".".join(parts[:2]) in MAY_IMPORT else parts[0]


def _arrows(name):
    return {other for other in imports(MODULES[name]) if other in MODULES and other != name}


def _tree(name):
    return ast.parse(MODULES[name].read_text("utf8"))


def _packages(nodes):
    """Return the first word of everything that import statements among `nodes` name; `.rooms` without their dots."""
    found = {alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return found | {(n.module or "").split(".")[0] for n in nodes if isinstance(n, ast.ImportFrom)}


def test_every_module_stands_in_a_room():
    assert {_room(name) for name in MODULES} == set(MAY_IMPORT)


@pytest.mark.parametrize("name", MODULES)
def test_no_wall_is_crossed(name):
    room = _room(name)
    for other in _arrows(name):
        assert _room(other) in {room, *MAY_IMPORT[room]}, f"{name} ({room}) imports {other} ({_room(other)})"


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
    tree, room = _tree(name), _room(name)
    everywhere, at_once = _packages(list(ast.walk(tree))), _packages(tree.body)
    for package, homes in HEAVY.items():
        if package in everywhere and room not in homes:
            assert package in LAZILY.get(room, ()) and package not in at_once, f"{name} imports {package}"
    assert not at_once & LAZILY.get(room, set()), f"{name} imports {at_once & LAZILY[room]} before it is needed"


FIGURES = sorted(path for path in (ROOT / "notebooks/figures").glob("*.py") if path.stem != "__init__")
DRAW_WITH = {"imgcomp_lib", "numpy", "matplotlib"}
each_figures = pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)


def _foreign(path):
    """Return what a module of drawings imports and should not: other packages, other drawings."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf8"))))
    beside = {"." for node in nodes if isinstance(node, ast.ImportFrom) and node.level}
    return (_packages(nodes) | beside) - DRAW_WITH - sys.stdlib_module_names - {""}


def _code(notebook):
    return "\n".join(cell.source for cell in nbformat.read(notebook, 4).cells if cell.cell_type == "code")


@each_figures
def test_drawings_lean_on_the_library_and_on_no_other_drawings(path):
    assert not _foreign(path)


@pytest.mark.parametrize("line", ["from figures import other", "from . import other", "from .other import draw",
                                  "import figures.other", "import torch", "def f():\n    import scipy"])  # fmt: skip
def test_a_drawing_that_leans_on_others_is_found(line, tmp_path):
    (tmp_path / "curve.py").write_text("import math\nfrom imgcomp_lib.pages import plots\n")
    assert not _foreign(tmp_path / "curve.py")
    (tmp_path / "curve.py").write_text(line)
    assert _foreign(tmp_path / "curve.py")


@each_figures
def test_drawings_belong_to_one_chapter_which_uses_them_all(path):
    chapters = [notebook for notebook in (ROOT / "notebooks").glob("*.ipynb") if path in map(_file, imports(notebook))]
    assert len(chapters) <= 1, "one module a chapter"
    tree = ast.parse(path.read_text("utf8"))
    assert ast.get_docstring(tree) and all(ast.get_docstring(node) for node in _public(tree.body))
    for chapter in chapters:  # a module may be there before its chapter
        unused = [node.name for node in _public(tree.body) if f"figures.{node.name}" not in _code(chapter)]
        assert not unused, f"{chapter.stem} draws no {unused}"


def test_the_codecs_load_without_the_heavy_packages():
    code = f"""
import sys
from imgcomp_lib import codecs, formats
from imgcomp_lib.measure import evaluate, files, images, peers
every = [make() for make in (codecs.CODECS | formats.FORMATS).values()]
print(sorted({set(HEAVY)!r} & set(sys.modules)))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize("name", [name for name, path in MODULES.items() if path.name == "__init__.py"])
def test_a_package_holds_a_map_or_a_class_or_a_table(name):
    """A docstring alone, the package's one public class, or a table with its look-ups.  Nothing is exported again."""
    body = _tree(name).body
    assert ast.get_docstring(_tree(name)), f"{name}: no map"
    public = [n for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef) and not n.name.startswith("_")]
    classes = [node for node in public if isinstance(node, ast.ClassDef)]
    table = any(isinstance(n, ast.Assign) and ast.unparse(n.value).startswith("Table(") for n in body)
    assert len(body) == 1 or table or len(classes) == 1, f"{name} is neither a map nor a class nor a table"
    used = {node.id for node in ast.walk(_tree(name)) if isinstance(node, ast.Name)}
    brought = {a.asname or a.name for n in body if isinstance(n, ast.Import | ast.ImportFrom) for a in n.names}
    assert brought <= used, f"{name} exports {brought - used} again"


def _public(body):
    """Yield the public functions, classes and methods of a module's or a class's body."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body)


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_has_a_docstring(name):
    missing = [n.name for n in _public(_tree(name).body) if not ast.get_docstring(n)]
    assert not missing
