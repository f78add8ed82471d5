"""Coefficients found by least squares: pictures of known law, NumPy's answer, and every damage told."""

import numpy as np
import pytest
from conftest import pictures

from imgcomp_lib.core.bits import CorruptStream
from imgcomp_lib.measure import images
from imgcomp_lib.prediction import blockwise
from imgcomp_lib.prediction.blockwise import LARGEST, NEIGHBOURS, find, pack, unpack
from imgcomp_lib.prediction.fixed import residuals as fixed

PICTURES = pictures()


def _nothing(plane):
    return np.zeros((0, *plane.shape), np.int64)


def _missed(plane, block, known=None, depth=8):
    known = _nothing(plane) if known is None else known
    found = find(plane, known, block, depth)
    return found, blockwise.residuals(plane, known, found, block, depth)


def test_the_law_of_a_picture_is_found():
    """Row and column profiles that add up: left plus upper minus upper left misses nothing."""
    rng = np.random.default_rng(1)
    plane = rng.integers(0, 100, (64, 1)) + rng.integers(0, 100, (1, 64))
    found, errors = _missed(plane, 32)
    assert found[1, 1].tolist() == [16, -16, 0, 0, 0, 0] and not errors[32:, 32:].any()


def test_as_numpy_has_it():
    """The coefficients solve the normal equations, rounded to sixteenths."""
    plane = images.photo("camera")[100:196, 200:296].astype(int)
    area, nothing, squares = (32, 64, 32, 64), np.zeros(NEIGHBOURS, np.int64), np.zeros(NEIGHBOURS, np.int64)
    blockwise._least_squares(blockwise._framed(plane), _nothing(plane), area, nothing, 0.0, squares)

    def seen(down, right):
        return plane[32 + down : 64 + down, 32 + right : 64 + right].ravel()

    W = seen(0, -1)
    N, NW = seen(-1, 0), seen(-1, -1)
    values = [N, NW, seen(-1, 1), seen(0, -2), seen(-2, 0), np.median([W, N, W + N - NW], axis=0)]
    best = np.linalg.lstsq(np.stack(values, axis=1) - W[:, None], seen(0, 0) - W, rcond=None)[0]
    assert np.abs(squares / 16 - best).max() <= 1 / 32


def test_another_plane_helps():
    cat = images.photo("cat")[:96, :96].astype(int)
    _, green = _missed(cat[:, :, 1], 32)
    alone, told = (_missed(cat[:, :, 0], 32, known)[1] for known in (None, green[None]))
    assert np.abs(told).mean() < 0.6 * np.abs(alone).mean()


def test_where_med_is_exact_it_is_taken_as_it_is():
    """Large parts of `moon` are steps between equal levels: least squares blend them, MED hits them."""
    moon = images.photo("moon")[128:384, 128:384]
    found, errors = _missed(moon, 32)
    med_alone = (found == [0, 0, 0, 0, 0, 16]).all(axis=2)
    assert med_alone.mean() > 0.9
    assert np.count_nonzero(errors) <= 1.02 * np.count_nonzero(fixed(moon, "med"))


@pytest.mark.parametrize("block", [8, 13, 255])
def test_restore_undoes_residuals(block):
    for name, image in PICTURES.items():
        depth, known = 8 * image.itemsize, np.zeros((0, *image.shape[:2]), np.int64)
        for plane in np.moveaxis(np.atleast_3d(image), 2, 0):
            found, errors = _missed(plane, block, known, depth)
            assert np.abs(errors).max() <= 1 << depth - 1 and np.abs(found).max() <= LARGEST, name
            assert np.array_equal(blockwise.restore(errors, known, found, block, depth), plane), name
            known = np.append(known, errors[None], axis=0)


def test_a_flat_block_keeps_the_coefficients_of_the_one_before():
    photo = images.photo("camera")[100:164, 200:232]
    found, _ = _missed(np.hstack([photo, np.full((64, 64), photo[0, -1])]), 32)
    assert np.array_equal(found[1, 2], found[1, 1]) and found[1, 1].any()
    flat = np.zeros((1, 100, NEIGHBOURS), np.int64) + found[1, 1]
    assert len(pack(flat)) <= 100 * NEIGHBOURS / 8 + 4 * NEIGHBOURS


@pytest.mark.parametrize("rows, columns, count", [(1, 1, 5), (1, 7, 5), (6, 1, 6), (5, 9, 7)])
def test_unpack_undoes_pack(rows, columns, count):
    rng = np.random.default_rng(3)
    for spread in (1, 30, LARGEST):
        found = rng.integers(-spread, spread, (rows, columns, count), endpoint=True)
        data = pack(found)
        for tail in (b"", b"\0\xff"):
            again, size = unpack(data + tail, rows, columns, count)
            assert np.array_equal(again, found) and size == len(data)


@pytest.mark.parametrize(
    "data, words",
    [
        (b"", "no byte from 0 to 7"),
        (bytes([8, 0, 0]), "no byte from 0 to 7"),
        (bytes([0, 0x80]), "no byte from 0 to 7"),  # the second group is missing
        (bytes([0, 0, 0]), "the bytes end"),
        (bytes([7, 0, 0x7F, 0x80]) + bytes(20), "a coefficient of|the bytes end"),
    ],
)
def test_damage_is_told(data, words):
    with pytest.raises(CorruptStream, match=words):
        unpack(data, 1, 1, 2)
    with pytest.raises(CorruptStream, match="cannot hold"):
        unpack(bytes([0, 0x80]), 1000, 1000, 1)


def test_a_coefficient_out_of_range_is_damage():
    found = np.full((1, 3, 1), LARGEST)
    assert unpack(pack(found), 1, 3, 1)[0].max() == LARGEST
    with pytest.raises(CorruptStream, match="a coefficient of 128 sixteenths"):
        unpack(bytes([7, 0b00100000, 0]), 1, 1, 1)  # 256, which stands for 128: two zeros, a one, seven zeros
    with pytest.raises(ValueError, match=r"coefficients .* not 128"):
        pack(found + 1)
