"""What a JPEG file is made of: its parts one after the other, and where its bytes went.

For the figures of JPEG files; the scripts beside this module count the same.
"""

import base64
import html
import re
from numbers import Integral

import numpy as np

from ...formats.jpeg import codes
from ...formats.jpeg.decoder import decode
from ...formats.jpeg.segments import DHT, DQT, scans, walk
from .. import plots
from ..checks import checked, listed, measured
from . import kit

LARGEST = 1 << 53

NAMES = {0xD9: "EOI", 0xDB: "DQT", 0xC0: "SOF0", 0xC4: "DHT", 0xDA: "SOS", 0xDD: "DRI", 0xE0: "APP0"}
"""Markers by their names in the standard (Table B.1); others are shown in hexadecimal."""

SHARES = {"header": "header", "tables": "tables", "dc": "bits of DC", "ac": "bits of AC", "filling": "filling"}
"""Where bytes went, and how a figure calls it."""

_RESTART = re.compile(rb"\xff[\xd0-\xd7]")


def parts(data: bytes) -> list[tuple[str, int, int]]:
    """Return the parts of a JPEG file, name, start and end, one after the other; bits of a scan are parts too.

    >>> parts(bytes([255, 216, 255, 217]))
    [('SOI', 0, 2), ('EOI', 2, 4)]
    """
    found = [("SOI", 0, 2)]
    for marker, _, end, following in walk(data):
        found.append((NAMES.get(marker, f"FF{marker:02X}"), found[-1][2], end))
        for restart in _RESTART.finditer(data, end, following):
            found += [("scan", found[-1][2], restart.start()), ("RST", restart.start(), restart.end())]
        if following > end:
            found.append(("scan", found[-1][2], following))
    return [part for part in found if part[1] < part[2]]


def shares(data: bytes) -> dict[str, float]:
    """Return where the bytes of a baseline file of one scan went, by the names of `SHARES`; bits count as eighths.

    Filling are zeros behind bytes FF and what completes the last byte of bits.
    """
    frame, scan = decode(data), next(scans(data))
    spans = [end - start + 4 for marker, start, end, _ in walk(data) if marker in (DQT, DHT)]
    bits = np.sum([_bits(frame.components[i], *pair) for i, pair in
                   zip(scan.members, zip(scan.dc, scan.ac, strict=True), strict=True)], 0)  # fmt: skip
    found = {"tables": sum(spans), "dc": bits[0] / 8, "ac": bits[1] / 8}
    found["header"] = len(data) - (scan.end - scan.start) - found["tables"]
    found["filling"] = scan.end - scan.start - found["dc"] - found["ac"]
    return {part: float(found[part]) for part in SHARES}


def _bits(part, *pair):
    """Return the bits that the DC and the AC of a component take, with these two codes, without restarts."""
    dc, ac = (codes.words(codes.Code(*(np.frombuffer(half, np.uint8) for half in code)))[1] for code in pair)
    down, across = part.down, part.across
    levels = part.levels.reshape(len(part.levels) // down, down, -1, across, 64).swapaxes(1, 2).reshape(-1, 64)
    levels = levels.astype(np.int64)
    sizes = _sizes(np.diff(levels[:, 0], prepend=0))
    block, place = np.nonzero(levels[:, 1:])
    new = np.diff(block, prepend=-1) > 0
    run = place - np.where(new, -1, np.roll(place, 1)) - 1
    size = _sizes(levels[block, place + 1])
    ends = np.count_nonzero(levels[:, 63] == 0)
    told = (ac[(run & 15) << 4 | size] + size).sum() + (run >> 4).sum() * ac[0xF0] + ends * ac[0]
    return (dc[sizes] + sizes).sum(), told


def _sizes(values):
    """Return how many bits each magnitude has."""
    return np.frexp(abs(values).astype(np.float64))[1].astype(np.int64)


def standard() -> dict[str, dict]:
    """Return the codes of Annex K.3 by the names that the scripts give them: DC 0 and 1, AC 0 and 1.

    >>> standard()["DC 0"]["bits"]
    [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]
    """
    every = {"DC 0": codes.DC_LUMINANCE, "DC 1": codes.DC_CHROMINANCE,
             "AC 0": codes.AC_LUMINANCE, "AC 1": codes.AC_CHROMINANCE}  # fmt: skip
    return {name: {"bits": code.bits.tolist(), "values": code.values.tolist()} for name, code in every.items()}


def picture(data: bytes, alt: str, shape) -> str:
    """Return a JPEG file as an <img> of this (height, width, ...), which the browser decodes.

    >>> picture(bytes([255, 216]), "what is to be seen here", (2, 3))
    '<img src="data:image/jpeg;base64,/9g=" alt="what is to be seen here" width="3" height="2">'
    """
    file = base64.b64encode(checked("data", data, bytes)).decode()
    height, width = (int(measured("a side", side, 1, LARGEST, Integral)) for side in listed("shape", shape)[:2])
    return (f'<img src="data:image/jpeg;base64,{file}" alt="{html.escape(plots.described(alt))}" width="{width}" '
            f'height="{height}">')  # fmt: skip


def style() -> str:
    """Return the style that figures of JPEG files add to the kit's."""
    return f"<style>{kit.beside('jpeg.css')}</style>"


def tenths(part: int, whole: int) -> str:
    """Return a part in per cent, to tenths, halves rounded up; `jpeg_per_cent.js` says the same.

    >>> tenths(2, 3), tenths(1, 2000)
    ('66.7', '0.1')
    """
    part, whole = int(measured("part", part, 0, LARGEST, Integral)), int(measured("whole", whole, 1, LARGEST, Integral))
    found = (2000 * part + whole) // (2 * whole)
    return f"{found // 10}.{found % 10}"


def per_cent(part: int, whole: int) -> str:
    """Return a part in words, "less than 0.1 %" where it is not 0 but would be shown as 0.

    >>> per_cent(2, 3), per_cent(1, 2001), per_cent(0, 3)
    ('66.7 %', 'less than 0.1 %', '0.0 %')
    """
    share = tenths(part, whole)
    return "less than 0.1 %" if part and share == "0.0" else f"{share} %"
