"""A database of an older version, with rows in every table, made from what the tables say of themselves."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Boolean, Column, Date, Engine, Float, Integer, LargeBinary, MetaData, insert, select

from hotspot.store.base import writing
from hotspot.store.migrate import migrate

RELEASED = ("0001", "0003", "0004")  # the schemas that were ever handed out, but for this version's
BOOKKEEPING = "alembic_version"
Contents = dict[str, dict[tuple[str, ...], list[tuple[Any, ...]]]]  # table, its columns, its rows


def make(engine: Engine, revision: str, rows: int) -> Contents:
    """An empty database gets that schema and so many rows in each table; returned as `contents` tells them."""
    migrate(engine, revision)
    fill(engine, rows)
    return contents(engine, reflected(engine))


def fill(engine: Engine, rows: int) -> None:
    with writing(engine) as session:
        for table in reflected(engine).sorted_tables:
            session.execute(insert(table), [{c.name: value(c, n, rows) for c in table.columns} for n in range(rows)])


def reflected(engine: Engine) -> MetaData:
    schema = MetaData()
    schema.reflect(engine, resolve_fks=True)
    schema.remove(schema.tables[BOOKKEEPING])
    return schema


def value(column: Column[Any], number: int, rows: int) -> object:
    """Differs from row to row, so that no unique key is hurt; every third optional cell is empty."""
    if column.nullable and number % 3 == 0:
        return None
    if column.foreign_keys:
        return number % rows + 1
    if isinstance(column.type, Boolean):
        return number % 2 == 0
    if isinstance(column.type, Date):
        return date(2026, 1, 1) + timedelta(days=number)
    if isinstance(column.type, Float):
        return number / 7
    if isinstance(column.type, LargeBinary):
        return bytes([number % 256, 0, 255])
    if isinstance(column.type, Integer):
        return number + 1
    if column.name == "time_zone":
        return "Asia/Jakarta"
    return f"{column.name} {number} ☕ ' \" \\"


def contents(engine: Engine, schema: MetaData) -> Contents:
    """The rows of the tables and columns of an older schema, in whatever schema the database has now."""
    told: Contents = {}
    with engine.connect() as connection:
        for table in schema.sorted_tables:
            columns = tuple(table.columns.keys())
            found = [tuple(row) for row in connection.execute(select(*table.columns))]
            told[table.name] = {columns: sorted(found, key=repr)}
    return told
