"""Simulated SNMP v1/v2c agents, hundreds in one process: for the demonstration city and for tests.

What they say is the caller's business: a table of objects whose values are constants or functions of the time. They
only ever answer; nothing can be set.
"""

import asyncio
import socket
import struct
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from collectors.oids import SYS_UP_TIME
from collectors.snmp.codec import (
    V1,
    DecodeError,
    Message,
    Pdu,
    Tag,
    decode,
    decode_parts,
    encode_binding,
    encode_element,
    encode_message,
    encode_oid,
    encode_value,
)

LARGEST_ANSWER = 1_472  # bytes: one Ethernet frame
TOO_BIG, NO_SUCH_NAME = 1, 2
DATAGRAMS_A_WAKE_UP = 64
RECEIVE_BUFFER = 4 << 20
IP_PKTINFO = 8  # Linux; the socket module names it in newer Pythons only

Plain = int | bytes | str


class Object(NamedTuple):
    """One object of an agent; a function gets the time in seconds since 1970."""

    tag: Tag
    value: Plain | Callable[[float], Plain]


class _Order(NamedTuple):
    """The OIDs of a table in MIB order; agents with the same objects share it."""

    raw: tuple[bytes, ...]
    parts: tuple[tuple[int, ...], ...]
    place: dict[bytes, int]


@lru_cache(1_024)
def _order(oids: frozenset[str]) -> _Order:
    raw = tuple(sorted((encode_oid(oid) for oid in oids), key=decode_parts))
    return _Order(raw, tuple(map(decode_parts, raw)), {oid: place for place, oid in enumerate(raw)})


class Agent:
    """One device. `sysUpTime` counts from `booted_at` by itself unless the table has it."""

    def __init__(
        self,
        objects: Mapping[str, Object],
        *,
        community: str = "public",
        booted_at: float = 0.0,
        largest_answer: int = LARGEST_ANSWER,
    ) -> None:
        self.silent = False
        self.booted_at = booted_at
        self._community = community.encode()
        self._largest_answer = largest_answer
        table = {SYS_UP_TIME: Object(Tag.TIME_TICKS, self.uptime_ticks), **objects}
        self._order = _order(frozenset(table))
        by_raw = {encode_oid(oid): thing for oid, thing in table.items()}
        self._objects = [by_raw[raw] for raw in self._order.raw]
        self._constant = [
            b"" if callable(thing.value) else encode_binding(raw, encode_value(thing.tag, thing.value))
            for raw, thing in zip(self._order.raw, self._objects, strict=True)
        ]

    def uptime_ticks(self, now: float) -> int:
        return int((now - self.booted_at) * 100) % 2**32

    def reboot(self, now: float) -> None:
        self.booted_at = now

    def answer(self, data: bytes, now: float) -> bytes | None:
        """The datagram that answers `data`; None when an agent would stay silent."""
        try:
            asked = decode(data)
            if self.silent or asked.community != self._community:
                return None
            return self._answer(asked, now)
        except DecodeError:
            return None

    def _answer(self, asked: Message, now: float) -> bytes | None:
        if asked.pdu == Pdu.GET:
            return self._reply(asked, [self._find(asked, oid, now) for oid in asked.oids])
        if asked.pdu == Pdu.GETNEXT:
            return self._reply(asked, [self._following(asked, oid, now)[1] for oid in asked.oids])
        if asked.pdu == Pdu.GETBULK and asked.version != V1:
            return self._reply_bulk(asked, now)
        return None

    def _find(self, asked: Message, oid: bytes, now: float) -> bytes | None:
        """The binding of an object, None for an exception that SNMPv1 does not have."""
        place = self._order.place.get(oid)
        if place is not None and self._is_visible(asked, place):
            return self._binding(place, now)
        return _exception(asked, oid, Tag.NO_SUCH_OBJECT)

    def _following(self, asked: Message, oid: bytes, now: float) -> tuple[bytes, bytes | None]:
        """The next object after `oid` and its binding."""
        place = bisect_right(self._order.parts, decode_parts(oid))
        while place < len(self._objects) and not self._is_visible(asked, place):
            place += 1
        if place == len(self._objects):
            return oid, _exception(asked, oid, Tag.END_OF_MIB_VIEW)
        return self._order.raw[place], self._binding(place, now)

    def _is_visible(self, asked: Message, place: int) -> bool:
        """RFC 3584 section 4.2.2.1: SNMPv1 has no Counter64."""
        return asked.version != V1 or self._objects[place].tag != Tag.COUNTER64

    def _binding(self, place: int, now: float) -> bytes:
        tag, value = self._objects[place]
        if callable(value):
            return encode_binding(self._order.raw[place], encode_value(tag, value(now)))
        return self._constant[place]

    def _reply(self, asked: Message, bindings: list[bytes | None]) -> bytes:
        if None in bindings:
            return _error(asked, NO_SUCH_NAME, bindings.index(None) + 1)
        reply = _success(asked, (binding for binding in bindings if binding))
        return reply if len(reply) <= self._largest_answer else _error(asked, TOO_BIG, 0)

    def _reply_bulk(self, asked: Message, now: float) -> bytes:
        """RFC 3416 section 4.2.3, cut off where the answer gets too large."""
        non_repeaters = max(asked.error_status, 0)
        bindings = [self._following(asked, oid, now)[1] or b"" for oid in asked.oids[:non_repeaters]]
        columns = asked.oids[non_repeaters:]
        room = self._largest_answer - len(_success(asked, bindings)) - 8
        for _ in range(asked.error_index if columns else 0):
            before = list(columns)
            for column, oid in enumerate(before):
                columns[column], binding = self._following(asked, oid, now)
                room -= len(binding or b"")
                if room < 0:
                    return _success(asked, bindings)
                bindings.append(binding or b"")
            if columns == before:
                break
        return _success(asked, bindings)


