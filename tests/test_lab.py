"""The reader's copies: executed, trusted, in step with the book, and never written over once they were changed."""

import os
import shutil
import socket
import subprocess
import sys
import time

import build
import fold
import lab
import nbformat
import numpy as np
import pytest
from conftest import ROOT
from nbformat.sign import NotebookNotary

from imgcomp_lib.pages import explore

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WIDGET = {lab.WIDGET: {"model_id": "1"}, "text/plain": "interactive(children=())"}


def edition(source="1 + 1", key="first"):
    """Return an edition of a chapter: one cell that has run, and one with a control."""
    shown = nbformat.v4.new_output("display_data", {"text/html": "<script>1</script>"})
    cells = [
        nbformat.v4.new_code_cell(source, id="one", execution_count=1, outputs=[shown]),
        nbformat.v4.new_code_cell("live()", id="two", outputs=[nbformat.v4.new_output("display_data", WIDGET)]),
    ]
    return nbformat.v4.new_notebook(cells=cells, metadata={"imgcomp": {"key": key, "seconds": 1.0}})


class Shelf:
    """A book of one chapter, and the folder of its reader."""

    def __init__(self, folder):
        self.folder, self.notary = folder / "my_notebooks", NotebookNotary(db_file=":memory:", secret=b"1")
        self.page = folder / "notebooks/07_one.ipynb"
        for file, text in {self.page: "{}", folder / "_toc.yml": "root: notebooks/07_one\n"}.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf8")

    def publish(self, source="1 + 1", key="first"):
        """Let the book have this edition, and make the copies; return what is said."""
        run = build.executed(self.page)
        run.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(edition(source, key), run)
        return lab.make_copies(self.folder, self.notary)

    def read(self, name="07_one"):
        return nbformat.read(self.folder / f"{name}.ipynb", 4)

    def change(self, source, name="07_one"):
        """Do what JupyterLab does for a reader who types into the first cell, or with None only runs it."""
        book = self.read(name)
        book.cells[0].source = source or book.cells[0].source
        book.cells[0].update(execution_count=9, outputs=[])
        nbformat.write(book, self.folder / f"{name}.ipynb")

    def names(self):
        return sorted(path.name for path in self.folder.glob("*.*"))


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "BUILD", tmp_path / "_build")
    return Shelf(tmp_path)


def test_a_fresh_copy_has_its_outputs_and_is_trusted(shelf):
    assert shelf.publish() == ["07_one.ipynb is new"]
    book = shelf.read()
    assert shelf.notary.check_signature(book), "JupyterLab would run no script of it"
    assert book.cells[0].outputs[0].data["text/html"] == "<script>1</script>"
    assert book.cells[1].outputs == [] and book.cells[1].execution_count is None, "a control without its kernel is dead"
    assert shelf.publish() == [] and shelf.names() == ["07_one.ipynb"]
    book.cells[0].outputs[0].data["text/html"] = "<script>2</script>"
    assert not shelf.notary.check_signature(book), "a signature holds for what was signed"


@pytest.mark.parametrize("touched", [False, True])
def test_an_unchanged_copy_follows_the_book_even_if_it_was_run(shelf, touched):
    shelf.publish()
    if touched:
        shelf.change(None)
    assert shelf.publish("2 + 2", "second") == ["07_one.ipynb is renewed"]
    assert shelf.read().cells[0].source == "2 + 2" and shelf.notary.check_signature(shelf.read())
    assert shelf.names() == ["07_one.ipynb"]


def test_a_changed_copy_stays_and_the_new_edition_lies_beside_it(shelf):
    shelf.publish()
    shelf.change("mine")
    mine = (shelf.folder / "07_one.ipynb").read_bytes()
    assert shelf.publish("1 + 1", "other library") == [], "the text that was changed is still the book's"
    assert shelf.names() == ["07_one.ipynb"]
    (said,) = shelf.publish("2 + 2", "second")
    assert said == "07_one.ipynb has your changes and stays; 07_one-new.ipynb is new"
    assert (shelf.folder / "07_one.ipynb").read_bytes() == mine
    assert shelf.read("07_one-new").cells[0].source == "2 + 2"
    assert shelf.notary.check_signature(shelf.read("07_one-new")) and not shelf.notary.check_signature(shelf.read())
    assert shelf.publish("2 + 2", "second") == []


def test_what_lies_beside_follows_the_book_until_it_is_changed_too(shelf):
    shelf.publish()
    shelf.change("mine")
    shelf.publish("2 + 2", "second")
    assert shelf.publish("3 + 3", "third") == ["07_one.ipynb has your changes and stays; 07_one-new.ipynb is renewed"]
    shelf.change("mine too", "07_one-new")
    assert shelf.publish("3 + 3", "fourth") == []
    assert "07_one-new-2.ipynb is new" in shelf.publish("5 + 5", "fifth")[0]
    sources = [shelf.read(name).cells[0].source for name in ("07_one", "07_one-new", "07_one-new-2")]
    assert sources == ["mine", "mine too", "5 + 5"]


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"cells": []}', '{"nbformat": 4}', "my notes"])
def test_a_file_that_is_no_notebook_is_somebodys_work(shelf, damage):
    shelf.publish()
    (shelf.folder / "07_one.ipynb").write_text(damage)
    shelf.publish("2 + 2", "second")
    assert (shelf.folder / "07_one.ipynb").read_text() == damage
    assert shelf.read("07_one-new").cells[0].source == "2 + 2"


