"""From a frame of coefficients to the bytes of a JPEG file.

    FFD8                                          start of image          all numbers big-endian
    FFE0 length  JFIF 0 0101 0 0001 0001 0 0      JFIF, for grey and YCbCr; FFEE is Adobe's for other colours
    FFDB length  n x (Tq, 64 steps in zigzag)     quantisation tables
    FFC0 length  8 Y X Nf Nf x (C, HV, Tq)        baseline frame; FFC2 the progressive one
    FFDD length  Ri                               restart interval in MCUs, where there is one
    FFC4 length  n x (class and Th, BITS, HUFFVAL)
    FFDA length  Ns Ns x (C, Td and Ta) Ss Se AhAl     a scan, its bits behind it
    FFD9                                          end of image

Chapter 14.

Sources: ITU-T T.81, 1992, Annex B; ITU-T T.871 (JFIF), 2011, clause 10; for Adobe's segment T.872, 2012, 6.5.3.
"""

import struct

import numpy as np

from ...core.codec import check_array, check_number, check_shape
from .codes import AC_CHROMINANCE, AC_LUMINANCE, DC_CHROMINANCE, DC_LUMINANCE, optimal, words
from .frame import COLOURS, Component, Frame, extent
from .scan_encoder import NO_TABLE, ROWS, count, sequential, write

SOF0, DHT, SOI, EOI, SOS, DQT, DRI = 0xC0, 0xC4, 0xD8, 0xD9, 0xDA, 0xDB, 0xDD
APP0, APP1, APP14 = 0xE0, 0xE1, 0xEE
JFIF = b"JFIF\0\1\1\0\0\1\0\1\0\0"
ADOBE = b"Adobe\0\x64\0\0\0\0"
TRANSFORMS = {"rgb": 0, "cmyk": 0, "ycck": 2}
"""What Adobe's segment says of colours."""

STANDARD = {0: DC_LUMINANCE, 1: DC_CHROMINANCE, 4: AC_LUMINANCE, 5: AC_CHROMINANCE}
"""Codes that Annex K.3 gives as examples, by row of `scan_encoder`."""

MOST_BLOCKS = 10
"""Blocks of an MCU where components are interleaved (B.2.3)."""


def encode(frame: Frame, optimised: bool = True, interval: int = 0) -> bytes:
    """Return the baseline file of a frame.

    optimised: Huffman codes made for this picture instead of the standard's examples.  interval: MCUs between
    restarts, 0 for none.  `ValueError` for a frame that no baseline file can hold, naming what it is.
    """
    check_frame(frame)
    interval = check_number("interval", interval, 0, 65535)
    scans = [_sequential(frame, numbers, interval, optimised) for numbers in _interleaved(frame)]
    parts = [_head(frame, SOF0), _segment(DRI, struct.pack(">H", interval)) if interval else b"", *scans]
    return b"".join([*parts, bytes([0xFF, EOI])])


def check_frame(frame) -> Frame:
    """Return the frame; `ValueError` where it is none that an 8-bit file can hold, naming what is wrong."""
    if not isinstance(frame, Frame) or frame.colour not in COLOURS:
        raise ValueError(f"a frame, its colour one of {', '.join(COLOURS)}, not {type(frame).__name__}")
    check_shape((frame.height, frame.width))
    check_number("orientation", frame.orientation, 1, 8)
    if not isinstance(frame.components, tuple | list) or len(frame.components) != COLOURS[frame.colour]:
        raise ValueError(f"{frame.colour} has {COLOURS[frame.colour]} components")
    for c in frame.components:
        if not isinstance(c, Component):
            raise ValueError(f"a component, not {type(c).__name__}")
        for name, value, most in (("number", c.number, 255), ("across", c.across, 4), ("down", c.down, 4)):
            check_number(name, value, name != "number", most)
    for c in frame.components:
        _check_levels(frame, c)
    if len({c.number for c in frame.components}) < len(frame.components):
        raise ValueError("two components have one number")
    return frame


def _check_levels(frame, c):
    """Raise a `ValueError` unless steps and levels of a component fit it, and 8 bits a sample."""
    if len(check_array("steps", c.steps, (1,), 1, 255)) != 64:
        raise ValueError(f"64 steps, not {len(c.steps)}")
    if not isinstance(c.levels, np.ndarray) or c.levels.dtype != np.int16:
        raise ValueError(f"levels are an array of int16, not {getattr(c.levels, 'dtype', type(c.levels).__name__)}")
    if c.levels.shape != (*_extent(frame, c).stored, 64):
        raise ValueError(f"a component has {_extent(frame, c).stored} blocks of 64 levels, not {c.levels.shape}")
    if not -1024 <= c.levels.min() <= c.levels.max() <= 1023 or c.levels[:, :, 1:].min() < -1023:
        raise ValueError("levels lie between -1023 and 1023, that of the mean from -1024 on")


