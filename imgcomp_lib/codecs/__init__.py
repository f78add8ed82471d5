"""The book's own codecs, in the order of the chapters: each in a file of its own, a line each in one table.

The decoder reads what it needs from the file and never looks at its own knobs.  `breakdown(data)` says where the bytes
went.  A codec is imported when it is asked for: by its class, `from imgcomp_lib.codecs.raw import Raw`, or by the name
that its files carry, `CODECS["raw"]`.

>>> import numpy as np
>>> image = np.zeros((2, 3), np.uint8)
>>> data = CODECS["rle"]().encode(image)
>>> len(data), codec_of(data), bool(np.all(decode(data) == image))
(67, RunLength(gray=1, depth=0), True)
"""

from ..core import container
from ..core.bits import CorruptStream
from ..core.codec import Codec
from ..core.table import Line, Table

CODECS = Table({
    "raw": Line("imgcomp_lib.codecs.raw:Raw"),
    "rle": Line("imgcomp_lib.codecs.run_length:RunLength"),
    "huff": Line("imgcomp_lib.codecs.huffman:Huffman"),
    "arit": Line("imgcomp_lib.codecs.arithmetic:Arithmetic"),
    "pred": Line("imgcomp_lib.codecs.predict:Predict"),
    "bitp": Line("imgcomp_lib.codecs.bitplanes:BitPlanes"),
    "cham": Line("imgcomp_lib.codecs.champion:Champion"),
    "rnn": Line("imgcomp_lib.codecs.rnn:RnnCodec"),
})  # fmt: skip
"""Every codec of the book's own format, by the name that its files carry."""


def decode(data: bytes):
    """Return the image of any of the book's own files, by the name in its header."""
    return codec_of(data).decode(data)


def codec_of(data: bytes) -> Codec:
    """Return the codec, with its knobs at rest, whose name the header of `data` carries."""
    name = container.unpack_header(data).name
    if name not in CODECS:
        raise CorruptStream(f"no codec is called {name!r}; there are {', '.join(CODECS)}")
    return CODECS[name]()
