"""Files are written whole or not at all."""

import os

import pytest

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
