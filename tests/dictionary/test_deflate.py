"""DEFLATE: bits by hand, zlib inflating ours, ours inflating zlib's, and the same verdict as zlib on broken streams."""

import inspect
import math
import random
import time
import zlib

import numpy as np
import pytest
from conftest import PROFILE, long_run
from hypothesis import given, settings
from hypothesis import strategies as st

from imgcomp_lib.core.bits import BitReader, BitWriter, CorruptStream, Unsupported, packed
from imgcomp_lib.dictionary import lz77
from imgcomp_lib.dictionary.deflate import deflate, search, tables
from imgcomp_lib.dictionary.deflate import inflate as reader
from imgcomp_lib.dictionary.deflate.inflate import inflate
from imgcomp_lib.dictionary.deflate.tables import CODE_LENGTH_ORDER, DYNAMIC, STATIC, STORED
from imgcomp_lib.measure import images


def _text(count):
    """Return so many words, frequent and rare ones as in any language, the same in every version of Python."""
    rng, letters = random.Random(1), "etaoinshrdlcumwfgypbvk"
    words = ["".join(letters[int(22 * rng.random() ** 2)] for _ in range(2 + i % 7)) for i in range(300)]
    return " ".join(words[int(300 * rng.random() ** 3)] for _ in range(count)).encode()


NOISE = np.random.default_rng(0).integers(0, 256, 70_000, np.uint8).tobytes()
CORPUS = {
    "nothing": b"",
    "one byte": b"a",
    "text": _text(1500),
    "zeros": bytes(100_000),
    "noise": NOISE,
    "four values": bytes(byte & 3 for byte in NOISE[:20_000]),
    "noise amid zeros": bytes(70_000) + NOISE + bytes(70_000),
    "photo": images.photo("cat")[::2, ::2].tobytes(),
    "far": NOISE[:32_768] + b"!" + NOISE[:32_000],
}
SHORT = {
    "text": CORPUS["text"][:300],
    "zeros": bytes(300),
    "noise": NOISE[:100],
    "four values": CORPUS["four values"][:400],
    "far": NOISE[:60] + bytes(20) + NOISE[:60],
}
RUBBISH = settings(max_examples=60 if PROFILE == "mutants" else 1500)
STRATEGIES = {"default": 0, "filtered": 1, "huffman only": 2, "rle": 3, "fixed": 4}
TEXTS = st.binary(max_size=400) | st.text("ab", max_size=400).map(str.encode) | st.text("abcdefg").map(str.encode)


def by_zlib(data):
    """Return what zlib makes of a raw stream: the bytes, or None where it refuses them or wants more."""
    reader = zlib.decompressobj(-15)
    try:
        found = reader.decompress(data)
    except zlib.error:
        return None
    return found if reader.eof else None


def of_zlib(data, level=6, strategy=0, window=-15, memory=8):
    writer = zlib.compressobj(level, zlib.DEFLATED, window, memory, strategy)
    return writer.compress(data) + writer.flush()


def test_a_fixed_block_by_hand():
    """Ten a's: the last block, fixed; literal 61; length 9 (symbol 263), distance 1 (symbol 0); the end."""
    bits = BitWriter(lsb_first=True)
    fields = ["1", "10", "10010001", "0000111", "00000", "0000000"]  # kind 01 low bit first; 30 + 61 hex in eight bits
    for bit in "".join(fields):
        bits.write(int(bit), 1)
    assert bits.getvalue().hex(" ") == "4b 84 03 00"
    assert deflate.encode(b"a" * 10) == bits.getvalue() and inflate(bits.getvalue()) == (b"a" * 10, 4)


LENGTHS = """257 0 3  258 0 4  259 0 5  260 0 6  261 0 7  262 0 8  263 0 9  264 0 10  265 1 11  266 1 13  267 1 15
268 1 17  269 2 19  270 2 23  271 2 27  272 2 31  273 3 35  274 3 43  275 3 51  276 3 59  277 4 67  278 4 83  279 4 99
280 4 115  281 5 131  282 5 163  283 5 195  284 5 227  285 0 258"""
FAR = """0 0 1  1 0 2  2 0 3  3 0 4  4 1 5  5 1 7  6 2 9  7 2 13  8 3 17  9 3 25  10 4 33  11 4 49  12 5 65  13 5 97
14 6 129  15 6 193  16 7 257  17 7 385  18 8 513  19 8 769  20 9 1025  21 9 1537  22 10 2049  23 10 3073  24 11 4097
25 11 6145  26 12 8193  27 12 12289  28 13 16385  29 13 24577"""


