"""What a codec is: two verbs, and knobs to turn.

    data = codec.encode(image)      a whole file, its header included: its size is its cost
    image = codec.decode(data)      all that the decoder needs is in the file; the codec's own knobs do not count

image: uint8 or uint16, `(height, width)` grey or `(height, width, 3)` RGB.  A codec that does not take one of these
says so in a `ValueError`; bytes that no encoder made are a `CorruptStream`, valid files of a kind that is not built an
`Unsupported`.  A codec is a frozen dataclass and its fields are its knobs, so that `repr` labels a plot and
`dataclasses.replace` sweeps a knob.  The range of a knob stands beside its default: the check, the command line's list
and the tests that try both ends read one and the same place.
"""

import dataclasses
import math
from typing import ClassVar

import numpy as np

MAX_PIXELS = 1 << 27
"""A header that promises more is refused: 134 million pixels, an 11 585-pixel square."""

MAX_SAMPLES = 3 * MAX_PIXELS
"""As many numbers a decoder of parts is asked for at most."""


@dataclasses.dataclass(frozen=True)
class Codec:
    """What every codec has; one of its own inherits from it, adds fields made by `knob` or `choice`, and both verbs."""

    name: ClassVar[str]
    """The word for it on the command line; in the book's own files the four letters of the header."""
    suffixes: ClassVar[tuple[str, ...]] = (".icl",)
    """The endings of its files."""
    promised_psnr: ClassVar[float] = math.inf
    """What a photograph keeps at least, in dB; infinite says lossless.  It may depend on the knobs."""
    progressive: ClassVar[bool] = False
    """Whether the beginning of a file decodes to a coarser picture."""

    def __post_init__(self):
        check_knobs(self)

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file of `image`."""
        raise NotImplementedError

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image of the file `data`."""
        raise NotImplementedError

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of header, tables, side information and payload; they add up to `len(data)`."""
        return {"header": 0, "tables": 0, "side information": 0, "payload": len(check_bytes(data))}

    @staticmethod
    def matches(data: bytes) -> bool:
        """Say whether `data` bears the marks of this codec's files, which only standard formats have."""
        return False


def knob(default: float, low: float, high: float):
    """Return a dataclass field for a number from `low` to `high`.

    >>> @dataclasses.dataclass(frozen=True)
    ... class Example(Codec):
    ...     quality: int = knob(75, 1, 100)
    >>> Example(quality=0)
    Traceback (most recent call last):
    ValueError: quality is 1 to 100, not 0
    """
    return dataclasses.field(default=default, metadata={"range": (low, high)})


def choice(default: str, *others: str, suffix: str = ""):
    """Return a dataclass field for one of several words, or, where `suffix` is given, for the path of such a file.

    >>> @dataclasses.dataclass(frozen=True)
    ... class Example(Codec):
    ...     colours: str = choice("all", "green")
    >>> Example("blue")
    Traceback (most recent call last):
    ValueError: colours is all or green, not 'blue'
    """
    words = tuple(dict.fromkeys((default, *others)))
    return dataclasses.field(default=default, metadata={"words": words, "suffix": suffix})


def check_knobs(codec) -> None:
    """Raise a `ValueError` that names the first knob of `codec` out of its range."""
    for name, (low, high) in ranges(codec).items():
        value = getattr(codec, name)
        whole = isinstance(low, int) and isinstance(high, int)
        number = isinstance(value, int | float | np.integer | np.floating)
        if not number or not low <= value <= high or (whole and value != int(value)):
            raise ValueError(f"{name} is {low} {'or' if whole and high == low + 1 else 'to'} {high}, not {value!r}")
    for field in _fields(codec):
        words, suffix = field.metadata.get("words"), field.metadata.get("suffix")
        value = getattr(codec, field.name)
        if words and not (value in words or (suffix and isinstance(value, str) and value.endswith(suffix))):
            allowed = [*words, f"a {suffix} file"] if suffix else words
            raise ValueError(f"{field.name} is {', '.join(allowed[:-1])} or {allowed[-1]}, not {value!r}")


def ranges(codec) -> dict[str, tuple]:
    """Return the lowest and highest value of each knob that is a number, by name."""
    return {f.name: f.metadata["range"] for f in _fields(codec) if "range" in f.metadata}


def words(codec) -> dict[str, tuple[str, ...]]:
    """Return the words that each other knob may be, by name."""
    return {f.name: f.metadata["words"] for f in _fields(codec) if "words" in f.metadata}


def _fields(codec):
    """Return the fields of a codec, which is a dataclass."""
    if not dataclasses.is_dataclass(codec):
        raise ValueError(f"a codec is a dataclass, not {codec!r}")
    return dataclasses.fields(codec)


