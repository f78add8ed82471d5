"""The drawings of chapter 14: the bytes of a header, an eye in bits, a file that the page opens, units and scans."""

import base64
import html

import numpy as np
from matplotlib.patches import Rectangle

from imgcomp_lib.measure import images
from imgcomp_lib.pages import explore, plots
from imgcomp_lib.pages.hands import jpeg_damage, jpeg_photo
from imgcomp_lib.transforms import dct, dct_integer

NAMES = {
    0xC0: "SOF0", 0xC2: "SOF2", 0xC4: "DHT", 0xDA: "SOS", 0xDB: "DQT", 0xDD: "DRI", 0xE0: "APP0", 0xE1: "APP1",
    0xE2: "APP2", 0xEC: "APP12", 0xEE: "APP14", 0xFE: "COM", None: "",
}  # fmt: skip
"""What the standard calls a segment."""

LOOKS = {"start": "grey", "JFIF": "purple", "steps": "orange", "frame": "green", "Huffman tables": "blue",
         "head of the scan": "red"}  # fmt: skip
KINDS = {0xE0: "JFIF", 0xDB: "steps", 0xC0: "frame", 0xC4: "Huffman tables", 0xDA: "head of the scan"}
WIDE = 24  # bytes in a row of a dump
PARTS = {"header and tables": "grey", "DC luma": "purple", "AC luma": "blue", "DC chroma": "green",
         "AC chroma": "orange"}  # fmt: skip


def header(data, size):
    """Show the first bytes of a file in hexadecimal, a colour for each kind of segment."""
    kinds, at = ["start", "start"], 2
    while at < len(data):
        length = 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        kinds += length * [KINDS[data[at + 1]]]
        at += length
    rows = ""
    for start in range(0, len(data), WIDE):
        row, place = "", start
        while place < min(start + WIDE, len(data)):
            end = place
            while end < min(start + WIDE, len(data)) and kinds[end] == kinds[place]:
                end += 1
            colour = plots.COLOURS[LOOKS[kinds[place]]]
            row += f'<span style="background:{colour}38;padding:.12em .2em">{data[place:end].hex(" ")}</span>'
            place = end
        rows += f'<span style="opacity:.7">{start:4d}</span> {row}\n'
    alt = f"The first {len(data)} of {size} bytes in hexadecimal; nearly three quarters of them are Huffman tables"
    key = "".join(f'<li><i style="background:{plots.COLOURS[c]}"></i>{name}</li>' for name, c in LOOKS.items())
    style = "overflow-x:auto;background:none;border:0;padding:0;margin:0 0 .5rem;line-height:1.5;font-size:.8em"
    body = f'<div role="img" aria-label="{html.escape(alt)}" tabindex="0" style="overflow-x:auto">'
    body += f'<pre style="{style}">{rows}</pre></div><ul class="ic-key">{key}</ul>'
    return plots.framed(
        body,
        f"The first {len(data)} of {size:,} bytes. Look how much is blue. Each colour is one kind of segment, "
        "and each segment begins with `ff`. The numbers on the left count bytes from the start of the file.",
    )


def chain(segments):
    """Show the segments of a file as a table."""
    rows = []
    for at, marker, body in segments:
        length = len(body) + (0 if marker is None else 4)
        name = "" if marker is None else f"ff {marker:02x} {NAMES[marker]}"
        row = {"at": at, "marker": name, "bytes": length}
        rows.append(row | {"says": _says(marker, body)})
    return plots.table(
        rows,
        "The chain of segments, with the names of the standard: application, quantisation table, start of frame, "
        "Huffman table, start of scan. Bytes count the marker too.",
    )


def _says(marker, body) -> str:
    if marker is None:
        return "the picture"
    if marker == 0xE0:
        return "dots per inch"
    if marker == 0xDB:
        return f"64 steps, table {body[0]}"
    if marker == 0xC0:
        height, width = (int.from_bytes(body[i : i + 2], "big") for i in (1, 3))
        return f"{width} × {height}, {body[5]} components"
    if marker == 0xC4:
        return f"{'AC' if body[0] >> 4 else 'DC'}, table {body[0] & 15}"
    return f"{body[0]} components"


