"""Layer 4: pictures in and out of files, and the photographs of the book.

    load, save        any file that Pillow reads; 8 and 16 bits are kept, never narrowed silently
    photo, fax        the photographs in scikit-image's wheel, and fax pages made from its two scans
    kodak             the 24 Kodak images, downloaded once with their checksums (benchmarks only)

Every picture is uint8 or uint16, `(height, width)` grey or `(height, width, 3)` RGB.  Used from chapter 1 on.
"""

import io
import os
import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from .bits import CorruptStream, Unsupported
from .formats.png import Png

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
    "grass": Photo("grass.png", "a lawn from above", "cc0textures.com", "CC0"),
    "gravel": Photo("gravel.png", "gravel from above", "cc0textures.com", "CC0"),
    "retina": Photo("retina.jpg", "the fundus of a normal left eye", "Mikael Häggström", "CC0"),
    "page": Photo("page.png", "a printed page, unevenly lit", "scikit-image", "BSD-3-Clause"),
    "text": Photo("text.png", "a handwritten formula", "Wikipedia, Corner.png", "public domain"),
}

FAX_SHAPE = (2376, 1728)
"""Height and width of a fine-resolution A4 fax page in pixels (ITU-T T.4): 7.7 lines/mm, 1728 dots a line."""


def photo(name: str) -> np.ndarray:
    """Return one of `PHOTOS` by name: uint8, grey or RGB.

    >>> photo("camera").shape
    (512, 512)
    """
    if name not in PHOTOS:
        raise ValueError(f"no photograph is called {name!r}; there are {', '.join(PHOTOS)}")
    return load(str(files("skimage.data") / PHOTOS[name].file))


def credit(name: str) -> str:
    """Return the line that a caption owes to a photograph.

    >>> credit("camera")
    'Photograph: Lav Varshney, CC0.'
    """
    return f"Photograph: {PHOTOS[name].author}, {PHOTOS[name].licence}."


def fax(name: str = "letter") -> np.ndarray:
    """Return a fax page, (2376, 1728) uint8 of 0 (ink) and 255: "letter" printed, "note" handwritten.

    A scan is enlarged four times and each pixel made black where it is darker than its surroundings.
    """
    scans = {"letter": ("page", 12), "note": ("text", 14)}
    if name not in scans:
        raise ValueError(f"no fax page is called {name!r}; there are {', '.join(scans)}")
    source, darker = scans[name]
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
    sums = dict(line.split()[::-1] for line in (files("imgcomp_lib") / "kodak.sha256").read_text().splitlines())
    local = os.environ.get("IMGCOMP_DATA")
    if local:
        path = Path(local) / "kodak" / name
        if pooch.file_hash(path) != sums[name]:
            raise CorruptStream(f"{path} is not the usual Kodak image: its SHA-256 differs")
        return load(path)
    cache = pooch.os_cache("imgcomp")
    return load(pooch.retrieve(KODAK_URL + name, "sha256:" + sums[name], name, cache, progressbar=True))


def load(path, background: int = 255) -> np.ndarray:
    """Return the image in a file: uint8 or uint16, (height, width) grey or (height, width, 3) RGB.

    EXIF orientation is applied, palettes are expanded, CMYK is converted, alpha is laid on `background` (255 white,
    0 black).  `CorruptStream` for a file that is no image or is cut short, `Unsupported` for animations and floating
    point.  Pillow reads all but 16-bit colour, of which it would keep 8 bits.
    """
    try:
        with Image.open(path) as picture:
            if getattr(picture, "is_animated", False) and picture.format not in ("MPO", "TIFF"):
                raise Unsupported(f"{path}: an animation of {picture.n_frames} frames")
            if _is_deep_colour(path, picture):
                return _orient(_lay(_load_deep(path, picture.format), background), picture.getexif().get(0x0112, 1))
            return _to_array(ImageOps.exif_transpose(picture), background, path)
    except (UnidentifiedImageError, SyntaxError, EOFError) as error:
        raise CorruptStream(f"{path}: no image that can be read") from error
    except Image.DecompressionBombError as error:
        raise Unsupported(f"{path}: {error}") from error
    except OSError as error:
        if error.errno is not None:  # missing, a folder, no permission: the system's own words say it
            raise
        raise CorruptStream(f"{path}: {error}") from error


