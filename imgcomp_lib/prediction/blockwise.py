"""Forward-adaptive least squares: a linear predictor whose coefficients are found for each block, and sent.

        NW N NE     guess = W + c0 (N - W) + c1 (NW - W) + c2 (NE - W) + c3 (WW - W) + c4 (NN - W) + c5 (MED - W)
     WW  W  x             + c6 e1 + c7 e2

MED is the guess of `fixed.med`.  e1, e2 are what the guesses at the same pixel missed in the planes coded before; the
first plane has none.  All is weighed as a difference from W, so a block in twice the light wants the same coefficients.
They are whole sixteenths: the decoder computes with whole numbers alone, the same on every machine.

The encoder finds the coefficients for which the sum of the block's squared errors is least: normal equations, 6 to 8
unknowns.  Least squares are not yet fewest bits, so two sets compete with them, which cost next to nothing to send:
those of the block before, and c5 = 1 alone, MED as it is.  The block before is the one to the left, and at the start of
a row of blocks the one above.  A coefficient is sent as its difference from there.  Chapter 9.

Source: J. Makhoul, "Linear prediction: a tutorial review", Proceedings of the IEEE 63(4), 1975,
doi:10.1109/PROC.1975.9792 (the method); P. A. Maragos, R. W. Schafer and R. M. Mersereau, "Two-dimensional linear
prediction and its application to adaptive predictive coding of images", IEEE Trans. Acoustics, Speech, and Signal
Processing 32(6), 1984 (block by block, coefficients sent).
"""

import numpy as np

from ..core.bits import CorruptStream
from ..core.codec import check_array, check_bytes, check_number
from ..core.kernels import kernel
from ..entropy.integer_codes import digits, fold, rice_bits, rice_decode, rice_encode, unfold
from .fixed import med

NEIGHBOURS = 6
ONLY_MED = 5
SHIFT = 4
"""Coefficients are in units of 2**-SHIFT."""
LARGEST = 127
"""No coefficient is beyond 127 sixteenths: eight times a neighbour's difference is a fault of the equations."""
LARGEST_K = 7
"""Rice's code with this k has a word of eight bits for most steps, which are 254 at most: a larger k is not needed."""
MOST_BITS = 16
"""Samples have at most 16 bits, and the errors of planes before are at most 2**16 in size."""
LARGEST_SIDE = 1 << 16
PULL = 64.0
"""How strongly a coefficient keeps its value from the block before, in squared grey levels of 8 bits."""


def find(samples: np.ndarray, known: np.ndarray, block: int, depth: int) -> np.ndarray:
    """Return the coefficients in sixteenths, (rows of blocks, columns of blocks, 6 + len(known)) int64.

    samples: (height, width) integers from 0 to 2**depth - 1; known: (n, height, width) signed errors of planes before;
    block: its side; depth: 1 to 16.  `ValueError` for others.
    """
    depth = check_number("depth", depth, 1, MOST_BITS)
    samples = check_array("samples", samples, (2,), 0, (1 << depth) - 1)
    known, shape = _checked_known(known, samples.shape, block)
    found = np.zeros(shape, np.int64)
    _find(_framed(samples), known, block, depth, found)
    return found


def residuals(samples: np.ndarray, known: np.ndarray, coefficients: np.ndarray, block: int, depth: int) -> np.ndarray:
    """Return what the guesses miss, signed, (height, width) int64, modulo 2**depth around 0.

    samples, known, block, depth: as for `find`; coefficients: as it returns them.

    >>> ramp = np.arange(12).reshape(3, 4) * 10
    >>> plane = np.array([[[16, -16, 0, 0, 0, 0]]])  # W + (N - W) - (NW - W) is W + N - NW
    >>> residuals(ramp, np.zeros((0, 3, 4), int), plane, 4, 8)
    array([[ 0, 10, 10, 10],
           [40,  0,  0,  0],
           [ 0,  0,  0,  0]])
    """
    depth = check_number("depth", depth, 1, MOST_BITS)
    samples = check_array("samples", samples, (2,), 0, (1 << depth) - 1)
    known, coefficients = _checked(known, coefficients, samples.shape, block)
    errors = np.zeros(samples.shape, np.int64)
    _code_plane(_framed(samples), errors, known, coefficients, block, depth, False)
    return errors


