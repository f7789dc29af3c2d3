"""What every reader gives: the lines of a table as text, with the place of each in its file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hotspot.analytics.lines import Line

LARGEST = 32 * 1024 * 1024  # bytes of the file
MOST_ROWS = 200_000
MOST_COLUMNS = 400
MOST_CELLS = 6_000_000
LONGEST_CELL = 20_000  # characters; the rest of a longer text is left out


class FileError(ValueError):
    """The file can't be read at all; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Table:
    """`form`: csv, xlsx, json, geojson, kml, xml or html; `header_line` is 0 where there is none.

    `system` is the coordinate system that the file names, such as EPSG:25830.
    """

    form: str
    header: tuple[str, ...]
    lines: Sequence[Line]
    encoding: str = ""
    separator: str = ""
    header_line: int = 0
    system: str = ""
    empty_lines: int = 0
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Records:
    """Gathers records with keys of their own into the lines of one table; columns in the order of first sight."""

    columns: dict[str, int] = field(default_factory=dict)
    lines: list[tuple[int, dict[int, str], str, str]] = field(default_factory=list)
    cells: int = 0

    def add(self, number: int, record: Mapping[str, str], lost: str = "", note: str = "") -> None:
        values: dict[int, str] = {}
        for key, value in record.items():
            at = self.columns.setdefault(key, len(self.columns))
            if at >= MOST_COLUMNS:
                raise FileError(f"the records have more than {MOST_COLUMNS} different columns")
            values[at] = value[:LONGEST_CELL]
        self.cells += len(values)
        if len(self.lines) >= MOST_ROWS or self.cells > MOST_CELLS:
            raise FileError(f"the file has more than {MOST_ROWS} rows or {MOST_CELLS} cells; split it")
        self.lines.append((number, values, lost, note))

    def table(self, form: str, *, encoding: str = "", system: str = "", notes: tuple[str, ...] = ()) -> Table:
        width = len(self.columns)
        lines = [
            Line(number, tuple(values.get(at, "") for at in range(width)), lost, note)
            for number, values, lost, note in self.lines
        ]
        return Table(form, tuple(self.columns), lines, encoding, system=system, notes=notes)