def test_the_tables_of_the_standard():
    """RFC 1951, 3.2.5 and 3.2.6: symbol, extra bits, least length or distance; the fixed code."""
    for text, first, extra, base in (
        (LENGTHS, 257, tables.LENGTH_EXTRA, tables.LENGTH_BASE),
        (FAR, 0, tables.DISTANCE_EXTRA, tables.DISTANCE_BASE),
    ):
        rows = np.array(text.split(), int).reshape(-1, 3)
        assert (rows[:, 0] == first + np.arange(len(rows))).all()
        assert extra.tolist() == rows[:, 1].tolist() and base.tolist() == rows[:, 2].tolist()
        symbols = (search.LENGTH_SYMBOL if first else search.DISTANCE_SYMBOL).tolist()
        for (symbol, bits, least), end in zip(
            rows.tolist(), [*rows[1:, 2].tolist(), 259 if first else 32769], strict=True
        ):
            assert symbols[least:end] == [symbol] * (end - least) and end - least <= 1 << bits
    assert len(search.LENGTH_SYMBOL) == 259 and len(search.DISTANCE_SYMBOL) == 32769
    assert tables.CODE_LENGTH_ORDER.tolist() == [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    literals, distances = tables.FIXED
    assert literals.tolist() == [8] * 144 + [9] * 112 + [7] * 24 + [8] * 8 and distances.tolist() == [5] * 32
    assert (tables.END, tables.SYMBOLS, tables.DISTANCES, STORED, STATIC, DYNAMIC) == (256, 288, 32, 0, 1, 2)


@pytest.mark.parametrize("effort", [0, 1, 4, 6, 7])
@pytest.mark.parametrize("data", SHORT.values(), ids=SHORT)
def test_zlib_inflates_what_is_short(data, effort):
    packed = deflate.zlib_encode(data, effort)
    assert zlib.decompress(packed) == data and deflate.zlib_decode(packed + b"junk", len(data)) == (data, len(packed))
    assert len(packed) <= min(len(data) + 11, len(data) + 11 if effort == 0 else 1.05 * len(of_zlib(data)) + 6)


@pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=STRATEGIES)
@pytest.mark.parametrize("data", SHORT.values(), ids=SHORT)
def test_what_zlib_deflates_is_read(data, strategy):
    for level in (0, 1, 9):
        packed = of_zlib(data, level, strategy)
        log = []
        assert inflate(packed + b"junk", len(data), log) == (data, len(packed))
        assert sum(size for *_, size in log) == len(data)
        assert 0 <= 8 * len(packed) - sum(bits for _, _, bits, _ in log) < 8
        with pytest.raises(CorruptStream, match=f"more than {len(data) - 1} bytes"):
            inflate(packed, len(data) - 1)


def test_the_head_of_a_zlib_stream():
    """As zlib's own for each of its levels; 6 when nothing is said."""
    for effort in range(10):
        assert deflate.zlib_encode(b"", effort)[:2] == zlib.compress(b"", effort)[:2]
    assert deflate.zlib_encode(b"")[:2] == bytes.fromhex("78 9c") and deflate.encode(b"a").hex() == "4b0400"
    limits = [inspect.signature(read).parameters["limit"].default for read in (inflate, deflate.zlib_decode)]
    assert limits == [1 << 30] * 2


def test_how_hard_each_effort_looks(monkeypatch):
    """The head of `search` says it: the places that are tried, lazily or not, and the rounds."""
    seen, follow, candidates, cheapest = [], lz77.follow, lz77.candidates, search.cheapest
    monkeypatch.setattr(lz77, "follow", lambda *a: (seen.append(a[5:]), follow(*a))[1])
    monkeypatch.setattr(lz77, "candidates", lambda *a: (seen.append(a[5]), candidates(*a))[1])
    monkeypatch.setattr(search, "cheapest", lambda *a: (seen.append("round"), cheapest(*a))[1])
    expected = {1: (4, 0), 2: (8, 0), 3: (32, 0), 4: (16, 8), 5: (32, 32), 6: (128, 258)}
    for effort in range(1, 10):
        seen.clear()
        deflate.encode(b"abcabc", effort)
        rounds = {7: (16, 3), 8: (64, 6), 9: (256, 15)}.get(effort)
        assert seen == ([rounds[0], *["round"] * rounds[1]] if rounds else [expected[effort]])
    seen.clear()
    deflate.encode(b"abcabc")
    assert seen == [(128, 258)]


