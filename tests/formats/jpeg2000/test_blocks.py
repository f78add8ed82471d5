"""Code blocks: contexts by hand, both ways in all styles, and what cut blocks are worth."""

import itertools

import numpy as np
import pytest

from imgcomp_lib.core.bits import CorruptStream
from imgcomp_lib.formats.jpeg2000 import flags
from imgcomp_lib.formats.jpeg2000.blocks import decode_block, encode_block, split


def made(shape, scale, seed=3):
    return (np.random.default_rng(seed).laplace(0, 1, shape) * scale).astype(np.int32)


def cut(coded, passes, style):
    """Return the segments of the first passes of a block, and how many passes each has."""
    counts = split(passes, style)
    places = [0, *(int(coded.ends[i - 1]) for i in np.cumsum(counts))]
    return [coded.data[a:b] for a, b in itertools.pairwise(places)], counts


def restored(doubled):
    """Return whole levels."""
    return np.sign(doubled) * (np.abs(doubled) >> 1)


# ---- contexts, by hand from Tables D.1 to D.3


@pytest.mark.parametrize(
    "around, ll, hl, hh",
    [("000 000 000", 0, 0, 0), ("100 000 000", 1, 1, 3), ("100 000 001", 2, 2, 6), ("010 000 000", 3, 5, 1),
     ("010 000 010", 4, 8, 2), ("000 100 000", 5, 3, 1), ("001 001 000", 6, 3, 4), ("010 001 000", 7, 7, 2),
     ("000 101 000", 8, 4, 2), ("111 111 111", 8, 8, 8), ("101 000 010", 3, 6, 7), ("000 101 101", 8, 4, 7)],
)  # fmt: skip
def test_contexts_of_significance(around, ll, hl, hh):
    index = sum(1 << i for i, bit in enumerate(around.replace(" ", "")) if bit == "1")
    found = flags.SIGNIFICANCE[:, index].tolist()
    assert found == [ll, hl, ll, hh]


@pytest.mark.parametrize(
    "above, left, right, below, context, turned",
    [(0, 0, 0, 0, 9, 0), (1, 0, 0, 0, 10, 0), (-1, 0, 0, -1, 10, 1), (0, 1, 1, -1, 11, 0), (0, 0, -1, 1, 11, 1),
     (0, 1, 0, 0, 12, 0), (1, -1, -1, -1, 12, 1), (1, 1, 0, 1, 13, 0), (-1, -1, 0, 0, 13, 1), (1, 1, -1, -1, 9, 0)],
)  # fmt: skip
def test_contexts_of_signs(above, left, right, below, context, turned):
    index = sum((value != 0) << i | (value < 0) << 4 + i for i, value in enumerate((above, left, right, below)))
    assert flags.SIGNS[index] == 2 * context + turned


