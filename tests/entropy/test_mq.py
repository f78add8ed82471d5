"""The MQ coder: the standard's test sequence, and beginnings of its bytes that are as short as can be."""

import numpy as np
import pytest

from imgcomp_lib.core.kernels import kernel
from imgcomp_lib.entropy import mq

MESSAGE = "00020051 000000C0 0352872A AAAAAAAA 82C02000 FCD79EF6 BF7FED90 4F46A3BF"
CODED = "84C73BFC E1A14304 02200000 410DBB86 F4317FFF 88FF3747 1ADB6ADF"
"""ITU-T T.88, 2000, Annex H.2: 256 bits in one context, and their bytes without the marker FFAC."""


def test_the_sequence_of_the_standard():
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(MESSAGE), np.uint8)).astype(int)
    data = mq.encode(bits)
    assert data == bytes.fromhex(CODED)
    assert np.array_equal(mq.decode(data, np.zeros(256, int)), bits)


def test_the_table_of_states():
    assert mq.ROWS.shape == (47, 4)
    assert mq.QE[0] == mq.QE[1] == 0x5601 and mq.QE[90] == 1
    assert list(mq.AFTER_LPS[:4]) == [3, 2, 12, 13]  # row 0 changes the probable bit, row 1 does not
    assert list(mq.AFTER_MPS[:4]) == [2, 3, 4, 5]
    assert mq.AFTER_MPS[90] == 90 and mq.AFTER_MPS[92] == mq.AFTER_LPS[92] == 92  # the last learning row; the fixed one


def test_nothing_and_a_single_bit():
    assert len(mq.encode([])) <= 2
    for bit in (0, 1):
        assert mq.decode(mq.encode([bit]), [0]) == [bit]


@pytest.mark.parametrize("chance", [0.5, 0.1, 0.002])
def test_bytes_are_near_the_entropy(chance):
    rng = np.random.default_rng(5)
    bits = (rng.random(20000) < chance).astype(int)
    entropy = -chance * np.log2(chance) - (1 - chance) * np.log2(1 - chance)
    data = mq.encode(bits)
    assert np.array_equal(mq.decode(data, np.zeros(20000, int)), bits)
    assert len(data) < 20000 / 8 * entropy * 1.12 + 8


def test_contexts_learn_apart():
    rng = np.random.default_rng(6)
    contexts = rng.integers(0, 128, 5000)
    bits = contexts % 2
    data = mq.encode(bits, contexts)
    assert np.array_equal(mq.decode(data, contexts), bits)
    assert len(data) < len(mq.encode(bits)) / 3


def test_what_a_decoder_reads_behind_the_end():
    """Ones, so that the last bytes of all ones need not be written."""
    data = mq.encode([0, 1] * 40)
    assert not data.endswith(b"\xff")
    wanted = mq.decode(data, [0] * 80)
    for more in (b"\xff", b"\xff\xff", b"\xff\xac", b"\xff\x90\0"):
        assert np.array_equal(mq.decode(data + more, [0] * 80), wanted)


@pytest.mark.parametrize("bits, contexts", [([2], None), ([[0]], None), ([0, 1], [0]), ([0], [128]), ([0.5], None)])
def test_what_is_refused(bits, contexts):
    with pytest.raises(ValueError):
        mq.encode(bits, contexts)


@kernel
def _all_ends(tokens, out, places, tops, ends):
    """Fill the bytes that are needed after each token."""
    states, register = np.zeros(128, np.int64), np.zeros(5, np.int64)
    mq.start(register, 0)
    for i in range(len(tokens)):
        mq.encode_tokens(tokens, i, i + 1, states, register, out)
        places[i] = register[mq.BP]
        mq.top_of(register, out, tops[i])
    mq.flush(register, out)
    for i in range(len(tokens)):
        ends[i] = mq.needed(out, places[i], tops[i], 0, register[mq.BP]) - 1


def test_the_bytes_that_a_beginning_needs():
    """After each decision: with so many bytes a decoder makes all of them, and with one less it nearly never does."""
    longer, all_of_them, rng = 0, 0, np.random.default_rng(7)
    for _ in range(60):
        contexts = rng.integers(0, 3, 150)
        bits = (rng.random(150) < np.array([0.5, 0.05, 0.9])[contexts]).astype(int)
        out, places, ends = np.zeros(600, np.uint8), np.zeros(150, np.int64), np.zeros(150, np.int64)
        _all_ends((2 * contexts + bits).astype(np.uint8), out, places, np.zeros((150, mq.REACH), np.uint8), ends)
        assert (np.diff(ends) >= 0).all()
        for i, end in enumerate(ends.tolist()):
            data = out[1 : end + 1].tobytes()
            assert not data.endswith(b"\xff")
            assert np.array_equal(mq.decode(data, contexts[: i + 1]), bits[: i + 1])
            longer += end > 0 and np.array_equal(mq.decode(data[:-1], contexts[: i + 1]), bits[: i + 1])
        all_of_them += 150
    assert longer < all_of_them / 500


def test_a_carry_behind_a_byte_of_ones():
    """After FF the next byte's first bit may take a carry: FF 81 is more than FF and ones, so FF has to be kept."""
    out = np.array([0, 0x5E, 0xFF, 0x81, 0x28, 0, 0, 0, 0], np.uint8)
    top = np.array([0xFF, 0x87, 0x86, 0x3F, 0xFF], np.uint8)
    assert mq.needed(out, 2, top, 0, 4) == 4
    out[3] = 0x71
    assert mq.needed(out, 2, top, 0, 4) == 2