def save(path, image: np.ndarray) -> None:
    """Write an image to a file of the kind that its suffix names; whole or not at all.

    16-bit colour goes to .png with `formats.Png` and to .tif with tifffile.  `Unsupported` where a kind of file
    cannot hold the image as it is.
    """
    path = Path(path)
    deep_colour = image.dtype == np.uint16 and image.ndim == 3
    suffix = path.suffix.lower()
    if deep_colour and suffix == ".png":
        write_bytes(path, Png().encode(image))
    elif image.dtype == np.uint16 and suffix not in (".png", ".tif", ".tiff"):
        raise Unsupported(f"{path}: 16 bits a sample fit in .png and .tif only")
    else:
        out = io.BytesIO()
        if deep_colour:
            import tifffile

            tifffile.imwrite(out, image, photometric="rgb")
        else:
            kind = Image.registered_extensions().get(suffix)
            if kind not in Image.SAVE:
                raise Unsupported(f"{path}: no image format is written for the suffix {suffix!r}")
            Image.fromarray(image).save(out, kind)
        write_bytes(path, out.getvalue())


def write_bytes(path, data: bytes) -> None:
    """Write `data` to a temporary file beside `path` and rename it: nobody ever sees half a file."""
    path = Path(path)
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(path)) from None  # the temporary name helps nobody
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)  # mkstemp makes files that only their owner reads
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _to_array(picture, background, path):
    """Return the samples of a Pillow image as one of the four kinds of array."""
    if picture.mode in ("P", "PA"):
        alpha = "transparency" in picture.info or picture.mode == "PA"
        picture = picture.convert("RGBA" if alpha else _palette_mode(picture))
    if picture.mode in ("LA", "La", "RGBA", "RGBa") or "transparency" in picture.info:
        picture = picture.convert("LA" if picture.mode in ("L", "1", "LA", "La") else "RGBA")
        return _lay(np.asarray(picture), background)
    if picture.mode.startswith("I"):
        samples = np.asarray(picture)
        if samples.min() < 0 or samples.max() > 65535:
            raise Unsupported(f"{path}: samples from {samples.min()} to {samples.max()} are no 16-bit image")
        return samples.astype(np.uint16)
    if picture.mode == "F":
        raise Unsupported(f"{path}: floating-point samples")
    if picture.mode not in ("L", "RGB"):
        picture = picture.convert("L" if picture.mode == "1" else "RGB")
    return np.asarray(picture).copy()


def _palette_mode(picture):
    """Return "L" where each colour of the palette is a grey, else "RGB"."""
    palette = np.asarray(picture.convert("RGB"))
    return "L" if (palette == palette[:, :, :1]).all() else "RGB"


def _lay(samples, background):
    """Return grey or colour of which the last plane, alpha, says how much covers the background."""
    if samples.ndim == 2 or samples.shape[2] in (1, 3):
        return samples.reshape(samples.shape[:2]) if samples.ndim == 3 and samples.shape[2] == 1 else samples
    peak = np.iinfo(samples.dtype).max
    alpha, paper = samples[:, :, -1:].astype(np.int64), background * (peak // 255)
    laid = (samples[:, :, :-1] * alpha + paper * (peak - alpha) + peak // 2) // peak
    laid = laid.astype(samples.dtype)
    return laid[:, :, 0] if laid.shape[2] == 1 else laid


def _is_deep_colour(path, picture):
    """Say whether a file holds more than 8 bits in more than one plane, which Pillow would narrow to 8."""
    if picture.format == "PNG":
        with open(path, "rb") as file:
            head = file.read(26)
        return head[24] == 16 and head[25] in (2, 4, 6)
    if picture.format == "TIFF":
        depths = picture.tag_v2.get(258, (8,))
        return len(depths) > 1 and max(depths) > 8
    return False


def _load_deep(path, kind):
    """Return the uint16 samples of a PNG or TIFF file with several planes."""
    if kind == "PNG":
        return Png().decode(Path(path).read_bytes())
    import tifffile

    samples = tifffile.imread(path)
    if samples.dtype != np.uint16 or samples.ndim != 3 or samples.shape[2] not in (3, 4):
        raise Unsupported(f"{path}: a TIFF of {samples.dtype} and shape {samples.shape}")
    return samples


def _orient(samples, orientation):
    """Return samples turned and mirrored as EXIF tag 274 says: 1 as stored, 3 upside down, 6 to the right, ..."""
    turned = samples.swapaxes(0, 1) if orientation in (5, 6, 7, 8) else samples
    down = -1 if orientation in (3, 4, 7, 8) else 1
    right = -1 if orientation in (2, 3, 6, 7) else 1
    return np.ascontiguousarray(turned[::down, ::right])
