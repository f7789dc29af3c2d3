"""What a file is by its bytes, and photographs without what the camera wrote beside the picture.

The picture itself is never decoded or encoded again: segments and chunks that hold no pixels are left out. Of JPEG's
metadata only the way the camera was held stays, because viewers turn the picture by it.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Final

JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
PICTURES: Final = (JPEG, PNG, WEBP)
ENDINGS: Final[Mapping[str, str]] = {JPEG: ".jpg", PNG: ".png", WEBP: ".webp", PDF: ".pdf"}
PNG_MARK: Final = b"\x89PNG\r\n\x1a\n"
# Chunks that change how the pixels look or move; every other ancillary chunk is left out (PNG 3rd edition, 11.3).
PNG_KEPT: Final = frozenset({b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD", b"pHYs"}) | {
    b"acTL",
    b"fcTL",
    b"fdAT",
}
WEBP_KEPT: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
WEBP_DRAWN: Final = frozenset({b"VP8 ", b"VP8L", b"ANMF"})
WEBP_EXIF_XMP: Final = 0x08 | 0x04  # flags in VP8X (RFC 9649, 2.7.1)
EOI, SOS, COM = 0xD9, 0xDA, 0xFE
FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # starts of a frame: the picture's size and parts
ALONE: Final = (0x01, *range(0xD0, 0xD8))  # markers without a length: TEM and the restarts
MARKER: Final = re.compile(rb"\xff+([^\x00\xff])")  # with the fill bytes before it
SCAN_END: Final = re.compile(rb"\xff+[^\x00\x01\xd0-\xd7\xff]")  # neither a stuffed byte nor a restart
ORIENTATION: Final = 0x0112
PDF_END: Final = 2048  # bytes at the end in which a whole PDF says that it ends


class MediaError(ValueError):
    """The bytes are not a whole file of the kind they begin as."""


def media_type(data: bytes) -> str | None:
    """image/jpeg, image/png, image/webp or application/pdf by the first bytes; None for anything else."""
    if data[:3] == b"\xff\xd8\xff":
        return JPEG
    if data[:8] == PNG_MARK:
        return PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    return PDF if data[:5] == b"%PDF-" else None


def without_metadata(data: bytes, kind: str) -> bytes:
    """The same picture without EXIF, XMP, IPTC, comments and what follows its end; a PDF as it is.

    Raises MediaError when the file is not whole.
    """
    strip: Mapping[str, Callable[[bytes], bytes]] = {JPEG: plain_jpeg, PNG: plain_png, WEBP: plain_webp, PDF: whole_pdf}
    try:
        return strip[kind](data)
    except (struct.error, IndexError) as error:
        raise MediaError("the file is not whole") from error


def whole_pdf(data: bytes) -> bytes:
    if b"%%EOF" not in data[-PDF_END:]:
        raise MediaError("the file is not whole")
    return data


def plain_jpeg(data: bytes) -> bytes:
    """ITU-T T.81, annex B: markers with their segments, entropy-coded data after each start of scan."""
    kept = [data[:2]]
    turned, framed = 1, False
    for marker, segment in jpeg_segments(data):
        framed |= marker in FRAMES
        payload = segment[4:]
        if marker == 0xE1 and payload.startswith(b"Exif\0\0"):
            turned = orientation(payload[6:])
        if is_picture(marker, payload):
            kept.append(segment)
    if not framed:
        raise MediaError("there is no picture in it")
    if turned != 1:
        kept.insert(1, orientation_segment(turned))
    return b"".join(kept)


def is_picture(marker: int, payload: bytes) -> bool:
    """JFIF, colour profile and Adobe's colour transform are needed to show it; other application data are not."""
    if marker == 0xE2:
        return payload.startswith(b"ICC_PROFILE\0")
    return marker in (0xE0, 0xEE) or not (0xE0 <= marker <= 0xEF or marker == COM)


def jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and bytes of each segment up to the end of the image, a scan with its data; what follows is left out."""
    at, scanned = 2, False
    while found := MARKER.match(data, at):
        at, marker = found.end() - 2, found[1][0]
        if marker == EOI and scanned:
            yield marker, data[at : at + 2]
            return
        end = at + 2 if marker in ALONE else at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        if marker == SOS:
            scanned, end = True, end_of_scan(data, end)
        yield marker, data[at:end]
        at = end
    raise MediaError("the file is not whole")


def end_of_scan(data: bytes, at: int) -> int:
    """Where the entropy-coded data end."""
    found = SCAN_END.search(data, at)
    if found is None:
        raise MediaError("the file is not whole")
    return found.start()


def orientation(tiff: bytes) -> int:
    """Of the first image directory (EXIF 2.32, 4.6.4), 1 to 8; 1, upright, where it is not told."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        at = struct.unpack_from(order + "I", tiff, 4)[0]
        for entry in range(struct.unpack_from(order + "H", tiff, at)[0]):
            tag, _, _, value = struct.unpack_from(order + "HHIH", tiff, at + 2 + 12 * entry)
            if tag == ORIENTATION:
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def orientation_segment(turned: int) -> bytes:
    """An Exif segment that says nothing else."""
    entry = struct.pack(">HHIHH", ORIENTATION, 3, 1, turned, 0)
    body = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + b"\0\0\0\0"
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def plain_png(data: bytes) -> bytes:
    kept, at, name, names = [PNG_MARK], len(PNG_MARK), b"", set[bytes]()
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", data, at)
        chunk = data[at : at + 12 + length]
        if len(chunk) < 12 + length or zlib.crc32(chunk[4:-4]) != struct.unpack(">I", chunk[-4:])[0]:
            raise MediaError("the file is not whole")
        is_critical = not name[0] & 0x20
        if is_critical or name in PNG_KEPT:
            kept.append(chunk)
        names.add(name)
        at += len(chunk)
    if not {b"IHDR", b"IDAT"} <= names:
        raise MediaError("there is no picture in it")
    return b"".join(kept)


def plain_webp(data: bytes) -> bytes:
    """RFC 9649: chunks in a RIFF file, each padded to an even length."""
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    if end > len(data) or end < 20:
        raise MediaError("the file is not whole")
    kept, at, drawn = [], 12, False
    while at < end:
        name, length = struct.unpack_from("<4sI", data, at)
        chunk = data[at : at + 8 + length + length % 2]
        if at + 8 + length > end:
            raise MediaError("the file is not whole")
        if name == b"VP8X" and length >= 10:
            chunk = chunk[:8] + bytes([chunk[8] & ~WEBP_EXIF_XMP]) + chunk[9:]
        if name in WEBP_KEPT:
            kept.append(chunk)
        drawn |= name in WEBP_DRAWN
        at += 8 + length + length % 2
    if not drawn:
        raise MediaError("there is no picture in it")
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body
