"""Asks the access points of a city in cycles: who is asked when, in which slot, and who again at once."""

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from math import inf
from typing import Protocol

from collectors.result import PollResult
from collectors.target import Target
from hotspot import clock
from hotspot.delivery import Delivery
from hotspot.recorder import Poll
from hotspot.store.collector_status import Status
from hotspot.store.targets import Due

log = logging.getLogger(__name__)
AGAIN_S = 20  # a device that fell silent is asked again after so long
ROOM_S = 10  # ... unless its regular turn comes so soon after that
RESERVE_S = 0.5  # between the end of a cycle and the next
NOW_AGAIN_S = 10  # a device is asked at once, out of turn, no more often than this
NOW_A_SECOND = 20  # nor more of them than this


class Asking(Protocol):
    """What collectors.rounds.Rounds does; each target gives one result."""

    async def run(self, targets: Sequence[Target], *, spread_s: float, deadline_s: float, sink: "Sink") -> None: ...


class Sink(Protocol):
    def __call__(self, result: PollResult) -> None: ...


def slot_of(at: int, interval_s: int, last_slot: int) -> int | None:
    """The slot of a poll made at `at`: its cycle, or its own second when it is the cycle's second; None: too late."""
    cycle = at - at % interval_s
    if cycle > last_slot:
        return cycle
    return at if at > last_slot else None


def next_turn(at: int, interval_s: int, offset_s: float) -> float:
    """When a device that is asked `offset_s` into each cycle has its next regular turn after `at`."""
    return at - (at - offset_s) % interval_s + interval_s


