"""Zerotrees: bits by hand, exactly back, cut anywhere, and against a walk written down plainly."""

import numpy as np
import pytest

from imgcomp_lib.core.bits import CorruptStream
from imgcomp_lib.entropy import zerotree

RNG = np.random.default_rng(4)


def bits(data):
    return "".join(f"{byte:08b}" for byte in data[1:])


def test_four_coefficients_by_hand():
    """Three planes.  T = 4: -5 is large and negative, its three children are not; next bit of 5: 0.  T = 2: no, yes
    and positive, no; last bits of 5 and 3: 1, 1.  T = 1: no, no."""
    data = zerotree.encode(np.array([[-5, 0], [3, 0]]), 1, 99)
    assert data[0] == 3 and bits(data) == "11000" + "0" + "010" + "0" + "11" + "00" + "00"
    assert zerotree.decode(data, 2, 2, 1).tolist() == [[-5, 0], [3, 0]]


def test_a_tree_of_zeros_is_two_bits():
    picture = np.zeros((64, 64), int)
    picture[0, 0] = 1
    data = zerotree.encode(picture, 6, 99)
    assert data[0] == 1 and bits(data) == "10" "01" "01" "01"
    picture[0, 0], picture[63, 63] = 0, 1  # along one branch: no, and not empty; whatever stands beside it is
    wanted = "00" + "01" + "01" + "00" + 4 * ("01" * 3 + "00") + "000" + "10"
    assert bits(zerotree.encode(picture, 6, 99)).rstrip("0") == wanted.rstrip("0")


def plainly(coefficients, levels):
    """Return the same bits by recursion over trees, dictionaries and lists."""
    height, width = coefficients.shape
    low = height >> levels, width >> levels
    planes, out, found = int(abs(coefficients).max()).bit_length(), [], {}

    def children(y, x):
        if y < low[0] and x < low[1]:
            return [(y, x + low[1]), (y + low[0], x), (y + low[0], x + low[1])]
        inside = 2 * y < height and 2 * x < width
        return [(2 * y + i, 2 * x + j) for i in (0, 1) for j in (0, 1)] if inside else []

    def empty(place, threshold):
        return all((n in found or abs(coefficients[n]) < threshold) and empty(n, threshold) for n in children(*place))

    for plane in range(planes - 1, -1, -1):
        queue = [(y, x) for y in range(low[0]) for x in range(low[1])]
        for place in queue:
            if place not in found:
                large = abs(coefficients[place]) >= 1 << plane
                out.append(large)
                if large:
                    out.append(coefficients[place] < 0)
                    found[place] = plane
                elif children(*place):
                    out.append(empty(place, 1 << plane))
                    if out[-1]:
                        continue
            queue += children(*place)
        out += [abs(coefficients[place]) >> plane - 1 & 1 for place in found] if plane else []
    return "".join(str(int(bit)) for bit in out)


@pytest.mark.parametrize(("shape", "levels"), [((8, 8), 3), ((16, 24), 3), ((4, 4), 1), ((32, 8), 2)])
def test_bits_are_those_of_a_plain_walk(shape, levels):
    for spread in (0.4, 3, 40):
        coefficients = np.rint(RNG.laplace(0, spread, shape)).astype(int)
        coefficients[0, 0] = 9
        data, wanted = zerotree.encode(coefficients, levels, 1 << 20), plainly(coefficients, levels)
        assert bits(data) == wanted + "0" * (-len(wanted) % 8)
        assert np.array_equal(zerotree.decode(data, *shape, levels), coefficients)


@pytest.mark.parametrize("way", zerotree.WAYS)
def test_a_stream_may_be_cut_anywhere_and_gets_better(way):
    coefficients = np.rint(RNG.laplace(0, 9, (32, 32))).astype(int)
    data = zerotree.encode(coefficients, 3, 1 << 20, way)
    errors = []
    for size in range(1, len(data) + 1):
        assert zerotree.encode(coefficients, 3, size, way) == data[:size]
        found = zerotree.decode(data[:size], 32, 32, 3)
        errors.append(((found - coefficients) ** 2).sum())
        assert (found * coefficients >= 0).all(), "a sign is wrong"
    assert errors[-1] == 0 and errors[0] == (coefficients**2).sum()
    assert np.mean(np.diff(errors) <= 0) > 0.95


def test_chances_that_are_learned_save_bytes():
    """Of zeros for the most part; a neighbour that is large makes another likely."""
    coefficients = np.zeros((64, 64), int)
    coefficients[:9, :9] = np.rint(RNG.laplace(0, 60, (9, 9)))
    coefficients[40:50, 20:34] = np.rint(RNG.laplace(0, 30, (10, 14)))
    sizes = [len(zerotree.encode(coefficients, 4, 1 << 20, way)) for way in zerotree.WAYS]
    assert sizes[0] > 1.2 * sizes[1] and sizes[1] > sizes[2]
    for shape, levels in (((2, 2), 1), ((8, 24), 3)):
        for way in zerotree.WAYS:
            values = np.rint(RNG.laplace(0, 1e4, shape)).astype(int)
            data = zerotree.encode(values, levels, 1 << 20, way)
            assert np.array_equal(zerotree.decode(data, *shape, levels), values)


def test_nothing_at_all():
    for way in zerotree.WAYS:
        assert not zerotree.decode(zerotree.encode(np.zeros((8, 8), int), 2, 9, way), 8, 8, 2).any()
    data = zerotree.encode(np.zeros((8, 8), int), 2, 9)
    assert data == b"\0" and not zerotree.decode(data, 8, 8, 2).any()
    assert zerotree.decode(zerotree.encode(np.zeros((0, 0), int), 1, 9), 0, 0, 1).shape == (0, 0)


def test_rubbish_is_a_picture_or_corrupt():
    for _ in range(200):
        data = RNG.integers(0, 256, RNG.integers(1, 60), np.uint8).tobytes()
        if data[0] % 32 > 30 or data[0] > 95:
            with pytest.raises(CorruptStream):
                zerotree.decode(data, 16, 16, 2)
        else:
            assert abs(zerotree.decode(data, 16, 16, 2)).max() < 1 << 30
    with pytest.raises(CorruptStream):
        zerotree.decode(b"", 16, 16, 2)


def test_wrong_arguments_are_refused():
    good = np.zeros((8, 8), int)
    for bad in (good / 3, good[0], [[1]], good + (1 << 30), np.full((8, 8), 2**63, np.uint64)):
        with pytest.raises(ValueError, match="coefficients"):
            zerotree.encode(bad, 1, 9)
    for call in (lambda: zerotree.encode(good, 4, 9), lambda: zerotree.encode(good, 0, 9),
                 lambda: zerotree.encode(good, 1, 0), lambda: zerotree.encode(good, 1, 9, "words"),
                 lambda: zerotree.decode(b"\1", 7, 8, 1)):  # fmt: skip
        with pytest.raises(ValueError, match=r"multiples|levels|size|way"):
            call()