def _exception(asked: Message, oid: bytes, tag: Tag) -> bytes | None:
    return None if asked.version == V1 else encode_binding(oid, encode_element(tag, b""))


def _success(asked: Message, bindings: Iterable[bytes]) -> bytes:
    return encode_message(asked.version, asked.community, Pdu.RESPONSE, asked.request_id, 0, 0, bindings)


def _error(asked: Message, status: int, index: int) -> bytes:
    """SNMPv1 sends the question back with it; a v2c tooBig comes without bindings."""
    oids = asked.oids if asked.version == V1 else []
    nothing = encode_element(Tag.NULL, b"")
    bindings = [encode_binding(oid, nothing) for oid in oids]
    return encode_message(asked.version, asked.community, Pdu.RESPONSE, asked.request_id, status, index, bindings)


class AgentHost:
    """Serves `agents`, keyed by IPv4 address, on one socket: on Linux all of 127.0.0.0/8 is local without any set-up.

    The socket listens on every address, yet only what is addressed to an agent gets an answer, from that address.
    """

    def __init__(self, agents: Mapping[str, Agent], port: int, clock: Callable[[], float] = time.time) -> None:
        self.port = port
        self._agents = {socket.inet_aton(address): agent for address, agent in agents.items()}
        self._clock = clock
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Port 0 takes a free one, to be read from `port`."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        self._socket.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
        self._socket.bind(("0.0.0.0", self.port))  # noqa: S104 # see the docstring of the class
        self.port = self._socket.getsockname()[1]
        asyncio.get_running_loop().add_reader(self._socket, self._drain, self._socket)

    def close(self) -> None:
        if self._socket:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def _drain(self, ready: socket.socket) -> None:
        now = self._clock()
        for _ in range(DATAGRAMS_A_WAKE_UP):
            try:
                data, ancillary, _, source = ready.recvmsg(65_535, 64)
            except BlockingIOError:
                return
            _, asked_address, _ = struct.unpack("=I4s4s", ancillary[0][2])
            agent = self._agents.get(asked_address)
            answer = agent.answer(data, now) if agent else None
            if answer:
                self._send(ready, answer, asked_address, source)

    def _send(self, ready: socket.socket, answer: bytes, address: bytes, destination: tuple[str, int]) -> None:
        """From the address that was asked; what cannot be sent is lost, as on any network."""
        origin = [(socket.IPPROTO_IP, IP_PKTINFO, struct.pack("=I4s4s", 0, address, b""))]
        try:
            ready.sendmsg([answer], origin, 0, destination)
        except OSError:
            return
