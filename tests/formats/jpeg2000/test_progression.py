"""Orders of packets: by hand, and the places of precincts against the loops that the standard writes."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgcomp_lib.core.bits import Unsupported
from imgcomp_lib.formats.jpeg2000 import progression
from imgcomp_lib.formats.jpeg2000.geometry import Area, divided, resolutions
from imgcomp_lib.formats.jpeg2000.progression import ORDERS, Change, packets, precincts


def tile_of(area, steps, levels, sizes):
    return [(step, resolutions(divided(area, *step), level, sizes)) for step, level in zip(steps, levels, strict=True)]


def by_the_standard(area, components, order, layers):
    """Yield packets by the loops of B.12.1, over each place of the reference grid."""
    count = max(len(levels) for _, levels in components)
    whole = range(layers), range(count), range(len(components))
    if order in ("LRCP", "RLCP"):
        outer = itertools.product(*whole[:2]) if order == "LRCP" else ((x, r) for r in whole[1] for x in whole[0])
        for layer, r in outer:
            for c, (_, levels) in enumerate(components):
                if r < len(levels):
                    rows, columns = levels[r].counts
                    yield from ((layer, r, c, k) for k in range(rows * columns))
        return
    places = list(itertools.product(range(area.top, area.bottom), range(area.left, area.right)))
    loops = {
        "RPCL": ((r, y, x, c) for r in whole[1] for y, x in places for c in whole[2]),
        "PCRL": ((r, y, x, c) for y, x in places for c in whole[2] for r in whole[1]),
        "CPRL": ((r, y, x, c) for c in whole[2] for y, x in places for r in whole[1]),
    }
    following = {}
    for r, y, x, c in loops[order]:
        steps, levels = components[c]
        if r < len(levels) and all(levels[r].counts) and is_at(area, steps, levels, r, y, x):
            k = following[c, r] = following.get((c, r), -1) + 1
            yield from ((layer, r, c, k) for layer in range(layers))


def is_at(area, steps, levels, r, y, x):
    """Say whether a precinct of a resolution begins at a place (the conditions of B.12.1.3)."""
    shift = len(levels) - 1 - r
    for place, edge, step, low, size in zip(
        (y, x), area[:2], steps, levels[r].area[:2], levels[r].precinct, strict=True
    ):
        whole = place % (step << size + shift) == 0
        first = place == edge and (low << shift) % (1 << size + shift)
        if not (whole or first):
            return False
    return True


@given(
    st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(1, 20), st.integers(1, 20)),
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), min_size=1, max_size=3),
    st.lists(st.integers(0, 3), min_size=3, max_size=3),
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
)
@settings(max_examples=60, deadline=None)
def test_the_orders_are_those_of_the_standards_loops(ends, steps, levels, size):
    area = Area(ends[0], ends[1], ends[0] + ends[2], ends[1] + ends[3])
    components = tile_of(area, steps, levels[: len(steps)], (size,))
    found = precincts(area, components)
    for order in ORDERS:
        assert list(packets(found, order, 2)) == list(by_the_standard(area, components, order, 2))


def test_changes_send_each_packet_once():
    area = Area(0, 0, 32, 32)
    found = precincts(area, tile_of(area, [(1, 1)] * 2, [2, 2], ((3, 3),)))
    changes = [Change("RPCL", (0, 1), (0, 2), 1), Change("LRCP", (0, 3), (0, 1), 3), Change("CPRL", (0, 33), (0, 9), 9)]
    sent = list(packets(found, "LRCP", 3, changes))
    assert len(set(sent)) == len(sent) and sorted(sent) == sorted(packets(found, "LRCP", 3))
    assert sent[:2] == [(0, 0, 0, 0), (0, 0, 1, 0)] and sent[2][:3] == (0, 1, 0)
    layers = {}
    for layer, *precinct in sent:
        assert layers.setdefault(tuple(precinct), 0) == layer
        layers[tuple(precinct)] += 1


def test_too_many_precincts_are_refused():
    with pytest.raises(Unsupported, match="precincts"):
        precincts(Area(0, 0, 1 << 16, 1 << 16), tile_of(Area(0, 0, 1 << 16, 1 << 16), [(1, 1)], [0], ((2, 2),)))


def test_wild_orders_are_refused():
    found = precincts(Area(0, 0, 4, 4), tile_of(Area(0, 0, 4, 4), [(1, 1)], [0], ((2, 2),)))
    for arguments in (("LRPC", 1), ("LRCP", 0), ("LRCP", 1, ["LRCP"])):
        with pytest.raises(ValueError):
            list(progression.packets(found, *arguments))
