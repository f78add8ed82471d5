"""The codec "rnn": sixteen iterations of a recurrent network, each 128 bits for every 32x32 pixels.

    byte     0 ... 13     14 ... 17       18          19       20 ... 27   28 ...
          +------------+------------+------------+------------+----------+----------------------+
          | the header | its CRC-32 | iterations | code model | checksum | the bits, may be cut |
          +------------+------------+------------+------------+----------+----------------------+

The checksum is that of the weights file.  An iteration is a row of positions, 16x16 pixels each, left to right and top
to bottom; a position is 32 bits, 1 for +1.  Sides are filled up to multiples of 32 with the last row and column: those
bits are in the file too.  Code model 0 writes the bits as they are, most significant bit first; code model 1 is
`entropy.code_model`, with the weights that the weights file holds for it, or none.  A file that was cut decodes to the
picture of the iterations that are whole.

A network rounds differently with two threads than with one, and with a batch of two than with one.  Sender and
receiver here run in one thread, one picture at a time, in 32-bit floats: on one machine the same file gives the same
pixels always.  Another machine reads the same bits and may differ by one grey level.  PyTorch is imported when the
first picture is coded.
"""

import functools
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

import numpy as np

from ..core import container, limits
from ..core.bits import CorruptStream
from ..core.codec import Codec, check_image, choice, knob
from ..entropy import code_model

FOLDER = Path(str(files("imgcomp_lib") / "weights"))
SHIPPED = sorted(path.stem for path in FOLDER.glob("*.safetensors"))
"""The names of the weights that come with the library."""

BLOCK = 32
SIDE = 10
"""Bytes of side information: iterations, code model, checksum."""

MAX_PIXELS = 1 << 24
"""The largest picture, 16.8 million pixels: an encoder takes up to 420 bytes of memory for each."""


@dataclass(frozen=True)
class RnnCodec(Codec):
    """A recurrent network: each iteration adds an eighth of a bit a pixel and redraws the picture.  Chapter 21.

    iterations: 1 to 16.
    code: 1 for bits coded by what foretells them, 0 for bits as they are.
    weights: names a file in the package's folder `weights`, or is the path of one.

    Progressive: a file that is cut behind its first iteration decodes to the picture of all iterations that it holds.

    Takes uint8, grey or RGB; grey is coded as three equal planes, of which the decoder takes the mean.
    """

    name: ClassVar[str] = "rnn"
    promised_psnr: ClassVar[float] = 10.0
    progressive: ClassVar[bool] = True
    iterations: int = knob(16, 1, 16)
    code: int = knob(1, 0, 1)
    weights: str = choice("flagship", *SHIPPED, suffix=".safetensors")

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file of `image`; `ValueError` for 16 bits, or without PyTorch or the weights."""
        return self._file(image, self._codes(image))[0]

    def stages(self, image: np.ndarray) -> list[tuple[int, np.ndarray]]:
        """Return the size of the file of 1, 2, ... iterations, and the picture that its decoder draws."""
        _check(image)
        codes, pictures = zip(*self._run(image), strict=True)
        sizes = self._file(image, np.stack(codes))[1]
        return [(size, _crop(picture, image.shape)) for size, picture in zip(sizes, pictures, strict=True)]

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image; `CorruptStream` for damage, and for weights that are neither this codec's nor shipped."""
        header, payload = container.unpack(data, self.name, self.progressive)
        if header.depth != 8 or header.height * header.width > MAX_PIXELS:
            raise CorruptStream(f"no recurrent network coded {header.shape} samples of {header.depth} bits")
        if len(payload) < SIDE or not 1 <= payload[0] <= 16 or payload[1] > 1:
            raise CorruptStream(f"no file of 1 to 16 iterations and a code model of 0 or 1: {payload[:2].hex(' ')}")
        network, _, taught = self._network(payload[2:SIDE])
        limits.check_picture((*header.shape[:2], 3), times=network.APPETITE)  # grey, too, is three planes
        shape = (payload[0], *(-(-side // BLOCK) * 2 for side in header.shape[:2]))
        read = code_model.decode if payload[1] else _plain
        *_, last = _rebuilt(network, read(payload[SIDE:], shape, taught))
        return _crop(last, header.shape)

    def reconstructions(self, image: np.ndarray) -> Iterator[np.ndarray]:
        """Yield the picture after each iteration, as the encoder sees it: what the decoder of that file returns."""
        _check(image)
        for _, picture in self._run(image):
            yield _crop(picture, image.shape)

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part; the side information is the count of iterations and the checksum."""
        return container.parts(data, side=SIDE)

    def _codes(self, image):
        """Return the codes, (iterations, rows, columns, 32) bool."""
        _check(image)
        return np.stack([bits for bits, _ in self._run(image)])

    def _file(self, image, codes):
        """Return the file of an image, and the sizes of those of fewer iterations."""
        _, checksum, taught = load(self.weights)
        if self.code:
            stream, sizes = code_model.encode(codes, taught)
        else:
            stream = np.packbits(codes).tobytes()
            sizes = [len(stream) * number // len(codes) for number in range(1, len(codes) + 1)]
        side = bytes([len(codes), self.code]) + checksum
        data = container.pack(self.name, image, 8, side + stream, self.progressive)
        return data, [len(data) - len(stream) + size for size in sizes]

    def _network(self, wanted):
        """Return network, checksum and code model of that checksum: this codec's own, or another that ships."""
        found = load(self.weights)
        if wanted == found[1]:
            return found
        for name in SHIPPED:
            if _checksum(locate(name), locate(name).stat().st_mtime_ns) == wanted:
                return load(name)
        raise CorruptStream(f"made with the weights {wanted.hex()}; {self.weights} is {found[1].hex()}")

    def _run(self, image):
        """Yield bits, (rows, columns, 32) of 0 and 1, and picture, (height, width, 3) float32 0 to 255, padded."""
        network, *_ = load(self.weights)
        import torch

        from ..learned.frameworks import to_levels, to_network

        planes = np.moveaxis(np.broadcast_to(np.atleast_3d(_pad(image)), (*_pad(image).shape[:2], 3)), 2, 0)
        picture = to_network(torch.from_numpy(np.ascontiguousarray(planes))[None])
        for bits, built in _one_thread(network.encode(picture, self.iterations)):
            yield bits[0].permute(1, 2, 0).numpy() > 0, to_levels(built[0]).permute(1, 2, 0).numpy()


def _plain(data, shape, _taught):
    """Return the codes of bits that stand there as they are, of all whole iterations."""
    each = shape[1] * shape[2] * code_model.BITS // 8
    whole = len(data) // each
    if not whole or len(data) > shape[0] * each:
        raise CorruptStream(f"{len(data)} bytes are not 1 to {shape[0]} iterations of {each} bytes")
    bits = np.unpackbits(np.frombuffer(data[: whole * each], np.uint8))
    return bits.reshape(whole, *shape[1:], code_model.BITS)


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
    if not isinstance(name, str | Path):
        raise ValueError(f"weights are named by a text or a path, not {name!r}")
    return Path(name) if Path(name).suffix else FOLDER / f"{name}.safetensors"


def load(name):
    """Return network, checksum and code model of a weights file, or say in one line what is missing."""
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
    """Return what a weights file holds; the last argument makes a replaced file count as another."""
    return unpack(path)


@functools.lru_cache(maxsize=32)
def _checksum(path, _changed):
    """Return the checksum of a weights file."""
    return hashlib.sha256(path.read_bytes()).digest()[: SIDE - 2]


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
