"""The drawings of chapter 5: a page and its runs, packets as they grow, bit planes, and what a flipped bit does."""

import numpy as np

from imgcomp_lib.entropy import runs as run_lengths
from imgcomp_lib.measure import images
from imgcomp_lib.pages import explore, plots
from imgcomp_lib.pages.hands import packets as packets_by_hand
from imgcomp_lib.transforms import planes as bit_planes


def page(image, row):
    """Draw the page, its first word enlarged, and one row of that word with the lengths of its runs."""
    values, lengths = run_lengths.encode(image[row, 110:400])
    fig, (above, below) = plots.axes(4.8, 5.6, 2, 1, height_ratios=(1.75, 1))
    above.imshow(image.reshape(297, 8, 216, 8).mean((1, 3)), cmap="gray", extent=(0, 1728, 2376, 0))
    above.plot([110, 400, 400, 110, 110], [280, 280, 390, 390, 280], color=plots.COLOURS["orange"])
    below.imshow(image[280:390, 110:400], cmap="gray", extent=(0, 290, 110, 0))
    below.plot([0, 290, 290, 0, 0], [0, 0, 110, 110, 0], color=plots.COLOURS["orange"])
    below.plot([0, 290], [row - 279.5] * 2, color=plots.COLOURS["sky"])
    below.imshow(image[row : row + 1, 110:400], cmap="gray", extent=(0, 290, 137, 123))
    below.plot([0, 290, 290, 0, 0], [123, 123, 137, 137, 123], color=plots.COLOURS["sky"])
    for end, length, value in zip(lengths.cumsum(), lengths, values, strict=True):
        below.text(end - length / 2, 145 if value else 156, length, ha="center", va="center", size=9)
    below.set(xlim=(-2, 292), ylim=(162, -2))
    below.axis("off")
    above.set(xticks=[], yticks=[])
    above.spines[:].set(visible=True, alpha=0.4)
    return plots.figure(
        fig,
        "Follow the blue line through the enlarged word, and find it again below: each number is the length of a white "
        "stretch (upper numbers) or a black one "
        f"(lower numbers); the first and last are cut off by the frame. The page has {image.shape[0]} rows "
        f"of {image.shape[1]} pixels, and was made from a scan: "
        f"enlarged, each pixel turned black or white, and set on an empty sheet. {images.credit('page')}",
        "A printed page whose lower half is empty. Below it its first word, Region, enlarged, and under that one of "
        "its rows as black and white bars, each with "
        "its length in pixels",
    )


def runs(row):
    """Draw ten pixels in three runs."""
    boxes = [(0, 0, 1, 5, "(255, 5)"), (0, 5, 1, 3, "(0, 3)"), (0, 8, 1, 2, "(255, 2)")]
    return plots.figure(
        plots.pixel_grid(row, boxes=boxes)[0],
        "Ten pixels, and below each run its value and its length.",
        "Ten cells: five white, three black, two white, each group in a box with its value and length",
    )


def arriving(row, pack, packets):
    """Step through a row that arrives pixel by pixel, with its packets as if it ended there."""
    counts = range(1, len(row) + 1)
    return explore.stepper(
        [_arrived(row, n, pack, packets) for n in counts],
        [f"after pixel {n}: {len(pack(row[:n]))} bytes" for n in counts],
        start=9,
        alt="A row of twelve pixels and, below it, its packets in hexadecimal: {label}",
        caption="Go from pixel 8 to pixel 10, and watch the 3. Alone, and even as a pair, it joins the raw "
        "packet, because this is the patient encoder; it moves out as soon as a third arrives. "
        "Above are the pixels; below, the packets as they would be if the row ended here. Purple bytes are heads, "
        "and the orange box is the last packet.",
    )


def _arrived(row, n, pack, packets):
    data, x, cells = pack(row[:n]), 0, []
    for _, count, pixels in packets(data):
        start, x = x, x + count
        head = len(cells)
        cells += [(168, 68, 143), *((28 * v, 28 * v, 28 * v) for v in pixels)]
    fig, (top, bottom) = plots.axes(6.5, 1.6, 2, 1)
    plots.pixel_grid(row, boxes=[(0, start, 1, n - start)], dim=[np.arange(len(row)) >= n], high=9, ax=top)
    text, box = [data.hex(" ").split()], [(0, head, 1, len(data) - head)]
    plots.pixel_grid(np.array([cells], np.uint8), text, box, ax=bottom)
    bottom.set(xlim=(-0.5, len(row) - 0.5))
    return fig


