"""The lossless part beside its peers: python benchmarks/lossless.py [SECTION ...]

    photographs   every lossless codec on Kodak and on the 24: bytes, bits a pixel, CPU seconds (the long one); but the
                  champion and JPEG XL, which champion.py measures side by side
    table         only print what is known of them all, the run of champion.py included
    standards     files that a standard rules: PNG beside libpng, GIF beside Pillow, JPEG-LS beside CharLS
    coders        Huffman, arithmetic coding, DEFLATE: rates and speeds beside constriction's and zlib's

Each section prints its tables and adds them to benchmarks/results/: photographs.json has an entry a codec, so that one
may be run again alone (--only), lossless.json has the other tables.  Seconds
are CPU time of one thread; compare them within one table.  IMGCOMP_DATA names the folder above kodak/ and train/.
Peers are the packages of the extras `peers` and `test`.
"""

import argparse
import io
import json
import subprocess
import sys
import time
import zlib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import constriction
import imagecodecs
import numpy as np
from measure import RESULTS, best_cpu, coded, photographs, save, show
from PIL import Image
from tqdm import tqdm

from imgcomp_lib.codecs.arithmetic import Arithmetic
from imgcomp_lib.codecs.bitplanes import BitPlanes
from imgcomp_lib.codecs.huffman import Huffman
from imgcomp_lib.codecs.predict import Predict
from imgcomp_lib.dictionary.deflate import deflate, inflate
from imgcomp_lib.entropy import adaptive_model, huffman, huffman_lengths, static_model
from imgcomp_lib.formats.gif import Gif
from imgcomp_lib.formats.jpegls import JpegLs
from imgcomp_lib.formats.png import Png
from imgcomp_lib.measure import files, images
from imgcomp_lib.measure.peers import Imagecodecs
from imgcomp_lib.prediction import fixed
from imgcomp_lib.transforms.colour import green_back, green_first

SETS = {"kodak": "Kodak", "photos24": "photos24"}  # and what the results call them


# ---- photographs: one row a codec and set


class GreenFirst:
    """A codec whose red and blue planes are coded as their differences from green, modulo 256."""

    def __init__(self, codec):
        self.codec = codec

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file of the differences."""
        return self.codec.encode(green_back(green_first(image, 0)).astype(np.uint8))

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image."""
        return green_back(green_first(self.codec.decode(data)), 0).astype(np.uint8)


class PlaneByPlane:
    """JPEG-LS by CharLS, a file for each of G, R - G and B - G modulo 256."""

    def encode(self, image: np.ndarray) -> bytes:
        """Return the three files behind each other."""
        planes = green_first(image, 0).astype(np.uint8)
        return b"".join(imagecodecs.jpegls_encode(np.ascontiguousarray(plane)) for plane in planes)

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image; the marker at a file's end stands nowhere else."""
        planes = [imagecodecs.jpegls_decode(file + END_OF_IMAGE) for file in data.split(END_OF_IMAGE)[:3]]
        return green_back(np.stack(planes), 0).astype(np.uint8)


END_OF_IMAGE = b"\xff\xd9"

OURS = {
    "Huffman": Huffman(),
    "Arithmetic": Arithmetic(),
    "Predict": Predict(),
    "Bit planes": BitPlanes(),
    "PNG, ours": Png(),
    "JPEG-LS, ours": JpegLs(interleave=1),
    "JPEG-LS, ours, green first": GreenFirst(JpegLs(interleave=1)),
}
PEERS = {
    "PNG, libpng 9": Imagecodecs("png", level=9),
    "JPEG-LS, CharLS, green first": GreenFirst(Imagecodecs("jpegls")),
    "JPEG-LS, CharLS, plane by plane": PlaneByPlane(),
    "JPEG 2000, OpenJPEG": Imagecodecs("jpeg2k", level=0, reversible=True, codecformat="j2k"),
    "WebP, method 6": Imagecodecs("webp", lossless=True, level=100, method=6),
}


