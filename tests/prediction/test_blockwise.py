"""Coefficients found by least squares: pictures of known law, NumPy's answer, and every damage told."""

import numpy as np
import pytest
from conftest import long_run, pictures

from imgcomp_lib.core.bits import CorruptStream
from imgcomp_lib.measure import images
from imgcomp_lib.prediction import blockwise
from imgcomp_lib.prediction.blockwise import LARGEST, NEIGHBOURS, find, pack, unpack
from imgcomp_lib.prediction.fixed import residuals as fixed

PICTURES = pictures()
CORNERS = {name: image[:5, :7] for name, image in PICTURES.items()}


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


@long_run
def test_another_plane_helps():
    cat = images.photo("cat")[:96, :96].astype(int)
    _, green = _missed(cat[:, :, 1], 32)
    alone, told = (_missed(cat[:, :, 0], 32, known)[1] for known in (None, green[None]))
    assert np.abs(told).mean() < 0.6 * np.abs(alone).mean()


@long_run
def test_where_med_is_exact_it_is_taken_as_it_is():
    """Large parts of `moon` are steps between equal levels: least squares blend them, MED hits them."""
    moon = images.photo("moon")[128:384, 128:384]
    found, errors = _missed(moon, 32)
    med_alone = (found == [0, 0, 0, 0, 0, 16]).all(axis=2)
    assert med_alone.mean() > 0.9
    assert np.count_nonzero(errors) <= 1.02 * np.count_nonzero(fixed(moon, "med"))


@pytest.mark.parametrize(
    "pictures, block",
    [(CORNERS, 3), (CORNERS, 255), *(pytest.param(PICTURES, block, marks=long_run) for block in (8, 13, 255))],
)
def test_restore_undoes_residuals(pictures, block):
    for name, image in pictures.items():
        depth, known = 8 * image.itemsize, np.zeros((0, *image.shape[:2]), np.int64)
        for plane in np.moveaxis(np.atleast_3d(image), 2, 0):
            found, errors = _missed(plane, block, known, depth)
            assert np.abs(errors).max() <= 1 << depth - 1 and np.abs(found).max() <= LARGEST, name
            assert np.array_equal(blockwise.restore(errors, known, found, block, depth), plane), name
            known = np.append(known, errors[None], axis=0)


@long_run
def test_a_flat_block_keeps_the_coefficients_of_the_one_before():
    photo = images.photo("camera")[100:164, 200:232]
    found, _ = _missed(np.hstack([photo, np.full((64, 64), photo[0, -1])]), 32)
    assert np.array_equal(found[1, 2], found[1, 1]) and found[1, 1].any()
    flat = np.zeros((1, 100, NEIGHBOURS), np.int64) + found[1, 1]
    assert len(pack(flat)) <= 100 * NEIGHBOURS / 8 + 4 * NEIGHBOURS


@pytest.mark.parametrize("block", [2, 7])
def test_restore_undoes_residuals_whatever_the_coefficients(block):
    rng = np.random.default_rng(block)
    plane, known = rng.integers(0, 256, (5, 7)), rng.integers(-9, 10, (1, 5, 7))
    wild = rng.integers(-20, 21, find(plane, known, block, 8).shape)
    for found in (wild, np.zeros_like(wild) + 16 * np.eye(7, dtype=int)[2]):  # and NE alone
        errors = blockwise.residuals(plane, known, found, block, 8)
        assert np.array_equal(blockwise.restore(errors, known, found, block, 8), plane)


def test_four_bits_more_are_the_same_picture():
    """All samples times sixteen: the same coefficients, since what draws to the block before grows with the squares."""
    y, x = np.mgrid[:8, :8]
    stripes = np.random.default_rng(2).integers(96, 160, 15)[y + x] + np.random.default_rng(3).integers(-4, 5, (8, 8))
    found = find(stripes, _nothing(stripes), 4, 8)
    assert np.ptp(found) > 0
    for bits in (4, 8):
        assert np.array_equal(find(stripes << bits, _nothing(stripes), 4, 8 + bits), found)
    framed, squares, before = blockwise._framed(stripes), np.zeros((2, NEIGHBOURS), np.int64), np.arange(6)
    for i, scale in enumerate((1, 16)):
        pull = blockwise.PULL * scale**2
        blockwise._least_squares(scale * framed, _nothing(stripes), (4, 8, 4, 8), before, pull, squares[i])
    assert squares[0].tolist() == squares[1].tolist()


def test_residuals_by_hand():
    ramp, nothing = np.arange(12).reshape(3, 4) * 10, np.zeros((0, 3, 4), int)
    plane = np.array([[[16, -16, 0, 0, 0, 0]]])  # W + N - NW
    errors = [[0, 10, 10, 10], [40, 0, 0, 0], [0, 0, 0, 0]]
    assert blockwise.residuals(ramp, nothing, plane, 4, 8).tolist() == errors
    assert blockwise.restore(errors, nothing, plane, 4, 8).tolist() == ramp.tolist()
    # half of what the planes before missed, to the nearest, upwards from the middle; then all of it, and the limits
    known = np.array([[[3, 2, -3, 1]], [[0, 0, 0, 300]]])
    half = np.array([[[0, 0, 0, 0, 0, 0, 8, 16]]])
    samples = np.array([[100, 101, 102, 3]])
    assert blockwise.residuals(samples, known, half, 4, 8).tolist() == [[98, 0, 2, 4]]
    upper_right = np.array([[[0, 0, 16, 0, 0, 0]]])  # of the last column it is the sample above
    found = blockwise.residuals([[1, 2], [3, 4]], np.zeros((0, 2, 2), int), upper_right, 4, 8)
    assert found.tolist() == [[1, 2], [1, 2]]
    # W is 0, 100, 101, 102: guesses 2, 101, 100 and 255, which is 4 from 3 modulo 256


