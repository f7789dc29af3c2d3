"""A conversation with one device in SNMP v1 or v2c: what is too big is split, what is not there is told apart."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from collectors.snmp.base import Missing, Rows, SnmpStatusError, SnmpTimeoutError, Value
from collectors.snmp.codec import V1, V2C, DecodeError, Message, Pdu, decode_parts, encode_oid, request
from collectors.snmp.transport import Peer, Question, Transport
from collectors.target import Credential

STATUS = (  # RFC 3416 section 3
    "noError", "tooBig", "noSuchName", "badValue", "readOnly", "genErr", "noAccess", "wrongType", "wrongLength",
    "wrongEncoding", "wrongValue", "noCreation", "inconsistentValue", "resourceUnavailable", "commitFailed",
    "undoFailed", "authorizationError", "notWritable", "inconsistentName",
)  # fmt: skip
TOO_BIG, NO_SUCH_NAME = 1, 2
LARGEST_REQUEST = 1_400  # bytes; what fits into one Ethernet frame with room for tunnels
LEAST_REPETITIONS, MOST_REPETITIONS = 10, 40  # rows a GETBULK asks for: grows while a walk goes on
MOST_BINDINGS = 60  # rows times columns


class CommunitySession:
    """Asks one thing at a time. `most_objects` remembers how many objects fit into an answer of each device."""

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
        self.rtt_s: float | None = None  # of the last request answered at its first sending
        self._transport, self._peer, self._most_objects = transport, peer, most_objects
        self._deadline, self._probe = deadline, probe
        self._version = V1 if credential.version == "1" else V2C
        self._community = credential.community.encode()

    async def get(self, oids: Sequence[str]) -> list[Value]:
        most = self._most_objects.get(self._peer, len(oids))
        values: list[Value] = []
        for question in _gets(self._version, self._community, tuple(oids), most):
            values += await self._get(question)
        return values

    async def _get(self, question: Question) -> list[Value]:
        message = await self._ask(question)
        if not message.error_status:
            return message.values
        oids = question.oids
        if message.error_status == TOO_BIG and len(oids) > 1:
            half = (len(oids) + 1) // 2
            self._most_objects[self._peer] = min(half, self._most_objects.get(self._peer, half))
            return await self._get(self._question(oids[:half])) + await self._get(self._question(oids[half:]))
        if message.error_status == NO_SUCH_NAME and 0 < message.error_index <= len(oids):
            at = message.error_index - 1
            rest = oids[:at] + oids[at + 1 :]
            values = await self._get(self._question(rest)) if rest else []
            return [*values[:at], Missing.NO_SUCH_OBJECT, *values[at:]]
        raise self._refusal(message)

    async def walk(self, column: str, limit: int = 10_000) -> Rows:
        return (await self.walk_many((column,), limit))[0]

    async def walk_many(self, columns: Sequence[str], limit: int = 10_000) -> list[Rows]:
        """The rows of several columns, read side by side: a table of few rows costs one request, not one a column."""
        walked = [_Column(encode_oid(column)) for column in columns]
        repetitions = LEAST_REPETITIONS
        while unfinished := [column for column in walked if not column.finished]:
            if self._deadline is not None and asyncio.get_running_loop().time() >= self._deadline:
                raise SnmpTimeoutError(f"{self._peer.address[0]}: no time left to read the rest of the table")
            message = await self._ask(self._next_question(unfinished, repetitions))
            if message.error_status == NO_SUCH_NAME and 0 < message.error_index <= len(unfinished):
                unfinished[message.error_index - 1].finished = True  # v1: the end of what the agent shows
            elif message.error_status == TOO_BIG and repetitions > 1:
                repetitions //= 2
            elif message.error_status:
                raise self._refusal(message)
            else:
                self._take(unfinished, message, limit)
                repetitions = min(repetitions * 2, MOST_REPETITIONS)
        return [column.rows for column in walked]

    def _take(self, columns: "list[_Column]", message: Message, limit: int) -> None:
        """The bindings of a GETBULK come row by row, one for each column asked."""
        for number, (oid, value) in enumerate(zip(message.oids, message.values, strict=True)):
            columns[number % len(columns)].take(oid, value, limit)
        for column in columns[len(message.oids) :]:
            column.finished = True  # no answer to this column at all: asking again would never end

    def _next_question(self, columns: "list[_Column]", repetitions: int) -> Question:
        oids = [column.last for column in columns]
        if self._version == V1:
            return Question(V1, self._community, oids, request(Pdu.GETNEXT, V1, self._community, oids), most=len(oids))
        rows = max(1, min(repetitions, MOST_BINDINGS // len(oids)))
        template = request(Pdu.GETBULK, V2C, self._community, oids, 0, rows)
        return Question(V2C, self._community, oids, template, most=rows * len(oids))

    def _question(self, oids: list[bytes]) -> Question:
        return Question(self._version, self._community, oids, request(Pdu.GET, self._version, self._community, oids))

    async def _ask(self, question: Question) -> Message:
        message, rtt_s = await self._transport.ask(self._peer, question, self._deadline, probe=self._probe)
        self._probe = False  # it answered: from here on a device like any other
        if rtt_s is not None:
            self.rtt_s = rtt_s
        return message

    def _refusal(self, message: Message) -> SnmpStatusError:
        name = (
            STATUS[message.error_status]
            if 0 < message.error_status < len(STATUS)
            else f"error-status {message.error_status}"
        )
        return SnmpStatusError(f"{self._peer.address[0]} answered {name}")


@lru_cache(8_192)
def _gets(version: int, community: bytes, oids: tuple[str, ...], most: int) -> list[Question]:
    """The requests for a list of objects, built once for all devices that share it."""
    raw = [encode_oid(oid) for oid in oids]
    questions = []
    while raw:
        count = min(len(raw), most)
        template = request(Pdu.GET, version, community, raw[:count])
        while len(template.head) + len(template.tail) + 4 > LARGEST_REQUEST and count > 1:
            count = count * 3 // 4
            template = request(Pdu.GET, version, community, raw[:count])
        questions.append(Question(version, community, raw[:count], template))
        raw = raw[count:]
    return questions


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

    def take(self, oid: bytes, value: Value, limit: int) -> None:
        """Ends at the end of the column or of the MIB, at an index that does not increase, and at the limit."""
        if self.finished:
            return
        index = self._index_of(oid)
        if value is Missing.END_OF_MIB_VIEW or index <= self.index:
            self.finished = True
            return
        self.rows[".".join(map(str, index))] = value
        self.last, self.index = oid, index
        self.finished = len(self.rows) >= limit

    def _index_of(self, oid: bytes) -> tuple[int, ...]:
        """What follows the column; empty, and so not increasing, when the OID lies outside."""
        if not oid.startswith(self.base):
            return ()
        try:
            return decode_parts(oid[len(self.base) :])
        except DecodeError:
            return ()
