"""How small: sizes are bytes of real files; `entropy` is an estimate and is called one.

    bpp          bits a pixel          8 n2 / (height width)      n1, n2: size of the original and of its file
    ratio        compression ratio     Cr = n1 / n2
    redundancy   relative              Rd = 1 - 1 / Cr
    entropy      bits a symbol         H = -sum p log2 p

Chapters 1 to 5.

Source: R. C. Gonzalez and R. E. Woods, Digital Image Processing, 4th ed., Pearson, 2018, section 8.1; C. E. Shannon,
"A mathematical theory of communication", Bell System Technical Journal 27, 1948,
doi:10.1002/j.1538-7305.1948.tb01338.x.
"""

import numpy as np


def bpp(size: int, image: np.ndarray) -> float:
    """Return bits per pixel: 8 times `size` bytes over the pixels (not the samples) of `image`.

    >>> bpp(6, np.zeros((2, 3, 3), np.uint8))
    8.0
    """
    shape = getattr(image, "shape", ())
    if len(shape) < 2 or not shape[0] * shape[1]:
        raise ValueError(
            f"an image has rows and columns, not {f'the shape {shape}' if shape else type(image).__name__}"
        )
    return 8 * check_real("size", size) / (shape[0] * shape[1])


def ratio(original: int, compressed: int) -> float:
    """Return the compression ratio Cr = n1/n2, both in the same unit; above 1 the file shrank.

    >>> ratio(1000, 250)
    4.0
    """
    if check_real("original", original) < 0 or check_real("compressed", compressed) <= 0:
        raise ValueError(f"sizes are positive, not {original} and {compressed}")
    return original / compressed


def redundancy(original: int, compressed: int) -> float:
    """Return the relative redundancy Rd = 1 - 1/Cr of the original: the share of it that was not needed.

    >>> redundancy(1000, 250)
    0.75
    """
    shrunk = ratio(original, compressed)
    if not shrunk:
        raise ValueError(f"no share of {original} is redundant in {compressed}")
    return 1 - 1 / shrunk


def entropy(symbols: np.ndarray) -> float:
    """Return the order-0 entropy of an array of integers in bits a symbol, -sum p log2 p over its histogram.

    An estimate: the bits that an ideal code for these counts would spend, its table not included.

    >>> entropy(np.array([0, 0, 1, 2]))
    1.5
    """
    symbols = np.asarray(symbols)
    if symbols.size == 0 or symbols.dtype.kind not in "biuf":
        raise ValueError(f"no symbols, no entropy: {symbols.size} of {symbols.dtype}")
    _, counts = np.unique(symbols, return_counts=True)
    p = counts / counts.sum()
    return float(max(0.0, -(p * np.log2(p)).sum()))  # max: one symbol alone would give -0.0


def check_real(name: str, value) -> float:
    """Return `value` as it is; `ValueError` that names it where it is no real number."""
    if not isinstance(value, int | float | np.integer | np.floating):
        raise ValueError(f"{name} is a number, not {value!r}")
    return value
