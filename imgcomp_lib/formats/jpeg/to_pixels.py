"""From a `Frame` to pixels: dequantisation, inverse DCT, upsampling, colour.

    levels  --x steps, inverse DCT-->  planes  --up-->  planes of the picture's size  --colour-->  image

Each step is the one of libjpeg-turbo, so that pixels are equal and not only close: the whole numbers of `dct_integer`
(its method "islow"), the triangle of `sampling` where two samples become one, and colours by 16-bit fixed point:

    R = Y + (91881 r + 2**15 >> 16)       r = Cr - 128, b = Cb - 128; 91881 is 1.402 * 2**16, rounded, and so on
    G = Y + (-22554 b - 46802 r + 2**15 >> 16)
    B = Y + (116130 b + 2**15 >> 16)

`colour.rgb` rounds the exact formula, which differs by 1 here and there.  Inks come inverted, 255 for none, as Adobe's
programs write them and Pillow reads them.  Chapter 14.

Sources: ITU-T T.81, 1992, A.3.1 and A.3.3; T.871 (JFIF), clause 7; for the constants and their rounding the files
jdcolor.c and jdsample.c of libjpeg; for inks on paper the file Convert.c of Pillow.
"""

import numpy as np

from ...core.kernels import kernel
from ...core.limits import strips
from ...transforms.dct import ZIGZAG
from ...transforms.dct_integer import MATRIX
from ...transforms.sampling import FILTERS, fill_up
from .frame import Frame, check, extent

TURN, TILT, TILTED = int(MATRIX[2, 0]), int(MATRIX[2, 1]), -int(MATRIX[6, 1])
_ODD = [[int(number) for number in row[:4]] for row in MATRIX[1::2]]
(A0, A1, A2, A3), (B0, B1, B2, B3), (C0, C1, C2, C3), (D0, D1, D2, D3) = _ODD
"""The entries of MATRIX for coefficients 2 and 6, and for 1, 3, 5, 7 and the first four samples."""


def to_image(frame: Frame, upsampling: str = "linear") -> np.ndarray:
    """Return the picture, (height, width) grey or (height, width, 3) RGB, uint8; nothing is turned.

    upsampling: "linear" or "repeat", for planes of fewer samples.  Four inks become what they leave of white paper.
    """
    samples = to_samples(frame, upsampling)
    if samples.shape[2] == 4:
        return _on_paper(samples)
    return samples[:, :, 0] if samples.shape[2] == 1 else samples


def to_samples(frame: Frame, upsampling: str = "linear") -> np.ndarray:
    """Return the samples, (height, width, 1, 3 or 4) uint8: grey, RGB, or cyan, magenta, yellow and black."""
    check(frame)
    if not isinstance(upsampling, str) or upsampling not in FILTERS:
        raise ValueError(f"upsampling is {' or '.join(FILTERS)}, not {upsampling!r}")
    most = max(part.down for part in frame.components), max(part.across for part in frame.components)
    planes = [_plane(frame, part, most) for part in frame.components]
    out = np.empty((frame.height, frame.width, len(planes)), np.uint8)
    for rows in strips(frame.height, 4 * frame.width):
        wide = np.empty((len(planes), rows.stop - rows.start, frame.width), np.uint8)
        for plane, part, one in zip(planes, frame.components, wide, strict=True):
            down, across = most[0] // part.down, most[1] // part.across
            linear = upsampling == "linear" and not (across == 2 and plane.shape[1] <= 2)  # as libjpeg does
            fill_up(plane, down, across, linear, rows.start, one)
        _colours(wide, frame.colour, out[rows])
    return out


def _plane(frame, part, most):
    """Return the samples of a component, (rows, columns) uint8."""
    (rows, columns), blocks, _ = extent(frame.height, frame.width, (part.down, part.across), most)
    plane = np.empty((8 * blocks[0], 8 * blocks[1]), np.uint8)
    fill_plane(part.levels, np.ascontiguousarray(part.steps, np.int64), ZIGZAG, plane)
    return plane[:rows, :columns]


