import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from collectors.agent import Agent, AgentHost, Object
from collectors.device import Device
from collectors.poll import poll
from collectors.result import PollResult
from collectors.rounds import Rounds, poll_once
from collectors.snmp.codec import Tag
from collectors.target import Credential, Target
from tests.collectors.conftest import ALICE, Snmpd

CREDENTIAL = Credential(community="public")
CLIENTS = "1.3.6.1.4.1.41112.1.6.1.2.1"


def access_point(clients: int) -> Agent:
    return Agent(
        {
            "1.3.6.1.2.1.1.1.0": Object(Tag.OCTET_STRING, b"U6-Lite 6.5.62"),
            "1.3.6.1.2.1.1.2.0": Object(Tag.OBJECT_IDENTIFIER, "1.3.6.1.4.1.8072.3.2.10"),
            f"{CLIENTS}.6.1": Object(Tag.OCTET_STRING, b"WiFi Warga"),
            f"{CLIENTS}.8.1": Object(Tag.INTEGER, clients),
        }
    )


def target(number: int, port: int) -> Target:
    return Target(number, f"127.0.2.{number}", CREDENTIAL, port=port, phase=number / 10)


@asynccontextmanager
async def serving(agents: dict[int, Agent], window: int = 256) -> AsyncIterator[tuple[Rounds, int]]:
    host = AgentHost({f"127.0.2.{number}": agent for number, agent in agents.items()}, 0)
    rounds = Rounds(tries=(0.1, 0.1), window=window)
    host.open()
    try:
        yield rounds, host.port
    finally:
        await rounds.close()
        host.close()


async def run(
    rounds: Rounds, targets: list[Target], spread_s: float = 0.0, deadline_s: float = 5.0
) -> list[PollResult]:
    results: list[PollResult] = []
    await rounds.run(targets, spread_s=spread_s, deadline_s=deadline_s, sink=results.append)
    return sorted(results, key=lambda result: result.key)


def clients(result: PollResult) -> list[float]:
    return [sample.value for sample in result.samples if sample.metric == "clients"]


def test_every_target_gives_one_result_and_the_dead_are_down() -> None:
    async def scenario() -> list[PollResult]:
        async with serving({number: access_point(number) for number in (1, 2, 4)}) as (rounds, port):
            return await run(rounds, [target(number, port) for number in range(1, 5)])

    results = asyncio.run(scenario())

    assert [(result.key, result.reachable, clients(result)) for result in results] == [
        (1, True, [1]),
        (2, True, [2]),
        (3, False, []),
        (4, True, [4]),
    ]


def test_what_was_learned_is_remembered_and_counted() -> None:
    async def scenario() -> tuple[list[PollResult], int, int, int]:
        async with serving({1: access_point(5)}) as (rounds, port):
            await run(rounds, [target(1, port)])
            first = rounds.stats["sent"]
            results = await run(rounds, [target(1, port)])
            return results, first, rounds.stats["sent"], rounds.stats["learned"]

    results, first, both, learned = asyncio.run(scenario())

    assert clients(results[0]) == [5]
    assert both - first == 1
    assert learned == 1


def test_a_device_that_is_not_kept_is_forgotten() -> None:
    async def scenario() -> int:
        async with serving({1: access_point(5), 2: access_point(6)}) as (rounds, port):
            both = [target(1, port), target(2, port)]
            await run(rounds, both)
            rounds.keep(both[:1])
            await run(rounds, both)
            return rounds.stats["learned"]

    assert asyncio.run(scenario()) == 3


def test_a_target_with_another_credential_is_another_device() -> None:
    async def scenario() -> tuple[bool | None, int]:
        async with serving({1: access_point(5)}) as (rounds, port):
            await run(rounds, [target(1, port)])
            other = replace(target(1, port), credential=Credential(version="1", community="public"))
            results = await run(rounds, [other])
            return results[0].reachable, rounds.stats["learned"]

    assert asyncio.run(scenario()) == (True, 2)


