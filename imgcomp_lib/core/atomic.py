"""Files that are written whole or not at all."""

import os
import tempfile
from pathlib import Path

from .codec import check_bytes


def write_bytes(path, data: bytes) -> None:
    """Write `data` to a temporary file beside `path` and rename it: nobody ever sees half a file."""
    if not isinstance(path, str | os.PathLike):
        raise ValueError(f"a path is text or a Path, not {path!r}")
    path, data = Path(path), check_bytes(data)
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(path)) from None  # the temporary name helps nobody
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)  # mkstemp makes files that only their owner reads
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
