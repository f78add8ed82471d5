"""The boxes of a JP2 file, around a codestream: what its components mean.

    length, type, contents          length counts all three; 1: eight bytes of it behind the type; 0: to the end
    "jP  "  0D0A870A                signature
    "ftyp"  "jp2 ", 0, "jp2 "       brand, and what else reads it
    "jp2h"                          header, in boxes of its own:
        "ihdr"                      height, width, components, bits - 1 (255: they differ), 7, colour unknown?, rights?
        "bpcc"                      bits - 1 of each component, with 128 where they have a sign
        "colr"                      1, and 16 sRGB, 17 grey, 18 sYCC; or 2 and an ICC profile
        "pclr"                      a palette: entries, columns, bits - 1 of each column, entries
        "cmap"                      for each channel its component, whether through the palette, and which column
        "cdef"                      for each channel whether it is a colour and which, or opacity
    "jp2c"                          the codestream

Chapter 16.  Source: ITU-T T.800, 2019, Annex I.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ...core.bits import CorruptStream, Unsupported
from ...core.codec import check_array, check_bytes, check_number

SIGNATURE = b"\0\0\0\x0cjP  \r\n\x87\n"
COLOURS = {16: "rgb", 17: "grey", 18: "ycc"}
"""By their numbers in Table I.10."""
OTHER_COLOURS = {0: "bilevel", 12: "CMYK", 13: "YCCK", 14: "CIELab", 15: "bilevel", 19: "CIEJab", 20: "e-sRGB"}
"""Those of part 2."""

_PROFILES = {b"RGB ": "rgb", b"GRAY": "grey"}
_IHDR = struct.Struct(">IIHBBBB")
VARIOUS = 255
LONGEST = 1 << 17
"""Bytes of a box in the header that are looked at: of an ICC profile only the space of its colours."""


class Palette(NamedTuple):
    """Entries, (n, columns) int64, and the bits of each column."""

    entries: np.ndarray
    depths: tuple[int, ...]


class Boxes(NamedTuple):
    """What the boxes say; the codestream is bytes `start` to `end`.

    shape: height, width and components, or None where there are no boxes.  colour: "rgb", "grey", "ycc", or "" where
    nothing is said.  channels: of each channel its component, and its column of the palette or None.  colours: for each
    channel the number of its colour, 1 on; (): as they come.
    """

    start: int
    end: int
    shape: tuple[int, int, int] | None = None
    colour: str = ""
    palette: Palette | None = None
    channels: tuple[tuple[int, int | None], ...] = ()
    colours: tuple[int, ...] = ()


def walk(data: bytes, at: int, end: int, partial: bool = False) -> Iterator[tuple[bytes, int, int]]:
    """Yield type, start and end of the contents of each box from byte `at` to `end`; partial: the last may be cut."""
    data = check_bytes(data)
    at, end = check_number("at", at, 0, len(data)), check_number("end", end, 0, len(data))
    return _boxes(data, at, end, bool(partial))


def _boxes(data, at, end, partial):
    """Yield each box."""
    while at < end:
        size, kind, start = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], at + 8
        if size == 1:
            size, start = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        stop = at + size if size else end
        if partial:
            stop = min(stop, end)
        if stop < start or stop > end:
            raise CorruptStream(f"the box {kind!r} at byte {at} is cut, or has no length")
        yield kind, start, stop
        at = stop


def unpack(data: bytes, partial: bool = False) -> Boxes:
    """Return what the boxes of a JP2 file say, or where the codestream is that has none.

    `CorruptStream` for boxes that say what no encoder writes, `Unsupported` for what other parts of the standard have.
    partial: the codestream may be cut.
    """
    data = check_bytes(data)
    if data[:2] == b"\xff\x4f":
        return Boxes(0, len(data))
    if data[: len(SIGNATURE)] != SIGNATURE:
        raise CorruptStream("no JPEG 2000 file: it begins neither with a signature box nor with a codestream")
    head = None
    for kind, start, end in walk(data, len(SIGNATURE), len(data), partial):
        if kind == b"ftyp" and not _is_jp2(data[start:end]):
            raise Unsupported(f"a file of the kind {data[start : start + 4]!r} is not read here")
        if kind == b"jp2h" and head is None:
            head = _header(data, start, end)
        elif kind == b"jp2c":
            if head is None:
                raise CorruptStream("a JP2 file whose codestream comes before its header")
            return head._replace(start=start, end=end)
    raise CorruptStream("a JP2 file without a codestream")


def _is_jp2(body):
    """Say whether a file type box names JP2 among what reads the file."""
    return b"jp2 " in [body[:4], *(body[i : i + 4] for i in range(8, len(body), 4))]


def _header(data, start, end):
    """Return what the boxes in the header box say."""
    found = {}
    for kind, first, last in walk(data, start, end):
        found.setdefault(kind, data[first : min(last, first + LONGEST)])  # of several, the first counts
    body = found.get(b"ihdr", b"")
    if len(body) != _IHDR.size:
        raise CorruptStream("a JP2 file without an image header")
    height, width, count, *_, compression, _, _ = _IHDR.unpack(body)
    if compression != 7:
        raise CorruptStream(f"a JP2 file with the compression {compression} instead of 7")
    palette = _palette(found[b"pclr"]) if b"pclr" in found else None
    if (palette is None) != (b"cmap" not in found):
        raise CorruptStream("a palette without a component mapping, or the other way round")
    channels = _channels(found[b"cmap"], count, palette) if palette else tuple((i, None) for i in range(count))
    colours = _colours(found[b"cdef"], len(channels)) if b"cdef" in found else ()
    colour = _colour(found[b"colr"]) if b"colr" in found else ""
    return Boxes(0, 0, (height, width, count), colour, palette, channels, colours)


def _colour(body):
    """Return the colour that a specification box names (I.5.3.3)."""
    method = body[0] if body else 0
    if method == 1 and len(body) >= 7:
        number = int.from_bytes(body[3:7], "big")
        if number not in COLOURS:
            name = OTHER_COLOURS.get(number, f"the number {number}")
            raise Unsupported(f"a JP2 file whose colours are {name} is not read here")
        return COLOURS[number]
    if method == 2 and body[19:23] in _PROFILES:  # the profile's space
        return _PROFILES[body[19:23]]
    if method in (2, 3, 4):
        raise Unsupported("a JP2 file with a colour profile of this kind is not read here")
    raise CorruptStream("a colour specification that is none")


def _palette(body):
    """Return the palette (I.5.3.4)."""
    count, columns = int.from_bytes(body[:2], "big"), body[2] if len(body) > 2 else 0
    depths = tuple((bits & 127) + 1 for bits in body[3 : 3 + columns])
    if any(depth > 16 or bits > 127 for depth, bits in zip(depths, body[3:], strict=False)):
        raise Unsupported("a palette with signs or more than 16 bits is not read here")
    sizes = [(depth + 7) // 8 for depth in depths]
    entry, at = sum(sizes), 3 + columns
    if not 1 <= count <= 1024 or not columns or len(depths) < columns or len(body) != at + count * entry:
        raise CorruptStream(f"no palette has {count} entries of {columns} columns in {len(body)} bytes")
    rows = np.frombuffer(body, np.uint8, count * entry, at).reshape(count, entry).astype(np.int64)
    ends = np.cumsum(sizes).tolist()
    entries = [rows[:, e - 1] + (rows[:, e - 2] << 8 if size == 2 else 0) for e, size in zip(ends, sizes, strict=True)]
    return Palette(np.stack(entries, 1), depths)


def _channels(body, count, palette):
    """Return the component of each channel, and its column of the palette or None (I.5.3.5)."""
    found = tuple((number, column if kind else None) for number, kind, column in _triples(">HBB", body))
    columns = len(palette.depths)
    wild = [pair for pair in found if pair[0] >= count or (pair[1] is not None and pair[1] >= columns)]
    if wild or any(kind > 1 for _, kind, _ in _triples(">HBB", body)) or not found:
        raise CorruptStream("a component mapping to what there is not")
    return found


def _colours(body, count):
    """Return the number of each channel's colour, 1 on (I.5.3.6)."""
    found = {}
    if len(body) < 2 or len(body) != 2 + 6 * int.from_bytes(body[:2], "big"):
        raise CorruptStream("a channel definition of a wrong length")
    for channel, kind, colour in _triples(">HHH", body[2:]):
        if channel >= count or channel in found:
            raise CorruptStream(f"the definition of channel {channel} of {count}")
        if kind or not 1 <= colour <= 3:
            raise Unsupported("a JP2 file with opacity, or channels that are no colours, is not read here")
        found[channel] = colour
    if sorted(found.values()) != list(range(1, count + 1)):
        raise CorruptStream("channel definitions that do not name each colour once")
    return tuple(found[i] for i in range(count))


