"""The drawings of chapter 7: intervals, the window of digits, coins, chances, and an eye that came back wrong."""

from math import log2

import numpy as np

from imgcomp_lib.measure import images
from imgcomp_lib.pages import explore, plots
from imgcomp_lib.pages.hands import intervals

TONES = {"s": "sky", "c": "orange", "l": "green"}
PALE = {"s": "#cfe1f7", "c": "#f9dcbf", "l": "#c6e6d8"}
"""The slices that were not chosen."""


def eye(sent, returned):
    """Show the eye that was encoded and the one that was decoded, every second pixel twice as wide and high."""
    twice = np.ones((2, 2, 1), np.uint8)
    return plots.show(
        [np.kron(sent[::2, ::2], twice), np.kron(returned[::2, ::2], twice)],
        ["encoded", "decoded by the changed decoder"],
        "The back of a healthy eye. Look at the upper fifth of the right-hand picture, which is sound; then the "
        "colour planes go wrong, one after "
        f"another. {sent.shape[0]} × {sent.shape[1]} pixels; every second row and column is shown. "
        f"{images.credit('retina')}",
        [
            "The fundus of an eye, an orange disc with fine vessels",
            "The same disc, right at the top; then, in three bands, more and more coloured noise",
        ],
    )


def interval(row, shares, steps):
    """Step through the closing of the interval, the line before a symbol above and the chosen slice below."""
    labels = ["the whole line"]
    for n, (_, width) in enumerate(steps[1:], 1):
        labels.append(f"{row[:n]}: width {float(width):.7f}".rstrip("0") + f", {-log2(width):.2f} bits")
    return explore.stepper(
        [_closing(row, shares, steps, n) for n in range(len(steps))],
        labels,
        "The line cut into sky, coat and lawn; the chosen stretch is magnified below. {label}",
        start=4,
        caption="Above, the line before a pixel; below, the stretch that the pixel chose, magnified to full "
        "width, with its true ends as numbers. "
        "A pixel of sky (s) keeps 0.7 of the width and adds 0.51 bits, a pixel of lawn (l) keeps a tenth and "
        "adds 3.32. "
        "The bits in the label are the logarithm of 1 over the width.",
    )


def _closing(row, shares, steps, done):
    fig, ax = plots.axes(5.6, 2.5)
    low, width = steps[done]
    _cut(ax, 0, shares, low, width)
    if done:
        name, (before, wide) = row[done - 1], steps[done - 1]
        start, total = float((low - before) / wide), sum(shares.values())
        _cut(ax, 1, shares, before, wide, name)
        for x, end in ((0, start), (1, start + shares[name] / total)):
            ax.plot((x, end), (0.17, 0.83), color=plots.INK, lw=0.8, alpha=0.6)
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.5, 1.5))
    ax.axis("off")
    return fig


def _cut(ax, y, shares, low, width, chosen=None):
    start, total = 0, sum(shares.values())
    for name, count in shares.items():
        share, colour = count / total, plots.COLOURS[TONES[name]]
        colour = colour if chosen in (None, name) else PALE[name]
        ax.barh(y, share, 0.34, start, color=colour, ec=plots.INK, lw=0.6)
        ink = plots.ink_on(colour)
        ax.text(start + share / 2, y, name, ha="center", va="center", size=11.5, color=ink, weight="bold")
        start += share
    for at, value, side in ((0, low, "left"), (1, low + width, "right")):
        text = f"{float(value):.10f}".rstrip("0").ljust(3, "0")
        above = y > 0 or chosen is not None
        ax.text(at, y + (0.24 if above else -0.24), text, ha=side, va="bottom" if above else "top", size=9.5)


def straddle(low, width):
    """Draw an interval that lies astride a round number, in the window of three digits."""
    fig, ax = plots.axes(6, 1.7)
    for digit in range(2, 4):
        ax.barh(0, 100, 0.34, 100 * digit, fill=False, ec=plots.INK, lw=0.8)
        ax.text(100 * digit + 50, -0.34, f"begin with {digit}", ha="center", va="center", size=10)
    for start, end, colour in ((low, 300, "sky"), (300, low + width, "orange")):
        ax.barh(0, end - start, 0.34, start, color=plots.COLOURS[colour])
    for at in (200, 300, 400):
        ax.text(at, 0.26, at, ha="center", va="bottom", size=9.5)
    for at, side in ((low, "right"), (low + width, "left")):
        ax.plot((at, at), (0.17, 0.52), color=plots.INK, lw=0.8)
        ax.text(at, 0.56, f"{'low' if at == low else 'low + width'} = {at}", ha=side, va="bottom", size=9.5)
    ax.set(xlim=(195, 405), ylim=(-0.5, 0.85))
    ax.axis("off")
    return plots.figure(
        fig,
        f"The interval from {low} to {low + width}, within the numbers from 200 to 399. Its blue part begins with "
        "a 2 and its orange part with a 3, "
        "so, narrow as the interval is, its first digit is open.",
        f"A line from 200 to 400 with a mark at 300; a bar from {low} to {low + width} lies across the mark",
    )


