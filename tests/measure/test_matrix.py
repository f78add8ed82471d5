"""A generated matrix of files, format x depth x colour x alpha x layout, against the picture that was written.

All of it is lossless, so that the truth is known; a second decoder, tifffile or imagecodecs, has to see the samples
that were meant to be in the file, or the file is no evidence.  `load` gives the picture, or says by name what it does
not read; the number of each is pinned.
"""

import io
import itertools
import struct
import zlib

import numpy as np
import pytest
from conftest import pattern
from PIL import Image

from imgcomp_lib.core.bits import Unsupported
from imgcomp_lib.measure import files

SIDES = 19, 21
TYPES = {8: np.uint8, 16: np.uint16}
imagecodecs = pytest.importorskip("imagecodecs", reason="writes and judges most of the matrix")
tifffile = pytest.importorskip("tifffile")


def samples(bits, planes, peak=None):
    """Return (h, w) or (h, w, planes) samples of a few bits, 0 and the peak among them."""
    made = pattern(*SIDES, max(planes, 2), TYPES[8 if bits <= 8 else 16]).astype(np.int64)[:, :, :planes]
    made = made % ((peak or (1 << bits) - 1) + 1)
    made[0, 0], made[0, 1] = 0, peak or (1 << bits) - 1
    made = made.astype(TYPES[8 if bits <= 8 else 16])
    return made[:, :, 0] if planes == 1 else made


def laid(array, colours, peak, premultiplied=False, background=255):
    """Return the picture that grey or colour and alpha make on a background, in exact fractions, rounded."""
    array = np.atleast_3d(array).astype(np.float64)
    colour, alpha = array[:, :, :colours], array[:, :, colours:]
    paper = background * peak // 255
    if alpha.shape[2]:
        colour = (colour if premultiplied else colour * alpha / peak) + paper * (peak - alpha) / peak
    out = np.minimum(np.floor(colour + 0.5), peak).astype(np.uint16 if peak > 255 else np.uint8)
    return out[:, :, 0] if colours == 1 else out


def _tiff():
    """Yield name, file, picture of TIFF in 8 and 16 bits."""
    layouts = list(itertools.product((None, "zlib", "lzw"), ("contig", "separate"), (False, True), "<>"))
    for bits, (kind, colours), extra in itertools.product(
        (8, 16), (("minisblack", 1), ("miniswhite", 1), ("rgb", 3), ("separated", 4)), (None, 0, 1, 2)
    ):
        for compression, planar, tiled, order in layouts:
            array = samples(bits, colours + (extra is not None))
            peak = (1 << bits) - 1
            if extra == 1:
                array[..., :-1] = np.minimum(array[..., :-1], array[..., -1:])
            stored = np.moveaxis(array, 2, 0) if planar == "separate" and array.ndim == 3 else array
            if planar == "separate" and array.ndim == 2:
                continue
            out = io.BytesIO()
            tifffile.imwrite(
                out,
                stored,
                photometric=kind,
                planarconfig=planar if array.ndim == 3 else None,
                extrasamples=None if extra is None else [extra],
                compression=compression,
                predictor=compression is not None and order == "<" and planar == "contig",
                tile=(16, 16) if tiled else None,
                rowsperstrip=None if tiled else 4,
                byteorder=order,
                metadata=None,
            )
            assert np.array_equal(tifffile.imread(io.BytesIO(out.getvalue())), stored)
            meant = np.atleast_3d(array).astype(np.int64)
            if kind == "miniswhite":
                meant[:, :, :1] = peak - meant[:, :, :1]
            if kind == "separated":
                ink = np.floor((peak - meant[:, :, :3]) * (peak - meant[:, :, 3:4]) / peak + 0.5)
                meant = np.dstack([ink, meant[:, :, 4:]])
            planes = meant.shape[2] - (extra is not None)
            meant = meant[:, :, :planes] if extra == 0 else meant
            name = f"tiff {bits} {kind} extra {extra} {compression} {planar} {'tiles' if tiled else 'strips'} {order}"
            yield name, ".tif", out.getvalue(), laid(meant, planes, peak, extra == 1)


def _png_by_hand(array, bits, kind, clear, interlaced=False):
    """Return a PNG file of samples of any depth; rows unfiltered."""
    rows = np.atleast_3d(array)
    fields = np.unpackbits(rows.astype(">u2")[..., None].view(np.uint8), axis=-1)[..., 16 - bits :]
    packed = np.packbits(fields.reshape(len(rows), -1), axis=1)
    stream = zlib.compress(np.pad(packed, ((0, 0), (1, 0))).tobytes())
    head = struct.pack(">IIBBBBB", rows.shape[1], rows.shape[0], bits, kind, 0, 0, interlaced)
    chunks = [(b"IHDR", head), *([(b"tRNS", clear)] if clear else []), (b"IDAT", stream), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(b)) + n + b + struct.pack(">I", zlib.crc32(n + b)) for n, b in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


def _png():
    """Yield PNG of every depth and colour, with a colour that is clear or without."""
    for bits, (kind, planes), transparent in itertools.product(
        (1, 2, 4, 8, 16), ((0, 1), (2, 3), (4, 2), (6, 4)), (False, True)
    ):
        if (bits < 8 and kind) or (kind > 2 and transparent):
            continue
        array = samples(bits, planes)
        clear = np.atleast_3d(array)[3, 4]
        data = _png_by_hand(array, bits, kind, clear.astype(">u2").tobytes() if transparent else b"")
        scale = 255 // ((1 << bits) - 1) if bits < 8 else 1
        peak = 65535 if bits == 16 else 255
        meant = np.atleast_3d(array).astype(np.int64) * scale
        if transparent:
            meant = np.dstack([meant, (np.atleast_3d(array) != clear).any(axis=2) * peak])
        elif bits >= 8:
            assert np.array_equal(imagecodecs.png_decode(data), array)
        colours = 1 if kind in (0, 4) else 3
        yield f"png {bits} kind {kind} clear {transparent}", ".png", data, laid(meant, colours, peak)


