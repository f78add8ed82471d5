"""Standard file formats, with the same two verbs as any codec: each in a file of its own, a line each in one table.

A format is imported when it is asked for: by its class, `from imgcomp_lib.formats.png import Png`, by its name,
`FORMATS["png"]`, or by a file, `format_of`.
"""

from ..core.bits import CorruptStream
from ..core.codec import Codec, check_bytes
from ..core.table import Line, Table

FORMATS = Table({
    "tga": Line("imgcomp_lib.formats.tga:Tga", (".tga",)),
    "gif": Line("imgcomp_lib.formats.gif:Gif", (".gif",), b"GIF8"),
    "png": Line("imgcomp_lib.formats.png:Png", (".png",), b"\x89PNG"),
    "jpeg": Line("imgcomp_lib.formats.jpeg:Jpeg", (".jpg", ".jpeg", ".jpe"), b"\xff\xd8"),
    "jls": Line("imgcomp_lib.formats.jpegls:JpegLs", (".jls",), b"\xff\xd8"),
})  # fmt: skip
"""Every standard format that the library writes, by name."""


def format_of(data: bytes, suffix: str = "") -> Codec | None:
    """Return the format of `data` by its magic bytes, else by the file's `suffix` (".tga"), else None.

    The bytes with which a file begins say which format to ask; those without any are asked last.  `ValueError` where
    these are no bytes, or no suffix.
    """
    data = check_bytes(data)
    if not isinstance(suffix, str):
        raise ValueError(f"suffix is a word such as '.tga', not {suffix!r}")
    by_magic = sorted((n for n, line in FORMATS.lines.items() if data.startswith(line.magic)), key=_has_no_magic)
    found = next((name for name in by_magic if FORMATS[name].matches(data)), None)
    found = found or next((n for n, line in FORMATS.lines.items() if suffix.lower() in line.suffixes), None)
    return FORMATS[found]() if found else None


def decode(data: bytes):
    """Return the image of a standard file, by its magic bytes; `CorruptStream` where no format knows them."""
    codec = format_of(data)
    if codec is None:
        raise CorruptStream(f"no file of a format written here: {', '.join(FORMATS)}")
    return codec.decode(data)


def _has_no_magic(name):
    return not FORMATS.lines[name].magic
