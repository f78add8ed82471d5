"""What a tile is made of, and its packets put in their places: tier 2, read.

    parameters  ->  for each component a `Plan`: its resolutions, their bits and steps
    packets     ->  for each precinct that has any: its code blocks' passes, and where their bytes are

Who wants fewer resolutions or layers passes over the bytes of what he does not want; the headers he must read, since
one says where the next is.  Behind the last packet that he wants he reads nothing.  Chapter 16.

Source: ITU-T T.800, 2019, Annex B, and E.1 for bits and steps.
"""

from typing import NamedTuple

import numpy as np

from ...core.bits import CorruptStream
from ...core.codec import check_bytes, check_number
from .geometry import Area, Resolution, blocks, divided, tile_area
from .geometry import resolutions as resolutions_of
from .packet_reader import read_header
from .packets import DONE, LENGTH, new_part
from .parameters import DERIVED, NONE, Coding
from .progression import COMPONENT, RESOLUTION
from .progression import packets as ordered
from .progression import precincts as precincts_of
from .quantisation import steps as steps_of
from .said import ALL, Main, Said, check_main, check_said, chosen, joined

SOP, EPH = b"\xff\x91", b"\xff\x92"


class Plan(NamedTuple):
    """A tile-component: its area, what COD and RGN say of it, and its resolutions; for each of them, for each band,
    the number of magnitude bits (Mb of E-2, and the shift) and the step (E-3; 1 where nothing is quantised)."""

    area: Area
    coding: Coding
    shift: int
    resolutions: tuple[Resolution, ...]
    bits: tuple[tuple[int, ...], ...]
    steps: tuple[tuple[float, ...], ...]


class Precinct(NamedTuple):
    """What has come of a precinct: for each band its `Part`; and arrays of rows with the places of their bytes."""

    parts: list
    rows: list


class Tile:
    """A tile: its `area` on the grid, its `style`, the `plans` of its components, and the precincts `found` so far."""

    def __init__(self, main: Main, number: int, said: Said):
        """Plan a tile of a codestream, of which its own headers have said something.

        `CorruptStream` where components have no step for each band.
        """
        self.main, self.said = check_main(main), check_said(said)
        self.area, self.style = tile_area(main.size.grid, number), chosen(said.style, main.said.style, ALL)
        self.plans = tuple(_plan(main, said, self.area, c) for c in range(len(main.size.components)))
        self.found: dict[tuple[int, int, int], Precinct] = {}


def _checked(part, size):
    """Return a tile-part; `ValueError` where its numbers are none, or beyond the data."""
    check_number("number", part.number, 0, 255)
    end = check_number("end", part.end, 0, size)
    check_number("head", part.head, 0, check_number("start", part.start, 0, end))
    if part.headers is not None:
        check_bytes(part.headers)
    return part


def _plan(main, said, tile, c):
    """Return the plan of a component."""
    component = main.size.components[c]
    coding = chosen(said.coding, main.said.coding, c)
    said_steps = chosen(said.quantisation, main.said.quantisation, c)
    shift = chosen(said.shift, main.said.shift, c) or 0
    area = divided(tile, component.down, component.across)
    levels = resolutions_of(area, coding.levels, coding.precincts, coding.block)
    bits, steps = _bits_and_steps(coding, said_steps, component.depth)
    bits = [number + shift for number in bits]
    return Plan(area, coding, shift, levels, _by_resolution(bits), _by_resolution(steps))


