"""BER of SNMP v1 and v2c messages: bytes in, plain values out, and back.

Decoding is strict, bounded and without recursion: whatever arrives gives a `Message` or a `DecodeError`, nothing else.
"""

from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from functools import lru_cache
from socket import inet_aton, inet_ntoa
from typing import NamedTuple

from collectors.snmp.base import Missing, Value

V1, V2C, V3 = 0, 1, 3  # the version field of a message
SEQUENCE = 0x30
MAX_OID_PARTS = 128  # RFC 3416 section 4: at most 128 sub-identifiers, each below 2**32
MAX_PART = 2**32 - 1
LEAST_ID = 2**24  # request-ids from here to 2**31 - 1 take four octets


class Pdu(IntEnum):
    GET = 0xA0
    GETNEXT = 0xA1
    RESPONSE = 0xA2
    GETBULK = 0xA5
    REPORT = 0xA8  # in SNMPv3 only


class Tag(IntEnum):
    """The type of a value on the wire (RFC 2578, RFC 3416)."""

    INTEGER = 0x02
    OCTET_STRING = 0x04
    NULL = 0x05
    OBJECT_IDENTIFIER = 0x06
    IP_ADDRESS = 0x40
    COUNTER32 = 0x41
    GAUGE32 = 0x42
    TIME_TICKS = 0x43
    OPAQUE = 0x44
    COUNTER64 = 0x46
    NO_SUCH_OBJECT = 0x80
    NO_SUCH_INSTANCE = 0x81
    END_OF_MIB_VIEW = 0x82


class DecodeError(ValueError):
    """What arrived is not an SNMP v1 or v2c message."""


class Message(NamedTuple):
    """`error_status` and `error_index` are non-repeaters and max-repetitions in a GETBULK; OIDs stay as they travel."""

    version: int
    community: bytes
    pdu: int
    request_id: int
    error_status: int
    error_index: int
    oids: list[bytes]
    values: list[Value]


@lru_cache(16_384)
def encode_oid(oid: str) -> bytes:
    """The content octets of an OID; ValueError when the text is none."""
    parts = [int(part) for part in oid.strip(".").split(".")]
    if len(parts) < 2 or len(parts) > MAX_OID_PARTS or parts[0] > 2 or (parts[0] < 2 and parts[1] > 39):
        raise ValueError(f"not an object identifier: {oid!r}")
    return b"".join(_encode_part(part) for part in (parts[0] * 40 + parts[1], *parts[2:]))


def _encode_part(part: int) -> bytes:
    if not 0 <= part <= MAX_PART + 80:
        raise ValueError(f"not a sub-identifier: {part}")
    septets = [part & 0x7F]
    while part := part >> 7:
        septets.append(part & 0x7F | 0x80)
    return bytes(reversed(septets))


@lru_cache(4_096)
def decode_parts(raw: bytes) -> tuple[int, ...]:
    """The sub-identifiers as they travel, the first two still joined: made for comparing and for table indices."""
    if len(raw) > 5 * MAX_OID_PARTS:
        raise DecodeError("an object identifier is too long")
    parts = []
    part = 0
    for octet in raw:
        part = part << 7 | octet & 0x7F
        if part > MAX_PART + 80:
            raise DecodeError("a sub-identifier is too large")
        if octet < 0x80:
            parts.append(part)
            part = 0
    if len(parts) >= MAX_OID_PARTS or (raw and raw[-1] > 0x7F):
        raise DecodeError("an object identifier is too long or cut short")
    return tuple(parts)


