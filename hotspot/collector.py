"""The collector: tries for the lease, and works a shift while it holds it."""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Callable, Collection

from sqlalchemy import Engine

from hotspot import clock, upkeep
from hotspot.alerts.certificate import note_end
from hotspot.alerts.heartbeat import Heartbeat
from hotspot.alerts.watch import watch
from hotspot.reports.due import make_due
from hotspot.settings import Settings
from hotspot.shift import Shift
from hotspot.store.base import reading, writing
from hotspot.store.city import current_city
from hotspot.store.events import Event, add_events
from hotspot.store.lease import Fence, LostLeaseError, release, take
from hotspot.store.rewind import rewind

log = logging.getLogger(__name__)
LEASE = "collector"


class Collector:
    """Lives in one event loop; its public coroutines are what the jobs of hotspot.jobs call."""

    def __init__(self, settings: Settings, engine: Engine, key: bytes) -> None:
        self.settings = settings
        self.engine = engine
        self.key = key
        self.heartbeat = Heartbeat(engine, settings)
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        self.set_cycles: Callable[[Collection[int]], None] = lambda _: None  # the schedule's, once there is one
        self.changing = asyncio.Lock()  # of what follows
        self.fence: Fence | None = None
        self.shift: Shift | None = None
        self.running: asyncio.Task[None] | None = None
        self.standing_by = self.waiting_for_city = False  # told once
        self.ended = False
        self.broken = asyncio.get_running_loop().create_future()  # of the mistake of ours that ends this process

    async def hold_lease(self) -> None:
        """Take the lease, prolong it, or notice that it is another's."""
        async with self.changing:
            if self.ended:
                return
            fence = await asyncio.to_thread(self.take_lease)
            if fence is None and not self.standing_by:
                log.info("standby: another collector works")
            self.standing_by = fence is None
            if fence == self.fence:
                return
            await self.end_shift()
            self.fence = fence
        await self.refresh()

    async def refresh(self) -> None:
        """Follow the inventory: who is asked, and at which intervals; begin a shift as soon as there is a city."""
        async with self.changing:
            if self.fence and not self.shift:
                await self.begin_shift(self.fence)
            if self.shift:
                self.set_cycles(await self.shift.refresh())

    async def cycle(self, interval_s: int) -> None:
        if self.shift:
            await self.shift.cycle(interval_s)

    async def search(self) -> None:
        async with self.changing:  # a shift that ends leaves no search behind
            if self.shift:
                await self.shift.search()

    async def test_polls(self) -> None:
        async with self.changing:  # a shift that ends leaves none behind
            if self.shift:
                await self.shift.asked.look()

    async def watch(self) -> None:
        if self.shift:
            await asyncio.to_thread(watch, self.engine, self.shift.fence)

    async def send(self) -> None:
        async with self.changing:  # a shift that ends leaves none behind
            if self.shift:
                await self.shift.sender.look()

    async def note_certificate(self) -> None:
        if self.shift:
            await asyncio.to_thread(note_end, self.engine, self.shift.fence, self.settings.public_url)

    async def beat(self) -> None:
        if self.shift:
            await asyncio.to_thread(self.heartbeat.beat)

    async def roll_up(self) -> None:
        if self.shift:
            await asyncio.to_thread(upkeep.roll_up, self.engine, self.shift.fence, self.shift.unrolled)

    async def retain(self) -> None:
        if self.shift:
            await asyncio.to_thread(upkeep.retain, self.engine, self.shift.fence, self.settings)

    async def announce_ahead(self) -> None:
        if self.shift:
            await asyncio.to_thread(upkeep.announce_ahead, self.engine, self.shift.fence)

    async def make_reports(self) -> None:
        if self.shift:
            await asyncio.to_thread(make_due, self.engine, self.shift.fence)

    def skipped(self, interval_s: int) -> None:
        """A cycle could not start in time."""
        log.warning("a cycle of %d s was skipped: the one before had not ended", interval_s)
        if self.shift and interval_s in self.shift.poller.statuses:
            self.shift.poller.statuses[interval_s].skipped += 1

    async def clock_was_set(self, step_s: int) -> None:
        """Set back, the shift begins anew: it takes out what was dated ahead, and remembers what is left."""
        log.warning("the clock of this machine was set by %+d s", step_s)
        if self.shift:
            await asyncio.to_thread(self.note, self.shift.city_id, "clock_step", f"{step_s:+d} s")
        if step_s < 0:
            async with self.changing:
                fence = self.fence
                await self.end_shift()
                self.fence = fence
            await self.refresh()

    async def stop(self) -> None:
        """Store what was polled and give the lease back."""
        async with self.changing:
            self.ended = True
            shift, fence = self.shift, self.fence
            await self.end_shift()
            if shift:
                await shift.last_flush()
            if fence:
                await asyncio.to_thread(self.release_lease, fence)

    async def begin_shift(self, fence: Fence) -> None:
        city_id = await asyncio.to_thread(self.city_id)
        if city_id is None:
            if not self.waiting_for_city:
                log.info("there is no city yet; run `hotspot init --city CODE`")
            self.waiting_for_city = True
            return
        log.info("working: lease %d of %s", fence.fence, fence.holder)
        await asyncio.to_thread(self.rewind, fence, city_id)
        self.shift = Shift(self.settings, self.engine, self.key, city_id, fence)
        self.running = asyncio.create_task(self.work(self.shift))
        self.running.add_done_callback(self.note_mistake)

    async def work(self, shift: Shift) -> None:
        try:
            await shift.run()
        except LostLeaseError as error:
            log.warning("standby: %s", error)
            self.set_cycles(())
            self.fence = self.shift = None

    def note_mistake(self, work: asyncio.Task[None]) -> None:
        if not work.cancelled() and work.exception() and not self.broken.done():
            self.broken.set_result(work.exception())

    async def end_shift(self) -> None:
        """Stop polling at once."""
        self.set_cycles(())
        self.fence = self.shift = None
        if self.running:
            self.running.cancel()
            await asyncio.wait([self.running])
            self.running = None

    def take_lease(self) -> Fence | None:
        with writing(self.engine) as session:
            return take(session, LEASE, self.holder, clock.now(), self.settings.lease_seconds)

    def release_lease(self, fence: Fence) -> None:
        with writing(self.engine) as session:
            release(session, fence)

    def rewind(self, fence: Fence, city_id: int) -> None:
        with writing(self.engine) as session:
            fence.check(session)
            found = rewind(session, city_id, clock.now())
        if found and found.done:
            log.warning("polls of %d s were dated up to %d s ahead: taken out", found.measured_s, found.ahead_s)
        elif found:
            ahead = (
                "polls are dated up to %d s ahead, too many to be taken out: set the clock right; until then none count"
            )
            log.error(ahead, found.ahead_s)

    def note(self, city_id: int, kind: str, detail: str) -> None:
        with writing(self.engine) as session:
            add_events(session, city_id, [Event(clock.now(), kind, detail=detail)])

    def city_id(self) -> int | None:
        with reading(self.engine) as session:
            city = current_city(session)
            return None if city is None else city.id
