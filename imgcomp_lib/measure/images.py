"""The photographs of the book.

    photo, fax        the photographs in scikit-image's wheel, and fax pages made from its two scans
    kodak             the 24 Kodak images, downloaded once with their checksums (benchmarks only)

Every picture is uint8, `(height, width)` grey or `(height, width, 3)` RGB.  Used from chapter 1 on.
"""

import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from ..core.bits import CorruptStream

KODAK_URL = "https://r0k.us/graphics/kodak/kodak/"


@dataclass(frozen=True)
class Photo:
    """Where a photograph of the book comes from: its file in scikit-image's wheel, what it shows, whose it is."""

    file: str
    shows: str
    author: str
    licence: str


PHOTOS = {
    "astronaut": Photo("astronaut.png", "Eileen Collins before a space shuttle", "NASA", "public domain"),
    "camera": Photo("camera.png", "a photographer and his tripod", "Lav Varshney", "CC0"),
    "cat": Photo("chelsea.png", "Chelsea the cat", "Stéfan van der Walt", "CC0"),
    "coffee": Photo("coffee.png", "a cup of espresso on a wooden table", "Rachel Michetti", "CC0"),
    "rocket": Photo("rocket.jpg", "the launch of DSCOVR", "SpaceX", "public domain"),
    "hubble": Photo("hubble_deep_field.jpg", "galaxies in the Hubble deep field", "NASA", "public domain"),
    "moon": Photo("moon.png", "craters of the moon", "NASA", "public domain"),
    "coins": Photo("coins.png", "Greek coins from Pompeii", "Brooklyn Museum", "no known restrictions"),
    "brick": Photo("brick.png", "a brick wall", "cc0textures.com", "CC0"),
    "grass": Photo("grass.png", "a lawn from above", "linolafett, DeviantArt", "CC0"),
    "gravel": Photo("gravel.png", "gravel from above", "cc0textures.com", "CC0"),
    "retina": Photo("retina.jpg", "the fundus of a normal left eye", "Mikael Häggström", "CC0"),
    "page": Photo("page.png", "a printed page, unevenly lit", "scikit-image", "BSD-3-Clause"),
    "text": Photo("text.png", "a handwritten formula", "Wikipedia, Corner.png", "public domain"),
}

FAX_SHAPE = (2376, 1728)
"""Height and width of a fine-resolution A4 fax page in pixels (ITU-T T.4): 7.7 lines/mm, 1728 dots a line."""


SCANS = {"letter": ("page", 12), "note": ("text", 14)}
"""The photograph that a fax page is made of, and by how many levels ink is darker than its surroundings."""


def photo(name: str) -> np.ndarray:
    """Return one of `PHOTOS` by name: uint8, grey or RGB.

    >>> photo("camera").shape
    (512, 512)
    """
    return _read(files("skimage.data") / _named("photograph", name, PHOTOS).file)


def credit(name: str) -> str:
    """Return the line that a caption owes to a photograph.

    >>> credit("camera")
    'Photograph: Lav Varshney, CC0.'
    """
    owed = _named("photograph", name, PHOTOS)
    return f"Photograph: {owed.author}, {owed.licence}."


def credits(names) -> str:
    """Return the line that a caption owes to several photographs, a list of names.

    >>> credits(["camera", "coffee"])
    'Photographs: `camera`, Lav Varshney, CC0; `coffee`, Rachel Michetti, CC0.'
    """
    if not isinstance(names, list | tuple):
        raise ValueError(f"names are a list of photographs, not {names!r}")
    owed = [(name, _named("photograph", name, PHOTOS)) for name in names]
    return "Photographs: " + "; ".join(f"`{name}`, {one.author}, {one.licence}" for name, one in owed) + "."


def fax(name: str = "letter") -> np.ndarray:
    """Return a fax page, (2376, 1728) uint8 of 0 (ink) and 255: "letter" printed, "note" handwritten.

    A scan is enlarged four times and each pixel made black where it is darker than its surroundings.
    """
    source, darker = _named("fax page", name, SCANS)
    scan = Image.fromarray(photo(source))
    scan = scan.resize((4 * scan.width, 4 * scan.height), Image.Resampling.BICUBIC)
    scan = scan.crop((0, 0, min(scan.width, FAX_SHAPE[1]), scan.height))
    surroundings = np.asarray(scan.filter(ImageFilter.BoxBlur(40)), np.int64)
    page = np.full(FAX_SHAPE, 255, np.uint8)
    top, left = 240, (FAX_SHAPE[1] - scan.width) // 2
    page[top : top + scan.height, left : left + scan.width][np.asarray(scan) < surroundings - darker] = 0
    return page


def ledger() -> dict[str, np.ndarray]:
    """Return the four pictures on which every chapter's codec enters the book-wide ledger, by name.

    >>> list(ledger())
    ['cat', 'coffee', 'camera', 'letter']
    """
    return {name: photo(name) for name in ("cat", "coffee", "camera")} | {"letter": fax("letter")}


def kodak(number: int) -> np.ndarray:
    """Return Kodak image 1 to 24, uint8 (512, 768, 3) or (768, 512, 3).

    Taken from the folder `kodak` under the environment variable IMGCOMP_DATA where that is set, else downloaded
    once into the user's cache; checked against its SHA-256 either way.
    """
    import pooch  # the only user of the network

    if number not in range(1, 25):
        raise ValueError(f"the Kodak images are numbered 1 to 24, not {number!r}")
    name = f"kodim{number:02d}.png"
    sums = dict(line.split()[::-1] for line in (files("imgcomp_lib.measure") / "kodak.sha256").read_text().splitlines())
    local = os.environ.get("IMGCOMP_DATA")
    if local:
        path = Path(local) / "kodak" / name
        if pooch.file_hash(path) != sums[name]:
            raise CorruptStream(f"{path} is not the usual Kodak image: its SHA-256 differs")
        return _read(path)
    cache = pooch.os_cache("imgcomp")
    return _read(pooch.retrieve(KODAK_URL + name, "sha256:" + sums[name], name, cache, progressbar=True))


def _named(kind, name, table):
    """Return what a table has under a name; `ValueError` that lists the names where there is none such."""
    if not isinstance(name, str) or name not in table:
        raise ValueError(f"no {kind} is called {name!r}; there are {', '.join(table)}")
    return table[name]


def _read(path):
    """Return the samples of a file of 8 bits, grey or RGB; `files.load` reads all others too."""
    with Image.open(path) as picture:
        return np.array(picture)
