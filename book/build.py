"""Build the book: run the notebooks that changed, then turn every page into HTML.

    python book/build.py              both; the first page is _build/html/index.html
    python book/build.py --execute    the notebooks only

A notebook runs again when anything it leans on has changed: its own cells, a module of the library that it
imports (and what that module imports), a data file that one of them names, requirements.lock.  The executed
copy goes to _build/executed; the notebook itself is never written.  Warnings are errors, on both roads.
"""

import ast
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
from IPython.core.inputtransformer2 import TransformerManager
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "_build"
PACKAGE = "imgcomp_lib"
CELL_TIMEOUT = 1200  # seconds by the clock on the wall: a net under a cell that hangs, nothing more
VERSIONS = ("numpy", "scipy", "pillow", "numba", "matplotlib", "scikit-image")


class Failed(Exception):
    """A notebook that does not run cleanly; the message says where and why."""


# What a notebook leans on


def chapters() -> list[Path]:
    """Return the notebooks of the table of contents, in its order."""
    toc = (ROOT / "_toc.yml").read_text("utf8")
    names = re.findall(r"^[\s-]*(?:root|file):\s*(\S+)", toc, re.M)
    pages = (ROOT / f"{name.removesuffix('.ipynb')}.ipynb" for name in names)
    return [page for page in pages if page.exists()]


def imports(path: Path) -> set[str]:
    """Return the modules of the library that a .py file or a notebook imports, inside functions too."""
    names = set()
    for node in ast.walk(_parse(Path(path))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, Path(path))
            names |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return {name for name in names if _file(name)}


def reach(path: Path) -> set[Path]:
    """Return the library's modules that `path` imports, those that they import, and the data files all of them name."""
    found, todo = set(), [Path(path)]
    while todo:
        names = {parent for name in imports(todo.pop()) for parent in _with_parents(name)}
        new = {_file(name) for name in names} - found
        found |= new
        todo += new
    return found | _named_data({Path(path), *found})


def key(notebook: Path) -> str:
    """Return a fingerprint of everything that decides what a notebook shows."""
    cells = [(c.cell_type, c.source, c.metadata) for c in nbformat.read(notebook, 4).cells]
    digest = hashlib.sha256(json.dumps([sys.version_info[:2], cells], sort_keys=True).encode())
    for file in sorted({ROOT / "requirements.lock", *reach(notebook)}):
        digest.update(f"\n{file.relative_to(ROOT).as_posix()} {len(file.read_bytes())}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _parse(path: Path) -> ast.Module:
    """Parse a module, or the code cells of a notebook with their lines of % and ! made into Python."""
    if path.suffix == ".py":
        return ast.parse(path.read_text("utf8"), path)
    cells = [re.sub(r"^%%.*", "", c.source) for c in nbformat.read(path, 4).cells if c.cell_type == "code"]
    return ast.parse("\n".join(TransformerManager().transform_cell(cell) for cell in cells), path)


def _absolute(node: ast.ImportFrom, path: Path) -> str:
    """Return the full name of what `from … import` starts from: in imgcomp_lib/rle.py `.` is imgcomp_lib."""
    if not node.level:
        return node.module
    package = path.resolve().relative_to(ROOT).parts[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])


def _file(module: str) -> Path | None:
    """Return where a module of the library stands; None for anything else."""
    if module.split(".")[0] != PACKAGE:
        return None
    stem = ROOT.joinpath(*module.split("."))
    return next((f for f in (stem / "__init__.py", stem.with_suffix(".py")) if f.exists()), None)


def _with_parents(module: str) -> list[str]:
    """Return `a`, `a.b`, `a.b.c` for `a.b.c`: Python runs all three."""
    parts = module.split(".")
    return [".".join(parts[: i + 1]) for i in range(len(parts))]


def _named_data(paths: set[Path]) -> set[Path]:
    """Return the data files whose name or stem is a string in one of `paths`, alone or at the end of a path."""
    constants = (node.value for path in paths for node in ast.walk(_parse(path)) if isinstance(node, ast.Constant))
    words = {value.rsplit("/", 1)[-1] for value in constants if isinstance(value, str)}
    files = [f for folder in (PACKAGE, "benchmarks/results") for f in (ROOT / folder).rglob("*.*")]
    data = [f for f in files if f.is_file() and f.suffix not in (".py", ".pyc")]
    return {f for f in data for word in words if fnmatch(f.name, word) or f.stem == word}


# Running notebooks


def executed(notebook: Path) -> Path:
    """Return where the executed copy of a notebook lies."""
    return BUILD / "executed" / notebook.relative_to(ROOT)


def fresh(notebook: Path) -> bool:
    """Is there an executed copy, made from exactly what is there now?"""
    copy = executed(notebook)
    return copy.exists() and nbformat.read(copy, 4).metadata.imgcomp.key == key(notebook)


def execute(notebook: Path) -> float:
    """Run a notebook in its own folder and write the executed copy; return the seconds of the processor that it took.

    `Failed` where a cell raises, takes too long, or writes to stderr: then nothing is written.
    """
    fingerprint, book, start = key(notebook), nbformat.read(notebook, 4), _kernel_seconds()
    client = NotebookClient(
        book, timeout=CELL_TIMEOUT, kernel_name="python3", resources={"metadata": {"path": str(notebook.parent)}},
        store_widget_state=False, record_timing=False, coalesce_streams=True,
        extra_arguments=["--IPKernelApp.log_level=40"],  # its remark on TCP is none of the reader's business
    )  # fmt: skip
    try:
        client.execute(env=_environment())
    except Exception as error:  # a failing cell, a timeout, a kernel that died: each says what it is
        raise Failed(str(error)) from None
    _refuse_stderr(book)
    seconds = round(_kernel_seconds() - start, 1)
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


def _kernel_seconds() -> float:
    """Return the seconds of the processor that the kernels which this process ran and ended have taken."""
    return sum(os.times()[2:4])


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
