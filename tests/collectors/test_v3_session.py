"""SNMPv3 of our own engine against a real net-snmp agent, in every combination it supports."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from collectors.result import PollResult
from collectors.rounds import Rounds
from collectors.snmp.base import (
    Missing,
    SnmpCredentialError,
    SnmpStatusError,
    SnmpTimeoutError,
    SnmpUnsendableError,
)
from collectors.snmp.engine import Engine
from collectors.snmp.transport import resolve
from collectors.snmp.usm import AUTHENTICATION, PRIVACY
from collectors.snmp.v3 import Clocks
from collectors.snmp.v3_authority import Authority
from collectors.target import Credential, Target
from tests.collectors.conftest import Snmpd, running_snmpd

SYS_UPTIME, SYS_NAME, NOTHING = "1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.77.0"
IF_INDEX, IF_DESCR, IP_ADDRESS = "1.3.6.1.2.1.2.2.1.1", "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.4.20.1.1.127.0.0.1"
ENGINE_BOOTS = "1.3.6.1.6.3.10.2.1.2.0"
ENGINE_ID = "0x80001f8804" + b"restarted".hex()
HERE = "127.0.0.1"
QUICK = (0.3, 0.3)

NET_SNMP = {"SHA224": "SHA-224", "SHA256": "SHA-256", "SHA384": "SHA-384", "SHA512": "SHA-512"} | {
    "AES192": "AES-192", "AES256": "AES-256", "AES192C": "AES-192-C", "AES256C": "AES-256-C",
}  # fmt: skip


def credential(auth: str = "", priv: str = "") -> Credential:
    auth_password, priv_password = "good to know" if auth else "", "better to keep" if priv else ""
    return Credential("3", "", f"u{auth}{priv}", auth, auth_password, priv, priv_password)


ALL = [credential(), *(credential(auth, priv) for auth, priv in product(AUTHENTICATION, ["", *PRIVACY]))]
ALICE, DAVE, ERIN = credential("SHA256", "AES"), credential("SHA512"), credential()


def configuration(*more: str) -> str:
    lines = [*more, "agentaddress udp:127.0.0.1:{port},udp6:[::1]:{port}", "rocommunity public", "rocommunity6 public"]
    lines += ["sysName agent.test", "sysLocation nowhere", "sysContact nobody", "view all included .1"]
    for user in ALL:
        auth, priv = user.auth_protocol, user.priv_protocol
        words = [f"createUser {user.user}"]
        words += [NET_SNMP.get(auth, auth), f'"{user.auth_password}"'] if auth else []
        words += [NET_SNMP.get(priv, priv), f'"{user.priv_password}"'] if priv else []
        level = "priv" if priv else "auth" if auth else "noauth"
        lines += [" ".join(words), f"rouser {user.user} {level} -V all", f"rouser {user.user} {level} -V all field"]
    lines.append("proxy -Cn field -v 2c -c public 127.0.0.1:{port} .1.3.6.1.2.1.1")
    return "\n".join(lines) + "\n"


def restarted(times: int) -> tuple[str, ...]:
    """net-snmp keeps these in a file of its own, which it does not read when it is told which files to read."""
    return f"exactEngineID {ENGINE_ID}", f"oldEngineID {ENGINE_ID}", f"engineBoots {times}"


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snmpd]:
    with running_snmpd(tmp_path_factory.mktemp("snmpd"), configuration()) as running:
        yield running


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(story, 30))


@asynccontextmanager
async def engine(tries: tuple[float, ...] = QUICK) -> AsyncIterator[Engine]:
    made = Engine(tries)
    try:
        yield made
    finally:
        made.close()


async def name(asking: Engine, port: int, who: Credential = ALICE, address: str = HERE) -> Any:
    return (await asking.session(address, port, who).get([SYS_NAME]))[0]


def authority(asking: Engine, port: int, who: Credential = ALICE) -> Authority:
    return asking._authorities.of(resolve(HERE, port), who)


@pytest.mark.parametrize("who", ALL, ids=lambda who: who.user)
def test_every_combination_is_spoken(agent: Snmpd, who: Credential) -> None:
    async def story() -> None:
        async with engine() as asking:
            session = asking.session(HERE, agent.port, who)

            found, uptime, missing, address = await session.get([SYS_NAME, SYS_UPTIME, NOTHING, IP_ADDRESS])

            assert (found, missing, address) == (b"agent.test", Missing.NO_SUCH_OBJECT, HERE)
            assert isinstance(uptime, int)
            assert asking.stats == {"sent": 2, "received": 2}

    run(story())


def test_a_known_device_is_asked_at_once(agent: Snmpd) -> None:
    async def story() -> None:
        async with engine() as asking:
            for _ in range(5):
                assert await name(asking, agent.port) == b"agent.test"
            assert asking.stats["sent"] == 6

    run(story())


def test_ipv6_is_spoken(agent: Snmpd) -> None:
    async def story() -> None:
        async with engine() as asking:
            assert await name(asking, agent.port, address="::1") == b"agent.test"

    run(story())


def test_tables_are_walked(agent: Snmpd) -> None:
    async def story() -> None:
        async with engine() as asking:
            session = asking.session(HERE, agent.port, ALICE)

            interfaces, names = await session.walk_many([IF_INDEX, IF_DESCR])

            assert interfaces == {index: int(index) for index in names}
            assert b"lo" in names.values()
            assert await session.walk("1.4") == {}
            assert session.rtt_s is not None

    run(story())


def test_a_context_is_another_view_of_the_device(agent: Snmpd) -> None:
    async def story() -> None:
        async with engine() as asking:
            session = asking.session(HERE, agent.port, replace(ALICE, context="field"))

            assert await session.get([SYS_NAME, IP_ADDRESS]) == [b"agent.test", Missing.NO_SUCH_OBJECT]
            with pytest.raises(SnmpTimeoutError, match="does not answer the user uSHA256AES in this context"):
                await name(asking, agent.port, replace(ALICE, context="nowhere"))

    run(story())


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        (replace(ALICE, user="mallory"), "does not know the user mallory"),
        (replace(ERIN, user="mallory"), "does not know the user mallory"),
        (replace(ALICE, auth_password="not alice's words"), "authentication password or protocol"),
        (replace(DAVE, auth_password="not dave's words"), "authentication password or protocol"),
        (replace(ALICE, auth_protocol="SHA512"), "authentication password or protocol"),
        (replace(ALICE, priv_password="not alice's words"), "privacy password or protocol"),
        (replace(ALICE, priv_protocol="DES"), "privacy password or protocol"),
        (replace(credential("SHA", "AES256"), priv_protocol="AES256C"), "privacy password or protocol"),
        (replace(ALICE, priv_password="no words", auth_password="no words"), "authentication password or protocol"),
        (replace(DAVE, priv_protocol="AES", priv_password="whatever it is"), "this security level"),
        (replace(ALICE, auth_protocol="ROT13"), "ROT13 is no authentication protocol"),
    ],
)
def test_which_part_of_a_credential_is_wrong_is_said(agent: Snmpd, who: Credential, sentence: str) -> None:
    async def story() -> None:
        async with engine() as asking:
            with pytest.raises(SnmpCredentialError, match=sentence) as error:
                await name(asking, agent.port, who)
            for secret in (who.auth_password, who.priv_password):
                assert not secret or secret not in str(error.value)

    run(story())


def test_too_little_protection_is_refused_by_the_device(agent: Snmpd) -> None:
    async def story() -> None:
        async with engine() as asking:
            with pytest.raises(SnmpStatusError, match="authorizationError"):
                await name(asking, agent.port, replace(ALICE, priv_protocol="", priv_password=""))

    run(story())


def test_silence_is_a_timeout() -> None:
    async def story() -> None:
        async with engine() as asking:
            with pytest.raises(SnmpTimeoutError, match=r"no answer from 127\.0\.7\.9"):
                await name(asking, 9, address="127.0.7.9")

    run(story())


def test_what_cannot_be_sent_says_nothing_about_the_device() -> None:
    async def story() -> None:
        async with engine() as asking:
            with pytest.raises(SnmpUnsendableError):
                await name(asking, 161, address="255.255.255.255")

    run(story())


def test_a_clock_of_ours_that_is_ahead_is_set_once(agent: Snmpd) -> None:
    async def story() -> None:
        async with engine() as asking:
            await name(asking, agent.port)
            known = authority(asking, agent.port)
            known.clocks = known.clocks._replace(time=known.clocks.time - 1)  # a second has gone by for the agent
            known.clocks_at -= 10_000
            sent = asking.stats["sent"]

            assert await name(asking, agent.port) == b"agent.test"
            assert await name(asking, agent.port) == b"agent.test"

            assert asking.stats["sent"] - sent == 3

    run(story())


def test_a_clock_of_ours_that_is_behind_is_set_once(tmp_path: Path) -> None:
    async def story() -> None:
        with running_snmpd(tmp_path, configuration(*restarted(1))) as agent:
            async with engine() as asking:
                await name(asking, agent.port)
                authority(asking, agent.port).clocks = Clocks(0, 10)
                sent = asking.stats["sent"]

                assert await name(asking, agent.port) == b"agent.test"
                assert await name(asking, agent.port) == b"agent.test"

                assert asking.stats["sent"] - sent == 3

    run(story())


def test_boots_that_go_back_are_refused_and_then_asked_for_anew(agent: Snmpd) -> None:
    async def story() -> None:
        async with engine() as asking:
            await name(asking, agent.port)
            known = authority(asking, agent.port)
            known.clocks = Clocks(known.clocks.boots + 5, 10)

            with pytest.raises(SnmpCredentialError, match="went back"):
                await name(asking, agent.port)

            assert asking.stats["not_in_time_window"] >= 1
            assert await name(asking, agent.port) == b"agent.test"

    run(story())


def test_a_restart_in_the_middle_is_followed(tmp_path: Path) -> None:
    async def story() -> None:
        async with engine() as asking:
            with running_snmpd(tmp_path, configuration(*restarted(3))) as first:
                (before,) = await asking.session(HERE, first.port, ALICE).get([ENGINE_BOOTS])
            known = authority(asking, first.port)
            assert known.engine_id == bytes.fromhex(ENGINE_ID[2:])
            with running_snmpd(tmp_path, configuration(*restarted(4))) as second:
                peer, again = resolve(HERE, second.port), resolve(HERE, first.port)
                asking._authorities._known[peer, ALICE] = asking._authorities._known.pop((again, ALICE))
                (after,) = await asking.session(HERE, second.port, ALICE).get([ENGINE_BOOTS])

            assert after == before + 1  # type: ignore[operator] # an INTEGER
            assert known.clocks.boots == after
            assert asking.stats["sent"] == 4  # discovery, question; the refused one, the one with the new boots

    run(story())


def test_a_replaced_device_is_asked_for_its_engine_id_once(agent: Snmpd, tmp_path: Path) -> None:
    async def story() -> None:
        async with engine() as asking:
            with running_snmpd(tmp_path, configuration()) as old:
                await name(asking, old.port)
            old_key, key = (resolve(HERE, old.port), ALICE), (resolve(HERE, agent.port), ALICE)
            known = asking._authorities._known[key] = asking._authorities._known.pop(old_key)
            engine_id, sent = known.engine_id, asking.stats["sent"]

            assert await name(asking, agent.port) == b"agent.test"

            assert known.engine_id != engine_id
            assert asking.stats["sent"] - sent == 3

    run(story())


def test_silence_makes_a_known_device_unknown(tmp_path: Path) -> None:
    async def story() -> None:
        async with engine((0.1,)) as asking:
            with running_snmpd(tmp_path, configuration()) as agent:
                await name(asking, agent.port)
            with pytest.raises(SnmpTimeoutError, match="no answer from"):
                await name(asking, agent.port)

            assert not authority(asking, agent.port).is_known
            assert asking.stats["sent"] == 3  # and no further question to explain it

    run(story())


def test_engine_ids_tell_one_device_from_two(agent: Snmpd, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with engine() as asking:
            for address in (HERE, "::1", HERE):
                assert await name(asking, agent.port, address=address) == b"agent.test"
            assert await name(asking, agent.port, DAVE) == b"agent.test"

            assert asking.stats["shared_engine_id"] == 1
            assert "127.0.0.1 and ::1 have the same SNMPv3 engine-ID" in caplog.text

    run(story())


def test_rounds_ask_a_known_device_directly_and_follow_what_happens_to_it(agent: Snmpd) -> None:
    target = Target(1, HERE, replace(ALICE, user="mallory"), agent.port, others=(ALICE,))

    async def story() -> None:
        rounds = Rounds(tries=QUICK)
        results: list[PollResult] = []

        async def poll() -> tuple[bool | None, int]:
            sent = rounds.engine.stats["sent"]
            await rounds.run([target], spread_s=0, deadline_s=10, sink=results.append)
            return results[-1].reachable, rounds.engine.stats["sent"] - sent

        assert (await poll())[0] is True
        assert results[-1].credential == 1  # the second that was tried
        known = authority(rounds.engine, agent.port)
        (device,) = rounds._devices.values()
        assert device.plan
        for _ in range(2):
            assert await poll() == (True, len(device.plan.requests))
        known.clocks = Clocks(known.clocks.boots + 3, 0)
        assert (await poll())[0] is None
        assert "its SNMPv3 clock went back" in results[-1].error
        assert (await poll())[0] is True
        rounds.keep([])
        assert not len(rounds.engine._authorities)
        await rounds.close()

    run(story())
