"""From the samples of the components to a picture: palettes, components with fewer samples, colours.

A component whose steps on the grid are larger has each of its samples for several pixels.  Chapter 16.

Source: ITU-T T.800, 2019, B.2 (components on the grid), I.5.3 (what channels mean).
"""

import numpy as np

from ...core import limits
from ...core.bits import CorruptStream, Unsupported
from ...core.codec import check_number
from ...transforms import colour
from .boxes import Boxes, check
from .geometry import divided
from .parameters import Size, pack_size


def to_image(planes: list, size: Size, frame: Boxes, dropped: int = 0) -> np.ndarray:
    """Return the picture of the samples of each component.

    planes: uint8 or uint16, of the sizes that `size` says, halved `dropped` times.  `Unsupported` for components whose
    steps are no multiples of the smallest, or whose bits differ.
    """
    pack_size(size), check_channels(frame), check_number("dropped", dropped, 0, 32)
    areas = [divided(size.grid.area, part.down << dropped, part.across << dropped) for part in size.components]
    if not isinstance(planes, tuple | list) or not all(isinstance(plane, np.ndarray) for plane in planes):
        raise ValueError("planes are a list of arrays")
    if [plane.shape for plane in planes] != [area.shape for area in areas] or {p.dtype.kind for p in planes} != {"u"}:
        raise ValueError(f"planes have the sizes {[area.shape for area in areas]}, uint8 or uint16")
    planes, depths = _equal_steps(planes, size, dropped), [part.depth for part in size.components]
    if frame.palette:
        planes, depths = _through_palette(planes, frame)
    if len(frame.colours) == len(planes):
        planes = [planes[frame.colours.index(i + 1)] for i in range(len(planes))]
    if len(set(depths)) > 1 or len(planes) not in (1, 3):
        raise Unsupported(f"a picture of {len(planes)} channels of {depths[:4]} bits is not read here")
    if len(planes) == 1:
        return planes[0]
    image = np.stack(planes, 2)
    return _rgb(image, depths[0]) if frame.colour == "ycc" else image


def _equal_steps(planes, size, dropped):
    """Return planes of the size of the largest, samples repeated."""
    down, across = min(part.down for part in size.components), min(part.across for part in size.components)
    area = divided(size.grid.area, down << dropped, across << dropped)
    limits.check_picture((*area.shape, len(planes)), planes[0].itemsize, 4)
    found = []
    for plane, part in zip(planes, size.components, strict=True):
        if part.down % down or part.across % across:
            raise Unsupported("a picture with components whose steps do not divide each other is not read here")
        steps = part.down // down, part.across // across
        own = divided(size.grid.area, part.down << dropped, part.across << dropped)
        for axis, step in enumerate(steps):
            if step > 1:
                places = np.arange(area[axis], area[axis + 2]) // step - own[axis]
                plane = np.take(plane, places.clip(0, plane.shape[axis] - 1), axis)
        found.append(plane)
    return found


def _through_palette(planes, frame):
    """Return the channels that a palette makes of components (I.5.3.4, I.5.3.5)."""
    entries, depths = frame.palette
    found, bits = [], []
    for component, column in frame.channels:
        if column is None:
            raise Unsupported("a palette beside a channel without one is not read here")
        kind = np.uint8 if depths[column] <= 8 else np.uint16
        table = entries[:, column].astype(kind)
        if component >= len(planes) or not len(table):
            raise CorruptStream("a palette without entries, or of a component that there is not")
        found.append(table[np.minimum(planes[component], len(table) - 1)])
        bits.append(depths[column])
    return found, bits


def _rgb(image, depth):
    """Return the colours of luma and chroma (sYCC)."""
    if depth != 8:
        raise Unsupported(f"a JP2 file of luma and chroma with {depth} bits is not read here")
    out = np.empty_like(image)
    for rows in limits.strips(len(image), image.shape[1]):
        out[rows] = colour.rgb(image[rows])
    return out


def check_channels(frame: Boxes) -> None:
    """Raise a `CorruptStream` where a file's channels cannot be those of its colours."""
    check(frame)
    wanted = {"grey": 1, "rgb": 3, "ycc": 3}.get(frame.colour)
    if wanted and len(frame.channels) != wanted:
        raise CorruptStream(f"a JP2 file of {len(frame.channels)} channels, whose colours are {frame.colour}")
