"""The codec "rnn": sixteen iterations of a recurrent network, each 128 bits for every 32x32 pixels.

    byte     0 ... 13       14       15 ... 22       23 ...                                            last 4
          +------------+------------+----------+---------------------+---------------------+- ... -+--------+
          | the header | iterations | checksum | bits of iteration 1 | bits of iteration 2 |       | CRC-32 |
          +------------+------------+----------+---------------------+---------------------+- ... -+--------+

The checksum is that of the weights file.  An iteration is a row of positions, 16x16 pixels each, left to right and top
to bottom; a position is 32 bits, 1 for +1, most significant bit first.  Sides are filled up to multiples of 32 with
the last row and column: those bits are in the file too.

A network rounds differently with two threads than with one, and with a batch of two than with one.  Sender and
receiver here run in one thread, one picture at a time, in 32-bit floats: on one machine the same file gives the same
pixels always.  Another machine may differ by one grey level.  PyTorch is imported when the first picture is coded.
"""

import functools
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

import numpy as np

from ..core import container
from ..core.bits import CorruptStream
from ..core.codec import Codec, check_image, choice, knob

FOLDER = Path(str(files("imgcomp_lib") / "weights"))
SHIPPED = sorted(path.stem for path in FOLDER.glob("*.safetensors"))
"""The names of the weights that come with the library."""

BLOCK = 32
SIDE = 9
MAX_PIXELS = 1 << 24
"""The largest picture, 16.8 million pixels: the network's memory takes 200 bytes and more for each."""


