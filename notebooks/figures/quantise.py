"""The drawings of chapter 12: halves of a picture, stairs, valleys, bands, balls, gaps to a bound, grain, colours."""

from itertools import pairwise

import numpy as np
from matplotlib.patches import Circle

from imgcomp_lib.measure import images
from imgcomp_lib.pages import explore, plots
from imgcomp_lib.pages.hands import bets, forgiven, levels

COLOURS = {"uniform": "blue", "dead zone": "green", "best points": "orange"}
SEEN = bets.Bet(
    "colour",
    "Sliders will coarsen the lightness and the colour of a photograph. At which square, of which one sample of "
    "colour is left, will you first see a loss?",
    choices=("2 × 2", "4 × 4", "8 × 8", "16 × 16", "not even then"),
)


def halves(pictures):
    """Show four pictures, each with half the bits of one face; on a phone in a column, for their pixels to be seen."""
    shown = plots.show(
        list(pictures.values()),
        list(pictures),
        "Look for the worst first, then for the best. Each picture has half the bits of the same photograph. Shown at "
        f"twice its size. {images.credit('cat')}",
        [
            "A cat's eye and fur, every upright edge a little ragged",
            "Coarse coloured noise in which an eye can just be made out",
            "The eye and fur, slightly posterised in the smooth places",
            "The eye and fur, without any visible change",
        ],
        zoom=2,
    )
    return plots.Html(shown.replace("width:max(150px,", "width:max(min(100%,320px),"))


def stairs(step):
    """Draw what comes out against what goes in, for three kinds of cells."""
    fig, every = plots.axes(4.3, 2.3, 1, 3, sharey=True)
    edges = {
        "mid-tread": np.arange(-2.5, 3) * step,
        "dead zone": np.array([-2, -1, 1, 2]) * step,
        "mid-rise": np.arange(-2, 3) * step,
    }
    for ax, (name, inner) in zip(every, edges.items(), strict=True):
        ends = np.array([-3 * step, *inner, 3 * step])
        points = (ends[1:] + ends[:-1]) / 2
        points[[0, -1]] = [-2.5 * step, 2.5 * step] if name != "mid-tread" else [-3 * step, 3 * step]
        ax.plot((-3 * step, 3 * step), (-3 * step, 3 * step), "--", color=plots.INK, lw=0.8, alpha=0.6)
        ax.stairs(points, ends, baseline=None, color=plots.COLOURS["blue"], lw=2)
        ax.set_title(name, size=10.5)
        ax.set(xticks=(-20, 0, 20), xlim=(-28, 28), ylim=(-28, 28))
    every[1].set(xlabel="number")
    every[0].set(ylabel="what it becomes")
    return plots.figure(
        fig,
        f"Look at what happens around 0, the middle of each panel. The step is {step} in all three. Mid-tread, the "
        "nearest level, has a flat tread there, the dead zone one that is twice as wide, and mid-rise has a riser, so "
        "that it never says 0; it suits greys, where no zero has to stay zero.",
        "Three staircases about a dashed diagonal: one with a tread at zero, one with a tread twice as wide, one with "
        "a riser at zero",
    )


def valleys(errors):
    """Draw the error of seven numbers cut in two, by how many are below, and where Lloyd goes from two places."""
    fig, ax = plots.axes(4.3, 2.7)
    at = np.arange(1, len(errors) + 1)
    ax.plot(at, errors, "-", color=plots.COLOURS["blue"])
    ax.plot(at, errors, "o", color=plots.COLOURS["blue"], ms=6)
    for end, words, place in ((3, "deepest", (3, 60)), (6, "a valley too", (6, 106))):
        ax.plot(end, errors[end - 1], "o", color=plots.COLOURS["orange"], ms=9)
        ax.text(*place, words, ha="center" if end == 3 else "right", va="top", size=10)
    look = {"arrowstyle": "->", "color": plots.INK, "lw": 1.2, "shrinkA": 0, "shrinkB": 6}
    ax.annotate("from 0 and 2", (3, errors[2]), (1.25, errors[0]), arrowprops=look, va="center", size=10)
    ax.annotate("from 5 and 20", (6, errors[5]), (6, 205), arrowprops=look, ha="right", va="bottom", size=10)
    ax.set(xlabel="numbers below the cut", ylabel="sum of squared errors", xticks=at, xlim=(0.7, 6.4), ylim=(30, 260))
    return plots.figure(
        fig,
        "Look for the two orange dots, from which every neighbour is uphill. These are all six ways to cut 0, 1, 2, 9, "
        "10, 11 and 20 in two, each with the means of its parts as points. From 0 and 2 Lloyd walks down to the cut "
        "after 2. From 5 and 20 he finds the lone 20 in a cell of its own, and there he stays.",
        "Six dots joined by a line that falls to 79 at three numbers below the cut, rises to 130 at five and ends in a "
        "shallow dip of 125.5 at six, where an arrow ends",
    )


