"""The drawings of chapter 13: eight cosines, what is drawn with them, a flow graph, mirrors, the edges of blocks."""

import numpy as np

from imgcomp_lib.measure import images
from imgcomp_lib.pages import explore, plots
from imgcomp_lib.pages.hands import blocks as hands
from imgcomp_lib.transforms import dct

PLACES = np.arange(8)
FRAMES = (*range(17), 20, 24, 28, 36, 48, 64)
"""How many coefficients the stepper shows."""


def cosines(others=None, what=""):
    """Draw the eight cosines, each as eight pixels; `others`, if any, as dots over them."""
    fig, axes = plots.axes(6.5, 2.9, 2, 4, sharex=True, sharey=True)
    fine = np.linspace(-0.5, 7.5, 120)
    for k, ax in enumerate(axes.flat):
        ax.bar(PLACES, dct.COSINES[k], 0.86, color=plots.COLOURS["sky"])
        size = dct.COSINES[k].max() if k == 0 else 0.5
        ax.plot(fine, size * np.cos((2 * fine + 1) * k * np.pi / 16), color=plots.INK, lw=1)
        if others is not None:
            ax.plot(PLACES, others[k], "o", color=plots.COLOURS["orange"], ms=4.5)
        ax.set(title=f"{k}", xticks=[], yticks=(-0.5, 0, 0.5), ylim=(-0.58, 0.58))
    caption = (
        "The number above each is how many half waves go by in eight pixels. Bars are the eight values that a "
        "row of pixels gets, and the line is the cosine from which they are read, in the middle of each pixel."
    )
    alt = "Eight small charts of eight bars each, which follow a cosine of 0, 1, 2 and up to 7 half waves"
    if others is not None:
        caption = f"Bars: the eight cosines. Dots: {what}. None is far from the end of its bar."
        alt = "The eight cosines as bars; a dot sits close to the end of every bar"
    return plots.figure(fig, caption, alt)


def mixing(row, weights):
    """Step through a row drawn with one cosine, two, and so on to eight."""
    frames, labels, parts = [], [], weights[:, None] * dct.COSINES
    for count in range(1, 9):
        fig, ax = plots.axes(5.4, 2.4)
        so_far = parts[:count].sum(0)
        ax.bar(PLACES, so_far, 0.86, color=plots.COLOURS["sky"])
        ax.step(np.append(PLACES, 8) - 0.5, np.append(row, row[-1]), where="post", color=plots.INK, lw=1.6)
        ax.set(xticks=PLACES, xticklabels=row, ylim=(-1.5, 10.5), ylabel="level")
        ax.grid(axis="x", visible=False)
        frames.append(fig)
        off = np.sqrt(np.mean((so_far - row) ** 2))
        last = f"{weights[count - 1]:+.2f}".replace("-", "−")
        labels.append(f"cosines 0 to {count - 1}, the last with weight {last}: {off:.2f} off")
    labels[0] = labels[0].replace("cosines 0 to 0, the last", "cosine 0 alone,")
    return explore.stepper(
        frames,
        labels,
        "Bars, the sum of the cosines so far, and the outline of the row that is to be drawn. {label}",
        caption="The outline is the row of digits, 3 1 4 1 5 9 2 6, and the bars are the sum so far, at first their "
        "mean alone. Step to the right. How far off they are, the root of the mean square of what is missing, never "
        "grows, although a single bar may have to step back for it, and with the eighth cosine nothing is missing.",
    )


def beyond():
    """Draw two cosines past the end of their row."""
    fig, axes = plots.axes(6.5, 1.9, 1, 2, sharey=True)
    at, fine = np.arange(16), np.linspace(-0.5, 15.5, 240)
    for k, ax in enumerate(axes, 1):
        row = np.concatenate([dct.COSINES[k], dct.COSINES[k, ::-1]])
        for part, colour in ((at < 8, "sky"), (at > 7, "grey")):
            ax.bar(at[part], row[part], 0.86, color=plots.COLOURS[colour])
        ax.plot(fine, np.cos((2 * fine + 1) * k * np.pi / 16) / 2, color=plots.INK, lw=1)
        ax.axvline(7.5, color=plots.COLOURS["red"], lw=2)
        ax.set(title=f"{k}", xticks=[], yticks=(-0.5, 0, 0.5), ylim=(-0.58, 0.58))
    return plots.figure(
        fig,
        "Cosines 1 and 2, and how they go on for another eight pixels, in grey. Read from the red line outwards, to "
        "the left and to the right: you meet the same bars.",
        "Two charts of sixteen bars under a cosine; the eight bars on the right of a red line are those on its left "
        "in a mirror",
    )