def test_a_device_believed_down_gets_a_small_probe_until_it_answers() -> None:
    async def scenario() -> tuple[PollResult, int, PollResult]:
        agent = access_point(5)
        async with serving({1: agent}) as (rounds, port):
            agent.silent = True
            silent = (await run(rounds, [replace(target(1, port), expected_down=True)]))[0]
            sent = rounds.stats["sent"]
            agent.silent = False
            return silent, sent, (await run(rounds, [replace(target(1, port), expected_down=True)]))[0]

    silent, sent, back = asyncio.run(scenario())

    assert (silent.reachable, sent) == (False, 1)
    assert (back.reachable, clients(back)) == (True, [5])


def test_targets_are_asked_at_their_phase() -> None:
    async def scenario() -> list[float]:
        async with serving({number: access_point(number) for number in (1, 9)}) as (rounds, port):
            started_at = time.time()
            results = await run(rounds, [target(9, port), target(1, port)], spread_s=0.5)
            return [result.at - started_at for result in results]

    early, late = asyncio.run(scenario())

    assert early < late
    assert late >= 0.42  # nine tenths of the spread, less a tick


def test_the_deadline_leaves_nobody_without_a_result() -> None:
    async def scenario() -> list[PollResult]:
        async with serving({1: access_point(1)}) as (rounds, port):
            targets = [replace(target(1, port), phase=0), target(9, port)]
            return await run(rounds, targets, spread_s=10, deadline_s=1.0)

    asked, not_asked = asyncio.run(scenario())

    assert (asked.key, asked.reachable) == (1, True)
    assert (not_asked.key, not_asked.reachable) == (9, None)
    assert "before the deadline" in not_asked.error


