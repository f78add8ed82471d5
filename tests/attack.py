"""Attack every decoder with damaged and hostile bytes; run as a program it prints a digest of all outcomes.

An outcome is an image, or `CorruptStream`, or `Unsupported`.  Anything else is a failure, and so is a decode that takes
long by the processor's clock, once the decoder is compiled.
The same attack runs compiled, plain and with numba's bounds checks on; the three digests are equal.
"""

import hashlib
import itertools
import sys
import time
import zlib
from contextlib import suppress

import numpy as np
from conftest import EVERY, pattern, settings

from imgcomp_lib.core import container
from imgcomp_lib.core.bits import CorruptStream, Unsupported

SECONDS = 20
"""Of the processor, for a file that takes milliseconds compiled, and half a second plain."""
SPARED = {"cham": 3}
"""Codecs whose decoder takes a second where it is not compiled meet every so-many-th file only; `test_champion` attacks
with all of them, compiled."""
SMALL = {"cham": (2, 3, 3), "bitp": (2, 2, 3)}
"""Smaller pictures for these; a progressive decoder fills whatever height a header promises while the bytes last."""
MEMORY = 6 << 30


def attack(name: str) -> list[str]:
    """Return one line for each hostile file given to the decoder called `name`: what came of it."""
    files = itertools.islice(_hostile_files(name), 0, None, SPARED.get(name, 1))
    return [_outcome(EVERY[name](), label, data) for label, data in files]


def _hostile_files(name):
    """Yield labelled byte strings: cut at every byte, every bit flipped, hostile headers, and noise."""
    for codec in [EVERY[name](iterations=1)] if name == "rnn" else settings(EVERY[name]):  # a network takes its time
        whole = _encoded(codec, SMALL.get(name, (5, 6, 3)))
        with suppress(CorruptStream):  # an empty file, where the knobs fit none
            codec.decode(whole)  # compiles, before seconds count
        for size in range(len(whole)):
            yield f"{codec} cut at {size}", whole[:size]
        for bit in range(8 * len(whole)):
            flipped = bytearray(whole)
            flipped[bit // 8] ^= 1 << bit % 8
            yield f"{codec} bit {bit}", bytes(flipped)
            yield f"{codec} bit {bit} sealed", seal(codec, bytes(flipped))
        for at, word in itertools.product(range(min(40, len(whole))), (b"\xff\xff", b"\xff\xff\xff\xff", b"\0\0")):
            yield f"{codec} {word.hex()} at {at}", seal(codec, whole[:at] + word + whole[at + len(word) :])
    rng = np.random.default_rng(1)
    for size in (0, 1, 13, 14, 18, 19, 100):
        yield f"noise of {size}", rng.integers(0, 256, size, np.uint8).tobytes()


def _encoded(codec, shape):
    """Return a small RGB file of 8 bits, or of 16 where only those fit the knobs, or else nothing."""
    for dtype in (np.uint8, np.uint16):
        with suppress(ValueError):
            return codec.encode(pattern(*shape, dtype))
    return b""


def seal(codec, data):
    """Return a file with checksums that fit, so that the damage reaches the decoder."""
    if codec.name == "png":
        return _seal_chunks(data)
    if data[:4] != container.MAGIC:
        return data
    if codec.progressive:  # only the header has a checksum
        return container.seal(data[: container.SIZE]) + data[container.SIZE + container.CHECK_SIZE :]
    return container.seal(data[: -container.CHECK_SIZE])


def _seal_chunks(data):
    """Return a PNG file with the CRC-32 of each chunk as it should be."""
    out, at = data[:8], 8
    while at + 12 <= len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        if end + 4 > len(data):
            break
        out += data[at:end] + zlib.crc32(data[at + 4 : end]).to_bytes(4, "big")
        at = end + 4
    return out + data[at:]


def _outcome(codec, label, data):
    """Return what decoding `data` gave: the picture's hash, or the name of the error."""
    start = time.process_time()
    try:
        image = codec.decode(data)
    except (CorruptStream, Unsupported) as error:
        result = type(error).__name__
        if not str(error):
            raise AssertionError(f"{label}: an error without a word") from error
    else:
        result = f"{image.shape} {image.dtype} {zlib.crc32(image.tobytes())}"
    if time.process_time() - start > SECONDS:
        raise AssertionError(f"{label}: {time.process_time() - start:.1f} s")
    return f"{label}: {zlib.crc32(data)}: {result}"  # the encoder's bytes must agree too


if __name__ == "__main__":
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):
        pass  # not every system can bound its memory
    lines = [line for name in EVERY for line in attack(name)]
    print(len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest())
    sys.exit(0)
