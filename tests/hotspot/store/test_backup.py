"""Copies made while the database is written, and what is said of files that are none."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hotspot.store.backup import BackupError, archive_all, back_up, verify
from hotspot.store.base import make_engine, writing
from hotspot.store.lease import take
from hotspot.store.migrate import migrate
from hotspot.store.restore import restore
from tests.hotspot.store.test_transfer import MORNING, contents, lived_in, silent


@contextmanager
def written_to(engine: Engine) -> Iterator[None]:
    """Somebody else writes all the time: two rows that belong together in each transaction."""
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with writing(engine) as session:
                for slot in (2 * number, 2 * number + 1):
                    session.connection().exec_driver_sql(
                        f"INSERT INTO poll_hot (slot, ap_id, city_id, offset_s) VALUES ({slot}, 77, 1, 0)"
                    )

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_a_backup_is_one_moment_of_a_database_that_is_written(engine: Engine, tmp_path: Path) -> None:
    lived_in(engine)
    with written_to(engine):
        found = [back_up(engine, tmp_path / f"copy{number}", silent) for number in range(5)]
    assert [one.cities for one in found] == [["Testing"]] * 5
    polls = [one.rows["poll_hot"] for one in found]
    assert polls == sorted(polls)
    assert all((count - 15) % 2 == 0 for count in polls)
    assert (tmp_path / "copy0").stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob("*.partial"))


def test_a_restored_backup_is_the_database_it_was_made_of(engine: Engine, tmp_path: Path) -> None:
    lived_in(engine)
    before = contents(engine)
    back_up(engine, tmp_path / "copy", silent)
    target = make_engine(f"sqlite:///{tmp_path / 'restored.sqlite'}")
    migrate(target)
    lived_in(target)

    told, kept = restore(tmp_path / "copy", target, MORNING, silent)

    assert contents(target) == before
    assert told.rows["poll_hot"] == 15
    assert kept is not None
    assert verify(kept).cities == ["Testing"]


def test_an_archive_fills_an_empty_server(postgres_engine: Engine, sqlite_engine: Engine, tmp_path: Path) -> None:
    lived_in(sqlite_engine)
    archive_all(sqlite_engine, tmp_path / "all.zip", silent)
    _, kept = restore(tmp_path / "all.zip", postgres_engine, MORNING, silent)
    assert contents(postgres_engine) == contents(sqlite_engine)
    assert kept is None
    with pytest.raises(BackupError, match="not empty"):
        restore(tmp_path / "all.zip", postgres_engine, MORNING, silent)


def test_an_sqlite_copy_is_not_for_a_server(postgres_engine: Engine, sqlite_engine: Engine, tmp_path: Path) -> None:
    back_up(sqlite_engine, tmp_path / "copy", silent)
    with pytest.raises(BackupError, match="hotspot move"):
        restore(tmp_path / "copy", postgres_engine, MORNING, silent)


def test_a_database_at_work_is_not_replaced(sqlite_engine: Engine, tmp_path: Path) -> None:
    lived_in(sqlite_engine)
    back_up(sqlite_engine, tmp_path / "copy", silent)
    with writing(sqlite_engine) as session:
        take(session, "collector", "host:1", MORNING, 30)
    before = contents(sqlite_engine)
    with pytest.raises(BackupError, match=r"host:1 works on this database"):
        restore(tmp_path / "copy", sqlite_engine, MORNING + 1, silent)
    assert contents(sqlite_engine) == before


@pytest.mark.parametrize("damage", ["cut", "overwritten", "nonsense"])
def test_a_damaged_database_is_replaced_and_kept(sqlite_engine: Engine, tmp_path: Path, damage: str) -> None:
    lived_in(sqlite_engine)
    back_up(sqlite_engine, tmp_path / "copy", silent)
    expected = contents(sqlite_engine)
    sqlite_engine.dispose()
    database = Path(str(sqlite_engine.url.database))
    octets = database.read_bytes()
    octets = {"cut": octets[:20_000], "overwritten": octets[:100] + bytes(8_000), "nonsense": b"x" * 5_000}[damage]
    database.write_bytes(octets)

    _, kept = restore(tmp_path / "copy", make_engine(f"sqlite:///{database}"), MORNING + 9_999, silent)

    assert contents(sqlite_engine) == expected
    assert kept
    assert kept.read_bytes() == octets


def test_a_file_that_exists_is_not_written_over(sqlite_engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("precious")
    with pytest.raises(BackupError, match="exists already"):
        back_up(sqlite_engine, tmp_path / "copy", silent)
    assert (tmp_path / "copy").read_text() == "precious"


def test_a_disk_without_room_is_named(sqlite_engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match=r"No such file|Not a directory"):
        back_up(sqlite_engine, tmp_path / "nowhere" / "copy", silent)


def damaged(sqlite_engine: Engine, path: Path) -> None:
    lived_in(sqlite_engine)
    back_up(sqlite_engine, path, silent)
    with path.open("r+b") as file:
        for at in range(8192, path.stat().st_size, 4096):
            file.seek(at)
            file.write(os.urandom(64))


def foreign(_: Engine, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE other (x)")


def newer(sqlite_engine: Engine, path: Path) -> None:
    back_up(sqlite_engine, path, silent)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'f00d'")
        connection.commit()


def cut(sqlite_engine: Engine, path: Path) -> None:
    lived_in(sqlite_engine)
    whole = path.with_name("whole")
    back_up(sqlite_engine, whole, silent)
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])


def garbage(_: Engine, path: Path) -> None:
    path.write_bytes(os.urandom(5000))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (damaged, "is damaged"),
        (foreign, "a database of something else"),
        (newer, "f00d"),
        (cut, "is damaged"),
        (garbage, "not an archive of Hotspot"),
    ],
)
def test_what_is_no_backup_is_named_and_changes_nothing(
    sqlite_engine: Engine, tmp_path: Path, make: object, reason: str
) -> None:
    path = tmp_path / "copy"
    assert callable(make)
    make(sqlite_engine, path)
    before = contents(sqlite_engine)
    with pytest.raises(BackupError, match=reason):
        restore(path, sqlite_engine, MORNING, silent)
    assert contents(sqlite_engine) == before
