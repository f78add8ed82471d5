"""Layer 3: the book's own codecs, in the order of the chapters.

A codec is any object with two verbs, `encode(image) -> bytes` and `decode(data) -> image`.  Here each is a frozen
dataclass whose fields are its knobs: `repr` labels a plot, `dataclasses.replace` sweeps a knob.  The decoder
reads what it needs from the file and never looks at its own knobs.  `breakdown(data)` says where the bytes went.

>>> image = np.zeros((2, 3), np.uint8)
>>> [len(codec().encode(image)) for codec in list(CODECS.values())[:-1]]  # the last is rnn
[24, 67, 21, 29, 38, 21]
>>> bool(np.all(decode(RunLength().encode(image)) == image))
True
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from . import bitplanes, chances, container, frequencies, huffman, least_squares, predict, rice, rle
from .bits import CorruptStream
from .integers import gamma_decode, gamma_encode
from .knobs import check_knobs, knob
from .rnn.codec import RnnCodec


@dataclass(frozen=True)
class Raw:
    """Every sample in a field of `depth` bits: what a file costs that compresses nothing.  Chapter 1.

    depth: bits of a sample; 0 takes all that the image's type has, 9 to 15 packs uint16 samples tighter.

    Payload: the samples row by row, pixel by pixel, red before green before blue, most significant bit first.
    """

    name: ClassVar[str] = "raw"
    depth: int = knob(0, 0, 16)
    __post_init__ = check_knobs

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file of `image` (uint8 or uint16, grey or RGB)."""
        depth = container.check_image(image, self.depth)
        bits = np.stack(list(rle.to_planes(image.ravel(), depth)), axis=1)
        return container.pack(self.name, image, depth, np.packbits(bits).tobytes())

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image; `CorruptStream` for bytes that no encoder made."""
        header, payload = container.unpack(data, self.name)
        if len(payload) != (header.samples * header.depth + 7) // 8:
            raise CorruptStream(f"{len(payload)} bytes are not {header.samples} samples of {header.depth} bits")
        bits = np.unpackbits(np.frombuffer(payload, np.uint8), count=header.samples * header.depth)
        samples = rle.from_planes(bits.reshape(header.samples, header.depth).T)
        return samples.astype(header.dtype).reshape(header.shape)

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part; they add up to `len(data)`."""
        return _framed(data)


