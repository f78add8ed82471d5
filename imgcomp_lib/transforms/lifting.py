"""The loops of `dwt`: steps of lifting along columns and along rows.

A row of a plane is one piece of memory and a column is not, so columns are lifted a strip of them at a time, each step
on whole rows; rows are lifted while their samples are being put together from two bands.  Chapter 15.
"""

from ..core.kernels import kernel

STRIP = 64
"""Columns that are lifted together, all steps one after the other: they stay in the processor's nearest memory."""


@kernel
def lift_real(plane, odd, steps, back):
    """Add to each sample of a step's places its weight times two others, in place; `back`, take it away again."""
    height, width = plane.shape
    for left in range(0, width, STRIP):
        for s in range(len(steps)):
            step = steps[len(steps) - 1 - s] if back else steps[s]
            weight = -step[1] if back else step[1]
            for y in range((int(step[0]) + odd) % 2, height, 2):
                first, second = mirrored(y + int(step[2]), height), mirrored(y + int(step[3]), height)
                for x in range(left, min(left + STRIP, width)):
                    plane[y, x] += weight * (plane[first, x] + plane[second, x])


@kernel
def lift_whole(plane, odd, steps, back):
    """Do the same with whole numbers: half the sum away from odd places, a quarter of it onto even ones, rounded."""
    height, width = plane.shape
    for left in range(0, width, STRIP):
        for s in range(len(steps)):
            step = steps[len(steps) - 1 - s] if back else steps[s]
            at_odd, sign = int(step[0]), -1 if back else 1
            for y in range((at_odd + odd) % 2, height, 2):
                first, second = mirrored(y + int(step[2]), height), mirrored(y + int(step[3]), height)
                for x in range(left, min(left + STRIP, width)):
                    both = plane[first, x] + plane[second, x]
                    plane[y, x] += sign * (-(both >> 1) if at_odd else (both + 2) >> 2)  # T.800, F.4.8.1


@kernel
def mirrored(y, height):
    """Return the place of a sample one outside the plane, mirrored at its edge."""
    return 1 if y < 0 else height - 2 if y >= height else y


@kernel
def rows_back_real(low, right, below, both, y, x, steps, scale, plane):
    """Interleave the rows of four bands, and take the steps, of which the last stands first, away from each row."""
    height, width = plane.shape
    for row in range(height):
        first, second = (low[row // 2], right[row // 2]) if row % 2 == y else (below[row // 2], both[row // 2])
        line = plane[row]
        if width == 1:
            line[0] = second[0] / 2 if x else first[0]
            continue
        for i in range(len(first)):
            line[2 * i + x] = first[i] * scale
        for i in range(len(second)):
            line[2 * i + 1 - x] = second[i] / scale
        for step in steps:
            begin, one, other = (int(step[0]) + x) % 2, int(step[2]), int(step[3])
            for i in range(begin, width, 2):
                if 0 < i < width - 1:
                    line[i] -= step[1] * (line[i + one] + line[i + other])
                else:
                    line[i] -= step[1] * (line[mirrored(i + one, width)] + line[mirrored(i + other, width)])


@kernel
def rows_back_whole(low, right, below, both, y, x, steps, plane):
    """Do the same with whole numbers."""
    height, width = plane.shape
    for row in range(height):
        first, second = (low[row // 2], right[row // 2]) if row % 2 == y else (below[row // 2], both[row // 2])
        line = plane[row]
        if width == 1:
            line[0] = (second[0] + (second[0] < 0)) >> 1 if x else first[0]
            continue
        for i in range(len(first)):
            line[2 * i + x] = first[i]
        for i in range(len(second)):
            line[2 * i + 1 - x] = second[i]
        for step in steps:
            at_odd, one, other = int(step[0]), int(step[2]), int(step[3])
            for i in range((at_odd + x) % 2, width, 2):
                sum_ = line[mirrored(i + one, width)] + line[mirrored(i + other, width)]
                line[i] -= -(sum_ >> 1) if at_odd else (sum_ + 2) >> 2
