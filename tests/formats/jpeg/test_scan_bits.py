"""Bits of a scan: stuffing, restart markers, words, and what is left over."""

import numpy as np
import pytest

from imgcomp_lib.formats.jpeg import scan_bits


def clean(data, intervals=9):
    bits, ends = scan_bits.words(data, intervals)
    return bits.astype(">u4").tobytes()[: (ends[-1] if len(ends) else 0) // 8], ends.tolist()


@pytest.mark.parametrize(("data", "bytes_", "ends"), [
    (b"", b"", [0]), (b"\x12", b"\x12", [8]), (b"\xff\0", b"\xff", [8]),
    (b"\x12\xff\0\xff\0\x34", b"\x12\xff\xff\x34", [32]),
    (b"\x12\xff\xd0\x34", b"\x12\x34", [8, 16]), (b"\xff\0\xff\xd0\xff\xd1", b"\xff", [8, 8, 8]),
    (b"\x12\xff\xff\xd0\x34\xff", b"\x12\x34", [8, 16])])  # fmt: skip
def test_stuffing_and_restarts_go(data, bytes_, ends):
    assert clean(data) == (bytes_, ends)


def test_a_restart_that_is_not_due_ends_the_intervals():
    assert clean(b"\x12\xff\xd1\x34") == (b"", []), "the first is FFD0"
    assert clean(b"\x12\xff\xd0\x34\xff\xd0") == (b"\x12", [8])
    assert clean(b"\x12\xff\xd0\x34", 1) == (b"", []), "one interval has none"
    data = b"".join(b"\x12\xff" + bytes([0xD0 + i % 8]) for i in range(19)) + b"\x34"
    assert clean(data, 20)[1] == list(range(8, 168, 8)), "eight in turn"


def test_any_32_bits():
    data = np.random.default_rng(0).integers(0, 255, 40, np.uint8).tobytes()
    bits, _ = scan_bits.words(data, 1)
    whole = int.from_bytes(data, "big")
    for position in range(288):
        assert scan_bits.peek(bits, position) == whole >> 288 - position & 0xFFFFFFFF
    assert scan_bits.peek(bits, 320) == 0 == scan_bits.peek(bits, 320 + 64 * 31 + 60)


@pytest.mark.parametrize(("value", "size", "number"), [
    (0, 1, -1), (1, 1, 1), (0, 2, -3), (1, 2, -2), (2, 2, 2), (3, 2, 3), (0, 15, -32767), (9, 4, 9)])  # fmt: skip
def test_extend(value, size, number):
    """T.81, Table F.1."""
    assert scan_bits.extend(value, size) == number


@pytest.mark.parametrize(("data", "position", "wrong"), [
    (b"\x12", 8, 0), (b"\x12", 3, 0), (b"\x12", 9, scan_bits.ENDS), (b"\x12\0", 8, 0), (b"\x12\0\0", 5, 0),
    (b"\x12\xff\0", 8, 0), (b"\x12\x01", 8, scan_bits.LEFT), (b"\x12\x01", 9, 0), (b"\0", 0, 0),
    (b"\x12\0\0\0\x80", 1, scan_bits.LEFT), (b"\x12\0\0\0\0\0\0\0\x12", 8, scan_bits.LEFT)])  # fmt: skip
def test_what_may_be_left_over(data, position, wrong):
    """Zeros or ones that fill up: some cameras pad scans to whole words."""
    bits, ends = scan_bits.words(data, 1)
    assert scan_bits.closed(bits, position, int(ends[0])) == wrong


def test_wild_arguments_are_told():
    for arguments in (("text", 1), (b"", 0), (b"", 1.5), (None, 1)):
        with pytest.raises(ValueError, match=r"bytes|intervals"):
            scan_bits.words(*arguments)
