"""The segments of a JPEG file: where each begins and ends, and what the headers of frame and scans say, checked.

    FFD8                                             SOI   start of image                         all numbers big-endian
    FFEn length  ...                                 APPn  JFIF, Exif, Adobe; anybody's
    FFDB length  PqTq  64 x Qk                       DQT   quantisation tables, in zigzag order
    FFC0 length  P Y X Nf  Nf x (Ci, HiVi, Tqi)      SOFn  frame: bits, lines, samples a line, components
    FFC4 length  TcTh  16 x Li  Vij                  DHT   Huffman tables
    FFDD length  Ri                                  DRI   MCUs from restart to restart
    FFDA length  Ns  Ns x (Csj, TdjTaj)  Ss Se AhAl  SOS   scan, followed by its bits; FFDC, number of lines, behind it
    FFD9                                             EOI   end of image

A marker is a byte FF and one that is neither 00 nor FF; more bytes FF may stand before it.  In the bits of a scan a
byte FF is followed by 00, and restart markers, FFD0 to FFD7, are part of them.  Chapter 14.

Source: ITU-T T.81, 1992, Annex B.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ...core.bits import CorruptStream, Unsupported
from ...core.codec import check_bytes
from .codes import AC_CHROMINANCE, AC_LUMINANCE, DC_CHROMINANCE, DC_LUMINANCE
from .exif import Notes, note

SOI, EOI, SOS, DQT, DNL, DRI, DHT, TEM = 0xD8, 0xD9, 0xDA, 0xDB, 0xDC, 0xDD, 0xC4, 0x01
BASELINE, EXTENDED, PROGRESSIVE = 0xC0, 0xC1, 0xC2
RESTARTS = range(0xD0, 0xD8)
APPS, COM = range(0xE0, 0xF0), 0xFE

NOT_READ = {
    **dict.fromkeys((0xC9, 0xCA, 0xCB, 0xCC, 0xCD, 0xCE, 0xCF), "arithmetic coding"),
    **dict.fromkeys((0xC5, 0xC6, 0xC7, 0xDE, 0xDF), "several resolutions (hierarchical)"),
    0xC3: "lossless prediction",
    0xC8: "an extension of the standard (FFC8)",
    0xF7: "JPEG-LS's prediction",
}
"""Markers of what the standard has and this reader has not (Table B.1)."""

MOST_IN_MCU = 10
"""Blocks (B.2.3)."""

_KINDS = {(0, 0): DC_LUMINANCE, (0, 1): DC_CHROMINANCE, (1, 0): AC_LUMINANCE, (1, 1): AC_CHROMINANCE}
EXAMPLES = {place: tuple(bytes(part.tolist()) for part in code) for place, code in _KINDS.items()}
"""The tables of Annex K.3, in force until others come: single pictures out of films have none of their own."""

NO_CODE = bytes(16), b""

_MARKER = re.compile(rb"\xff+([\x01-\xfe])")
_END_OF_BITS = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")


class Plane(NamedTuple):
    """A component as the frame header has it: Ci, Hi, Vi and Tqi."""

    number: int
    across: int
    down: int
    table: int


class Header(NamedTuple):
    """What the frame header says, and what the application segments before the first scan say of it."""

    process: int
    height: int
    width: int
    planes: tuple[Plane, ...]
    notes: Notes = Notes()


class Scan(NamedTuple):
    """A scan of the components `members`, by their places in the frame, with everything that is in force.

    dc, ac: a Huffman table for each member, (BITS, HUFFVAL) as bytes.  steps: (64,) int64 for
    each, in zigzag order.  interval: MCUs between restarts, 0 for none.  start, end: where the bits are.
    """

    header: Header
    members: tuple[int, ...]
    dc: tuple
    ac: tuple
    steps: tuple
    Ss: int
    Se: int
    Ah: int
    Al: int
    interval: int
    start: int
    end: int


def walk(data: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Yield marker, start, end, following: the segment's body is start to end, a scan's bits are end to following.

    The last is EOI.  `CorruptStream` where the file ends before, or where no marker stands where one must.
    """
    data = check_bytes(data)
    if data[:2] != bytes([0xFF, SOI]):
        raise CorruptStream("no JPEG file: it does not begin with FFD8")
    at, marker = 2, SOI
    while marker != EOI:
        found = _MARKER.match(data, at)
        if not found:
            where = "ends before its end marker FFD9" if not data[at:].strip(b"\xff") else f"has no marker at byte {at}"
            raise CorruptStream(f"the file {where}")
        marker, start, end = found[1][0], found.end(), found.end()
        if marker not in (SOI, EOI, TEM, *RESTARTS):
            size = int.from_bytes(data[start : start + 2], "big")
            start, end = start + 2, start + size
            if size < 2 or end > len(data):
                raise CorruptStream(f"the segment FF{marker:02X} at byte {found.start()} is cut, or has no length")
        at = end
        if marker == SOS:
            bits = _END_OF_BITS.search(data, at)
            at = bits.start() if bits else len(data)
        yield marker, start, end, at


