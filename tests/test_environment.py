"""The files that set up an environment agree with each other."""

import re
import shutil
import subprocess
import tomllib

import pytest
import yaml
from conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_environment_yml_names_the_same_python_and_extras():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    *plain, pip = environment["dependencies"]
    assert f"python{PROJECT['requires-python']}" in [text.replace(" ", "") for text in plain]
    (line,) = pip["pip"]
    extras = re.fullmatch(r"-e \.\[(.*)\]", line)[1].split(",")
    assert sorted(extras) == sorted(PROJECT["optional-dependencies"])


def _names(requirements):
    return {re.match(r"[A-Za-z0-9_.-]+", line)[0].lower().replace("_", "-") for line in requirements}


def test_the_lock_pins_every_requirement_and_holds_no_address():
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.match(r"[a-z0-9_.-]+==[\w.]+( ;.*)?$", pin) for pin in pins), "names and versions only"
    wanted = list(PROJECT["dependencies"]) + [r for extra in PROJECT["optional-dependencies"].values() for r in extra]
    assert _names(wanted) <= _names(pins)
    assert len(_names(pins)) == len(pins), "a package is pinned twice"
    assert "jupyter-book==1." in "\n".join(pins)


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_make_help_lists_every_target():
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = [line.split()[1] for line in said.splitlines() if line.startswith("  make ")]
    assert targets == ["help", "setup", "book", "test", "mutants", "lab", "serve", "lock", "clean"]


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_an_old_python_gets_one_line(tmp_path):
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text())
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_text("")
    for name in ("python", "python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    path = f"{tmp_path}:/usr/bin:/bin"
    done = subprocess.run(["make", "setup"], cwd=tmp_path, env={"PATH": path}, capture_output=True, text=True)
    assert done.returncode != 0
    assert "Python 3.11 or newer is needed: install it" in done.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_a_python_without_venv_gets_one_line(tmp_path):
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text())
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_text("")
    (tmp_path / "python3").write_text('#!/bin/sh\ncase "$2" in *venv*) exit 1;; esac\nexit 0\n')
    (tmp_path / "python3").chmod(0o755)
    done = subprocess.run(
        ["make", "setup"], cwd=tmp_path, env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, text=True
    )
    assert done.returncode != 0 and "no venv module" in done.stderr and "python3-venv" in done.stderr


def test_the_changelog_knows_the_version():
    from imgcomp_lib import __version__

    assert __version__ in (ROOT / "CHANGELOG.md").read_text()
    assert f"version: {__version__}" in (ROOT / "CITATION.cff").read_text().replace('"', "")
