"""The speed decorator: which machine code is taken from the disk, when none is made, and what `inner` leaves out."""

import ast
import os
import re
import shutil
import subprocess
import sys
import time
import types

import numpy as np
import pytest

from imgcomp_lib.core import kernels

compiled = pytest.mark.skipif(kernels.numba is None, reason="numba is not installed")
LIBRARY = kernels.LIBRARY


def _names(module):
    return {path.relative_to(LIBRARY).as_posix() for path in kernels._sources(LIBRARY / module)}


def test_a_kernel_depends_on_what_its_module_imports_and_on_nothing_else():
    assert _names("entropy/mixing.py") == {"core/kernels.py", "entropy/mixing.py"}
    assert _names("core/bits.py") == {"core/bits.py", "core/codec.py", "core/kernels.py"}
    champion = _names("codecs/champion/stream.py")
    assert {"entropy/arithmetic.py", "entropy/mixing.py", "prediction/fixed.py"} < champion
    assert not any(name.startswith(("formats", "pages", "measure")) for name in champion)


def _imports(path):
    """What Python's own parser says that `path` imports of the library, one of the two readings a name may have."""
    parts = ("imgcomp_lib", *path.relative_to(LIBRARY).parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            base = ".".join([*parts[: -node.level], *filter(None, [node.module])]) if node.level else node.module
            yield from ((base, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, alias.name) for alias in node.names)


@pytest.mark.parametrize("path", sorted(LIBRARY.rglob("*.py")), ids=lambda path: path.relative_to(LIBRARY).as_posix())
def test_imports_are_found_as_the_parser_finds_them(path):
    wanted = set()
    for outer, whole in _imports(path):
        if outer.split(".")[0] == "imgcomp_lib":
            files = [LIBRARY.parent.joinpath(*name.split(".")) for name in (whole, outer)]
            files = [f / "__init__.py" if f.is_dir() else f.with_suffix(".py") for f in files]
            wanted.add(next(f for f in files if f.exists()))
    found = set(kernels._imported(path))
    assert wanted <= found
    assert found <= wanted | {f for w in wanted if w.name == "__init__.py" for f in w.parent.rglob("*.py")}


FOLDER = "from pathlib import Path; from {0}.core import kernels as k; print(k._cache_folder(k.LIBRARY / '{1}'))"


def _folder(cwd, module, home, checks="0", package="imgcomp_lib"):
    env = {"XDG_CACHE_HOME": str(home), "NUMBA_BOUNDSCHECK": checks, "PATH": ""}
    code = FOLDER.format(package, module)
    run = subprocess.run([sys.executable, "-c", code], cwd=cwd, env=env, capture_output=True, text=True, check=True)
    return run.stdout.strip()


@compiled
def test_the_cache_is_keyed_by_the_sources_that_matter_and_by_the_bounds_check(tmp_path):
    library = tmp_path / "copied_lib"
    shutil.copytree(LIBRARY, library, ignore=shutil.ignore_patterns("weights", "__pycache__"))

    def folder(checks="0"):
        return _folder(tmp_path, "entropy/huffman.py", tmp_path / "home", checks, library.name)

    before = folder()
    assert before.startswith(str(tmp_path / "home" / "imgcomp" / "kernels" / "huffman-"))
    assert folder("1") != before
    for name, same in (("pages/plots.py", True), ("formats/png/filters.py", True), ("core/bits.py", False)):
        with open(library / name, "a") as file:
            file.write("\n# edited\n")
        assert (folder() == before) == same, name


@compiled
def test_old_machine_code_is_removed_and_new_kept(tmp_path):
    cache = tmp_path / "imgcomp" / "kernels"
    days = {"gone": kernels.KEPT_DAYS + 1, "kept": kernels.KEPT_DAYS - 1}
    for name, age in days.items():
        (cache / name / "deeper").mkdir(parents=True)
        os.utime(cache / name, (time.time() - age * 86400,) * 2)
    folder = _folder(LIBRARY.parent, "core/bits.py", tmp_path)
    assert sorted(path.name for path in cache.iterdir()) == sorted(["kept", os.path.basename(folder)])
    os.utime(folder, (0, 0))
    _folder(LIBRARY.parent, "core/bits.py", tmp_path)
    assert os.stat(folder).st_mtime > 0, "a folder that is asked for again is young again"


@compiled
def test_kernels_are_compiled_here_and_plain_on_demand():
    code = "from imgcomp_lib.core import bits; print(hasattr(bits.put_bits, 'py_func'))"
    for switch, expected in (("0", "True"), ("1", "False")):
        env = {"NUMBA_DISABLE_JIT": switch, "HOME": "/tmp", "PATH": ""}
        run = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        assert run.stdout.strip() == expected


def test_machine_code_is_kept_for_fourteen_days(tmp_path, monkeypatch):
    now = 1e9
    monkeypatch.setattr(kernels.time, "time", lambda: now)
    for name, age in {"gone": 14 * 86400 + 7, "kept": 14 * 86400 - 7}.items():
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (now - age,) * 2)
    for i in range(8):
        (tmp_path / f"dangling {i}").symlink_to(tmp_path / "nowhere")  # as if another process had been faster
    kernels._remove_old(tmp_path)
    assert (tmp_path / "kept").exists() and not (tmp_path / "gone").exists()


