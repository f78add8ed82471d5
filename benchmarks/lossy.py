"""The lossy part beside its peers, on Kodak: python benchmarks/lossy.py [SECTION ...]

    curves     bytes and four measures at about ten qualities between 0.25 and 2 bits a pixel, picture by picture, and
               Bjøntegaard rates against libjpeg-turbo's files in 4:2:0 with Huffman codes of their own (the long one)
    equal      sizes of our files of the coefficients that libjpeg-turbo's files have, and how many of these ours share
    recipe     what each ingredient of a tuned file is worth: rates without it, in the measure that it is tuned for, on
               24 photographs other than Kodak's, on which nothing was chosen
    seconds    CPU time of one thread beside libjpeg-turbo's, a photograph, the coders in turn

Each section prints its tables and adds them to benchmarks/results/lossy.json; `curves` has an entry a coder, so that
one may be run again alone (--only).  A rate is the mean over pictures of `measure.curves.bd_rate`, in per cent, over
the scores that both curves reach between 0.25 and 2 bits a pixel; a curve's score there lies between its points, on
the same piecewise cubic over the logarithm of the rate.  MS-SSIM counts in dB, -10 log10(1 - MS-SSIM).  Measures are
slow, so they are kept in the cache's folder by the digest of the decoded samples: a run that was cut short goes on.
All JPEG files are decoded by libjpeg-turbo, with its interpolation of chroma.

IMGCOMP_DATA names the folder above kodak/ and train/; --set takes other photographs than Kodak's (on which nothing may
be tuned).  Peers are the packages of the extras `peers` and `test`.
"""

import argparse
import functools
import hashlib
import io
import json
import math
import os
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import imagecodecs
import numpy as np
import pyvips
from measure import best_cpu, photographs, save, show
from PIL import Image
from scipy.interpolate import PchipInterpolator
from tqdm import tqdm

from imgcomp_lib.core import atomic
from imgcomp_lib.formats.jpeg import Jpeg
from imgcomp_lib.formats.jpeg.decoder import decode as frame_of
from imgcomp_lib.formats.jpeg.encoder import encode as file_of
from imgcomp_lib.formats.jpeg.optimise import RECIPES, to_frame
from imgcomp_lib.formats.jpeg.scans import smallest
from imgcomp_lib.measure import curves, files
from imgcomp_lib.measure.quality import ms_ssim, psnr, psnr_hvs
from imgcomp_lib.transforms.colour import luma

LOW, HIGH = 0.25, 2.0
"""Bits a pixel between which curves are compared."""

MEASURES = "RGB-PSNR", "Y-PSNR", "MS-SSIM", "PSNR-HVS"
"""In dB, all of them."""

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "imgcomp" / "lossy"
ANCHOR = "JPEG, libjpeg-turbo"


# ---- the coders


class Coder(NamedTuple):
    """What writes files at a quality, what reads them, and the qualities to try, the smallest files first."""

    encode: Callable[[np.ndarray, int], bytes]
    decode: Callable[[bytes], np.ndarray]
    qualities: tuple[int, ...]


def _pillow(data):
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def _turbo(image, quality, **options):
    Image.fromarray(image).save(out := io.BytesIO(), "JPEG", quality=quality, subsampling=2, optimize=True, **options)
    return out.getvalue()


def _mozjpeg(image, quality):
    """Return the file of MozJPEG as its own command line makes it: table 3, trellis, its search of scans."""
    height, width = image.shape[:2]
    picture = pyvips.Image.new_from_memory(image.tobytes(), width, height, 3, "uchar").copy(interpretation="srgb")
    trellis = {"trellis_quant": True, "overshoot_deringing": True, "optimize_scans": True, "quant_table": 3}
    kind = {"optimize_coding": True, "interlace": True, "subsample_mode": "on", "keep": "none"}
    return picture.jpegsave_buffer(Q=quality, **trellis, **kind)


def _ours(**knobs):
    """Return a coder of our JPEG files."""
    return Coder(lambda image, quality: Jpeg(quality, **knobs).encode(image), _pillow, OF_JPEG)


def _webp(image, quality):
    return imagecodecs.webp_encode(image, quality, lossless=False, method=6)


def _avif(image, quality):
    return imagecodecs.avif_encode(image, quality, speed=6, pixelformat="yuv420", codec="aom", numthreads=1)


OF_JPEG = (2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 28, 36, 45, 55, 65, 73, 80, 85, 89, 92, 94, 96, 98)
OF_WEBP = (0, 1, 2, 4, 7, 11, 17, 25, 35, 45, 55, 65, 73, 79, 84, 88, 91, 94, 96, 98)
OF_AVIF = (5, 10, 15, 20, 25, 30, 36, 42, 48, 55, 62, 69, 76, 83, 89, 94, 97)

