"""Bits in and out of bytes, and the two errors of every decoder.

A byte holds eight bits; a format decides which end comes first.

    write 1, then 01, then 110:      most significant bit first     1 0 1 1 1 0 _ _   (JPEG, this book's files)
                                     least significant bit first    _ _ 1 1 0 0 1 1   (GIF, DEFLATE)

What this module does not do: byte stuffing, end markers, lengths.  They belong to the formats that have them.
Used from chapter 1 on.
"""

import numpy as np

from .codec import check_bytes, check_number
from .kernels import kernel

WIDEST = 56
"""Bits of the widest word of `pack`: with a byte not yet full they fit in 63."""

LONGEST = 1 << 16
"""Bits that `BitWriter` takes at a time."""


class CorruptStream(ValueError):
    """The bytes were made by no matching encoder: cut short, damaged, or hostile."""


class Unsupported(ValueError):
    """A valid file of a kind that is not built here; the message names the feature."""


class BitWriter:
    """Collects bits into bytes, most significant bit first, or `lsb_first`.

    >>> bits = BitWriter()
    >>> bits.write(0b1, 1); bits.write(0b01, 2); bits.write(0b110, 3)
    >>> bits.getvalue().hex()
    'b8'
    """

    def __init__(self, lsb_first: bool = False):
        self.lsb_first, self._done, self._held, self._count = lsb_first, bytearray(), 0, 0

    def write(self, value: int, width: int) -> None:
        """Append the low `width` bits of `value`.  `ValueError` if `value` needs more, or a `width` beyond 65536."""
        whole = isinstance(value, int | np.integer) and isinstance(width, int | np.integer)
        if not whole or not 0 <= width <= LONGEST or not 0 <= value < 1 << int(width):
            raise ValueError(f"{value!r} does not fit in {width!r} bits")
        value, width = int(value), int(width)
        if self.lsb_first:
            self._held |= value << self._count
        else:
            self._held = self._held << width | value
        self._count += width
        while self._count >= 8:
            self._count -= 8
            if self.lsb_first:
                self._done.append(self._held & 255)
                self._held >>= 8
            else:
                self._done.append(self._held >> self._count)
                self._held &= (1 << self._count) - 1

    def __len__(self) -> int:
        """Bits written so far."""
        return 8 * len(self._done) + self._count

    def getvalue(self) -> bytes:
        """Return all bytes; the last one is filled up with zero bits."""
        if not self._count:
            return bytes(self._done)
        last = self._held if self.lsb_first else self._held << (8 - self._count)
        return bytes(self._done) + bytes([last])


