"""The engine that asks thousands of devices: hands out one session per device."""

from collections import Counter

from collectors.snmp.base import Session
from collectors.snmp.session import CommunitySession
from collectors.snmp.transport import Peer, Transport, resolve
from collectors.target import Credential


class Engine:
    """One per event loop; opens its sockets when first needed. `stats` counts what went and came, by kind."""

    def __init__(self, tries: tuple[float, ...] = (1, 2, 2, 2), window: int = 256) -> None:
        self._transport = Transport(tries, window)
        self._most_objects: dict[Peer, int] = {}  # learned from tooBig

    @property
    def stats(self) -> Counter[str]:
        return self._transport.stats

    def session(
        self, address: str, port: int, credential: Credential, *, deadline: float | None = None, probe: bool = False
    ) -> Session:
        """A conversation with one device; `deadline` in time of the event loop, `probe` for one that was silent."""
        peer = resolve(address, port)
        return CommunitySession(self._transport, peer, credential, self._most_objects, deadline=deadline, probe=probe)

    def close(self) -> None:
        self._transport.close()