def test_whole_logarithms_and_costs():
    assert [search.log2(n) for n in (1, 2, 3, 6, 8, 1 << 40)] == [0, 256, 405, 661, 768, 10240]
    assert search._information(np.array([[2, 6, 0], [0, 0, 0]])).tolist() == [[512, 107, 1024], [256] * 3]
    ends, literals, lengths, distances = search._fixed_costs(7)
    assert ends.tolist() == [7] and literals[0, [0, 143, 144, 255]].tolist() == [2048, 2048, 2304, 2304]
    assert lengths[0, [3, 11, 257, 258]].tolist() == [256 * bits for bits in (7, 8, 13, 8)]
    assert distances[0, [0, 4, 29]].tolist() == [256 * bits for bits in (5, 6, 18)]
    assert deflate._extra_bits(np.array([97, 257, 265, 285, 284]), np.array([0, 4, 29])) == 0 + 1 + 0 + 5 + 0 + 1 + 13


def test_blocks_are_cut_where_it_pays():
    before = np.arange(320)
    after = before.copy()
    after[:2] += 4  # 8 bits for eight symbols, and a header of 200 + 2 * 3
    assert search._block_cost(before, after) == 256 * (8 + 206)
    after[288:290] += 2  # 4 bits for four distances
    assert search._block_cost(before, after) == 256 * (8 + 4 + 212)
    sums = np.zeros((4, 320), int)
    sums[1:, 5], sums[2:, 6], sums[3, 6] = 2048, 2048, 4096
    assert search._partition(sums).tolist() == [0, 0, 1, 1], "another symbol is another block, the same is not"
    sums[2:, 6], sums[2:, 5] = 1, 4095
    assert search._partition(sums[:3]).tolist() == [0, 0, 0], "one other symbol is not worth a header"
    values = np.repeat([1, 2], [2048, 3000])
    assert [len(part) for part, _ in search._split(0 * values, values)] == [2048, 3000]
    assert [len(part) for part, _ in search._split(0 * values, 0 * values)] == [5048]


def test_a_mebibyte_is_searched_at_once():
    assert (search.SEGMENT, search.GRAIN, search.MOST_GRAINS) == (1 << 20, 2048, 64)
    seeker, seen = search.Search(bytes((1 << 20) + 5), 1), []
    seeker._lazy = lambda start, end: seen.append((start, end)) or []
    assert list(seeker.blocks()) == [] and seen == [(0, 1 << 20), (1 << 20, (1 << 20) + 5)]


@long_run
def test_a_block_has_64_grains_at_most():
    assert search._partition(np.arange(66)[:, None] * np.ones(320, int))[64:].tolist() == [0, 1]


def test_what_bytes_would_cost_after_others():
    """Three literals of 8 bits in the fixed code; the same bytes again: a length of 7 bits, a distance of 5."""
    data = np.frombuffer(b"abcabc", np.uint8)
    history = search.new_history(data, search._fixed_costs(6), 10)
    for _ in range(2):
        assert search.cost_of(history, 0, 6) == 256 * (24 + 7 + 5) and (history.heads == -1).all()
    search.remember(history, 0, 3)
    for _ in range(2):
        assert search.cost_of(history, 3, 6) == 256 * (7 + 5)
    same = search.new_history(np.zeros(6, np.uint8), search._fixed_costs(6), 10)
    search.remember(same, 0, 3)
    for _ in range(2):  # the places before are not forgotten with those asked for
        assert search.cost_of(same, 3, 6) == 256 * (7 + 5)


def _priced(literal):
    """Return the fixed code's costs with another one of the first literal."""
    costs = search._fixed_costs(1)
    costs.literals[0, 0] = literal
    return costs


