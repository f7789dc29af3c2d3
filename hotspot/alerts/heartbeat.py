"""A sign of life to a watcher outside: who hears none for a while knows that nobody would tell of an outage."""

import logging
from urllib.parse import urlsplit

from sqlalchemy import Engine

from hotspot import clock
from hotspot.alerts.channels import ChannelError
from hotspot.alerts.channels.call import call
from hotspot.alerts.guard import guard_of
from hotspot.settings import Settings
from hotspot.store.base import reading
from hotspot.store.city import freshness

log = logging.getLogger(__name__)


class Heartbeat:
    """Of one collector; `beat` is called in a thread."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine, self.url = engine, settings.heartbeat_url
        self.guard = guard_of(urlsplit(self.url).hostname or "")  # the operator chose it, so it may be private
        self.unheard = False  # told once

    def beat(self) -> None:
        """Only while polls are stored as often as they should be: a collector that merely runs is no sign of life."""
        if not self.url or self.is_stale():
            return
        try:
            call(self.guard, self.url, method="GET")
        except ChannelError as error:
            if not self.unheard:
                log.warning("the heartbeat is not heard: %s", error)
            self.unheard = True
        else:
            self.unheard = False

    def is_stale(self) -> bool:
        with reading(self.engine) as session:
            return freshness(session, clock.now()).stale
