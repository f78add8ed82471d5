"""Huffman codes: optimal by brute force, within a bit of the entropy, canonical; and tables that are none refused."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgcomp_lib.core.bits import CorruptStream
from imgcomp_lib.entropy import huffman, huffman_lengths
from imgcomp_lib.measure import images

FEW_COUNTS = st.lists(st.integers(0, 40), min_size=2, max_size=6).filter(lambda counts: sum(c > 0 for c in counts) > 1)
MANY_COUNTS = st.lists(st.integers(0, 1000), min_size=2, max_size=300).filter(lambda c: sum(n > 0 for n in c) > 1)
FIBONACCI = [1, 1]
while len(FIBONACCI) < 50:
    FIBONACCI.append(sum(FIBONACCI[-2:]))


def cost(counts, lengths):
    return int(np.dot(counts, lengths))


def best_cost(counts, limit):
    """Return the least cost of any prefix code, by trying all lengths that Kraft's inequality allows."""
    used = sorted((count for count in counts if count), reverse=True)
    every = itertools.combinations_with_replacement(range(1, limit + 1), len(used))
    return min(cost(used, lengths) for lengths in every if sum(2.0**-n for n in lengths) <= 1)


def test_worked_example():
    assert huffman_lengths.tree([5, 2, 1, 1]).tolist() == [[3, 2, 2], [1, 4, 4], [5, 0, 9]]
    assert huffman_lengths.optimal([5, 2, 1, 1]).tolist() == [1, 2, 3, 3]
    assert huffman.codewords([1, 2, 3, 3]).tolist() == [0b0, 0b10, 0b110, 0b111]
    assert huffman.encode([0, 1, 0, 2], [1, 2, 3, 3]) == bytes([0b01001100])


def test_the_code_of_the_standard():
    """RFC 1951, 3.2.2: the alphabet ABCDEFGH with lengths 3, 3, 3, 3, 3, 2, 4, 4."""
    words = huffman.codewords([3, 3, 3, 3, 3, 2, 4, 4])
    assert words.tolist() == [0b010, 0b011, 0b100, 0b101, 0b110, 0b00, 0b1110, 0b1111]


@given(FEW_COUNTS)
def test_no_code_is_better(counts):
    lengths = huffman_lengths.optimal(counts)
    assert cost(counts, lengths) == best_cost(counts, len(counts) - 1)


@given(FEW_COUNTS, st.integers(3, 4))
def test_no_code_within_the_limit_is_better(counts, limit):
    lengths = huffman_lengths.optimal(counts, limit)
    assert lengths.max() <= limit and cost(counts, lengths) == best_cost(counts, limit)


@given(MANY_COUNTS)
def test_lengths_keep_the_theory(counts):
    lengths, counts = huffman_lengths.optimal(counts), np.array(counts)
    shares = counts[counts > 0] / counts.sum()
    entropy = -(shares * np.log2(shares)).sum()
    assert entropy - 1e-9 <= cost(counts, lengths) / counts.sum() < entropy + 1
    assert huffman.kraft(lengths) == 1 and np.array_equal(lengths > 0, counts > 0)
    for limit in (9, 15):
        limited = huffman_lengths.optimal(counts, limit)
        assert huffman.kraft(limited) <= 1 and limited.max() <= limit and cost(counts, limited) >= cost(counts, lengths)


@given(MANY_COUNTS)
def test_the_rarer_has_the_longer_word_and_of_equals_the_later(counts):
    for limit in (9, 56):
        lengths = huffman_lengths.optimal(counts, limit)
        order = sorted((-count, symbol) for symbol, count in enumerate(counts) if count)
        assert (np.diff(lengths[[symbol for _, symbol in order]]) >= 0).all()


@given(MANY_COUNTS)
def test_the_tree_merges_the_two_rarest(counts):
    merges = huffman_lengths.tree(counts)
    weights, alive = dict(enumerate(counts)), {symbol for symbol, count in enumerate(counts) if count}
    for node, (left, right, total) in enumerate(merges.tolist(), len(counts)):
        assert sorted(weights[n] for n in (left, right)) == sorted(weights[n] for n in alive)[:2]
        alive, weights[node] = alive - {left, right} | {node}, total
    assert len(alive) == 1 and merges[:, 2].sum() == cost(counts, huffman_lengths.optimal(counts))


