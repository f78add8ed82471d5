"""Backward-adaptive least squares: a linear predictor whose weights are learnt anew at every sample.

A guess is a weighted sum of n known samples, its regressors.  The best weights for the picture so far solve A w = b:

    A = sum of k v v'       v: the regressors at an earlier sample, t: what that sample was
    b = sum of k v t        k: how much it counts, 1 nearby in calm parts, little far away or amid noise

`A` and `b` are kept as one array, the sums of v v' with the target as last entry of v.

    . . . . . . .           How far an earlier sample counts falls by `decay` for each step across and each step up.
    . 3 2 1 2 3 .           That makes the sums cheap: those of this row so far (`gather`), and those of all rows
    3 2 1 0 1 2 3           above, one array for each column, brought up to date by one walk back along each finished
    2 1 x                   row (`sweep_back`).  No window is ever summed up again.

Solving is Gauss's elimination (`guesses`).  One more row, the regressors of the sample to guess, is eliminated along:
what is subtracted from its last entry is v' A**-1 b, the guess itself.  After k steps it is the guess from the first k
regressors alone: shorter guesses fall out for nothing.

Every loop adds a multiple of one row to another, so that a compiler may do eight columns at once without changing the
order in which any sum is formed: same bits compiled and plain.  Chapter 11; chapter 9 does it block by block.

Sources: X. Li and M. T. Orchard, "Edge-directed prediction for lossless compression of natural images", IEEE Trans.
Image Processing 10(6), 2001, doi:10.1109/83.923277; B. Meyer and P. Tischer, "GLICBAWLS: grey level image compression
by adaptive weighted least squares", Data Compression Conference, 2001 (the sums that decay in two directions).
"""

from ..core.codec import check_number
from ..core.kernels import inner

RIDGE = 1.0
"""Added to the diagonal of A: with nothing learnt all weights are 0."""

REACH = 3
"""The frame that a caller keeps around its samples is as wide."""

LANES = 8
"""Float64s that a processor adds at once: rows are padded to multiples, so that loops over j need no rest."""


def neighbours(causal: bool, count: int) -> list[tuple[int, int]]:
    """Return the (dy, dx) of the `count` nearest samples: those already coded, or all around and the place itself.

    None is further than `REACH` rows or columns, so there are 24, or all 49; `ValueError` for more.

    >>> neighbours(True, 4), neighbours(False, 3)
    ([(-1, 0), (0, -1), (-1, -1), (-1, 1)], [(0, 0), (-1, 0), (0, -1)])
    """
    side = range(-REACH, REACH + 1)
    places = [(dy, dx) for dy in side for dx in side if not causal or (dy, dx) < (0, 0)]
    count = check_number("count", count, 0, len(places))
    return sorted(places, key=lambda place: (place[0] ** 2 + place[1] ** 2, place))[:count]


@inner
def room(n):
    """Return the side of the arrays for n regressors and a target: a multiple of 8, what a processor adds at once."""
    return (n + LANES) // LANES * LANES


@inner
def regressors(samples, plane, y, x, offsets, v):
    """Fill v with the samples at the n `offsets` (plane, dy, dx), each less its plane's mean of left and upper sample.

    samples: (planes, height, width) float64, framed.  offsets: (n, 3) int64.  v: (room,) float64.
    Returns that mean in `plane`, to which guesses are relative: a brighter picture has the same weights.
    """
    for i in range(len(offsets)):
        p = offsets[i, 0]
        base = (samples[p, y, x - 1] + samples[p, y - 1, x]) * 0.5
        v[i] = samples[p, y + offsets[i, 1], x + offsets[i, 2]] - base
    return (samples[plane, y, x - 1] + samples[plane, y - 1, x]) * 0.5


@inner
def gather(sums, running, n):
    """Add to a column's sums those of this row so far; after that they hold all that the sample may learn from.

    sums, running: (room, room) float64, of which the lower half counts.
    """
    for i in range(n + 1):
        for j in range((i >> 3) + 1 << 3):
            sums[i, j] += running[i, j]


@inner
def absorb(running, v, weight, decay, n):
    """Add a sample that is known by now, v with its target in v[n], to the row's sums, and step on by one column.

    running: (room, room) float64, of which the lower half counts.  v: (room,) float64.
    """
    for i in range(n + 1):
        factor = weight * v[i]
        for j in range((i >> 3) + 1 << 3):
            running[i, j] = decay * (running[i, j] + factor * v[j])


@inner
def sweep_back(sums, running, rows, weights, decay, n):
    """Walk back along a finished row: give each column's `sums` what lies at its place and to the right of it.

    sums: (width, room, room) float64.  running: (stride, room, room), one for each phase: with a stride of 2, odd
    columns learn from odd ones alone.  rows, weights: (width, room) and (width,), v and the weight of each sample of
    the row.  The sums end `stride` rows further down.
    """
    running[:] = 0.0
    for x in range(len(weights) - 1, -1, -1):
        so_far = running[x % len(running)]
        for i in range(n + 1):
            factor = weights[x] * rows[x, i]
            for j in range((i >> 3) + 1 << 3):
                total = so_far[i, j] + factor * rows[x, j]
                sums[x, i, j] = decay * (sums[x, i, j] + total)
                so_far[i, j] = decay * total


@inner
def guesses(sums, v, n, cuts, work, out):
    """Fill `out` with the guesses from the first cuts[0], cuts[1], ... regressors; cuts[-1] is n.

    sums: (room, room) float64.  v: (room,) float64.  cuts, out: (c,) int64 and float64.
    work: (room, room) float64 to work in.  Row k of the eliminated system stays in its upper half, column n is b.
    """
    width, cut = room(n), 0
    _fill(sums, v, n, work)
    for k in range(n):
        pivot = work[k, k] if work[k, k] > 0.5 * RIDGE else 0.5 * RIDGE  # rounding must not eat the ridge
        for i in range(k + 1, n):
            factor = work[k, i] / pivot
            for j in range(i >> 3 << 3, width):
                work[i, j] -= factor * work[k, j]
        factor = work[n, k] / pivot
        for j in range(k + 1 >> 3 << 3, width):
            work[n, j] -= factor * work[k, j]
        if k + 1 == cuts[cut]:
            out[cut] = -work[n, n]
            cut += 1


@inner
def _fill(sums, v, n, work):
    """Copy A with its ridge, b as column n, and v as row n into `work`, (room, room) float64."""
    for i in range(n):
        for j in range(i + 1):
            work[j, i] = sums[i, j]
        work[i, i] += RIDGE
        work[i, n] = sums[n, i]
        work[n, i] = v[i]
    work[n, n] = 0.0
