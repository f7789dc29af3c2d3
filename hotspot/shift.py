"""One turn of being the collector of a city: everything that lives only while the lease is held."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from collectors.icmp import Pinger, refusal
from collectors.pinged import PingedRounds
from collectors.rounds import Rounds
from hotspot import clock
from hotspot.alerts.sender import Sender
from hotspot.asked_polls import AskedPolls
from hotspot.delivery import Batch, Delivery
from hotspot.heard import Heard
from hotspot.poller import Poller
from hotspot.recorder import Poll, Recorder
from hotspot.search import Searching
from hotspot.settings import Settings
from hotspot.store.base import reading, writing
from hotspot.store.collector_status import report
from hotspot.store.events import Event, add_events
from hotspot.store.lease import Fence, LostLeaseError
from hotspot.store.models import City
from hotspot.store.searches import SearchRow, next_free, take
from hotspot.store.targets import Due, engine_ids, last_slots, targets
from hotspot.storm import Storm
from hotspot.upkeep import Unrolled

log = logging.getLogger(__name__)
LAST_FLUSH_S = 5.0  # what can't be stored within this at the end is lost: the database doesn't work


class Shift:
    """Its coroutines live in one event loop; `store` and `trusted` are called in threads."""

    def __init__(self, settings: Settings, engine: Engine, key: bytes, city_id: int, fence: Fence) -> None:
        self.engine = engine
        self.key = key
        self.city_id = city_id
        self.fence = fence
        self.recorder = Recorder(engine, city_id, misses=settings.misses)
        self.storm = Storm(settings.storm_share, settings.reference_hosts)
        self.delivery = Delivery(self.store, self.trusted)
        self.rounds = Rounds(tries=settings.tries, window=settings.poll_window)
        self.pinger = pinger(settings)
        self.poller = Poller(
            PingedRounds(self.rounds, self.pinger) if self.pinger else self.rounds,
            self.delivery,
            tries=settings.tries,
            misses=settings.misses,
            holder=fence.holder,
        )
        self.sender = Sender(engine, key, city_id, fence, settings)
        self.asked = AskedPolls(engine, city_id, fence, self.rounds, self.pinger, self.poller)
        self.heard = (
            Heard(settings.trap_port, settings.trap_communities, self.poller.ask_now) if settings.trap_port else None
        )
        self.cycles: set[asyncio.Task[Any]] = set()
        self.searching: asyncio.Task[Any] | None = None
        self.unrolled = Unrolled()
        self.storm_told = False

    async def run(self) -> None:
        """Until cancelled; raises LostLeaseError when another process became the collector."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.delivery.run())
                group.create_task(self.poller.ask_again())
                if self.heard:
                    group.create_task(self.heard.run())
        except* LostLeaseError as lost:
            raise lost.exceptions[0] from None
        finally:
            for cycle in list(self.cycles):
                cycle.cancel()
            await self.asked.stop()
            await self.sender.stop()
            await self.rounds.close()
            if self.pinger:
                self.pinger.close()

    async def last_flush(self) -> None:
        with suppress(LostLeaseError, TimeoutError):
            async with asyncio.timeout(LAST_FLUSH_S):
                await self.delivery.close()

    async def refresh(self) -> set[int]:
        """Read the inventory; the intervals at which its access points, or those to come, are polled."""
        dues, slots, intervals, senders = await asyncio.to_thread(self.read_inventory)
        self.poller.set_inventory(dues, slots, intervals)
        if self.heard:
            self.heard.follow(dues, senders)
        self.rounds.keep(due.target for due in dues)
        return intervals

    def read_inventory(self) -> tuple[list[Due], dict[int, int], set[int], dict[int, str]]:
        with reading(self.engine) as session:
            dues = targets(session, self.key, self.city_id)
            slots = last_slots(session, self.city_id)
            usual = session.execute(select(City.poll_interval_s).where(City.id == self.city_id)).scalar_one()
            senders = engine_ids(session, self.city_id) if self.heard else {}
        return dues, slots, {usual} | {due.interval_s for due in dues}, senders

    async def cycle(self, interval_s: int) -> None:
        task = asyncio.current_task()
        assert task  # noqa: S101  # a coroutine always runs in one
        self.cycles.add(task)
        try:
            await self.poller.cycle(interval_s)
        finally:
            self.cycles.discard(task)

    async def search(self) -> None:
        """Begin the next search that somebody asked for; one at a time, so that the pace is the one asked for."""
        if self.searching and not self.searching.done():
            return
        found = await asyncio.to_thread(self.take_search)
        if found:
            log.info("search of %d addresses begins: %s", found.addresses - found.asked, found.ranges)
            fence, profiles = self.fence, self.rounds.profiles
            work = Searching(self.engine, self.key, self.city_id, found, fence.holder, fence, profiles)
            self.searching = asyncio.create_task(work.run())
            self.cycles.add(self.searching)
            self.searching.add_done_callback(partial(self.search_ended, work))

    def take_search(self) -> SearchRow | None:
        """Writes only when there is one: this is asked every few seconds."""
        with reading(self.engine) as session:
            if next_free(session, self.city_id, clock.now()) is None:
                return None
        with writing(self.engine) as session:
            self.fence.check(session)
            return take(session, self.city_id, self.fence.holder, clock.now())

    def search_ended(self, work: Searching, task: asyncio.Task[bool]) -> None:
        """One that a mistake of ours ended is not begun again; any other goes on with whoever takes it."""
        self.cycles.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, LostLeaseError | DBAPIError):
            log.warning("search interrupted: %s", error)
        elif error:
            log.error("search ended: %s", error, exc_info=error)
            self.searching = asyncio.create_task(asyncio.to_thread(work.end, f"internal error: {error}"))

    def trusted(self, polls: Sequence[Poll]) -> bool:
        believed = {due.ap_id: due.target.address for due in self.poller.believed()}
        newest = [poll.result for poll in polls if poll.result.key in believed]
        return self.storm.trusted(newest, believed.values())

    def store(self, batch: Batch) -> None:
        """The polls and the proof of life, in one transaction; raises what the database raises."""
        events = self.heard.events[:] if self.heard else []

        def prove_life(session: Session) -> None:
            report(session, list(self.poller.statuses.values()), self.rounds.stats)
            add_events(session, self.city_id, events)
            if not batch.trusted and not self.storm_told:
                add_events(session, self.city_id, [Event(clock.now(), "link_storm")])

        recorded = self.recorder.record(batch.polls, fence=self.fence, trusted=batch.trusted, also=prove_life)
        self.poller.down.update(recorded.went_down)
        self.unrolled.note(batch.polls, self.poller.misses)
        self.storm_told = not batch.trusted
        if self.heard:
            del self.heard.events[: len(events)]


def pinger(settings: Settings) -> Pinger | None:
    """None where nobody is pinged, because it is not wanted or not allowed."""
    if settings.ping == "off":
        return None
    if why := refusal():
        log.warning("devices are polled but not pinged: %s", why)
        return None
    return Pinger()
