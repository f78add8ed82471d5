"""LZW: the textbooks' examples, GIF's streams, where the table is cleared, and codes that no encoder made."""

import itertools

import numpy as np
import pytest
from conftest import long_run
from hypothesis import given
from hypothesis import strategies as st

from imgcomp_lib.core.bits import BitReader, BitWriter, CorruptStream
from imgcomp_lib.dictionary import lzw
from imgcomp_lib.measure import images

WIKIPEDIA = [40, 255, 255, 255, 40, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]  # article GIF, 3 x 5 pixels
FLICKINGER = """
    1111122222 1111122222 1111122222 1110000222 1110000222 2220000111 2220000111 2222211111 2222211111 2222211111
"""  # M. Flickinger, What's in a GIF: sample_1.gif


def naive(symbols, first):
    """Return Welch's codes with a dictionary of tuples."""
    table = {(s,): s for s in range(first)}
    codes, phrase = [], ()
    for symbol in symbols:
        if (*phrase, symbol) in table:
            phrase = (*phrase, symbol)
            continue
        codes.append(table[phrase])
        if len(table) < 4096:
            table[(*phrase, symbol)] = len(table)
        phrase = (symbol,)
    return [*codes, table[phrase]]


def test_gonzalez_and_woods_example_8_7():
    assert lzw.codes([39, 39, 126, 126] * 4, 256).tolist() == [39, 39, 126, 126, 256, 258, 260, 259, 257, 126]


def test_sayood_s_wabba():
    letters = " abow"  # Sayood counts from 1
    text = "wabba wabba wabba wabba woo woo woo"
    expected = [5, 2, 3, 3, 2, 1, 6, 8, 10, 12, 9, 11, 7, 16, 5, 4, 4, 11, 21, 23, 4]
    assert (lzw.codes([letters.index(c) for c in text], 5) + 1).tolist() == expected


@given(st.lists(st.integers(0, 3), min_size=1, max_size=300))
def test_codes_are_the_naive_ones(symbols):
    assert lzw.codes(symbols, 4).tolist() == naive(symbols, 4)


def test_a_full_table_stays_as_it_is():
    symbols = np.random.default_rng(0).integers(0, 16, 40_000).tolist()
    codes = lzw.codes(symbols, 16).tolist()
    assert codes == naive(symbols, 16) and 4000 < max(codes) < 4096


def test_the_stream_of_wikipedia():
    data = bytes.fromhex("0051fc1b2870a0c1830101")
    assert lzw.encode(np.array(WIKIPEDIA), 8) == data
    assert lzw.decode(data, 8, 15)[0].tolist() == WIKIPEDIA


def test_the_stream_of_what_s_in_a_gif():
    symbols = [int(c) for c in FLICKINGER if c.isdigit()]
    data = bytes.fromhex("8C2D99872A1CDC33A00275EC95FAA8DE608C04914C01")
    assert lzw.encode(np.array(symbols), 2) == data
    assert lzw.decode(data, 2, 100)[0].tolist() == symbols


@given(st.integers(1, 8).flatmap(lambda b: st.tuples(st.just(b), st.lists(st.integers(0, 2**b - 1), min_size=1))))
def test_decode_undoes_encode(case):
    bits, symbols = case
    data = lzw.encode(np.array(symbols), bits)
    assert lzw.decode(data, bits, len(symbols))[0].tolist() == symbols


@long_run
@pytest.mark.parametrize("bits", range(1, 9))
@pytest.mark.parametrize("kind", ["noise", "flat", "runs", "halves"])
def test_long_messages_of_every_width(bits, kind):
    rng = np.random.default_rng(bits)
    noise = rng.integers(0, 1 << bits, 30_000)
    symbols = {
        "noise": noise,
        "flat": np.zeros(30_000, np.int64),
        "runs": np.repeat(noise[:3000], 10),
        "halves": np.append(noise[:100].repeat(150), noise[15_000:]),
    }[kind]
    assert np.array_equal(lzw.decode(lzw.encode(symbols, bits), bits, len(symbols))[0], symbols)


def codes_of(data, bits):
    """Return the codes of a stream with clears, read with a BitReader and Welch's rule for the widths."""
    reader, codes, entries, width = BitReader(data, lsb_first=True), [], 0, bits + 1
    while True:
        codes.append(reader.read(width))
        if codes[-1] == (1 << bits) + 1:
            return codes
        if codes[-1] == 1 << bits:
            entries, width = (1 << bits) + 2, bits + 1
        elif entries < 4096:
            width += entries == 1 << width
            entries += 1


def test_another_picture_wants_another_table():
    rng = np.random.default_rng(0)
    symbols = np.concatenate([rng.integers(0, 4, 9000), rng.integers(252, 256, 9000)])
    data = lzw.encode(symbols, 8)
    codes, cleared = codes_of(data, 8), []
    assert lzw.decode(data, 8, len(symbols))[0].tolist() == symbols.tolist()
    for start, stop in itertools.pairwise(i for i, code in enumerate([*codes[:-1], 256]) if code == 256):
        cleared.append(len(codes[start + 1 : stop]))
    assert codes[0] == 256 and len(cleared) >= 2 and sum(cleared) + len(cleared) + 1 == len(codes)
    assert lzw._cuts(symbols, 258)[0] == 0 and len(lzw._cuts(symbols, 258)) == len(cleared)


