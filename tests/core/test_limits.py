"""The limit in bytes of samples: said in the error, raised by the caller, and memory that keeps within what it says."""

import subprocess
import sys

import numpy as np
import pytest
from conftest import EVERY, ROOT, pattern

from imgcomp_lib.core import limits
from imgcomp_lib.core.bits import Unsupported

MOST = 1_000_000_000
"""Bytes that any decoder may take for any file, while nobody has raised the limit."""

SIDE = {"bitp": 500, "cham": 400}
QUICK = {"png": {"effort": 1}, "cham": {"effort": 1}, "rnn": {"iterations": 1}}
GROWTH = """
import resource, sys
from conftest import EVERY
codec, small, large = EVERY[sys.argv[1]](), *(open(path, "rb").read() for path in sys.argv[2:])
codec.decode(small)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
codec.decode(large)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("shape, sample, times", [((10, 10), 1, 1), ((5, 10, 1), 2, 1), ((5, 5), 1, 4), ((100,), 1, 1)])
def test_the_limit_is_the_last_that_passes(shape, sample, times):
    with limits.at_most(100):
        assert limits.check_picture(shape, sample, times) == 100 // times
    with limits.at_most(99), pytest.raises(Unsupported, match=r"at_most\(100\)"):
        limits.check_picture(shape, sample, times)
    assert limits.most() == limits.MAX_BYTES


@pytest.mark.parametrize("name", EVERY)
def test_every_decoder_names_the_limit_and_a_caller_raises_it(name):
    image = pattern(6, 8, 3)
    data = (EVERY[name](iterations=1) if name == "rnn" else EVERY[name]()).encode(image)
    with limits.at_most(6 * 8 * 3 - 1), pytest.raises(Unsupported, match="the limit here is"):
        EVERY[name]().decode(data)
    with limits.at_most(6 * 8 * 3 * 8):
        assert EVERY[name]().decode(data).shape[:2] == (6, 8)


@pytest.mark.parametrize("name", EVERY)
def test_what_a_decoder_takes_at_its_limit_is_less_than_a_gigabyte(name, tmp_path):
    """The growth for a picture of a million pixels or so, times how many of those the limit holds."""
    pytest.importorskip("resource")
    if sys.platform != "linux":
        pytest.skip("ru_maxrss is in kilobytes on Linux")
    side = SIDE.get(name, 1200)
    codec = EVERY[name](**QUICK.get(name, {}))
    for size in (9, side):
        (tmp_path / str(size)).write_bytes(codec.encode(np.zeros((size, size), np.uint8)))
    command = [sys.executable, "-c", GROWTH, name, str(tmp_path / "9"), str(tmp_path / str(side))]
    result = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT / "tests")
    growth = max(0, int(result.stdout) * 1024 - FIXED_SHARE)
    planes = 3 if name in ("gif", "rnn") else 1  # a GIF's canvas and a network's planes are counted in colour
    assert growth * (_limit_of(codec, (tmp_path / "9").read_bytes(), 81 * planes) / (planes * side**2)) < MOST


FIXED_SHARE = 8 << 20
"""Bytes that do not grow with the picture: tables of models."""


def _limit_of(codec, data, size):
    """Return the bytes of samples up to which the codec reads, found from the least limit that reads `size`."""
    for times in range(1, 65):
        with limits.at_most(size * times):
            try:
                codec.decode(data)
            except Unsupported:
                continue
            return limits.MAX_BYTES // times
    raise AssertionError("no limit is low enough")
