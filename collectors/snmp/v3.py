"""SNMPv3 messages with the User-based Security Model: bytes in, their parts out, and back (RFC 3412, RFC 3414).

Decoding is strict, bounded and without recursion: whatever arrives gives its parts or a `DecodeError`, nothing else.
What is encrypted stays so, and no digest is looked at here.
"""

from typing import NamedTuple

from collectors.snmp.codec import SEQUENCE, V3, DecodeError, Tag, encode_element, encode_number

AUTHENTICATED, PRIVATE, REPORTABLE = 1, 2, 4  # msgFlags: RFC 3412 section 6.4
LEVEL = AUTHENTICATED | PRIVATE
USER_BASED = 3  # msgSecurityModel
LONGEST_NAME = 32  # octets of an engine-ID (RFC 3411) and of a user name (RFC 3414)
LONGEST_CONTEXT = 255
LONGEST_SECRET = 64  # octets of a digest or a salt: more than any protocol has
LARGEST_NUMBER = 2**31 - 1
LARGEST_MESSAGE = 65_507  # what a UDP datagram over IPv4 can hold, and so what we take
MOST_PADDING = 8  # octets that may follow what was encrypted: one block of DES

_VERSION = encode_number(V3)
_MAX_SIZE = encode_number(LARGEST_MESSAGE)
_MODEL = encode_number(USER_BASED)


class Clocks(NamedTuple):
    """snmpEngineBoots and snmpEngineTime, in starts and in seconds."""

    boots: int
    time: int


NO_CLOCKS = Clocks(0, 0)


class Secured(NamedTuple):
    """A message as it travels; `data` is the scoped PDU, or its ciphertext when the level says PRIVATE."""

    message_id: int
    level: int
    engine_id: bytes
    clocks: Clocks
    user: bytes
    digest_at: int
    digest: bytes
    salt: bytes
    data: bytes


class Scoped(NamedTuple):
    """`pdu` is a whole element, as in a message of version 2c."""

    engine_id: bytes
    context: bytes
    pdu: bytes


def decode_secured(data: bytes) -> Secured:
    """One whole datagram; only ever raises DecodeError."""
    try:
        return _decode_secured(data)
    except IndexError:
        raise DecodeError("cut short") from None


def _decode_secured(data: bytes) -> Secured:
    at, end = _enter(data, 0, len(data), SEQUENCE)
    version, at = _number(data, at, end)
    if version != V3 or end != len(data):
        raise DecodeError("not one message of version 3")
    message_id, level, at = _decode_header(data, at, end)
    start, at = _enter(data, at, end, Tag.OCTET_STRING)
    start, stop = _enter(data, start, at, SEQUENCE)
    if stop != at:
        raise DecodeError("the lengths of the security parameters do not agree")
    engine_id, start = _octets(data, start, stop, LONGEST_NAME)
    boots, start = _number(data, start, stop)
    time, start = _number(data, start, stop)
    user, start = _octets(data, start, stop, LONGEST_NAME)
    digest, start = _octets(data, start, stop, LONGEST_SECRET)
    digest_at = start - len(digest)
    salt, start = _octets(data, start, stop, LONGEST_SECRET)
    inside, last = _enter(data, at, end, Tag.OCTET_STRING if level & PRIVATE else SEQUENCE)
    if start != stop or last != end:
        raise DecodeError("the lengths do not agree")
    secret = data[inside if level & PRIVATE else at : end]
    return Secured(message_id, level, engine_id, Clocks(boots, time), user, digest_at, digest, salt, secret)


