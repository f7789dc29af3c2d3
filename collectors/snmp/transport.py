"""Requests and their answers over one UDP socket per address family, for thousands of devices at once.

Nothing that arrives can raise out of the receive path. An answer counts only when its source, id, community, version
and objects are those that were asked; everything else is counted by kind in `Transport.stats` and dropped.
"""

import asyncio
import heapq
import itertools
import logging
import os
import socket
from collections import Counter, deque
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from math import inf
from typing import NamedTuple

from collectors.snmp.base import SnmpTimeoutError, SnmpUnsendableError
from collectors.snmp.codec import LEAST_ID, DecodeError, Message, Pdu, Template, decode

log = logging.getLogger(__name__)

RECEIVE_BUFFER = 4 << 20
DATAGRAMS_A_WAKE_UP = 64  # then the event loop gets its turn
LARGEST_DATAGRAM = 65_535
SWEEP_S = 0.02  # deadlines are looked at no more often than this


class Peer(NamedTuple):
    """A device as the socket layer writes it, so that it can be compared with the source of a datagram."""

    family: int
    address: tuple[str, int] | tuple[str, int, int, int]


@lru_cache(65_536)
def resolve(address: str, port: int) -> Peer:
    """No name service is asked: the inventory holds addresses, and a look-up would block the event loop."""
    try:
        ip_address(address)  # the socket layer would also take "10.1" for 10.0.0.1
        family, _, _, _, found = socket.getaddrinfo(
            address, port, type=socket.SOCK_DGRAM, flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        )[0]
    except (OSError, ValueError):
        raise SnmpUnsendableError(f"{address} is not an IP address") from None
    return Peer(family, found)  # type: ignore[arg-type] # the type of getaddrinfo also covers other families


class Question(NamedTuple):
    """What is asked and what an answer must look like; `most` is 0 when exactly `oids` have to come back."""

    version: int
    community: bytes
    oids: list[bytes]
    template: Template
    most: int = 0

    def objection(self, message: Message) -> str:
        """The kind under which an answer is dropped; empty when it is an answer to this question."""
        if message.community != self.community:
            return "wrong_community"
        if message.version != self.version or message.pdu != Pdu.RESPONSE:
            return "wrong_version"
        if message.oids == self.oids:
            return ""
        if message.error_status:  # RFC 3416 section 4.2.3: tooBig comes without bindings
            return "wrong_oids" if message.oids else ""
        return "" if self.most and len(message.oids) <= self.most else "wrong_oids"


class Reply(NamedTuple):
    message: Message
    rtt_s: float | None  # None after a second sending: which of the two was answered is not known


@dataclass(slots=True)
class _Lane:
    """Requests that share a limit on how many are on their way; the others wait in order."""

    limit: int
    busy: int = 0
    waiting: "deque[_Request]" = field(default_factory=deque)


@dataclass(slots=True, eq=False)
class _Request:
    peer: Peer
    question: Question
    deadline: float
    tries: tuple[float, ...]
    lane: _Lane
    future: asyncio.Future[Reply]
    on_its_way: bool = False  # holds a place in its lane
    id: int = 0
    message: bytes = b""
    sendings: int = 0
    sent_at: float = 0.0
    expires: float = inf


