"""Pictures in and out of files: nothing narrowed, turned the right way up, told when they cannot be read."""

import hashlib
import os

import numpy as np
import pytest
from conftest import pattern
from PIL import Image

from imgcomp_lib.core.bits import CorruptStream
from imgcomp_lib.measure import images


@pytest.mark.parametrize("name", images.PHOTOS)
def test_the_photographs_are_there_with_author_and_licence(name):
    image, about = images.photo(name), images.PHOTOS[name]
    assert image.dtype == np.uint8 and image.min() < image.max()
    assert about.shows and about.author and about.licence


def test_unknown_pictures_are_told_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'lena'.*astronaut"):
        images.photo("lena")
    with pytest.raises(ValueError, match=r"'bill'.*letter, note"):
        images.fax("bill")
    with pytest.raises(ValueError, match="1 to 24"):
        images.kodak(25)


@pytest.mark.parametrize("name, digest", [("letter", "b7e568b356dd"), ("note", "8f5a13398f4a")])
def test_fax_pages_are_the_same_everywhere(name, digest):
    page = images.fax(name)
    assert page.shape == (2376, 1728) and set(np.unique(page)) == {0, 255}
    assert hashlib.sha256(np.packbits(page > 0)).hexdigest()[:12] == digest


def test_kodak_is_checked_against_its_sum(tmp_path, monkeypatch):
    (tmp_path / "kodak").mkdir()
    Image.fromarray(pattern(9, 7, 3)).save(tmp_path / "kodak" / "kodim05.png")
    monkeypatch.setenv("IMGCOMP_DATA", str(tmp_path))
    with pytest.raises(CorruptStream, match="SHA-256"):
        images.kodak(5)


@pytest.mark.skipif(not os.environ.get("IMGCOMP_DATA"), reason="IMGCOMP_DATA names no folder with the Kodak images")
def test_kodak_images_are_there():
    assert images.kodak(1).shape == (512, 768, 3) and images.kodak(4).shape == (768, 512, 3)
