"""Pictures in and out of files: every kind, and what is no picture."""

import io

import numpy as np
import pytest
from conftest import pattern
from PIL import Image

from imgcomp_lib.core.bits import CorruptStream, Unsupported
from imgcomp_lib.measure import files, images
from imgcomp_lib.measure.loading import samples

GREY, RGB = pattern(9, 7), pattern(9, 7, 3)
GREY16, RGB16 = pattern(9, 7, 1, np.uint16), pattern(9, 7, 3, np.uint16)


@pytest.mark.parametrize("suffix", [".png", ".tif", ".bmp", ".TIFF"])
@pytest.mark.parametrize("image", [GREY, RGB, GREY16, RGB16], ids=["grey", "rgb", "grey16", "rgb16"])
def test_load_undoes_save(tmp_path, suffix, image):
    path = tmp_path / f"picture{suffix}"
    if image.dtype == np.uint16 and suffix == ".bmp":
        with pytest.raises(Unsupported, match="16 bits a sample"):
            files.save(path, image)
        assert not list(tmp_path.iterdir())
        return
    files.save(path, image)
    loaded = files.load(path)
    assert loaded.dtype == image.dtype and np.array_equal(loaded, image)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]  # no temporary file is left


def test_sixteen_bit_colour_is_never_narrowed(tmp_path):
    imagecodecs = pytest.importorskip("imagecodecs")
    (tmp_path / "deep.png").write_bytes(imagecodecs.png_encode(RGB16))
    assert np.array_equal(files.load(tmp_path / "deep.png"), RGB16)
    files.save(tmp_path / "ours.png", RGB16)
    assert np.array_equal(imagecodecs.png_decode((tmp_path / "ours.png").read_bytes()), RGB16)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "turned.png"
    Image.fromarray(RGB).save(path, exif=exif)
    expected = np.asarray(Image.fromarray(RGB))
    for turn in {2: "h", 3: "hv", 4: "v", 5: "t", 6: "th", 7: "thv", 8: "tv"}.get(orientation, ""):
        expected = {"t": lambda a: a.swapaxes(0, 1), "h": lambda a: a[:, ::-1], "v": lambda a: a[::-1]}[turn](expected)
    assert np.array_equal(files.load(path), expected)
    assert np.array_equal(samples.orient(RGB, orientation), expected)


def test_palettes_are_expanded(tmp_path):
    colours = Image.fromarray(RGB).quantize(8)
    colours.save(tmp_path / "colours.gif")
    assert files.load(tmp_path / "colours.gif").shape == (9, 7, 3)
    greys = Image.fromarray(GREY // 64 * 64).convert("P")
    greys.save(tmp_path / "greys.png")
    assert np.array_equal(files.load(tmp_path / "greys.png"), GREY // 64 * 64)


def test_one_bit_becomes_black_and_white(tmp_path):
    Image.fromarray(GREY > 99).save(tmp_path / "fax.tif", compression="group4")
    assert np.array_equal(files.load(tmp_path / "fax.tif"), np.where(GREY > 99, 255, 0))


def test_cmyk_becomes_rgb(tmp_path):
    Image.new("CMYK", (3, 2), (0, 255, 255, 0)).save(tmp_path / "print.jpg", quality=100)
    assert np.abs(files.load(tmp_path / "print.jpg").astype(int) - [255, 0, 0]).max() < 4


@pytest.mark.parametrize("background, expected", [(255, 255), (0, 0)])
def test_alpha_is_laid_on_the_background(tmp_path, background, expected):
    rgba = np.zeros((1, 3, 4), np.uint8)
    rgba[0, :, 0], rgba[0, :, 3] = 200, (255, 0, 128)
    Image.fromarray(rgba).save(tmp_path / "alpha.png")
    laid = files.load(tmp_path / "alpha.png", background)
    assert laid[0, 0].tolist() == [200, 0, 0] and laid[0, 1].tolist() == [expected] * 3
    assert laid[0, 2].tolist() == [round((200 * 128 + background * 127) / 255)] + [round(background * 127 / 255)] * 2
    Image.fromarray(rgba).convert("LA").save(tmp_path / "grey alpha.png")
    assert files.load(tmp_path / "grey alpha.png").shape == (1, 3)


def test_an_animation_is_not_its_first_frame(tmp_path):
    frames = [Image.fromarray(GREY), Image.fromarray(255 - GREY)]
    frames[0].save(tmp_path / "two.gif", save_all=True, append_images=frames[1:])
    with pytest.raises(Unsupported, match="2 frames"):
        files.load(tmp_path / "two.gif")


def test_floating_point_is_refused(tmp_path):
    Image.fromarray(GREY.astype(np.float32)).save(tmp_path / "float.tif")
    with pytest.raises(Unsupported, match="floating-point"):
        files.load(tmp_path / "float.tif")


def test_what_is_no_picture_is_told(tmp_path):
    (tmp_path / "text.png").write_text("Dear reader,\n")
    with pytest.raises(CorruptStream, match=r"text\.png: no image"):
        files.load(tmp_path / "text.png")
    with pytest.raises(FileNotFoundError):
        files.load(tmp_path / "missing.png")
    with pytest.raises(IsADirectoryError):
        files.load(tmp_path)
    with pytest.raises(Unsupported, match=r"suffix '\.xyz'"):
        files.save(tmp_path / "picture.xyz", GREY)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_cut_file_is_told(tmp_path, share):
    out = io.BytesIO()
    Image.fromarray(images.photo("cat")).save(out, "JPEG")
    (tmp_path / "cut.jpg").write_bytes(out.getvalue()[: int(share * out.tell())])
    with pytest.raises(CorruptStream, match="truncated"):
        files.load(tmp_path / "cut.jpg")
