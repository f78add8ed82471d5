"""Each public function meets wild arguments with an answer or a `ValueError`: `hostile.py` calls, here is judged.

Each room is a test, found by itself.  A tester that finds nothing proves nothing: a package with a fault of every kind
goes through it too.
"""

import json
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from hostile import DEAR

import imgcomp_lib

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="each function is called in a fork of the tester")

LIBRARY_ROOMS = [module.name for module in pkgutil.iter_modules(imgcomp_lib.__path__) if module.ispkg]
LEARNED = ("learned", "codecs")

FEWEST = 120
"""Calls of a function that has parameters and is not dear: the sensible ones and the wild ones of its first place."""

FAULTS = {
    "reads_nowhere": ("ctypes.string_at(0)", "SIGSEGV"),
    "ends_the_process": ("os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
    "leaves": ("os._exit(3)", "exit status 3"),
    "loops": ("while True: pass", "SIGXCPU"),
    "adds": ("number + 'text'", "TypeError"),
    "overflows": ("float(number << 2000)", "OverflowError"),
    "fills_memory": ("bytearray(1 << 50)", "MemoryError"),
    "opens": ("open('nowhere')", "FileNotFoundError"),
    "asserts": ("assert not number", "AssertionError"),
}
"""What a function of the package of faults does at 65536, and the word that has to name it."""

FAULTY = """
def {name}(number: int):
    if not isinstance(number, int):
        raise ValueError("a number")
    if number == 65536:
        {fault}
    return 7
"""


def reports(room, *seconds, path=ROOT):
    command = [sys.executable, str(Path(__file__).parent / "hostile.py"), room, *seconds]
    paths = os.pathsep.join([str(path), str(ROOT)])
    environment = os.environ | {"PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=3600)
    assert result.returncode == 0, result.stderr[-3000:]
    return [json.loads(line) for line in result.stdout.splitlines()]


def complaints(report):
    """Return what is wrong with a function: its failures; or that it never answered, or that it was hardly called."""
    share = next((share for start, share in DEAR.items() if report["name"].startswith(start)), 1)
    found = list(report["failures"])
    if not report["answers"]:
        found.append(f"{report['name']}: no answer to {report['calls']} calls")
    if report["calls"] < FEWEST / share / 2 and report["parameters"]:
        found.append(f"{report['name']}: only {report['calls']} calls")
    return found


@pytest.mark.parametrize("room", LIBRARY_ROOMS)
def test_wild_arguments_meet_an_answer_or_a_value_error(room):
    if room in LEARNED:
        pytest.importorskip("torch")
    found = reports(room)
    assert len(found) > 3
    wrong = [complaint for report in found for complaint in complaints(report)]
    assert not wrong, "\n".join(wrong)


def test_the_tester_finds_every_kind_of_fault(tmp_path):
    functions = [FAULTY.format(name=name, fault=fault) for name, (fault, _) in FAULTS.items()]
    functions += [FAULTY.format(name="sound", fault="return 8"), "def refuses(number: int):\n    raise ValueError\n"]
    (tmp_path / "faulty").mkdir()
    (tmp_path / "faulty" / "__init__.py").write_text("import ctypes, os, signal\n" + "\n".join(functions))
    found = {report["name"].removeprefix("faulty."): report for report in reports("faulty", "2", path=tmp_path)}
    assert found.keys() == {*FAULTS, "sound", "refuses"}
    for name, (_, word) in FAULTS.items():
        (failure,) = found[name]["failures"]
        assert failure.startswith(f"faulty.{name}(65536): ") and word in failure
    assert not complaints(found["sound"])
    assert complaints(found["refuses"]) == ["faulty.refuses: no answer to 190 calls"]


def test_a_function_that_is_hardly_called_is_no_success():
    report = {"name": "core.bits.pack", "calls": 3, "answers": 3, "failures": [], "parameters": 2}
    assert complaints(report) == ["core.bits.pack: only 3 calls"]
    assert not complaints(report | {"parameters": 0})
