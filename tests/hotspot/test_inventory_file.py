"""Files of unknown origin become rows of text, or one sentence."""

import io
import struct
import zipfile
from collections.abc import Sequence
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from hotspot.inventory_file import FileError, Sheet, read
from hotspot.spreadsheet import csv_lines, escaped, unescaped, xlsx_bytes

HEADER = "point_code,point_name,venue_kind,area_code"


def csv_sheet(text: str) -> Sheet:
    return read(text.encode(), "points.csv")


def workbook(*rows: Sequence[object]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separator_is_found(separator: str) -> None:
    text = f"{HEADER},address\nTS-1,Masjid A,mosque,36.74.01.1001,Jl. A\n".replace(",", separator)
    assert csv_sheet(text).rows[0].cells["address"] == "Jl. A"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encoding_is_found(encoding: str) -> None:
    text = f"{HEADER}\nTS-1,Café Santé,other,36.74.01.1001\n"
    assert read(text.encode(encoding), "p.csv").rows[0].cells["point_name"] == "Café Santé"


def test_indonesian_headers_and_titles_above_are_understood() -> None:
    sheet = csv_sheet(
        "Daftar titik Wi-Fi gratis;;;;\n;;;;\nKode Titik;NAMA TITIK;Jenis Lokasi;Kelurahan;Alamat IP\n"
        "TS-1;Balai RW 01;Balai warga;Rawa Buntu;10.0.0.1\n"
    )
    assert sheet.rows[0].number == 4
    assert sheet.rows[0].cells == {
        "point_code": "TS-1",
        "point_name": "Balai RW 01",
        "venue_kind": "Balai warga",
        "area_name": "Rawa Buntu",
        "ap_address": "10.0.0.1",
    }


def test_unknown_column_is_named_and_not_fatal() -> None:
    assert csv_sheet(f"{HEADER},Tinggi tiang\nTS-1,A,park,36.74.01.1001,12\n").unknown == ("Tinggi tiang",)


def test_missing_column_is_one_clear_error() -> None:
    with pytest.raises(FileError, match=r"has no column venue_kind, area_code or area_name$"):
        csv_sheet("point_code,point_name\nTS-1,A\n")


def test_column_named_twice_is_refused() -> None:
    with pytest.raises(FileError, match="more than one column for point_code"):
        csv_sheet(f"{HEADER},kode_titik\n")


def test_rows_keep_the_number_of_their_line() -> None:
    sheet = csv_sheet(f'{HEADER}\n\nTS-1,"Two\nlines",park,36.74.01.1001\n,,,\nTS-2,B,park,36.74.01.1001\n')
    assert [row.number for row in sheet.rows] == [3, 6]


def test_row_with_too_many_cells_is_marked() -> None:
    assert csv_sheet(f"{HEADER}\nTS-1,Jl. A, no. 2,park,36.74.01.1001\n").rows[0].shifted


def test_xlsx_numbers_and_dates_become_plain_text() -> None:
    content = workbook(
        [*HEADER.split(","), "latitude", "installed_on", "accepted_on", "ap_port"],
        ["TS-1", "A", "park", "36.74.01.1001", -6.25, datetime(2021, 12, 31), date(2022, 1, 2), 161.0],  # noqa: DTZ001
    )
    cells = read(content, "points.xlsx").rows[0].cells
    assert [cells[name] for name in ("latitude", "installed_on", "accepted_on", "ap_port")] == [
        "-6.25",
        "2021-12-31",
        "2022-01-02",
        "161",
    ]


def test_xlsx_formula_stays_visible_as_one() -> None:
    content = workbook(HEADER.split(","), ["TS-1", '=HYPERLINK("http://x")', "park", "36.74.01.1001"])
    assert read(content, "p.xlsx").rows[0].cells["point_name"].startswith("=")


def test_zip_bomb_is_refused_before_it_is_opened() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (200 * 2**20))
    with pytest.raises(FileError, match="unpacks to more than"):
        read(buffer.getvalue(), "bomb.xlsx")


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04 and no more", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", b"", b"\0\0\0\0", b'"' + b"x" * 200_000],
)
def test_broken_file_is_one_sentence(content: bytes) -> None:
    with pytest.raises(FileError):
        read(content, "broken.xlsx")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    for start in (b"", b"PK\x03\x04", HEADER.encode() + b"\n", struct.pack("<H", 0xFEFF)):
        try:
            read(start + content, "x")
        except FileError:
            continue


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=1, max_size=40), st.integers(0, 4000))
def test_damaged_workbook_raises_nothing_else(damage: bytes, at: int) -> None:
    content = bytearray(workbook(HEADER.split(","), ["TS-1", "A", "park", "36.74.01.1001"]))
    content[at : at + len(damage)] = damage
    try:
        read(bytes(content), "x.xlsx")
    except FileError:
        return


@pytest.mark.parametrize("text", ["=1+1", "+62 21", "-", "@home", "\tx", "\rx", "'=x", "''+", "'", "plain", "it's", ""])
def test_escaping_makes_harmless_and_is_undone(text: str) -> None:
    assert not escaped(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unescaped(escaped(text)) == text


def test_numbers_stay_numbers_in_files() -> None:
    lines = "".join(csv_lines(["a", "b"], [(-6.25, "-6.25"), (None, date(2021, 1, 2))]))
    assert lines == "a,b\r\n-6.25,'-6.25\r\n,2021-01-02\r\n"
    assert xlsx_bytes("t", ["a"], [(-6.25,)])[:2] == b"PK"
