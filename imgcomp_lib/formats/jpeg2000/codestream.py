"""A JPEG 2000 codestream: its main header, and the tile-parts behind it.

    FF4F SOC   FF51 SIZ   FF52 COD   FF5C QCD   (COC QCC RGN POC PPM TLM PLM CRG COM)          main header
    FF90 SOT   tile, size, part, parts    (COD COC QCD QCC RGN POC PPT PLT COM)    FF93 SOD    packets, for each part
    FFD9 EOC

Parts of one tile may be far from each other; their numbers say which belong together.  Packet headers may have been
moved out of the packets, into the main header (PPM) or the tile's (PPT).  Chapter 16.

Source: ITU-T T.800, 2019, Annex A: A.3 (order), A.4.2 (SOT), A.7.4 and A.7.5 (PPM, PPT); ISO/IEC 15444-2, Annex A, and
15444-15 for the markers that are refused.
"""

import struct
from collections.abc import Iterator

from ...core.bits import CorruptStream, Unsupported
from ...core.codec import check_bytes, check_number
from .parameters import (
    Coding,
    Quantisation,
    Size,
    Style,
    pack_quantisation,
    pack_size,
    pack_style,
    unpack_changes,
    unpack_coding,
    unpack_quantisation,
    unpack_size,
    unpack_style,
)
from .said import ALL, NOTHING, Main, Part, check_main, nothing_said

SOC, SOT, SOD, EOC = 0x4F, 0x90, 0x93, 0xD9
SIZ, COD, COC, QCD, QCC, RGN, POC, PPM, PPT = 0x51, 0x52, 0x53, 0x5C, 0x5D, 0x5E, 0x5F, 0x60, 0x61
PASSED_OVER = {0x55: "TLM", 0x57: "PLM", 0x58: "PLT", 0x63: "CRG", 0x64: "COM"}
"""Segments whose contents a decoder need not know: lengths, places of samples, comments."""

NOT_READ = {
    0x50: "HT code blocks or other capabilities (CAP, part 15)",
    0x56: "a profile of its own (PRF)",
    0x59: "a profile of HT code blocks (CPF, part 15)",
    **dict.fromkeys(range(0x70, 0x7A), "extensions of part 2"),
    **dict.fromkeys(range(0x65, 0x6E), "secured parts (part 8) or error protection (part 11)"),
}
"""Markers of what the standard has elsewhere and this reader has not."""

_SOT = struct.Struct(">HIBB")


def _segment(data, at):
    """Return the marker at a byte, the ends of its body, and the byte behind it."""
    if at + 2 > len(data) or data[at] != 0xFF:
        raise CorruptStream(f"no marker at byte {at} of a JPEG 2000 codestream")
    marker = data[at + 1]
    if marker in (SOC, SOD, EOC) or 0x30 <= marker <= 0x3F:
        return marker, b"", at + 2
    end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    if end < at + 4 or end > len(data):
        raise CorruptStream(f"the segment FF{marker:02X} at byte {at} is cut, or has no length")
    return marker, data[at + 4 : end], end


def main_header(data: bytes) -> Main:
    """Return the main header; `CorruptStream` where it is none, `Unsupported` for other parts of the standard."""
    data = check_bytes(data)
    if data[:4] != b"\xff\x4f\xff\x51":
        raise CorruptStream("no JPEG 2000 codestream: it does not begin with SOC and SIZ")
    _, body, at = _segment(data, 2)
    size, said = unpack_size(body), nothing_said()
    while True:
        marker, body, end = _segment(data, at)
        if marker == SOT:
            break
        _note(said, marker, body, len(size.components), PPM, at)
        at = end
    if ALL not in said.style or ALL not in said.quantisation:
        raise CorruptStream("a codestream without COD or QCD")
    return Main(size, said, at)


def _note(said, marker, body, count, packed, at):
    """Add to what is said what a segment says; packed: the marker of packet headers that may stand here."""
    wide = 1 if count < 257 else 2
    if marker == COD:
        said.style[ALL], said.coding[ALL] = unpack_style(body)
    elif marker == QCD:
        said.quantisation[ALL] = unpack_quantisation(body)
    elif marker in (COC, QCC, RGN):
        component, rest = int.from_bytes(body[:wide], "big"), body[wide:]
        if len(body) < wide or component >= count:
            raise CorruptStream(f"the segment FF{marker:02X} at byte {at} is of component {component} of {count}")
        if marker == COC:
            said.coding[component] = unpack_coding(rest)
        elif marker == QCC:
            said.quantisation[component] = unpack_quantisation(rest)
        else:
            said.shift[component] = _shift(rest)
    elif marker == POC:
        said.changes.extend(unpack_changes(body, count))
    elif marker == packed:
        if not body or body[0] in said.headers:
            raise CorruptStream("two segments of packet headers with one number")
        said.headers[body[0]] = body[1:]
    elif marker not in PASSED_OVER and not 0x30 <= marker <= 0x3F:
        _refuse(marker, at)