def eye(image, corner, row, words, digits):
    """Draw a block in its photograph, its levels, and its bits."""
    top, left = corner
    steps = dct.scaled(dct.LUMINANCE_TABLE, 10)
    levels = np.zeros(64, int)
    levels[dct.ZIGZAG] = row
    levels = levels.reshape(8, 8)
    drawn = np.clip(dct_integer.inverse(levels * steps) + 128, 0, 255)
    fig, strip = plots.axes(6.8, 3.6)
    fig.set_layout_engine("none")
    strip.set_position((0.01, 0.0, 0.98, 0.32))
    axes = [fig.add_axes((0.015 + 0.247 * i, 0.44, 0.23, 0.45)) for i in range(4)]
    face = image[top - 44 : top + 52, left - 48 : left + 48]
    for ax, values, title in ((axes[0], face, "where it is"), (axes[3], drawn, "what comes back"),
                              (axes[1], image[top : top + 8, left : left + 8], "its pixels")):  # fmt: skip
        ax.imshow(values, cmap="gray", vmin=0, vmax=255)
        ax.set_title(title)
        ax.axis("off")
    axes[0].add_patch(Rectangle((47.5, 43.5), 8, 8, fill=False, ec=plots.COLOURS["orange"], lw=2))
    shown = np.array([[f"{v}".replace("-", "−") if v else "" for v in line] for line in levels])
    plots.pixel_grid(levels, shown, low=-6, high=6, cmap=plots.DIVERGING, cell=0.22, ax=axes[2])
    axes[2].set_title("its levels")
    place = 0
    for number, (word, more) in enumerate(zip(words, digits, strict=True)):
        start = place
        for bits, colour in ((word, "blue"), (more, "orange")):
            for bit in bits:
                strip.add_patch(Rectangle((place, 0), 0.94, 1, color=plots.COLOURS[colour]))
                strip.text(place + 0.47, 0.5, bit, ha="center", va="center_baseline", size=9.5,
                        color=plots.ink_on(colour), family="monospace")  # fmt: skip
                place += 1
        label = ("mean −5", "1", "−4", "five zeros, −1", "zero, 1", "zero, 1", "end")[number]
        strip.text((start + place) / 2, -0.25 - 0.62 * (number % 2), label, ha="center", va="top", size=9.5)
        place += 0.35
    strip.set(xlim=(-0.2, place), ylim=(-1.7, 1.05))
    strip.axis("off")
    return plots.figure(
        fig,
        "The eye at quality 10, in a square on the photograph: its pixels, its levels with the mean at the top left, "
        "and the pixels that a decoder draws. Below are all of its bits, codewords in blue and digits in orange. "
        f"{images.credit('camera')}",
        "A small square on a face, its eight by eight pixels, six numbers at the top left of an empty grid, the block "
        "as it is decoded, and below them a strip of 37 bits in seven groups",
    )


def opened(data, what):
    """Put a JPEG file into the page as it is, for the reader's browser to decode, with a link that saves it."""
    address = f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
    width, height = 512, 512
    body = f'<div class="ic-row"><img src="{address}" alt="Your own JPEG file: {html.escape(what)}" width="{width}" '
    body += f'height="{height}"></div><p style="text-align:center;margin:.6rem 0 0"><a href="{address}" '
    body += 'download="my_first.jpg">Save my_first.jpg</a></p>'
    return plots.framed(body, f"The {len(data):,} bytes of your file, opened by your browser. The link saves them. "
                        f"{images.credit('camera')}")  # fmt: skip


def mcu():
    """Draw an MCU of 4:2:0 and its six blocks in their order."""
    fig, ax = plots.axes(6.6, 2.5)
    sky, orange, purple = (plots.COLOURS[name] for name in ("sky", "orange", "purple"))
    places = [(0, 1), (1, 1), (0, 0), (1, 0)]
    for number, (x, y) in enumerate(places, 1):
        ax.add_patch(Rectangle((x, y), 1, 1, fc=sky, ec=plots.INK, lw=1))
        ax.text(x + 0.5, y + 0.5, f"Y{number}", ha="center", va="center", size=12, color=plots.ink_on("sky"))
    for number, (x, colour, name) in enumerate(((3, orange, "Cb"), (4.6, purple, "Cr"))):
        ax.add_patch(Rectangle((x, 0.5), 1, 1, fc=colour, ec=plots.INK, lw=1))
        ax.text(x + 0.5, 1, name, ha="center", va="center", size=12, color=plots.ink_on(("orange", "purple")[number]))
        ax.text(x + 0.5, 0.38, "8 × 8 for\n16 × 16 pixels", ha="center", va="top", size=9)
    ax.text(1, 2.1, "16 × 16 pixels of luma", ha="center", va="bottom", size=9.5)
    order = ["Y1", "Y2", "Y3", "Y4", "Cb", "Cr", "Y1", "Y2", "…"]
    for i, name in enumerate(order):
        colour = {"Y": "sky", "Cb": "orange", "Cr": "purple"}.get(name if name[0] == "C" else name[0])
        if colour:
            ax.add_patch(Rectangle((6.3, 1.86 - 0.26 * i), 0.8, 0.23, color=plots.COLOURS[colour]))
            ax.text(6.7, 1.975 - 0.26 * i, name, ha="center", va="center_baseline", size=8.5,
                    color=plots.ink_on(colour))  # fmt: skip
        else:
            ax.text(6.7, 1.975 - 0.26 * i, name, ha="center", va="center", size=10)
    ax.text(6.7, 2.1, "in the file", ha="center", va="bottom", size=9.5)
    ax.annotate("", (6.1, 1), (5.75, 1), arrowprops={"arrowstyle": "->", "color": plots.INK})
    ax.set(xlim=(-0.1, 7.3), ylim=(-0.35, 2.35), aspect="equal")
    ax.axis("off")
    return plots.figure(
        fig,
        "One MCU with 4:2:0. Follow the column on the right: four blocks of luma, one of Cb, one of Cr, and then the "
        "next MCU begins.",
        "A square of four blocks Y1 to Y4, one block Cb and one block Cr, and a column with their order in the file",
    )


