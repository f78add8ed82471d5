"""The reader's own text in an arithmetic coder: the interval closes in letter by letter, one number says it all.

Exact fractions, those of `entropy.arithmetic` here and BigInt in `intervals.js`.
"""

import math
from collections.abc import Mapping
from fractions import Fraction
from itertools import accumulate
from numbers import Integral

from ...entropy import arithmetic
from .. import plots
from ..checks import checked, measured
from . import kit
from .kit import shown

SCRIPTS = ("word.js", "intervals.js", "own_text.js")
MOST, LETTERS, SHARE = 24, 12, 1 << 16
"""Letters of a text, letters of an alphabet, and the largest count of one."""

LEGEND = "Underlined: digits on which both ends agree, settled for good. Needle: where the number stands."


def own_text(text: str, counts: dict, caption: str, most: int = 12) -> plots.Html:
    """Return a figure in which the reader types a text, and sees its interval close in and the number that says it.

    text: the first one.  counts: letter → how many parts of the interval are its own, two to twelve letters, as for
    `arithmetic.interval`.  most: letters that the reader may type, 24 at most.
    """
    counts = _counts(counts)
    measured("most", most, 1, MOST, Integral)
    if strange := set(checked("text", text, str)) - set(counts):
        raise ValueError(f"{min(strange)!r} has no part of the interval")
    if not 0 < len(text) <= most:
        raise ValueError(f"a text has 1 to {most} letters, not {len(text)}")
    settings = {"text": text, "counts": list(counts.items()), "most": int(most)}
    first = f'<div class="ic-view">{_view(text, counts)}</div>'
    tools = kit.word("Your text", text, list(counts))
    return kit.figure("own-text", first, _verdict(text, counts), settings, SCRIPTS, caption, tools)


def decimal(number: Fraction, digits: int) -> str:
    """Return a fraction from 0 to 1 in decimal, cut after so many digits.

    >>> decimal(Fraction(2, 3), 4)
    '0.6666'
    """
    if not isinstance(number, Fraction | int) or not 0 <= number <= 1:
        raise ValueError(f"a fraction from 0 to 1, not {number!r}")
    cut = str(int(number * 10 ** measured("digits", digits, 1, 1000, Integral))).rjust(digits + 1, "0")
    return f"{cut[:-digits]}.{cut[-digits:]}"


def shortest(low: Fraction, width: Fraction) -> str:
    """Return the fewest decimal digits after the point whose number lies in [low, low + width).

    >>> shortest(Fraction(11, 16), Fraction(1, 16))
    '7'
    """
    arithmetic.shortest(low, width)  # checks both
    low, width, length = Fraction(low), Fraction(width), 0
    while math.ceil(low * 10**length) >= (low + width) * 10**length:
        length += 1
    return f"{math.ceil(low * 10**length):0{length}d}" if length else ""


def _counts(counts):
    """Return the counts, letter → int; `ValueError` where they are none."""
    for letter, count in checked("counts", counts, Mapping).items():
        if len(checked("a letter", letter, str)) != 1 or not letter.isprintable():
            raise ValueError(f"counts are those of single letters, not of {letter!r}")
        measured("a count", count, 1, SHARE, Integral)
    if not 2 <= len(counts) <= LETTERS:
        raise ValueError(f"2 to {LETTERS} letters, not {len(counts)}")
    return {letter: int(count) for letter, count in counts.items()}


def _view(text, counts) -> str:
    """Return the bars and what they mean as HTML; `own_text.js` writes the same."""
    steps = arithmetic.interval(text, counts)
    binary, tenths = arithmetic.shortest(*steps[-1]), shortest(*steps[-1])
    marks = _marks(text, steps, binary)
    rows = [_ends(*step) + _bar(counts, letter, mark)
            for step, letter, mark in zip(steps, [*text, ""], marks, strict=True)]  # fmt: skip
    read = " ".join(f'<span class="ic-packet"><code>{decimal(mark, 4)}</code><small>is in <b>{_seen(letter)}</b>'
                    "</small></span>" for letter, mark in zip(text, marks, strict=False))  # fmt: skip
    words = (f"{_count(len(text), 'bar')}, one a letter of {_seen(text)}, each the chosen slice of the bar above at "
             f"full width; a needle marks 0.{binary or '0'} in all of them")  # fmt: skip
    return (f'<div class="ic-bars" role="img" aria-label="{words}">{"".join(rows)}</div>'
            f'<p class="ic-legend">{LEGEND}</p><dl class="ic-facts"><dt>Shortest number inside</dt>'
            f'<dd>in binary <code>0.{binary or "0"}</code>, which is '
            f"<code>{decimal(marks[0], 4)}{'…' * (len(binary) > 4)}</code>; in decimal "
            f"<code>0.{tenths or '0'}</code>, another one</dd>"
            f"<dt>Cost</dt><dd>{_count(len(binary), 'bit')} after the point; "
            f"ideal, −log<sub>2</sub> of the width: {_ideal(steps):.2f}</dd>"
            f"<dt>Read back</dt><dd>{read}</dd></dl>")  # fmt: skip


def _marks(text, steps, binary):
    """Return where the number stands in each interval, from 0 to 1: what a decoder sees before each letter."""
    number = Fraction(int(binary or "0", 2), 2 ** len(binary))
    return [(number - low) / width for low, width in steps]


def _ends(low, width) -> str:
    """Return both ends of an interval, the digits on which they agree in bold: these are settled."""
    digits = 2
    while 10**digits * width < 100:
        digits += 1
    texts = [decimal(end, digits) for end in (low, low + width)]
    same = next(i for i, (a, b) in enumerate(zip(*texts, strict=True)) if a != b)
    settled = same if same > 2 else 0
    tails = [text[settled:].rstrip("0").rstrip(".") for text in texts]
    ends = [f"<span><b>{texts[0][:settled]}</b>{tail}</span>" for tail in tails]
    return f'<div class="ic-ends">{"".join(ends)}</div>'


def _bar(counts, chosen, mark) -> str:
    total, starts = sum(counts.values()), dict(zip(counts, accumulate(counts.values(), initial=0), strict=False))
    slices = "".join(f'<span class="ic-slice ic-s{k % 7}{" ic-on" if letter == chosen else ""}" '
                     f'style="width:{_percent(count, total)}%"><b>{_seen(letter)}</b></span>'
                     for k, (letter, count) in enumerate(counts.items()))  # fmt: skip
    bar = f'<div class="ic-slices">{slices}<i style="left:{_percent(mark, 1)}%"></i></div>'
    if not chosen:
        return bar
    ends = [_percent(part, total) for part in (starts[chosen], starts[chosen] + counts[chosen])]
    return (f'{bar}<svg class="ic-zoom" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
            f'<path d="M{ends[0]} 0L0 10M{ends[1]} 0L100 10"/></svg>')  # fmt: skip


def _percent(part, whole) -> str:
    cut = int(Fraction(part) / whole * 100_000)
    return f"{cut // 1000}.{cut % 1000:03d}"


def _verdict(text, counts) -> str:
    steps = arithmetic.interval(text, counts)
    bits, ideal = len(arithmetic.shortest(*steps[-1])), _ideal(steps)
    luck = " By luck a number of fewer bits lies inside." if bits < ideal else ""
    return f"{_seen(text)}: {_count(len(text), 'letter')} in {_count(bits, 'bit')}, ideal {ideal:.2f}.{luck}"


def _ideal(steps) -> float:
    width = steps[-1][1]
    return math.log2(width.denominator) - math.log2(width.numerator)


def _seen(text) -> str:
    return shown(text).replace(" ", "␣")


def _count(number, noun) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
