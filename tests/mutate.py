"""Damage real files of each format and read them, each batch in a child process.

    python tests/mutate.py [how many a format] [format ...]         a million, and every format, unless told otherwise

A file is mutated by one to four steps: a bit flipped, a byte or a word set to an extreme, a piece cut out, doubled,
zeroed or exchanged, the end cut off.  It goes through `load`; those of the library's own formats and codecs go through
their decoder too, with checksums that fit.  An outcome is a picture, `CorruptStream` or `Unsupported`; anything else is
a failure.  Where the child dies by a signal, the mutation that it was at is known, the crash is somebody's C library's,
and the batch goes on behind it in a new child.
"""

import contextlib
import io
import itertools
import json
import logging
import os
import random
import struct
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
from attack import seal
from conftest import EVERY, pattern
from PIL import Image

from imgcomp_lib.core.bits import CorruptStream, Unsupported
from imgcomp_lib.measure import files

MANY, BATCH = 1_000_000, 20_000
MEMORY = 4 << 30
"""Bytes of address space for a child: a wild allocation fails, and is then told."""
EXTREMES = (
    b"\0",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\0\0",
    b"\xff\xff",
    b"\xff\xff\xff\xff",
    b"\0\0\0\0",
    b"\x7f\xff\xff\xff",
)
WRITTEN = "AVIF BLP BMP DDS GIF ICNS ICO IM JPEG JPEG2000 MPO MSP PCX PNG PPM QOI SGI SPIDER TGA TIFF WEBP XBM"
"""Formats that Pillow writes and reads."""


def seeds() -> dict[str, list[tuple[str, bytes]]]:
    """Return small whole files of each format, and their suffixes."""
    found = {}
    for kind, mode in itertools.product(WRITTEN.split(), ("L", "RGB", "RGBA", "P", "CMYK", "I;16", "1")):
        out = io.BytesIO()
        with contextlib.suppress(Exception):  # a mode that the format does not have
            _picture(mode).save(out, kind, exif=_exif()) if kind in ("JPEG", "PNG", "WEBP") else _picture(mode).save(
                out, kind
            )
            found.setdefault(kind, []).append((f".{kind.lower()}", out.getvalue()))
    found["TIFF"] += list(_tiffs())
    for name in ("jpegxl", "jpegxr", "jpeg2k", "jpegls", "avif"):
        with contextlib.suppress(ImportError, AttributeError):
            import imagecodecs

            deep = pattern(16, 18, 3, np.uint16)
            made = getattr(imagecodecs, f"{name}_encode")(deep >> 6 if name == "avif" else deep, **_options(name))
            found.setdefault(name, []).append((f".{name}", made))
    for name, codec in EVERY.items():
        if name != "rnn":
            found[f"codec {name}"] = [(name, codec().encode(image)) for image in (pattern(9, 8), pattern(8, 9, 3))]
    found["codec jpeg"] += jpegs()
    return found


def jpegs() -> list[tuple[str, bytes]]:
    """Return JPEG files as Pillow writes them: progressive and not, with restarts, of one, three and four planes."""
    found = []
    for mode, progressive, restart in itertools.product(("L", "RGB", "CMYK"), (False, True), (0, 2)):
        out = io.BytesIO()
        options = {"progressive": progressive, "restart_marker_blocks": restart, "exif": _exif()}
        _picture(mode).save(out, "JPEG", subsampling=2 * (restart == 0), **options)
        found.append(("jpeg", out.getvalue()))
    return found


def with_segments_moved(data: bytes, rng: random.Random) -> bytes:
    """Return a JPEG file cut at its markers, one part repeated, left out, or exchanged with another."""
    parts = data.split(b"\xff")
    one, other, step = rng.randrange(len(parts)), rng.randrange(len(parts)), rng.randrange(3)
    if step == 0:
        parts[one:one] = [parts[other]] * rng.choice((1, 2, 50))
    elif step == 1:
        del parts[one]
    else:
        parts[one], parts[other] = parts[other], parts[one]
    return b"\xff".join(parts)


def _options(name):
    return {"avif": {"bitspersample": 10}, "jpeg2k": {"level": 0}}.get(name, {})


def _picture(mode):
    """Return a small Pillow image of one of its modes."""
    if mode == "I;16":
        return Image.fromarray(pattern(16, 18, 1, np.uint16))
    return Image.fromarray(pattern(16, 18, 3)).convert(mode)


def _exif():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "maker"
    return exif


