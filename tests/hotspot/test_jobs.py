"""The schedule: jobs at whole multiples of their interval, a failing one has its next turn, a late one is counted."""

import asyncio
import sqlite3
from datetime import UTC, datetime

import pytest
from apscheduler.events import EVENT_JOB_MAX_INSTANCES, JobSubmissionEvent
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from hotspot.collector import Collector
from hotspot.jobs import JOBS, Schedule, Slots
from hotspot.settings import Settings


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_first_turn_is_at_once() -> None:
    assert Slots(60).get_next_fire_time(None, at(1234.5)) == at(1234.5)


@pytest.mark.parametrize(
    ("every_s", "previous", "following"),
    [(60, 1234.5, 1260), (60, 1260, 1320), (60, 1260.2, 1320), (10 / 3, 10 / 3, 20 / 3), (86400, 1, 86400)],
)
def test_turns_are_whole_multiples_of_the_interval(every_s: float, previous: float, following: float) -> None:
    found = Slots(every_s).get_next_fire_time(at(previous), at(previous))
    assert found.timestamp() == pytest.approx(following)


def test_lease_is_renewed_three_times_before_it_ends() -> None:
    assert JOBS["lease"].every_s(Settings(lease_seconds=30)) == 10


async def scheduled(settings: Settings, engine: Engine) -> Schedule:
    return Schedule(Collector(settings, engine, bytes(32)), asyncio.get_running_loop())


async def test_cycles_follow_the_intervals_in_use(settings: Settings, sqlite_engine: Engine) -> None:
    schedule = await scheduled(settings, sqlite_engine)
    schedule.collector.set_cycles({60, 300})
    schedule.collector.set_cycles({15, 60})
    assert {job.id for job in schedule.scheduler.get_jobs()} == {"cycle-15", "cycle-60"}


async def test_all_jobs_of_the_registry_run(settings: Settings, sqlite_engine: Engine) -> None:
    schedule = await scheduled(settings, sqlite_engine)
    schedule.start()
    assert {job.id for job in schedule.scheduler.get_jobs()} == set(JOBS)
    while schedule.collector.fence is None:  # noqa: ASYNC110  # the scheduler's threads tell nobody
        await asyncio.sleep(0.01)
    schedule.stop()
    await schedule.collector.stop()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KeyError("x"), "job trial failed"),
        (
            OperationalError("SELECT", None, sqlite3.OperationalError("database is locked")),
            "job trial: the database refused: database is locked",
        ),
    ],
)
async def test_job_that_fails_is_logged_and_goes_on(
    settings: Settings, sqlite_engine: Engine, caplog: pytest.LogCaptureFixture, error: Exception, told: str
) -> None:
    schedule = await scheduled(settings, sqlite_engine)

    async def work() -> None:
        raise error

    await asyncio.to_thread(schedule.run, "trial", work)
    assert [record.getMessage() for record in caplog.records] == [told]


async def test_cancelled_job_ends_quietly(
    settings: Settings, sqlite_engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    schedule = await scheduled(settings, sqlite_engine)

    async def work() -> None:
        raise asyncio.CancelledError

    await asyncio.to_thread(schedule.run, "trial", work)
    assert caplog.records == []


async def test_cycle_that_could_not_start_is_counted(
    settings: Settings, sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = await scheduled(settings, sqlite_engine)
    counted: list[int] = []
    monkeypatch.setattr(schedule.collector, "skipped", counted.append)
    for name in ("cycle-60", "roll_up"):
        schedule.count_skipped(JobSubmissionEvent(EVENT_JOB_MAX_INSTANCES, name, "default", []))
    await asyncio.sleep(0)
    assert counted == [60]


async def test_clock_that_was_set_moves_every_turn(settings: Settings, sqlite_engine: Engine) -> None:
    schedule = await scheduled(settings, sqlite_engine)
    schedule.collector.set_cycles({60})
    schedule.scheduler.start(paused=True)
    schedule.scheduler.modify_job("cycle-60", next_run_time=at(4_000_000_000))
    schedule.realign()
    assert schedule.scheduler.get_job("cycle-60").next_run_time < at(4_000_000_000)
    schedule.stop()
