"""What the marker segments of a codestream say, each as a tuple, packed and unpacked.

    FF51  SIZ   Rsiz Xsiz Ysiz XOsiz YOsiz XTsiz YTsiz XTOsiz YTOsiz Csiz, Ssiz XRsiz YRsiz of each component     Size
    FF52  COD   Scod, order, layers, component transform, then as COC                                             Style
    FF53  COC   component, Scoc, levels, xcb - 2, ycb - 2, block style, wavelet, precincts                        Coding
    FF5C  QCD   Sqcd, exponents and mantissas of the steps                                                  Quantisation
    FF5D  QCC   component, as QCD                                                                           Quantisation
    FF5E  RGN   component, 0, shift                                                         of a region of interest
    FF5F  POC   resolutions, components, layers and order of each change                              Changes of order

All numbers are big-endian; a component's number takes a byte, or two where there are more than 256.  Chapter 16.

Source: ITU-T T.800, 2019, A.5 and A.6.
"""

import struct
from typing import NamedTuple

from ...core.bits import CorruptStream, Unsupported
from ...core.codec import check_bytes, check_number
from .geometry import WHOLE, Area, Grid, check_grid
from .progression import ORDERS, Change

MOST_COMPONENTS, MOST_DEPTH = 16384, 38

PART_2 = 1 << 15
"""Bit of Rsiz that says that extensions of ISO/IEC 15444-2 are used; that of 15444-15 (HT) is the next lower."""
PART_15 = 1 << 14

PRECINCTS, SOP, EPH = 1, 2, 4
"""Bits of Scod."""

NONE, DERIVED, EXPOUNDED = range(3)
"""Kinds of quantisation (Table A.28): none, one step from which the others follow, and one for each band."""

WAVELETS = "9/7", "5/3"
"""By their numbers in Table A.20."""

_SIZ = struct.Struct(">HIIIIIIIIH")


class Component(NamedTuple):
    """A component: bits of a sample, whether they have a sign, and its steps on the grid, YRsiz and XRsiz."""

    depth: int
    signed: bool = False
    down: int = 1
    across: int = 1


class Size(NamedTuple):
    """What SIZ says."""

    grid: Grid
    components: tuple[Component, ...]


class Style(NamedTuple):
    """What COD says of a whole tile: the order of packets, layers, component transform, and marks beside packets."""

    order: str = "LRCP"
    layers: int = 1
    transform: bool = False
    sop: bool = False
    eph: bool = False


class Coding(NamedTuple):
    """What COD or COC say of a component; block is (ycb, xcb), precincts (PPy, PPx) of one or of each resolution."""

    levels: int = 5
    block: tuple[int, int] = (6, 6)
    style: int = 0
    wavelet: str = "5/3"
    precincts: tuple[tuple[int, int], ...] = (WHOLE,)


class Quantisation(NamedTuple):
    """What QCD or QCC say; steps are pairs (exponent, mantissa) of each band, or of LL alone where DERIVED."""

    kind: int
    guard: int
    steps: tuple[tuple[int, int], ...]


def _check(name, thing, kind):
    """Raise a `ValueError` where a thing is of another class than its name says."""
    if not isinstance(thing, kind):
        raise ValueError(f"{name} is of the class {kind.__name__}, not {type(thing).__name__}")


def pack_size(size: Size) -> bytes:
    """Return the body of SIZ; `ValueError` for what it cannot say, as in all that pack."""
    _check("a size", size, Size)
    area, tile, first = check_grid(size.grid)
    _check("a size's list of components", size.components, tuple)
    count = check_number("components", len(size.components), 1, MOST_COMPONENTS)
    for component in size.components:
        _check("a component", component, Component)
    pairs = (area.bottom, area.right), (area.top, area.left), tile, first
    body = _SIZ.pack(0, *(side for pair in pairs for side in pair[::-1]), count)
    for depth, signed, down, across in size.components:
        depth = check_number("depth", depth, 1, MOST_DEPTH) - 1 | bool(signed) << 7
        body += bytes([depth, check_number("XRsiz", across, 1, 255), check_number("YRsiz", down, 1, 255)])
    return body


