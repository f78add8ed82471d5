"""JPEG-LS, lossless and near-lossless, 8 to 16 bits, grey and RGB (ITU-T T.87, ISO/IEC 14495-1).

    FFD8                                     start of image                    all numbers big-endian
    FFF7 length  P  Y X  Nf  Nf x (C, HV, 0) frame: bits, height and width (2 bytes each), components
    FFF8 length  1  MAXVAL T1 T2 T3 RESET    preset parameters, 2 bytes each; 0 stands for the default
    FFDD length  Ri                          a restart every Ri lines (read, not written)
    FFDA length  Ns  Ns x (C, 0)  NEAR ILV 0 scan of Ns components, followed by its bits
    FFD9                                     end of image

A marker is a byte FF and one of 80 or more.  In the bits, a byte FF is followed by a bit 0, so that none arises there.
How samples become bits is told in `_jpegls_model`, `_jpegls_encoder` and `_jpegls_decoder`.  There is no checksum: a
flipped bit is mostly a wrong picture.  Chapter 9.

Sources: ITU-T Recommendation T.87 (06/98); M. J. Weinberger, G. Seroussi and G. Sapiro, "The LOCO-I lossless image
compression algorithm", IEEE Trans. Image Processing 9(8), 2000, doi:10.1109/83.855427.
"""

import math
import re
import struct
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from ...core import limits
from ...core.bits import CorruptStream, Unsupported
from ...core.codec import MAX_PIXELS, Codec, check_bytes, check_image, knob
from .decoder import decode_lines
from .encoder import encode_lines
from .model import Coding, coding

SOI, EOI, SOS, DNL, DRI, SOF55, LSE, APP8 = 0xD8, 0xD9, 0xDA, 0xDC, 0xDD, 0xF7, 0xF8, 0xE8
SKIPPED = {*range(0xE0, 0xF0), 0xFE}
"""APPn, SPIFF's header among them, and COM."""
OTHER_FRAMES = {*range(0xC0, 0xD0), 0xF9} - {0xC4, 0xC8, 0xCC}
PRESETS = 1
NOT_READ = {b"\2": "a mapping table", b"\3": "a mapping table", b"\4": "a side over 65535"}
NONE, LINE, SAMPLE = range(3)
RESTARTS = range(0xD0, 0xD8)

_MARKER = re.compile(rb"\xff+([\x01-\xfe])")  # fill bytes FF may stand before it
_END_OF_BITS = re.compile(rb"\xff[\x80-\xff]")


@dataclass(frozen=True)
class JpegLs(Codec):
    """The codec of `.jls` files: uint8 and uint16, grey or RGB.

    near: how far a decoded sample may be from the original, 0 is lossless; at most half the largest sample.
    interleave: order of the planes of RGB: 0 one after the other, 1 line by line, 2 pixel by pixel.
    depth: bits of a sample; 0 takes all that the image's type has, 9 to 15 states fewer for uint16.
    """

    name: ClassVar[str] = "jls"
    suffixes: ClassVar[tuple[str, ...]] = (".jls",)
    near: int = knob(0, 0, 255)
    interleave: int = knob(LINE, NONE, SAMPLE)
    depth: int = knob(0, 0, 16)

    @property
    def promised_psnr(self) -> float:
        """The PSNR in dB of an 8-bit image of which every sample is wrong by `near`; infinite without loss."""
        return 20 * math.log10(255 / self.near) if self.near else math.inf

    def encode(self, image: np.ndarray) -> bytes:
        """Return the JPEG-LS file of `image`."""
        depth = check_image(image, self.depth)
        p = coding((1 << depth) - 1, self.near)
        planes = np.moveaxis(np.atleast_3d(image), 2, 0)
        frame = struct.pack(">BHHB", depth, *image.shape[:2], len(planes))
        parts = [bytes([0xFF, SOI]), _segment(SOF55, frame, *(bytes([i + 1, 0x11, 0]) for i in range(len(planes))))]
        if depth > 12:  # the defaults; an early decoder of wide use took others for these depths
            parts.append(_segment(LSE, struct.pack(">BHHHHH", PRESETS, p.MAXVAL, p.T1, p.T2, p.T3, p.RESET)))
        mode, numbers = self.interleave if len(planes) > 1 else NONE, list(range(1, len(planes) + 1))
        for group in [numbers] if mode != NONE else [[number] for number in numbers]:
            components = b"".join(bytes([number, 0]) for number in group)
            parts.append(_segment(SOS, bytes([len(group)]), components, bytes([self.near, mode, 0])))
            parts.append(_encode_scan(planes[group[0] - 1 : group[-1]], len(group) if mode == SAMPLE else 1, p))
        return b"".join([*parts, bytes([0xFF, EOI])])

    def decode(self, data: bytes) -> np.ndarray:
        """Return the image; `CorruptStream` for damage, `Unsupported` for what the standard has and this has not."""
        data = check_bytes(data)
        frame, scans = _read_file(data)
        bits = 8 * sum(end - start for scan in scans for start, end in scan.spans)
        if bits < frame.height * len(scans):  # in each scan a line takes a bit at least
            raise CorruptStream(f"{bits} bits cannot hold {frame.height} lines in {len(scans)} scans")
        dtype = np.uint8 if frame.depth <= 8 else np.uint16
        limits.check_picture((frame.height, frame.width, len(frame.components)), dtype().itemsize, 2)
        image = np.empty((frame.height, frame.width, len(frame.components)), dtype)
        for scan in scans:
            _decode_scan(data, scan, image)
        return image[:, :, 0].copy() if image.shape[2] == 1 else image

    def breakdown(self, data: bytes) -> dict[str, int]:
        """Return the bytes of each part; the tables are the preset parameters, the payload the bits of the scans."""
        data = check_bytes(data)
        scans = _read_file(data)[1]
        payload = sum(end - start for scan in scans for start, end in scan.spans)
        tables = sum(4 + end - start for marker, start, end, _ in _segments(data) if marker == LSE)
        return {"header": len(data) - payload - tables, "tables": tables, "side information": 0, "payload": payload}

    @staticmethod
    def matches(data: bytes) -> bool:
        """Say whether `data` begins as a JPEG file does and its frame is one of JPEG-LS."""
        data = check_bytes(data)
        try:
            return next(marker for marker, *_ in _segments(data) if marker in OTHER_FRAMES | {SOF55}) == SOF55
        except (CorruptStream, StopIteration):
            return False