def _triples(layout, body):
    """Return the rows of three numbers of which a body consists."""
    layout = struct.Struct(layout)
    if len(body) % layout.size:
        raise CorruptStream(f"a box of {len(body)} bytes in the header of a JP2 file")
    return list(layout.iter_unpack(body))


def check(frame) -> Boxes:
    """Return what boxes say; `ValueError` where no boxes can say that."""
    if not isinstance(frame, Boxes) or not isinstance(frame.colour, str) or not isinstance(frame.colours, tuple):
        raise ValueError(f"what boxes say is of the class Boxes, not {frame!r}")
    palette, pairs = frame.palette, frame.channels
    if not isinstance(pairs, tuple) or not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        raise ValueError(f"channels are pairs of a component and a column, not {pairs!r}")
    if frame.colours and sorted(map(str, frame.colours)) != sorted(str(i + 1) for i in range(len(pairs))):
        raise ValueError(f"the colours of {len(pairs)} channels are numbered from 1 on, not {frame.colours}")
    if palette is not None:
        if not isinstance(palette, Palette) or not isinstance(palette.depths, tuple):
            raise ValueError("a palette is of the class Palette")
        depths = [check_number("depth", depth, 1, 16) for depth in palette.depths]
        if not depths or check_array("entries", palette.entries, (2,), 0, 65535).shape[1:] != (len(depths),):
            raise ValueError(f"a palette has {len(depths)} columns, as many as depths")
        for component, column in pairs:
            check_number("component", component, 0, 16383)
            check_number("column", 0 if column is None else column, 0, len(depths) - 1)
    return frame


