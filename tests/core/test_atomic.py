"""Files are written whole or not at all."""

import errno
import os
import platform
import signal
import stat
import subprocess
import sys
import threading

import pytest
from conftest import ROOT

from imgcomp_lib.core import atomic


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "file.bin"
    atomic.write_bytes(path, b"old")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        atomic.write_bytes(path, b"new")
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_the_first_error_is_the_one_that_is_told(tmp_path, monkeypatch):
    def replace(temporary, path):
        os.unlink(temporary)  # somebody tidied up
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(OSError, match="disk full"):
        atomic.write_bytes(tmp_path / "file.bin", b"new")


def test_a_folder_that_is_not_there_is_told_with_the_file_s_own_name(tmp_path):
    path = tmp_path / "nowhere" / "file.bin"
    with pytest.raises(FileNotFoundError) as told:
        atomic.write_bytes(path, b"")
    assert told.value.filename == str(path)
    for path, data in ((3, b""), (tmp_path / "file.bin", "text")):
        with pytest.raises(ValueError, match=r"a path is text or a Path, not 3|data are bytes, not str"):
            atomic.write_bytes(path, data)


def test_a_written_file_has_the_usual_permissions(tmp_path):
    atomic.write_bytes(tmp_path / "ours", b"")
    (tmp_path / "usual").write_bytes(b"")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_a_file_that_is_there_keeps_its_permissions(tmp_path, mode):
    path = tmp_path / "file.bin"
    path.write_bytes(b"old")
    path.chmod(mode)
    atomic.write_bytes(path, b"new")
    assert path.read_bytes() == b"new" and stat.S_IMODE(path.stat().st_mode) == mode


def test_nobody_else_may_read_a_private_file_while_it_is_written(tmp_path, monkeypatch):
    path, seen, replace = tmp_path / "file.bin", [], os.replace
    path.write_bytes(b"old")
    path.chmod(0o600)
    monkeypatch.setattr(os, "replace", lambda new, old: (seen.append(os.stat(new).st_mode), replace(new, old)))
    atomic.write_bytes(path, b"new")
    assert [stat.S_IMODE(mode) for mode in seen] == [0o600]


@pytest.mark.parametrize("there", [True, False])
def test_a_link_goes_on_pointing_where_it_pointed(tmp_path, there):
    (tmp_path / "far").mkdir()
    (tmp_path / "link").symlink_to("far/file.bin")
    if there:
        (tmp_path / "far" / "file.bin").write_bytes(b"old")
    atomic.write_bytes(tmp_path / "link", b"new")
    assert os.readlink(tmp_path / "link") == "far/file.bin"
    assert (tmp_path / "far" / "file.bin").read_bytes() == b"new"
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["far", "file.bin", "link"]


def test_a_link_that_leads_nowhere_is_left_alone(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError) as told:
        atomic.write_bytes(tmp_path / "loop", b"new")
    assert told.value.errno == errno.ELOOP and os.readlink(tmp_path / "loop") == "loop"


def test_a_pipe_stays_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    atomic.write_bytes(tmp_path / "pipe", b"new")
    assert os.read(reader, 9) == b"new" and stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    os.close(reader)


