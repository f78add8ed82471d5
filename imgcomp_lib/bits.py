"""Layer 0: bits in and out of bytes, the two errors of every decoder, and the speed decorator.

A byte holds eight bits; a format decides which end comes first.

    write 1, then 01, then 110:      most significant bit first     1 0 1 1 1 0 _ _   (JPEG, this book's files)
                                     least significant bit first    _ _ 1 1 0 0 1 1   (GIF, DEFLATE)

What this module does not do: byte stuffing, end markers, lengths.  They belong to the formats that have them.
Used from chapter 1 on.
"""

import functools
import hashlib
import os
import tempfile
from pathlib import Path

import numpy as np

try:
    import numba
except ImportError:  # a browser, or a platform without wheels: the same text runs as plain Python
    numba = None


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


def kernel(function):
    """Compile a plain loop over integer arrays where numba is at hand; leave it as it is elsewhere.

    One source, two speeds: `NUMBA_DISABLE_JIT=1` runs the same text uncompiled.  Compiled code checks no
    bounds, so a kernel checks each index that comes from a stream, and takes int64 arrays: uint8 arithmetic
    wraps in Python and promotes in numba.
    """
    return _compiled(function)


def inner(function):
    """Compile like `kernel` a loop that makes no array, only works on those that its caller holds.

    Numba counts who holds an array at each call and each row taken out of one, which costs a small function that gets
    twenty arrays more than its work.  Where nothing is made, nothing needs counting.
    """
    return _compiled(function, _nrt=False)


def _compiled(function, **options):
    """Return `function` compiled, its machine code kept on disk; or as it is, without numba."""
    if numba is None:
        return function
    default, numba.config.CACHE_DIR = numba.config.CACHE_DIR, _cache_folder()
    try:
        return numba.njit(cache=True, **options)(function)
    finally:
        numba.config.CACHE_DIR = default


@functools.cache
def _cache_folder() -> str:
    """Return the folder of compiled kernels, one for each state of the library's sources.

    Numba notices an edit of the kernel itself but not of what it calls, nor a changed bounds check.
    """
    sources = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.rglob("*.py")))
    state = sources + f"{numba.__version__} {np.__version__} {numba.config.BOUNDSCHECK}".encode()
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for root in (home, Path(tempfile.gettempdir())):  # a home that cannot be written must not stop the import
        folder = root / "imgcomp" / "kernels" / hashlib.sha256(state).hexdigest()[:16]
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            break
    return str(folder)


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
