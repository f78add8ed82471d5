"""JPEG 2000 files for tests: as Pillow and imagecodecs have OpenJPEG write them, and taken apart and put together."""

import functools
import io
import re
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path

import imagecodecs
import numpy as np
from conftest import pattern
from PIL import Image

OPJ = shutil.which("opj_compress")
"""OpenJPEG's own program, which writes what neither Pillow nor imagecodecs can ask for."""

SOP, EPH = b"\xff\x91\0\4", b"\xff\x92"


def pillow(image, **options) -> bytes:
    """Return the file that Pillow writes; `no_jp2` leaves a codestream."""
    out = io.BytesIO()
    Image.fromarray(image).save(out, "JPEG2000", **options)
    return out.getvalue()


def opj(image, *options, suffix="j2k") -> bytes:
    """Return the file that `opj_compress` writes with these options."""
    with tempfile.TemporaryDirectory() as folder:
        source, found = Path(folder, "a.png"), Path(folder, f"b.{suffix}")
        Image.fromarray(image).save(source)
        subprocess.run([OPJ, "-i", source, "-o", found, *options], capture_output=True, check=True)
        return found.read_bytes()


def by_openjpeg(data):
    """Return the samples that OpenJPEG reads."""
    return imagecodecs.jpeg2k_decode(data)


def by_opj(data, *options):
    """Return the samples that `opj_decompress` reads with these options."""
    with tempfile.TemporaryDirectory() as folder:
        source, found = Path(folder, "a.j2k"), Path(folder, "b.png")
        source.write_bytes(data)
        subprocess.run([shutil.which("opj_decompress"), "-i", source, "-o", found, *options], capture_output=True)
        return np.asarray(Image.open(found))


def segments(data) -> tuple[list[tuple[int, bytes]], bytes]:
    """Return the markers and bodies of a codestream's main header behind SOC, and all that follows it."""
    found, at = [], 2
    while data[at + 1] != 0x90:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        found.append((data[at + 1], data[at + 4 : end]))
        at = end
    return found, data[at:]


def joined(head, rest) -> bytes:
    """Return the codestream of markers, bodies and what follows."""
    parts = (struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body for marker, body in head)
    return b"\xff\x4f" + b"".join(parts) + rest


def body_of(data, marker) -> bytes:
    """Return the body of a segment of a codestream's main header."""
    return dict(segments(data)[0])[marker]


def with_segment(data, marker, body) -> bytes:
    """Return a codestream in which a segment of the main header has another body."""
    head, rest = segments(data)
    return joined([(m, body if m == marker else old) for m, old in head], rest)


def of_size(data, picture, tile=None) -> bytes:
    """Return a codestream that says it is of so many rows and columns, in tiles of so many, or in one."""
    sides, tile = (struct.pack(">II", *pair[::-1]) for pair in (picture, tile or picture))
    old = body_of(data, 0x51)
    return with_segment(data, 0x51, old[:2] + sides + old[10:18] + tile + old[26:])


def tile_parts(rest) -> list[bytes]:
    """Return the tile-parts of a codestream, cut at their lengths."""
    found = []
    while rest[:2] == b"\xff\x90":
        size = int.from_bytes(rest[6:10], "big")
        found.append(rest[:size])
        rest = rest[size:]
    return found


def header(part) -> int:
    """Return how long the header of a tile-part is."""
    at = 12
    while part[at + 1] != 0x93:
        at += 2 + int.from_bytes(part[at + 2 : at + 4], "big")
    return at + 2


def part_of(head, packets) -> bytes:
    """Return a tile-part of a header, whose length becomes true, and packets."""
    return head[:6] + (len(head) + len(packets)).to_bytes(4, "big") + head[10:] + packets


def headers_moved(data, where) -> bytes:
    """Return a codestream with SOP and EPH whose packet headers stand in the main header (PPM) or the tile's (PPT)."""
    head, rest = segments(data)
    parts, moved = [], []
    for part in tile_parts(rest):
        size = header(part)
        pieces = re.split(rb"(?s)(\xff\x91\x00\x04..)(.*?\xff\x92)", part[size:])
        headers, packets = (
            b"".join(pieces[2::3]),
            b"".join(a + b for a, b in zip(pieces[1::3], pieces[3::3], strict=True)),
        )
        moved.append(len(headers).to_bytes(4, "big") + headers)
        ppt = b"" if where == "PPM" else b"\xff\x61" + (len(headers) + 3).to_bytes(2, "big") + b"\0" + headers
        parts.append(part_of(part[: size - 2] + ppt + b"\xff\x93", packets))
    if where == "PPM":
        whole = b"".join(moved)
        head += [(0x60, bytes([i]) + whole[i * 99 : i * 99 + 99]) for i in range(-(-len(whole) // 99))]
    return joined(head, b"".join(parts) + b"\xff\xd9")


@functools.cache
def seeds() -> tuple[bytes, ...]:
    """Return small whole files of many kinds."""
    grey, rgb, deep = pattern(16, 18), pattern(13, 17, 3), pattern(9, 16, 1, np.uint16)
    found = [
        pillow(grey),
        pillow(rgb, no_jp2=True, mct=1),
        pillow(deep),
        pillow(rgb, no_jp2=True, irreversible=True, mct=1, quality_layers=[9, 4], num_resolutions=3),
        pillow(rgb, tile_size=(8, 8), progression="RPCL", num_resolutions=2, codeblock_size=(4, 4)),
        pillow(grey, no_jp2=True, precinct_size=(16, 16), progression="PCRL", quality_layers=[9, 4, 1], plt=True),
        imagecodecs.jpeg2k_encode(rgb, level=0, codecformat="j2k", reversible=True),
        palettes(),
    ]
    return tuple(found)


def box(kind, contents) -> bytes:
    """Return a box of a JP2 file."""
    return struct.pack(">I4s", 8 + len(contents), kind) + contents


def boxed(codestream, *boxes, kind=b"jp2 ") -> bytes:
    """Return a JP2 file of a codestream and of boxes in its header."""
    file_type = box(b"ftyp", kind + bytes(4) + kind)
    return box(b"jP  ", b"\r\n\x87\n") + file_type + box(b"jp2h", b"".join(boxes)) + box(b"jp2c", codestream)


def ihdr(height, width, count=1, depth=8) -> bytes:
    """Return an image header box."""
    return box(b"ihdr", struct.pack(">IIHBBBB", height, width, count, depth - 1, 7, 0, 0))


def colr(number) -> bytes:
    """Return a colour specification box."""
    return box(b"colr", struct.pack(">BBBI", 1, 0, 0, number))


def palettes() -> bytes:
    """Return a JP2 file of 4 x 5 pixels in three colours of a palette."""
    stream = pillow((np.arange(20, dtype=np.uint8) % 3).reshape(4, 5), no_jp2=True, num_resolutions=1)
    entries = bytes([0, 3, 3, 7, 7, 7, 255, 0, 0, 1, 2, 3, 0, 0, 255])
    mapping = bytes([0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 1, 2])
    return boxed(stream, ihdr(4, 5), colr(16), box(b"pclr", entries), box(b"cmap", mapping))
