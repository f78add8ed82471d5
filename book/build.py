"""Build the book: run the notebooks that changed, then turn every page into HTML.

    python book/build.py              both; the first page is _build/html/index.html
    python book/build.py --execute    the notebooks only

A notebook runs again when anything it leans on has changed: its own cells, a module of the library or beside it that
it imports (and what that module imports), a codec that it takes out of a lazy table, a data file that one of them
names, requirements.lock.  What its kernel really imported and opened is compared with that afterwards.  The executed
copy goes to _build/executed; the notebook itself is never written.  Warnings are errors, on both roads.
"""

import ast
import functools
import hashlib
import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

import nbformat
import yaml
from IPython.core.inputtransformer2 import TransformerManager
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "_build"
PACKAGE = "imgcomp_lib"
CELL_TIMEOUT = 120  # seconds
WATCH = (
    "import os, sys; sys.opened = set(); sys.addaudithook(lambda event, args: event == 'open' and "
    "isinstance(args[0], (str, bytes, os.PathLike)) and sys.opened.add(os.path.abspath(os.fsdecode(args[0]))))"
)
PROBE = (
    "import json, sys\n"
    "found = [getattr(module, '__file__', None) for module in list(sys.modules.values())]\n"
    "print(json.dumps([[file for file in found if isinstance(file, str)], sorted(sys.opened)]))"
)
"""A kernel's first words and its last: it keeps a list of the files that it opens, and tells it."""
VERSIONS = ("numpy", "scipy", "pillow", "numba", "matplotlib", "scikit-image")


class Failed(Exception):
    """A notebook that does not run cleanly; the message says where and why."""


# What a notebook leans on


def chapters() -> list[Path]:
    """Return the notebooks of the table of contents, in its order."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
    pages = (ROOT / f"{name.removesuffix('.ipynb')}.ipynb" for name in _listed(toc))
    return [page for page in pages if page.exists()]


def _listed(toc) -> list[str]:
    """Return every `root` and `file` of a table of contents, whatever stands around them."""
    if isinstance(toc, list):
        return [name for entry in toc for name in _listed(entry)]
    if not isinstance(toc, dict):
        return []
    return [name for word, entry in toc.items() for name in ([entry] if word in ("root", "file") else _listed(entry))]


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


# Running notebooks


def executed(notebook: Path) -> Path:
    """Return where the executed copy of a notebook lies."""
    return BUILD / "executed" / notebook.relative_to(ROOT)


def fresh(notebook: Path) -> bool:
    """Is there an executed copy, made from exactly what is there now?"""
    copy = executed(notebook)
    return copy.exists() and nbformat.read(copy, 4).metadata.imgcomp.key == key(notebook)


def execute(notebook: Path) -> float:
    """Run a notebook in its own folder and write the executed copy; return the seconds that it took.

    `Failed` where a cell raises, takes too long, or writes to stderr, or where the kernel imported or opened what
    `reach` did not foresee: then nothing is written.
    """
    fingerprint, book, start = key(notebook), nbformat.read(notebook, 4), time.perf_counter()
    client = NotebookClient(
        book, timeout=CELL_TIMEOUT, kernel_name="python3", resources={"metadata": {"path": str(notebook.parent)}},
        store_widget_state=False, record_timing=False, coalesce_streams=True,
        extra_arguments=["--IPKernelApp.log_level=40",  # its remark on TCP is none of the reader's business
                         f"--IPKernelApp.exec_lines={WATCH}"],
    )  # fmt: skip
    book.cells.append(nbformat.v4.new_code_cell(PROBE))
    try:
        client.execute(env=_environment())
    except Exception as error:  # a failing cell, a timeout, a kernel that died: each says what it is
        raise Failed(str(error)) from None
    _refuse_surprises(notebook, *json.loads(book.cells.pop().outputs[0].text))
    _refuse_stderr(book)
    seconds = round(time.perf_counter() - start, 1)
    book.metadata["imgcomp"] = {"key": fingerprint, "seconds": seconds, **_circumstances()}
    copy = executed(notebook)
    copy.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(book, copy.with_suffix(".part"))
    copy.with_suffix(".part").replace(copy)
    return seconds


def execute_all() -> None:
    """Run every notebook that is not fresh, side by side; forget copies whose notebook is gone."""
    notebooks = chapters()
    for copy in set((BUILD / "executed").rglob("*.ipynb")) - {executed(n) for n in notebooks}:
        copy.unlink()
    stale = [notebook for notebook in notebooks if not fresh(notebook)]
    _say(f"{len(stale)} of {len(notebooks)} notebooks to run")
    if not stale:
        return
    import matplotlib.font_manager  # noqa: F401  the first import ever may print about its font cache

    failed = 0
    with ProcessPoolExecutor(max_workers=min(len(stale), os.cpu_count() or 1)) as pool:
        jobs = {pool.submit(execute, notebook): notebook for notebook in stale}
        for job in as_completed(jobs):
            name = jobs[job].relative_to(ROOT).as_posix()
            try:
                _say(f"  {name:40} {job.result():6.1f} s")
            except Failed as error:
                failed += 1
                _say(f"  {name:40} FAILED\n{error}")
    if failed:
        sys.exit(f"{failed} of {len(stale)} notebooks failed: see above")


def _refuse_stderr(book: nbformat.NotebookNode) -> None:
    """`Failed` if a cell wrote to stderr: a warning on the page is a defect of the page."""
    for cell in book.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                raise Failed(f"cell {cell.id} wrote to stderr:\n{output.text}")


def _refuse_surprises(notebook: Path, imported: list[str], opened: list[str]) -> None:
    """`Failed` if the kernel leant on more than `reach` says: a change of it would leave the page as it was."""
    ours = [ROOT / PACKAGE, notebook.parent]
    modules = {Path(file) for file in imported if any(Path(file).is_relative_to(folder) for folder in ours)}
    surprises = sorted((modules | _data() & {Path(file) for file in opened}) - reach(notebook))
    if surprises:
        names = ", ".join(file.relative_to(ROOT).as_posix() for file in surprises)
        raise Failed(f"the kernel used {names}, which nothing in the notebook names: import it there, or name it")


def _environment() -> dict[str, str]:
    """Return the environment for kernels and for Sphinx: they import the library that stands beside this file."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYDEVD_DISABLE_FILE_VALIDATION": "1"}