def pack_box(kind: bytes, contents: bytes) -> bytes:
    """Return a box.

    >>> pack_box(b"jP  ", b"\\r\\n\\x87\\n") == SIGNATURE
    True
    """
    if not isinstance(kind, bytes) or len(kind) != 4:
        raise ValueError(f"the type of a box is four bytes, not {kind!r}")
    size = 8 + len(check_bytes(contents))
    if size >= 1 << 32:
        return struct.pack(">I4sQ", 1, kind, size + 8) + contents
    return struct.pack(">I4s", size, kind) + contents


def pack(codestream: bytes, height: int, width: int, depths, colour: str = "rgb") -> bytes:
    """Return the JP2 file of a codestream; depths: bits of a sample of each component; colour: rgb, grey or ycc."""
    height, width = (check_number("a side", side, 1, (1 << 32) - 1) for side in (height, width))
    if not isinstance(depths, tuple | list):
        raise ValueError(f"depths are a list of numbers, not {depths!r}")
    depths = [check_number("depth", depth, 1, 38) - 1 for depth in depths]
    numbers = {name: number for number, name in COLOURS.items()}
    if not isinstance(colour, str) or colour not in numbers or not 1 <= len(depths) <= 16384:
        raise ValueError(f"colour is one of {', '.join(numbers)}, not {colour!r}; components are 1 to 16384")
    same = len(set(depths)) == 1
    boxes = pack_box(b"ihdr", _IHDR.pack(height, width, len(depths), depths[0] if same else VARIOUS, 7, 0, 0))
    boxes += b"" if same else pack_box(b"bpcc", bytes(depths))
    boxes += pack_box(b"colr", struct.pack(">BBBI", 1, 0, 0, numbers[colour]))
    kind = pack_box(b"ftyp", b"jp2 " + bytes(4) + b"jp2 ")
    return SIGNATURE + kind + pack_box(b"jp2h", boxes) + pack_box(b"jp2c", codestream)
