"""Arguments for any function: sensible ones, by what a parameter is called and by its type, and wild ones.

The names are the project's own (`symbols`, `counts`, `depth`), so that most functions answer to most sensible calls.
"""

import functools
import inspect
import io
import itertools
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
from conftest import pattern
from PIL import Image

SENSIBLE, MIXED = 60, 60
"""Calls with sensible arguments, and calls with wild ones throughout; between them every wild value in every place."""

PLAIN, RGB, DEEP = pattern(5, 6), pattern(5, 6, 3), pattern(5, 6, 1, np.uint16)
NUMBERS = np.array([3, 0, 1, 2, 2, 1, 0, 0, 3, 1])
SIGNED = pattern(5, 6).astype(np.int64) % 7 - 3
BYTES = [b"abracadabra abracadabra", bytes(range(40)), b"\x00\x01\x02\x03\x02\x01\x00"]
SENSIBLE_BY_NAME = {
    "image picture other built pixels": [PLAIN, RGB, DEEP],
    "samples numbers rows": [NUMBERS, PLAIN, PLAIN.astype(np.int64), RGB],
    "errors residuals": [SIGNED],
    "symbols": [NUMBERS, NUMBERS.tolist()],
    "known": [np.zeros((0, 5, 6), np.int64), SIGNED[None]],
    "counts freqs": [np.array([4, 3, 2, 1])],
    "lengths": [np.array([1, 2, 3, 3])],
    "values": [np.array([3, 0, 1, 2]), np.arange(3)],
    "palette": [np.arange(12, dtype=np.uint8).reshape(4, 3)],
    "data": BYTES,
    "depth bits": [8, 4, 16],
    "count total length size": [10, 4, 1, 30],
    "height": [5],
    "width": [6, 1, 8],
    "block": [4, 8],
    "shape": [(5, 6), (5, 6, 3), (2, 2, 2)],
    "alphabet": [4],
    "predictor": ["med", "left", "paeth"],
    "name": ["raw", "camera", "letter"],
    "path": ["file.png", "file.bin"],
    "kind": ["PNG", "png"],
    "suffix": ["", ".tga"],
}
SENSIBLE_BY_TYPE = {
    "ndarray": [PLAIN, NUMBERS],
    "bytes": BYTES,
    "int": [1, 2, 8],
    "float": [1.0, 0.5],
    "bool": [False, True],
    "str": ["", "text"],
    "dict": [{"a": 3, "b": 1}],
    "tuple": [(5, 6)],
}
"""What a parameter means by its name, else by its type: arguments with which functions mostly answer."""


def _core() -> dict:
    from imgcomp_lib.codecs.raw import Raw

    return {
        "core.codec.check_array": [["numbers", NUMBERS, (1,), 0, 3], ["numbers", PLAIN, (1, 2), 0, 1 << 40]],
        "core.codec.check_knobs": [[Raw()], [Raw(8)]],
        "core.codec.ranges": [[Raw()], [Raw]],
        "core.codec.words": [[Raw()], [Raw]],
        "core.bits.packed": [[NUMBERS, NUMBERS + 2, False], [NUMBERS, NUMBERS + 2, True]],
        "core.container.bodies": [[bytes([0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 0]), 2]],
    }


def _entropy() -> dict:
    return {
        "entropy.arithmetic.filled": [[len, 20], [lambda out: min(len(out), 7), 3]],
        "entropy.mq.encode": [[[0, 1, 1, 0], [0, 1, 2, 2]]],
        "entropy.mq.decode": [[BYTES[0], [0, 1, 2, 2]]],
        "entropy.zerotree.encode": [[pattern(8, 8).astype(np.int64) - 99, 2, 40], [np.array([[-5, 0], [3, 0]]), 1, 9]],
        "entropy.zerotree.decode": [[b"\x03\xc1\x30", 2, 2, 1], [BYTES[2], 8, 16, 3]],
    }


def _dictionary() -> dict:
    from imgcomp_lib.dictionary.deflate import deflate, search

    return {
        "dictionary.deflate.deflate.zlib_decode": [[deflate.zlib_encode(data), 1 << 10, []] for data in BYTES],
        "dictionary.deflate.inflate.inflate": [[deflate.encode(data), 1 << 10, []] for data in BYTES],
        "dictionary.deflate.search.symbols_of": [[[0, 9, 0], [97, 1, 255]]],
        "dictionary.deflate.search.new_history": [[PLAIN.ravel(), search.learn(BYTES[0], 7), 8]],
    }


