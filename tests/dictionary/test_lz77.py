"""LZ77: the matcher against its definition, and tokens that copy from nowhere."""

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgcomp_lib.core.bits import CorruptStream
from imgcomp_lib.dictionary import lz77

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


def test_a_match_of_three_bytes_does_not_come_from_afar():
    for between, found in ((4096 - 3, True), (4096 - 2, False)):
        data = b"xyz" + bytes(between) + b"xyz"
        tokens = lz77.tokens(data, lazy=False)
        assert ((3, between + 3) in pairs(tokens)) == found and lz77.expand(*tokens) == data


def test_hashes_by_hand():
    """Knuth's multiplicative hashing: the upper 16 of 32 bits of a byte's place times 0x1E35A7BD."""
    for data, row, slot in (
        (b"\1\0\0", 0, 0x1E35),
        (b"\0\1\0", 0, 0x35A7),
        (b"\0\0\1", 0, 0xA7BD),
        (b"\0\0\0\1", 1, 0xBD00),
        (b"\1\0\0\1", 1, 0x1E35 + 0xBD00),
        (b"\0\0\0\1", 0, 0),
    ):
        assert lz77._hash(np.frombuffer(data, np.uint8), 0, row) == slot


LETTERS = np.random.default_rng(1).permutation(256).astype(np.uint8).tobytes()


@pytest.mark.parametrize("near, found", [(127, (200, 331)), (128, (128, 130))])
def test_after_128_bytes_no_longer_match_is_looked_for(near, found):
    data = LETTERS[:202] + LETTERS[:near] + LETTERS[202:204] + LETTERS[:200]
    assert found in pairs(lz77.tokens(data, lazy=False))


def test_a_match_is_replaced_by_longer_ones_alone():
    assert pairs(lz77.tokens(b"abcdXf-abcdeZ+abcdef", lazy=False))[-2:] == [(5, 7), (0, ord("f"))]
    data = b"abcd.bcde.abcde"  # at a and at the b behind it a match of four: the first stays
    assert pairs(lz77.tokens(data))[-2:] == [(4, 10), (0, ord("e"))]


def test_after_a_match_of_32_bytes_a_quarter_of_the_places_is_tried():
    """The longer match begins a byte later, at the second place that has the same four bytes."""
    for length, chain, longer in ((31, 4, True), (32, 4, False), (32, 8, True)):
        data = LETTERS[:length] + b"!!" + LETTERS[1:60] + b"??" + LETTERS[1:5] + b"##"
        match = (59, len(data) + 1 - length - 2) if longer else (length, len(data))
        tokens = lz77.tokens(data + LETTERS[:60], chain)
        assert match in pairs(tokens) and lz77.expand(*tokens) == data + LETTERS[:60]
    assert inspect.signature(lz77.tokens).parameters["chain"].default == 128


def test_of_three_equal_bytes_the_nearest_place_is_tried_and_of_four_as_many_as_asked():
    data = b"abcdef.abcdX-abcY-abcZ+abcdef"
    assert pairs(lz77.tokens(data, 2, lazy=False))[-1] == (6, 23)
    assert pairs(lz77.tokens(data, 1, lazy=False))[-3:] == [(4, 16), (0, ord("e")), (0, ord("f"))]


def test_near_the_end_four_bytes_are_searched_too():
    assert pairs(lz77.tokens(b"abcde.abcX+abcde", lazy=False))[-1] == (5, 11)


def test_a_place_within_a_match_does_not_hide_those_before_it():
    data = b"abcde1bcdefgh2abcde3bcdefgh4"
    assert [token for token in pairs(lz77.tokens(data, lazy=False)) if token[0]] == [(4, 5), (5, 14), (7, 14)]


@pytest.mark.parametrize("between, distance", [(b"<bcd?4567890", 12), (b"<_bcd?456789", 11)])
def test_a_distance_that_equals_the_last_length_is_nothing_special(between, distance):
    data = np.frombuffer(b"abcdefghijkl" + between + b"abcdefghijkl>!!!!!!!!!!", np.uint8)
    kept = lz77.candidates(data, 0, len(data), *lz77.memory(), 100)
    assert [(k >> 16, k & 0xFFFF) for k in kept[24:26].ravel().tolist() if k] == [(12, 24), (3, distance), (11, 24)]


