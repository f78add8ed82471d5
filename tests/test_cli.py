"""The command line as its user meets it: in another process, with the files and the mistakes of a real day."""

import contextlib
import fcntl
import io
import json
import os
import signal
import struct
import subprocess
import sys
import termios
import time

import imagecodecs
import numpy as np
import pytest
from conftest import EVERY, ROOT, pattern
from PIL import Image

from imgcomp_lib import __version__, cli
from imgcomp_lib.core import atomic, limits
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
    _, *tables = said.split("\n\n")
    assert [table.splitlines()[0] for table in tables] == ["lossless", "lossy"]
    for table in tables:
        _, head, *rows = table.splitlines()
        end = head.index("bytes") + len("bytes")
        sizes = [int(row[end - 12 : end].replace(",", "")) for row in rows]
        assert sizes == sorted(sizes) and sizes


def test_compare_takes_codecs_with_their_knobs_and_keeps_lossy_apart(folder, capsys):
    assert cli.main(["compare", "photo.png", "--codecs", "jls:near=2,raw,jls,jls:near=9:interleave=0"]) == 0
    _, lossless, lossy = capsys.readouterr().out.split("\n\n")
    names = [[line.split("  ")[0] for line in table.splitlines()[2:]] for table in (lossless, lossy)]
    assert names == [
        ["jls near=0 interleave=1 depth=0", "raw depth=0"],
        ["jls near=9 interleave=0 depth=0", "jls near=2 interleave=1 depth=0"],
    ]


def test_compare_writes_a_page_and_numbers(folder, capsys):
    words = ["compare", "photo.png", "--codecs", "raw,gif,jls:near=2", "--html", "t.html", "--json", "t.json"]
    assert cli.main(words) == 0
    found = json.loads((folder / "t.json").read_text())
    assert (found["picture"], found["shape"], found["bytes"]) == ("photo.png", [100, 120, 3], PHOTO.nbytes)
    (raw,), (near, gif) = found["lossless"], found["lossy"]
    assert (raw["codec"], raw["size"], raw["psnr"]) == ("raw depth=0", PHOTO.nbytes + 18, None)
    assert near["size"] == len(EVERY["jls"](near=2).encode(PHOTO)) < gif["size"] and near["psnr"] > 40
    page = (folder / "t.html").read_text("utf8")
    assert "<title>photo.png</title>" in page and f"{near['size']:,}" in page and "http" not in page
    assert sorted(path.name for path in folder.iterdir()) == ["photo.bmp", "photo.png", "t.html", "t.json"]


def test_compare_says_what_was_refused(folder, capsys):
    files.save("deep.png", pattern(9, 8, 3, np.uint16))
    assert cli.main(["compare", "deep.png", "--codecs", "tga,raw", "--json", "t.json"]) == 0
    assert "tga rle=1     refused: " in capsys.readouterr().out
    raw, tga = json.loads((folder / "t.json").read_text())["lossless"]
    assert raw["size"] and "16" in tga["refused"] and "size" not in tga


