"""From the bytes of a JPEG file to its `Frame`: baseline, extended and progressive, Huffman-coded, 8 bits a sample.

Reading stops where each bit of each coefficient has come: what follows, an end marker or none, another picture or
rubbish, changes nothing.  A file that ends before is cut; asked with `partial`, the rows that have arrived are a
picture all the same.  Chapter 14.

Source: ITU-T T.81, 1992, Annexes A.2, E.2, F.2 and G.2; for the colours that are meant where nothing says so,
`default_decompress_parms` in the file jdapimin.c of libjpeg.
"""

import functools

import numpy as np

from ...core import limits
from ...core.bits import CorruptStream, Unsupported
from ...core.codec import MAX_PIXELS, check_bytes
from .band_decoder import first_band, next_band
from .codes import Code, look_up
from .frame import Component, Frame, extent
from .scan_bits import REASONS, words
from .scan_decoder import ACROSS, BLOCKS, DC, DOWN, FIRST_DC, NEXT_DC, decode_scan
from .segments import PROGRESSIVE, Header, scans

NEVER = -1

LOOKS, LOOKS_A_BYTE = 1 << 24, 400
"""Blocks that the scans of a file may visit, and how many more for each of its bytes.

A scan visits each of its blocks, and thirty bytes are a scan of a hundred thousand in which all is 0.  Since no bit of
a coefficient may come twice, the scans are at most 14 for each of 64 coefficients, which is still too much.  An honest
file has a bit or more for each block and some ten scans, seldom twenty: 160 visits a byte.
"""


class _Picture:
    """What has come of a picture: levels, steps, and for each coefficient the lowest bit that was sent."""

    def __init__(self, header: Header, size: int, partial: bool):
        self.header, planes = header, header.planes
        self.looks = LOOKS + LOOKS_A_BYTE * size
        self.most = max(p.down for p in planes), max(p.across for p in planes)
        sides = header.height, header.width
        self.extents = [extent(*sides, (p.down, p.across), self.most) for p in planes]
        limits.check_picture((*sides, len(planes)))
        if header.height * header.width > MAX_PIXELS:
            raise Unsupported(f"a picture of more than {MAX_PIXELS} pixels is not read here")
        if sum(rows * columns for _, (rows, columns), _ in self.extents) > 8 * size and not partial:
            raise CorruptStream(f"{size} bytes cannot hold a bit for each block of {sides[0]} x {sides[1]} pixels")
        self.offsets = np.cumsum([0, *(64 * rows * columns for *_, (rows, columns) in self.extents)])
        self.levels = np.zeros(self.offsets[-1], np.int16)
        self.steps = [None] * len(planes)
        self.sent = np.full((len(planes), 64), NEVER)
        self.rows = np.zeros(len(planes), np.int64)  # rows of MCUs that have arrived

    def is_whole(self) -> bool:
        """Say whether each bit of each coefficient has come."""
        return not self.sent.any()

    def frame(self) -> Frame:
        """Return the frame, as high as the rows that have arrived."""
        rows, header = int(self.rows.max()), self.header
        height = min(header.height, 8 * self.most[0] * rows)
        components = tuple(self._component(i, rows) for i in range(len(header.planes)))
        orientation = header.notes.exif or header.notes.xmp or 1
        return Frame(height, header.width, components, _colour(header), orientation)

    def _component(self, i, rows):
        """Return a component, cut to so many rows of MCUs; one that never came has steps of 1 and levels of 0."""
        plane, (stored, columns) = self.header.planes[i], self.extents[i].stored
        levels = self.levels[self.offsets[i] : self.offsets[i + 1]].reshape(stored, columns, 64)
        steps = self.steps[i] if self.steps[i] is not None else np.ones(64, np.int64)
        return Component(plane.number, plane.across, plane.down, steps, levels[: rows * plane.down])


def _colour(header):
    """Return what the components stand for, as libjpeg understands it: JFIF, Adobe's transform, names of components."""
    if len(header.planes) == 1:
        return "grey"
    notes, names = header.notes, bytes(plane.number for plane in header.planes)
    if len(names) == 4:
        return "cmyk" if notes.adobe in (-1, 0) else "ycck"
    is_rgb = not notes.jfif and (notes.adobe == 0 if notes.adobe >= 0 else names == b"RGB")
    return "rgb" if is_rgb else "ycbcr"


