"""Brings polls to the recorder: in order, in batches, through a database that fails for a while."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from hotspot import clock
from hotspot.recorder import Poll
from hotspot.store.lease import LostLeaseError

log = logging.getLogger(__name__)
FLUSH_S = 5.0  # pages are this fresh
FULL = 500  # polls of one transaction
KEEP_S = 20 * 60  # how long polls wait for a database that fails; older ones are dropped


@dataclass(frozen=True, slots=True)
class Batch:
    """Polls that are stored together; `trusted` is False when their silence says nothing."""

    polls: Sequence[Poll]
    trusted: bool
    made_at: int


class Delivery:
    """`put` takes polls and never waits; `run` stores them until it is cancelled or the lease is lost."""

    def __init__(
        self, store: Callable[[Batch], None], trusted: Callable[[Sequence[Poll]], bool], flush_s: float = FLUSH_S
    ) -> None:
        self.store = store  # called in a thread; raises what the database raises
        self.trusted = trusted  # called in a thread
        self.flush_s = flush_s
        self.waiting: list[Poll] = []
        self.backlog: deque[Batch] = deque()
        self.cycle_ended = False
        self.failing = False
        self.dropped = 0
        self.wake = asyncio.Event()
        self.flushing: asyncio.Task[None] | None = None

    def put(self, poll: Poll) -> None:
        self.waiting.append(poll)
        if len(self.waiting) >= FULL:
            self.wake.set()

    def finish_cycle(self) -> None:
        """Store at once, even if nothing was polled: the proof of life is due."""
        self.cycle_ended = True
        self.wake.set()

    async def run(self) -> None:
        """Raises LostLeaseError when another process became the collector."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.flush_s):  # wait_for of Python 3.11 may swallow a cancellation
                    await self.wake.wait()
            self.wake.clear()
            self.flushing = asyncio.create_task(self.flush())
            await asyncio.shield(self.flushing)  # cancelled in the middle it would forget polls

    async def close(self) -> None:
        """After `run` ended: store what is left."""
        if self.flushing:
            await asyncio.gather(self.flushing, return_exceptions=True)
        await self.flush()

    async def flush(self) -> None:
        """Store what waits, oldest first; what the database refuses for now stays."""
        polls, self.waiting = self.waiting, []
        if polls or self.cycle_ended:
            self.cycle_ended = False
            trusted = await asyncio.to_thread(self.trusted, polls)
            self.backlog.extend(Batch(portion, trusted, clock.now()) for portion in portions(polls))
        while self.backlog:
            if not await asyncio.to_thread(self.is_stored, self.backlog[0]):
                break
            self.backlog.popleft()
        self.drop_old()

    def is_stored(self, batch: Batch) -> bool:
        """False when the database fails, so that the batch is tried again; what it will never take is dropped."""
        try:
            self.store(batch)
        except LostLeaseError:
            raise
        except DBAPIError as error:
            if isinstance(error, IntegrityError | DataError):
                return self.is_stored_singly(batch)
            if not self.failing:
                log.error("polls can't be stored and wait in memory: %s", error.orig)
            self.failing = True
            return False
        except Exception:  # noqa: BLE001  # the delivery loop: a mistake in one poll must not hold up the others
            return self.is_stored_singly(batch)
        if self.failing:
            log.warning("polls are stored again; %d batches waited", len(self.backlog))
        self.failing = False
        return True

    def is_stored_singly(self, batch: Batch) -> bool:
        """Called while an exception is handled."""
        if len(batch.polls) <= 1:
            log.exception("polls of access points %s can't be stored", [poll.result.key for poll in batch.polls])  # noqa: LOG004
            return True
        return all(self.is_stored(Batch((poll,), batch.trusted, batch.made_at)) for poll in batch.polls)

    def drop_old(self) -> None:
        oldest = clock.now() - KEEP_S
        before = self.dropped
        while self.backlog and self.backlog[0].made_at < oldest:
            self.dropped += len(self.backlog.popleft().polls)
        if self.dropped and not before:
            log.error("polls older than %d minutes are dropped until the database works again", KEEP_S // 60)


def portions(polls: Sequence[Poll]) -> list[list[Poll]]:
    """What makes up each transaction: a controller's poll weighs as much as the access points it tells of."""
    found: list[list[Poll]] = [[]]
    weight = 0
    for poll in polls:
        if weight >= FULL:
            found.append([])
            weight = 0
        found[-1].append(poll)
        weight += 1 + len(poll.result.access_points or ())
    return found