def _prediction() -> dict:
    from imgcomp_lib.prediction import blockwise

    known = np.zeros((0, 5, 6), np.int64)
    found = blockwise.find(PLAIN, known, 4, 8)
    return {
        "prediction.blockwise.residuals": [[PLAIN, known, found, 4, 8]],
        "prediction.blockwise.restore": [[blockwise.residuals(PLAIN, known, found, 4, 8), known, found, 4, 8]],
        "prediction.blockwise.unpack": [[blockwise.pack(found), *found.shape]],
    }


def _transforms() -> dict:
    from imgcomp_lib.transforms.dct import LUMINANCE_TABLE

    block, eight = pattern(8, 8).astype(np.int64) - 128, list(range(8))
    return {
        "transforms.dct.forward": [[block], [np.stack([block, block]) / 3]],
        "transforms.dct.inverse": [[block], [np.stack([block, block]) / 3]],
        "transforms.dct.to_blocks": [[PLAIN], [block / 3]],
        "transforms.dct.from_blocks": [[np.zeros((1, 2, 8, 8)), 5, 9]],
        "transforms.dct.scaled": [[LUMINANCE_TABLE, 50]],
        "transforms.dct.check_table": [[LUMINANCE_TABLE]],
        "transforms.dct_flow.forward": [[eight], [block]],
        "transforms.dct_flow.inverse": [[eight], [block]],
        "transforms.dct_integer.forward": [[block, 8], [block[None], 12]],
        "transforms.dct_integer.inverse": [[block, 8], [block[None], 12]],
        "transforms.dct_integer.quantise": [[block, LUMINANCE_TABLE]],
        "transforms.dct_integer.dequantise": [[block, LUMINANCE_TABLE]],
        "transforms.dwt.forward": [[block, 2, "5/3"], [PLAIN / 3, 1, "9/7", (1, 2)]],
        "transforms.dwt.inverse": [[np.zeros((1, 2)), [(np.zeros((1, 1)), np.zeros((1, 2)), np.zeros((1, 1)))], "9/7"]],
        "transforms.dwt.gains": [["9/7", 3], ["haar", 0]],
        "transforms.mosaic.joined": [[np.zeros((1, 2)), [(np.zeros((1, 1)), np.zeros((1, 2)), np.zeros((1, 1)))]]],
        "transforms.mosaic.apart": [[PLAIN, 2], [block, 1]],
        "transforms.mosaic.needed": [[PLAIN > 9, 2, "5/3"], [PLAIN > 9, 1, "9/7"]],
        "transforms.sampling.down": [[PLAIN, scheme] for scheme in ("4:4:4", "4:2:2", "4:2:0")],
        "transforms.sampling.up": [[PLAIN, 9, 11, "4:2:0", "linear"], [PLAIN, 5, 12, "4:2:2", "repeat"]],
    }


def _quantisation() -> dict:
    rows = np.array([[0, 9], [1, 9], [200, 9], [201, 9]])
    return {
        "quantisation.palette.median_cut": [[rows, np.array([9, 1, 5, 5]), 2]],
        "quantisation.palette.dither": [[RGB, np.arange(12).reshape(4, 3) * 20]],
        "quantisation.lloyd.best": [[PLAIN, 4], [SIGNED, 8], [np.arange(4), 2, np.array([9, 1, 0, 5])]],
        "quantisation.lloyd.lloyd_max": [[PLAIN, 4], [SIGNED, 8, None, 0.5], [np.arange(4), 2, np.array([9, 1, 0, 5])]],
        "quantisation.lloyd.turn": [[PLAIN, np.array([9.0, 80.0])]],
        "quantisation.scalar.quantise_by": [[PLAIN, np.array([9.0, 80.0])]],
        "quantisation.scalar.dequantise_by": [[NUMBERS, np.array([9.0, 80.0, 90.0, 99.0])]],
        "quantisation.dither.noise": [[(5, 6), 16], [(3,), 1, 7]],
        "quantisation.theory.companded": [["gaussian", 100], ["laplacian", 5]],
        "quantisation.theory.density": [["gaussian", 100], ["laplacian", 5]],
    }


