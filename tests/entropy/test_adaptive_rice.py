"""Prediction errors in Rice codewords: worked by hand, against plain Python, and every damage told."""

import numpy as np
import pytest
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
    first = 1 << adaptive_rice.LIMIT  # 24 zeros, then n: 9 bits of it are too many for 8
    assert adaptive_rice.decode((first >> 24).to_bytes(4, "big")[:4], 1, 1, 8) == (-1, 4)
    with pytest.raises(CorruptStream):
        adaptive_rice.decode(b"\0\0\1" + b"\xff" * 4, 5, 8, 8)
