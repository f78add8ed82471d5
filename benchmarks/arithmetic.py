"""How fast the arithmetic coder is beside constriction's, and GIF files beside Pillow's."""

import io
import time

import numpy as np
from PIL import Image

from imgcomp_lib import chances, frequencies, images, predict
from imgcomp_lib.formats import Gif

SCL_SYMBOLS = 12_006
"""Symbols/s of the Stanford Compression Library's static arithmetic decoder, where constriction's does 37.1 million."""


def best_cpu(call, runs=7):
    """Return the least CPU seconds of `runs` calls after one that compiles."""
    call()
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        call()
        seconds.append(time.process_time() - start)
    return min(seconds)


def arithmetic_speed():
    """Return one row a coder: name, million symbols/s encoded and decoded, bits a symbol, and the ratio of decoding.

    Symbols: MED residuals of Kodak image 5, green.  A decision is one binary symbol of the adaptive coder.  `ratio`
    is to constriction's static range decoder in the same run, None where it is not installed.
    """
    symbols = predict.residuals(images.kodak(5)[:, :, 1], "med").ravel().astype(np.int64)
    count, counts = len(symbols), np.bincount(symbols, minlength=256)
    rows = []

    def row(name, units, encode, decode, message=symbols):
        data = encode()
        size = data.nbytes if isinstance(data, np.ndarray) else len(data)
        assert np.array_equal(decode(data), message)
        rates = [units * count / best_cpu(call) / 1e6 for call in (encode, lambda: decode(data))]
        rows.append({"coder": name, "encode_M": rates[0], "decode_M": rates[1], "bits": 8 * size / count})

    try:
        import constriction

        model = constriction.stream.model.Categorical((counts / count).astype(np.float32), perfect=False)
        narrow = symbols.astype(np.int32)

        def theirs():
            coder = constriction.stream.queue.RangeEncoder()
            coder.encode(narrow, model)
            return coder.get_compressed()

        row("constriction, static", 1, theirs, lambda d: constriction.stream.queue.RangeDecoder(d).decode(model, count))
    except ImportError:
        pass
    freqs = frequencies.best(counts)
    row("static", 1, lambda: frequencies.encode(symbols, freqs), lambda d: frequencies.decode(d, freqs, count))
    for memory in (0, 6):
        name = f"adaptive, memory {memory}"
        encode = lambda m=memory: chances.encode(symbols, 8, m)  # noqa: E731
        decode = lambda d, m=memory: chances.decode(d, count, 8, m)  # noqa: E731
        row(f"{name}: decisions", 8, encode, decode)
        last = rows[-1]
        eighths = {key: last[key] / 8 for key in ("encode_M", "decode_M")}
        rows.append(last | {"coder": f"{name}: bytes", **eighths})
    flags = (symbols == 0).astype(np.int64)
    row("adaptive, zero or not", 1, lambda: chances.encode(flags, 1), lambda d: chances.decode(d, count, 1), flags)
    peer = rows[0]["decode_M"] if rows[0]["coder"].startswith("constriction") else None
    return [r | {"ratio": peer and r["decode_M"] / peer} for r in rows]


def gif_sizes(numbers=range(1, 25), colours=256):
    """Return one row an image: bytes of Pillow's GIF (as it comes, and not interlaced) and of ours, same indices.

    Pillow chooses the palette; both write the very same picture of at most `colours` colours.
    """
    rows = []
    for number in numbers:
        picture = Image.fromarray(images.kodak(number)).quantize(colours)
        sizes = {}
        for name, options in (("pillow", {}), ("pillow_plain", {"interlace": 0})):
            out = io.BytesIO()
            picture.save(out, "GIF", **options)
            sizes[name] = out.tell()
        image = np.asarray(picture.convert("RGB"))
        start = time.process_time()
        data = Gif().encode(image)
        middle = time.process_time()
        assert np.array_equal(Gif().decode(data), image)
        seconds = {"encode_s": middle - start, "decode_s": time.process_time() - middle}
        rows.append({"image": number, **sizes, "ours": len(data), **seconds})
    return rows


if __name__ == "__main__":
    for r in arithmetic_speed():
        print({k: round(v, 4) if isinstance(v, float) else v for k, v in r.items()})
    rows = gif_sizes()
    for r in rows:
        print(
            r["image"],
            r["pillow"],
            r["pillow_plain"],
            r["ours"],
            round(r["ours"] / r["pillow"], 4),
            round(r["ours"] / r["pillow_plain"], 4),
            f"{r['encode_s']:.2f} {r['decode_s']:.3f}",
        )
    total = {k: sum(r[k] for r in rows) for k in ("pillow", "pillow_plain", "ours")}
    print(
        total,
        total["ours"] / total["pillow"],
        total["ours"] / total["pillow_plain"],
        "worst",
        max(r["ours"] / r["pillow"] for r in rows),
        max(r["ours"] / r["pillow_plain"] for r in rows),
    )
