"""Run codecs over images and keep what they did, one row a file.

    >>> import numpy as np
    >>> from imgcomp_lib.codecs.raw import Raw
    >>> rows = run({"raw": Raw()}, {"grey": np.zeros((10, 10), np.uint8)})
    >>> rows[0]["size"], rows[0]["bpp"], rows[0]["psnr"]
    (118, 9.44, inf)

Anything with `encode` and `decode` is a codec here, the `peers` of industry included.  Seconds are wall-clock and
noisy: compare them within one run only.  Chapters 1, 2 and 5.
"""

import dataclasses
import math
import time

from tqdm import tqdm

from . import metrics, quality


def run(codecs: dict, images: dict) -> list[dict]:
    """Encode and decode every image with every codec and return one row for each pair.

    codecs: name → codec; images: name → array.  A row has: image, codec, raw (bytes of the samples), size (bytes of
    the file), ratio (raw / size), bpp, psnr (dB, inf where lossless), encode_s, decode_s.  A codec that does not take
    an image (its `ValueError`) leaves a row with size nan and the reason under `refused`.
    """
    jobs = [(i, c) for i in images for c in codecs]
    return [_row(i, images[i], c, codecs[c]) for i, c in tqdm(jobs, "evaluating", delay=1, leave=False, disable=None)]


def sweep(codec, knob: str, values, images: dict) -> list[dict]:
    """Run `codec` with its `knob` at each of `values`; the rows of `run`, each with the knob's value beside the rest.

    >>> import numpy as np
    >>> from imgcomp_lib.codecs.run_length import RunLength
    >>> [row["gray"] for row in sweep(RunLength(), "gray", (0, 1), {"dot": np.zeros((1, 1), np.uint8)})]
    [0, 1]
    """
    if knob not in {field.name for field in dataclasses.fields(codec)}:
        raise ValueError(f"{type(codec).__name__} has no knob {knob!r}")
    settings = {value: dataclasses.replace(codec, **{knob: value}) for value in values}
    named = {repr(changed): changed for changed in settings.values()}
    rows = run(named, images)
    return [row | {knob: getattr(named[row["codec"]], knob)} for row in rows]


def totals(rows: list[dict]) -> list[dict]:
    """Return one row a codec: total raw and file bytes over all its images, and their ratio."""
    names = dict.fromkeys(row["codec"] for row in rows)
    sums = [(n, *(sum(r[key] for r in rows if r["codec"] == n) for key in ("raw", "size"))) for n in names]
    return [{"codec": n, "raw": raw, "size": size, "ratio": metrics.ratio(raw, size)} for n, raw, size in sums]


def _row(image_name, image, codec_name, codec):
    """Return one row of `run`."""
    row = {"image": image_name, "codec": codec_name, "raw": image.nbytes}
    start = time.perf_counter()
    try:
        data = codec.encode(image)
    except ValueError as error:
        return row | {"size": math.nan, "ratio": math.nan, "bpp": math.nan, "psnr": math.nan, "refused": str(error)}
    middle = time.perf_counter()
    decoded = codec.decode(data)
    end = time.perf_counter()
    seconds = {"encode_s": middle - start, "decode_s": end - middle}
    size = {"size": len(data), "ratio": metrics.ratio(image.nbytes, len(data)), "bpp": metrics.bpp(len(data), image)}
    return row | size | {"psnr": quality.psnr(image, decoded)} | seconds