def unpack_size(body: bytes) -> Size:
    """Return what the body of SIZ says (A.5.1); `Unsupported` where it announces other parts of the standard."""
    if len(check_bytes(body)) < _SIZ.size or len(body) != _SIZ.size + 3 * int.from_bytes(body[34:36], "big"):
        raise CorruptStream(f"no SIZ has {len(body)} bytes")
    capabilities, *sides, count = _SIZ.unpack_from(body)
    if capabilities & (PART_2 | PART_15):
        kind = "HT code blocks (part 15)" if capabilities & PART_15 else "extensions of part 2"
        raise Unsupported(f"a JPEG 2000 file with {kind} is not read here")
    (right, bottom), (left, top), tile, first = (sides[i : i + 2] for i in range(0, 8, 2))
    parts = (body[i : i + 3] for i in range(_SIZ.size, len(body), 3))
    components = tuple(Component((part[0] & 127) + 1, part[0] > 127, part[2], part[1]) for part in parts)
    wild = [c for c in components if c.depth > MOST_DEPTH or not c.down or not c.across]
    try:
        grid = check_grid(Grid(Area(top, left, bottom, right), tuple(tile[::-1]), tuple(first[::-1])))
    except ValueError as error:
        raise CorruptStream(f"SIZ: {error}") from None
    if wild or not 1 <= count <= MOST_COMPONENTS:
        raise CorruptStream(f"SIZ: no picture has {count} components, like {tuple(wild[0]) if wild else 'these'}")
    return Size(grid, components)


def pack_style(style: Style, coding: Coding) -> bytes:
    """Return the body of COD."""
    _check("a style", style, Style)
    if not isinstance(style.order, str) or style.order not in ORDERS:
        raise ValueError(f"an order is one of {', '.join(ORDERS)}, not {style.order!r}")
    marks = SOP * bool(style.sop) | EPH * bool(style.eph)
    layers = check_number("layers", style.layers, 1, 65535)
    precincts, body = pack_coding(coding)[:1], pack_coding(coding)[1:]
    head = struct.pack(">BBHB", precincts[0] | marks, ORDERS.index(style.order), layers, bool(style.transform))
    return head + body


def unpack_style(body: bytes) -> tuple[Style, Coding]:
    """Return what the body of COD says (A.6.1)."""
    if len(check_bytes(body)) < 10:
        raise CorruptStream(f"no COD has {len(body)} bytes")
    marks, order, layers, transform = struct.unpack_from(">BBHB", body)
    if marks > 7 or transform > 1:
        raise Unsupported(f"a JPEG 2000 file with the coding style {marks} and component transform {transform} "
                          "(extensions of part 2) is not read here")  # fmt: skip
    if order >= len(ORDERS) or not layers:
        raise CorruptStream(f"COD: no codestream has the order {order} and {layers} layers")
    coding = unpack_coding(bytes([marks & PRECINCTS]) + body[5:])
    return Style(ORDERS[order], layers, transform == 1, marks & SOP > 0, marks & EPH > 0), coding


def pack_coding(coding: Coding) -> bytes:
    """Return the body of COC behind the component's number."""
    _check("a coding", coding, Coding)
    levels, style = check_number("levels", coding.levels, 0, 32), check_number("style", coding.style, 0, 63)
    high, wide = _pair("ycb and xcb", coding.block, 2, 10)
    if high + wide > 12 or not isinstance(coding.wavelet, str) or coding.wavelet not in WAVELETS:
        raise ValueError(f"no coding has blocks of 2**{high} x 2**{wide} and the wavelet {coding.wavelet!r}")
    if not isinstance(coding.precincts, tuple | list) or not coding.precincts:
        raise ValueError(f"precincts are pairs of numbers, not {coding.precincts!r}")
    named = tuple(coding.precincts) != (WHOLE,)
    body = bytes([named, levels, wide - 2, high - 2, style, WAVELETS.index(coding.wavelet)])
    for r in range(levels + 1 if named else 0):
        down, across = _pair("PPy and PPx", coding.precincts[min(r, len(coding.precincts) - 1)], min(r, 1), 15)
        body += bytes([down << 4 | across])
    return body


