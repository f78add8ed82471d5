"""The champion beside JPEG XL, one thread: python benchmarks/champion.py [--set kodak|photos24|tune] [--images N].

`tune` is every eighth of the photographs on which the champion's constants were chosen; `kodak` and `photos24` never
were.  Figures of these two are written to results/champion.json, which chapter 11 quotes.
"""

import argparse
import json
import os
import platform
import subprocess
import time
from pathlib import Path

import imagecodecs
import numpy as np

from imgcomp_lib.codecs.champion import Champion
from imgcomp_lib.measure import files, images

RESULTS = Path(__file__).parent / "results" / "champion.json"
CODERS = {f"champion {effort}": (Champion(effort).encode, Champion().decode) for effort in (1, 2)} | {
    f"JPEG XL {effort}": (
        lambda image, effort=effort: imagecodecs.jpegxl_encode(image, lossless=True, effort=effort, numthreads=1),
        lambda data: imagecodecs.jpegxl_decode(data, numthreads=1),
    )
    for effort in (3, 9, 10)
}


def pictures(name: str):
    """Yield (name, image) of a set; the photographs lie under the environment variable IMGCOMP_DATA."""
    if name == "kodak":
        yield from ((f"kodim{number:02d}", images.kodak(number)) for number in range(1, 25))
        return
    folder = Path(os.environ["IMGCOMP_DATA"])
    held = [line for line in (folder / "photos24.txt").read_text().splitlines() if not line.startswith("#")]
    others = sorted(path.name for path in (folder / "train").glob("*.png") if path.name not in held)
    yield from ((file, files.load(folder / "train" / file)) for file in (held if name == "photos24" else others[::8]))


def measure(name: str, count: int):
    """Print each picture's bits per pixel, and yield the set's so far with the processor's seconds; all is decoded."""
    Champion().decode(Champion().encode(np.zeros((2, 2, 3), np.uint8)))  # compiles, or loads what was compiled
    pixels, names, totals = 0, [], {coder: [0, 0.0, 0.0] for coder in CODERS}
    for title, image in list(pictures(name))[:count]:
        size = image.shape[0] * image.shape[1]
        pixels, line = pixels + size, []
        for coder, (encode, decode) in CODERS.items():
            start = time.process_time()
            data = encode(image)
            middle = time.process_time()
            assert np.array_equal(decode(data), image), f"{coder} lost something of {title}"
            row = (len(data), middle - start, time.process_time() - middle)
            totals[coder] = [a + b for a, b in zip(totals[coder], row, strict=True)]
            line.append(f"{coder} {8 * len(data) / size:.3f}")
        names.append([title, *line])
        print(f"{title:28}", *line, flush=True)
        yield {"images": len(names), "pixels": pixels, "coders": _rows(totals, pixels, len(names)), "each": names}


def _rows(totals, pixels, count):
    """Return each coder's bits per pixel and mean seconds."""
    return {
        coder: {"bpp": 8 * size / pixels, "encode_s": forth / count, "decode_s": back / count}
        for coder, (size, forth, back) in totals.items()
    }


def keep(name: str, result: dict) -> None:
    """Write a set's figures into the results, with what they were measured on."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    about = {"commit": commit, "date": time.strftime("%Y-%m-%d"), "machine": platform.processor() or platform.machine()}
    versions = {"imagecodecs": imagecodecs.__version__, "jpegxl": imagecodecs.jpegxl_version(), "cores": os.cpu_count()}
    RESULTS.parent.mkdir(exist_ok=True)
    stored = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps(stored | {name: about | versions | result}, indent=1) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", choices=("kodak", "photos24", "tune"), default="kodak")
    parser.add_argument("--images", type=int, default=None)
    options = parser.parse_args()
    for found in measure(options.set, options.images):
        if options.set != "tune":
            keep({"kodak": "Kodak"}.get(options.set, options.set), found)
    for coder, row in found["coders"].items():
        print(
            f"{coder:12} {row['bpp']:7.3f} bpp, {row['encode_s']:6.2f} s to encode, {row['decode_s']:6.2f} s to decode"
        )