@kernel
def fill_plane(levels, steps, zigzag, plane):
    """Fill a plane, uint8, sides multiples of 8, with the samples of levels, (rows, columns, 64), steps, (64,)."""
    block = np.zeros(64, np.int64)
    for y in range(len(plane) // 8):
        for x in range(plane.shape[1] // 8):
            last = 63
            while last > 0 and levels[y, x, last] == 0:
                last -= 1
            if last == 0:
                _fill_flat(int(levels[y, x, 0]) * steps[0], 8 * y, 8 * x, plane)
                continue
            block[:] = 0
            for k in range(last + 1):
                block[zigzag[k]] = int(levels[y, x, k]) * steps[k]
            _columns(block)
            _rows(block, 8 * y, 8 * x, plane)


@kernel
def _fill_flat(mean, top, left, plane):
    """Fill a block of which only the mean was sent: an eighth of it, rounded."""
    sample = min(max((mean + 4 >> 3) + 128, 0), 255)
    for y in range(top, top + 8):
        for x in range(left, left + 8):
            plane[y, x] = sample


@kernel
def _columns(block):
    """Transform the columns of (64,) int64 coefficients in place; two bits more than whole numbers are kept."""
    for x in range(8):
        x1, x2, x3, x4, x5, x6, x7 = (block[x + 8], block[x + 16], block[x + 24], block[x + 32], block[x + 40],
                                      block[x + 48], block[x + 56])  # fmt: skip
        if x1 | x2 | x3 | x4 | x5 | x6 | x7 == 0:
            block[x:64:8] = block[x] << 2
            continue
        e0, e1, e2, e3, o0, o1, o2, o3 = _halves(block[x], x1, x2, x3, x4, x5, x6, x7, 1 << 10)
        block[x], block[x + 56] = e0 + o0 >> 11, e0 - o0 >> 11
        block[x + 8], block[x + 48] = e1 + o1 >> 11, e1 - o1 >> 11
        block[x + 16], block[x + 40] = e2 + o2 >> 11, e2 - o2 >> 11
        block[x + 24], block[x + 32] = e3 + o3 >> 11, e3 - o3 >> 11


@kernel
def _rows(block, top, left, plane):
    """Transform the rows, and store them as samples."""
    for y in range(8):
        i = 8 * y
        e0, e1, e2, e3, o0, o1, o2, o3 = _halves(
            block[i], block[i + 1], block[i + 2], block[i + 3], block[i + 4], block[i + 5], block[i + 6], block[i + 7],
            (128 << 18) + (1 << 17))  # fmt: skip
        row = plane[top + y, left : left + 8]
        row[0], row[7] = _clipped(e0 + o0 >> 18), _clipped(e0 - o0 >> 18)
        row[1], row[6] = _clipped(e1 + o1 >> 18), _clipped(e1 - o1 >> 18)
        row[2], row[5] = _clipped(e2 + o2 >> 18), _clipped(e2 - o2 >> 18)
        row[3], row[4] = _clipped(e3 + o3 >> 18), _clipped(e3 - o3 >> 18)


@kernel
def _clipped(sample):
    return min(max(sample, 0), 255)


@kernel
def _halves(x0, x1, x2, x3, x4, x5, x6, x7, half):
    """Return the sums of MATRIX over even coefficients, `half` added, and over odd ones, for the first four samples.

    The last four samples are the same sums, the odd ones subtracted.
    """
    outer, inner = (x0 + x4 << 13) + half, (x0 - x4 << 13) + half
    wide, steep = TURN * x2 + TILT * x6, TILT * x2 - TILTED * x6
    return (
        outer + wide,
        inner + steep,
        inner - steep,
        outer - wide,
        A0 * x1 + B0 * x3 + C0 * x5 + D0 * x7,
        A1 * x1 + B1 * x3 + C1 * x5 + D1 * x7,
        A2 * x1 + B2 * x3 + C2 * x5 + D2 * x7,
        A3 * x1 + B3 * x3 + C3 * x5 + D3 * x7,
    )


@kernel
def fill_rgb(planes, out):
    """Fill the first three samples of pixels, (rows, columns, 3 or 4), with the RGB of planes, (3, rows, columns)."""
    for i in range(len(out)):
        for x in range(out.shape[1]):
            y, b, r = int(planes[0, i, x]), int(planes[1, i, x]) - 128, int(planes[2, i, x]) - 128
            out[i, x, 0] = _clipped(y + (91881 * r + 32768 >> 16))
            out[i, x, 1] = _clipped(y + (-22554 * b - 46802 * r + 32768 >> 16))
            out[i, x, 2] = _clipped(y + (116130 * b + 32768 >> 16))


def _colours(planes, colour, out):
    """Write planes, (n, rows, columns) uint8, as pixels, (rows, columns, n): RGB for Y, Cb, Cr, and inks inverted."""
    if colour in ("ycbcr", "ycck"):
        fill_rgb(planes[:3], out)
    else:
        out[..., :3] = np.moveaxis(planes[:3], 0, 2)
    if colour == "cmyk":
        out[..., :3] = 255 - out[..., :3]
    if len(planes) == 4:
        out[..., 3] = 255 - planes[3]


def _on_paper(inks):
    """Return the RGB, (height, width, 3) uint8, of cyan, magenta, yellow and black: each takes its part of light."""
    out = np.empty((*inks.shape[:2], 3), np.uint8)
    for rows in strips(len(inks), 8 * inks.shape[1]):
        light = 255 - inks[rows, :, 3:].astype(np.int64)
        part = inks[rows, :, :3] * light + 128
        out[rows] = light - ((part >> 8) + part >> 8)  # divided by 255
    return out
