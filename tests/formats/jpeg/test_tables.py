"""Which codes scans share, and where a decoder keeps them."""

import numpy as np
import pytest

from imgcomp_lib.formats.jpeg import codes, tables


def test_the_size_of_a_code_and_its_symbols():
    """Two symbols, and the word of ones is free: words 0 and 10, 17 + 2 bytes for the code, (9 + 2 * 3) / 8 more."""
    assert tables.code_size([0, 9, 3]) == 19 + 15 / 8
    assert tables.code_size([]) == 17


def test_codes_are_shared_where_that_saves():
    few, many = np.array([[5, 3, 0, 0]]), np.array([[0, 0, 4000, 100], [3000, 2, 0, 1], [2900, 3, 0, 0]])
    assert tables.shared(few) == [0]
    assert tables.shared(np.concatenate([few, few])) == [0, 0]
    assert tables.shared(many) == [0, 1, 1]
    assert tables.shared(np.zeros((0, 4), np.int64)) == []


def test_sharing_never_costs():
    rng = np.random.default_rng(5)
    for _ in range(20):
        counts = rng.integers(0, 10 ** rng.integers(1, 5), (6, 40)) * (rng.random((6, 40)) < 0.4)
        groups = np.array(tables.shared(counts))
        together = [tables.code_size(counts[groups == group].sum(0)) for group in range(groups.max() + 1)]
        assert sum(together) <= sum(map(tables.code_size, counts))
        assert groups[0] == 0 and set(groups.tolist()) == set(range(groups.max() + 1))


def test_places_in_a_decoder():
    """Of a, b and c, a decoder of two places keeps a, which is needed next, and b comes again."""
    found = tables.placed([["a"], ["b"], ["c"], ["a"], ["b"]], 2)
    assert [new for _, new in found] == [["a"], ["b"], ["c"], [], ["b"]]
    held = {}
    for places, new in found:
        for code in new:
            held[places[code]] = code
        assert all(held[place] == code for code, place in places.items())
    assert tables.placed([], 4) == []
    assert tables.placed([["a", "a"], []], 1) == [({"a": 0}, ["a"]), ({}, [])]


@pytest.mark.parametrize(
    "uses, most", [([["a", "b"]], 1), ([["a"]], 0), ([["a"]], 5), ("ab", 2), (["ab"], 2), (None, 1)]
)
def test_what_no_decoder_keeps(uses, most):
    with pytest.raises(ValueError, match=r"uses|most"):
        tables.placed(uses, most)


def test_wild_counts():
    for counts in ([[-1]], [[1 << 31]], [1, 2], np.zeros((2000, 1), np.int64), [[1] * 257]):
        with pytest.raises(ValueError, match="counts"):
            tables.shared(counts)


def test_the_code_of_shared_symbols_has_a_word_for_each():
    code = codes.optimal(np.array([5, 0, 0, 1]) + np.array([0, 0, 9, 1]))
    assert sorted(code.values.tolist()) == [0, 2, 3]
