"""JPEG 2000, part 1 (ITU-T T.800): codestreams `.j2k` and files `.jp2`, grey and RGB, 8 to 16 bits.

How an image becomes code blocks is told in `components`, `tile_coder` and `blocks`, which of their passes a file gets
in `rate_control`, and how these become bytes in `packets` and `codestream`; `decoder` has the way back.  Chapter 16.

Source: ITU-T T.800 | ISO/IEC 15444-1, 2002 and 2019.
"""

import functools
import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...core.codec import Codec, check_bytes, check_image, choice, knob
from . import account, boxes, decoder
from .encoder import analysed, fitted
from .parameters import Coding, Style
from .progression import ORDERS
from .second_look import improved

BLOCKS = {"64x64": (6, 6), "32x32": (5, 5), "16x16": (4, 4), "4x4": (2, 2), "4x1024": (2, 10), "1024x4": (10, 2)}
"""Sides of a code block, height first, and their base-2 logarithms."""

PRECINCTS = {"whole": (), "256x256": (8, 8), "128x128": (7, 7)}
MARKS = {"none": (False, False), "SOP": (True, False), "EPH": (False, True), "both": (True, True)}

RANGE = 256
"""Grey levels of which `step` is so many, whatever the depth."""


@dataclass(frozen=True)
class Jpeg2000(Codec):
    """The codec of `.jp2` and `.j2k` files: uint8 and uint16, grey or RGB.

    wavelet: "5/3", reversible, so that a file that has all passes gives back every sample; or "9/7", which is better
    where it does not.  size: bytes that the file may have, 0 for all passes.  step: of the 9/7's quantiser, in 256ths
    of the range, for coefficients whose errors count once.  levels: of decomposition.  layers: of quality, each with
    about twice the bytes of those before it.  block: the sides of code blocks.  style: of their coding, the sum of
    1 bypass, 2 reset, 4 terminate, 8 causal, 16 predictable end, 32 segmentation marks.  progression: of packets.
    effort: 2 codes the blocks of a file with a `size` a second time, when it is known what a bit is worth.
    tile: the side of tiles, 0 for a single one.  precinct: its sides.  marks: beside packets.  depth: bits of a sample
    of uint16, 0 for 16.  container: "jp2", or "j2k" for the codestream alone.
    """

    name: ClassVar[str] = "jpeg2000"
    suffixes: ClassVar[tuple[str, ...]] = (".jp2", ".j2k", ".j2c", ".jpc")
    progressive: ClassVar[bool] = True
    wavelet: str = choice("5/3", "9/7")
    size: int = knob(0, 0, 1 << 31)
    step: float = knob(1.0, 1 / 64, 64.0)
    levels: int = knob(5, 0, 32)
    layers: int = knob(1, 1, 32)
    effort: int = knob(2, 1, 2)
    block: str = choice(*BLOCKS)
    style: int = knob(0, 0, 63)
    progression: str = choice(*ORDERS)
    tile: int = knob(0, 0, 65535)
    precinct: str = choice(*PRECINCTS)
    marks: str = choice(*MARKS)
    depth: int = knob(0, 0, 16)
    container: str = choice("jp2", "j2k")

    @property
    def promised_psnr(self) -> float:
        """What photographs keep in dB: all with the 5/3 wavelet, by the step with the 9/7; nothing for a `size`."""
        if self.size:
            return 0.0
        return math.inf if self.wavelet == "5/3" else min(20 * math.log10(RANGE / self.step), 54.0)

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file of `image`; `ValueError` where it does not fit into `size` bytes, or has 65536 tiles."""
        depth = check_image(image, self.depth)
        precincts = PRECINCTS[self.precinct]
        coding = Coding(self.levels, BLOCKS[self.block], self.style, self.wavelet)
        coding = coding._replace(precincts=(precincts,)) if precincts else coding
        style = Style(self.progression, self.layers, False, *MARKS[self.marks])
        picture = analysed(image, depth, coding, style, self.tile, self.step * 2.0**depth / RANGE)
        if self.size and self.effort == 2:
            picture = improved(picture, self.size)
        count = 1 if image.ndim == 2 else 3
        wrapped = functools.partial(_wrapped, shape=image.shape[:2], depths=[depth] * count)
        if self.container == "j2k":
            return fitted(picture, self.size)
        around = len(wrapped(b""))
        if self.size and self.size <= around:
            raise ValueError(f"a file of {self.size} bytes has no room for its boxes of {around}")
        return wrapped(fitted(picture, self.size and self.size - around))

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image; `CorruptStream` for damage, `Unsupported` for what the standard has and this has not."""
        return decoder.decode(data)

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part; side information is packets' headers, the payload code blocks' bytes."""
        data = check_bytes(data)
        packets, payload = account.shares(data)
        header = len(data) - packets
        return {"header": header, "tables": 0, "side information": packets - payload, "payload": payload}

    @staticmethod
    def matches(data: bytes) -> bool:
        """Say whether `data` begins as a JP2 file or as a codestream does."""
        data = check_bytes(data)
        return data.startswith(boxes.SIGNATURE) or data[:4] == b"\xff\x4f\xff\x51"


def _wrapped(codestream, shape, depths):
    """Return the JP2 file of a codestream."""
    return boxes.pack(codestream, *shape, depths, "grey" if len(depths) == 1 else "rgb")
