"""The speed decorator: one source, two speeds, and the folder where compiled kernels are kept.

A hot loop is a plain function over integer arrays.  Where numba is at hand it is compiled at its first call and its
machine code kept on disk; elsewhere, in a browser say, the same text runs as it is.
"""

import functools
import hashlib
import os
import tempfile
from pathlib import Path

import numpy as np

try:
    import numba
except ImportError:  # a browser, or a platform without wheels: the same text runs as plain Python
    numba = None

ROOMS = ("core", "entropy", "dictionary", "prediction", "transforms", "quantisation", "codecs", "formats")
"""Where kernels are; an edit elsewhere recompiles nothing."""


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
    if numba is None:
        return function
    default, numba.config.CACHE_DIR = numba.config.CACHE_DIR, _cache_folder()
    try:
        return numba.njit(cache=True, **options)(function)
    finally:
        numba.config.CACHE_DIR = default


@functools.cache
def _cache_folder() -> str:
    """Return the folder of compiled kernels, one for each state of the sources in the rooms that hold any.

    Numba notices an edit of the kernel itself but not of what it calls, nor a changed bounds check.
    """
    library = Path(__file__).parents[1]
    sources = b"".join(path.read_bytes() for room in ROOMS for path in sorted((library / room).rglob("*.py")))
    state = sources + f"{numba.__version__} {np.__version__} {numba.config.BOUNDSCHECK}".encode()
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for root in (home, Path(tempfile.gettempdir())):  # a home that cannot be written must not stop the import
        folder = root / "imgcomp" / "kernels" / hashlib.sha256(state).hexdigest()[:16]
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            break
    return str(folder)
