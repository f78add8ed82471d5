"""Static frequencies: their sum, the table, the coder's rate under them, and tables that no encoder made."""

import numpy as np
import pytest
from conftest import long_run
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


@long_run
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


@pytest.mark.parametrize("counts, bits, freqs", [
    ([90, 0, 9, 1], 4, [14, 0, 1, 1]),  # 14.4, 1.44 and 0.16 parts
    ([5, 5, 6], 4, [5, 5, 6]),
    ([3, 1], 3, [6, 2]),
    ([7], 0, [1]),
    ([1000, 1, 1, 1], 2, [1, 1, 1, 1]),
    ([1000, 1, 1, 1], 3, [5, 1, 1, 1]),
    ([20, 11, 1], 4, [10, 5, 1]),  # 10, 5.5 and 0.5 parts: the last is raised to 1, and none is missing
    ([10, 1, 1], 2, [2, 1, 1]),  # 3.3, 0.3, 0.3: one too many, and only the first can give
    ([12, 12, *[1] * 6], 4, [5, 5, *[1] * 6]),  # two too many: one from each of the frequent
    ([9, 2, 0, 1], 4, [12, 3, 0, 1]),  # 12, 2.67 and 1.33 parts: one is missing, and helps most in the middle
])  # fmt: skip
def test_frequencies_by_hand(counts, bits, freqs):
    assert static_model.quantise(np.array(counts), bits).tolist() == freqs


