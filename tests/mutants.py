"""Put small faults into the library, one at a time, and see whether the module's own test file finds each.

    make mutants                                  every fault in core, entropy, dictionary and prediction
    make mutants MODULE=entropy.huffman           those in one module, or in one room
    make mutants SAMPLE=60                        so many of each module, drawn at random, always the same ones

A mutant is a module with one comparison, sign, operator or constant changed; the operators are cosmic-ray's.  It is
killed where `tests/<room>/test_<module>.py` fails, or takes ten times as long; one that survives is a test not yet
written, or makes no difference that anybody could see: `mutants.toml` says why.  Kernels run as plain Python, so tests
marked `conftest.long_run` are passed over and hypothesis draws fewer examples: the short tests must find the fault.

cosmic-ray itself starts an interpreter for each mutant, which takes longer than most of these test files; here a
process that has imported numpy, numba and pytest forks for each.  (mutmut passes over functions with a decorator: all
kernels.)  What was found is kept in `_build/mutants.jsonl`, so that a run goes on where it was stopped: killed mutants
are not tried again, surviving ones when the test file has changed.
"""

import argparse
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import tomllib
import traceback
from pathlib import Path

import hypothesis  # noqa: F401  what the tests import, before the forks
import numba
import numpy  # noqa: F401
import PIL.Image  # noqa: F401
import pytest
from cosmic_ray.ast import Visitor, get_ast
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).resolve().parent.parent
FOUND = ROOT / "_build" / "mutants.jsonl"
ROOMS = ("core", "entropy", "dictionary", "prediction", "transforms", "quantisation", "measure")
UNUSED = ("RemoveDecorator", "VariableReplacer", "VariableInserter", "_Is", "_IsNot")
"""Operators left out: without the compiler a kernel's decorator does nothing, two want arguments, and `is` is no
comparison of numbers."""
MEMORY = 4 << 30
LOADING = ("deep", "dispatch", "pillow", "samples", "tiff", "told")
OWN_TESTS = {"entropy.huffman_lengths": "entropy/test_huffman.py"}
OWN_TESTS |= {f"measure.loading.{word}": "measure/test_cases.py" for word in LOADING}
"""Where a module's tests are in the file of another."""


def modules(wanted: str) -> list[str]:
    """Return the names of the modules with something to mutate, `core.bits` say, that begin with `wanted`."""
    library = ROOT / "imgcomp_lib"
    paths = [path for room in ROOMS for path in sorted((library / room).rglob("*.py"))]
    names = [".".join(path.relative_to(library).with_suffix("").parts).removesuffix(".__init__") for path in paths]
    return [name for name in names if f"{name}.".startswith(f"{wanted}." if wanted else "") and mutants(name)]


def path_of(module: str) -> Path:
    """Return the path of a module under the root."""
    path = Path("imgcomp_lib", *module.split("."))
    return path / "__init__.py" if (ROOT / path).is_dir() else path.with_suffix(".py")


def tests_of(module: str) -> Path:
    """Return the path of a module's own test file under the root: of its name, else of its package's."""
    room, *rest = module.split(".")
    named = [Path("tests", room, f"test_{word}.py") for word in reversed(rest)]
    return Path("tests", OWN_TESTS[module]) if module in OWN_TESTS else next(p for p in named if (ROOT / p).exists())


class _Positions(Visitor):
    """Lists where an operator finds something to change."""

    def __init__(self, operator):
        self.operator, self.found = operator, []

    def visit(self, node):
        self.found += self.operator.mutation_positions(node)
        return node


def mutants(module: str) -> list[tuple[str, int]]:
    """Return (operator, occurrence) of each mutant; of the operators that replace one sign, one drawn for each sign."""
    tree, families = get_ast((ROOT / path_of(module)).read_text()), {}
    for name in operator_names():
        if not name.endswith(UNUSED):
            finder = _Positions(get_operator(name)())
            finder.walk(tree)
            family = name.rsplit("_", 1)[0] if "Replace" in name and "_" in name else name
            for occurrence, (start, end) in enumerate(finder.found):
                # A number has two mutants, one more and one less, at the same position.
                key = (family, start, end, occurrence if name.endswith("NumberReplacer") else 0)
                families.setdefault(key, []).append((name, occurrence))
    rng = random.Random(module)
    return [rng.choice(alike) for _, alike in sorted(families.items())]


