"""The integer DCT: its definition in NumPy, its accuracy by IEEE 1180, libjpeg to the last sample, and 32 bits."""

import io
import itertools

import imagecodecs
import numpy as np
import pytest
from conftest import pattern
from PIL import Image

from imgcomp_lib.measure import images
from imgcomp_lib.transforms import dct
from imgcomp_lib.transforms import dct_integer as integer
from imgcomp_lib.transforms.dct import COSINES, LUMINANCE_TABLE
from imgcomp_lib.transforms.dct_integer import MATRIX

RNG = np.random.default_rng(5)
BITS = pytest.mark.parametrize("depth", [8, 12])


def blocks_of(depth, count=400):
    """Return noise, flat blocks, edges and blocks of both extremes alone."""
    half = 1 << depth - 1
    noise = RNG.integers(-half, half, (count, 8, 8))
    flat = np.broadcast_to(RNG.integers(-half, half, (count, 1, 1)), (count, 8, 8))
    edges = np.where(np.arange(8) < RNG.integers(0, 9, (count, 8, 1)), -half, half - 1)
    smooth = np.clip(noise[:, :1, :1] + np.cumsum(RNG.integers(-9, 10, (count, 8, 8)), 2), -half, half - 1)
    return np.concatenate([noise, flat, edges, smooth, np.where(noise < 0, -half, half - 1)])


def defined_forward(blocks, depth):
    """Return what the head of the module says."""
    first, second = (11, 15) if depth == 8 else (12, 14)
    rows = (blocks @ MATRIX.T + (1 << first - 1)) >> first
    return (MATRIX @ rows + (1 << second - 1)) >> second


def defined_inverse(coefficients, depth):
    first, second = (11, 18) if depth == 8 else (12, 17)
    columns = (MATRIX.T @ coefficients + (1 << first - 1)) >> first
    return (columns @ MATRIX + (1 << second - 1)) >> second


@BITS
def test_as_its_definition_in_whole_matrices(depth):
    blocks = blocks_of(depth)
    found = integer.forward(blocks, depth)
    assert np.array_equal(found, defined_forward(blocks, depth))
    coefficients = (found + 4) >> 3
    assert np.array_equal(integer.inverse(coefficients, depth), defined_inverse(coefficients, depth))


def test_as_it_is_without_the_compiler():
    plain = getattr(integer._pass, "py_func", integer._pass)
    blocks = blocks_of(8, 3)
    for shift in (11, 15, 18):
        assert np.array_equal(plain(blocks, MATRIX, shift), integer._pass(blocks, MATRIX, shift))


def test_one_row_by_hand():
    """1 0 0 0 0 0 0 0 above seven empty rows: the first pass gives the first column of MATRIX times 2**-11, rounded."""
    block = np.zeros((8, 8), int)
    block[0, 0] = 1
    rows = [4, 6, 5, 5, 4, 3, 2, 1]  # 8192, 11363, 10703, 9633, 8192, 6437, 4433, 2260 over 2048, to the nearest
    assert [round(int(entry) / 2048) for entry in MATRIX[:, 0]] == rows
    assert integer.forward(block)[0].tolist() == [1, 2, 1, 1, 1, 1, 1, 0]  # 8192 / 32768 of each, halves upwards
    assert integer.forward(block)[1, 1] == 2  # 6 * 11363 / 32768 is 2.08


def test_the_matrix_is_that_of_the_cosines():
    assert abs(MATRIX - 8192 * np.sqrt(8) * COSINES).max() < 1.2
    assert np.array_equal(MATRIX[0::2], MATRIX[0::2, ::-1]) and np.array_equal(MATRIX[1::2], -MATRIX[1::2, ::-1])


def test_the_matrix_is_what_the_graph_makes_of_twelve_constants():
    """The constants of jfdctint.c, 13 bits after the point."""
    def constant(value):
        return round(value * 8192)

    x = np.eye(8, dtype=np.int64)
    (s0, s1, s2, s3), (d0, d1, d2, d3) = (x[:4] + x[7:3:-1]), (x[:4] - x[7:3:-1])
    turned = (s0 - s3 + s1 - s2) * constant(0.541196100)
    both = (d0 + d1 + d2 + d3) * constant(1.175875602)
    outer, inner = (d0 + d3) * constant(-0.899976223), (d1 + d2) * constant(-2.562915447)
    one, other = (d3 + d1) * constant(-1.961570560) + both, (d2 + d0) * constant(-0.390180644) + both
    rows = [
        8192 * (s0 + s3 + s1 + s2), d0 * constant(1.501321110) + outer + other,
        turned + (s0 - s3) * constant(0.765366865), d1 * constant(3.072711026) + inner + one,
        8192 * (s0 + s3 - s1 - s2), d2 * constant(2.053119869) + inner + other,
        turned - (s1 - s2) * constant(1.847759065), d3 * constant(0.298631336) + outer + one,
    ]  # fmt: skip
    assert np.array_equal(np.array(rows), MATRIX)


