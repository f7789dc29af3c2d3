"""Searches addresses for devices: ping and SNMP with some credentials in their order, at a bounded pace.

Has sockets of its own, so that no poll waits for it, and asks only the addresses it is given.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from collectors import controller_poll, identify
from collectors.decoders import text
from collectors.echo import IcmpError
from collectors.icmp import Pinger
from collectors.neighbours import neighbour
from collectors.oids import SYS_DESCR, SYS_NAME, SYS_OBJECT_ID
from collectors.profile import STANDARD, Profile
from collectors.profile_file import load
from collectors.result import Identity
from collectors.snmp.base import (
    Session,
    SnmpError,
    SnmpTimeoutError,
    SnmpUnsendableError,
    Value,
)
from collectors.snmp.engine import Engine
from collectors.snmp.probe import NOBODY
from collectors.target import Credential

log = logging.getLogger(__name__)

RATE = 100  # addresses a second
TRIES = (1.0, 1.5)  # seconds to wait for an answer, for each credential
PINGS, PING_GAP_S, PING_WAIT_S = 2, 0.5, 1.0
IN_HAND_S = 10.0  # the pace falls where an address takes longer: silent to many credentials
TALKS_AT_ONCE = 16
TALK_S = 30.0  # for all that a found device is asked
SYSTEM = (SYS_OBJECT_ID, SYS_DESCR, SYS_NAME)


@dataclass(frozen=True, slots=True)
class Found:
    """What answered at an address. `credential` is the place of the one that fits among those given, None for none.

    `error` is a sentence: why SNMP answers and yet no credential fits, or what could not be read. `managed` is how
    many access points a controller has, None for what is no controller. `neighbour` is the switch it hangs on.
    """

    address: str
    rtt_s: float | None  # of the ping
    credential: int | None = None
    profile: str = ""
    identity: Identity = field(default_factory=Identity)
    neighbour: str = ""
    managed: int | None = None
    error: str = ""


class Discovery:
    """One search. `asked` is how many addresses, from the first on, are done with."""

    def __init__(
        self,
        credentials: Sequence[Credential],
        *,
        port: int = 161,
        rate: float = RATE,
        tries: tuple[float, ...] = TRIES,
        profiles: Mapping[str, Profile] | None = None,
    ) -> None:
        self.no_ping = ""  # why nobody could be pinged
        self._credentials, self._port, self._pause_s = credentials, port, 1 / rate
        self._profiles = load() if profiles is None else profiles
        self._at_once = max(1, int(rate * IN_HAND_S))
        self._engine, self._pinger = Engine(tries, self._at_once), Pinger()
        self._begun = 0
        self._open: set[int] = set()
        self._talks = asyncio.Semaphore(TALKS_AT_ONCE)

    @property
    def asked(self) -> int:
        return min(self._open, default=self._begun)

    async def run(self, addresses: Iterable[str], sink: Callable[[Found], None]) -> None:
        """Tells `sink` of every address where something answers; cancelled, it sends nothing any more."""
        looks: set[asyncio.Task[None]] = set()
        try:
            await self._begin(addresses, sink, looks)
            await asyncio.gather(*looks, return_exceptions=True)
        finally:
            for look in looks:
                look.cancel()
            await asyncio.gather(*looks, return_exceptions=True)
            self._engine.close()
            self._pinger.close()

    async def _begin(
        self, addresses: Iterable[str], sink: Callable[[Found], None], looks: set[asyncio.Task[None]]
    ) -> None:
        """One address after the other, never two within a pause: what was late is not made up for."""
        loop, places = asyncio.get_running_loop(), asyncio.Semaphore(self._at_once)
        for address in addresses:
            await places.acquire()
            begun_at = loop.time()
            self._open.add(self._begun)
            look = loop.create_task(self._look(address, sink))
            looks.add(look)
            look.add_done_callback(looks.discard)
            look.add_done_callback(lambda _: places.release())
            look.add_done_callback(partial(self._done, self._begun, address))
            self._begun += 1
            await asyncio.sleep(begun_at + self._pause_s - loop.time())

    def _done(self, number: int, address: str, look: asyncio.Task[None]) -> None:
        if look.cancelled():
            return
        self._open.discard(number)
        if error := look.exception():
            log.error("search of %s failed: %r", address, error, exc_info=error)

    async def _look(self, address: str, sink: Callable[[Found], None]) -> None:
        pinging = asyncio.create_task(self._ping(address))
        try:
            place, system, faults = await self._first_that_fits(address)
            rtt_s = await pinging
        finally:
            pinging.cancel()
        if place is not None:
            sink(await self._identified(Found(address, rtt_s, place), system))
            return
        if not faults and (rtt_s is not None or self.no_ping) and await self._speaks_v3(address):
            faults = [self._unanswered()]
        if rtt_s is not None or faults:
            sink(Found(address, rtt_s, error=_no_fit(faults)))

    async def _ping(self, address: str) -> float | None:
        try:
            ping = await self._pinger.ping(address, count=PINGS, gap_s=PING_GAP_S, timeout_s=PING_WAIT_S)
        except IcmpError as error:
            self.no_ping = str(error)
            return None
        return ping.rtt_s if ping else None

    async def _first_that_fits(self, address: str) -> tuple[int | None, list[Value], list[str]]:
        """Its place, what the system group says, and else why an agent that answers refused the others."""
        faults = []
        for place, credential in enumerate(self._credentials):
            try:
                return place, await self._session(address, credential).get(SYSTEM), []
            except SnmpTimeoutError:
                continue
            except SnmpUnsendableError:
                break
            except SnmpError as error:
                faults.append(str(error).removeprefix(f"{address}:").strip())
        return None, [], faults

    async def _speaks_v3(self, address: str) -> bool:
        """An SNMPv3 agent tells that it is one to anybody, even to a user it does not know (RFC 3414 section 4)."""
        try:
            await self._session(address, NOBODY).get((SYS_OBJECT_ID,))
        except (SnmpTimeoutError, SnmpUnsendableError):
            return False
        except SnmpError:
            return True
        return True

    def _unanswered(self) -> str:
        users = [credential.user for credential in self._credentials if credential.version == "3"]
        if not users:
            return "it speaks SNMPv3, and no credential of that version was tried"
        return f"it speaks SNMPv3, but is silent to {', '.join(users)}: is the privacy password or protocol wrong?"

    async def _identified(self, found: Found, system: Sequence[Value]) -> Found:
        """All that can be learned within a time; what it said first is kept whatever comes after."""
        sys_object_id, sys_descr, sys_name = map(text, system)
        found = replace(found, identity=Identity(sys_object_id, sys_descr, sys_name))
        assert found.credential is not None  # noqa: S101  # only what answered is identified
        async with self._talks:
            session = self._session(found.address, self._credentials[found.credential], TALK_S)
            try:
                profile = await identify.find(session, self._profiles, sys_object_id, sys_descr)
                if profile:
                    profile = await identify.tailored(session, profile, sys_object_id, sys_descr)
                found = replace(found, profile=profile.name if profile else "")
                standard = self._profiles[STANDARD]
                found = replace(found, identity=await identify.identity(session, profile, standard))
                return replace(found, neighbour=await neighbour(session), managed=await _managed(session, profile))
            except SnmpError as error:
                return replace(found, error=f"identification: {error}")

    def _session(self, address: str, credential: Credential, within_s: float | None = None) -> Session:
        deadline = None if within_s is None else asyncio.get_running_loop().time() + within_s
        return self._engine.session(address, self._port, credential, deadline=deadline)


def _no_fit(faults: Sequence[str]) -> str:
    return f"answers SNMP, none of the credentials fits: {'; '.join(faults)}" if faults else ""


async def _managed(session: Session, profile: Profile | None) -> int | None:
    """How many access points a controller lists; its rows are counted, and nothing else is read of them."""
    roster = await controller_poll.find(session, profile)
    return len(roster.states(await session.walk(roster.rows))) if roster else None
