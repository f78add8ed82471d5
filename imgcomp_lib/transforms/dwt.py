"""The discrete wavelet transform by lifting: Haar, 5/3 and 9/7, for planes of any size and any number of levels.

A line of samples is split into those at even and those at odd places.  Each odd sample is predicted from its even
neighbours and only the error is kept (the high-pass); then each even one is moved so that the means stay (the
low-pass).  Whatever a step adds can be computed again and taken away, so the inverse is exact by construction.

    place        0     1     2     3     4           5/3, whole numbers
    samples      a     b     c     d     e
                  \\   |   / \\   |   /
    odd                b'          d'                b' = b - floor((a + c) / 2)
                    /     \\     /     \\
    even         a'         c'         e'            c' = c + floor((b' + d' + 2) / 4)

Past an end stand the samples mirrored at it: what would be at -1 is at 1.  A plane is transformed down its columns and
then along its rows, which gives four bands; the next level takes the low one apart.

    plane (height, width)  --forward-->  low, [(HL, LH, HH) of the coarsest level, ..., (HL, LH, HH) of the finest]
                           <-inverse--

HL is high-pass along the rows: it sees vertical edges.  A constant keeps its value in the low-pass, the fastest wave,
+1 -1 +1 -1, has 2 in the high-pass.  Chapter 15.

Sources: ITU-T T.800, 2002, Annex F (F.3 inverse, F.4 forward); W. Sweldens, "The lifting scheme: a custom-design
construction of biorthogonal wavelets", Applied and Computational Harmonic Analysis 3(2), 1996,
doi:10.1006/acha.1996.0015; A. Cohen, I. Daubechies and J.-C. Feauveau, "Biorthogonal bases of compactly supported
wavelets", Communications on Pure and Applied Mathematics 45(5), 1992, doi:10.1002/cpa.3160450502.
"""

import numpy as np

from ..core.codec import MAX_PIXELS, check_number
from .lifting import lift_real, lift_whole, rows_back_real, rows_back_whole

WAVELETS = ("haar", "5/3", "9/7")

MAX_LEVELS = 32
"""As many as T.800 allows (table A.15)."""

LIFTING = {
    "haar": ((1, -1 / 2, -1, -1), (0, 1 / 4, 1, 1)),
    "5/3": ((1, -1 / 2, -1, 1), (0, 1 / 4, -1, 1)),
    "9/7": (
        (1, -1.586134342059924, -1, 1),
        (0, -0.052980118572961, -1, 1),
        (1, 0.882911075530934, -1, 1),
        (0, 0.443506852043971, -1, 1),
    ),
}
"""Steps: samples at even places (0) or odd (1) get a weight times the sum of two others, so far away.  Haar's pairs
know only their partner, which is counted twice."""

K = 1.230174104914001
"""After its steps 9/7 has the low-pass K times too high, and the high-pass as much too low (T.800, F.4.8.2)."""

LARGEST = 1 << 20
"""Whole numbers beyond this, either side of 0, are refused, and beyond 16 times this in bands: sums stay in int32."""

_MEASURED = 9
"""Levels whose norms are measured; from there on the functions only grow wider, by 2 a level."""


def forward(plane: np.ndarray, levels: int, wavelet: str, origin: tuple[int, int] = (0, 0)):
    """Return the low band of a plane and a list of (HL, LH, HH), the coarsest level first.

    plane: (height, width) numbers.  Whole ones, at most LARGEST, give int32 bands under "haar" (the S transform) and
    "5/3" (reversible, T.800, F.4.8.1), which `inverse` makes the same numbers of; under "9/7", and for floats, which
    are not rounded, float64.  levels: 0 to 32, even if the plane is soon a single sample: at an even place it is
    handed on, at an odd one doubled (F.4.6).  origin: row and column of the first sample in a larger picture, of which
    this is a part; whether they are odd says what is an even place.  `ValueError` for anything else.

    >>> low, details = forward(np.array([[7, 7, 9, 7, 7, 7]]), 1, "5/3")
    >>> low.tolist(), details[0][0].tolist()
    ([[7, 9, 7]], [[-1, -1, 0]])
    """
    plane, origin = _numbers("a plane", plane, wavelet, LARGEST), _check_origin(origin)
    details = []
    for _ in range(check_number("levels", levels, 0, MAX_LEVELS)):
        _lift(plane, origin[0] % 2, wavelet)
        across = np.ascontiguousarray(plane.T)
        _lift(across, origin[1] % 2, wavelet)
        (y, x), plane = (side % 2 for side in origin), across.T
        low, *others = (np.ascontiguousarray(plane[i::2, j::2]) for i in (y, 1 - y) for j in (x, 1 - x))
        details.insert(0, tuple(others))
        plane, origin = low, _halved(origin)
    return plane, details


def inverse(low: np.ndarray, details: list, wavelet: str, origin: tuple[int, int] = (0, 0)) -> np.ndarray:
    """Return the plane, int32 or float64, of which `forward` made `low` and `details`.

    All bands whole numbers, of int32's or any other such type, or all floats.  `ValueError` where the bands are not
    those of one plane.

    >>> inverse(np.array([[7, 9, 7]]), [(np.array([[-1, -1, 0]]), np.zeros((0, 3), int), np.zeros((0, 3), int))], "5/3")
    array([[7, 7, 9, 7, 7, 7]], dtype=int32)
    """
    plane, origins = _numbers("the low band", low, wavelet, 16 * LARGEST), [_check_origin(origin)]
    if not isinstance(details, list | tuple) or len(details) > MAX_LEVELS:
        raise ValueError(f"details are a list of at most {MAX_LEVELS} levels, not {type(details).__name__}")
    for _ in details:
        origins.append(_halved(origins[-1]))
    for level, origin in zip(details, origins[-2::-1], strict=True):
        plane = _joined(plane, level, wavelet, origin)
        _lift(plane, origin[0] % 2, wavelet, back=True)
    return plane


