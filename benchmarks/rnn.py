"""Measure a recurrent codec on Kodak, beside JPEG: python benchmarks/rnn.py [jpeg] [webp] [WEIGHTS.safetensors ...]

Every image is coded with 1 to 16 iterations; --checked 1 writes and decodes the file of the first image only, and the
decoder's seconds are then that image's.  Two rules, and every codec by both:

    the paper's    rates are nominal, an eighth of a bit a pixel for each iteration.  JPEG, 4:2:0 with the standard's
                   tables, gets at each rate the smallest file that is not below it, its header not counted, and is
                   drawn at the nominal rate, even where its smallest file is larger: Toderici et al., Table 1, 1.7998
    honest         rates are those of whole files, header included.  JPEG has optimised tables, qualities 1 to 95;
                   where a curve is asked for a rate below its smallest file, it holds that file's score

    area 0.125 ...   under the mean MS-SSIM from 1/8 to 2 bits a pixel, by trapezoids
    area 0.25 ...    the same from 0.25 on, where JPEG really has files

Results are added to benchmarks/results/rnn.json, one entry for each codec, with commit, date and machine.
IMGCOMP_DATA names the folder above kodak/; without it the images are downloaded once.
"""

import argparse
import math
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from measure import save
from tqdm import tqdm

from imgcomp_lib.codecs.rnn import RnnCodec
from imgcomp_lib.measure import curves, images, metrics, peers, quality

NOMINAL = np.arange(1, 17) / 8
QUALITIES = (*range(1, 7), *range(8, 20, 2), *range(20, 80, 5), *range(80, 96, 3))
MEASURES = {"ms_ssim": quality.ms_ssim, "psnr": quality.psnr, "psnr_hvs": quality.psnr_hvs}


def main() -> int:
    """Evaluate each weights file and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "weights", nargs="*", default=["jpeg", "flagship"], help="jpeg, files, names of shipped weights"
    )
    parser.add_argument("--images", type=int, default=24, help="only the first so many of Kodak's 24")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--out", default="rnn", help="name of the results file in benchmarks/results")
    parser.add_argument("--checked", type=int, default=24, help="decode the files of the first so many and compare")
    options = parser.parse_args()
    kodak = range(1, options.images + 1)
    with ProcessPoolExecutor(options.processes) as pool:
        for weights in options.weights:
            jobs, name = [(weights, number, number <= options.checked) for number in kodak], Path(weights).stem
            job = {"jpeg": _jpeg, "webp": _webp}.get(name, _rnn)
            curve = _mean(list(tqdm(pool.map(job, jobs), name, len(jobs))))
            found = {"images": options.images, "curve": curve} | _areas(curve)
            found |= _about(weights) if job is _rnn else {}
            print(_line({"jpeg": "JPEG 4:2:0", "webp": "WebP"}.get(name, name), found), flush=True)
            save(options.out, {name: found})
    return 0


def _rnn(job):
    """Return the curve of one image: rates and scores of 16 iterations, seconds to encode, to decode if checked."""
    weights, number, checked = job
    codec, image = RnnCodec(weights=weights), images.kodak(number)
    start = time.process_time()
    data = codec.encode(image)
    seconds = {"encode_s": time.process_time() - start}
    sizes, pictures = zip(*codec.stages(image), strict=True)
    if checked:
        start = time.process_time()
        decoded = codec.decode(data)
        seconds["decode_s"] = time.process_time() - start
        if len(data) != sizes[-1] or not np.array_equal(pictures[-1], decoded):
            raise AssertionError(f"Kodak {number}: the encoder's picture is not the decoder's")
    head = len(data) - codec.breakdown(data)["payload"]
    plain = 4 * math.prod(-(-side // 32) * 2 for side in image.shape[:2])  # bytes of an iteration that nothing codes
    saved = [1 - (size - head) / (plain * number) for number, size in enumerate(sizes, 1)]
    curve = {"nominal": NOMINAL, "real": [metrics.bpp(size, image) for size in sizes], "saved": saved}
    return curve | _scores(image, pictures) | seconds


def _jpeg(job):
    """Return the curve of one image by both rules: of header-less files at nominal rates, and of whole files."""
    image = images.kodak(job[1])
    found = _files(image, "JPEG", QUALITIES, subsampling="4:2:0", optimize=True)
    rates, pictures = [], []
    for level in range(1, 101):
        codec = peers.Pillow("JPEG", quality=level, subsampling="4:2:0")
        data = codec.encode(image)
        rates.append(metrics.bpp(len(data) - data.index(b"\xff\xda"), image))  # from the scan on
        pictures.append(data)
    chosen = [next(i for i, rate in enumerate(rates) if rate >= nominal or i == 99) for nominal in NOMINAL]
    drawn = {i: quality.ms_ssim(image, codec.decode(pictures[i])) for i in set(chosen)}
    return found | {"nominal": NOMINAL, "paper": [drawn[i] for i in chosen]}


def _webp(job):
    """Return the curve of one image over WebP's real rates."""
    return _files(images.kodak(job[1]), "WEBP", (*range(0, 96, 4), 95), method=6)