@lru_cache(4_096)
def decode_oid(raw: bytes) -> str:
    first, *rest = decode_parts(raw) or (0,)
    arc = min(first // 40, 2)
    return ".".join(map(str, (arc, first - 40 * arc, *rest)))


def decode(data: bytes) -> Message:
    """One whole datagram as a message; only ever raises DecodeError."""
    try:
        at, end = _enter(data, 0, SEQUENCE)
        version, at = _decode_field(data, at)
        start, at = _enter(data, at, Tag.OCTET_STRING)
        community = data[start:at]
        pdu = data[at]
        at, pdu_end = _enter(data, at, pdu)
        request_id, at = _decode_field(data, at)
        status, at = _decode_field(data, at)
        index, at = _decode_field(data, at)
        at, list_end = _enter(data, at, SEQUENCE)
        if not len(data) == end == pdu_end == list_end:
            raise DecodeError("the lengths do not agree")
        if version not in (V1, V2C) or pdu not in _PDUS:
            raise DecodeError("not a version or a kind of message we speak")
        oids, values = _decode_bindings(data, at, end)
    except IndexError:
        raise DecodeError("cut short") from None
    return Message(version, community, pdu, request_id, status, index, oids, values)


def message_id(data: bytes) -> int:
    """What an answer is found by: the msgID of an SNMPv3 message (RFC 3412 section 6), else its request-id."""
    try:
        at, _ = _enter(data, 0, SEQUENCE)
        version, at = _decode_field(data, at)
        if version == V3:
            at, _ = _enter(data, at, SEQUENCE)
        else:
            _, at = _enter(data, at, Tag.OCTET_STRING)
            at, _ = _enter(data, at, data[at])
        return _decode_field(data, at)[0]
    except IndexError:
        raise DecodeError("cut short") from None


_PDUS = frozenset(Pdu)


def _enter(data: bytes, at: int, tag: int) -> tuple[int, int]:
    """Where the content of the element at `at` starts and ends."""
    if data[at] != tag:
        raise DecodeError(f"type {data[at]:#x} where {tag:#x} belongs")
    length = data[at + 1]
    at += 2
    if length > 127:
        length, at = _long_length(data, at, length)
    return at, at + length


def _long_length(data: bytes, at: int, first: int) -> tuple[int, int]:
    count = first & 0x7F
    if not 0 < count <= 4:
        raise DecodeError("a length in a form that SNMP does not use")
    return int.from_bytes(data[at : at + count], "big"), at + count


def _decode_field(data: bytes, at: int) -> tuple[int, int]:
    """One of the integers in front of the variable bindings, and where the next element starts."""
    start, end = _enter(data, at, Tag.INTEGER)
    if not 0 < end - start <= 5:
        raise DecodeError("an integer field of a strange size")
    return int.from_bytes(data[start:end], "big", signed=True), end


def _decode_bindings(data: bytes, at: int, end: int) -> tuple[list[bytes], list[Value]]:
    """The hot loop of the collector: the short form of each length is read in place, a call would double its cost."""
    oids: list[bytes] = []
    values: list[Value] = []
    while at < end:
        if data[at] != SEQUENCE:
            raise DecodeError("a variable binding is no sequence")
        length = data[at + 1]
        at += 2
        if length > 127:
            length, at = _long_length(data, at, length)
        stop = at + length
        start, at = _enter(data, at, Tag.OBJECT_IDENTIFIER)
        oids.append(data[start:at])
        tag = data[at]
        length = data[at + 1]
        at += 2
        if length > 127:
            length, at = _long_length(data, at, length)
        if at + length != stop or stop > end:
            raise DecodeError("the lengths of a variable binding do not agree")
        values.append(DECODERS.get(tag, _unknown)(data[at:stop]))
        at = stop
    return oids, values


def places(data: bytes) -> tuple[int, list[tuple[int, int, int]]]:
    """Where a message that was decoded has its request-id, and each of its values: type, start and end."""
    at, end = _enter(data, 0, SEQUENCE)
    _, at = _decode_field(data, at)
    _, at = _enter(data, at, Tag.OCTET_STRING)
    at, _ = _enter(data, at, data[at])
    request_id, at = _enter(data, at, Tag.INTEGER)
    for _ in range(2):
        _, at = _decode_field(data, at)
    at, _ = _enter(data, at, SEQUENCE)
    found = []
    while at < end:
        at, stop = _enter(data, at, SEQUENCE)
        _, at = _enter(data, at, Tag.OBJECT_IDENTIFIER)
        start, _ = _enter(data, at, data[at])
        found.append((data[at], start, stop))
        at = stop
    return request_id, found


def _unknown(raw: bytes) -> Value:
    raise DecodeError(f"a value of {len(raw)} octets has an unknown type")


def _signed(raw: bytes) -> Value:
    if not 0 < len(raw) <= 8:
        return _odd_number(raw)
    return int.from_bytes(raw, "big", signed=True)


def _unsigned(raw: bytes) -> Value:
    """Read without a sign on purpose: some agents leave out the zero in front of a number from 2**31 on."""
    if not 0 < len(raw) <= 8:
        return _odd_number(raw)
    return int.from_bytes(raw, "big")


def _odd_number(raw: bytes) -> Value:
    if not raw:
        return Missing.NULL  # an empty number says nothing; it is not 0
    if len(raw) == 9 and raw[0] == 0:
        return int.from_bytes(raw, "big")
    raise DecodeError("a number of more than 64 bits")


def _text_oid(raw: bytes) -> Value:
    return decode_oid(raw) if raw else Missing.NULL


def _text_address(raw: bytes) -> Value:
    if len(raw) != 4:
        raise DecodeError("an IpAddress that has not four octets")
    return inet_ntoa(raw)


DECODERS: dict[int, Callable[[bytes], Value]] = {
    Tag.INTEGER: _signed,
    Tag.OCTET_STRING: bytes,
    Tag.NULL: lambda _: Missing.NULL,
    Tag.OBJECT_IDENTIFIER: _text_oid,
    Tag.IP_ADDRESS: _text_address,
    Tag.COUNTER32: _unsigned,
    Tag.GAUGE32: _unsigned,
    Tag.TIME_TICKS: _unsigned,
    Tag.OPAQUE: bytes,
    Tag.COUNTER64: _unsigned,
    Tag.NO_SUCH_OBJECT: lambda _: Missing.NO_SUCH_OBJECT,
    Tag.NO_SUCH_INSTANCE: lambda _: Missing.NO_SUCH_INSTANCE,
    Tag.END_OF_MIB_VIEW: lambda _: Missing.END_OF_MIB_VIEW,
}


class Template(NamedTuple):
    """A message with a hole for its request-id, so that its bytes are built once."""

    head: bytes
    tail: bytes

    def filled(self, request_id: int) -> bytes:
        return self.head + request_id.to_bytes(4, "big") + self.tail


def encode_element(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content


def encode_number(value: int, tag: int = Tag.INTEGER) -> bytes:
    """In the fewest octets, as X.690 section 8.3 asks; unsigned types are the same with a zero in front if need be."""
    bits = (value if value >= 0 else ~value).bit_length()
    return encode_element(tag, value.to_bytes(bits // 8 + 1, "big", signed=True))


def encode_value(tag: int, value: int | bytes | str) -> bytes:
    """A value by its type: numbers from int, OID and IpAddress from text, strings and empty ones from bytes."""
    if isinstance(value, int):
        return encode_number(value, tag)
    if isinstance(value, bytes):
        return encode_element(tag, value)
    return encode_element(tag, inet_aton(value) if tag == Tag.IP_ADDRESS else encode_oid(value))


def encode_binding(oid: bytes, value: bytes) -> bytes:
    """A variable binding of the OID's content octets and a whole encoded value."""
    return encode_element(SEQUENCE, encode_element(Tag.OBJECT_IDENTIFIER, oid) + value)


def encode_message(
    version: int, community: bytes, pdu: int, request_id: int, status: int, index: int, bindings: Iterable[bytes]
) -> bytes:
    body = (
        encode_number(request_id)
        + encode_number(status)
        + encode_number(index)
        + encode_element(SEQUENCE, b"".join(bindings))
    )
    content = encode_number(version) + encode_element(Tag.OCTET_STRING, community) + encode_element(pdu, body)
    return encode_element(SEQUENCE, content)


_NULL = encode_element(Tag.NULL, b"")


def encode_request(
    pdu: Pdu,
    version: int,
    community: bytes,
    request_id: int,
    oids: Iterable[bytes],
    non_repeaters: int = 0,
    max_repetitions: int = 0,
) -> bytes:
    """A request for `oids`; the last two numbers mean something in a GETBULK only."""
    bindings = [encode_binding(oid, _NULL) for oid in oids]
    return encode_message(version, community, pdu, request_id, non_repeaters, max_repetitions, bindings)


def request(
    pdu: Pdu, version: int, community: bytes, oids: Sequence[bytes], non_repeaters: int = 0, max_repetitions: int = 0
) -> Template:
    """Like `encode_request`, the id left open."""
    whole = encode_request(pdu, version, community, LEAST_ID, oids, non_repeaters, max_repetitions)
    bindings = b"".join(encode_binding(oid, _NULL) for oid in oids)
    tail = encode_number(non_repeaters) + encode_number(max_repetitions) + encode_element(SEQUENCE, bindings)
    return Template(whole[: -len(tail) - 4], tail)