def test_first_states():
    assert [int(s) // 2 for s in flags.first_states()] == [4, *[0] * 16, 3, 46]


def test_a_word_hears_of_its_neighbours():
    words = np.zeros(5 * 5, np.int64)  # three stripes of three columns, with a rim
    flags.tell(words, 12, 0, 1, 5, False)
    seen = {at: word for at, word in enumerate(words.tolist()) if word}
    assert set(seen) == {6, 7, 8, 11, 12, 13}
    assert seen[6] == 4 << 15 and seen[8] == 1 << 15 and seen[7] == 2 << 15 | 1 << 23
    assert seen[12] == 2 << 3 | 1 << 19 and seen[11] == 4 << 3 | 1 << 28 and seen[13] == 1 << 3 | 1 << 24
    causal = np.zeros(5 * 5, np.int64)
    flags.tell(causal, 12, 0, 1, 5, True)
    assert np.array_equal(np.flatnonzero(causal), [11, 12, 13])


# ---- both ways


def test_nothing_to_code():
    coded = encode_block(np.zeros((5, 3), np.int32), 0)
    assert coded.data == b"" and coded.planes == 0 and len(coded.ends) == len(coded.gains) == 0
    assert not decode_block([], [], 0, 5, 3, 0).any()


@pytest.mark.parametrize("style", range(64))
def test_all_styles_come_back_and_tell_their_errors(style):
    for number, shape in enumerate([(1, 1), (5, 7), (16, 16), (3, 40), (33, 2)]):
        for scale in (1, 30, 3000):
            levels, band = made(shape, scale, style), (number + style) % 4
            coded = encode_block(levels, band, style)
            passes = len(coded.ends)
            assert passes == max(3 * coded.planes - 2, 0) and (np.diff(coded.ends) >= 0).all()
            for count in {passes, passes // 2, passes // 3, min(passes, 1)}:
                segments, counts = cut(coded, count, style)
                assert not any(segment.endswith(b"\xff") for segment in segments)
                found = decode_block(segments, counts, coded.planes, *shape, band, style)
                if count == passes:
                    assert np.array_equal(restored(found), levels)
                if count < passes - 2:  # no coefficient is known to its last bit plane
                    error = np.square(levels - found / 2).sum()
                    assert np.square(levels).sum() - coded.gains[:count].sum() == pytest.approx(error)


def test_fractions_lie_in_the_middle():
    values = np.array([[0.9, -1.2, 3.7, 0.0]])
    coded = encode_block(values, 0)
    found = decode_block([coded.data], [len(coded.ends)], coded.planes, 1, 4, 0)
    assert found.tolist() == [[0, -3, 7, 0]]
    assert np.square(values).sum() - coded.gains.sum() == pytest.approx(np.square(values - found / 2).sum())


def test_passes_below_a_bit_plane_are_left_out():
    levels = made((16, 16), 30)
    whole, high = encode_block(levels, 1), encode_block(levels, 1, last=3)
    assert len(high.ends) == 3 * (whole.planes - 3) - 2 == len(high.gains)
    assert np.array_equal(high.gains, whole.gains[: len(high.gains)])
    assert abs(high.ends[-1] - whole.ends[len(high.ends) - 1]) <= 1


def test_the_segments_of_the_styles():
    assert split(0, 0) == [] and split(16, 0) == [16] and split(16, 4) == [1] * 16
    assert split(16, 1) == [10, 2, 1, 2, 1] and split(9, 1) == [9] and split(11, 1) == [10, 1]
    assert split(16, 5) == [1] * 16


@pytest.mark.parametrize("style", [32, 36, 33, 63])
def test_damage_shows_in_the_segmentation_marks(style):
    levels = made((32, 32), 200)
    coded = encode_block(levels, 0, style)
    segments, counts = cut(coded, len(coded.ends), style)
    segments[0] = bytes(byte ^ 0x35 for byte in segments[0])
    with pytest.raises(CorruptStream):
        decode_block(segments, counts, coded.planes, 32, 32, 0, style)


def test_any_bytes_are_read():
    rng = np.random.default_rng(8)
    for style in (0, 1, 4, 8, 21):
        for passes in (1, 5, 30, 88):
            segments = [rng.bytes(int(rng.integers(0, 40))) for _ in split(passes, style)]
            found = decode_block(segments, split(passes, style), 30, 9, 13, 2, style)
            assert found.shape == (9, 13) and found.dtype == np.int32


@pytest.mark.parametrize(
    "segments, passes, planes",
    [([b""], [2], 1), ([b""], [1], 31), ([], [1], 3), ([b"", b""], [1, 1], 3), ([b""], [1], 0), (None, [1], 1)],
)
def test_blocks_that_no_encoder_makes(segments, passes, planes):
    with pytest.raises(CorruptStream):
        decode_block(segments, passes, planes, 4, 4, 0)


@pytest.mark.parametrize(
    "levels, band, style",
    [(np.zeros((0, 3), int), 0, 0), (np.zeros((65, 64), int), 0, 0), (np.zeros((1, 1025), int), 0, 0),
     (np.full((2, 2), 1 << 30), 0, 0), (np.zeros((2, 2), np.uint8), 0, 0), (np.zeros((2, 2)), 4, 0),
     (np.zeros((2, 2)), 0, 64), (np.full((2, 2), np.nan), 0, 0), (None, 0, 0)],
)  # fmt: skip
def test_what_is_refused(levels, band, style):
    with pytest.raises(ValueError):
        encode_block(levels, band, style)