CODERS = {
    ANCHOR: Coder(_turbo, _pillow, OF_JPEG),
    "JPEG, libjpeg-turbo, progressive": Coder(functools.partial(_turbo, progressive=True), _pillow, OF_JPEG),
    "MozJPEG": Coder(_mozjpeg, _pillow, OF_JPEG),
    "WebP": Coder(_webp, imagecodecs.webp_decode, OF_WEBP),
    "AVIF": Coder(_avif, imagecodecs.avif_decode, OF_AVIF),
    "JPEG, ours": _ours(),
    "JPEG, ours, progressive": _ours(mode="progressive"),
    "JPEG, ours, for RGB-PSNR": _ours(mode="progressive", tune="psnr"),
    "JPEG, ours, for RGB-PSNR, baseline": _ours(tune="psnr"),
    "JPEG, ours, for MS-SSIM": _ours(mode="progressive", tune="msssim"),
    "JPEG, ours, for PSNR-HVS": _ours(mode="progressive", tune="hvs"),
}


# ---- curves: points of every picture, and rates against the anchor


def curves_section(options) -> None:
    """Save an entry a coder: its points, (quality, bytes, four measures) of each picture, and its rates."""
    names = [ANCHOR, *(name for name in options.only or CODERS if name != ANCHOR)]
    paths = photographs(options.set, options.images)
    jobs = [(name, path) for path in paths for name in names]
    with ProcessPoolExecutor(options.processes) as pool:
        found = dict(zip(jobs, tqdm(pool.map(_points, jobs), "curves", len(jobs)), strict=True))
    pixels = {path: math.prod(files.load(path).shape[:2]) for path in paths}
    entries, rows = {}, []
    for name in names:
        pairs = [(pixels[path], found[ANCHOR, path], found[name, path]) for path in paths]
        rates = {measure: _rate(pairs, column) for column, measure in enumerate(MEASURES)}
        key = name if options.set == "kodak" else f"{name}, {options.set}"
        entries[key] = {"images": len(paths), "rates": rates, "points": {p.stem: found[name, p] for p in paths}}
        rows.append({f"% of {options.set}, {len(paths)} pictures": name} | rates)
    show(rows)
    if options.images == 24:
        save("lossy", entries)


def _points(job):
    """Return the points of a coder on a picture, from the last below `LOW` bits a pixel to the first above `HIGH`."""
    name, path = job
    coder, image = CODERS[name], files.load(path)
    made = [(quality, coder.encode(image, quality)) for quality in coder.qualities]
    rates = [8 * len(data) / math.prod(image.shape[:2]) for _, data in made]
    first = max((i for i, rate in enumerate(rates) if rate < LOW), default=0)
    last = next((i for i, rate in enumerate(rates) if rate > HIGH), len(rates) - 1)
    chosen = made[first : last + 1]
    return [[quality, len(data), *_measures(name, path, image, data)] for quality, data in chosen]


def _measures(name, path, image, data):
    """Return the four measures of a file in dB, kept by the digest of its samples."""
    decoded = CODERS[name].decode(data)
    kept = CACHE / f"{path.stem}-{hashlib.sha256(decoded.tobytes()).hexdigest()[:24]}.json"
    if kept.exists():
        return json.loads(kept.read_text())
    error = float(np.mean((luma(image) - luma(decoded)) ** 2))
    found = [psnr(image, decoded), 10 * math.log10(255**2 / error)]
    found += [-10 * math.log10(1 - ms_ssim(image, decoded)), psnr_hvs(image, decoded)]
    CACHE.mkdir(parents=True, exist_ok=True)
    atomic.write_bytes(kept, json.dumps([round(score, 4) for score in found]).encode())
    return json.loads(kept.read_text())


def _rate(pairs, column):
    """Return the mean Bjøntegaard rate of curves against the anchor's, in per cent."""
    cut = ([_cut(points, pixels, column) for points in both] for pixels, *both in pairs)
    return float(np.mean([curves.bd_rate(*anchor, *other) for anchor, other in cut]))


def _cut(points, pixels, column):
    """Return rates and scores of a curve between `LOW` and `HIGH`, its scores there put between its points."""
    rates, scores = [], []
    for _, size, *measured in points:
        if not rates or (8 * size / pixels > rates[-1] and measured[column] > scores[-1]):  # a dent is left out
            rates.append(8 * size / pixels)
            scores.append(measured[column])
    ends = np.clip([LOW, HIGH], rates[0], rates[-1])
    score = PchipInterpolator(np.log(rates), scores)
    within = [rate for rate in rates if ends[0] < rate < ends[1]]
    rates = np.array([ends[0], *within, ends[1]])
    return rates, score(np.log(rates))


# ---- equal: the same coefficients in fewer bytes


def equal_section(options) -> None:
    """Save the bytes of our files with the coefficients of libjpeg-turbo's, over Kodak, by quality."""
    rows = []
    pictures = [files.load(path) for path in photographs("kodak", options.images)]
    for quality in (10, 25, 50, 75, 90, 95, 100):
        row = {"quality": quality}
        for kind in ("baseline", "progressive"):
            ratios, ours, theirs = [], 0, 0
            for image in tqdm(pictures, f"{kind} {quality}", leave=False):
                data = _turbo(image, quality, progressive=kind == "progressive")
                frame = frame_of(data)
                mine = file_of(frame, smallest(frame) if kind == "progressive" else None)
                assert np.array_equal(_pillow(mine), _pillow(data))
                ratios.append(len(mine) / len(data))
                ours, theirs = ours + len(mine), theirs + len(data)
            row |= {kind: ours / theirs, f"worst {kind}": max(ratios)}
        rows.append(row | {"other levels": _other_levels(pictures, quality)})
    show(rows)
    save("lossy", {"equal": {"images": len(pictures), "rows": rows}})


