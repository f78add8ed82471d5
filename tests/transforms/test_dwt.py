"""The wavelet transform: by hand, against PyWavelets, exactly back for every size, place and wavelet."""

import numpy as np
import pytest
import pywt
from conftest import pattern

from imgcomp_lib.transforms import dwt
from imgcomp_lib.transforms.dwt import LARGEST, WAVELETS, forward, gains, inverse

RNG = np.random.default_rng(0)
ORIGINS = [(0, 0), (0, 1), (1, 0), (3, 5), (2, 7)]
OTHER_NAMES = {"haar": "haar", "5/3": "bior2.2", "9/7": "bior4.4"}
each_wavelet = pytest.mark.parametrize("wavelet", WAVELETS)


def line(samples, wavelet, levels=1, x=0):
    """Return low-pass and high-pass of a row."""
    low, details = forward(np.array([samples]), levels, wavelet, (0, x))
    return low[0].tolist(), *(band[0].tolist() for band, _, _ in details)


def test_by_hand_in_whole_numbers():
    """5/3 of 10 14 20 18 12.  Odd: 14 - 30/2 = -1, 18 - 32/2 = 2.  Even: 10 + floor((-1 - 1 + 2)/4) = 10,
    20 + floor((-1 + 2 + 2)/4) = 20, 12 + floor((2 + 2 + 2)/4) = 13.

    With its first sample at an odd place: 10 - 14 = -4, 20 - 32/2 = 4, 12 - 18 = -6; 14 + floor(2/4) = 14,
    18 + floor((4 - 6 + 2)/4) = 18.  Haar: 14 - 10 = 4, 18 - 20 = -2; 10 + floor(10/4) = 12, 20 + floor(-2/4) = 19,
    and the last, whose partner would be past the end, takes the one mirrored: 12 + floor(-2/4) = 11.
    """
    samples = [10, 14, 20, 18, 12]
    assert line(samples, "5/3") == ([10, 20, 13], [-1, 2])
    assert line(samples, "5/3", x=1) == ([14, 18], [-4, 4, -6])
    assert line(samples, "haar") == ([12, 19, 11], [4, -2])


def test_a_single_sample_is_handed_on_or_doubled():
    """T.800, F.4.6: the low-pass keeps it, the high-pass, to whom a wave of +1 -1 is 2, has it doubled."""
    for wavelet in WAVELETS:
        low, ((hl, lh, hh),) = forward(np.array([[7]]), 1, wavelet)
        assert low.tolist() == [[7]] and hl.shape == (1, 0) and lh.shape == (0, 1) and hh.shape == (0, 0)
        low, ((_, lh, _),) = forward(np.array([[7]]), 1, wavelet, (1, 0))
        assert low.shape == (0, 1) and lh.tolist() == [[14]]
        assert forward(np.array([[7]]), 1, wavelet, (5, 3))[1][0][2].tolist() == [[28]]


@each_wavelet
def test_a_constant_stays_and_the_fastest_wave_is_doubled(wavelet):
    low, details = forward(np.full((32, 32), 5.0), 3, wavelet)
    assert np.allclose(low, 5) and all(np.allclose(band, 0) for level in details for band in level)
    wave = np.tile([1.0, -1.0], (4, 16))
    low, ((hl, _, _),) = forward(wave, 1, wavelet)
    assert np.allclose(low, 0) and np.allclose(abs(hl), 2)


@each_wavelet
@pytest.mark.parametrize("shape", [(32, 24), (8, 40)])
def test_as_pywavelets_has_it(wavelet, shape):
    """Its functions are shorter by the root of 2 in low-pass and longer in high-pass, which it counts from one other
    place; it keeps more at the edges, where its middle is what others need."""
    plane = RNG.normal(0, 1, shape)
    low, ((hl, lh, hh),) = forward(plane, 1, wavelet)
    theirs, (their_lh, their_hl, their_hh) = pywt.dwt2(plane, OTHER_NAMES[wavelet], mode="reflect")
    at = (theirs.shape[0] - low.shape[0]) // 2
    middle = tuple(slice(at, at + side) for side in low.shape)
    for ours, other, factor in ((low, theirs, 0.5), (hl, their_hl, -1), (lh, their_lh, -1), (hh, their_hh, 2)):
        assert abs(ours - factor * other[middle]).max() < 1e-10


@each_wavelet
@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("height", [*range(1, 10), 32, 33])
def test_reconstruction_is_perfect(wavelet, origin, height):
    for width in range(1, 34):
        plane = pattern(height, width).astype(np.int32) - 99
        low, details = forward(plane, 3, wavelet, origin)
        assert low.size + sum(band.size for level in details for band in level) == plane.size
        back = inverse(low, details, wavelet, origin)
        assert np.array_equal(back, plane) if wavelet != "9/7" else abs(back - plane).max() < 1e-10
        real = inverse(*forward(plane / 3, 7, wavelet, origin), wavelet, origin)
        assert abs(real - plane / 3).max() < 1e-10


