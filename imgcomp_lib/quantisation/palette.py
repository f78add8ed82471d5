"""Colour quantisation: a picture in few colours, which ones, and which of them for each pixel.

    colours       every colour of the picture once, with how often it occurs
    median_cut    the box around all colours is cut where it is most wrong, again and again, until there is a box for
                  each colour of the palette; then each colour moves to the middle of the pixels that prefer it
    nearest       the index of the closest palette colour for each pixel
    dither        the same, but each pixel hands its error on to the neighbours that are still to come
    look_up       the colours again

The palette is the same on every machine: sums are of integers, and the only floating-point steps are single
divisions, products and differences, which IEEE 754 rounds one way.  Chapter 8 (`formats.gif`).

Sources: P. Heckbert, "Color image quantization for frame buffer display", Computer Graphics 16(3) (SIGGRAPH), 1982,
doi:10.1145/965145.801294 (median cut; here a box is cut at its mean, where its variance is greatest, as S. J. Wan,
P. Prusinkiewicz and S. K. M. Wong, "Variance-based color image quantization for frame buffer display", Color Research
and Application 15(1), 1990); S. P. Lloyd, "Least squares quantization in PCM", IEEE Trans. Information Theory 28(2),
1982, doi:10.1109/TIT.1982.1056489; R. W. Floyd and L. Steinberg, "An adaptive algorithm for spatial greyscale", Proc.
Society for Information Display 17(2), 1976.
"""

import numpy as np

from ..core.codec import check_array, check_number
from ..core.kernels import kernel

ROUNDS = 3
"""How often the colours move to the middle of their pixels; the first moves help most."""

WHITE, MOST_PLANES, MOST_OFTEN = 255, 4, 1 << 32
"""Samples have 8 bits, pixels up to four of them; no colour is counted oftener: sums of squares stay in an int64."""

PIECE = 1 << 18
"""Indices looked up at a time."""

SHIFT = 4
"""Errors that are handed on are in sixteenths, 2**-SHIFT of a level."""


