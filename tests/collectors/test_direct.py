"""A poll driven by its answers gives what a conversation gives: the same agents are polled both ways."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from collectors import oids
from collectors.agent import Agent, AgentHost, Object
from collectors.result import PollResult
from collectors.rounds import Rounds
from collectors.snmp.codec import (
    Message,
    Pdu,
    Tag,
    decode,
    encode_binding,
    encode_element,
    encode_message,
    encode_number,
    encode_oid,
)
from collectors.snmp.engine import Engine
from collectors.snmp.transport import Peer, Question
from collectors.target import Credential, Target

CLIENTS = "1.3.6.1.4.1.41112.1.6.1.2.1"
NOW = 1_800_000_000.0
ROUNDS = 5
STEADY = {
    encode_oid(oids.SYS_UP_TIME): encode_number(86_400 * 100, Tag.TIME_TICKS),
    encode_oid(oids.IF_NUMBER): encode_number(1),
}
Change = Callable[[bytes, Message, bytes | None], bytes | None]  # datagram, as decoded, honest answer -> what is sent


class Odd(Agent):
    """Answers honestly until the third round; from then on its answers are changed."""

    def __init__(self, change: Change, ssids: int = 3, **how: object) -> None:
        table = {
            oids.SYS_DESCR: Object(Tag.OCTET_STRING, b"U6-Lite 6.5.62"),
            oids.SYS_OBJECT_ID: Object(Tag.OBJECT_IDENTIFIER, "1.3.6.1.4.1.8072.3.2.10"),
            oids.IF_NUMBER: Object(Tag.INTEGER, 1),
            f"{oids.IF_NAME}.1": Object(Tag.OCTET_STRING, b"eth0"),
            f"{oids.IF_OPER_STATUS}.1": Object(Tag.INTEGER, 1),
            f"{oids.IF_HC_IN_OCTETS}.1": Object(Tag.COUNTER64, 2**40),
            f"{oids.IF_HC_OUT_OCTETS}.1": Object(Tag.COUNTER64, 2**33),
            f"{oids.IF_HIGH_SPEED}.1": Object(Tag.GAUGE32, 1000),
            **{f"{CLIENTS}.6.{i}": Object(Tag.OCTET_STRING, f"WiFi {i}".encode()) for i in range(1, ssids + 1)},
            **{f"{CLIENTS}.8.{i}": Object(Tag.INTEGER, i) for i in range(1, ssids + 1)},
            **{f"{CLIENTS}.4.{i}": Object(Tag.INTEGER, 36) for i in range(1, ssids + 1)},
            **{f"{CLIENTS}.9.{i}": Object(Tag.OCTET_STRING, b"na") for i in range(1, ssids + 1)},
        }
        super().__init__(table, booted_at=NOW - 86_400, **how)  # type: ignore[arg-type] # as they came
        self.change = change
        self.round = 0

    def answer(self, data: bytes, now: float) -> bytes | None:
        honest = super().answer(data, now)
        return honest if self.round < 2 else self.change(data, decode(data), honest)


def reply(asked: Message, values: list[bytes], status: int = 0, index: int = 0) -> bytes:
    bindings = [encode_binding(oid, value) for oid, value in zip(asked.oids, values, strict=False)]
    return encode_message(asked.version, asked.community, Pdu.RESPONSE, asked.request_id, status, index, bindings)


def all_are(value: bytes) -> Change:
    """But those that tell of a restart or another interface table."""
    return lambda _, asked, __: reply(asked, [STEADY.get(oid, value) for oid in asked.oids])


def only_large_ones(change: Change) -> Change:
    """Left alone are the small questions of a conversation."""
    return lambda data, asked, honest: change(data, asked, honest) if len(asked.oids) > 6 else honest


def refused(status: int, index: int = 1) -> Change:
    return lambda _, asked, __: reply(asked, [], status, index)


def later_requests_fail(_: bytes, asked: Message, honest: bytes | None) -> bytes | None:
    return honest if encode_oid(oids.SYS_UP_TIME) in asked.oids else None


ODDITIES: dict[str, Change] = {
    "honest": lambda _, __, honest: honest,
    "silent": lambda _, __, ___: None,
    "cut short": lambda _, __, honest: honest and honest[:-3],
    "garbage": lambda _, __, ___: b"\x30\x82\xff\xff garbage",
    "another community": lambda data, _, __: data.replace(b"public", b"secret"),
    "its own question": lambda data, _, __: data,
    "another id": lambda _, asked, __: reply(asked._replace(request_id=asked.request_id ^ 1), []),
    "other objects": lambda _, asked, __: reply(asked._replace(oids=asked.oids[::-1]), [encode_number(1)] * 99),
    "tooBig": only_large_ones(refused(1, 0)),
    "noSuchName": only_large_ones(refused(2, 7)),
    "genErr": refused(5),
    "authorizationError": refused(16),
    "no such error": refused(77),
    "all gone": all_are(encode_element(Tag.NO_SUCH_INSTANCE, b"")),
    "all Null": all_are(encode_element(Tag.NULL, b"")),
    "all text": all_are(encode_element(Tag.OCTET_STRING, b"\xff\x00 no number")),
    "all numbers as text": all_are(encode_element(Tag.OCTET_STRING, b"17")),
    "all absurd": all_are(encode_element(Tag.COUNTER64, b"\xff" * 8)),
    "all negative": all_are(encode_number(-1)),
    "all empty": all_are(encode_element(Tag.INTEGER, b"")),
    "all addresses": all_are(encode_element(Tag.IP_ADDRESS, b"\x7f\x00\x00\x01")),
    "other lengths": all_are(encode_number(70_000)),
    "later requests are not answered": later_requests_fail,
    "later requests are refused": lambda _, asked, honest: (
        honest if encode_oid(oids.SYS_UP_TIME) in asked.oids else reply(asked, [], 5, 1)
    ),
}


def agents() -> Iterator[tuple[Odd, Credential]]:
    for change in ODDITIES.values():
        for version in ("1", "2c"):
            yield Odd(change), Credential(version, "public")
        yield Odd(change, ssids=40), Credential("2c", "public")
        yield Odd(change, ssids=40, largest_answer=484), Credential("2c", "public")
    rebooting = Odd(ODDITIES["honest"])
    yield rebooting, Credential("2c", "public")


async def polled(patient: float = 0.3) -> list[tuple[PollResult, ...]]:
    """All agents in rounds, of each its results without their times."""
    made = dict(enumerate(agents()))
    host = AgentHost({f"127.0.9.{number}": agent for number, (agent, _) in made.items()}, 0, clock=lambda: NOW)
    host.open()
    rounds = Rounds(tries=(patient, patient))
    targets = [Target(n, f"127.0.9.{n}", credential, port=host.port) for n, (_, credential) in made.items()]
    told: dict[int, list[PollResult]] = {number: [] for number in made}
    down: set[int] = set()

    def take(result: PollResult) -> None:
        told[result.key].append(replace(result, at=0, rtt_s=None))
        (down.discard if result.reachable else down.add)(result.key)

    for number in range(ROUNDS):
        for agent, _ in made.values():
            agent.round = number
        if number == 3:
            agent.reboot(NOW - 7)
        asked = [replace(target, expected_down=target.key in down) for target in targets]
        await rounds.run(asked, spread_s=0, deadline_s=30, sink=take)
    await rounds.close()
    host.close()
    return [tuple(results) for results in told.values()]


def test_a_mistake_of_ours_before_anything_is_sent_ends_one_poll_only(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked = Engine.question

    def question(engine: Engine, peer: Peer, credential: Credential, objects: tuple[str, ...]) -> Question | None:
        if peer.address[0] == "127.0.9.1":
            raise ZeroDivisionError
        return asked(engine, peer, credential, objects)

    monkeypatch.setattr(Engine, "question", question)

    async def story() -> list[PollResult]:
        results: list[PollResult] = []
        host = AgentHost({f"127.0.9.{number}": Odd(ODDITIES["honest"]) for number in (1, 2)}, 0, clock=lambda: NOW)
        host.open()
        rounds = Rounds()
        targets = [Target(n, f"127.0.9.{n}", Credential("2c", "public"), port=host.port) for n in (1, 2)]
        await rounds.run(targets, spread_s=0, deadline_s=10, sink=results.append)
        await rounds.close()
        host.close()
        return sorted(results, key=lambda result: result.key)

    first, second = asyncio.run(story())

    assert (first.reachable, first.error, second.reachable) == (None, "internal error: ZeroDivisionError()", True)
    assert "poll of 127.0.9.1 failed" in caplog.text


def test_both_ways_give_the_same_results(monkeypatch: pytest.MonkeyPatch) -> None:
    directly = asyncio.run(polled())
    conversations = 0

    def none(*_: object) -> None:
        nonlocal conversations
        conversations += 1

    monkeypatch.setattr(Engine, "question", none)
    talking = asyncio.run(polled())

    assert conversations >= ROUNDS * len(talking)
    assert {type(result.reachable) for results in directly for result in results} == {bool}
    for number, (agent, credential) in enumerate(agents()):
        name = next(name for name, change in ODDITIES.items() if change is agent.change)
        assert directly[number] == talking[number], (name, credential.version)
