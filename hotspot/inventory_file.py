"""Reads a table, the inventory or another, from a CSV or XLSX file of unknown origin; every size is bounded."""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from hotspot.analytics.import_row import Row
from hotspot.reading.charset import decoded
from hotspot.reading.table import FileError
from hotspot.reading.workbook import BROKEN, check_parts
from hotspot.spreadsheet import unescaped

__all__ = ["COLUMNS", "INVENTORY", "NEEDED", "FileError", "Layout", "Sheet", "read", "read_path"]

LARGEST = 16 * 1024 * 1024  # bytes of the file
LARGEST_UNZIPPED = 128 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 100
EMPTY_RUN = 1_000  # empty rows after which nothing more is expected; a sheet may claim a million
HEADER_WITHIN = 10  # a title or two may stand above the header

# Column of ours: other names it is known by, compared without case, spaces and punctuation.
COLUMNS = {
    "point_code": ("kode_titik", "id_titik", "kode", "code"),
    "point_name": ("nama_titik", "titik"),
    "site_name": ("nama_lokasi", "lokasi", "nama_tempat", "site"),
    "venue_kind": ("jenis_lokasi", "jenis_tempat", "kategori_lokasi", "venue"),
    "area_code": ("kode_wilayah", "kode_kelurahan", "kode_kemendagri"),
    "area_name": ("kelurahan", "desa", "nama_kelurahan", "kelurahan_desa", "wilayah"),
    "district": ("kecamatan", "nama_kecamatan", "district_name"),
    "address": ("alamat", "alamat_lokasi"),
    "latitude": ("lintang", "lat"),
    "longitude": ("bujur", "lon", "lng", "long"),
    "lifecycle": ("tahap", "tahapan", "status_titik", "stage"),
    "installed_on": ("tanggal_pasang", "tgl_pasang", "tanggal_terpasang", "tanggal_pemasangan"),
    "accepted_on": ("tanggal_terima", "tgl_terima", "tanggal_bast", "tanggal_serah_terima"),
    "fund": ("sumber_dana", "dana", "pendanaan"),
    "provider": ("penyedia", "isp", "penyedia_layanan"),
    "auth_mode": ("mode_akses", "jenis_akses", "akses"),
    "ap_name": ("nama_ap", "nama_perangkat", "access_point"),
    "ap_address": ("alamat_ap", "ip_ap", "alamat_ip", "ip", "ip_address", "ap_ip"),
    "ap_port": ("port", "port_snmp", "port_ap", "snmp_port"),
    "snmp_version": ("versi_snmp",),
    "snmp_community": ("komunitas", "komunitas_snmp", "community"),
    "snmp_user": ("pengguna_snmp",),
    "snmp_auth_protocol": ("protokol_autentikasi_snmp",),
    "snmp_auth_password": ("sandi_autentikasi_snmp",),
    "snmp_priv_protocol": ("protokol_enkripsi_snmp",),
    "snmp_priv_password": ("sandi_enkripsi_snmp",),
    "snmp_context": ("konteks_snmp",),
    "profile": ("profil",),
    "kind": ("jenis_perangkat", "jenis_ap", "device_kind"),
    "controller": ("pengendali", "kontroler", "pengontrol", "wlc"),
    "demonstration": ("demonstrasi",),
}
NEEDED = (("point_code",), ("point_name",), ("venue_kind",), ("area_code", "area_name"))
OF_DEVICES = frozenset({"kind", "ap_name"})  # enough in a file of controllers


@dataclass(frozen=True, slots=True)
class Sheet:
    rows: tuple[Row, ...]
    unknown: tuple[str, ...]  # columns that were not understood


def plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum() and letter.isascii())


