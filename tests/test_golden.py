"""Files outlive the program that wrote them: their bytes and their pictures are kept, by version and by value.

`golden/<version>.json` has a line for each file that this version of the library wrote: the codec and its knobs, the
picture that was coded, the file's name and SHA-256, and shape, type and SHA-256 of the samples that it decodes to.  The
version at hand still writes the bytes in its own index, and decodes the files of every version to what the index says.

IMGCOMP_GOLDEN=write puts what the version at hand writes into its index: needed for a new codec, a new knob, or a new
version; a changed byte breaks the files that readers have, so CHANGELOG.md says where that is meant.  What an older
version wrote is never written again.
"""

import dataclasses
import hashlib
import json
import math
import os
from pathlib import Path

import numpy as np
import pytest
from conftest import EVERY, pattern, settings

import imgcomp_lib

FOLDER = Path(__file__).parent / "golden"
VERSION = imgcomp_lib.__version__
PICTURES = {
    "grey8": pattern(11, 14),
    "rgb8": pattern(9, 7, 3),
    "grey16": pattern(9, 7, 1, np.uint16),
    "rgb16": pattern(5, 4, 3, np.uint16),
}
NAMES = [name for name in EVERY if name != "rnn"]  # floats: another machine may differ by a level; see test_rnn.py
CASES = [(name, codec, kind) for name in NAMES for codec in settings(EVERY[name]) for kind in PICTURES]


def _digest(image) -> dict:
    samples = np.ascontiguousarray(image).astype(image.dtype.newbyteorder("<"))
    digest = hashlib.sha256(samples.tobytes()).hexdigest()
    return {"shape": list(image.shape), "dtype": image.dtype.name, "samples": digest}


def _read(version) -> list[dict]:
    path = FOLDER / f"{version}.json"
    return json.loads(path.read_text())["files"] if path.exists() else []


INDEX = {path.stem: _read(path.stem) for path in sorted(FOLDER.glob("*.json"))}
FILES = [pytest.param(entry, id=f"{version} {entry['file']}") for version, found in INDEX.items() for entry in found]


def _made(name, codec, kind) -> tuple[dict, bytes]:
    """Return the line of the index, its file's name aside, and the bytes that the codec writes now."""
    data = codec.encode(PICTURES[kind])
    line = {"codec": name, "knobs": vars(codec), "picture": kind, "bytes": hashlib.sha256(data).hexdigest()}
    return line | _digest(codec.decode(data)), data


def _entry_of(name, codec, kind) -> dict | None:
    """Return the line of this version's index whose knobs make the same codec; a knob that it lacks is at rest."""
    for entry in INDEX.get(VERSION, []):
        if (entry["codec"], entry["picture"]) == (name, kind) and EVERY[name](**entry["knobs"]) == codec:
            return entry
    return None


def _check_file(entry):
    data = (FOLDER / entry["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == entry["bytes"], "a golden file was overwritten"
    image = EVERY[entry["codec"]]().decode(data)
    assert _digest(image) == {key: entry[key] for key in ("shape", "dtype", "samples")}


@pytest.mark.parametrize("name, codec, kind", CASES)
def test_bytes_have_not_changed(name, codec, kind):
    entry = _entry_of(name, codec, kind)
    try:
        data = codec.encode(PICTURES[kind])
    except ValueError:
        assert entry is None, "the codec used to take this picture"
        return
    assert entry, "no golden file yet: run IMGCOMP_GOLDEN=write pytest tests/test_golden.py and commit it"
    assert data == (FOLDER / entry["file"]).read_bytes()


@pytest.mark.parametrize("entry", FILES)
def test_files_of_every_version_still_decode_to_the_same_samples(entry):
    _check_file(entry)


@pytest.mark.parametrize("entry", FILES)
def test_a_lossless_file_holds_the_picture_itself(entry):
    if EVERY[entry["codec"]](**entry["knobs"]).promised_psnr == math.inf:
        assert _digest(PICTURES[entry["picture"]]) == {key: entry[key] for key in ("shape", "dtype", "samples")}


def test_the_index_names_each_file_once_and_leaves_none_out():
    assert {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.bin")} == {
        entry["file"] for found in INDEX.values() for entry in found
    }
    for version, found in INDEX.items():
        cases = [(entry["codec"], json.dumps(entry["knobs"], sort_keys=True), entry["picture"]) for entry in found]
        assert len(set(cases)) == len(cases), version
        assert set(EVERY) >= {entry["codec"] for entry in found}, version


def _inverted(image):
    return np.iinfo(image.dtype).max - image


def _one_level_off(image):
    wrong = image.copy()
    wrong.flat[-1] ^= 1
    return wrong


def _other_type(image):
    return image.astype(np.uint16 if image.dtype == np.uint8 else np.uint8)


def _turned(image):
    return np.ascontiguousarray(image.swapaxes(0, 1))


@pytest.mark.parametrize("wrong", [_inverted, _one_level_off, _other_type, _turned])
@pytest.mark.parametrize("name", NAMES)
def test_a_decoder_of_wrong_pictures_is_found_out(monkeypatch, name, wrong):
    true = EVERY[name].decode
    monkeypatch.setattr(EVERY[name], "decode", lambda codec, data: wrong(true(codec, data)))
    for entry in INDEX[VERSION]:
        if entry["codec"] == name:
            with pytest.raises(AssertionError):
                _check_file(entry)


def _write():
    """Write the index of the version at hand, and those of its files whose bytes no index has yet."""
    older = {entry["bytes"]: entry["file"] for version, found in INDEX.items() if version != VERSION for entry in found}
    entries = []
    for name, codec, kind in CASES:
        try:
            line, data = _made(name, codec, kind)
        except ValueError:
            continue
        kept = _entry_of(name, codec, kind) or {}
        file = kept.get("file") if kept.get("file") not in older.values() else None
        file = older.get(line["bytes"]) or file or f"{VERSION}/{_stem(name, codec)}-{kind}.bin"
        if file not in older.values():
            (FOLDER / file).parent.mkdir(exist_ok=True)
            (FOLDER / file).write_bytes(data)
        entries.append({"file": file} | line)
    lines = ",\n".join(json.dumps(entry) for entry in entries)
    (FOLDER / f"{VERSION}.json").write_text(f'{{"version": "{VERSION}", "files": [\n{lines}\n]}}\n')
    INDEX[VERSION] = _read(VERSION)


def _stem(name, codec):
    """Return a name of a file that says which knobs are turned; the index alone is read."""
    turned = {f.name: getattr(codec, f.name) for f in dataclasses.fields(codec)}
    rest = vars(type(codec)())
    return "-".join([name, *(f"{knob}{value}" for knob, value in turned.items() if value != rest[knob])])


if os.environ.get("IMGCOMP_GOLDEN") == "write":
    _write()
