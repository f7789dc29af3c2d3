"""A whole search on loopback: found, stored step by step, cancelled, and gone on with after a death in the middle."""

import asyncio
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import OperationalError

from collectors.discovery import Found
from hotspot import clock
from hotspot import search as module
from hotspot.analytics.address_ranges import ranges
from hotspot.collector import Collector
from hotspot.search import Searching
from hotspot.settings import Settings
from hotspot.store.base import reading, writing
from hotspot.store.credential_sets import add_set, remove_set
from hotspot.store.lease import Fence, LostLeaseError
from hotspot.store.models import FoundDevice, Search
from hotspot.store.search_results import store_found
from hotspot.store.searches import SearchRow, cancel, request, search, searches, take
from tests.hotspot import small_city
from tests.hotspot.polled_city import address, devices

KEY = b"k" * 32


@pytest.fixture
def port() -> Iterator[int]:
    with devices(3) as (_, served):
        yield served


@pytest.fixture
def city(sqlite_engine: Engine) -> int:
    city = small_city.build(sqlite_engine)
    with writing(sqlite_engine) as session:
        for name in ("wrong", "public"):
            cells = {"name": name, "snmp_version": "2c", "snmp_community": name}
            add_set(session, KEY, city, cells, clock.now(), "ana")
    return city


def taken(
    engine: Engine, city: int, port: int, text: str, rate: int = 1_000, sets: tuple[int, ...] = (2,)
) -> SearchRow:
    with writing(engine) as session:
        request(session, city, ranges(text), sets, port=port, rate=rate, now=clock.now(), actor="ana")
    with writing(engine) as session:
        found = take(session, city, "me", clock.now())
    assert found
    return found


def now(engine: Engine, of: SearchRow) -> SearchRow:
    return by_id(engine, of.id)


def by_id(engine: Engine, search_id: int) -> SearchRow:
    with reading(engine) as session:
        found = search(session, 1, search_id)
    assert found
    return found


def stored(engine: Engine) -> dict[str, str]:
    with reading(engine) as session:
        rows = session.execute(select(FoundDevice.address, FoundDevice.sys_name).order_by(FoundDevice.id))
        return {row.address: row.sys_name for row in rows if row.sys_name}


async def test_what_is_found_is_stored(sqlite_engine: Engine, city: int, port: int) -> None:
    one, told = taken(sqlite_engine, city, port, "127.77.0.0/29", sets=(2, 77)), list[int]()
    assert await Searching(sqlite_engine, KEY, city, one, "me").run(told.append)
    after = now(sqlite_engine, one)
    assert (after.state(clock.now()), after.asked, after.answered) == ("done", 6, 3)
    assert (told[-1], sorted(told)) == (6, told)
    assert stored(sqlite_engine) == {address(number): f"device-{number}" for number in range(3)}


async def test_it_goes_on_from_where_another_died(sqlite_engine: Engine, city: int, port: int) -> None:
    one = taken(sqlite_engine, city, port, "127.77.0.1-127.77.0.200", rate=60)
    first = asyncio.create_task(Searching(sqlite_engine, KEY, city, one, "me").run())
    while now(sqlite_engine, one).asked < 1:  # noqa: ASYNC110  # the database tells nobody
        await asyncio.sleep(0.05)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    half = now(sqlite_engine, one)
    assert half.finished_at is None
    with writing(sqlite_engine) as session:
        later = take(session, city, "another", clock.now() + 60)
        assert later
        session.execute(delete(FoundDevice))

    fast = replace(later, rate=1_000)
    assert await Searching(sqlite_engine, KEY, city, fast, "another").run()

    assert now(sqlite_engine, one).asked == 200
    assert set(stored(sqlite_engine)) == {address(number) for number in range(3)} - {
        f"127.77.0.{number}" for number in range(1, half.asked + 1)
    }


async def test_a_cancelled_search_ends_within_a_step(sqlite_engine: Engine, city: int, port: int) -> None:
    one = taken(sqlite_engine, city, port, "127.77.0.0/24", rate=10)
    running = asyncio.create_task(Searching(sqlite_engine, KEY, city, one, "me").run())
    while not stored(sqlite_engine):  # noqa: ASYNC110  # the database tells nobody
        await asyncio.sleep(0.05)
    with writing(sqlite_engine) as session:
        cancel(session, city, one.id, clock.now(), "ana")
    assert not await asyncio.wait_for(running, 5)
    assert now(sqlite_engine, one).state(clock.now()) == "cancelled"
    assert now(sqlite_engine, one).asked < 254


