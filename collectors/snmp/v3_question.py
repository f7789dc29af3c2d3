"""What SNMPv3 asks, and which of what comes back is believed (RFC 3412 section 7.2, RFC 3414 section 3.2)."""

import hmac
import time
from dataclasses import dataclass
from enum import Enum

from collectors.snmp import usm
from collectors.snmp.codec import (
    SEQUENCE,
    V2C,
    DecodeError,
    Message,
    Pdu,
    Tag,
    decode,
    encode_element,
    encode_number,
    encode_oid,
    encode_request,
)
from collectors.snmp.transport import Question
from collectors.snmp.v3 import (
    NO_CLOCKS,
    PRIVATE,
    Clocks,
    Scoped,
    Secured,
    decode_scoped,
    decode_secured,
    encode_around_digest,
    encode_scoped,
    encode_secured,
)
from collectors.snmp.v3_authority import Authority

_COMMUNITY = encode_number(V2C) + encode_element(Tag.OCTET_STRING, b"")  # in front of a PDU: version 2c, no community
_ANSWERS = (Pdu.RESPONSE, Pdu.REPORT)
_USM_STATS, _MPD_STATS, _TARGET = "1.3.6.1.6.3.15.1.1", "1.3.6.1.6.3.11.2.1", "1.3.6.1.6.3.12.1"


class Report(Enum):
    """What a device says of a question it did not take: the counter that it names in its Report."""

    UNSUPPORTED_LEVEL = f"{_USM_STATS}.1"
    NOT_IN_TIME_WINDOW = f"{_USM_STATS}.2"
    UNKNOWN_USER = f"{_USM_STATS}.3"
    UNKNOWN_ENGINE_ID = f"{_USM_STATS}.4"
    WRONG_DIGEST = f"{_USM_STATS}.5"
    DECRYPTION_ERROR = f"{_USM_STATS}.6"
    UNKNOWN_SECURITY_MODEL = f"{_MPD_STATS}.1"
    INVALID_MESSAGE = f"{_MPD_STATS}.2"
    UNKNOWN_PDU_HANDLER = f"{_MPD_STATS}.3"
    UNAVAILABLE_CONTEXT = f"{_TARGET}.4"
    UNKNOWN_CONTEXT = f"{_TARGET}.5"
    OTHER = ""


_REPORTS = {encode_oid(report.value): report for report in Report if report.value}


def report_of(message: Message) -> Report:
    """The instance behind the counter does not matter, and some agents leave it out."""
    oid = message.oids[0] if message.oids else b""
    return _REPORTS.get(oid) or _REPORTS.get(oid[:-1], Report.OTHER)


@dataclass(slots=True, eq=False)
class Discovery:
    """Asks for the engine-ID (RFC 3414 section 4); `found` is what nobody has proved yet."""

    engine_id: bytes = b""
    clocks: Clocks = NO_CLOCKS

    def filled(self, number: int) -> bytes:
        pdu = _pdu_of(encode_request(Pdu.GET, V2C, b"", number, ()))
        nobody = Secured(number, 0, b"", NO_CLOCKS, b"", 0, b"", b"", encode_scoped(b"", b"", pdu))
        return encode_secured(nobody)

    def read(self, data: bytes) -> Message | str:
        secured = decode_secured(data)
        if secured.level:
            return "wrong_level"
        message = _message(decode_scoped(secured.data))
        if message.pdu != Pdu.REPORT or not secured.engine_id:
            return "no_engine_id"
        self.engine_id, self.clocks = secured.engine_id, secured.clocks
        return message