def restore(errors: np.ndarray, known: np.ndarray, coefficients: np.ndarray, block: int, depth: int) -> np.ndarray:
    """Return the (height, width) int64 samples of which `errors` are the residuals: the way back, as `residuals`.

    errors: (height, width) integers from -2**(depth - 1) to 2**(depth - 1) - 1.
    """
    half = 1 << check_number("depth", depth, 1, MOST_BITS) - 1
    errors = check_array("errors", errors, (2,), -half, half - 1)
    known, coefficients = _checked(known, coefficients, errors.shape, block)
    framed = _framed(np.zeros(errors.shape))
    _code_plane(framed, errors, known, coefficients, block, depth, True)
    return framed[2:, 2:-1]


def pack(coefficients: np.ndarray) -> bytes:
    """Return the coefficients as bytes: all the first ones, all the second ones and so on.

    coefficients: (rows, columns, count) integers from -127 to 127.  Each group is a byte k and the Rice codewords, with
    that k, of its differences.

    >>> pack(np.array([[[16, -16], [16, -15]]])).hex(" ")
    '03 08 80 03 1f 40'
    """
    groups, coefficients = [], check_array("coefficients", coefficients, (3,), -LARGEST, LARGEST)
    for group in np.moveaxis(coefficients, 2, 0):
        column = np.diff(group[:, :1], axis=0, prepend=0)
        numbers = fold(np.hstack([column, np.diff(group, axis=1)]).ravel())
        k = min(range(LARGEST_K + 1), key=lambda k: rice_bits(numbers, k))
        groups += [bytes([k]), rice_encode(numbers, k)]
    return b"".join(groups)


def unpack(data: bytes, rows: int, columns: int, count: int) -> tuple[np.ndarray, int]:
    """Return the (rows, columns, count) coefficients and the size of what `pack` made of them.

    `CorruptStream` where the bytes end first, or where a coefficient is beyond -127 to 127 sixteenths; `ValueError` for
    sides and counts below 1.
    """
    rows, columns = (check_number("rows and columns", side, 1, LARGEST_SIDE) for side in (rows, columns))
    data, groups, at = check_bytes(data), [], 0
    count = check_number("count", count, 1, LARGEST_SIDE)
    for _ in range(count):
        if at == len(data) or data[at] > LARGEST_K:
            raise CorruptStream("no byte from 0 to 7 says how the coefficients of a predictor are coded")
        numbers, size = rice_decode(data[at + 1 :], data[at], rows * columns)
        steps = unfold(numbers).reshape(rows, columns)
        steps[:, 0] = np.cumsum(steps[:, 0])
        groups.append(np.cumsum(steps, axis=1))
        at += 1 + size
    found = np.stack(groups, axis=2)
    if np.abs(found).max() > LARGEST:
        raise CorruptStream(f"a predictor with a coefficient of {np.abs(found).max()} sixteenths")
    return found, at


