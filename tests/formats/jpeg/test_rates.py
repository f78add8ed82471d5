"""Bits of symbols: the standard's by hand, and those of levels add up to what a file takes for them."""

import numpy as np
import pytest

from imgcomp_lib.formats.jpeg import rates
from imgcomp_lib.formats.jpeg.encoder import encode
from imgcomp_lib.formats.jpeg.frame import Component, Frame
from imgcomp_lib.formats.jpeg.scans import Scan


def test_the_standards():
    """Table K.5: 00 takes 2 bits for 01, 4 for 00 (the end), 11 for f0; Table K.3: 2 for a size of 0, 3 for 1."""
    found = rates.standard()
    assert found.ends.tolist() == [4, 4]
    assert found.ac[0 << 4 | 1] == 2 + 1 and found.ac[5 << 4 | 2] == 11 + 2
    assert found.ac[37 << 4 | 2] == 2 * 11 + 11 + 2
    assert found.dc[[0, 1, 2, 3, 4, 255]].tolist() == [2, 3 + 1, 3 + 2, 3 + 2, 3 + 3, 6 + 8]
    assert (found.ac.shape, found.dc.shape, found.ends.shape) == ((63 * 16,), (2048,), (2,))


def some_levels(rows=12, columns=17):
    rng = np.random.default_rng(3)
    levels = np.round(rng.laplace(0, 4 / np.arange(1, 65), (rows, columns, 64))).astype(np.int16)
    levels[rng.random((rows, columns)) < 0.4, 1:] = 0
    levels[0, 0, 63] = -3
    return levels


def bits_of(levels, found):
    """Return what the rates say of blocks in a row."""
    total = found.dc[abs(np.diff(levels[..., 0].ravel().astype(int), prepend=0))].sum()
    for block in levels.reshape(-1, 64):
        places = np.flatnonzero(block[1:]) + 1
        runs = np.diff(places, prepend=0) - 1
        total += sum(found.ac[run << 4 | int(abs(block[k])).bit_length()] for run, k in zip(runs, places, strict=True))
        if not len(places) or places[-1] < 63:
            total += found.ends[0 if len(places) else 1]
    return total


@pytest.mark.parametrize("progressive", [False, True])
def test_rates_add_up_to_the_bits_of_a_file(progressive):
    levels = some_levels()
    rows, columns, _ = levels.shape
    found = rates.measured([levels], progressive)
    frame = Frame(8 * rows, 8 * columns, (Component(1, 1, 1, np.ones(64, np.int64), levels),), "grey")
    scans = [Scan((0,), 0, 0), Scan((0,), 1, 63)] if progressive else None
    data = encode(frame, scans)
    payload = sum(len(part) - part.find(b"\x3f\0") for part in data.split(b"\xff\xda")[1:])
    bits = bits_of(levels, found) / 8
    assert bits == pytest.approx(payload, abs=0.1 * payload)
    assert (found.ends[1] < found.ends[0]) == progressive


def test_the_rarest_is_dearest_and_the_unseen_dearer():
    found = rates.measured([some_levels()])
    assert found.ac[1] - 1 < found.ac[2 << 4 | 2] - 2 < found.ac[15 << 4 | 9] - 9
    assert found.ac[15 << 4 | 9] - 9 >= rates.UNSEEN


@pytest.mark.parametrize("progressive", [False, True])
def test_levels_of_every_kind(progressive):
    full = np.full((1, 1, 64), -1024, np.int16)
    for levels in (np.zeros((2, 3, 64), np.int16), full.clip(-1023), np.full((1, 1, 64), 1023, np.int16)):
        found = rates.measured([levels, levels], progressive)
        assert all(np.isfinite(part).all() and (part >= 0).all() for part in found)


@pytest.mark.parametrize("levels", [
    None, [], [3], np.zeros((2, 64), np.int16), [np.zeros((2, 64))], [np.zeros((0, 64), np.int16)],
    [np.zeros((2, 63), np.int16)], [np.full((1, 64), 1024, np.int16)],
])  # fmt: skip
def test_others_are_refused(levels):
    with pytest.raises(ValueError, match="levels are a list"):
        rates.measured(levels)
