"""Run lengths and packets.

    symbols   0 0 0 0 7 7 3          runs     (0, 4) (7, 2) (3, 1)
    packets   run(4) 0 · run(2) 7 · raw(1) 3        one byte says which kind and how many, at most 128

What this module does not do: decide what a symbol is.  `formats.tga` hands it pixels, `codecs.run_length` bits.
Chapter 5.

Sources: J. Capon, "A probabilistic model for run-length coding of pictures", IRE Trans. Information Theory
5(4), 1959; Truevision TGA File Format Specification 2.0, 1991, "Run-length encoded images".
"""

import numpy as np

from ..core.bits import CorruptStream
from ..core.codec import MAX_SAMPLES, check_array, check_bytes, check_number
from ..core.kernels import kernel

LONGEST_PACKET = 128


def encode(symbols) -> tuple[np.ndarray, np.ndarray]:
    """Return `(values, lengths)`, one pair for each longest run of equal neighbours.

    symbols: (n,) array; values: (m,) of the same dtype; lengths: (m,) int64, all ≥ 1, with sum n.

    >>> encode([0, 0, 0, 0, 7, 7, 3])
    (array([0, 7, 3]), array([4, 2, 1]))
    """
    symbols = np.asarray(symbols)
    if symbols.ndim != 1:
        raise ValueError(f"runs are found along one dimension; the symbols have {symbols.ndim}")
    starts = np.flatnonzero(np.append(True, symbols[1:] != symbols[:-1])[: len(symbols)])
    return symbols[starts], np.diff(np.append(starts, len(symbols)))


def decode(values, lengths) -> np.ndarray:
    """Return the (n,) symbols of which `encode` made `values` and `lengths`.

    >>> decode([0, 7, 3], [4, 2, 1])
    array([0, 0, 0, 0, 7, 7, 3])
    """
    lengths = check_array("lengths", lengths, (1,), 0, MAX_SAMPLES)
    if np.shape(values)[:1] != lengths.shape or lengths.sum() > MAX_SAMPLES:
        raise ValueError(f"as many values as lengths, and at most {MAX_SAMPLES} symbols; not {np.shape(values)}")
    return np.repeat(values, lengths)


def pack_row(pixels: np.ndarray) -> bytes:
    """Return one row of pixels as run packets and raw packets (TGA's; Apple's PackBits differs in the header byte).

    pixels: (n, b) uint8, b bytes a pixel.  A run packet is one byte 128 + (count - 1) and one pixel; a raw packet
    one byte (count - 1) and count pixels.  Equal neighbours make a run packet as soon as that is not longer.

    >>> pack_row(np.array([[5], [5], [5], [8], [9]], np.uint8)).hex(" ")
    '82 05 01 08 09'
    """
    pixels = check_array("pixels", pixels, (2,), 0, 255).astype(np.uint8)
    packed, raw = bytearray(), []
    _, lengths = encode(_whole_pixels(pixels))
    at = 0
    for length in lengths:
        pixel = pixels[at].tobytes()
        at += length
        if length == 1 or (length == 2 and len(pixel) == 1 and raw):  # two grey bytes cost a raw packet nothing
            raw += [pixel] * int(length)
            continue
        _flush_raw(packed, raw)
        for count in _pieces(int(length)):
            packed += bytes([127 + count]) + pixel
    _flush_raw(packed, raw)
    return bytes(packed)


def unpack(data: bytes, count: int, width: int) -> tuple[np.ndarray, int]:
    """Return (count, width) uint8 pixels of `width` bytes, and how many bytes of `data` held them.

    Packets may run over the ends of rows.  `CorruptStream` if the data end before the last pixel, or if the last
    packet holds more pixels than are left.

    >>> unpack(bytes.fromhex("82 05 01 08 09"), 5, 1)[0].ravel()
    array([5, 5, 5, 8, 9], dtype=uint8)
    """
    data, count, width = check_bytes(data), check_number("count", count, 0, MAX_SAMPLES), _check_width(width)
    pixels = np.zeros((count, width), np.uint8)
    used = _unpack(np.frombuffer(data, np.uint8), pixels)
    if used < 0:
        raise CorruptStream(f"packets that do not fill {count:,} pixels of {8 * width} bits")
    return pixels, used


def count_packets(data: bytes, width: int) -> int:
    """Return how many packets make up `data`, whole packets of pixels of `width` bytes; each has a head of one byte.

    >>> count_packets(bytes.fromhex("82 05 01 08 09"), 1)
    2
    """
    data, width = check_bytes(data), _check_width(width)
    count = at = 0
    while at < len(data):
        at += 1 + width * (1 if data[at] >= 128 else data[at] + 1)
        count += 1
    return count


def _check_width(width):
    """Return the bytes of a pixel; `ValueError` where they are not 1 to 8."""
    return check_number("width", width, 1, 8)


def _whole_pixels(pixels):
    """Return one integer a pixel, so that pixels of several bytes compare as one symbol."""
    return sum(pixels[:, i].astype(np.int64) << 8 * i for i in range(pixels.shape[1]))


def _pieces(length):
    """Yield counts of at most 128 that add up to `length`."""
    while length > 0:
        yield min(length, LONGEST_PACKET)
        length -= LONGEST_PACKET


def _flush_raw(packed, raw):
    """Append the pixels held in `raw` as raw packets and empty it."""
    while raw:
        packed.append(min(len(raw), LONGEST_PACKET) - 1)
        packed += b"".join(raw[:LONGEST_PACKET])
        del raw[:LONGEST_PACKET]


@kernel
def _unpack(data, pixels):
    """Fill `pixels` from packets; return the number of bytes read, or -1 for a broken stream."""
    at, done = 0, 0
    count, width = pixels.shape
    while done < count:
        if at >= len(data):
            return -1
        head = int(data[at])
        length, size = (head & 127) + 1, width if head >= 128 else ((head & 127) + 1) * width
        at += 1
        if done + length > count or at + size > len(data):
            return -1
        for i in range(length):
            for byte in range(width):
                pixels[done + i, byte] = data[at + byte if head >= 128 else at + i * width + byte]
        done, at = done + length, at + size
    return at
