import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analytics.media import JPEG, PDF, PNG, WEBP, MediaError, media_type, without_metadata
from tests.hotspot.analytics.pictures import PDF_FILE, SECRET, chunk, jpeg, png, segment, webp

WHOLE = {JPEG: jpeg(), PNG: png(), WEBP: webp(), PDF: PDF_FILE}


@pytest.mark.parametrize("kind", WHOLE)
def test_the_bytes_tell_the_kind(kind: str) -> None:
    assert media_type(WHOLE[kind]) == kind


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg>", b"MZ", b"RIFF\0\0\0\0WAVE", b"<html>%PDF-"])
def test_everything_else_is_nothing_we_know(data: bytes) -> None:
    assert media_type(data) is None


@pytest.mark.parametrize("kind", [JPEG, PNG, WEBP])
def test_what_the_camera_wrote_is_gone(kind: str) -> None:
    plain = without_metadata(WHOLE[kind], kind)

    assert SECRET in WHOLE[kind]
    assert SECRET not in plain
    assert b"trailer" not in plain
    assert media_type(plain) == kind
    assert without_metadata(plain, kind) == plain


def test_a_jpeg_keeps_its_picture_and_its_colours() -> None:
    plain = without_metadata(jpeg(), JPEG)

    for kept in (b"JFIF\0", b"ICC_PROFILE\0", b"Adobe\0", b"\x12\xff\0\x34\xff\xd0\x56"):
        assert kept in plain
    assert plain.count(b"\x12\xff\0\x34\xff\xd0\x56") == 2
    assert plain.endswith(b"\xff\xd9")
    assert b"Exif" not in plain


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_photograph_taken_upright_is_not_shown_lying(order: str) -> None:
    plain = without_metadata(jpeg(turned=6, order=order), JPEG)

    assert SECRET not in plain
    assert plain[2:38] == b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    assert without_metadata(plain, JPEG) == plain


@pytest.mark.parametrize(
    "tiff", [b"", b"XX", b"MM\0*", b"MM\0*\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\0\0", b"II*\0\x08\0\0\0\xff\xff"]
)
def test_a_broken_directory_turns_nothing(tiff: bytes) -> None:
    whole = jpeg()
    broken = whole[:2] + segment(0xE1, b"Exif\0\0" + tiff) + whole[2:].replace(b"Exif\0\0", b"Exit\0\0")

    assert b"Exif" not in without_metadata(broken, JPEG)


def test_a_wrong_turn_is_none() -> None:
    assert b"Exif" not in without_metadata(jpeg(turned=9), JPEG)


def test_a_webp_no_longer_announces_what_is_gone() -> None:
    plain = without_metadata(webp(), WEBP)

    assert plain[20] == 0x20  # only the colour profile
    assert b"ICCP" in plain
    assert int.from_bytes(plain[4:8], "little") == len(plain) - 8


def test_a_png_keeps_its_colours() -> None:
    plain = without_metadata(png(), PNG)

    assert [name for name in (b"IHDR", b"sRGB", b"IDAT", b"IEND", b"tIME") if name in plain] == [
        b"IHDR",
        b"sRGB",
        b"IDAT",
        b"IEND",
    ]


@pytest.mark.parametrize("kind", WHOLE)
@given(share=st.floats(0, 0.8))
def test_half_a_file_is_refused(kind: str, share: float) -> None:
    whole = WHOLE[kind] if kind == PDF else without_metadata(WHOLE[kind], kind)
    with pytest.raises(MediaError):
        without_metadata(whole[: max(12, int(len(whole) * share))], kind)


@given(st.sampled_from([JPEG, PNG, WEBP]), st.integers(12, 200), st.binary(max_size=12))
def test_bytes_put_into_it_break_nothing(kind: str, at: int, more: bytes) -> None:
    data = WHOLE[kind][:at] + more + WHOLE[kind][at + len(more) // 2 :]
    try:
        plain = without_metadata(data, kind)
    except MediaError:
        return
    assert media_type(plain) == kind


def test_a_jpeg_without_a_picture_is_refused() -> None:
    with pytest.raises(MediaError):
        without_metadata(b"\xff\xd8" + segment(0xE0, b"JFIF\0") + b"\xff\xd9", JPEG)


def test_a_changed_png_is_refused() -> None:
    with pytest.raises(MediaError):
        without_metadata(png().replace(b"IDAT", b"IDAT", 1).replace(b"\x08\x02\0\0\0", b"\x08\x06\0\0\0", 1), PNG)


def test_a_file_without_a_picture_in_it_is_none() -> None:
    frameless = b"\xff\xd8" + segment(0xDA, b"") + b"\xff\xd9"
    bare = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13)) + chunk(b"IEND", b"")
    flags = b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + bytes(10)
    for data, kind in ((frameless, JPEG), (bare, PNG), (flags, WEBP)):
        assert media_type(data + b"\0") == kind
        with pytest.raises(MediaError, match="no picture"):
            without_metadata(data, kind)
