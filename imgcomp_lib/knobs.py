"""Layer 2: the knobs of a codec, each a number with a range.

A codec is a frozen dataclass; its fields are its knobs.  The range stands beside the default, so that the check, the
command line's list and the tests that try both ends read one and the same place.
"""

import dataclasses


def knob(default: float, low: float, high: float):
    """Return a dataclass field for a number from `low` to `high`.

    >>> @dataclasses.dataclass(frozen=True)
    ... class Example:
    ...     quality: int = knob(75, 1, 100)
    ...     __post_init__ = check_knobs
    >>> Example(quality=0)
    Traceback (most recent call last):
    ValueError: quality is 1 to 100, not 0
    """
    return dataclasses.field(default=default, metadata={"range": (low, high)})


def check_knobs(codec) -> None:
    """Raise a `ValueError` that names the first knob of `codec` out of its range; a codec's `__post_init__`."""
    for name, (low, high) in ranges(codec).items():
        value = getattr(codec, name)
        whole = isinstance(low, int) and isinstance(high, int)
        if isinstance(value, str) or not low <= value <= high or (whole and value != int(value)):
            raise ValueError(f"{name} is {low} {'or' if high == low + 1 else 'to'} {high}, not {value!r}")


def ranges(codec) -> dict[str, tuple]:
    """Return the lowest and highest value of each knob, by name."""
    return {field.name: field.metadata["range"] for field in dataclasses.fields(codec)}