async def test_without_a_usable_credential_it_says_so(sqlite_engine: Engine, city: int, port: int) -> None:
    one = taken(sqlite_engine, city, port, "127.77.0.0/24", sets=(1,))
    with writing(sqlite_engine) as session:
        remove_set(session, city, 1, clock.now(), "ana")
    assert await Searching(sqlite_engine, KEY, city, one, "me").run()
    assert now(sqlite_engine, one).error == "none of the chosen credentials can be used"


def test_a_find_outlives_the_credential_that_was_removed_meanwhile(sqlite_engine: Engine, city: int) -> None:
    one = taken(sqlite_engine, city, 161, "10.0.0.0/30", sets=(1, 2))
    searching = Searching(sqlite_engine, KEY, city, one, "me")
    searching.found = [Found("10.0.0.1", None, 0), Found("10.0.0.2", None, 1)]
    with writing(sqlite_engine) as session:
        remove_set(session, city, 1, clock.now(), "ana")
    assert searching.store([1, 2], 2)
    assert searching.found == []
    with reading(sqlite_engine) as session:
        kept = session.execute(select(FoundDevice.address, FoundDevice.credential_set_id).order_by(FoundDevice.id))
        assert list(map(tuple, kept)) == [("10.0.0.1", None), ("10.0.0.2", 2)]


async def test_a_database_that_refuses_is_asked_again(
    sqlite_engine: Engine, city: int, port: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    refusals = [OperationalError("INSERT", None, sqlite3.OperationalError("database is locked"))] * 2

    def hesitant(*args: object) -> None:
        if refusals:
            raise refusals.pop()
        store_found(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "store_found", hesitant)
    monkeypatch.setattr(module, "STEP_S", 0.05)
    one = taken(sqlite_engine, city, port, "127.77.0.1")
    assert await Searching(sqlite_engine, KEY, city, one, "me").run()
    assert "finds wait in memory: database is locked" in caplog.text
    assert stored(sqlite_engine) == {"127.77.0.1": "device-0"}


async def test_who_lost_the_lease_writes_nothing(sqlite_engine: Engine, city: int, port: int) -> None:
    one = taken(sqlite_engine, city, port, "127.77.0.1")
    with pytest.raises(LostLeaseError):
        await Searching(sqlite_engine, KEY, city, one, "me", Fence("collector", "me", 7)).run()
    assert stored(sqlite_engine) == {}
    assert now(sqlite_engine, one).finished_at is None


async def test_the_collector_does_one_search_after_the_other(
    settings: Settings, sqlite_engine: Engine, city: int, port: int
) -> None:
    with writing(sqlite_engine) as session:
        asked = [
            request(session, city, ranges(text), (2,), port=port, rate=100, now=clock.now(), actor="ana")
            for text in ("127.77.0.1-127.77.0.20", "127.77.0.2")
        ]
    collector = Collector(settings, sqlite_engine, KEY)
    await collector.search()
    await collector.hold_lease()
    await collector.search()
    await collector.search()
    with reading(sqlite_engine) as session:
        assert [one.state(clock.now()) for one in searches(session, city)] == ["waiting", "running"]
    while not all(one.finished_at for one in map(partial(by_id, sqlite_engine), asked)):
        await collector.search()
        await asyncio.sleep(0.05)
    await collector.stop()
    assert set(stored(sqlite_engine)) == {address(number) for number in range(3)}


async def test_a_collector_that_stops_leaves_the_search_to_the_next(
    settings: Settings, sqlite_engine: Engine, city: int, port: int
) -> None:
    one = taken(sqlite_engine, city, port, "127.77.0.0/24", rate=20)
    with writing(sqlite_engine) as session:
        session.execute(update(Search).values(alive_at=clock.now() - 60))
    collector = Collector(settings, sqlite_engine, KEY)
    await collector.hold_lease()
    await collector.search()
    while not stored(sqlite_engine):  # noqa: ASYNC110  # the database tells nobody
        await asyncio.sleep(0.05)
    await collector.stop()
    after = now(sqlite_engine, one)
    assert after.finished_at is None
    assert 0 < after.asked < 254
    assert after.state(clock.now() + 60) == "interrupted"


async def test_a_mistake_of_ours_ends_the_search_and_is_logged(
    settings: Settings, sqlite_engine: Engine, city: int, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    one = taken(sqlite_engine, city, port, "127.77.0.1")
    with writing(sqlite_engine) as session:
        session.execute(update(Search).values(alive_at=clock.now() - 60, ranges="nonsense"))
    collector = Collector(settings, sqlite_engine, KEY)
    await collector.hold_lease()
    await collector.search()
    while not now(sqlite_engine, one).finished_at:  # noqa: ASYNC110  # the database tells nobody
        await asyncio.sleep(0.05)
    await collector.stop()
    assert "search ended" in caplog.text
    assert "internal error: ranges: nonsense is neither" in now(sqlite_engine, one).error
