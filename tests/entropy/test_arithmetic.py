"""Arithmetic coding: the textbooks' intervals, the range coder's rate, its carries and ends, and broken streams."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgcomp_lib.entropy import arithmetic as ac

GONZALEZ = ("12334", {"1": 1, "2": 1, "3": 2, "4": 1})  # a1 a2 a3 a3 a4, section 8.2
WITTEN = ("eaii!", {"a": 2, "e": 3, "i": 1, "o": 2, "u": 1, "!": 1})  # Witten, Neal and Cleary, table I


@pytest.mark.parametrize(
    "message, counts, low, high",
    [(*GONZALEZ, "0.06752", "0.0688"), (*WITTEN, "0.23354", "0.2336")],
    ids=["Gonzalez and Woods", "Witten, Neal and Cleary"],
)
def test_intervals_of_the_textbooks(message, counts, low, high):
    steps = ac.interval(message, counts)
    assert len(steps) == len(message) + 1 and steps[0] == (0, 1)
    assert steps[-1] == (Fraction(low), Fraction(high) - Fraction(low))
    assert ac.symbols_at(Fraction(low), counts, len(message)) == list(message)


@pytest.mark.parametrize("low, width, digits", [
    (Fraction(0), Fraction(1), ""),
    (Fraction(0), Fraction(1, 2), ""),
    (Fraction(1, 2), Fraction(1, 4), "1"),
    (Fraction(1, 3), Fraction(1, 3), "1"),
    (Fraction(1, 3), Fraction(1, 6), "011"),  # 1/2 itself lies outside
    (Fraction(1, 16), Fraction(1, 16), "0001"),
])  # fmt: skip
def test_shortest_numbers_by_hand(low, width, digits):
    assert ac.shortest(low, width) == digits


AB = {"a": 1, "b": 3, "never": 0}


@pytest.mark.parametrize("use, message", [
    (lambda: ac.interval("ab", ["a", "b"]), "counts are a dictionary"),
    (lambda: ac.interval("ab", {"a": 0}), "no symbol has a count"),
    (lambda: ac.interval("ab", {"a": -1}), f"counts are whole numbers from 0 to {2**56}, not -1"),
    (lambda: ac.interval("ab", {"a": 2**56 + 1}), f"counts are whole numbers from 0 to {2**56}, not {2**56 + 1}"),
    (lambda: ac.interval("abc", AB), "no count says how often 'c' is expected"),
    (lambda: ac.interval(["a", "never"], AB), "no count says how often 'never' is expected"),
    (lambda: ac.interval(7, AB), "symbols are things that have counts"),
    (lambda: ac.interval([[]], AB), "symbols are things that have counts"),
    (lambda: ac.symbols_at(Fraction(1), AB, 1), "the number lies below 1"),
    (lambda: ac.symbols_at(-0.5, AB, 1), "number is a number from 0 to 1, not -0.5"),
    (lambda: ac.symbols_at("0", AB, 1), "number is a number from 0 to 1, not '0'"),
    (lambda: ac.symbols_at(0, AB, -1), "length is a whole number from 0 to 65536, not -1"),
    (lambda: ac.symbols_at(0, AB, 65537), "length is a whole number from 0 to 65536, not 65537"),
    (lambda: ac.shortest(0, 0), "an interval lies between 0 and 1 and is not empty"),
    (lambda: ac.shortest(0.5, 0.75), r"is not empty, unlike \[1/2, 5/4\)"),
    (lambda: ac.shortest(1.5, 0), "low is a number from 0 to 1, not 1.5"),
    (lambda: ac.shortest(0, 1.5), "width is a number from 0 to 1, not 1.5"),
    (lambda: ac.filled(b"", 3), "an encoder is a function"),
    (lambda: ac.filled(len, -1), "room is a whole number from 0 to 4294967296, not -1"),
    (lambda: ac.filled(len, 2**32 + 1), "room is a whole number from 0 to 4294967296, not 4294967297"),
])  # fmt: skip
def test_what_makes_no_interval_is_told(use, message):
    with pytest.raises(ValueError, match=message):
        use()


def test_symbols_at_the_ends():
    assert (
        ac.symbols_at(0, AB, 3) == ["a"] * 3 and ac.symbols_at(0, AB, 0) == [] and ac.symbols_at(0.25, AB, 1) == ["b"]
    )
    assert ac.interval("", AB) == [(0, 1)] and ac.interval("b", {"a": 0, "b": 1}) == [(0, 1), (0, 1)]
    assert ac.interval("a", {"a": 1}) == [(0, 1), (0, 1)]
    assert ac.interval("b", {"a": 2**56 - 1, "b": 2**56})[1] == (
        Fraction(2**56 - 1, 2**57 - 1),
        Fraction(2**56, 2**57 - 1),
    )
    assert ac.filled(lambda out: 0, 0) == b""


def test_the_interval_in_the_coder_s_state():
    """The whole is 2**56 wide, and the last slice takes what division leaves over."""
    out, third = np.zeros(9, np.uint8), (1 << 56) // 3
    for slices, low, width in (
        ([], 0, 1 << 56),
        ([(1, 1, 4)], 1 << 54, 1 << 54),
        ([(1, 1, 3)], third, third),
        ([(2, 1, 3)], 2 * third, (1 << 56) - 2 * third),
        ([(1, 0x4000)], 0, 1 << 54),
        ([(0, 0x4000)], 1 << 54, 3 << 54),
        ([(0, 0x4000), (1, 1, 3)], (1 << 54) * 2, 1 << 54),
    ):
        state = ac.start_encoder()
        for item in slices:
            (ac.put if len(item) == 3 else ac.encode_bit)(state, out, *item)
        assert state[:3].tolist() == [low, width, 0] and ac.written(state) == 0


@pytest.mark.parametrize("slices, stream", [
    ([], "00"),
    ([(0x12, 1, 256), (0x34, 1, 256), (0x56, 1, 256)], "12 34 56"),
    ([(0, 1 << 15), (1, 1 << 15)] * 8, "aa aa"),  # a 1 keeps the lower half
    ([(1, 1, 3)], "56"),  # from 0.5555... on
    ([(2**16 - 1, 1, 2**16), (1, 1, 3)], "ff ff 56"),
    ([(2**16 - 2, 2, 2**16), (2, 1, 3)], "ff ff 56"),  # 0xfffe + 4/3
    ([(0x7FFF, 2, 2**16), (0, 1 << 15), (1, 1 << 15)], "80 00 00"),  # the lower end meets 2**56
    ([(0x7FFF, 2, 2**16), (1, 1, 2)], "80 00"),  # a carry into the first byte
])  # fmt: skip
def test_streams_by_hand(slices, stream):
    assert encode(slices) == bytes.fromhex(stream)
    check(encode(slices), slices)


def test_the_decoder_s_state():
    data, third = np.full(7, 255, np.uint8), (1 << 56) // 3
    for start, width in ((2, 1), (1, 2)):  # both reach the end: what division leaves over is theirs
        state = ac.start_decoder(data)
        assert ac.get(state, 3) == 2
        ac.advance(state, data, start, width, 3)
        assert state.tolist() == [(1 << 56) - 1 - start * third, (1 << 56) - start * third, 7, third]
    state = ac.start_decoder(np.zeros(7, np.uint8))
    assert ac.get(state, 3) == 0
    ac.advance(state, data, 0, 1, 3)
    assert state.tolist() == [0, third, 7, third]
    for chance, bit, low, width in ((1 << 14, 0, (3 << 54) - 1, 3 << 54), (1 << 20, 0, (1 << 40) - 1, 1 << 40)):
        state = ac.start_decoder(data)
        assert ac.decode_bit(state, data, chance) == bit
        if width < 1 << 48:
            low, width = low << 8, width << 8
        assert state[:2].tolist() == [low, width]


def test_no_room_is_no_place_for_a_carry():
    def run(out):
        state = ac.start_encoder()
        for item in [(0x7FFF, 2, 2**16), (1, 1, 2)]:
            ac.put(state, out, *item)
        return ac.finish(state, out)

    assert ac.filled(run, 0) == ac.filled(run, 1) == b"\x80\x00"


def test_an_array_is_filled_anew_only_where_it_was_too_short():
    rooms = []

    def four(out):
        rooms.append(len(out))
        out[:4] = range(1, 1 + len(out[:4]))
        return 4

    assert ac.filled(four, 4) == ac.filled(four, 3) == ac.filled(four, 9) == bytes([1, 2, 3, 4])
    assert rooms == [4, 3, 4, 9]


def test_what_a_decoder_knows_before_the_end():
    seven = np.arange(1, 9, dtype=np.uint8)
    state = ac.start_decoder(seven)
    assert state.tolist() == [0x01020304050607, 1 << 56, 7, 0] and ac.certain(state, seven, 1)
    assert ac.get(ac.start_decoder(np.full(7, 255, np.uint8)), 3) == 2, "what division leaves over is the last part's"
    for data, chance, known in (
        ([0x7F], 1 << 15, True),  # below the half whatever follows
        ([0x80], 1 << 15, True),
        ([0x7F], (1 << 15) - 1, False),
        ([0x00], 0, False),  # taken as 1/65536: 0x0000... lies below, 0x0001... above
        ([0x00, 0x00], 0, True),
        ([0x00, 0x01], 0, True),
        ([0xFF], 1 << 16, False),
        ([0xFF, 0xFE], 1 << 16, True),
        ([], 1 << 15, False),
    ):
        data = np.array(data, np.uint8)
        assert ac.certain(ac.start_decoder(data), data, chance) == known, (data, chance)


def test_the_least_chance_and_the_greatest():
    """A chance is taken as 1 to 65535 of 65536 parts: one byte before the end, the number is below or above them."""
    data = np.zeros(7, np.uint8)
    for chance, parts in ((0, 1), (1, 1), (1 << 16, 65535), (65535, 65535)):
        for low, known in ((parts << 40, True), ((parts << 40) - 1, False), ((parts << 40) - 256, True)):
            assert ac.certain(np.array([low, 1 << 56, 8, 0]), data, chance) == known


def test_a_stream_that_may_be_cut_has_one_byte_more():
    out = np.zeros(9, np.uint8)
    state = ac.start_encoder()
    ac.put(state, out, 1, 1, 3)
    assert ac.finish_prefix(state, out) == 2 and out[:3].tolist() == [0x55, 0x56, 0]
    assert ac.finish_prefix(ac.start_encoder(), out[3:]) == 2 and out[3:6].tolist() == [0, 0, 0]
    for spare in (0, 1, 5):
        data = np.append(out[:2], np.full(spare, 255, np.uint8))
        state = ac.start_decoder(data)
        assert ac.get(state, 3) == 1
        ac.advance(state, data, 1, 1, 3)
        assert ac.left_over(state, data) == spare
    assert ac.left_over(state, data[:0]) == 0


@given(st.text("abc", max_size=30))
def test_the_shortest_number_says_the_message(message):
    counts = {"a": 7, "b": 2, "c": 1}
    low, width = ac.interval(message, counts)[-1]
    digits = ac.shortest(low, width)
    number = Fraction(int(digits or "0", 2), 2 ** len(digits))
    assert low <= number < low + width
    assert ac.symbols_at(number, counts, len(message)) == list(message)
    assert 2 ** len(digits) * width < 4  # less than two bits above log2(1 / width)


def encode(slices):
    """Return the stream of (start, width, total) slices and (bit, chance) decisions, mixed."""

    def run(out):
        state = ac.start_encoder()
        for item in slices:
            (ac.put if len(item) == 3 else ac.encode_bit)(state, out, *item)
        return ac.finish(state, out)

    return ac.filled(run, 8)


def check(data, slices):
    """Decode with the same slices and compare; the stream must end with the last of them."""
    data = np.frombuffer(data, np.uint8)
    state = ac.start_decoder(data)
    for item in slices:
        if len(item) == 3:
            start, width, total = item
            assert start <= ac.get(state, total) < start + width
            ac.advance(state, data, start, width, total)
        else:
            assert ac.decode_bit(state, data, item[1]) == item[0]
        assert not ac.overrun(state, data)
    assert ac.finished(state, data)


def ideal(slices):
    """Return the bits of the slices: what no coder can beat."""
    chances = [s[1] / s[2] if len(s) == 3 else (s[1] if s[0] else 65536 - s[1]) / 65536 for s in slices]
    return float(-np.log2(chances).sum()) if chances else 0.0


TOTALS = st.one_of(st.integers(1, 300), st.integers(1, 2**32), st.sampled_from([1, 2, 3, 2**16, 2**31, 2**32]))
SLICES = TOTALS.flatmap(
    lambda total: st.integers(0, total - 1).flatmap(
        lambda start: st.tuples(st.just(start), st.integers(1, total - start), st.just(total))
    )
)
DECISIONS = st.tuples(st.integers(0, 1), st.one_of(st.integers(1, 65535), st.sampled_from([1, 2, 32768, 65534, 65535])))


@given(st.lists(st.one_of(SLICES, DECISIONS), max_size=60))
def test_any_slices_come_back_and_cost_what_they_are_worth(slices):
    data = encode(slices)
    check(data, slices)
    assert 8 * len(data) <= ideal(slices) * 1.0002 + 16  # at most 2 bytes above


@pytest.mark.parametrize("upper", [0, 1])
@pytest.mark.parametrize("length", [1, 2, 3, 5, 8, 50, 1000])
def test_a_carry_walks_through_every_byte_of_255(length, upper):
    around_the_middle = (2**15 - 1, 2, 2**16)  # 0.0111..., then 1000...: undecided until the last slice
    slices = [around_the_middle] * length + [(upper, 1, 2)]
    data = encode(slices)
    check(data, slices)
    assert len(data) > 15 * length // 8
    middle = slice(1, 15 * length // 8 - 7)
    assert data[0] == (0x80 if upper else 0x7F) and set(data[middle]) <= {0 if upper else 255}


def test_dyadic_streams_are_the_exact_interval():
    message, counts = "abacabadcab", {"a": 4, "b": 2, "c": 1, "d": 1}
    starts = {"a": 0, "b": 4, "c": 6, "d": 7}
    data = encode([(starts[s], counts[s], 8) for s in message])
    low, width = ac.interval(message, counts)[-1]
    assert low <= Fraction(int.from_bytes(data, "big"), 256 ** len(data)) < low + width


@pytest.mark.parametrize("chance, bit", [(0, 1), (-5, 1), (65536, 0), (10**6, 0)])
def test_what_the_model_calls_impossible_can_still_be_said(chance, bit):
    decisions = [(bit, chance)] * 20 + [(1 - bit, chance)] * 1000
    data = encode(decisions)
    check(data, decisions)
    assert len(data) <= 20 * 2 + 2


@given(st.lists(SLICES, max_size=40), st.integers(0, 20))
def test_room_never_changes_the_bytes(slices, room):
    whole = encode(slices)

    def run(out):
        assert len(out) in (room, len(whole))
        state = ac.start_encoder()
        for item in slices:
            ac.put(state, out, *item)
        return ac.finish(state, out)

    assert ac.filled(run, room) == whole


def test_missing_and_spare_bytes_are_told():
    slices = [(i % 7, 1, 7) for i in range(500)]
    data = encode(slices)
    for damaged in (data[:-1], data[:20], b"", data + b"\0"):
        array = np.frombuffer(damaged, np.uint8)
        state = ac.start_decoder(array)
        for _ in slices:
            point = ac.get(state, 7)
            ac.advance(state, array, point, 1, 7)
        assert not ac.finished(state, array)
        assert ac.overrun(state, array) == (len(damaged) < len(data))
