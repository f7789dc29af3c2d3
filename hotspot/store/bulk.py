"""Many rows at once by the driver's own executemany: several times faster than expressions or objects."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy.orm import Session

Row = tuple[Any, ...]
Item = TypeVar("Item")


def execute_many(session: Session, statement: str, rows: Sequence[Row]) -> None:
    """The statement, with ? for each value, once for each row."""
    if rows:
        connection = session.connection()
        marked = statement if connection.dialect.paramstyle == "qmark" else statement.replace("?", "%s")
        connection.exec_driver_sql(marked, list(rows))


@cache
def insert(table: str, columns: tuple[str, ...]) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608  our own names


@cache
def upsert(table: str, columns: tuple[str, ...], key: tuple[str, ...]) -> str:
    """Insert, or replace everything but the key of the row that is there."""
    changes = ", ".join(f'"{column}" = excluded."{column}"' for column in columns if column not in key)
    return f"{insert(table, columns)} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"


def slices(ids: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """In order, so many at a time: what is in memory, or in one transaction, together."""
    return (ids[start : start + size] for start in range(0, len(ids), size))
