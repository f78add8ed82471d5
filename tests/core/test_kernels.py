"""The speed decorator: which machine code is taken from the disk, and when none is made."""

import subprocess
import sys

import pytest

from imgcomp_lib.core import kernels


@pytest.mark.skipif(kernels.numba is None, reason="numba is not installed")
def test_kernel_cache_is_keyed_by_the_sources_and_the_bounds_check(tmp_path):
    code = "from imgcomp_lib.core import kernels; print(kernels._cache_folder())"
    folders = set()
    for checks in ("0", "1"):
        env = {"XDG_CACHE_HOME": str(tmp_path), "NUMBA_BOUNDSCHECK": checks, "PATH": ""}
        run = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        folders.add(run.stdout.strip())
    assert len(folders) == 2 and all(folder.startswith(str(tmp_path)) for folder in folders)


@pytest.mark.skipif(kernels.numba is None, reason="numba is not installed")
def test_kernels_are_compiled_here_and_plain_on_demand():
    code = "from imgcomp_lib.core import bits; print(hasattr(bits.put_bits, 'py_func'))"
    for switch, compiled in (("0", "True"), ("1", "False")):
        env = {"NUMBA_DISABLE_JIT": switch, "HOME": "/tmp", "PATH": ""}
        run = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        assert run.stdout.strip() == compiled
