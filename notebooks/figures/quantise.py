"""The drawings of chapter 12: halves of a picture, stairs, bands, gaps to a bound, grain, planes of a colour."""

from itertools import pairwise

import numpy as np

from imgcomp_lib.measure import images
from imgcomp_lib.pages import explore, plots
from imgcomp_lib.pages.hands import bets, forgiven, levels

COLOURS = {"uniform": "blue", "dead zone": "green", "Lloyd-Max": "orange"}
SEEN = bets.Bet(
    "colour",
    "Sliders will coarsen the lightness and the colour of a photograph. At which square, of which one sample of "
    "colour is left, will you first see a loss?",
    choices=("2 × 2", "4 × 4", "8 × 8", "16 × 16", "not even then"),
)


def halves(pictures):
    """Show four pictures, each with half the bits of one face."""
    return plots.show(
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


def stairs(step):
    """Draw what comes out against what goes in, for three kinds of cells."""
    fig, every = plots.axes(6.8, 2.7, 1, 3, sharey=True)
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
        ax.set(title=name, xlabel="number", xticks=np.arange(-20, 21, 10), xlim=(-28, 28), ylim=(-28, 28))
    every[0].set(ylabel="what it becomes")
    return plots.figure(
        fig,
        f"Look at what happens around 0, the middle of each panel. The step is {step} in all three. Mid-tread has a "
        "flat tread there, the dead zone one that is twice as wide, and mid-rise has a riser, so that it never says 0.",
        "Three staircases about a dashed diagonal: one with a tread at zero, one with a tread twice as wide, one with "
        "a riser at zero",
    )


def bands(sky, frames):
    """Step through the sky in fewer and fewer greys."""
    return explore.stepper(
        [image for image, _ in frames.values()],
        [f"{n} greys: {quality:.1f} dB" for n, (_, quality) in frames.items()],
        "A night sky with masts, in few greys, its smooth parts broken into bands: {label}",
        start=2,
        caption="Look at the sky between the masts. It brightens so slowly that one step takes a hundred rows, and "
        "where the next grey begins there is an outline that nobody photographed. The masts and the lights hardly "
        f"change. {images.credit('rocket')}",
    )


def own_levels(image, points):
    """Let the reader drag the levels."""
    return levels.own_levels(
        image,
        points,
        "A man in a dark coat behind a camera on a tripod",
        "Drag a level, or move it with the arrow keys, and watch the dashed edges follow halfway between neighbours. "
        "The bars are square roots of counts, so that rare greys show. "
        f"{images.credit('camera')}",
    )


def fourteen(found):
    """Draw, a row for each photograph, what two quantisers gain over uniform cells at equal bytes."""
    fig, ax = plots.axes(6, 4.3)
    order = sorted(found, key=lambda name: found[name]["Lloyd-Max"])
    for y, name in enumerate(order):
        for kind, mark in (("Lloyd-Max", "o"), ("dead zone", "D")):
            ax.plot(found[name][kind], y, mark, color=plots.COLOURS[COLOURS[kind]], label=kind if y == 0 else None)
    ax.axvline(0, color=plots.INK, lw=1)
    ax.set(yticks=range(len(order)), yticklabels=order, xlabel="dB gained over uniform cells in files of equal size")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return plots.figure(
        fig,
        "The line at 0 is the uniform quantiser. Circles: eight Lloyd-Max levels; diamonds: a dead zone, at one bit a "
        "sample. Left residuals of all photographs of this book, at most 512 pixels a side; of colour ones the green.",
        "Fourteen rows; all circles but one lie to the left of the zero line, by up to four decibels, and all diamonds "
        "to its right, by about one",
    )


def gaps(curves):
    """Draw how far above its bound each quantiser's files lie, for two sources."""
    fig, every = plots.axes(6.8, 3.1, 1, 2, sharey=True)
    for ax, (source, kinds) in zip(every, curves.items(), strict=True):
        for kind, points in kinds.items():
            rates, gap = np.array(sorted(points)).T
            style = "o" if kind == "Lloyd-Max" else "-"
            ax.plot(rates, gap, style, color=plots.COLOURS[COLOURS[kind]], label=kind)
        ax.axhline(1.53, ls=":", color=plots.INK, lw=1.2)
        ax.axhline(0, color=plots.INK, lw=1.2)
        ax.text(5, 0.08, "bound", size=9.5, ha="right", va="bottom")
        ax.text(5, 1.42, "1.53 dB", size=9.5, ha="right", va="top")
        ax.set(title=source, xlabel="bits a sample, of real files", xlim=(0, 5.1), ylim=(-0.1, 4.6))
    every[0].set(ylabel="dB above the bound")
    every[0].legend(loc="upper right")
    return plots.figure(
        fig,
        "Lower is better, and nothing can lie below the line at 0. Follow blue to the right: it comes down to the "
        "dotted line and stays there. Green is below it at low rates, and a little above it at high ones. The circles "
        "are 2 to 64 levels of Lloyd-Max. The bound of the Laplacian source is Shannon's, which at low rates no coder "
        "reaches.",
        "Two panels. A blue curve settles on a dotted line at 1.53 decibels, a green one crosses it from below; orange "
        "circles lie above both, in the right panel twice as high",
    )


def cells(designs):
    """Draw the cells of two designs for one density, as wide as they are."""
    fig, ax = plots.axes(6.4, 2.2)
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
        "they are all of one width but the middle one, which is wider. Triangles are the points; with a price they "
        "stand nearer to 0 than the middle of their cells.",
        "Two rows of cells. In the upper one they widen outwards; in the lower one all but the middle have one width",
    )


def grain(frames):
    """Let the reader choose the number of greys and how the sky is brought to them."""
    return explore.grid(
        frames,
        ("greys", "how"),
        "A night sky with masts in few greys: {label}",
        caption="First look at the sky with “rounded”, then move the lower slider, and step back from the screen. "
        f"The bands become grain, and from far enough away the grain becomes sky. {images.credit('rocket')}",
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
        f"Then do the same with lightness. {images.credit('astronaut')}",
        SEEN.name,
    )