def test_what_was_found_long_ago_is_not_taken_for_equal():
    """Nine matches at one place fill the row; the next place but one has a short one, as far away as the last."""
    shorter = [b"abcdefghijkl"[:n] + b"%d" % n for n in range(11, 2, -1)]
    data = b"abcdefghijkl<xyz!" + b"".join(shorter) + b"abcdefghijkl>xyz?" + bytes(range(128, 148))
    array, at = np.frombuffer(data, np.uint8), data.rindex(b"xyz")
    kept = lz77.candidates(array, 0, len(data), *lz77.memory(), 100)
    assert kept[at - 13, 7] == 12 << 16 | at - 13 and kept[at].tolist() == [3 << 16 | at - 13] + [0] * 7


def test_a_lazy_match_waits():
    data = b"abc bcdef abcdef"
    assert lz77.expand(*lz77.tokens(data)) == data
    assert [t for t in pairs(lz77.tokens(data, lazy=False)) if t[0]] == [(3, 10), (3, 7)]
    assert [t for t in pairs(lz77.tokens(data)) if t[0]] == [(5, 7)]


def test_matches_may_overlap_and_are_at_most_258_long():
    assert pairs(lz77.tokens(bytes(600))) == [(0, 0), (258, 1), (258, 1), (83, 1)]


@pytest.mark.parametrize("distance, found", [(lz77.WINDOW, True), (lz77.WINDOW + 1, False)])
def test_the_window_ends_where_it_ends(distance, found):
    rng = np.random.default_rng(0)
    data = b"\xff" * 64 + b"wxyz" * 2 + rng.integers(0, 100, distance - 8, np.uint8).tobytes() + b"wxyz" * 2
    assert ((8, distance) in pairs(lz77.tokens(data, chain=1 << 20))) == found


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


def test_tokens_by_hand():
    assert lz77.expand([0, 0, 5], [97, 98, 2]) == b"abababa" and lz77.expand([], []) == b""
    assert lz77.expand([0, 1, 2], [255, 1, 2]) == b"\xff" * 4, "any length is copied, from the first byte on"
    for lengths, values in (([0], []), ([0.5], [1]), ([[0]], [[1]])):
        with pytest.raises(ValueError, match=r"come in pairs|whole numbers|1 dimensions"):
            lz77.expand(lengths, values)
    with pytest.raises(CorruptStream, match="a negative length or value, -2"):
        lz77.expand([0, 3], [1, -2])
    with pytest.raises(CorruptStream, match=f"more than {1 << 30} bytes"):
        lz77.expand([0, 1 << 30], [1, 1])
    with pytest.raises(CorruptStream, match=f"more than {1 << 30} bytes"):
        lz77.expand([(1 << 30) + 1], [1])
    for chain in (-1, (1 << 30) + 1):
        with pytest.raises(ValueError, match=f"chain is a whole number from 0 to {1 << 30}, not {chain}"):
            lz77.tokens(b"abc", chain)


def test_the_last_bytes_are_remembered_as_far_as_they_reach():
    data = np.frombuffer(b"abcd", np.uint8)
    heads, links = lz77.memory()
    assert heads.shape == (2, 65536) and links.shape == (2, 32768) and (heads == -1).all() and (links == -1).all()
    for at in range(4):
        lz77.insert(data, at, heads, links)
    assert sorted(heads[0][heads[0] >= 0].tolist()) == [0, 1] and heads[1][heads[1] >= 0].tolist() == [0]


def test_the_candidates_of_a_place_are_nearest_first_and_each_longer():
    data = np.frombuffer(b"abcdefg.abcde-abcd+abcdefg", np.uint8)
    kept = lz77.candidates(data, 0, len(data), *lz77.memory(), 100)
    assert kept.shape == (len(data), 8) and kept.dtype == np.int32
    found = [(k >> 16, k & 0xFFFF) for k in kept[19].tolist() if k]
    assert found == [(4, 5), (5, 11), (7, 19)] and not kept[:8].any() and not kept[19, 3:].any()
    assert (
        lz77.candidates(np.frombuffer(b"xaaaaa", np.uint8), 0, 6, *lz77.memory(), 9)[2].tolist()
        == [4 << 16 | 1] + [0] * 7
    )
    data = np.frombuffer(b"abcdefg.abcde-abcd+abcdefg!!!!!!!!!!!!!!!!", np.uint8)
    kept = lz77.candidates(data, 0, len(data), *lz77.memory(), 100)
    assert [(k >> 16, k & 0xFFFF) for k in kept[20].tolist() if k] == [(3, 5), (4, 11), (6, 19)]
