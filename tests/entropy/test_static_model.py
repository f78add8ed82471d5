"""Static frequencies: their sum, the table, the coder's rate under them, and tables that no encoder made."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgcomp_lib.core.bits import CorruptStream
from imgcomp_lib.entropy import static_model

COUNTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=200).filter(any)


@given(COUNTS, st.integers(8, 16))
def test_frequencies_fill_the_interval(counts, bits):
    counts = np.array(counts)
    freqs = static_model.quantise(counts, bits)
    assert freqs.sum() == 1 << bits and ((freqs > 0) == (counts > 0)).all()


def test_frequencies_are_the_best_there_are():
    rng = np.random.default_rng(3)
    for _ in range(20):
        counts = np.ceil(rng.pareto(0.7, 4)).astype(np.int64)
        every = [
            np.array([a, b, c, 32 - a - b - c])
            for a in range(1, 30)
            for b in range(1, 31 - a)
            for c in range(1, 32 - a - b)
        ]
        least = min(static_model.cost(counts, freqs) for freqs in every)
        assert static_model.cost(counts, static_model.quantise(counts, 5)) <= 1.002 * least


def test_too_many_symbols_are_refused():
    with pytest.raises(ValueError, match=r"5 different symbols do not fit into 2\*\*2"):
        static_model.quantise(np.ones(5, np.int64), 2)
    with pytest.raises(ValueError, match="0 different"):
        static_model.quantise(np.zeros(5, np.int64), 2)


@given(COUNTS)
def test_the_table_comes_back(counts):
    freqs = static_model.best(np.array(counts))
    data = static_model.pack(freqs)
    back, size = static_model.unpack(data + b"the stream", len(freqs))
    assert np.array_equal(back, freqs) and size == len(data)


def test_a_table_by_hand():
    freqs = static_model.quantise(np.array([9, 2, 0, 1]), 4)
    assert freqs.tolist() == [12, 3, 0, 1]
    # head: 4 bits, symbol 0 is used; runs 2, 1, 1 as 010 1 1; frequencies 12, 3, 1 as 0001100 011 1
    assert static_model.pack(freqs) == bytes([0x84, 0b01011000, 0b00011000, 0b11100000])


def test_the_table_is_as_fine_as_it_pays():
    few, many = (static_model.best(np.array([3, 2, 1]) * n) for n in (1, 10**6))
    assert few.sum() < 16 and many.sum() > 1000


@pytest.mark.parametrize("data", ["", "ff", "95 80", "84", "84 58", "84 00 00", "04 58 18 e0", "84 58 18"])
def test_broken_tables_are_told(data):
    with pytest.raises(CorruptStream):
        static_model.unpack(bytes.fromhex(data), 4)


def messages():
    """Return symbols of every temper: flat, skewed, nearly always the same, few, many, 16 bits."""
    rng = np.random.default_rng(11)
    return {
        "flat": rng.integers(0, 256, 200_000),
        "geometric": np.minimum(rng.geometric(0.1, 200_000), 255),
        "skewed": (rng.random(500_000) < 0.001).astype(np.int64),
        "almost certain": (np.arange(1_000_000) % 99_999 == 0).astype(np.int64),
        "never anything else": np.full(1000, 3),
        "one symbol": np.array([9]),
        "short": np.array([1, 2, 3, 1]),
        "sixteen bits": np.clip(rng.normal(30000, 3000, 100_000), 0, 65535).astype(np.int64),
        "two peaks": np.where(rng.random(100_000) < 0.5, 0, 65535),
    }


@pytest.mark.parametrize("name", messages())
def test_the_rate_is_the_model_s(name):
    symbols = messages()[name]
    counts = np.bincount(symbols)
    freqs = static_model.best(counts)
    data = static_model.encode(symbols, freqs)
    ideal = static_model.cost(counts, freqs) / 8
    assert np.array_equal(static_model.decode(data, freqs, len(symbols)), symbols)
    assert ideal <= len(data) <= 1.0002 * ideal + 2, (len(data), ideal)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=300))
def test_decode_undoes_encode(symbols):
    symbols = np.array(symbols)
    freqs = static_model.best(np.bincount(symbols, minlength=12))
    data = static_model.encode(symbols, freqs)
    assert np.array_equal(static_model.decode(data, freqs, len(symbols)), symbols)


def test_every_cut_and_every_spare_byte_is_told():
    symbols = np.arange(300) % 7
    freqs = static_model.best(np.bincount(symbols))
    data = static_model.encode(symbols, freqs)
    for damaged in [data[:size] for size in range(len(data))] + [data + b"\0"]:
        with pytest.raises(CorruptStream, match="300 symbols"):
            static_model.decode(damaged, freqs, 300)


def test_a_symbol_without_frequency_is_refused():
    with pytest.raises(ValueError, match="no codeword"):
        static_model.encode(np.array([0, 1]), np.array([4, 0]))


def test_counts_serve_as_they_are():
    for symbols in messages().values():
        counts = np.bincount(symbols)  # no power of two
        data = static_model.encode(symbols, counts)
        assert np.array_equal(static_model.decode(data, counts, len(symbols)), symbols)
        assert 8 * len(data) <= 1.001 * static_model.cost(counts, counts) + 32


def test_constriction_is_no_shorter():
    constriction = pytest.importorskip("constriction")
    symbols = messages()["geometric"]
    counts = np.bincount(symbols)
    chances = (counts / counts.sum()).astype(np.float32)
    coder = constriction.stream.queue.RangeEncoder()
    coder.encode(symbols.astype(np.int32), constriction.stream.model.Categorical(chances, perfect=False))
    theirs = coder.get_compressed().nbytes
    assert len(static_model.encode(symbols, static_model.quantise(counts, 20))) <= 1.0002 * theirs + 4