def header(file, shape):
    """Show the header of a TGA file, field by field."""
    fields = {
        (0, 1): "no comment after the header",
        (1, 2): "no table of colours",
        (2, 3): "3 for grey + 8 for packets (RGB: 2 + 8)",
        (3, 8): "where the table of colours would be described",
        (8, 12): "position on the screen, x and y",
        (12, 14): f"width, {shape[1]}, low byte first",
        (14, 16): f"height, {shape[0]}, low byte first",
        (16, 17): "bits a pixel (RGB: 24)",
        (17, 18): "rows from the top; 00 would be from the bottom",
    }
    rows = [{"byte": a, "hex": f"`{file[a:b].hex(' ')}`", "says": says} for (a, b), says in fields.items()]
    note = "The 18 bytes in front. The 26 at the end are two empty addresses, the words `TRUEVISION-XFILE.` and a zero."
    return plots.table(rows, note)


def lawn(grass):
    """Show a piece of lawn, and a few of its pixels enlarged."""
    return plots.show(
        [grass[100:356, 100:356], np.kron(grass[228:244, 228:244], np.ones((16, 16), np.uint8))],
        ["256 × 256 pixels", "16 × 16 of them, enlarged"],
        f"Try to find two equal neighbours in the right picture. `grass`, {' × '.join(map(str, grass.shape))} "
        f"pixels. {images.credit('grass')}",
        [
            "Blades of grass from above, grey on grey",
            "A mosaic of grey squares of which hardly any two neighbours are equal",
        ],
    )


def pairs(table):
    """Show mean runs, and bytes as they are, as pairs and as packets."""
    rows = [{"picture": name} | row for name, row in table.items()]
    return plots.table(
        rows,
        "Bytes, and the mean length, in pixels, of a run along the rows. Pairs: the value, and one byte for up to "
        "255. "
        f"{images.credits(['camera', 'coffee'])}",
    )


def gray_code(runs):
    """Draw the numbers 0 to 7 and their planes, in binary and in Gray code."""
    fig, axes = plots.axes(5, 3.4, 2, 1)
    both = {"binary": np.arange(8), "Gray code": bit_planes.gray(np.arange(8))}
    for ax, (title, numbers) in zip(axes, both.items(), strict=True):
        planes = bit_planes.to_planes(numbers, 3)
        plots.pixel_grid(planes, high=1, ax=ax)
        for y, plane in enumerate(planes):
            ax.text(7.7, y, f"{len(runs(plane))} runs", va="center", size=10)
        for x in range(8):
            ax.text(x, -0.9, x, ha="center", va="center", size=10)
        ax.text(-0.8, 1, title, ha="right", va="center")
    return plots.figure(
        fig,
        "Read along the lowest row of each grid: in binary it changes at every step, in Gray code only at every "
        "second. A column is a number from 0 to 7, "
        "and a row is one of its three planes.",
        "Two grids of zeros and ones, three rows by eight columns. In binary the rows have 2, 4 and 8 runs, in "
        "Gray code 2, 3 and 5",
    )


def planes(binary, grays, counted):
    """Step through the eight planes of a photograph, in binary and in Gray code."""

    def seen(name, planes, counts, k):
        picture = plots.img(planes[7 - k][::2, ::2] > 0, f"The plane in {name}, white where the digit is 1")
        title = f"{name}: {counts[7 - k]:,} runs"
        return f'<div style="flex:0 1 256px;min-width:0"><div class="ic-title">{title}</div>{picture}</div>'

    def both(k):
        sides = seen("binary", binary, counted[0], k) + seen("Gray code", grays, counted[1], k)
        return f'<div class="ic-row" style="flex-wrap:nowrap">{sides}</div>'

    return explore.stepper(
        [both(k) for k in range(7, -1, -1)],
        [f"plane {k}, worth {2**k}" for k in range(7, -1, -1)],
        start=1,
        alt="The same bit plane in binary and in Gray code: {label}",
        caption="Compare the sky on the left with the sky on the right, plane by plane. Every second pixel "
        "of `camera` is shown; the runs are counted over all "
        "pixels. " + images.credit("camera"),
    )


