"""Rounds: asks every target once, spread over the interval, and remembers devices from one round to the next."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from collectors.oids import SYS_UP_TIME
from collectors.poll import Device, failed, poll
from collectors.profile import Profile
from collectors.profile_file import load
from collectors.result import PollResult
from collectors.snmp.base import SnmpError
from collectors.snmp.engine import Engine
from collectors.target import Credential, Target

log = logging.getLogger(__name__)

LEARNING_AT_ONCE = 64  # first contacts are long conversations, polls of known devices must not wait for them
TICK = 0.02  # of the spread: targets due within one are started together; a wake-up for each costs more than its poll
TOGETHER = 20  # ... but not many more than these, which would wait for each other
GRACE_S = 0.5  # the conversations end this long before the round does, so that half an answer is still a result
ONCE_S = 60.0

Whereabouts = tuple[str, int, Credential, str]
Sink = Callable[[PollResult], None]


class Rounds:
    """Owns the engine with its sockets, and what was learned of each device."""

    def __init__(
        self,
        *,
        tries: tuple[float, ...] = (1, 2, 2, 2),
        window: int = 256,
        profiles: Mapping[str, Profile] | None = None,
    ) -> None:
        self._engine = Engine(tries, window)
        self._profiles = load() if profiles is None else profiles
        self._devices: dict[int, tuple[Whereabouts, Device]] = {}
        self._learning = asyncio.Semaphore(LEARNING_AT_ONCE)
        self._counts: Counter[str] = Counter()

    @property
    def stats(self) -> Mapping[str, int]:
        """Counters since the start: the engine's own, and `rejected_values`, `learned`, `cut` and `failed`."""
        return self._engine.stats + self._counts

    async def open(self) -> None:
        """Nothing to do: a socket is opened when the first device of its address family is asked."""

    async def close(self) -> None:
        self._engine.close()

    def learned(self, key: int) -> Device | None:
        """What is remembered of a device that was asked."""
        known = self._devices.get(key)
        return known and known[1]

    def keep(self, targets: Iterable[Target]) -> None:
        """Forget every device that is not among these: inventories change for years."""
        kept = {target.key for target in targets}
        self._devices = {key: known for key, known in self._devices.items() if key in kept}

    async def run(self, targets: Sequence[Target], *, spread_s: float, deadline_s: float, sink: Sink) -> None:
        """Every target gives exactly one result; one cut by the deadline before any answer is neither up nor down."""
        loop, started_at = asyncio.get_running_loop(), time.time()
        start = loop.time()
        end = start + deadline_s
        tick_s = spread_s * min(TICK, TOGETHER / max(1, len(targets)))
        asked: dict[asyncio.Task[None], Target] = {}
        try:
            for target in sorted(targets, key=lambda target: target.phase):
                wait = start + target.phase * spread_s - loop.time()
                if wait > tick_s:
                    await asyncio.sleep(min(wait, end - loop.time()))
                asked[asyncio.create_task(self._ask(target, end - GRACE_S, sink))] = target
            if asked:
                await asyncio.wait(asked, timeout=max(0.0, end - loop.time()))
            late = [task for task in asked if not task.done()]
        finally:
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
        self._finish(asked, late, started_at, sink)

    def _finish(
        self,
        asked: Mapping[asyncio.Task[None], Target],
        late: Sequence[asyncio.Task[None]],
        started_at: float,
        sink: Sink,
    ) -> None:
        """A result for those that have none: cut by the deadline, or ended by a mistake of ours."""
        for task in late:
            self._counts["cut"] += 1
            answered_at = self._device(asked[task]).answered_at
            reachable = True if answered_at >= started_at else None
            sink(PollResult(asked[task].key, time.time(), reachable, error="the round ended before the poll did"))
        for task, target in asked.items():
            error = None if task.cancelled() else task.exception()
            if error is not None:
                self._counts["failed"] += 1
                log.error("poll of %s failed: %r", target.address, error, exc_info=error)
                sink(PollResult(target.key, time.time(), None, error=f"internal error: {error!r}"))

    async def _ask(self, target: Target, deadline: float, sink: Sink) -> None:
        device = self._device(target)
        at = time.time()
        try:
            session = self._engine.session(
                target.address, target.port, target.credential, deadline=deadline, probe=target.expected_down
            )
            if target.expected_down:
                await session.get((SYS_UP_TIME,))
        except SnmpError as error:
            sink(failed(target, device, at, error))
            return
        sink(await poll(target, session, device, self._profiles, at, self._learning))

    def _device(self, target: Target) -> Device:
        """What is remembered of a device, and nothing when its address, credential or profile is another now."""
        asked = target.address, target.port, target.credential, target.profile
        known = self._devices.get(target.key)
        if known is not None and known[0] == asked:
            return known[1]
        device = Device(stats=self._counts)
        self._devices[target.key] = asked, device
        return device


async def poll_once(target: Target) -> PollResult:
    """One poll of one device with an engine of its own, for trying and for the command line."""
    results: list[PollResult] = []
    rounds = Rounds()
    await rounds.open()
    try:
        await rounds.run([replace(target, phase=0.0)], spread_s=0, deadline_s=ONCE_S, sink=results.append)
    finally:
        await rounds.close()
    return results[0]
