"""The bytes that each codec writes today are the bytes that it wrote when its golden file was made.

A changed byte breaks the files that readers have.  Where that is meant: IMGCOMP_GOLDEN=write makes the files anew,
and CHANGELOG.md says so.
"""

import os
from pathlib import Path

import numpy as np
import pytest
from conftest import EVERY, pattern, settings

FOLDER = Path(__file__).parent / "golden"
PICTURES = {
    "grey8": pattern(11, 14),
    "rgb8": pattern(9, 7, 3),
    "grey16": pattern(9, 7, 1, np.uint16),
    "rgb16": pattern(5, 4, 3, np.uint16),
}
NAMES = [name for name in EVERY if name != "rnn"]  # floats: another machine may differ by a level; see test_rnn.py
CASES = [(name, codec, kind) for name in NAMES for codec in settings(EVERY[name]) for kind in PICTURES]


def _path(name, codec, kind):
    knobs = "".join(f"-{knob}{value}" for knob, value in vars(codec).items())
    return FOLDER / f"{name}{knobs}-{kind}.bin"


@pytest.mark.parametrize("name, codec, kind", CASES)
def test_bytes_have_not_changed(name, codec, kind):
    image, path = PICTURES[kind], _path(name, codec, kind)
    try:
        data = codec.encode(image)
    except ValueError:
        assert not path.exists(), "the codec used to take this picture"
        return
    if os.environ.get("IMGCOMP_GOLDEN") == "write":
        path.write_bytes(data)
    assert path.exists(), "no golden file yet: run IMGCOMP_GOLDEN=write pytest tests/test_golden.py and commit it"
    assert data == path.read_bytes()


def test_no_golden_file_is_left_over():
    assert {path.name for path in FOLDER.glob("*.bin")} <= {_path(*case).name for case in CASES}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.bin")), ids=lambda path: path.name)
def test_old_files_still_decode(path):
    codec = EVERY[path.name.split("-")[0]]()
    assert codec.decode(path.read_bytes()).dtype in (np.uint8, np.uint16)
