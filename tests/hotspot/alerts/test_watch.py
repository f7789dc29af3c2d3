"""The collector's look on both engines: no lock where nothing is to be written, and no step keeps another from work."""

import logging

import pytest
from sqlalchemy import Engine, event, update
from sqlalchemy.orm import Session

from bench.virtual_city import VirtualCity
from hotspot.alerts import watch as module
from hotspot.store.base import ReadOnlyError, looking, writing
from hotspot.store.lease import LostLeaseError, take
from hotspot.store.models import AccessPoint, City


def test_an_idle_look_writes_nothing_and_takes_no_lock(engine: Engine) -> None:
    city = VirtualCity(engine, aps=6, look_s=10)
    city.run(130)
    sent: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        sent.append(statement.split()[0])

    event.listen(engine, "before_cursor_execute", note)
    city.watch()
    event.remove(engine, "before_cursor_execute", note)

    assert len(sent) > len(module.STEPS)
    assert set(sent) <= {"SELECT", "PRAGMA", "SET", "BEGIN"}


def test_who_only_looks_can_not_write(engine: Engine) -> None:
    VirtualCity(engine, aps=2)
    with pytest.raises(ReadOnlyError), looking(engine) as session:
        session.execute(update(AccessPoint).values(name="other"))
    with writing(engine) as session:
        session.get_one(AccessPoint, 1).name = "another"
    with looking(engine) as session:
        assert session.get_one(AccessPoint, 1).name == "another"


def test_a_look_that_breaks_leaves_no_connection_that_can_not_write(sqlite_engine: Engine) -> None:
    VirtualCity(sqlite_engine, aps=2)

    def breaks(_: object, __: object, statement: str, *___: object) -> None:
        if statement.endswith("= OFF"):
            raise OSError("disk I/O error")

    event.listen(sqlite_engine, "before_cursor_execute", breaks)
    with pytest.raises(OSError, match="disk I/O error"), looking(sqlite_engine) as session:
        session.get_one(AccessPoint, 1)
    event.remove(sqlite_engine, "before_cursor_execute", breaks)
    with writing(sqlite_engine) as session:
        session.get_one(AccessPoint, 1).name = "another"


def test_a_step_that_fails_keeps_no_other_from_its_work(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    city = VirtualCity(sqlite_engine, aps=2)

    def broken(_: Session, __: City, ___: int) -> None:
        raise ZeroDivisionError

    def renames(session: Session, city: City, _: int) -> None:
        city.name = "Renamed"

    monkeypatch.setattr(module, "STEPS", (broken, renames))
    with caplog.at_level(logging.ERROR, logger=module.log.name):
        city.watch()

    assert [record.message for record in caplog.records] == ["watch: broken failed"]
    with looking(sqlite_engine) as session:
        assert session.get_one(City, 1).name == "Renamed"


def test_a_look_of_a_collector_that_lost_its_lease_writes_nothing(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = VirtualCity(sqlite_engine, aps=2)
    with writing(sqlite_engine) as session:
        take(session, "collector", "another", city.now + 10**7, 60)

    def renames(_: Session, city: City, __: int) -> None:
        city.name = "Renamed"

    monkeypatch.setattr(module, "STEPS", (renames,))
    with pytest.raises(LostLeaseError):
        city.watch()
    with looking(sqlite_engine) as session:
        assert session.get_one(City, 1).name == "Kota"