class Poller:
    """Owned by the collector's event loop; every method is called there."""

    def __init__(self, rounds: Asking, delivery: Delivery, *, tries: Sequence[float], misses: int, holder: str) -> None:
        self.rounds = rounds
        self.delivery = delivery
        self.tries_s = sum(tries)
        self.misses = misses
        self.holder = holder
        self.dues: dict[int, Due] = {}
        self.statuses: dict[int, Status] = {}
        self.last_slot: dict[int, int] = {}
        self.down: set[int] = set()  # recorded as such, or answering pings alone: probed until they answer
        self.silent: dict[int, int] = {}  # unanswered polls in a row
        self.again: dict[int, float] = {}  # when a device that fell silent is asked again
        self.urgent: dict[int, None] = {}  # to be asked at once, in this order
        self.asked_now: dict[int, float] = {}  # when a device was last made urgent, of a clock that nobody sets

    def set_inventory(self, dues: Iterable[Due], last_slots: Mapping[int, int], intervals: Iterable[int]) -> None:
        """The access points as they are now; what was learned of those that stay is kept."""
        before, self.dues = self.dues, {due.ap_id: due for due in dues}
        for due in self.dues.values():
            self.last_slot.setdefault(due.ap_id, last_slots.get(due.ap_id, 0))
            if due.ap_id not in before and due.target.expected_down:
                self.down.add(due.ap_id)
        for gone in before.keys() - self.dues.keys():
            self.down.discard(gone)
            for memory in (self.last_slot, self.silent, self.again, self.asked_now):
                memory.pop(gone, None)
            self.urgent.pop(gone, None)
        self.statuses = {s: self.statuses.get(s) or Status(s, self.holder, clock.now()) for s in sorted(intervals)}

    def wait_s(self, interval_s: int) -> float:
        """How long a silent device is waited for; the tries of a cycle that is too short for all of them are cut."""
        return min(self.tries_s, interval_s / 2)

    def spread_s(self, interval_s: int) -> float:
        """How much of an interval the first requests are spread over: the last device has time to be silent, too."""
        return interval_s - self.wait_s(interval_s) - 2 * RESERVE_S

    async def cycle(self, interval_s: int) -> None:
        """Ask every access point of this interval that was not asked in the slot that runs now."""
        started, spent = time.monotonic(), time.process_time()
        status, now = self.statuses.get(interval_s), clock.exact()
        if status is None:  # nobody is polled at this interval any more
            return
        slot = int(now) - int(now) % interval_s
        left = slot + interval_s - now - RESERVE_S
        spread = min(self.spread_s(interval_s), left - self.wait_s(interval_s))
        dues = [due for due in self.dues.values() if due.interval_s == interval_s and self.last_slot[due.ap_id] < slot]
        if spread <= 0:  # no time for a silent device to be silent
            status.skipped += status.cycles > 0
            return
        polled = answered = 0

        def sink(result: PollResult) -> None:
            nonlocal polled, answered
            polled, answered = polled + 1, answered + bool(result.reachable)
            self.take(result)

        await self.ask(dues, spread, left, sink)
        cpu_us = (time.process_time() - spent) * 1e6
        status.slot, status.cycles, status.polled, status.answered = slot, status.cycles + 1, polled, answered
        status.duration_ms = round((time.monotonic() - started) * 1000)
        status.cpu_us_per_poll = round(cpu_us / max(1, polled))
        prove_life(status)
        self.delivery.finish_cycle()

    async def ask(self, dues: Sequence[Due], spread_s: float, deadline_s: float, sink: Sink) -> None:
        for due in dues:
            if due.error:
                sink(PollResult(due.ap_id, clock.exact(), None, error=due.error))
        targets = [self.target(due) for due in dues if not due.error]
        await self.rounds.run(targets, spread_s=spread_s, deadline_s=deadline_s, sink=sink)

    def target(self, due: Due) -> Target:
        is_down = due.ap_id in self.down
        return due.target if due.target.expected_down == is_down else replace(due.target, expected_down=is_down)

    def take(self, result: PollResult) -> None:
        """A result: give it its slot, hand it on, and see whether the device is to be asked again at once."""
        due = self.dues.get(result.key)
        if due is None:  # taken out of the inventory meanwhile
            return
        slot = slot_of(int(result.at), due.interval_s, self.last_slot[due.ap_id])
        if slot is None:  # the clock was set back
            return
        self.last_slot[due.ap_id] = slot
        if result.reachable is False:
            self.silent[due.ap_id] = self.silent.get(due.ap_id, 0) + 1
            if result.answers_ping and self.silent[due.ap_id] >= self.misses:
                self.down.add(due.ap_id)
            self.plan_again(due, result.at)
        else:
            self.silent.pop(due.ap_id, None)
            self.down.discard(due.ap_id)
        prove_life(self.statuses[due.interval_s])
        self.delivery.put(Poll(slot, due.interval_s, result, due.new_set(result)))

    def plan_again(self, due: Due, at: float) -> None:
        """A device that fell silent is asked again soon, until its outage is certain."""
        turn = next_turn(int(at), due.interval_s, due.target.phase * self.spread_s(due.interval_s))
        if self.silent[due.ap_id] < self.misses and due.ap_id not in self.down and at + AGAIN_S + ROOM_S <= turn:
            self.again[due.ap_id] = at + AGAIN_S

    def ask_now(self, ap_id: int) -> bool:
        """Ask a device at once, out of turn; False when it was so lately, or can't be."""
        due, now = self.dues.get(ap_id), time.monotonic()
        if due is None or due.error or now - self.asked_now.get(ap_id, -inf) < NOW_AGAIN_S:
            return False
        self.asked_now[ap_id] = now
        self.urgent[ap_id] = None
        return True

    async def ask_again(self) -> None:
        """Ask devices that are urgent, and those that fell silent, so that an outage is certain within a minute.

        Runs until cancelled.
        """
        async with asyncio.TaskGroup() as group:
            while True:
                await asyncio.sleep(1)
                now = clock.exact()
                ready = [ap_id for ap_id, at in self.again.items() if at <= now]
                for ap_id in ready:
                    del self.again[ap_id]
                urgent = list(islice(self.urgent, NOW_A_SECOND))
                for ap_id in urgent:
                    del self.urgent[ap_id]
                if ready or urgent:
                    dues = [self.dues[ap_id] for ap_id in dict.fromkeys(ready + urgent)]
                    group.create_task(self.ask(dues, 1.0, 1.0 + self.tries_s + RESERVE_S, self.take))

    def believed(self) -> list[Due]:
        """The devices that are not known to be down, by which a storm is told."""
        return [due for due in self.dues.values() if due.ap_id not in self.down]


def prove_life(status: Status) -> None:
    """Never backwards: polls that a clock set back dates before the last ones are not recorded, and pages say so."""
    status.heartbeat = max(status.heartbeat, clock.now())