def scans(data: bytes) -> Iterator[Scan]:
    """Yield the scans of a JPEG file, up to EOI.

    `CorruptStream` for segments that say what no encoder writes, `Unsupported` for what the standard has beside
    Huffman-coded frames of 8 bits a sample.
    """
    header, steps, codes, interval, notes = None, {}, dict(EXAMPLES), 0, Notes()
    for marker, start, end, following in walk(data):
        body = data[start:end]
        if marker in (BASELINE, EXTENDED, PROGRESSIVE) and header is None:
            header = _frame_header(marker, body)
        elif marker == DQT:
            steps |= _quantisation_tables(body)
        elif marker == DHT:
            codes |= _huffman_tables(body)
        elif marker == DRI:
            interval = _number("restart interval", body)
        elif marker == SOS and header:
            header = header._replace(notes=notes, height=header.height or _lines(data, following))
            yield _scan_header(body, header, steps, codes)._replace(interval=interval, start=end, end=following)
        elif marker == DNL and header:
            if _number("number of lines", body) != header.height:
                raise Unsupported("a JPEG file whose number of lines changes behind a scan (DNL) is not read here")
        elif marker in APPS:
            notes = note(notes, marker, body)
        elif marker not in (COM, TEM, EOI):
            _refuse(marker, end)


def _refuse(marker, at):
    """Say what is not read here, or wrong where it stands."""
    if marker in NOT_READ:
        raise Unsupported(f"a JPEG file with {NOT_READ[marker]} is not read here")
    raise CorruptStream(f"marker FF{marker:02X} before byte {at} does not stand there in a JPEG file")


def _number(name, body):
    """Return the number of two bytes that is all a segment has."""
    if len(body) != 2:
        raise CorruptStream(f"a {name} of {len(body)} bytes")
    return int.from_bytes(body, "big")


def _lines(data, at):
    """Return the number of lines that DNL says behind the first scan (B.2.5)."""
    found = _MARKER.match(data, at)
    body = data[found.end() : found.end() + 4] if found and found[1][0] == DNL else b""
    if len(body) < 4 or body[:2] != b"\0\4" or not any(body[2:]):
        raise CorruptStream("a frame without a number of lines, and none behind its first scan")
    return int.from_bytes(body[2:], "big")


def _frame_header(process: int, body: bytes) -> Header:
    """Return what SOF0, SOF1 or SOF2 says (B.2.2).  A height of 0 is told behind the first scan."""
    if len(body) < 6 or len(body) != 6 + 3 * body[5]:
        raise CorruptStream(f"no frame header has {len(body) + 2} bytes")
    if body[0] == 12:
        raise Unsupported("a JPEG file with 12 bits a sample is not read here")
    width = int.from_bytes(body[3:5], "big")
    planes = tuple(Plane(body[i], body[i + 1] >> 4, body[i + 1] & 15, body[i + 2]) for i in range(6, len(body), 3))
    wild = [p for p in planes if not (1 <= p.across <= 4 and 1 <= p.down <= 4 and p.table <= 3)]
    if body[0] != 8 or not width or not planes or wild or len({p.number for p in planes}) < len(planes):
        shown = [tuple(plane) for plane in planes[:9]]
        raise CorruptStream(f"no frame is {width} wide, of {body[0]} bits a sample, with components {shown}")
    _check_kind(planes)
    return Header(process, int.from_bytes(body[1:3], "big"), width, planes)


