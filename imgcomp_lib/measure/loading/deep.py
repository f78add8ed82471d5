"""Samples of more than 8 bits in files of which Pillow would keep 8, and what only imagecodecs reads.

    PPM, PGM      magic, width, height, largest sample; two bytes a sample, the high one first, or decimal numbers
    JPEG 2000     the codestream begins FF4F FF51; its SIZ segment has bits - 1 of each component
    AVIF          the property av1C: its third byte has high_bitdepth (64) and twelve_bit (32)
    JPEG          the frame header has the bits of a sample
    JPEG XL, XR   known by their first bytes

Samples of 9 to 15 bits keep their numbers: a peak of 1023 is not stretched to 65535.

Sources: netpbm's ppm(5); ISO/IEC 15444-1, A.5.1; AV1 Codec ISO Media File Format Binding 1.2, 2.3.3; ISO/IEC 10918-1,
B.2.2.
"""

import importlib
import re

import numpy as np

from ...core import limits
from ...core.bits import CorruptStream, Unsupported
from ...core.codec import check_bytes
from .tiff import Deep

_NETPBM = re.compile(rb"P([2356])" + rb"(?:\s|#[^\n]*\n)+(\d+)" * 3 + rb"(?:#[^\n]*\n)*\s")
_SIZ = b"\xff\x4f\xff\x51"
_LONGEST_BOX = 1 << 12
JPEG_XL = (b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n")
JPEG_XR = (b"II\xbc\x01",)
HEIF = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def read(data: bytes) -> Deep | None:
    """Return the samples of a file of more than 8 bits, or of a kind that only imagecodecs reads; else None.

    `Unsupported` names what is not read, also where imagecodecs, an extra, is not installed.
    """
    data = check_bytes(data)
    return _netpbm(data) or _jpeg2000(data) or _container(data) or _jpeg(data) or _other(data)


def _netpbm(data):
    """Return the samples of a PGM or PPM file whose largest sample is above 255."""
    found = _NETPBM.match(data)
    if not found or int(found[4]) <= 255:
        return None
    kind, width, height, peak = map(int, found.groups())
    planes = 3 if kind in (3, 6) else 1
    limits.check_picture((height, width, planes), 2)
    if peak > 65535 or not width * height:
        raise CorruptStream(f"no netpbm file is {height} x {width} with samples up to {peak}")
    count = height * width * planes
    if kind < 5:
        numbers = data[found.end() - 1 :].split(None, count)[:count]
        samples = np.array(numbers, np.int64)
    else:
        samples = np.frombuffer(data[found.end() : found.end() + 2 * count], ">u2")
    if len(samples) < count or samples.max() > peak:
        raise CorruptStream(f"{len(samples)} samples of {count}, or one above {peak}")
    return Deep(samples.astype(np.uint16).reshape(height, width, planes), peak=peak)


def _jpeg2000(data):
    """Return the samples of a JPEG 2000 file of more than 8 bits."""
    at = data.find(_SIZ) if data.startswith((b"\0\0\0\x0cjP  ", _SIZ)) else -1
    if at < 0 or len(data) < at + 42:
        return None
    count = int.from_bytes(data[at + 40 : at + 42], "big")
    depths = {data[i] for i in range(at + 42, min(at + 42 + 3 * count, len(data)), 3)}
    if not depths or (max(depths) < 8 and len(depths) == 1):
        return None
    if len(depths) > 1 or max(depths) > 15:
        raise Unsupported(
            f"a JPEG 2000 file of signed samples, or of samples of {sorted(d % 128 + 1 for d in depths)} bits"
        )
    right, down, left, top = (int.from_bytes(data[at + i : at + i + 4], "big") for i in (8, 12, 16, 20))
    return _by_imagecodecs(
        "jpeg2k", data, f"JPEG 2000 of {max(depths) + 1} bits", (down - top, right - left, count), max(depths) + 1
    )


def _container(data):
    """Return the samples of an AVIF file of more than 8 bits; HEIF is nobody's."""
    if data[4:8] != b"ftyp":
        return None
    brands = {data[i : i + 4] for i in range(8, min(int.from_bytes(data[:4], "big"), len(data), _LONGEST_BOX), 4)}
    if not brands & {b"avif", b"avis"}:
        raise Unsupported("a HEIF file" if brands & set(HEIF) else f"a file of kind {data[8:12]!r}")
    at = data.find(b"av1C")
    if at < 0 or at + 7 > len(data) or not data[at + 6] & 64:
        return None
    bits = 12 if data[at + 6] & 32 else 10
    if b"avis" in brands or b"irot" in data[:at] or b"imir" in data[:at]:
        raise Unsupported(f"an AVIF file of {bits} bits that is turned or moves")
    size = data.find(b"ispe")
    sides = (int.from_bytes(data[size + i : size + i + 4], "big") for i in (12, 8))
    return _by_imagecodecs("avif", data, f"AVIF of {bits} bits", (*sides, 4), bits)


def _jpeg(data):
    """Return the samples of a JPEG file of more than 8 bits."""
    at = 2
    while data[:2] == b"\xff\xd8" and at + 10 <= len(data) and data[at] == 255:
        kind, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if kind in (0xDA, 0xF7):
            return None
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = (int.from_bytes(data[at + i : at + i + 2], "big") for i in (5, 7))
            what = f"JPEG of {data[at + 4]} bits"
            deep = data[at + 4] > 8
            return _by_imagecodecs("jpeg", data, what, (height, width, data[at + 9]), data[at + 4]) if deep else None
        at += 1 if kind == 255 else 2 if 0xD0 <= kind <= 0xD8 or kind == 1 else 2 + size
    return None


def _other(data):
    """Return the samples of a JPEG XL or JPEG XR file."""
    for kind, name, marks in (("jpegxl", "JPEG XL", JPEG_XL), ("jpegxr", "JPEG XR", JPEG_XR)):
        if data.startswith(marks):
            return _by_imagecodecs(kind, data, name, ())
    return None


def _by_imagecodecs(kind, data, what, shape, bits=16):
    """Return what a decoder of imagecodecs reads; `Unsupported` by name where the package is missing."""
    if shape:
        limits.check_picture(shape, 2)
    try:
        decode = getattr(importlib.import_module("imagecodecs"), f"{kind}_decode")
    except ImportError as error:
        raise Unsupported(f"a file in {what}, which imagecodecs reads: it is not installed") from error
    samples = decode(data)
    if samples.dtype not in (np.uint8, np.uint16):
        raise Unsupported(f"a file in {what} of samples of {samples.dtype}")
    limits.check_picture(samples.shape, samples.itemsize)
    if samples.ndim not in (2, 3) or np.atleast_3d(samples).shape[2] > 4:
        raise Unsupported(f"a file in {what} of the shape {samples.shape}")
    peak = (1 << min(bits, 8 * samples.itemsize)) - 1
    return Deep(samples, peak=peak)
