"""Tag trees, and the bits of packet headers in which they are written.

    leaves    1 3 2 3 2 3      above them, for each square of four, the smallest:     1 2 2      1
              2 2 1 4 3 2                                                             2 2 1
              2 2 2 2 1 2

A leaf is told not by its value but by answers to "is it below this threshold?", asked with growing thresholds as the
picture's layers go by.  An answer walks from the root down: a node's bits are a 0 for each value that it is not, and a
1 where it is reached, so that what four neighbours have in common is said once.

A tree is two arrays: `nodes`, a row (LOW, VALUE, KNOWN) for each node, leaves first and row by row; and `levels`, for
each level from the leaves up its first node and its width.  Bits: `place` says which byte of the data comes NEXT, how
many bits of the present BYTE are LEFT, and whether the data have ENDED; behind a byte FF a bit 0 is stuffed, so that no
header holds a marker.  Chapter 16.

Source: ITU-T T.800, 2019, B.10.1 (bit stuffing), B.10.2 (tag trees).
"""

import functools

import numpy as np

from ...core.codec import check_array, check_number
from ...core.kernels import kernel

LOW, VALUE, KNOWN = range(3)
NEXT, LEFT, BYTE, ENDED = range(4)

MOST = 1 << 16
"""Of a value: layers go to 65535."""


def new_tree(rows: int, columns: int, values=None) -> tuple[np.ndarray, np.ndarray]:
    """Return nodes, (n, 3) int64, and levels, (k, 2) int64, of a tag tree with rows x columns leaves.

    values: of the leaves, rows x columns whole numbers from 0 to 65536, for who writes; who reads finds them.

    >>> nodes, levels = new_tree(2, 3, [[1, 3, 2], [2, 2, 1]])
    >>> nodes[:, VALUE].tolist(), levels.tolist()
    ([1, 3, 2, 2, 2, 1, 1, 1, 1], [[0, 3], [6, 2], [8, 1]])
    """
    rows, columns = check_number("rows", rows, 1, 1 << 20), check_number("columns", columns, 1, 1 << 20)
    check_number("leaves", rows * columns, 1, 1 << 20)
    levels = _levels(rows, columns)
    nodes = np.zeros((int(levels[-1, 0]) + 1, 3), np.int64)
    if values is not None:
        nodes[:, VALUE] = np.concatenate([plane.ravel() for plane in _planes(values, rows, columns)])
    return nodes, levels


@functools.lru_cache(256)
def _levels(rows, columns):
    """Return the first node and the width of each level."""
    found, at = [(0, columns)], 0
    while rows * columns > 1:
        at, rows, columns = at + rows * columns, (rows + 1) // 2, (columns + 1) // 2
        found.append((at, columns))
    return np.array(found, np.int64)


def _planes(values, rows, columns):
    """Return the values of each level's nodes, leaves first."""
    planes = [check_array("values", values, (2,), 0, MOST)]
    if planes[0].shape != (rows, columns):
        raise ValueError(f"values are {rows} x {columns} numbers, not {planes[0].shape}")
    while planes[-1].size > 1:
        planes.append(_smallest(planes[-1]))
    return planes


def _smallest(plane):
    """Return the smallest number of each square of four; at the right and lower edge there are fewer."""
    plane = np.pad(plane, [(0, side % 2) for side in plane.shape], "edge")
    return plane.reshape(plane.shape[0] // 2, 2, plane.shape[1] // 2, 2).min((1, 3))


@kernel
def get_bit(data, place):
    """Return the next bit of a packet header; behind the end of the uint8 array `data` 0, and `place` says ENDED."""
    if place[LEFT] == 0:
        if place[NEXT] >= len(data):
            place[ENDED] = 1
            return 0
        place[LEFT] = 7 if place[BYTE] == 255 else 8
        place[BYTE] = data[place[NEXT]]
        place[NEXT] += 1
    place[LEFT] -= 1
    return place[BYTE] >> place[LEFT] & 1


@kernel
def get_number(data, place, width):
    """Return the next `width` bits, at most 62, as a number."""
    value = 0
    for _ in range(width):
        value = value << 1 | get_bit(data, place)
    return value


@kernel
def put_bit(out, place, bit):
    """Write a bit into the uint8 array `out`, which has room; `place` starts as (0, 8, 0, 0)."""
    place[LEFT] -= 1
    place[BYTE] |= bit << place[LEFT]
    if place[LEFT] == 0:
        flush(out, place)


@kernel
def put_number(out, place, value, width):
    """Write the low `width` bits of `value`."""
    for i in range(width - 1, -1, -1):
        put_bit(out, place, value >> i & 1)


@kernel
def flush(out, place):
    """Write the present byte, filled up with zeros; behind FF a byte of 7 bits begins."""
    out[place[NEXT]] = place[BYTE]
    place[NEXT] += 1
    place[LEFT] = 7 if place[BYTE] == 255 else 8
    place[BYTE] = 0


@kernel
def read_tag(data, place, nodes, levels, y, x, threshold):
    """Read whether leaf (y, x) is below `threshold`; then its value stands in its LOW."""
    low, node = 0, 0
    for i in range(len(levels) - 1, -1, -1):
        node = levels[i, 0] + (y >> i) * levels[i, 1] + (x >> i)
        low = max(low, nodes[node, LOW])
        while low < threshold and nodes[node, KNOWN] == 0:
            if get_bit(data, place):
                nodes[node, KNOWN] = 1
            else:
                low += 1
        nodes[node, LOW] = low
    return low < threshold and nodes[node, KNOWN] == 1


@kernel
def write_tag(out, place, nodes, levels, y, x, threshold):
    """Write whether leaf (y, x) is below `threshold`."""
    low = 0
    for i in range(len(levels) - 1, -1, -1):
        node = levels[i, 0] + (y >> i) * levels[i, 1] + (x >> i)
        low = max(low, nodes[node, LOW])
        while low < threshold and nodes[node, KNOWN] == 0:
            if low >= nodes[node, VALUE]:
                put_bit(out, place, 1)
                nodes[node, KNOWN] = 1
            else:
                put_bit(out, place, 0)
                low += 1
        nodes[node, LOW] = low