def gains(wavelet: str, levels: int) -> list[float]:
    """Return how much energy an error of 1 in a coefficient brings into the plane: L2 norms of what it stands for.

    First the low band's, then HL, LH and HH of each level, the coarsest first: 1 + 3 levels numbers.  An error of e in
    a coefficient adds about (gain e)**2 to the sum of squared errors.

    >>> [round(gain, 4) for gain in gains("haar", 1)]
    [2.0, 1.0, 1.0, 0.5]
    """
    _check_wavelet(wavelet)
    levels = check_number("levels", levels, 0, MAX_LEVELS)
    found = [_norms(wavelet, level) for level in range(1, levels + 1)]
    bands = [gain for low, high in reversed(found) for gain in (low * high, high * low, high * high)]
    return [found[-1][0] ** 2 if found else 1.0, *bands]


def _norms(wavelet, level):
    """Return the norms of a line's low-pass and high-pass functions at a level."""
    measured = min(level, _MEASURED)
    line = np.zeros((1, 16 << measured))
    low, details = forward(line, measured, wavelet)
    norms = []
    for band in (low, details[0][0]):
        band[0, 8] = 1
        norms.append(float(np.linalg.norm(inverse(low, details, wavelet))) * 2 ** ((level - measured) / 2))
        band[0, 8] = 0
    return norms


def _lift(plane, odd, wavelet, back=False):
    """Transform the columns of a plane in place, or `back`; odd: 1 where the first sample is at an odd place."""
    if len(plane) == 1:
        if odd:  # F.4.6, F.3.6
            plane[:] = plane * 2 if not back else np.trunc(plane / 2) if plane.dtype == np.int32 else plane / 2
        return
    steps, scale = np.array(LIFTING[wavelet]), K if wavelet == "9/7" else 1.0
    if plane.dtype == np.int32:
        lift_whole(plane, odd, steps, back)
        return
    if back and scale != 1:
        _scale(plane, odd, 1 / scale)
    lift_real(plane, odd, steps, back)
    if not back and scale != 1:
        _scale(plane, odd, scale)


def _scale(plane, odd, factor):
    """Divide the low-pass by a factor and multiply the high-pass by it."""
    plane[odd::2] *= 1 / factor
    plane[1 - odd :: 2] *= factor


def _joined(low, level, wavelet, origin):
    """Return the plane of the four bands of a level, whose rows are lifted back and whose columns are not."""
    if not isinstance(level, list | tuple) or len(level) != 3:
        raise ValueError("a level of the details is three bands, HL, LH and HH")
    bands = [low, *(_numbers("a band", band, wavelet, 16 * LARGEST) for band in level)]
    if len({band.dtype for band in bands}) > 1:
        raise ValueError("the bands are all whole numbers or all floats")
    height, width = (low.shape[axis] + bands[2 - axis].shape[axis] for axis in (0, 1))
    plane, (y, x) = np.empty((height, width), low.dtype), (side % 2 for side in origin)
    for band, i, j in zip(bands, (y, y, 1 - y, 1 - y), (x, 1 - x, x, 1 - x), strict=True):
        if band.shape != plane[i::2, j::2].shape:
            raise ValueError(f"bands of {[band.shape for band in bands]} at {origin} are those of no plane")
    steps = np.array(LIFTING[wavelet])[::-1].copy()
    if low.dtype == np.int32:
        rows_back_whole(*bands, y, x, steps, plane)
    else:
        rows_back_real(*bands, y, x, steps, K if wavelet == "9/7" else 1.0, plane)
    return plane


def _halved(origin):
    """Return where the first low-pass sample stands among those of its level."""
    return tuple((side + 1) // 2 for side in origin)


def _check_wavelet(wavelet):
    """Raise a `ValueError` where there is no such wavelet."""
    if wavelet not in WAVELETS:
        raise ValueError(f"a wavelet is {', '.join(WAVELETS)}; not {wavelet!r}")


def _check_origin(origin):
    """Return the origin as two ints."""
    if not isinstance(origin, tuple | list) or len(origin) != 2:
        raise ValueError(f"an origin is (row, column), not {origin!r}")
    return tuple(check_number("an origin's side", side, 0, 1 << 32) for side in origin)


def _numbers(name, plane, wavelet, largest):
    """Return a copy of a plane as int32, if its numbers are whole and the wavelet takes such, else as float64."""
    _check_wavelet(wavelet)
    plane = np.asarray(plane) if isinstance(plane, np.ndarray | list | tuple) else np.zeros(())
    if plane.ndim != 2 or plane.size > MAX_PIXELS or plane.dtype.kind not in "iuf":
        raise ValueError(f"{name} is (height, width) numbers, not {plane.shape} {plane.dtype}")
    if plane.dtype.kind == "f" or wavelet == "9/7":
        return np.array(plane, np.float64, order="C")
    if plane.size and not -largest <= int(plane.min()) <= int(plane.max()) <= largest:
        raise ValueError(f"{name} has whole numbers from {-largest} to {largest}, not {plane.min()} to {plane.max()}")
    return np.array(plane, np.int32, order="C")
