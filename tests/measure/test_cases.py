"""Files that were once read wrongly, or at too great a cost: each stands for a kind, and has its outcome here.

The files themselves lie in the folder `cases` of IMGCOMP_DATA; where there is none, `test_matrix` still makes some of
each kind.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from imgcomp_lib import codecs, formats
from imgcomp_lib.core import container
from imgcomp_lib.core.bits import CorruptStream, Unsupported
from imgcomp_lib.measure import files

FOLDER = Path(os.environ.get("IMGCOMP_DATA", "no such folder")) / "cases"
OUTCOMES = {
    "png_grey16_trns.png": ("uint16", (1, 4), None),
    "tiff16_cmyk.tif": ("uint16", (2, 5, 3), [0, 65535, 65535]),
    "tiff16_extra_unspecified.tif": ("uint16", (2, 5, 3), [20000, 0, 0]),
    "tiff16_miniswhite.tif": ("uint16", (1, 4), None),
    "ppm16_rgb.ppm": ("uint16", (4, 6, 3), None),
    "png_rows_missing.png": CorruptStream,
    "jpeg_exif_xres_ascii.jpg": ("uint8", (16, 8), None),
    "jpeg_exif_xres_undefined.jpg": ("uint8", (16, 8), None),
    "gif_ends_in_extension.gif": ("uint8", (1, 1), None),
    "tiff16_cut.tif": CorruptStream,
    "dds_no_format.dds": Unsupported,
    "png_short_gama.png": ("uint8", (1, 2), None),
    "tga_unused_map.tga": ("uint8", (2, 2, 3), None),
    "tga_run_over_rows.tga": ("uint8", (5, 3, 3), [9, 8, 7]),
    "png_134217728x1.png": CorruptStream,
    "png_palette_alpha_6000.png": ("uint8", (6000, 6000, 3), None),
}
"""What `load` makes of each: an error, or the type, the shape and, where it is one colour, the colour."""

ALIKE = {
    "png_grey16_trns.png": [[4660, 2048]],
    "tiff16_miniswhite.tif": [[65535, 65235]],
    "ppm16_rgb.ppm": [[[7, 907, 1807], [2707, 3607, 4507]], [[16207, 17107, 18007], [18907, 19807, 20707]]],
    "png_short_gama.png": [[1, 2]],
    "tga_unused_map.tga": [[[2, 1, 0], [5, 4, 3]], [[8, 7, 6], [11, 10, 9]]],
}
"""The upper left corner, two pixels wide, of some."""

BIG = ("big_rle.icl", "big_bitp.icl", "big_g1_trns.png")


def path_of(name):
    if not (FOLDER / name).exists():
        pytest.skip(f"IMGCOMP_DATA has no cases/{name}")
    return FOLDER / name


@pytest.mark.parametrize("name", OUTCOMES)
def test_each_kind_has_its_outcome(name):
    path, expected = path_of(name), OUTCOMES[name]
    if isinstance(expected, type):
        with pytest.raises(expected) as caught:
            files.load(path)
        assert name in str(caught.value) and caught.value.__cause__ is not None
        return
    image = files.load(path)
    assert (image.dtype.name, image.shape) == expected[:2]
    assert expected[2] is None or (image == expected[2]).all()
    assert name not in ALIKE or image[:2, :2].tolist() == ALIKE[name]


@pytest.mark.parametrize("name", BIG)
def test_a_few_bytes_that_promise_a_large_picture_are_refused_with_the_limit(name):
    data = path_of(name).read_bytes()
    codec = formats.format_of(data) or codecs.CODECS[container.unpack_header(data).name]()
    with pytest.raises(Unsupported, match="the limit here is"):
        codec.decode(data)


@pytest.mark.parametrize("name", [name for name, outcome in OUTCOMES.items() if isinstance(outcome, type)])
def test_the_command_line_says_it_in_a_sentence(name):
    command = [sys.executable, "-m", "imgcomp_lib.cli", "compare", str(path_of(name))]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert result.returncode and "Traceback" not in result.stderr and name in result.stderr
