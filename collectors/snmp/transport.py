"""Requests and their answers over one UDP socket per address family, for thousands of devices at once.

Nothing that arrives can raise out of the receive path. An answer counts only when its id and source are those that were
asked and its `Question` takes it; everything else is counted by kind in `Transport.stats` and dropped.
"""

import asyncio
import heapq
import itertools
import logging
import os
import socket
import struct
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from math import inf
from typing import NamedTuple, Protocol

from collectors.snmp.base import SnmpError, SnmpTimeoutError, SnmpUnsendableError
from collectors.snmp.codec import LEAST_ID, DecodeError, Message, message_id

log = logging.getLogger(__name__)

RECEIVE_BUFFER = 4 << 20
DATAGRAMS_A_WAKE_UP = 64  # then the event loop gets its turn
LARGEST_DATAGRAM = 65_535
SWEEP_S = 0.02  # deadlines are looked at no more often than this
FEW_EXPIRIES = 10_000  # are kept although their requests are over; a request may have minutes to wait for its turn
LEAST_SHORT_ID = 2**8  # and below 2**15: two octets, never negative
SO_MEMINFO, MEMINFO = 55, struct.Struct("=9I")  # Linux; the last of the nine is what the socket had no room for


class Peer(NamedTuple):
    """A device as the socket layer writes it, so that it can be compared with the source of a datagram."""

    family: int
    address: tuple[str, int] | tuple[str, int, int, int]
    any_source: bool = False  # it answers from another address than it is asked at
    short_ids: bool = False  # it gives back only the low 16 bits of an id


@lru_cache(65_536)
def resolve(address: str, port: int, any_source: bool = False, short_ids: bool = False) -> Peer:
    """No name service is asked: the inventory holds addresses, and a look-up would block the event loop."""
    try:
        ip_address(address)  # the socket layer would also take "10.1" for 10.0.0.1
        family, _, _, _, found = socket.getaddrinfo(
            address, port, type=socket.SOCK_DGRAM, flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        )[0]
    except (OSError, ValueError):
        raise SnmpUnsendableError(f"{address} is not an IP address") from None
    return Peer(family, found, any_source, short_ids)  # type: ignore[arg-type] # getaddrinfo also knows other families


class Question(Protocol):
    """What is asked of one device in one datagram, and how to read what comes back. Knows no socket and no time.

    The transport gives the question a number, sends the same bytes again while nothing comes, finds the question by
    the number (`codec.message_id`: the request-id of SNMP v1 and v2c, the msgID of version 3, in clear) and compares
    the source; all the rest is the question's to check.
    """

    def filled(self, number: int) -> bytes:
        """The datagram with this number as its id; called once, just before the first sending. Must not raise."""
        ...

    def read(self, data: bytes) -> Message | str:
        """The answer, which ends the request; or the kind under which `data` is counted and dropped.

        After a kind the request goes on waiting, and sends again when its time comes. Raises DecodeError, counted as
        "malformed", and nothing else. An answer is any message that its asker can do something with: an error status
        is one, and so is a Report of version 3, which is not authenticated: who gets it must not believe it blindly.
        """
        ...


class Reply(NamedTuple):
    message: Message
    rtt_s: float | None  # None after a second sending: which of the two was answered is not known


Done = Callable[[Message | SnmpError, float | None], None]  # the answer with its round trip, or why there is none


@dataclass(slots=True)
class _Lane:
    """Requests that share a limit on how many are on their way; the others wait in order."""

    limit: int
    busy: int = 0
    waiting: "deque[Request]" = field(default_factory=deque)


@dataclass(slots=True, eq=False)
class Request:
    """One question on its way to one device; `done` is called once, unless the request is withdrawn before."""

    peer: Peer
    question: Question
    deadline: float  # loop time
    done: Done
    tries: tuple[float, ...]
    lane: _Lane
    is_over: bool = False
    on_its_way: bool = False  # holds a place in its lane
    id: int = 0
    message: bytes = b""
    sendings: int = 0
    sent_at: float = 0.0
    expires: float = inf