@dataclass(slots=True, eq=False)
class SecuredQuestion:
    """A question of version 2c inside the protection of version 3.

    Only an authentic message ends it, with one exception: that the engine-ID is unknown can only be said unprotected,
    and is heeded once, because all that follows is another discovery. Every other unproved Report is no more than a
    `hint`, for the case that nothing better comes. It can be asked again when it is over.
    """

    authority: Authority
    inner: Question
    level: int
    is_stubborn: bool = False  # an unknown engine-ID has been heeded before
    number: int = 0
    hint: Report | None = None
    is_late: bool = False  # an authentic message came from outside the time window

    def filled(self, number: int) -> bytes:
        self.number, self.hint, self.is_late = number, None, False
        authority, terms, level = self.authority, self.authority.terms, self.level
        data = encode_scoped(authority.engine_id, terms.context, _pdu_of(self.inner.filled(number)))
        clocks, salt = authority.clocks_now(time.monotonic()), b""
        if level & PRIVATE:
            salt = usm.new_salt()
            data = usm.encrypted(terms.priv_protocol, authority.keys.privacy, clocks, salt, data)
        digest = bytes(terms.digest_size if level else 0)
        secured = Secured(number, level, authority.engine_id, clocks, terms.user, 0, digest, salt, data)
        head, tail = encode_around_digest(secured)
        if level:
            digest = usm.digest(terms.auth_protocol, authority.keys.authentication, head + digest + tail)
        return head + digest + tail

    def read(self, data: bytes) -> Message | str:
        secured = decode_secured(data)
        if not secured.level:
            return self._read_unproved(secured, decode_scoped(secured.data))
        if objection := self._objection(secured, data):
            return objection
        try:
            scoped = self._opened(secured)
        except DecodeError:
            return "undecipherable"
        if scoped.pdu[0] not in _ANSWERS:  # our own question sent back to us must not set the clocks
            return "wrong_version"
        if not self.authority.is_timely(secured.clocks, time.monotonic()):
            self.is_late = True
            return "not_in_time_window"
        return _message(scoped) if scoped.pdu[0] == Pdu.REPORT else self._answer(secured, scoped)

    def _objection(self, secured: Secured, data: bytes) -> str:
        """Why a message that claims to be authentic is not; empty when it is."""
        authority, terms = self.authority, self.authority.terms
        if secured.level & ~self.level:
            return "wrong_level"
        if secured.engine_id != authority.engine_id:
            return "wrong_engine_id"
        if secured.user != terms.user:
            return "wrong_user"
        end = secured.digest_at + len(secured.digest)
        zeroed = data[: secured.digest_at] + bytes(terms.digest_size) + data[end:]
        expected = usm.digest(terms.auth_protocol, authority.keys.authentication, zeroed)
        return "" if hmac.compare_digest(expected, secured.digest) else "wrong_digest"

    def _opened(self, secured: Secured) -> Scoped:
        if not secured.level & PRIVATE:
            return decode_scoped(secured.data)
        terms, key = self.authority.terms, self.authority.keys.privacy
        plain = usm.decrypted(terms.priv_protocol, key, secured.clocks, secured.salt, secured.data)
        return decode_scoped(plain, padded=True)

    def _read_unproved(self, secured: Secured, scoped: Scoped) -> Message | str:
        if scoped.pdu[0] == Pdu.REPORT:
            message = _message(scoped)
            report = report_of(message)
            if report is Report.UNKNOWN_ENGINE_ID and not self.is_stubborn:
                return message
            self.hint = report
            return "unproved_report"
        if self.level:
            return "wrong_level"
        if secured.engine_id != self.authority.engine_id:
            return "wrong_engine_id"
        if secured.user != self.authority.terms.user:
            return "wrong_user"
        return self._answer(secured, scoped)

    def _answer(self, secured: Secured, scoped: Scoped) -> Message | str:
        """It counts when it has all the protection that was asked for, and answers this very question."""
        if secured.level != self.level:
            return "wrong_level"
        if scoped.engine_id != self.authority.engine_id or scoped.context != self.authority.terms.context:
            return "wrong_context"
        answer = self.inner.read(_as_community(scoped.pdu))
        if isinstance(answer, Message):
            if answer.request_id != self.number:
                return "wrong_id"
            self.authority.has_answered = True
        return answer


def _pdu_of(message: bytes) -> bytes:
    """A message of version 2c without its header."""
    length = message[1]
    return message[len(_COMMUNITY) + (2 if length < 0x80 else 2 + (length & 0x7F)) :]


def _as_community(pdu: bytes) -> bytes:
    return encode_element(SEQUENCE, _COMMUNITY + pdu)


def _message(scoped: Scoped) -> Message:
    return decode(_as_community(scoped.pdu))
