"""Bit planes: both sides in step, a stream that may be cut anywhere, the order of the passes, and what damage does."""

import itertools
import math

import numpy as np
import pytest
from conftest import pattern
from hypothesis import given
from hypothesis import strategies as st

from imgcomp_lib import codecs
from imgcomp_lib.codecs.bitplanes import BitPlanes, model, stream
from imgcomp_lib.core import container
from imgcomp_lib.core.bits import CorruptStream
from imgcomp_lib.entropy.arithmetic import (
    certain,
    decode_bit,
    encode_bit,
    finish_prefix,
    left_over,
    start_decoder,
    start_encoder,
    written,
)
from imgcomp_lib.measure import images, quality

CAT = images.photo("cat")[60:160, 120:240]


@pytest.mark.parametrize("depth", [8, 9, 12, 16])
@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (2, 2), (7, 5), (1, 1, 3), (1, 9, 3), (2, 1, 3), (7, 5, 3)])
def test_every_depth_and_shape_comes_back(shape, depth):
    image = np.random.default_rng(depth).integers(0, 1 << depth, shape).astype(np.uint8 if depth == 8 else np.uint16)
    assert np.array_equal(stream.decode(stream.encode(image, depth), shape, depth), image)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_extreme_colours_come_back(dtype):
    """Differences of colours reach both ends of their range."""
    image = (np.indices((8, 8, 3)).sum(0) % 2 * np.iinfo(dtype).max).astype(dtype)
    depth = 8 * image.itemsize
    assert np.array_equal(stream.decode(stream.encode(image, depth), image.shape, depth), image)


def test_every_beginning_is_a_picture_and_more_bytes_are_a_better_one():
    """Over 5 % of the stream quality rises, and only the last bytes make it perfect."""
    data = stream.encode(CAT, 8)
    sizes = range(0, len(data) + 1, 97)
    found = [quality.psnr(CAT, stream.decode(data[:size], CAT.shape, 8)) for size in sizes]
    step = len(found) // 20
    assert all(later > sooner for sooner, later in zip(found, found[step:], strict=False))
    assert all(later > sooner - 0.2 for sooner, later in itertools.pairwise(found))
    assert found[0] > 8 and quality.psnr(CAT, stream.decode(data, CAT.shape, 8)) == math.inf