def _netpbm():
    """Yield PGM and PPM, binary and plain, of several peaks."""
    for kind, peak in itertools.product((2, 3, 5, 6), (1, 15, 255, 256, 1023, 65535)):
        array = samples(16 if peak > 255 else 8, 3 if kind in (3, 6) else 1, peak)
        head = f"P{kind}\n# made here\n{SIDES[1]} {SIDES[0]}\n{peak}\n".encode()
        plain = " ".join(map(str, array.ravel())).encode()
        data = head + (plain if kind < 5 else array.astype(">u2" if peak > 255 else "u1").tobytes())
        meant = array if peak >= 255 else np.floor(array * 255.0 / peak + 0.5).astype(np.uint8)
        yield f"netpbm P{kind} {peak}", ".ppm", data, meant


def _by_pillow():
    """Yield what Pillow writes without loss, in 8 bits."""
    modes = {"L": 1, "RGB": 3, "LA": 2, "RGBA": 4}
    options = {
        "BMP": [{}],
        "PCX": [{}],
        "QOI": [{}],
        "SGI": [{}, {"bpc": 2}],
        "DDS": [{}],
        "TGA": [{"compression": c, "orientation": o} for c in (None, "tga_rle") for o in (-1, 1)],
        "TIFF": [{"compression": c} for c in (None, "tiff_lzw", "packbits", "tiff_adobe_deflate")],
        "WEBP": [{"lossless": True, "exact": True}],
        "JPEG2000": [{}],
    }
    for kind, (mode, planes) in itertools.product(options, modes.items()):
        for option in options[kind]:
            array, out = samples(8, planes), io.BytesIO()
            try:
                Image.fromarray(array, mode).save(out, kind, **option)
            except (OSError, KeyError, ValueError):
                continue  # a mode that the format does not have
            colours = 1 if mode in ("L", "LA") else 3
            meant = laid(array, colours, 255)
            if kind == "BMP" and mode == "RGBA":  # a plain header says nothing of alpha
                meant = array[:, :, :3]
            if kind in ("WEBP", "QOI") and mode in ("L", "LA"):  # these have colours only
                meant = np.dstack([meant] * 3)
            yield f"{kind} {mode} {option}", f".{kind.lower()}", out.getvalue(), None if "bpc" in option else meant


def _by_imagecodecs():
    """Yield what imagecodecs writes without loss."""
    for bits, planes in itertools.product((8, 10, 12, 16), (1, 3, 4)):
        array = samples(bits, planes)
        colours, peak = min(planes, 3), (1 << bits) - 1
        made = {"jp2": imagecodecs.jpeg2k_encode(array, level=0, bitspersample=bits, codecformat="jp2")}
        made["j2k"] = imagecodecs.jpeg2k_encode(array, level=0, bitspersample=bits, codecformat="j2k")
        assert np.array_equal(imagecodecs.jpeg2k_decode(made["jp2"]), array)
        if bits in (8, 16):
            made["jxl"] = imagecodecs.jpegxl_encode(array, lossless=True)
            assert np.array_equal(imagecodecs.jpegxl_decode(made["jxl"]), array)
            if planes < 4:
                made["jxr"] = imagecodecs.jpegxr_encode(array, level=1.0)
                made["jls"] = imagecodecs.jpegls_encode(array)
        if bits in (10, 12) and planes > 1:
            made["avif"] = imagecodecs.avif_encode(array, level=100, bitspersample=bits)
        for kind, data in made.items():
            truth = array
            if kind in ("avif", "jxr"):
                truth = getattr(imagecodecs, {"avif": "avif", "jxr": "jpegxr"}[kind] + "_decode")(data)
            yield f"{kind} {bits} planes {planes}", f".{kind}", data, _or_narrow(truth, colours, peak, bits)


def _or_narrow(array, colours, peak, bits):
    """Return the picture; where the peak is not the type's, the paper is white at the peak."""
    return laid(array, colours, peak) if bits != 8 else laid(array, colours, 255)


FAMILIES = {"tiff": _tiff, "png": _png, "netpbm": _netpbm, "pillow": _by_pillow, "imagecodecs": _by_imagecodecs}
COUNTS = {"tiff": (624, 96), "png": (18, 0), "netpbm": (24, 0), "pillow": (54, 3), "imagecodecs": (42, 0)}
"""How many files of each are read, and how many are refused by name."""


@pytest.mark.parametrize("family", FAMILIES)
def test_every_file_is_read_rightly_or_refused_by_name(family, tmp_path):
    read, refused, wrong = 0, [], []
    for name, suffix, data, meant in FAMILIES[family]():
        path = tmp_path / f"picture{suffix}"
        path.write_bytes(data)
        try:
            found = files.load(path)
        except Unsupported as error:
            refused.append(f"{name}: {error}")
            continue
        except Exception as error:
            wrong.append(f"{name}: {type(error).__name__} {error}")
            continue
        read += 1
        if meant is None or found.shape != meant.shape or found.dtype != meant.dtype:
            wrong.append(f"{name}: {found.shape} {found.dtype}, not {None if meant is None else meant.shape}")
        elif not np.array_equal(found, meant):
            wrong.append(f"{name}: differs by {np.abs(found.astype(int) - meant).max()}")
    assert not wrong, "\n".join([f"{len(wrong)} of {read + len(refused)}", *wrong[:40], *refused[:10]])
    assert (read, len(refused)) == COUNTS[family], "\n".join(refused)
