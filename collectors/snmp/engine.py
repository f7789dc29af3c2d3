"""The engine that asks thousands of devices: hands out one session per device."""

from collections import Counter

from collectors.snmp.base import Session
from collectors.snmp.session import CommunitySession
from collectors.snmp.transport import Peer, Transport, resolve
from collectors.snmp.v3_authority import Authorities
from collectors.snmp.v3_session import SecuredSession
from collectors.target import Credential


class Engine:
    """One per event loop; opens its sockets when first needed. `stats` counts what went and came, by kind."""

    def __init__(self, tries: tuple[float, ...] = (1, 2, 2, 2), window: int = 256) -> None:
        self._transport = Transport(tries, window)
        self._most_objects: dict[Peer, int] = {}  # learned from tooBig
        self._authorities = Authorities()

    @property
    def stats(self) -> Counter[str]:
        return self._transport.stats + self._authorities.counts

    def session(
        self, address: str, port: int, credential: Credential, *, deadline: float | None = None, probe: bool = False
    ) -> Session:
        """A conversation with one device; `deadline` in time of the event loop, `probe` for one that was silent."""
        peer = resolve(address, port)
        if credential.version == "3":
            return SecuredSession(
                self._transport, peer, credential, self._authorities, self._most_objects, deadline=deadline, probe=probe
            )
        return CommunitySession(self._transport, peer, credential, self._most_objects, deadline=deadline, probe=probe)

    def close(self) -> None:
        """Requests on their way never get an answer."""
        self._transport.close()
