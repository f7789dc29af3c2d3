"""ICMP echo (ping): many devices at once over one socket per address family, IPv4 and IPv6 (RFC 792, RFC 4443).

Nothing that arrives can raise out of the receive path. An answer counts only when it comes from the address that was
asked and carries the random words of an echo that still waits; everything else is counted by kind and dropped.
"""

import asyncio
import heapq
import itertools
import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from collectors.echo import IPV4, TOKEN, Address, IcmpError, Opened, echo, open_socket, resolve, token_of
from collectors.result import Ping

COUNT = 3
GAP_S = 0.2  # between two echoes to one device
TIMEOUT_S = 1.0  # for the last of them
RATE = 5_000.0  # echoes a second in all: 2 to 3 Mbit/s
LARGEST_ANSWER = 256
DATAGRAMS_A_WAKE_UP = 64  # then the event loop gets its turn
TICK_S = 0.2  # echoes due within one leave together, and answers come together: a wake-up costs more than ten echoes
BURST_S = 0.01  # so much of the rate may be spent at once


@dataclass(slots=True, eq=False)
class Series:
    """The echoes to one device: `waiting` says by token when each left, None once it is answered."""

    family: int
    address: Address
    left: int
    gap_s: float
    timeout_s: float
    done: Callable[[Ping | None], None]
    waiting: dict[bytes, float | None]
    due_at: float = 0.0
    received: int = 0
    rtt_s: float | None = None
    begun: bool = False
    ended: bool = False


