"""What a notebook leans on: the modules that it imports and those that they import, lazy tables, data files.

    notebook ── from imgcomp_lib import codecs ──> codecs/__init__.py, the table without its lines
             ── CODECS["rle"] ───────────────────> the line "rle" and codecs/run_length.py ──> entropy/runs.py ...
             ── Path("../results/sizes.json") ───> sizes.json

Everything is read, nothing is run.  `reach` is what a change must touch to make a page stale, `key` the fingerprint of
all that, and `surprises` what a kernel used beyond it.
"""

import ast
import functools
import hashlib
import json
import re
import sys
from fnmatch import fnmatch
from pathlib import Path

import nbformat
from IPython.core.inputtransformer2 import TransformerManager

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "imgcomp_lib"


def imports(path: Path) -> set[str]:
    """Return the modules of the repository that a .py file or a notebook imports, inside functions too."""
    names, path = set(), Path(path)
    for node in ast.walk(_parse(path)):
        if isinstance(node, ast.Import):
            names |= {_beside(alias.name, path) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, path)
            names |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return {name for name in names if _file(name)}


def reach(path: Path) -> set[Path]:
    """Return the modules that `path` imports, those that they import, and the data files all of them name.

    A lazy table imports nothing by itself: who names a line of it reaches that line's module, who uses it in any
    other way, a loop say, reaches all of them.
    """
    found, todo = set(), [Path(path)]
    while todo:
        user = todo.pop()
        names = imports(user)
        names = names.union(*(_taken(user, _file(name)) for name in names))
        new = {_file(parent) for name in names for parent in _with_parents(name)} - found - {None}
        found |= new
        todo += new
    return found | _named_data({Path(path), *found})


def key(notebook: Path) -> str:
    """Return a fingerprint of everything that decides what a notebook shows.

    Of a lazy table only the lines of modules within reach count: a new codec changes nothing for those who do not use
    it.
    """
    cells = [(c.cell_type, c.source, c.metadata) for c in nbformat.read(notebook, 4).cells]
    digest = hashlib.sha256(json.dumps([sys.version_info[:2], cells], sort_keys=True).encode())
    reached = reach(notebook)
    for file in sorted({ROOT / "requirements.lock", *reached}):
        content = _without_lines(file, reached) if file.suffix == ".py" else file.read_bytes()
        digest.update(f"\n{file.relative_to(ROOT).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def surprises(notebook: Path, imported: list[str], opened: list[str]) -> list[Path]:
    """Return the modules and data files that a kernel used and that are not within reach of its notebook."""
    ours = [ROOT / PACKAGE, notebook.parent]
    modules = {Path(file) for file in imported if any(Path(file).is_relative_to(folder) for folder in ours)}
    return sorted((modules | _data() & {Path(file) for file in opened}) - reach(notebook))


def _parse(path: Path) -> ast.Module:
    """Parse a module, or the code cells of a notebook with their lines of % and ! made into Python."""
    return _parse_text(path, path.read_text("utf8"))


@functools.cache
def _parse_text(path, text):
    if path.suffix == ".py":
        return ast.parse(text, path)
    cells = [re.sub(r"^%%.*", "", c.source) for c in nbformat.reads(text, 4).cells if c.cell_type == "code"]
    return ast.parse("\n".join(TransformerManager().transform_cell(cell) for cell in cells), path)


def _absolute(node: ast.ImportFrom, path: Path) -> str:
    """Return the full name of what `from … import` starts from: in imgcomp_lib/core/bits.py `.` is imgcomp_lib.core."""
    if not node.level:
        return _beside(node.module, path)
    package = path.resolve().relative_to(ROOT).parts[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])


def _beside(module: str, path: Path) -> str:
    """Return the name of a module from the repository's root on; a notebook finds those of its own folder first."""
    top, first = path.resolve().relative_to(ROOT).parts[0], module.split(".")[0]
    beside = top != PACKAGE and ((ROOT / top / first).is_dir() or (ROOT / top / f"{first}.py").exists())
    return f"{top}.{module}" if beside else module


def _file(module: str) -> Path | None:
    """Return where a module of the library, or one beside a notebook, stands; None for anything else."""
    if module.split(".")[0] not in (PACKAGE, "notebooks", "book"):
        return None
    stem = ROOT.joinpath(*module.split("."))
    return next((f for f in (stem / "__init__.py", stem.with_suffix(".py")) if f.exists()), None)


def _with_parents(module: str) -> list[str]:
    """Return `a`, `a.b`, `a.b.c` for `a.b.c`: Python runs all three."""
    parts = module.split(".")
    return [".".join(parts[: i + 1]) for i in range(len(parts))]


def _tables(path: Path) -> dict[str, dict[str, tuple[str, range]]]:
    """Return the lazy tables of a module: variable → name → the module behind it, and where the line stands."""
    found = {}
    for node in _parse(path).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("Table({"):
            lines = node.value.args[0]
            found[node.targets[0].id] = {
                name.value: (_module_of(line), range(name.lineno - 1, line.end_lineno))
                for name, line in zip(lines.keys, lines.values, strict=True)
            }
    return found


def _module_of(line: ast.expr) -> str:
    """Return the module that a line of a table names, as in "imgcomp_lib.codecs.raw:Raw"."""
    words = (node.value for node in ast.walk(line) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return next(word.partition(":")[0] for word in words if word.startswith(f"{PACKAGE}.") and ":" in word)


def _taken(user: Path, table: Path) -> set[str]:
    """Return the modules that `user` takes out of the lazy tables of the module `table`."""
    found = set()
    for variable, lines in _tables(table).items():
        for node, parent in _with_parent(_parse(user)):
            mine = variable in (getattr(node, "id", ""), getattr(node, "attr", ""))
            if mine or (isinstance(node, ast.alias) and node.name == variable and node.asname):
                named = isinstance(parent, ast.Subscript) and isinstance(parent.slice, ast.Constant)
                found |= {lines[name][0] for name in ([parent.slice.value] if named else lines) if name in lines}
    return found


def _with_parent(tree: ast.AST):
    """Yield each node of a tree below its root, with the node that holds it."""
    return ((child, node) for node in ast.walk(tree) for child in ast.iter_child_nodes(node))


def _without_lines(path: Path, reached: set[Path]) -> bytes:
    """Return a module's text without the lines of its lazy tables whose modules are out of reach."""
    lines = path.read_text("utf8").splitlines(keepends=True)
    unused = {at for table in _tables(path).values() for module, span in table.values() if _file(module) not in reached
              for at in span}  # fmt: skip
    return "".join(line for at, line in enumerate(lines) if at not in unused).encode()


def _named_data(paths: set[Path]) -> set[Path]:
    """Return the data files whose whole name, or a pattern for it, is a string in one of `paths`, or ends one there."""
    constants = (node.value for path in paths for node in ast.walk(_parse(path)) if isinstance(node, ast.Constant))
    words = {value.rsplit("/", 1)[-1] for value in constants if isinstance(value, str)}
    return {f for f in _data() for word in words if Path(word).suffix == f.suffix and fnmatch(f.name, word)}


def _data() -> set[Path]:
    """Return every data file that a notebook may lean on."""
    files = {f for folder in (PACKAGE, "benchmarks/results") for f in (ROOT / folder).rglob("*.*") if f.is_file()}
    return {f for f in files if f.suffix not in (".py", ".pyc")}