def _tiffs():
    """Yield TIFF files of 16 bits, in strips and tiles, packed and not."""
    import tifffile

    for planes, tile, compression in itertools.product((1, 3, 4), (None, (16, 16)), (None, "zlib")):
        out = io.BytesIO()
        tifffile.imwrite(out, pattern(16, 18, planes, np.uint16), tile=tile, compression=compression, metadata=None)
        yield ".tif", out.getvalue()


def mutate(data: bytes, rng: random.Random) -> bytes:
    """Return the bytes with one to four things wrong."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        if not out:
            break
        near = min(len(out), 64) if rng.random() < 0.4 else len(out)  # headers are where harm is done
        at, size = rng.randrange(near), rng.choice((1, 2, 4, 16, 64))
        step, word = rng.randrange(7), rng.choice(EXTREMES)
        if step == 0:
            out[at] ^= 1 << rng.randrange(8)
        elif step == 1:
            out[at] = rng.randrange(256)
        elif step == 2:
            out[at : at + len(word)] = word
        elif step == 3:
            del out[at : at + size]
        elif step == 4:
            out[at:at] = out[at : at + size]
        elif step == 5:
            del out[max(1, at) :]
        else:
            number = struct.pack(rng.choice(("<I", ">I")), rng.choice((0, 1, 255, 65535, len(data), 1 << 31)))
            out[at : at + 4] = number
    return bytes(out)


def outcome(suffix: str, data: bytes, folder: str, rng: random.Random) -> str:
    """Return what came of reading one file: the name of an error, or "picture"; a failure raises."""
    try:
        if suffix in EVERY:
            codec = EVERY[suffix]()
            if suffix == "jpeg" and rng.random() < 0.3:
                data = with_segments_moved(data, rng)
            data = seal(codec, data) if rng.random() < 0.8 else data
            with contextlib.suppress(CorruptStream, Unsupported):
                codec.breakdown(data)
            codec.decode(data)
        else:
            path = Path(folder, f"file{suffix}")
            path.write_bytes(data)
            files.load(path)
    except (CorruptStream, Unsupported) as error:
        return type(error).__name__
    return "picture"


def child(kinds: list[str], first: int, last: int, skipped: list[str], progress: str) -> None:
    """Read the mutations `first` to before `last` of some formats; print counts and failures of each as JSON."""
    found = seeds()
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("error")
    logging.disable()
    with open(progress, "wb", buffering=0) as at, tempfile.TemporaryDirectory() as folder:
        for kind in kinds:
            counts, failures = {}, []
            for number in range(first, last):
                name = f"{kind} {number}"
                at.seek(0)
                at.write(name.ljust(60).encode())
                if name in skipped:
                    continue
                rng = random.Random(name)
                suffix, whole = found[kind][number % len(found[kind])]
                try:
                    word = outcome(suffix, mutate(whole, rng), folder, rng)
                except Exception as error:
                    word = "failure"
                    failures.append(f"{name}: {type(error).__name__}: {error}")
                counts[word] = counts.get(word, 0) + 1
            print(json.dumps([kind, counts, failures[:20]]))


def run(kinds, first: int, last: int) -> tuple[dict[str, dict[str, int]], list[str], list[str]]:
    """Return for each format how often each outcome came, failures in words, and where a child died."""
    crashes = []
    with tempfile.TemporaryDirectory() as folder:
        progress = os.path.join(folder, "progress")
        while True:
            work = json.dumps([list(kinds), first, last, crashes, progress])
            result = subprocess.run([sys.executable, __file__, "--child", work], capture_output=True, text=True)
            if result.returncode >= 0:
                break
            crashes.append(Path(progress).read_text().strip())  # a signal: somebody's C library; on without this one
    if result.returncode:
        raise RuntimeError(result.stderr[-2000:])
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return {kind: counts for kind, counts, _ in lines}, [text for *_, wrong in lines for text in wrong], crashes


def main(count: int, kinds: list[str]) -> None:
    """Print what came of so many mutations of each format, as it comes, in batches."""
    for kind in kinds or seeds():
        total, failures, crashes = {}, [], []
        for first in range(0, count, BATCH):
            found, wrong, dead = run([kind], first, min(count, first + BATCH))
            total = {word: total.get(word, 0) + found[kind].get(word, 0) for word in total | found[kind]}
            failures, crashes = failures + wrong, crashes + dead
        print(
            f"{kind:12}",
            dict(sorted(total.items())),
            *failures,
            *(f"crash at {n}" for n in crashes),
            sep="  ",
            flush=True,
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*json.loads(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else MANY, sys.argv[2:])
