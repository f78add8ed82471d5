"""Damaged and hostile files: a picture or one of the two errors, in bounded time and memory, however the code runs."""

import os
import subprocess
import sys
import time

import jpeg2000_files as files
import pytest
from conftest import ROOT, long_run, pattern

from imgcomp_lib.core.bits import CorruptStream, Unsupported
from imgcomp_lib.formats.jpeg2000 import decoder


def attacked(variables, *arguments):
    """Return how many files were read, of how many some picture came, and a digest of what came of each."""
    command = [sys.executable, "-W", "error", str(ROOT / "tests" / "jpeg2000_attack.py"), *map(str, arguments)]
    result = subprocess.run(command, env=os.environ | variables, capture_output=True, text=True, timeout=3600)
    assert result.returncode == 0, result.stderr[-3000:]
    count, pictures, digest = result.stdout.split()
    return int(count), int(pictures), digest


@long_run
def test_every_attack_is_met_compiled_and_with_bounds_checked():
    count, pictures, digest = attacked({}, 10)
    assert count > 5000 and count // 4 < pictures < 9 * count // 10
    assert attacked({"NUMBA_BOUNDSCHECK": "1"}, 10)[2] == digest


@long_run
def test_plain_code_answers_as_compiled_code_does():
    assert attacked({"NUMBA_DISABLE_JIT": "1"}, 5, 29) == attacked({}, 5, 29)


def test_a_file_that_promises_much_takes_little_time():
    """Sides, tiles, layers and precincts far beyond the bytes; a picture within the limits takes its own time."""
    data = files.pillow(pattern(16, 18), no_jp2=True, num_resolutions=3)
    decoder.decode(data)
    start = time.process_time()
    for sides, tile in (((60000, 60000), (1, 1)), ((4000, 4000), (1, 1)), ((4000, 4000), None), ((65535, 65535), None)):
        with pytest.raises((CorruptStream, Unsupported)):
            decoder.decode(files.of_size(data, sides, tile))
    for size in (0x10, 0x11, 0x33):
        wide = files.of_size(data, (4000, 4000))
        with pytest.raises((CorruptStream, Unsupported)):
            decoder.decode(files.with_segment(wide, 0x52, b"\1\2\xff\xff\0\2\0\0\0\1" + bytes([size] * 3)))
    assert time.process_time() - start < 10


def test_code_blocks_of_more_passes_than_bytes_can_mean_are_refused(monkeypatch):
    data = files.pillow(pattern(16, 18), no_jp2=True)
    monkeypatch.setattr(decoder, "LOOKS", 0)
    monkeypatch.setattr(decoder, "LOOKS_A_BYTE", 1)
    with pytest.raises(CorruptStream, match="far more"):
        decoder.decode(data)