@long_run
def test_clearing_pays():
    photo = images.photo("camera").ravel()
    codes = codes_of(lzw.encode(photo, 8), 8)
    clears = codes.count(256)
    never = 12 * len(lzw.codes(photo, 258))
    whole = 8 * len(lzw.encode(photo, 8))
    assert 5 < clears < 100 and whole < 0.9 * never
    at_once, start = [], 0
    while start < len(photo):
        _, begins, widths = lzw._follow(photo[start:].astype(np.int64), 258, 4096 - 258 + 1)
        at_once.append(widths.sum())
        start += begins[-1]
    assert whole < 0.98 * sum(at_once)


def test_a_small_picture_is_never_cleared():
    assert codes_of(lzw.encode(np.arange(256).repeat(2), 8), 8).count(256) == 1


def stream(codes, widths):
    writer = BitWriter(lsb_first=True)
    for code, width in zip(codes, widths, strict=True):
        writer.write(code, width)
    return writer.getvalue()


def test_a_phrase_may_be_the_one_just_entered():
    assert lzw.decode(stream([4, 1, 6, 7, 5], [3, 3, 3, 3, 4]), 2, 6)[0].tolist() == [1] * 6


def test_no_clear_code_is_needed_at_the_start_and_no_end_code_at_the_end():
    assert lzw.decode(stream([1, 2, 3], [3] * 3), 2, 3)[0].tolist() == [1, 2, 3]


def test_clears_may_be_repeated():
    assert lzw.decode(stream([4, 4, 1, 4, 4, 2], [3] * 6), 2, 2)[0].tolist() == [1, 2]


@pytest.mark.parametrize(
    "codes, widths, count",
    [
        ([], [], 1),  # nothing
        ([4, 4], [3, 3], 1),  # clear, clear and no more
        ([4, 6], [3, 3], 1),  # the first phrase cannot be a new one
        ([4, 1, 7], [3, 3, 3], 5),  # beyond the entry just made
        ([4, 1, 5], [3, 3, 3], 2),  # the end too soon
        ([4, 1, 6], [3, 3, 3], 2),  # too many symbols
        ([4, 1, 4, 6], [3, 3, 3, 3], 3),  # an entry from before the clear
    ],
)
def test_broken_codes_are_told(codes, widths, count):
    with pytest.raises(CorruptStream, match=f"stand for {count} symbols"):
        lzw.decode(stream(codes, widths), 2, count)


@given(st.binary(max_size=60), st.integers(1, 8), st.integers(1, 500))
def test_rubbish_is_told_or_taken(data, bits, count):
    try:
        symbols, size = lzw.decode(data, bits, count)
    except CorruptStream:
        return
    assert symbols.shape == (count,) and symbols.max() < 1 << bits and size <= len(data)


@pytest.mark.parametrize("symbols", [[], [4], [-1]])
def test_what_is_no_message_is_refused(symbols):
    with pytest.raises(ValueError, match="symbols"):
        lzw.encode(np.array(symbols, np.int64), 2)


def test_symbols_have_eight_bits_and_tables_4096_entries():
    for bits in (0, 9):
        with pytest.raises(ValueError, match=f"bits is a whole number from 1 to 8, not {bits}"):
            lzw.encode([0], bits)
        with pytest.raises(ValueError, match=f"bits is a whole number from 1 to 8, not {bits}"):
            lzw.decode(b"", bits, 1)
    for first in (0, 4097):
        with pytest.raises(ValueError, match=f"first is a whole number from 1 to 4096, not {first}"):
            lzw.codes([0], first)
    assert lzw.codes([4095, 4095, 4095], 4096).tolist() == [4095] * 3 and lzw.codes([0] * 6, 1).tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="one row of one or more symbols"):
        lzw.codes([[1]], 4)
    for count in (-1, (1 << 40) + 1):
        with pytest.raises(ValueError, match=f"count is a whole number from 0 to {1 << 40}, not {count}"):
            lzw.decode(b"", 8, count)
    with pytest.raises(CorruptStream, match="9 bytes cannot hold LZW codes that stand for 32769 symbols"):
        lzw.decode(bytes(9), 8, 4096 * 8 + 1)
    with pytest.raises(CorruptStream, match="codes that do not stand for 32768 symbols"):
        lzw.decode(bytes(9), 8, 4096 * 8)


@pytest.mark.parametrize("tail, size", [([], 2), ([5], 3), ([3], 2), ([0], 2), ([4], 2), ([6], 2), ([5, 0], 3)])
def test_the_end_code_belongs_to_the_stream(tail, size):
    """Three times clear, 1 and 2 take fifteen bits; an end code three more, and what else follows is not read."""
    data = stream([4, 4, 4, 1, 2, *tail], [3] * (5 + len(tail)))
    symbols, found = lzw.decode(data, 2, 2)
    assert symbols.tolist() == [1, 2] and found == size and lzw.decode(data + b"\0\0", 2, 2)[1] == size