def odometer(row, log, number, send):
    """Step through the window of three digits: what is on the paper, low as digits, and the interval as a bar."""
    frames, labels = [_window([], 0, 1000)], ["nothing yet: low 0, width 1000"]
    for n, (before, low, width) in enumerate(log):
        digits, value, wide, what = list(before), low, width, f"{row[: n + 1]}: low {low}, width {width}"
        while wide < 100:
            value, wide = send(digits, value, 10, 3), 10 * wide
        frames.append(_window(before, low, width))
        labels.append(what + (" → carry!" if low >= 1000 else " → too narrow" if width < 100 else ""))
        if digits != before:
            frames.append(_window(digits, value, wide))
            old, new = ("".join(map(str, part)) for part in (before, digits[:-1]))
            labels.append(f"sent {digits[-1]}" + (f", and {old} has become {new}" if low >= 1000 else ""))
    frames.append(_window(number, value, wide, "left over"))
    labels.append("the end: low is rounded up, and its first digit is sent")
    return explore.stepper(
        frames,
        labels,
        "Digits sent, the window of three digits, and the interval as a bar. {label}",
        start=next(i for i, label in enumerate(labels) if label.endswith("carry!")),
        caption="Orange boxes: digits on the paper. Blue boxes: the three digits of low. The bar is "
        "the interval, and the frame, from 0 to 1000, is the window. Wherever the bar "
        "reaches across the right edge of the frame, a carry may still come. Where a step says *carry!* it has "
        "come, and the red 1 finds no room in the window.",
    )


def _window(sent, low, width, name="low"):
    fig, ax = plots.axes(5.4, 2)
    over = low >= 1000
    ax.text(0, 2.3, "on paper: 0.", va="center", size=10.5)
    _digits(ax, 2.6, "".join(map(str, sent)), ["orange"] * 9)
    ax.text(6.5, 2.3, name, va="center", ha="right", size=10.5)
    _digits(ax, 7.1 if over else 7.82, f"{low:03d}", ["red"] * over + ["blue"] * 3)
    if over:
        bend = {"arrowstyle": "->", "color": plots.COLOURS["red"], "lw": 1.5, "connectionstyle": "arc3,rad=0.25"}
        ax.annotate("", (2.6 + 0.72 * (len(sent) - 1), 2.75), (7.1, 2.75), arrowprops=bend)
    ax.barh(0.9, width / 200, 0.44, low / 200, color=plots.COLOURS["blue"])
    ax.barh(0.9, 1000 / 200, 0.6, 0, fill=False, ec=plots.INK, lw=0.8)
    for mark in (0, 500, 1000, 1500, 2000):
        ax.text(mark / 200, 0.45, mark, ha="center", va="top", size=9)
    ax.set(xlim=(-0.2, 10.2), ylim=(0, 3.5))
    ax.axis("off")
    return fig


def _digits(ax, x, text, colours):
    for i, (digit, colour) in enumerate(zip(str(text), colours, strict=False)):
        box = {"boxstyle": "square,pad=0.25", "fc": "none", "ec": plots.COLOURS[colour], "lw": 1.8}
        ax.text(x + 0.72 * i, 2.3, digit, ha="center", va="center", size=15, family="monospace", bbox=box)


def window_loss(kept, excess, count):
    """Draw how far above the ideal the coder is, by the bits of its window."""
    fig, ax = plots.axes(5, 2.4)
    ax.semilogy(kept, [100 * e for e in excess], "o-")
    ax.set(xlabel="bits kept of low and width", ylabel="above the ideal, % (log scale)")
    ax.set_yticks([10, 1, 0.1, 0.01, 0.001], ["10", "1", "0.1", "0.01", "0.001"])
    ax.minorticks_off()
    return plots.figure(
        fig,
        "Each further bit in the window roughly halves the loss; the scale is logarithmic. A piece of the camera, "
        f"{count:,} pixels, with shares in 4096ths, "
        "coded by our encode with base=2. The library keeps 56 bits.",
        f"A curve that falls from {100 * excess[0]:.0f} per cent at 14 bits to a few thousandths of a per cent at "
        "24",
    )


