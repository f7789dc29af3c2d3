"""SNMPv3 and devices that lie: what is not authentic is counted and changes nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from collectors.snmp import usm
from collectors.snmp.base import SnmpCredentialError, SnmpTimeoutError
from collectors.snmp.codec import (
    V2C,
    Message,
    Pdu,
    Tag,
    encode_binding,
    encode_element,
    encode_message,
    encode_number,
    encode_oid,
    encode_value,
)
from collectors.snmp.engine import Engine
from collectors.snmp.transport import resolve
from collectors.snmp.v3 import (
    AUTHENTICATED,
    NO_CLOCKS,
    PRIVATE,
    Clocks,
    Secured,
    decode_scoped,
    decode_secured,
    encode_around_digest,
    encode_scoped,
)
from collectors.snmp.v3_authority import Authority
from collectors.snmp.v3_question import Report, _message, _pdu_of
from collectors.target import Credential

SYS_NAME, OTHER = "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.4.0"
ALICE = Credential("3", "", "alice", "SHA256", "alice's auth words", "AES", "alice's priv words")
DAVE = replace(ALICE, priv_protocol="", priv_password="")
ERIN = Credential("3", "", "erin")
BOTH = AUTHENTICATED | PRIVATE
QUICK = (0.3, 0.3)
SEVENTH_START = Clocks(7, 5_000)
HERE = "127.0.0.1"


@dataclass(eq=False)
class Agent(asyncio.DatagramProtocol):
    """An honest agent but for what `lies` puts in front of its answers; it says nothing when `is_mute`."""

    who: Credential = ALICE
    engine_id: bytes = b"\x80\0\0\0\4one"
    clocks: Clocks = SEVENTH_START
    is_mute: bool = False
    lies: "Callable[[Agent, bytes], list[bytes]]" = lambda _agent, _data: []
    seen: list[bytes] = field(default_factory=list)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.seen.append(data)
        if not decode_secured(data).engine_id:
            self.transport.sendto(self.report(data, Report.UNKNOWN_ENGINE_ID), addr)
            return
        for lie in self.lies(self, data):
            self.transport.sendto(lie, addr)
        if not self.is_mute:
            self.transport.sendto(self.answer(data), addr)

    def asked(self, data: bytes) -> tuple[Secured, Message]:
        secured = decode_secured(data)
        plain = secured.data
        if secured.level & PRIVATE:
            key = usm.keys(self.who, self.engine_id).privacy
            plain = usm.decrypted(self.who.priv_protocol, key, secured.clocks, secured.salt, plain)
        return secured, _message(decode_scoped(plain, padded=True))

    def answer(self, data: bytes, *, context: bytes | None = None, scope: bytes = b"", **changes: Any) -> bytes:
        secured, message = self.asked(data)
        number, oids = changes.pop("number", message.request_id), changes.pop("oids", message.oids)
        bindings = [encode_binding(oid, encode_value(Tag.INTEGER, 1)) for oid in oids]
        pdu = _pdu_of(encode_message(V2C, b"", Pdu.RESPONSE, number, 0, 0, bindings))
        scoped = encode_scoped(scope or self.engine_id, self.who.context.encode() if context is None else context, pdu)
        if "secret" in changes:
            changes["data"] = changes.pop("secret")
        return self.sealed(secured, scoped, secured.level, **changes)

    def report(self, data: bytes, report: Report, level: int = 0, **changes: Any) -> bytes:
        binding = encode_binding(encode_oid(f"{report.value or SYS_NAME}.0"), encode_value(Tag.COUNTER32, 3))
        pdu = _pdu_of(encode_message(V2C, b"", Pdu.REPORT, 0, 0, 0, [binding]))
        return self.sealed(decode_secured(data), encode_scoped(self.engine_id, b"", pdu), level, **changes)

    def sealed(self, asked: Secured, scoped: bytes, level: int, **changes: Any) -> bytes:
        """`changes` are of the message before it is signed, but for `digest`, which comes instead of the right one."""
        keys, salt = usm.keys(self.who, self.engine_id), usm.new_salt() if level & PRIVATE else b""
        clocks, digest = changes.pop("clocks", self.clocks), changes.pop("digest", None)
        if level & PRIVATE:
            scoped = usm.encrypted(self.who.priv_protocol, keys.privacy, clocks, salt, scoped)
        size = usm.AUTHENTICATION[self.who.auth_protocol].digest_size if level else 0
        unsigned = bytes(size) if digest is None else digest
        message = Secured(asked.message_id, level, self.engine_id, clocks, asked.user, 0, unsigned, salt, scoped)
        head, tail = encode_around_digest(message._replace(**changes))
        if level and digest is None:
            digest = usm.digest(self.who.auth_protocol, keys.authentication, head + unsigned + tail)
        return head + (digest or b"") + tail


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(story, 30))


@asynccontextmanager
async def hosted(agent: Agent, tries: tuple[float, ...] = QUICK) -> AsyncIterator[tuple[Engine, int]]:
    opened, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: agent, local_addr=(HERE, 0))
    engine = Engine(tries)
    try:
        yield engine, opened.get_extra_info("sockname")[1]
    finally:
        engine.close()
        opened.close()


async def ask(engine: Engine, port: int, who: Credential = ALICE) -> Any:
    return (await engine.session(HERE, port, who).get([SYS_NAME]))[0]


def authority(engine: Engine, port: int, who: Credential = ALICE) -> Authority:
    return engine._authorities.of(resolve(HERE, port), who)


def nested(data: bytes) -> bytes:
    inside = b""
    for _ in range(500):
        inside = encode_element(0x30, inside)
    number = encode_number(decode_secured(data).message_id)
    return encode_element(0x30, encode_number(3) + encode_element(0x30, number) + inside)


LIES: dict[str, tuple[str, Callable[[Agent, bytes], bytes]]] = {
    "cut short": ("malformed", lambda agent, data: agent.answer(data)[:-5]),
    "cut in the digest": ("malformed", lambda agent, data: agent.answer(data)[:70]),
    "too long": ("malformed", lambda agent, data: agent.answer(data) + b"\0"),
    "nested": ("malformed", lambda _, data: nested(data)),
    "oversized salt": ("malformed", lambda agent, data: agent.answer(data, salt=bytes(5_000))),
    "oversized user": ("malformed", lambda agent, data: agent.answer(data, user=bytes(5_000))),
    "salt of nine": ("undecipherable", lambda agent, data: agent.answer(data, salt=bytes(9))),
    "noise inside": ("undecipherable", lambda agent, data: agent.answer(data, secret=bytes(80))),
    "nothing inside": ("undecipherable", lambda agent, data: agent.answer(data, secret=b"")),
    "unsigned": ("wrong_digest", lambda agent, data: agent.answer(data, digest=bytes(24))),
    "half a digest": ("wrong_digest", lambda agent, data: agent.answer(data, digest=bytes(12))),
    "no digest": ("wrong_digest", lambda agent, data: agent.answer(data, digest=b"")),
    "other engine-ID": ("wrong_engine_id", lambda agent, data: agent.answer(data, engine_id=b"\x80\0\0\0\4two")),
    "other user": ("wrong_user", lambda agent, data: agent.answer(data, user=b"mallory")),
    "signed only": ("wrong_level", lambda agent, data: agent.sealed(*plain_answer(agent, data), AUTHENTICATED)),
    "unprotected": ("wrong_level", lambda agent, data: agent.sealed(*plain_answer(agent, data), 0)),
    "old": ("not_in_time_window", lambda agent, data: agent.answer(data, clocks=Clocks(7, 4_800))),
    "before its restart": ("not_in_time_window", lambda agent, data: agent.answer(data, clocks=Clocks(6, 5_000))),
    "other context": ("wrong_context", lambda agent, data: agent.answer(data, context=b"other")),
    "other scope": ("wrong_context", lambda agent, data: agent.answer(data, scope=b"other")),
    "other request": ("wrong_id", lambda agent, data: agent.answer(data, number=1)),
    "other message": ("stray", lambda agent, data: agent.answer(data, message_id=1)),
    "other objects": ("wrong_oids", lambda agent, data: agent.answer(data, oids=[encode_oid(OTHER)])),
    "our own question": ("wrong_version", lambda _, data: data),
}


def forged(report: Report) -> Callable[[Agent, bytes], bytes]:
    return lambda agent, data: agent.report(data, report, clocks=Clocks(2**31 - 1, 0))


HINTS = [report for report in Report if report is not Report.UNKNOWN_ENGINE_ID]
LIES |= {f"forged report: {report.name}": ("unproved_report", forged(report)) for report in HINTS}


def plain_answer(agent: Agent, data: bytes) -> tuple[Secured, bytes]:
    secured, message = agent.asked(data)
    binding = encode_binding(message.oids[0], encode_value(Tag.INTEGER, 666))
    pdu = _pdu_of(encode_message(V2C, b"", Pdu.RESPONSE, message.request_id, 0, 0, [binding]))
    return secured, encode_scoped(agent.engine_id, b"", pdu)


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_in_front_of_the_answer_is_counted_and_changes_nothing(lie: str) -> None:
    kind, made = LIES[lie]
    agent = Agent()

    async def story() -> None:
        async with hosted(agent, (5.0,)) as (engine, port):
            assert await ask(engine, port) == 1
            known = authority(engine, port)
            before = known.clocks, known.engine_id, known.keys
            agent.lies = lambda agent, data: [made(agent, data)]

            assert await ask(engine, port) == 1

            assert engine.stats == {"sent": 3, "received": 4, kind: 1}
            assert (known.clocks, known.engine_id, known.keys) == before
            assert known.is_known

    run(story())


def test_a_forged_unknown_engine_id_costs_two_packets_and_no_more() -> None:
    agent = Agent(lies=lambda agent, data: [agent.report(data, Report.UNKNOWN_ENGINE_ID, engine_id=b"forged")])

    async def story() -> None:
        async with hosted(agent, (5.0,)) as (engine, port):
            assert await ask(engine, port) == 1
            assert authority(engine, port).engine_id == agent.engine_id
            assert engine.stats["sent"] == 4
            assert engine.stats["unproved_report"] == 1  # the second time it is no more than a hint

    run(story())


def test_an_answer_is_good_for_its_own_question_only() -> None:
    agent = Agent()
    answers: list[bytes] = []

    def replay(agent: Agent, data: bytes) -> list[bytes]:
        old = list(answers)
        answers.append(agent.answer(data))
        number = encode_number(decode_secured(data).message_id)
        renumbered = [answer.replace(encode_number(decode_secured(answer).message_id), number, 1) for answer in old]
        return old + renumbered

    agent.lies = replay

    async def story() -> None:
        async with hosted(agent, (5.0,)) as (engine, port):
            for _ in range(3):
                assert await ask(engine, port) == 1
            assert engine.stats["stray"] == engine.stats["wrong_digest"] == 3

    run(story())


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (Report.UNKNOWN_USER, "does not know the user alice"),
        (Report.WRONG_DIGEST, "authentication password or protocol of the user alice is wrong"),
        (Report.DECRYPTION_ERROR, "privacy password or protocol of the user alice is wrong"),
        (Report.UNSUPPORTED_LEVEL, "does not offer the user alice this security level"),
        (Report.UNKNOWN_CONTEXT, "has no context ''"),
    ],
)
@pytest.mark.parametrize("level", [0, AUTHENTICATED])
def test_a_report_is_told_when_nothing_better_comes(report: Report, sentence: str, level: int) -> None:
    agent = Agent(is_mute=True, lies=lambda agent, data: [agent.report(data, report, level)])

    async def story() -> None:
        async with hosted(agent, (0.05, 0.05)) as (engine, port):
            with pytest.raises(SnmpCredentialError, match=sentence):
                await ask(engine, port)
            assert len(agent.seen) == (2 if level else 3)  # what is signed is believed at once

    run(story())


def test_a_signed_report_of_its_own_kind_is_an_error() -> None:
    agent = Agent(is_mute=True, lies=lambda agent, data: [agent.report(data, Report.OTHER, BOTH)])

    async def story() -> None:
        async with hosted(agent) as (engine, port):
            with pytest.raises(SnmpCredentialError, match="a report of its own"):
                await ask(engine, port)

    run(story())


def test_a_device_that_never_accepts_its_own_clock_is_asked_twice() -> None:
    def refuse(agent: Agent, data: bytes) -> list[bytes]:
        agent.clocks = Clocks(agent.clocks.boots + 1, 0)
        return [agent.report(data, Report.NOT_IN_TIME_WINDOW, AUTHENTICATED)]

    agent = Agent(is_mute=True, lies=refuse)

    async def story() -> None:
        async with hosted(agent) as (engine, port):
            with pytest.raises(SnmpCredentialError, match="time of its own clock"):
                await ask(engine, port)
            assert len(agent.seen) == 3

    run(story())


def test_a_device_that_never_accepts_its_own_engine_id_is_no_endless_story() -> None:
    agent = Agent(is_mute=True, lies=lambda agent, data: [agent.report(data, Report.UNKNOWN_ENGINE_ID)])

    async def story() -> None:
        async with hosted(agent, (0.05,)) as (engine, port):
            with pytest.raises(SnmpCredentialError, match="does not accept the engine-ID that it told"):
                await ask(engine, port)
            assert len(agent.seen) == 4

    run(story())


@pytest.mark.parametrize("reported", [NO_CLOCKS, Clocks(2**31 - 2, 2**31 - 1)])
def test_the_clocks_of_a_discovery_are_believed_by_nobody(reported: Clocks) -> None:
    """A forged one costs a question: what is signed sets them right, forwards or backwards."""
    agent = Agent()

    def answer(agent: Agent, data: bytes) -> list[bytes]:
        in_time = decode_secured(data).clocks == agent.clocks
        return [] if in_time else [agent.report(data, Report.NOT_IN_TIME_WINDOW, AUTHENTICATED)]

    async def story() -> None:
        async with hosted(agent, (5.0,)) as (engine, port):
            agent.clocks, real = reported, agent.clocks
            session = engine.session(HERE, port, ALICE)
            await cast("Any", session)._discover()
            agent.clocks, agent.lies = real, answer

            assert await session.get([SYS_NAME]) == [1]

            assert authority(engine, port).clocks == real

    run(story())


def test_a_question_sent_back_does_not_prove_forged_clocks() -> None:
    agent = Agent(lies=lambda _, data: [data])

    async def story() -> None:
        async with hosted(agent, (5.0,)) as (engine, port):
            agent.clocks, real = Clocks(2**31 - 2, 0), agent.clocks
            session = engine.session(HERE, port, ALICE)
            await cast("Any", session)._discover()
            agent.clocks = real

            assert await session.get([SYS_NAME]) == [1]
            assert authority(engine, port).clocks == real

    run(story())


def test_a_clock_at_its_end_is_never_in_time() -> None:
    agent = Agent(clocks=Clocks(2**31 - 1, 5))

    async def story() -> None:
        async with hosted(agent, (0.05,)) as (engine, port):
            with pytest.raises(SnmpCredentialError, match="refused"):
                await ask(engine, port)

    run(story())


@pytest.mark.parametrize(
    ("kind", "changes"), [("wrong_level", {"level": AUTHENTICATED}), ("no_engine_id", {"engine_id": b""})]
)
def test_a_discovery_needs_an_engine_id_in_the_open(kind: str, changes: dict[str, Any]) -> None:
    class Strange(Agent):
        def report(self, data: bytes, report: Report, level: int = 0, **more: Any) -> bytes:
            honest = super().report(data, report, level, **more)
            strange = super().report(data, report, **{"level": level, **changes})
            self.transport.sendto(strange, self.address)
            return honest

        def datagram_received(self, data: bytes, addr: Any) -> None:
            self.address = addr
            super().datagram_received(data, addr)

    async def story() -> None:
        async with hosted(Strange(), (5.0,)) as (engine, port):
            assert await ask(engine, port) == 1
            assert engine.stats[kind] == 1

    run(story())


@pytest.mark.parametrize("who", [DAVE, ERIN])
def test_less_protection_has_its_own_lies(who: Credential) -> None:
    agent = Agent(who=who)
    stranger = {"engine_id": b"other"}, {"user": b"mallory"}
    agent.lies = lambda agent, data: [agent.answer(data, **changes) for changes in stranger]

    async def story() -> None:
        async with hosted(agent, (5.0,)) as (engine, port):
            assert await ask(engine, port, who) == 1
            assert (engine.stats["wrong_engine_id"], engine.stats["wrong_user"]) == (1, 1)

    run(story())


def test_more_protection_than_was_asked_for_is_another_answer() -> None:
    agent = Agent(who=ALICE)
    agent.lies = lambda agent, data: [agent.sealed(*plain_answer(agent, data), BOTH)]

    async def story() -> None:
        async with hosted(agent, (5.0,)) as (engine, port):
            assert await ask(engine, port, DAVE) == 1
            assert engine.stats["wrong_level"] == 1

    run(story())


def test_silence_that_cannot_be_explained_in_time_stays_silence() -> None:
    agent = Agent(is_mute=True)

    async def story() -> None:
        async with hosted(agent, (0.3,)) as (engine, port):
            soon = asyncio.get_running_loop().time() + 0.1
            with pytest.raises(SnmpTimeoutError, match="no answer from"):
                await engine.session(HERE, port, ALICE, deadline=soon).get([SYS_NAME])

    run(story())


@pytest.mark.parametrize("who", [ALICE, DAVE])
def test_a_device_that_answers_nobody_is_silent(who: Credential) -> None:
    agent = Agent(who=who, is_mute=True)

    async def story() -> None:
        async with hosted(agent, (0.05,)) as (engine, port):
            with pytest.raises(SnmpTimeoutError, match="does not answer the user alice"):
                await ask(engine, port, who)

    run(story())


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (Report.UNKNOWN_CONTEXT, "the device has no context 'other'"),
        (Report.UNSUPPORTED_LEVEL, "privacy password or protocol of the user alice, or the context 'other', is wrong"),
    ],
)
def test_a_signed_report_on_the_second_question_is_believed(report: Report, sentence: str) -> None:
    agent = Agent(is_mute=True)
    agent.lies = lambda agent, data: (
        [] if decode_secured(data).level & PRIVATE else [agent.report(data, report, AUTHENTICATED)]
    )

    async def story() -> None:
        async with hosted(agent, (0.05,)) as (engine, port):
            with pytest.raises(SnmpCredentialError, match=sentence):
                await ask(engine, port, replace(ALICE, context="other"))

    run(story())


def test_a_known_device_is_asked_directly_until_it_stops_answering() -> None:
    agent = Agent()

    async def story() -> None:
        async with hosted(agent, (0.05,)) as (engine, port):
            peer, loop = resolve(HERE, port), asyncio.get_running_loop()
            assert engine.question(peer, ALICE, (SYS_NAME,)) is None
            await ask(engine, port)
            question = engine.question(peer, ALICE, (SYS_NAME,))
            assert question
            assert engine.question(peer, ALICE, tuple(f"{SYS_NAME}.{row}" for row in range(500))) is None
            outcomes: list[Any] = []

            async def put() -> Any:
                over = asyncio.Event()

                def done(outcome: Any, _rtt_s: float | None) -> None:
                    outcomes.append(outcome)
                    over.set()

                engine.put(peer, question, loop.time() + 5, done)
                await over.wait()
                return outcomes[-1]

            assert (await put()).values == [1]
            assert (await put()).values == [1]
            agent.is_mute, agent.lies = True, lambda agent, data: [agent.report(data, Report.WRONG_DIGEST)]
            assert isinstance(await put(), SnmpCredentialError)
            assert engine.question(peer, ALICE, (SYS_NAME,)) is None

    run(story())


def test_the_hint_of_the_second_question_is_told() -> None:
    """What it cannot decrypt it drops without a word, but it says what is wrong with the digest of the other."""
    agent = Agent(is_mute=True)
    agent.lies = lambda agent, data: (
        [] if decode_secured(data).level & PRIVATE else [agent.report(data, Report.WRONG_DIGEST)]
    )

    async def story() -> None:
        async with hosted(agent, (0.05,)) as (engine, port):
            with pytest.raises(SnmpCredentialError, match="authentication password"):
                await ask(engine, port)

    run(story())


def test_the_round_trip_of_what_was_sent_twice_is_not_known() -> None:
    agent = Agent()

    def deaf_once(agent: Agent, _data: bytes) -> list[bytes]:
        agent.is_mute = len(agent.seen) == 2
        return []

    agent.lies = deaf_once

    async def story() -> None:
        async with hosted(agent, (0.05, 5.0)) as (engine, port):
            session = engine.session(HERE, port, ALICE)
            assert await session.get([SYS_NAME]) == [1]
            assert session.rtt_s is None
            assert agent.seen[1] == agent.seen[2]
            assert await session.get([SYS_NAME]) == [1]
            assert session.rtt_s

    run(story())