def _segment(marker, *parts):
    """Return a marker with its segment; the length counts itself."""
    body = b"".join(parts)
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _encode_scan(planes, together, p):
    """Return the bits of the (components, height, width) `planes`, `together` of them pixel by pixel."""
    R = np.zeros((len(planes), planes.shape[1] + 1, planes.shape[2] + 2), np.int32)
    R[:, 1:, 1:-1] = planes
    out = np.empty(planes.size * p.LIMIT // 7 + 16, np.uint8)  # no sample takes more; one bit in eight is stuffing
    size = encode_lines(R, together, p, out)
    return out[:size].tobytes()


class _Frame(NamedTuple):
    """What SOF55 says; `components` are the numbers by which scans call them."""

    depth: int
    height: int
    width: int
    components: list[int]


class _Scan(NamedTuple):
    """What a scan codes and how; `spans` are where its bits are, one for each restart interval of `lines` lines."""

    components: list[int]
    together: int
    p: Coding
    lines: int
    spans: list[tuple[int, int]]


def _decode_scan(data, scan, image):
    """Fill the planes of `image` that the scan codes."""
    height, width = image.shape[:2]
    for i, (start, end) in enumerate(scan.spans):
        rows = slice(i * scan.lines, min((i + 1) * scan.lines, height))
        R = np.zeros((len(scan.components), rows.stop - rows.start + 1, width + 2), np.int32)
        bits = np.frombuffer(data, np.uint8, end - start, start)
        if not decode_lines(bits, R, scan.together, scan.p):
            raise CorruptStream("the bits of a scan do not fill its lines, or fill them and go on")
        image[rows, :, scan.components] = np.moveaxis(R[:, 1:, 1:-1], 0, 2)


def _segments(data):
    """Yield (marker, start, end, following): the segment's body is start to end, a scan's bits are end to following."""
    if data[:2] != bytes([0xFF, SOI]):
        raise CorruptStream("no JPEG file: it does not begin with FFD8")
    at, marker = 2, SOI
    while marker != EOI:
        found = _MARKER.match(data, at)
        if not found:
            raise CorruptStream("the file ends, or no marker stands where one must")
        marker, start, end = found[1][0], found.end(), found.end()
        if marker != EOI and marker not in RESTARTS:
            size = int.from_bytes(data[start : start + 2], "big")
            start, end = start + 2, start + size
            if size < 2 or end > len(data):
                raise CorruptStream("a segment that is shorter than its length, or the file ends in it")
        at = end
        if marker == SOS or marker in RESTARTS:
            bits = _END_OF_BITS.search(data, at)
            at = bits.start() if bits else len(data)
        yield marker, start, end, at


def _read_file(data):
    """Return the frame and the scans; together they code each component once."""
    frame, presets, lines, scans = None, (0, 0, 0, 0, 0), 0, []
    for marker, start, end, following in _segments(data):
        body = data[start:end]
        if marker == SOF55 and frame is None:
            frame = _read_frame(body)
        elif marker == LSE:
            presets = _read_presets(body)
        elif marker == DRI and 2 <= len(body) <= 4:
            lines = int.from_bytes(body, "big")
        elif marker == SOS and frame:
            scans.append(_read_scan(body, frame, presets, lines, (end, following)))
        elif marker in RESTARTS and scans and marker - RESTARTS[0] == (len(scans[-1].spans) - 1) % 8:
            scans[-1].spans.append((end, following))
        elif marker != EOI:
            _skip(marker, body)
    if frame is None or sorted(i for scan in scans for i in scan.components) != list(range(len(frame.components))):
        raise CorruptStream("the scans do not code each component of a frame once")
    if any(len(scan.spans) != -(-frame.height // scan.lines) for scan in scans):
        raise CorruptStream("the restart markers do not fit the restart interval")
    return frame, scans


def _skip(marker, body):
    """Step over APPn and COM; say what else is not read here, or wrong where it stands."""
    if marker == APP8 and body[:4] == b"mrfx" and body[4:] != b"\0":
        raise Unsupported("a JPEG-LS file with a colour transform (segment mrfx) is not read here")
    if marker in OTHER_FRAMES or marker == DNL:
        kind = "a number of lines behind the scan (DNL)" if marker == DNL else f"a frame of another kind (FF{marker:X})"
        raise Unsupported(f"a JPEG file with {kind} is not read here")
    if marker not in SKIPPED:
        raise CorruptStream(f"marker FF{marker:02X} does not stand here in a JPEG-LS file")


def _read_frame(body):
    """Return what SOF55 says (C.2.2)."""
    if len(body) < 6 or len(body) != 6 + 3 * body[5]:
        raise CorruptStream(f"no frame header has {len(body) + 2} bytes")
    depth, height, width, count = struct.unpack_from(">BHHB", body)
    components, sampling = list(body[6::3]), set(body[7::3])
    if not 2 <= depth <= 16 or height * width > MAX_PIXELS or len(set(components)) < count:
        raise CorruptStream(f"no frame is {height} x {width} with components {components} of {depth} bits")
    if height == 0 or width == 0:
        raise Unsupported("a JPEG-LS file with its number of lines or its size elsewhere (DNL, LSE) is not read here")
    if count not in (1, 3) or (count == 3 and sampling != {0x11}):
        raise Unsupported(f"a JPEG-LS file of {count} components, or with subsampled ones, is not read here")
    return _Frame(depth, height, width, components)


def _read_presets(body):
    """Return MAXVAL, T1, T2, T3, RESET of LSE, 0 for the default (C.2.4.1)."""
    if body[:1] in NOT_READ:
        raise Unsupported(f"a JPEG-LS file with {NOT_READ[body[:1]]} is not read here")
    if len(body) != 11 or body[0] != PRESETS:
        raise CorruptStream(f"no preset parameters have {len(body) + 2} bytes")
    return struct.unpack_from(">HHHHH", body, 1)


def _read_scan(body, frame, presets, lines, span):
    """Return what SOS says (C.2.3), with the presets and the restart interval in force."""
    if not body or len(body) != 4 + 2 * body[0] or not set(body[1:-3:2]) <= set(frame.components):
        raise CorruptStream("a scan header of a wrong length, or of a component that no frame has")
    NEAR, ILV, transform = body[-3:]
    if any(body[2:-3:2]) or transform:
        raise Unsupported("a JPEG-LS file with a mapping table or a point transform is not read here")
    MAXVAL = presets[0] or (1 << frame.depth) - 1
    if ILV > SAMPLE or (ILV == NONE) != (body[0] == 1) or MAXVAL >> frame.depth:
        raise CorruptStream(f"no scan of {body[0]} components has interleave mode {ILV} and samples up to {MAXVAL}")
    try:
        p = coding(MAXVAL, NEAR, *presets[1:])
    except ValueError as error:
        raise CorruptStream(str(error)) from error
    components = [frame.components.index(i) for i in body[1:-3:2]]
    return _Scan(components, len(components) if ILV == SAMPLE else 1, p, lines or frame.height, [span])