def parts(shares):
    """Draw what files spend on their parts, in per cent."""
    fig, ax = plots.axes(6.6, 0.55 * len(shares) + 1.3)
    for at, found in enumerate(shares.values()):
        left, total = 0, sum(found.values())
        for part, colour in PARTS.items():
            wide = 100 * found[part] / total
            ax.barh(at, wide, left=left, height=0.66, color=plots.COLOURS[colour], label=part if at == 0 else None)
            if wide > 5:
                ax.text(left + wide / 2, at, f"{wide:.0f}", ha="center", va="center_baseline", size=9.5,
                        color=plots.ink_on(colour))  # fmt: skip
            left += wide
    names = [f"{name}, {q}\n{sum(f.values()):,.0f} bytes" for (name, q), f in shares.items()]
    ax.set(yticks=range(len(shares)), yticklabels=names, xlim=(0, 100), xlabel="per cent of the bits")
    ax.tick_params(axis="y", pad=24, length=0)  # letters grow on a phone
    ax.invert_yaxis()
    ax.grid(visible=False)
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=3, columnspacing=3.5)
    return plots.figure(
        fig,
        "Where the bits of a colour JPEG go, with 4:2:0 and tables of its own; stuffed zeros are left out. The number "
        "behind a name is the quality. The blue parts are the largest everywhere.",
        "Five stacked bars; in each the AC levels of luma take about half or more",
    )


def scans(segments):
    """Show the scans of a progressive file as a table."""
    rows, head = [], None
    for _, marker, body in segments:
        if marker == 0xDA:
            head = body
        if marker is None:
            count = head[0]
            names = [("", "Y", "Cb", "Cr")[head[1 + 2 * i]] for i in range(count)]
            start, end, bits = head[-3], head[-2], head[-1]
            high, low = bits >> 4, bits & 15
            depth = "a bit more" if high else f"all but the last {_bits(low)}" if low else "all bits"
            band = "means" if end == 0 else f"places {start} to {end}"
            rows.append({"scan": len(rows) + 1, "of": ", ".join(names), "sends": band, "how exactly": depth,
                         "bytes": len(body)})  # fmt: skip
    return plots.table(rows, "The scans of a progressive JPEG of the cat at quality 75, as libjpeg writes it.")


def _bits(number) -> str:
    return "bit" if number == 1 else f"{number} bits"


def arriving(fast, slow, image):
    """Step through two files of the same picture as their bytes arrive."""
    frames, labels, alts = [], [], []
    shown = (0.06, 0.1, 0.15, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0)
    for share in shown:
        size, items = round(share * len(fast)), ""
        for name, data in (("baseline", fast), ("progressive", slow)):
            cut = data[:size] + (b"" if size >= len(data) else b"\xff\xd9")
            address = f"data:image/jpeg;base64,{base64.b64encode(cut).decode()}"
            height, width = image.shape[:2]
            alt = f"The cat from the first {size} bytes of a {name} file"
            items += f'<div style="width:min({width}px,calc((100% - 1rem)/2))"><div class="ic-title">{name}</div>'
            items += f'<img class="ic-px" src="{address}" alt="{alt}" width="{width}" height="{height}"></div>'
        frames.append(f'<div class="ic-row">{items}</div>')
        labels.append(f"{size:,} bytes, {100 * share:.0f} %")
        alts.append(f"Two pictures of a cat, of which {100 * share:.0f} % of the bytes have arrived")
    return explore.stepper(
        frames,
        labels,
        alts,
        "The same levels of the same cat, in two orders, and equally many bytes of each. Compare them at 10 %. Each "
        "picture is the beginning of a real file, and it is your browser that makes the best of it. "
        f"{images.credit('cat')}",
        start=1,
    )


