"""Chances that learn: both sides in step, the rate of their own ideal, what they adapt to, and broken streams."""

import numpy as np
import pytest
from conftest import long_run
from hypothesis import given
from hypothesis import strategies as st

from imgcomp_lib.core.bits import CorruptStream
from imgcomp_lib.entropy import adaptive_model


def naive_bits(symbols, depth, memory):
    """Return the ideal cost in bits of the model, written down once more with dictionaries."""
    state, total, previous = {}, 0.0, 0
    for symbol in map(int, symbols):
        prefix = ""
        for bit in f"{symbol:0{depth}b}":
            key = (previous >> depth - memory if len(prefix) < 8 else "", prefix)
            fast, slow = state.get(key, (32768, 32768))
            p = (fast + slow) // 2 / 65536
            total -= np.log2(p if bit == "1" else 1 - p)
            state[key] = (
                (fast + (65536 - fast >> 4), slow + (65536 - slow >> 7))
                if bit == "1"
                else (fast - (fast >> 4), slow - (slow >> 7))
            )
            prefix += bit
        previous = symbol
    return total


def messages():
    """Return name → (symbols, depth)."""
    rng = np.random.default_rng(5)
    return {
        "flat bytes": (rng.integers(0, 256, 5000), 8),
        "skewed bytes": (np.minimum(rng.geometric(0.3, 5000), 255), 8),
        "bits, one in a hundred": ((rng.random(40_000) < 0.01).astype(np.int64), 1),
        "all zero": (np.zeros(5000, np.int64), 8),
        "all one": (np.ones(30_000, np.int64), 1),
        "alternating bits": (np.arange(20_000) % 2, 1),
        "a ramp": (np.arange(5000) // 20 % 256, 8),
        "twelve bits": (np.clip(rng.normal(2000, 100, 3000), 0, 4095).astype(np.int64), 12),
        "sixteen bits": (rng.integers(0, 65536, 2000), 16),
        "nothing": (np.zeros(0, np.int64), 8),
    }


@pytest.mark.parametrize("length", [100, pytest.param(None, marks=long_run)])
@pytest.mark.parametrize("memory", [0, 1, 6])
@pytest.mark.parametrize("name", messages())
def test_the_rate_is_the_model_s(name, memory, length):
    symbols, depth = messages()[name]
    symbols = symbols[:length]
    data = adaptive_model.encode(symbols, depth, memory)
    assert np.array_equal(adaptive_model.decode(data, len(symbols), depth, memory), symbols)
    ideal = naive_bits(symbols, depth, min(memory, depth)) / 8
    assert ideal <= len(data) <= 1.0002 * ideal + 2, (len(data), ideal)


@given(st.integers(1, 16).flatmap(lambda d: st.tuples(st.just(d), st.lists(st.integers(0, 2**d - 1), max_size=80))))
def test_decode_undoes_encode(case):
    depth, symbols = case
    for memory in (0, 3):
        data = adaptive_model.encode(np.array(symbols, np.int64), depth, memory)
        assert adaptive_model.decode(data, len(symbols), depth, memory).tolist() == symbols


def test_a_chance_is_the_mean_of_a_fast_and_a_slow_estimate():
    state = adaptive_model.new_chances(3)
    assert state.tolist() == [[32768, 32768]] * 3 and adaptive_model.chance(state, 1) == 32768
    adaptive_model.learn(state, 1, 1)  # 1/16 and 1/128 of the 32768 that are missing
    assert state.tolist() == [[32768, 32768], [34816, 33024], [32768, 32768]]
    assert adaptive_model.chance(state, 1) == 33920
    adaptive_model.learn(state, 2, 0)
    assert state.tolist()[2] == [30720, 32512] and adaptive_model.chance(state, 2) == 31616


def test_questions_have_numbers_of_their_own():
    """The first eight bits after each of the eight beginnings of the symbol before, then the rest after any."""
    numbers = [adaptive_model._context(node, 0b101_10000, 8, 3) for node in (1, 255, 256, 511)]
    assert numbers == [5 * 256 + 1, 5 * 256 + 255, 8 * 256 + 256, 8 * 256 + 511]
    assert adaptive_model._context(3, 0b101_10000, 8, 0) == 3


def test_before_the_first_symbol_stands_a_zero():
    for count in range(1, 100, 7):
        alone, after = (adaptive_model.encode(np.zeros(count, int), 1, memory) for memory in (0, 1))
        assert alone == after, "zeros after zeros are all asked the same question"


def test_what_depth_memory_and_count_are_not():
    for depth, memory, name in ((0, 0, "depth"), (17, 0, "depth"), (8, -1, "memory"), (8, 17, "memory")):
        with pytest.raises(ValueError, match=f"{name} is a whole number from [01] to 16, not"):
            adaptive_model.encode([1], depth, memory)
        with pytest.raises(ValueError, match=f"{name} is a whole number from [01] to 16, not"):
            adaptive_model.decode(b"", 1, depth, memory)
    with pytest.raises(ValueError, match="symbols are whole numbers from 0 to 7, not 8"):
        adaptive_model.encode([8], 3)
    with pytest.raises(ValueError, match="count is a whole number from 0"):
        adaptive_model.decode(b"", -1, 3)
    for depth, memory in ((1, 16), (8, 16), (16, 3)):
        symbols = [0, (1 << depth) - 1]
        found = adaptive_model.decode(adaptive_model.encode(symbols, depth, memory), 2, depth, memory)
        assert found.tolist() == symbols and found.dtype == np.uint16


def test_chances_stay_away_from_certainty():
    state = adaptive_model.new_chances(2)
    for _ in range(10_000):
        adaptive_model.learn(state, 0, 0)
        adaptive_model.learn(state, 1, 1)
    never, always = adaptive_model.chance(state, 0), adaptive_model.chance(state, 1)
    assert 0 < never < 100 and 65436 < always < 65536 and never + always in (65535, 65536)


@long_run
def test_learning_follows_a_change():
    sky_then_trees = np.repeat([200, 40], 3000) + np.random.default_rng(0).integers(0, 4, 6000)
    counts = np.bincount(sky_then_trees)
    p = counts[counts > 0] / 6000
    assert 8 * len(adaptive_model.encode(sky_then_trees, 8)) < 0.85 * 6000 * -(p * np.log2(p)).sum()


@long_run
def test_the_neighbour_helps():
    steps = np.cumsum(np.random.default_rng(0).integers(-1, 2, 30_000)) % 256
    assert len(adaptive_model.encode(steps, 8, 6)) < 0.85 * len(adaptive_model.encode(steps, 8))


@pytest.mark.parametrize("count", [30, pytest.param(300, marks=long_run)])
def test_every_cut_and_every_spare_byte_is_told(count):
    symbols = np.arange(count) * 37 % 256
    data = adaptive_model.encode(symbols, 8)
    assert np.array_equal(adaptive_model.decode(data, count, 8), symbols)
    for damaged in [data[:size] for size in range(len(data))] + [data + b"\0"]:
        with pytest.raises(CorruptStream, match=f"{count} symbols"):
            adaptive_model.decode(damaged, count, 8)


def test_a_promise_of_many_symbols_is_soon_seen_through():
    with pytest.raises(CorruptStream):
        adaptive_model.decode(b"", 1 << 27, 8)
