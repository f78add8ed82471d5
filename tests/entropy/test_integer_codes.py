"""The gamma and Rice codes: their words, both directions, and streams that no encoder made."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgcomp_lib.core.bits import CorruptStream
from imgcomp_lib.entropy.integer_codes import (
    digits,
    fold,
    gamma_decode,
    gamma_encode,
    rice_bits,
    rice_decode,
    rice_encode,
    unfold,
)

WORDS = {1: "1", 2: "010", 3: "011", 4: "00100", 7: "00111", 8: "0001000", 17: "000010001"}  # Elias 1975


@pytest.mark.parametrize("number, word", WORDS.items())
def test_codewords_of_the_paper(number, word):
    stream = "".join(f"{byte:08b}" for byte in gamma_encode([number]))
    assert stream.startswith(word) and set(stream[len(word) :]) <= {"0"} and len(stream) < len(word) + 8


def test_streams_by_hand():
    assert gamma_encode([2**32 - 1]).hex() == "00000001fffffffe"  # 31 zeros, 32 ones
    assert gamma_decode(bytes.fromhex("00000001fffffffe"), 2**32 - 1)[0].tolist() == [2**32 - 1]
    assert gamma_decode(b"\xff", 8)[0].tolist() == [1] * 8
    assert rice_decode(b"\xff", 0, 8)[0].tolist() == [0] * 8
    found, size = rice_decode(b"\x8f\xff", 3, 2)  # 1 000, 1 111
    assert found.tolist() == [0, 7] and size == 1
    assert rice_encode([0, 7], 3) == b"\x8f"


def test_digits_are_those_of_the_binary_number():
    assert [digits(n) for n in (0, 1, 2, 3, 4, 7, 8, 255, 256)] == [0, 1, 2, 2, 3, 3, 4, 8, 9]


@given(st.lists(st.integers(1, 2**32 - 1), min_size=1, max_size=50))
def test_decode_undoes_encode(numbers):
    data = gamma_encode(numbers)
    found, used = gamma_decode(data + b"junk", sum(numbers))
    assert (found.tolist(), used) == (numbers, len(data))
    assert len(data) == (sum(2 * n.bit_length() - 1 for n in numbers) + 7) // 8


@pytest.mark.parametrize("numbers", [[0], [-3], [2**32], [5, 0]])
def test_numbers_without_a_word_are_refused(numbers):
    with pytest.raises(ValueError, match="gamma code holds"):
        gamma_encode(numbers)


@pytest.mark.parametrize("data, total", [(b"", 1), (b"\0" * 20, 5), (b"\xff", 9), (b"\x40", 1), (b"\x01", 200)])
def test_broken_streams_are_told(data, total):
    with pytest.raises(CorruptStream, match="add up"):
        gamma_decode(data, total)


@pytest.mark.parametrize("numbers", [[[1, 2]], [0.5], ["1"], [[1], [2, 3]], 1])
def test_only_whole_numbers_in_a_row_have_words(numbers):
    for encode in (gamma_encode, lambda n: rice_encode(n, 2)):
        with pytest.raises(ValueError, match="whole numbers in one dimension, not"):
            encode(numbers)


@pytest.mark.parametrize("wild", [-1, 2**40 + 1])
def test_more_than_any_picture_holds_is_not_asked_for(wild):
    for name, decode in (("total", gamma_decode), ("count", lambda data, count: rice_decode(data, 2, count))):
        with pytest.raises(ValueError, match=f"{name} is a whole number from 0 to {2**40}, not {wild}"):
            decode(b"", wild)
        with pytest.raises(CorruptStream):
            decode(b"", 2**40)


def test_nothing_is_nothing():
    assert gamma_encode([]) == b"" and gamma_decode(b"", 0)[0].tolist() == []


def test_the_largest_run_of_the_largest_picture_has_a_word():
    assert gamma_decode(gamma_encode(np.array([2**27])), 2**27)[0].tolist() == [2**27]


RICE = {0: "100", 1: "101", 3: "111", 4: "0100", 5: "0101", 9: "00101", 17: "0000101"}  # k = 2


@pytest.mark.parametrize("number, word", RICE.items())
def test_rice_codewords(number, word):
    stream = "".join(f"{byte:08b}" for byte in rice_encode([number], 2))
    assert stream.startswith(word) and set(stream[len(word) :]) <= {"0"} and len(stream) < len(word) + 8


@given(st.lists(st.integers(0, 5000), max_size=50), st.integers(0, 16))
def test_rice_decode_undoes_encode(numbers, k):
    data = rice_encode(numbers, k)
    found, size = rice_decode(data + b"\xff", k, len(numbers))
    assert found.tolist() == numbers and size == len(data)
    assert len(data) == (sum((n >> k) + 1 + k for n in numbers) + 7) // 8 == (rice_bits(numbers, k) + 7) // 8


def test_rice_with_a_good_k_is_within_a_twentieth_of_the_entropy_of_a_geometric_source():
    numbers = np.random.default_rng(0).geometric(1 / 21, 50_000) - 1  # mean 20
    probability = 1 / 21
    entropy = -(np.log2(probability) + 20 * np.log2(1 - probability))
    best = min(range(10), key=lambda k: rice_bits(numbers, k))
    assert best == 4 and rice_bits(numbers, best) / numbers.size < 1.05 * entropy


@pytest.mark.parametrize("numbers, k, message", [
    ([-1], 2, "not -1 to -1"), ([1 << 16], 0, "0 to 65535, not 65536 to 65536"), ([1 << 17], 1, "0 to 131071"),
    ([1], -1, "from 0 to 30, not -1"), ([1], 31, "from 0 to 30, not 31"),
])  # fmt: skip
def test_numbers_without_a_rice_word_are_refused(numbers, k, message):
    with pytest.raises(ValueError, match=message):
        rice_encode(numbers, k)
    assert rice_decode(rice_encode([(1 << 16) - 1], 0), 0, 1)[0] == [(1 << 16) - 1] and rice_encode([1], 30)


@pytest.mark.parametrize(
    "data, k, count", [(b"", 0, 1), (b"\0\0", 3, 1), (b"\x01", 4, 1), (b"\0\x01", 1, 1), (b"\xff", 0, 10**12)]
)
def test_broken_rice_streams_are_told(data, k, count):
    with pytest.raises(CorruptStream, match="codewords"):
        rice_decode(data, k, count)
    with pytest.raises(ValueError, match="k is a whole number from 0 to 30, not 31"):
        rice_decode(b"\xff", 31, 1)


def test_the_bits_of_rice_words_are_those_of_whole_numbers_in_any_shape():
    assert rice_bits([[0, 5], [9, 4]], 2) == 3 + 4 + 5 + 4 and rice_bits([], 30) == 0 and rice_bits([1 << 30], 30) == 32
    for numbers, k in (([3, -1], 2), ([3], 31), ([3], -1)):
        with pytest.raises(ValueError, match=r"from 0 on, not -1|from 0 to 30"):
            rice_bits(numbers, k)


def test_too_few_bytes_are_seen_before_a_word_is_read():
    with pytest.raises(CorruptStream, match="1 bytes cannot hold 5 codewords of 2 bits and more"):
        rice_decode(b"\xff", 1, 5)


def test_no_rice_word_is_no_byte():
    assert rice_encode([], 3) == b"" and rice_decode(b"", 3, 0)[0].tolist() == []


@given(st.lists(st.integers(-(2**40), 2**40), min_size=1))
def test_fold_is_undone_and_small_stays_small(numbers):
    folded = fold(np.array(numbers))
    assert unfold(folded).tolist() == numbers
    assert all(f == (2 * n if n >= 0 else -2 * n - 1) for f, n in zip(folded.tolist(), numbers, strict=True))


def test_pictures_are_folded_as_they_are():
    errors = np.array([[0, -1, 1], [-2, 2, -(1 << 62)]])
    assert fold(errors).tolist() == [[0, 1, 2], [3, 4, (1 << 63) - 1]] and np.array_equal(unfold(fold(errors)), errors)