@pytest.mark.parametrize("use, message", [
    (lambda: search.symbols_of([0, 3], [1]), "come in pairs, not 2 and 1"),
    (lambda: search.symbols_of([2], [1]), "a length of 1 or 2"),
    (lambda: search.symbols_of([1], [1]), "a length of 1 or 2"),
    (lambda: search.symbols_of([3], [0]), "a distance of 0"),
    (lambda: search.symbols_of([0], [256]), "a literal that is no byte"),
    (lambda: search.symbols_of([259], [1]), "lengths are whole numbers from 0 to 258, not 259"),
    (lambda: search.symbols_of([3], [32769]), "values are whole numbers from 0 to 32768, not 32769"),
    (lambda: search.Search(b"a", 0), "effort is a whole number from 1 to 9, not 0"),
    (lambda: search.learn(b"a", 6), "effort is a whole number from 7 to 9, not 6"),
    (lambda: search.new_history([1], search._fixed_costs(1), 1), "data are one row of uint8, not list"),
    (lambda: search.new_history(np.zeros(3), search._fixed_costs(1), 1), "data are one row of uint8, not float64"),
    (lambda: search.new_history(np.zeros((1, 1), np.uint8), search._fixed_costs(1), 1), "data are one row"),
    (lambda: search.new_history(np.zeros(1, np.uint8), search._fixed_costs(1), -1), "chain is a whole number from 0"),
    (lambda: search.new_history(np.zeros(1, np.uint8), 5, 1), "costs are what search.learn returns"),
    (lambda: search.Search(b"a", 7, search._fixed_costs(1)[:3]), "costs are what search.learn returns"),
    (lambda: search.Search(b"a", 7, (*search._fixed_costs(1)[:3], [[1]])), r"costs have the shapes"),
    (lambda: search.Search(b"a", 7, _priced(-1)), "literals are whole numbers from 0 to 4294967296, not -1"),
    (lambda: search.Search(b"a", 7, _priced((1 << 32) + 1)), "whole numbers from 0 to 4294967296, not 4294967297"),
    (lambda: search.Search(b"a", 7, ([], *search._fixed_costs(1)[1:])), r"costs have the shapes"),
])  # fmt: skip
def test_what_cannot_be_searched_is_told(use, message):
    with pytest.raises(ValueError, match=message):
        use()


def test_what_can_just_be_searched():
    symbols, distances = search.symbols_of([0, 258, 3], [255, 32768, 1])
    assert symbols.tolist() == [255, 285, 257] and distances.tolist() == [29, 0]
    free = search.Costs(*(0 * values for values in search._fixed_costs(0)))
    assert inflate(deflate.encode(b"abcabc", 7, free))[0] == b"abcabc"
    blocks = [(np.array([0, 5]), np.array([1, 1])), (np.array([0, 0, 3]), np.array([1, 2, 2]))]
    assert search._own_costs(blocks, 100).ends.tolist() == [106, 111]
    assert search._checked(_priced(1 << 32)).literals[0, 0] == 1 << 32
    assert search.learn(b"abcabcabc" * 3, 7).ends.tolist() == [27]
    assert [a.tolist() for a in search.learn(b"", 7)] == [a.tolist() for a in search._fixed_costs(0)]


def _at_codes(data):
    """Return a reader behind the three bits that begin a block, and the bytes with four more."""
    bits = BitReader(data, lsb_first=True)
    bits.read(3)
    return bits, np.frombuffer(data + bytes(4), np.uint8)


def test_the_longest_codewords():
    """Symbols as frequent as Fibonacci's numbers have codewords of 13 to 15 bits, which no table holds."""
    fibonacci = [1, 1]
    while len(fibonacci) < 17:
        fibonacci.append(sum(fibonacci[-2:]))
    frequent = [count for count in fibonacci[1:] if count != 987]  # the end comes once, and a match 986 times
    literals = np.repeat(np.arange(len(frequent)), frequent)
    far = np.repeat(1 + np.append(0, np.cumsum(1 << tables.DISTANCE_EXTRA)[:13]), fibonacci[:14])
    lengths, values = np.repeat([0, 3], [len(literals), len(far)]), np.append(literals, far)
    data, out = lz77.expand(lengths, values), deflate._Bits()
    deflate._put_block(out, lengths, values, np.frombuffer(data, np.uint8), True)
    log = []
    assert by_zlib(out.getvalue()) == data and inflate(out.getvalue(), log=log)[0] == data and log[0][0] == DYNAMIC
    _, starts, _, _, far_starts, _ = reader._read_codes(*_at_codes(out.getvalue()), reader._Scratch())
    assert np.flatnonzero(starts).max() == 15 and np.flatnonzero(far_starts).max() == 13


