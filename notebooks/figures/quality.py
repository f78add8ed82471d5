"""The drawings of chapter 4: spoilt pictures and their marks, three errors in one bucket, and curves."""

import numpy as np

from imgcomp_lib.measure import images
from imgcomp_lib.pages import explore, plots
from imgcomp_lib.pages.hands import qualities

BLUE, ORANGE, GREEN, PURPLE = (plots.COLOURS[name] for name in ("blue", "orange", "green", "purple"))


def candidates(original, brighter, blurred):
    """Show the original and two copies of one PSNR."""
    part = np.s_[4:220, 4:220]
    return plots.show(
        [original[part], brighter[part], blurred[part]],
        ["the original", "first candidate", "second candidate"],
        "Look at the eyes. The middle of each picture, 216 × 216 pixels, one screen pixel to a pixel where there "
        f"is room, otherwise smaller. {images.credit('cat')}",
        [
            "The face of a cat, every hair of it sharp",
            "The same face, a little brighter, every hair of it sharp",
            "The same face out of focus: eyes, nose and fur are smears",
        ],
        zoom=1,
    )


def nine(rows):
    """Draw nine pixels, and two copies whose squared errors add up to the same."""
    fig, ax = plots.axes(6.1, 1.75)
    plots.pixel_grid(np.array(list(rows.values())), boxes=[(1, 0, 1, 9), (2, 4, 1, 1)], cell=0.55, ax=ax)
    for y, name in enumerate(rows):
        ax.text(-0.7, y, name, ha="right", va="center", size=10.5)
    ax.set(xlim=(-2.6, 8.6))
    return plots.figure(
        fig,
        "Nine pixels, and two copies of them. The boxes mark what is wrong: one copy is off by 2 in every "
        "pixel, the other by 6 in a single one.",
        "Three rows of nine grey cells with their levels: the original, a row that is 2 higher everywhere, and a "
        "row of which only the fifth cell differs, by 6",
    )


def buckets(parts):
    """Draw three errors as parts of the same mean squared error, a bar for each distortion."""
    fig, ax = plots.axes(6.5, 2.4)
    names, start = list(parts), np.zeros(len(parts))
    kinds = ("mean", ORANGE), ("deviation", GREEN), ("pattern", BLUE)
    for k, (label, colour) in enumerate(kinds):
        sizes = np.array([found[k] for found in parts.values()])
        ax.barh(np.arange(len(names)), sizes, 0.62, start, color=colour, label=label)
        start += sizes
    ax.set(yticks=range(len(names)), yticklabels=names, xlabel="mean squared error, grey levels²", ylim=(4.6, -0.6))
    ax.grid(visible=False, axis="y")
    ax.legend(ncols=3, loc="lower left", bbox_to_anchor=(-0.02, 1), handlelength=1, columnspacing=1.2)
    return plots.figure(
        fig,
        "Compare the colours, since the lengths are equal: five copies of the cat, all at 22 dB, and how much of "
        "their error lies in the mean, the deviation and the pattern.",
        "Five bars of one length. Brightness is all in the first colour, contrast all in the second; noise, blur "
        "and blocks are nearly all in the third",
    )


def maps(found):
    """Show for each copy where its SSIM is high and where it is low."""
    fig, axes = plots.axes(6.6, 3.1, 1, len(found))
    for ax, (name, values) in zip(axes, found.items(), strict=True):
        drawn = ax.imshow(values[::2, ::2], vmin=0, vmax=1)
        ax.set(title=f"{name}: mean {values.mean():.3f}", xticks=[], yticks=[])
        ax.spines[:].set(visible=False)
        ax.grid(visible=False)
    fig.colorbar(drawn, ax=axes, shrink=0.85, label="SSIM of the window")
    return plots.figure(
        fig,
        "Dark is bad. SSIM window by window, the mean of red, green and blue; every second window is drawn.",
        "Two maps of the cat's face. The brighter copy is light nearly everywhere; the blurred copy is dark in "
        "the fur and lighter in smooth places",
    )


