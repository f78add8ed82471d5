"""The command line.

    imgcomp list                                        the codecs and formats, with their knobs
    imgcomp encode photo.png photo.tga                  the codec by the suffix of the output ...
    imgcomp encode photo.png photo.icl --codec rle --set gray=0       ... or by name, with its knobs
    imgcomp decode photo.icl photo.png
    imgcomp info photo.icl                              what the file is, and where its bytes went
    imgcomp compare photo.png                           every codec on one picture

A mistake gets one line on standard error and exit status 2; a file is written whole or not at all.
"""

import argparse
import contextlib
import dataclasses
import sys
import threading
from pathlib import Path

from PIL import Image
from tqdm import tqdm

from . import codecs, formats
from .core import atomic, container
from .core.bits import CorruptStream
from .core.codec import Codec
from .measure import evaluate, files, metrics


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit status, 0 or 2."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (ValueError, OSError, MemoryError) as error:
        print(f"imgcomp: {_one_line(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("imgcomp: interrupted, nothing written", file=sys.stderr)
        return 2
    return 0


def list_codecs(_options) -> None:
    """Print each codec with its knobs at rest and the first line of its docstring."""
    every = codecs.CODECS | formats.FORMATS
    width = max(len(_call(codec())) for codec in every.values())
    for name, codec in every.items():
        print(f"{name:8} {' '.join(codec.suffixes):8} {_call(codec()):{width}} {codec.__doc__.splitlines()[0]}")


def encode(options) -> None:
    """Encode the picture IN to the file OUT, and print both sizes."""
    codec = _choose(options.output, options.codec, options.set)
    image = files.load(options.input)
    with _busy(f"encoding with {_call(codec)}"):
        data = codec.encode(image)
    atomic.write_bytes(options.output, data)
    print(
        f"{options.output}: {len(data):,} bytes, {metrics.bpp(len(data), image):.3f} bits a pixel, "
        f"Cr = {metrics.ratio(image.nbytes, len(data)):.3f} ({_call(codec)})"
    )


def decode(options) -> None:
    """Decode the file IN and save the picture as OUT."""
    data = Path(options.input).read_bytes()
    with _busy(f"decoding {options.input}"):
        image = _codec_of(data, options.input).decode(data)
    files.save(options.output, image)
    print(f"{options.output}: {_describe(image)}")


def info(options) -> None:
    """Print what the file is and how many of its bytes each part took."""
    data = Path(options.input).read_bytes()
    try:
        codec = _codec_of(data, options.input)
    except CorruptStream:
        with contextlib.suppress(OSError, SyntaxError), Image.open(options.input) as picture:
            print(
                f"{options.input}: {len(data):,} bytes, {picture.format} {picture.width} x {picture.height} "
                f"{picture.mode}; not a format that the book writes"
            )
            return
        raise
    image = codec.decode(data)
    ratio = metrics.ratio(image.nbytes, len(data))
    print(f"{options.input}: {codec.name}, {_describe(image)}, {len(data):,} bytes, Cr = {ratio:.3f}")
    for part, size in codec.breakdown(data).items():
        print(f"  {part:18}{size:12,} bytes {100 * size / len(data):6.1f} %")


def compare(options) -> None:
    """Print a table of every codec on the picture IN, the smallest file first."""
    image = files.load(options.input)
    every = {_call(codec()): codec() for codec in (codecs.CODECS | formats.FORMATS).values()}
    rows = evaluate.run(every, {options.input: image})
    print(f"{options.input}: {_describe(image)}, {image.nbytes:,} bytes of samples")
    width = max(map(len, every)) + 1
    print(f"{'codec':{width}}{'bytes':>12}{'Cr':>9}{'bpp':>9}{'PSNR':>9}{'encode':>10}{'decode':>10}")
    for row in sorted(rows, key=lambda row: (row["size"] != row["size"], row["size"])):
        if "refused" in row:
            print(f"{row['codec']:{width}}  refused: {row['refused']}")
        else:
            print(
                f"{row['codec']:{width}}{row['size']:12,}{row['ratio']:9.3f}{row['bpp']:9.3f}{row['psnr']:9.2f}"
                f"{row['encode_s']:9.3f}s{row['decode_s']:9.3f}s"
            )


def _parser():
    """Return the parser of the five commands."""
    parser = argparse.ArgumentParser("imgcomp", description="The codecs of Image Compression from Scratch.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(run, *positional, name=None):
        summary = run.__doc__.splitlines()[0]
        sub = commands.add_parser(name or run.__name__, help=summary, description=summary)
        sub.set_defaults(run=run)
        for dest in positional:
            sub.add_argument(dest, metavar={"input": "IN", "output": "OUT"}[dest])
        return sub

    command(list_codecs, name="list")
    sub = command(encode, "input", "output")
    sub.add_argument("--codec", help="a name from 'imgcomp list'; needed for .icl")
    sub.add_argument("--set", action="append", default=[], metavar="KNOB=VALUE", help="turn a knob of the codec")
    command(decode, "input", "output")
    command(info, "input")
    command(compare, "input")
    return parser


def _choose(output, name, settings):
    """Return the codec named by --codec, else by the suffix of OUT, with its knobs turned."""
    every = codecs.CODECS | formats.FORMATS
    suffix = Path(output).suffix.lower()
    by_suffix = formats.format_of(b"", suffix)
    if name is None and by_suffix is None:
        own = suffix in Codec.suffixes
        needed = f"{suffix} files need --codec" if own else f"no codec writes {suffix or 'no suffix'}"
        raise ValueError(f"{needed}; there are {', '.join(every)}")
    if name is not None and name not in every:
        raise ValueError(f"no codec is called {name!r}; there are {', '.join(every)}")
    codec = every[name]() if name else by_suffix
    if suffix not in codec.suffixes:
        raise ValueError(f"{codec.name} writes {' or '.join(codec.suffixes)} files, not {output}")
    knobs = {field.name: field.type for field in dataclasses.fields(codec)}
    return dataclasses.replace(codec, **dict(_setting(text, knobs, codec.name) for text in settings))


def _setting(text, knobs, codec_name):
    """Return the knob and the value of one --set."""
    knob, _, value = text.partition("=")
    if knob not in knobs:
        raise ValueError(f"{codec_name} has no knob {knob!r}; it has {', '.join(knobs) or 'none'}")
    try:
        return knob, knobs[knob](value)
    except ValueError:
        raise ValueError(f"{knob} takes {knobs[knob].__name__}, not {value!r}") from None


def _codec_of(data, path):
    """Return the codec of a file by its magic bytes, else by its suffix."""
    if data[:4] == container.MAGIC:
        return codecs.codec_of(data)
    codec = formats.format_of(data, Path(path).suffix)
    if codec is None:
        raise CorruptStream(f"{path}: not a file that this library writes")
    return codec


def _call(codec):
    """Return a codec as one writes it on a command line: "rle gray=1 depth=0"."""
    return " ".join([codec.name] + [f"{f.name}={getattr(codec, f.name)}" for f in dataclasses.fields(codec)])


def _describe(image):
    """Return the size and kind of an image in words."""
    kind = "grey" if image.ndim == 2 else "RGB"
    return f"{image.shape[1]} x {image.shape[0]} {kind}, {8 * image.itemsize} bits a sample"


def _one_line(error):
    """Return the message of an error without the parts that only a program needs."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return " ".join(str(error).split()) or type(error).__name__


@contextlib.contextmanager
def _busy(what):
    """Show the seconds that pass while one long step runs, from the first second on, where somebody watches."""
    done = threading.Event()

    def tick():
        with tqdm(desc=what, bar_format="{desc}: {elapsed}", delay=1, leave=False, disable=None) as bar:
            while not done.wait(0.2):
                bar.update()

    watcher = threading.Thread(target=tick)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


if __name__ == "__main__":
    sys.exit(main())
