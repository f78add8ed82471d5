"""The champion beside JPEG XL, one thread: python benchmarks/champion.py [--set kodak|photos24|tune] [--images N].

`tune` is every eighth of the photographs on which the champion's constants were chosen; `kodak` and `photos24` never
were.  Figures of these two are written to results/champion.json, which chapter 11 quotes.
"""

import argparse

import imagecodecs
import numpy as np
from measure import coded, photographs, save, show

from imgcomp_lib.codecs.champion import Champion
from imgcomp_lib.measure import files
from imgcomp_lib.measure.peers import Imagecodecs

CODERS = {f"champion {effort}": Champion(effort) for effort in (1, 2)} | {
    f"JPEG XL {effort}": Imagecodecs("jpegxl", lossless=True, effort=effort, numthreads=1) for effort in (3, 9, 10)
}
TITLES = {"kodak": "Kodak", "photos24": "photos24"}


def measure(name: str, count: int):
    """Print each picture's bits per pixel, and yield the set's so far with the processor's seconds; all is decoded."""
    Champion().decode(Champion().encode(np.zeros((2, 2, 3), np.uint8)))  # compiles, or loads what was compiled
    names, found = [], {coder: [] for coder in CODERS}
    for path in photographs(name, count):
        image, line = files.load(path), []
        for coder, codec in CODERS.items():
            row = coded(f"{coder}: {path.name}", codec, image)
            found[coder].append(row)
            line.append(f"{coder} {8 * row['bytes'] / row['pixels']:.3f}")
        names.append([path.stem if name == "kodak" else path.name, *line])
        print(f"{names[-1][0]:28}", *line, flush=True)
        pixels = sum(row["pixels"] for row in found["champion 1"])
        yield {"images": len(names), "pixels": pixels, "coders": _means(found, pixels), "each": names}


def _means(found, pixels):
    """Return each coder's bits per pixel and mean seconds."""
    seconds = {
        c: {key: sum(row[key] for row in rows) / len(rows) for key in ("encode_s", "decode_s")}
        for c, rows in found.items()
    }
    return {c: {"bpp": 8 * sum(row["bytes"] for row in rows) / pixels} | seconds[c] for c, rows in found.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", choices=(*TITLES, "tune"), default="kodak")
    parser.add_argument("--images", type=int, default=None)
    options = parser.parse_args()
    versions = {"imagecodecs": imagecodecs.__version__, "jpegxl": imagecodecs.jpegxl_version()}
    for so_far in measure(options.set, options.images):
        if options.set in TITLES:
            save("champion", {TITLES[options.set]: versions | so_far})
    show([{"coder": coder} | row for coder, row in so_far["coders"].items()])
