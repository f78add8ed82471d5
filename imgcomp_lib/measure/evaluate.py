"""Run codecs over images and keep what they did, one row a file.

    >>> import numpy as np
    >>> from imgcomp_lib.codecs.raw import Raw
    >>> rows = run({"raw": Raw()}, {"grey": np.zeros((10, 10), np.uint8)})
    >>> rows[0]["size"], rows[0]["bpp"], rows[0]["psnr"]
    (118, 9.44, inf)

Anything with `encode` and `decode` is a codec here, the `peers` of industry included.  Seconds are of the processor,
and noisy all the same: compare them within one run only.  Chapters 1, 2 and 5, and every ledger.
"""

import contextlib
import dataclasses
import math
import time
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from tqdm import tqdm

from ..core import kernels
from . import images, metrics, quality

CORNER = 64
"""Rows and columns that call nearly every kernel of a codec once."""


def run(codecs: dict, images: dict) -> list[dict]:
    """Encode and decode every image with every codec and return one row for each pair.

    codecs: name → codec; images: name → array.  A row has: image, codec, raw (bytes of the samples), size (bytes of
    the file), ratio (raw / size), bpp, psnr (dB, inf where lossless), encode_s, decode_s.  A codec that does not take
    an image (its `ValueError`) leaves a row with size nan and the reason under `refused`.
    """
    _check(codecs, images)
    count = len(codecs) * len(images)
    return list(tqdm(each(codecs, images), "evaluating", count, delay=1, leave=False, disable=None))


def each(codecs: dict, images: dict, warm: bool = False) -> Iterator[dict]:
    """Return the rows of `run` one by one, each when it is asked for.

    warm: count no seconds that pass while weights are loaded or kernels compiled; it takes a little longer.
    """
    _check(codecs, images)
    measured = _warm_row if warm else _row
    return (measured(i, images[i], c, codecs[c]) for i in images for c in codecs)


def ledger(codecs: dict) -> list[dict]:
    """Return a row for each codec: its bytes on each of the book's four pictures, its seconds on all of them together.

    codecs: title → codec.  Nothing is compiled while it is timed.  The pictures are those of `images.ledger`; a codec
    that refuses one has no number there.
    """
    pictures = images.ledger()
    _check(codecs, pictures)
    rows = {name: list(each({name: codec}, pictures, warm=True)) for name, codec in codecs.items()}
    return [
        {"codec": name}
        | {row["image"]: row["size"] for row in found}
        | {f"{verb}, s": sum(row.get(f"{verb}_s", 0) for row in found) for verb in ("encode", "decode")}
        for name, found in rows.items()
    ]


def sweep(codec, knob: str, values, images: dict) -> list[dict]:
    """Run `codec` with its `knob` at each of `values`; the rows of `run`, each with the knob's value beside the rest.

    >>> import numpy as np
    >>> from imgcomp_lib.codecs.run_length import RunLength
    >>> [row["gray"] for row in sweep(RunLength(), "gray", (0, 1), {"dot": np.zeros((1, 1), np.uint8)})]
    [0, 1]
    """
    if not dataclasses.is_dataclass(codec) or knob not in [field.name for field in dataclasses.fields(codec)]:
        raise ValueError(f"{type(codec).__name__} has no knob {knob!r}")
    if not isinstance(values, Iterable) or getattr(values, "ndim", 1) == 0:
        raise ValueError(f"values are those that the knob shall take one after the other, not {values!r}")
    settings = [dataclasses.replace(codec, **{knob: value}) for value in values]
    named = {repr(changed): changed for changed in settings}
    rows = run(named, images)
    return [row | {knob: getattr(named[row["codec"]], knob)} for row in rows]


def totals(rows: list[dict]) -> list[dict]:
    """Return one row a codec: total raw and file bytes over all its images, and their ratio (nan after a refusal)."""
    if not all(isinstance(row, dict) and {"codec", "raw", "size"} <= row.keys() for row in _listed(rows)):
        raise ValueError("rows are those of `run`, with codec, raw and size")
    names = dict.fromkeys(row["codec"] for row in rows)
    sums = [(n, *(sum(r[key] for r in rows if r["codec"] == n) for key in ("raw", "size"))) for n in names]
    return [{"codec": n, "raw": raw, "size": size, "ratio": metrics.ratio(raw, size)} for n, raw, size in sums]


def _check(codecs, images):
    """Raise a `ValueError` for what is no dictionary of codecs, or none of images."""
    for name, named in (("codecs", codecs), ("images", images)):
        if not isinstance(named, Mapping):
            raise ValueError(f"{name} are a dictionary by name, not {type(named).__name__}")
    for name, codec in codecs.items():
        if not (hasattr(codec, "encode") and hasattr(codec, "decode")):
            raise ValueError(f"a codec has `encode` and `decode`; {name!r} is {type(codec).__name__}")
    for name, image in images.items():
        if not isinstance(image, np.ndarray):
            raise ValueError(f"an image is an array; {name!r} is {type(image).__name__}")


def _listed(rows):
    """Return rows where they are a list; a `ValueError` names what they are else."""
    if not isinstance(rows, list):
        raise ValueError(f"rows are a list, not {type(rows).__name__}")
    return rows


def _warm_row(image_name, image, codec_name, codec):
    """Return one row of `run`, after a corner of the image; what still had to be compiled is measured again."""
    with contextlib.suppress(ValueError):  # refused here, refused there, and the row says so
        codec.decode(codec.encode(np.ascontiguousarray(image[:CORNER, :CORNER])))
    with kernels.compiling() as compiled:
        row = _row(image_name, image, codec_name, codec)
    return _row(image_name, image, codec_name, codec) if compiled else row


def _row(image_name, image, codec_name, codec):
    """Return one row of `run`."""
    row = {"image": image_name, "codec": codec_name, "raw": image.nbytes}
    start = time.process_time()
    try:
        data = codec.encode(image)
    except ValueError as error:
        return row | {"size": math.nan, "ratio": math.nan, "bpp": math.nan, "psnr": math.nan, "refused": str(error)}
    middle = time.process_time()
    decoded = codec.decode(data)
    end = time.process_time()
    seconds = {"encode_s": middle - start, "decode_s": end - middle}
    size = {"size": len(data), "ratio": metrics.ratio(image.nbytes, len(data)), "bpp": metrics.bpp(len(data), image)}
    return row | size | {"psnr": quality.psnr(image, decoded)} | seconds
