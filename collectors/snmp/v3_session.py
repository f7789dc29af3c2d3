"""A conversation with one device in SNMPv3: finds its engine-ID, follows its clocks, and says what is wrong."""

import time

from collectors.snmp import question
from collectors.snmp.base import SnmpCredentialError, SnmpError, SnmpTimeoutError
from collectors.snmp.codec import Message, Pdu, encode_oid
from collectors.snmp.question import Oids
from collectors.snmp.session import Conversation
from collectors.snmp.transport import Peer, Transport
from collectors.snmp.v3 import AUTHENTICATED, PRIVATE
from collectors.snmp.v3_authority import Authorities, Authority
from collectors.snmp.v3_question import Discovery, Report, SecuredQuestion, report_of
from collectors.target import Credential

SYS_UP_TIME = encode_oid("1.3.6.1.2.1.1.3.0")
INSIDE = Credential("2c")  # how the PDU inside is built: as in a message of version 2c without a community
REFUSALS = {
    Report.UNSUPPORTED_LEVEL: "the device does not offer the user {user} this security level",
    Report.NOT_IN_TIME_WINDOW: "the device does not accept the time of its own clock",
    Report.UNKNOWN_USER: "the device does not know the user {user}",
    Report.UNKNOWN_ENGINE_ID: "the device does not accept the engine-ID that it told",
    Report.WRONG_DIGEST: "the authentication password or protocol of the user {user} is wrong",
    Report.DECRYPTION_ERROR: "the privacy password or protocol of the user {user} is wrong",
    Report.UNKNOWN_SECURITY_MODEL: "the device does not speak SNMPv3 with users",
    Report.INVALID_MESSAGE: "the device does not understand our SNMPv3 messages",
    Report.UNKNOWN_PDU_HANDLER: "the device does not answer for its own engine-ID",
    Report.UNAVAILABLE_CONTEXT: "the context '{context}' is not available",
    Report.UNKNOWN_CONTEXT: "the device has no context '{context}'",
    Report.OTHER: "the device answers the user {user} with a report of its own",
}
PRIVACY_OR_CONTEXT = "the privacy password or protocol of the user {user}, or the context '{context}', is wrong"
CONTEXT_FAULTS = (Report.UNAVAILABLE_CONTEXT, Report.UNKNOWN_CONTEXT)


class SecuredSession(Conversation):
    """SNMPv3 over our own transport."""

    def __init__(
        self,
        transport: Transport,
        peer: Peer,
        credential: Credential,
        authorities: Authorities,
        most_objects: dict[Peer, int],
        *,
        deadline: float | None,
        probe: bool,
    ) -> None:
        super().__init__(peer, most_objects, deadline=deadline, has_bulk=True, count=transport.count)
        self._transport, self._credential, self._probe = transport, credential, probe
        self._authorities, self._authority = authorities, authorities.of(peer, credential)

    async def _ask(self, pdu: Pdu, oids: Oids, rows: int = 0) -> Message:
        """Each remedy is tried once: the clocks were set by reading the Report, the engine-ID is asked for again."""
        if not self._authority.is_known:
            await self._discover()
        remedies = {Report.NOT_IN_TIME_WINDOW, Report.UNKNOWN_ENGINE_ID}
        while True:
            asked = secured_question(self._authority, pdu, oids, rows)
            asked.is_stubborn = Report.UNKNOWN_ENGINE_ID not in remedies
            message = await self._put(asked)
            if message.pdu != Pdu.REPORT:
                return message
            report = report_of(message)
            if report not in remedies:
                raise refused(self._peer, asked, report)
            remedies.remove(report)
            if report is Report.UNKNOWN_ENGINE_ID:
                await self._discover()

    async def _put(self, asked: SecuredQuestion) -> Message:
        try:
            message, rtt_s = await self._transport.ask(self._peer, asked, self._deadline, probe=self._probe)
        except SnmpTimeoutError as error:
            raise await self._silence(asked, error) from None
        self._probe = False  # it answered: from here on a device like any other
        if rtt_s is not None:
            self.rtt_s = rtt_s
        return message

    async def _discover(self) -> None:
        discovery = Discovery()
        await self._transport.ask(self._peer, discovery, self._deadline, probe=self._probe)
        self._authority.learn(self._credential, discovery.engine_id, discovery.clocks, time.monotonic())
        self._authorities.found(self._peer, discovery.engine_id)

    async def _silence(self, asked: SecuredQuestion, silence: SnmpTimeoutError) -> SnmpError:
        """A device that answered before is asked no more: it is silent."""
        has_answered = self._authority.has_answered
        error = unanswered(self._peer, asked, silence)
        if error is not silence or has_answered:
            return error
        return await self._unexplained(asked) or silence

    async def _unexplained(self, asked: SecuredQuestion) -> SnmpError | None:
        """Many agents drop what they cannot decrypt without a word; asking with less protection tells.

        The second question carries no secret, and only whether it is answered matters.
        """
        address, user = self._peer.address[0], self._credential.user
        ignored = SnmpTimeoutError(f"{address} speaks SNMPv3, but does not answer the user {user} in this context")
        if not asked.level & PRIVATE:
            return ignored
        lesser = secured_question(self._authority, Pdu.GET, (SYS_UP_TIME,), 0)
        lesser.level, lesser.is_stubborn = AUTHENTICATED, True
        try:
            reply = await self._transport.ask(self._peer, lesser, self._deadline, probe=True)
        except SnmpTimeoutError:
            return refused(self._peer, lesser, lesser.hint) if lesser.hint else ignored
        except SnmpError:  # no time left to ask
            return None
        report = report_of(reply.message) if reply.message.pdu == Pdu.REPORT else None
        return refused(self._peer, asked, report if report in CONTEXT_FAULTS else Report.DECRYPTION_ERROR)


def secured_question(authority: Authority, pdu: Pdu, oids: Oids, rows: int) -> SecuredQuestion:
    inner = question.get(INSIDE, oids) if pdu == Pdu.GET else question.following(INSIDE, pdu, oids, rows)
    return SecuredQuestion(authority, inner, authority.terms.level)


def unanswered(peer: Peer, asked: SecuredQuestion, silence: SnmpTimeoutError) -> SnmpError:
    """Why nothing came that can be believed; the device is asked for its engine-ID before anything else."""
    asked.authority.forget()
    if asked.is_late:
        return SnmpCredentialError(f"{peer.address[0]}: its SNMPv3 clock went back, so that its answers are refused")
    return refused(peer, asked, asked.hint) if asked.hint else silence


def refused(peer: Peer, asked: SecuredQuestion, report: Report) -> SnmpCredentialError:
    terms = asked.authority.terms
    is_either = report is Report.DECRYPTION_ERROR and terms.context  # agents are mute in both cases
    sentence = (PRIVACY_OR_CONTEXT if is_either else REFUSALS[report]).format(
        user=terms.user.decode(), context=terms.context.decode()
    )
    return SnmpCredentialError(f"{peer.address[0]}: {sentence}")
