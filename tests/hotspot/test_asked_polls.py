"""A poll that somebody asked for on a page: made at once by the collector, recorded, and told in readable words."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, select, text, update

from collectors.overheard import HIDDEN, Overheard, named, shown
from collectors.result import ManagedAccessPoint, PollResult, Sample
from collectors.snmp.base import Missing, SnmpTimeoutError
from hotspot import clock
from hotspot.analytics.import_row import RejectedError
from hotspot.asked_polls import told
from hotspot.settings import Settings
from hotspot.store.base import reading, writing
from hotspot.store.models import AccessPoint, City, PollRequest
from hotspot.store.poll_requests import (
    ANSWERED,
    EXPIRED,
    WAITING,
    Asked,
    Said,
    Wanted,
    answer,
    last_answer,
    newest,
    request,
)
from tests.hotspot.polled_city import devices, settle
from tests.hotspot.test_collector import KEY, collecting, rows, until

NOW = 1_795_244_400


def ask(engine: Engine, ap_id: int, now: int | None = None) -> int:
    with writing(engine) as session:
        city = session.scalars(select(City)).one()
        return request(session, city, ap_id, now=clock.now() if now is None else now, actor="tini")


def look(engine: Engine, ap_id: int, now: int | None = None) -> Asked:
    with reading(engine) as session:
        return newest(session, [ap_id], clock.now() if now is None else now)[ap_id]


async def test_poll_is_made_at_once_recorded_and_told(settings: Settings, engine: Engine) -> None:
    with devices(1) as (_, port):
        settle(engine, KEY, 1, port)
        async with collecting(settings, engine) as collector:
            ask(engine, 1)
            await collector.test_polls()
            await until(lambda: look(engine, 1).state == ANSWERED)
            said = look(engine, 1).said
            assert said
            assert (said.reachable, said.error) == (True, "")
            answers = {name: value for name, _, value in said.answers}
            assert answers["sysDescr"] == "Linux device 6.1"
            assert "public" not in str(said)
    assert rows(engine, "SELECT ap_id, up FROM poll_hot") == [(1, 1)]
    assert rows(engine, "SELECT action FROM audit_entry") == [("test poll",)]


async def test_silent_device_is_told_as_such(settings: Settings, sqlite_engine: Engine) -> None:
    settle(sqlite_engine, KEY, 2, 1161)
    with writing(sqlite_engine) as session:
        session.execute(update(AccessPoint).where(AccessPoint.id == 2).values(credential=None))
    quick = replace(settings, poll_timeout="0.2")
    async with collecting(quick, sqlite_engine) as collector:
        for ap_id in (1, 2):
            ask(sqlite_engine, ap_id)
        await collector.test_polls()
        await until(lambda: all(look(sqlite_engine, ap_id).state == ANSWERED for ap_id in (1, 2)))
    said = look(sqlite_engine, 1).said, look(sqlite_engine, 2).said
    assert said[0]
    assert said[1]
    assert (said[0].reachable, said[1].reachable) == (False, None)
    assert "credential" in said[1].error


def test_one_waits_at_a_time_and_nothing_for_ever(engine: Engine) -> None:
    settle(engine, KEY, 1, 1161)
    first = ask(engine, 1, NOW)
    assert ask(engine, 1, NOW + 59) == first
    assert look(engine, 1, NOW + 59).state == WAITING
    assert look(engine, 1, NOW + 60).state == EXPIRED
    second = ask(engine, 1, NOW + 60)
    with writing(engine) as session:
        answer(session, second, Said(True, answers=[("sysName", "1.3.6.1.2.1.1.5.0", "x")]), NOW + 61)
    third = ask(engine, 1, NOW + 62)
    with writing(engine) as session:
        before = last_answer(session, 1)
        assert before
        assert before.said
        assert before.said.answers[0][2] == "x"
        answer(session, third, Said(None, "no"), NOW + 63)
    with reading(engine) as session:
        assert session.scalars(select(PollRequest.id)).all() == [third]


def test_who_is_not_polled_is_not_tested(engine: Engine) -> None:
    settle(engine, KEY, 60, 1161)
    with writing(engine) as session:
        session.execute(update(AccessPoint).where(AccessPoint.id == 1).values(polling=False))
    with pytest.raises(RejectedError, match="polling"):
        ask(engine, 1)
    for ap_id in range(2, 52):
        ask(engine, ap_id, NOW)
    with pytest.raises(RejectedError, match="many tests"):
        ask(engine, 52, NOW)
    with writing(engine) as session:
        session.execute(text("UPDATE point SET lifecycle = 'retired'"))
    with pytest.raises(RejectedError, match="in service"):
        ask(engine, 53, NOW)


def test_followed_access_point_is_told_by_its_controller() -> None:
    wanted = Wanted(1, 7, 3, "k")
    listed = ManagedAccessPoint("k", "hall", up=True, samples=(Sample("clients", 4),))
    up = told(wanted, PollResult(3, 0.0, True, access_points=(listed,)), [])
    assert (up.reachable, up.clients, up.answers[0]) == (True, 4, ("connected", "", "yes"))
    gone = told(wanted, PollResult(3, 0.0, True, access_points=()), [])
    assert (gone.reachable, gone.error) == (None, "its controller does not list it")
    assert told(wanted, PollResult(3, 0.0, False, error="no answer"), []).reachable is None


@pytest.mark.parametrize(
    ("oid", "name"),
    [
        ("1.3.6.1.2.1.1.5.0", ("sysName", "1.3.6.1.2.1.1.5.0")),
        ("1.3.6.1.2.1.2.2.1.8.12", ("ifOperStatus.12", "1.3.6.1.2.1.2.2.1.8.12")),
        ("1.3.6.1.2.1.2.2.1.8.0.21.109.200.3.9", (f"ifOperStatus.{HIDDEN}", f"1.3.6.1.2.1.2.2.1.8.{HIDDEN}")),
        ("1.3.6.1.4.1.9.9.0.21.109.200.3.9", ("", f"1.3.6.1.4.1.9.9.{HIDDEN}")),
        ("1.3.6.1.4.1.9.9.7", ("", "1.3.6.1.4.1.9.9.7")),
    ],
)
def test_objects_have_names_and_no_hardware_addresses(oid: str, name: tuple[str, str]) -> None:
    names = {"1.3.6.1.2.1.1.5.0": "sysName", "1.3.6.1.2.1.2.2.1.8": "ifOperStatus"}
    assert named(oid, names) == name


@pytest.mark.parametrize(
    ("value", "text_"),
    [
        (7, "7"),
        (b"hall", "hall"),
        (b"device", "device"),
        (Missing.NO_SUCH_OBJECT, "noSuchObject"),
        (b"\x00\x15\x6d\xc8\x03\x09", HIDDEN),
        (b"ap 00:15:6d:c8:03:09 up", f"ap {HIDDEN} up"),
        (b"\xff\xfe\xfd", "ff fe fd"),
    ],
)
def test_values_are_readable_and_name_no_client(value: int | bytes | Missing, text_: str) -> None:
    assert shown(value) == text_


class Silent:
    rtt_s: float | None = None

    async def get(self, _: object) -> list[int | bytes | str | Missing]:
        raise SnmpTimeoutError("no answer")

    async def walk(self, _: str, limit: int = 1) -> dict[str, int | bytes | str | Missing]:
        if limit == 1:
            raise SnmpTimeoutError("no answer")
        return {"1": b"a client", "2": b"another"}

    async def walk_many(self, *_: object) -> list[dict[str, int | bytes | str | Missing]]:
        return [{"1": b"a client"}]


async def test_tables_are_told_by_their_rows_and_silence_is_noted() -> None:
    answers: list[tuple[str, str, str]] = []
    session = Overheard(Silent(), {"1.2": "table"}, answers)  # type: ignore[arg-type]
    with pytest.raises(SnmpTimeoutError):
        await session.get(["1.2.3"])
    with pytest.raises(SnmpTimeoutError):
        await session.walk("1.2", 1)
    await session.walk("1.2")
    await session.walk_many(["1.2"])
    assert [value for *_, value in answers] == ["no answer", "no answer", "2 rows", "1 rows"]
    assert "client" not in str(answers)
