"""Layer 3: standard file formats, with the same two verbs as any codec."""

import numpy as np

from ..bits import CorruptStream
from .gif import Gif
from .jpegls import JpegLs
from .png import Png
from .tga import Tga

FORMATS = {codec.name: codec for codec in (Tga, Gif, Png, JpegLs)}
"""Every standard format that the library writes, by name."""


def format_of(data: bytes, suffix: str = ""):
    """Return the format of `data` by its magic bytes, else by the file's `suffix` (".tga"), else None."""
    by_magic = [codec for codec in FORMATS.values() if codec.matches(data)]
    by_suffix = [codec for codec in FORMATS.values() if suffix.lower() in codec.suffixes]
    return next((codec() for codec in by_magic + by_suffix), None)


def decode(data: bytes) -> np.ndarray:
    """Return the image of a standard file, by its magic bytes."""
    codec = format_of(data)
    if codec is None:
        raise CorruptStream(f"no file of a format written here: {', '.join(FORMATS)}")
    return codec.decode(data)
