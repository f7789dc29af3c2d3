"""Rounds: asks every target once, spread over the interval, and remembers devices from one round to the next."""

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from collectors.device import Device
from collectors.direct import PROBE, Direct
from collectors.poll import failed, poll
from collectors.profile import Profile
from collectors.profile_file import load
from collectors.result import PollResult
from collectors.snmp.base import Session, SnmpCredentialError, SnmpError, SnmpTimeoutError
from collectors.snmp.engine import Engine
from collectors.target import Target

log = logging.getLogger(__name__)

LEARNING_SHARE, LEARNING_MOST = 4, 256  # first contacts are long conversations; polls must not wait for them
TALKING_AT_ONCE = 1_024  # other conversations; bounds the memory, a coroutine takes some kB
TICK = 0.02  # of the spread: targets due within one are started together; a wake-up for each costs more than its poll
TOGETHER = 20  # ... but not many more than these, which would wait for each other
GRACE_S = 0.5  # the conversations end this long before the round does, so that half an answer is still a result
ONCE_S = 60.0

Sink = Callable[[PollResult], None]
Hear = Callable[[Target, Session], Session]


class Rounds:
    """Owns the engine with its sockets, and what was learned of each device."""

    def __init__(
        self,
        *,
        tries: tuple[float, ...] = (1, 2, 2, 2),
        window: int = 256,
        profiles: Mapping[str, Profile] | None = None,
    ) -> None:
        self.engine = Engine(tries, window)
        self.profiles = load() if profiles is None else profiles
        self.learners = max(1, min(window // LEARNING_SHARE, LEARNING_MOST))
        self.learning = asyncio.Semaphore(self.learners)
        self.counts: Counter[str] = Counter()
        self._devices: dict[int, Device] = {}

    @property
    def stats(self) -> Mapping[str, int]:
        """Counters since the start: the engine's own, and `rejected_values`, `learned`, `cut` and `failed`."""
        return self.engine.stats + self.counts

    async def close(self) -> None:
        self.engine.close()

    def learned(self, key: int) -> Device | None:
        """What is remembered of a device that was asked."""
        return self._devices.get(key)

    def keep(self, targets: Iterable[Target]) -> None:
        """Forget every device that is not among these: inventories change for years."""
        kept = {target.key for target in targets}
        self._devices = {key: known for key, known in self._devices.items() if key in kept}
        self.engine.keep(
            {
                (known.peer, known.credential_of(known.target))
                for known in self._devices.values()
                if known.peer and known.target
            }
        )

    def device(self, target: Target) -> Device:
        known = self._devices.get(target.key)
        if known is None or not known.is_of(target):
            known = self._devices[target.key] = Device(stats=self.counts)
        known.target = target
        return known

    async def run(
        self, targets: Sequence[Target], *, spread_s: float, deadline_s: float, sink: Sink, hear: Hear | None = None
    ) -> None:
        """Every target gives exactly one result; one cut by the deadline before any answer is neither up nor down.

        With `hear` each is spoken with, through the session that it makes of the device's.
        """
        if not targets:
            return
        loop, started_at = asyncio.get_running_loop(), time.time()
        start = loop.time()
        end = start + deadline_s
        tick_s = spread_s * min(TICK, TOGETHER / len(targets))
        this = _Round(self, len(targets), end - GRACE_S, sink, hear)
        try:
            for number, target in enumerate(sorted(targets, key=lambda target: target.phase)):
                wait = start + target.phase * spread_s - loop.time()
                if wait > tick_s:
                    await asyncio.sleep(min(wait, end - loop.time()))
                elif number % TOGETHER == 0:
                    await asyncio.sleep(0)  # whoever is late must read answers all the same
                this.ask(target)
            await asyncio.wait([this.over], timeout=max(0.0, end - loop.time()))
        finally:
            late = await this.stop()
        for target in late:
            self.counts["cut"] += 1
            reachable = True if self.device(target).answered_at >= started_at else None
            sink(PollResult(target.key, time.time(), reachable, error="the round ended before the poll did"))


class _Crew:
    """Conversations of which only so many take place at a time; the others wait in order."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.talking: dict[asyncio.Task[PollResult], Target] = {}
        self.waiting: deque[tuple[Target, bool]] = deque()


class _Round:
    """A `direct.Host`."""

    def __init__(self, rounds: Rounds, number: int, deadline: float, sink: Sink, hear: Hear | None) -> None:
        self.engine, self.deadline = rounds.engine, deadline
        self._hear = hear
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._rounds, self._sink, self._left = rounds, sink, number
        self._open: set[Direct] = set()
        self._learners, self._talkers = _Crew(rounds.learners), _Crew(TALKING_AT_ONCE)

    def ask(self, target: Target) -> None:
        if self._hear:
            self._talkers.waiting.append((target, False))
            self._fill(self._talkers)
            return
        direct = Direct(self, target, self._rounds.device(target))
        self._open.add(direct)
        direct.begin()

    def give(self, direct: Direct, result: PollResult) -> None:
        if direct in self._open:
            self._open.remove(direct)
            direct.leave()
            self._give(direct.target, result)

    def converse(self, direct: Direct) -> None:
        """Who has answered can't hold up the others by silence; learners are few, for each of them asks a lot."""
        self._open.discard(direct)
        direct.leave()
        crew = self._learners if direct.is_up else self._talkers
        crew.waiting.append((direct.target, direct.is_up))
        self._fill(crew)

    def stumble(self, direct: Direct, error: Exception) -> None:
        self._stumble(direct.target, error)
        self.give(direct, _internal_error(direct.target, error))

    async def stop(self) -> list[Target]:
        """Ends what is still going on; the targets that gave no result."""
        late = [direct.target for direct in self._open]
        for direct in self._open:
            direct.leave()
            if direct.request:
                self.engine.withdraw(direct.request)
        self._open.clear()
        tasks: list[asyncio.Task[PollResult]] = []
        for crew in (self._learners, self._talkers):
            late += [*crew.talking.values(), *(target for target, _ in crew.waiting)]
            crew.waiting.clear()
            tasks += crew.talking
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return late

    def _fill(self, crew: _Crew) -> None:
        while crew.waiting and len(crew.talking) < crew.limit:
            target, is_up = crew.waiting.popleft()
            task = asyncio.create_task(self._talk(target, is_up=is_up))
            crew.talking[task] = target
            task.add_done_callback(lambda task: self._talked(crew, task))

    def _talked(self, crew: _Crew, task: asyncio.Task[PollResult]) -> None:
        target = crew.talking.pop(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            self._stumble(target, error)
        self._give(target, _internal_error(target, error) if error else task.result())
        self._fill(crew)

    async def _talk(self, target: Target, *, is_up: bool) -> PollResult:
        device, at = self._rounds.device(target), time.time()
        try:
            session = await self._answering(target, device, is_up=is_up)
            if self._hear:
                session = self._hear(target, session)
            return await poll(target, session, device, self._rounds.profiles, at, self._rounds.learning)
        except SnmpError as error:
            return failed(target, device, at, error)
        finally:
            device.questions = ()  # there may be another plan now, or less that fits into one of them

    async def _answering(self, target: Target, device: Device, *, is_up: bool) -> Session:
        """A session with the first credential that is answered; only a device that never was is asked with others."""
        if device.peer is None:
            device.peer = self.engine.peer(target)
        errors: list[SnmpError] = []
        while True:
            session = self.engine.session_with(
                device.peer,
                device.credential_of(target),
                deadline=self.deadline,
                probe=target.expected_down and not is_up,
            )
            has_others = bool(target.others) and not device.answered_at
            if is_up or not (target.expected_down or has_others):
                return session
            try:
                await session.get(PROBE)
                return session
            except (SnmpTimeoutError, SnmpCredentialError) as error:
                errors.append(error)
                if not (has_others and device.try_next(target)):
                    raise min(errors, key=lambda one: isinstance(one, SnmpTimeoutError)) from None

    def _give(self, target: Target, result: PollResult) -> None:
        self._left -= 1
        if not self._left:
            self.over.set_result(None)
        try:
            self._sink(result)
        except Exception as error:  # noqa: BLE001 # whatever takes the results, the others are still to come
            self._stumble(target, error)

    def _stumble(self, target: Target, error: BaseException) -> None:
        self._rounds.counts["failed"] += 1
        log.error("poll of %s failed: %r", target.address, error, exc_info=error)


def _internal_error(target: Target, error: BaseException) -> PollResult:
    return PollResult(target.key, time.time(), None, error=f"internal error: {error!r}")


async def poll_once(target: Target) -> PollResult:
    """One poll of one device with an engine of its own, for trying and for the command line."""
    results: list[PollResult] = []
    rounds = Rounds()
    try:
        await rounds.run([replace(target, phase=0.0)], spread_s=0, deadline_s=ONCE_S, sink=results.append)
    finally:
        await rounds.close()
    return results[0]
