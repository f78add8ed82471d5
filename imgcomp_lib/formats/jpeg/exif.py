"""What the application segments of a JPEG file say about its pixels: colours, and which way is up.

    APP0   JFIF\\0 ...                      the three components are Y, Cb, Cr
    APP1   Exif\\0\\0  TIFF header, IFD     how the camera was held, tag 0112: 1 as it is, 3 upside down, 6 and 8 turned
    APP1   http://ns.adobe.com/xap/1.0/\\0  the same in words, heeded where Exif says nothing, as Pillow does
    APP14  Adobe ...  transform             0 RGB or CMYK, 1 YCbCr, 2 YCCK

Everything else, ICC profiles among them, is stepped over.  What is damaged in here says nothing, and is no damage to
the picture.  Chapter 14.

Sources: ITU-T T.871 (JFIF), 10.1; CIPA DC-008 (Exif 2.32), 4.5.4 and 4.6.4.A; ITU-T T.872, 6.5.3.
"""

import re
from typing import NamedTuple

from ...core.codec import check_bytes

APP0, APP1, APP14 = 0xE0, 0xE1, 0xEE
ORIENTATION, SHORT, LONG = 0x0112, 3, 4
_WORDS = re.compile(rb'tiff:Orientation(?:="|>)([1-8])')


class Notes(NamedTuple):
    """Whether a JFIF segment was there, Adobe's transform or -1, and the orientations of Exif and XMP, 0 for none."""

    jfif: bool = False
    adobe: int = -1
    exif: int = 0
    xmp: int = 0


def note(notes: Notes, marker: int, body: bytes) -> Notes:
    """Return the notes with what an application segment adds."""
    body = check_bytes(body)
    if not isinstance(notes, Notes):
        raise ValueError(f"notes are of the class Notes, not {type(notes).__name__}")
    if marker == APP0 and body.startswith(b"JFIF\0") and len(body) >= 14:
        return notes._replace(jfif=True)
    if marker == APP14 and body.startswith(b"Adobe") and len(body) >= 12:
        return notes._replace(adobe=body[11])
    if marker == APP1 and body.startswith(b"Exif\0\0"):
        return notes._replace(exif=notes.exif or orientation(body[6:]))
    if marker == APP1 and body.startswith(b"http://ns.adobe.com/xap/1.0/\0"):
        found = _WORDS.search(body)
        return notes._replace(xmp=int(found[1]) if found else notes.xmp)
    return notes


def orientation(tiff: bytes) -> int:
    """Return the orientation that an Exif block states in its first directory, 1 to 8, or 0 where it states none.

    >>> orientation(bytes.fromhex("49492A00 08000000 0100 1201 0300 01000000 06000000 00000000"))
    6
    """
    tiff = check_bytes(tiff)
    order = {b"II": "little", b"MM": "big"}.get(tiff[:2])
    if order is None:
        return 0
    at = int.from_bytes(tiff[4:8], order)
    for entry in range(at + 2, at + 2 + 12 * int.from_bytes(tiff[at : at + 2], order), 12):
        tag, kind = (int.from_bytes(tiff[i : i + 2], order) for i in (entry, entry + 2))
        if tag == ORIENTATION and kind in (SHORT, LONG) and int.from_bytes(tiff[entry + 4 : entry + 8], order) == 1:
            found = int.from_bytes(tiff[entry + 8 : entry + (10 if kind == SHORT else 12)], order)
            return found if 1 <= found <= 8 else 0
    return 0
