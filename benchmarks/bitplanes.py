"""The bit-plane codec beside JPEG 2000 and JPEG-LS, lossless, whole files: python benchmarks/bitplanes.py.

Two sets: the 24 Kodak photographs, and those of `photos24.txt` in the folder that IMGCOMP_DATA names, where it has one.
JPEG 2000 is OpenJPEG's with the reversible wavelet and colour transform, JPEG-LS is CharLS's on G, R - G and B - G
modulo 256, a file each, both through imagecodecs.  Bits per pixel are all bytes over all pixels; seconds are the
processor's, of one core, per photograph.  Results go to benchmarks/results/bitplanes.json, with commit, date, machine.
"""

import datetime
import json
import os
import platform
import subprocess
import time
from pathlib import Path

import imagecodecs
import numpy as np
from tqdm import tqdm

from imgcomp_lib.codecs.bitplanes import BitPlanes
from imgcomp_lib.measure import files, images
from imgcomp_lib.transforms.colour import green_first

RESULTS = Path(__file__).parent / "results" / "bitplanes.json"
PEERS = {
    "JPEG 2000": lambda image: imagecodecs.jpeg2k_encode(image, level=0, reversible=True, codecformat="j2k"),
    "JPEG-LS": lambda image: b"".join(imagecodecs.jpegls_encode(plane) for plane in _less_green(image)),
}


def main() -> None:
    """Measure both sets, print a line for each codec, and keep the figures."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    about = {"commit": commit.stdout.strip(), "date": f"{datetime.date.today()}", "machine": _machine()}
    BitPlanes().decode(BitPlanes().encode(np.zeros((2, 2, 3), np.uint8)))  # compile
    sets = {"Kodak": {number: images.kodak(number) for number in range(1, 25)}, "photos24": _photos()}
    found = {name: _measure(name, pictures) for name, pictures in sets.items() if pictures}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(about | found, indent=1) + "\n")


def _measure(name, pictures):
    """Return, for each codec, bits per pixel and seconds over the set, and each photograph's bits per pixel."""
    rows, pixels = {codec: [] for codec in ("bit planes", *PEERS)}, []
    for image in tqdm(pictures.values(), name):
        pixels.append(image.shape[0] * image.shape[1])
        data, encode_s = _timed(BitPlanes().encode, image)
        decoded, decode_s = _timed(BitPlanes().decode, data)
        assert np.array_equal(decoded, image)
        rows["bit planes"].append((len(data), encode_s, decode_s))
        for codec, encode in PEERS.items():
            data, encode_s = _timed(encode, image)
            rows[codec].append((len(data), encode_s))
    return {codec: _summary(name, codec, np.array(values), np.array(pixels)) for codec, values in rows.items()}


def _timed(action, value):
    """Return the result of `action(value)` and the processor seconds that it took."""
    start = time.process_time()
    return action(value), time.process_time() - start


def _summary(name, codec, values, pixels):
    """Print and return what rows of (size, seconds to encode, and to decode where measured) come to."""
    bpp = round(float(8 * values[:, 0].sum() / pixels.sum()), 4)
    seconds = dict(zip(("encode_s", "decode_s"), values[:, 1:].mean(axis=0).round(3).tolist(), strict=False))
    print(f"{name:8} {codec:10} {bpp:.3f} bpp  {seconds}")
    return {"bpp": bpp} | seconds | {"each": (8 * values[:, 0] / pixels).round(4).tolist()}


def _less_green(image):
    """Return G, R - G and B - G modulo 256, each (height, width) uint8."""
    return green_first(image, 0).astype(np.uint8)


def _photos():
    """Return the photographs named in photos24.txt, or none."""
    folder = Path(os.environ.get("IMGCOMP_DATA", "."))
    if not (folder / "photos24.txt").exists():
        return {}
    names = [line for line in (folder / "photos24.txt").read_text().split("\n") if line and not line.startswith("#")]
    return {name: files.load(folder / "train" / name) for name in names}


def _machine():
    """Return the processor's name and how many there are."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
