"""Thousands of damaged files of each format: a picture or one of the two errors, and no dead process of ours.

`python tests/mutate.py` reads a million of each.
"""

import subprocess
import sys

import pytest
from conftest import ROOT, long_run

COUNT, FEW = 2000, 400
SLOW = {"ICNS", "codec cham"}
"""Formats of which a file takes milliseconds: fewer of them."""

mutate = pytest.importorskip("mutate")
KINDS = list(mutate.seeds())


def _met(kinds, count):
    found, failures, crashes = mutate.run(kinds, 0, count)
    assert not failures, "\n".join(failures)
    theirs = [name for name in crashes if not name.startswith("codec ")]
    assert crashes == theirs, f"our own decoders end the interpreter: {crashes}"
    if theirs:
        print("a C library died of", theirs)
    assert set(found) == set(kinds)
    for kind, counts in found.items():
        assert sum(counts.values()) + sum(name.startswith(f"{kind} ") for name in crashes) == count
        assert counts.get("CorruptStream", 0) > count // 10, f"{kind}: the damage has become weaker: {counts}"


@long_run
def test_thousands_of_damaged_files_of_each_format():
    assert len(KINDS) >= 30
    _met([kind for kind in KINDS if kind not in SLOW], COUNT)


@long_run
def test_hundreds_of_those_that_take_long():
    _met([kind for kind in KINDS if kind in SLOW], FEW)


def test_a_mutation_is_the_same_wherever_it_is_made():
    rng = [mutate.random.Random("PNG 7") for _ in range(2)]
    assert mutate.mutate(bytes(range(99)), rng[0]) == mutate.mutate(bytes(range(99)), rng[1]) != bytes(range(99))


def test_a_crash_is_told_and_stepped_over(monkeypatch, tmp_path):
    """A child that dies by a signal at one mutation: the others are counted all the same."""
    code = (ROOT / "tests" / "mutate.py").read_text("utf8")
    end = "def outcome(suffix: str, data: bytes, folder: str, rng: random.Random) -> str:\n"
    dying = code.replace(end, end + "    if rng.random() < 0.2:\n        os.abort()\n")
    (tmp_path / "dying.py").write_text(dying, "utf8")
    call = "import dying, json; print(json.dumps(dying.run(['BMP'], 0, 8)))"
    paths = f"{tmp_path}:{ROOT}:{ROOT / 'tests'}"
    environment = mutate.os.environ | {"PYTHONPATH": paths}
    result = subprocess.run([sys.executable, "-c", call], env=environment, capture_output=True, text=True, check=True)
    found, failures, crashes = mutate.json.loads(result.stdout)
    assert crashes and not failures and sum(found["BMP"].values()) + len(crashes) == 8
