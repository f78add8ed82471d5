"""Bits in and out of bytes, and the two errors of every decoder.

A byte holds eight bits; a format decides which end comes first.

    write 1, then 01, then 110:      most significant bit first     1 0 1 1 1 0 _ _   (JPEG, this book's files)
                                     least significant bit first    _ _ 1 1 0 0 1 1   (GIF, DEFLATE)

What this module does not do: byte stuffing, end markers, lengths.  They belong to the formats that have them.
Used from chapter 1 on.
"""

from .kernels import kernel


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
        """Append the low `width` bits of `value`.  `ValueError` if `value` needs more."""
        if width < 0 or not 0 <= value < 1 << width:
            raise ValueError(f"{value} does not fit in {width} bits")
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
        self.data, self.lsb_first, self.position = data, lsb_first, 0

    def read(self, width: int) -> int:
        """Return the next `width` bits as a number.  `CorruptStream` if there are not so many."""
        first, end = self.position, self.position + width
        if end > 8 * len(self.data):
            raise CorruptStream(f"the stream ends: {width} bits wanted at bit {first} of {8 * len(self.data)}")
        self.position = end
        chunk = self.data[first // 8 : (end + 7) // 8]
        if self.lsb_first:
            return int.from_bytes(chunk, "little") >> first % 8 & (1 << width) - 1
        return int.from_bytes(chunk, "big") >> -end % 8 & (1 << width) - 1


@kernel
def put_bits(out, position, value, width):
    """Write the low `width` bits of `value` into the byte array `out` from bit `position`; return the next one."""
    for i in range(width - 1, -1, -1):
        out[position >> 3] |= ((value >> i) & 1) << (7 - (position & 7))
        position += 1
    return position


@kernel
def get_bits(data, position, width):
    """Return the `width` bits of the byte array `data` from bit `position`, first bit most significant.

    The caller checks that `position + width` is within the data.
    """
    value = 0
    for i in range(position, position + width):
        value = value << 1 | (int(data[i >> 3]) >> (7 - (i & 7))) & 1
    return value
