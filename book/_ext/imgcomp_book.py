"""What the book asks of Sphinx beyond its configuration.

- A chapter's page is made from the executed copy that book/build.py left in _build/executed.
- When one page changes, all are written again, so that no sidebar shows an old title.
- Scripts that the theme's extensions register twice, or that would load a remote library, are dropped.
- The fold over a solution says Solution, and a screen reader hears what a fold says.
- MathJax is copied beside the pages; index.html points to the first of them.
- `{runlog}` lists when each chapter ran, how long it took, and with which versions.
"""

import importlib.util
import shutil
from html import escape
from pathlib import Path

import nbformat
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

MATHJAX = ("tex-chtml.js", "output/chtml/fonts", "input/tex/extensions", "a11y", "sre")  # 8 MB of the package's 24


def executed_folder(app) -> Path:
    return Path(app.srcdir) / "_build" / "executed"


def use_executed_copy(app, docname, source):
    """Put the executed copy in the place of a notebook's own text; a newer copy makes Sphinx read it again."""
    if not app.env.doc2path(docname).endswith(".ipynb"):
        return
    copy = executed_folder(app) / f"{docname}.ipynb"
    if copy.exists():
        app.env.note_dependency(str(copy))
        source[0] = nbformat.writes(call_solutions_so(nbformat.read(copy, 4)))
    else:
        logging.getLogger(__name__).warning("not executed yet: build with `make book`", location=docname)


def call_solutions_so(book):
    """Let the fold over a cell tagged `solution` say Solution, where others say Show code."""
    for cell in book.cells:
        if "solution" in cell.metadata.get("tags", []):
            cell.metadata["mystnb"] = {"code_prompt_show": "Solution", "code_prompt_hide": "Solution"}
    return book


def note_what_is_read(app, env, docnames):
    app.pages_were_read = bool(docnames)


def write_all_pages(app, env):
    """Return the pages to write: all of them, if any was read anew."""
    return sorted(env.found_docs) if app.pages_were_read else []


def drop_scripts(app, pagename, templatename, context, doctree):
    """Keep each inline script once, and none of thebe, which is not used here and names another host."""
    seen, kept = set(), []
    for script in context["script_files"]:
        body = getattr(script, "attributes", {}).get("body")
        if "thebe" in f"{script.filename} {body}".lower() or (body and body in seen):
            continue
        seen.add(body)
        kept.append(script)
    context["script_files"] = kept
    context["css_files"] = [sheet for sheet in context["css_files"] if "thebe" not in str(sheet.filename)]


def let_folds_speak(app, pagename, templatename, context, doctree):
    """Drop a label that hides the words on a fold from a screen reader: they say what opens."""
    if context.get("body"):
        context["body"] = context["body"].replace(' aria-label="Toggle hidden content"', "")


def add_mathjax_and_index(app, exception):
    """Copy MathJax once, and write the page that a browser opens first."""
    if exception or app.builder.name != "html":
        return
    package = Path(importlib.util.find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax"
    target = Path(app.outdir) / "_static" / "mathjax"
    for name in MATHJAX:
        if (package / name).is_dir():
            shutil.copytree(package / name, target / name, dirs_exist_ok=True)
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy2(package / name, target / name)
    page, title = f"{app.config.root_doc}.html", escape(app.config.html_title)
    (Path(app.outdir) / "index.html").write_text(
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f'<meta http-equiv="refresh" content="0; url={page}">\n</head>\n'
        f'<body>\n<p><a href="{page}">{title}</a></p>\n</body>\n</html>\n',
        "utf8",
    )


class RunLog(SphinxDirective):
    """Two tables: each notebook's seconds and date, then the machine and the versions that ran the newest of them."""

    def run(self):
        copies = sorted(executed_folder(self.env.app).rglob("*.ipynb"))
        for copy in copies:
            self.env.note_dependency(str(copy))
        if not copies:
            return []
        books = {copy: nbformat.read(copy, 4) for copy in copies}
        runs = {copy: book.metadata.imgcomp for copy, book in books.items()}
        rows = ["| page | seconds | run on |", "|:--|--:|:--|"]
        for copy, run in runs.items():
            page = copy.relative_to(executed_folder(self.env.app)).as_posix()
            date = run.date[:16].replace("T", " ")
            rows.append(f"| [{title(books[copy])}](/{page}) | {run.seconds:.1f} | {date} UTC |")
        newest = max(runs.values(), key=lambda run: run.date)
        rows += ["", "| with | version |", "|:--|:--|", f"| machine | {newest.machine} |"]
        rows += [f"| {name} | {version} |" for name, version in newest.versions.items()]
        return self.parse_text_to_nodes("\n".join(rows))


def title(book) -> str:
    """Return the text of a notebook's first heading."""
    lines = (line for cell in book.cells if cell.cell_type == "markdown" for line in cell.source.splitlines())
    return next((line.removeprefix("# ") for line in lines if line.startswith("# ")), "untitled")


def setup(app):
    app.connect("source-read", use_executed_copy)
    app.connect("env-before-read-docs", note_what_is_read)
    app.connect("env-updated", write_all_pages)
    app.connect("html-page-context", drop_scripts, priority=900)
    app.connect("html-page-context", let_folds_speak)
    app.connect("build-finished", add_mathjax_and_index, priority=100)  # before sphinx-external-toc's index.html
    app.add_directive("runlog", RunLog)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
