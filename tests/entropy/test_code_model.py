"""The model of the recurrent codec's bits: what it reads is what was written, cut or whole, on any machine."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT, long_run

from imgcomp_lib.core.bits import CorruptStream
from imgcomp_lib.entropy import code_model
from imgcomp_lib.entropy.code_model import GROUPS, INPUTS


def waves(iterations=3, rows=5, columns=6, seed=0):
    """Return codes in which neighbours and iterations resemble each other."""
    rng = np.random.default_rng(seed)
    t, y, x, bit = np.ogrid[:iterations, :rows, :columns, :32]
    noise = rng.standard_normal((iterations, rows, columns, 32))
    return (np.sin(0.3 * y + 0.2 * x + bit) + 0.3 * np.cos(t) + 0.3 * noise > 0).astype(np.uint8)


def taught(seed=1):
    """Return weights as a fit might give them, from -40 to 40 thousandths of a log-odd."""
    return np.random.default_rng(seed).integers(-40, 41, (16, 32, INPUTS)).astype(np.int16)


@pytest.mark.parametrize("weights", [None, taught()], ids=["untaught", "taught"])
@pytest.mark.parametrize(
    "shape", [(1, 1, 1), (2, 1, 3), *(pytest.param(s, marks=long_run) for s in ((16, 2, 1), (3, 5, 6)))]
)
def test_what_is_read_is_what_was_written(shape, weights):
    codes = waves(*shape)
    data, sizes = code_model.encode(codes, weights)
    assert np.array_equal(code_model.decode(data, shape, weights), codes) and sizes[-1] == len(data)
    for number in range(1, len(codes) + 1):
        assert sizes[number - 1] == len(code_model.encode(codes[:number], weights)[0])


@long_run
def test_a_stream_that_is_cut_gives_what_is_whole():
    codes, shape = waves(), (3, 5, 6)
    data, sizes = code_model.encode(codes, taught())
    whole = []
    for size in range(len(data) + 1):
        try:
            read = code_model.decode(data[:size], shape, taught())
        except CorruptStream as error:
            assert "do not hold one iteration of 5 x 6 positions" in str(error)
            whole.append(0)
        else:
            assert np.array_equal(read, codes[: len(read)])
            whole.append(len(read))
    assert whole == sorted(whole) and whole[-1] == 3 and all(whole[size] >= k for k, size in enumerate(sizes, 1))


@long_run
def test_what_resembles_costs_less():
    codes = waves(4, 24, 24)
    noise = np.random.default_rng(0).integers(0, 2, codes.shape, dtype=np.uint8)
    raw = codes.size / 8
    assert len(code_model.encode(codes)[0]) < 0.55 * raw
    assert raw < len(code_model.encode(noise)[0]) < 1.05 * raw


@long_run
def test_what_was_taught_helps():
    """The first regression says that a bit is that of its left neighbour: log-odds of 3 either way."""
    codes, weights = np.repeat(np.random.default_rng(0).integers(0, 2, (1, 8, 1, 32), np.uint8), 8, 2), None
    untaught = len(code_model.encode(codes)[0])
    weights = np.zeros((16, 32, INPUTS), np.int16)
    weights[0, np.arange(32), np.arange(32)] = 3 * code_model.UNIT
    assert len(code_model.encode(codes, weights)[0]) < 0.75 * untaught


def test_the_regression_sees_each_neighbour_at_its_place():
    codes = np.zeros((3, 3, 3, 32), np.uint8)
    codes[2, 1, 0, 5] = codes[2, 0, 2, 6] = codes[1, 2, 2, 7] = codes[0, 1, 1, 8] = 1
    seen = code_model.seen(codes, 2).reshape(3, 3, GROUPS, 32)[1, 1]
    assert seen[0, 5] == 1 and seen[3, 6] == 1 and seen[6 + 8, 7] == 1 and seen[6 + 9, 8] == 1
    assert (seen == 1).sum() == 4 and not seen[4:6].any(), "two to the left and two above lie outside"
    assert (seen[:4] != 0).all() and (seen[6:16] != 0).all() and not seen[16].any(), "there is no iteration before"
    assert code_model.seen(codes, 2).dtype == np.int8
    codes = np.zeros((1, 3, 3, 32), np.uint8)
    codes[0, 0, 2, 9] = codes[0, 2, 0, 10] = 1  # two above, and two to the left
    seen = code_model.seen(codes, 0).reshape(3, 3, GROUPS, 32)[2, 2]
    assert seen[5, 9] == 1 and seen[4, 10] == 1 and (seen == 1).sum() == 2


@pytest.mark.parametrize("codes, message", [
    (np.zeros((17, 2, 2, 32), np.uint8), r"\(17, 2, 2, 32\)"),
    (np.zeros((1, 2, 2, 31), np.uint8), r"\(1, 2, 2, 31\)"),
    (np.zeros((0, 2, 2, 32), np.uint8), r"\(0, 2, 2, 32\)"),
    (np.zeros((1, 0, 2, 32), np.uint8), r"\(1, 0, 2, 32\)"),
    (np.zeros((2, 2, 32), np.uint8), r"\(2, 2, 32\)"),
    (np.full((1, 2, 2, 32), 2, np.uint8), "up to 2"),
    (np.zeros((1, 2, 2, 32)), "not float64"),
])  # fmt: skip
def test_codes_that_are_none(codes, message):
    with pytest.raises(ValueError, match=message):
        code_model.encode(codes)


@pytest.mark.parametrize(
    "weights, digest", [(None, "99c55bcbefd7f729"), (taught(), "56805448647ced06")], ids=["untaught", "taught"]
)
def test_the_bytes_of_a_few_positions(weights, digest):
    codes = waves(3, 2, 3)
    data, sizes = code_model.encode(codes, weights)
    assert hashlib.sha256(data).hexdigest()[:16] == digest and sizes[-1] == len(data)


def test_contexts_by_hand():
    """Three values a neighbour, 0 to 2; what is unknown or outside is 1."""
    inputs, slots = np.zeros(INPUTS, np.int32), np.zeros(7, np.int64)
    code_model._contexts(inputs, 0, slots)
    assert slots.tolist() == [0, 13, 40, 13, 13, 0, 40]
    left, up, corner, before, after, below, older, oldest = 0, 32, 64, 320, 352, 416, 480, 512
    for place, value in (
        (left, 1),
        (up, -1),
        (corner, 1),
        (before, 1),
        (after, -1),
        (below, 1),
        (older, 0),
        (oldest, -1),
    ):
        inputs[place + 9] = value
    inputs[GROUPS * 32 : GROUPS * 32 + 9] = [1, 1, 1, 1, -1, 1, 1, -1, 1]
    code_model._contexts(inputs, 9, slots)
    ternary = [int(digits, 3) for digits in ("202", "2021", "202", "210")]
    assert slots.tolist() == [0, *ternary, 0b101101, int("2220", 3)]


def test_what_is_whole_of_a_few_positions():
    codes = waves(2, 1, 1)
    data, sizes = code_model.encode(codes)
    whole = [0] * (len(data) + 1)
    for size in range(sizes[0] - 2, len(data) + 1):
        try:
            whole[size] = len(code_model.decode(data[:size], (2, 1, 1)))
        except CorruptStream as error:
            assert f"{size} bytes do not hold one iteration of 1 x 1 positions" in str(error)
    assert whole == sorted(whole) and whole[-1] == 2 and [whole[size] for size in sizes] == [1, 2]
    assert np.array_equal(code_model.decode(data[: sizes[0]], (2, 1, 1)), codes[:1])


def test_weights_that_are_none():
    for weights in (taught().astype(np.int32), taught()[:, :, 1:]):
        with pytest.raises(ValueError, match="weights are int16 of"):
            code_model.encode(waves(), weights)
        with pytest.raises(ValueError, match="weights are int16 of"):
            code_model.decode(b"", (1, 1, 1), weights)
    with pytest.raises(ValueError, match="17"):
        code_model.decode(b"", (17, 1, 1))


@pytest.mark.parametrize("shape, message", [
    ((1, 1, 1.5), r"\(1, 1, 1.5, 32\)"),
    ((0, 1, 1), r"\(0, 1, 1, 32\)"),
    ((1, 0, 1), r"\(1, 0, 1, 32\)"),
    ((1, 1), r"\(1, 1, 32\)"),
    ("111", "'111'"),
    ((1, 1048577, 1), "codes have at most 1048576 positions, not 1048577 x 1"),
    ((1, 1024, 1025), "codes have at most 1048576 positions, not 1024 x 1025"),
])  # fmt: skip
def test_shapes_that_are_none(shape, message):
    with pytest.raises(ValueError, match=message):
        code_model.decode(b"", shape)


def test_a_stream_too_short_names_its_positions():
    with pytest.raises(CorruptStream, match="0 bytes do not hold one iteration of 2 x 3 positions"):
        code_model.decode(b"", (1, 2, 3))


def test_only_iterations_that_there_are_can_be_seen():
    for iteration in (-1, 2):
        with pytest.raises(ValueError, match=f"iteration is a whole number from 0 to 1, not {iteration}"):
            code_model.seen(waves(2, 1, 1), iteration)


DIGEST = "e6f2df0b01555495"


@long_run
def test_the_bytes_are_those_of_any_machine():
    """By value, and by the same loops uncompiled."""
    data, _ = code_model.encode(waves(), taught())
    assert hashlib.sha256(data).hexdigest()[:16] == DIGEST
    code = "import sys; sys.path.insert(0, 'tests/entropy'); import hashlib, test_code_model as t; "
    code += "print(hashlib.sha256(t.code_model.encode(t.waves(), t.taught())[0]).hexdigest()[:16])"
    plain = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "NUMBA_DISABLE_JIT": "1",
                           "PYTHONPATH": f"{ROOT}:{ROOT}/tests"}, capture_output=True, text=True)  # fmt: skip
    assert plain.stdout.strip() == DIGEST, plain.stderr