def spellings(points, best, plain, price):
    """Draw the bits and errors of all spellings of a block, with the line of equal bills through the best."""
    fig, ax = plots.axes(6, 3.1)
    bits, errors = np.array(points).T
    near = (bits >= 18) & (bits <= 32) & (errors < 18000)
    ax.plot(bits[near], errors[near] / 1000, "o", color=plots.COLOURS["sky"], ms=6)
    at = np.array([17.5, 32.5])
    bills = errors + price * bits
    marks = ((plain, "nearest levels", (9, 5), "--"), (best, "smallest bill", (-9, -13), "-"))
    for place, name, side, look in marks:
        ax.plot(at, (bills[place] - price * at) / 1000, look, color=plots.COLOURS["orange"], lw=1.5)
        ax.plot(bits[place], errors[place] / 1000, "o", mfc="none", mec=plots.COLOURS["red"], ms=11, mew=1.8)
        ax.annotate(name, (bits[place], errors[place] / 1000), side, textcoords="offset points", size=9.5,
                    ha="left" if side[0] > 0 else "right")  # fmt: skip
    ax.set(xlabel="bits for the AC levels", ylabel="squared error, thousands", xlim=(17.5, 34.5), ylim=(9, 18))
    return plots.figure(
        fig,
        "Some of the 48 ways of spelling the eye, near the best one. Along each line all bills are equal, at a price "
        f"of {price:.0f} for a bit. No dot lies below the solid line; the dashed one, through the nearest levels, is "
        f"{bills[plain] - bills[best]:.0f} higher.",
        "Dots that fall from the upper left to the lower right, and two parallel slanting lines; a dot in a circle "
        "lies on each, and none below the lower line",
    )


def curves(plain, saving):
    """Draw quality over size, of plain files and of thrifty ones."""
    fig, ax = plots.axes(6, 3)
    for points, look, name in ((plain, "o-", "nearest levels"), (saving, "s--", "levels worth their bits")):
        sizes, decibels = np.array(points).T
        ax.plot(sizes / 1000, decibels, look, label=name, color=plots.COLOURS["sky" if look == "o-" else "orange"])
    sizes, decibels = np.array(plain).T
    for size, found in saving:
        equal = np.exp(np.interp(found, decibels, np.log(sizes)))
        ax.plot([size / 1000, equal / 1000], [found, found], color=plots.INK, lw=1)
        ax.annotate(f"−{100 - 100 * size / equal:.0f} %", (equal / 1000, found), (5, -4), textcoords="offset points",
                    size=9.5, va="top")  # fmt: skip
    low, high = saving[0][1], saving[-1][1]
    ax.set(xlabel="thousand bytes", ylabel="PSNR, dB", ylim=(low - 1, high + 1), xscale="log",
           xlim=(saving[0][0] / 1250, saving[-1][0] / 700))  # fmt: skip
    ax.xaxis.set_major_formatter("{x:.0f}")
    ax.xaxis.set_minor_formatter("{x:.0f}")
    ax.legend(loc="lower right")
    return plots.figure(
        fig,
        "The camera, as plain JPEGs and as thrifty ones; sizes on a logarithmic scale. The short lines join points "
        "of equal PSNR, and say how much smaller the thrifty file is.",
        "Two rising curves; the dashed one lies to the left of the other, by about a tenth at each of three points",
    )


def broken_jpeg(image):
    """Let the reader break a byte of a JPEG."""
    return jpeg_damage.broken_jpeg(
        np.ascontiguousarray(image[44:204, 104:296]),
        "A ginger cat that looks past the camera",
        "Left, what your browser makes of the file; right, what our reader does. Each step of the slider flips "
        f"a bit of another byte. The button is for later: restart markers are a remedy. {images.credit('cat')}",
        flip=1625,
    )


def own_jpeg(image):
    """Let the reader make a JPEG of a photograph."""
    return jpeg_photo.own_jpeg(
        image,
        "A ginger cat that looks past the camera",
        "The picture is a JPEG that the script on this page has written and your browser has opened. Drag the quality "
        f"down, and watch which of the bars shrink. Nothing leaves this page. {images.credit('cat')}",
    )
