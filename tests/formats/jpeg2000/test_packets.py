"""Packet headers: by hand, there and back for every style, and what no header says."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgcomp_lib.core.bits import CorruptStream
from imgcomp_lib.formats.jpeg2000 import packets
from imgcomp_lib.formats.jpeg2000.packet_reader import read_header, read_passes
from imgcomp_lib.formats.jpeg2000.packets import BYPASS, DONE, TERMINATE, ZEROS, new_part, write_header


def packed(bits):
    bits = bits.replace(" ", "")
    return int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")


def test_a_header_by_hand():
    #       there  first  3 zero planes  7 passes   Lblock 4  45 bytes in 4 + 2 bits
    bits = "1      1      0001           111100001  10        101101"
    assert write_header([new_part(1, 1, [[0]], [[3]])], [[0, 0, 7, 45]], 0) == packed(bits)
    part = new_part(1, 1)
    rows, end = read_header([part], [9], 0, 0, packed(bits) + b"more")
    assert rows.tolist() == [[0, 0, 7, 45]] and end == 3
    assert part.blocks.tolist() == [[7, 4, 3]]


def test_a_block_that_comes_late_and_one_that_never_does():
    #                there  first layer above 0   of both: the root's 0, so that nothing is left to say of either
    assert write_header([new_part(1, 2, [[1, 1 << 16]], [[0, 0]])], [], 0) == b"\0"
    parts = [new_part(1, 2, [[1, 1 << 16]], [[0, 0]]), new_part(1, 1, [[0]], [[0]])]
    #        there  root not 0   second band: first layer 0, no zero planes, a pass, Lblock stays, 5 bytes
    bits0 = "1      0            1  1  0  0  101"
    #        there  root 1, leaf 1   zero planes 0 0  a pass    other leaf not 1    second band: not again
    bits1 = "1      1 1              1 1  0  0 111    0                             0"
    assert write_header(parts, [[1, 0, 1, 5]], 0) == packed(bits0)
    assert write_header(parts, [[0, 0, 1, 7]], 1) == packed(bits1)
    parts = [new_part(1, 2), new_part(1, 1)]
    assert read_header(parts, [2, 2], 0, 0, packed(bits0))[0].tolist() == [[1, 0, 1, 5]]
    assert read_header(parts, [2, 2], 1, 0, packed(bits1))[0].tolist() == [[0, 0, 1, 7]]


@pytest.mark.parametrize("passes", range(1, 165))
def test_the_numbers_of_passes_of_table_b4(passes):
    out, place = np.zeros(4, np.uint8), np.array([0, 8, 0, 0])
    packets.write_passes(out, place, passes)
    packets.flush(out, place)
    assert read_passes(out, np.array([0, 0, 0, 0])) == passes


def test_some_codewords_of_table_b4():
    for passes, byte in ((1, 0b0000_0000), (2, 0b1000_0000), (3, 0b1100_0000), (5, 0b1110_0000), (6, 0b1111_0000)):
        out, place = np.zeros(4, np.uint8), np.array([0, 8, 0, 0])
        packets.write_passes(out, place, passes)
        packets.flush(out, place)
        assert out[0] == byte, passes


def test_where_segments_end():
    def ends(style):
        return [done + 1 for done in range(17) if packets.left_in_segment(done, style) == 1]

    assert ends(0) == []
    assert ends(TERMINATE) == ends(TERMINATE | BYPASS) == list(range(1, 18))
    assert ends(BYPASS) == [10, 12, 13, 15, 16]  # the tenth pass is the fourth bit plane's cleanup


def some_rows(random, state, layer, style):
    """Return rows for a layer in which a block may have passes, cut where the style says."""
    rows = []
    for band, (first, zeros, done) in enumerate(state):
        for block in range(first.size):
            begins, goes_on = first[block] == layer, done[block] and random.random() < 0.6
            left = min(164, 3 * (38 - int(zeros[block])) - 2 - int(done[block]))
            if not (begins or goes_on) or left < 1:
                continue
            passes = int(random.integers(1, left + 1))
            while passes:
                piece = min(passes, packets.left_in_segment(int(done[block]), style))
                rows.append([band, block, piece, int(random.integers(0, 1 << int(random.integers(1, 20))))])
                done[block], passes = done[block] + piece, passes - piece
    return rows


@given(st.integers(0, 1 << 32), st.sampled_from([0, BYPASS, TERMINATE, BYPASS | TERMINATE]))
@settings(max_examples=60)
def test_what_is_written_is_read(seed, style):
    random = np.random.default_rng(seed)
    shapes = random.integers(0, 5, (3, 2)).tolist()
    state = [(random.integers(0, 4, r * c), random.integers(0, 30, r * c), np.zeros(r * c, int)) for r, c in shapes]
    writing = [new_part(r, c, first, zeros) for (r, c), (first, zeros, _) in zip(shapes, state, strict=True)]
    reading = [new_part(*shape) for shape in shapes]
    for layer in range(4):
        rows = some_rows(random, state, layer, style)
        header = write_header(writing, rows, layer, style)
        assert b"\xff" not in header[-1:] and not any(a == 255 and b > 127 for a, b in itertools.pairwise(header))
        found, end = read_header(reading, [38] * 3, layer, style, b"?" + header + b"\xff", 1)
        assert end == 1 + len(header) and found.tolist() == rows
    for part, (first, zeros, done) in zip(reading, state, strict=True):
        assert (part.blocks[:, DONE] == done).all() and (part.blocks[:, ZEROS] == zeros)[first < 4].all()


def test_headers_that_are_cut():
    whole = write_header([new_part(3, 3, [0] * 9, range(9))], [[0, i, 40 + i, 1 << i] for i in range(9)], 0)
    for size in range(len(whole)):
        with pytest.raises(CorruptStream, match="ends in its middle"):
            read_header([new_part(3, 3)], [60], 0, 0, whole[:size])
    assert len(read_header([new_part(3, 3)], [60], 0, 0, whole)[0]) == 9


def test_a_tag_tree_without_end_and_more_passes_than_bit_planes():
    with pytest.raises(CorruptStream, match="more bit planes"):
        read_header([new_part(1, 1)], [9], 0, 0, b"\xc0" + bytes(9))
    with pytest.raises(CorruptStream, match="more bit planes"):
        read_header([new_part(1, 1)], [3], 0, 0, packed("1 1 1 111100010 0 000000"))  # 8 passes; 3 planes have 7
    with pytest.raises(CorruptStream, match="more than 40 bits"):
        read_header([new_part(1, 1)], [3], 0, 0, packed("1 1 1 0" + 80 * "1" + "0"))


def test_a_row_of_a_block_that_begins_in_another_layer_is_refused():
    for first, rows, layer in (([[1]], [[0, 0, 1, 1]], 0), ([[0]], [[1, 0, 1, 1]], 0), ([[0]], [[0, 1, 1, 1]], 0)):
        with pytest.raises(ValueError, match="rows"):
            write_header([new_part(1, 1, first, [[0]])], rows, layer)
    with pytest.raises(ValueError, match="other segments"):
        write_header([new_part(1, 1, [[0]], [[0]])], [[0, 0, 2, 1]], 0, TERMINATE)
    with pytest.raises(ValueError, match="other segments"):
        write_header([new_part(1, 1, [[0]], [[0]])], [[0, 0, 165, 1]], 0)


def test_the_reader_takes_as_many_bytes_as_the_writer_wrote_whatever_the_last_byte():
    ended = 0
    for length in (*range(256), *((1 << bits) - 1 for bits in range(9, 30))):
        header = write_header([new_part(1, 1, [[0]], [[0]])], [[0, 0, 1, length]], 0)
        assert read_header([new_part(1, 1)], [9], 0, 0, header + b"\x7f")[1] == len(header)
        ended += header[-2:-1] == b"\xff"
    assert ended