def patterns():
    """Show the 64 patterns of which a block is made."""
    sheet = np.full((438, 438), 255, np.uint8)
    for v in range(8):
        for u in range(8):
            tile = np.outer(dct.COSINES[v], dct.COSINES[u])
            y, x = 54 * v + 4, 54 * u + 4
            sheet[y : y + 52, x : x + 52] = 110  # a thin frame, without which the flat one is white on white
            tile = np.rint(128 + 126 * tile / abs(tile).max())
            sheet[y + 2 : y + 50, x + 2 : x + 50] = np.kron(tile, np.ones((6, 6)))
    return plots.show(
        sheet,
        "",
        "The 64 patterns, white where the product of two cosines is positive and black where it is negative; "
        "each at full contrast. Moving right adds half waves across; moving down adds half waves down. "
        "The one at the top left is the flat block.",
        "A square of eight by eight tiles, from a plain one at the top left to a fine chessboard at the bottom right",
        zoom=1,
    )


def adding(image, top, left, name):
    """Step through a block of a photograph as its coefficients come in, in zigzag order."""
    block = image[top : top + 8, left : left + 8].astype(float)
    weights, frames, labels, alts = dct.forward(block), [], [], []
    for count in FRAMES:
        kept = np.zeros(64)
        kept[dct.ZIGZAG[:count]] = weights.ravel()[dct.ZIGZAG[:count]]
        drawn = np.clip(np.rint(dct.inverse(kept.reshape(8, 8))), 0, 255)
        around = image[top - 16 : top + 24, left - 16 : left + 24].copy()
        around[16:24, 16:24] = drawn
        shown = [np.kron(around, np.ones((5, 5))), np.kron(drawn, np.ones((25, 25)))]
        v, u = divmod(int(dct.ZIGZAG[max(count, 1) - 1]), 8)
        tile = np.outer(dct.COSINES[v], dct.COSINES[u]) * (1 if count else 0)
        tile = 128 + 126 * tile / max(abs(tile).max(), 1e-9)
        shown.append(np.kron(np.rint(tile), np.ones((25, 25))))
        for edge in (np.s_[:2], np.s_[-2:], np.s_[:, :2], np.s_[:, -2:]):
            shown[-1][edge] = 110  # a thin frame, as in `patterns`
        words = ["The block in the middle of its photograph, as far as it is drawn", "The same block, enlarged"]
        words.append(f"The pattern that came last: {v} half waves down and {u} across")
        names = ["in the photograph", "enlarged", "the last pattern" if count else "no pattern yet"]
        frames.append(plots.show([s.astype(np.uint8) for s in shown], names, "", words, zoom=1))
        error = np.sqrt(np.mean((drawn - block) ** 2))
        label = f"{count} of 64: error {error:.1f} levels"
        if count:
            label += f"; last, {v} down, {u} across, weight {weights[v, u]:.1f}".replace("-", "−")
        labels.append(label)
        alts.append(f"A block of {name} drawn with {count} of its 64 coefficients, error {error:.1f} levels")
    return explore.stepper(
        frames,
        labels,
        alts,
        "Left, the block among its neighbours, which are drawn in full; middle, the block alone; right, the pattern "
        "that was added last, at full contrast. They come diagonal by diagonal, as the zigzag further down has them: "
        "one at a time to the sixteenth, then in leaps to 20, 24, 28, 36, 48 and 64. The error is the root of the mean "
        f"square. {images.credit('camera')}",
        start=1,
    )


STAGES = (0, 1.5, 3.3, 4.9, 7.1)
ROOTS = 5.2  # where the two boxes stand, clear of the last crossing