def bands(sky, frames):
    """Step through the sky in fewer and fewer greys."""
    return explore.stepper(
        [image for image, _ in frames.values()],
        [f"{n} greys: {quality:.1f} dB" for n, (_, quality) in frames.items()],
        "A night sky with masts, in few greys, its smooth parts broken into bands: {label}",
        start=2,
        caption="Look at the sky between the masts. It brightens so slowly that a band of one grey is many rows high, "
        "and where the next begins there is an outline that nobody photographed. This is <strong>banding</strong>. "
        "From 8 greys on the masts and the lights hardly change; with 2 the masts are gone. "
        f"{images.credit('rocket')}",
    )


def own_levels(image, points):
    """Let the reader drag the points."""
    return levels.own_levels(
        image,
        points,
        "A man in a dark coat behind a camera on a tripod",
        "Drag a point, or move it with the arrow keys, and watch the dashed edges follow halfway between neighbours. "
        "The bars are square roots of counts, so that rare greys show. The picture is every second pixel of the "
        "camera each way, so its errors differ a little from those of the table below. "
        f"{images.credit('camera')}",
    )


def fourteen(found):
    """Draw, a row for each photograph, what two quantisers gain over uniform cells at equal bytes."""
    fig, ax = plots.axes(4.3, 4.5)
    order = sorted(found, key=lambda name: found[name]["best points"])
    for y, name in enumerate(order):
        for kind, mark in (("best points", "o"), ("dead zone", "D")):
            ax.plot(found[name][kind], y, mark, color=plots.COLOURS[COLOURS[kind]], label=kind if y == 0 else None)
    ax.axvline(0, color=plots.INK, lw=1)
    ax.set(yticks=range(len(order)), yticklabels=order, xlabel="dB gained over uniform cells, equal bytes")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    least, most = min(row["best points"] for row in found.values()), max(row["dead zone"] for row in found.values())
    return plots.figure(
        fig,
        "The line at 0 is the uniform quantiser. Circles: the eight best points; diamonds: a dead zone, at one bit a "
        "sample. Left residuals of all photographs of this book, at most 512 pixels a side; for the colour ones, the "
        "green channel.",
        f"Fourteen rows; all circles lie to the left of the zero line, by up to {-least:.0f} decibels, and all "
        f"diamonds to its right, by up to {most:.1f}",
    )


def balls():
    """Draw a large disc, covered by the fewest small ones of a honeycomb."""
    fig, ax = plots.axes(4.1, 2.9)
    small, look = 0.3, {"fill": True, "alpha": 0.25, "fc": plots.COLOURS["sky"]}
    across, down = small * 3**0.5, small * 1.5  # a honeycomb whose discs leave no gap
    for row in range(-3, 4):
        for column in range(-3, 4):
            x, y = (column + row % 2 / 2) * across, row * down
            if np.hypot(x, y) < 1 + small * 0.6:
                ax.add_patch(Circle((x, y), small, **look))
                ax.add_patch(Circle((x, y), small, fill=False, ec=plots.COLOURS["blue"], lw=0.9))
                ax.plot(x, y, ".", color=plots.COLOURS["blue"], ms=5)
    ax.add_patch(Circle((0, 0), 1, fill=False, ec=plots.COLOURS["orange"], lw=2.4))
    arrow = {"arrowstyle": "-|>", "color": plots.INK, "lw": 1.4, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (0.6, -0.8), (0, 0), arrowprops=arrow)
    ax.plot((0.6, 0.84), (-0.8, -1.12), ":", color=plots.INK, lw=1)
    ax.text(0.9, -1.2, "√(nσ²)", size=11, va="center")
    ax.annotate("", (2 * across + small, 0), (2 * across, 0), arrowprops=arrow)
    ax.text(2 * across + small + 0.06, 0, "√(nD)", size=11, va="center")
    ax.set(xlim=(-1.4, 2.1), ylim=(-1.4, 1.4), aspect="equal")
    ax.axis("off")
    return plots.figure(
        fig,
        "Count the dots: each is a codeword. The orange ring is the ball of all messages, drawn in two dimensions, and "
        "the small discs, each as large as the error that is allowed, cover it. Discs overlap; in many dimensions the "
        "best coverings waste so little that the ratio of the volumes is the answer.",
        "A large orange ring covered by a honeycomb of small overlapping discs, each with a dot in its middle",
    )


