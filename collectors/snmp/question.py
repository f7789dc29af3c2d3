"""What SNMP v1 and v2c ask, and what an answer to it must look like."""

from functools import lru_cache
from typing import NamedTuple

from collectors.snmp.codec import LEAST_ID, V1, V2C, Message, Pdu, Template, decode, encode_request, request
from collectors.snmp.shape import Shape, shape_of
from collectors.target import Credential

Oids = tuple[bytes, ...]


class CommunityQuestion(NamedTuple):
    """A `transport.Question`; it keeps nothing, so devices that are asked the same share it."""

    version: int
    community: bytes
    pdu: Pdu
    oids: list[bytes]
    rows: int  # repetitions of a GETBULK
    template: Template

    def filled(self, number: int) -> bytes:
        if number >= LEAST_ID:
            return self.template.filled(number)
        return encode_request(self.pdu, self.version, self.community, number, self.oids, max_repetitions=self.rows)

    def read(self, data: bytes) -> Message | str:
        message = decode(data)
        if message.community != self.community:
            return "wrong_community"
        if message.version != self.version or message.pdu != Pdu.RESPONSE:
            return "wrong_version"
        if message.oids == self.oids:
            return message
        if message.error_status:  # RFC 3416 section 4.2.3: tooBig comes without bindings
            return "wrong_oids" if message.oids else message
        most = 0 if self.pdu == Pdu.GET else len(self.oids) * max(self.rows, 1)
        return message if most and len(message.oids) <= most else "wrong_oids"


class Repeated:
    """One GET that a device is asked again and again: remembers how its last answer was laid out."""

    __slots__ = ("_asked", "_shape", "_size")

    def __init__(self, asked: CommunityQuestion) -> None:
        self._asked = asked
        self._shape: Shape | None = None
        self._size = 0

    def filled(self, number: int) -> bytes:
        return self._asked.filled(number)

    def read(self, data: bytes) -> Message | str:
        size = len(data)
        if size == self._size and self._shape:
            known = self._shape.read(data)
            if known:
                return known
        answer = self._asked.read(data)
        if isinstance(answer, Message) and not answer.error_status and answer.request_id >= LEAST_ID:
            # What changes its size from one answer to the next is not worth a shape.
            self._shape = shape_of(data, answer) if size == self._size else None
            self._size = size
        return answer


def following(credential: Credential, pdu: Pdu, oids: Oids, rows: int) -> CommunityQuestion:
    """A GETNEXT or GETBULK: hardly ever the same twice."""
    version, community = _header(credential)
    template = request(pdu, version, community, oids, 0, rows)
    return CommunityQuestion(version, community, pdu, list(oids), rows, template)


def get(credential: Credential, oids: Oids) -> CommunityQuestion:
    """Built once for all devices that are asked the same."""
    return _get(*_header(credential), oids)


@lru_cache(4_096)
def _get(version: int, community: bytes, oids: Oids) -> CommunityQuestion:
    return CommunityQuestion(version, community, Pdu.GET, list(oids), 0, request(Pdu.GET, version, community, oids))


def _header(credential: Credential) -> tuple[int, bytes]:
    return V1 if credential.version == "1" else V2C, credential.community.encode()