def _formats() -> dict:
    from imgcomp_lib.formats import gif, png, tga
    from imgcomp_lib.formats.jpeg import Jpeg, codes, exif, optimise, pixels, scans
    from imgcomp_lib.formats.jpeg2000 import Jpeg2000, blocks
    from imgcomp_lib.transforms.dct import CHROMINANCE_TABLE, LUMINANCE_TABLE

    block = blocks.encode_block(SIGNED, 1)
    tables = LUMINANCE_TABLE, CHROMINANCE_TABLE
    frames = [pixels.to_frame(PLAIN, tables), pixels.to_frame(RGB, tables, "4:1:1")]
    return {
        "formats.jpeg2000.blocks.encode_block": [[SIGNED, 1, 0], [SIGNED / 3, 0, 63, 1]],
        "formats.jpeg2000.blocks.decode_block": [[[block.data], [len(block.ends)], block.planes, 5, 6, 1, 0]],
        **_jpeg2000_encoder(),
        **_jpeg2000([Jpeg2000(levels=2, container="j2k").encode(image) for image in (PLAIN, RGB)]),
        "formats.jpeg.Jpeg": [
            [75, "4:2:0", "baseline", "optimised", 0, "psnr"],
            [1, "4:1:1", "progressive", "standard", 9, "plain"],
        ],
        "formats.jpeg.codes.check_code": [[codes.DC_LUMINANCE], [codes.AC_CHROMINANCE]],
        "formats.jpeg.codes.words": [[codes.DC_LUMINANCE], [codes.AC_CHROMINANCE]],
        "formats.jpeg.codes.look_up": [[codes.DC_LUMINANCE], [codes.AC_CHROMINANCE]],
        "formats.jpeg.decoder.decode": [[Jpeg().encode(image), True] for image in (PLAIN, RGB)],
        "formats.jpeg.exif.note": [[exif.Notes(), 0xE0, b"JFIF" + bytes(10)], [exif.Notes(), 0xEE, b"Adobe1234567"]],
        "formats.jpeg.frame.check": [[frame] for frame in frames],
        "formats.jpeg.encoder.encode": [[frames[0], None, True, 0], [frames[1], scans.smallest(frames[1]), False, 1]],
        "formats.jpeg.frame.check_writable": [[frame] for frame in frames],
        "formats.jpeg.scans.check_scans": [[frame, scans.smallest(frame)] for frame in frames],
        "formats.jpeg.scans.smallest": [[frames[0]], [frames[1], 5]],
        "formats.jpeg.scans.whole": [[frame] for frame in frames],
        "formats.jpeg.tables.placed": [[[["a", "b"], ["c"], ["a"]], 2]],
        "formats.jpeg.tables.shared": [[NUMBERS[None]], [np.array([[9, 8, 1], [99, 0, 1], [5, 5, 1]])]],
        "formats.jpeg.frame.extent": [[17, 33, (1, 1), (2, 2)], [1, 1, (4, 1), (4, 4)]],
        "formats.jpeg.chroma.fewer": [[PLAIN, 2, 2], [SIGNED.astype(float), 1, 4, False]],
        "formats.jpeg.optimise.to_frame": [
            [PLAIN, 50, "4:4:4", "hvs", False],
            [RGB, 90, "4:2:0", "psnr", True, optimise.RECIPES["msssim"]],
        ],
        "formats.jpeg.rates.measured": [[[frame.components[0].levels for frame in frames], True]],
        "formats.jpeg.pixels.to_frame": [[PLAIN, tables, "4:4:4"], [RGB, tables, "4:2:2"]],
        "formats.jpeg.segments.walk": [[Jpeg().encode(PLAIN)]],
        "formats.jpeg.segments.scans": [[Jpeg().encode(RGB)]],
        "formats.jpeg.to_pixels.to_image": [[frame, kind] for frame in frames for kind in ("linear", "repeat")],
        "formats.jpeg.to_pixels.to_samples": [[frame, kind] for frame in frames for kind in ("linear", "repeat")],
        "formats.decode": [[kind().encode(PLAIN)] for kind in (gif.Gif, png.Png, tga.Tga)],
        "formats.png.without_pixels": [[png.Png().encode(PLAIN)]],
        "formats.png.filters.unfilter": [[np.array([1, 10, 2, 2, 2, 4, 9, 8, 7, 6], np.uint8), 2, 4, 1]],
        "formats.png.pixels.from_rows": [[PLAIN, (5, 6, 1), 8], [PLAIN, (5, 3, 1), 16], [PLAIN, (5, 12, 2), 2]],
        "formats.png.pixels.to_image": [
            [RGB, 8, 2, b"", bytes(6)],
            [PLAIN[:, :, None] & 3, 8, 3, bytes(range(12)), b"5"],
        ],
    }


