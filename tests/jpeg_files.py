"""JPEG files for tests, from segments by hand and by Pillow."""

import io
import struct

import numpy as np
from PIL import Image

CHANNELS = {"L": 1, "RGB": 3, "CMYK": 4}
SOI, EOI = b"\xff\xd8", b"\xff\xd9"
STEPS = bytes([0, *[16] * 64])
"""Every step is 16."""
DC = bytes([0x00, 1, 1, 1, *[0] * 13, 3, 0, 2])
"""DC codewords: 0 for 3 bits, 10 for a difference of 0, 110 for 2 bits."""
AC = bytes([0x10, 1, 1, 1, 1, *[0] * 12, 0x00, 0x01, 0xF0, 0x11])
"""AC codewords: 0 for EOB, 10 for a level of 1 bit, 110 for 16 zeros, 1110 for a zero and a level of 1 bit."""


def segment(marker, *parts):
    """Return a marker with its segment."""
    body = b"".join(bytes(part) for part in parts)
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def frame(height=8, width=8, components=((1, 0x11, 0),), marker=0xC0, depth=8):
    """Return a frame header."""
    return segment(marker, struct.pack(">BHHB", depth, height, width, len(components)), *components)


def scan(bits, numbers=(1,), Ss=0, Se=63, approximation=0, tables=0):
    """Return a scan of bits, "0101 0", filled up with ones; components by number, all with the same tables."""
    bits = bits.replace(" ", "")
    bits += "1" * (-len(bits) % 8)
    data = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8)).replace(b"\xff", b"\xff\0")
    header = [len(numbers), *(byte for number in numbers for byte in (number, tables)), Ss, Se, approximation]
    return segment(0xDA, header) + data


def tiny(bits="0 101 0", **knobs):
    """Return a grey file of 8 x 8, or one with another frame, of a scan of these bits."""
    return b"".join([SOI, segment(0xDB, STEPS), frame(**knobs), segment(0xC4, DC, AC), scan(bits), EOI])


def noise(height, width, mode="RGB", seed=0):
    """Return a picture of noise of one of Pillow's modes."""
    samples = np.random.default_rng(seed).integers(0, 256, (height, width, CHANNELS[mode]), np.uint8)
    return Image.frombytes(mode, (width, height), samples.tobytes())


def written(height, width, mode="RGB", seed=0, **options):
    """Return a file of noise that Pillow wrote."""
    out = io.BytesIO()
    noise(height, width, mode, seed).save(out, "JPEG", **options)
    return out.getvalue()


def by_pillow(data):
    """Return Pillow's samples, (height, width, n)."""
    with Image.open(io.BytesIO(data)) as picture:
        return np.atleast_3d(np.asarray(picture))
