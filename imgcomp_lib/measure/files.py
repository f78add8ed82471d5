"""Pictures in and out of files: any kind that is known; 8 and 16 bits are kept, never narrowed silently.

Every picture is uint8 or uint16, `(height, width)` grey or `(height, width, 3)` RGB.  Used from chapter 1 on.
"""

import io
import os
import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from ..core.atomic import write_bytes
from ..core.bits import Unsupported
from ..core.codec import check_image, check_number
from ..formats.png import Png
from .loading import dispatch

LARGEST_FILE = 1 << 30
"""Bytes of a file that is looked into."""


def load(path, background: int = 255) -> np.ndarray:
    """Return the image in a file: uint8 or uint16, (height, width) grey or (height, width, 3) RGB.

    EXIF orientation is applied, palettes are expanded, CMYK is converted, alpha is laid on `background` (255 white,
    0 black).  Samples of 9 to 15 bits keep their numbers in uint16.  `CorruptStream` for a file that is no image or is
    cut short; `Unsupported`, naming it, for what nobody installed reads rightly: animations, floating point, and 16
    bits where only 8 would be kept.  A picture of more samples than `core.limits` allows is `Unsupported` too.  Beside
    these two errors, whose cause is kept, only the file system's own come through.
    """
    path, background = _check_path(path), check_number("background", background, 0, 255)
    with open(path, "rb") as file:
        data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise Unsupported(f"{path}: a file of more than {LARGEST_FILE:,} bytes")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is odd in a file either is an error or does not matter
        return dispatch.picture(data, path, background, path.suffix)


def save(path, image: np.ndarray) -> None:
    """Write an image to a file of the kind that its suffix names; whole or not at all.

    image: uint8 or uint16, (height, width) grey or (height, width, 3) RGB; `ValueError` for others.
    16-bit colour goes to .png with `formats.png` and to .tif with tifffile.  `Unsupported` where a kind of file
    cannot hold the image as it is.
    """
    path = _check_path(path)
    check_image(image)
    deep_colour = image.dtype == np.uint16 and image.ndim == 3
    suffix = path.suffix.lower()
    if deep_colour and suffix == ".png":
        write_bytes(path, Png().encode(image))
    elif image.dtype == np.uint16 and suffix not in (".png", ".tif", ".tiff"):
        raise Unsupported(f"{path}: 16 bits a sample fit in .png and .tif only")
    else:
        out = io.BytesIO()
        if deep_colour:
            import tifffile

            tifffile.imwrite(out, image, photometric="rgb")
        else:
            kind = Image.registered_extensions().get(suffix)
            if kind not in Image.SAVE:
                raise Unsupported(f"{path}: no image format is written for the suffix {suffix!r}")
            Image.fromarray(image).save(out, kind)
        write_bytes(path, out.getvalue())


def _check_path(path):
    """Return a path; `ValueError` for what names no file."""
    if not isinstance(path, str | os.PathLike):
        raise ValueError(f"a path is a str or a Path, not {path!r}")
    return Path(path)
