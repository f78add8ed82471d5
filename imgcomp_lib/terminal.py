"""What a command needs of the machine it runs on: signals, standard streams, and something that moves while one waits.

Nothing that takes long to import is imported here before it is needed: until `own_process` has given Ctrl-C its
meaning, it is a traceback.
"""

import contextlib
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

STANDARD = "-"
"""The word for standard input and standard output."""


def own_process() -> None:
    """Give signals and streams of this process the meaning that they have for other commands.

    Compiled code hears no signal, and while it runs no other thread of Python does: only the system's own action, the
    end of the process, comes at once.  `core.atomic` is where that would leave something behind, and sees to it.
    Letters that a terminal has not, or that are none (a name may be any bytes), are shown by number.
    """
    if signal.getsignal(signal.SIGINT) == signal.default_int_handler:  # not where it is ignored, as in the background
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # imgcomp list | head
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def called(path: str) -> str:
    """Return what to call a file in a sentence."""
    return "standard input" if path == STANDARD else path


def read(path: str) -> bytes:
    """Return the bytes of a file, or of standard input."""
    return sys.stdin.buffer.read() if path == STANDARD else Path(path).read_bytes()


@contextlib.contextmanager
def as_file(path: str, data: bytes | None = None) -> Iterator[str | Path]:
    """Give the path of a file with what `path` holds: itself, or one that is gone afterwards, for standard input.

    data: what was read from there already.
    """
    from .core import atomic

    if path != STANDARD:
        yield path
        return
    data = read(path) if data is None else data
    with atomic.temporary(tempfile.gettempdir()) as file:
        file.touch(0o600)
        file.write_bytes(data)
        try:
            yield file
        except ValueError as error:
            raise type(error)(str(error).replace(str(file), called(path))) from error


def write(path: str, data: bytes, sentence: str = "") -> None:
    """Write a file whole or not at all, or to standard output; then say a sentence about it where it does no harm."""
    from .core import atomic

    if path != STANDARD:
        atomic.write_bytes(path, data)
    elif sys.stdout.isatty() and b"\0" in data:
        raise ValueError("standard output is a terminal, which shows no such file: send it on with > or |")
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    if sentence:
        name, out = ("standard output", sys.stderr) if path == STANDARD else (path, sys.stdout)
        print(f"{name}: {sentence}", file=out)


@contextlib.contextmanager
def busy(what: str) -> Iterator[None]:
    """Show the seconds that pass while one long step runs, from the first second on, where somebody watches."""
    from tqdm import tqdm

    with (
        tqdm(desc=what, bar_format="{desc}: {elapsed}", delay=1, leave=False, disable=None) as bar,
        ticking(bar.update),
    ):
        yield


@contextlib.contextmanager
def ticking(show: Callable) -> Iterator[None]:
    """Call `show`, which draws a bar anew, again and again, so that its clock goes on by itself."""
    done = threading.Event()

    def tick():
        pause = 1.0  # what is done in a second needs no clock
        while not done.wait(pause):
            show()
            pause = 0.2

    watcher = threading.Thread(target=tick)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def one_line(error: BaseException) -> str:
    """Return the message of an error without the parts that only a program needs."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return " ".join(str(error).split()) or type(error).__name__


def check_folder(path: str) -> None:
    """Raise the `OSError` now that a file's folder will cause later."""
    if path != STANDARD:
        try:
            os.stat(os.path.join(os.path.dirname(path), "."))
        except OSError as error:
            raise OSError(error.errno, error.strerror, path) from None