def _jpeg2000_encoder() -> dict:
    """Return true calls of the parts of an encoder of JPEG 2000."""
    from imgcomp_lib.formats.jpeg2000 import Jpeg2000, components, encoder, parameters, rate_control, tile_coder
    from imgcomp_lib.formats.jpeg2000.geometry import Area

    coding, style = parameters.Coding(2, wavelet="9/7"), parameters.Style()
    pictures = [encoder.analysed(image, 8, coding, style, 0, 1.0) for image in (PLAIN, RGB)]
    grey, passes = pictures[0], pictures[0].passes
    whole = rate_control.counts(passes, 1000)
    planes = [grey.quantisation.guard + exponent for exponent, _ in grey.quantisation.steps]
    true = {
        "Jpeg2000": [["5/3", 0, 1.0, 2], list(vars(Jpeg2000("9/7", 200)).values())],
        "checks.check_kind": [[3, int], ["text", str]],
        "components.forward": [[PLAIN, 8, "5/3"], [RGB, 8, "9/7"]],
        "encoder.analysed": [[PLAIN, 8, coding, style, 4, 1.0], [RGB, 8, coding, style, 0, 0.5]],
        "encoder.guarded": [[picture.quantisation, picture.blocks] for picture in pictures],
        "encoder.codestream": [[grey, whole[None]]],
        "encoder.fitted": [[pictures[0], 0], [pictures[1], 300]],
        "packet_writer.write_tile": [[grey.tiles[0], grey.blocks, passes, whole[None], planes, style, 0]],
        "quantisation.pack": [[8, 2, "9/7", 1.0], [8, 2, "5/3", 1.0]],
        "quantisation.steps": [[picture.quantisation, 8, 2] for picture in pictures],
        "rate_control.gathered": [[grey.blocks.coded, grey.blocks.weights]],
        "rate_control.counts": [[passes, 30, 0.0]],
        "rate_control.least_slope": [[passes, whole]],
        "rate_control.layered": [[passes, 30, 3, 0.0]],
        "rate_control.body_size": [[passes, whole]],
        "second_look.improved": [[picture, 100] for picture in pictures],
        "tile_coder.code_tile": [
            [components.forward(PLAIN, 8, "9/7"), Area(0, 0, 5, 6), coding, [1.0] * 7,
             tile_coder.Blocks([], [], [], [])]
        ],
    }  # fmt: skip
    return {f"formats.jpeg2000.{name}": calls for name, calls in true.items()}


