"""The codecs of industry, with the same two verbs as ours: `Pillow("PNG", optimize=True)`, `Imagecodecs("jpegls")`.

Chapters 1, 2 and 5.
"""

import io

import numpy as np
from PIL import Image

from ..core.bits import CorruptStream
from ..core.codec import check_bytes, check_image


class Peer:
    """A codec that somebody else wrote, named by its kind and its options."""

    def __init__(self, kind: str, **options):
        self.kind, self.options = kind, options

    def __repr__(self):
        return (
            f"{type(self).__name__}({', '.join([repr(self.kind)] + [f'{k}={v!r}' for k, v in self.options.items()])})"
        )


class Pillow(Peer):
    """A codec of Pillow's, by the name of its format and the options of its `save`.

    >>> Pillow("PNG", optimize=True)
    Pillow('PNG', optimize=True)
    """

    def __init__(self, kind: str, **options):
        Image.init()
        if not isinstance(kind, str) or kind not in Image.SAVE:
            raise ValueError(f"Pillow writes no {kind!r}; it writes {', '.join(sorted(Image.SAVE))}")
        super().__init__(kind, **options)

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file; `ValueError` for 16-bit colour, which Pillow cannot hold, and for what it refuses."""
        if not isinstance(image, np.ndarray):
            raise ValueError(f"an image is an array, not {type(image).__name__}")
        if image.dtype == np.uint16 and image.ndim == 3:
            raise ValueError("Pillow holds no 16-bit colour")
        out = io.BytesIO()
        try:
            Image.fromarray(image).save(out, self.kind, **self.options)
        except (OSError, TypeError, SystemError, KeyError) as error:  # "cannot write mode I;16 as JPEG"
            raise ValueError(f"Pillow's {self.kind}: {error}") from error
        return out.getvalue()

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image: uint8 grey or RGB, or uint16 grey; `CorruptStream` for bytes that are no image."""
        picture = _opened(check_bytes(data))
        if picture.mode.startswith("I"):
            return np.asarray(picture).astype(np.uint16)
        return np.asarray(picture if picture.mode == "L" else picture.convert("RGB"))


class Imagecodecs(Peer):
    """A codec of the package imagecodecs (an extra), by the name in front of its `_encode`, with its options."""

    def __init__(self, kind: str, **options):
        try:
            import imagecodecs
        except ImportError as error:
            raise ValueError("imagecodecs is not installed: pip install imgcomp-lib[peers]") from error
        if not isinstance(kind, str) or not hasattr(imagecodecs, f"{kind}_encode"):
            raise ValueError(f"imagecodecs has no codec called {kind!r}")
        super().__init__(kind, **options)
        self._encode, self._decode = getattr(imagecodecs, f"{kind}_encode"), getattr(imagecodecs, f"{kind}_decode")

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file; `ValueError` for what the library behind the codec refuses."""
        check_image(image)
        try:
            return bytes(self._encode(image, **self.options))
        except (RuntimeError, TypeError) as error:
            raise ValueError(f"imagecodecs' {self.kind}: {error}") from error

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image; `CorruptStream` for bytes that are none."""
        data = check_bytes(data)
        try:
            return self._decode(data)
        except (RuntimeError, ValueError) as error:
            raise CorruptStream(f"imagecodecs' {self.kind}: {error}") from error


def _opened(data):
    """Return the picture that Pillow finds in bytes, all of it read."""
    try:
        picture = Image.open(io.BytesIO(data))
        picture.load()
    except (OSError, SyntaxError, EOFError) as error:
        raise CorruptStream(f"Pillow: {error}") from error
    return picture