class Pinger:
    """Lives in one event loop; `stats` counts what went and came, by kind.

    `rate` bounds the echoes a second to all devices together. A socket is opened when its address family is first
    pinged.
    """

    def __init__(self, rate: float = RATE) -> None:
        self.stats: Counter[str] = Counter()
        self._pause_s = 1 / rate
        self._free_at = 0.0  # when the next echo may leave
        self._id = int.from_bytes(os.urandom(2), "big")  # of raw sockets; the kernel chooses that of others
        self._sequence = int.from_bytes(os.urandom(2), "big")
        self._sockets: dict[int, Opened] = {}
        self._by_token: dict[bytes, Series] = {}
        self._due: list[tuple[float, int, Series]] = []
        self._numbers = itertools.count()  # keep equal instants in the heap apart
        self._timer: asyncio.TimerHandle | None = None

    async def ping(
        self, address: str, *, count: int = COUNT, gap_s: float = GAP_S, timeout_s: float = TIMEOUT_S
    ) -> Ping | None:
        """One device; None when not a single echo could be sent. Raises IcmpError."""
        pings = await self.ping_all([address], count=count, gap_s=gap_s, timeout_s=timeout_s)
        return pings[address]

    async def ping_all(
        self, addresses: Iterable[str], *, count: int = COUNT, gap_s: float = GAP_S, timeout_s: float = TIMEOUT_S
    ) -> dict[str, Ping | None]:
        """Many devices at once, as `ping` each. Raises IcmpError."""
        wanted = dict.fromkeys(addresses)
        found: dict[str, Ping | None] = {}
        finished = asyncio.Event()

        def done(address: str, ping: Ping | None) -> None:
            found[address] = ping
            if len(found) == len(wanted):
                finished.set()

        begun = [
            self.begin(address, partial(done, address), count=count, gap_s=gap_s, timeout_s=timeout_s)
            for address in wanted
        ]
        try:
            if begun:
                await finished.wait()
        finally:
            for series in begun:  # after a cancellation nobody waits for them
                self._forget(series)
        return found

    def begin(
        self,
        address: str,
        done: Callable[[Ping | None], None],
        *,
        count: int = COUNT,
        gap_s: float = GAP_S,
        timeout_s: float = TIMEOUT_S,
        delay_s: float = 0.0,
    ) -> Series:
        """Ping a device `delay_s` from now, and call `done` once with what came of it; raises IcmpError at once only.

        It ends with the last answer, at the latest `(count - 1) * gap_s + timeout_s` after it began (and a tick).
        """
        family, target = resolve(address)
        self._open(family)
        series = Series(family, target, count, gap_s, timeout_s, done, {})
        self._at(-(-(asyncio.get_running_loop().time() + delay_s) // TICK_S) * TICK_S, series)
        return series

    def hurry(self, series: Series) -> None:
        """Begin now what was to begin later."""
        if not series.begun:
            self._at(asyncio.get_running_loop().time(), series)

    def close(self) -> None:
        """What is on its way is never told of."""
        loop = asyncio.get_running_loop()
        for opened in self._sockets.values():
            loop.remove_reader(opened.socket)
            opened.socket.close()
        self._sockets.clear()
        self._by_token.clear()
        self._due.clear()
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _open(self, family: int) -> None:
        if family not in self._sockets:
            opened = open_socket(family)
            asyncio.get_running_loop().add_reader(opened.socket, self._drain, opened)
            self._sockets[family] = opened

    # Time: one heap of what is due and one timer for all devices.

    def _at(self, when: float, series: Series) -> None:
        series.due_at = when
        heapq.heappush(self._due, (when, next(self._numbers), series))
        if self._timer is None or when < self._timer.when():
            self._wake_up(when)

    def _wake_up(self, when: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_at(when, self._work)

    def _work(self) -> None:
        """Send what is due, as fast as the rate allows, and end what has waited long enough."""
        now = asyncio.get_running_loop().time()
        self._timer = None
        self._free_at = max(self._free_at, now)
        soon = now + BURST_S
        while self._due and self._due[0][0] <= soon and self._free_at <= soon:
            when, _, series = heapq.heappop(self._due)
            if when != series.due_at or series.ended:
                continue
            if series.left:
                self._send(series)
            else:
                self._end(series)
        if self._due:
            self._wake_up(max(self._due[0][0], self._free_at - BURST_S, now + BURST_S))

    # The way out.

    def _send(self, series: Series) -> None:
        now = asyncio.get_running_loop().time()
        series.begun = True
        series.left -= 1
        self._free_at += self._pause_s
        self._at(max(series.due_at, now - BURST_S) + (series.gap_s if series.left else series.timeout_s), series)
        token = os.urandom(TOKEN)
        self._sequence = (self._sequence + 1) & 0xFFFF
        opened = self._sockets[series.family]
        try:
            opened.socket.sendto(echo(series.family, self._id, self._sequence, token), series.address)
        except BlockingIOError:
            self.stats["send_buffer_full"] += 1
        except OSError:  # no route, a firewall of this machine, a broadcast address
            self.stats["unsendable"] += 1
        else:
            self.stats["sent"] += 1
            series.waiting[token] = now
            self._by_token[token] = series

    def _forget(self, series: Series) -> None:
        series.ended = True
        for token in series.waiting:
            self._by_token.pop(token, None)

    def _end(self, series: Series) -> None:
        self._forget(series)
        sent = len(series.waiting)
        series.done(Ping(sent, series.received, series.rtt_s) if sent else None)

    # The way in.

    def _drain(self, opened: Opened) -> None:
        now = asyncio.get_running_loop().time()  # reading the first must not lengthen the round trip of the last
        for _ in range(DATAGRAMS_A_WAKE_UP):
            try:
                data, source = opened.socket.recvfrom(LARGEST_ANSWER)
            except BlockingIOError:
                return
            except OSError:
                self.stats["socket_errors"] += 1
            else:
                self._receive(opened, data, source, now)

    def _receive(self, opened: Opened, data: bytes, source: tuple[Any, ...], now: float) -> None:
        self.stats["received"] += 1
        token = token_of(opened, data, self._id)
        if token is None:
            self.stats["malformed"] += 1
            return
        series = self._by_token.get(token)
        if series is None:
            self.stats["stray"] += 1  # late, another program's, or forged
        elif source[0] != series.address[0] or source[3:] != series.address[3:]:
            self.stats["wrong_source"] += 1
        elif (sent_at := series.waiting[token]) is None:
            self.stats["duplicate"] += 1
        else:
            series.waiting[token] = None
            series.received += 1
            series.rtt_s = min(series.rtt_s or now, now - sent_at)
            if not series.left and series.received == len(series.waiting):
                self._end(series)


def refusal() -> str:
    """Why this process may not ping, as a sentence; empty when it may."""
    try:
        open_socket(IPV4).socket.close()
    except IcmpError as error:
        return str(error)
    return ""