EMPTY = {
    "stored": [(0, 8), (0, 16), (0xFFFF, 16)],
    "fixed": [(0b010, 3), (0, 7)],
    "dynamic": [(4, 3), (0, 10), (14, 4), *((int(symbol in (1, 18)), 3) for symbol in tables.CODE_LENGTH_ORDER[:18]),
                (1, 1), (127, 7), (1, 1), (107, 7), (0, 1), (0, 1), (0, 1)],
}  # fmt: skip
"""A block without a byte in it, as words and widths; that of 256 zeros and a length of 1, twice, is the longest."""


@pytest.mark.parametrize("kind", EMPTY)
def test_empty_blocks_are_stepped_over_wherever_they_stand(kind):
    words, widths = (np.array(column) for column in zip(*EMPTY[kind], strict=True))
    for count in (1, 2, 7):
        stream = packed(np.append(np.tile(words, count), [3, 0]), np.append(np.tile(widths, count), [3, 7]), True)
        log = []
        assert inflate(stream) == (b"", len(stream)) == inflate(stream, log=log) and by_zlib(stream) == b""
        assert len(log) == count + 1
        for size in range(len(stream)):
            with pytest.raises(CorruptStream):
                inflate(stream[:size])


def test_empty_blocks_cost_no_more_than_ten_times_what_they_cost_zlib():
    """In seconds of the processor, least of five: both kinds are stepped over in compiled code."""
    if not hasattr(reader._skip_empty, "py_func"):
        pytest.skip("nothing is compiled")
    for kind in ("stored", "fixed"):
        words, widths = (np.array(column) for column in zip(*EMPTY[kind], strict=True))
        many = packed(np.append(np.tile(words, 40_000), [3, 0]), np.append(np.tile(widths, 40_000), [3, 7]), True)
        theirs = min(_seconds(zlib.decompress, many, -15) for _ in range(5))
        assert min(_seconds(inflate, many) for _ in range(5)) < 10 * theirs + 0.01


def _seconds(call, *arguments):
    start = time.process_time()
    call(*arguments)
    return time.process_time() - start


def test_short_streams_that_are_cut_are_told():
    for data in (of_zlib(SHORT["four values"][:200], 9), *ACCEPTED.values()):
        whole = inflate(data)[1]
        for size in range(whole):
            with pytest.raises(CorruptStream):
                inflate(data[:size])
    for limit in (-1, (1 << 62) + 1):
        with pytest.raises(ValueError, match=f"limit is a whole number from 0 to {1 << 62}, not {limit}"):
            inflate(data, limit)


def test_a_block_is_of_the_shorter_kind(monkeypatch):
    def bits(data):
        log = []
        inflate(deflate.encode(data, 1), log=log)
        return log[0][2]

    for size in range(20, 300, 12):
        data, never = CORPUS["text"][:size], []
        for name, other in (("FIXED", (np.full(288, 50), np.full(32, 50))), ("_describe", lambda *_: ((), (10**6,)))):
            with monkeypatch.context() as patched:
                patched.setattr(deflate, name, other)  # so dear that it is not taken
                never.append(bits(data))
        assert bits(data) == min(never)


def test_the_log_of_a_stored_block():
    log = []
    inflate(deflate.encode(b"abc", 0), log=log)
    assert log == [(STORED, 3 + 5 + 32, 3 + 5 + 32 + 24, 3)]


def test_bits_are_taken_across_three_bytes():
    data = np.array([0x01, 0x23, 0x45, 0x67, 0x89], np.uint8)
    for position, width, bits in ((0, 17, 0x12301), (12, 11, 0x452), (23, 17, 0x112CE), (16, 0, 0), (4, 8, 0x30)):
        assert reader._ahead(data, position, width) == bits


