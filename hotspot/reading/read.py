"""A file of unknown origin into a table: what it is, is told by its first bytes, never by its name."""

import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from hotspot.analytics.column_names import is_known
from hotspot.analytics.lines import Line
from hotspot.reading import workbook
from hotspot.reading.charset import decoded
from hotspot.reading.delimited import cut, separator_of
from hotspot.reading.header import Numbered, filled, header_at, names_of
from hotspot.reading.json_file import read_json
from hotspot.reading.markup import html_lines, read_xml
from hotspot.reading.table import LARGEST, MOST_CELLS, MOST_COLUMNS, MOST_ROWS, FileError, Table

PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"SQLite", b"\x7fELF")
INSIDE = (".csv", ".tsv", ".txt", ".json", ".geojson", ".xml", ".kml")


def read_path(path: Path) -> Table:
    try:
        if path.stat().st_size > LARGEST:
            raise FileError(f"{path.name} is larger than {LARGEST // 2**20} MiB")
        return read_table(path.read_bytes(), path.name)
    except OSError as error:
        raise FileError(f"{path}: {error.strerror}") from error


def read_table(content: bytes, name: str) -> Table:
    """The table of a CSV, XLSX, JSON, GeoJSON, KML, GPX, XML or HTML file; raises FileError in one sentence."""
    if len(content) > LARGEST:
        raise FileError(f"{name} is larger than {LARGEST // 2**20} MiB")
    if not content.strip(b" \t\r\n\0"):
        raise FileError(f"{name} is empty")
    if content[:4] == b"PK\x03\x04":
        return zipped(content, name)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise FileError(f"{name} is an old Excel file (.xls); save it as .xlsx or .csv")
    if content.startswith(PICTURES):
        raise FileError(f"{name} is no table: a picture, a PDF, an archive or a program")
    text, encoding = decoded(content)
    start = text[:4000].lstrip("\ufeff \t\r\n\0").casefold()
    if start.startswith(("{", "[")) or is_script(start):
        return read_json(text.replace("\0", "").lstrip("\ufeff"), encoding, name)
    if start.startswith("<"):
        if "<table" in text[:200_000].casefold() and not start.startswith("<?xml"):
            return tabled(list(html_lines(text)), "html", name, encoding=encoding)
        return read_xml(text.lstrip("\ufeff \t\r\n").replace("\0", ""), encoding, name)
    return delimited(text, encoding, name)


def is_script(start: str) -> bool:
    """JSON in a call or an assignment."""
    head, bracket, _ = start[:300].partition("[" if "[" in start[:300] else "{")
    return bool(bracket) and "\n" not in head.strip() and head.strip().endswith(("=", "(")) and len(head) < 80


def zipped(content: bytes, name: str) -> Table:
    """A workbook, a KMZ, or an archive around one table."""
    names = workbook.check_sizes(content, name)
    if any(one.startswith("xl/") for one in names) or "[Content_Types].xml" in names:
        return best_sheet(content, name)
    inside = [one for one in names if one.casefold().endswith(INSIDE) and not one.startswith("__MACOSX")]
    if not inside:
        raise FileError(f"{name} is not a whole XLSX file" if not names else f"{name} is an archive without a table")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            largest = max(inside, key=lambda one: archive.getinfo(one).file_size)
            if archive.getinfo(largest).file_size > LARGEST:
                raise FileError(f"{name} unpacks to more than {LARGEST // 2**20} MiB")
            return read_table(archive.read(largest), largest.rpartition("/")[2])
    except (*workbook.BROKEN, RuntimeError) as error:
        if isinstance(error, FileError):
            raise
        raise FileError(f"{name} is a damaged archive") from error


def best_sheet(content: bytes, name: str) -> Table:
    """Of several sheets the one with the most rows under names that are understood."""
    tables = []
    for title, rows in workbook.sheets(content, name):
        try:
            tables.append((title, tabled(rows, "xlsx", name)))
        except FileError:
            continue
    if not tables:
        raise FileError(f"{name} has no sheet with a table")
    title, best = max(tables, key=lambda one: worth(one[1]))
    others = [other for other, _ in tables if other != title]
    notes = (f"sheet {title} was read, not {', '.join(others)[:120]}",) if others else ()
    return Table(
        best.form, best.header, best.lines, header_line=best.header_line, empty_lines=best.empty_lines, notes=notes
    )


def worth(table: Table) -> float:
    return len(table.lines) * (0.2 + sum(map(is_known, table.header)))


def delimited(text: str, encoding: str, name: str) -> Table:
    if text.count("\0") > len(text) // 50 + 50:
        raise FileError(f"{name} is neither a table nor a text")
    text = text.replace("\0", "")
    separator = separator_of(text)
    lines: list[Numbered] = []
    notes: dict[int, str] = {}
    cells = empty = 0
    for one in cut(text, separator):
        if len(one.cells) > MOST_COLUMNS * 5:
            raise FileError(f"{name}: line {one.number} has {len(one.cells)} columns")
        if not any(map(str.strip, one.cells)) or is_hint(one.cells):
            empty += 1
            continue
        lines.append((one.number, one.cells))
        if one.note:
            notes[one.number] = one.note
        cells += len(one.cells)
        if len(lines) > MOST_ROWS + 50 or cells > MOST_CELLS:
            raise FileError(f"{name} has more than {MOST_ROWS} rows or {MOST_CELLS} cells; split it")
    return tabled(lines, "csv", name, encoding=encoding, separator=separator, empty=empty, notes=notes)


def is_hint(cells: Sequence[str]) -> bool:
    return cells[0].strip('"').casefold().startswith("sep=") and not any(cells[2:])


def tabled(
    lines: Sequence[Numbered],
    form: str,
    name: str,
    *,
    encoding: str = "",
    separator: str = "",
    empty: int = 0,
    notes: dict[int, str] | None = None,
) -> Table:
    """The rows under the header; empty columns at the end of all rows are no columns."""
    if not lines:
        raise FileError(f"{name} is empty")
    at = header_at(lines)
    body = lines if at is None else lines[at + 1 :]
    width = usual_width([cells for _, cells in body], 0.1 if at is None else 0.34) if body else 0
    names = list(lines[at][1]) if at is not None else []
    while names and not names[-1].strip() and len(names) > width:
        names.pop()
    header = names_of(names, max(width, len(names)))
    if len(header) > MOST_COLUMNS:
        raise FileError(f"{name} has more than {MOST_COLUMNS} columns")
    if len(header) < 2:
        raise FileError(f"{name} has one column alone; no separator was found")
    told = notes or {}
    rows = [
        Line(number, fitted(cells, len(header)), note=told.get(number, "")) for number, cells in body if filled(cells)
    ]
    return Table(form, header, rows, encoding, separator, 0 if at is None else lines[at][0], empty_lines=empty)


def usual_width(rows: Iterable[Sequence[str]], least: float) -> int:
    """Up to which column that share of rows says something; a comma too many here and there makes no column."""
    counts: Counter[int] = Counter()
    total = 0
    for cells in rows:
        total += 1
        counts[next((at + 1 for at in range(len(cells) - 1, -1, -1) if cells[at].strip()), 0)] += 1
    beyond = 0
    for width in sorted(counts, reverse=True):
        beyond += counts[width]
        if beyond >= least * total:
            return width
    return 0


def fitted(cells: Sequence[str], width: int) -> tuple[str, ...]:
    """As many cells as columns, and more only where the surplus says something."""
    padded = [*cells, *[""] * (width - len(cells))]
    while len(padded) > width and not padded[-1].strip():
        padded.pop()
    return tuple(padded)