def _files(image, kind, levels, **options):
    """Return the scores of whole files at the nominal rates, read off the curve of a codec of Pillow's."""
    rates, pictures = [], []
    for level in levels:
        codec = peers.Pillow(kind, quality=level, **options)
        data = codec.encode(image)
        if not rates or metrics.bpp(len(data), image) > rates[-1]:
            rates.append(metrics.bpp(len(data), image))
            pictures.append(codec.decode(data))
    scores = {name: np.interp(NOMINAL, rates, values) for name, values in _scores(image, pictures).items()}
    return {"real": NOMINAL, "smallest": rates[0]} | scores


def _scores(image, pictures):
    """Return the scores of each picture, by measure."""
    return {name: [measure(image, picture) for picture in pictures] for name, measure in MEASURES.items()}


def _mean(curves):
    """Return the mean of several curves, number by number."""
    found = {key: [curve[key] for curve in curves if key in curve] for key in curves[0]}
    return {key: np.mean(values, axis=0).round(6).tolist() for key, values in found.items()}


def _areas(curve):
    """Return the areas under the mean curve by both rules; real rates that start above the range hold their score."""
    found = {}
    for rule, scores in (("nominal", curve.get("paper", curve["ms_ssim"])), ("real", curve["ms_ssim"])):
        if rule in curve:
            rates = np.array(curve[rule])
            rates[0], rates[-1] = min(rates[0], 0.125), max(rates[-1], 2.0)
            for low in (0.125, 0.25):
                found[f"area {low:g} {rule}"] = round(curves.rate_distortion_area(rates, scores, low), 4)
    return found


def _about(weights):
    """Return what a weights file says of itself, its parameters, and multiplications for one pixel of one iteration."""
    from imgcomp_lib.codecs.rnn import load, locate
    from imgcomp_lib.learned import weights as files

    network, checksum, _ = load(weights)
    encoder, decoder = multiplications(network)
    return {
        "parameters": files.parameters(network),
        "size": locate(weights).stat().st_size,
        "macs_encode": encoder + decoder,
        "macs_decode": decoder,
        "checksum": checksum.hex(),
        "notes": files.notes(locate(weights)),
    }


def multiplications(network) -> tuple[float, float]:
    """Return the multiplications for one pixel of one iteration: of encoder and binariser, and of the decoder."""
    import torch

    if hasattr(network, "multiplications"):
        return network.multiplications()
    counts = dict.fromkeys(("encoder", "binariser", "decoder", "gain"), 0)

    def count(part):
        def hook(conv, _, out):
            counts[part] += conv.weight.numel() * out.shape[2] * out.shape[3]

        return hook

    for name, module in network.named_modules():
        if isinstance(module, torch.nn.Conv2d):
            module.register_forward_hook(count(name.split(".")[0]))
    steps = network.encode(torch.zeros(1, 3, 32, 32), 2)
    next(steps)
    counts.update(dict.fromkeys(counts, 0))  # the first iteration has no hidden states to multiply
    next(steps)
    return (counts["encoder"] + counts["binariser"]) / 1024, (counts["decoder"] + counts["gain"]) / 1024


def _line(name, found):
    """Return one row of the table."""
    line = f"{name:24} " + "  ".join(f"{key} {value:.4f}" for key, value in found.items() if key.startswith("area"))
    if "parameters" not in found:
        return line
    curve, macs = found["curve"], found["macs_encode"]
    line += f"\n    {found['parameters']:,} parameters, {macs:,.0f} multiplications a pixel and iteration, "
    line += f"{curve['encode_s']:.1f} s to encode, {curve['decode_s']:.1f} s to decode"
    line += "\n    saved by the code model: " + ", ".join(
        f"{100 * curve['saved'][k - 1]:.1f} % at {k / 8:g} bpp" for k in (1, 2, 4, 8, 16)
    )
    for measure in ("psnr", "psnr_hvs"):
        line += f"\n    {measure}: " + ", ".join(
            f"{curve[measure][k - 1]:.2f} dB at {k / 8:g} bpp" for k in (1, 2, 4, 8, 16)
        )
    return line


if __name__ == "__main__":
    sys.exit(main())
