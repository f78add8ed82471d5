"""The modeller of the bit planes: what both sides know of a picture, and how sure the next bit is.

Of each sample both sides keep its *expectation value*, which lies in the interval where the bits so far put it, and its
*error*, how far that fell from what its neighbours foretold.  Where is the middle of the interval, at which the next
bit divides it, among the expectations of the neighbours?

    NN             five questions       0   six neighbours, each in half intervals from the middle
 NW N  NE                               1   the median edge detector's guess, the pixel's own, how uneven it is here
 WW W  x  E                             2   ten neighbours, each above the middle or not
 SW S  SE                               3   across and down
                                        4   the mean, and the error of the channel before (in the first, WW and NN)

Each answer is the address of an adaptive chance of a 1; logistic mixing weighs the five.  Afterwards the sample's
interval is half as wide, and the expectation in it leans towards the neighbours.

`stream` says in which order the planes come.  All integers.  Constants said to be found by trial were not tried on
Kodak's photographs, nor on the 24 others on which the benchmarks measure.  Chapter 10.

Sources: as for `stream`; logistic mixing as for `entropy.mixing`.
"""

from typing import NamedTuple

import numpy as np

from ...core.codec import MAX_PIXELS, check_number
from ...core.kernels import kernel
from ...entropy.arithmetic import certain, decode_bit, encode_bit
from ...prediction.fixed import med

FRACTION = 4
"""Expectation values are in sixteenths, 2**-FRACTION of a grey level; level v is what lies in [16 v, 16 v + 16)."""

QUESTIONS, ANSWERS = 5, 1 << 13
"""Questions, and rows in the table of each: 13 bits, what question 1 takes; the others take 10 to 12."""