def breakdown(parts, estimates):
    """Draw where the bytes of the page went, by both codecs, without what is nothing."""
    parts = {name: {part: n for part, n in found.items() if n} for name, found in parts.items()}
    return plots.breakdown(
        parts,
        estimates,
        "The fax page. In TGA the side information is the packet heads, half of the file; in `RunLength` it is the "
        "bytes in front of the planes. The dashed line is the entropy estimate.",
        "Two bars. TGA: half heads, half pixels, and an estimate a little longer than the bar. RunLength: a bar "
        "a fifth as long, nearly all payload, its "
        "estimate at two thirds of it",
    )


def planes_cost(gammas, plain):
    """Draw what the runs of each plane of a photograph cost, in binary and in Gray code."""
    fig, ax = plots.axes(6.5, 2.8)
    bars = zip((-0.2, 0.2), ("binary", "Gray code"), gammas, ("orange", "blue"), strict=True)
    for shift, name, sizes, colour in bars:
        ax.bar(np.arange(8) + shift, [n / 1000 for n in sizes], 0.38, label=name, color=plots.COLOURS[colour])
        for k, n in enumerate(sizes):
            ax.text(k + shift, n / 1000 + 0.5, f"{n / 1000:.0f}", ha="center", va="bottom", size=8)
    ax.axhline(plain / 1000, ls="--", color=plots.COLOURS["grey"], label="the plane as it is")
    ax.set(xticks=range(8), xticklabels=range(7, -1, -1), xlabel="plane", ylabel="kB")
    ax.legend(ncols=3, loc="lower left", bbox_to_anchor=(0, 1))
    return plots.figure(
        fig,
        "Wherever a blue bar is taller than the dashed line, `RunLength` stores the plane as it is. `camera`: what "
        "the runs of each plane cost in gamma code, in thousands of bytes; the plane as it is takes "
        f"{plain / 1000:.1f}.",
        "Two bars for each plane. Binary grows from plane 7 to plane 0; Gray code dips in plane 6, then grows, "
        "and is below binary in all planes but the top "
        "one, where they are equal",
    )


def ledger(rows):
    """Show the book's four pictures by each codec so far."""
    spec = {"encode, s": ".2f", "decode, s": ".2f"}
    return plots.table(
        rows,
        "The ledger of the book: bytes of whole files, and processor seconds for all four pictures. PNG "
        "is written by Pillow with `optimize=True`. "
        f"{images.credits(['cat', 'coffee', 'camera'])} "
        "`letter`: the fax page.",
        spec,
    )


def flipped(whole, files, at, shape, unpack):
    """Step through what a decoder draws of eight files, each with one bit of the same head flipped."""
    counts = [(f[at] & 127) + 1 for f in [whole, *files]]
    names = [f"{'run' if f[at] > 127 else 'raw packet'} of {n}" for f, n in zip([whole, *files], counts, strict=True)]
    moves = [f", {abs(n - counts[0])} {'less' if n < counts[0] else 'more'}" if n != counts[0] else "" for n in counts]
    labels = [f"bit {bit} flipped: a {names[bit + 1]}{moves[bit + 1]}" for bit in range(8)]
    return explore.stepper(
        [_drawn(file, shape, unpack) for file in [whole, *files]],
        [f"whole: a {names[0]}", *labels],
        start=7,
        alt="The word Region as read from the file. {label}",
        caption="Look below the two orange marks, which stand at row 330. Bits 0 to 6 change the count, and everything "
        "after it slides by that many pixels, to the left where pixels are missing. Bit 7 turns the run into a "
        "raw packet: the next heads are taken for "
        "pixels, and after that pixels for heads.",
    )


def _drawn(file, shape, unpack):
    pixels = unpack(bytes(file[18:-26]))[: shape[0] * shape[1]].ljust(shape[0] * shape[1], b"\x80")
    part = np.frombuffer(pixels, np.uint8).reshape(shape)[285:395, 60:316]
    part = np.stack([part] * 3, axis=2)
    part[44:47, :8] = part[44:47, -8:] = (224, 112, 0)
    picture = plots.img(part, "The word Region and what became of its lower half", zoom=2)
    return f'<div class="ic-row">{picture}</div>'


def own_row(row, levels):
    """Let the reader paint a row."""
    caption = (
        "Paint with the mouse or with the space bar, or type the letters. The bars compare the row as it is, as "
        "pairs and in packets; try white and black in "
        "turn, and then make each pixel stand for many. Orange bars have grown. Packets are those of the patient "
        "encoder; a pair holds 255 pixels at most."
    )
    return packets_by_hand.own_row(row, caption, levels)