# Accuracy


@BITS
def test_the_forward_transform_is_close_to_the_float(depth):
    """With 8-bit samples by a quarter; 13 bits after the point are too few for 12-bit extremes, where one is missed."""
    blocks = blocks_of(depth, 2000)
    errors = integer.forward(blocks, depth) / 8 - dct.forward(blocks)
    assert abs(errors).max() < (0.25 if depth == 8 else 1.25)
    assert np.sqrt(np.mean(errors**2)) < (0.06 if depth == 8 else 0.2)


def drawn(count, low, high):
    """Return the random numbers of IEEE 1180: a linear congruential generator, 31 bits scaled to low..high."""
    state, found = 1, np.empty(count, np.int64)
    for i in range(count):
        state = state * 1103515245 + 12345 & 0xFFFFFFFF
        found[i] = int((state & 0x7FFFFFFE) / 0x7FFFFFFF * (high - low + 1)) + low
    return found


@pytest.mark.parametrize(("low", "high"), [(-256, 255), (-5, 5), (-300, 300)])
def test_the_inverse_passes_ieee_1180(low, high):
    """10,000 blocks, and again with all signs changed; the five bounds of the standard's section 3.3."""
    samples = drawn(640_000, low, high).reshape(-1, 8, 8)
    for signed in (samples, -samples):
        coefficients = np.clip(np.rint(dct.forward(signed)), -2048, 2047).astype(np.int64)
        wanted = np.clip(np.rint(dct.inverse(coefficients)), -256, 255)
        errors = np.clip(integer.inverse(coefficients), -256, 255) - wanted
        assert abs(errors).max() <= 1
        assert (errors**2).mean(0).max() <= 0.06 and (errors**2).mean() <= 0.02
        assert abs(errors.mean(0)).max() <= 0.015 and abs(errors.mean()) <= 0.0015
    assert not integer.inverse(np.zeros((8, 8), int)).any()


@BITS
def test_there_and_back_at_steps_of_one(depth):
    """Rounding every coefficient to a whole number moves a sample by two levels at most."""
    blocks, ones = blocks_of(depth, 2000), np.ones((8, 8), int)
    back = integer.inverse(integer.quantise(integer.forward(blocks, depth), ones), depth)
    assert abs(back - blocks).max() <= 2 and np.mean(back != blocks) < 0.3


# libjpeg, to the last sample


def decoded(image, quality, depth):
    """Return the grey picture that is left of `image` after our transform and our rounding alone."""
    half, table = 1 << depth - 1, dct.scaled(LUMINANCE_TABLE, quality)
    levels = integer.quantise(integer.forward(dct.to_blocks(image.astype(np.int64)) - half, depth), table)
    blocks = integer.inverse(integer.dequantise(levels, table), depth) + half
    return dct.from_blocks(np.clip(blocks, 0, 2 * half - 1), *image.shape)


@pytest.mark.parametrize("name", ["camera", "grass", "coins", "noise"])
@pytest.mark.parametrize("quality", [1, 10, 25, 50, 75, 90, 97, 100])
def test_a_grey_jpeg_file_decodes_to_our_samples(name, quality):
    image = pattern(61, 75) if name == "noise" else images.photo(name)[3:262, 5:300]
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=quality)
    assert np.array_equal(decoded(image, quality, 8), np.asarray(Image.open(file)))


@pytest.mark.parametrize("quality", [5, 50, 75, 95, 100])
def test_a_jpeg_file_of_twelve_bits_decodes_to_our_samples(quality):
    image = (pattern(61, 75, 1, np.uint16) >> 4).astype(np.uint16)
    image[:30] = images.photo("camera")[100:130, 200:275].astype(np.uint16) * 16 + 7
    file = imagecodecs.jpeg8_encode(image, level=quality, bitspersample=12)
    assert np.array_equal(decoded(image, quality, 12), imagecodecs.jpeg8_decode(file))


def test_levels_by_hand():
    """Eight-fold coefficients 159, 160, -160, -161 at a step of 20: 0.99, 1, -1, -1.006; halves go outwards."""
    eightfold = np.zeros((8, 8), int)
    eightfold[0, :6] = 159, 160, -160, 80, -80, 79
    levels = integer.quantise(eightfold, np.full((8, 8), 20))
    assert levels[0].tolist() == [1, 1, -1, 1, -1, 0, 0, 0]
    assert integer.dequantise(levels, np.full((8, 8), 20))[0].tolist() == [20, 20, -20, 20, -20, 0, 0, 0]


# 32 bits with a sign


FITS = 2**31 - 1


