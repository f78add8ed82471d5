"""LZ77: the matcher against its definition, the cheapest way against brute force, and tokens that copy from nowhere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgcomp_lib.core.bits import CorruptStream
from imgcomp_lib.dictionary import lz77, parsing

TEXTS = st.binary(max_size=300) | st.text("ab", max_size=300).map(str.encode) | st.text("abcdefg").map(str.encode)
SHORT = st.text("abc", min_size=1, max_size=60).map(str.encode)


def match_length(data, before, at):
    length = 0
    while at + length < len(data) and data[before + length] == data[at + length] and length < lz77.LONGEST:
        length += 1
    return length


def naive(data):
    """Return the greedy tokens by definition: at each place the longest match, of equally long ones the nearest."""
    tokens, at = [], 0
    while at < len(data):
        length, distance = max(((match_length(data, at - d, at), -d) for d in range(1, at + 1)), default=(0, 0))
        tokens.append((length, -distance) if length >= lz77.SHORTEST else (0, data[at]))
        at += max(1, tokens[-1][0])
    return tokens


def pairs(tokens):
    return list(zip(*(array.tolist() for array in tokens), strict=True))


def test_worked_example():
    literals = [(0, byte) for byte in b"blah "]
    assert pairs(lz77.tokens(b"blah blah blah!")) == [*literals, (9, 5), (0, ord("!"))]


@given(SHORT)
def test_greedy_tokens_are_those_of_the_definition(data):
    assert pairs(lz77.tokens(data, chain=1000, lazy=False)) == naive(data)


@given(TEXTS, st.integers(0, 50), st.booleans())
def test_expand_undoes_tokens(data, chain, lazy):
    lengths, values = lz77.tokens(data, chain, lazy)
    assert lz77.expand(lengths, values) == data
    assert np.maximum(lengths, 1).sum() == len(data)
    assert not ((lengths > 0) & (lengths < lz77.SHORTEST)).any() and lengths.max(initial=0) <= lz77.LONGEST


def test_a_lazy_match_waits():
    data = b"abc bcdef abcdef"
    assert [t for t in pairs(lz77.tokens(data, lazy=False)) if t[0]] == [(3, 10), (3, 7)]
    assert [t for t in pairs(lz77.tokens(data)) if t[0]] == [(5, 7)]


def test_matches_may_overlap_and_are_at_most_258_long():
    assert pairs(lz77.tokens(bytes(600))) == [(0, 0), (258, 1), (258, 1), (83, 1)]


@pytest.mark.parametrize("distance, found", [(lz77.WINDOW, True), (lz77.WINDOW + 1, False)])
def test_the_window_ends_where_it_ends(distance, found):
    rng = np.random.default_rng(0)
    data = b"wxyz" * 2 + rng.integers(0, 100, distance - 8, np.uint8).tobytes() + b"wxyz" * 2
    assert ((8, distance) in pairs(lz77.tokens(data, chain=1 << 20))) == found


@given(SHORT, st.integers(0, 3))
def test_the_cheapest_way_is_the_cheapest(data, seed):
    """Against all ways, with costs that grow with length and distance, in two blocks with prices of their own."""
    rng = np.random.default_rng(seed)
    array, ends = np.frombuffer(data, np.uint8), np.array([len(data) // 2, len(data)])
    literal = rng.integers(1, 2000, (2, 256))
    length = np.cumsum(rng.integers(1, 60, (2, 259)), axis=1)
    distance, classes = np.cumsum(rng.integers(1, 20, (2, 100)), axis=1), np.minimum(np.arange(32769), 99)
    rest = [0] * (len(data) + 1)
    for at in range(len(data) - 1, -1, -1):
        block = int(at >= ends[0])
        ways = [literal[block, data[at]] + rest[at + 1]]
        for d in range(1, at + 1):
            for n in range(lz77.SHORTEST, match_length(data, at - d, at) + 1):
                ways.append(length[block, n] + distance[block, d] + rest[at + n])
        rest[at] = min(ways)
    kept = lz77.candidates(array, 0, len(data), *lz77.memory(), 1000)
    choice, cost = parsing.cheapest(array, 0, kept, classes, ends, literal, length, distance)
    assert cost == rest[0] and lz77.expand(*parsing.chosen(array, 0, choice)) == data


@given(TEXTS)
def test_what_is_forgotten_was_never_there(data):
    array = np.frombuffer(data, np.uint8)
    heads, links = lz77.memory()
    half = len(data) // 2
    for at in range(half):
        lz77.insert(array, at, heads, links)
    before = heads.copy()
    for at in range(half, len(data)):
        lz77.insert(array, at, heads, links)
    for at in range(len(data) - 1, half - 1, -1):
        lz77.forget(array, at, heads, links)
    assert np.array_equal(heads, before)


@pytest.mark.parametrize(
    "lengths, values", [([3], [1]), ([0, 3], [97, 2]), ([0, 4], [97, 0]), ([0], [256]), ([-1], [1]), ([0], [-1])]
)
def test_tokens_that_copy_from_nowhere_are_told(lengths, values):
    with pytest.raises(CorruptStream):
        lz77.expand(lengths, values)