def test_a_long_name_is_no_hindrance(tmp_path):
    path = tmp_path / ("n" * 255)
    atomic.write_bytes(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_full_disk_is_told_with_the_file_s_own_name(tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError) as told:
        atomic.write_bytes(tmp_path / "file.bin", b"new")
    assert told.value.errno == errno.ENOSPC and told.value.filename == str(tmp_path / "file.bin")
    assert list(tmp_path.iterdir()) == []


WRITING = """
import os, signal, sys
from imgcomp_lib.core import atomic
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.replace = lambda *_: (print("writing", flush=True), signal.pause())
atomic.write_bytes(sys.argv[1], b"new")
"""


@pytest.fixture
def writing(tmp_path):
    """Return the path of an old file and a process that is about to put a new one in its place."""
    path = tmp_path / "file.bin"
    path.write_bytes(b"old")
    with subprocess.Popen([sys.executable, "-c", WRITING, path], stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout.readline() == b"writing\n"
        assert len(list(tmp_path.iterdir())) == 2
        yield path, process
        process.kill()


def test_an_interrupt_leaves_the_old_file_and_nothing_else(writing):
    path, process = writing
    process.send_signal(signal.SIGINT)
    process.wait(60)
    assert path.read_bytes() == b"old" and list(path.parent.iterdir()) == [path]


def test_after_a_write_an_interrupt_ends_the_process_at_once_again(tmp_path):
    old = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        with atomic.temporary(tmp_path):
            assert signal.getsignal(signal.SIGINT) == signal.default_int_handler
        assert signal.getsignal(signal.SIGINT) == signal.SIG_DFL
    finally:
        signal.signal(signal.SIGINT, old)


def test_a_caller_s_own_answer_to_an_interrupt_stays(tmp_path, monkeypatch):
    seen, replace = [], os.replace
    monkeypatch.setattr(os, "replace", lambda *a: (seen.append(signal.getsignal(signal.SIGINT)), replace(*a)))
    old = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        atomic.write_bytes(tmp_path / "file.bin", b"new")
    finally:
        signal.signal(signal.SIGINT, old)
    assert seen == [signal.SIG_IGN]


def test_a_thread_may_write(tmp_path):
    writer = threading.Thread(target=atomic.write_bytes, args=(tmp_path / "file.bin", b"new"))
    old = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        writer.start()
        writer.join()
    finally:
        signal.signal(signal.SIGINT, old)
    assert (tmp_path / "file.bin").read_bytes() == b"new"


def test_the_next_write_sweeps_what_a_killed_one_left(writing):
    path, process = writing
    atomic.write_bytes(path.with_name("other.bin"), b"")
    assert len(list(path.parent.iterdir())) == 3, "swept while its process still writes"
    process.kill()
    process.wait(60)
    atomic.write_bytes(path.with_name("other.bin"), b"")
    assert sorted(path.parent.iterdir()) == [path, path.with_name("other.bin")] and path.read_bytes() == b"old"


def test_of_other_machines_only_old_files_are_swept_and_of_other_programs_none(tmp_path):
    theirs, aged = tmp_path / ".imgcomp-0123abcd-1-elsewhere", tmp_path / ".imgcomp-0123abcd-2-elsewhere"
    others = [tmp_path / name for name in (".imgcomp-notes", ".imgcomp-0123abcd-x-elsewhere", ".file.bin.abcdefgh")]
    for file in (theirs, aged, *others):
        file.write_bytes(b"")
    for file in (aged, *others):
        os.utime(file, (0, 0))
    (tmp_path / ".imgcomp-0123abcd-3-folder").mkdir()
    atomic.write_bytes(tmp_path / "file.bin", b"")
    kept = {theirs, *others, tmp_path / "file.bin", tmp_path / ".imgcomp-0123abcd-3-folder"}
    assert set(tmp_path.iterdir()) == kept


def test_whose_process_is_gone(monkeypatch):
    asked, here = [], platform.node()

    def answer(error):
        def kill(*question):
            asked.append(question)
            if error:
                raise error

        monkeypatch.setattr(os, "kill", kill)

    monkeypatch.setattr(atomic.time, "time", lambda: 1e6)
    for error, left in ((None, False), (ProcessLookupError(), True), (PermissionError(), False)):
        answer(error)
        assert atomic._is_left(7, here, 1e6) == left
    assert asked == [(7, 0)] * 3, "signal 0 is a question, every other one is not"
    answer(ProcessLookupError())
    assert not atomic._is_left(7, here + "2", 1e6 - 86400) and atomic._is_left(7, here + "2", 1e6 - 86400.5)
    for system in ("nt", "zos"):
        with monkeypatch.context() as patched:
            patched.setattr(os, "name", system)
            left = atomic._is_left(7, here, 1e6)
        assert not left
    assert len(asked) == 3


def test_an_old_link_of_ours_is_swept_itself(tmp_path):
    link = tmp_path / ".imgcomp-0123abcd-1-elsewhere"
    link.symlink_to(tmp_path / "nowhere")
    os.utime(link, (0, 0), follow_symlinks=False)
    atomic.write_bytes(tmp_path / "file.bin", b"")
    assert list(tmp_path.iterdir()) == [tmp_path / "file.bin"]


def test_where_an_interrupt_is_python_s_own_nothing_is_changed(tmp_path):
    old = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        atomic.write_bytes(tmp_path / "file.bin", b"new")
        assert signal.getsignal(signal.SIGINT) == signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, old)


def test_a_folder_is_text_or_a_path():
    with pytest.raises(ValueError, match="a folder is text or a Path, not 3"), atomic.temporary(3):
        pass