def worst(matrix, low, high, shift):
    """Return the extremes of the sums, in any order, of matrix rows with numbers from low to high, and of the results.

    low, high: for each of the eight numbers; the rounding half is counted on top.
    """
    tops = np.maximum(matrix * low, matrix * high).sum(1) + (1 << shift - 1)
    bottoms = np.minimum(matrix * low, matrix * high).sum(1)
    return bottoms, tops, bottoms + (1 << shift - 1) >> shift, tops >> shift


def check_fit(bottoms, tops):
    assert np.min(bottoms) >= -FITS - 1 and np.max(tops) <= FITS


@BITS
def test_sums_of_the_forward_transform_fit_in_32_bits(depth):
    """Whatever the block: each term of a sum is taken at its own worst."""
    first, second, _ = integer.SHIFTS[depth]
    half, ones = 1 << depth - 1, np.ones(8, int)
    bottoms, tops, low, high = worst(MATRIX, -half * ones, (half - 1) * ones, first)
    check_fit(bottoms, tops)
    for k in range(8):  # the column of frequency k
        check_fit(*worst(MATRIX, low[k] * ones, high[k] * ones, second)[:2])


def test_sums_of_the_inverse_fit_for_any_coefficients_up_to_1173():
    """A coefficient of 8-bit samples is 1024 at most, and rounding by a step of 255 adds 127."""
    ones = np.ones(8, int)
    bottoms, tops, low, high = worst(MATRIX.T, -1173 * ones, 1173 * ones, 11)
    check_fit(bottoms, tops)
    for y in range(8):
        check_fit(*worst(MATRIX.T, low[y] * ones, high[y] * ones, 18)[:2])
    assert abs(dct.forward(np.full((8, 8), -128))).max() + 127.5 <= 1173


@BITS
def test_sums_of_the_inverse_fit_after_quantisation(depth):
    """For coefficients of any block, each moved by 128: all 256 partial sums of each pass, as forms of the samples."""
    first, _, second = integer.SHIFTS[depth]
    half, moved = 1 << depth - 1, 128
    most = half * abs(COSINES).sum(1).max()
    subsets = np.array(list(itertools.product((0, 1), repeat=8)))
    partial = np.array([[abs((MATRIX[:, y] * kept) @ COSINES).sum() for kept in subsets] for y in range(8)])
    weights = abs(MATRIX).sum(0)
    check_fit(0, partial.max() * most + weights.max() * moved + (1 << first - 1))
    whole = abs(MATRIX.T @ COSINES).sum(1).max()  # what is left of the columns, before the rows
    error = weights.max() * moved / (1 << first) + 1
    check_fit(0, half * whole * partial.max() / (1 << first) + weights.max() * error + (1 << second - 1))


def test_what_a_damaged_file_may_hold_is_exact_in_doubles():
    """At 2**31 the sums stay below 2**53: floats, the only numbers of a script, give the same."""
    weights = abs(MATRIX).sum(0).max()
    assert weights * ((integer.LARGEST * weights >> 11) + 1) < 2**53
    wild = RNG.choice([-integer.LARGEST, integer.LARGEST, 0, 77], (20, 8, 8))
    columns = np.floor((MATRIX.T.astype(float) @ wild + 2**10) / 2**11)
    assert np.array_equal(np.floor((columns @ MATRIX + 2**17) / 2**18).astype(int), integer.inverse(wild))


# Arguments


def test_wild_arguments_are_refused():
    with pytest.raises(ValueError, match="samples are whole numbers from -128 to 127, not 128"):
        integer.forward(np.full((8, 8), 128))
    assert integer.forward(np.full((8, 8), 128), 12)[0, 0] == 8 * 1024
    with pytest.raises(ValueError, match="coefficients are whole numbers"):
        integer.inverse(np.full((8, 8), integer.LARGEST + 1))
    for wild in (np.zeros((8, 7), int), np.zeros(64, int)):
        with pytest.raises(ValueError, match=r"are \(..., 8, 8\), not"):
            integer.forward(wild)
    for depth in (10, "8", True, None):
        with pytest.raises(ValueError, match="depth is 8 or 12"):
            integer.inverse(np.zeros((8, 8), int), depth)
    for work in (integer.forward, integer.inverse):
        with pytest.raises(ValueError, match="float64"):
            work(np.zeros((8, 8)))
    with pytest.raises(ValueError, match="steps of a table"):
        integer.quantise(np.zeros((8, 8), int), np.zeros((8, 8), int))


def test_many_blocks_keep_their_shape_and_none_is_touched():
    blocks = RNG.integers(-128, 128, (2, 3, 8, 8))
    kept = blocks.copy()
    found = integer.forward(blocks)
    assert found.shape == blocks.shape and np.array_equal(found[1, 2], integer.forward(blocks[1, 2]))
    assert integer.inverse(found // 8).shape == blocks.shape and np.array_equal(blocks, kept)
    assert integer.forward(np.zeros((0, 8, 8), int)).shape == (0, 8, 8)
