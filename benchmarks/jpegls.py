"""JPEG-LS against CharLS, both on one core in one run: python benchmarks/jpegls.py."""

import time

import imagecodecs

from imgcomp_lib import images
from imgcomp_lib.formats import JpegLs


def jpegls_speed(number: int = 5, runs: int = 7) -> list[dict]:
    """Print and return seconds and ratio to CharLS on one Kodak photograph, after compilation.

    CharLS, through imagecodecs, codes colours pixel by pixel; so does `interleave=2`, and the files are the same but
    for SPIFF's header.  The clock counts the processor's time, so that other programs do not count.
    """
    colour = images.kodak(number)
    rows = []
    for kind, image in (("RGB", colour), ("grey", colour[:, :, 1].copy())):
        for near in (0, 3):
            codec = JpegLs(near, interleave=2)
            ours, theirs = codec.encode(image), imagecodecs.jpegls_encode(image, near)
            assert ours[2:] == theirs[theirs.index(b"\xff\xf7") :]
            for verb, own, peer in (
                (
                    "encode",
                    lambda i=image, c=codec: c.encode(i),
                    lambda i=image, n=near: imagecodecs.jpegls_encode(i, n),
                ),
                ("decode", lambda d=ours: JpegLs().decode(d), lambda d=ours: imagecodecs.jpegls_decode(d)),
            ):
                seconds = _fastest(own, runs)
                rows.append(
                    {"image": kind, "near": near, "verb": verb, "seconds": seconds, "charls": _fastest(peer, runs)}
                )
                ratio, speed = seconds / rows[-1]["charls"], image.size / seconds / 1e6
                print(f"{verb} {kind:4} near={near}: {seconds:.4f} s, {speed:5.1f} Msamples/s, {ratio:.2f} x CharLS")
    return rows


def _fastest(action, runs):
    """Return the processor seconds of the fastest of `runs`, after one that does not count."""
    action()
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        action()
        seconds.append(time.process_time() - start)
    return min(seconds)


if __name__ == "__main__":
    jpegls_speed()
