"""What the headers of a JPEG 2000 codestream say, put together: of all components, or of one, by the file or a tile.

What a tile's own header says holds for the tile, and of two that speak of a component the one that names it is right:
COC of the tile, COD of the tile, COC, COD.  Chapter 16.

Source: ITU-T T.800, 2019, A.3 and A.6.
"""

from typing import NamedTuple

from ...core.codec import check_bytes, check_number
from .parameters import (
    MOST_COMPONENTS,
    Coding,
    Quantisation,
    Size,
    Style,
    pack_changes,
    pack_coding,
    pack_quantisation,
    pack_size,
    pack_style,
)
from .progression import Change

ALL = -1
"""The key of what is said of all components."""


class Said(NamedTuple):
    """What a header says; of components by their numbers, and of all the others under `ALL`."""

    style: dict[int, Style]
    coding: dict[int, Coding]
    quantisation: dict[int, Quantisation]
    shift: dict[int, int]
    changes: list[Change]
    headers: dict[int, bytes]


class Part(NamedTuple):
    """A tile-part: its tile, its number, of how many (0 where that is not said), and where its packets are.

    headers: the packet headers of PPM or PPT, else None.
    """

    tile: int
    number: int
    count: int
    said: Said
    head: int
    start: int
    end: int
    headers: bytes | None


class Main(NamedTuple):
    """The main header, up to the byte `end`."""

    size: Size
    said: Said
    end: int


def nothing_said() -> Said:
    """Return what an empty header says."""
    return Said({}, {}, {}, {}, [], {})


NOTHING = nothing_said()
"""Stands for each tile-part that says nothing, of which there can be very many."""


def check_main(main) -> Main:
    """Return a main header; `ValueError` where it is none that could be written."""
    if not isinstance(main, Main):
        raise ValueError(f"a main header is of the class Main, not {type(main).__name__}")
    pack_size(main.size), check_number("end", main.end, 0, 1 << 62)
    check_said(main.said)
    if ALL not in main.said.style or ALL not in main.said.coding or ALL not in main.said.quantisation:
        raise ValueError("a main header says the style, coding and quantisation of all components")
    return main


def check_said(said) -> Said:
    """Return what a header says; `ValueError` where that could not be written."""
    if not isinstance(said, Said) or [type(part) for part in said] != [type(part) for part in NOTHING]:
        raise ValueError(f"what a header says is of the class Said, dictionaries and a list, not {said!r}")
    packing = (_pack_style_alone, said.style), (pack_coding, said.coding), (pack_quantisation, said.quantisation)
    for packs, part in packing:
        for value in part.values():
            packs(value)
    for shift in said.shift.values():
        check_number("a shift", shift, 0, 255)
    for body in said.headers.values():
        check_bytes(body)
    pack_changes(said.changes, MOST_COMPONENTS)
    return said


def _pack_style_alone(style):
    """Return the body of COD with any coding."""
    return pack_style(style, Coding())


def chosen(tile: dict, main: dict, component: int):
    """Return what holds for a component: what the tile says of it, or of all, or the main header of it, or of all."""
    if not isinstance(tile, dict) or not isinstance(main, dict):
        raise ValueError("what is said stands in two dictionaries")
    component = check_number("component", component, ALL, MOST_COMPONENTS)
    for said in (tile, main):
        for key in (component, ALL):
            if key in said:
                return said[key]
    return None


def joined(parts: list[Part]) -> Said:
    """Return what the headers of a tile's parts say together."""
    if not isinstance(parts, tuple | list) or not all(isinstance(part, Part) for part in parts):
        raise ValueError("tile-parts are of the class Part")
    said = nothing_said()
    for part in parts:
        check_said(part.said)
        for own, more in zip(said, part.said, strict=True):
            own.extend(more) if isinstance(own, list) else own.update(more)
    return said