def _changed(before: str, after: str) -> tuple[int, str, str]:
    """Return the number of the first line that differs, and it before and after."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=False)
    number, (old, new) = next((n, pair) for n, pair in enumerate(pairs, 1) if pair[0] != pair[1])
    return number, old.strip(), new.strip()


class Copy:
    """A copy of library and tests in which modules are mutated, so that nobody else meets them."""

    def __init__(self, folder: str):
        self.root = Path(folder)
        for part in ("imgcomp_lib", "tests", "book", "notebooks", "benchmarks"):
            passed_over = shutil.ignore_patterns("__pycache__", "*.safetensors")
            shutil.copytree(ROOT / part, self.root / part, ignore=passed_over)
        for part in ("pyproject.toml", "Makefile", "requirements.lock"):
            shutil.copy2(ROOT / part, self.root / part)

    def passes(self, module: str, code: str, seconds: int) -> tuple[bool, float]:
        """Say whether the module's own tests pass with its text replaced, and the processor seconds that they took."""
        path = self.root / path_of(module)
        before, stamp = path.read_text(), path.stat()
        path.write_text(code)
        child = os.fork()
        if not child:
            self._test(tests_of(module), seconds)
        _, status, used = os.wait4(child, 0)
        path.write_text(before)
        os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        return status == 0, used.ru_utime + used.ru_stime

    def _test(self, tests, seconds):
        """Run a test file in this process, which ends with it."""
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.chdir(self.root)
        sys.path[0], os.environ["PYTHONPATH"] = str(self.root), str(self.root)
        sys.dont_write_bytecode = True
        os.environ |= {"PYTHONDONTWRITEBYTECODE": "1", "IMGCOMP_HYPOTHESIS": "mutants"}  # a failure needs no shrinking
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # nbval alone takes seconds to import
        with open(os.devnull, "r+") as nothing:
            for stream in (0, 1, 2):
                os.dup2(nothing.fileno(), stream)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        try:
            imported = "ignore::pytest.PytestAssertRewriteWarning"  # hypothesis, before the fork
            status = pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-W", imported, str(tests)])
        except BaseException:
            traceback.print_exc()
            status = 1
        sys.stdout.flush()
        os._exit(int(status))


def known() -> dict[str, dict]:
    """Return what earlier runs found, by mutant."""
    lines = FOUND.read_text().splitlines() if FOUND.exists() else []
    return {line["mutant"]: line for line in map(json.loads, lines)}


def try_all(module: str, sample: int, copy: Copy) -> list[dict]:
    """Return what came of each mutant of a module, or of `sample` of them: its line, before and after, and killed."""
    code, tests = (ROOT / path_of(module)).read_text(), (ROOT / tests_of(module)).read_text()
    digest = hashlib.sha256(tests.encode()).hexdigest()
    chosen, results, earlier = mutants(module), [], known()
    if 0 < sample < len(chosen):
        chosen = sorted(random.Random(module).sample(chosen, sample))
    passed, seconds = copy.passes(module, code, 3600)
    if not passed:
        raise SystemExit(f"{tests_of(module)} fails as it is, with NUMBA_DISABLE_JIT=1")
    for number, (name, occurrence) in enumerate(chosen, 1):
        mutated = MutationVisitor.mutate_code(code, get_operator(name)(), occurrence)
        mutant = f"{module} {hashlib.sha256(mutated.encode()).hexdigest()}"
        found = earlier.get(mutant)
        if not found or not (found["killed"] or found["tests"] == digest):
            survived, _ = copy.passes(module, mutated, int(10 * seconds) + 5)
            line, old, new = _changed(code, mutated)
            found = {"mutant": mutant, "tests": digest, "line": line, "old": old, "new": new, "killed": not survived}
            with FOUND.open("a") as file:
                file.write(json.dumps(found) + "\n")
        results.append(found)
        print(f"\r{module}: {number} of {len(chosen)}", end="", file=sys.stderr, flush=True)
    print(f"\r{' ' * 60}\r", end="", file=sys.stderr)
    return results


def reasons() -> dict[tuple[str, str, str], str]:
    """Return why a mutant that survives makes no difference, by module and the line before and after."""
    entries = tomllib.loads((ROOT / "tests" / "mutants.toml").read_text()).get("survivor", [])
    return {(entry["module"], entry["old"], entry["new"]): entry["why"] for entry in entries}


def main() -> None:
    """Try the mutants of the modules asked for and print the table, then the survivors."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("module", nargs="?", default="", help="core.bits, or a room: entropy; all rooms if left out")
    parser.add_argument("--sample", type=int, default=0, help="so many mutants of each module; 0 is all")
    options = parser.parse_args()
    os.environ["NUMBA_DISABLE_JIT"] = "1"  # here: a test run that only imports this file keeps its compiler
    numba.config.reload_config()
    FOUND.parent.mkdir(exist_ok=True)
    why, rows, survivors = reasons(), [], []
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(folder)
        for module in modules(options.module):
            results = try_all(module, options.sample, copy)
            left = [found | {"module": module} for found in results if not found["killed"]]
            rows.append((module, len(mutants(module)), len(results), len(results) - len(left)))
            print(_row(*rows[-1]), flush=True)
            survivors += left
    if len(rows) > 1:
        print(_row("all", *(sum(row[i] for row in rows) for i in (1, 2, 3))))
    for found in survivors:
        place = f"{path_of(found['module'])}:{found['line']}"
        reason = why.get((found["module"], found["old"], found["new"]), "no reason given")
        print(f"\n{place}  ({reason})\n  - {found['old']}\n  + {found['new']}")


def _row(module, mutants, tried, killed):
    return f"{module:34} {mutants:5} mutants {tried:5} tried {killed:5} killed {100 * killed / tried:6.1f} %"


if __name__ == "__main__":
    main()
