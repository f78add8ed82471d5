"""Samples as files have them, and as pictures have them: alpha, CMYK, orientation.

    alpha a of 0 to peak, sample s, background b      s a + b (peak - a), divided by peak and rounded
    premultiplied, s holds s a already                s peak + b (peak - a)
    CMYK                                              red = (peak - c)(peak - k) / peak, and so on

Everything is done for a strip of rows at a time: a sum of products is 8 bytes wide, the picture is not.

Sources: T. Porter and T. Duff, "Compositing digital images", SIGGRAPH 1984, doi:10.1145/800031.808606; TIFF 6.0, 1992,
sections 16 (CMYK) and 18 (associated alpha); CIPA DC-008 (Exif 2.32), 4.6.4, tag 274.
"""

import numpy as np

from ...core.codec import check_number
from ...core.limits import strips


def lay(samples: np.ndarray, background: int, peak: int, premultiplied: bool = False) -> np.ndarray:
    """Return grey or colour of which the last plane, alpha, says how much covers the background; else as it is.

    samples: (h, w) or (h, w, 1 to 4), uint8 or uint16, no sample above `peak`; two and four planes end in alpha.
    background: 0 black to 255 white.  The result is (h, w) or (h, w, 3) of the same type.
    """
    samples = _checked(samples)
    planes = samples.shape[2]
    if planes in (1, 3):
        return samples[:, :, 0] if planes == 1 else samples
    paper = check_number("background", background, 0, 255) * check_number("peak", peak, 1, 65535) // 255
    out = np.empty((*samples.shape[:2], planes - 1), samples.dtype)
    for rows in strips(len(samples), samples.shape[1] * planes):
        alpha = samples[rows, :, -1:].astype(np.int64)
        colour = samples[rows, :, :-1].astype(np.int64)
        laid = colour * (peak if premultiplied else alpha) + paper * (peak - alpha)
        out[rows] = np.minimum((laid + peak // 2) // peak, peak)
    return out[:, :, 0] if planes == 2 else out


def from_cmyk(samples: np.ndarray, peak: int) -> np.ndarray:
    """Return (h, w, 3 and more) of (h, w, 4 and more) samples: cyan, magenta, yellow, black, and planes left alone."""
    samples, peak = _checked(samples, 5), check_number("peak", peak, 1, 65535)
    if samples.shape[2] < 4:
        raise ValueError(f"CMYK has four planes and more, not {samples.shape[2]}")
    out = np.empty((*samples.shape[:2], samples.shape[2] - 1), samples.dtype)
    for rows in strips(len(samples), samples.shape[1] * 4):
        ink = peak - samples[rows, :, :4].astype(np.int64)
        out[rows, :, :3] = (ink[:, :, :3] * ink[:, :, 3:] + peak // 2) // peak
        out[rows, :, 3:] = samples[rows, :, 4:]
    return out


def orient(samples: np.ndarray, orientation: int) -> np.ndarray:
    """Return samples turned and mirrored as EXIF tag 274 says: 1 as stored, 3 upside down, 6 to the right, ...

    Any other number than 1 to 8 leaves them as they are.
    """
    samples = np.asarray(samples)
    if samples.ndim not in (2, 3):
        raise ValueError(f"samples are (h, w) or (h, w, planes), not {samples.shape}")
    turned = samples.swapaxes(0, 1) if orientation in (5, 6, 7, 8) else samples
    down = -1 if orientation in (3, 4, 7, 8) else 1
    right = -1 if orientation in (2, 3, 6, 7) else 1
    return np.ascontiguousarray(turned[::down, ::right])


def _checked(samples, most=4):
    """Return samples as (h, w, planes); `ValueError` where they are none."""
    dtype = getattr(samples, "dtype", None)
    if dtype not in (np.uint8, np.uint16) or samples.ndim not in (2, 3) or not samples.size:
        raise ValueError(f"samples are (h, w, planes) uint8 or uint16, not {dtype or type(samples).__name__}")
    samples = np.atleast_3d(samples)
    if samples.shape[2] > most:
        raise ValueError(f"samples have 1 to {most} planes, not {samples.shape[2]}")
    return samples