@given(MANY_COUNTS)
def test_codewords_are_canonical(counts):
    lengths = huffman_lengths.optimal(counts)
    words = huffman.codewords(lengths)
    used = sorted((int(n), symbol) for symbol, n in enumerate(lengths) if n)
    texts = [f"{words[symbol]:0{n}b}" for n, symbol in used]
    assert texts == sorted(texts) and not any(b.startswith(a) for a, b in itertools.pairwise(texts))
    assert set(texts[0]) == {"0"} and set(texts[-1]) == {"1"}


@given(MANY_COUNTS, st.randoms(use_true_random=False), st.sampled_from([9, 12, 56]))
def test_decode_undoes_encode(counts, random, limit):
    symbols = [symbol for symbol, count in enumerate(counts) for _ in range(min(count, 4))]
    random.shuffle(symbols)
    lengths = huffman_lengths.optimal(counts, limit)
    data = huffman.encode(symbols, lengths)
    assert len(data) == (huffman.size(symbols, lengths) + 7) // 8
    assert huffman.decode(data + b"junk", lengths, len(symbols)).tolist() == symbols


@pytest.mark.parametrize("limit", [6, 11, 12, 15, 56])
def test_words_longer_than_the_table(limit):
    lengths, symbols = huffman_lengths.optimal(FIBONACCI, limit), list(range(50)) * 3
    assert lengths.max() == min(limit, 49) and huffman.kraft(lengths) == 1
    assert huffman.decode(huffman.encode(symbols, lengths), lengths, 150).tolist() == symbols


def test_a_lone_symbol_costs_nothing():
    lengths = huffman_lengths.optimal([0, 0, 7])
    assert lengths.tolist() == [0, 0, 1] and huffman.encode([2] * 7, lengths) == b""
    assert huffman.decode(b"", lengths, 7).tolist() == [2] * 7
    assert huffman_lengths.optimal([]).tolist() == [] and huffman_lengths.optimal([0]).tolist() == [0]


@pytest.mark.parametrize("counts", [[-1, 2], [[1, 2]], [0.5, 0.5]])
def test_what_counts_are_not(counts):
    with pytest.raises(ValueError, match=r"counts (are whole numbers from 0|have 1 dimensions)"):
        huffman_lengths.optimal(counts)


def test_too_many_symbols_for_the_limit():
    assert huffman_lengths.optimal([1] * 8, limit=3).tolist() == [3] * 8
    with pytest.raises(ValueError, match="9 symbols need codewords of more than 3 bits"):
        huffman_lengths.optimal([1] * 9, limit=3)


@pytest.mark.parametrize("symbols", [[1], [3], [0, 9]])
def test_symbols_without_a_codeword_are_named(symbols):
    with pytest.raises(ValueError, match=f"symbol {symbols[-1]} has no codeword"):
        huffman.encode(symbols, [1, 0, 1])


NO_PREFIX_CODES = [[1, 1, 1], [1, 2, 3, 3, 3], [2] * 5, [1, 1, 56], [57, 1], [-1, 1]]


@pytest.mark.parametrize("lengths", NO_PREFIX_CODES)
def test_lengths_of_no_prefix_code_are_refused(lengths):
    for use in (huffman.codewords, lambda n: huffman.decode(b"ab", n, 3), lambda n: huffman.encode([0], n)):
        with pytest.raises(CorruptStream, match=r"prefix code|codewords of"):
            use(lengths)


@given(MANY_COUNTS)
def test_unpack_lengths_undoes_pack(counts):
    lengths = huffman_lengths.optimal(counts)
    data = huffman.pack_lengths(lengths)
    found, used = huffman.unpack_lengths(data + b"junk", len(lengths))
    assert np.array_equal(found, lengths) and used == len(data)


def test_tables_are_small():
    assert huffman.pack_lengths([8] * 256).hex() == "08804000"  # 17 in nine bits, 256 in seventeen
    levels = np.bincount(images.photo("camera").ravel(), minlength=256)
    assert len(huffman.pack_lengths(huffman_lengths.optimal(levels))) < 50


@pytest.mark.parametrize("data", [b"", b"\0\0\0\0\0\0\0\0\0\0", b"\xff\xff\xff", bytes.fromhex("0001ff")])
def test_broken_tables_are_told(data):
    with pytest.raises(CorruptStream):
        huffman.unpack_lengths(data, 256)


@pytest.mark.parametrize(
    "data, lengths, count",
    [(b"", [1, 1], 1), (b"\0", [1, 2, 2], 9), (b"\xff", [1, 2, 3, 3], 3), (b"\xff", [1, 2, 3], 1), (b"a", [0, 0], 1)],
)
def test_broken_data_are_told(data, lengths, count):
    with pytest.raises(CorruptStream, match=r"cannot hold|inside a codeword"):
        huffman.decode(data, lengths, count)