def test_the_block_before_is_the_one_to_the_left_and_at_the_start_of_a_row_the_one_above():
    rng, (y, x) = np.random.default_rng(5), np.mgrid[:12, :12]
    rising, falling = rng.integers(0, 256, 23), rng.integers(0, 256, 23)
    rising[10:] = falling[0] = 99  # stripes, of which the lower left end is flat
    above = np.hstack([rising[y + x], falling[x - y + 11]])
    found, _ = _missed(np.vstack([above, np.full((12, 24), 99)]), 12)
    assert np.abs(found[0, 0] - found[0, 1]).max() > 8 and found[1, 0].tolist() == found[0, 0].tolist()
    assert blockwise._framed(np.array([[1, 2], [3, 4]])).tolist() == [
        [0] * 5,
        [0] * 5,
        [0, 0, 1, 2, 2],
        [1, 1, 3, 4, 4],
    ]


def test_the_neighbours_that_coefficients_weigh():
    samples = np.arange(20).reshape(4, 5) ** 2
    framed, seen = blockwise._framed(samples), np.zeros(7, np.int64)
    W = blockwise._look(framed, np.full((1, 4, 5), 9), 2, 3, seen)
    # W 12, N 8, NW 7, NE 9, WW 11, NN 3; MED of 144, 64 and 49 is 144: NW is the least
    assert W == 144 and seen.tolist() == [64 - 144, 49 - 144, 81 - 144, 121 - 144, 9 - 144, 0, 9]


@pytest.mark.parametrize("change, message", [
    ({"depth": 0}, "depth is a whole number from 1 to 16, not 0"),
    ({"depth": 17}, "depth is a whole number from 1 to 16, not 17"),
    ({"block": 0}, "block is a whole number from 1 to 65536, not 0"),
    ({"block": 65537}, "block is a whole number from 1 to 65536, not 65537"),
    ({"samples": [[256, 0]]}, "samples are whole numbers from 0 to 255, not 256"),
    ({"samples": [[-1, 0]]}, "samples are whole numbers from 0 to 255, not -1"),
    ({"samples": [1, 0]}, "samples have 2 dimensions"),
    ({"samples": np.zeros((0, 2), int), "known": np.zeros((1, 0, 2), int)}, "known errors of"),
    ({"known": np.zeros((1, 2, 2), int)}, r"known errors of \(2, 2\) samples beside a plane of \(1, 2\)"),
    ({"known": [[[65537, 0]]]}, "known are whole numbers from -65536 to 65536, not 65537"),
    ({"known": [[[-65537, 0]]]}, "known are whole numbers from -65536 to 65536, not -65537"),
    ({"known": [[0, 0]]}, "known have 3 dimensions"),
])  # fmt: skip
def test_what_cannot_be_predicted_is_told(change, message):
    rest = {"samples": [[1, 0]], "known": [[[65536, -65536]]], "block": 65536, "depth": 8}
    found = find(**rest)
    assert found.shape == (1, 1, 7)
    with pytest.raises(ValueError, match=message):
        find(**rest | change)
    with pytest.raises(ValueError, match=message):
        blockwise.residuals(**rest | change, coefficients=found)


def test_coefficients_and_errors_that_do_not_fit_are_told():
    known, found = np.zeros((1, 2, 3), int), np.zeros((1, 2, 7), int)
    errors = [[-128, 127, 0], [0, 0, 0]]
    assert blockwise.restore(errors, known, found, 2, 8).shape == (2, 3)
    for use, wild in ((blockwise.restore, 128), (blockwise.restore, -129)):
        with pytest.raises(ValueError, match=f"errors are whole numbers from -128 to 127, not {wild}"):
            use([[wild, 0, 0], [0, 0, 0]], known, found, 2, 8)
    for wrong in (found[:, :1], found[:, :, :6], found[0]):
        with pytest.raises(
            ValueError, match=r"coefficients (of the shape .*; \(1, 2, 7\) are needed|have 3 dimensions)"
        ):
            blockwise.restore(errors, known, wrong, 2, 8)
    with pytest.raises(ValueError, match="coefficients are whole numbers from -127 to 127, not -128"):
        blockwise.restore(errors, known, found - 128, 2, 8)


def test_packed_by_hand():
    # steps 16, 0 fold to 32, 0 and have k = 3: 00001 000, 1 000; steps -16, 1 fold to 31, 2: 0001 111, 1 010
    assert pack(np.array([[[16, -16], [16, -15]]])).hex(" ") == "03 08 80 03 1f 40"
    # one up for each row of blocks, none within it: 2 0 2 0 by k = 0, 001 1 001 1
    assert pack(np.array([[[1], [1]], [[2], [2]]])).hex(" ") == "00 33"
    for rows, columns, count in ((0, 1, 1), (1, 0, 1), (1, 1, 0), (65537, 1, 1)):
        with pytest.raises(ValueError, match=r"a whole number from 1 to 65536, not (0|65537)"):
            unpack(b"", rows, columns, count)


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
    with pytest.raises(ValueError, match=r"coefficients .* not -128"):
        pack(-found - 1)