def unpack_coding(body: bytes) -> Coding:
    """Return what COC says behind the component's number (A.6.2)."""
    if len(check_bytes(body)) < 6:
        raise CorruptStream(f"no COC has {len(body)} bytes")
    named, levels, wide, high, style, wavelet = body[:6]
    if named > 1 or levels > 32 or wavelet > 1 or style > 63:
        kind = "HT code blocks (part 15)" if style & 64 else "decompositions, styles or wavelets of part 2"
        raise Unsupported(f"a JPEG 2000 file with {kind} ({body[:6].hex()}) is not read here")
    sizes = tuple((size >> 4, size & 15) for size in body[6:]) if named else (WHOLE,)
    if high > 8 or wide > 8 or high + wide > 8 or len(body) != 6 + named * (levels + 1):
        raise CorruptStream(f"no coding has blocks of 2**{high + 2} x 2**{wide + 2}, or {len(body) - 6} precincts")
    if any(not all(size) for size in sizes[1:]):
        raise CorruptStream("precincts of one sample beyond the first resolution")
    return Coding(levels, (high + 2, wide + 2), style, WAVELETS[wavelet], sizes)


def _pair(name, pair, low, high):
    """Return two whole numbers; `ValueError` for others."""
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise ValueError(f"{name} are two numbers, not {pair!r}")
    return tuple(check_number(name, number, low, high) for number in pair)


def pack_quantisation(quantisation: Quantisation) -> bytes:
    """Return the body of QCD."""
    _check("a quantisation", quantisation, Quantisation)
    kind, guard, steps = quantisation
    _check("a quantisation's list of steps", steps, tuple)
    kind, guard = check_number("kind", kind, NONE, EXPOUNDED), check_number("guard bits", guard, 0, 7)
    body = bytes([guard << 5 | kind])
    for step in steps:
        exponent, mantissa = _pair("an exponent and a mantissa", step, 0, 2047)
        if exponent > 31 or (mantissa and kind == NONE):
            raise ValueError(f"no step has the exponent {exponent} and the mantissa {mantissa}")
        body += struct.pack(">H", exponent << 11 | mantissa) if kind else bytes([exponent << 3])
    return body


def unpack_quantisation(body: bytes) -> Quantisation:
    """Return what QCD says (A.6.4)."""
    size = 2 if check_bytes(body) and body[0] & 31 else 1
    if len(body) < 1 + size or (len(body) - 1) % size or body[0] & 31 > EXPOUNDED:
        raise CorruptStream(f"no QCD begins with {body[:1].hex()} and has {len(body)} bytes")
    kind, guard = body[0] & 31, body[0] >> 5
    numbers = [int.from_bytes(body[i : i + size], "big") for i in range(1, len(body), size)]
    steps = tuple((n >> 11, n & 2047) if kind else (n >> 3, 0) for n in numbers)
    return Quantisation(kind, guard, steps[:1] if kind == DERIVED else steps)


def pack_changes(changes, count: int) -> bytes:
    """Return the body of POC; count: of components."""
    if not isinstance(changes, tuple | list) or not all(isinstance(change, Change) for change in changes):
        raise ValueError("changes are of the class Change")
    wide, body = ">BHHBHB" if check_number("count", count, 1, MOST_COMPONENTS) > 256 else ">BBHBBB", b""
    for order, resolutions, components, layers in changes:
        r0, r1 = _pair("resolutions", resolutions, 0, 33)
        c0, c1 = _pair("components", components, 0, 256 if count < 257 else MOST_COMPONENTS)
        layers = check_number("layers", layers, 1, 65535)
        if not isinstance(order, str) or order not in ORDERS:
            raise ValueError(f"an order is one of {', '.join(ORDERS)}, not {order!r}")
        last = c1 % 256 if count < 257 else c1
        body += struct.pack(wide, r0, c0, layers, r1, last, ORDERS.index(order))
    return body


def unpack_changes(body: bytes, count: int) -> tuple[Change, ...]:
    """Return what POC says (A.6.6); count: of components."""
    layout = struct.Struct(">BHHBHB" if check_number("count", count, 1, MOST_COMPONENTS) > 256 else ">BBHBBB")
    if not check_bytes(body) or len(body) % layout.size:
        raise CorruptStream(f"no POC has {len(body)} bytes")
    found = []
    for r0, c0, layers, r1, c1, order in layout.iter_unpack(body):
        c1, r1 = c1 or (256 if count < 257 else MOST_COMPONENTS), min(r1, 33)
        if order >= len(ORDERS) or r0 >= r1 or c0 >= c1 or not layers:
            raise CorruptStream(f"POC: no change to order {order} of resolutions {r0} to {r1}, components {c0} to {c1}")
        found.append(Change(ORDERS[order], (r0, r1), (c0, c1), layers))
    return tuple(found)