def _check_kind(planes):
    """Raise where there are so many components, or of such sampling factors, as are not read here."""
    if len(planes) not in (1, 3, 4):
        raise Unsupported(f"a JPEG file of {len(planes)} components is not read here")
    most = max(p.across for p in planes), max(p.down for p in planes)
    if any(most[0] % p.across or most[1] % p.down for p in planes):
        shown = ", ".join(f"{p.across}x{p.down}" for p in planes)
        raise Unsupported(f"a JPEG file with sampling factors that do not divide each other ({shown}) is not read here")


def _quantisation_tables(body: bytes) -> dict[int, np.ndarray]:
    """Return the tables of DQT, (64,) int64 in zigzag order, by destination (B.2.4.1)."""
    found, at = {}, 0
    while at < len(body):
        wide, place = body[at] >> 4, body[at] & 15
        end = at + 1 + 64 * (1 + wide)
        if wide > 1 or place > 3 or end > len(body):
            raise CorruptStream("a quantisation table that is cut, or of a kind or a place that there is not")
        found[place] = np.frombuffer(body[at + 1 : end], ">u2" if wide else np.uint8).astype(np.int64)
        if not found[place].all():
            raise CorruptStream(f"the quantisation table {place} has a step of 0")
        at = end
    return found


def _huffman_tables(body: bytes) -> dict[tuple[int, int], tuple[bytes, bytes]]:
    """Return BITS and HUFFVAL of each table of DHT, by class (0 DC, 1 AC) and destination (B.2.4.2)."""
    found, at = {}, 0
    while at < len(body):
        kind, place, counts = body[at] >> 4, body[at] & 15, body[at + 1 : at + 17]
        end = at + 17 + sum(counts)
        if kind > 1 or place > 3 or end > len(body) or sum(counts) > 256:
            raise CorruptStream("a Huffman table that is cut, or of a class or a place that there is not")
        if sum(count << 16 - length for length, count in enumerate(counts, 1)) >= 1 << 16:  # one is kept free
            raise CorruptStream(f"the Huffman table {place} of class {kind} has more codewords than bits allow")
        found[kind, place] = counts, body[at + 17 : end]
        at = end
    return found


def _scan_header(body: bytes, header: Header, steps: dict, codes: dict) -> Scan:
    """Return what SOS says (B.2.3), with the tables in force.  A sequential frame's Ss, Se, Ah, Al say nothing."""
    places = {plane.number: i for i, plane in enumerate(header.planes)}
    if not body or not 1 <= body[0] <= 4 or len(body) != 4 + 2 * body[0] or not set(body[1:-3:2]) <= places.keys():
        raise CorruptStream("a scan header of a wrong length, or of a component that the frame has not")
    members = tuple(places[number] for number in body[1:-3:2])
    planes = [header.planes[i] for i in members]
    blocks = sum(plane.across * plane.down for plane in planes)
    if len(set(members)) < len(members) or (len(members) > 1 and blocks > MOST_IN_MCU):
        raise CorruptStream(f"a scan of components {list(members)} with {blocks} blocks in an MCU")
    dc = tuple(codes.get((0, table >> 4), NO_CODE) for table in body[2:-3:2])
    ac = tuple(codes.get((1, table & 15), NO_CODE) for table in body[2:-3:2])
    missing = [plane.table for plane in planes if plane.table not in steps]
    if missing:
        raise CorruptStream(f"a scan of a component whose quantisation table {missing[0]} never came")
    Ss, Se, Ah, Al = (*body[-3:-1], body[-1] >> 4, body[-1] & 15) if header.process == PROGRESSIVE else (0, 63, 0, 0)
    tables = tuple(steps[plane.table] for plane in planes)
    return Scan(header, members, dc, ac, tables, Ss, Se, Ah, Al, 0, 0, 0)
