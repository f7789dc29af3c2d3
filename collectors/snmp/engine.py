"""The engine that asks thousands of devices: hands out one session per device."""

from collections import Counter
from typing import TYPE_CHECKING

from collectors.snmp.base import Session
from collectors.snmp.session import CommunitySession
from collectors.snmp.transport import Peer, Transport, resolve
from collectors.target import Credential

if TYPE_CHECKING:
    from collectors.snmp.pysnmp_session import PysnmpEngine


class Engine:
    """One per event loop; opens its sockets when first needed. `stats` counts what went and came, by kind."""

    def __init__(self, tries: tuple[float, ...] = (1, 2, 2, 2), window: int = 256) -> None:
        self._tries = tries
        self._transport = Transport(tries, window)
        self._most_objects: dict[Peer, int] = {}  # learned from tooBig
        self._v3: dict[Credential, PysnmpEngine] = {}

    @property
    def stats(self) -> Counter[str]:
        return self._transport.stats

    def session(
        self, address: str, port: int, credential: Credential, *, deadline: float | None = None, probe: bool = False
    ) -> Session:
        """A conversation with one device; `deadline` in time of the event loop, `probe` for one that was silent."""
        peer = resolve(address, port)
        if credential.version == "3":
            return self._v3_session(peer, credential, deadline)
        return CommunitySession(self._transport, peer, credential, self._most_objects, deadline=deadline, probe=probe)

    def _v3_session(self, peer: Peer, credential: Credential, deadline: float | None) -> Session:
        # Imported when the first SNMPv3 device is asked: pysnmp costs every other collector 12 MB and its start time.
        from collectors.snmp.pysnmp_session import PysnmpEngine, PysnmpSession

        if credential not in self._v3:
            self._v3[credential] = PysnmpEngine(credential, self._tries)
        return PysnmpSession(self._v3[credential], peer, self._most_objects, deadline=deadline)

    def close(self) -> None:
        """Requests on their way never get an answer."""
        self._transport.close()
        for engine in self._v3.values():
            engine.close()
        self._v3.clear()