RATES = np.array([655360 // (10 * n + 16) for n in range(81)])
"""A chance moves 1 / (n + 1.6) of the way to the n-th bit, in 65536ths: fast at first, later as for n = 80."""

FIRST_WEIGHT = 19660
"""0.3 in 65536ths: five answers that agree count as one and a half, since they largely know the same."""

LEARNING = 6
"""A weight moves by 6/1024 of its answer's log-odds times what the sum missed by.  Found by trial."""

BUSY_LEVELS, BUSY_UNIT = 32, 64
"""How uneven it is here: the spread in 64ths of the half interval, two levels to an octave; two share their weights."""

LEAST_SPREAD = 4
"""A quarter of a level, in sixteenths: neighbours that never erred are not believed beyond it."""

FINE, FINE_REACH = 4, 16
"""Positions in quarters of a unit, four units to either side: 32 of them, 5 bits."""

ROUGH, ROUGH_REACH = 2, 2
"""Positions in halves of a unit, one unit to either side: 4 of them, 2 bits for each of the six neighbours."""

OWN, OWN_REACH = 4, 4
"""Where the pixel's own expectation lies: quarters of half its interval, to either side of the middle, 3 bits."""

COLOUR_WIDE, COLOUR_NEAR = 4, 5
"""An interval of 2**-4 of the range or wider that touches the difference 0 is expected 2**-5 of it from there: a
stream that is cut early shows dull colours rather than wrong ones.  Found by trial."""

MAX_ERROR = 32767
"""Errors are int16."""


def _logistic():
    """Return 65536 / (1 + exp(-x / 256)) for x from -2048 to 2047, and the inverse for 4096 chances: integers only."""
    powers = [1 << 60]
    for _ in range(2048):
        powers.append(powers[-1] * 1157433911791679357 >> 60)  # 2**60 exp(1/256)
    upper = [(power << 16) // (power + (1 << 60)) for power in powers]
    squash = np.array([65536 - p for p in upper[:0:-1]] + upper[:-1])
    return squash, np.clip(np.searchsorted(squash, np.arange(4096) * 16 + 8) - 2048, -2047, 2047)


SQUASH, STRETCH = _logistic()
"""The chance in 65536ths for log-odds of -2048 to 2047 256ths; and the log-odds for a chance in 4096ths."""


class Model(NamedTuple):
    """What both sides know of a picture of `channels` planes; arrays only."""

    expected: np.ndarray  # (channels, height, width) int32: expectation values
    errors: np.ndarray  # (channels, height, width) int16: each less the mean of its neighbours
    chances: np.ndarray  # (channels, QUESTIONS, ANSWERS, 2) int32: chance of a 1 in 65536ths, and how often asked
    weights: np.ndarray  # (channels, BUSY_LEVELS / 2, QUESTIONS) int64: in 65536ths


def new_model(channels: int, height: int, width: int, depth: int) -> Model:
    """Return the model of a picture of which nothing is known: mid-grey, no errors, even chances, even weights."""
    channels, height = check_number("channels", channels, 1, 3), check_number("height", height, 1, 65535)
    width = check_number("width", width, 1, MAX_PIXELS // height)
    home = colour_home(depth)
    expected = np.zeros((channels, height, width), np.int32)
    expected[0], expected[1:] = home >> 1, home + (1 << FRACTION - 1)
    chances = np.zeros((channels, QUESTIONS, ANSWERS, 2), np.int32)
    chances[..., 0] = 1 << 15
    weights = np.full((channels, BUSY_LEVELS // 2, QUESTIONS), FIRST_WEIGHT)
    return Model(expected, np.zeros(expected.shape, np.int16), chances, weights)


def colour_home(depth: int) -> int:
    """Return where a difference of colours is 0, in sixteenths of a level: channels R - G and B - G add 2**depth."""
    return 1 << check_number("depth", depth, 1, 16) + FRACTION


@kernel
def code_plane(samples, expected, errors, guide, plane, home, chances, weights, coder, buffer, decoding):
    """Code bit `plane` of every sample in raster order and move its expectation; False where the bytes run out.

    samples: (h, w) int64 to encode, not looked at when `decoding`.  guide: errors of the channel before, of use where
    `home` says that this channel is a difference: see `_expect`.
    """
    height, width = expected.shape
    half, rows, inputs = 1 << plane + FRACTION, np.zeros(QUESTIONS, np.int64), np.zeros(QUESTIONS, np.int64)
    for y in range(height):
        for x in range(width):
            own, error = int(expected[y, x]), int(guide[y, x]) if home >= 0 else 0
            middle = (own & -2 * half) + half
            around = _around(expected, y, x)
            mean = (around[0] + around[1] + around[2] + around[3]) >> 2
            spread = _spread(errors, y, x, error)
            busy = _ask(around, mean, spread, own, error, middle, half, home >= 0, rows)
            chance = _mix(chances, rows, weights[busy], inputs)
            if decoding and not certain(coder, buffer, chance):
                return False
            if decoding:  # as in `code_bit`; here its call would cost 4 % of the time
                bit = decode_bit(coder, buffer, chance)
            else:
                bit = samples[y, x] >> plane & 1
                encode_bit(coder, buffer, bit, chance)
            _learn(chances, rows, weights[busy], inputs, bit, chance)
            expected[y, x] = _expect(middle if bit else middle - half, half, mean, spread, home)
            errors[y, x] = min(max(int(expected[y, x]) - mean, -MAX_ERROR), MAX_ERROR)
    return True


@kernel
def _around(grid, y, x):
    """Return the neighbours W N E S NW NE SW SE WW NN of a sample; outside the picture it is mirrored."""
    height, width = grid.shape
    up, left = abs(y - 1) % height, abs(x - 1) % width  # -1 becomes 1, or 0 where there is no 1
    down, right = y + 1 if y + 1 < height else max(y - 1, 0), x + 1 if x + 1 < width else max(x - 1, 0)
    far_up, far_left = y - 2 if y > 1 else up, x - 2 if x > 1 else left
    return (
        int(grid[y, left]), int(grid[up, x]), int(grid[y, right]), int(grid[down, x]),
        int(grid[up, left]), int(grid[up, right]), int(grid[down, left]), int(grid[down, right]),
        int(grid[y, far_left]), int(grid[far_up, x]),
    )  # fmt: skip


@kernel
def _spread(errors, y, x, error):
    """Return how far expectations usually err here: the mean of the errors around, W and N counted twice."""
    w, n, e, s, nw, ne, _, _, _, _ = _around(errors, y, x)
    return LEAST_SPREAD + ((2 * abs(w) + 2 * abs(n) + abs(e) + abs(s) + abs(nw) + abs(ne) + abs(error)) >> 3)


@kernel
def _ask(around, mean, spread, own, error, middle, half, guided, rows):
    """Write the row of each question's table that the neighbours choose; return which weights to mix with.

    Positions are relative to the middle of the interval.  Their unit is the half interval or the usual error, whichever
    is smaller: the wider of the two decides nothing.
    """
    w, n, e, s, nw, ne, _, _, ww, nn = around
    unit = min(half, spread)
    busy = min(_half_octaves(BUSY_UNIT * spread // half), BUSY_LEVELS - 1)
    rows[0] = 0
    for value in (w, n, e, s, nw, ne):
        rows[0] = rows[0] << 2 | _position(value - middle, half, ROUGH, ROUGH_REACH)
    rows[1] = (busy << 5 | _fine(med(w, n, nw) - middle, unit)) << 3 | _position(own - middle, half, OWN, OWN_REACH)
    rows[2] = 0
    for value in around:  # comparisons, after Kikuchi
        rows[2] = rows[2] << 1 | (value > middle)
    across, down = _fine((w + e >> 1) - middle, unit), _fine((n + s >> 1) - middle, unit)
    rows[3] = across << 5 | down
    beside = _fine(error, spread) if guided else _fine((ww + nn >> 1) - middle, unit)
    rows[4] = _fine(mean - middle, unit) << 5 | beside
    return busy >> 1


@kernel
def _fine(distance, unit):
    """Return the position of `distance` in five bits."""
    return _position(distance, unit, FINE, FINE_REACH)


@kernel
def _position(distance, unit, steps, limit):
    """Return `distance` in `steps` to the unit, from 0 to 2 * limit - 1; `limit` stands for 0."""
    return min(max(distance * steps // unit, -limit), limit - 1) + limit


@kernel
def _half_octaves(value):
    """Return twice the binary logarithm of `value`, roughly."""
    twice = 0
    while value >= 4:
        value, twice = value >> 1, twice + 2
    return twice + (value >> 1)


@kernel
def _mix(chances, rows, weights, inputs):
    """Return the chance of a 1 in 65536ths: the logistic of a weighted sum of the answers' log-odds, the `inputs`."""
    total = 0
    for i in range(QUESTIONS):
        inputs[i] = STRETCH[chances[i, rows[i], 0] >> 4]
        total += weights[i] * inputs[i]
    return SQUASH[min(max(total >> 16, -2047), 2047) + 2048]


@kernel
def _learn(chances, rows, weights, inputs, bit, chance):
    """Move each answer towards the bit; raise the weight of those that leaned to the bit's side, lower the others'.

    An answer leans to the side of its log-odds' sign.  Its weight moves in proportion to how far it leaned and how far
    the mixed chance missed the bit, which is the slope of the bit's cost; it does not matter whether the answer alone
    would have been nearer than the mixture.
    """
    error = (bit << 16) - chance
    for i in range(QUESTIONS):
        weights[i] += (LEARNING * inputs[i] * error + (1 << 17)) >> 18
        answer, times = chances[i, rows[i], 0], chances[i, rows[i], 1]
        chances[i, rows[i], 0] = answer + ((bit * 65535 - int(answer)) * RATES[times] >> 16)
        chances[i, rows[i], 1] = min(times + 1, len(RATES) - 1)


@kernel
def _expect(low, half, mean, spread, home):
    """Return the expectation value in [low, low + half): the middle, drawn towards `mean` where neighbours agree.

    home: `colour_home`, or -1 where the channel is no difference; colours are seldom strong.
    """
    if half == 1 << FRACTION:
        return low + (half >> 1)
    middle, reach = low + (half >> 1), (half >> 1) - 1
    if home in (low, low + half) and half >= home >> COLOUR_WIDE:
        return home + (home >> COLOUR_NEAR if low == home else -(home >> COLOUR_NEAR))
    return middle + min(max(mean - middle, -reach), reach) * half // (2 * half + 4 * spread)
