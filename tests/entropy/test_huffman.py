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


STAIRS = [*range(1, 57), 56]
"""The deepest code: a word of each length, and of the longest two."""


def test_the_deepest_code():
    words = [2**n - 2 for n in range(1, 57)]  # 0, 10, 110, 1110 ...
    assert huffman.codewords(STAIRS).tolist() == [*words, 2**56 - 1] and huffman.kraft(STAIRS) == 1
    assert huffman.unpack_lengths(huffman.pack_lengths(STAIRS), 57)[0].tolist() == STAIRS
    data = huffman.encode([56, 0, 55], STAIRS)  # 56 ones, 0, 55 ones and a 0
    assert data.hex() == "ff" * 7 + "7fffffffffffff00" and huffman.size([56, 0, 55], STAIRS) == 113
    assert huffman.decode(data, STAIRS, 3).tolist() == [56, 0, 55]


def test_sums_and_sizes_by_hand():
    assert huffman.kraft([]) == huffman.kraft([0, 0]) == 0 and huffman.kraft([1, 1, 2, 0]) == 1.25
    assert huffman.codewords([0, 0, 1, 1]).tolist() == [0, 0, 0, 1] and huffman.size([0, 1], [1, 1]) == 2
    assert huffman.size([0, 1, 0, 2], [1, 2, 3, 3]) == 7 and huffman.size([], [1, 1]) == 0
    assert huffman.encode([], [1, 1]) == b"" and huffman.encode([], [0]) == b""
    assert huffman.decode(b"", [0, 0], 0).tolist() == huffman.decode(b"", [1, 1], 0).tolist() == []
    assert huffman.decode(b"\x55", [1, 1], 8).tolist() == [0, 1] * 4
    assert huffman.decode(b"\x06", [1, 2, 3, 3], 6).tolist() == [0, 0, 0, 0, 0, 2]
    with pytest.raises(CorruptStream, match="1 bytes cannot hold 9 codewords"):
        huffman.decode(b"\x55", [1, 1], 9)
    with pytest.raises(CorruptStream, match="inside a codeword"):
        huffman.decode(b"\x03", [1, 2, 3, 3], 7)  # six times 0, then 11 and no more
    with pytest.raises(ValueError, match="count is a whole number from 0"):
        huffman.decode(b"\x55", [1, 1], -1)


def test_a_code_has_65536_symbols_at_most():
    assert huffman.check(np.full(65536, 16)).dtype == np.int64
    assert huffman.encode([40000, 65535], np.full(65536, 16)) == bytes.fromhex("9c40 ffff")
    with pytest.raises(CorruptStream, match="65537 codewords of 17 to 17 bits"):
        huffman.check(np.full(65537, 17))
    for lengths in ([[1, 1]], [0.5]):
        with pytest.raises(CorruptStream, match="whole numbers in one dimension"):
            huffman.check(lengths)


def test_what_the_decoder_looks_up():
    look, starts, order = huffman.tables([1, 2, 3, 3])
    assert starts.tolist() == [0, 1, 1, 2] + [0] * 53 and order.tolist() == [0, 1, 2, 3]
    zero, one, two, three = (symbol * 64 + length for symbol, length in ((0, 1), (1, 2), (2, 3), (3, 3)))
    assert look.tolist() == [zero] * 1024 + [one] * 512 + [two] * 256 + [three] * 256
    mirrored = huffman.tables([1, 2, 3, 3], lsb_first=True)[0]
    assert mirrored.tolist() == [zero, one, zero, two, zero, one, zero, three] * 256
    longer = huffman.tables([*range(1, 12), 12, 12])[0]
    assert longer[-2:].tolist() == [10 * 64 + 11, 0], "twelve bits do not fit into the table, eleven do"


def test_words_are_found_bit_by_bit():
    _, starts, order = huffman.tables([3, 1, 2, 3])  # 110 0 10 111
    high, low = np.array([0b11011110], np.uint8), np.array([0b01111011], np.uint8)
    for data, lsb_first in ((high, False), (low, True)):
        found = [huffman.by_counting(data, at, 8, starts, order, lsb_first) for at in (0, 3, 6, 7)]
        assert found == [0 * 64 + 3, 3 * 64 + 3, 2 * 64 + 2, 1 * 64 + 1]
        assert huffman.by_counting(data, 6, 7, starts, order, lsb_first) == 0, "10 is cut after its 1"
    assert huffman.mirror(0b110, 3) == 0b011 and huffman.mirror(1, 15) == 1 << 14 and huffman.mirror(0, 0) == 0


