"""The champion: smaller than its rivals, the same everywhere, and every damaged stream an error or a picture."""

import hashlib
import os
import subprocess
import sys
from contextlib import suppress

import numpy as np
import pytest
from conftest import ROOT, pattern

from imgcomp_lib.codecs.arithmetic import Arithmetic
from imgcomp_lib.codecs.champion import Champion, stream
from imgcomp_lib.codecs.champion.model import NODES, SLOTS, new_model, new_predictors
from imgcomp_lib.core import container
from imgcomp_lib.core.bits import CorruptStream
from imgcomp_lib.formats.jpegls import JpegLs
from imgcomp_lib.formats.png import Png
from imgcomp_lib.measure import images

CAT = images.photo("cat")[100:196, 120:248]
COFFEE = images.photo("coffee")[100:196, 200:328]


@pytest.mark.parametrize("image", [CAT, COFFEE, images.photo("camera")[200:320, 200:320]])
def test_it_beats_every_codec_so_far_at_either_effort(image):
    rivals = [len(codec.encode(image)) for codec in (Png(), JpegLs(), Arithmetic())]
    fast, small = (len(Champion(effort).encode(image)) for effort in (1, 2))
    assert small < fast < 0.97 * min(rivals)


@pytest.mark.parametrize("effort", [1, 2])
def test_what_can_be_foreseen_costs_next_to_nothing(effort):
    flat = np.full((64, 64, 3), 77, np.uint8)
    ramp = np.broadcast_to(np.arange(64, dtype=np.uint8)[:, None] * 3, (64, 64))
    assert len(Champion(effort).encode(flat)) < 200
    assert len(Champion(effort).encode(ramp)) < 450
    grey_in_colour = np.repeat(CAT[:, :, 1:2], 3, axis=2)
    assert len(Champion(effort).encode(grey_in_colour)) < 1.03 * len(Champion(effort).encode(CAT[:, :, 1])) + 200


@pytest.mark.parametrize("effort", [1, 2])
def test_noise_costs_little_more_than_itself(effort):
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    assert len(Champion(effort).encode(noise)) < 1.05 * noise.size


def test_deep_samples_cost_their_noise_and_not_their_depth():
    rng = np.random.default_rng(2)
    y, x = np.mgrid[0:64, 0:64]
    deep = (3000 + 20 * y + 30 * x + rng.integers(0, 4, (64, 64))).astype(np.uint16)
    assert 2 * 64 * 64 / 8 < len(Champion(depth=13).encode(deep)) < 2.8 * 64 * 64 / 8


WORK = """
import hashlib, sys
sys.path.insert(0, "tests")
from threading import Thread
import numpy as np
from conftest import pattern
from imgcomp_lib.codecs.champion import Champion
digests = {}
def work(effort, dtype):
    image = pattern(4, 3, 3, dtype)
    data = Champion(effort).encode(image)
    assert np.array_equal(Champion().decode(data), image)
    digests[effort, dtype] = hashlib.sha256(data).hexdigest()
cases = [(1, "uint8"), (2, "uint8"), (1, "uint16")]
if THREADS:
    threads = [Thread(target=work, args=case) for case in cases]
    [thread.start() for thread in threads], [thread.join() for thread in threads]
else:
    [work(*case) for case in cases]
print([digests[case] for case in cases])
"""


def _digests(threads, **variables):
    code = WORK.replace("THREADS", str(threads))
    command = [sys.executable, "-W", "error", "-c", code]
    result = subprocess.run(command, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[-2000:]
    return result.stdout


def test_floating_point_is_the_same_compiled_plain_and_in_threads():
    compiled = _digests(False)
    assert _digests(False, NUMBA_DISABLE_JIT="1") == compiled
    assert _digests(True) == compiled
    assert _digests(False, NUMBA_CPU_NAME="generic") == compiled, "eight columns at once, and one by one"


@pytest.mark.parametrize("effort", [1, 2])
def test_every_damage_is_noticed(effort):
    data = Champion(effort).encode(pattern(5, 6, 3))
    for size in range(len(data)):
        with pytest.raises(CorruptStream):
            Champion().decode(data[:size])
    for bit in range(8 * len(data)):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CorruptStream):
            Champion().decode(bytes(flipped))


