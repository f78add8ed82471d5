"""Arguments for any function: sensible ones, by what a parameter is called and by its type, and wild ones.

The names are the project's own (`symbols`, `counts`, `depth`), so that most functions answer to most sensible calls.
"""

import functools
import inspect
import itertools
import math

import numpy as np
from conftest import pattern

SENSIBLE, MIXED = 60, 60
"""Calls with sensible arguments, and calls with wild ones throughout; between them every wild value in every place."""

PLAIN, RGB, DEEP = pattern(5, 6), pattern(5, 6, 3), pattern(5, 6, 1, np.uint16)
NUMBERS = np.array([3, 0, 1, 2, 2, 1, 0, 0, 3, 1])
SIGNED = pattern(5, 6).astype(np.int64) % 7 - 3
BYTES = [b"abracadabra abracadabra", bytes(range(40)), b"\x00\x01\x02\x03\x02\x01\x00"]
SENSIBLE_BY_NAME = {
    "image picture other built pixels": [PLAIN, RGB, DEEP],
    "samples numbers rows": [NUMBERS, PLAIN, PLAIN.astype(np.int64), RGB],
    "errors residuals": [SIGNED],
    "symbols": [NUMBERS, NUMBERS.tolist()],
    "known": [np.zeros((0, 5, 6), np.int64), SIGNED[None]],
    "counts freqs": [np.array([4, 3, 2, 1])],
    "lengths": [np.array([1, 2, 3, 3])],
    "values": [np.array([3, 0, 1, 2]), np.arange(3)],
    "palette": [np.arange(12, dtype=np.uint8).reshape(4, 3)],
    "data": BYTES,
    "depth bits": [8, 4, 16],
    "count total length size": [10, 4, 1, 30],
    "height": [5],
    "width": [6, 1, 8],
    "block": [4, 8],
    "shape": [(5, 6), (5, 6, 3), (2, 2, 2)],
    "alphabet": [4],
    "predictor": ["med", "left", "paeth"],
    "name": ["raw", "camera", "letter"],
    "path": ["file.png", "file.bin"],
    "kind": ["PNG", "png"],
    "suffix": ["", ".tga"],
}
SENSIBLE_BY_TYPE = {
    "ndarray": [PLAIN, NUMBERS],
    "bytes": BYTES,
    "int": [1, 2, 8],
    "float": [1.0, 0.5],
    "bool": [False, True],
    "str": ["", "text"],
    "dict": [{"a": 3, "b": 1}],
    "tuple": [(5, 6)],
}
"""What a parameter means by its name, else by its type: arguments with which functions mostly answer."""


def _wild() -> list:
    """Return values that fit nowhere, or somewhere only."""
    rng = np.random.default_rng(0)
    numbers = [-1, 0, 1, 9, 255, 256, 65536, 1 << 31, 1 << 40, -(1 << 63), 1 << 70, 0.5, -1.5, math.nan, math.inf]
    others = [None, "", "wild", "\udcff", True, 1j, object(), {}, {"a": -1}, {None: None}, set(), (), (0, 0), (-1, 5)]
    others += [(1 << 20, 1 << 20), [], [1, 2, 3], [-1], [1 << 70], [0.5], ["a"], [None], [[1], [2, 3]], range(3)]
    data = [b"", b"\0", b"\xff" * 30, *(rng.integers(0, 256, size, np.uint8).tobytes() for size in (1, 14, 60, 300))]
    arrays = [np.zeros(shape, np.int64) for shape in (0, 1, 7, (0, 5), (5, 0), (3, 3), (2, 3, 4), ())]
    arrays += [np.array(list_) for list_ in ([-1, 5], [1 << 40, 3], [5_000_000, 3, 2], [-(1 << 63), (1 << 63) - 1])]
    arrays += [np.array([[1 << 40, -1], [0, 300]]), np.array([0.5, np.nan, np.inf]), np.array(["a", "b"])]
    arrays += [np.array([None, 1]), np.array([True, False]), np.array([1j]), np.array([(1 << 64) - 1], np.uint64)]
    arrays += [rng.integers(0, 256, (5, 6), np.uint8)[:, ::-2], rng.integers(0, 256, (5, 6, 4), np.uint8)]
    arrays += [np.arange(30, dtype=">u2").reshape(5, 6), np.full((5, 6), np.nan), rng.integers(0, 9, (1, 5, 6))]
    return numbers + others + data + arrays


WILD = _wild()


def parameters(function) -> list:
    """Return the parameters, without the object of a method."""
    if isinstance(function, functools.partial):
        return list(inspect.signature(function.args[1]).parameters.values())[1:]
    return list(inspect.signature(function).parameters.values())


def is_needed(parameter) -> bool:
    return parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD


def sensible(parameter, answers) -> list:
    """Return arguments for a parameter: by name, by type, its default, and what neighbours answered of that type."""
    kind = getattr(parameter.annotation, "__name__", str(parameter.annotation)).split("[")[0]
    by_name = next((values for names, values in SENSIBLE_BY_NAME.items() if parameter.name in names.split()), [])
    by_type = SENSIBLE_BY_TYPE.get(kind, [])
    alike = [answer for answer in answers if type(answer).__name__ == kind]
    values = by_type if kind == "dict" else (by_name or by_type) + alike
    values = values or (list(answers) if kind == "_empty" else []) or [1, PLAIN, b"bytes"]
    return values if parameter.default is parameter.empty else [parameter.default, *values]


def calls(function, answers, rng):
    """Yield lists of arguments: sensible ones, then wild ones in one place, then in every place."""
    chosen = [sensible(p, answers) for p in parameters(function) if p.kind is p.POSITIONAL_OR_KEYWORD]
    for _ in range(SENSIBLE):
        yield [rng.choice(values) for values in chosen]
    for place, wild in itertools.product(range(len(chosen)), WILD):
        arguments = [rng.choice(values) for values in chosen]
        yield [*arguments[:place], wild, *arguments[place + 1 :]]
    for _ in range(MIXED):
        yield [rng.choice(WILD) for _ in chosen]


def shown(value) -> str:
    if isinstance(value, np.ndarray):
        return f"array{value.shape} {value.dtype} {value.ravel()[:4].tolist()}"
    return repr(value)[:80]