def _checked_known(known, shape, block):
    """Return the errors of planes before, checked, and the shape of the coefficients that they and the blocks want."""
    known = check_array("known", known, (3,), -(1 << MOST_BITS), 1 << MOST_BITS)
    block = check_number("block", block, 1, LARGEST_SIDE)
    if known.shape[1:] != shape or 0 in shape:
        raise ValueError(f"known errors of {known.shape[1:]} samples beside a plane of {shape}")
    return known, (*(-(-side // block) for side in shape), NEIGHBOURS + len(known))


def _checked(known, coefficients, shape, block):
    """Return known errors and coefficients as int64; `ValueError` where they do not fit a plane of this shape."""
    known, wanted = _checked_known(known, shape, block)
    coefficients = check_array("coefficients", coefficients, (3,), -LARGEST, LARGEST)
    if coefficients.shape != wanted:
        raise ValueError(f"coefficients of the shape {coefficients.shape}; {wanted} are needed")
    return known, coefficients


def _framed(samples):
    """Return the samples in int64 with two rows above, two columns left and one right, as `fixed` has them."""
    height, width = samples.shape
    framed = np.zeros((height + 2, width + 3), np.int64)
    framed[2:, 2:-1] = samples
    framed[2:, 0] = framed[2:, 1] = framed[1:-1, 2]
    framed[2:, -1] = framed[2:, -2]
    return framed


@kernel
def _look(R, known, y, x, seen):
    """Fill `seen`, (6 + n,) int64, with what the coefficients weigh at (y, x) of the picture in R; return W.

    R: `_framed`.  known: (n, height, width) int64.
    """
    W, N, NW = R[y + 2, x + 1], R[y + 1, x + 2], R[y + 1, x + 1]
    seen[0], seen[1], seen[2] = N - W, NW - W, R[y + 1, x + 3] - W
    seen[3], seen[4], seen[5] = R[y + 2, x] - W, R[y, x + 2] - W, med(W, N, NW) - W
    for i in range(len(known)):
        seen[NEIGHBOURS + i] = known[i, y, x]
    return W


@kernel
def _guess(W, seen, coefficients, depth):
    """Return the guess, rounded, within 0 to 2**depth - 1; `seen` and `coefficients` are (6 + n,) int64."""
    total = 1 << SHIFT - 1
    for i in range(len(seen)):
        total += coefficients[i] * seen[i]
    return min(max(W + (total >> SHIFT), 0), (1 << depth) - 1)


@kernel
def _find(R, known, block, depth, found):
    """Fill `found`, (rows, columns, 6 + n) int64, block by block, with the cheapest of three sets.

    R: `_framed`.  known: (n, height, width) int64.
    """
    rows, columns, count = found.shape
    before, alone, squares = np.zeros(count, np.int64), np.zeros(count, np.int64), np.zeros(count, np.int64)
    alone[ONLY_MED] = 1 << SHIFT
    for row in range(rows):
        for column in range(columns):
            if row > 0 and column == 0:
                before = found[row - 1, 0]
            area = (row * block, min(row * block + block, R.shape[0] - 2),
                    column * block, min(column * block + block, R.shape[1] - 3))  # fmt: skip
            _least_squares(R, known, area, before, PULL * 4.0 ** (depth - 8), squares)
            least = 1 << 62
            for offer in (squares, before, alone):
                cost = _cost(R, known, area, before, offer, depth)
                if cost < least:
                    least, found[row, column] = cost, offer
            before = found[row, column]


@kernel
def _least_squares(R, known, area, before, pull, squares):
    """Fill `squares`, (6 + n,) int64, with the coefficients of the least squared errors in a block.

    area: its first row and the one behind its last, its columns likewise.  before: (6 + n,) int64; `pull` draws there.
    """
    count = len(squares)
    A, b, seen = np.zeros((count, count)), np.zeros(count), np.zeros(count, np.int64)
    for i in range(count):
        A[i, i], b[i] = pull, pull * before[i] / (1 << SHIFT)
    for y in range(area[0], area[1]):
        for x in range(area[2], area[3]):
            W = _look(R, known, y, x, seen)
            for i in range(count):
                b[i] += seen[i] * (R[y + 2, x + 2] - W)
                for j in range(i + 1):
                    A[i, j] += seen[i] * seen[j]
    _solve(A, b)
    for i in range(count):
        squares[i] = min(max(int(np.floor(b[i] * (1 << SHIFT) + 0.5)), -LARGEST), LARGEST)


@kernel
def _cost(R, known, area, before, coefficients, depth):
    """Return about how many bits the block costs with these coefficients: binary digits of errors and of steps."""
    total, seen = 0, np.zeros(len(coefficients), np.int64)
    for i in range(len(coefficients)):
        total += 2 * digits(abs(coefficients[i] - before[i]))
    for y in range(area[0], area[1]):
        for x in range(area[2], area[3]):
            guess = _guess(_look(R, known, y, x, seen), seen, coefficients, depth)
            total += digits(abs(R[y + 2, x + 2] - guess))
    return total


@kernel
def _solve(A, b):
    """Solve A c = b for a positive definite A of which the lower half is given (Cholesky); c takes the place of b."""
    count = len(b)
    for i in range(count):
        for j in range(i + 1):
            for m in range(j):
                A[i, j] -= A[i, m] * A[j, m]
            A[i, j] = A[i, j] / A[j, j] if j < i else np.sqrt(A[i, i])
        for m in range(i):
            b[i] -= A[i, m] * b[m]
        b[i] /= A[i, i]
    for i in range(count - 1, -1, -1):
        for m in range(i + 1, count):
            b[i] -= A[m, i] * b[m]
        b[i] /= A[i, i]


@kernel
def _code_plane(R, errors, known, coefficients, block, depth, decoding):
    """Fill `errors`, (height, width) int64, from the samples in R or, if `decoding`, the samples from them.

    R: `_framed`.  known: (n, height, width) int64.  coefficients: (rows, columns, 6 + n) int64.
    """
    height, width = errors.shape
    top, half = (1 << depth) - 1, 1 << depth - 1
    seen = np.zeros(NEIGHBOURS + len(known), np.int64)
    for y in range(height):
        R[y + 2, 0] = R[y + 2, 1] = R[y + 1, 2]
        for x in range(width):
            W = _look(R, known, y, x, seen)
            guess = _guess(W, seen, coefficients[y // block, x // block], depth)
            if decoding:
                R[y + 2, x + 2] = (guess + errors[y, x]) & top
            else:
                errors[y, x] = ((R[y + 2, x + 2] - guess + half) & top) - half
        R[y + 2, width + 2] = R[y + 2, width + 1]
