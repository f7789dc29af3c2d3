"""What traps lead to: the device that sent one is asked at once, and an event says so; nothing is believed."""

import logging
from collections.abc import Callable, Mapping, Sequence

from collectors.traps import TrapError, Traps, plain, senders
from hotspot import clock
from hotspot.store.events import Event
from hotspot.store.targets import Due

log = logging.getLogger(__name__)
EVENT_S = 3600  # an event of one kind and device is noted no more often: a loose cable makes thousands a day
MOST = 1000  # events that wait for the database


class Heard:
    """Belongs to the collector's event loop; `ask_now` says whether it will ask."""

    def __init__(self, port: int, communities: str, ask_now: Callable[[int], bool]) -> None:
        self.port = port
        self.communities = communities
        self.ask_now = ask_now
        self.traps = Traps(self.hear)
        self.by_address: dict[str, list[int]] = {}
        self.noted: dict[tuple[int, str], int] = {}  # when an event of this kind was made last
        self.events: list[Event] = []  # to be stored

    async def run(self) -> None:
        """Until cancelled; without the port it does nothing, for polling goes on without traps."""
        try:
            await self.traps.open(self.port)
        except TrapError as error:
            log.error("no traps are received: %s", error)
            return
        log.info("traps are received at port %d", self.port)
        try:
            await self.traps.run()
        finally:
            self.traps.close()

    def follow(self, dues: Sequence[Due], engine_ids: Mapping[int, str]) -> None:
        """The devices as they are now; nobody else is listened to."""
        self.by_address = {}
        for due in dues:
            self.by_address.setdefault(plain(due.target.address), []).append(due.ap_id)
        devices = [
            (due.target.address, (due.target.credential, *due.target.others), engine_ids.get(due.ap_id, ""))
            for due in dues
            if not due.error
        ]
        self.traps.follow(senders(devices, self.communities))
        oldest = clock.now() - EVENT_S
        self.noted = {what: at for what, at in self.noted.items() if at > oldest}

    def hear(self, address: str, kind: str) -> None:
        now = clock.now()
        for ap_id in self.by_address.get(address, ()):
            if self.ask_now(ap_id) and now - self.noted.get((ap_id, kind), 0) >= EVENT_S and len(self.events) < MOST:
                self.noted[ap_id, kind] = now
                self.events.append(Event(now, "trap", ap_id, kind))