def _jpeg2000(streams) -> dict:
    """Return true calls of the parts of a decoder of JPEG 2000, for a grey and a colour codestream."""
    from imgcomp_lib.formats.jpeg2000 import boxes, codestream, parameters, progression, said, tile
    from imgcomp_lib.formats.jpeg2000.geometry import Area, Grid, resolutions
    from imgcomp_lib.formats.jpeg2000.packets import new_part

    mains = [codestream.main_header(data) for data in streams]
    parts = [list(codestream.tile_parts(data, main)) for data, main in zip(streams, mains, strict=True)]
    tiles = [tile.Tile(main, 0, said.joined(part)) for main, part in zip(mains, parts, strict=True)]
    for data, one, part in zip(streams, tiles, parts, strict=True):
        tile.read(data, one, part, [3] * len(one.plans), 1)
    grid, area = Grid(Area(0, 0, 9, 9), (4, 4)), Area(0, 0, 9, 9)
    levels, block = resolutions(area, 1), [new_part(1, 1, [0], [3])]
    found, change = progression.precincts(area, [((1, 1), levels)]), progression.Change("LRCP", (0, 1), (0, 1), 1)
    style, coding = mains[0].said.style[said.ALL], mains[0].said.coding[said.ALL]
    whole = boxes.pack(streams[0], 5, 6, [8], "grey")
    true = {
        "account.shares": [[data] for data in streams],
        "bands.to_plane": [[streams[0], tiles[0], 0, 3], [streams[1], tiles[1], 2, 1]],
        "boxes.unpack": [[whole], [streams[0], True]],
        "boxes.walk": [[whole, 12, len(whole)]],
        "boxes.pack": [[streams[0], 5, 6, [8], "grey"]],
        "boxes.pack_box": [[b"free", b"text"]],
        "boxes.check": [[boxes.unpack(whole)]],
        "codestream.main_header": [[data] for data in streams],
        "codestream.tile_parts": [[streams[0], mains[0], True]],
        "codestream.pack_main": [[mains[0].size, style, coding, parameters.Quantisation(0, 2, ((8, 0),) * 7), ()]],
        "codestream.pack_part": [[0, 0, 1, b"text", ()]],
        "decoder.decode": [[data] for data in streams],
        "decoder.read": [[streams[1], 2, 1, True]],
        "geometry.check_grid": [[grid]],
        "geometry.tile_counts": [[grid]],
        "geometry.tile_area": [[grid, 4]],
        "geometry.divided": [[area, 2, 3]],
        "geometry.band_area": [[area, 1, 2]],
        "geometry.resolutions": [[area, 2, ((2, 3),), (2, 2)]],
        "geometry.blocks": [[levels[1], 2, 0]],
        "packet_reader.read_header": [[[new_part(1, 1)], [9], 0, 0, bytes(3), 1]],
        "packets.new_part": [[2, 3, NUMBERS[:6], NUMBERS[:6]]],
        "packets.write_header": [[block, np.array([[0, 0, 7, 45]]), 0, 0], [block, np.zeros((0, 4), np.int64), 1, 0]],
        "packets.check_parts": [[block, [9], 0, 0]],
        "parameters.pack_size": [[main.size] for main in mains],
        "parameters.unpack_size": [[parameters.pack_size(main.size)] for main in mains],
        "parameters.pack_style": [[style, coding]],
        "parameters.unpack_style": [[parameters.pack_style(style, coding)]],
        "parameters.pack_coding": [[coding]],
        "parameters.unpack_coding": [[parameters.pack_coding(coding)]],
        "parameters.pack_quantisation": [[parameters.Quantisation(2, 1, ((8, 9), (9, 9), (9, 9), (10, 9)))]],
        "parameters.unpack_quantisation": [[bytes.fromhex("4040")]],
        "parameters.pack_changes": [[[change], 3]],
        "parameters.unpack_changes": [[parameters.pack_changes([change], 3), 3]],
        "picture.to_image": [[[PLAIN], mains[0].size, boxes.unpack(streams[0]), 0]],
        "picture.check_channels": [[boxes.unpack(whole)]],
        "progression.precincts": [[area, [((1, 1), levels)]]],
        "progression.packets": [[found, "RPCL", 2, ()], [found, "LRCP", 2, [change]]],
        "said.check_main": [[main] for main in mains],
        "said.check_said": [[main.said] for main in mains],
        "said.chosen": [[{-1: 7}, {}, 0]],
        "said.joined": [[part] for part in parts],
        "samples.finish": [[[SIGNED], [8], False], [[SIGNED / 2] * 3, [8, 8, 8], True]],
        "tags.new_tree": [[2, 3, [[1, 2, 3], [3, 2, 1]]]],
        "tile.Tile": [[mains[0], 0, said.joined(parts[0])]],
        "tile.check_tile": [[one] for one in tiles],
        "tile.read": [[streams[0], tiles[0], parts[0], [3], 1, False]],
        "tile.visits": [[one] for one in tiles],
    }
    return {f"formats.jpeg2000.{name}": calls for name, calls in true.items()}


def _measure() -> dict:
    from imgcomp_lib.codecs.raw import Raw

    out = io.BytesIO()
    Image.fromarray(DEEP).save(out, "TIFF")
    tiff = out.getvalue()
    big, pair = pattern(161, 162), [pattern(9, 17), pattern(9, 17) ^ 1]
    return {
        "measure.curves.rate_distortion_area": [[np.arange(1, 17) / 8, np.ones(16), 0.125, 2.0]],
        "measure.curves.bd_rate": [[[1, 2, 4, 8], [30, 33, 36, 39], [1, 3, 5, 9], [31, 34, 35, 40], c] for c in (0, 1)],
        "measure.distortions.at_psnr": [[PLAIN, "blur", 30.0], [RGB, "noise", 25.0]],
        "measure.distortions.at_step": [[PLAIN, "blocks", 30], [RGB, "contrast", 4096]],
        "measure.distortions.step_at_psnr": [[PLAIN, "brightness", 30.0]],
        "measure.evaluate.ledger": [[{"raw": Raw()}]],
        "measure.evaluate.run": [[{"raw": Raw()}, {"small": PLAIN, "flat": DEEP}]],
        "measure.evaluate.each": [[{"raw": Raw()}, {"small": PLAIN, "flat": DEEP}, True]],
        "measure.evaluate.sweep": [[Raw(), "depth", (0, 8), {"small": PLAIN}]],
        "measure.loading.dispatch.picture": [[tiff, "file.tif", 255, ".tif"]],
        "measure.loading.pillow.opened": [[tiff, "file.tif"]],
        "measure.loading.pillow.to_array": [[Image.fromarray(PLAIN), 255]],
        "measure.loading.tiff.read": [[tiff]],
        "measure.quality.ms_ssim": [[big, big ^ 1]],
        "measure.quality.ssim": [[pattern(11, 17), pattern(11, 17) ^ 1]],
        "measure.quality.psnr_hvs": [pair],
        "measure.quality.psnr_hvs_m": [pair],
    }


