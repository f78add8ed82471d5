"""One question that all modules of the package ask of their arguments.  Chapter 16."""


def check_kind(thing, kind: type) -> None:
    """Raise a `ValueError` where a thing is not of a class.

    >>> check_kind(3, str)
    Traceback (most recent call last):
    ValueError: wanted is a str, not the int 3
    """
    if not isinstance(kind, type):
        raise ValueError(f"a kind is a class, not {kind!r}")
    if not isinstance(thing, kind):
        raise ValueError(f"wanted is a {kind.__name__}, not the {type(thing).__name__} {str(thing)[:40]}")
