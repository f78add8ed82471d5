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

TOGETHER = 64
"""Blocks that are transformed at once: their numbers fit in a processor's nearest memory."""

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
    """Fill a plane, uint8, sides multiples of 8, with the samples of levels, (rows, columns, 64), steps, (64,).

    Blocks side by side are transformed together, row i of `first` has the ith number of each: so what stands next to
    each other in memory is treated alike, and a processor works on several at once.
    """
    columns = plane.shape[1] // 8
    together = min(TOGETHER, columns)
    first, second = np.zeros((64, together), np.int64), np.zeros((64, together), np.int64)
    for y in range(len(plane) // 8):
        for left in range(0, columns, together):
            part = levels[y, left : min(left + together, columns)]
            for k in range(64):
                row, step = first[zigzag[k]], steps[k]
                for b in range(len(part)):
                    row[b] = int(part[b, k]) * step
            _transform(first, 1, 8, 1 << 10, 11, second)
            _transform(second, 8, 1, 1 << 17, 18, first)
            for v in range(8):
                _store(first[v:, : len(part)], plane[8 * y + v, 8 * left :])


@kernel
def _transform(x, first, step, half, shift, out):
    """Sum eight rows with MATRIX and shift the sums, eight times: rows i * first and each `step` on, for i of 0 to 7.

    The sums stand in rows i, i + 8 and so on.  Even coefficients give the same to the first four samples as to the last
    four, mirrored, odd ones the opposite.
    """
    for i in range(8):
        at = i * first
        r0, r1, r2, r3 = x[at], x[at + step], x[at + 2 * step], x[at + 3 * step]
        r4, r5, r6, r7 = x[at + 4 * step], x[at + 5 * step], x[at + 6 * step], x[at + 7 * step]
        s0, s1, s2, s3, s4, s5, s6, s7 = (
            out[i], out[i + 8], out[i + 16], out[i + 24], out[i + 32], out[i + 40], out[i + 48], out[i + 56]
        )  # fmt: skip
        for b in range(len(r0)):
            x1, x2, x3, x5, x6, x7 = r1[b], r2[b], r3[b], r5[b], r6[b], r7[b]
            outer, inner = (r0[b] + r4[b] << 13) + half, (r0[b] - r4[b] << 13) + half
            wide, steep = TURN * x2 + TILT * x6, TILT * x2 - TILTED * x6
            e0, e1, e2, e3 = outer + wide, inner + steep, inner - steep, outer - wide
            o0, o1 = A0 * x1 + B0 * x3 + C0 * x5 + D0 * x7, A1 * x1 + B1 * x3 + C1 * x5 + D1 * x7
            o2, o3 = A2 * x1 + B2 * x3 + C2 * x5 + D2 * x7, A3 * x1 + B3 * x3 + C3 * x5 + D3 * x7
            s0[b], s7[b] = e0 + o0 >> shift, e0 - o0 >> shift
            s1[b], s6[b] = e1 + o1 >> shift, e1 - o1 >> shift
            s2[b], s5[b] = e2 + o2 >> shift, e2 - o2 >> shift
            s3[b], s4[b] = e3 + o3 >> shift, e3 - o3 >> shift


@kernel
def _store(samples, row):
    """Write a row of blocks' samples, 128 added and clipped; the eight of a block stand in every eighth row."""
    for b in range(samples.shape[1]):
        for x in range(8):
            row[8 * b + x] = min(max(samples[8 * x, b] + 128, 0), 255)


@kernel
def fill_rgb(planes, out):
    """Fill pixels, (rows, columns, 3) uint8, with the RGB of planes, (3, rows, columns)."""
    for i in range(len(out)):
        row = out[i].ravel()
        for x in range(out.shape[1]):
            y, b, r = int(planes[0, i, x]), int(planes[1, i, x]) - 128, int(planes[2, i, x]) - 128
            row[3 * x] = min(max(y + (91881 * r + 32768 >> 16), 0), 255)
            row[3 * x + 1] = min(max(y + (-22554 * b - 46802 * r + 32768 >> 16), 0), 255)
            row[3 * x + 2] = min(max(y + (116130 * b + 32768 >> 16), 0), 255)


def _colours(planes, colour, out):
    """Write planes, (n, rows, columns) uint8, as pixels, (rows, columns, n): RGB for Y, Cb, Cr, and inks inverted."""
    if colour == "ycbcr":
        return fill_rgb(planes, out)
    if colour == "ycck":
        pixels = np.empty((*planes.shape[1:], 3), np.uint8)
        fill_rgb(planes[:3], pixels)
        out[..., :3] = pixels
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
