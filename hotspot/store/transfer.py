"""Fills an empty database with the rows of another, whichever engines they are, and compares the two row by row."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, func, insert, select, text

from hotspot.store.archive import (
    ROWS_AT_ONCE,
    ArchiveError,
    Row,
    Told,
    manifest,
    packed,
    read,
    rows_of,
    snapshot,
    tables,
)
from hotspot.store.migrate import migrate, revisions

BITS = 1 << 256
Source = Callable[[Table], tuple[list[str], Iterable[Row]]]  # the columns and the rows of a table


class TransferError(RuntimeError):
    """The rows could not be carried over; the target is as it was before."""


def move(source: Engine, target: Engine, told: Told) -> int:
    """All rows of one database into another, empty one, in one transaction; how many they were.

    Raises TransferError, also when a row reads back differently from how it was written.
    """
    revision, _ = revisions(source)
    if revision is None:
        raise TransferError("there is nothing to move: the database is empty")
    with snapshot(source) as reader:
        return _fill(target, revision, lambda table: (table.columns.keys(), rows_of(reader, table)), told)


def load(archive: Path, target: Engine, told: Told) -> int:
    """All rows of an archive into an empty database, in one transaction; how many they were."""
    revision, parts = manifest(archive)

    def source(table: Table) -> tuple[list[str], Iterable[Row]]:
        if table.name not in parts:
            raise ArchiveError(f"{archive} lacks the table {table.name}")
        return parts[table.name].columns, read(archive, parts[table.name], table)

    return _fill(target, revision, source, told)


def _fill(target: Engine, revision: str, source: Source, told: Told) -> int:
    """The target gets the schema the rows have, the rows, and then the newest schema."""
    if revisions(target)[0] not in (None, revision):
        raise TransferError("the database is not empty: it has a schema of another version")
    migrate(target, revision)
    total = 0
    with target.execution_options(write=True).connect() as connection, connection.begin():
        found = tables(connection)
        for table in found:
            if connection.execute(select(func.count()).select_from(table)).scalar_one():
                raise TransferError(f"the database is not empty: {table.name} has rows")
        for table in found:
            total += _fill_table(connection, table, source, told)
    migrate(target)
    return total


def _fill_table(connection: Connection, table: Table, source: Source, told: Told) -> int:
    columns, rows = source(table)
    written = Sum()
    for some in _batches(written.of(rows)):
        connection.execute(insert(table), [dict(zip(columns, row, strict=True)) for row in some])
        told(table.name, written.rows)
    found = Sum()
    order = [table.columns[name] for name in columns]
    for _ in found.of(map(tuple, connection.execute(select(*order)))):
        pass
    if (found.rows, found.digest) != (written.rows, written.digest):
        raise TransferError(f"{table.name}: the rows read back differ from those written")
    _go_on_numbering(connection, table)
    return written.rows


class Sum:
    """Number and digest of rows, whatever their order: two tables agree when each row of one is in the other."""

    def __init__(self) -> None:
        self.rows = self.digest = 0

    def of(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self.rows += 1
            line = json.dumps([packed(value) for value in row]).encode()
            self.digest = (self.digest + int.from_bytes(hashlib.sha256(line).digest(), "big")) % BITS
            yield row


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while some := list(islice(left, ROWS_AT_ONCE)):
        yield some


def _go_on_numbering(connection: Connection, table: Table) -> None:
    """PostgreSQL's sequences don't notice rows that bring their ids."""
    own = table.autoincrement_column
    if connection.dialect.name == "postgresql" and own is not None:
        connection.execute(
            text(
                "SELECT setval(pg_get_serial_sequence(:table, :column), (SELECT max(x) FROM "  # noqa: S608
                f'(SELECT max("{own.name}") AS x FROM "{table.name}" UNION ALL SELECT 1) AS found))'
            ),
            {"table": table.name, "column": own.name},
        )
