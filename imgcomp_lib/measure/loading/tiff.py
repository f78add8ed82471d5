"""TIFF by what its tags say: samples of 8 bits and more are read by tifffile, narrower ones and JPEG left to Pillow.

    photometric    0 grey, white is zero   1 grey   2 RGB   3 palette   5 CMYK   6 YCbCr   8 CIELAB
    extra samples  0 of no stated meaning: left out   1 alpha, premultiplied   2 alpha

What neither reads rightly is `Unsupported` by name: signs, floating point, volumes, mixed depths, raw sensors.

Source: Adobe, TIFF 6.0, 1992, sections 8 (baseline), 16 (CMYK) and 18 (extra samples).
"""

import importlib.util
import io
from typing import NamedTuple

import numpy as np

from ...core import limits
from ...core.bits import CorruptStream, Unsupported
from ...core.codec import check_bytes
from .samples import from_cmyk
from .told import told

MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
COLOURS = {0: 1, 1: 1, 2: 3, 5: 4}
"""Planes of the colours that are read by tifffile."""
NAMES = {3: "a palette", 4: "a mask", 6: "YCbCr", 8: "CIELAB", 9: "CIELAB", 10: "CIELAB", 32803: "a raw sensor"}
FREELY = (1, 8, 32773, 32946)
"""Kinds of compression that need no imagecodecs: none, DEFLATE, PackBits, DEFLATE again."""
LZW, REDUCED = 5, 1
"""A kind of compression; the bit of NewSubfileType that says: a smaller copy of another page."""


class Deep(NamedTuple):
    """Samples, (h, w) or (h, w, 1 to 4), whether their alpha is multiplied in, the largest sample, the orientation."""

    samples: np.ndarray
    premultiplied: bool = False
    peak: int = 65535
    orientation: int = 1


def read(data: bytes) -> Deep | None:
    """Return the samples of the first page, of 8 or 16 bits; None where Pillow is to read it.

    `Unsupported` for kinds of samples that nobody reads rightly, `CorruptStream` for a page of which bytes are missing.
    """
    import tifffile

    stream = io.BytesIO(check_bytes(data))
    with told("a TIFF file"), tifffile.TiffFile(stream) as file:
        page = file.pages.first
        bits = _bits(page)
        _check_whole(page, len(data))
        return None if _is_pillow_s(page, bits) else _samples(page, bits)


def _bits(page):
    """Return the bits of every sample of a page that is a picture; `Unsupported` for others."""
    depths, kinds = (_tag(page, number, default) for number, default in ((258, (1,)), (339, (1,))))
    if not set(kinds) <= {1, 4}:
        kind = "floating-point" if 3 in kinds else "signed or complex"
        raise Unsupported(f"{kind} samples")
    if len(set(depths)) > 1 or depths[0] > 32:
        raise Unsupported(f"samples of {', '.join(map(str, depths))} bits")
    if page.imagedepth > 1 or page.subfiletype & REDUCED:
        raise Unsupported("the first page is a volume, or a smaller copy of another")
    return depths[0]


def _is_pillow_s(page, bits):
    """Say whether Pillow reads the page, and rightly: one plane, or RGB and the like without anything beside."""
    if bits > 8 or (bits == 8 and page.photometric in COLOURS and _is_unpacked(page)):
        return False
    extra = len(page.extrasamples) or page.samplesperpixel not in (1, 3, 4)
    if extra or (page.samplesperpixel > 1 and (page.planarconfig == 2 or bits < 8)):
        raise Unsupported(f"{page.samplesperpixel} samples of {bits} bits in compression {int(page.compression)}")
    return True


def _is_unpacked(page):
    """Say whether tifffile can undo the compression; JPEG and fax, whose colours are Pillow's matter, apart."""
    return page.compression in FREELY or (
        page.compression == LZW and importlib.util.find_spec("imagecodecs") is not None
    )


def _tag(page, number, default):
    """Return the numbers of a tag."""
    found = page.tags.get(number)
    value = default if found is None else found.value
    return tuple(map(int, value)) if isinstance(value, tuple) else (int(value),)


def _check_whole(page, size):
    """Raise `CorruptStream` where strips or tiles are missing, or lie behind the end of the file."""
    places, sizes = page.dataoffsets, page.databytecounts
    rows = -(-page.imagelength // (page.tilelength if page.is_tiled else max(1, page.rowsperstrip)))
    across = -(-page.imagewidth // page.tilewidth) if page.is_tiled else 1
    wanted = rows * across * (page.samplesperpixel if page.planarconfig == 2 else 1)
    if min(len(places), len(sizes)) < wanted:
        raise CorruptStream(f"a page of {min(len(places), len(sizes))} strips or tiles; {wanted} are needed")
    if page.compression == 1 and any(at + n > size or n == 0 for at, n in zip(places, sizes, strict=True)):
        raise CorruptStream("a page whose samples are cut short")


def _samples(page, bits):
    """Return the samples of a page of 8 bits and more."""
    photometric = int(page.photometric if page.photometric is not None else 1)
    colours = COLOURS.get(photometric)
    if colours is None or page.samplesperpixel < colours:
        raise Unsupported(
            f"a TIFF file of {bits} bits a sample with {NAMES.get(photometric, f'colours {photometric}')}"
        )
    if importlib.util.find_spec("imagecodecs") is None and (page.compression not in FREELY or bits not in (8, 16, 32)):
        raise Unsupported(f"{bits} bits, compression {int(page.compression)}, without imagecodecs")
    limits.check_picture(
        (page.imagelength, page.imagewidth, page.samplesperpixel), 4 if bits > 16 else 2 if bits > 8 else 1
    )
    planes = page.asarray().reshape(_shape(page))
    planes = np.moveaxis(planes, 0, 2) if page.planarconfig == 2 and page.samplesperpixel > 1 else planes
    peak = (1 << min(bits, 16)) - 1
    kept, premultiplied = _kept(page, colours)
    if premultiplied and photometric in (0, 5):
        raise Unsupported(f"premultiplied alpha with colours of kind {photometric}, where 0 is white")
    samples = planes[:, :, :kept].copy() if bits == 8 else _sixteen(planes[:, :, :kept])
    if photometric == 0:
        samples[:, :, 0] = peak - samples[:, :, 0]
    samples = from_cmyk(samples, peak) if colours == 4 else samples
    return Deep(samples, premultiplied, peak, _tag(page, 274, (1,))[0])


def _shape(page):
    """Return the shape in which the samples of a page come."""
    sides, planes = (page.imagelength, page.imagewidth), page.samplesperpixel
    return (planes, *sides) if page.planarconfig == 2 and planes > 1 else (*sides, planes)


def _kept(page, colours):
    """Return how many planes are kept, colours and perhaps alpha, and whether the colours are multiplied by it."""
    extra = [int(kind) for kind in page.extrasamples]
    alpha = extra[0] if extra and page.samplesperpixel > colours else 0
    return colours + (alpha in (1, 2)), alpha == 1


def _sixteen(samples):
    """Return a copy as uint16; `Unsupported` where one does not fit."""
    if samples.dtype.kind != "u" or samples.max() > 65535:
        raise Unsupported(f"samples up to {samples.max()} are no 16-bit image")
    return samples.astype(np.uint16)
