"""The cheapest way through the matches: by hand, and against all ways."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from imgcomp_lib.dictionary import lz77, parsing

TEXTS = st.text("abc", min_size=1, max_size=60).map(str.encode)
CLASSES = np.minimum(np.arange(32769), 99)


def match_length(data, before, at):
    """Return how many bytes from `before` on equal those from `at` on, at most 258."""
    pairs = zip(data[before : before + len(data) - at], data[at:], strict=False)
    return min(next((i for i, (a, b) in enumerate(pairs) if a != b), len(data) - at), lz77.LONGEST)


def costs(literal, length, distance):
    """Return costs of one block: a literal, a match of any length, and each distance by its number."""
    return np.full((1, 256), literal), np.full((1, 259), length), distance * np.arange(100)[None]


def cheapest(data, literal, length, distance, start=0):
    array = np.frombuffer(data, np.uint8)
    heads, links = lz77.memory()
    for at in range(start):
        lz77.insert(array, at, heads, links)
    kept = lz77.candidates(array, start, len(data), heads, links, 1000)
    priced = costs(literal, length, distance)
    choice, cost = parsing.cheapest(array, start, kept, CLASSES, np.array([len(data)]), *priced)
    lengths, values = parsing.chosen(array, start, choice)
    return list(zip(lengths.tolist(), values.tolist(), strict=True)), cost


def test_by_hand():
    literals = [(0, ord(c)) for c in "abcabcabc"]
    assert cheapest(b"abcabcabc", 10, 25, 1) == ([*literals[:3], (6, 3)], 3 * 10 + 25 + 3)
    assert cheapest(b"abcabcabc", 10, 58, 0) == ([*literals[:3], (6, 3)], 88)
    assert cheapest(b"abcabcabc", 10, 60, 0) == (literals, 90), "no dearer than six literals, and these are as good"
    assert cheapest(b"abcabcabc", 10, 25, 1, start=3) == ([(6, 3)], 28), "what comes before costs nothing"
    assert cheapest(b"abcabcabc", 10, 25, 1, start=4) == ([(5, 3)], 28)
    assert cheapest(b"", 10, 25, 1) == ([], 0)


def test_a_longer_match_from_afar_may_be_worth_its_distance():
    data = b"abcdef--abc+abcdef"  # the last six bytes: all from 12 before, or three of them from 4 before
    assert cheapest(data, 10, 5, 1)[0][-1] == (6, 12)
    assert cheapest(data, 1, 1, 1)[0][-6:] == [(0, ord(c)) for c in "abcdef"]
    assert cheapest(data, 2, 1, 1)[0][-4:] == [(3, 4), *((0, ord(c)) for c in "def")]  # 5 + 6 against 13 and 12


def test_of_lengths_that_cost_the_same_the_longest():
    last = parsing._last_of_same_cost(np.array([7, 7, 1, 2, 2, 2, 3]))
    assert last.tolist() == [1, 1, 2, 5, 5, 5, 6]
    assert parsing._last_of_same_cost(np.array([5, 5])).tolist() == [1, 1]
    assert parsing._last_of_same_cost(np.array([7, 1, 7])).tolist() == [0, 1, 2]


def test_each_block_has_its_own_prices():
    """Three a's are a match where literals are dear, and literals where the match is."""
    data = np.frombuffer(b"aaaaaaaa", np.uint8)
    kept = lz77.candidates(data, 0, 8, *lz77.memory(), 100)
    literal, length = np.array([[10] * 256, [1] * 256]), np.array([[1] * 259, [100] * 259])
    found = parsing.cheapest(data, 0, kept, CLASSES, np.array([4, 8]), literal, length, np.zeros((2, 100), int))
    assert pairs(parsing.chosen(data, 0, found[0])) == [(0, 97), (7, 1)] and found[1] == 11
    found = parsing.cheapest(data, 0, kept, CLASSES, np.array([1, 8]), literal, length, np.zeros((2, 100), int))
    assert pairs(parsing.chosen(data, 0, found[0])) == [(0, 97)] * 8 and found[1] == 17


def pairs(tokens):
    return list(zip(*(array.tolist() for array in tokens), strict=True))


@given(TEXTS, st.integers(0, 3))
def test_the_cheapest_way_is_the_cheapest(data, seed):
    """Against all ways, with costs that grow with length and distance, in two blocks with prices of their own."""
    rng = np.random.default_rng(seed)
    array, ends = np.frombuffer(data, np.uint8), np.array([len(data) // 2, len(data)])
    literal = rng.integers(1, 2000, (2, 256))
    length = np.cumsum(rng.integers(1, 60, (2, 259)), axis=1)
    distance = np.cumsum(rng.integers(1, 20, (2, 100)), axis=1)
    rest = [0] * (len(data) + 1)
    for at in range(len(data) - 1, -1, -1):
        block = int(at >= ends[0])
        ways = [literal[block, data[at]] + rest[at + 1]]
        for d in range(1, at + 1):
            for n in range(lz77.SHORTEST, match_length(data, at - d, at) + 1):
                ways.append(length[block, n] + distance[block, d] + rest[at + n])
        rest[at] = min(ways)
    kept = lz77.candidates(array, 0, len(data), *lz77.memory(), 1000)
    choice, cost = parsing.cheapest(array, 0, kept, CLASSES, ends, literal, length, distance)
    assert cost == rest[0] and lz77.expand(*parsing.chosen(array, 0, choice)) == data
