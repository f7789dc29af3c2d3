"""The receiver of traps and informs: known senders only, in a bounded queue, at a bounded rate.

A trap proves nothing, for anybody can send one in a device's name: it is a reason to poll that device now, no more.
"""

import asyncio
import logging
import socket
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from collectors.target import Credential
from collectors.trap_kinds import kind_of

if TYPE_CHECKING:
    from collectors.snmp.notifications import Notifications

log = logging.getLogger(__name__)

RECEIVE_BUFFER = 1 << 20
LARGEST = 4096  # octets; what devices send fits an Ethernet frame
DATAGRAMS_A_WAKE_UP = 64  # then the event loop gets its turn
WAITING, WAITING_OF_ONE = 500, 5  # notifications, of all senders and of each
PAUSE_S = 0.05  # after each, so that 20 a second are decoded
SHARE = 0.1  # of one core's time for decoding, whatever comes


class TrapError(Exception):
    """The port can't be opened; a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Sender:
    """A device that may send; `engine_id` is needed for its SNMPv3 traps."""

    credentials: tuple[Credential, ...]
    engine_id: str = ""


class Traps:
    """`heard` is called with the sender's address and the kind; `stats` counts what came, by what became of it."""

    def __init__(self, heard: Callable[[str, str], None]) -> None:
        self.stats: Counter[str] = Counter()
        self._heard = heard
        self._senders: Mapping[str, Sender] = {}
        self._sockets: list[socket.socket] = []
        self._queue: deque[tuple[bytes, Any, socket.socket]] = deque()
        self._of_one: Counter[str] = Counter()
        self._ready = asyncio.Event()
        self._notifications: Notifications | None = None
        self._answer_by: socket.socket | None = None

    @property
    def ports(self) -> list[int]:
        return [opened.getsockname()[1] for opened in self._sockets]

    async def open(self, port: int) -> None:
        """Listen on all addresses of this machine, IPv4 and IPv6; raises TrapError."""
        self._notifications = await asyncio.to_thread(notifications, self._answer)
        for family in (socket.AF_INET, socket.AF_INET6):
            try:
                opened = bound(family, port)
            except OSError as error:
                if family == socket.AF_INET:
                    raise TrapError(unusable(port, error)) from None
                continue  # a machine without IPv6
            self._sockets.append(opened)
            asyncio.get_running_loop().add_reader(opened, self._drain, opened)

    def follow(self, senders: Mapping[str, Sender]) -> None:
        """By address: from now on these are the senders that are known."""
        self._senders = {plain(address): sender for address, sender in senders.items()}

    async def run(self) -> None:
        """Decode what waits, one after the other, until cancelled."""
        while True:
            await self._ready.wait()
            while self._queue:
                began = time.perf_counter()
                await self._take(*self._queue.popleft())
                await asyncio.sleep(max(PAUSE_S, (time.perf_counter() - began) * (1 / SHARE - 1)))
            self._ready.clear()

    def close(self) -> None:
        loop = asyncio.get_running_loop()
        for opened in self._sockets:
            loop.remove_reader(opened)
            opened.close()
        self._sockets.clear()
        self._queue.clear()

    async def _take(self, data: bytes, source: Any, opened: socket.socket) -> None:
        address = plain(source[0])
        self._of_one[address] -= 1
        if not self._of_one[address]:
            del self._of_one[address]
        sender = self._senders.get(address)
        if sender is None or self._notifications is None:  # taken out of the inventory meanwhile
            self.stats["unknown_sender"] += 1
            return
        self._answer_by = opened
        oid = await asyncio.to_thread(self._notifications.oid_of, data, source, sender.credentials, sender.engine_id)
        kind = kind_of(oid)
        self.stats["rejected" if not oid else "heard" if kind else "of_no_use"] += 1
        if kind:
            self._heard(address, kind)

    def _answer(self, message: bytes, address: Any) -> None:
        if self._answer_by:
            with suppress(OSError):  # it will send its inform again
                self._answer_by.sendto(message, tuple(address))

    def _drain(self, ready: socket.socket) -> None:
        for _ in range(DATAGRAMS_A_WAKE_UP):
            try:
                data, source = ready.recvfrom(LARGEST + 1)
            except BlockingIOError:
                return
            except OSError:
                self.stats["socket_errors"] += 1
            else:
                self.stats["received"] += 1
                if fault := self._fault(data, source):
                    self.stats[fault] += 1
                else:
                    self._of_one[plain(source[0])] += 1
                    self._queue.append((data, source, ready))
                    self._ready.set()

    def _fault(self, data: bytes, source: Any) -> str:
        """Why a datagram is dropped before anybody looks into it."""
        address = plain(source[0])
        if address not in self._senders:
            return "unknown_sender"
        if len(data) > LARGEST:
            return "oversized"
        if self._of_one[address] >= WAITING_OF_ONE or len(self._queue) >= WAITING:
            return "too_many"
        return ""


def notifications(answer: Callable[[bytes, Any], None]) -> "Notifications":
    # Imported where traps are wanted: pysnmp costs every other collector 12 MB and its start time.
    from collectors.snmp.notifications import Notifications

    return Notifications(answer)


def bound(family: int, port: int) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_DGRAM)
    try:
        opened.setblocking(False)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        opened.bind(("", port))
    except OSError:
        opened.close()
        raise
    return opened


def unusable(port: int, error: OSError) -> str:
    if isinstance(error, PermissionError):
        return (
            f"trap_port {port}: this process may not open it; take one from 1024 up and send traps there, or give it "
            "CAP_NET_BIND_SERVICE (systemd: AmbientCapabilities=, compose: cap_add:)"
        )
    return f"trap_port {port}: {error.strerror}"


def plain(address: str) -> str:
    """As the inventory and the socket layer may both write it, without a zone."""
    try:
        return ip_address(address.partition("%")[0]).compressed
    except ValueError:
        return address


def senders(devices: Collection[tuple[str, tuple[Credential, ...], str]], communities: str) -> dict[str, Sender]:
    """From (address, credentials, engine-ID) of each device and more communities by commas."""
    more = tuple(Credential("2c", community=one.strip()) for one in communities.split(",") if one.strip())
    found: dict[str, Sender] = {}
    for address, credentials, engine_id in devices:
        other = found.get(address, Sender(more))  # several devices behind one address, each at a port of its own
        found[address] = Sender((*credentials, *other.credentials), engine_id or other.engine_id)
    return found
