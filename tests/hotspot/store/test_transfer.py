"""Everything from one database into another, and into an archive and back, on both engines."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, text

from collectors.result import PollResult, Sample
from hotspot.recorder import Poll, Recorder
from hotspot.store import archive
from hotspot.store.archive import ArchiveError
from hotspot.store.backup import archive_all
from hotspot.store.base import Base, make_engine, writing
from hotspot.store.migrate import SchemaError, migrate
from hotspot.store.models import AccessPoint, Account, CredentialSet
from hotspot.store.transfer import TransferError, load, move
from tests.hotspot import old_schema, small_city

MORNING = 1_800_000_000


def silent(_name: str, _rows: int) -> None:
    """Nobody waits at a terminal."""


@pytest.fixture
def other(engine: Engine, request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """An empty database of the engine that `engine` is not."""
    if engine.dialect.name == "sqlite":
        made: Engine = request.getfixturevalue("postgres_engine")
        return made
    return make_engine(f"sqlite:///{tmp_path / 'other.sqlite'}")


def lived_in(engine: Engine) -> int:
    """A city with polls, a sealed secret, and a device whose controller was added after it."""
    city_id = small_city.build(engine)
    with writing(engine) as session:
        values = {"city_id": city_id, "name": "all", "position": 1, "snmp_version": "2c", "credential": b"\x01\xff\x00"}
        session.execute(insert(CredentialSet).values(values))
        session.execute(
            insert(AccessPoint),
            [{"id": 90, "city_id": city_id, "name": "Controller", "kind": "controller", "address": "192.0.2.90"}],
        )
        session.get_one(AccessPoint, 1).controller_id = 90
    recorder = Recorder(engine, city_id, misses=3)
    for cycle in range(5):
        at = MORNING + 60 * cycle
        samples = (Sample("clients", 7), Sample("ssid_clients", 7, "GRATIS ☕"))
        results = [PollResult(ap, at + 0.5, cycle < 3, samples=samples) for ap in (1, 2, 3)]
        recorder.record([Poll(at, 60, result) for result in results], fence=None)
    return city_id


def contents(engine: Engine) -> dict[str, set[tuple[Any, ...]]]:
    with engine.connect() as connection:
        return {
            table.name: {tuple(row) for row in connection.execute(select(table))}
            for table in archive.tables(connection)
        }


@pytest.mark.parametrize("way", ["move", "archive"])
def test_every_table_comes_over_whole(engine: Engine, other: Engine, way: str, tmp_path: Path) -> None:
    old_schema.fill(engine, 5)
    if way == "move":
        move(engine, other, silent)
    else:
        archive_all(engine, tmp_path / "all.zip", silent)
        load(tmp_path / "all.zip", other, silent)
    assert contents(other) == contents(engine)
    assert {len(rows) for rows in contents(other).values()} == {5}


def test_all_rows_come_over_from_one_engine_to_the_other(engine: Engine, other: Engine) -> None:
    lived_in(engine)
    told = []

    rows = move(engine, other, lambda name, count: told.append((name, count)))

    assert contents(other) == contents(engine)
    assert rows == sum(map(len, contents(engine).values())) > 20
    assert ("poll_hot", 15) in told


def test_new_rows_get_new_numbers_after_a_move(engine: Engine, other: Engine) -> None:
    lived_in(engine)
    move(engine, other, silent)
    with writing(other) as session:
        added = AccessPoint(city_id=1, name="later", address="192.0.2.200")
        session.add(added)
        session.add(Account(name="the first", role="owner", created_at=1))
        session.flush()
        assert added.id > 90


def test_a_database_with_rows_is_not_filled(engine: Engine, other: Engine) -> None:
    lived_in(engine)
    move(engine, other, silent)
    before = contents(other)
    with pytest.raises(TransferError, match="not empty"):
        move(engine, other, silent)
    assert contents(other) == before


def test_an_archive_gives_back_what_was_put_into_it(engine: Engine, other: Engine, tmp_path: Path) -> None:
    lived_in(engine)
    path = tmp_path / "all.zip"

    said = archive.write(engine, path, silent)
    load(path, other, silent)

    assert contents(other) == contents(engine)
    assert said == archive.manifest(path)
    assert said.parts["poll_hot"].rows == 15


def rewritten(path: Path, name: str, content: bytes | None) -> None:
    """The archive with one of its members replaced, or without it."""
    with zipfile.ZipFile(path) as file:
        members = {member: file.read(member) for member in file.namelist()}
    members.pop(name)
    if content is not None:
        members[name] = content
    with zipfile.ZipFile(path, "w") as file:
        for member, data in members.items():
            file.writestr(member, data)


@pytest.mark.parametrize(
    ("member", "content", "reason"),
    [
        ("area.jsonl", b"", "the table area is not as it was written"),
        ("area.jsonl", b"not JSON\n", "area, row 1"),
        ("area.jsonl", b"[1]\n", "area, row 1"),
        ("area.jsonl", None, "area, row 0"),
        ("credential_set.jsonl", b'[1, 1, "all", 1, "2c", "no base64!"]\n', "credential_set, row 1"),
        ("manifest.json", b"{}", "not an archive of Hotspot"),
        ("manifest.json", b'{"format": "other"}', "format 'other'"),
        ("manifest.json", b'{"format": "hotspot-archive-1", "revision": "0002", "tables": []}', "lacks the table"),
    ],
)
def test_what_is_wrong_with_an_archive_is_named_and_nothing_is_kept(
    sqlite_engine: Engine, tmp_path: Path, member: str, content: bytes | None, reason: str
) -> None:
    lived_in(sqlite_engine)
    path = tmp_path / "all.zip"
    archive.write(sqlite_engine, path, silent)
    rewritten(path, member, content)
    target = make_engine(f"sqlite:///{tmp_path / 'target.sqlite'}")

    with pytest.raises(ArchiveError, match=reason):
        load(path, target, silent)

    assert not any(contents(target).values())


def test_an_archive_of_a_newer_version_is_refused(sqlite_engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    archive.write(sqlite_engine, path, silent)
    rewritten(path, "manifest.json", b'{"format": "hotspot-archive-1", "revision": "f00d", "tables": []}')
    with pytest.raises(SchemaError, match="f00d"):
        archive.manifest(path)


@pytest.mark.parametrize("form", ["archive", "copy"])
def test_what_an_older_version_wrote_is_read(form: str, engine: Engine, tmp_path: Path) -> None:
    """A database of the first schema, with a device."""
    old = make_engine(f"sqlite:///{tmp_path / 'old.sqlite'}")
    migrate(old, "0001")
    with writing(old) as session:
        run = session.connection().exec_driver_sql
        run(
            "INSERT INTO city (id, code, name, time_zone, poll_interval_s, demonstration) VALUES (1,'1','C','UTC',60,0)"
        )
        run("INSERT INTO area (id, city_id, code, name, level) VALUES (1, 1, '1', 'A', 'village')")
        run("INSERT INTO site (id, city_id, area_id, name, venue_kind, address) VALUES (1, 1, 1, 'S', 'park', '')")
        run(
            "INSERT INTO point (id, city_id, site_id, code, name, lifecycle, auth_mode)"
            " VALUES (1, 1, 1, 'P', 'P', 'active', 'open')"
        )
        run(
            "INSERT INTO access_point (id, city_id, point_id, name, address, port, snmp_version, polling)"
            " VALUES (7, 1, 1, 'AP', '192.0.2.1', 161, '2c', 1)"
        )
    target = engine
    with engine.execution_options(write=True).begin() as connection:
        empty = Base.metadata
        empty.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))

    if form == "archive":
        archive.write(old, tmp_path / "old.zip", silent)
        load(tmp_path / "old.zip", target, silent)
    else:
        move(old, target, silent)

    with writing(target) as session:
        found = session.get_one(AccessPoint, 7)
        assert (found.name, found.kind, found.point_id, found.any_source) == ("AP", "access_point", 1, False)


def test_an_unknown_column_of_an_archive_is_named(sqlite_engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    archive.write(sqlite_engine, path, silent)
    with zipfile.ZipFile(path) as file:
        said = json.loads(file.read("manifest.json"))
    said["tables"][0]["columns"].append("surprise")
    rewritten(path, "manifest.json", json.dumps(said).encode())
    with pytest.raises(ArchiveError, match="no column surprise"):
        load(path, make_engine(f"sqlite:///{tmp_path / 'target.sqlite'}"), silent)