def _circumstances() -> dict:
    """Return when and on what a notebook ran: the date, the machine, the versions that can change a number."""
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    versions = {"python": platform.python_version(), **{name: _version(name) for name in VERSIONS}}
    return {"date": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine, "versions": versions}


def _version(name: str) -> str:
    """Return the installed version of a package, or a dash where it is missing."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "–"


def _say(line: str) -> None:
    print(line, flush=True)


# Pages


def pages() -> Path:
    """Turn every page into HTML; return the first one.  Exits where Sphinx has anything to complain about.

    The stamp is there only after a build without complaints.  Without it, or with another table of contents
    or another configuration, the build starts from nothing: no page stays that the book no longer has, and
    a warning does not vanish because its page was read before.
    """
    shell = [ROOT / "_toc.yml", ROOT / "_config.yml", ROOT / "requirements.lock", *(ROOT / "book/_ext").glob("*.py")]
    state = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(shell))).hexdigest()
    stamp = BUILD / "pages.stamp"
    if not stamp.exists() or stamp.read_text() != state:
        for folder in ("html", ".doctrees", "jupyter_execute"):
            shutil.rmtree(BUILD / folder, ignore_errors=True)
    stamp.unlink(missing_ok=True)
    command = [Path(sys.executable).with_name("jupyter-book"), "build", ".", "-W", "-n", "--keep-going"]
    if subprocess.run(command, cwd=ROOT, env=_environment()).returncode:
        sys.exit("The pages could not be built: Sphinx says why above")
    stamp.write_text(state)
    return BUILD / "html" / "index.html"


def main() -> None:
    start = time.perf_counter()
    try:
        execute_all()
    except SyntaxError as error:
        sys.exit(f"{error.filename}, line {error.lineno}: {error.msg}")
    if "--execute" not in sys.argv:
        page = pages()
        _say(f"Built in {time.perf_counter() - start:.0f} s.  The first page:\n{page.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
