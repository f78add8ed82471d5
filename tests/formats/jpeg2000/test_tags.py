"""Tag trees: the example of the standard's Figure B.12, and there and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgcomp_lib.formats.jpeg2000 import tags
from imgcomp_lib.formats.jpeg2000.tags import BYTE, ENDED, KNOWN, LEFT, LOW, NEXT, VALUE

LEAVES = [[1, 3, 2, 3, 2, 3], [2, 2, 1, 4, 3, 2], [2, 2, 2, 2, 1, 2]]


def bits_of(write, count=64):
    """Return the bits that `write(out, place)` puts, as a string."""
    out, place = np.zeros(count, np.uint8), np.array([0, 8, 0, 0])
    write(out, place)
    held = 0
    while place[LEFT] < 8 and held < 8:
        tags.put_bit(out, place, 0)
        held += 1
    text = "".join(f"{byte:08b}" for byte in out[: place[NEXT]])
    return text[: len(text) - held]


def test_the_standards_example():
    tree = tags.new_tree(3, 6, LEAVES)

    def value(x):  # whether a leaf is below its value + 1: all that is to be said of it
        return bits_of(lambda out, place: tags.write_tag(out, place, *tree, 0, x, LEAVES[0][x] + 1))

    assert [value(0), value(1), value(2)] == ["01111", "001", "101"]


def test_the_levels_of_a_tree():
    nodes, levels = tags.new_tree(3, 6, LEAVES)
    assert levels.tolist() == [[0, 6], [18, 3], [24, 2], [26, 1]]
    assert nodes[18:, VALUE].tolist() == [1, 1, 2, 2, 2, 1, 1, 1, 1]


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 1000), st.lists(st.integers(0, 300), max_size=60))
def test_what_is_written_is_read(rows, columns, seed, asked):
    random = np.random.default_rng(seed)
    values = random.integers(0, 8, (rows, columns))
    write, read = tags.new_tree(rows, columns, values), tags.new_tree(rows, columns)
    questions = [(n % rows, n // rows % columns, int(random.integers(0, 10))) for n in asked]
    out, place = np.zeros(4096, np.uint8), np.array([0, 8, 0, 0])
    for y, x, threshold in questions:
        tags.write_tag(out, place, *write, y, x, threshold)
    tags.flush(out, place)
    data, place = out[: place[NEXT]], np.array([0, 0, 0, 0])
    for y, x, threshold in questions:
        assert tags.read_tag(data, place, *read, y, x, threshold) == (values[y, x] < threshold)
        if values[y, x] < threshold:
            node = y * columns + x
            assert read[0][node, LOW] == values[y, x] and read[0][node, KNOWN]
    assert not place[ENDED]


def test_a_bit_is_stuffed_behind_a_byte_of_ones():
    out, place = np.zeros(8, np.uint8), np.array([0, 8, 0, 0])
    tags.put_number(out, place, (1 << 15) - 1, 15)
    assert out[:2].tolist() == [0xFF, 0x7F] and place[LEFT] == 8
    place = np.array([0, 0, 0, 0])
    assert tags.get_number(out[:2], place, 15) == (1 << 15) - 1 and place[BYTE] == 0x7F


def test_behind_the_end_bits_are_zero_and_said_to_be_missing():
    place = np.array([0, 0, 0, 0])
    assert tags.get_number(np.array([0xA5], np.uint8), place, 12) == 0xA50 and place[ENDED]


@pytest.mark.parametrize("arguments", [(0, 1), (1, 1 << 21), (1 << 11, 1 << 11), (1, 2, [[1]]), (1, 1, [[-1]])])
def test_wild_trees_are_refused(arguments):
    with pytest.raises(ValueError):
        tags.new_tree(*arguments)
