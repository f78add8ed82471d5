"""The loops of progressive scans of AC coefficients: a band Ss to Se of one component (ITU-T T.81, G.1.2.2, G.1.2.3).

A first scan brings the high bits of a band, all but the last Al.  A refining one brings one bit more: for each level
that is not 0 a bit, whether its size grows, and between these bits, by runs over levels that are 0 so far, the new
ones.  EOBn ends 2**n blocks or more at once.

What is said in `scan_decoder` of levels, plans and damage holds here.  Chapter 14.
"""

from ...core.kernels import kernel
from .scan_bits import ENDS, FINE, NO_CODE, NO_CORRECTION, RESTART, TOO_FAR, TOO_LARGE, closed, extend, peek, symbol
from .scan_decoder import AC, OFFSET, STRIDE


@kernel
def first_band(bits, ends, plan, tables, levels, per_row, count, interval, Ss, Se, Al):
    """Decode the first scan of a band, in blocks instead of MCUs; return how many came, and what stopped them."""
    position, block = 0, 0
    for i in range(len(ends)):
        last = min(block + interval, count)
        while block < last:
            base = plan[0, OFFSET] + 64 * (block // per_row * plan[0, STRIDE] + block % per_row)
            position, run, wrong = _first(bits, position, plan[0, AC], tables, levels, base, Ss, Se, Al)
            if wrong == FINE and position > ends[i]:
                wrong = ENDS
            if wrong == FINE and block + run > last:
                wrong = TOO_FAR
            if wrong != FINE:
                return block, wrong
            block += run
        wrong = closed(bits, position, ends[i])
        if wrong != FINE:
            return block, wrong
        position = int(ends[i])
    return block, FINE if block == count else RESTART


@kernel
def _first(bits, position, row, tables, levels, base, Ss, Se, Al):
    """Decode the band of a block (G.1.2.2); return how many blocks it ends."""
    k = Ss
    while k <= Se:
        word = peek(bits, position)
        found = symbol(tables, row, word)
        length, run, size = found & 31, found >> 9, found >> 5 & 15
        if found == 0:
            return position, 1, NO_CODE
        if size == 0 and run < 15:  # EOBn
            return position + length + run, (1 << run) + (word >> 32 - length - run & (1 << run) - 1), FINE
        position += length + size
        k += run
        if k > Se:
            return position, 1, TOO_FAR
        if size + Al > 15:
            return position, 1, TOO_LARGE
        if size > 0:
            levels[base + k] = extend(word >> 32 - length - size & (1 << size) - 1, size) << Al
        k += 1
    return position, 1, FINE


@kernel
def next_band(bits, ends, plan, tables, levels, per_row, count, interval, Ss, Se, Al):
    """Decode a refining scan of a band, in blocks instead of MCUs; return how many came, and what stopped them."""
    position, done = 0, 0
    for i in range(len(ends)):
        ended = 0  # EOBRUN
        for block in range(done, min(done + interval, count)):
            base, k, wrong = plan[0, OFFSET] + 64 * (block // per_row * plan[0, STRIDE] + block % per_row), Ss, FINE
            if ended == 0:
                position, k, ended, wrong = _next(bits, position, plan[0, AC], tables, levels, base, Ss, Se, Al)
            if ended > 0:
                position, k, _ = _correct(bits, position, levels, base, k, Se, Al, 64)
                ended -= 1
            if wrong == FINE and position > ends[i]:
                wrong = ENDS
            if wrong != FINE:
                return block, wrong
        done = min(done + interval, count)
        wrong = TOO_FAR if ended > 0 else closed(bits, position, ends[i])
        if wrong != FINE:
            return done, wrong
        position = int(ends[i])
    return done, FINE if done == count else RESTART


@kernel
def _next(bits, position, row, tables, levels, base, Ss, Se, Al):
    """Refine the band of a block (G.1.2.3); return position, k, blocks that end with it, and what is wrong."""
    k = Ss
    while k <= Se:
        word = peek(bits, position)
        found = symbol(tables, row, word)
        length, run, size = found & 31, found >> 9, found >> 5 & 15
        if found == 0:
            return position, k, 0, NO_CODE
        if size > 1:
            return position, k, 0, NO_CORRECTION
        if size == 0 and run < 15:  # EOBn
            return position + length + run, k, (1 << run) + (word >> 32 - length - run & (1 << run) - 1), FINE
        position, k, left = _correct(bits, position + length + size, levels, base, k, Se, Al, run)
        if k > Se or left > 0:
            return position, k, 0, TOO_FAR
        if size == 1:
            levels[base + k] = 1 << Al if word >> 31 - length & 1 else -1 << Al
        k += 1
    return position, k, 0, FINE


@kernel
def _correct(bits, position, levels, base, k, Se, Al, run):
    """Read the bits of levels that are not 0, up to a 0 behind `run` others; return position, its k, and run left."""
    while k <= Se:
        level = levels[base + k]
        if level == 0:
            if run == 0:
                break
            run -= 1
        else:
            if peek(bits, position) >> 31:
                levels[base + k] = level + (1 << Al) if level > 0 else level - (1 << Al)
            position += 1
        k += 1
    return position, k, run
