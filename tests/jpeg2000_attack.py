"""Attack the JPEG 2000 decoder with damaged and hostile files; run as a program it prints a digest of all outcomes.

    python tests/jpeg2000_attack.py [how many mutations of each file [one file in so many]]

An outcome is a picture, `CorruptStream` or `Unsupported`.  Anything else is a failure, and so is one that takes long.
The same attack runs compiled, plain and with numba's bounds checks on; the digests are equal.
"""

import hashlib
import itertools
import random
import struct
import sys
import time
import zlib

import jpeg2000_files as files
import numpy as np
from conftest import pattern
from mutate import mutate

from imgcomp_lib.core.bits import CorruptStream, Unsupported
from imgcomp_lib.formats.jpeg2000 import decoder

SECONDS, MEMORY = 20, 4 << 30


def hostile():
    """Yield labelled files, each wrong in a way of its own."""
    grey = files.pillow(pattern(16, 18), no_jp2=True, num_resolutions=3)
    rgb = files.pillow(pattern(13, 17, 3), no_jp2=True, tile_size=(8, 8), num_resolutions=2, mct=1)
    for whole, marker in itertools.product((grey, rgb), (0x51, 0x52, 0x5C)):  # each byte of SIZ, COD and QCD
        body, label = files.body_of(whole, marker), f"{marker:02X} of {len(whole)}"
        for i, value in itertools.product(range(len(body)), (0, 1, 2, 31, 127, 128, 255)):
            wrong = body[:i] + bytes([value]) + body[i + 1 :]
            yield f"{label}: {i} {value}", files.with_segment(whole, marker, wrong)
        yield f"{label} short", files.with_segment(whole, marker, body[:-1])
        yield f"{label} long", files.with_segment(whole, marker, body + b"\0")
    head, rest = files.segments(rgb)
    parts = files.tile_parts(rest)
    for order in ([1, 0, 2, 3, 4, 5], [0, 0, 1, 2, 3, 4, 5], [5, 4], [0] * 300):
        yield f"parts {order[:6]}", files.joined(head, b"".join(parts[i] for i in order) + b"\xff\xd9")
    for i in range(2, 12):  # tile, length, part and parts
        for value in (0, 1, 6, 255):
            wrong = parts[0][:i] + bytes([value]) + parts[0][i + 1 :]
            yield f"SOT {i} {value}", files.joined(head, wrong + b"".join(parts[1:]) + b"\xff\xd9")
    tree = [b"\xc0" + bytes(60), b"\xff\x7f" * 30, bytes(60), b"\x80" * 60, b"\xc7\xff\x7f" * 20]
    for first in tree:  # trees without end, widths without end, nothing but empty packets
        yield f"packets {first[:3].hex()}", files.joined(head, files.part_of(parts[0][: files.header(parts[0])], first))
    yield from _boxes(grey)
    yield from _large(grey)


def _boxes(grey):
    """Yield JP2 files with palettes, mappings and definitions that fit nothing."""
    box, ihdr, colr = files.box, files.ihdr(16, 18), files.colr(17)
    table = box(b"pclr", bytes([0, 2, 1, 7, 9, 99]))
    maps = [bytes(4), bytes([0, 1, 1, 0]), bytes([0, 0, 1, 9]), bytes([0, 0, 7, 0]), b"", bytes(3), bytes([0, 0, 1, 0])]
    for mapping in maps:
        yield f"cmap {mapping.hex()}", files.boxed(grey, ihdr, colr, table, box(b"cmap", mapping))
    for body in (b"", bytes(3), bytes([0, 0, 1, 7]), bytes([4, 1, 1, 7]), bytes([0, 1, 1, 37, 0, 0, 0, 0, 0])):
        yield f"pclr {body.hex()}", files.boxed(grey, ihdr, colr, box(b"pclr", body), box(b"cmap", maps[-1]))
    for body in (b"", b"\0\1", struct.pack(">HHHH", 1, 0, 0, 9), struct.pack(">HHHH", 1, 5, 0, 1), bytes(8)):
        yield f"cdef {body.hex()}", files.boxed(grey, ihdr, colr, box(b"cdef", body))
    for other in (files.ihdr(17, 18), files.ihdr(16, 18, 3), files.ihdr(0, 0), box(b"ihdr", bytes(3)), b""):
        yield f"ihdr {other[8:].hex()}", files.boxed(grey, other, colr)
    for number in (0, 12, 16, 18, 1 << 31):
        yield f"colr {number}", files.boxed(grey, ihdr, files.colr(number))
    yield "profile", files.boxed(grey, ihdr, box(b"colr", b"\2\0\0" + bytes(16) + b"XYZ "))
    yield "kind", files.boxed(grey, ihdr, colr, kind=b"jpx ")
    yield "endless", files.boxed(grey, ihdr, struct.pack(">I4sQ", 1, b"free", 1 << 63))


def _large(grey):
    """Yield files that promise far more than they hold."""
    for tile in ((300, 400), (1, 1), (7, (1 << 32) - 1)):
        yield f"large {tile}", files.of_size(grey, (300, 400), tile)
    cod, big = files.body_of(grey, 0x52), files.of_size(grey, (300, 400))
    yield "layers", files.with_segment(grey, 0x52, b"\0\0\xff\xff\0" + cod[5:])
    yield "levels", files.with_segment(grey, 0x52, cod[:5] + b"\x20" + cod[6:])
    for size in (0x00, 0x10, 0x11, 0x22, 0xFF):
        yield f"precincts {size:02x}", files.with_segment(big, 0x52, b"\1\0\0\1\0\2\0\0\0\1" + bytes([size] * 3))


def damaged(count):
    """Yield labelled files: each real one cut at its bytes, with bits flipped, and mutated `count` times."""
    for number, whole in enumerate(files.seeds()):
        for size in range(0, len(whole), 5):
            yield f"{number} cut at {size}", whole[:size]
        for bit in range(0, 8 * len(whole), 7):
            flipped = bytearray(whole)
            flipped[bit // 8] ^= 1 << bit % 8
            yield f"{number} bit {bit}", bytes(flipped)
        for i in range(count):
            yield f"{number} mutation {i}", mutate(whole, random.Random(f"{number} {i}"))


def outcome(label, data):
    """Return what reading `data` gave, whole and as far as it goes."""
    start, found = time.process_time(), []
    for knobs in ({}, {"partial": True}, {"resolutions": 2, "layers": 1, "partial": True}):
        try:
            image = decoder.read(data, **knobs).image
            found.append(f"{image.shape} {image.dtype} {zlib.crc32(np.ascontiguousarray(image))}")
        except (CorruptStream, Unsupported) as error:
            found.append(f"{type(error).__name__} {error}")
        except Exception as error:
            raise AssertionError(f"{label}: {type(error).__name__}: {error}") from error
    if time.process_time() - start > SECONDS:
        raise AssertionError(f"{label}: {time.process_time() - start:.1f} s")
    return f"{label}: {found}"


def main(count, spared=1):
    """Print how many files there were, of how many some picture came, and a digest of all; of files one in `spared`."""
    decoder.decode(files.seeds()[0]), decoder.decode(files.seeds()[3])  # compiles, before seconds count
    attack = itertools.islice(itertools.chain(hostile(), damaged(count)), 0, None, spared)
    lines = [outcome(label, data) for label, data in attack]
    pictures = sum("uint" in line for line in lines)
    print(len(lines), pictures, hashlib.sha256("\n".join(lines).encode()).hexdigest())


if __name__ == "__main__":
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):
        pass  # not every system can bound its memory
    main(*map(int, sys.argv[1:] or [100]))