def _codecs() -> dict:
    from imgcomp_lib.codecs import CODECS
    from imgcomp_lib.codecs.champion.model import EDGE

    files = [[CODECS[name]().encode(PLAIN)] for name in ("raw", "rle", "pred")]
    grid = np.zeros((1, 5 + 2 * EDGE, 6 + 2 * EDGE))
    return {
        "codecs.decode": files,
        "codecs.codec_of": files,
        "codecs.rnn.load": [["flagship"]],
        "codecs.bitplanes.model.new_model": [[3, 5, 6, 8]],
        "codecs.champion.model.new_model": [[grid, grid.copy(), 2, 1]],
    }


def _pages() -> dict:
    from imgcomp_lib.formats.jpeg import Jpeg
    from imgcomp_lib.pages import plots

    seen, both, jpeg = "what is to be seen on this picture", "what is to be seen on {label}", Jpeg().encode(RGB)
    drawing = plots.axes(2, 1)[0]
    row = {"codec": "raw", "size": 9, "ratio": 2.0, "bpp": 4.0, "psnr": float("inf"), "encode_s": 0.1, "decode_s": 0.1}
    versions, scores = {"one": ("noise", 90), "other": ("blur", 99)}, {"mine": {"one": 1, "other": 2.5}}
    tables = {"lossless": [row, {"codec": "gif", "refused": "16 bits"}], "lossy": []}
    return {
        "pages.checks.listed": [["labels", ["one"]], ["labels", "ab"]],
        "pages.checks.checked": [["caption", "text", str], ["size", 3, int]],
        "pages.checks.measured": [["size", 3, 0, 5], ["size", 0.5, 0, 5]],
        "pages.colours.properties": [[{"sky": "#76b4ee"}]],
        "pages.colours.ink_on": [["sky"], ["#000080"]],
        "pages.colours.ink_on_rgb": [[[0, 0.5, 1]]],
        "pages.comparison.text": [[tables]],
        "pages.comparison.line": [[row, 9], [row, 0]],
        "pages.comparison.as_json": [[{"picture": "a.png"}, tables]],
        "pages.comparison.page": [["title", "note", tables]],
        "pages.explore.stepper": [[[PLAIN, PLAIN], ["one", "two"], both, "text", 1]],
        "pages.explore.live": [[lambda: None]],
        "pages.explore.grid": [[{("a", 1): PLAIN, ("a", 2): PLAIN}, ("letter", "number"), both, "text", (0, 1)]],
        "pages.hands.intervals.own_text": [["ab", {"a": 3, "b": 1}, "text", 9], ["b", {"a": 3, "b": 1}, "text"]],
        "pages.hands.intervals.decimal": [[Fraction(2, 3), 4]],
        "pages.hands.levels.own_levels": [[PLAIN, [40, 200], "a small picture to see", "text", 64]],
        "pages.hands.levels.error_of": [[[1] * 256, [9, 100, 200]]],
        "pages.hands.forgiven.own_colours": [[RGB, "a small picture to see", "text", "bet", 1, 2, 64]],
        "pages.hands.forgiven.coarsened": [[RGB, 1, 2]],
        "pages.hands.intervals.shortest": [[Fraction(1, 3), Fraction(1, 5)]],
        "pages.hands.bands.own_bands": [[PLAIN, "a small picture to see", "text", 64]],
        "pages.hands.regions.own_region": [[PLAIN, np.ones((1, 1), bool), "a small picture to see", "text", 400, 3]],
        "pages.hands.regions.encode": [[PLAIN, np.ones((1, 1), bool), 2, 300]],
        "pages.hands.regions.decode": [[b"\0\5\0\6\2\x80\3\xc1\x30"]],
        "pages.hands.kit.figure": [["kind", "first", "says", {"a": 1}, ["word.js", "0\n"], "text", "tools"]],
        "pages.hands.bets.Bet": [["name", "question", 0, 9, " bits", ()], ["name", "question", 0, 1, "", ("a", "b")]],
        "pages.hands.bets.Bet.confront": [[3, "text"]],
        "pages.hands.damage.own_damage": [[PLAIN, seen, "text"], [RGB, seen, "text"]],
        "pages.hands.blocks.own_block": [[{"one": pattern(8, 8)}, "text"]],
        "pages.hands.blocks.own_blocks": [[PLAIN, seen, "text", 50, 64]],
        "pages.hands.blocks.coefficients": [[pattern(8, 8)]],
        "pages.hands.jpeg_damage.broken_jpeg": [[RGB, seen, "text", 50, "4:2:0", 1, 2], [PLAIN, seen, "text"]],
        "pages.hands.one_file.one_file": [[RGB, seen, "text", 2, 3, 2, 2]],
        "pages.hands.one_file.packets": [[RGB, 2, 3]],
        "pages.hands.jpeg_photo.own_jpeg": [[RGB, seen, "text", 50, "4:4:4", 64]],
        "pages.hands.jpeg_file.parts": [[jpeg]],
        "pages.hands.jpeg_file.shares": [[jpeg]],
        "pages.hands.jpeg_file.picture": [[jpeg, seen, (5, 6)]],
        "pages.hands.jpeg_file.tenths": [[1, 3], [5, 9]],
        "pages.hands.jpeg_file.per_cent": [[1, 3], [1, 5000]],
        "pages.hands.photographs.own_photo": [[PLAIN, seen, "text", 64]],
        "pages.hands.qualities.own_quality": [[pattern(11, 12), seen, ("noise", "blur"), "text", 30, 12]],
        "pages.hands.qualities.blind_test": [[pattern(11, 12), seen, versions, [("one", "other")], scores, "text"]],
        "pages.hands.kit.octets": [[b"\0\1", "hp", "label"]],
        "pages.hands.kit.beside": [["kit.js"]],
        "pages.hands.kit.number": [["name", "label", 0, 5, 3, "3 bits"]],
        "pages.hands.kit.pixels": [["wb", {"w": 255, "b": 0}, "label"]],
        "pages.hands.packets.own_row": [["wb", "text", {"w": 255, "b": 0}, 9, 2], ["wwb", "text", None, 64, 1]],
        "pages.html.described": [[seen]],
        "pages.html.table": [[[{"a": 3, "b": None}, {"a": 0.5}], "text", {"a": ".1%"}], [[{"a": "`b`"}], "text", None]],
        "pages.html.breakdown": [[{"raw": {"header": 3, "payload": 9}}, {"raw": 7}, "text", seen]],
        "pages.html.img": [[RGB, seen, 2]],
        "pages.html.show": [[PLAIN, "one", "text", seen, 2, 1], [[PLAIN, RGB], None, "text", [seen, seen], None, None]],
        "pages.plots.figure": [[drawing, "text", seen]],
        "pages.plots.svg": [[drawing, seen, "salt"]],
        "pages.plots.pixel_grid": [
            [PLAIN, None, [(0, 0, 1, 2, "note", "blue")], PLAIN > 9, 0, 255, "gray", 0.5, None],
            [RGB, [["a"] * 6] * 5, [(4, 0, 1, 2)], None, 0, 1, "cividis", 0.3, None],
        ],
    }


