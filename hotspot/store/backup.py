"""Copies of the whole database while it is used, each verified before it gets its name."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from hotspot.store import archive
from hotspot.store.archive import ArchiveError, Told
from hotspot.store.migrate import SchemaError, check_known

HEADER = b"SQLite format 3\x00"
PARTIAL = ".partial"
COUNTED = ("point", "access_point", "status_span", "poll_hot")


class BackupError(RuntimeError):
    """What is wrong with a backup, or why none could be made; one sentence."""


class Contents(NamedTuple):
    """What a backup holds, for a person to recognise it."""

    revision: str
    cities: list[str]
    rows: dict[str, int]  # of the tables COUNTED


def back_up(engine: Engine, path: Path, told: Told) -> Contents:
    """A new file: a copy of an SQLite database, an archive of any other; raises BackupError.

    A copy is one moment of the database. It reads while others write, and they don't wait for it.
    """
    if engine.dialect.name != "sqlite":
        return archive_all(engine, path, told)
    with _drafted(path) as draft:
        _copy(Path(str(engine.url.database)), draft)
        return verify(draft)


def archive_all(engine: Engine, path: Path, told: Told) -> Contents:
    """An archive of any database; raises BackupError."""
    with _drafted(path) as draft:
        archive.write(engine, draft, told)
        return verify(draft)


@contextmanager
def _drafted(path: Path) -> Iterator[Path]:
    """A file that gets its name when it is whole and on the disk; private, for it holds people's sign-ins."""
    if path.exists():
        raise BackupError(f"{path} exists already; name another file")
    draft = path.with_name(path.name + PARTIAL)
    try:
        draft.touch(mode=0o600)
        yield draft
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        os.link(draft, path)
    except OSError as error:
        raise BackupError(f"{path}: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)


def _copy(database: Path, draft: Path) -> None:
    """All pages in one step: smaller ones begin anew whenever somebody writes, and never end."""
    try:
        with (
            closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(draft)) as copy,
        ):
            source.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    except sqlite3.Error as error:
        raise BackupError(f"the database {database} can't be copied: {error}") from error


def verify(path: Path) -> Contents:
    """Read all of it; raises BackupError for what is damaged, of something else, or of a newer version."""
    if not path.is_file():  # a device would be read for ever
        raise BackupError(f"{path} is no file")
    try:
        return _verify_sqlite(path) if is_sqlite(path) else _verify_archive(path)
    except OSError as error:
        raise BackupError(f"{path}: {error.strerror}") from error
    except (SchemaError, ArchiveError) as error:
        raise BackupError(str(error)) from error


def is_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(HEADER)) == HEADER


def _verify_sqlite(path: Path) -> Contents:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
            damage = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if damage != "ok":
                raise BackupError(f"{path} is damaged: {damage}")
            if not copy.execute("SELECT 1 FROM sqlite_schema WHERE name = 'alembic_version'").fetchone():
                raise BackupError(f"{path} is a database of something else")
            (revision,) = copy.execute("SELECT version_num FROM alembic_version").fetchone()
            check_known(revision)
            cities = [name for (name,) in copy.execute("SELECT name FROM city ORDER BY name")]
            rows = {name: copy.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in COUNTED}  # noqa: S608
    except sqlite3.Error as error:
        raise BackupError(f"{path} is damaged: {error}") from error
    return Contents(revision, cities, rows)


def _verify_archive(path: Path) -> Contents:
    """Of a schema of ours, so the city is where it always was; the tables are read for their sums alone."""
    said = archive.manifest(path)
    cities = []
    for part in said.parts.values():
        for row in archive.lines(path, part):
            if part.name == "city":
                cities += [row[part.columns.index("name")]]
    return Contents(said.revision, cities, {name: part.rows for name, part in said.parts.items() if name in COUNTED})