def _bits_and_steps(coding, said, depth):
    """Return the magnitude bits (E-2) and the step (E-3) of each band, LL first."""
    if said.kind == NONE and coding.wavelet == "9/7":
        raise CorruptStream("the irreversible wavelet without steps")
    if len(said.steps) < 3 * coding.levels + 1 and said.kind != DERIVED:
        raise CorruptStream(f"{len(said.steps)} steps, where {3 * coding.levels + 1} bands have one")
    exponents = [exponent for exponent, _ in said.steps]
    if said.kind == DERIVED:  # E-5
        exponents += [exponents[0] - i // 3 for i in range(3 * coding.levels)]
    bits = [max(0, said.guard + exponent - 1) for exponent in exponents]
    exact = coding.wavelet == "5/3"
    return bits, [1.0] * len(bits) if exact else steps_of(said, depth, coding.levels)


def _by_resolution(numbers):
    """Return a number for each band, grouped by resolutions: LL, then HL, LH and HH of each."""
    return (tuple(numbers[:1]), *(tuple(numbers[i : i + 3]) for i in range(1, len(numbers), 3)))


class _Reader:
    """Reads the packets of a tile, in their order, from its parts."""

    def __init__(self, data: bytes, tile: Tile, most_resolutions, most_layers: int):
        steps = [(component.down, component.across) for component in tile.main.size.components]
        self.data, self.bytes = data, np.frombuffer(data, np.uint8)
        self.tile, self.size, self.number = tile, 0, 0
        self.most_resolutions, self.most_layers = most_resolutions, most_layers
        components = [(step, plan.resolutions) for step, plan in zip(steps, tile.plans, strict=True)]
        self.precincts = precincts_of(tile.area, components)
        wanted = self.precincts[:, RESOLUTION] < np.array(most_resolutions)[self.precincts[:, COMPONENT]]
        self.missing = int(wanted.sum()) * min(most_layers, tile.style.layers)

    def read(self, parts, changes, partial):
        """Read all parts; `CorruptStream` where packets are missing, unless `partial`."""
        packets = ordered(self.precincts, self.tile.style.order, self.tile.style.layers, changes)
        try:
            for part in parts:
                self._read_part(part, packets)
            if self.missing:
                raise CorruptStream(f"a tile in which {self.missing} packets are missing")
        except CorruptStream:
            if not partial:
                raise

    def _read_part(self, part, packets):
        """Read the packets of a tile-part; its headers may stand elsewhere."""
        self.size += part.start - part.head
        at, end, moved, place = part.start, part.end, part.headers, 0
        while self.missing and (at < end if moved is None else place < len(moved)):
            packet = next(packets, None)
            if packet is None:
                raise CorruptStream("bytes behind the last packet of a tile")
            at, first = self._start(at, end), at
            if moved is None:
                rows, at = self._header(packet, self.data, self.bytes, at, end)
            else:
                rows, place = self._header(packet, moved, np.frombuffer(moved, np.uint8), place, len(moved))
            self.size += at - first
            at = self._body(packet, rows, at, end)
            self.number += 1

    def _start(self, at, end):
        """Pass over a start-of-packet marker (A.8.1)."""
        if at + 6 > end or self.data[at : at + 2] != SOP:
            return at
        body = self.data[at + 2 : at + 6]
        if body != bytes([0, 4]) + (self.number & 65535).to_bytes(2, "big"):
            raise CorruptStream(f"packet {self.number} of a tile begins with the number {body.hex()}")
        return at + 6

    def _header(self, packet, data, array, at, end):
        """Return the rows of a packet's header and the byte behind it, and behind its end marker (A.8.2)."""
        if at < end and data[at] < 128:  # an empty packet
            rows, at = None, at + 1
        else:
            layer, r, c, _ = packet
            plan, precinct = self.tile.plans[c], self._precinct(packet)
            place = precinct.parts, plan.bits[r], layer, plan.coding.style
            rows, at = read_header(*place, array[:end], at)
        if data[at : at + 2] == EPH:
            return rows, at + 2
        if self.tile.style.eph:
            raise CorruptStream("a packet header without its end marker")
        return rows, at

    def _precinct(self, packet):
        """Return the precinct of a packet."""
        _, r, c, p = packet
        if (c, r, p) not in self.tile.found:
            resolution = self.tile.plans[c].resolutions[r]
            shapes = [blocks(resolution, band, p)[0] for band in range(len(resolution.bands))]
            self.tile.found[c, r, p] = Precinct([new_part(*shape) for shape in shapes], [])
        return self.tile.found[c, r, p]

    def _body(self, packet, rows, at, end):
        """Note where the bytes of a packet's rows are, if they are wanted; return the byte behind them."""
        layer, r, c, _ = packet
        wanted = r < self.most_resolutions[c] and layer < self.most_layers
        sums = np.cumsum(rows[:, LENGTH]) if rows is not None else np.zeros(0, np.int64)
        size = int(sums[-1]) if len(sums) else 0
        if at + size > end:
            raise CorruptStream(f"a packet of {size} bytes, of which {end - at} are there")
        if wanted:
            self.missing, self.size = self.missing - 1, self.size + size
            if len(sums):
                self._precinct(packet).rows.append(np.column_stack([rows, at + sums - rows[:, LENGTH]]))
        return at + size


def check_tile(tile) -> Tile:
    """Return a tile; `ValueError` for anything else."""
    if not isinstance(tile, Tile):
        raise ValueError(f"a tile is of the class Tile, not {type(tile).__name__}")
    return tile


def read(data: bytes, tile: Tile, parts, resolutions, layers: int, partial: bool = False) -> int:
    """Put the packets of a tile's parts into `tile.found`; return how many bytes were read for it.

    resolutions: how many are wanted of each component, a list.  layers: how many are wanted.  `CorruptStream` for
    damage and where packets are missing; partial: what came before is kept.
    """
    check_tile(tile)
    data, layers = check_bytes(data), check_number("layers", layers, 1, 65535)
    if not isinstance(resolutions, list) or len(resolutions) != len(tile.plans):
        raise ValueError(f"resolutions are a list of {len(tile.plans)} numbers, not {resolutions!r}")
    wanted = [check_number("resolutions", number, 1, 33) for number in resolutions]
    joined(parts)
    parts = sorted((_checked(part, len(data)) for part in parts), key=lambda part: part.number)
    if [part.number for part in parts] != list(range(len(parts))) and not partial:
        raise CorruptStream(f"a tile of the parts {[part.number for part in parts][:9]}")
    reader = _Reader(data, tile, wanted, layers)
    reader.read(parts, tile.said.changes or tile.main.said.changes, partial)
    return reader.size


def visits(tile: Tile) -> int:
    """Return how many coefficients the coding passes of a tile visit, at most."""
    check_tile(tile)
    count = 0
    for (c, r, _), precinct in tile.found.items():
        for band, part in zip(tile.plans[c].resolutions[r].bands, precinct.parts, strict=True):
            count += int(part.blocks[:, DONE].sum()) * min(1 << sum(band.block), band.area.size)
    return count
