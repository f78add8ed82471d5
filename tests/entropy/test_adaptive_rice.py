"""Prediction errors in Rice codewords: worked by hand, against plain Python, and every damage told."""

import numpy as np
import pytest
from conftest import long_run
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from imgcomp_lib.core.bits import CorruptStream
from imgcomp_lib.entropy import adaptive_rice
from imgcomp_lib.entropy.integer_codes import fold, rice_bits
from imgcomp_lib.measure import images
from imgcomp_lib.prediction.fixed import centre, residuals


def by_hand(errors, depth):
    """Return the bits as text, from the head of the module and without its arrays."""
    height, width = errors.shape
    piles, bits = {}, ""

    def size(y, x):
        return abs(int(errors[y, x])) if y >= 0 and 0 <= x < width else 0

    for y in range(height):
        for x in range(width):
            activity = 2 * size(y, x - 1) + 2 * size(y - 1, x) + size(y - 1, x - 1) + size(y - 1, x + 1)
            digits = len(f"{activity:b}") if activity else 0
            count, total = piles.get(digits, (1, 2**digits // 8))
            k = next(k for k in range(40) if count * 2**k >= total)
            x0 = int(errors[y, x])
            n = 2 * x0 if x0 >= 0 else -2 * x0 - 1
            bits += "0" * (n >> k) + "1" + f"{n:040b}"[40 - k :] if n >> k < 24 else "0" * 24 + f"{n:0{depth}b}"
            count, total = count + 1, total + abs(x0)
            piles[digits] = (count // 2, total // 2) if count > 64 else (count, total)
    return bits


def noise(depth, sigma, shape=(40, 30)):
    half = 1 << depth - 1
    return np.random.default_rng(depth).normal(0, sigma, shape).astype(int).clip(-half, half - 1)


CASES = [(8, 0.3), (8, 3), (8, 40), (8, 500), (12, 30), (16, 2), (16, 4000), (16, 90000)]


@pytest.mark.parametrize("errors, depth, codewords", [
    # contexts 0, 0 and 2 of a row, k = 0: a 0 is 1, a 1 is 001, and a -2 four words away 0001
    ([[0, 1, 0]], 8, "1 001 1"),
    ([[-1, 1], [1, -1]], 8, "01 001 001 01"),
    ([[12], [0]], 8, "0" * 24 + "00011000" + "100"),  # 24 zeros, 24 in eight bits; then activity 24: k = 2
    ([[11], [0]], 8, "0" * 22 + "1" + "100"),
    ([[0] * 9], 8, "1" * 9),
    ([[-1 << 16]], 17, "0" * 24 + "1" * 17),
    ([[0, -1]], 1, "1 01"),
])  # fmt: skip
def test_codewords_by_hand(errors, depth, codewords):
    bits = codewords.replace(" ", "")
    size = -(-len(bits) // 8)
    data = int(bits.ljust(8 * size, "0"), 2).to_bytes(size, "big")
    assert adaptive_rice.encode(errors, depth) == data
    found, used = adaptive_rice.decode(data + b"\xff", *np.shape(errors), depth)
    assert found.tolist() == errors and used == size


def test_what_errors_and_sides_are_not():
    for errors, depth, message in (
        ([0, 1], 8, "errors have 2 dimensions"),
        ([[0.5]], 8, "errors are whole numbers"),
        ([[1]], 0, "depth is a whole number from 1 to 17, not 0"),
        ([[1]], 18, "depth is a whole number from 1 to 17, not 18"),
        ([[1]], 1, "errors of 1 bits are below 1 in size, not 1"),
        ([[1 << 40]], 8, f"errors of 8 bits are below 128 in size, not {1 << 40}"),
        ([[(1 << 40) + 1]], 8, "errors are whole numbers"),
        ([[-(1 << 40) - 1]], 8, "errors are whole numbers"),
    ):
        with pytest.raises(ValueError, match=message):
            adaptive_rice.encode(errors, depth)
    for height, width, depth in ((-1, 2, 8), (2, -1, 8), (1, 1, 0), (1, 1, 18), (3 << 27 | 1, 0, 8)):
        with pytest.raises(ValueError, match=r"a side is a whole number from 0|depth is a whole number from 1 to 17"):
            adaptive_rice.decode(b"\xff", height, width, depth)
    assert adaptive_rice.decode(adaptive_rice.encode(np.zeros((0, 5), int), 8), 0, 5, 8)[0].shape == (0, 5)
    with pytest.raises(CorruptStream, match="1 bytes cannot hold 9 codewords"):
        adaptive_rice.decode(b"\xff", 3, 3, 8)
    assert not adaptive_rice.decode(b"\xff", 2, 4, 8)[0].any()


@pytest.mark.parametrize("depth, sigma", CASES)
def test_as_plain_python_has_it(depth, sigma):
    errors = noise(depth, sigma)
    data, bits = adaptive_rice.encode(errors, depth), by_hand(errors, depth)
    assert data == int(bits.ljust(8 * len(data), "0"), 2).to_bytes(len(data), "big")
    assert len(data) == -(-len(bits) // 8)


@given(arrays(np.int64, array_shapes(min_dims=2, max_dims=2, max_side=12), elements=st.integers(-128, 127)))
def test_decode_undoes_encode(errors):
    data = adaptive_rice.encode(errors, 8)
    found, size = adaptive_rice.decode(data + b"\xff", *errors.shape, 8)
    assert np.array_equal(found, errors) and size == len(data)


@pytest.mark.parametrize("depth", range(8, 17))
def test_the_largest_errors_of_every_depth(depth):
    half = 1 << depth - 1
    errors = np.where(np.indices((9, 11)).sum(0) % 2, -half, half - 1)
    data = adaptive_rice.encode(errors, depth)
    assert np.array_equal(adaptive_rice.decode(data, 9, 11, depth)[0], errors)
    assert len(data) <= 99 * (adaptive_rice.LIMIT + depth) / 8 + 1
    with pytest.raises(ValueError, match=rf"errors of {depth} bits are below {half} in size, not {half}"):
        adaptive_rice.encode(errors + 1, depth)


@long_run
def test_a_parameter_that_follows_beats_the_best_one_for_all():
    for name in ("camera", "coins", "moon"):
        errors = centre(residuals(images.photo(name), "med"))
        numbers = fold(errors).ravel()
        assert len(adaptive_rice.encode(errors, 8)) < 0.97 * min(rice_bits(numbers, k) for k in range(8)) / 8


def test_no_sample_costs_less_than_a_bit():
    assert len(adaptive_rice.encode(np.zeros((40, 50), int), 8)) == 250


def test_damage_is_told():
    errors = noise(8, 3)
    data = adaptive_rice.encode(errors, 8)
    for broken in (b"", data[:-1], data[:70], bytes(len(data))):
        with pytest.raises(CorruptStream, match=r"cannot hold 1200 codewords|do not hold 1200 Rice codewords"):
            adaptive_rice.decode(broken, *errors.shape, 8)
    ones, size = adaptive_rice.decode(b"\xff" * len(data), *errors.shape, 8)  # codewords of one bit and more
    assert size < len(data) and adaptive_rice.encode(ones, 8)[: size - 1] == b"\xff" * (size - 1)


def test_a_number_beyond_the_depth_is_damage():
    assert adaptive_rice.decode(b"\x40", 1, 1, 1)[0].tolist() == [[-1]]  # 01: number 1, which one bit holds
    with pytest.raises(CorruptStream, match="do not hold 1 Rice codewords of 1 bits"):
        adaptive_rice.decode(b"\x10", 1, 1, 1)  # 0001: number 3
    first = 1 << adaptive_rice.LIMIT  # 24 zeros, then n: 9 bits of it are too many for 8
    assert adaptive_rice.decode((first >> 24).to_bytes(4, "big")[:4], 1, 1, 8) == (-1, 4)
    with pytest.raises(CorruptStream):
        adaptive_rice.decode(b"\0\0\1" + b"\xff" * 4, 5, 8, 8)