def test_the_finest_table_and_the_coarsest_are_tried():
    one_in_a_million = np.array([10**9, 10**9 // (1 << 16)])
    assert static_model.best(one_in_a_million).tolist() == [65535, 1], "2**16 parts at most, for few symbols"
    assert static_model.best([5]).tolist() == [1] and static_model.best([1, 1]).tolist() == [1, 1]


@pytest.mark.parametrize("counts, bits", [([5], range(17)), ([1] * 9, range(4, 17)), ([1] * 65536, range(16, 20))])
def test_tables_of_so_many_bits_are_tried(counts, bits, monkeypatch):
    """The fewest that give each symbol a part, to 16, and four more than the fewest at least."""
    asked = []
    monkeypatch.setattr(static_model, "quantise", lambda _, bits: asked.append(bits) or bits)
    monkeypatch.setattr(static_model, "pack", lambda bits: bytes(20 - bits))
    monkeypatch.setattr(static_model, "cost", lambda _, bits: 7.5 * bits)  # a byte less is worth half a bit more
    assert static_model.best(counts) == bits[-1] and asked == list(bits)


def test_cost_is_that_of_an_ideal_coder():
    assert static_model.cost([2, 1, 1], [2, 1, 1]) == 6 and static_model.cost([0, 3], [1, 7]) == pytest.approx(
        3 * np.log2(8 / 7)
    )
    assert static_model.cost([8, 0, 0], [1, 3, 0]) == 16 and static_model.cost([2, 1, 1], [4, 2, 2]) == 6
    for counts, freqs in (([1, 1], [1]), ([1, 1], [2, 0]), ([1], [1, 1])):
        with pytest.raises(ValueError, match=f"{len(freqs)} frequencies, some of them 0, for {len(counts)} counts"):
            static_model.cost(counts, freqs)


def test_too_many_symbols_are_refused():
    with pytest.raises(ValueError, match=r"5 different symbols do not fit into 2\*\*2"):
        static_model.quantise(np.ones(5, np.int64), 2)
    with pytest.raises(ValueError, match="0 different"):
        static_model.quantise(np.zeros(5, np.int64), 2)
    for bits in (-1, 21):
        with pytest.raises(ValueError, match=f"bits is a whole number from 0 to 20, not {bits}"):
            static_model.quantise([1], bits)
    with pytest.raises(ValueError, match="0 different symbols: 1 to 65536 have a table"):
        static_model.best([0, 0])
    with pytest.raises(ValueError, match="65537 different symbols: 1 to 65536 have a table"):
        static_model.best(np.ones(65537, int))
    for counts in ([-1, 2], [(1 << 40) + 1], [[1]], [0.5]):
        with pytest.raises(ValueError, match=r"counts (are whole numbers from 0|have 1 dimensions)"):
            static_model.check_counts(counts)
    assert static_model.check_counts([1 << 40, 0]).tolist() == [1 << 40, 0]


def test_frequencies_serve_where_they_divide_the_interval():
    assert static_model.decode(static_model.encode([0, 1], [1 << 24 >> 1] * 2), [1 << 24 >> 1] * 2, 2).tolist() == [
        0,
        1,
    ]
    symbols = [0, 65535, 7]
    assert static_model.decode(static_model.encode(symbols, [1] * 65536), [1] * 65536, 3).tolist() == symbols
    for freqs in ([1 << 24, 1], [0, 0], [1] * 65537):
        for use in (lambda f: static_model.encode([0], f), lambda f: static_model.decode(b"", f, 1)):
            with pytest.raises(ValueError, match=rf"a sum of 1 to 2\*\*24, not {len(freqs)} with {sum(freqs)}"):
                use(freqs)
    with pytest.raises(ValueError, match="count is a whole number from 0"):
        static_model.decode(b"", [1], -1)
    with pytest.raises(ValueError, match="symbols are whole numbers from 0 to 1, not 2"):
        static_model.encode([2], [1, 1])
    assert static_model.decode(static_model.encode([], [1]), [1], 0).dtype == np.uint16


def test_only_powers_of_two_have_a_table():
    assert static_model.pack([1 << 20]).hex(" ") == "94 80 00 00 08 00 00 00"  # 1; twenty zeros, a 1 and twenty zeros
    for freqs in ([3], [1 << 21], [0]):
        with pytest.raises(ValueError, match=rf"a power of two up to 2\*\*20, not to {sum(freqs)}"):
            static_model.pack(freqs)
    assert static_model.pack([0, 2, 2]).hex(" ") == "02 a0 48"  # 1 010; 010 010


def test_an_alphabet_has_65536_symbols_at_most():
    for alphabet in (0, 65537):
        with pytest.raises(ValueError, match=f"alphabet is a whole number from 1 to 65536, not {alphabet}"):
            static_model.unpack(b"\x80\x80\x80", alphabet)
    assert static_model.unpack(b"\x80\x80\x80", 1) == ([1], 3)
    found, size = static_model.unpack(static_model.pack([1] * 65536), 65536)
    assert (found == 1).all() and size == 1 + 5 + 8192
    assert static_model.unpack(static_model.pack([1 << 20]), 1)[0] == [1 << 20]
    with pytest.raises(CorruptStream, match="no table of frequencies"):
        static_model.unpack(b"\x95\x80" + bytes(9), 1)
    with pytest.raises(CorruptStream, match="2 frequencies for 1 symbols"):
        static_model.unpack(b"\x81\x80\xc0", 1)


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


@long_run
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


@long_run
def test_counts_serve_as_they_are():
    for symbols in messages().values():
        counts = np.bincount(symbols)  # no power of two
        data = static_model.encode(symbols, counts)
        assert np.array_equal(static_model.decode(data, counts, len(symbols)), symbols)
        assert 8 * len(data) <= 1.001 * static_model.cost(counts, counts) + 32


@long_run
def test_constriction_is_no_shorter():
    constriction = pytest.importorskip("constriction")
    symbols = messages()["geometric"]
    counts = np.bincount(symbols)
    chances = (counts / counts.sum()).astype(np.float32)
    coder = constriction.stream.queue.RangeEncoder()
    coder.encode(symbols.astype(np.int32), constriction.stream.model.Categorical(chances, perfect=False))
    theirs = coder.get_compressed().nbytes
    assert len(static_model.encode(symbols, static_model.quantise(counts, 20))) <= 1.0002 * theirs + 4
