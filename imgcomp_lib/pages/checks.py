"""Checks of what the figures are given: each returns the value, or raises a `ValueError` that names what is wrong."""

from collections.abc import Iterable
from numbers import Real


def checked(name: str, value, *kinds: type):
    """Return `value`; `ValueError` that names it where it is of none of these kinds.

    >>> checked("caption", 3, str)
    Traceback (most recent call last):
    ValueError: caption is str, not int
    """
    if not all(isinstance(kind, type) for kind in kinds):
        raise ValueError(f"kinds are types, not {kinds!r}")
    if not isinstance(value, kinds):
        wanted = " or ".join("None" if kind is type(None) else kind.__name__ for kind in kinds)
        raise ValueError(f"{name} is {wanted}, not {type(value).__name__}")
    return value


def listed(name: str, values) -> list:
    """Return the items of `values`; `ValueError` that names it where it has none to give."""
    if getattr(values, "ndim", 1) == 0:
        raise ValueError(f"{name} is an array without dimensions")
    return list(checked(name, values, Iterable))


def measured(name: str, value, low: float, high: float, kind: type = Real):
    """Return `value`, a number from `low` to `high`, whole where `kind` is Integral; `ValueError` for others."""
    checked(name, value, checked("kind", kind, type))
    if isinstance(value, bool):
        raise ValueError(f"{name} is a number, not {value}")
    if not checked("low", low, Real) <= checked(name, value, Real) <= checked("high", high, Real):
        raise ValueError(f"{name} is {low} to {high}, not {value}")
    return value
