"""The bands of a wavelet transform in one array, and which of its coefficients a region of the picture needs.

    +----+----+---------+       low in the corner, around it HL (right), LH (below) and HH of the coarsest level,
    |low | HL |         |       around these the next three, and so on: as many numbers as the plane has samples.
    +----+----+   HL    |
    | LH | HH |         |       The finest levels are the largest; whatever stands at (y, x) of a band stands over the
    +----+----+---------+       same place of the picture as (2y, 2x) and its neighbours of the next finer one.
    |         |         |
    |   LH    |   HH    |
    |         |         |
    +---------+---------+

Chapter 15.  Sources: ITU-T T.800, 2002, Annex H.1 (the coefficients that a region of interest needs).
"""

import numpy as np

from ..core.codec import MAX_PIXELS, check_number
from .dwt import LIFTING, MAX_LEVELS, WAVELETS


def joined(low: np.ndarray, details: list) -> np.ndarray:
    """Return the bands of `dwt.forward` as one array (height, width).  `ValueError` where they do not fit together.

    >>> none = np.zeros((0, 3), int)
    >>> joined(np.array([[7, 9, 7]]), [(np.array([[-1, -1, 0]]), none, none)]).tolist()
    [[7, 9, 7, -1, -1, 0]]
    """
    whole = _array("the low band", low)
    for level in details if isinstance(details, list | tuple) else [None]:
        if not isinstance(level, list | tuple) or len(level) != 3:
            raise ValueError("details are a list of levels, each of three bands, HL, LH and HH")
        hl, lh, hh = (_array("a band", band) for band in level)
        if (hl.shape[0], lh.shape[1], *hh.shape) != (*whole.shape, lh.shape[0], hl.shape[1]):
            raise ValueError(f"bands of {whole.shape}, {hl.shape}, {lh.shape} and {hh.shape} do not fit together")
        whole = np.block([[whole, hl], [lh, hh]])
    return whole


def apart(mosaic: np.ndarray, levels: int) -> tuple[np.ndarray, list]:
    """Return the low band and the details of an array that `joined` made: undoes it.

    >>> low, details = apart(np.arange(6)[None], 1)
    >>> low.tolist(), details[0][0].tolist(), details[0][1].shape
    ([[0, 1, 2]], [[3, 4, 5]], (0, 3))
    """
    low, details = _array("a mosaic", mosaic), []
    for _ in range(check_number("levels", levels, 0, MAX_LEVELS)):
        y, x = ((side + 1) // 2 for side in low.shape)
        details.insert(0, (low[:y, x:], low[y:, :x], low[y:, x:]))
        low = low[:y, :x]
    return low, details


def needed(region: np.ndarray, levels: int, wavelet: str) -> np.ndarray:
    """Return which coefficients have a part in a region: (height, width) bool, arranged as by `joined`.

    region: (height, width) bool, True for the pixels that matter.  Exactly those are found whose change could change
    one of these pixels: the inverse transform is followed backwards, step by step.

    >>> needed(np.array([[0, 0, 0, 1, 0, 0, 0, 0]], bool), 1, "5/3").astype(int).tolist()
    [[0, 1, 1, 0, 1, 1, 1, 0]]
    """
    region = _array("a region", region)
    if region.dtype != bool:
        raise ValueError(f"a region is (height, width) bool, not {region.dtype}")
    if wavelet not in WAVELETS:
        raise ValueError(f"a wavelet is {', '.join(WAVELETS)}; not {wavelet!r}")
    low, details = region.copy(), []
    for _ in range(check_number("levels", levels, 0, MAX_LEVELS)):
        spread = _reached(_reached(low.T, wavelet).T, wavelet)
        low, *others = (spread[i::2, j::2] for i in (0, 1) for j in (0, 1))
        details.insert(0, others)
    return joined(low, details)


def _reached(wanted, wavelet):
    """Return which samples of each column, low-pass at even rows, are needed for the wanted ones."""
    wanted = wanted.copy()
    height = len(wanted)
    for odd, _, one, other in LIFTING[wavelet] if height > 1 else ():
        for y in np.flatnonzero(wanted.any(axis=1)):
            if y % 2 == odd:
                for near in (y + one, y + other):
                    wanted[-near if near < 0 else 2 * height - 2 - near if near >= height else near] |= wanted[y]
    return wanted


def _array(name, array):
    """Return an array of two dimensions; `ValueError` for anything else."""
    two = isinstance(array, np.ndarray) and array.ndim == 2
    if not two or array.size > MAX_PIXELS or array.dtype.kind not in "biuf":
        raise ValueError(f"{name} is an array (height, width) of numbers, not {getattr(array, 'shape', type(array))}")
    return array
