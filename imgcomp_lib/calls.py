"""Codecs as one writes them on a command line: by name, by the suffix of a file, with their knobs turned.

The library is imported when it is asked for: see `terminal`.
"""

import dataclasses
import math
from pathlib import Path

from .terminal import STANDARD, called


def every():
    """Return every codec and format by name."""
    from . import codecs, formats

    return codecs.CODECS | formats.FORMATS


def choose(output, name, settings):
    """Return the codec named by --codec, else by the suffix of OUT, with its knobs turned."""
    from . import formats
    from .core.codec import Codec

    suffix = Path(output).suffix.lower()
    by_suffix = formats.format_of(b"", suffix)
    if name is None and by_suffix is None:
        own = suffix in Codec.suffixes
        needed = f"{suffix} files need --codec" if own else f"no codec writes {suffix or 'no suffix'}"
        needed = "standard output needs --codec" if output == STANDARD else needed
        raise ValueError(f"{needed}; there are {', '.join(every())}")
    codec = named(name) if name else by_suffix
    if output != STANDARD and suffix not in codec.suffixes:
        raise ValueError(f"{codec.name} writes {' or '.join(codec.suffixes)} files, not {output}")
    return turned(codec, settings)


def listed(text):
    """Return the codecs of --codecs, else all, as they are called; the lossless ones come first."""
    words = [word.split(":") for word in (text.split(",") if text else every())]
    found = [turned(named(name), settings) for name, *settings in words]
    return {call(codec): codec for codec in sorted(found, key=lambda codec: codec.promised_psnr != math.inf)}


def named(name):
    """Return the codec of that name, its knobs at rest."""
    known = every()
    if name not in known:
        raise ValueError(f"no codec is called {name!r}; there are {', '.join(known)}")
    return known[name]()


def turned(codec, settings):
    """Return the codec with its knobs turned, each setting a KNOB=VALUE."""
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


def call(codec):
    """Return a codec as one writes it on a command line: "rle gray=1 depth=0"."""
    return " ".join([codec.name] + [f"{f.name}={getattr(codec, f.name)}" for f in dataclasses.fields(codec)])


def of_file(data, path):
    """Return the codec of a file by its magic bytes, else by its suffix."""
    from . import codecs, formats
    from .core import bits, container

    if data[:4] == container.MAGIC:
        return codecs.codec_of(data)
    codec = formats.format_of(data, Path(path).suffix)
    if codec is None:
        raise bits.CorruptStream(f"{called(path)}: not a file that this library writes")
    return codec
