"""How many bytes of samples a picture may have before anybody takes memory for it.

    samples      height x width x planes numbers of one or two bytes each
    limit        201,326,592 bytes of them: 67 million pixels of RGB in 8 bits, an 8192-pixel square
    raised       with limits.at_most(1 << 30): ...       whoever has the memory says so

A few bytes can promise a picture of any size, so the size is checked where the header is read.  A decoder that needs
more memory for each byte of its picture than the plain ones do says how many times more, and its limit is so much
lower: what a hostile file can take then stays under a gigabyte.  What is computed from samples in wider numbers is
computed a strip of rows at a time.
"""

import contextlib
import contextvars
import math
from collections.abc import Iterator

from .bits import Unsupported
from .codec import check_number

MAX_BYTES = 3 << 26
"""Bytes of samples that a picture may have, unless the caller says otherwise."""

STRIP = 1 << 18
"""Samples of a strip, about."""

_LARGEST = 1 << 62
_most = contextvars.ContextVar("most", default=MAX_BYTES)


@contextlib.contextmanager
def at_most(size: int) -> Iterator[None]:
    """Within the `with` block, pictures may have `size` bytes of samples.  `ValueError` for no whole number from 1 on.

    >>> with at_most(100):
    ...     check_picture((5, 7, 3))
    Traceback (most recent call last):
    imgcomp_lib.core.bits.Unsupported: a picture of 5 x 7 x 3 takes 105 bytes of samples; the limit here is 100 ...
    """
    token = _most.set(check_number("size", size, 1, _LARGEST))
    try:
        yield
    finally:
        _most.reset(token)


def most() -> int:
    """Return the bytes of samples that a picture may have here."""
    return _most.get()


def check_picture(shape: tuple[int, ...], sample: int = 1, times: int = 1) -> int:
    """Return the bytes of samples of a picture of this shape; `Unsupported`, with both numbers, beyond the limit.

    sample: bytes of a sample, 1 or 2.  times: by how much a decoder's limit is lower, 1 to 64.  `ValueError` else.
    """
    if not isinstance(shape, tuple | list) or not 1 <= len(shape) <= 3:
        raise ValueError(f"a picture has one to three sides, not {shape!r}")
    sides = [check_number("a side", side, 0, 1 << 32) for side in shape]
    size = math.prod(sides) * check_number("sample", sample, 1, 8)
    limit = most() // check_number("times", times, 1, 64)
    if size > limit:
        picture = " x ".join(map(str, sides))
        raise Unsupported(
            f"a picture of {picture} takes {size:,} bytes of samples; the limit here is {limit:,} "
            f"(to read it: limits.at_most({size * times}), or --limit {size * times})"
        )
    return size


def strips(height: int, row: int) -> Iterator[slice]:
    """Yield slices of rows, each of about `STRIP` samples, where a row has `row` of them.  `ValueError` below 1.

    >>> list(strips(3, STRIP))
    [slice(0, 1, None), slice(1, 2, None), slice(2, 3, None)]
    """
    step = max(1, STRIP // check_number("row", row, 1, 1 << 40))
    for top in range(0, check_number("height", height, 0, 1 << 32), step):
        yield slice(top, min(top + step, height))
