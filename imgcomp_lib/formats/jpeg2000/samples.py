"""From the planes of a tile to its samples: the component transforms undone, moved up by half the range, clipped.

    reversible (RCT)      G = Y0 - floor((Y1 + Y2) / 4)      R = Y2 + G                B = Y1 + G
    irreversible (ICT)    R, G and B as `components.RGB` mixes them
    then                  2**(depth - 1) is added, and what is outside 0 to 2**depth - 1 becomes the nearer end

Samples with a sign are moved up too, so that every picture has numbers from 0 on.  Chapter 16.

Source: ITU-T T.800, 2019, Annex G.
"""

import numpy as np

from ...core.codec import check_number
from ...core.kernels import kernel
from .components import RGB, ict_back, rct_back


def finish(planes, depths, transform: bool) -> list[np.ndarray]:
    """Return the samples of planes, (height, width) each, uint8 up to 8 bits and uint16 above.

    planes: int32 from the reversible wavelet, float64 from the irreversible one.  depths: bits of a sample of each, 1
    to 16.  transform: the first three planes, of one kind and size, hold Y0, Y1 and Y2 (G.2, G.3).

    >>> planes = [np.array([[-28]]), np.array([[-10]]), np.array([[20]])]
    >>> [sample.tolist() for sample in finish(planes, (8, 8, 8), True)]
    [[[118]], [[98]], [[88]]]
    """
    if not isinstance(depths, tuple | list):
        raise ValueError(f"depths are a list of numbers, not {depths!r}")
    depths = [check_number("depth", depth, 1, 16) for depth in depths]
    if not isinstance(planes, tuple | list) or len(planes) != len(depths):
        raise ValueError(f"planes are as many as depths, {len(depths)}")
    planes = [_plane(plane) for plane in planes]
    if transform:
        if len({(plane.shape, plane.dtype) for plane in planes[:3]}) != 1 or len(planes) < 3:
            raise ValueError("a component transform has three planes of one size and wavelet")
        _transform(planes)
    return [_moved(plane, depth) for plane, depth in zip(planes, depths, strict=True)]


def _plane(plane):
    """Return a plane as int32 or float64."""
    plane = np.asarray(plane)
    if plane.ndim != 2 or plane.dtype.kind not in "if":
        raise ValueError(f"a plane is (height, width) whole numbers or floats, not {plane.shape} {plane.dtype}")
    return np.array(plane, np.float64 if plane.dtype.kind == "f" else np.int32, order="C", ndmin=2)


def _transform(planes):
    """Make R, G and B of Y0, Y1 and Y2, in place."""
    flat = [plane.reshape(-1) for plane in planes[:3]]
    if planes[0].dtype == np.float64:
        ict_back(*flat, RGB)
    else:
        rct_back(*flat)


def _moved(plane, depth):
    """Return the samples of one plane."""
    out = np.empty(plane.shape, np.uint8 if depth <= 8 else np.uint16)
    move = _move_real if plane.dtype == np.float64 else _move_whole
    move(plane.reshape(-1), depth, out.reshape(-1))
    return out


@kernel
def _move_whole(plane, depth, out):
    """Equation G-1, and the ends of the range."""
    half, peak = 1 << depth - 1, (1 << depth) - 1
    for i in range(len(plane)):
        out[i] = min(max(plane[i] + half, 0), peak)


@kernel
def _move_real(plane, depth, out):
    """The same for floats, rounded to the nearest whole number."""
    half, peak = float(1 << depth - 1), float((1 << depth) - 1)
    for i in range(len(plane)):
        out[i] = int(min(max(plane[i] + half, 0.0), peak) + 0.5)
