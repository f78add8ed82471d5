"""A JPEG picture between its bytes and its pixels: blocks of quantised coefficients, which scans carry without loss.

    bytes   --decoder-->   Frame   --pixels-->    image
    bytes   <--encoder--   Frame   <--pixels--    image

A component with sampling factors H across and V down has ceil(width * H / most H) columns of samples, and rows
likewise.  An MCU, the unit of an interleaved scan, holds H x V blocks of each component, so the blocks of a component
are stored up to whole MCUs; a scan of one component alone carries only those that hold samples.  Chapter 14.

Source: ITU-T T.81, 1992, A.1.1 (dimensions), A.2 (order of blocks), A.2.4 (blocks that complete an MCU).
"""

from typing import NamedTuple

import numpy as np

from ...core.codec import check_array, check_number, check_shape

COLOURS = {"grey": 1, "ycbcr": 3, "rgb": 3, "cmyk": 4, "ycck": 4}
"""What the components stand for, and how many there are."""


class Component(NamedTuple):
    """One plane: `number` (Ci), sampling factors `across` (Hi) and `down` (Vi), `steps` and `levels` in zigzag order.

    steps: (64,) int64, 1 to 255, in 12-bit and in rare files to 65535.  levels: (rows, columns, 64) int16, rows and
    columns of blocks up to whole MCUs; the first of each block is the mean's level itself, not its difference.
    """

    number: int
    across: int
    down: int
    steps: np.ndarray
    levels: np.ndarray


class Frame(NamedTuple):
    """A picture of `height` x `width` pixels; `colour` is one of `COLOURS`, `orientation` is EXIF's, 1 to 8."""

    height: int
    width: int
    components: tuple[Component, ...]
    colour: str = "ycbcr"
    orientation: int = 1


class Extent(NamedTuple):
    """Sides of a component: samples, blocks that hold samples, and blocks up to whole MCUs, rows before columns."""

    samples: tuple[int, int]
    blocks: tuple[int, int]
    stored: tuple[int, int]


def extent(height: int, width: int, factors: tuple[int, int], most: tuple[int, int]) -> Extent:
    """Return the sides of a component; factors and the largest of all components are (down, across) (A.1.1, A.2.4).

    height, width: 1 to 65535; factors: 1 to 4, `ValueError` for others.

    >>> extent(17, 33, (1, 1), (2, 2))
    Extent(samples=(9, 17), blocks=(2, 3), stored=(2, 3))
    """
    sides = check_number("height", height, 1, 65535), check_number("width", width, 1, 65535)
    factors, most = _pair(factors), _pair(most)
    samples = tuple(-(-side * factor // top) for side, factor, top in zip(sides, factors, most, strict=True))
    blocks = tuple(-(-side // 8) for side in samples)
    stored = tuple(-(-side // (8 * top)) * factor for side, factor, top in zip(sides, factors, most, strict=True))
    return Extent(samples, blocks, stored)


def _pair(factors):
    """Return two sampling factors; `ValueError` where they are none."""
    if not isinstance(factors, tuple | list) or len(factors) != 2:
        raise ValueError(f"sampling factors are two, down and across, not {factors!r}")
    return tuple(check_number("a sampling factor", factor, 1, 4) for factor in factors)


def check(frame) -> Frame:
    """Return the frame; `ValueError` where its parts do not fit one another, naming what is wrong.

    Levels may be any, and steps up to 65535: what a file of 8 bits may hold beyond that is the writer's to say.
    """
    if not isinstance(frame, Frame) or not isinstance(frame.colour, str) or frame.colour not in COLOURS:
        raise ValueError(f"a frame, its colour one of {', '.join(COLOURS)}, not {type(frame).__name__}")
    check_shape((frame.height, frame.width))
    check_number("orientation", frame.orientation, 1, 8)
    parts = frame.components
    if not isinstance(parts, tuple | list) or len(parts) != COLOURS[frame.colour]:
        raise ValueError(f"{frame.colour} has {COLOURS[frame.colour]} components")
    if not all(isinstance(part, Component) for part in parts):
        raise ValueError("components are of the class Component")
    factors = [_pair((part.down, part.across)) for part in parts]
    most = tuple(map(max, zip(*factors, strict=True)))
    if any(most[0] % down or most[1] % across for down, across in factors):
        raise ValueError(f"sampling factors divide the largest, {most}, unlike {factors}")
    for part, pair in zip(parts, factors, strict=True):
        _check_part(part, extent(frame.height, frame.width, pair, most))
    return frame


def _check_part(part, sides):
    """Raise a `ValueError` unless a component has the steps and blocks that it should have."""
    if len(check_array("steps", part.steps, (1,), 1, 65535)) != 64:
        raise ValueError(f"a component has 64 steps, not {len(part.steps)}")
    shape, dtype = (getattr(part.levels, name, None) for name in ("shape", "dtype"))
    if dtype != np.int16 or shape != (*sides.stored, 64):
        raise ValueError(f"a component has {sides.stored} blocks of 64 levels, int16, not {shape} {dtype}")


def check_writable(frame) -> Frame:
    """Return the frame; `ValueError` where `check` has one, or where a file of 8 bits a sample cannot hold it."""
    numbers = [check_number("a component's number", part.number, 0, 255) for part in check(frame).components]
    if len(set(numbers)) < len(numbers):
        raise ValueError(f"the components of a file have numbers of their own, not {numbers}")
    for part in frame.components:
        if part.steps.max() > 255:
            raise ValueError(f"the steps of a file of 8 bits are at most 255, not {part.steps.max()}")
        lowest, highest = part.levels.min(), part.levels.max()
        if lowest < -1024 or highest > 1023 or (lowest == -1024 and part.levels[:, :, 1:].min() == lowest):
            raise ValueError("levels lie between -1023 and 1023, that of the mean from -1024 on")
    return frame
