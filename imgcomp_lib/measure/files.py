"""Pictures in and out of files: any kind that Pillow reads; 8 and 16 bits are kept, never narrowed silently.

Every picture is uint8 or uint16, `(height, width)` grey or `(height, width, 3)` RGB.  Used from chapter 1 on.
"""

import io
import os
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ..core.atomic import write_bytes
from ..core.bits import CorruptStream, Unsupported
from ..core.codec import check_image, check_number
from ..formats.png import Png


def load(path, background: int = 255) -> np.ndarray:
    """Return the image in a file: uint8 or uint16, (height, width) grey or (height, width, 3) RGB.

    EXIF orientation is applied, palettes are expanded, CMYK is converted, alpha is laid on `background` (255 white,
    0 black).  `CorruptStream` for a file that is no image or is cut short, `Unsupported` for animations and floating
    point.  Pillow reads all but 16-bit colour, of which it would keep 8 bits.
    """
    path, background = _check_path(path), check_number("background", background, 0, 255)
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

    image: uint8 or uint16, (height, width) grey or (height, width, 3) RGB; `ValueError` for others.
    16-bit colour goes to .png with `formats.png` and to .tif with tifffile.  `Unsupported` where a kind of file
    cannot hold the image as it is.
    """
    path = _check_path(path)
    check_image(image)
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


def _check_path(path):
    """Return a path; `ValueError` for what names no file."""
    if not isinstance(path, str | os.PathLike):
        raise ValueError(f"a path is a str or a Path, not {path!r}")
    return Path(path)


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