def _other_levels(pictures, quality):
    """Return the share of levels in which our files of pictures differ from libjpeg-turbo's."""
    different = count = 0
    for image in pictures:
        pair = [frame_of(data).components for data in (Jpeg(quality).encode(image), _turbo(image, quality))]
        for mine, theirs in zip(*pair, strict=True):
            different += np.count_nonzero(mine.levels != theirs.levels)
            count += mine.levels.size
    return different / count


# ---- recipe: a tuned file without one of its ingredients

WITHOUT = {
    "nothing": {},
    "chroma by least squares": {"fitted": False},
    "luma that makes good chroma's errors": {"compensated": False},
    "steps fitted to levels": {"refitted": False},
    "turns on a sample": {"turns": 0},
    "the trellis of means": {"means": False},
    "a price of bits": {"price": 0.0},
    "progressive scans": {},
}
"""Names of ingredients, and how a recipe leaves them out."""

SCORES = {"psnr": psnr, "msssim": lambda image, other: -10 * math.log10(1 - ms_ssim(image, other)), "hvs": psnr_hvs}
"""What a file is tuned for, in dB."""


def recipe_section(options) -> None:
    """Save the mean rate against the anchor's of files with one ingredient left out, by what they are tuned for."""
    paths, rows = photographs("photos24", options.images), []
    jobs = [(path, tune, name) for path in paths for tune in SCORES for name in WITHOUT]
    with ProcessPoolExecutor(options.processes) as pool:
        found = dict(zip(jobs, tqdm(pool.map(_without, jobs), "recipe", len(jobs)), strict=True))
    for name in WITHOUT:
        means = {tune: float(np.mean([found[path, tune, name] for path in paths])) for tune in SCORES}
        rows.append({"without": name} | means)
    show(rows)
    if options.images == 24:
        save("lossy", {"recipe, photos24": {"images": len(paths), "rows": rows}})


def _without(job):
    """Return the rate, in per cent, of files without an ingredient on a picture, in the measure they are tuned for."""
    path, tune, name = job
    image, recipe = files.load(path), RECIPES[tune]._replace(**WITHOUT[name])
    progressive = name != "progressive scans"

    def ours(image, quality):
        frame = to_frame(image, quality, "4:2:0", tune, progressive, recipe)
        return file_of(frame, smallest(frame) if progressive else None)

    curves = [_scored(image, _turbo, tune), _scored(image, ours, tune)]
    return _rate([(math.prod(image.shape[:2]), *curves)], 0)


def _scored(image, encode, tune):
    """Return quality, bytes and a score of files, from the last below `LOW` bits a pixel to the first above `HIGH`."""
    points = []
    for quality in OF_JPEG[::2]:
        data = encode(image, quality)
        rate = 8 * len(data) / math.prod(image.shape[:2])
        points = points if rate > LOW else []
        points.append([quality, len(data), SCORES[tune](image, _pillow(data))])
        if rate > HIGH:
            break
    return points


# ---- seconds: CPU time beside libjpeg-turbo's


def seconds_section(_options) -> None:
    """Save CPU seconds of every coder at a quality near one bit a pixel, and ratios to libjpeg-turbo's."""
    image, rows = files.load(photographs("kodak")[4]), []
    for name, coder in CODERS.items():
        quality = next(q for q in coder.qualities if 8 * len(coder.encode(image, q)) > image.size // 3)
        data = coder.encode(image, quality)
        decode = Jpeg().decode if name.startswith("JPEG, ours") else coder.decode
        row = {"coder": name, "quality": quality, "bytes": len(data)}
        row |= {"s to encode": best_cpu(lambda c=coder, q=quality: c.encode(image, q))}
        rows.append(row | {"s to decode": best_cpu(lambda d=decode, f=data: d(f))})
    for row in rows:
        row |= {f"{verb} / turbo": row[f"s to {verb}"] / rows[0][f"s to {verb}"] for verb in ("encode", "decode")}
    show(rows)
    save("lossy", {"seconds": {"rows": rows}})


SECTIONS = {"curves": curves_section, "equal": equal_section, "recipe": recipe_section, "seconds": seconds_section}


def main() -> int:
    """Run the sections that were asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sections", nargs="*", choices=[[], *SECTIONS], default=[], help="default: all")
    parser.add_argument("--only", nargs="*", choices=CODERS, metavar="CODER", help="of the coders of the curves")
    parser.add_argument("--set", choices=["kodak", "photos24", "tune"], default="kodak", help="of photographs")
    parser.add_argument("--images", type=int, default=24, help="only the first so many of the set")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    for name in options.sections or SECTIONS:
        SECTIONS[name](options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
