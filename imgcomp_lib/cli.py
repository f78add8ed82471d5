"""The command line.

    imgcomp list                                        the codecs and formats, with their knobs
    imgcomp encode photo.png photo.tga                  the codec by the suffix of the output ...
    imgcomp encode photo.png photo.icl --codec rle --set gray=0       ... or by name, with its knobs
    imgcomp decode photo.icl photo.png
    imgcomp info photo.icl                              what the file is, and where its bytes went
    imgcomp compare photo.png                           every codec on one picture
    imgcomp compare photo.png --codecs cham,jls,jls:near=2,rnn:iterations=4 --html table.html
    imgcomp decode panorama.icl panorama.png --limit 2000000000     more bytes of samples than are read unasked

"-" is standard input, or standard output; there `decode` writes PNG.  A mistake gets one line on standard error and
exit status 2; a file is written whole or not at all; Ctrl-C ends every command at once.
"""

import argparse
import contextlib
import io
import math
import signal
import sys

from . import __version__, calls, terminal
from .terminal import STANDARD

HELP = {"input": "a file, or - for standard input", "output": "a file, or - for standard output"}


def main(arguments: list[str] | None = None) -> int:
    """Run one command, that of this process where there are no arguments; return the exit status, 0, 2 or 130."""
    # Imports that take a second stand in the functions below: they come when Ctrl-C has its meaning.
    if arguments is None:
        terminal.own_process()
    options = _parser().parse_args(arguments)
    try:
        with _limit(options.limit):
            options.run(options)
    except (ValueError, OSError, MemoryError) as error:
        print(f"imgcomp: {terminal.one_line(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:  # while a file was written, or in somebody else's process; the temporary file is gone
        return 128 + signal.SIGINT
    return 0


def list_codecs(_options) -> None:
    """Print each codec with its knobs at rest and the first line of its docstring."""
    every = calls.every()
    width = max(len(calls.call(codec())) for codec in every.values())
    for name, codec in every.items():
        print(f"{name:8} {' '.join(codec.suffixes):8} {calls.call(codec()):{width}} {codec.__doc__.splitlines()[0]}")


def encode(options) -> None:
    """Encode the picture IN to the file OUT, and print both sizes."""
    from .measure import metrics

    codec = calls.choose(options.output, options.codec, options.set)
    image = _load(options.input)
    with terminal.busy(f"encoding with {calls.call(codec)}"):
        data = codec.encode(image)
    terminal.write(
        options.output,
        data,
        f"{len(data):,} bytes, {metrics.bpp(len(data), image):.3f} bits a pixel, "
        f"Cr = {metrics.ratio(image.nbytes, len(data)):.3f} ({calls.call(codec)})",
    )


def decode(options) -> None:
    """Decode the file IN and save the picture as OUT."""
    from .formats.png import Png
    from .measure import files

    data = terminal.read(options.input)
    with terminal.busy(f"decoding {terminal.called(options.input)}"):
        image = calls.of_file(data, options.input).decode(data)
    if image.ndim == 3 and image.shape[2] in (2, 4):
        if options.background is None:
            raise ValueError(
                f"{terminal.called(options.input)} is {_describe(image)}; decode keeps no alpha and needs "
                "--background, 0 for black to 255 for white, to lay it on"
            )
        image = _load(options.input, options.background, data)
    if options.output == STANDARD:
        terminal.write(STANDARD, Png(effort=6).encode(image), _describe(image))
    else:
        files.save(options.output, image)
        print(f"{options.output}: {_describe(image)}")


def info(options) -> None:
    """Print what the file is and how many of its bytes each part took."""
    from .core.bits import CorruptStream
    from .measure import metrics

    data, name = terminal.read(options.input), terminal.called(options.input)
    try:
        codec = calls.of_file(data, options.input)
    except CorruptStream:
        foreign = _foreign(data)
        if not foreign:
            raise
        print(f"{name}: {len(data):,} bytes, {foreign}; not a format that the book writes")
        return
    image = codec.decode(data)
    ratio = metrics.ratio(image.nbytes, len(data))
    print(f"{name}: {codec.name}, {_describe(image)}, {len(data):,} bytes, Cr = {ratio:.3f}")
    for part, size in codec.breakdown(data).items():
        print(f"  {part:18}{size:12,} bytes {100 * size / len(data):6.1f} %")


def compare(options) -> None:
    """Print tables of codecs on the picture IN, lossless and lossy apart, the smallest file first."""
    from .pages import comparison

    codecs, outputs = calls.listed(options.codecs), [path for path in (options.html, options.json) if path]
    for path in outputs:  # before all the work and not behind it
        terminal.check_folder(path)
    image, name = _load(options.input), terminal.called(options.input)
    out = sys.stderr if STANDARD in outputs else sys.stdout
    note = f"{_describe(image)}, {image.nbytes:,} bytes of samples"
    print(f"{name}: {note}", file=out, flush=True)
    with _limit(64 * image.nbytes):  # no decoder may fail at what was made of a picture that is here
        rows = _rows(codecs, {name: image})
    tables = {
        kind: [row for row in rows if (codecs[row["codec"]].promised_psnr == math.inf) == exact]
        for kind, exact in (("lossless", True), ("lossy", False))
    }
    print("\n" + comparison.text(tables), file=out)
    if options.html:
        terminal.write(options.html, comparison.page(name, note, tables).encode(errors="backslashreplace"))
    if options.json:
        about = {"picture": name, "shape": image.shape, "bytes": image.nbytes, "imgcomp": __version__}
        terminal.write(options.json, comparison.as_json(about, tables).encode())


def _parser():
    """Return the parser of the five commands."""
    parser = argparse.ArgumentParser("imgcomp", description="The codecs of Image Compression from Scratch.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(run, *positional, name=None):
        summary = run.__doc__.splitlines()[0]
        sub = commands.add_parser(name or run.__name__, help=summary, description=summary)
        sub.set_defaults(run=run)
        help_ = "read pictures of up to so many bytes of samples: for what is refused otherwise"
        sub.add_argument("--limit", type=int, default=0, metavar="BYTES", help=help_)
        for dest in positional:
            sub.add_argument(dest, metavar={"input": "IN", "output": "OUT"}[dest], help=HELP[dest])
        return sub

    command(list_codecs, name="list")
    sub = command(encode, "input", "output")
    sub.add_argument("--codec", help="a name from 'imgcomp list'; needed for .icl and -")
    sub.add_argument("--set", action="append", default=[], metavar="KNOB=VALUE", help="turn a knob of the codec")
    sub = command(decode, "input", "output")
    sub.add_argument("--background", type=int, metavar="GREY", help="lay alpha on this, 0 (black) to 255 (white)")
    command(info, "input")
    sub = command(compare, "input")
    sub.add_argument(
        "--codecs",
        metavar="A,B:KNOB=VALUE,...",
        help="these alone, knobs turned; a lossy one's rate or quality is a knob: rnn:iterations=4,jls:near=2",
    )
    sub.add_argument("--html", metavar="FILE", help="write the tables as a page; a click on a head sorts it")
    sub.add_argument("--json", metavar="FILE", help="write the tables as numbers for a program")
    return parser


def _limit(size):
    """Return a context in which pictures of `size` bytes of samples are read, and in any case those that always are."""
    from .core import limits

    return limits.at_most(max(size, limits.most()))


def _rows(codecs, images):
    """Return the rows of a comparison; where somebody watches, a bar moves and each row is shown when it comes."""
    from tqdm import tqdm

    from .measure import evaluate
    from .pages import comparison

    rows, width = [], max(map(len, codecs))
    with tqdm(total=len(codecs), leave=False, disable=None) as bar, terminal.ticking(bar.refresh):
        for name, codec in codecs.items():
            bar.set_description(name)
            rows += evaluate.each({name: codec}, images, warm=True)
            bar.update()
            if not bar.disable:
                bar.write(comparison.line(rows[-1], width), file=sys.stderr)
    return rows


def _load(path, background=255, data=None):
    """Return the picture in a file, alpha laid on `background`; of standard input, `data` may have been read."""
    from .measure import files

    with terminal.as_file(path, data) as file:
        return files.load(file, background)


def _foreign(data):
    """Return what Pillow says of a file, or nothing."""
    from PIL import Image

    with contextlib.suppress(Exception), Image.open(io.BytesIO(data)) as picture:  # a header can be wrong in any way
        kind = {"L": "grey", "LA": "grey-alpha"}.get(picture.mode, picture.mode)
        return f"{picture.format} {picture.width} x {picture.height} {kind}"


def _describe(image):
    """Return the size and kind of an image in words."""
    kind = "grey" if image.ndim == 2 else {2: "grey-alpha", 3: "RGB", 4: "RGBA"}[image.shape[2]]
    return f"{image.shape[1]} x {image.shape[0]} {kind}, {8 * image.itemsize} bits a sample"


if __name__ == "__main__":
    sys.exit(main())