def test_the_runs_of_codeword_lengths():
    """RFC 1951, 3.2.7: 18 tells 11 to 138 zeros in seven bits, 17 3 to 10 in three, 16 a length 3 to 6 times more."""
    for lengths, told in (
        ([0, 0, 5], [(0, 0, 0), (0, 0, 0), (5, 0, 0)]),
        ([0] * 3 + [4], [(17, 0, 3), (4, 0, 0)]),
        ([0] * 10, [(17, 7, 3)]),
        ([0] * 11, [(18, 0, 7)]),
        ([0] * 141, [(18, 127, 7), (17, 0, 3)]),
        ([1] * 5, [(1, 0, 0), (16, 1, 2)]),
        ([7] * 3, [(7, 0, 0)] * 3),
        ([7] * 4, [(7, 0, 0), (16, 0, 2)]),
        ([7] * 9, [(7, 0, 0), (16, 3, 2), (7, 0, 0), (7, 0, 0)]),
    ):
        assert deflate._runs(np.array(lengths)) == told


@long_run
@pytest.mark.parametrize("effort", range(10))
@pytest.mark.parametrize("data", CORPUS.values(), ids=CORPUS)
def test_zlib_inflates_ours(data, effort):
    packed = deflate.zlib_encode(data, effort)
    assert zlib.decompress(packed) == data
    assert deflate.zlib_decode(packed + b"junk", len(data)) == (data, len(packed))
    assert len(packed) <= len(data) + 5 * (len(data) // 10_000 + 1) + 6


@long_run
@pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=STRATEGIES)
@pytest.mark.parametrize("data", CORPUS.values(), ids=CORPUS)
def test_ours_inflates_zlibs(data, strategy):
    for level in range(10):
        packed = of_zlib(data, level, strategy)
        assert inflate(packed + b"junk", len(data)) == (data, len(packed))


@long_run
@pytest.mark.parametrize("window", range(9, 16))
@pytest.mark.parametrize("memory", [1, 9])
def test_ours_inflates_other_windows_and_blocks(window, memory):
    for data in CORPUS.values():
        packed = of_zlib(data, 9, 0, window, memory)
        assert deflate.zlib_decode(packed) == (data, len(packed))


@given(TEXTS, st.sampled_from([1, 3, 6, 7, 9]))
def test_round_trip(data, effort):
    packed = deflate.encode(data, effort)
    assert by_zlib(packed) == data and inflate(packed) == (data, len(packed))


@long_run
def test_more_effort_is_smaller_and_as_small_as_zlib():
    for name in ("text", "photo"):
        sizes = [len(deflate.zlib_encode(CORPUS[name], effort)) for effort in range(10)]
        assert max(sizes[8:]) <= 1.001 * sizes[7] and sizes[7] < sizes[6] <= sizes[1] < sizes[0]
        assert sizes[6] <= 1.005 * len(zlib.compress(CORPUS[name], 6))
        assert sizes[7] <= 0.99 * len(zlib.compress(CORPUS[name], 9))


@long_run
def test_costs_of_similar_data_are_a_good_start():
    data = CORPUS["text"]
    started = deflate.encode(data, 7, search.learn(data, 7))
    assert by_zlib(started) == data and len(started) < len(deflate.encode(data, 7))


@long_run
def test_every_kind_of_block_is_written():
    kinds = set()
    for data in (b"a", CORPUS["text"], CORPUS["noise amid zeros"]):
        log = []
        inflate(deflate.encode(data, 6), log=log)
        kinds |= {kind for kind, _, _, _ in log}
        assert sum(size for _, _, _, size in log) == len(data)
    assert kinds == {STORED, STATIC, DYNAMIC}


@long_run
@pytest.mark.parametrize("effort", [6, 8])
def test_matches_reach_into_the_segment_before(monkeypatch, effort):
    monkeypatch.setattr(search, "SEGMENT", 1000)
    data = CORPUS["text"][:900] * 5
    packed = deflate.encode(data, effort)
    assert by_zlib(packed) == data and len(packed) < 700
    assert by_zlib(deflate.encode(data, effort, search.learn(data, 7))) == data


@given(st.integers(1, 1 << 40))
def test_log2_is_rounded_down(number):
    exact = 256 * math.log2(number)
    assert exact - 1.1 < search.log2(number) <= exact + 1e-6


# What must be refused