@dataclass(frozen=True)
class RnnCodec(Codec):
    """A recurrent network: each iteration adds an eighth of a bit a pixel and redraws the picture.  Chapter 21.

    iterations: 1 to 16; the file of fewer is the beginning of the file of more, but for the count and the CRC-32.
    weights: names a file in the package's folder `weights`, or is the path of one.

    Takes uint8, grey or RGB; grey is coded as three equal planes, of which the decoder takes the mean.
    """

    name: ClassVar[str] = "rnn"
    promised_psnr: ClassVar[float] = 10.0
    iterations: int = knob(16, 1, 16)
    weights: str = choice("flagship", *SHIPPED, suffix=".safetensors")

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file of `image`; `ValueError` for 16 bits, or without PyTorch or the weights."""
        _check(image)
        codes = [np.packbits(bits).tobytes() for bits, _ in self._run(image)]
        side = bytes([self.iterations]) + load(self.weights)[1]
        return container.pack(self.name, image, 8, side + b"".join(codes))

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image; `CorruptStream` for damage, and for weights that are neither this codec's nor shipped."""
        header, payload = container.unpack(data, self.name)
        iterations, code = payload[:1], payload[SIDE:]
        if header.depth != 8 or header.height * header.width > MAX_PIXELS:
            raise CorruptStream(f"no recurrent network coded {header.shape} samples of {header.depth} bits")
        network = self._network(payload[1:SIDE])
        rows, columns = (-(-side // BLOCK) * 2 for side in header.shape[:2])
        if not 1 <= iterations[0] <= 16 or len(code) != iterations[0] * rows * columns * 4:
            raise CorruptStream(f"{len(code)} bytes are not {iterations[0]} iterations of {rows} x {columns} positions")
        bits = np.unpackbits(np.frombuffer(code, np.uint8)).reshape(iterations[0], rows, columns, 32)
        *_, last = _rebuilt(network, bits)
        return _crop(last, header.shape)

    def reconstructions(self, image: np.ndarray) -> Iterator[np.ndarray]:
        """Yield the picture after each iteration, as the encoder sees it: what the decoder of that file returns."""
        _check(image)
        for _, picture in self._run(image):
            yield _crop(picture, image.shape)

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part; the side information is the count of iterations and the checksum."""
        frame = container.SIZE + container.CHECK_SIZE
        return {"header": frame, "tables": 0, "side information": SIDE, "payload": len(data) - frame - SIDE}

    def _network(self, wanted):
        """Return the network of that checksum: this codec's own, or another that ships."""
        network, checksum = load(self.weights)
        if wanted == checksum:
            return network
        for name in SHIPPED:
            if _checksum(locate(name), locate(name).stat().st_mtime_ns) == wanted:
                return load(name)[0]
        raise CorruptStream(f"made with the weights {wanted.hex()}; {self.weights} is {checksum.hex()}")

    def _run(self, image):
        """Yield bits, (rows, columns, 32) of 0 and 1, and picture, (height, width, 3) float32 0 to 255, padded."""
        network, _ = load(self.weights)
        import torch

        from ..learned.frameworks import to_levels, to_network

        planes = np.moveaxis(np.broadcast_to(np.atleast_3d(_pad(image)), (*_pad(image).shape[:2], 3)), 2, 0)
        picture = to_network(torch.from_numpy(np.ascontiguousarray(planes))[None])
        for bits, built in _one_thread(network.encode(picture, self.iterations)):
            yield bits[0].permute(1, 2, 0).numpy() > 0, to_levels(built[0]).permute(1, 2, 0).numpy()


def _rebuilt(network, bits):
    """Yield the picture, (height, width, 3) float32 0 to 255, after each of (iterations, rows, columns, 32) bits."""
    import torch

    from ..learned.frameworks import to_levels

    codes = torch.from_numpy(bits.transpose(0, 3, 1, 2).astype(np.float32) * 2 - 1)
    for built in _one_thread(network.decode(code[None] for code in codes)):
        yield to_levels(built[0]).permute(1, 2, 0).numpy()


def _one_thread(steps):
    """Yield each of `steps`, computed in one thread and without gradients; the caller's settings hold between them."""
    import torch

    while True:
        threads = torch.get_num_threads()
        try:
            torch.set_num_threads(1)
            with torch.inference_mode(), torch.autocast("cpu", enabled=False):
                step = next(steps, None)
        finally:
            torch.set_num_threads(threads)
        if step is None:
            return
        yield step


def locate(name):
    """Return the path of weights that ship by that name, or of the file that it is."""
    return Path(name) if Path(name).suffix else FOLDER / f"{name}.safetensors"


def load(name):
    """Return the network of a weights file and the file's checksum, or say in one line what is missing."""
    try:
        from ..learned import weights
    except ImportError as error:
        raise ValueError("the codec rnn needs PyTorch: pip install imgcomp-lib[learned]") from error
    path = locate(name)
    if not path.is_file():
        raise ValueError(f"the weights {path} are missing")
    return _unpack_once(weights.unpack, path, path.stat().st_mtime_ns)


@functools.lru_cache(maxsize=4)
def _unpack_once(unpack, path, _changed):
    """Return network and checksum; the last argument makes a replaced file count as another."""
    return unpack(path)


@functools.lru_cache(maxsize=32)
def _checksum(path, _changed):
    """Return the checksum of a weights file."""
    return hashlib.sha256(path.read_bytes()).digest()[: SIDE - 1]


def _check(image):
    """Raise a `ValueError` for what this codec does not take."""
    check_image(image)
    if image.dtype != np.uint8:
        raise ValueError("the codec rnn takes an image of 8 bits a sample, not 16")
    if image.shape[0] * image.shape[1] > MAX_PIXELS:
        raise ValueError(f"the codec rnn takes an image of at most {MAX_PIXELS} pixels")


def _pad(image):
    """Return the image with its last row and column repeated up to sides that 32 divides."""
    return np.pad(image, [(0, -side % BLOCK) for side in image.shape[:2]] + [(0, 0)] * (image.ndim - 2), "edge")


def _crop(picture, shape):
    """Return uint8 samples of `shape` from a padded picture of floats; grey is the mean of the three planes."""
    picture = picture[: shape[0], : shape[1]]
    picture = picture.mean(2) if len(shape) == 2 else picture
    return np.ascontiguousarray(np.rint(picture).clip(0, 255).astype(np.uint8))
