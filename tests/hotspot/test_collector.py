"""A collector in this process: it waits for a city, works while it holds the lease, and keeps its figures small."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import Engine, text, update

from collectors.result import PollResult
from hotspot import clock, upkeep
from hotspot.analytics.calendar import day_start
from hotspot.collector import Collector
from hotspot.recorder import Poll, Recorder
from hotspot.settings import Settings
from hotspot.store import jobruns
from hotspot.store.accounts import create_account
from hotspot.store.base import reading, writing
from hotspot.store.lease import Fence, take
from hotspot.store.models import AccessPoint, PollChunk, PollHot, RollupHour
from hotspot.store.sign_ins import sign_in
from tests.hotspot import small_city
from tests.hotspot.polled_city import devices, settle

KEY = bytes(32)
DAY_S = 86400


@asynccontextmanager
async def collecting(settings: Settings, engine: Engine) -> AsyncIterator[Collector]:
    collector = Collector(settings, engine, KEY)
    await collector.hold_lease()
    yield collector
    await collector.stop()


def rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with reading(engine) as session:
        return [tuple(row) for row in session.execute(text(query))]


async def until(question: Callable[[], object]) -> None:
    while not question():  # noqa: ASYNC110  # the database tells nobody
        await asyncio.sleep(0.02)


async def test_collector_waits_for_a_city_and_then_works(settings: Settings, engine: Engine) -> None:
    intervals: list[set[int]] = []
    with devices(2) as (_, port):
        async with collecting(settings, engine) as collector:
            collector.set_cycles = lambda wanted: intervals.append(set(wanted))
            await collector.refresh()
            assert collector.shift is None
            settle(engine, KEY, 2, port, interval_s=5)
            await collector.refresh()
            assert intervals[-1] == {5}
            await until(lambda: time_is_left(5))
            await collector.cycle(5)
        assert rows(engine, "SELECT ap_id, up FROM poll_hot ORDER BY ap_id") == [(1, 1), (2, 1)]
        assert rows(engine, "SELECT polled, answered, cycles FROM collector_status") == [(2, 2, 1)]
        assert rows(engine, "SELECT until FROM lease") == [(0,)]


def time_is_left(interval_s: int) -> bool:
    return clock.exact() % interval_s < 1


async def test_interval_of_a_device_makes_a_cycle_of_its_own(settings: Settings, sqlite_engine: Engine) -> None:
    settle(sqlite_engine, KEY, 2, 1161, interval_s=60)
    async with collecting(settings, sqlite_engine) as collector:
        with writing(sqlite_engine) as session:
            session.execute(update(AccessPoint).where(AccessPoint.id == 2).values(poll_interval_s=300))
        wanted: list[set[int]] = []
        collector.set_cycles = lambda intervals: wanted.append(set(intervals))
        await collector.refresh()
        assert wanted == [{60, 300}]
        collector.skipped(300)
        assert collector.shift
        assert collector.shift.poller.statuses[300].skipped == 1


async def test_collector_that_lost_its_lease_stops_polling(settings: Settings, engine: Engine) -> None:
    settle(engine, KEY, 1, 1161)
    async with collecting(settings, engine) as collector:
        with writing(engine) as session:
            session.execute(text("UPDATE lease SET until = 0"))
            assert take(session, "collector", "another", clock.now(), 30)
        wanted: list[set[int]] = []
        collector.set_cycles = lambda intervals: wanted.append(set(intervals))
        await collector.hold_lease()
        assert (collector.shift, collector.fence, wanted) == (None, None, [set()])
        await collector.cycle(60)
    assert rows(engine, "SELECT holder FROM lease") == [("another",)]


async def test_refused_write_ends_the_shift_at_once(
    settings: Settings, sqlite_engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    settle(sqlite_engine, KEY, 1, 1161)
    async with collecting(settings, sqlite_engine) as collector:
        with writing(sqlite_engine) as session:
            session.execute(text("UPDATE lease SET holder = 'another', fence = 2"))
        assert collector.shift
        collector.shift.delivery.finish_cycle()
        await until(lambda: collector.shift is None)
        assert "went to another" in caplog.text
    assert rows(sqlite_engine, "SELECT count(*) FROM collector_status") == [(0,)]


async def test_mistake_of_ours_breaks_the_collector(settings: Settings, sqlite_engine: Engine) -> None:
    settle(sqlite_engine, KEY, 1, 1161)
    async with collecting(settings, sqlite_engine) as collector:
        assert collector.shift

        def broken(_: object) -> bool:
            raise KeyError("x")

        collector.shift.delivery.trusted = broken
        collector.shift.delivery.finish_cycle()
        assert isinstance(await collector.broken, ExceptionGroup)


async def test_clock_that_was_set_is_an_event(settings: Settings, sqlite_engine: Engine) -> None:
    settle(sqlite_engine, KEY, 1, 1161)
    async with collecting(settings, sqlite_engine) as collector:
        await collector.clock_was_set(-3600)
        assert collector.shift
    assert rows(sqlite_engine, "SELECT kind, detail FROM device_event") == [("clock_step", "-3600 s")]


@pytest.mark.parametrize(("slots", "left", "words"), [(3, 0, "taken out"), (70, 70, "too many")])
async def test_polls_dated_ahead_are_taken_out_where_they_are_few(
    settings: Settings, sqlite_engine: Engine, caplog: pytest.LogCaptureFixture, slots: int, left: int, words: str
) -> None:
    settle(sqlite_engine, KEY, 1, 1161)
    recorder = Recorder(sqlite_engine, 1, misses=3)
    for minute in range(slots):
        at = clock.now() + 7 * 3600 + 60 * minute
        recorder.record([Poll(at, 60, PollResult(1, at, True))], fence=None)
    async with collecting(settings, sqlite_engine) as collector:
        assert collector.shift
    assert words in caplog.text
    ahead = f"SELECT count(*) FROM poll_hot WHERE slot > {clock.now()} + 3600"
    assert rows(sqlite_engine, ahead) == [(left,)]


@pytest.fixture
def fence(engine: Engine) -> Fence:
    with writing(engine) as session:
        taken = take(session, "collector", "test", clock.now(), 30)
    assert taken
    return taken


def test_roll_up_runs_once_a_minute(engine: Engine, fence: Fence, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(engine, KEY, 1, 1161)
    since: list[int] = []
    monkeypatch.setattr(upkeep, "compute", lambda _session, _city, start, _now: since.append(start))
    monkeypatch.setattr(clock, "now", lambda: 1_795_000_030)
    unrolled = upkeep.Unrolled()
    for later in (0, 10, 60):
        monkeypatch.setattr(clock, "now", lambda later=later: 1_795_000_030 + later)
        upkeep.roll_up(engine, fence, unrolled)
    assert since == [1_795_000_030, 1_795_000_020]


def test_roll_up_that_failed_is_made_up_for(
    sqlite_engine: Engine, fence_on_sqlite: Fence, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(sqlite_engine, KEY, 1, 1161)
    unrolled = upkeep.Unrolled()
    unrolled.since = 1000

    def fails(*_: object) -> int:
        raise KeyError("x")

    monkeypatch.setattr(upkeep, "compute", fails)
    with pytest.raises(KeyError):
        upkeep.roll_up(sqlite_engine, fence_on_sqlite, unrolled)
    assert unrolled.since == 1000
    assert rows(sqlite_engine, "SELECT * FROM job_run") == []


@pytest.fixture
def fence_on_sqlite(sqlite_engine: Engine) -> Fence:
    with writing(sqlite_engine) as session:
        taken = take(session, "collector", "test", clock.now(), 30)
    assert taken
    return taken


def test_retention_packs_and_drops_what_is_old_and_rolled_up_once_a_day(
    engine: Engine, fence: Fence, settings: Settings
) -> None:
    now = clock.now()
    midnight = day_start(small_city.ZONE, now - 2 * DAY_S)  # of the oldest day that is not wholly over its term
    small_city.build(engine)
    with writing(engine) as session:
        for slot in range(midnight - 2 * DAY_S, now, 1800):
            session.add(PollHot(slot=slot, ap_id=1, city_id=1, offset_s=0))
        for days in (10, 399, 401, 500):
            zeros = dict.fromkeys(("polls", "answered", "up_s", "down_s", "unknown_s", "maintenance_s", "clients_n"), 0)
            session.add(RollupHour(t=now - days * DAY_S, ap_id=1, city_id=1, **zeros))
            session.add(PollChunk(block=9, t=now - days * DAY_S, city_id=1, polls=0, codec=1, data=b""))
        jobruns.claim(session, "roll_up", now - 60, "test", now)
        jobruns.finish(session, "roll_up", now - 60, now)
        jobruns.claim(session, "roll_up", now - 8 * DAY_S, "test", now)
    upkeep.retain(engine, fence, settings)
    assert rows(engine, "SELECT min(slot) FROM poll_hot") == [(midnight,)]
    assert rows(engine, "SELECT t, polls FROM poll_chunk WHERE block = 0 ORDER BY t") == [
        (midnight - 2 * DAY_S, 48),
        (midnight - DAY_S, 48),
    ]
    assert rows(engine, "SELECT count(*) FROM rollup_hour") == [(2,)]
    assert rows(engine, "SELECT count(*) FROM poll_chunk WHERE block = 9") == [(2,)]
    assert rows(engine, "SELECT count(*) FROM job_run WHERE job = 'roll_up'") == [(1,)]
    with writing(engine) as session:
        session.add(PollHot(slot=now - 9 * DAY_S, ap_id=1, city_id=1, offset_s=0))
    upkeep.retain(engine, fence, settings)
    assert rows(engine, "SELECT min(slot) FROM poll_hot") == [(now - 9 * DAY_S,)]


def test_retention_forgets_browsers_that_are_signed_out_anyway(
    engine: Engine, fence: Fence, settings: Settings
) -> None:
    now = clock.now()
    with writing(engine) as session:
        person = create_account(session, "sari", "viewer", now)
        for hours in (1, settings.session_hours + 1):
            sign_in(session, person.id, now - hours * 3600)
    upkeep.retain(engine, fence, settings)
    assert rows(engine, "SELECT last_seen FROM sign_in") == [(now - 3600,)]


def test_retention_keeps_polls_that_are_not_rolled_up(engine: Engine, fence: Fence, settings: Settings) -> None:
    small_city.build(engine)
    with writing(engine) as session:
        session.add(PollHot(slot=clock.now() - 9 * DAY_S, ap_id=1, city_id=1, offset_s=0))
    upkeep.retain(engine, fence, settings)
    assert rows(engine, "SELECT count(*) FROM poll_hot") == [(1,)]