class Transport:
    """`tries` are the waits in seconds after each sending; `window` bounds how many requests are on their way.

    A request without an answer to its first sending leaves the window for a second one of the same size, and probes of
    devices known to be silent have a third, a tenth of it: so the dead never hold up the living.
    """

    def __init__(self, tries: tuple[float, ...], window: int) -> None:
        self._counts: Counter[str] = Counter()
        self._tries = tries
        self._first, self._again, self._probes = _Lane(window), _Lane(window), _Lane(max(1, window // 10))
        self._sockets: dict[int, socket.socket] = {}
        self._by_id: dict[int, Request] = {}
        self._open = 0
        self._expiries: list[tuple[float, int, Request]] = []
        self._numbers = itertools.count()  # keep equal instants in the heap apart
        self._random: list[int] = []
        self._timer: asyncio.TimerHandle | None = None

    @property
    def stats(self) -> Counter[str]:
        """What went and came, by kind; `kernel_drops` are datagrams for which a receive buffer had no room."""
        dropped = sum(_kernel_drops(opened) for opened in self._sockets.values())
        return self._counts + Counter(kernel_drops=dropped)

    def count(self, kind: str) -> None:
        self._counts[kind] += 1

    async def ask(self, peer: Peer, question: Question, deadline: float | None = None, *, probe: bool = False) -> Reply:
        """Raises SnmpTimeoutError, or SnmpUnsendableError when nothing could be sent before `deadline` (loop time)."""
        answered: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

        def done(outcome: Message | SnmpError, rtt_s: float | None) -> None:
            if answered.done():  # cancelled a moment ago
                return
            if isinstance(outcome, Message):
                answered.set_result(Reply(outcome, rtt_s))
            else:
                answered.set_exception(outcome)

        request = self.put(peer, question, inf if deadline is None else deadline, done, probe=probe)
        try:
            return await answered
        finally:
            self.withdraw(request)

    def put(self, peer: Peer, question: Question, deadline: float, done: Done, *, probe: bool = False) -> Request:
        """Like `ask` without a coroutine; `done` may be called before this returns."""
        tries, lane = (self._tries[:2], self._probes) if probe else (self._tries, self._first)
        request = Request(peer, question, deadline, done, tries, lane)
        self._open += 1
        if asyncio.get_running_loop().time() >= deadline:
            self._end(request, _no_turn(peer))
        else:
            self._enter(request)
        return request

    def withdraw(self, request: Request) -> None:
        """Nothing more comes of it; no matter when it is already over."""
        if not request.is_over:
            request.is_over = True
            self._open -= 1
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

    def _enter(self, request: Request) -> None:
        lane = request.lane
        if lane.busy < lane.limit:
            self._send(request)
            return
        lane.waiting.append(request)
        self._expire(request, request.deadline)

    def _leave(self, request: Request) -> None:
        """Gives the place of `request` to who waits longest."""
        if not request.on_its_way:
            return
        request.on_its_way = False
        lane = request.lane
        lane.busy -= 1
        while lane.waiting and lane.busy < lane.limit:
            following = lane.waiting.popleft()
            if not following.is_over:
                self._send(following)

    def _end(self, request: Request, outcome: Message | SnmpError, rtt_s: float | None = None) -> None:
        self.withdraw(request)
        request.done(outcome, rtt_s)

    def _send(self, request: Request) -> None:
        """Sends, or sends again, the same bytes; a full socket buffer counts as a loss on the way."""
        if not request.id:
            request.id = self._new_id(short=request.peer.short_ids)
            request.message = request.question.filled(request.id)
            self._by_id[request.id] = request
        address = request.peer.address
        try:
            self._socket(request.peer.family).sendto(request.message, address)
        except (BlockingIOError, ConnectionRefusedError):
            self._counts["send_buffer_full"] += 1
        except OSError as error:
            self._counts["unsendable"] += 1
            self._end(request, SnmpUnsendableError(f"cannot send to {address[0]}: {error.strerror}"))
            return
        self._counts["resent" if request.sendings else "sent"] += 1
        request.on_its_way = True
        request.lane.busy += 1
        request.sent_at = asyncio.get_running_loop().time()
        wait = request.tries[request.sendings]
        request.sendings += 1
        self._expire(request, min(request.sent_at + wait, request.deadline))

    def _new_id(self, *, short: bool) -> int:
        """Unpredictable, so that nobody off the path can answer for a device."""
        least, shift = (LEAST_SHORT_ID, 17) if short else (LEAST_ID, 1)
        while True:
            if not self._random:
                self._random = list(struct.unpack("256I", os.urandom(1024)))
            candidate = self._random.pop() >> shift
            if candidate >= least and candidate not in self._by_id:
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
                self._counts["socket_errors"] += 1
            else:
                self._receive(data, source, now)

    def _receive(self, data: bytes, source: object, now: float) -> None:
        self._counts["received"] += 1
        try:
            request = self._by_id.get(message_id(data))
            if request is None:
                self._counts["stray"] += 1  # never asked, or already answered
                return
            if source != request.peer.address and not request.peer.any_source:
                self._counts["wrong_source"] += 1
                return
            answer = request.question.read(data)
        except DecodeError:
            self._counts["malformed"] += 1
            return
        if isinstance(answer, str):
            self._counts[answer] += 1
            return
        self._end(request, answer, now - request.sent_at if request.sendings == 1 else None)

    # Time: one heap of expiries and one timer for all requests.

    def _expire(self, request: Request, at: float) -> None:
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
            if not request.is_over and request.expires == at:
                self._expired(request, now)
        if len(self._expiries) > FEW_EXPIRIES + 2 * self._open:
            self._expiries = [
                entry for entry in self._expiries if not entry[2].is_over and entry[2].expires == entry[0]
            ]
            heapq.heapify(self._expiries)
        if self._expiries:
            self._wake_up(max(self._expiries[0][0], now + SWEEP_S))

    def _expired(self, request: Request, now: float) -> None:
        if not request.sendings:
            self._counts["unsendable"] += 1
            self._end(request, _no_turn(request.peer))
        elif now >= request.deadline or request.sendings == len(request.tries) or self._yields(request):
            self._counts["timeouts"] += 1
            self._end(request, SnmpTimeoutError(f"no answer from {request.peer.address[0]}"))
        else:
            self._leave(request)
            if request.lane is self._first:
                request.lane = self._again
            self._enter(request)

    def _yields(self, request: Request) -> bool:
        """A probe has its second try only while no other device waits for its first."""
        return request.lane is self._probes and bool(request.lane.waiting)


def _no_turn(peer: Peer) -> SnmpUnsendableError:
    return SnmpUnsendableError(f"{peer.address[0]} was not asked before the deadline")


def _kernel_drops(opened: socket.socket) -> int:
    try:
        drops: int = MEMINFO.unpack(opened.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, MEMINFO.size))[8]
    except (OSError, struct.error):  # not Linux
        return 0
    return drops
