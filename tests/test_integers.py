"""Elias's gamma code: the words of the paper, both directions, and streams that no encoder made."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgcomp_lib.bits import CorruptStream
from imgcomp_lib.integers import gamma_decode, gamma_encode

WORDS = {1: "1", 2: "010", 3: "011", 4: "00100", 7: "00111", 8: "0001000", 17: "000010001"}  # Elias 1975


@pytest.mark.parametrize("number, word", WORDS.items())
def test_codewords_of_the_paper(number, word):
    stream = "".join(f"{byte:08b}" for byte in gamma_encode([number]))
    assert stream.startswith(word) and set(stream[len(word) :]) <= {"0"} and len(stream) < len(word) + 8


@given(st.lists(st.integers(1, 2**32 - 1), min_size=1, max_size=50))
def test_decode_undoes_encode(numbers):
    data = gamma_encode(numbers)
    assert gamma_decode(data, sum(numbers)).tolist() == numbers
    assert len(data) == (sum(2 * n.bit_length() - 1 for n in numbers) + 7) // 8


@pytest.mark.parametrize("numbers", [[0], [-3], [2**32], [5, 0]])
def test_numbers_without_a_word_are_refused(numbers):
    with pytest.raises(ValueError, match="gamma code holds"):
        gamma_encode(numbers)


@pytest.mark.parametrize("data, total", [(b"", 1), (b"\0" * 20, 5), (b"\xff", 9), (b"\x40", 1), (b"\x01", 200)])
def test_broken_streams_are_told(data, total):
    with pytest.raises(CorruptStream, match="add up"):
        gamma_decode(data, total)


def test_nothing_is_nothing():
    assert gamma_encode([]) == b"" and gamma_decode(b"", 0).tolist() == []


def test_the_largest_run_of_the_largest_picture_has_a_word():
    assert gamma_decode(gamma_encode(np.array([2**27])), 2**27).tolist() == [2**27]