@dataclass(frozen=True)
class Layout:
    """The columns a kind of file may have, with their other names; of each group in `needed` one has to be there.

    A file with all of `enough` and without the first needed column is whole, too. `meaning`: ours of a plain name.
    """

    columns: Mapping[str, tuple[str, ...]]
    needed: tuple[tuple[str, ...], ...]
    enough: frozenset[str] = frozenset()
    meaning: Mapping[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        found = {plain(other): column for column, others in self.columns.items() for other in (column, *others)}
        object.__setattr__(self, "meaning", found)

    def known(self, cells: Iterable[str]) -> int:
        return len({self.meaning[plain(cell)] for cell in cells if plain(cell) in self.meaning})


INVENTORY = Layout(COLUMNS, NEEDED, OF_DEVICES)


def read_path(path: Path, layout: Layout = INVENTORY) -> Sheet:
    try:
        if path.stat().st_size > LARGEST:
            raise FileError(f"{path.name} is larger than {LARGEST // 2**20} MiB")
        return read(path.read_bytes(), path.name, layout)
    except OSError as error:
        raise FileError(f"{path}: {error.strerror}") from error


def read(content: bytes, name: str, layout: Layout = INVENTORY) -> Sheet:
    """The rows of a .csv or .xlsx file by our column names; raises FileError."""
    if len(content) > LARGEST:
        raise FileError(f"{name} is larger than {LARGEST // 2**20} MiB")
    if content[:4] == b"PK\x03\x04":
        return sheet_of(xlsx_lines(content, name), name, layout)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise FileError(f"{name} is an old Excel file (.xls); save it as .xlsx or .csv")
    text, _ = decoded(content)
    if "\0" in text[:4096]:
        raise FileError(f"{name} is neither a CSV nor an XLSX file")
    return sheet_of(csv_lines(text, name, layout), name, layout)


def csv_lines(text: str, name: str, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """(line of the file, cells); the separator is the one that makes most columns of the first lines known."""
    head = text[:20_000].splitlines()[:HEADER_WITHIN]

    def understood(separator: str) -> int:
        return max((layout.known(cells) for cells in csv.reader(head, delimiter=separator)), default=0)

    try:
        separator = max(",;\t|", key=understood)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        before = 0
        for cells in reader:
            yield before + 1, cells
            before = reader.line_num
    except csv.Error as error:
        raise FileError(f"{name}: line {before + 1}: {error}; is a quotation mark left open?") from error


def xlsx_lines(content: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    """The first worksheet; openpyxl's read-only mode is no guard against bombs, so sizes are looked at first."""
    # Imported for the first file: with xlsxwriter it would cost every web process 7 MB and its start time.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(item.file_size for item in archive.infolist()) > LARGEST_UNZIPPED:
                raise FileError(f"{name} unpacks to more than {LARGEST_UNZIPPED // 2**20} MiB")
            check_parts(archive, name)
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        worksheet = book.worksheets[0]
        worksheet.reset_dimensions()  # what the file says of its own size is not to be trusted
        for number, cells in enumerate(worksheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
            yield number, [cell_text(cell) for cell in cells]
    except FileError:
        raise
    except (*BROKEN, RuntimeError, InvalidFileException) as error:  # RuntimeError: a part needs a password
        raise FileError(f"{name} is not a whole XLSX file") from error


def cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def sheet_of(lines: Iterable[tuple[int, list[str]]], name: str, layout: Layout) -> Sheet:
    """Finds the header, then makes a row of every line that is not empty."""
    filled = skip_empty(lines)
    header: Sequence[str] = ()
    for seen, (_, cells) in enumerate(filled):
        if layout.known(cells) >= 2 or seen == HEADER_WITHIN - 1:
            header = cells
            break
    if len(header) > MOST_COLUMNS:
        raise FileError(f"{name} has more than {MOST_COLUMNS} columns")
    columns = [layout.meaning.get(plain(cell), "") for cell in header]
    check_columns(columns, name, layout)
    rows: list[Row] = []
    for number, cells in filled:
        if len(rows) == MOST_ROWS:
            raise FileError(f"{name} has more than {MOST_ROWS} rows; split it")
        rows.append(row_of(number, columns, cells))
    unknown = tuple(
        shortened(cell) for cell, column in zip(header, columns, strict=True) if not column and cell.strip()
    )
    return Sheet(tuple(rows), unknown)


def skip_empty(lines: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    empty = 0
    for number, cells in lines:
        if any(cell.strip() for cell in cells):
            empty = 0
            yield number, cells
        else:
            empty += 1
            if empty >= EMPTY_RUN:
                return


def check_columns(columns: Sequence[str], name: str, layout: Layout) -> None:
    missing = [" or ".join(choice) for choice in layout.needed if not set(choice) & set(columns)]
    whole = bool(layout.enough) and layout.needed[0][0] not in columns and set(columns) >= layout.enough
    if missing and not whole:
        raise FileError(f"{name} has no column {', '.join(missing)}")
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    if twice:
        raise FileError(f"{name} has more than one column for {', '.join(twice)}")


def row_of(number: int, columns: Sequence[str], cells: Sequence[str]) -> Row:
    """A line with more cells than the header is marked, for a separator too many shifts the values."""
    values = {column: unescaped(cell) for column, cell in zip(columns, cells, strict=False) if column}
    too_long = any(cell.strip() for cell in cells[len(columns) :])
    return Row(number, values, shifted=too_long)


def shortened(cell: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]", " ", cell).strip()[:60]