def _learned() -> dict:
    import torch

    from imgcomp_lib.learned import weights

    small = weights.build({"width": 1 / 16})
    Path("small.safetensors").write_bytes(weights.pack(small, {"steps": 0}))
    tiles = np.stack([pattern(48, 48, 3)] * 2)
    np.save("tiles.npy", tiles)
    Image.fromarray(pattern(48, 48, 3)).save("picture.png")
    return {
        "learned.networks.Architecture": [["gru", "additive", 0.5, 3, False, 1]],
        "learned.successive.Shape": [[32, 4, 0, 4, 16, False]],
        "learned.training.crops.pack": [[".", 32, 60, 0], [".", 16, 1.0, 1]],
        "learned.training.crops.load": [["tiles.npy", 32, 60, 0], [".", 32, 60, 0]],
        "learned.training.crops.batch": [[tiles, 2, 32, np.random.default_rng(0)]],
        "learned.training.judge.area": [[np.linspace(0.5, 1, 16)]],
        "learned.weights.pack": [[small, {"steps": 0}, None], [small, {}, np.zeros((16, 32, 2), np.int16)]],
        "learned.weights.save": [[{"a": torch.zeros(3)}, {"b": "c"}]],
        "learned.weights.unpack": [["small.safetensors"]],
        "learned.weights.build": [[{"width": 1 / 16}], [{"components": 32, "memory": 4}]],
        "learned.weights.notes": [["small.safetensors"]],
        "learned.weights.parameters": [[small]],
    }