def decode(data: bytes, partial: bool = False) -> Frame:
    """Return the frame of a JPEG file.

    partial: of a file that is cut or damaged, return the rows of MCUs that had arrived, in a frame of less height.
    `CorruptStream` for damage, `Unsupported` for what the standard has and this reader has not, and for pictures beyond
    `core.limits`.
    """
    data, picture = check_bytes(data), None
    try:
        for scan in scans(data):
            picture = picture or _Picture(scan.header, len(data), partial)
            _read(picture, scan, data)
            if picture.is_whole():
                break
        if picture is None or (picture.sent[:, 0] == NEVER).any():
            raise CorruptStream("a JPEG file without a scan for each component")
    except CorruptStream:
        if not partial or picture is None or not picture.rows.any():
            raise
    return picture.frame()


def _read(picture, scan, data):
    """Read the bits of a scan into the levels."""
    _check_progress(picture, scan)
    plan, (columns, rows) = _plan(picture, scan)
    count, members = rows * columns, list(scan.members)
    picture.looks -= count * int(plan[:, ACROSS] @ plan[:, DOWN])
    if picture.looks < 0:
        raise CorruptStream("scans that visit far more blocks than the file has bytes")
    for i, steps in zip(members, scan.steps, strict=True):
        picture.steps[i] = steps if picture.steps[i] is None else picture.steps[i]
    done, wrong = _run(picture.levels, scan, data[scan.start : scan.end], plan, columns, count)
    if scan.Ss == 0 and scan.Ah == 0:
        picture.rows[members] = [_rows(picture, scan, i, int(done) // columns) for i in members]
    if wrong:
        raise CorruptStream(f"{REASONS[wrong]}, after {done} of {count} MCUs of a scan")
    picture.sent[members, scan.Ss : scan.Se + 1] = scan.Al


def _run(levels, scan, data, plan, columns, count):
    """Run the loop for a scan; return how many MCUs came, and what stopped it."""
    tables = [_table(code) for code in (*scan.dc, *scan.ac)]
    plan[:, DC:] = np.cumsum([0, *map(len, tables[:-1])]).reshape(2, -1).T
    interval = scan.interval or count
    bits, ends = words(data, -(-count // interval))
    place = bits, ends, plan, np.concatenate(tables), levels, columns, count, interval
    if scan.Ss:
        return (next_band if scan.Ah else first_band)(*place, scan.Ss, scan.Se, scan.Al)
    return decode_scan(*place, BLOCKS if scan.Se else NEXT_DC if scan.Ah else FIRST_DC, scan.Al)


def _rows(picture, scan, i, done):
    """Return how many rows of MCUs of the frame have come of a component, given those of the scan."""
    if len(scan.members) > 1:
        return done
    down, whole = picture.header.planes[i].down, done == picture.extents[i].blocks[0]
    return -(-done // down) if whole else done // down


def _plan(picture, scan):
    """Return where the loops find the blocks of each member, and how many MCUs stand in a row and in a column (A.2)."""
    planes, alone = [picture.header.planes[i] for i in scan.members], len(scan.members) == 1
    plan = np.zeros((len(planes), 6), np.int64)
    for n, (i, plane) in enumerate(zip(scan.members, planes, strict=True)):
        sides = (1, 1) if alone else (plane.across, plane.down)
        plan[n] = picture.offsets[i], picture.extents[i].stored[1], *sides, 0, 0
    first, down, across = picture.extents[scan.members[0]], planes[0].down, planes[0].across
    (rows, columns), (down, across) = (first.blocks, (1, 1)) if alone else (first.stored, (down, across))
    return plan, (columns // across, rows // down)


@functools.lru_cache(32)
def _table(code):
    """Return a decoding table of BITS and HUFFVAL."""
    bits, values = (np.frombuffer(part, np.uint8).astype(np.int64) for part in code)
    return look_up(Code(bits, values))


def _check_progress(picture, scan):
    """Raise where a scan is none that may follow those before it (G.1.1.1.1): no bit comes twice, none too early."""
    Ss, Se, Ah, Al = scan.Ss, scan.Se, scan.Ah, scan.Al
    band = picture.sent[list(scan.members), Ss : Se + 1]
    if scan.header.process == PROGRESSIVE:
        shape = Se == 0 if Ss == 0 else Ss <= Se <= 63 and len(scan.members) == 1
        if not shape or Al > 13 or (Ah and Ah != Al + 1):
            raise CorruptStream(f"no progressive scan of {len(scan.members)} components has {Ss} {Se} {Ah} {Al}")
        if Ss and picture.sent[scan.members[0], 0] == NEVER:
            raise CorruptStream("a scan of AC coefficients before any of DC")
    if (band != (Ah or NEVER)).any():
        what = f"refines from bit {Ah}" if Ah else "is the first"
        raise CorruptStream(f"a scan of coefficients {Ss} to {Se} {what}, but bit {band.max()} was sent before")