def stream(*fields):
    """Return a raw stream of (value, width) fields; a string of 0 and 1 is a codeword, first bit first."""
    bits = BitWriter(lsb_first=True)
    for field in fields:
        for value, width in [(int(bit), 1) for bit in field] if isinstance(field, str) else [field]:
            bits.write(value, width)
    return bits.getvalue()


def dynamic(code_lengths, *fields, symbols=257, distances=1):
    """Return a dynamic block whose 19 code lengths are given by symbol: {symbol: length}."""
    told = [(code_lengths.get(symbol, 0), 3) for symbol in CODE_LENGTH_ORDER.tolist()]
    return stream((1, 1), (2, 2), (symbols - 257, 5), (distances - 1, 5), (15, 4), *told, *fields)


ZEROS_138, ZEROS_118 = ("11", (127, 7)), ("11", (107, 7))  # in the code {0: 2, 1: 2, 2: 2, 18: 2}: 00, 01, 10, 11
CODE = {0: 2, 1: 2, 2: 2, 18: 2}

BROKEN = {
    "nothing": b"",
    "kind 3": stream((1, 1), (3, 2)),
    "stored, complement": stream((1, 1), (0, 7), (1, 16), (1, 16), (65, 8)),
    "stored, too short": stream((1, 1), (0, 7), (2, 16), (65533, 16), (65, 8)),
    "distance before the start": stream((1, 1), (1, 2), "0000001", "00000", "0000000"),
    "distance beyond one byte": stream((1, 1), (1, 2), "10010001", "0000001", "00001", "0000000"),
    "symbol 286": stream((1, 1), (1, 2), "11000110", "0000000"),
    "distance symbol 30": stream((1, 1), (1, 2), "10010001", "0000001", "11110", "0000000"),
    "no end": stream((1, 1), (1, 2), "10010001"),
    "not the last": stream((0, 1), (1, 2), "0000000"),
    "287 symbols": dynamic({0: 1, 1: 1}, symbols=287),
    "31 distances": dynamic({0: 1, 1: 1}, distances=31),
    "code of lengths over-subscribed": dynamic({0: 1, 1: 1, 2: 1}, (0, 64)),
    "code of lengths incomplete": dynamic({0: 2, 1: 2}, (0, 64)),
    "code of lengths empty": dynamic({}, (0, 64)),
    "repeat of nothing": dynamic({0: 1, 16: 1}, "1", (0, 2), (0, 64)),
    "repeat of nothing, and all lengths": dynamic({0: 1, 16: 1}, "1", (0, 2), *[(0, 64)] * 5),
    "too many lengths": dynamic({0: 1, 18: 1}, "1", (127, 7), "1", (127, 7), (0, 64)),
    "no end symbol": dynamic(CODE, "01", "01", *ZEROS_138, *ZEROS_118, "00", (0, 64)),
    "lengths over-subscribed": dynamic(CODE, "01", "01", *ZEROS_138, *ZEROS_118, "01", "00"),
    "lengths incomplete": dynamic(CODE, "10", *ZEROS_138, *ZEROS_118, "10", "00", (0, 64)),
    "distances incomplete": dynamic(CODE, "01", *ZEROS_138, *ZEROS_118, "01", "10", (0, 64)),
    "distance that has no code": dynamic(
        CODE, "01", *ZEROS_138, *ZEROS_118[:1], (106, 7), "10", "10", "00", "0", "11", (0, 64), symbols=258
    ),
}
ACCEPTED = {
    "thirty distances": dynamic(CODE, *ZEROS_138, *ZEROS_118, "01", "11", (19, 7), "0", distances=30),
    "286 symbols": dynamic(CODE, *ZEROS_138, *ZEROS_118, "01", "11", (18, 7), "00", "0", symbols=286),
    "only the end": dynamic(CODE, *ZEROS_138, *ZEROS_118, "01", "00", "0"),
    "a lone distance": dynamic(
        CODE, "01", *ZEROS_138, *ZEROS_118[:1], (106, 7), "10", "10", "01", "0", "11", "0", "10", symbols=258
    ),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_broken_streams_are_told(data):
    assert by_zlib(data) is None, "zlib takes it"
    with pytest.raises(CorruptStream):
        inflate(data)


def test_what_is_broken_is_named():
    for name, message in (
        ("stored, complement", "a stored block of 1 bytes, or of 65534"),
        ("287 symbols", "287 symbols and 1 distances; 286 and 30 exist"),
        ("31 distances", "257 symbols and 31 distances; 286 and 30 exist"),
        ("kind 3", "a DEFLATE block of kind 3"),
        ("distance before the start", "before the start"),
        ("symbol 286", "a length or distance symbol"),
        ("distance symbol 30", "a length or distance symbol"),
        ("code of lengths incomplete", "Kraft sum is 0.5"),
        ("repeat of nothing", "end early, repeat nothing or are too many"),
        ("repeat of nothing, and all lengths", "end early, repeat nothing or are too many"),
        ("too many lengths", "end early, repeat nothing or are too many"),
        ("no end symbol", "without a codeword for its end"),
    ):
        with pytest.raises(CorruptStream, match=message):
            inflate(BROKEN[name])


@pytest.mark.parametrize("data", ACCEPTED.values(), ids=ACCEPTED)
def test_what_zlib_lets_pass(data):
    assert by_zlib(data) is not None, "zlib refuses it"
    assert inflate(data)[0] == by_zlib(data)


def verdict(data):
    try:
        return inflate(data, 1 << 22)[0]
    except CorruptStream:
        return None


SEEDS = [of_zlib(CORPUS["text"][:600]), of_zlib(b"abcabcabd" * 9, 9, 4), of_zlib(NOISE[:50]), *ACCEPTED.values()]


@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=4))
@RUBBISH
def test_the_same_verdict_as_zlib(seed, edits):
    data = bytearray(seed)
    for place, value in edits:
        data[place % len(data)] = value
    assert verdict(bytes(data)) == by_zlib(bytes(data))


