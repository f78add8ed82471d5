"""The order of a tile's packets: five progressions, each a sort of the same list.

    LRCP    layer, resolution, component, precinct            better and better at once
    RLCP    resolution, layer, component, precinct            larger and larger
    RPCL    resolution, place, component, layer               larger and larger, from top to bottom
    PCRL    place, component, resolution, layer               from top to bottom, in one go
    CPRL    component, place, resolution, layer               first luma, then colour

A packet is one layer of one precinct.  The place of a precinct is that of its first sample on the reference grid, row
before column; that of one which the tile's edge cuts is the edge.  Chapter 16.

Source: ITU-T T.800, 2019, B.12; A.6.6 (changes of the order, POC).
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ...core.bits import Unsupported
from ...core.codec import check_number
from .geometry import Area, Resolution

ORDERS = "LRCP", "RLCP", "RPCL", "PCRL", "CPRL"
"""By their numbers in Table A.16."""

MOST_PRECINCTS = 1 << 21
"""Of a tile: a file needs a byte for each of them in each layer."""

RESOLUTION, COMPONENT, PRECINCT, ROW, COLUMN = range(5)

_KEYS = {
    "LRCP": (RESOLUTION, COMPONENT, PRECINCT),
    "RLCP": (RESOLUTION, COMPONENT, PRECINCT),
    "RPCL": (RESOLUTION, ROW, COLUMN, COMPONENT, PRECINCT),
    "PCRL": (ROW, COLUMN, COMPONENT, RESOLUTION, PRECINCT),
    "CPRL": (COMPONENT, ROW, COLUMN, RESOLUTION, PRECINCT),
}


class Change(NamedTuple):
    """What POC says: packets of these resolutions and components, up to but not including a layer, in this order."""

    order: str
    resolutions: tuple[int, int]
    components: tuple[int, int]
    layers: int


def precincts(tile: Area, components) -> np.ndarray:
    """Return a row RESOLUTION, COMPONENT, PRECINCT, ROW, COLUMN for each precinct of a tile, (n, 5) int64.

    tile: its area on the reference grid.  components: for each its steps on the grid, (YRsiz, XRsiz), and its
    `geometry.resolutions`.  `Unsupported` for more than `MOST_PRECINCTS`.
    """
    if not isinstance(tile, Area) or not isinstance(components, tuple | list):
        raise ValueError("a tile is of the class Area, and its components are a list")
    _check_components(components)
    count = sum(rows * columns for _, levels in components for _, _, (rows, columns), _ in levels)
    if count > MOST_PRECINCTS:
        raise Unsupported(f"a tile of {count} precincts is not read or written here")
    found = [np.zeros((0, 5), np.int64)]
    for c, (steps, levels) in enumerate(components):
        for r, resolution in enumerate(levels):
            found.append(_rows(tile, c, steps, r, resolution, len(levels) - 1 - r))
    return np.concatenate(found)


def _check_components(components):
    """Raise a `ValueError` where components are no pairs of steps and resolutions."""
    for component in components:
        if not isinstance(component, tuple | list) or len(component) != 2:
            raise ValueError("a component has its steps and its resolutions")
        steps, levels = component
        if not isinstance(steps, tuple | list) or len(steps) != 2 or not isinstance(levels, tuple | list):
            raise ValueError("the steps of a component are two numbers, its resolutions a list")
        for step in steps:
            check_number("a step", step, 1, 255)
        if not all(isinstance(resolution, Resolution) for resolution in levels) or len(levels) > 33:
            raise ValueError("at most 33 resolutions, of the class Resolution")


def _rows(tile, c, steps, r, resolution, shift):
    """Return the rows of the precincts of one resolution, of which a sample is 2**shift of the component's."""
    rows, columns = resolution.counts
    down, across = (_places(tile, resolution, axis, steps[axis] << shift) for axis in (0, 1))
    found = np.empty((rows, columns, 5), np.int64)
    found[..., RESOLUTION], found[..., COMPONENT] = r, c
    found[..., PRECINCT] = np.arange(rows * columns).reshape(rows, columns)
    found[..., ROW], found[..., COLUMN] = down[:, None], across
    return found.reshape(-1, 5)


def _places(tile, resolution, axis, step):
    """Return where rows or columns of precincts begin on the reference grid (the conditions of B.12.1.3)."""
    low, size = resolution.area[axis], resolution.precinct[axis]
    places = np.array([step * (((low >> size) + n) << size) for n in range(resolution.counts[axis])], np.int64)
    if len(places) and low % (1 << size):
        places[0] = tile[axis]
    return places


def packets(found: np.ndarray, order: str, layers: int, changes=()) -> Iterator[tuple[int, int, int, int]]:
    """Yield layer, resolution, component and precinct of each packet of a tile, in order.

    found: of `precincts`.  layers: 1 to 65535.  changes: those of POC, which then replace the order; a packet comes
    once, so that each change goes on where those before it have stopped (B.12.2).

    >>> one = np.array([[0, 0, 0, 0, 0], [1, 0, 0, 0, 0]])
    >>> list(packets(one, "RLCP", 2))
    [(0, 0, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0), (1, 1, 0, 0)]
    """
    layers = check_number("layers", layers, 1, 65535)
    if not isinstance(found, np.ndarray) or found.ndim != 2 or found.shape[1] != 5 or found.dtype != np.int64:
        raise ValueError("the precincts of a tile are (n, 5) int64, as `precincts` makes them")
    if not isinstance(changes, tuple | list) or not all(isinstance(change, Change) for change in changes):
        raise ValueError("changes are of the class Change")
    if not changes:
        return _ordered(found, order, 0, layers)
    return _changing(found, layers, changes)


def _changing(found, layers, changes):
    """Yield the packets of each change that have not come yet."""
    come = {}
    for order, (r0, r1), (c0, c1), last in changes:
        within = (found[:, RESOLUTION] >= r0) & (found[:, RESOLUTION] < r1)
        within &= (found[:, COMPONENT] >= c0) & (found[:, COMPONENT] < c1)
        for layer, *precinct in _ordered(found[within], order, 0, min(last, layers)):
            if layer == come.get(tuple(precinct), 0):
                come[tuple(precinct)] = layer + 1
                yield layer, *precinct


def _ordered(found, order, first, last):
    """Return an iterator over the packets of the layers `first` to before `last`."""
    if not isinstance(order, str) or order not in ORDERS:
        raise ValueError(f"an order is one of {', '.join(ORDERS)}, not {order!r}")
    found = found[np.lexsort([found[:, key] for key in _KEYS[order][::-1]])][:, :3]
    return _layers(found, order, range(first, last))


def _layers(found, order, layers):
    """Yield each precinct with each layer, which are the outer loop, the second or the innermost."""
    if order in ("LRCP", "RLCP"):
        groups = [found] if order == "LRCP" else np.split(found, np.flatnonzero(np.diff(found[:, RESOLUTION])) + 1)
        for group in groups:
            for layer in layers:
                for row in group:
                    yield layer, *row.tolist()
    else:
        for row in found:
            for layer in layers:
                yield layer, *row.tolist()
