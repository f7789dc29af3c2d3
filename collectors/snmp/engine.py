"""The engine that asks thousands of devices: hands out one session per device."""

from collections import Counter
from collections.abc import Collection

from collectors.snmp import question
from collectors.snmp.base import Session, SnmpError, SnmpTimeoutError
from collectors.snmp.codec import Message
from collectors.snmp.session import CommunitySession, portions
from collectors.snmp.transport import Done, Peer, Question, Request, Transport, resolve
from collectors.snmp.v3_authority import Authorities
from collectors.snmp.v3_question import SecuredQuestion
from collectors.snmp.v3_session import INSIDE, SecuredSession, unanswered
from collectors.target import Credential, Target


class Engine:
    """One per event loop; opens its sockets when first needed. `stats` counts what went and came, by kind."""

    def __init__(self, tries: tuple[float, ...] = (1, 2, 2, 2), window: int = 256) -> None:
        self._transport = Transport(tries, window)
        self._most_objects: dict[Peer, int] = {}  # learned from tooBig
        self._authorities = Authorities()

    @property
    def stats(self) -> Counter[str]:
        return self._transport.stats + self._authorities.counts

    def peer(self, target: Target) -> Peer:
        """Raises SnmpUnsendableError when the address is none."""
        return resolve(target.address, target.port, target.any_source, target.short_ids)

    def question(self, peer: Peer, credential: Credential, oids: tuple[str, ...]) -> Question | None:
        """One GET for these objects, to be put again and again, one after the other.

        None when it takes a session: more objects than the device answers at once, or nothing known of it that
        SNMPv3 needs.
        """
        asked = portions(oids, self._most_objects.get(peer, len(oids)))
        if len(asked) != 1:
            return None
        if credential.version != "3":
            return question.Repeated(question.get(credential, asked[0]))
        authority = self._authorities.of(peer, credential)
        if not authority.has_answered:
            return None
        return SecuredQuestion(authority, question.Repeated(question.get(INSIDE, asked[0])), authority.terms.level)

    def put(self, peer: Peer, asked: Question, deadline: float, done: Done, *, probe: bool = False) -> Request:
        """See `Transport.put`."""
        if isinstance(asked, SecuredQuestion):
            done = _explaining(peer, asked, done)
        return self._transport.put(peer, asked, deadline, done, probe=probe)

    def withdraw(self, request: Request) -> None:
        self._transport.withdraw(request)

    def session(
        self, address: str, port: int, credential: Credential, *, deadline: float | None = None, probe: bool = False
    ) -> Session:
        return self.session_with(resolve(address, port), credential, deadline=deadline, probe=probe)

    def session_with(
        self, peer: Peer, credential: Credential, *, deadline: float | None = None, probe: bool = False
    ) -> Session:
        """A conversation with one device; `deadline` in time of the event loop, `probe` for one that was silent."""
        if credential.version == "3":
            return SecuredSession(
                self._transport, peer, credential, self._authorities, self._most_objects, deadline=deadline, probe=probe
            )
        return CommunitySession(self._transport, peer, credential, self._most_objects, deadline=deadline, probe=probe)

    def keep(self, used: Collection[tuple[Peer, Credential]]) -> None:
        """Forget what was learned of other devices, and with credentials that are no longer used."""
        peers = {peer for peer, _ in used}
        self._most_objects = {peer: most for peer, most in self._most_objects.items() if peer in peers}
        self._authorities.keep(used)

    def close(self) -> None:
        """Requests on their way never get an answer."""
        self._transport.close()


def _explaining(peer: Peer, asked: SecuredQuestion, done: Done) -> Done:
    def explained(outcome: Message | SnmpError, rtt_s: float | None) -> None:
        done(unanswered(peer, asked, outcome) if isinstance(outcome, SnmpTimeoutError) else outcome, rtt_s)

    return explained