def test_compare_shows_rows_as_they_come_and_a_bar_that_moves(folder):
    """Where somebody watches; what goes into a file or another program is the tables alone."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    words = [sys.executable, "-m", "imgcomp_lib.cli", "compare", "photo.png", "--codecs", "raw,rle"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=slave) as process:
        os.close(slave)
        shown = b""
        with contextlib.suppress(OSError):  # so ends a terminal
            while piece := os.read(master, 4096):
                shown += piece
        tables = process.stdout.read().decode()
    os.close(master)
    row, moved = shown.index(b"raw depth=0             36,018"), shown.index(b"rle gray=1 depth=0:  50%")
    assert b"raw depth=0:   0%" in shown[:row] and row < moved < shown.index(b"rle gray=1 depth=0      ", moved + 30)
    assert "%" not in tables and tables.count("36,018") == 1
    assert run("compare", "photo.png", "--codecs", "raw")[2] == ""


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
    "unknown codec to compare": (["compare", "photo.png", "--codecs", "raw,zip"], "'zip'; there are raw, rle"),
    "unknown knob to compare": (["compare", "photo.png", "--codecs", "rle:grey=1"], "no knob 'grey'; it has"),
    "no folder for a page": (["compare", "photo.png", "--html", "nowhere/t.html"], "nowhere/t.html: No such file"),
    "file as folder of numbers": (["compare", "photo.png", "--json", "text.png/t"], "text.png/t: Not a directory"),
    "no codec for standard output": (["encode", "photo.png", "-"], "standard output needs --codec"),
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


def test_the_version():
    assert run("--version") == (0, f"imgcomp {__version__}\n", "")


def piped(data, *words, **environment):
    """Return what a command makes of standard input: status, standard output and standard error, as bytes."""
    words = [sys.executable, "-m", "imgcomp_lib.cli", *words]
    done = subprocess.run(words, input=data, capture_output=True, timeout=1200, env=os.environ | environment)
    return done.returncode, done.stdout, done.stderr


def test_standard_input_and_output(folder):
    (folder / "tmp").mkdir()
    photo = (folder / "photo.png").read_bytes()
    status, data, said = piped(photo, "encode", "-", "-", "--codec", "jls", TMPDIR=str(folder / "tmp"))
    assert (status, data) == (0, EVERY["jls"]().encode(PHOTO)) and said.startswith(b"standard output: ")
    status, back, _ = piped(data, "decode", "-", "-")
    assert status == 0 and np.array_equal(np.asarray(Image.open(io.BytesIO(back))), PHOTO)
    assert b"standard input: jls, 120 x 100 RGB" in piped(data, "info", "-")[1]
    said = piped((folder / "photo.bmp").read_bytes(), "info", "-")[1]
    assert said.startswith(b"standard input: 36,054 bytes, BMP 120 x 100 RGB")
    status, numbers, said = piped(photo, "compare", "-", "--codecs", "raw", "--json", "-")
    assert json.loads(numbers)["picture"] == "standard input" and b"36,018" in said
    status, _, said = piped(photo[:300], "encode", "-", "out.tga")
    assert status == 2 and said.startswith(b"imgcomp: standard input: ") and said.count(b"\n") == 1
    assert not list((folder / "tmp").iterdir()) and not (folder / "-").exists()


def test_a_terminal_is_spared_what_it_cannot_show(folder):
    master, slave = os.openpty()
    words = [sys.executable, "-m", "imgcomp_lib.cli", "encode", "photo.png", "-", "--codec", "raw"]
    done = subprocess.run(words, stdout=slave, stderr=subprocess.PIPE, timeout=1200)
    os.close(slave)
    os.close(master)
    assert done.returncode == 2 and b"standard output is a terminal" in done.stderr


@pytest.mark.parametrize("dtype, bits", [(np.uint8, 8), (np.uint16, 16)])
@pytest.mark.parametrize("planes, kind", [(2, "grey-alpha"), (4, "RGBA")])
def test_alpha_is_named_and_laid_on_what_is_asked_for(folder, capsys, planes, kind, dtype, bits):
    samples = pattern(6, 7, planes, dtype)
    samples[0, :, -1] = 0
    (folder / "clear.png").write_bytes(imagecodecs.png_encode(samples))
    assert cli.main(["info", "clear.png"]) == 0
    assert f"7 x 6 {kind}, {bits} bits a sample" in capsys.readouterr().out
    assert cli.main(["decode", "clear.png", "out.png"]) == 2
    said = capsys.readouterr().err
    assert f"{kind}, {bits} bits" in said and "--background" in said and not (folder / "out.png").exists()
    assert cli.main(["decode", "clear.png", "out.png", "--background", "255"]) == 0
    laid = files.load("out.png")
    assert laid.dtype == dtype and (laid[0] == np.iinfo(dtype).max).all()
    assert np.array_equal(laid, files.load("clear.png"))


@pytest.mark.parametrize("mode, kind", [("L", "grey"), ("LA", "grey-alpha"), ("RGBA", "RGBA")])
def test_info_names_the_kind_of_a_file_of_others(folder, capsys, mode, kind):
    Image.new(mode, (5, 4)).save("other.tif")
    assert cli.main(["info", "other.tif"]) == 0
    assert f"TIFF 5 x 4 {kind};" in capsys.readouterr().out


ASCII = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


@pytest.mark.parametrize("environment", [{"LC_ALL": "C.UTF-8"}, ASCII, {"PYTHONIOENCODING": "ascii"}])
def test_nothing_unprintable_stops_it(folder, environment):
    name = b"\xff " + "Straße ∞.png".encode()
    (folder / os.fsdecode(name)).write_bytes((folder / "photo.png").read_bytes())
    compare = ("compare", name, "--codecs", "raw,jls", "--html", "t.html", "--json", "t.json")
    for words in (compare, ("encode", name, name + b".tga"), ("list",)):
        status, said, complained = piped(b"", *map(os.fsdecode, words), **environment)
        assert (status, complained) == (0, b"") and said.startswith(b"\\udcff " if words[1:] else b"raw ")
    assert json.loads((folder / "t.json").read_text())["lossless"] and (folder / "t.html").read_text("utf8")
    assert (folder / os.fsdecode(name + b".tga")).stat().st_size
    status, _, complained = piped(b"", "info", os.fsdecode(name + b".none"), **environment)
    assert status == 2 and complained.endswith(b": No such file or directory\n")


def test_a_reader_that_has_seen_enough_is_no_error():
    words = [sys.executable, "-m", "imgcomp_lib.cli", "list"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == -signal.SIGPIPE


# Ctrl-C.  The command runs with one thing changed: it stops where the test wants to interrupt it, for ever.

KERNEL = """
import numba
import numpy as np
from imgcomp_lib.codecs.raw import Raw