def photographs_section(options) -> None:
    """Save one entry a codec: for each set its bytes, bits a pixel, CPU seconds an image to encode and decode."""
    chosen = {name: codec for name, codec in (OURS | PEERS).items() if not options.only or name in options.only}
    paths = {kind: photographs(kind, options.images) for kind in SETS}
    jobs = [(name, kind, path) for name in chosen for kind in SETS for path in paths[kind]]
    with ProcessPoolExecutor(options.processes) as pool:
        done = list(tqdm(pool.map(_one_file, jobs), "photographs", len(jobs)))
    entries = {}
    for name in chosen:
        entries[name] = {"images": options.images}
        for kind in SETS:
            mine = [found for job, found in zip(jobs, done, strict=True) if job[:2] == (name, kind)]
            total = {key: sum(one[key] for one in mine) for key in mine[0]}
            means = {key: total[key] / len(mine) for key in ("encode_s", "decode_s")}
            entry = {"bytes": total["bytes"], "bpp": 8 * total["bytes"] / total["pixels"]} | means
            entry["bytes of each"] = [one["bytes"] for one in mine]
            entries[name][SETS[kind]] = entry
    save("photographs", entries)
    table_section(options)


def table_section(_options) -> None:
    """Print what is known of every codec on both sets, from this run and earlier ones and from `champion.py`."""
    rows = []
    found = {name: {} for name in SETS}
    for name, entry in json.loads((RESULTS / "photographs.json").read_text()).items():
        for kind in SETS:
            found[kind][name] = entry[SETS[kind]]
    if (RESULTS / "champion.json").exists():
        champion = json.loads((RESULTS / "champion.json").read_text())
        for kind in SETS:
            found[kind] |= champion.get(SETS[kind], {}).get("coders", {})
    for name in found["photos24"]:
        kodak, others = found["kodak"].get(name, {}), found["photos24"][name]
        seconds = {f"s to {verb}": kodak.get(f"{verb}_s") for verb in ("encode", "decode")}
        rows.append({"codec": name, "Kodak bpp": kodak.get("bpp"), "photos24 bpp": others["bpp"]} | seconds)
    show(sorted(rows, key=lambda row: -row["photos24 bpp"]))


def _one_file(job):
    """Return bytes, pixels and CPU seconds of one picture coded by one codec, and check what comes back."""
    name, _, path = job
    codec, image = (OURS | PEERS)[name], files.load(path)
    if name in OURS:
        codec.decode(codec.encode(image[:9, :9]))  # compiles, or loads from the cache
    return coded(f"{name}: {path.name}", codec, image)


# ---- standards: files whose form others wrote down


def standards_section(options) -> None:
    """Save sizes of PNG and GIF files beside libpng's and Pillow's, and seconds of JPEG-LS beside CharLS's."""
    png = _png_rows(options.images)
    gif = _gif_rows(options.images)
    jpegls = _jpegls_rows()
    for rows in (png, gif, jpegls):
        show(rows)
    save("lossless", {"png": {"rows": png}, "gif": {"rows": gif}, "jpegls": {"rows": jpegls}})


def _png_rows(count):
    """Return one row a set and effort: our PNG files beside libpng's at level 9."""
    rows = []
    for kind in SETS:
        pictures = [files.load(path) for path in photographs(kind, count)]
        theirs = sum(len(imagecodecs.png_encode(image, level=9)) for image in pictures)
        pixels = sum(image.shape[0] * image.shape[1] for image in pictures)
        for effort in (7, 9):
            start = time.process_time()
            files = [Png(effort).encode(image) for image in tqdm(pictures, f"PNG {effort}", leave=False)]
            seconds = (time.process_time() - start) / len(files)
            for data, image in zip(files, pictures, strict=True):
                assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), image)
            ours = sum(map(len, files))
            row = {"set": kind, "effort": effort, "bytes": ours, "bpp": 8 * ours / pixels, "libpng 9": theirs}
            rows.append(row | {"ratio": ours / theirs, "s to encode": seconds})
    return rows