def flow():
    """Draw the flow graph of eleven multiplications."""
    fig, ax = plots.axes(6.8, 4.1)
    for a, b in ((0, 7), (1, 6), (2, 5), (3, 4)):
        _butterfly(ax, 0, a, b)
    for stage, a, b in ((1, 0, 3), (1, 1, 2), (2, 0, 1), (2, 4, 6), (2, 7, 5), (3, 7, 4)):
        _butterfly(ax, stage, a, b)
    _rotation(ax, 1, (4, 7), "3π/16", -0.45)
    _rotation(ax, 1, (5, 6), "π/16", 0.2)
    _rotation(ax, 2, (2, 3), "3π/8, ×√2", -0.35)
    for line in range(4):
        _wire(ax, STAGES[3], STAGES[4], line, line)
    for line in (5, 6):
        _wire(ax, STAGES[3], ROOTS - 0.24, line, line)
        _wire(ax, ROOTS + 0.24, STAGES[4], line, line)
        box = {"boxstyle": "round,pad=0.25", "fc": "none", "ec": plots.COLOURS["orange"], "lw": 1.8}
        ax.text(ROOTS, -line, "×√2", ha="center", va="center", size=9, bbox=box)
    for line, name in enumerate((0, 4, 2, 6, 7, 3, 5, 1)):
        ax.text(-0.15, -line, f"x{line}", ha="right", va="center", size=10.5)
        ax.text(STAGES[-1] + 0.15, -line, f"c{name}", ha="left", va="center", size=10.5, weight="bold")
    ax.set(xlim=(-0.6, 7.7), ylim=(-7.6, 0.6))
    ax.axis("off")
    return plots.figure(
        fig,
        "Read from left to right. Where two lines cross, the sum goes to the end at which both are solid. At the other "
        "end, what comes along the dashed line is subtracted from what comes along the solid one. Two lines in a "
        "purple bracket are turned by an angle, for three multiplications (it hops over lines that it leaves alone); "
        "an orange box takes one. 3 + 3 + 3 + 1 + 1 = 11.",
        "Eight horizontal lines from x0 to x7 on the left to eight coefficients on the right, joined by "
        "crossings; three "
        "brackets with angles and two boxes with the root of two",
    )


def _wire(ax, start, end, a, b, **look):
    ax.plot((start, end), (-a, -b), color=plots.INK, lw=1, **look)


def _butterfly(ax, stage, a, b):
    start, end = STAGES[stage], STAGES[stage + 1]
    _wire(ax, start, end, a, a)
    _wire(ax, start, end, b, a)
    _wire(ax, start, end, a, b)
    _wire(ax, start, end, b, b, ls=(0, (4, 2)))


def _rotation(ax, stage, pair, name, shift):
    start, end = STAGES[stage], STAGES[stage + 1]
    x = (start + end) / 2 + shift
    for line in pair:
        _wire(ax, start, end, line, line)
        ax.plot((x - 0.12, x + 0.12), (-line, -line), color=plots.COLOURS["purple"], lw=5, solid_capstyle="round")
    y = np.linspace(-pair[0], -pair[1], 240)
    hop = np.sqrt(np.clip(0.2**2 - (y - np.rint(y)) ** 2, 0, None)) * (abs(y - np.mean(y)) < np.ptp(y) / 2 - 0.5)
    ax.plot(x - 0.8 * hop, y, color=plots.COLOURS["purple"], lw=2)
    ax.text(x + 0.14, -pair[0] - 0.5, name, ha="left", va="center", size=9.5, color=plots.COLOURS["purple"])


def continuations(row):
    """Draw a row as the Fourier transform continues it, and as the cosines do."""
    fig, axes = plots.axes(6.5, 3, 2, 1, sharex=True, sharey=True)
    repeated, mirrored = np.tile(row, 3), np.concatenate([row[::-1], row, row[::-1]])
    for ax, line, name in zip(axes, (repeated, mirrored), ("repeated", "mirrored"), strict=True):
        at = np.arange(24)
        inside = (at >= 8) & (at < 16)
        for mask, colour in ((inside, "blue"), (~inside, "grey")):
            ax.bar(at[mask], line[mask], 0.86, color=plots.COLOURS[colour])
        ax.set(title=name, xticks=[], ylabel="level", ylim=(0, 260))
        for edge in (7.5, 15.5):
            ax.plot((edge, edge), sorted(line[[int(edge), int(edge) + 1]]), color=plots.COLOURS["red"], lw=3)
    return plots.figure(
        fig,
        "Blue: eight pixels at the collar of a coat; grey: what each transform takes to lie beyond them. Look at "
        "the red "
        "lines. The Fourier transform repeats the row, so the dark end meets the bright end; in the mirror each end "
        "meets itself.",
        "Two rows of 24 bars. In the upper one eight bars fall from bright to dark three times, with jumps "
        "between; in the "
        "lower one they fall, rise and fall without a jump",
    )


