"""Which reader reads a file, by its first bytes.

    PNG, GIF, TGA, JPEG-LS       this library's own decoders             TIFF            tags first, then one of two
    more than 8 bits             `deep`, or `Unsupported` by name        everything else  Pillow

A picture of 6000 x 6000 RGB samples is 108 MB, so that nothing here makes a second one.
"""

import io

import numpy as np
from PIL import Image

from ...core.bits import CorruptStream, Unsupported
from ...core.codec import check_bytes, check_number
from ...core.limits import strips
from ...formats.gif import Gif
from ...formats.jpegls import JpegLs
from ...formats.png import Png, without_pixels
from ...formats.tga import Tga
from . import deep, pillow, tiff
from .samples import lay, orient
from .told import told

NAMES = {
    b"8BPS": "a Photoshop file of this kind",
    b"BM": "a BMP file of this kind",
    b"DDS ": "a DDS file of this kind",
    b"\x76\x2f\x31\x01": "an OpenEXR file, which has floating-point samples,",
    b"#?R": "a Radiance file, which has floating-point samples,",
    b"PF": "a portable float map",
    b"Pf": "a portable float map",
    b"P7": "a PAM file",
    b"%PDF": "a PDF file",
    b"<svg": "an SVG file",
    b"\x0a\x04B\xd2\xd5N": "a Brunsli file",
}
"""Files that are pictures, and that nobody installed reads."""
SGI = b"\x01\xda"


def picture(data: bytes, path, background: int = 255, suffix: str = "") -> np.ndarray:
    """Return the picture of the file `data`, (h, w) or (h, w, 3), uint8 or uint16, turned and laid on a background.

    path: what errors call it.  background: 0 black to 255 white.  suffix: tells a TGA file, which has no magic bytes.
    `CorruptStream` and `Unsupported` only, with their cause; `MemoryError` for pictures within `core.limits`.
    """
    data, background = check_bytes(data), check_number("background", background, 0, 255)
    with told(path):
        found = _ours(data, background, suffix) or _deep(data)
    if found is None:
        image = _opened(data, path)
        with told(path, within_limit=True):
            orientation = pillow.orientation_of(image)
            array = pillow.to_array(image, background)
            return orient(array, 1 if image.format == "TIFF" else orientation)  # Pillow turns TIFF by itself
    with told(path, within_limit=True):
        return orient(lay(found.samples, background, found.peak, found.premultiplied), found.orientation)


def _ours(data, background, suffix):
    """Return the samples of a file of this library's own formats, else None."""
    if Png.matches(data):
        return _png(data)
    if Gif.matches(data):
        return _as_read(Gif().paint(data, (background,) * 3))
    if JpegLs.matches(data):
        return _as_read(JpegLs().decode(data))
    if Tga.matches(data) or (isinstance(suffix, str) and suffix.lower() in Tga.suffixes):
        return _as_read(Tga().decode(data))
    return None


def _as_read(samples):
    """Return samples whose largest number is that of their type."""
    return tiff.Deep(samples, peak=int(np.iinfo(samples.dtype).max))


def _png(data):
    """Return the samples of a PNG file; a palette of greys is grey."""
    samples = Png().decode(data)
    if data[25] == 3 and samples.shape[2] == 3 and _is_grey(samples):
        samples = samples[:, :, 0]
    with Image.open(io.BytesIO(without_pixels(data))) as shell:
        return _as_read(samples)._replace(orientation=pillow.orientation_of(shell))


def _is_grey(samples):
    """Say whether red, green and blue are equal everywhere."""
    return all((samples[rows] == samples[rows, :, :1]).all() for rows in strips(len(samples), samples.shape[1] * 3))


def _deep(data):
    """Return the samples of other people's formats of more than 8 bits, else None."""
    if data.startswith(tiff.MAGIC):
        return tiff.read(data)
    if data.startswith(SGI) and data[3:4] == b"\2":
        raise Unsupported("an SGI file of 16 bits a sample")
    found = deep.read(data)
    if found is None or not data.startswith((b"\xff\xd8", b"\0\0\0\x0cjP")):
        return found
    try:
        with Image.open(io.BytesIO(data)) as shell:
            return found._replace(orientation=pillow.orientation_of(shell))
    except Exception:  # Pillow does not know the file: nothing turns it
        return found


def _opened(data, path):
    """Return Pillow's image of the data."""
    try:
        return pillow.opened(data, path)
    except CorruptStream as error:
        if not isinstance(error.__cause__, Image.UnidentifiedImageError):
            raise
        name = next((name for magic, name in NAMES.items() if data.startswith(magic)), None)
        if data.startswith(tiff.MAGIC):
            name = "a TIFF file of such samples"
        if name:
            raise Unsupported(f"{path}: {name} is not read here") from error
        raise CorruptStream(f"{path}: no image that can be read") from error