def test_half_a_stream_is_already_good():
    data = stream.encode(CAT, 8)
    assert quality.psnr(CAT, stream.decode(data[: len(data) // 2], CAT.shape, 8)) > 36
    assert quality.psnr(CAT, stream.decode(data[: len(data) // 20], CAT.shape, 8)) > 17


def test_no_sample_is_believed_beyond_the_bytes():
    """Whatever follows the cut, the bits decoded before it are the true ones: no sample leaves its interval."""
    image = CAT[:40, :40, 1].copy()
    data, ends = stream.encode_passes(image, 8)
    for channel, plane, end in ends:
        decoded = stream.decode(data[: end + 7], image.shape, 8)  # the decoder holds seven bytes
        assert channel == 0 and np.array_equal(decoded >> plane, image >> plane)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 65535)), max_size=60), st.integers(0, 12), st.binary(max_size=9)
)
def test_certain_bits_are_right_whatever_follows(message, cut, rubbish):
    out, encoder = np.zeros(400, np.uint8), start_encoder()
    for bit, chance in message:
        encode_bit(encoder, out, int(bit), chance)
    before = written(encoder)
    whole = out[: finish_prefix(encoder, out)]
    assert before == len(whole) - 2
    kept = whole[: max(len(whole) - cut, 0)]
    data = np.concatenate([kept, np.frombuffer(rubbish + bytes(9), np.uint8)])
    honest, fooled = start_decoder(kept.copy()), start_decoder(data)
    for bit, chance in message:
        if not certain(honest, kept, chance):
            assert cut
            break
        assert decode_bit(honest, kept, chance) == decode_bit(fooled, data, chance) == bit
    else:
        assert left_over(honest, kept) == 0 and left_over(fooled, data) == max(len(data) - len(whole), 0)


def test_passes_name_every_plane_once_and_a_stream_says_where_each_ends():
    for channels, depth in ((1, 8), (3, 8), (3, 16)):
        order = stream.passes(channels, depth)
        planes = {(0, p) for p in range(depth)} | {(c, p) for c in range(1, channels) for p in range(depth + 1)}
        assert set(order) == planes and len(order) == len(planes)
        for channel in range(channels):
            own = [plane for c, plane in order if c == channel]
            assert own == sorted(own, reverse=True)
    data, ends = stream.encode_passes(CAT, 8)
    sizes = [end for *_, end in ends]
    assert [(c, p) for c, p, _ in ends] == stream.passes(3, 8)
    assert sizes == sorted(sizes) and len(data) - 9 <= sizes[-1] <= len(data)


def test_neighbours_are_mirrored_at_the_edge():
    grid = np.arange(12).reshape(3, 4)
    assert model._around(grid, 1, 1) == (4, 1, 6, 9, 0, 2, 8, 10, 4, 1)
    assert model._around(grid, 0, 0) == (1, 4, 1, 4, 5, 5, 5, 5, 1, 4)
    assert model._around(grid, 2, 3) == (10, 7, 10, 7, 6, 6, 6, 6, 9, 3)
    assert model._around(grid[:1, :1], 0, 0) == (0,) * 10


def test_expectations_stay_in_their_interval():
    rng = np.random.default_rng(3)
    for plane in range(17):
        half, home = 16 << plane, 1 << 20
        for mean, spread in zip(rng.integers(0, 1 << 21, 50), rng.integers(4, 9000, 50), strict=True):
            for low in (home, home - half, int(rng.integers(0, (1 << 21) // half)) * half):
                for at_home in (home, -1):
                    value = model._expect(low, half, int(mean), int(spread), at_home)
                    assert low <= value < low + half, (plane, low, mean, spread, at_home)


def test_the_tables_are_a_logistic_and_its_inverse():
    x = np.arange(-2048, 2048)
    assert np.abs(model.SQUASH - 65536 / (1 + np.exp(-x / 256))).max() < 1
    assert model.SQUASH.min() > 0 and model.SQUASH.max() < 65536
    assert np.abs(model.SQUASH[model.STRETCH[100:-100] + 2048] - np.arange(4096)[100:-100] * 16).max() < 80


def test_neighbours_are_worth_something():
    """A photograph costs less than its noise-free half would in raw bits; noise costs hardly more than itself."""
    noise = np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)
    assert len(stream.encode(noise, 8)) < 1.06 * noise.size
    assert len(stream.encode(CAT, 8)) < 0.6 * CAT.size
    assert len(stream.encode(np.zeros((200, 200), np.uint8), 8)) < 250


def test_bytes_behind_the_end_are_told():
    image = pattern(6, 7)
    data = stream.encode(image, 8)
    with pytest.raises(CorruptStream, match="1 bytes too many"):
        stream.decode(data + b"\0", image.shape, 8)


class TestFile:
    """The codec around the stream."""

    def test_any_cut_behind_the_header_is_a_picture(self):
        image = pattern(9, 8, 3)
        data = BitPlanes().encode(image)
        for size in range(len(data)):
            if size < container.SIZE + container.CHECK_SIZE:
                with pytest.raises(CorruptStream):
                    BitPlanes().decode(data[:size])
            else:
                assert codecs.decode(data[:size]).shape == image.shape

    def test_damage_in_the_header_is_an_error_and_in_the_stream_a_wrong_picture(self):
        """The one codec that breaks the rule that damage is an error: a stream made to be cut has no checksum."""
        image = pattern(9, 8, 3)
        data = BitPlanes().encode(image)
        for bit in range(8 * len(data)):
            damaged = bytearray(data)
            damaged[bit // 8] ^= 1 << bit % 8
            if bit < 8 * (container.SIZE + container.CHECK_SIZE):
                with pytest.raises(CorruptStream):
                    BitPlanes().decode(bytes(damaged))
            else:
                _picture_or_corrupt(damaged, image)

    def test_a_header_without_a_stream_is_a_grey_picture(self):
        data = BitPlanes().encode(pattern(3, 4, 3))[:18]
        assert np.all(codecs.decode(data) == codecs.decode(data)[0, 0, 0])


def _picture_or_corrupt(damaged, image):
    """A flipped bit gives another picture of the same shape, or ends the picture before its bytes."""
    try:
        assert BitPlanes().decode(bytes(damaged)).shape == image.shape
    except CorruptStream as error:
        assert "too many" in str(error)


@pytest.mark.parametrize(
    "wild, named",
    [
        (lambda: stream.encode(np.full((2, 2), 300), 8), "300"),
        (lambda: stream.encode(np.full((2, 2), -1), 8), "-1"),
        (lambda: stream.encode(np.zeros((2, 2, 4), np.uint8), 8), "2, 2, 4"),
        (lambda: stream.encode(np.zeros((2, 2), np.uint8), 17), "not 17"),
        (lambda: stream.decode(b"", (2, 0), 8), "2 x 0"),
        (lambda: stream.decode(b"", (2, 2), 0), "not 0"),
        (lambda: stream.decode("data", (2, 2), 8), "not str"),
        (lambda: stream.passes(4, 8), "not 4"),
        (lambda: model.new_model(1, 70000, 1, 8), "not 70000"),
    ],
)
def test_wild_arguments_are_named(wild, named):
    with pytest.raises(ValueError, match=named):
        wild()
