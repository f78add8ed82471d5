"""A real JPEG file for the reader to break: what the reader's own browser makes of it, and what our reader says.

Our reader is that of `formats.jpeg`, in Python and in the scripts: the same pixels, and the same reason to stop.
"""

import base64
import html
from numbers import Integral

import numpy as np

from ...core.bits import CorruptStream
from ...formats.jpeg import Jpeg
from ...formats.jpeg.decoder import decode
from ...formats.jpeg.encoder import encode
from ...formats.jpeg.scan_bits import REASONS
from ...formats.jpeg.segments import scans
from ...formats.jpeg.to_pixels import to_image, to_samples
from .. import plots
from ..checks import checked, measured
from ..html import viewable
from . import kit
from .jpeg_file import parts, per_cent, picture, standard, style, tenths
from .jpeg_photo import SAMPLINGS

SCRIPTS = ("number.js", "photograph.js", "dct.js", "zigzag.js", "jpeg_bits.js", "jpeg_codes.js", "jpeg_segments.js",
           "jpeg_decode.js", "jpeg_pixels.js", "jpeg_parts.js", "jpeg_per_cent.js", "jpeg_account.js", "jpeg_judged.js",
           "byte_window.js", "broken_jpeg.js")  # fmt: skip
MOST = 1 << 15
"""Bytes of a file."""

MANY, BIT = 48, 16
"""Bytes that are shown at once, and the bit that the slider flips."""

LOOKS = {"scan": 0, "DQT": 1, "SOF0": 2, "DHT": 3, "APP0": 4, "SOS": 5, "SOI": 6, "DRI": 6, "RST": 6, "EOI": 6, "": ""}
NONE = "It shows only whole rows of MCUs, and none had arrived."
ALTS = "What your browser makes of the file", "What our reader makes of the file"