@given(st.binary(max_size=60), st.sampled_from([b"", b"\x05", b"\x04", b"\x03", b"\xed\xc0"]))
@RUBBISH
def test_the_same_verdict_on_rubbish(data, head):
    assert verdict(head + data) == by_zlib(head + data)


@long_run
@pytest.mark.parametrize("effort", [0, 6])
def test_every_truncation_is_told(effort):
    packed = deflate.zlib_encode(CORPUS["text"][:700] + NOISE[:100], effort)
    for size in range(len(packed)):
        with pytest.raises(CorruptStream):
            deflate.zlib_decode(packed[:size])


@long_run
@pytest.mark.parametrize("effort", [0, 1])
def test_the_limit_holds(effort):
    packed = deflate.encode(bytes(1 << 20), effort)
    assert len(inflate(packed, 1 << 20)[0]) == 1 << 20
    for limit in (0, 1, 1000, (1 << 20) - 1):
        with pytest.raises(CorruptStream, match=f"more than {limit} bytes"):
            inflate(packed, limit)


def test_zlib_frames():
    packed = deflate.zlib_encode(b"hello")
    for broken in (b"", b"\x78", b"\x79" + packed[1:], b"\x88" + packed[1:], b"\x78\x9b" + packed[2:]):
        with pytest.raises(CorruptStream, match="no zlib stream begins with"):
            deflate.zlib_decode(broken)
    for broken, head in ((b"", "nothing"), (b"\x78", "78$"), (b"\x88\x1c" + packed[2:], "88 1c")):
        with pytest.raises(CorruptStream, match=f"no zlib stream begins with {head}"):
            deflate.zlib_decode(broken)
    small = of_zlib(b"hello", 6, 0, 9)  # a window of 512 bytes
    assert small[0] == 0x18 and deflate.zlib_decode(small + b"\xff") == (b"hello", len(small))
    with pytest.raises(CorruptStream, match="Adler-32"):
        deflate.zlib_decode(packed[:-1] + b"\0")
    dictionary = zlib.compressobj(zdict=b"hello")
    with pytest.raises(Unsupported, match="preset dictionary"):
        deflate.zlib_decode(dictionary.compress(b"hello") + dictionary.flush())


@pytest.mark.parametrize("effort", [-1, 10, 1.5, "6"])
def test_efforts_that_do_not_exist(effort):
    with pytest.raises(ValueError, match="effort is a whole number from 0 to 9"):
        deflate.zlib_encode(b"hello", effort)