def coins(ps, cost):
    """Draw what bent coins cost by each code."""
    fig, ax = plots.axes(5.4, 2.6)
    line = np.linspace(0.5, 0.999, 200)
    entropy = -line * np.log2(line) - (1 - line) * np.log2(1 - line)
    ax.plot(line, entropy, "--", color=plots.INK, label="entropy")
    ax.plot((0.5, 1), (1, 1), color=plots.COLOURS["orange"], label="Huffman")
    ax.plot(ps, cost, "o", color=plots.COLOURS["blue"], label="arithmetic")
    ax.set(xlabel="probability of heads", ylabel="bits a toss", ylim=(0, 1.08), xlim=(0.49, 1.01))
    ax.legend(loc="lower left")
    return plots.figure(
        fig,
        "The points follow the dashed curve down to nothing, while Huffman stays at one bit. A point can lie a "
        "little off the curve, because 20,000 tosses "
        "never show exactly the odds of their coin.",
        "A dashed curve that falls from 1 to 0, with points on it, under a flat line at 1",
    )


def verbs():
    """Draw who says what to whom, when a pixel is sent and when it is received."""
    fig, (top, bottom) = plots.axes(4.4, 4.9, 2, 1)
    _party(top, "sending", [("modeller → coder", "put(start, count, total)", "this is the pixel's slice")])
    _party(
        bottom,
        "receiving",
        [
            ("coder → modeller", "get(total)", "the number is in this part"),
            ("modeller → coder", "advance(start, count, total)", "this slice owns it"),
        ],
    )
    return plots.figure(
        fig,
        "Who says what, for one pixel. Sending takes one message and receiving takes two, because the receiver's "
        "modeller has to be told where the number lies "
        "before it can say whose slice that is. The modeller counts the pixel last, on both sides.",
        "Two panels with a modeller and a coder each, one above the other. Sending: one arrow from modeller to coder, "
        "put. Receiving: an arrow back, get, then one forth, advance",
    )


def _party(ax, title, messages):
    for y, name, colour in ((1.0, "modeller", "sky"), (0.0, "coder", "orange")):
        box = {"boxstyle": "round,pad=0.4", "fc": plots.COLOURS[colour], "ec": plots.INK, "lw": 0.8}
        ax.text(0.14, y, name, ha="center", va="center", size=11, color=plots.ink_on(colour), bbox=box)
    ax.text(0.14, 1.42, title, ha="center", size=11, weight="bold")
    for i, (way, call, meaning) in enumerate(messages):
        x, down = 0.06 + 0.16 * i, way.startswith("modeller")
        x = 0.14 if len(messages) == 1 else x
        start, end = ((x, 0.82), (x, 0.2)) if down else ((x, 0.2), (x, 0.82))
        ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": plots.INK, "lw": 1.4})
        y = 0.62 - 0.36 * i if len(messages) > 1 else 0.5
        ax.text(0.34, y, call, family="monospace", size=9, va="bottom")
        ax.text(0.34, y - 0.03, meaning, size=9.5, va="top")
    ax.set(xlim=(-0.1, 1.15), ylim=(-0.35, 1.6))
    ax.axis("off")


def estimates(line, track):
    """Draw how a quick and a slow chance follow the answers along two rows, and their mean."""
    fig, ax = plots.axes(6.4, 3)
    ax.plot(track[:, 0], lw=0.8, color=plots.COLOURS["orange"], label="quick, by 1/16")
    ax.plot(track[:, 1], lw=1.2, color=plots.COLOURS["blue"], label="slow, by 1/128")
    ax.plot(track[:, :2].mean(1), lw=2, color=plots.INK, label="their mean")
    ax.imshow(line[None], cmap="gray", vmin=0, vmax=1, extent=(0, len(line), 1.05, 1.15), aspect="auto")
    ax.plot([0, len(line), len(line), 0, 0], [1.05, 1.05, 1.15, 1.15, 1.05], color=plots.INK, lw=0.8)
    ax.set(xlabel="pixels, two rows one after the other", ylabel="chance of a yes")
    ax.set(ylim=(0, 1.17), xlim=(0, len(line)), yticks=(0, 0.5, 1))
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)
    return plots.figure(
        fig,
        "Watch the thick line where the strip changes. The strip shows the answers to “128 or more?” along two rows "
        "of the camera, white for yes. The quick estimate notices the coat at once but is jumpy; the slow one is "
        "steady but late. The library uses their mean.",
        "Three curves between 0 and 1: one jumps between the extremes with the answers, one follows slowly, and "
        "a thick one runs between them",
    )


