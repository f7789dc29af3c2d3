"""Everything in a database as one file that any engine reads back: a ZIP of a JSON text per table, and a manifest.

Rows are JSON arrays in the order of the columns the manifest names; octets are base64, dates as ISO 8601. Stored
secrets stay sealed: without the secret key of the installation they can't be opened.
"""

import hashlib
import json
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Date, Engine, LargeBinary, MetaData, Table, select

from hotspot.store.migrate import check_known, revisions

FORMAT = "hotspot-archive-1"
MANIFEST = "manifest.json"
ROWS_AT_ONCE = 2_000
Told = Callable[[str, int], None]  # a table and how many of its rows are done
Row = tuple[Any, ...]


class ArchiveError(RuntimeError):
    """The file is no whole archive of ours; the message says what is wrong with it."""


class Part(NamedTuple):
    """A table of an archive."""

    name: str
    columns: list[str]
    rows: int
    sha256: str


class Manifest(NamedTuple):
    revision: str
    parts: dict[str, Part]


def tables(connection: Connection) -> Sequence[Table]:
    """As the database has them, which may be older than the models: those referred to before those that refer."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name != "alembic_version")
    return found.sorted_tables


def rows_of(connection: Connection, table: Table) -> Iterator[Row]:
    """All rows, parents before children where a table refers to itself."""
    own = [key.parent for key in table.foreign_keys if key.column.table is table]
    question = select(table).order_by(*(column.is_not(None) for column in own), *table.primary_key)
    found = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(question)
    for row in found:
        yield tuple(row)


def snapshot(engine: Engine) -> Connection:
    """One view of the whole database, however long it is read while others write."""
    connection = engine.connect()
    if engine.dialect.name == "postgresql":
        connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return connection


def write(engine: Engine, path: Path, told: Told) -> Manifest:
    """The whole database into a new file; other processes go on writing meanwhile."""
    revision, _ = revisions(engine)
    parts = {}
    with snapshot(engine) as connection, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for table in tables(connection):
            parts[table.name] = _write_table(connection, table, file, told)
        said = {"format": FORMAT, "revision": revision, "tables": [part._asdict() for part in parts.values()]}
        file.writestr(MANIFEST, json.dumps(said, indent=1))
    return Manifest(str(revision), parts)


def _write_table(connection: Connection, table: Table, file: zipfile.ZipFile, told: Told) -> Part:
    count, digest = 0, hashlib.sha256()
    with file.open(f"{table.name}.jsonl", "w", force_zip64=True) as out:
        for row in rows_of(connection, table):
            line = json.dumps([packed(value) for value in row], ensure_ascii=False).encode() + b"\n"
            digest.update(line)
            out.write(line)
            count += 1
            if count % ROWS_AT_ONCE == 0:
                told(table.name, count)
    told(table.name, count)
    return Part(table.name, [column.name for column in table.columns], count, digest.hexdigest())


def packed(value: Any) -> Any:
    """As JSON has it; what a column's type can't give back is a mistake of ours and raises."""
    if isinstance(value, bytes):
        return b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def manifest(path: Path) -> Manifest:
    """What the file says it holds; ArchiveError when it is none of ours, SchemaError when of a newer version."""
    try:
        with zipfile.ZipFile(path) as file:
            said = json.loads(file.read(MANIFEST))
        if said["format"] != FORMAT:
            raise ArchiveError(f"{path} has the format {said['format']!r}, not {FORMAT!r}")
        parts = {part["name"]: Part(**part) for part in said["tables"]}
        found = Manifest(said["revision"], parts)
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise ArchiveError(f"{path} is not an archive of Hotspot: {error}") from error
    check_known(found.revision)
    return found


def lines(path: Path, part: Part) -> Iterator[list[Any]]:
    """The rows of a table as JSON has them; ArchiveError when it is not as it was written."""
    digest, count = hashlib.sha256(), 0
    try:
        with zipfile.ZipFile(path) as file, file.open(f"{part.name}.jsonl") as content:
            for line in content:
                digest.update(line)
                count += 1
                row = json.loads(line)
                if not isinstance(row, list) or len(row) != len(part.columns):
                    raise ArchiveError(f"{path}: {part.name}, row {count}: not a row of {len(part.columns)} values")
                yield row
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError) as error:
        raise ArchiveError(f"{path}: {part.name}, row {count}: {error}") from error
    if (count, digest.hexdigest()) != (part.rows, part.sha256):
        raise ArchiveError(f"{path}: the table {part.name} is not as it was written")


def read(path: Path, part: Part, table: Table) -> Iterator[Row]:
    """The rows of a table as a database has them."""
    unpackers = [_unpacker(table, name, path) for name in part.columns]
    for number, row in enumerate(lines(path, part), 1):
        try:
            values = zip(unpackers, row, strict=True)
            yield tuple(None if value is None else unpack(value) for unpack, value in values)
        except (TypeError, ValueError) as error:
            raise ArchiveError(f"{path}: {part.name}, row {number}: {error}") from error


def _unpacker(table: Table, name: str, path: Path) -> Callable[[Any], Any]:
    if name not in table.columns:
        raise ArchiveError(f"{path}: the table {table.name} has no column {name}")
    kind = table.columns[name].type
    if isinstance(kind, LargeBinary):
        return lambda value: b64decode(value, validate=True)
    return date.fromisoformat if isinstance(kind, Date) else lambda value: value
