"""Makes the polls that people at a point ask for: at once, recorded as any other, with what was said kept readable."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from collectors.icmp import Pinger
from collectors.overheard import Listening
from collectors.pinged import PingedRounds
from collectors.result import PollResult
from collectors.rounds import Rounds
from hotspot import clock
from hotspot.followed import DISCONNECTED, MISSING
from hotspot.poller import Poller
from hotspot.store.base import reading, writing
from hotspot.store.lease import Fence, LostLeaseError
from hotspot.store.poll_requests import Said, Wanted, answer, waiting

log = logging.getLogger(__name__)
AT_ONCE = 20
ROOM_S = 5.0  # beyond the tries: a first contact is a conversation
NOT_POLLED = "it is not polled: its point is not in service, or its polling is off"


class AskedPolls:
    """Of one shift; lives in the collector's event loop."""

    def __init__(
        self, engine: Engine, city_id: int, fence: Fence, rounds: Rounds, pinger: Pinger | None, poller: Poller
    ) -> None:
        self.engine, self.city_id, self.fence = engine, city_id, fence
        self.rounds, self.pinger, self.poller = rounds, pinger, poller
        self.doing: dict[int, asyncio.Task[None]] = {}  # by the request's id

    async def look(self) -> None:
        """Begin those that wait and are not being made."""
        for wanted in await asyncio.to_thread(self.read):
            if wanted.id not in self.doing and len(self.doing) < AT_ONCE:
                task = self.doing[wanted.id] = asyncio.create_task(self.make(wanted))
                task.add_done_callback(partial(self.ended, wanted.id))

    def read(self) -> list[Wanted]:
        with reading(self.engine) as session:
            return waiting(session, self.city_id, clock.now())

    async def make(self, wanted: Wanted) -> None:
        due = self.poller.dues.get(wanted.asked_id)
        if due is None or due.error:
            said = Said(None, due.error if due else NOT_POLLED)
        else:
            listening = Listening(self.rounds)
            results: list[PollResult] = []
            asking = PingedRounds(listening, self.pinger) if self.pinger else listening
            deadline_s = self.poller.tries_s + ROOM_S
            await asking.run([self.poller.target(due)], spread_s=0.0, deadline_s=deadline_s, sink=results.append)
            for result in results:
                self.poller.take(result)
            said = told(wanted, results[0], listening.answers.get(wanted.asked_id, ()))
        await asyncio.to_thread(self.write, wanted.id, said)

    def write(self, request_id: int, said: Said) -> None:
        with writing(self.engine) as session:
            self.fence.check(session)
            answer(session, request_id, said, clock.now())

    def ended(self, request_id: int, task: asyncio.Task[None]) -> None:
        del self.doing[request_id]
        error = None if task.cancelled() else task.exception()
        if isinstance(error, LostLeaseError | DBAPIError):
            log.warning("test poll not stored: %s", error)
        elif error:
            log.error("test poll failed: %s", error, exc_info=error)

    async def stop(self) -> None:
        for task in list(self.doing.values()):
            task.cancel()
        await asyncio.gather(*self.doing.values(), return_exceptions=True)


def told(wanted: Wanted, result: PollResult, answers: Sequence[Sequence[str]]) -> Said:
    """What the device said, or what its controller said of it."""
    if wanted.key is None or not result.reachable:
        reachable = result.reachable if wanted.key is None else None
        return Said(reachable, result.error, result.rtt_s, clients(result), list(answers))
    one = next((one for one in result.access_points or () if one.key == wanted.key), None)
    if one is None:
        return Said(None, MISSING if result.access_points is not None else result.error, answers=list(answers))
    mine = [("connected", "", {True: "yes", False: "no", None: "not told"}[one.up])]
    mine += [(f"{sample.metric} {sample.label}".strip(), "", f"{sample.value:g}") for sample in one.samples]
    said_clients = next((one.value for one in one.samples if one.metric == "clients"), None)
    return Said(one.up, "" if one.up else DISCONNECTED, None, said_clients, [*mine, *answers])


def clients(result: PollResult) -> float | None:
    return next((one.value for one in result.samples if one.metric == "clients" and not one.label), None)
