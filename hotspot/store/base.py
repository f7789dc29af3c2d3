"""The declarative base, the engines and the two kinds of transaction every other store module uses."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Date, Engine, Integer, MetaData, Text, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.pool import ConnectionPoolEntry

log = logging.getLogger(__name__)
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
# Seconds since 1970 UTC; SQLite's STRICT tables know INTEGER only.
Instant = BigInteger().with_variant(Integer, "sqlite")
# For narrow measured tables, never for blobs.
COMPACT: Final[dict[str, Any]] = {"sqlite_with_rowid": False, "sqlite_strict": True}
DAMAGED = ("malformed", "not a database", "invalid page")  # as SQLite and PostgreSQL say it
READ_ONLY = ("readonly database", "read-only transaction")  # as SQLite and PostgreSQL say it
JOT_MS = 100
WAIT_MS = 10_000  # for a lock of another process
# The collector checkpoints its write-ahead log itself; who writes without one does so when it is four times as long.
LONGEST_LOG = 4000  # pages
PRAGMAS = (
    "journal_mode=WAL", f"busy_timeout={WAIT_MS}", "foreign_keys=ON", "cache_size=-4096", "synchronous=FULL",
    f"wal_autocheckpoint={LONGEST_LOG}",
)  # fmt: skip


class Base(DeclarativeBase):
    """Models subclass this, not db.Model: mypy --strict understands it, and the collector needs no Flask."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING), type_annotation_map={date: Date, int: Instant, str: Text}
    )


def make_engine(url: str) -> Engine:
    """An engine for a process without web pages; the pages use `hotspot.store.db`."""
    return create_engine(url, pool_pre_ping=not url.startswith("sqlite"), hide_parameters=True)


def trouble(engine: Engine, error: SQLAlchemyError) -> tuple[str, str]:
    """What is wrong with a database that can't be opened or read, and what to do about it."""
    where = engine.url.render_as_string(hide_password=True)
    reason = str(getattr(error, "orig", error)).strip().partition("\n")[0]
    damaged = any(word in reason for word in DAMAGED)
    todo = "put a backup in its place with `hotspot restore`" if damaged else "start it, or set HOTSPOT_DATABASE_URL"
    return f"the database {where} can't be used: {reason}", todo


@event.listens_for(Engine, "connect")
def set_up_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None  # transactions are begun below, not by the driver
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def begin_sqlite(connection: Connection) -> None:
    """A write takes its lock at once: a plain BEGIN that writes later fails with "database is locked" at once."""
    options = connection.get_execution_options()
    if connection.dialect.name == "sqlite" and options.get("isolation_level") != "AUTOCOMMIT":
        if options.get("write"):
            connection.exec_driver_sql(f"PRAGMA busy_timeout={options.get('wait_ms', WAIT_MS)}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("write") else "BEGIN")


def insert_into(session: Session, model: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """One that may say ON CONFLICT, which both databases spell alike."""
    return sqlite.insert(model) if session.get_bind().dialect.name == "sqlite" else postgresql.insert(model)


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session for questions; nothing is committed."""
    with Session(engine) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One write transaction: committed at the end, rolled back on an error. In a view: `with writing(db.engine)`."""
    with Session(engine.execution_options(write=True)) as session, session.begin():
        yield session


class ReadOnlyError(RuntimeError):
    """Something was to be written in a session of `looking`."""


@contextmanager
def looking(engine: Engine) -> Iterator[Session]:
    """A session for what seldom writes: it takes no lock, and the first attempt to write raises ReadOnlyError."""
    with engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        connection.exec_driver_sql("PRAGMA query_only = ON" if is_sqlite else "SET TRANSACTION READ ONLY")
        try:
            with Session(connection) as session:
                yield session
        except DBAPIError as error:
            if any(words in str(error.orig) for words in READ_ONLY):
                raise ReadOnlyError from error
            raise
        finally:
            try:
                connection.rollback()
                if is_sqlite:
                    connection.exec_driver_sql("PRAGMA query_only = OFF")
            except Exception:
                connection.invalidate()  # or whoever gets it from the pool next could not write
                raise


def checkpoint(engine: Engine) -> None:
    """Move what was committed from SQLite's write-ahead log to its place, as far as nobody reads what was before.

    Nobody waits for it: readers and writers go on. What fails is tried again with the next.
    """
    if engine.dialect.name != "sqlite":
        return
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
    except DBAPIError as error:
        log.warning("the write-ahead log stays as it is: %s", error.orig)


def jotting(engine: Engine, act: Callable[[Session], object]) -> None:
    """A write that may as well be left out: a page must not wait or fail because its reading can't be noted."""
    try:
        with Session(engine.execution_options(write=True, wait_ms=JOT_MS)) as session, session.begin():
            act(session)
    except DBAPIError as error:
        log.info("not noted: %s", error.orig)
