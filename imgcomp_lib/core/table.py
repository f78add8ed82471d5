"""A table of codecs by name, of which each is imported when it is asked for.

>>> table = Table({"raw": Line("imgcomp_lib.codecs.raw:Raw")})
>>> list(table), table["raw"]()
(['raw'], Raw(depth=0))
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import NamedTuple

from .codec import Codec


class Line(NamedTuple):
    """A line of a table: module and class, the suffixes of the files, and the bytes with which they begin, if any."""

    where: str
    suffixes: tuple[str, ...] = Codec.suffixes
    magic: bytes = b""


class Table(Mapping):
    """Name → class of a codec.  Names, suffixes and magic bytes are known without an import; `|` joins two tables."""

    def __init__(self, lines: Mapping[str, Line]):
        if not isinstance(lines, Mapping):
            raise ValueError(f"the lines of a table are a dictionary, not {lines!r}")
        self.lines = dict(lines)

    def __getitem__(self, name: str) -> type[Codec]:
        module, _, found = self.lines[name].where.partition(":")
        return getattr(import_module(module), found)

    def __contains__(self, name: object) -> bool:
        return name in self.lines  # Mapping's own would import

    def __iter__(self) -> Iterator[str]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __or__(self, other: "Table") -> "Table":
        return Table(self.lines | other.lines)