@dataclass(frozen=True)
class RunLength:
    """Runs of equal bits in every bit plane, each run length in Elias's gamma code.  Chapter 5.

    gray: 1 codes the planes of the samples' Gray code, where one grey level to the next changes one plane; 0 the
        planes of plain binary.
    depth: as for `Raw`.

    Payload: one byte for `gray`; then for each colour plane (R, G, B), for each bit plane from the top, one byte for
    the kind and four for the length of its body.  Kind 0 or 1: the lengths of runs, of which the first is of that bit
    and they alternate.  Kind 2: the bits as they are, eight to a byte, because runs would have been longer.
    """

    name: ClassVar[str] = "rle"
    gray: int = knob(1, 0, 1)
    depth: int = knob(0, 0, 16)
    __post_init__ = check_knobs

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file of `image` (uint8 or uint16, grey or RGB)."""
        depth = container.check_image(image, self.depth)
        samples = np.atleast_3d(rle.gray(image) if self.gray else image)
        parts = [bytes([self.gray])]
        for plane in np.moveaxis(samples, 2, 0):
            parts += [_encode_bits(bits) for bits in rle.to_planes(plane.ravel(), depth)]
        return container.pack(self.name, image, depth, b"".join(parts))

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image; `CorruptStream` for bytes that no encoder made."""
        header, payload = container.unpack(data, self.name)
        if payload[:1] not in (b"\0", b"\1"):
            raise CorruptStream("the byte that says whether the planes are in Gray code is neither 0 nor 1")
        samples, at = np.empty((header.planes, header.height, header.width), np.uint16), 1
        for plane in samples:
            bodies, at = _split(payload, at, header.depth)
            plane.flat = rle.from_planes(_decode_bits(*body, plane.size) for body in bodies)
        if at != len(payload):
            raise CorruptStream(f"{len(payload) - at} bytes too many after the last bit plane")
        samples = rle.ungray(samples) if payload[0] else samples
        return np.moveaxis(samples, 0, 2).astype(header.dtype, order="C").reshape(header.shape)

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part; the side information is the Gray byte and the heads of the bit planes."""
        header = container.unpack_header(data)
        return _framed(data, side=1 + 5 * header.planes * header.depth)


def _encode_bits(bits):
    """Return head and body of one bit plane, (n,) of 0 and 1, in whichever kind is shorter."""
    values, lengths = rle.encode(bits)
    kind, body = int(values[0]), gamma_encode(lengths)
    if len(body) > (len(bits) + 7) // 8:
        kind, body = 2, np.packbits(bits).tobytes()
    return bytes([kind]) + len(body).to_bytes(4, "big") + body


def _split(payload, at, count):
    """Return `(kind, body)` of the next `count` bit planes from byte `at`, and where the next one starts."""
    bodies = []
    for _ in range(count):
        head, end = payload[at : at + 5], at + 5 + int.from_bytes(payload[at + 1 : at + 5], "big")
        if len(head) < 5 or head[0] > 2 or end > len(payload):
            raise CorruptStream("a bit plane of no known kind, or cut short")
        bodies.append((head[0], payload[at + 5 : end]))
        at = end
    return bodies, at


def _decode_bits(kind, body, count):
    """Return the `count` bits, uint8, of which `_encode_bits` made `kind` and `body`."""
    if kind == 2:
        if len(body) != (count + 7) // 8:
            raise CorruptStream(f"{len(body)} bytes are not a plane of {count} bits")
        return np.unpackbits(np.frombuffer(body, np.uint8), count=count)
    lengths = gamma_decode(body, count)
    return rle.decode((kind + np.arange(len(lengths)) & 1).astype(np.uint8), lengths)


@dataclass(frozen=True)
class Huffman:
    """Every sample by its codeword in a Huffman code made for its colour plane.  Chapter 6.

    depth: as for `Raw`.  Samples of more than 8 bits are coded as two bytes, each with a code of its own.

    Payload: for each colour plane (R, G, B), for each byte of its samples, the high one first: the code table
    (`huffman.pack_lengths` of 256 lengths, at most 15 each), then the codewords, filled up to a whole byte.  A plane
    of one level has a table and no codewords.
    """

    name: ClassVar[str] = "huff"
    depth: int = knob(0, 0, 16)
    __post_init__ = check_knobs

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file of `image` (uint8 or uint16, grey or RGB)."""
        depth = container.check_image(image, self.depth)
        parts = []
        for plane in np.moveaxis(np.atleast_3d(image), 2, 0):
            for shift in _byte_shifts(depth):
                symbols = plane.ravel() >> shift & 255
                lengths = huffman.lengths(np.bincount(symbols, minlength=256), limit=15)
                parts += [huffman.pack_lengths(lengths), huffman.encode(symbols, lengths)]
        return container.pack(self.name, image, depth, b"".join(parts))

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image; `CorruptStream` for bytes that no encoder made."""
        header, samples, _ = self._read(data)
        return np.moveaxis(samples, 0, 2).astype(header.dtype, order="C").reshape(header.shape)

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part; the tables are the codeword lengths."""
        return _framed(data, tables=self._read(data)[2])

    def _read(self, data):
        """Return the header, the samples (planes, height, width), and the bytes of all tables."""
        header, payload = container.unpack(data, self.name)
        samples, at, tables = np.zeros((header.planes, header.height, header.width), np.uint16), 0, 0
        for plane in samples:
            for shift in _byte_shifts(header.depth):
                lengths, used = huffman.unpack_lengths(payload[at:], 256)
                symbols = huffman.decode(payload[at + used :], lengths, plane.size)
                plane |= symbols.reshape(plane.shape) << shift
                at, tables = at + used + (huffman.size(symbols, lengths) + 7) // 8, tables + used
        if at != len(payload) or samples.max() >= 1 << header.depth:
            raise CorruptStream(f"{len(payload) - at} bytes too many, or samples of more than {header.depth} bits")
        return header, samples, tables


def _byte_shifts(depth):
    """Return how far each byte of a sample is shifted, the high byte first."""
    return (8, 0) if depth > 8 else (0,)