def colours(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the distinct rows of `pixels`, which row each pixel is, and how often each occurs.

    pixels: (n, planes) integers from 0 to 255, 1 to 4 planes; `ValueError` for others.  Rows: (m, planes) int64 in
    ascending order; the other two (n,) and (m,) int64.

    >>> colours(np.array([[9, 0, 0], [0, 0, 7], [9, 0, 0]], np.uint8))[0].tolist()
    [[0, 0, 7], [9, 0, 0]]
    """
    pixels = _checked("pixels", pixels)
    shifts = 8 * np.arange(pixels.shape[1])[::-1]
    keys, index, counts = np.unique((pixels << shifts).sum(1), return_inverse=True, return_counts=True)
    return keys[:, None] >> shifts & 255, index, counts


def median_cut(rows: np.ndarray, counts: np.ndarray, size: int) -> np.ndarray:
    """Return a palette of at most `size` colours, (k, planes) int64, for distinct colours with their counts.

    rows: (m, planes) integers from 0 to 255; counts: (m,) integers from 1 on; `ValueError` for others, or for none.
    Heckbert's median cut, but through the mean, followed by a few of Lloyd's moves: 1 to 5 dB closer.

    >>> median_cut(np.array([[0], [1], [200], [201]]), np.array([9, 1, 5, 5]), 2).tolist()
    [[0], [201]]
    """
    rows, counts = _checked("rows", rows, 1), check_array("counts", counts, (1,), 1, MOST_OFTEN)
    if len(rows) != len(counts):
        raise ValueError(f"rows and counts come in pairs, not {len(rows)} and {len(counts)}")
    size = check_number("size", size, 1, MOST_OFTEN)
    boxes = [(rows, counts)]
    errors = [_errors(rows, counts)]
    while len(boxes) < size and max(error.max() for error in errors) > 0:
        worst = int(np.argmax([error.max() for error in errors]))
        (inside, weights), axis = boxes[worst], int(np.argmax(errors[worst]))
        low = inside[:, axis] * weights.sum() <= (inside[:, axis] * weights).sum()  # up to the mean
        halves = [(inside[half], weights[half]) for half in (low, ~low)]
        boxes[worst : worst + 1] = halves
        errors[worst : worst + 1] = [_errors(*half) for half in halves]
    palette = np.stack([_mean(*box) for box in boxes])
    for _ in range(ROUNDS):
        index = nearest(rows, palette)
        used = np.unique(index)
        palette = np.stack([_mean(rows[index == i], counts[index == i]) for i in used])
    return palette


def _errors(rows, counts):
    """Return the squared error of each plane if all these colours became their mean."""
    total = (rows * counts[:, None]).sum(0)
    return (rows * rows * counts[:, None]).sum(0) - total * (total / counts.sum())


def _mean(rows, counts):
    """Return the mean colour, rounded to integers."""
    return ((rows * counts[:, None]).sum(0) + counts.sum() // 2) // counts.sum()


def nearest(pixels: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """Return the (n,) int64 indices of the palette colours closest to `pixels`; the first of equals.

    pixels: (n, planes), palette: (k, planes), integers from 0 to 255; `ValueError` for others, or for no colour.

    >>> nearest(np.array([[0, 0, 10], [90, 0, 0]]), np.array([[0, 0, 0], [100, 0, 0]]))
    array([0, 1])
    """
    pixels, palette = _checked("pixels", pixels), _checked("palette", palette, 1)
    _check_planes(pixels, palette)
    index = np.zeros(len(pixels), np.int64)
    _nearest(pixels, palette, index)
    return index


def dither(image: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """Return (height, width) int64 indices whose colours average to those of `image`: error diffusion.

    image: (height, width, planes), palette: (k, planes), integers from 0 to 255; `ValueError` for others.
    The error of a pixel goes on in sixteenths: 7 to the right, 3, 5 and 1 to the three below.
    """
    image, palette = check_array("samples", image, (3,), 0, WHITE), _checked("palette", palette, 1)
    _check_planes(image, palette)
    index = np.zeros(image.shape[:2], np.int64)
    _dither(image, palette, index)
    return index


def look_up(table: np.ndarray, index: np.ndarray) -> np.ndarray:
    """Return the colours of `table`, (k, ...), for which the indices stand: (*index.shape, ...), of the table's type.

    index: whole numbers from 0 to k - 1, any shape; `ValueError` for others.  Indexing the whole array at once would
    make an int64 of each index; this does so for a piece at a time.

    >>> look_up(np.array([[0, 9], [7, 8]]), np.array([1, 0, 1])).tolist()
    [[7, 8], [0, 9], [7, 8]]
    """
    table, index = np.asarray(table), np.asarray(index)
    if not table.ndim or (index.size and index.dtype.kind not in "iu"):
        raise ValueError(f"indices into a table are whole numbers, not {index.dtype}")
    if index.size and not 0 <= index.min() <= index.max() < len(table):
        raise ValueError(f"indices are 0 to {len(table) - 1}, not {index.min()} to {index.max()}")
    flat, out = index.ravel(), np.empty((index.size, *table.shape[1:]), table.dtype)
    for start in range(0, index.size, PIECE):
        out[start : start + PIECE] = table[flat[start : start + PIECE]]
    return out.reshape(index.shape + table.shape[1:])


def _checked(name, colours, least=0):
    """Return (n, planes) colours as int64; `ValueError` where they are none, or fewer than `least`."""
    colours = check_array(name, colours, (2,), 0, WHITE)
    if not 1 <= colours.shape[1] <= MOST_PLANES or len(colours) < least:
        raise ValueError(f"{name} are {least} or more colours of 1 to {MOST_PLANES} planes, not {colours.shape}")
    return colours


def _check_planes(pixels, palette):
    """Raise a `ValueError` where pixels and palette differ in their planes."""
    if pixels.shape[-1] != palette.shape[1]:
        raise ValueError(f"pixels of {pixels.shape[-1]} planes and a palette of {palette.shape[1]}")


@kernel
def _closest(pixel, palette):
    """Return the index of the palette colour, (k, planes) int64, with the least squared distance to `pixel`."""
    least, found = 1 << 60, 0
    for i in range(len(palette)):
        distance = 0
        for plane in range(len(pixel)):
            distance += (pixel[plane] - palette[i, plane]) ** 2
        if distance < least:
            least, found = distance, i
    return found


@kernel
def _nearest(pixels, palette, index):
    """Fill `index`, (n,), with the closest colour of each pixel; pixels and palette (n, planes), (k, planes) int64."""
    for i in range(len(pixels)):
        index[i] = _closest(pixels[i], palette)


@kernel
def _dither(image, palette, index):
    """Fill `index`, (h, w), for `image`, (h, w, planes); all int64.  Errors are in sixteenths of a level."""
    height, width, planes = image.shape
    errors = np.zeros((2, width + 2, planes), np.int64)  # this row and the next, with a margin on both sides
    pixel = np.zeros(planes, np.int64)
    for y in range(height):
        here, below = errors[y % 2], errors[1 - y % 2]
        below[:] = 0
        for x in range(width):
            for plane in range(planes):
                pixel[plane] = min(max(image[y, x, plane] + (here[x + 1, plane] + (1 << SHIFT - 1) >> SHIFT), 0), WHITE)
            found = _closest(pixel, palette)
            index[y, x] = found
            for plane in range(planes):
                error = pixel[plane] - palette[found, plane]
                here[x + 2, plane] += 7 * error
                below[x, plane] += 3 * error
                below[x + 1, plane] += 5 * error
                below[x + 2, plane] += error
