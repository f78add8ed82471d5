"""Damaged and hostile files give an image, `CorruptStream` or `Unsupported`: compiled, plain, with bounds checks."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import EVERY, pattern
from hypothesis import given, settings
from hypothesis import strategies as st

from imgcomp_lib.core.bits import CorruptStream, Unsupported

MODES = {"compiled": {}, "plain": {"NUMBA_DISABLE_JIT": "1"}, "bounds checked": {"NUMBA_BOUNDSCHECK": "1"}}


def _run_attack(variables):
    command = [sys.executable, "-W", "error", str(Path(__file__).parent / "attack.py")]
    result = subprocess.run(command, env=os.environ | variables, capture_output=True, text=True, timeout=3600)
    assert result.returncode == 0, result.stderr[-3000:]
    return result.stdout.split()


@pytest.fixture(scope="module")
def compiled():
    return _run_attack({})


@pytest.mark.parametrize("mode", MODES)
def test_every_attack_is_met(mode, compiled):
    count, digest = compiled if mode == "compiled" else _run_attack(MODES[mode])
    assert int(count) > 1000 * len(EVERY) // 2, "the attack has become weaker"
    assert digest == compiled[1], f"{mode} and compiled code answer differently"


@pytest.mark.parametrize("name", EVERY)
@given(data=st.binary(max_size=200), keep=st.integers(0, 60))
@settings(max_examples=200)
def test_rubbish_behind_a_true_start(name, data, keep):
    start = EVERY[name]().encode(pattern(4, 5))[:keep]
    with suppress(CorruptStream, Unsupported):
        EVERY[name]().decode(start + data)