class Transport:
    """`tries` are the waits in seconds after each sending; `window` bounds how many requests are on their way.

    A request without an answer to its first sending leaves the window for a second one of the same size, and probes of
    devices known to be silent have a third and smaller one: so the dead never hold up the living.
    """

    def __init__(self, tries: tuple[float, ...], window: int) -> None:
        self.stats: Counter[str] = Counter()
        self._tries = tries
        self._first, self._again, self._probes = _Lane(window), _Lane(window), _Lane(max(1, window // 4))
        self._sockets: dict[int, socket.socket] = {}
        self._by_id: dict[int, _Request] = {}
        self._expiries: list[tuple[float, int, _Request]] = []
        self._numbers = itertools.count()  # keep equal instants in the heap apart
        self._timer: asyncio.TimerHandle | None = None

    async def ask(self, peer: Peer, question: Question, deadline: float | None = None, *, probe: bool = False) -> Reply:
        """Raises SnmpTimeoutError, or SnmpUnsendableError when nothing could be sent before `deadline` (loop time)."""
        loop = asyncio.get_running_loop()
        if deadline is not None and loop.time() >= deadline:
            raise _no_turn(peer)
        request = _Request(
            peer,
            question,
            inf if deadline is None else deadline,
            self._tries[:2] if probe else self._tries,
            self._probes if probe else self._first,
            loop.create_future(),
        )
        self._enter(request)
        try:
            return await request.future
        finally:
            self._by_id.pop(request.id, None)
            self._leave(request)

    def close(self) -> None:
        loop = asyncio.get_running_loop()
        for opened in self._sockets.values():
            loop.remove_reader(opened)
            opened.close()
        self._sockets.clear()
        if self._timer:
            self._timer.cancel()
            self._timer = None

    # The way out: a lane, the socket, a deadline.

    def _enter(self, request: _Request) -> None:
        lane = request.lane
        if lane.busy < lane.limit:
            self._send(request)
            return
        lane.waiting.append(request)
        self._expire(request, request.deadline)

    def _leave(self, request: _Request) -> None:
        """Gives the place of `request` to who waits longest."""
        if not request.on_its_way:
            return
        request.on_its_way = False
        lane = request.lane
        lane.busy -= 1
        while lane.waiting and lane.busy < lane.limit:
            following = lane.waiting.popleft()
            if not following.future.done():
                self._send(following)

    def _send(self, request: _Request) -> None:
        """Sends, or sends again, the same bytes; a full socket buffer counts as a loss on the way."""
        if not request.id:
            request.id = self._new_id()
            request.message = request.question.template.filled(request.id)
            self._by_id[request.id] = request
        address = request.peer.address
        try:
            self._socket(request.peer.family).sendto(request.message, address)
        except (BlockingIOError, ConnectionRefusedError):
            self.stats["send_buffer_full"] += 1
        except OSError as error:
            self.stats["unsendable"] += 1
            request.future.set_exception(SnmpUnsendableError(f"cannot send to {address[0]}: {error.strerror}"))
            return
        self.stats["resent" if request.sendings else "sent"] += 1
        request.on_its_way = True
        request.lane.busy += 1
        request.sent_at = request.future.get_loop().time()
        wait = request.tries[request.sendings]
        request.sendings += 1
        self._expire(request, min(request.sent_at + wait, request.deadline))

    def _new_id(self) -> int:
        """Unpredictable, so that nobody off the path can answer for a device."""
        while True:
            candidate = int.from_bytes(os.urandom(4), "big") >> 1
            if candidate >= LEAST_ID and candidate not in self._by_id:
                return candidate

    def _socket(self, family: int) -> socket.socket:
        if family in self._sockets:
            return self._sockets[family]
        opened = socket.socket(family, socket.SOCK_DGRAM)
        opened.setblocking(False)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        granted = opened.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        if granted < RECEIVE_BUFFER:
            log.warning("the receive buffer has %d bytes, not %d: raise net.core.rmem_max", granted, RECEIVE_BUFFER)
        asyncio.get_running_loop().add_reader(opened, self._drain, opened)
        self._sockets[family] = opened
        return opened

    # The way in.

    def _drain(self, ready: socket.socket) -> None:
        """Many datagrams a wake-up: one each, as asyncio's own transport does, costs twice the CPU."""
        now = asyncio.get_running_loop().time()  # reading the first must not lengthen the round trip of the last
        for _ in range(DATAGRAMS_A_WAKE_UP):
            try:
                data, source = ready.recvfrom(LARGEST_DATAGRAM)
            except BlockingIOError:
                return
            except OSError:  # an ICMP error of some earlier sending, whose deadline tells
                self.stats["socket_errors"] += 1
            else:
                self._receive(data, source, now)

    def _receive(self, data: bytes, source: object, now: float) -> None:
        self.stats["received"] += 1
        try:
            message = decode(data)
        except DecodeError:
            self.stats["malformed"] += 1
            return
        request = self._by_id.get(message.request_id)
        if request is None:
            self.stats["stray"] += 1  # never asked, or already answered
            return
        objection = "wrong_source" if source != request.peer.address else request.question.objection(message)
        if objection:
            self.stats[objection] += 1
            return
        del self._by_id[request.id]
        rtt_s = now - request.sent_at if request.sendings == 1 else None
        request.future.set_result(Reply(message, rtt_s))

    # Time: one heap of expiries and one timer for all requests.

    def _expire(self, request: _Request, at: float) -> None:
        request.expires = at
        if at == inf:
            return
        heapq.heappush(self._expiries, (at, next(self._numbers), request))
        if self._timer is None or at < self._timer.when():
            self._wake_up(at)

    def _wake_up(self, at: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_at(at, self._sweep)

    def _sweep(self) -> None:
        now = asyncio.get_running_loop().time()
        self._timer = None
        while self._expiries and self._expiries[0][0] <= now:
            at, _, request = heapq.heappop(self._expiries)
            if not request.future.done() and request.expires == at:
                self._expired(request, now)
        if self._expiries:
            self._wake_up(max(self._expiries[0][0], now + SWEEP_S))

    def _expired(self, request: _Request, now: float) -> None:
        if not request.sendings:
            self.stats["unsendable"] += 1
            request.future.set_exception(_no_turn(request.peer))
        elif now >= request.deadline or request.sendings == len(request.tries):
            self.stats["timeouts"] += 1
            request.future.set_exception(SnmpTimeoutError(f"no answer from {request.peer.address[0]}"))
        else:
            self._leave(request)
            if request.lane is self._first:
                request.lane = self._again
            self._enter(request)


def _no_turn(peer: Peer) -> SnmpUnsendableError:
    return SnmpUnsendableError(f"{peer.address[0]} was not asked before the deadline")
