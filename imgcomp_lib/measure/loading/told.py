"""One place that turns whatever a reader of somebody else's raises into the two errors of this library.

Readers of files raise what they like: `struct.error`, `KeyError`, a `SyntaxError`, next year another.  A list of them
has no end, so there is none: every `Exception` is caught.  Three go through: an `OSError` with a number, which is the
system's word on a file; `MemoryError`, where a picture within the limit was to be made; and whatever is no `Exception`,
such as `KeyboardInterrupt`.
"""

import contextlib
from collections.abc import Iterator

from PIL import Image

from ...core.bits import CorruptStream, Unsupported


@contextlib.contextmanager
def told(path, within_limit: bool = False) -> Iterator[None]:
    """Within the `with` block every error becomes `CorruptStream` or `Unsupported` that names `path`, with its cause.

    within_limit: the size of the picture has been checked, so that a `MemoryError` is the machine's, not the file's.
    """
    try:
        yield
    except (CorruptStream, Unsupported) as error:
        if str(error).startswith(f"{path}: "):  # told already
            raise
        raise type(error)(f"{path}: {error}") from error
    except MemoryError as error:
        if within_limit:
            raise
        raise CorruptStream(f"{path}: a header that asks for more memory than there is") from error
    except (NotImplementedError, Image.DecompressionBombError) as error:
        raise Unsupported(f"{path}: {_words(error)}") from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise CorruptStream(f"{path}: {_words(error)}") from error
    except Exception as error:
        raise CorruptStream(f"{path}: no image that can be read ({_words(error)})") from error


def _words(error):
    """Return what an error says, or its kind where it says nothing."""
    return str(error) or type(error).__name__