def _gif_rows(count):
    """Return one row: our GIF files beside Pillow's, which chooses the palette; both hold the same indices."""
    ours = theirs = plain = 0
    for path in photographs("kodak", count):
        picture = Image.open(path).quantize(256)
        sizes = []
        for interlace in (1, 0):
            picture.save(out := io.BytesIO(), "GIF", interlace=interlace)
            sizes.append(out.tell())
        image = np.asarray(picture.convert("RGB"))
        data = Gif().encode(image)
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")), image)
        ours, theirs, plain = ours + len(data), theirs + sizes[0], plain + sizes[1]
    ratios = {"ratio": ours / theirs, "to the plain one": ours / plain}
    return [{"GIF": "Kodak, 256 colours", "bytes": ours, "Pillow": theirs, "Pillow, not interlaced": plain} | ratios]


def _jpegls_rows():
    """Return CPU seconds of JPEG-LS and CharLS, the files being equal from the frame header on."""
    rows, colour = [], images.kodak(5)
    for kind, image in (("RGB", colour), ("grey", colour[:, :, 1].copy())):
        for near in (0, 3):
            codec = JpegLs(near, interleave=2)
            ours, theirs = codec.encode(image), imagecodecs.jpegls_encode(image, near)
            assert ours[2:] == theirs[theirs.index(b"\xff\xf7") :]
            encode = best_cpu(lambda c=codec, i=image: c.encode(i))
            decode = best_cpu(lambda c=codec, d=ours: c.decode(d))
            encode_peer = best_cpu(lambda i=image, n=near: imagecodecs.jpegls_encode(i, n))
            decode_peer = best_cpu(lambda d=ours: imagecodecs.jpegls_decode(d))
            row = {"JPEG-LS": kind, "near": near, "bytes": len(ours), "s to encode": encode, "s to decode": decode}
            rows.append(row | {"encode / CharLS": encode / encode_peer, "decode / CharLS": decode / decode_peer})
    return rows


# ---- coders: rates and speeds of the parts


def coders_section(_options) -> None:
    """Save rates and speeds of the arithmetic coder, Huffman and DEFLATE beside constriction's and zlib's."""
    residuals = fixed.residuals(images.kodak(5)[:, :, 1], "med").ravel().astype(np.int64)
    arithmetic, huffman_row, deflate_rows = _arithmetic_rows(residuals), _huffman_row(residuals), _deflate_rows()
    first = [{"from the cache": "first adaptive arithmetic stream of a process", "s": _first_use()}]
    for rows in (arithmetic, [huffman_row], deflate_rows, first):
        show(rows)
    coders = {"arithmetic": {"rows": arithmetic}, "huffman": huffman_row, "deflate": {"rows": deflate_rows}}
    save("lossless", coders | {"first use": first[0]})


SCL_ARITHMETIC, SCL_HUFFMAN, THEIR_CONSTRICTION = 12_006, 208_837, 37.1e6
"""Symbols/s that the decoders of the Stanford Compression Library do where constriction's static one does the third."""


def _arithmetic_rows(symbols):
    """Return one row a coder: bits a symbol beside the model's ideal, million symbols/s, ratio to constriction's."""
    count, counts = len(symbols), np.bincount(symbols, minlength=256)
    model = constriction.stream.model.Categorical((counts / count).astype(np.float32), perfect=False)
    narrow, freqs = symbols.astype(np.int32), static_model.best(counts)

    def theirs():
        coder = constriction.stream.queue.RangeEncoder()
        coder.encode(narrow, model)
        return coder.get_compressed()

    flags = (symbols == 0).astype(np.int64)
    adaptive = lambda: adaptive_model.encode(symbols, 8), lambda d: adaptive_model.decode(d, count, 8)
    ways = {
        "constriction, static": (1, theirs, lambda d: constriction.stream.queue.RangeDecoder(d).decode(model, count)),
        "static": (1, lambda: static_model.encode(symbols, freqs), lambda d: static_model.decode(d, freqs, count)),
        "adaptive, bytes": (1, *adaptive),
        "adaptive, their decisions": (8, *adaptive),
        "adaptive, one decision": (
            1,
            lambda: adaptive_model.encode(flags, 1),
            lambda d: adaptive_model.decode(d, count, 1),
        ),
    }
    rows = []
    for name, (units, encode, decode) in ways.items():
        data = encode()
        size = data.nbytes if isinstance(data, np.ndarray) else len(data)
        rates = [units * count / best_cpu(call) / 1e6 for call in (encode, lambda d=data, f=decode: f(d))]
        row = {"arithmetic coder": name, "bits": 8 * size / count, "M/s encoded": rates[0], "M/s decoded": rates[1]}
        rows.append(row | {"ratio": rates[1] / (rows[0]["M/s decoded"] if rows else rates[1])})
    rows[1]["ideal bits"] = static_model.cost(counts, freqs) / count
    for row in rows:
        row["times SCL"] = row["ratio"] * THEIR_CONSTRICTION / SCL_ARITHMETIC
    return rows


