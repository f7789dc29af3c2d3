"""What the collector does by the clock: the registry of its jobs, and the only scheduler of the service."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import CancelledError
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from math import floor

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from sqlalchemy.exc import DBAPIError

from hotspot.collector import Collector
from hotspot.settings import Settings

log = logging.getLogger(__name__)
CYCLE = "cycle-"
THREADS = 32  # each running cycle waits in one


class Slots(BaseTrigger):
    """At once, then at every whole multiple of the interval since 1970."""

    def __init__(self, every_s: float) -> None:
        self.every_s = every_s

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        if previous_fire_time is None:
            return now
        passed = floor((previous_fire_time.timestamp() + 0.001) / self.every_s)
        return datetime.fromtimestamp((passed + 1) * self.every_s, UTC)


@dataclass(frozen=True, slots=True)
class Job:
    """What is done every so many seconds, while this process is the collector."""

    run: Callable[[Collector], Awaitable[None]]
    every_s: Callable[[Settings], float]


JOBS = {
    "lease": Job(Collector.hold_lease, lambda settings: settings.lease_seconds / 3),
    "refresh": Job(Collector.refresh, lambda _: 10),
    "test_polls": Job(Collector.test_polls, lambda _: 2),  # somebody stands at the device and waits
    "search": Job(Collector.search, lambda _: 3),
    "roll_up": Job(Collector.roll_up, lambda _: 60),
    "watch": Job(Collector.watch, lambda _: 5),  # incidents, rules, messages
    "send": Job(Collector.send, lambda _: 2),
    "certificate": Job(Collector.note_certificate, lambda _: 3600),
    "beat": Job(Collector.beat, lambda _: 120),  # to a watcher outside, where one is set
    "reports": Job(Collector.make_reports, lambda _: 600),  # on the first of the month, and to make up for it
    "maintenance": Job(Collector.announce_ahead, lambda _: 3600),  # windows of series; does its work once a day
    "retention": Job(Collector.retain, lambda _: 3600),  # does its work once a day
}


class Schedule:
    """Runs the jobs of a collector in the collector's event loop; a cycle job for each interval in use."""

    def __init__(self, collector: Collector, loop: asyncio.AbstractEventLoop) -> None:
        self.collector = collector
        self.loop = loop
        self.scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(THREADS)},
            job_defaults={"coalesce": True, "max_instances": 1},
        )
        self.scheduler.add_listener(self.count_skipped, EVENT_JOB_MAX_INSTANCES | EVENT_JOB_MISSED)
        collector.set_cycles = self.set_cycles

    def start(self) -> None:
        for name, job in JOBS.items():
            self.add(name, partial(job.run, self.collector), job.every_s(self.collector.settings))
        self.scheduler.start()

    def stop(self) -> None:
        """Start nothing any more; what runs is the event loop's to cancel."""
        self.scheduler.shutdown(wait=False)

    def set_cycles(self, intervals: Collection[int]) -> None:
        """A new interval begins at once, with what remains of its slot."""
        wanted = {f"{CYCLE}{interval_s}": interval_s for interval_s in intervals}
        known = {job.id for job in self.scheduler.get_jobs() if job.id.startswith(CYCLE)}
        for name in known - wanted.keys():
            self.scheduler.remove_job(name)
        for name in wanted.keys() - known:
            interval_s = wanted[name]
            self.add(name, partial(self.collector.cycle, interval_s), interval_s)

    def add(self, name: str, work: Callable[[], Awaitable[None]], every_s: float) -> None:
        self.scheduler.add_job(
            self.run,
            Slots(every_s),
            args=(name, work),
            id=name,
            misfire_grace_time=max(1, int(every_s / 2)),
        )

    def realign(self) -> None:
        """After the clock was set: every job's next turn is counted from the new time."""
        for job in self.scheduler.get_jobs():
            self.scheduler.reschedule_job(job.id, trigger=job.trigger)

    def run(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """The job runner: a job that fails is logged, and has its next turn."""
        try:
            asyncio.run_coroutine_threadsafe(as_coroutine(work), self.loop).result()
        except CancelledError:
            log.debug("job %s was cancelled", name)
        except DBAPIError as error:
            log.error("job %s: the database refused: %s", name, error.orig)
        except Exception:
            log.exception("job %s failed", name)

    def count_skipped(self, event: JobEvent) -> None:
        if event.job_id.startswith(CYCLE):
            interval_s = int(event.job_id.removeprefix(CYCLE))
            self.loop.call_soon_threadsafe(self.collector.skipped, interval_s)


async def as_coroutine(work: Callable[[], Awaitable[None]]) -> None:
    await work()