def _shift(body):
    """Return by how many bits a region of interest is shifted (A.6.3)."""
    if len(body) != 2 or body[0]:
        raise Unsupported("a JPEG 2000 file with a region of interest of part 2 is not read here")
    return body[1]


def _refuse(marker, at):
    """Say what is not read here, or wrong where it stands."""
    if marker in NOT_READ:
        raise Unsupported(f"a JPEG 2000 file with {NOT_READ[marker]} is not read here")
    raise CorruptStream(f"the marker FF{marker:02X} at byte {at} does not stand there in a codestream")


def tile_parts(data: bytes, main: Main, partial: bool = False) -> Iterator[Part]:
    """Yield the tile-parts of a codestream up to its end marker.

    partial: the data may end anywhere; the last tile-part is then as long as they are.  Else `CorruptStream`.
    """
    return _parts(check_bytes(data), check_main(main), bool(partial))


def _parts(data, main, partial):
    """Yield the tile-parts."""
    at, count = main.end, len(main.size.components)
    moved = _moved(main.said.headers)
    while at < len(data) and data[at : at + 2] != bytes([0xFF, EOC]):  # the end marker often lacks
        if partial and len(data) < at + 12:
            return
        part, at = _tile_part(data, at, count, partial)
        if moved is not None:
            part = part._replace(headers=next(moved, b""))
        yield part


def _tile_part(data, at, count, partial):
    """Return a tile-part and the byte behind it."""
    marker, body, start = _segment(data, at)
    if marker != SOT or len(body) != _SOT.size:
        raise CorruptStream(f"no tile-part at byte {at}")
    tile, size, number, parts = _SOT.unpack(body)
    end = at + size if size else len(data) - 2 * (data[-2:] == bytes([0xFF, EOC]))  # 0: to the end (A.4.2)
    if partial:
        end = min(end, len(data))
    if end > len(data) or (parts and number >= parts):
        raise CorruptStream(f"a tile-part that ends at byte {end} of {len(data)}, number {number} of {parts}")
    said, head = nothing_said(), at
    while marker != SOD:
        marker, body, following = _segment(data, start)
        if following > end:
            raise CorruptStream(f"the header of the tile-part at byte {head} is longer than the part")
        if marker != SOD:
            _note(said, marker, body, count, PPT, start)
        start = following
    headers = b"".join(said.headers[i] for i in sorted(said.headers)) if said.headers else None
    return Part(tile, number, parts, said if any(said) else NOTHING, head, start, end, headers), end


def _moved(headers):
    """Return an iterator over the packet headers of each tile-part in PPM, or None (A.7.4)."""
    if not headers:
        return None
    joined = b"".join(headers[i] for i in sorted(headers))
    found, at = [], 0
    while at < len(joined):
        end = at + 4 + int.from_bytes(joined[at : at + 4], "big")
        if end > len(joined):
            raise CorruptStream("packet headers in the main header that are cut")
        found.append(joined[at + 4 : end])
        at = end
    return iter(found)


def pack_segment(marker: int, body: bytes) -> bytes:
    """Return a marker segment.

    >>> pack_segment(0x64, b"\\0\\1hello!").hex(" ", 2)
    'ff64 000a 0001 6865 6c6c 6f21'
    """
    marker = check_number("a marker", marker, 1, 254)
    if len(check_bytes(body)) > 65533:
        raise ValueError(f"a segment has at most 65533 bytes, not {len(body)}")
    return struct.pack(">BBH", 0xFF, marker, 2 + len(body)) + body


def _check_pairs(others):
    """Raise a `ValueError` where there is something else than pairs of a marker and a body."""
    if not isinstance(others, tuple | list) or any(
        not isinstance(one, tuple | list) or len(one) != 2 for one in others
    ):
        raise ValueError("other segments are pairs of a marker and a body")


def pack_main(size: Size, style: Style, coding: Coding, quantisation: Quantisation, others=()) -> bytes:
    """Return the main header; others: pairs of a marker and a body behind SIZ, COD and QCD."""
    _check_pairs(others)
    segments = (SIZ, pack_size(size)), (COD, pack_style(style, coding))
    segments += ((QCD, pack_quantisation(quantisation)), *others)
    return bytes([0xFF, SOC]) + b"".join(pack_segment(marker, body) for marker, body in segments)


def pack_part(tile: int, number: int, count: int, packets: bytes, others=()) -> bytes:
    """Return a tile-part: its header, with other segments given as pairs of a marker and a body, and its packets."""
    _check_pairs(others)
    head = b"".join(pack_segment(marker, body) for marker, body in others) + bytes([0xFF, SOD])
    size = check_number("the size of a tile-part", 12 + len(head) + len(check_bytes(packets)), 14, (1 << 32) - 1)
    number, count = check_number("number", number, 0, 254), check_number("count", count, 0, 255)
    sot = _SOT.pack(check_number("tile", tile, 0, 65534), size, number, count)
    return pack_segment(SOT, sot) + head + packets