def _decode_header(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """msgID, the security level of msgFlags, and where the header ends."""
    at, stop = _enter(data, at, end, SEQUENCE)
    message_id, at = _number(data, at, stop)
    _, at = _number(data, at, stop)
    flags, at = _octets(data, at, stop, 1)
    model, at = _number(data, at, stop)
    if at != stop or len(flags) != 1 or model != USER_BASED:
        raise DecodeError("not a header of the User-based Security Model")
    level = flags[0] & LEVEL
    if level == PRIVATE:  # RFC 3412 section 7.2 step 5d
        raise DecodeError("privacy without authentication")
    return message_id, level, stop


def decode_scoped(data: bytes, *, padded: bool = False) -> Scoped:
    """A scoped PDU, from which encryption may have left some octets at the end."""
    try:
        at, end = _enter(data, 0, len(data), SEQUENCE)
        engine_id, at = _octets(data, at, end, LONGEST_NAME)
        context, at = _octets(data, at, end, LONGEST_CONTEXT)
        _, stop = _enter(data, at, end, data[at])
    except IndexError:
        raise DecodeError("cut short") from None
    if stop != end or len(data) - end > (MOST_PADDING if padded else 0):
        raise DecodeError("the lengths of the scoped PDU do not agree")
    return Scoped(engine_id, context, data[at:end])


def _enter(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Where the content of the element at `at`, which must end before `end`, starts and stops."""
    if data[at] != tag:
        raise DecodeError(f"type {data[at]:#x} where {tag:#x} belongs")
    length = data[at + 1]
    at += 2
    if length > 127:
        size = length & 0x7F
        if not 0 < size <= 4:
            raise DecodeError("a length in a form that SNMP does not use")
        length = int.from_bytes(data[at : at + size], "big")
        at += size
    if at + length > end:
        raise DecodeError("an element is longer than what holds it")
    return at, at + length


def _number(data: bytes, at: int, end: int) -> tuple[int, int]:
    at, stop = _enter(data, at, end, Tag.INTEGER)
    number = int.from_bytes(data[at:stop], "big", signed=True)
    if not 0 < stop - at <= 5 or not 0 <= number <= LARGEST_NUMBER:
        raise DecodeError("a number of a strange size")
    return number, stop


def _octets(data: bytes, at: int, end: int, most: int) -> tuple[bytes, int]:
    at, stop = _enter(data, at, end, Tag.OCTET_STRING)
    if stop - at > most:
        raise DecodeError(f"a string of {stop - at} octets where {most} are allowed")
    return data[at:stop], stop


def encode_scoped(engine_id: bytes, context: bytes, pdu: bytes) -> bytes:
    return encode_element(
        SEQUENCE, encode_element(Tag.OCTET_STRING, engine_id) + encode_element(Tag.OCTET_STRING, context) + pdu
    )


def encode_secured(message: Secured) -> bytes:
    """What `decode_secured` reads; it is always marked reportable, as a question is."""
    head, tail = encode_around_digest(message)
    return head + message.digest + tail


def encode_around_digest(message: Secured) -> tuple[bytes, bytes]:
    """The message before and behind its digest, of which only the size counts here."""
    header = encode_element(
        SEQUENCE,
        encode_number(message.message_id)
        + _MAX_SIZE
        + bytes((Tag.OCTET_STRING, 1, message.level | REPORTABLE))
        + _MODEL,
    )
    names = (
        encode_element(Tag.OCTET_STRING, message.engine_id)
        + encode_number(message.clocks.boots)
        + encode_number(message.clocks.time)
        + encode_element(Tag.OCTET_STRING, message.user)
        + bytes((Tag.OCTET_STRING, len(message.digest)))
    )
    salt = encode_element(Tag.OCTET_STRING, message.salt)
    secured = _header(SEQUENCE, len(names) + len(message.digest) + len(salt))
    parameters = _header(Tag.OCTET_STRING, len(secured) + len(names) + len(message.digest) + len(salt))
    data = encode_element(Tag.OCTET_STRING, message.data) if message.level & PRIVATE else message.data
    head = _VERSION + header + parameters + secured + names
    tail = salt + data
    return _header(SEQUENCE, len(head) + len(message.digest) + len(tail)) + head, tail


def _header(tag: int, length: int) -> bytes:
    """The type and the length of an element whose content follows."""
    if length < 0x80:
        return bytes((tag, length))
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets
