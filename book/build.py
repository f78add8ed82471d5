"""Build the book: run the notebooks that changed, then turn every page into HTML.

    python book/build.py              both; the first page is _build/html/index.html
    python book/build.py --execute    the notebooks only

A notebook runs again when anything it leans on has changed: its own cells, a module of the library or beside it that
it imports (and what that module imports), a codec that it takes out of a lazy table, a data file that one of them
names, requirements.lock.  What its kernel really imported and opened is compared with that afterwards.  The executed
copy goes to _build/executed; the notebook itself is never written.  Warnings are errors, on both roads.
"""

import hashlib
import importlib.metadata
import json
import multiprocessing
import os
import platform
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import tracer
import yaml
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "_build"
CELL_TIMEOUT = 1200  # seconds by the clock on the wall: a net under a cell that hangs, nothing more
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


# Running notebooks


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


def executed(notebook: Path) -> Path:
    """Return where the executed copy of a notebook lies."""
    return BUILD / "executed" / notebook.relative_to(ROOT)


def fresh(notebook: Path) -> bool:
    """Is there an executed copy, made from exactly what is there now?"""
    copy = executed(notebook)
    return copy.exists() and nbformat.read(copy, 4).metadata.imgcomp.key == tracer.key(notebook)


def execute(notebook: Path) -> float:
    """Run a notebook in its own folder and write the executed copy; return the seconds of the processor that it took.

    `Failed` where a cell raises, takes too long, or writes to stderr, or where the kernel imported or opened what
    `reach` did not foresee: then nothing is written.
    """
    fingerprint, book, start = tracer.key(notebook), nbformat.read(notebook, 4), _kernel_seconds()
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
    with ProcessPoolExecutor(min(len(stale), _cores()), initializer=end_with_parent) as pool:
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


def end_with_parent() -> None:
    """Let this process end when the one that made it does: a build that was killed would run its notebooks on."""

    def wait():
        multiprocessing.parent_process().join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _refuse_stderr(book: nbformat.NotebookNode) -> None:
    """`Failed` if a cell wrote to stderr: a warning on the page is a defect of the page."""
    for cell in book.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                raise Failed(f"cell {cell.id} wrote to stderr:\n{output.text}")


def _kernel_seconds() -> float:
    """Return the seconds of the processor that the kernels which this process ran and ended have taken."""
    return sum(os.times()[2:4])


def _refuse_surprises(notebook: Path, imported: list[str], opened: list[str]) -> None:
    """`Failed` if the kernel leant on more than `reach` says: a change of it would leave the page as it was."""
    names = [file.relative_to(ROOT).as_posix() for file in tracer.surprises(notebook, imported, opened)]
    if names:
        raise Failed(f"the kernel used {', '.join(names)}, which nothing in the notebook names: import it, or name it")


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


def _cores() -> int:
    """Return how many processors this process may use, which may be fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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
