"""Fold in JupyterLab what the page folds, so that no author does it by hand.

    python book/fold.py                          every chapter
    python book/fold.py notebooks/07_….ipynb     one of them
    python book/fold.py --form 2 notebooks/…     and say that it is written in the second form of a page

A page folds by tags; JupyterLab folds by what stands under `jupyter` in a cell's metadata.  Tags rule: where one goes,
its fold goes too.  Only metadata change, and a notebook that is right already is not written.
"""

import argparse
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE, WHOLE = {"hide-input", "remove-input"}, {"hide-cell", "solution"}
FOLDS = ("source_hidden", "outputs_hidden")


def folds(tags) -> dict[str, bool]:
    """Return what JupyterLab must hide of a cell with these tags: its source, its source and outputs, or nothing.

    >>> folds(["hide-input", "role:ledger"])
    {'source_hidden': True}
    """
    hidden = FOLDS if WHOLE & set(tags) else FOLDS[:1] if SOURCE & set(tags) else ()
    return dict.fromkeys(hidden, True)


def fold(book: dict) -> dict:
    """Set what JupyterLab hides in every code cell of a notebook, in place; return the notebook."""
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            metadata = cell["metadata"]
            others = {key: value for key, value in metadata.pop("jupyter", {}).items() if key not in FOLDS}
            if wanted := others | folds(metadata.get("tags", [])):
                metadata["jupyter"] = wanted
            cell["metadata"] = dict(sorted(metadata.items()))
    return book


def fold_file(path: Path, form: int | None = None) -> bool:
    """Fold a notebook in its file, and note its form where one is given; say whether the file changed."""
    before = path.read_text("utf8")
    book = fold(json.loads(before))
    if form is not None:
        book["metadata"]["imgcomp_form"] = form
    after = json.dumps(book, indent=1, ensure_ascii=False) + "\n"
    if changed := json.loads(after) != json.loads(before):
        path.write_text(after, "utf8")
    return changed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("notebooks", nargs="*", type=Path, default=sorted((ROOT / "notebooks").glob("*.ipynb")))
    parser.add_argument("--form", type=int, choices=(1, 2), help="the form of a page that they are written in")
    asked = parser.parse_args()
    for path in asked.notebooks:
        print(f"{'folded' if fold_file(path, asked.form) else 'as it was'}  {path.name}")


if __name__ == "__main__":
    main()
