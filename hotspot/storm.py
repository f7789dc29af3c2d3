"""Whether silence may be believed: when most devices fall silent, this machine's own network is asked first."""

import logging
from collections import deque
from collections.abc import Callable, Collection, Iterable

from collectors.result import PollResult
from hotspot import network

log = logging.getLogger(__name__)
NEWEST = 20  # polls looked at: enough to tell a storm from a few silent devices, few enough to see it at once
LEAST = 5  # silent polls before a storm is thought of, where there are as many devices


class Storm:
    """Remembers the newest polls; `failing` while this machine's own network does not work."""

    def __init__(
        self,
        share_percent: int,
        reference_hosts: str,
        works: Callable[[str, Iterable[str]], bool] = network.works,
    ) -> None:
        self.share_percent = share_percent
        self.reference_hosts = reference_hosts
        self.works = works
        self.newest: deque[bool] = deque(maxlen=NEWEST)
        self.failing = False

    def trusted(self, results: Iterable[PollResult], addresses: Collection[str]) -> bool:
        """Whether the silent ones of these newest polls of devices not known to be down may count; may take seconds."""
        # A ping that is answered proves this machine's network as well as a poll does.
        self.newest.extend(
            bool(result.reachable) or result.answers_ping for result in results if result.reachable is not None
        )
        failing = self.is_suspicious(len(addresses)) and not self.works(self.reference_hosts, addresses)
        if failing != self.failing:
            log.warning("this machine's own network %s", "fails: silent polls say nothing" if failing else "is back")
        self.failing = failing
        return not failing

    def is_suspicious(self, devices: int) -> bool:
        if not devices:
            return False
        newest = list(self.newest)[-devices:]
        silent = newest.count(False)
        return silent >= min(LEAST, devices) and silent * 100 > self.share_percent * len(newest)
