"""Open the reader's own copies of the chapters in JupyterLab: executed, with all outputs, and trusted.

    python book/lab.py                   run what is not fresh, make the copies, open JupyterLab
    python book/lab.py --copies          make the copies and stop
    python book/lab.py --no-browser …    anything else goes to JupyterLab

The copies lie in my_notebooks/, which git does not see.  A copy whose cells still read as they were made follows the
book.  One that its reader changed is never written again: the new edition then lies beside it, as 07_…-new.ipynb.

JupyterLab shows no HTML and runs no script of a notebook that it does not trust, so each copy is signed with the key
of this machine's Jupyter.  They are made here, from notebooks that ran here.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import build
import nbformat
from jupyter_core.paths import jupyter_data_dir
from nbformat.sign import NotebookNotary

ROOT = Path(__file__).resolve().parents[1]
WIDGET = "application/vnd.jupyter.widget-view+json"
POINTER = '''"""The drawings lie beside the book's own notebooks: this only says where."""

from pathlib import Path

__path__ = [str(Path(__file__).resolve().parents[2] / "notebooks" / "figures")]
'''


def notary_of(folder: str | Path) -> NotebookNotary:
    """Return who signs for the Jupyter whose data lie in a folder, which may never have been used."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    return NotebookNotary(data_dir=str(folder))


def text_of(book: nbformat.NotebookNode) -> str:
    """Return a fingerprint of what the cells say.  To run a cell, fold it or open it changes nothing."""
    cells = [(cell.cell_type, cell.source, cell.get("attachments")) for cell in book.cells]
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()


def edition(executed: Path) -> nbformat.NotebookNode:
    """Return the copy for a reader of an executed notebook: it knows its own text, and holds no dead control."""
    book = nbformat.read(executed, 4)
    for cell in book.cells:
        if any(WIDGET in output.get("data", {}) for output in cell.get("outputs", [])):
            cell.outputs, cell.execution_count = [], None  # a control lives only as long as its kernel
    book.metadata.imgcomp.text = text_of(book)
    return book


def unchanged(book: nbformat.NotebookNode) -> bool:
    """Does a copy still read as it was made?  One that does not know counts as changed."""
    return _made_from(book) == text_of(book)


def deliver(new: nbformat.NotebookNode, copy: Path, notary: NotebookNotary) -> str:
    """Put an edition where a reader finds it, over no work of theirs; return what was done, or "" for nothing.

    Where a copy was changed, an edition with another text goes to the first of -new, -new-2, … that is free or
    was left as it was made; none is needed if the text is that which the reader changed, or has become theirs.
    """
    path, number = copy, 1
    while path.exists() and not unchanged(found := _read(path)):
        if new.metadata.imgcomp.text in (_made_from(found), text_of(found)):
            return ""
        path = copy.with_stem(f"{copy.stem}-new{f'-{number}' * (number > 1)}")
        number += 1
    done = _write(new, path, notary)
    return f"{copy.name} has your changes and stays; {done}" if done and path != copy else done


def _made_from(book: nbformat.NotebookNode) -> str:
    """Return the text of the edition that a copy was made from, or ""."""
    return book.metadata.get("imgcomp", {}).get("text", "")


def _read(path: Path) -> nbformat.NotebookNode:
    """Return a reader's notebook; an empty one, which counts as changed, for a file that is none."""
    try:
        return nbformat.read(path, 4)
    except (AttributeError, KeyError, TypeError, ValueError, nbformat.ValidationError):
        return nbformat.v4.new_notebook()


def _write(new: nbformat.NotebookNode, path: Path, notary: NotebookNotary) -> str:
    """Write a copy, all or nothing, and sign it; return what a reader would see of that."""
    if path.exists() and _read(path).metadata.imgcomp.get("key") == new.metadata.imgcomp.key:
        if path.read_text("utf8") == nbformat.writes(new) + "\n":  # untouched, so ours to sign, for whoever is here now
            notary.sign(_read(path))
        return ""
    done = f"{path.name} is {'renewed' if path.exists() else 'new'}"
    part = path.with_suffix(".part")
    nbformat.write(new, part)
    part.replace(path)
    notary.sign(_read(path))
    return done


def make_copies(folder: Path, notary: NotebookNotary) -> list[str]:
    """Make or renew the copies of all chapters that have run; return what there is to say."""
    pointer = folder / "figures" / "__init__.py"
    pointer.parent.mkdir(parents=True, exist_ok=True)
    pointer.write_text(POINTER, "utf8")
    chapters = [build.executed(page) for page in build.chapters() if page.parent.name == "notebooks"]
    said = (deliver(edition(run), folder / run.name, notary) for run in chapters if run.exists())
    return [line for line in said if line]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--copies", action="store_true", help="make the copies and open nothing")
    asked, others = parser.parse_known_args()
    folder = ROOT / "my_notebooks"
    try:
        build.execute_all()
    except SystemExit as failed:  # a reader's own change of the library may be why
        print(f"{failed}\nWhat ran before is still here to open.", file=sys.stderr)
    said = make_copies(folder, notary_of(jupyter_data_dir()))
    print("\n".join([*said, f"Your copies are in {folder.name}/"]), flush=True)
    if not asked.copies:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.getenv("PYTHONPATH")]))}
        sys.exit(subprocess.call([sys.executable, "-m", "jupyterlab", str(folder), *others], env=environment))


if __name__ == "__main__":
    main()