def test_a_copy_without_a_memory_of_its_edition_is_kept(shelf):
    shelf.publish()
    book = shelf.read()
    del book.metadata["imgcomp"]
    nbformat.write(book, shelf.folder / "07_one.ipynb")
    shelf.publish("2 + 2", "second")
    assert shelf.read().cells[0].source == "1 + 1" and shelf.read("07_one-new").cells[0].source == "2 + 2"


def test_a_deleted_copy_comes_back_and_an_untouched_one_is_signed_for_a_new_machine(shelf):
    shelf.publish()
    shelf.notary = NotebookNotary(db_file=":memory:", secret=b"2")
    assert not shelf.notary.check_signature(shelf.read())
    assert shelf.publish() == [] and shelf.notary.check_signature(shelf.read())
    (shelf.folder / "07_one.ipynb").unlink()
    assert shelf.publish() == ["07_one.ipynb is new"]


def test_copies_find_the_drawings_from_where_they_lie(shelf, tmp_path):
    (tmp_path / "notebooks/figures").mkdir()
    (tmp_path / "notebooks/figures/curve.py").write_text("INK = 'black'\n")
    shelf.publish()
    code = "from figures import curve as figures; print(figures.INK)"
    done = subprocess.run([sys.executable, "-c", code], cwd=shelf.folder, capture_output=True, text=True, check=True)
    assert done.stdout == "black\n"


def test_the_copies_are_nobodys_but_the_readers():
    assert "my_notebooks/" in (ROOT / ".gitignore").read_text().splitlines()


# In JupyterLab


def stepper_notebook():
    """Return an executed notebook whose folded cell shows a figure that moves, and a folded solution."""
    frames = [np.full((8, 8), level, np.uint8) for level in (0, 255)]
    figure = explore.stepper(frames, ["dark", "light"], "A square of one grey: {label}")
    shown = nbformat.v4.new_output("execute_result", {"text/html": str(figure)}, execution_count=1)
    said = nbformat.v4.new_output("stream", name="stdout", text="the answer is 42")
    cells = [
        nbformat.v4.new_code_cell("# two squares\ndraw()", metadata={"tags": ["hide-input"]}, outputs=[shown]),
        nbformat.v4.new_code_cell("# one way\nsolve()", metadata={"tags": ["hide-cell"]}, outputs=[said]),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}  # else JupyterLab asks which
    book = nbformat.v4.new_notebook(cells=cells, metadata={"imgcomp": {"key": "1"}, "kernelspec": kernel})
    return nbformat.from_dict(fold.fold(book))


@pytest.fixture
def jupyterlab(shelf, tmp_path):
    """Start JupyterLab on a reader's folder with a signed copy and an unsigned one; return its address."""
    data = tmp_path / "jupyter"
    shelf.notary = lab.notary_of(data)
    run = build.executed(shelf.page)
    run.parent.mkdir(parents=True)
    nbformat.write(stepper_notebook(), run)
    lab.make_copies(shelf.folder, shelf.notary)
    shelf.notary.store.close()
    book = stepper_notebook()
    book.cells[0].source += "  # not what was signed"
    nbformat.write(book, shelf.folder / "unsigned.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = {f"JUPYTER_{kind}_DIR": str(data) for kind in ("DATA", "CONFIG", "RUNTIME")}
    command = [sys.executable, "-m", "jupyterlab", str(shelf.folder), "--no-browser", "--allow-root", f"--port={port}",
               "--IdentityProvider.token=", "--ServerApp.port_retries=0"]  # fmt: skip
    with open(tmp_path / "log", "w") as log:
        server = subprocess.Popen(command, env={**os.environ, **places}, stdout=log, stderr=log)
    while server.poll() is None and "http://127.0.0.1" not in (tmp_path / "log").read_text():
        time.sleep(0.2)
    assert server.poll() is None, (tmp_path / "log").read_text()
    yield f"http://127.0.0.1:{port}/lab/tree"
    server.kill()  # asked to end, it waits for kernels that are still starting
    server.wait()


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed: this test drives one")
def test_jupyterlab_folds_a_copy_as_the_page_does_and_runs_its_scripts(jupyterlab):
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_default_timeout(120_000)  # a net, whatever else the machine does
        page.goto(f"{jupyterlab}/07_one.ipynb?reset")
        page.wait_for_selector(".ic-steps.ic-ready")
        page.locator(".jp-InputPlaceholder").nth(1).wait_for()
        page.locator(".jp-OutputPlaceholder").first.wait_for(state="attached")
        assert "# two squares" in page.locator(".jp-InputPlaceholder").first.inner_text()
        assert not page.get_by_text("the answer is 42").is_visible()
        label = page.locator(".ic-on .ic-label")
        for _ in range(100):  # JupyterLab takes the focus to itself while it starts
            page.locator(".ic-steps input").press("End")
            if label.inner_text() == "light":
                break
            page.wait_for_timeout(200)
        assert label.inner_text() == "light", "the keyboard moves nothing"
        page.goto(f"{jupyterlab}/unsigned.ipynb?reset")
        page.wait_for_selector(".jp-Notebook .jp-OutputArea-output :text('light')", state="attached")
        assert page.locator(".ic-ready").count() == 0, "an untrusted notebook ran a script: signing would be idle"
        browser.close()
