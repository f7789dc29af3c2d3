"""The sheet of a workbook that looks most like a table; sizes are looked at before anything is unpacked."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import partial
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError

from hotspot.reading.table import LONGEST_CELL, MOST_CELLS, MOST_COLUMNS, MOST_ROWS, FileError

LARGEST_UNZIPPED = 192 * 1024 * 1024
MOST_SHEETS = 30
MOST_LINES = 2_200_000  # beginnings and ends of rows; a sheet of Excel has 1,048,576
MOST_TAGS = 3 * MOST_CELLS  # of a part of a workbook
LONGEST_ROW = 4 * 1024 * 1024  # bytes; openpyxl holds a row whole
CHUNK = 1024 * 1024
EMPTY_RUN = 2_000  # empty rows after which nothing more is expected; a sheet may claim a million
BROKEN = (  # what openpyxl and zipfile raise on a damaged or hostile file
    zipfile.BadZipFile,
    ParseError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    EOFError,
    OSError,
    NotImplementedError,
    OverflowError,
    zlib.error,
)


def check_sizes(content: bytes, name: str) -> list[str]:
    """The names in the archive; openpyxl's read-only mode is no guard against bombs."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(item.file_size for item in archive.infolist()) > LARGEST_UNZIPPED:
                raise FileError(f"{name} unpacks to more than {LARGEST_UNZIPPED // 2**20} MiB")
            check_parts(archive, name)
            return archive.namelist()
    except FileError:
        raise
    except (*BROKEN, RuntimeError) as error:
        raise FileError(f"{name} is not a whole XLSX file") from error


def check_parts(archive: zipfile.ZipFile, name: str) -> None:
    """Raises FileError where a small file unfolds into more elements than a table has: openpyxl would hold them all."""
    for item in archive.infolist():  # whatever its name: a workbook says itself where its sheets are
        if item.file_size > LONGEST_ROW:
            with archive.open(item) as part:
                check_part(iter(partial(part.read, CHUNK), b""), name)


def check_part(chunks: Iterator[bytes], name: str) -> None:
    tags = rows = since = 0
    is_sheet, tail = False, b""
    for chunk in chunks:
        is_sheet = is_sheet or b"sheetData" in tail + chunk
        tags += chunk.count(b"<")
        rows += chunk.count(b"row") if is_sheet else 0  # opened and closed
        end = chunk.rfind(b"row")
        since = len(chunk) - end if end >= 0 else since + len(chunk)
        if tags > MOST_TAGS or rows > MOST_LINES or (is_sheet and since > LONGEST_ROW):
            raise FileError(f"{name} has more rows or cells than a table")
        tail = chunk[-16:]


def sheets(content: bytes, name: str) -> list[tuple[str, list[tuple[int, list[str]]]]]:
    """(title, numbered rows) of each worksheet that has any."""
    # Imported for the first file: with xlsxwriter it would cost every web process 7 MB and its start time.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        found = [(sheet.title, list(rows_of(sheet, name))) for sheet in book.worksheets[:MOST_SHEETS]]
    except FileError:
        raise
    except (*BROKEN, InvalidFileException) as error:
        raise FileError(f"{name} is not a whole XLSX file") from error
    return [(title, rows) for title, rows in found if rows]


def rows_of(sheet: Any, name: str) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # what the file says of its own size is not to be trusted
    empty = 0
    rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    for number, cells in enumerate(islice(rows, MOST_ROWS + EMPTY_RUN), start=1):
        texts = [cell_text(cell) for cell in cells]
        while texts and not texts[-1].strip():
            texts.pop()
        empty = 0 if texts else empty + 1
        if empty > EMPTY_RUN:
            return
        if texts:
            if number > MOST_ROWS:
                raise FileError(f"{name} has more than {MOST_ROWS} rows; split it")
            yield number, texts


def cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return re.sub(r"_x000[Dd]_", "\n", str(value))[:LONGEST_CELL]