def price_maps(window, ways):
    """Show what each pixel costs by three models."""
    names = ("a table, sent", "questions", "questions, left known")
    maps = [(14 * ways[name]).clip(0, 255).astype(np.uint8).reshape(window.shape) for name in names]
    return plots.show(
        [window, *maps],
        ["the photograph", *(f"{name}: {ways[name].mean():.2f} bits" for name in names)],
        "What each pixel costs: the brighter, the more, up to 18 bits for white. The table charges the same price for "
        "a grey wherever it occurs. The questions soon "
        "know that they are in the sky or in the coat. With the left neighbour known, it is the outlines that "
        f"cost most. {images.credit('camera')}",
        [
            "A man in a dark coat behind a camera on a tripod",
            "The scene in flat patches, edges hardly brighter than the rest",
            "Sky and coat darker, edges bright on grey",
            "Dark sky and dark coat, bright outlines",
        ],
    )


def broken(window, lost):
    """Show the picture that was sent, and the one read from a stream with one bit flipped."""
    return plots.show(
        [window, lost],
        ["sent", "one bit flipped"],
        "The flipped bit is in the middle of the stream of our counting model. Above it everything is right, and "
        "below it nothing ever comes back.",
        ["A man in a dark coat behind a camera on a tripod", "The upper part of the same picture, below it noise"],
    )


def parting(states, spot):
    """Show the two decoders around the pixel where their steps part."""
    rows = []
    for at in range(spot - 1, len(states)):
        (step, low, width, level), (other, low2, _, read) = states[at]
        rows.append(
            {
                "pixel": at,
                "step, `//`": step,
                "step, changed": other,
                "apart": _power(abs(low - low2) / width) if level == read else "–",
                "level": level,
                "level read": read,
            }
        )
    return plots.table(
        rows,
        "The two decoders around the fatal pixel. Apart: how far the two numbers called `low` lie from each "
        "other, measured in widths of the interval. In the last row they lie in different slices and cannot be "
        "compared.",
    )


def _power(value):
    """Return a number as a power of two."""
    if not value:
        return "0"
    return "2" + f"{round(log2(value))}".translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def apart(spot, victim, gap, worth):
    """Draw how the distance between the two decoders grows until it is as wide as a slice."""
    fig, ax = plots.axes(5.4, 2.8)
    places = range(spot, victim + 1)
    ax.plot(places[:-1], gap, "o-", color=plots.COLOURS["orange"])
    ax.axhline(-worth, color=plots.INK, ls="--", lw=1)
    ax.axvline(victim, color=plots.COLOURS["red"], ls=":")
    ax.text(spot, 0.8 - worth, "as wide as the next level's slice", va="bottom", size=9.5)
    ax.text(victim - 0.08, min(gap), "first wrong level", size=9.5, ha="right")
    ax.set(xlabel="pixel", ylabel="log₂ of the distance", xticks=places, ylim=(min(gap) - 3, 2))
    ax.set_xticklabels([f"{p:,}" for p in places])
    return plots.figure(
        fig,
        "How far the two decoders are apart, in widths of the interval, on a logarithmic scale. Every pixel "
        "magnifies the interval, and the error with it, until the error is about as wide as the slice of the next "
        "level. There the two go into different slices.",
        f"A line that climbs steeply from {gap[0]:.0f} to {gap[-1]:.0f} within a few pixels, where it meets a "
        "dashed line",
    )


def ledger(rows):
    """Show the book's four pictures by each codec so far."""
    return plots.table(
        rows,
        "The ledger of the book: bytes of whole files, and processor seconds for all four pictures. "
        "`Arithmetic` is model 2; PNG is written by Pillow "
        f"with `optimize=True`. {images.credits(['cat', 'coffee'])} `letter`: a fax "
        "page.",
        {"encode, s": ".2f", "decode, s": ".2f"},
    )


def own_text(text, shares):
    """Let the reader type a text."""
    caption = (
        "The topmost line is cut by the shares, and each line below it is the slice that a letter chose, "
        "magnified. At the bottom stands the shortest number "
        "in the last slice, and what a decoder reads from it."
    )
    return intervals.own_text(text, shares, caption)