def check_image(image: np.ndarray, depth: int = 0) -> int:
    """Return the bits of a sample of `image`, or raise a `ValueError` that says why this is no image.

    image: uint8 or uint16, `(height, width)` or `(height, width, 3)`, 1 to 65535 a side.
    depth: 9 to 15 for uint16 samples that use fewer bits; 0 takes all bits of the type.
    """
    shape, dtype = getattr(image, "shape", None), getattr(image, "dtype", None)
    if dtype not in (np.uint8, np.uint16):
        raise ValueError(f"an image is an array of uint8 or uint16, not {dtype or type(image).__name__}")
    check_shape(shape)
    full = 8 * dtype.itemsize
    if not isinstance(depth, int | np.integer) or not (depth in (0, full) or (full == 16 and 9 <= depth <= 15)):
        raise ValueError(f"depth is 0, {full} or, for uint16, 9 to 15; not {depth!r}")
    if depth and image.max() >= 1 << depth:
        raise ValueError(f"a sample of {image.max()} does not fit in a depth of {depth} bits")
    return depth or full


def check_shape(shape) -> tuple[int, ...]:
    """Return the shape of an image, `(height, width)` or `(height, width, 3)`, as ints; `ValueError` for any other.

    >>> check_shape((0, 4))
    Traceback (most recent call last):
    ValueError: sides of 1 to 65535 and at most 134217728 pixels, not 0 x 4
    """
    numbers = isinstance(shape, tuple | list) and all(isinstance(side, int | np.integer) for side in shape)
    if not (numbers and (len(shape) == 2 or (len(shape) == 3 and shape[2] == 3))):
        raise ValueError(f"an image has the shape (height, width) or (height, width, 3), not {shape!r}")
    shape = tuple(map(int, shape))
    if not all(1 <= side <= 65535 for side in shape[:2]) or shape[0] * shape[1] > MAX_PIXELS:
        raise ValueError(f"sides of 1 to 65535 and at most {MAX_PIXELS} pixels, not {shape[0]} x {shape[1]}")
    return shape


def check_number(name: str, value, low: int, high: int) -> int:
    """Return `value` as an int; `ValueError` that names it where it is no whole number from `low` to `high`.

    >>> check_number("effort", 3, 1, 2)
    Traceback (most recent call last):
    ValueError: effort is a whole number from 1 to 2, not 3
    """
    _check_ends(low, high)
    if not isinstance(value, int | np.integer) or not low <= value <= high:
        raise ValueError(f"{name} is a whole number from {low} to {high}, not {value!r}")
    return int(value)


def check_bytes(data) -> bytes:
    """Return `data`, bytes or a view of some, as bytes; `ValueError` for anything else.

    >>> check_bytes("ICL1")
    Traceback (most recent call last):
    ValueError: data are bytes, not str
    """
    if not isinstance(data, bytes | bytearray | memoryview):
        raise ValueError(f"data are bytes, not {type(data).__name__}")
    return bytes(data)


def check_symbols(symbols, limit: int) -> np.ndarray:
    """Return `symbols` as an int64 array; `ValueError` that names the first that is no whole number below `limit`.

    >>> check_symbols([0, 3, 9], 8)
    Traceback (most recent call last):
    ValueError: symbols are whole numbers from 0 to 7, not 9
    """
    symbols, limit = np.asarray(symbols), check_number("limit", limit, 0, 1 << 63)
    if symbols.size and symbols.dtype.kind not in "iu":
        raise ValueError(f"symbols are whole numbers from 0 to {limit - 1}, not {symbols.dtype}")
    if symbols.size and not 0 <= symbols.min() <= symbols.max() < limit:
        wild = symbols[(symbols < 0) | (symbols >= limit)]
        raise ValueError(f"symbols are whole numbers from 0 to {limit - 1}, not {wild.flat[0]}")
    return symbols.astype(np.int64)


def check_array(name: str, values, dimensions: tuple[int, ...], low: int = -(1 << 63), high: int = (1 << 63) - 1):
    """Return `values` as a contiguous int64 array; `ValueError` that names it where it is none, or where one is wild.

    dimensions: how many the array may have.  low, high: the least and the greatest whole number, else all of int64.

    >>> check_array("lengths", [3, -1], (1,), 0, 258)
    Traceback (most recent call last):
    ValueError: lengths are whole numbers from 0 to 258, not -1
    """
    _check_ends(low, high)
    if not isinstance(dimensions, tuple):
        raise ValueError(f"dimensions are a tuple of whole numbers, not {dimensions!r}")
    try:
        array = np.asarray(values)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{name}: {error}") from error
    if array.ndim not in dimensions:
        raise ValueError(f"{name} have {' or '.join(map(str, dimensions))} dimensions, not {array.ndim}")
    if array.size and array.dtype.kind not in "iu":
        raise ValueError(f"{name} are whole numbers from {low} to {high}, not {array.dtype}")
    for extreme in (int(array.min()), int(array.max())) if array.size else ():
        if not low <= extreme <= high:
            raise ValueError(f"{name} are whole numbers from {low} to {high}, not {extreme}")
    return np.ascontiguousarray(array, np.int64)


def _check_ends(low, high):
    """Raise a `ValueError` where the ends of a range are no whole numbers."""
    if not (isinstance(low, int | np.integer) and isinstance(high, int | np.integer)):
        raise ValueError(f"a range has whole numbers at its ends, not {low!r} and {high!r}")
