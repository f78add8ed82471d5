"""The codecs of industry, with the same two verbs as ours: `Pillow("PNG", optimize=True)`, `Imagecodecs("jpegls")`.

Chapters 1, 2 and 5.
"""

import io

import numpy as np
from PIL import Image


class Pillow:
    """A codec of Pillow's, by the name of its format and the options of its `save`.

    >>> Pillow("PNG", optimize=True)
    Pillow('PNG', optimize=True)
    """

    def __init__(self, kind: str, **options):
        Image.init()
        if kind not in Image.SAVE:
            raise ValueError(f"Pillow writes no {kind!r}; it writes {', '.join(sorted(Image.SAVE))}")
        self.kind, self.options = kind, options

    def __repr__(self):
        return f"Pillow({', '.join([repr(self.kind)] + [f'{k}={v!r}' for k, v in self.options.items()])})"

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file; `ValueError` for 16-bit colour, which Pillow has no type for."""
        if image.dtype == np.uint16 and image.ndim == 3:
            raise ValueError("Pillow holds no 16-bit colour")
        out = io.BytesIO()
        try:
            Image.fromarray(image).save(out, self.kind, **self.options)
        except OSError as error:  # "cannot write mode I;16 as JPEG"
            raise ValueError(str(error)) from error
        return out.getvalue()

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image: uint8 grey or RGB, or uint16 grey."""
        picture = Image.open(io.BytesIO(data))
        if picture.mode.startswith("I"):
            return np.asarray(picture).astype(np.uint16)
        return np.asarray(picture if picture.mode == "L" else picture.convert("RGB"))


class Imagecodecs:
    """A codec of the package imagecodecs (an extra), by the name in front of its `_encode`, with its options."""

    def __init__(self, kind: str, **options):
        try:
            import imagecodecs
        except ImportError as error:
            raise ValueError("imagecodecs is not installed: pip install imgcomp-lib[peers]") from error
        if not hasattr(imagecodecs, f"{kind}_encode"):
            raise ValueError(f"imagecodecs has no codec called {kind!r}")
        self.kind, self.options = kind, options
        self._encode, self.decode = getattr(imagecodecs, f"{kind}_encode"), getattr(imagecodecs, f"{kind}_decode")

    def __repr__(self):
        return f"Imagecodecs({', '.join([repr(self.kind)] + [f'{k}={v!r}' for k, v in self.options.items()])})"

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file; `ValueError` for what the library behind the codec refuses."""
        try:
            return bytes(self._encode(image, **self.options))
        except RuntimeError as error:
            raise ValueError(str(error)) from error