class BitReader:
    """Takes bits out of `data` in the order in which `BitWriter` put them in.

    >>> bits = BitReader(bytes.fromhex("b8"))
    >>> bits.read(1), bits.read(2), bits.read(3)
    (1, 1, 6)
    """

    def __init__(self, data: bytes, lsb_first: bool = False):
        self.data, self.lsb_first, self.position = check_bytes(data), lsb_first, 0

    def read(self, width: int) -> int:
        """Return the next `width` bits as a number.  `CorruptStream` if there are not so many."""
        width = check_number("width", width, 0, 1 << 63)
        first, end = self.position, self.position + width
        if end > 8 * len(self.data):
            raise CorruptStream(f"the stream ends: {width} bits wanted at bit {first} of {8 * len(self.data)}")
        self.position = end
        chunk = self.data[first // 8 : (end + 7) // 8]
        if self.lsb_first:
            return int.from_bytes(chunk, "little") >> first % 8 & (1 << width) - 1
        return int.from_bytes(chunk, "big") >> -end % 8 & (1 << width) - 1


def pack(words: np.ndarray, widths: np.ndarray, lsb_first: bool = False) -> bytes:
    """Return numbers one after the other in so many bits each, filled up to a whole byte with zeros.

    words, widths: (n,) integers, the widths from 0 to 56; `ValueError` for a word that needs more bits than it gets.

    >>> pack([0b1, 0b01, 0b110], [1, 2, 3]).hex()
    'b8'
    """
    words, widths = np.asarray(words), np.asarray(widths)
    whole = {words.dtype.kind, widths.dtype.kind} <= set("iub") or not words.size
    if words.ndim != 1 or words.shape != widths.shape or not whole:
        raise ValueError(f"words and widths are as many whole numbers, not {words.dtype} and {widths.dtype}")
    words, widths = words.astype(np.int64), widths.astype(np.int64)
    if widths.size and not 0 <= widths.min() <= widths.max() <= WIDEST:
        raise ValueError(f"words of 0 to {WIDEST} bits, not {widths.min()} to {widths.max()}")
    wide = words >> widths != 0
    if wide.any():
        raise ValueError(f"{words[wide][0]} does not fit in {widths[wide][0]} bits")
    return packed(words, widths, lsb_first)


def packed(words: np.ndarray, widths: np.ndarray, lsb_first: bool = False) -> bytes:
    """Return what `pack` returns, for int64 words of which the caller knows that they fit in their widths.

    words, widths: (n,) int64, the widths from 0 to 56; `ValueError` for others.
    """
    for row in (words, widths):
        if not isinstance(row, np.ndarray) or row.dtype != np.int64 or row.ndim != 1:
            raise ValueError("words and widths are rows of int64")
    count = _count_bits(widths)
    if len(words) != len(widths) or count < 0:
        raise ValueError(f"{len(words)} words, and {len(widths)} widths that have to be 0 to {WIDEST} bits")
    if lsb_first is not True and lsb_first is not False:
        raise ValueError(f"lsb_first is True or False, not {lsb_first!r}")
    out = np.zeros((count + 7) // 8, np.uint8)
    put_symbols(np.arange(len(words)), words, widths, lsb_first, out)
    return out.tobytes()


@kernel
def _count_bits(widths):
    """Return the sum of the widths, (n,) int64; -1 where one is not 0 to WIDEST."""
    count, wild = 0, 0
    for width in widths:
        count += width
        wild |= width | WIDEST - width  # below 0 where either is
    return -1 if wild < 0 else count


@kernel
def put_symbols(symbols, words, widths, lsb_first, out):
    """Write the word of each symbol into the byte array `out`; the last byte is filled up with zeros.

    symbols index `words` and `widths`, widths are 0 to WIDEST, and `out` has room for them all: nothing is checked.
    """
    held, count, at = 0, 0, 0
    for symbol in symbols:
        word, width = words[symbol], widths[symbol]
        held, count = (held | word << count if lsb_first else held << width | word), count + width
        while count >= 8:
            count -= 8
            if lsb_first:
                out[at], held = held & 255, held >> 8
            else:
                out[at], held = held >> count, held & (1 << count) - 1
            at += 1
    if count:
        out[at] = held if lsb_first else held << 8 - count


@kernel
def put_bits(out, position, value, width):
    """Write the low `width` bits of `value` into the byte array `out` from bit `position`; return the next one.

    For codewords whose widths are known only on the way.  Nothing is checked: `out` starts as zeros and has room.
    """
    while width > 0:
        free = 8 - (position & 7)  # bits of this byte that are still to be written
        taken = min(free, width)
        width -= taken
        out[position >> 3] |= (value >> width & (1 << taken) - 1) << free - taken
        position += taken
    return position


@kernel
def get_bits(data, position, width):
    """Return the `width` bits of the byte array `data` from bit `position`, first bit most significant.

    The caller checks that `position + width` is within the data.
    """
    value = 0
    while width > 0:
        left = 8 - (position & 7)  # bits of this byte that are still to be read
        taken = min(left, width)
        value = value << taken | int(data[position >> 3]) >> left - taken & (1 << taken) - 1
        position, width = position + taken, width - taken
    return value


@kernel
def count_zeros(data, position, most):
    """Return how many zero bits the byte array `data` has from bit `position` on: at most `most`, or to the end."""
    zeros, most = 0, min(most, 8 * len(data) - position)
    while zeros < most and int(data[position + zeros >> 3]) << (position + zeros & 7) & 128 == 0:
        zeros += 1
    return zeros
