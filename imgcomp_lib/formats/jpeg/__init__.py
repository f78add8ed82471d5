"""JPEG, baseline and progressive (ITU-T T.81), 8 bits, grey and RGB.

How an image becomes coefficients is told in `pixels`, how these become bytes in `encoder`, `scan_encoder` and `codes`;
`frame` is what stands between them.  Chapter 14.

Source: ITU-T T.81 | ISO/IEC 10918-1, 1992; ITU-T T.871 (JFIF), 2011.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...core.codec import Codec, check_bytes, choice, knob
from ...transforms import dct
from ..jpegls import JpegLs
from .decoder import decode
from .encoder import encode
from .optimise import RECIPES
from .optimise import to_frame as tuned
from .pixels import to_frame
from .scans import smallest
from .segments import DHT, DQT, SOS, walk
from .to_pixels import to_image


@dataclass(frozen=True)
class Jpeg(Codec):
    """The codec of `.jpg` files: uint8, grey or RGB.

    quality: 1, worst, to 100, best, of the IJG's tables.  sampling: which samples of chroma are kept.
    tables: Huffman codes made for this picture, or the standard's examples.  restart: MCUs between restarts, 0 for
    none.  tune: "plain" rounds levels to the nearest of the IJG's steps; the others choose steps and levels so that the
    file is the smallest for what RGB-PSNR, MS-SSIM or PSNR-HVS say of it, at about the score of a plain one.
    """

    name: ClassVar[str] = "jpeg"
    suffixes: ClassVar[tuple[str, ...]] = (".jpg", ".jpeg", ".jpe")
    quality: int = knob(75, 1, 100)
    sampling: str = choice("4:2:0", "4:2:2", "4:4:4", "4:4:0", "4:1:1")
    mode: str = choice("baseline", "progressive")
    tables: str = choice("optimised", "standard")
    restart: int = knob(0, 0, 65535)
    tune: str = choice("plain", *RECIPES)

    @property
    def promised_psnr(self) -> float:
        """The PSNR in dB that photographs keep in all samplings; most keep 3 to 9 dB more."""
        return 20 + self.quality / 10

    def encode(self, image: np.ndarray) -> bytes:
        """Return the JPEG file of `image`; `ValueError` for 16 bits a sample."""
        progressive = self.mode == "progressive"
        if self.tune == "plain":
            steps = [dct.scaled(table, self.quality) for table in (dct.LUMINANCE_TABLE, dct.CHROMINANCE_TABLE)]
            frame = to_frame(image, steps, self.sampling)
        else:
            frame = tuned(image, self.quality, self.sampling, self.tune, progressive)
        scans = smallest(frame, self.restart) if progressive else None
        return encode(frame, scans, self.tables == "optimised", self.restart)

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image, grey or RGB, not turned; `CorruptStream` for damage, `Unsupported` for rarer kinds."""
        return to_image(decode(data))

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part; tables are those of steps and of Huffman codes, the payload is scans' bits."""
        data = check_bytes(data)
        tables = payload = 0
        for marker, start, end, following in walk(data):
            tables += 4 + end - start if marker in (DQT, DHT) else 0
            payload += following - end if marker == SOS else 0
        return {"header": len(data) - tables - payload, "tables": tables, "side information": 0, "payload": payload}

    @staticmethod
    def matches(data: bytes) -> bool:
        """Say whether `data` begins as a JPEG file does, and not with a frame of JPEG-LS."""
        return check_bytes(data)[:3] == b"\xff\xd8\xff" and not JpegLs.matches(data)
