"""PNG sizes against libpng's, and speeds of DEFLATE and Huffman against zlib and constriction.

The folder that IMGCOMP_DATA names holds kodak/ and train/, photos24.txt names the files of train/.
Speeds are CPU time in this process, the best of several rounds after a first one that compiles.
"""

import os
import sys
import time
import zlib
from pathlib import Path

import numpy as np

from imgcomp_lib import deflate, huffman, images
from imgcomp_lib.formats import Png
from imgcomp_lib.inflate import inflate

DATA = Path(os.environ.get("IMGCOMP_DATA", "data"))


def _sets():
    """Return the files of the two sets by name."""
    lines = (DATA / "photos24.txt").read_text().splitlines()
    photos = [DATA / "train" / line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return {"kodak": sorted((DATA / "kodak").glob("kodim*.png")), "photos24": photos}


def png_sizes(efforts=(1, 6, 7, 8, 9)) -> list[dict]:
    """Return one row a set: total bytes and bits a pixel of imagecodecs' PNG at level 9 and of ours at each effort."""
    import imagecodecs

    rows = []
    for name, paths in _sets().items():
        sizes, seconds, pixels = dict.fromkeys(("libpng", *efforts), 0), dict.fromkeys(efforts, 0.0), 0
        for path in paths:
            image = images.load(path)
            pixels += image.shape[0] * image.shape[1]
            sizes["libpng"] += len(imagecodecs.png_encode(image, level=9))
            for effort in efforts:
                start = time.process_time()
                data = Png(effort).encode(image)
                seconds[effort] += time.process_time() - start
                sizes[effort] += len(data)
                assert np.array_equal(imagecodecs.png_decode(data), image), (path, effort)
                assert effort != efforts[0] or np.array_equal(Png().decode(data), image), path
        for key, size in sizes.items():
            rows.append(
                {"set": name, "coder": key, "bytes": size, "bpp": 8 * size / pixels, "ratio": size / sizes["libpng"]}
                | {"seconds_an_image": seconds.get(key, 0) / len(paths)}
            )
    return rows


def _best(function, rounds=7):
    """Return the least CPU time of a call, in seconds, after one that does not count."""
    function()
    times = []
    for _ in range(rounds):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return min(times)


def deflate_speed() -> list[dict]:
    """Return our CPU time over zlib's for writing at zlib-6-like effort and for reading, on three kinds of data."""
    photo = images.photo("coffee")
    text = (Path(deflate.__file__).parent / "plots.py").read_bytes() * 12
    kinds = {"photo, samples": photo.tobytes(), "photo, filtered": _filtered(photo), "text": text}
    rows = []
    for name, data in kinds.items():
        packed = zlib.compress(data, 6)
        raw = packed[2:-4]
        row = {
            "data": name,
            "bytes": len(data),
            "zlib size": len(packed),
            "our size": len(deflate.zlib_encode(data, 6)),
        }
        row["write ratio"] = _best(lambda d=data: deflate.encode(d, 6)) / _best(lambda d=data: zlib.compress(d, 6))
        row["read ratio"] = _best(lambda r=raw: inflate(r)) / _best(lambda r=raw: zlib.decompress(r, -15))
        rows.append(row)
    return rows


def _filtered(image):
    """Return the rows of the image as libpng's heuristic filters them."""
    from imgcomp_lib.formats import _png_filters as png_filter

    return png_filter.filter_by_sum(image.reshape(len(image), -1), 3).tobytes()


def huffman_speed(count=1_000_000) -> dict:
    """Return symbols a second of our table decoder and of constriction's Huffman decoder on the same symbols."""
    import constriction

    rng = np.random.default_rng(0)
    symbols = (np.rint(rng.laplace(0, 9, count)).astype(np.int64) & 255).astype(np.uint8)
    counts = np.bincount(symbols, minlength=256)
    lengths = huffman.lengths(counts)
    data = huffman.encode(symbols, lengths)
    ours = _best(lambda: huffman.decode(data, lengths, count))
    assert np.array_equal(huffman.decode(data, lengths, count), symbols)
    few = 100_000
    encoder = constriction.symbol.QueueEncoder()
    book = constriction.symbol.huffman.EncoderHuffmanTree((counts + 1e-9).astype(np.float64))
    for symbol in symbols[:few].tolist():
        encoder.encode_symbol(symbol, book)
    words, _ = encoder.get_compressed()
    tree = constriction.symbol.huffman.DecoderHuffmanTree((counts + 1e-9).astype(np.float64))

    def theirs():
        decoder = constriction.symbol.QueueDecoder(words)
        take = decoder.decode_symbol
        for _ in range(few):
            take(tree)

    peer = _best(theirs)
    return {"ours /s": count / ours, "constriction /s": few / peer, "ratio": (count / ours) / (few / peer)}


if __name__ == "__main__":
    for row in deflate_speed():
        print(row, flush=True)
    print(huffman_speed(), flush=True)
    for row in png_sizes(tuple(map(int, sys.argv[1:])) or (1, 6, 7, 8, 9)):
        print(row, flush=True)