@pytest.mark.parametrize("counts, merges", [
    ([], []),
    ([3], []),
    ([1, 1, 1, 1], [[3, 2, 2], [1, 0, 2], [4, 5, 4]]),  # of equals the higher symbol
    ([2, 1, 1], [[2, 1, 2], [0, 3, 4]]),  # and a symbol before a subtree
])  # fmt: skip
def test_of_equal_counts(counts, merges):
    assert huffman_lengths.tree(counts).tolist() == merges


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
    assert huffman_lengths.optimal([1, 9], limit=1).tolist() == [1, 1]
    assert huffman_lengths.optimal([1, 1, 2, 4, 8], limit=3).tolist() == [3, 3, 3, 3, 1]
    assert huffman_lengths.optimal([2, 3, 10, 28, 29], limit=3).tolist() == [3, 3, 2, 2, 2]  # 149 bits, the other 158
    with pytest.raises(ValueError, match="9 symbols need codewords of more than 3 bits"):
        huffman_lengths.optimal([1] * 9, limit=3)
    for limit in (0, 57):
        with pytest.raises(ValueError, match=f"limit is a whole number from 1 to 56, not {limit}"):
            huffman_lengths.optimal([1], limit)
    assert huffman_lengths.optimal([1 << 40, 1]).tolist() == [1, 1]
    with pytest.raises(ValueError, match=f"from 0 to {1 << 40}, not {(1 << 40) + 1}"):
        huffman_lengths.optimal([(1 << 40) + 1])


@pytest.mark.parametrize("symbols", [[1], [3], [0, 9]])
def test_symbols_without_a_codeword_are_named(symbols):
    with pytest.raises(ValueError, match=f"symbol {symbols[-1]} has no codeword"):
        huffman.encode(symbols, [1, 0, 1])


def test_the_first_symbol_without_a_codeword_is_named():
    with pytest.raises(ValueError, match="symbol 1 has no codeword"):
        huffman.size([3, 2, 1], [1, 0, 0, 1])
    for use in (huffman.encode, huffman.size):
        with pytest.raises(ValueError, match="symbols are whole numbers from 0 to 65535, not 65536"):
            use([65536], [1, 1])


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


def test_tables_by_hand():
    # steps 4, -3, 3, -2 are 7, 6, 5, 4 and their runs 2, 1, 2, 1: 00111 010  00110 1  00101 010  00100 1
    assert huffman.pack_lengths([3, 3, 0, 3, 3, 1]).hex(" ") == "3a 34 a8 90"
    lengths, used = huffman.unpack_lengths(bytes.fromhex("3a 34 a8 90 ff"), 6)
    assert lengths.tolist() == [3, 3, 0, 3, 3, 1] and used == 4
    assert huffman.unpack_lengths(b"", 0)[1] == 0


@pytest.mark.parametrize("data, count, message", [
    ("3a 34", 6, "ends after 3 of 6"),  # after a step
    ("3a", 6, "ends after 2 of 6"),
    ("d4", 2, "1 symbols of -1 bits after 1 of 2"),  # 1 1, then 010 1: one down from 0
    ("3a 34 a8 90", 4, "2 symbols of 3 bits after 3 of 4"),
    ("03 9c", 1, "1 symbols of 57 bits after 0 of 1"),  # 58 up: 115 in thirteen bits, and 1
])  # fmt: skip
def test_tables_that_no_encoder_made(data, count, message):
    with pytest.raises(CorruptStream, match=message):
        huffman.unpack_lengths(bytes.fromhex(data), count)


def test_a_table_has_65536_lengths_at_most():
    for count in (-1, 65537):
        with pytest.raises(ValueError, match=f"count is a whole number from 0 to 65536, not {count}"):
            huffman.unpack_lengths(b"", count)
    with pytest.raises(CorruptStream, match="0 of 65536"):
        huffman.unpack_lengths(b"", 65536)


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


def test_which_bit_comes_first_is_yes_or_no():
    with pytest.raises(ValueError, match="lsb_first"):
        huffman.tables([1, 1], 2)