@dataclass(frozen=True)
class Arithmetic:
    """Arithmetic coding of the samples as they are, under one of three models.  Chapter 7.

    model: 0 sends the frequencies of each colour plane ahead, 1 learns them on the way, 2 learns a set of them for each
        value of the top 6 bits of the sample before, which is the left neighbour except at the start of a row.
    depth: as for `Raw`.

    Payload: one byte for `model`; then for each colour plane (R, G, B) four bytes for the length of its body, and the
    body: with model 0 the table of `frequencies.pack`, then always the stream of the plane's samples, row by row.
    """

    name: ClassVar[str] = "arit"
    model: int = knob(2, 0, 2)
    depth: int = knob(0, 0, 16)
    __post_init__ = check_knobs

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file of `image` (uint8 or uint16, grey or RGB)."""
        depth = container.check_image(image, self.depth)
        parts = [bytes([self.model])]
        for plane in np.moveaxis(np.atleast_3d(image), 2, 0):
            body = _encode_samples(plane.ravel(), self.model, depth)
            parts += [len(body).to_bytes(4, "big"), body]
        return container.pack(self.name, image, depth, b"".join(parts))

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image; `CorruptStream` for bytes that no encoder made."""
        header, payload = container.unpack(data, self.name)
        count, model = header.height * header.width, payload[0] if payload else 255
        if model > 2:
            raise CorruptStream("the byte that says which model is not 0, 1 or 2")
        bodies = _bodies(payload, header.planes)
        samples = [_decode_samples(body, model, header.depth, count) for body in bodies]
        return np.stack(samples, axis=-1).astype(header.dtype).reshape(header.shape)

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part; the side information is the model byte and the lengths of the bodies."""
        header, payload = container.unpack(data, self.name)
        bodies = _bodies(payload, header.planes)
        tables = sum(frequencies.unpack(body, 1 << header.depth)[1] for body in bodies) if payload[0] == 0 else 0
        return _framed(data, tables, side=1 + 4 * header.planes)


LEFT_BITS = 6
"""Model 2 looks at this many bits of the sample before: fewer say less, more learn more slowly."""


def _encode_samples(samples, model, depth):
    """Return the body of one colour plane, (n,) samples."""
    if model == 0:
        freqs = frequencies.best(np.bincount(samples, minlength=1 << depth))
        return frequencies.pack(freqs) + frequencies.encode(samples, freqs)
    return chances.encode(samples, depth, LEFT_BITS if model == 2 else 0)


def _decode_samples(body, model, depth, count):
    """Return the (count,) samples of which `_encode_samples` made `body`."""
    if model == 0:
        freqs, size = frequencies.unpack(body, 1 << depth)
        return frequencies.decode(body[size:], freqs, count)
    return chances.decode(body, count, depth, LEFT_BITS if model == 2 else 0)


def _bodies(payload, count):
    """Return the `count` bodies behind the first byte of the payload, each after four bytes for its length."""
    bodies, at = [], 1
    for _ in range(count):
        end = at + 4 + int.from_bytes(payload[at : at + 4], "big")
        bodies.append(payload[at + 4 : end])
        at = end
    if at != len(payload):
        raise CorruptStream(f"the bodies of {count} colour planes do not fill a payload of {len(payload)} bytes")
    return bodies


def _framed(data, tables=0, side=0):
    """Return the parts of a container file, of which `tables` and `side` bytes of the payload are not pixels."""
    frame = container.SIZE + container.CHECK_SIZE
    payload = len(data) - frame - tables - side
    return {"header": frame, "tables": tables, "side information": side, "payload": payload}


@dataclass(frozen=True)
class Predict:
    """What a predictor misses of each sample, in Rice codewords that follow the picture.  Chapter 9.

    predictor: 0 left, 1 Paeth, 2 MED, 3 gradient-adjusted, 4 one whose coefficients are found for each block and sent.
    block: side of these blocks.
    green: 1 codes red and blue as differences from green where that makes the file shorter, 0 never does.
    depth: as for `Raw`.

    Payload: a byte each for `predictor`, `block` and whether green was subtracted; then for each colour plane, green
    first, four bytes for the length of its body, and the body: with predictor 4 the coefficients
    (`least_squares.pack`), then always the errors (`rice.encode`).
    """

    name: ClassVar[str] = "pred"
    predictor: int = knob(4, 0, 4)
    block: int = knob(32, 8, 255)
    green: int = knob(1, 0, 1)
    depth: int = knob(0, 0, 16)
    __post_init__ = check_knobs

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file of `image` (uint8 or uint16, grey or RGB)."""
        depth = container.check_image(image, self.depth)
        ways = (0, 1) if self.green and image.ndim == 3 else (0,)
        payload = min((self._encode(image, depth, green) for green in ways), key=len)
        return container.pack(self.name, image, depth, payload)

    def _encode(self, image, depth, green):
        """Return the payload with green subtracted or not."""
        parts, known = [bytes([self.predictor, self.block, green])], np.zeros((0, *image.shape[:2]), np.int64)
        for plane in _green_first(image, depth, green):
            coefficients, errors = _predict(plane, known, self.predictor, self.block, depth)
            body = coefficients + rice.encode(errors, depth)
            parts += [len(body).to_bytes(4, "big"), body]
            known = np.append(known, errors[None], axis=0)
        return b"".join(parts)

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image; `CorruptStream` for bytes that no encoder made."""
        header, predictor, block, green, bodies = self._read(data)
        planes, known = [], np.zeros((0, header.height, header.width), np.int64)
        for coefficients, stream in bodies:
            errors = rice.decode(stream, header.height, header.width, header.depth)
            planes.append(_restore(errors, known, predictor, coefficients, block, header))
            known = np.append(known, errors[None], axis=0)
        return _green_back(np.stack(planes, axis=-1), header.depth, green).reshape(header.shape)

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part; the side information is knobs, lengths of bodies, and coefficients."""
        streams = sum(len(stream) for _, stream in self._read(data)[-1])
        return _framed(data, side=len(data) - container.SIZE - container.CHECK_SIZE - streams)

    def _read(self, data):
        """Return the header, the three knobs, and for each plane its coefficients, None without, and its stream."""
        header, payload = container.unpack(data, self.name)
        predictor, block, green = payload[:3] if len(payload) > 3 else (9, 0, 0)
        if predictor > BY_BLOCK or block < 8 or green > (header.planes == 3):
            raise CorruptStream(f"no predictor is {predictor} with blocks of {block}, green {green}")
        rows, columns = -(-header.height // block), -(-header.width // block)
        found = []
        for plane, body in enumerate(_bodies(payload[2:], header.planes)):
            coefficients, size = None, 0
            if predictor == BY_BLOCK:
                count = least_squares.NEIGHBOURS + plane
                coefficients, size = least_squares.unpack(body, rows, columns, count)
            found.append((coefficients, body[size:]))
        return header, predictor, block, green, found


FIXED = ("left", "paeth", "med", "gap")
BY_BLOCK = len(FIXED)


def _predict(plane, known, predictor, block, depth):
    """Return the coefficients of a colour plane as bytes, none for a fixed predictor, and its signed errors."""
    if predictor < BY_BLOCK:
        return b"", predict.centre(predict.residuals(plane, FIXED[predictor], depth), depth)
    coefficients = least_squares.find(plane, known, block, depth)
    return least_squares.pack(coefficients), least_squares.residuals(plane, known, coefficients, block, depth)


def _restore(errors, known, predictor, coefficients, block, header):
    """Return the colour plane that `_predict` was given."""
    if predictor < BY_BLOCK:
        wrapped = errors & (1 << header.depth) - 1
        return predict.restore(wrapped.astype(header.dtype), FIXED[predictor], header.depth)
    return least_squares.restore(errors, known, coefficients, block, header.depth).astype(header.dtype)


def _green_first(image, depth, green):
    """Return the planes as G, R, B, or, if `green`, as G, R - G, B - G, which are moved to the middle and wrap."""
    if image.ndim == 2:
        return [image]
    planes = image.astype(np.int64)[:, :, [1, 0, 2]]
    if green:
        planes[:, :, 1:] -= planes[:, :, :1] - (1 << depth - 1)
    return np.moveaxis((planes & (1 << depth) - 1).astype(image.dtype), 2, 0)


def _green_back(planes, depth, green):
    """Return the image of (height, width, planes) in the order and form of `_green_first`."""
    if planes.shape[2] == 1:
        return planes
    wide = planes.astype(np.int64)
    if green:
        wide[:, :, 1:] += wide[:, :, :1] - (1 << depth - 1)
    return (wide[:, :, [1, 0, 2]] & (1 << depth) - 1).astype(planes.dtype, order="C")


@dataclass(frozen=True)
class BitPlanes:
    """Bit planes from the top down, each bit coded from the expectation values around it.  Chapter 10.

    depth: as for `Raw`.

    Progressive: the file may be cut anywhere behind its first 18 bytes and decodes to the best picture so far; whole,
    to every sample.  Damage in the stream is therefore not noticed, damage in the header is.

    Payload: the stream of `bitplanes.encode`, nothing else.
    """

    name: ClassVar[str] = "bitp"
    progressive: ClassVar[bool] = True
    depth: int = knob(0, 0, 16)
    __post_init__ = check_knobs

    def encode(self, image: np.ndarray) -> bytes:
        """Return the file of `image` (uint8 or uint16, grey or RGB)."""
        depth = container.check_image(image, self.depth)
        return container.pack(self.name, image, depth, bitplanes.encode(image, depth), self.progressive)

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image, or the best picture so far; `CorruptStream` where the header is damaged or missing."""
        header, stream = container.unpack(data, self.name, self.progressive)
        return bitplanes.decode(stream, header.shape, header.depth)

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part; they add up to `len(data)`."""
        return _framed(data)


CODECS = {codec.name: codec for codec in (Raw, RunLength, Huffman, Arithmetic, Predict, BitPlanes, RnnCodec)}
"""Every codec of the book's own format, by the name that its files carry.  The last is lossy, and runs on PyTorch."""


def decode(data: bytes) -> np.ndarray:
    """Return the image of any of the book's own files, by the name in its header."""
    return codec_of(data).decode(data)


def codec_of(data: bytes):
    """Return the codec, with its knobs at rest, whose name the header of `data` carries."""
    name = container.unpack_header(data).name
    if name not in CODECS:
        raise CorruptStream(f"no codec is called {name!r}; there are {', '.join(CODECS)}")
    return CODECS[name]()
