"""The command line as its user meets it: in another process, with the files and the mistakes of a real day."""

import os
import subprocess
import sys

import numpy as np
import pytest
from conftest import EVERY
from PIL import Image

from imgcomp_lib import cli
from imgcomp_lib.core import atomic
from imgcomp_lib.measure import files, images

PHOTO = images.photo("cat")[:100, :120]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files.save("photo.png", PHOTO)
    files.save("photo.bmp", PHOTO)
    return tmp_path


def run(*words):
    """Return exit status, standard output and standard error of the command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "imgcomp_lib.cli", *words], capture_output=True, text=True, timeout=1200
    )
    return done.returncode, done.stdout, done.stderr


def test_a_photograph_to_tga_and_back(folder):
    status, said, _ = run("encode", "photo.png", "photo.tga")
    size = (folder / "photo.tga").stat().st_size
    assert status == 0 and f"{size:,} bytes" in said and f"Cr = {PHOTO.nbytes / size:.3f}" in said
    assert np.array_equal(np.asarray(Image.open("photo.tga")), PHOTO)
    assert run("decode", "photo.tga", "back.png")[0] == 0
    assert np.array_equal(files.load("back.png"), PHOTO)


def test_own_files_need_a_codec_and_take_knobs(folder, capsys):
    assert cli.main(["encode", "photo.png", "photo.icl", "--codec", "rle", "--set", "gray=0"]) == 0
    assert "rle gray=0 depth=0" in capsys.readouterr().out
    assert cli.main(["decode", "photo.icl", "back.png"]) == 0
    assert np.array_equal(files.load("back.png"), PHOTO)


def test_list_names_every_codec_with_its_knobs(capsys):
    assert cli.main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(EVERY)
    assert any("gray=1" in line for line in lines)


def test_info_adds_up(folder, capsys):
    cli.main(["encode", "photo.png", "photo.tga"])
    capsys.readouterr()
    assert cli.main(["info", "photo.tga"]) == 0
    first, *parts = capsys.readouterr().out.splitlines()
    assert "tga, 120 x 100 RGB, 8 bits a sample" in first
    assert sum(int(part[20:].split(" bytes")[0].replace(",", "")) for part in parts) == os.path.getsize("photo.tga")


def test_info_knows_what_it_does_not_write(folder, capsys):
    assert cli.main(["info", "photo.bmp"]) == 0
    assert "BMP 120 x 100 RGB" in capsys.readouterr().out


def test_info_takes_a_png_that_others_wrote(folder, capsys):
    assert cli.main(["info", "photo.png"]) == 0
    assert "png, 120 x 100 RGB" in capsys.readouterr().out


def test_info_takes_an_old_tga_by_its_suffix(folder, capsys):
    cli.main(["encode", "photo.png", "photo.tga"])
    (folder / "old.tga").write_bytes((folder / "photo.tga").read_bytes()[:-26])
    assert cli.main(["info", "old.tga"]) == 0
    assert "tga, 120 x 100 RGB" in capsys.readouterr().out


def test_compare_is_a_table_of_every_codec(folder, capsys):
    files.save("small.png", files.load("photo.png")[:40, :50])
    assert cli.main(["compare", "small.png"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in EVERY)
    _, head, *rows = said.splitlines()
    end = head.index("bytes") + len("bytes")
    sizes = [int(row[end - 12 : end].replace(",", "")) for row in rows]
    assert sizes == sorted(sizes)


MISTAKES = {
    "missing file": (["encode", "missing.png", "out.tga"], "missing.png: No such file"),
    "text named png": (["encode", "text.png", "out.tga"], "text.png: no image"),
    "truncated tga": (["decode", "cut.tga", "out.png"], "do not fill"),
    "truncated icl": (["decode", "cut.icl", "out.png"], "CRC-32"),
    "not ours": (["decode", "photo.bmp", "out.png"], "not a file that this library writes"),
    "unknown codec": (["encode", "photo.png", "out.icl", "--codec", "zip"], "'zip'; there are raw, rle"),
    "no codec named": (["encode", "photo.png", "out.icl"], ".icl files need --codec"),
    "unknown suffix": (["encode", "photo.png", "out.xyz"], "no codec writes .xyz"),
    "suffix of another": (["encode", "photo.png", "out.tga", "--codec", "rle"], "rle writes .icl files"),
    "unknown knob": (["encode", "photo.png", "out.icl", "--codec", "rle", "--set", "grey=1"], "no knob 'grey'; it has"),
    "knob out of range": (["encode", "photo.png", "out.tga", "--set", "rle=7"], "rle is 0 or 1, not 7"),
    "knob of another type": (["encode", "photo.png", "out.tga", "--set", "rle=yes"], "rle takes int, not 'yes'"),
    "knob without value": (["encode", "photo.png", "out.tga", "--set", "rle"], "rle takes int, not ''"),
    "missing folder": (["encode", "photo.png", "nowhere/out.tga"], "nowhere/out.tga: No such file"),
    "file as folder": (["encode", "photo.png", "text.png/out.tga"], "text.png/out.tga: Not a directory"),
    "folder as picture": (["encode", ".", "out.tga"], ".: Is a directory"),
    "unknown picture suffix": (["decode", "whole.tga", "out.xyz"], "no image format is written"),
    "text as info": (["info", "text.png"], "no PNG signature"),
}


@pytest.mark.parametrize("words, message", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_gets_one_line_and_status_2(folder, capsys, words, message):
    (folder / "text.png").write_text("Dear reader,\n")
    for name, codec in (("tga", EVERY["tga"]()), ("icl", EVERY["rle"]())):
        data = codec.encode(PHOTO)
        (folder / f"cut.{name}").write_bytes(data[: len(data) // 2])
        (folder / f"whole.{name}").write_bytes(data)
    before = sorted(folder.rglob("*"))
    assert cli.main(words) == 2
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.splitlines()) == 1 and message in said.err
    assert sorted(folder.rglob("*")) == before, "something was written"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write into any folder")
def test_a_read_only_folder(folder, capsys):
    (folder / "locked").mkdir(mode=0o500)
    assert cli.main(["encode", "photo.png", "locked/out.tga"]) == 2
    assert "locked/out.tga: Permission denied" in capsys.readouterr().err


def test_a_folder_that_nobody_may_write(folder, capsys, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied", "/a/temporary/name")

    monkeypatch.setattr(atomic, "open", refuse, raising=False)
    assert cli.main(["encode", "photo.png", "out.tga"]) == 2
    assert capsys.readouterr().err == "imgcomp: out.tga: Permission denied\n"


def test_an_existing_file_survives_a_failed_encode(folder):
    (folder / "out.tga").write_bytes(b"precious")
    assert cli.main(["encode", "missing.png", "out.tga"]) == 2
    assert (folder / "out.tga").read_bytes() == b"precious"


def test_a_wrong_command_is_argparse_status_2():
    status, _, said = run("squeeze")
    assert status == 2 and "squeeze" in said


def test_the_installed_command_is_this_one(folder):
    command = os.path.join(os.path.dirname(sys.executable), "imgcomp")
    if not os.path.exists(command):
        pytest.skip("the package is not installed beside this Python")
    assert subprocess.run([command, "list"], capture_output=True, check=True).stdout
