"""The speed decorator: one source, two speeds, and the folder where compiled kernels are kept.

A hot loop is a plain function over integer arrays.  Where numba is at hand it is compiled at its first call and its
machine code kept on disk; elsewhere, in a browser say, the same text runs as it is.
"""

import contextlib
import functools
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType

import numpy as np

try:
    import numba
    from numba.core import event
except ImportError:  # a browser, or a platform without wheels: the same text runs as plain Python
    numba = None

LIBRARY = Path(__file__).parents[1]

KEPT_DAYS = 14
"""Machine code that no process has asked for in so many days is removed: its source has long changed."""

_IMPORTS = re.compile(
    rf"^[ \t]*(?:from|import) +(\.+|{LIBRARY.name}\b)([\w.]*)(?: +import +(\([^)]*\)|.*))?", re.MULTILINE
)


def kernel(function):
    """Compile a plain loop over integer arrays where numba is at hand; leave it as it is elsewhere.

    One source, two speeds: `NUMBA_DISABLE_JIT=1` runs the same text uncompiled.  Compiled code checks no
    bounds, so a kernel checks each index that comes from a stream, and takes int64 arrays: uint8 arithmetic
    wraps in Python and promotes in numba.
    """
    return _compiled(function)


def inner(function):
    """Compile like `kernel` a loop that makes no array, only works on those that its caller holds.

    Numba counts who holds an array at each call and each row taken out of one, which costs a small function that gets
    twenty arrays more than its work.  Where nothing is made, nothing needs counting.
    """
    return _compiled(function, _nrt=False)


def _compiled(function, **options):
    """Return `function` compiled, its machine code kept on disk; or as it is, without numba."""
    if not isinstance(function, FunctionType):
        raise ValueError(f"a kernel is made of a function, not of {function!r}")
    if numba is None:
        return function
    folder = _cache_folder(Path(function.__code__.co_filename))
    default, numba.config.CACHE_DIR = numba.config.CACHE_DIR, folder
    try:
        return numba.njit(cache=True, **options)(function)
    finally:
        numba.config.CACHE_DIR = default


@contextlib.contextmanager
def compiling() -> Iterator[list]:
    """Give a list that holds something afterwards where anything was compiled meanwhile."""
    if numba is None:
        yield []
        return
    with event.install_recorder("numba:compile") as recorder:
        yield recorder.buffer


@functools.cache
def _cache_folder(module: Path) -> str:
    """Return the folder of the kernels of `module`, one for each state of it and of what it imports from this library.

    Numba notices an edit of the kernel itself but not of what it calls, nor a changed bounds check.
    """
    state = b"".join(path.read_bytes() for path in _sources(module))
    state += f"{numba.__version__} {np.__version__} {numba.config.BOUNDSCHECK}".encode()
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for root in (home, Path(tempfile.gettempdir())):  # a home that cannot be written must not stop the import
        folder = root / "imgcomp" / "kernels" / f"{module.stem}-{hashlib.sha256(state).hexdigest()[:16]}"
        try:
            new = not folder.exists()
            folder.mkdir(parents=True, exist_ok=True)
            os.utime(folder)  # asked for today
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            if new:
                _remove_old(folder.parent)
            break
    return str(folder)


def _remove_old(cache: Path) -> None:
    """Remove the folders that nobody has asked for in KEPT_DAYS days."""
    for folder in cache.iterdir():
        try:
            if folder.stat().st_mtime < time.time() - KEPT_DAYS * 86400:
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:  # another process was faster
            continue


def _sources(module: Path) -> list[Path]:
    """Return `module` and all files of this library that it imports, and that those import, sorted."""
    found, wanted = set(), [module]
    while wanted:
        path = wanted.pop()
        if path not in found and path.exists():
            found.add(path)
            wanted += _imported(path)
    return sorted(found)


@functools.cache
def _imported(path: Path) -> list[Path]:
    """Return the files of this library that the text of `path` imports; of a package asked for as a whole, all."""
    found = []
    for anchor, tail, names in _IMPORTS.findall(path.read_text("utf8")):
        base = path.parents[len(anchor) - 1] if anchor[0] == "." else LIBRARY
        base = base.joinpath(*tail.strip(".").split(".")) if tail.strip(".") else base
        for name in re.findall(r"\w+", names) or [""]:
            inside = base / name if (base / name).is_dir() else (base / name).with_suffix(".py")
            target = inside if name and inside.exists() else base if base.is_dir() else base.with_suffix(".py")
            found += sorted(target.rglob("*.py")) if target.is_dir() else [target]
    return found
