"""Does a search that somebody asked for: runs it, stores what it finds each second, and ends when it is cancelled."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from itertools import islice

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from collectors.discovery import Discovery, Found
from collectors.profile import Profile
from hotspot import clock
from hotspot.analytics.address_ranges import addresses, ranges
from hotspot.store.base import reading, writing
from hotspot.store.lease import Fence
from hotspot.store.opened_sets import OpenedSet, opened_sets
from hotspot.store.search_results import store_found
from hotspot.store.searches import SearchRow, finish, progress

log = logging.getLogger(__name__)
STEP_S = 1.0
Told = Callable[[int], None]


class Searching:
    """One search by one holder; with a `fence` it writes only while this process is the collector."""

    def __init__(
        self,
        engine: Engine,
        key: bytes,
        city_id: int,
        search: SearchRow,
        holder: str,
        fence: Fence | None = None,
        profiles: Mapping[str, Profile] | None = None,
    ) -> None:
        self.engine, self.key, self.city_id = engine, key, city_id
        self.search, self.holder, self.fence, self.profiles = search, holder, fence, profiles
        self.found: list[Found] = []  # not stored yet

    async def run(self, told: Told = lambda _: None) -> bool:
        """`told` hears each second how many addresses are done with; False when it was cancelled or taken over.

        Raises LostLeaseError; what it leaves unfinished another goes on with.
        """
        sets = await asyncio.to_thread(self.sets)
        credentials = [one.credential for one in sets if one.credential]
        if not credentials:
            await asyncio.to_thread(self.end, "none of the chosen credentials can be used")
            return True
        discovery = Discovery(credentials, port=self.search.port, rate=self.search.rate, profiles=self.profiles)
        left = islice(addresses(ranges(self.search.ranges)), self.search.asked, None)
        running = asyncio.create_task(discovery.run(left, self.found.append))
        ids = [one.id for one in sets if one.credential]
        over = False
        try:
            while not over or self.found:
                await (asyncio.sleep(STEP_S) if over else asyncio.wait([running], timeout=STEP_S))
                over, asked = running.done(), self.search.asked + discovery.asked
                told(asked)
                if not await asyncio.to_thread(self.store, ids, asked):
                    return False
        finally:
            running.cancel()
            await asyncio.wait([running])
        running.result()
        await asyncio.to_thread(self.end, discovery.no_ping)
        return True

    def sets(self) -> list[OpenedSet]:
        """The chosen ones that are still there, in the order in which they were chosen."""
        with reading(self.engine) as session:
            known = {one.id: one for one in opened_sets(session, self.key, self.city_id)}
        return [known[set_id] for set_id in self.search.sets if set_id in known]

    def store(self, ids: list[int], asked: int) -> bool:
        """Finds and how far it is, in one transaction; a database that refuses is asked again a step later."""
        finds = list(self.found)
        try:
            with writing(self.engine) as session:
                if self.fence:
                    self.fence.check(session)
                store_found(session, self.city_id, self.search, ids, finds, clock.now())
                goes_on = progress(session, self.search.id, self.holder, asked, clock.now())
        except DBAPIError as error:
            log.warning("finds wait in memory: %s", error.orig)
            return True
        del self.found[: len(finds)]
        return goes_on

    def end(self, error: str) -> None:
        with writing(self.engine) as session:
            finish(session, self.search.id, self.holder, clock.now(), error)