@numba.njit("(int64[:],)")
def spin(numbers):
    while numbers[0] >= 0:
        numbers[0] = (numbers[0] * 3 + 1) & 7

def encode(*_args):
    print("there", flush=True)
    spin(np.ones(1, np.int64))

Raw.encode = encode
"""
WRITING = """
import os, signal
def pause(*_args):
    print("there", flush=True)
    while True:
        signal.pause()
os.replace = pause
"""
COMMAND = "\nimport sys\nfrom imgcomp_lib import cli\nsys.exit(cli.main())\n"
ENCODE = ("encode", "photo.png", "out.icl", "--codec", "raw")
COMPARE = ("compare", "photo.png", "--codecs", "raw", "--json", "out.icl")


def heard():
    """Hear Ctrl-C as in a terminal, even where these tests run in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextlib.contextmanager
def stopped(script, *words, start=heard):
    """Give a command that has come to the place where `script` stops it."""
    words = [sys.executable, "-c", script + COMMAND, *words]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    path = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(words, **pipes, preexec_fn=start, env=path) as process:
        try:
            assert any(line == b"there\n" for line in process.stdout), process.stderr.read()
            time.sleep(0.2)  # from the word to the place
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    "script, words, status",
    [
        (KERNEL, ENCODE, -signal.SIGINT),
        (KERNEL, COMPARE, -signal.SIGINT),
        (WRITING, ENCODE, 128 + signal.SIGINT),
        (WRITING, COMPARE, 128 + signal.SIGINT),
    ],
    ids=["encode in a kernel", "compare in a kernel", "encode while it writes", "compare while it writes"],
)
def test_an_interrupt_ends_a_command_at_once(folder, script, words, status):
    """A shell reports both statuses as 130."""
    (folder / "out.icl").write_bytes(b"precious")
    with stopped(script, *words) as process:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == status, "60 seconds are a net: it would spin for ever"
        assert process.stderr.read() == b""
    assert sorted(path.name for path in folder.iterdir()) == ["out.icl", "photo.bmp", "photo.png"]
    assert (folder / "out.icl").read_bytes() == b"precious"


def test_what_a_killed_command_left_is_swept_by_the_next(folder):
    (folder / "out.icl").write_bytes(b"precious")
    with stopped(WRITING, *ENCODE) as process:
        assert len(list(folder.iterdir())) == 4
        process.kill()
        process.wait(60)
    assert (folder / "out.icl").read_bytes() == b"precious" and len(list(folder.iterdir())) == 4
    assert cli.main(list(ENCODE)) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["out.icl", "photo.bmp", "photo.png"]


def test_an_interrupt_means_nothing_where_it_was_ignored(folder):
    """As a shell starts what runs in the background."""
    start = lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)  # noqa: E731
    with stopped(WRITING.replace("while True:", "for _ in range(1):"), *ENCODE, start=start) as process:
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1)


def test_a_caller_in_python_keeps_its_own_signals(folder):
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGPIPE)
    assert cli.main(["info", "photo.png"]) == 0
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGPIPE)) == before


def test_the_installed_command_is_this_one(folder):
    command = os.path.join(os.path.dirname(sys.executable), "imgcomp")
    if not os.path.exists(command):
        pytest.skip("the package is not installed beside this Python")
    assert subprocess.run([command, "list"], capture_output=True, check=True).stdout


def test_a_picture_beyond_the_limit_is_read_when_asked_for(folder, capsys):
    cli.main(["encode", "photo.png", "photo.icl", "--codec", "pred"])
    with limits.at_most(PHOTO.nbytes):
        assert cli.main(["decode", "photo.icl", "back.png"]) == 2
        wanted = capsys.readouterr().err.rstrip().rstrip(")").split()[-1]
        assert cli.main(["decode", "photo.icl", "back.png", "--limit", str(int(wanted) - 1)]) == 2
        assert not (folder / "back.png").exists()
        assert cli.main(["decode", "photo.icl", "back.png", "--limit", wanted]) == 0
    assert np.array_equal(files.load("back.png"), PHOTO)


def test_a_picture_that_was_loaded_is_compared_whatever_the_limit(folder, capsys):
    with limits.at_most(PHOTO.nbytes):
        assert cli.main(["compare", "photo.png", "--codecs", "pred,bitp,huff"]) == 0
    assert "refused" not in capsys.readouterr().out
