"""The codec of `.jpg` files: a matrix of sizes, samplings, qualities, modes and restarts that everybody reads alike."""

import base64
import io
import itertools

import imagecodecs
import numpy as np
import pytest
from conftest import pattern
from PIL import Image

from imgcomp_lib import formats
from imgcomp_lib.formats.jpeg import Jpeg
from imgcomp_lib.formats.jpegls import JpegLs
from imgcomp_lib.measure import images, quality
from imgcomp_lib.transforms.sampling import SCHEMES

QUALITIES, RESTARTS = itertools.cycle((1, 10, 50, 75, 92, 100)), itertools.cycle((0, 0, 1, 2, 7))


def pillow(data):
    return np.asarray(Image.open(io.BytesIO(data)))


@pytest.mark.parametrize("mode", ["baseline", "progressive"])
@pytest.mark.parametrize("sampling", ["grey", *SCHEMES])
def test_every_size_is_read_alike_by_everybody(sampling, mode):
    for height in range(1, 34):
        width = 11 * height % 33 + 1
        image = pattern(height, width, 1 if sampling == "grey" else 3)
        kind = Jpeg(next(QUALITIES), "4:4:4" if sampling == "grey" else sampling, mode, restart=next(RESTARTS))
        data = kind.encode(image)
        decoded = Jpeg().decode(data)
        assert decoded.shape == image.shape
        for theirs in (pillow(data), imagecodecs.jpeg8_decode(data)):
            assert np.array_equal(decoded, theirs), (kind, height, width)


@pytest.mark.parametrize("mode", ["baseline", "progressive"])
@pytest.mark.parametrize("name", ["camera", "cat"])
def test_photographs_keep_what_is_promised(name, mode):
    image, last = images.photo(name), 0
    for number in (1, 5, 25, 50, 75, 95, 100):
        codec = Jpeg(number, mode=mode)
        data = codec.encode(image)
        psnr = quality.psnr(image, codec.decode(data))
        assert psnr > codec.promised_psnr and len(data) > last
        last = len(data)


def test_modes_and_tables_change_no_pixel_but_the_size():
    image = images.photo("cat")[:160, :200]
    codecs = [Jpeg(), Jpeg(tables="standard"), Jpeg(mode="progressive"), Jpeg(restart=3)]
    sizes = [len(codec.encode(image)) for codec in codecs]
    first, *others = (codec.decode(codec.encode(image)) for codec in codecs)
    assert all(np.array_equal(first, other) for other in others)
    assert sizes[2] < sizes[0] < sizes[3] and sizes[0] < sizes[1]
    assert Jpeg(mode="progressive", tables="standard").encode(image) == codecs[2].encode(image)


def test_a_file_is_known_by_its_frame():
    image = pattern(9, 11)
    data, lossless = Jpeg().encode(image), JpegLs().encode(image)
    assert formats.format_of(data) == Jpeg() and formats.format_of(lossless) == JpegLs()
    for suffix in (".jpg", ".JPEG", ".jpe"):
        assert formats.format_of(b"", suffix) == Jpeg()
    assert np.array_equal(formats.decode(data), Jpeg().decode(data))
    assert not Jpeg.matches(b"\xff\xd8") and not Jpeg.matches(lossless)


def test_the_parts_of_a_file():
    """18 bytes of JFIF, 2 of SOI and EOI each, 13 of SOF0, 10 of SOS; 69 of DQT, and DHT."""
    data = Jpeg(tables="standard").encode(np.full((8, 8), 128, np.uint8))
    assert Jpeg().breakdown(data) == {"header": 45, "tables": 69 + 4 + 29 + 179, "side information": 0, "payload": 1}


def test_16_bits_are_refused():
    with pytest.raises(ValueError, match="8 bits"):
        Jpeg().encode(pattern(4, 4, 1, np.uint16))


@pytest.mark.parametrize("mode", ["baseline", "progressive"])
@pytest.mark.parametrize("sampling", ["4:2:0", "4:4:4"])
def test_a_browser_shows_our_files(browser, sampling, mode):
    """Chromium's samples are within 2 of ours; it interpolates chroma as libjpeg-turbo does."""
    image = images.photo("cat")[40:140, 30:150]
    data = Jpeg(90, sampling, mode).encode(image)
    page = browser.new_page()
    try:
        url = "data:image/jpeg;base64," + base64.b64encode(data).decode()
        page.set_content(f'<img src="{url}">')
        page.wait_for_function("document.images[0].complete")
        samples = page.evaluate(DRAWN)
    finally:
        page.close()
    shown = np.array(samples, np.int64).reshape(*image.shape[:2], 4)[:, :, :3]
    assert abs(shown - Jpeg().decode(data)).max() <= 2


DRAWN = """() => {
    const [image] = document.images, canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    return [...context.getImageData(0, 0, canvas.width, canvas.height).data];
}"""
