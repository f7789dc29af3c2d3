"""Puts a backup in the place of the database; what was there is kept beside it."""

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Engine, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from hotspot.store.archive import Told
from hotspot.store.backup import PARTIAL, BackupError, Contents, is_sqlite, verify
from hotspot.store.base import make_engine, trouble
from hotspot.store.lease import holder_of
from hotspot.store.migrate import migrate
from hotspot.store.transfer import TransferError, load

BESIDE = ("-wal", "-shm")  # what SQLite keeps beside a database


def restore(backup: Path, engine: Engine, now: int, told: Told) -> tuple[Contents, Path | None]:
    """What the backup holds, and where the database it replaced lies now; raises BackupError, and changes nothing then.

    An SQLite copy goes only in the place of an SQLite database; an archive fills any. PostgreSQL has to be empty.
    """
    contents = verify(backup)
    _check_idle(engine, now)
    if engine.dialect.name != "sqlite":
        if is_sqlite(backup):
            raise BackupError(f"{backup} is an SQLite copy: restore it to SQLite, then run `hotspot move`")
        _fill(backup, engine, told)
        return contents, None
    database = Path(str(engine.url.database))
    engine.dispose()
    draft = database.with_name(database.name + PARTIAL)
    try:
        draft.unlink(missing_ok=True)
        _draft(backup, draft, told)
        kept = _set_aside(database, now)
        draft.replace(database)
    except OSError as error:
        raise BackupError(f"{database}: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
    return contents, kept


def _check_idle(engine: Engine, now: int) -> None:
    """A damaged SQLite database is what a restore is for, and nobody can be working on it."""
    try:
        if not inspect(engine).has_table("lease"):
            return
        with Session(engine) as session:
            held = holder_of(session, "collector")
    except DBAPIError as error:
        if engine.dialect.name == "sqlite" and isinstance(error.orig, sqlite3.DatabaseError):
            return
        raise BackupError("; ".join(trouble(engine, error))) from error
    if held is not None and held[1] > now:
        raise BackupError(f"the collector {held[0]} works on this database: stop the service first")


def _draft(backup: Path, draft: Path, told: Told) -> None:
    """The new database, complete and of this version's schema, under another name."""
    if is_sqlite(backup):
        shutil.copyfile(backup, draft)
        draft.chmod(0o600)
    engine = make_engine(f"sqlite:///{draft}")
    try:
        if is_sqlite(backup):
            migrate(engine)
        else:
            draft.touch(mode=0o600)
            _fill(backup, engine, told)
    finally:
        engine.dispose()
    with closing(sqlite3.connect(draft)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _fill(backup: Path, engine: Engine, told: Told) -> None:
    try:
        load(backup, engine, told)
    except TransferError as error:
        raise BackupError(str(error)) from error


def _set_aside(database: Path, now: int) -> Path | None:
    if not database.exists():
        return None
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = database.with_name(f"{database.stem}.before-restore-{now}{database.suffix}")
    for ending in ("", *BESIDE):
        with suppress(FileNotFoundError):
            database.with_name(database.name + ending).replace(kept.with_name(kept.name + ending))
    return kept