@compiled
def test_a_home_that_cannot_be_written_is_no_obstacle(tmp_path, monkeypatch):
    (tmp_path / "home").write_text("a file, no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(kernels.tempfile, "gettempdir", lambda: str(tmp_path))
    folder = kernels._cache_folder.__wrapped__(LIBRARY / "core/bits.py")
    assert os.path.dirname(folder) == str(tmp_path / "imgcomp" / "kernels") and os.path.isdir(folder)
    assert re.fullmatch("bits-[0-9a-f]{16}", os.path.basename(folder))


def test_what_the_compiler_is_asked_for(monkeypatch):
    asked, config = [], types.SimpleNamespace(CACHE_DIR="usual", BOUNDSCHECK=0)
    compiler = types.SimpleNamespace(config=config, __version__="0")
    compiler.njit = lambda **options: lambda function: asked.append((options, config.CACHE_DIR)) or function
    monkeypatch.setattr(kernels, "numba", compiler)
    monkeypatch.setattr(kernels, "_cache_folder", lambda module: f"kernels of {module.name}")
    for decorator in (kernels.kernel, kernels.inner):
        assert decorator(_first) is _first and config.CACHE_DIR == "usual"
    options = ({"cache": True}, {"cache": True, "_nrt": False})
    assert asked == [(found, "kernels of test_kernels.py") for found in options]


@pytest.mark.parametrize("decorator", [kernels.kernel, kernels.inner])
def test_only_a_function_makes_a_kernel(decorator):
    with pytest.raises(ValueError, match="not of 5"):
        decorator(5)


def _first(rows):
    return rows[0][0]


def _made():
    return np.zeros(1)


@compiled
@pytest.mark.skipif(bool(kernels.numba and kernels.numba.config.DISABLE_JIT), reason="the compiler is off")
def test_inner_leaves_the_counting_out():
    """`inner` leans on numba's private option `_nrt`.

    If the option goes, or does nothing any more, this test fails and no file changes: `inner` may then be
    `kernel`, and the codecs that mix opinions are slower.
    """
    counts = {}
    for options in ({}, {"_nrt": False}):
        function = kernels.numba.njit(**options)(_first)
        function(np.ones((1, 1)))
        counts[bool(options)] = sum(text.count("NRT_decref") for text in function.inspect_llvm().values())
    assert counts[False] > 0 and counts[True] == 0, f"references counted in the machine code: {counts}"
    with pytest.raises(kernels.numba.core.errors.TypingError):  # an array that nobody counts could not be freed
        kernels.numba.njit(_nrt=False)(_made)()
    assert kernels.inner(_first).targetoptions["_nrt"] is False