def quantised(weights, levels):
    """Show the coefficients of a block beside what is left of them, with the path of the zigzag."""
    fig, (left, right) = plots.axes(6.8, 3.5, 1, 2)
    for ax, values, most, title in ((left, weights, 200, "coefficients"), (right, levels, 8, "levels")):
        whole = np.sign(values) * np.floor(abs(values) + 0.5)
        words = np.array([[f"{v:.0f}".replace("-", "−") if v else "" for v in row] for row in whole])
        plots.pixel_grid(values, words, low=-most, high=most, cmap=plots.DIVERGING, cell=0.4, ax=ax)
        ax.set_title(title)
    y, x = np.divmod(dct.ZIGZAG, 8)
    right.plot(x, y, color=plots.COLOURS["grey"], lw=1.2, alpha=0.6, zorder=1)
    return plots.figure(
        fig,
        "The eye, less 128: its coefficients, printed as whole numbers, and its levels, coefficient "
        "over step. Empty cells are zeros. The −13 in the second row looks like half of its step of 26, and yet its "
        "level is 0, because unrounded it is −12.875. The thin line is the zigzag, from the mean at the top left to "
        "the finest pattern.",
        "Two squares of eight by eight cells; on the left nearly all hold numbers, on the right only a few at the top "
        "left, with a zigzag line running over all",
    )


def blocking(image, left, crop, quality):
    """Show a piece of a photograph and what is left of it."""
    piece = tuple(slice(start, start + 112) for start in crop)
    return plots.show(
        [image[piece].copy(), left[piece].copy()],
        ["the photograph", f"quality {quality}"],
        "Three screen pixels to a pixel. Look at the sky above the head, where squares stand that were not "
        "there, and at "
        f"the hair, whose strands are gone. {images.credit('camera')}",
        ["A man in profile before a pale sky", "The same in visible squares of eight by eight pixels"],
        zoom=3,
    )


def jumps(profiles):
    """Draw the mean difference of neighbours by where in the grid of blocks they lie."""
    fig, ax = plots.axes(5.8, 2.7)
    looks = (("grey", "s--"), ("sky", "o-"), ("orange", "^-"))
    for (name, values), (colour, look) in zip(profiles.items(), looks, strict=True):
        ax.plot(np.arange(1, 9), values, look, color=plots.COLOURS[colour], label=name)
    ax.set(xlabel="after column … of every eight", ylabel="mean difference, levels", ylim=(0, 13), xticks=range(1, 9))
    ax.legend(loc="upper left", ncols=1)
    return plots.figure(
        fig,
        "How much neighbouring columns differ. The blue line leaps after column 8, where a block ends. The orange one "
        "leaps after column 4, because its grid of blocks was moved by four. But look also at how far both lie "
        "below the photograph elsewhere.",
        "Three curves over the columns 1 to 8: a level one near 7, and two near 3.6 with one peak near 9 each, "
        "at 8 and "
        "at 4",
    )


def by_quality(rows):
    """Draw the bytes of both files over their quality, as shares of JPEG's."""
    fig, ax = plots.axes(5.6, 2.7)
    for (name, values), look in zip(rows.items(), ("o-", "s-", "^-", "D-"), strict=True):
        ax.plot(list(values), [100 * share for share in values.values()], look, label=name)
    ax.axhline(100, color=plots.INK, ls="--", lw=1)
    ax.set(xlabel="quality", ylabel="our bytes, % of JPEG's")
    ax.legend(loc="upper right", ncols=2)
    return plots.figure(
        fig,
        "Below the dashed line our file is smaller than the JPEG with optimised tables that holds the same picture.",
        "Four curves around a dashed line at 100 per cent",
    )


def own_block(image, top, left):
    """Let the reader paint a block."""
    samples = {
        "photograph": image[top : top + 8, left : left + 8].copy(),
        "step": np.where(PLACES < 3, 40, 200).astype(np.uint8) * np.ones((8, 1), np.uint8),
        "slope": (20 * PLACES + 9 * PLACES[:, None] + 20).astype(np.uint8),
        "dot": np.where((PLACES == 3) & (PLACES[:, None] == 4), 255, 40).astype(np.uint8),
        "flat": np.full((8, 8), 128, np.uint8),
    }
    return hands.own_block(
        samples,
        "Paint on the left, and the coefficients follow; press a coefficient and drag it sideways, or move its slider, "
        "and the pixels follow. With the keyboard, arrows walk, Space paints, and plus and minus change. It "
        "starts with the "
        f"eye. {images.credit('camera')}",
    )


def own_photo(image):
    """Let the reader choose the quality of a photograph."""
    return hands.own_blocks(
        image,
        "A man in a dark coat behind a camera, in grey",
        "Two screen pixels to a pixel, so that blocks can be seen. Your photograph is scaled to at most 256 pixels a "
        f"side and turned to grey. {images.credit('camera')}",
        quality=20,
    )

