"""A conversation with one device: what is too big is split, what is not there is told apart, tables are walked."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from collectors.snmp import question
from collectors.snmp.base import Missing, Rows, SnmpStatusError, SnmpTimeoutError, Value
from collectors.snmp.codec import DecodeError, Message, Pdu, decode_parts, encode_oid
from collectors.snmp.question import Oids
from collectors.snmp.transport import Peer, Transport
from collectors.target import Credential

STATUS = (  # RFC 3416 section 3
    "noError", "tooBig", "noSuchName", "badValue", "readOnly", "genErr", "noAccess", "wrongType", "wrongLength",
    "wrongEncoding", "wrongValue", "noCreation", "inconsistentValue", "resourceUnavailable", "commitFailed",
    "undoFailed", "authorizationError", "notWritable", "inconsistentName",
)  # fmt: skip
TOO_BIG, NO_SUCH_NAME = 1, 2
LARGEST_REQUEST = 1_300  # bytes of bindings: with the rest of the message below one Ethernet frame
LEAST_REPETITIONS, MOST_REPETITIONS = 10, 40  # rows a GETBULK asks for: grows while a walk goes on
MOST_BINDINGS = 60  # rows times columns


class Conversation(ABC):
    """Asks one thing at a time. `most_objects` remembers how many objects fit into an answer of each device."""

    def __init__(
        self,
        peer: Peer,
        most_objects: dict[Peer, int],
        *,
        deadline: float | None,
        has_bulk: bool,
        count: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._count = count
        self.rtt_s: float | None = None
        self._peer, self._most_objects = peer, most_objects
        self._deadline, self._has_bulk = deadline, has_bulk

    @abstractmethod
    async def _ask(self, pdu: Pdu, oids: Oids, rows: int = 0) -> Message:
        """One request and its answer, checked to be one; `rows` are the repetitions of a GETBULK."""

    async def get(self, oids: Sequence[str]) -> list[Value]:
        most = self._most_objects.get(self._peer, len(oids))
        values: list[Value] = []
        for portion in portions(tuple(oids), most):
            values += await self._get(portion)
        return values

    async def _get(self, oids: Oids) -> list[Value]:
        message = await self._ask(Pdu.GET, oids)
        if not message.error_status:
            return message.values
        if message.error_status == TOO_BIG and len(oids) > 1:
            half = (len(oids) + 1) // 2
            self._most_objects[self._peer] = min(half, self._most_objects.get(self._peer, half))
            return await self._get(oids[:half]) + await self._get(oids[half:])
        if message.error_status == NO_SUCH_NAME and 0 < message.error_index <= len(oids):
            at = message.error_index - 1  # v1 has no exceptions: ask again for the others
            rest = oids[:at] + oids[at + 1 :]
            values = await self._get(rest) if rest else []
            return [*values[:at], Missing.NO_SUCH_OBJECT, *values[at:]]
        raise self._refusal(message)

    async def walk(self, column: str, limit: int = 10_000) -> Rows:
        return (await self.walk_many((column,), limit))[0]

    async def walk_many(self, columns: Sequence[str], limit: int = 10_000) -> list[Rows]:
        """A table of few rows costs one request, not one a column."""
        walked = [_Column(encode_oid(column)) for column in columns]
        repetitions, most = LEAST_REPETITIONS, MOST_REPETITIONS
        while unfinished := [column for column in walked if not column.finished]:
            if self._deadline is not None and asyncio.get_running_loop().time() >= self._deadline:
                raise SnmpTimeoutError(f"{self._peer.address[0]}: no time left to read the rest of the table")
            message = await self._ask_next(unfinished, repetitions)
            if message.error_status == NO_SUCH_NAME and 0 < message.error_index <= len(unfinished):
                unfinished[message.error_index - 1].finished = True  # v1: the end of what the agent shows
            elif message.error_status == TOO_BIG and repetitions > 1:
                repetitions = most = repetitions // 2
            elif message.error_status:
                raise self._refusal(message)
            else:
                for _ in range(_take(unfinished, message, limit)):
                    self._count("walk_stopped")
                repetitions = min(repetitions * 2, most)
        return [column.rows for column in walked]

    async def _ask_next(self, columns: "list[_Column]", repetitions: int) -> Message:
        oids = tuple(column.last for column in columns)
        if not self._has_bulk:
            return await self._ask(Pdu.GETNEXT, oids)
        return await self._ask(Pdu.GETBULK, oids, max(1, min(repetitions, MOST_BINDINGS // len(oids))))

    def _refusal(self, message: Message) -> SnmpStatusError:
        status = message.error_status
        name = STATUS[status] if 0 < status < len(STATUS) else f"error-status {status}"
        return SnmpStatusError(f"{self._peer.address[0]} answered {name}")


class CommunitySession(Conversation):
    """SNMP v1 and v2c over our own transport."""

    def __init__(
        self,
        transport: Transport,
        peer: Peer,
        credential: Credential,
        most_objects: dict[Peer, int],
        *,
        deadline: float | None,
        probe: bool,
    ) -> None:
        has_bulk = credential.version != "1"
        super().__init__(peer, most_objects, deadline=deadline, has_bulk=has_bulk, count=transport.count)
        self._transport, self._credential, self._probe = transport, credential, probe

    async def _ask(self, pdu: Pdu, oids: Oids, rows: int = 0) -> Message:
        asked = (
            question.get(self._credential, oids)
            if pdu == Pdu.GET
            else question.following(self._credential, pdu, oids, rows)
        )
        message, rtt_s = await self._transport.ask(self._peer, asked, self._deadline, probe=self._probe)
        self._probe = False  # it answered: from here on a device like any other
        if rtt_s is not None:
            self.rtt_s = rtt_s
        return message


@lru_cache(4_096)
def portions(oids: tuple[str, ...], most: int) -> list[Oids]:
    """The objects of each request: at most `most`, and few enough for one Ethernet frame."""
    portions: list[list[bytes]] = []
    room = 0
    for oid in map(encode_oid, oids):
        size = len(oid) + 10  # a binding's own octets, lengths in the long form
        if not portions or len(portions[-1]) == most or size > room:
            portions.append([])
            room = LARGEST_REQUEST
        portions[-1].append(oid)
        room -= size
    return [tuple(portion) for portion in portions]


@dataclass(slots=True)
class _Column:
    """One column of a walk, as far as it has been read."""

    base: bytes
    last: bytes = b""
    index: tuple[int, ...] = ()
    rows: Rows = field(default_factory=dict)
    finished: bool = False

    def __post_init__(self) -> None:
        self.last = self.base

    def take(self, oid: bytes, value: Value, limit: int) -> bool:
        """Ends at the end of the column or of the MIB, at an index that does not increase, and at the limit.

        Whether it was the third: such a device would be walked for ever.
        """
        if self.finished:
            return False
        index = self._index_of(oid)
        if value is Missing.END_OF_MIB_VIEW or index <= self.index:
            self.finished = True
            return value is not Missing.END_OF_MIB_VIEW and oid.startswith(self.base)
        self.rows[".".join(map(str, index))] = value
        self.last, self.index = oid, index
        self.finished = len(self.rows) >= limit
        return False

    def _index_of(self, oid: bytes) -> tuple[int, ...]:
        """What follows the column; empty, and so not increasing, when the OID lies outside."""
        if not oid.startswith(self.base):
            return ()
        try:
            return decode_parts(oid[len(self.base) :])
        except DecodeError:
            return ()


def _take(columns: list[_Column], message: Message, limit: int) -> int:
    """The bindings of a GETBULK come row by row, one for each column asked. How many columns go round in circles."""
    stopped = 0
    for number, (oid, value) in enumerate(zip(message.oids, message.values, strict=True)):
        stopped += columns[number % len(columns)].take(oid, value, limit)
    for column in columns[len(message.oids) :]:
        column.finished = True  # nothing came for it: asking again would never end
    return stopped
