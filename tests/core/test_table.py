"""A table knows names without an import, and imports one codec when it is asked for that one."""

import subprocess
import sys

import pytest
from conftest import ROOT

from imgcomp_lib import codecs, formats
from imgcomp_lib.core.table import Line, Table

TABLES = {"codecs": codecs.CODECS, "formats": formats.FORMATS}


@pytest.mark.parametrize("name, line", [pair for table in TABLES.values() for pair in table.lines.items()])
def test_a_line_says_what_the_class_says(name, line):
    found = Table({name: line})[name]
    assert (found.name, found.suffixes) == (name, line.suffixes)


def test_only_what_is_asked_for_is_imported():
    code = """
import sys
from imgcomp_lib import codecs, formats
every = codecs.CODECS | formats.FORMATS
assert "rle" in every and "xyz" not in every and len(every) == len(list(every))
every["rle"], formats.format_of(b"GIF89a...")
print(sorted(n for n in sys.modules if n.startswith(("imgcomp_lib.codecs.", "imgcomp_lib.formats."))))
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert said.stdout.strip() == "['imgcomp_lib.codecs.run_length', 'imgcomp_lib.formats.gif']", said.stderr


def test_joining_leaves_both_as_they_are():
    one, other = Table({"a": Line("m:A")}), Table({"b": Line("m:B", (".b",), b"B")})
    assert list(one | other) == ["a", "b"] and list(one) == ["a"] and list(other) == ["b"]
    with pytest.raises(KeyError):
        one["b"]