@pytest.mark.parametrize("wavelet", ["haar", "5/3"])
def test_whole_numbers_stay_whole_up_to_the_largest(wavelet):
    plane = RNG.choice([-LARGEST, LARGEST], (40, 50))
    low, details = forward(plane, 32, wavelet)
    assert low.dtype == np.int32 and all(band.dtype == np.int32 for level in details for band in level)
    assert np.array_equal(inverse(low, details, wavelet), plane)
    with pytest.raises(ValueError, match="whole numbers from -1048576 to 1048576"):
        forward(plane * 2, 1, wavelet)


def test_whole_numbers_are_the_real_ones_rounded():
    plane = pattern(64, 64).astype(np.int64)
    for wavelet in ("haar", "5/3"):
        (low, (bands,)), (real, (reals,)) = (forward(p, 1, wavelet) for p in (plane, plane.astype(float)))
        assert all(abs(a - b).max() <= 2 for a, b in zip((low, *bands), (real, *reals), strict=True))


def test_levels_take_the_low_band_apart():
    plane = RNG.normal(0, 1, (21, 34))
    low, details = forward(plane, 2, "9/7", (3, 4))
    first, (finest,) = forward(plane, 1, "9/7", (3, 4))
    second, (coarsest,) = forward(first, 1, "9/7", (2, 2))
    assert np.array_equal(low, second)
    for level, other in zip(details, (coarsest, finest), strict=True):
        assert all(map(np.array_equal, level, other))
    assert np.array_equal(forward(plane, 0, "9/7")[0], plane)


def test_a_part_is_transformed_as_in_the_whole():
    """Away from its edges, a tile has the coefficients that the whole picture has there, if it says where it lies."""
    plane = RNG.normal(0, 1, (64, 64))
    whole, part = (forward(p, 1, "9/7", o)[1][0][0] for p, o in ((plane, (0, 0)), (plane[7:, 9:], (7, 9))))
    assert np.allclose(part[4:-4, 4:-4], whole[8:-4, 8:-4])


def test_vertical_edges_are_in_hl():
    step = np.repeat([[0, 0, 0, 9, 9, 9, 9, 9]], 8, 0)
    _, ((hl, lh, hh),) = forward(step, 1, "5/3")
    assert hl.any() and not lh.any() and not hh.any()


@each_wavelet
def test_gains_are_the_norms_of_what_a_coefficient_stands_for(wavelet):
    found = gains(wavelet, 3)
    low, details = forward(np.zeros((128, 128)), 3, wavelet)
    for gain, band in zip(found, [low, *(band for level in details for band in level)], strict=True):
        band[band.shape[0] // 2, band.shape[1] // 2] = 1
        assert np.linalg.norm(inverse(low, details, wavelet)) == pytest.approx(gain)
        band[:] = 0


def test_gains_of_many_levels_grow_as_the_functions_grow_wider():
    for wavelet in WAVELETS:
        assert len(gains(wavelet, 32)) == 97 and gains(wavelet, 0) == [1.0]
        assert gains(wavelet, 12)[0] == pytest.approx(8 * gains(wavelet, 9)[0], rel=1e-4)
    assert gains("haar", 12)[:2] == pytest.approx([4096, 2048])


def test_wild_arguments_are_refused():
    plane, bands = np.zeros((4, 4)), forward(np.zeros((4, 4)), 1, "9/7")[1]
    for wild in (np.zeros(4), "plane", np.zeros((2, 2), complex), np.zeros((2, 2, 2))):
        with pytest.raises(ValueError, match="numbers"):
            forward(wild, 1, "9/7")
    with pytest.raises(ValueError, match="wavelet is haar, 5/3, 9/7"):
        forward(plane, 1, "db4")
    with pytest.raises(ValueError, match="levels is a whole number from 0 to 32"):
        forward(plane, 33, "9/7")
    with pytest.raises(ValueError, match="origin"):
        forward(plane, 1, "9/7", (0, -1))
    with pytest.raises(ValueError, match="those of no plane"):
        inverse(np.zeros((3, 2)), bands, "9/7")
    with pytest.raises(ValueError, match="all whole numbers or all floats"):
        inverse(np.zeros((2, 2)), [tuple(band.astype(int) for band in bands[0])], "5/3")
    for wild in (None, [None], [bands[0][:2]]):
        with pytest.raises(ValueError, match=r"details|three bands"):
            inverse(np.zeros((2, 2)), wild, "9/7")


def test_its_table_of_steps_is_cohen_daubechies_feauveau():
    """The steps, applied to a single 1, give the filters that the authors' paper lists: 0.6029 at the middle."""
    low, ((hl, _, _),) = forward(np.eye(1, 17, 8), 1, "9/7")
    assert low[0, 4] == pytest.approx(0.602949018236, abs=1e-9)
    assert abs(dwt.K - 1.230174104914) < 1e-12 and hl[0, 3] == pytest.approx(-0.591271763114, abs=1e-9)