def _head(frame: Frame, marker: int) -> bytes:
    """Return what stands before the scans: start, application's segment, quantisation tables and frame header."""
    tables = list(dict.fromkeys(tuple(c.steps.tolist()) for c in frame.components))
    steps = b"".join(bytes([number, *table]) for number, table in enumerate(tables))
    header = struct.pack(">BHHB", 8, frame.height, frame.width, len(frame.components))
    for c in frame.components:
        header += bytes([c.number, c.across << 4 | c.down, tables.index(tuple(c.steps.tolist()))])
    parts = [bytes([0xFF, SOI]), _application(frame), _segment(DQT, steps), _segment(marker, header)]
    return b"".join(parts)


def _blocks(frame: Frame, numbers: list[int]) -> np.ndarray:
    """Return the blocks of a scan in its order, (MCUs, blocks of an MCU, 64) int16 (A.2).

    numbers: which components, counted from 0.  Several are interleaved, up to whole MCUs; one alone has only the
    blocks that hold samples, one an MCU.
    """
    if len(numbers) == 1:
        rows, columns = _extent(frame, frame.components[numbers[0]]).blocks
        return frame.components[numbers[0]].levels[:rows, :columns].reshape(-1, 1, 64)
    parts = []
    for c in (frame.components[i] for i in numbers):
        rows, columns = (side // factor for side, factor in zip(c.levels.shape, (c.down, c.across), strict=False))
        mcus = c.levels.reshape(rows, c.down, columns, c.across, 64).swapaxes(1, 2)
        parts.append(mcus.reshape(rows * columns, c.down * c.across, 64))
    return np.concatenate(parts, 1)


def _extent(frame, c):
    """Return the sides of a component."""
    most = max(c.down for c in frame.components), max(c.across for c in frame.components)
    return extent(frame.height, frame.width, (c.down, c.across), most)


def _interleaved(frame):
    """Return the components of each scan: all in one where that is allowed, else one by one."""
    every = list(range(len(frame.components)))
    together = sum(c.down * c.across for c in frame.components) <= MOST_BLOCKS
    return [every] if together else [[number] for number in every]


def _table_of(frame: Frame, number: int) -> int:
    """Return which codes a component uses, 0, or 1 for the chroma of YCbCr and YCCK."""
    return int(frame.colour in ("ycbcr", "ycck") and number in (1, 2))


def _sequential(frame, numbers, interval, optimised):
    """Return the codes, header and bits of a sequential scan."""
    tables = {number: _table_of(frame, number) for number in numbers}
    places = []
    for number in numbers:
        c = frame.components[number]
        blocks = c.down * c.across if len(numbers) > 1 else 1
        places += [(number, tables[number], 4 + tables[number])] * blocks
    blocks = _blocks(frame, numbers)
    tokens = np.empty(np.count_nonzero(blocks) + 6 * blocks.shape[0] * blocks.shape[1] + len(blocks), np.int64)
    tokens = tokens[: sequential(blocks, np.array(places), interval, tokens)]
    counts = np.zeros((ROWS, 256), np.int64)
    extra = count(tokens, counts.ravel())
    used = np.flatnonzero(counts[:NO_TABLE].any(1)).tolist()
    made = {row: optimal(counts[row]) if optimised else STANDARD[row] for row in used}
    header = bytes([len(numbers)])
    for number in numbers:
        header += bytes([frame.components[number].number, tables[number] * 0x11])
    parts = [_codes(made), _segment(SOS, header, bytes([0, 63, 0])), _bits(tokens, made, counts, extra)]
    return b"".join(parts)


def _bits(tokens, made, counts, extra):
    """Return the bits of tokens, with a code for each row that they use."""
    word, length = np.zeros((2, ROWS, 256), np.int64)
    for row, code in made.items():
        word[row], length[row] = words(code)
    size = int((counts * length).sum() + extra) // 8 + 1
    out = np.empty(2 * size + 4 * np.count_nonzero(tokens < 0) + 2, np.uint8)  # each byte may be FF, and get a zero
    return out[: write(tokens, word.ravel(), length.ravel(), out)].tobytes()


def _codes(made):
    """Return the segment of Huffman codes, by row (B.2.4.2)."""
    return _segment(DHT, *(bytes([(row & 4) << 2 | row & 3, *code.bits, *code.values]) for row, code in made.items()))


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