@pytest.mark.parametrize(("answers", "reachable"), [(False, None), (True, True)])
def test_a_poll_that_outlasts_the_round_is_cut(
    answers: bool, reachable: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def endless(_: Target, __: object, device: Device, ___: object, at: float, ____: object) -> PollResult:
        if answers:
            device.answered_at = at
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr("collectors.rounds.poll", endless)

    async def scenario() -> tuple[list[PollResult], int]:
        async with serving({}) as (rounds, port):
            talked_with = replace(target(1, port), credential=ALICE)
            return await run(rounds, [talked_with], deadline_s=0.1), rounds.stats["cut"]

    results, cut = asyncio.run(scenario())

    assert [(result.key, result.reachable) for result in results] == [(1, reachable)]
    assert cut == 1


def test_a_mistake_of_ours_in_one_poll_leaves_the_others_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def stumbling(asked: Target, *rest: object) -> PollResult:
        if asked.key == 1:
            raise ZeroDivisionError
        return await poll(asked, *rest)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr("collectors.rounds.poll", stumbling)

    async def scenario() -> tuple[list[PollResult], int]:
        async with serving({1: access_point(1), 2: access_point(2)}) as (rounds, port):
            return await run(rounds, [target(1, port), target(2, port)]), rounds.stats["failed"]

    results, failed = asyncio.run(scenario())

    assert [(result.key, result.reachable) for result in results] == [(1, None), (2, True)]
    assert results[0].error == "internal error: ZeroDivisionError()"
    assert failed == 1
    assert "poll of 127.0.2.1 failed" in caplog.text


def test_a_round_that_is_cancelled_leaves_no_poll_behind() -> None:
    async def scenario() -> int:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
            device.bind(("127.0.0.1", 0))
            device.setblocking(False)
            async with serving({}) as (rounds, _):
                asked = Target(1, "127.0.0.1", CREDENTIAL, port=device.getsockname()[1])
                running = asyncio.create_task(run(rounds, [asked]))
                await asyncio.get_running_loop().sock_recv(device, 1_500)
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
                return len(asyncio.all_tasks())

    assert asyncio.run(scenario()) == 1


def test_an_address_that_is_none_is_neither_up_nor_down() -> None:
    async def scenario() -> list[PollResult]:
        async with serving({}) as (rounds, _):
            return await run(rounds, [Target(1, "balai-warga", CREDENTIAL)])

    result = asyncio.run(scenario())[0]

    assert result.reachable is None
    assert "balai-warga" in result.error


def test_a_round_without_targets_ends_at_once() -> None:
    async def scenario() -> list[PollResult]:
        async with serving({}) as (rounds, _):
            return await run(rounds, [])

    assert asyncio.run(scenario()) == []


def test_thousands_wait_for_their_turn_in_the_window() -> None:
    async def scenario() -> list[PollResult]:
        async with serving({number: access_point(number) for number in range(1, 101)}, window=4) as (rounds, port):
            return await run(
                rounds, [replace(target(number, port), phase=0) for number in range(1, 101)], deadline_s=30
            )

    results = asyncio.run(scenario())

    assert [clients(result) for result in results] == [[number] for number in range(1, 101)]


def test_one_device_can_be_asked_once() -> None:
    async def scenario() -> PollResult:
        host = AgentHost({"127.0.2.1": access_point(3)}, 0)
        host.open()
        try:
            return await poll_once(replace(target(1, host.port), phase=0.9))
        finally:
            host.close()

    assert clients(asyncio.run(scenario())) == [3]


@pytest.mark.parametrize("credential", [CREDENTIAL, replace(CREDENTIAL, version="1"), ALICE])
def test_a_real_agent_is_polled_in_every_version(snmpd: Snmpd, credential: Credential) -> None:
    async def scenario() -> list[PollResult]:
        async with serving({}) as (rounds, _):
            one = Target(1, "127.0.0.1", credential, port=snmpd.port)
            return [*await run(rounds, [one], deadline_s=20), *await run(rounds, [one], deadline_s=20)]

    first, second = asyncio.run(scenario())

    assert first.identity is not None
    assert first.identity.sys_name == "agent.test"
    assert (second.reachable, second.error, second.clock.engine_boots is not None) == (True, "", True)
    assert "memory" in {sample.metric for sample in second.samples}


PRIVATE, SECRET = Credential(community="private"), Credential(community="secret")


@pytest.mark.parametrize("expected_down", [False, True])
@pytest.mark.parametrize(
    ("credential", "others", "answered"),
    [
        (CREDENTIAL, (PRIVATE,), 0),
        (PRIVATE, (CREDENTIAL,), 1),
        (PRIVATE, (SECRET, CREDENTIAL), 2),
        (ALICE, (CREDENTIAL,), 1),
        (PRIVATE, (ALICE, CREDENTIAL), 2),
    ],
)
def test_other_credentials_are_tried_until_one_is_answered_and_it_is_remembered(
    credential: Credential, others: tuple[Credential, ...], answered: int, expected_down: bool
) -> None:
    async def scenario() -> tuple[PollResult, PollResult, int]:
        async with serving({1: access_point(5)}) as (rounds, port):
            asked = replace(target(1, port), credential=credential, others=others, expected_down=expected_down)
            first = await run(rounds, [asked])
            sent = rounds.stats["sent"]
            second = await run(rounds, [replace(asked, expected_down=False)])
            return first[0], second[0], rounds.stats["sent"] - sent

    first, second, sent = asyncio.run(scenario())

    assert (first.credential, clients(first)) == (answered, [5])
    assert (second.credential, clients(second), sent) == (answered, [5], 1)


def test_a_device_that_answers_none_of_its_credentials_is_down_and_begins_with_the_first_again() -> None:
    async def scenario() -> tuple[list[PollResult], int]:
        agent = access_point(5)
        async with serving({1: agent}) as (rounds, port):
            agent.silent = True
            asked = replace(target(1, port), credential=CREDENTIAL, others=(PRIVATE, ALICE))
            silent = await run(rounds, [asked])
            sent = rounds.stats["sent"]
            agent.silent = False
            return silent + await run(rounds, [asked]), sent

    (silent, back), sent = asyncio.run(scenario())

    assert (silent.reachable, silent.credential, silent.error) == (False, 0, "no answer from 127.0.2.1")
    assert (back.credential, clients(back)) == (0, [5])
    assert sent == 3


def test_a_device_that_once_answered_is_not_tried_with_other_credentials() -> None:
    async def scenario() -> tuple[PollResult, int]:
        agent = access_point(5)
        async with serving({1: agent}) as (rounds, port):
            asked = replace(target(1, port), credential=PRIVATE, others=(CREDENTIAL, SECRET))
            await run(rounds, [asked])
            agent.silent = True
            sent = rounds.stats["sent"]
            return (await run(rounds, [asked]))[0], rounds.stats["sent"] - sent

    silent, sent = asyncio.run(scenario())

    assert (silent.reachable, silent.credential, sent) == (False, 1, 1)


MALLORY = replace(ALICE, user="mallory")


@pytest.mark.parametrize(
    ("credential", "others", "reachable", "answered", "error"),
    [
        (MALLORY, (CREDENTIAL,), True, 1, ""),
        (MALLORY, (replace(ALICE, auth_password="not alice's words"), ALICE), True, 2, ""),
        (PRIVATE, (MALLORY,), None, 0, "127.0.0.1: the device does not know the user mallory"),
    ],
)
def test_a_refused_credential_moves_on_to_the_next(
    snmpd: Snmpd,
    credential: Credential,
    others: tuple[Credential, ...],
    reachable: bool | None,
    answered: int,
    error: str,
) -> None:
    async def scenario() -> list[PollResult]:
        async with serving({}) as (rounds, _):
            return await run(rounds, [Target(1, "127.0.0.1", credential, port=snmpd.port, others=others)], 0, 20)

    result = asyncio.run(scenario())[0]

    assert (result.reachable, result.credential, result.error) == (reachable, answered, error)


def test_a_device_that_answers_from_elsewhere_is_polled_when_it_is_allowed_to() -> None:
    class Elsewhere(AgentHost):
        def _send(self, ready: socket.socket, answer: bytes, _: bytes, destination: tuple[str, int]) -> None:
            super()._send(ready, answer, socket.inet_aton("127.0.3.9"), destination)

    async def scenario() -> list[bool | None]:
        host = Elsewhere({"127.0.2.1": access_point(5)}, 0)
        host.open()
        rounds = Rounds(tries=(0.1, 0.1))
        asked = target(1, host.port)
        try:
            return [(await run(rounds, [one]))[0].reachable for one in (asked, replace(asked, any_source=True), asked)]
        finally:
            await rounds.close()
            host.close()

    assert asyncio.run(scenario()) == [False, True, False]


@pytest.mark.parametrize("known", [False, True])
def test_a_sink_that_fails_is_told_and_ends_no_round(caplog: pytest.LogCaptureFixture, known: bool) -> None:
    results: list[PollResult] = []

    def sink(result: PollResult) -> None:
        if result.key == 1:
            raise ZeroDivisionError
        results.append(result)

    async def scenario() -> int:
        async with serving({number: access_point(number) for number in (1, 2)}) as (rounds, port):
            both = [target(1, port), target(2, port)]
            if known:
                await run(rounds, both)
            await rounds.run(both, spread_s=0, deadline_s=5, sink=sink)
            return rounds.stats["failed"]

    assert asyncio.run(scenario()) == 1
    assert [result.key for result in results] == [2]
    assert "poll of 127.0.2.1 failed" in caplog.text


def test_alike_devices_share_their_plan() -> None:
    async def scenario() -> int:
        async with serving({number: access_point(number) for number in range(1, 5)}) as (rounds, port):
            await run(rounds, [target(number, port) for number in range(1, 5)])
            plans = [known.plan for number in range(1, 5) if (known := rounds.learned(number))]
            return len(plans) - len(set(map(id, plans)))

    assert asyncio.run(scenario()) == 3


@pytest.mark.parametrize("credential", [CREDENTIAL, ALICE])
def test_two_rounds_may_ask_one_device_at_once(snmpd: Snmpd, credential: Credential) -> None:
    async def scenario() -> list[PollResult]:
        async with serving({}) as (rounds, _):
            one = Target(1, "127.0.0.1", credential, port=snmpd.port)
            await run(rounds, [one], deadline_s=20)
            for _ in range(3):
                found = await asyncio.gather(*(run(rounds, [one]) for _ in range(5)))
            return [result for results in found for result in results]

    results = asyncio.run(scenario())

    assert [(result.reachable, result.error) for result in results] == [(True, "")] * 5
