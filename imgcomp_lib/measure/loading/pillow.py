"""What Pillow reads rightly: samples of at most 8 bits, and single planes of 16.

Its picture is turned into an array a strip at a time, so that beside the two nothing as large is ever there.
"""

import io

import numpy as np
from PIL import Image, ImageFile

from ...core import limits
from ...core.bits import Unsupported
from ...core.codec import check_bytes
from ...core.limits import strips
from .samples import lay
from .told import told

REFUSED = {
    "EPS": "an EPS file is a program, which is not run here",
    "FITS": "the samples of a FITS file have signs and offsets, which are not read here",
    "MCIDAS": "the samples of a McIDAS file are not read here",
    "SPIDER": "the floating-point samples of a SPIDER file are not read here",
    "WMF": "a WMF file draws shapes, which is not done here",
}
MANY_PAGES = ("MPO", "TIFF")
"""Files whose first picture is the picture, and not the first frame."""
OTHER = {"CMYK": "RGB", "YCbCr": "RGB", "HSV": "RGB", "RGBX": "RGB", "1": "L"}
"""Modes that are converted."""


def opened(data: bytes, name: str = "a file") -> Image.Image:
    """Return the Pillow image of the file `data`, its size checked and none of its samples read.

    name: what errors call it.  `Unsupported` for animations, for what Pillow narrows or misreads, and beyond the limit
    of `core.limits`; `CorruptStream` for what Pillow does not know.
    """
    file = io.BytesIO(check_bytes(data))
    with told(name):
        picture = Image.open(file)
        _check_kind(picture)
        grey = picture.mode[:1] in ("1", "L", "I")
        limits.check_picture((picture.height, picture.width, 1 if grey else 3), 2 if picture.mode[:1] == "I" else 1)
        return picture


def _check_kind(picture):
    """Raise `Unsupported` for a kind of picture that is not read, or that Pillow does not read rightly."""
    if picture.format in REFUSED or isinstance(picture, ImageFile.StubImageFile):
        raise Unsupported(REFUSED.get(picture.format, f"no reader of {picture.format} files is installed"))
    if getattr(picture, "is_animated", False) and picture.format not in MANY_PAGES:
        raise Unsupported(f"an animation of {picture.n_frames} frames")
    if str(getattr(picture, "pixel_format", "")).startswith("BC6H"):
        raise Unsupported("a DDS file of floating-point samples (BC6H)")
    if picture.mode in ("F", "LAB"):
        raise Unsupported("floating-point samples" if picture.mode == "F" else "CIELAB colours")


def orientation_of(picture) -> int:
    """Return the orientation, 1 to 8, of a Pillow image by its EXIF block; 1 where none can be read.

    Nothing but this tag is asked for: the others may be of any type, and are never written again.
    """
    try:
        found = picture.getexif().get(0x0112, 1)
    except Exception:  # a damaged EXIF block says nothing about the samples
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def to_array(picture, background: int) -> np.ndarray:
    """Return the picture, (h, w) or (h, w, 3), uint8 or uint16, with alpha laid on the background, 0 to 255."""
    if not isinstance(picture, Image.Image):
        raise ValueError(f"a Pillow image is wanted, not {type(picture).__name__}")
    picture.load()
    if picture.mode in ("P", "PA"):
        return _from_palette(picture, background)
    if picture.mode.startswith("I"):
        return _sixteen(picture)
    mode = OTHER.get(picture.mode, picture.mode)
    if "transparency" in picture.info:
        mode = {"L": "LA", "RGB": "RGBA"}.get(mode, mode)
    if mode not in ("L", "LA", "La", "RGB", "RGBA", "RGBa"):
        raise Unsupported(f"samples of Pillow's mode {picture.mode}")
    planes = 3 if mode.startswith("RGB") else 1
    out = np.empty((picture.height, picture.width, planes), np.uint8)
    for rows in strips(picture.height, picture.width * 4):
        part = np.asarray(_cut(picture, rows).convert(mode) if mode != picture.mode else _cut(picture, rows))
        out[rows] = lay(part, background, 255, mode in ("La", "RGBa")).reshape(*part.shape[:2], planes)
    return out[:, :, 0] if planes == 1 else out


def _cut(picture, rows):
    """Return rows of a picture as a Pillow image of their own; what is said about transparency goes along."""
    part = picture.crop((0, rows.start, picture.width, rows.stop))
    part.info = {k: v for k, v in picture.info.items() if k == "transparency"}
    return part


def _from_palette(picture, background):
    """Return the colours for which indices stand; grey where all are grey and none has alpha."""
    if picture.mode == "PA" or picture.palette is None:
        return to_array(picture.convert("RGBA"), background)
    clear = "transparency" in picture.info
    ramp = Image.frombytes("P", (256, 1), bytes(range(256)))
    ramp.putpalette(picture.palette)
    ramp.info = {"transparency": picture.info["transparency"]} if clear else {}
    table = lay(np.asarray(ramp.convert("RGBA" if clear else "RGB")), background, 255)[0]
    used = table[np.flatnonzero(picture.histogram()[:256])]
    if not clear and (used == used[:, :1]).all():
        table = table[:, 0]
    out = np.empty((picture.height, picture.width, *table.shape[1:]), np.uint8)
    for rows in strips(picture.height, picture.width):
        out[rows] = table[np.asarray(_cut(picture, rows))]
    return out


def _sixteen(picture):
    """Return uint16 samples of a picture of wider whole numbers."""
    out = np.empty((picture.height, picture.width), np.uint16)
    for rows in strips(picture.height, picture.width):
        part = np.asarray(_cut(picture, rows))
        if part.min() < 0 or part.max() > 65535:
            raise Unsupported(f"samples from {part.min()} to {part.max()} are no 16-bit image")
        out[rows] = part
    return out
