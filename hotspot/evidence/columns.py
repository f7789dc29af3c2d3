"""How a record becomes a line of a CSV file and is read back: a column for each field, written in one way only."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from hotspot.analytics.import_row import N_
from hotspot.evidence.container import Fault, fault
from hotspot.evidence.records import STATES
from hotspot.spreadsheet import csv_bytes, unescaped

T = TypeVar("T")
WORDS = {number: word for word, number in STATES.items()}
WHOLE = re.compile(r"\d{1,15}")
YEARS = range(2000, 2101)
MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Column:
    """`write` gives the cell's text, `read` the value and raises ValueError, KeyError or OverflowError."""

    write: Callable[[Any, ZoneInfo], str]
    read: Callable[[str, ZoneInfo], Any]


def whole(text: str, _: ZoneInfo) -> int:
    if not WHOLE.fullmatch(text):
        raise ValueError(text)
    return int(text)


def instant(text: str, _: ZoneInfo) -> int:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or at.microsecond or at.year not in YEARS:
        raise ValueError(text)
    return int(at.timestamp())


def day(text: str, _: ZoneInfo) -> date:
    on = date.fromisoformat(text)
    if on.year not in YEARS:
        raise ValueError(text)
    return on


def iso(at: int, zone: ZoneInfo) -> str:
    """With the offset of the city's clocks, which people and programs read alike."""
    return datetime.fromtimestamp(at, zone).isoformat()


TEXT = Column(lambda value, _: value, lambda text, _: unescaped(text))
WHOLE_NUMBER = Column(lambda value, _: str(value), whole)
INSTANT = Column(iso, instant)
MAYBE = Column(lambda at, zone: "" if at is None else iso(at, zone), lambda t, z: instant(t, z) if t else None)
DAY = Column(lambda value, _: value.isoformat(), day)
STATE = Column(lambda value, _: WORDS[value], lambda text, _: STATES[text])
KINDS: Mapping[str, Column] = {
    "start": INSTANT, "end": INSTANT, "since": INSTANT, "until": INSTANT, "decided_at": INSTANT, "withdrawn_at": MAYBE,
    "starts_on": DAY, "ends_on": DAY, "state": STATE,
    "fee_rp": WHOLE_NUMBER, "number": WHOLE_NUMBER, "start_err": WHOLE_NUMBER, "end_err": WHOLE_NUMBER,
}  # fmt: skip


def names(kind: type[Any]) -> list[str]:
    return [field.name for field in fields(kind)]


def written(kind: type[Any], rows: Iterable[Any], zone: ZoneInfo) -> bytes:
    """A CSV file: a line for each record, a column for each of its fields."""
    columns = [(name, KINDS.get(name, TEXT).write) for name in names(kind)]
    cells = ([write(getattr(row, name), zone) for name, write in columns] for row in rows)
    return csv_bytes([name for name, _ in columns], cells)


def read(name: str, content: bytes, kind: type[T], zone: ZoneInfo) -> tuple[tuple[T, ...], list[Fault]]:
    """The records of the file `name`, or what in it is none; a file that is not as `written` writes it is a fault."""
    try:
        lines = list(csv.reader(io.StringIO(content.removeprefix(MARK).decode(), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return (), [fault(name, N_("is not a CSV file as Hotspot writes them"))]
    if not lines or lines[0] != names(kind):
        return (), [fault(f"{name}, line 1", N_("the columns are not %(names)s"), names=", ".join(names(kind)))]
    readers = [(column, KINDS.get(column, TEXT).read) for column in lines[0]]
    rows: list[T] = []
    for number, cells in enumerate(lines[1:], 2):
        if len(cells) != len(readers):
            return (), [fault(f"{name}, line {number}", N_("has another number of cells than its head"))]
        values: dict[str, Any] = {}
        for (column, reader), text in zip(readers, cells, strict=True):
            try:
                values[column] = reader(text, zone)
            except (ValueError, KeyError, OverflowError):
                said = N_("%(column)s can't be read: %(cell)s")
                cell = printable(text[:60])
                return (), [fault(f"{name}, line {number}", said, column=column, cell=cell)]
        rows.append(kind(**values))
    return tuple(rows), differing(name, content, written(kind, rows, zone))


def differing(name: str, told: bytes, computed: bytes, most: int = 3) -> list[Fault]:
    """Lines of a file that are not those that were computed: the first few, with what both say."""
    if told == computed:
        return []
    ours, theirs = computed.split(b"\r\n"), told.split(b"\r\n")
    found = [
        fault(
            f"{name}, line {number}",
            N_("says %(told)s; computed: %(computed)s"),
            told=shown(theirs, number),
            computed=shown(ours, number),
        )
        for number in range(1, max(len(ours), len(theirs)) + 1)
        if shown(ours, number) != shown(theirs, number)
    ]
    more = [fault(name, N_("%(count)s more lines differ"), count=len(found) - most)] if len(found) > most else []
    return [*found[:most], *more] or [fault(name, N_("is not written as it was made"))]


def shown(lines: Sequence[bytes], number: int) -> str:
    """A line as it may be printed."""
    line = lines[number - 1].removeprefix(MARK) if number <= len(lines) else b"-"
    return printable(line.decode("utf-8", "backslashreplace")[:300])


def printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)