def gaps(curves):
    """Draw how far above its bound each quantiser's files lie, for two sources."""
    fig, every = plots.axes(4.3, 5, 2, 1, sharex=True)
    for ax, (source, kinds) in zip(every, curves.items(), strict=True):
        for kind, points in kinds.items():
            rates, gap = np.array(sorted(points)).T
            style = "o" if kind == "best points" else "-"
            ax.plot(rates, gap, style, color=plots.COLOURS[COLOURS[kind]], label=kind)
        ax.axhline(1.53, ls=":", color=plots.INK, lw=1.2)
        ax.axhline(0, color=plots.INK, lw=1.2)
        ax.text(5.9, 0.08, "bound", size=9.5, ha="right", va="bottom")
        ax.text(5.9, 1.42, "1.53 dB", size=9.5, ha="right", va="top")
        ax.set(title=source, ylabel="dB above the bound", xlim=(0, 6), ylim=(-0.1, 4.6))
    every[1].set(xlabel="bits a sample, of real files")
    every[0].legend(loc="upper right")
    return plots.figure(
        fig,
        "Lower is better, and nothing can lie below the line at 0. Follow blue to the right: it comes down to the "
        "dotted line and stays there. Green is below it at low rates, and a little above it at high ones. The circles "
        "are the best 2, 4, 8, 16, 32 and 64 points. The bound of the Laplacian source is Shannon’s, which at low "
        "rates no coder reaches.",
        "Two panels. A blue curve settles on a dotted line at 1.53 decibels, a green one crosses it from below. Orange "
        "circles lie above both, about 2.4 decibels in the upper panel and 3.4 in the lower, but for the first of the "
        "upper one, which is below the hump of the blue curve",
    )


def cells(designs):
    """Draw the cells of two designs for one density, as wide as they are."""
    fig, ax = plots.axes(4.3, 2.4)
    for y, (name, (thresholds, points)) in enumerate(designs.items()):
        ends = [-5, *thresholds[np.abs(thresholds) < 5], 5]
        for i, (low, high) in enumerate(pairwise(ends)):
            colour = plots.COLOURS["sky" if i % 2 else "blue"]
            ax.barh(-y, high - low, 0.5, low, color=colour, ec=plots.INK, lw=0.6)
        inside = points[np.abs(points) < 5]
        ax.plot(inside, np.full(len(inside), -y - 0.36), "^", color=plots.COLOURS["orange"], ms=5)
        ax.text(-5, -y + 0.33, name, size=10, va="bottom")
    ax.set(xlim=(-5.05, 5.05), ylim=(-len(designs) + 0.4, 0.75), xlabel="standard deviations", yticks=[])
    ax.spines["left"].set_visible(False)
    ax.grid(visible=False)
    return plots.figure(
        fig,
        "Compare the widths. Without a price for bits the cells are narrow where numbers are frequent. With a price "
        "they are all of one width but the middle one, which is wider. Triangles are the points, "
        "nearer to 0 than the middle of their cells.",
        "Two rows of cells. In the upper one they widen outwards; in the lower one all but the middle have one width",
    )


def grain(frames):
    """Let the reader choose the number of greys and how the sky is brought to them."""
    return explore.grid(
        frames,
        ("greys", "how"),
        "A night sky with masts in few greys: {label}",
        caption="First look at the sky with “rounded”, then choose another method with the lower slider, and step back "
        "from the screen. The bands become grain, and from far enough away the grain becomes sky. IGS and ordered "
        "dither count their greys from 0 and not from the middle of the first cell, so that with two greys nothing is "
        f"brighter than 128. {images.credit('rocket')}",
        start=(1, 0),
    )


def colour_planes(image, planes):
    """Show a photograph beside its lightness and its two colour differences."""
    return plots.show(
        [image, *(np.ascontiguousarray(planes[..., c]) for c in range(3))],
        ["the photograph", "Y, how light", "Cb, how much bluer", "Cr, how much redder"],
        "Look for hairs and lashes: the lightness has them all, and the two colour differences have hardly any. Grey "
        f"is no difference. {images.credit('astronaut')}",
        [
            "A smiling woman in an orange suit, a flag to her right and a shuttle to her left",
            "The same in grey, with every detail",
            "Smooth grey, darker where the suit is orange, lighter in the flag's blue",
            "Smooth grey, lighter where the suit is orange and on the skin",
        ],
    )


def own_colours(image):
    """Let the reader coarsen lightness and colour apart."""
    return forgiven.own_colours(
        image,
        "A smiling woman in an orange suit before a flag",
        "Move the slider of colour and press “Now I see it” as soon as you do; “The original” switches back and forth. "
        "Then do the same with lightness. How far apart your two presses are depends on the photograph and on your "
        "distance from it. A red letter on a blue ground shows the loss at once, and so screenshots fare worse than "
        f"faces. {images.credit('astronaut')}",
        SEEN.name,
    )
