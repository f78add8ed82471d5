"""Files that are written whole or not at all.

A file is written beside its place, under a name of ours (`.imgcomp-TOKEN-PROCESS-MACHINE`), and then takes its place.
An interrupt removes it.  What a process left that was killed, the next write into the same folder removes.
"""

import contextlib
import os
import platform
import re
import secrets
import signal
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from .codec import check_bytes

DAY = 86400
"""Seconds after which a temporary file is nobody's: no write takes so long."""

_OURS = re.compile(r"\.imgcomp-[0-9a-f]{8}-(\d{1,9})-(.*)", re.DOTALL)
_PIECE = 1 << 24


def write_bytes(path, data: bytes) -> None:
    """Write `data` to a temporary file beside `path` and rename it: nobody ever sees half a file.

    A file that is there keeps its permissions, and a link goes on pointing to what it pointed to, with new contents.
    A device or a pipe is written as it stands: there is nothing to be kept whole.
    """
    if not isinstance(path, str | os.PathLike):
        raise ValueError(f"a path is text or a Path, not {path!r}")
    path, data = Path(path), check_bytes(data)
    try:
        mode = _mode(path)
        if mode is None or stat.S_ISREG(mode):
            _replace(Path(os.path.realpath(path)), mode, data)
        else:
            path.write_bytes(data)
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from None  # the temporary name helps nobody


@contextlib.contextmanager
def temporary(folder) -> Iterator[Path]:
    """Give the path of a file to be made in `folder`; it is gone afterwards, also after Ctrl-C.

    Where Ctrl-C would end the process at once, which leaves no time to remove anything, it raises a
    `KeyboardInterrupt` here instead.
    """
    if not isinstance(folder, str | os.PathLike):
        raise ValueError(f"a folder is text or a Path, not {folder!r}")
    _sweep(Path(folder))
    path = Path(folder) / f".imgcomp-{secrets.token_hex(4)}-{os.getpid()}-{platform.node()}"
    with _interruptible():
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)


def _mode(path):
    """Return kind and permissions of what `path` leads to, None where nothing is there."""
    try:
        return os.stat(path).st_mode
    except FileNotFoundError:
        return None


def _replace(path, mode, data):
    """Put a new file in the place of `path`, with the permissions in `mode`, or with the usual ones."""
    with temporary(path.parent) as new:
        with open(new, "xb") as file:
            if mode is not None:
                os.chmod(new, stat.S_IMODE(mode))
            for start in range(0, len(data), _PIECE):  # between two pieces an interrupt is heard
                file.write(memoryview(data)[start : start + _PIECE])
        os.replace(new, path)


@contextlib.contextmanager
def _interruptible():
    """Let Ctrl-C raise a `KeyboardInterrupt` where it would end the process; only the main thread can say so."""
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) != signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def _sweep(folder):
    """Remove the temporary files in `folder` whose process is gone."""
    with contextlib.suppress(OSError):  # a folder that may not be read, or another process that was faster
        for entry in os.scandir(folder):
            ours = _OURS.fullmatch(entry.name)
            if ours and _is_left(int(ours[1]), ours[2], entry.stat(follow_symlinks=False).st_mtime):
                os.unlink(entry.path)


def _is_left(process, machine, changed):
    """Say whether nobody writes a temporary file any more: its process on this machine is gone, or it is a day old."""
    if time.time() - changed > DAY:
        return True
    if os.name != "posix" or machine != platform.node():  # elsewhere signal 0 is no question but an interrupt
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # somebody else's, and alive
        return False
    return False
