"""From a frame of coefficients to the bytes of a JPEG file.

    FFD8                                             start of image          all numbers big-endian
    FFE0 length  JFIF 0 0101 0 0001 0001 0 0         JFIF, for grey and YCbCr; FFEE is Adobe's for other colours
    FFDB length  n x (Tq, 64 steps in zigzag)        quantisation tables
    FFC0 length  8 Y X Nf Nf x (C, HV, Tq)           baseline frame; FFC2 the progressive one
    FFDD length  Ri                                  restart interval in MCUs, where there is one
    FFC4 length  n x (Tc and Th, BITS, HUFFVAL)      Huffman codes
    FFDA length  Ns Ns x (C, Td and Ta) Ss Se AhAl   a scan, its bits behind it
    FFD9                                             end of image

Chapter 14.

Sources: ITU-T T.81, 1992, Annex B; ITU-T T.871 (JFIF), 2011, clause 10; for Adobe's segment T.872, 2012, 6.5.3.
"""

import struct

import numpy as np

from ...core.codec import check_number
from .codes import AC_CHROMINANCE, AC_LUMINANCE, DC_CHROMINANCE, DC_LUMINANCE, optimal, words
from .frame import Frame, check_writable
from .scans import _table_of, _tokens_of, check_scans, whole
from .tables import placed, shared
from .tokens import AC, DC, ROWS, counted, write

SOF0, SOF2, DHT, SOI, EOI, SOS, DQT, DRI = 0xC0, 0xC2, 0xC4, 0xD8, 0xD9, 0xDA, 0xDB, 0xDD
APP0, APP1, APP14 = 0xE0, 0xE1, 0xEE
JFIF = b"JFIF\0\1\1\0\0\1\0\1\0\0"
ADOBE = b"Adobe\0\x64\0\0\0\0"
TRANSFORMS = {"rgb": 0, "cmyk": 0, "ycck": 2}
"""What Adobe's segment says of colours."""

STANDARD = {0: DC_LUMINANCE, 1: DC_CHROMINANCE, 4: AC_LUMINANCE, 5: AC_CHROMINANCE}
"""Codes that Annex K.3 gives as examples, by row of tokens."""


def encode(frame: Frame, scans: list | None = None, optimised: bool = True, interval: int = 0) -> bytes:
    """Return the file of a frame: baseline, or progressive with these scans.

    scans: of `scans.Scan`, as `scans.smallest` has them; None for a baseline file.  optimised: Huffman codes made for
    this picture instead of the standard's examples, which know no progressive scans.  interval: MCUs between restarts,
    0 for none.  `ValueError` for what no file can hold, naming it.
    """
    check_writable(frame)
    interval = check_number("interval", interval, 0, 65535)
    scans = whole(frame) if scans is None else check_scans(frame, scans)
    progressive = any((scan.first, scan.last) != (0, 63) for scan in scans)
    said = [_tokens_of(frame, scan, interval) for scan in scans]
    codes, uses = _codes([counted(tokens)[0] for tokens in said], optimised or progressive)
    dc, ac = (_placed(uses, kind, 4 if progressive else 2) for kind in (DC, AC))
    parts = [_head(frame, SOF2 if progressive else SOF0), _segment(DRI, struct.pack(">H", interval)) * (interval > 0)]
    for i, scan in enumerate(scans):
        parts += [_tables(codes, dc[i], ac[i]), _scan_header(frame, scan, uses[i], dc[i][0] | ac[i][0])]
        parts.append(_bits(said[i], {row: codes[key] for row, key in uses[i].items()}))
    return b"".join([*parts, bytes([0xFF, EOI])])


def _codes(counts, optimised):
    """Return the codes by a key of each, and for each scan the key for each row that its tokens use."""
    uses = [{row: row for row in (*DC, *AC) if rows[row].any()} for rows in counts]
    if not optimised:
        return STANDARD, uses
    codes = {}
    for kind in (DC, AC):
        needs = [(i, row) for i, use in enumerate(uses) for row in use if row in kind]
        sums = {}
        for (i, row), group in zip(needs, shared([counts[i][row] for i, row in needs]), strict=True):
            key = kind[0], group
            sums[key], uses[i][row] = sums.get(key, 0) + counts[i][row], key
        codes |= {key: optimal(total) for key, total in sums.items()}
    return codes, uses


def _placed(uses, kind, most):
    """Return for each scan the places of its codes of a kind, by key, and the keys of those to write before it."""
    return placed([[key for row, key in use.items() if row in kind] for use in uses], most)


def _tables(codes, dc, ac):
    """Return the segment of the codes that a scan needs and that no scan before has left, or nothing (B.2.4.2)."""
    bodies = []
    for kind, (places, new) in enumerate((dc, ac)):
        bodies += [bytes([kind << 4 | places[key], *codes[key].bits, *codes[key].values]) for key in new]
    return _segment(DHT, *bodies) if bodies else b""


def _scan_header(frame, scan, use, places):
    """Return the header of a scan (B.2.3); what it does not need is in place 0."""
    header = bytes([len(scan.components)])
    for number in scan.components:
        dc, ac = (places.get(use.get(kind[_table_of(frame, number)]), 0) for kind in (DC, AC))
        header += bytes([frame.components[number].number, dc << 4 | ac])
    return _segment(SOS, header, bytes([scan.first, scan.last, scan.high << 4 | scan.low]))


def _bits(tokens, codes):
    """Return the bits of tokens, with a code for each row that they use."""
    word, length = np.zeros((2, ROWS, 256), np.int64)
    for row, code in codes.items():
        word[row], length[row] = words(code)
    counts, extra = counted(tokens)
    size = int((counts * length).sum() + extra) // 8 + 1
    out = np.empty(2 * size + 4 * np.count_nonzero(tokens < 0) + 2, np.uint8)  # each byte may be FF, and get a zero
    return out[: write(tokens, word.ravel(), length.ravel(), out)].tobytes()


def _head(frame: Frame, marker: int) -> bytes:
    """Return what stands before the scans: start, application's segment, quantisation tables and frame header."""
    tables = list(dict.fromkeys(tuple(c.steps.tolist()) for c in frame.components))
    steps = b"".join(bytes([number, *table]) for number, table in enumerate(tables))
    header = struct.pack(">BHHB", 8, frame.height, frame.width, len(frame.components))
    for c in frame.components:
        header += bytes([c.number, c.across << 4 | c.down, tables.index(tuple(c.steps.tolist()))])
    parts = [bytes([0xFF, SOI]), _application(frame), _segment(DQT, steps), _segment(marker, header)]
    return b"".join(parts)


def _application(frame):
    """Return the segment that says what the components stand for, and one for an orientation."""
    if frame.colour in TRANSFORMS:
        found = _segment(APP14, ADOBE, bytes([TRANSFORMS[frame.colour]]))
    else:
        found = _segment(APP0, JFIF)
    if frame.orientation != 1:  # a TIFF file of one entry: orientation, one short
        entry = struct.pack(">IHHHIHHI", 8, 1, 0x112, 3, 1, frame.orientation, 0, 0)
        found += _segment(APP1, b"Exif\0\0MM\0\x2a", entry)
    return found


def _segment(marker, *parts):
    """Return a marker with its segment; the length counts itself."""
    body = b"".join(parts)
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body