def _huffman_row(symbols, few=100_000):
    """Return million symbols/s of our table decoder and of constriction's Huffman decoder on the same symbols."""
    counts = np.bincount(symbols, minlength=256)
    lengths = huffman_lengths.optimal(counts, limit=15)
    data = huffman.encode(symbols, lengths)
    ours = len(symbols) / best_cpu(lambda: huffman.decode(data, lengths, len(symbols))) / 1e6
    encoder = constriction.symbol.QueueEncoder()
    book = constriction.symbol.huffman.EncoderHuffmanTree(counts + 1e-9)
    for symbol in symbols[:few].tolist():
        encoder.encode_symbol(symbol, book)
    words, _ = encoder.get_compressed()
    tree = constriction.symbol.huffman.DecoderHuffmanTree(counts + 1e-9)

    def theirs():
        take = constriction.symbol.QueueDecoder(words).decode_symbol
        for _ in range(few):
            take(tree)

    peer = few / best_cpu(theirs) / 1e6
    return {"M/s decoded": ours, "constriction": peer, "ratio": ours / peer, "times SCL": 1e6 * ours / SCL_HUFFMAN}


def _deflate_rows():
    """Return our CPU time over zlib's at level 6, writing and reading, on three kinds of data."""
    photo = images.photo("coffee")
    filtered = fixed.residuals(photo, "left").astype(np.uint8).tobytes()
    text = Path(static_model.__file__).read_bytes() * 12
    rows = []
    for name, data in {"samples": photo.tobytes(), "residuals": filtered, "text": text}.items():
        packed = zlib.compress(data, 6)
        write = best_cpu(lambda d=data: deflate.encode(d, 6)) / best_cpu(lambda d=data: zlib.compress(d, 6))
        read = best_cpu(lambda p=packed: inflate.inflate(p[2:-4]))
        read /= best_cpu(lambda p=packed: zlib.decompress(p[2:-4], -15))
        sizes = {"bytes": len(data), "zlib": len(packed), "ours": len(deflate.zlib_encode(data, 6))}
        rows.append({"DEFLATE": name} | sizes | {"time to write / zlib": write, "time to read / zlib": read})
    return rows


FIRST = """
import time, numpy as np
from imgcomp_lib.entropy import adaptive_model
start = time.perf_counter()
adaptive_model.decode(adaptive_model.encode(np.arange(256), 8), 256, 8)
print(time.perf_counter() - start)
"""


def _first_use():
    """Return the seconds of the first stream in a new process, its kernels being in the cache."""
    return min(float(subprocess.check_output([sys.executable, "-c", FIRST])) for _ in range(3))


SECTIONS = {
    "photographs": photographs_section,
    "table": table_section,
    "standards": standards_section,
    "coders": coders_section,
}


def main() -> int:
    """Run the sections that were asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sections", nargs="*", choices=[[], *SECTIONS], default=[], help="default: all")
    parser.add_argument("--only", nargs="*", choices=OURS | PEERS, metavar="CODEC", help="of the photographs' codecs")
    parser.add_argument("--images", type=int, default=24, help="only the first so many of each set")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    for name in options.sections or SECTIONS:
        SECTIONS[name](options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