@pytest.mark.parametrize("effort", [1, 2])
@pytest.mark.parametrize("dtype, depth", [(np.uint8, 8), (np.uint16, 16)])
def test_a_stream_without_its_checksum_gives_a_picture_or_an_error(effort, dtype, depth):
    planes = np.moveaxis(pattern(3, 4, 3, dtype), 2, 0)
    data, pictures = stream.encode(planes, depth, effort), 0
    for size in range(0, len(data), 3):
        with pytest.raises(CorruptStream):
            stream.decode(data[:size], planes.shape, depth, effort)
    for bit in range(0, 8 * len(data), 3):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        with suppress(CorruptStream):
            found = stream.decode(bytes(flipped), planes.shape, depth, effort)
            assert found.shape == planes.shape and found.max() < 1 << depth
            pictures += 1
    assert pictures, "a flipped bit mostly is another valid stream"


def test_a_promise_of_more_samples_than_bytes_can_hold_is_refused_at_once():
    data = stream.encode(np.zeros((1, 4, 4), np.uint16), 8, 2)
    with pytest.raises(CorruptStream, match="too few"):
        stream.decode(data, (3, 11585, 11585), 8, 2)
    with pytest.raises(CorruptStream):
        stream.decode(data, (1, 4, 4000), 8, 2)


def test_the_least_cost_of_a_sample_is_true():
    flat = np.zeros((1, 300, 400), np.uint16)
    assert stream.PER_BIT * 8 * len(stream.encode(flat, 8, 1)) > flat.size
    assert stream.PER_BIT - 1 < -1 / np.log2(1 - stream.LEAST / 65536) < stream.PER_BIT


@pytest.mark.parametrize("effort", [1, 2])
def test_contexts_and_questions_stay_within_their_tables(effort):
    _, guesses = new_predictors(2, 8, effort)
    model = new_model(np.zeros((3, 10, 14)), np.zeros((3, 10, 14)), guesses, effort)
    assert model.chances.shape == (2 * effort, SLOTS * NODES)
    last = len(model.guess) - 1
    for guess, sharp, neighbour in ((0.0, 1e-4, 65535.0), (65535.0, 20.0, 0.0), (255.0, 1e-4, 255.0)):
        model.guess[:], model.sharp[:], model.samples[:], model.misses[:] = guess, sharp, neighbour, neighbour
        model.bins[last + 1] = 19
        for plane in range(3):
            stream._contexts(model, plane, 4, 5)
            assert model.slots.min() >= 0 and model.slots.max() < SLOTS and 0 <= model.bins[last + 2] < 40


def test_the_file_says_which_effort():
    data = Champion(1).encode(CAT[:8, :8])
    assert (
        data[container.SIZE] == 1
        and hashlib.sha256(data).digest() != hashlib.sha256(Champion(2).encode(CAT[:8, :8])).digest()
    )
    broken = container.pack("cham", CAT[:8, :8], 8, b"\3" + data[container.SIZE + 1 : -container.CHECK_SIZE])
    with pytest.raises(CorruptStream, match="effort"):
        Champion().decode(broken)


@pytest.mark.parametrize(
    "wild, named",
    [
        (lambda: stream.encode(np.full((1, 2, 2), 300), 8, 1), "300"),
        (lambda: stream.encode(np.zeros((1, 2, 2)), 8, 1), "float64"),
        (lambda: stream.encode(np.zeros((4, 2, 2), np.uint8), 8, 1), "not 4"),
        (lambda: stream.encode(np.zeros((2, 2), np.uint8), 8, 1), "planes, height, width"),
        (lambda: stream.encode(np.zeros((1, 2, 2), np.uint8), 0, 1), "not 0"),
        (lambda: stream.encode(np.zeros((1, 2, 2), np.uint8), 8, 3), "not 3"),
        (lambda: stream.decode(b"", (1, -2, 2), 8, 1), "-2 x 2"),
        (lambda: stream.decode(b"", (1, 2, 2), 17, 1), "not 17"),
        (lambda: stream.decode("data", (1, 2, 2), 8, 1), "not str"),
        (lambda: new_predictors(3, 8, 1), "not 3"),
        (lambda: new_predictors(0, 0, 1), "not 0"),
        (lambda: new_model(np.zeros((3, 9, 9), int), np.zeros((3, 9, 9)), 3, 1), "float64"),
    ],
)
def test_wild_arguments_are_named(wild, named):
    with pytest.raises(ValueError, match=named):
        wild()


@pytest.mark.parametrize("depth", [1, 2, 7])
def test_streams_of_few_bits(depth):
    planes = np.random.default_rng(depth).integers(0, 1 << depth, (2, 5, 6))
    assert np.array_equal(stream.decode(stream.encode(planes, depth, 1), planes.shape, depth, 1), planes)