HAVE_EXAMPLES = _core, _entropy, _dictionary, _prediction, _transforms, _quantisation, _formats, _measure, _codecs
HAVE_EXAMPLES += _pages, _learned
ROOMS = {room.__name__[1:]: room for room in HAVE_EXAMPLES}


@functools.cache
def examples(room: str) -> dict:
    """Return true calls of a room's functions whose arguments have to fit one another, as chance never has them."""
    return ROOMS[room]() if room in ROOMS else {}


def _wild() -> list:
    """Return values that fit nowhere, or somewhere only."""
    rng = np.random.default_rng(0)
    numbers = [-1, 0, 1, 9, 255, 256, 65536, 1 << 31, 1 << 40, -(1 << 63), 1 << 70, 0.5, -1.5, math.nan, math.inf]
    others = [None, "", "wild", "\udcff", True, 1j, object(), {}, {"a": -1}, {None: None}, set(), (), (0, 0), (-1, 5)]
    others += [(1 << 20, 1 << 20), [], [1, 2, 3], [-1], [1 << 70], [0.5], ["a"], [None], [[1], [2, 3]], range(3)]
    data = [b"", b"\0", b"\xff" * 30, *(rng.integers(0, 256, size, np.uint8).tobytes() for size in (1, 14, 60, 300))]
    arrays = [np.zeros(shape, np.int64) for shape in (0, 1, 7, (0, 5), (5, 0), (3, 3), (2, 3, 4), ())]
    arrays += [np.array(list_) for list_ in ([-1, 5], [1 << 40, 3], [5_000_000, 3, 2], [-(1 << 63), (1 << 63) - 1])]
    arrays += [np.array([[1 << 40, -1], [0, 300]]), np.array([0.5, np.nan, np.inf]), np.array(["a", "b"])]
    arrays += [np.array([None, 1]), np.array([True, False]), np.array([1j]), np.array([(1 << 64) - 1], np.uint64)]
    arrays += [rng.integers(0, 256, (5, 6), np.uint8)[:, ::-2], rng.integers(0, 256, (5, 6, 4), np.uint8)]
    arrays += [np.arange(30, dtype=">u2").reshape(5, 6), np.full((5, 6), np.nan), rng.integers(0, 9, (1, 5, 6))]
    return numbers + others + data + arrays


WILD = _wild()


def parameters(function) -> list:
    """Return the parameters, without the object of a method."""
    if isinstance(function, functools.partial):
        return list(inspect.signature(function.args[1]).parameters.values())[1:]
    return list(inspect.signature(function).parameters.values())


def is_needed(parameter) -> bool:
    return parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD


def sensible(parameter, answers) -> list:
    """Return arguments for a parameter: by name, by type, its default, and what neighbours answered of that type."""
    kind = getattr(parameter.annotation, "__name__", str(parameter.annotation)).split("[")[0]
    by_name = next((values for names, values in SENSIBLE_BY_NAME.items() if parameter.name in names.split()), [])
    by_type = SENSIBLE_BY_TYPE.get(kind, [])
    alike = [answer for answer in answers if type(answer).__name__ == kind]
    values = by_type if kind == "dict" else (by_name or by_type) + alike
    values = values or (list(answers) if kind == "_empty" else []) or [1, PLAIN, b"bytes"]
    return values if parameter.default is parameter.empty else [parameter.default, *values]


def calls(name, function, answers, rng):
    """Yield lists of arguments: sensible ones, then wild ones in one place, then in every place."""
    chosen = [sensible(p, answers) for p in parameters(function) if p.kind is p.POSITIONAL_OR_KEYWORD]
    true = examples(name.split(".")[0]).get(name, [])

    def drawn():
        example = rng.choice(true) if true and rng.random() < 0.5 else []
        return [*example, *(rng.choice(values) for values in chosen[len(example) :])]

    for _ in range(SENSIBLE if chosen else 1):
        yield drawn()
    for place, wild in itertools.product(range(len(chosen)), WILD):
        arguments = drawn()
        yield [*arguments[:place], wild, *arguments[place + 1 :]]
    for _ in range(MIXED if chosen else 0):
        yield [rng.choice(WILD) for _ in chosen]


def shown(value) -> str:
    if isinstance(value, np.ndarray):
        return f"array{value.shape} {value.dtype} {value.ravel()[:4].tolist()}"
    return repr(value)[:80]
