"""Small pictures with everything a camera writes beside them, made by hand."""

import struct
import zlib

SECRET = b"Rumah Pak RT, -6.3012 106.6633"


def jpeg(*, turned: int = 1, order: str = ">") -> bytes:
    """JFIF, EXIF with a place, XMP, IPTC, a comment, a profile, two scans with stuffing and restarts, a trailer."""
    mark = b"MM\0*" if order == ">" else b"II*\0"
    entries = struct.pack(order + "HHIHH", 0x010F, 2, 1, 65, 0) + struct.pack(order + "HHIHH", 0x0112, 3, 1, turned, 0)
    exif = b"Exif\0\0" + mark + struct.pack(order + "IH", 8, 2) + entries + bytes(4) + SECRET
    segments = [
        (0xE0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0"),
        (0xE1, exif),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET),
        (0xE2, b"ICC_PROFILE\0\x01\x01profile"),
        (0xE2, b"MPF\0" + SECRET),
        (0xED, b"Photoshop 3.0\0" + SECRET),
        (0xEE, b"Adobe\0\x64\0\0\0\0\x01"),
        (0xFE, SECRET),
        (0xDB, bytes(65)),
        (0xC2, b"\x08\0\x01\0\x01\x01\x01\x11\0"),
        (0xC4, bytes(20)),
    ]
    head = b"".join(segment(*one) for one in segments)
    scan = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\xff\0\x34\xff\xd0\x56"
    return b"\xff\xd8" + head + scan + segment(0xC4, bytes(20)) + b"\xff" + scan + b"\xff\xd9" + b"trailer" + SECRET


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(side: int = 1, *, colour: bytes = b"\x33\x66\x99") -> bytes:
    """A square with texts, EXIF and a time."""
    pixels = zlib.compress((b"\0" + colour * side) * side)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
            chunk(b"sRGB", b"\0"),
            chunk(b"tEXt", b"Comment\0" + SECRET),
            chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + SECRET),
            chunk(b"eXIf", b"MM\0*" + SECRET),
            chunk(b"tIME", b"\x07\xea\x0b\x16\0\0\0"),
            chunk(b"IDAT", pixels),
            chunk(b"IEND", b""),
            b"trailer" + SECRET,
        )
    )


def webp() -> bytes:
    """The extended format with EXIF and XMP, the flags that announce them, and an odd length."""
    chunks = [
        (b"VP8X", bytes([0x2C, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
        (b"ICCP", b"profile"),
        (b"VP8L", b"\x2f\0\0\0\0\x01\x02"),
        (b"EXIF", SECRET),
        (b"XMP ", SECRET + b"x"),
    ]
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2) for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body + b"trailer" + SECRET


PDF_FILE = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