def dark(one, other, luminance):
    """Show a dark piece of a photograph, the same a few levels brighter, and where SSIM's luminance factor is low."""
    whole = np.pad(np.rint(255 * luminance).astype(np.uint8), 5, mode="edge")  # the window needs five pixels around
    return plots.show(
        [one, other, whole],
        ["the original", "2 levels more", "luminance factor, red"],
        "Can you see a difference between the first two? The third is grey where SSIM sees one: the factor for the "
        "red plane, from black for 0 to white for 1. `retina`, a piece of its left border, two screen pixels to one "
        f"at most. {images.credit('retina')}",
        [
            "The rim of a retina, dark red, against black",
            "The same rim, against a black that looks as black",
            "A map: white where the retina is, light grey with darker spots where all is black",
        ],
        zoom=2,
    )


def _smaller(image, by):
    """Return a picture whose pixels are the means of `by` × `by` pixels."""
    height, width, planes = image.shape
    means = image.reshape(height // by, by, width // by, by, planes).mean((1, 3))
    return np.rint(means).astype(np.uint8)


def thumbnails(noisy, blurred):
    """Show two spoilt copies near by and from afar."""
    part = np.s_[52:128, 38:114]
    near, far = [noisy[part], blurred[part]], [_smaller(noisy, 4), _smaller(blurred, 4)]
    return plots.show(
        [*near, *far],
        ["noise", "blur", "noise, ¼", "blur, ¼"],
        "At a quarter of the size, which of the two is still spoilt? A piece of each copy, and all of each with "
        f"the mean of 4 × 4 pixels for one; two screen pixels to a pixel at most. {images.credit('cat')}",
        [
            "The face of the cat under coarse coloured grain",
            "The face of the cat far out of focus",
            "The noisy cat as a thumbnail: clear and sharp",
            "The blurred cat as a thumbnail: still out of focus",
        ],
        zoom=2,
        columns=4,
    )


def scales(factors):
    """Draw the factor that each of the five scales contributes, a line for each distortion."""
    fig, ax = plots.axes(6.2, 2.9)
    looks = zip(factors.items(), (ORANGE, BLUE, PURPLE), ("o", "s", "^"), strict=False)
    for (name, values), colour, mark in looks:
        ax.plot(range(1, 6), values, mark + "-", color=colour)
        ax.text(2.12, values[1] - 0.02, name, va="top", size=10.5, color=colour)
    ax.set(xticks=range(1, 6), xticklabels=["1", "1/2", "1/4", "1/8", "1/16"], xlim=(0.8, 5.2), ylim=(0, 1.04))
    ax.set(xlabel="size of the picture", ylabel="similarity at this size")
    return plots.figure(
        fig,
        "Follow the two lines to the right: noise has gone at a quarter of the size, and the blur has not. Similarity "
        "is contrast times structure, and at the smallest size luminance as well.",
        "Two lines over five sizes. Noise begins near one half and is at 0.95 at a quarter of the size; blur "
        "begins a little lower and is still near 0.6 there",
    )


def ripples(pictures, plain, masked):
    """Show one ripple on several backgrounds, with its marks without masking and with it."""
    return plots.show(
        [picture[40:118, 40:118] for picture in pictures.values()],
        [f"{name}: {one:.1f}, *{other:.1f}*" for name, one, other in zip(pictures, plain, masked, strict=True)],
        "Where do you still see upright stripes? The same ripple on all four, at most two screen pixels to one; above "
        "each its PSNR-HVS and, in italics, its PSNR-HVS-M in dB. "
        f"{images.credits(['camera', 'grass'])}",
        [
            "Even grey with fine upright stripes",
            "Smooth sky with the same stripes, as easy to see",
            "A lawn, dark and uneven, in which the stripes are faint",
            "Grass in close-up, blades across each other: no stripes to be seen",
        ],
        zoom=2,
        columns=4,
    )


def colours(one, other):
    """Show a cat and the same cat in other colours of the same luma."""
    return plots.show(
        [one, other],
        ["the original", "the same luma, other colours"],
        f"Both have the same luma in nearly every pixel, as well as whole levels allow. {images.credit('cat')}",
        ["An orange cat with green eyes", "The same cat in violet and blue, with the same luma in every hair"],
        zoom=2,
    )


def gallery(copies, marks):
    """Step through copies of one photograph, all close to 22 dB; what each measure says is folded."""
    part = np.s_[24:152, 16:144]

    def frame(name):
        rows = [{"measure": measure, "mark": mark} for measure, mark in marks[name].items()]
        table = plots.table(rows, "", {"mark": lambda value: value})
        picture = plots.img(copies[name][part], f"The face of the cat: {name}", zoom=2)
        said = f'<summary style="cursor:pointer;line-height:44px">The marks</summary>{table}'
        folded = f'<details style="flex:0 1 15rem;align-self:flex-start">{said}</details>'
        return f'<div class="ic-row"><div>{picture}</div>{folded}</div>'

    return explore.stepper(
        [frame(name) for name in copies],
        list(copies),
        alt="The cat and its marks by five measures. {label}",
        caption="Mark each picture yourself before you open its marks. All copies are within a fifth of a decibel of "
        "22 dB; shown is the middle of the picture, two screen pixels to a pixel at most. " + images.credit("cat"),
    )


def gallery_table(numbers):
    """Show the marks of all copies, a row each; their PSNR is one."""
    short = {"PSNR-HVS": "HVS", "PSNR-HVS-M": "HVS-M"}
    rows = [
        {"copy": name.split(" by ")[0]} | {short.get(m, m): mark for m, mark in found.items() if m != "PSNR"}
        for name, found in numbers.items()
        if name != "original"
    ]
    decimals = {head: ".3f" if "SSIM" in head else ".1f" for head in list(rows[0])[1:]}
    return plots.table(rows, "What four of the five say of copies with a PSNR of 22 dB; HVS and HVS-M in dB.", decimals)


def two_curves(jpeg, webp):
    """Draw the curves of two codecs by two measures."""
    fig, axes = plots.axes(7, 3, 1, 2)
    for ax, (name, column) in zip(axes, {"PSNR, dB": 1, "PSNR-HVS, dB": 4}.items(), strict=True):
        for curve, label, colour, mark in ((jpeg, "JPEG", ORANGE, "o"), (webp, "WebP", BLUE, "s")):
            ax.plot(curve[0], curve[column], mark + "-", color=colour, label=label)
        ax.set(xlabel="bits a pixel", title=name)
    axes[0].legend(loc="lower right")
    return plots.figure(
        fig,
        "On the left one curve lies above the other; on the right they run together and then change places. The same "
        f"files, twelve qualities each, of the whole `cat`. {images.credit('cat')}",
        "Two charts over bits a pixel. By PSNR the curve of WebP is clearly above that of JPEG; by PSNR-HVS the two "
        "curves coincide at first, and above one bit a pixel that of JPEG is higher",
    )


def between(jpeg, webp, low, high):
    """Draw logarithms of rates over quality, and the area between two curves where both have points."""
    fig, ax = plots.axes(6.2, 3.1)
    scores = np.linspace(low, high, 200)
    lines = [np.interp(scores, curve[1], np.log2(curve[0])) for curve in (jpeg, webp)]
    ax.fill_between(scores, *lines, color=GREEN, alpha=0.25, lw=0)
    for curve, label, colour, mark in ((jpeg, "JPEG", ORANGE, "o"), (webp, "WebP", BLUE, "s")):
        ax.plot(curve[1], np.log2(curve[0]), mark + "-", color=colour, label=label)
    ticks = (1 / 8, 1 / 4, 1 / 2, 1, 2)
    ax.set(yticks=np.log2(ticks), yticklabels=["1/8", "1/4", "1/2", "1", "2"], xlabel="PSNR, dB", ylabel="bits a pixel")
    ax.legend(loc="upper left")
    return plots.figure(
        fig,
        "The green area divided by its width is the mean distance of the curves, and a distance on this axis is a "
        "ratio of file sizes. Axes exchanged, rates on a logarithmic scale.",
        "Two rising curves over PSNR; the area between them is shaded over the range that both reach, and it is "
        "widest at the left",
    )


def wiggles(jpeg, dense, convert, piecewise, cubic):
    """Draw one curve by both interpolations, over MS-SSIM as it is and in decibels."""
    fig, axes = plots.axes(7, 3, 1, 2)
    for ax, (name, turn) in zip(axes, {"MS-SSIM": lambda s: s, "MS-SSIM in dB": convert}.items(), strict=True):
        score, logs, fine = turn(jpeg[3]), np.log2(jpeg[0]), np.linspace(*turn(jpeg[3][[0, -1]]), 300)
        ax.plot(turn(dense[3]), np.log2(dense[0]), ".", color=plots.COLOURS["grey"], ms=9, label="files between")
        ax.plot(fine, piecewise(score, logs, fine), color=BLUE, label="piecewise")
        ax.plot(fine, cubic(score, logs, fine), "--", color=ORANGE, label="one cubic")
        ax.plot(score, logs, "o", color=plots.INK, ms=4, label="the twelve files")
        ax.set(xlabel=name, yticks=range(-4, 3, 2), yticklabels=["1/16", "1/4", "1", "4"], ylim=(-4.4, 2))
    axes[0].set(ylabel="bits a pixel")
    axes[0].legend(loc="upper left")
    return plots.figure(
        fig,
        "Left: the dashed curve misses the points and even turns downwards, because one cubic cannot be flat and then "
        "steep. Right: the same files with MS-SSIM in decibels, and both curves fit. JPEG, the cat.",
        "Two charts. Over MS-SSIM the points rise slowly and then nearly upright, and a cubic swings around them; in "
        "decibels points, cubic and piecewise curve coincide",
    )


def subsets(begins, rates, whole):
    """Draw the Bjøntegaard rates of many choices of four files, over the lowest quality that both choices reach."""
    fig, ax = plots.axes(6.2, 2.9)
    ax.plot(begins, rates, ".", color=BLUE, ms=4, alpha=0.5)
    ax.axhline(whole, color=ORANGE, ls="--", lw=1.4)
    ax.text(max(begins), whole - 0.8, "all twelve", ha="right", va="top", size=10, color=ORANGE)
    ax.set(xlabel="where the comparison begins, dB", ylabel="Bjøntegaard rate, %")
    return plots.figure(
        fig,
        "The columns on the left are taller and reach lower. Every dot compares the same two codecs on the same "
        "photograph; only the choice of four files out of twelve differs.",
        f"A cloud of dots around minus {abs(whole):.0f} per cent, reaching from minus {abs(max(rates)):.0f} to minus "
        f"{abs(min(rates)):.0f}: low and wide on the left, higher and narrow on the right",
    )


def own_photograph(image):
    """Let the reader spoil a photograph in two ways."""
    return qualities.own_quality(
        image,
        "A cup of coffee on a wooden table, seen from above",
        ("noise", "contrast"),
        "Choose two distortions and a PSNR. The script spoils the photograph until its 8-bit samples come as close to "
        "that PSNR as they can, and computes SSIM as this chapter does. Until you choose your own, it is a cup of "
        f"coffee. {images.credit('coffee')}",
    )


def blind_test(image, versions, pairs, scores):
    """Let the reader choose between spoilt versions, and compare the choices with each measure's."""
    return qualities.blind_test(
        image,
        "Eileen Collins in her space suit, smiling, against a pale wall",
        versions,
        pairs,
        scores,
        "Choose by mouse or finger, or with the arrow keys ← and → after a click or Tab into the pair. Sides and order "
        "are drawn anew each time, and your choices go nowhere. "
        f"{images.credit('astronaut')}",
    )