def broken_jpeg(
    image, alt: str, caption: str, quality: int = 75, sampling: str = "4:2:0", interval: int = 0, flip: int = 0
) -> plots.Html:
    """Return a figure with the bytes of a JPEG file, for the reader to break, between two readers' pictures of it.

    image: uint8, grey or RGB, whose file has at most 32768 bytes.  alt: of the whole picture.  quality, sampling: of
    the file, "4:2:0" or "4:4:4".  interval: MCUs between restarts in the file that a button brings; 0 for a row.
    flip: a bit is flipped in this byte of the scan at first, counted from 1; 0 for none.
    """
    pixels = viewable(image)
    if checked("sampling", sampling, str) not in SAMPLINGS:
        raise ValueError(f"sampling is {' or '.join(SAMPLINGS)}, not {sampling!r}")
    side = 16 if pixels.ndim == 3 and sampling == "4:2:0" else 8
    interval = int(measured("interval", interval, 0, 65535, Integral)) or -(-pixels.shape[1] // side)
    knobs = {"quality": int(measured("quality", quality, 1, 100, Integral)), "sampling": sampling}
    files = [Jpeg(**knobs, restart=restart).encode(pixels) for restart in (0, interval)]
    if (longest := max(map(len, files))) > MOST:
        raise ValueError(f"the file has {longest} bytes; up to {MOST} can be looked at")
    scan = next(scans(files[0]))
    measured("flip", flip, 0, scan.end - scan.start, Integral)
    at = scan.start + flip - 1 if flip else 0
    data = _flipped(files[0], at) if flip else files[0]
    left, says = _told(data, files[0])
    settings = {
        "files": [base64.b64encode(file).decode() for file in files],
        "flip": int(flip),
        "looks": {name: _look(name) for name in LOOKS},
        "reasons": REASONS,
        "standard": standard(),
        "alts": ALTS,
        "many": MANY,
    }
    first = style() + _pictures(data, left, pixels.shape, alt, says) + _bytes(data, at, files[1])
    words = f"in byte {flip:,} of {scan.end - scan.start:,}" if flip else "none"
    tools = kit.number("flip", "Flipped bit of the scan", 0, scan.end - scan.start, flip, words)
    tools += (f'<button {kit.QUIET} type="button" class="ic-key ic-restarts" aria-pressed="false">Restart markers'
              "</button>")  # fmt: skip
    return kit.figure("broken-jpeg", first, says, settings, SCRIPTS, caption, tools)


def _flipped(data, at):
    """Return the bytes with a bit of one of them flipped."""
    return data[:at] + bytes([data[at] ^ BIT]) + data[at + 1 :]


def _told(data, whole):
    """Return the frame that our reader makes of a file, None where nothing came, and what it says of it.

    `jpeg_judged.js` says the same.
    """
    right = decode(whole)
    if data == whole:
        return right, f"{len(data):,} bytes, {right.width} × {right.height} pixels, nothing broken."
    try:
        found = decode(data)
    except CorruptStream as error:
        left = _arrived(data)
        share = f"{per_cent(left.height, right.height)} of the picture had arrived." if left else NONE
        return left, f"Our reader stops: {error}. {share}"
    return found, f"Our reader notices nothing. Wrong pixels: {_wrong(to_samples(found), to_samples(right))}."


def _wrong(samples, whole) -> str:
    """Return how many pixels differ, and by how much their wrong samples do; `jpeg_judged.js` says the same."""
    errors = np.abs(samples.astype(np.int64) - whole)
    share, wrong = per_cent(np.count_nonzero(errors.any(2)), errors[:, :, 0].size), np.count_nonzero(errors)
    return f"{share}, by {tenths(errors.sum(), 100 * wrong)} grey levels on average" if wrong else share


def _arrived(data):
    try:
        return decode(data, partial=True)
    except CorruptStream:
        return None


def _seen(frame, alt) -> str:
    """Return a frame as an <img>, of a file of its levels where a file can hold them, else of its pixels."""
    try:
        return picture(encode(frame), alt, (frame.height, frame.width))
    except ValueError:
        return plots.img(to_image(frame), alt, 1)


def _pictures(data, left, shape, alt, says) -> str:
    """Return both pictures: the file itself, and what our reader makes of it."""
    ours = f"{ALTS[1]}. {says}"
    seen = _seen(left, ours) if left else f'<img hidden alt="{html.escape(ours)}">'
    sides = (("Your browser", picture(data, alt, shape)), ("Our reader", seen))
    look = f"aspect-ratio:{shape[1]}/{shape[0]}"
    found = "".join(
        f'<div class="ic-side"><div class="ic-title">{title}</div><div class="ic-arrived" style="{look}">{one}'
        f'<p class="ic-none"{"" if one.startswith("<img hidden") else " hidden"}>nothing</p><i hidden></i></div>'
        '<p class="ic-marks"></p></div>' for title, one in sides)  # fmt: skip
    return f'<div class="ic-twins">{found}</div><p class="ic-account"></p>'


def _bytes(data, at, other) -> str:
    """Return the parts of a file and the bytes about one of them, for the script to make buttons of.

    Parts that only another file has stand there too, unseen.
    """
    sizes = {name: 0 for name, *_ in parts(other)}
    for name, start, end in parts(data):
        sizes[name] = sizes.get(name, 0) + end - start
    chips = "".join(f'<span class="ic-key {_look(name)}" data-part="{name}"{"" if size else " hidden"}>{name} {size:,}'
                    "</span>" for name, size in sizes.items())  # fmt: skip
    first = at - at % MANY
    names = [next(name for name, _, end in parts(data) if i < end) for i in range(first, min(first + MANY, len(data)))]
    cells = "".join(f'<span class="ic-byte {_look(name)}">{data[first + i]:02x}</span>' for i, name in enumerate(names))
    acts = (("00", "Set to 00"), ("FF", "Set to FF"), ("drop", "Delete the byte"))
    edits = "".join(f'<button {kit.QUIET} type="button" class="ic-key" data-act="{act}">{words}</button>'
                    for act, words in acts)  # fmt: skip
    label = "Bytes of the file: arrow keys walk, page keys turn over"
    return (f'<div class="ic-jumps">{chips}</div><div class="ic-bytes" role="group" aria-label="{label}">{cells}</div>'
            f'{kit.bits()}<div class="ic-tools" hidden>{edits}</div>')  # fmt: skip


def _look(name) -> str:
    return f"ic-s{LOOKS.get(name, 6)}" if name else "ic-part-n"
