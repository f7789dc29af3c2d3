"""The search over real UDP on loopback: simulated agents, a real net-snmp agent with SNMPv3, and plain silence."""

import asyncio
import socket
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from collectors.agent import IP_PKTINFO, Agent, AgentHost, Object
from collectors.discovery import Discovery, Found
from collectors.echo import IcmpError
from collectors.icmp import Pinger
from collectors.profile import STANDARD, AccessPoints, Match, Profile
from collectors.profile_file import load
from collectors.result import Ping
from collectors.snmp.base import SnmpCredentialError, SnmpTimeoutError
from collectors.snmp.codec import Tag
from collectors.snmp.engine import Engine
from collectors.snmp.probe import NOBODY
from collectors.snmp.session import Conversation
from collectors.target import Credential
from tests.collectors.conftest import ALICE, Snmpd

PUBLIC, OTHER = Credential("2c", "public"), Credential("2c", "other")
QUICK = (0.15, 0.15)
LLDP = "1.0.8802.1.1.2.1.4.1.1"
SYSTEM = "1.3.6.1.2.1.1"


def words(said: str) -> Object:
    return Object(Tag.OCTET_STRING, said.encode())


def access_point(name: str, community: str = "public", more: Mapping[str, Object] | None = None) -> Agent:
    objects = {
        f"{SYSTEM}.1.0": words("U6-Lite 6.5.62"),
        f"{SYSTEM}.2.0": Object(Tag.OBJECT_IDENTIFIER, "1.3.6.1.4.1.8072.3.2.10"),
        f"{SYSTEM}.5.0": words(name),
        "1.3.6.1.6.3.10.2.1.1.0": Object(Tag.OCTET_STRING, b"\x80\x00\x1f\x88\x04ap"),
        "1.3.6.1.4.1.41112.1.6.1.2.1.6.1": words("WiFi Warga"),
        "1.3.6.1.4.1.41112.1.6.3.3.0": words("U6-Lite"),
    }
    return Agent(objects | dict(more or {}), community=community)


def hanging_on(*rows: dict[int, Object]) -> dict[str, Object]:
    """An LLDP table; each row by its columns."""
    return {f"{LLDP}.{column}.0.1.{number}": said for number, row in enumerate(rows) for column, said in row.items()}


def switch(name: str, port: str, kind: int = 5) -> dict[int, Object]:
    bits = Object(Tag.OCTET_STRING, b"\x28\x00")
    return {6: Object(Tag.INTEGER, kind), 7: words(port), 8: words(f"{port} of {name}"), 9: words(name), 12: bits}


@pytest.fixture
def pingable(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Addresses that answer a ping; the kernel would answer for all of 127.0.0.0/8."""
    alive: set[str] = set()

    async def ping(self: Pinger, address: str, **how: Any) -> Ping | None:
        await asyncio.sleep(0.01)
        return Ping(2, 2, 0.004) if address in alive else Ping(2, 0)

    monkeypatch.setattr(Pinger, "ping", ping)
    return alive


@contextmanager
def serving(agents: dict[str, Agent]) -> Iterator[int]:
    host = AgentHost(agents, 0)
    host.open()
    try:
        yield host.port
    finally:
        host.close()


def search(
    agents: dict[str, Agent],
    addresses: list[str],
    *credentials: Credential,
    port: int = 0,
    profiles: Mapping[str, Profile] | None = None,
) -> dict[str, Found]:
    async def story() -> dict[str, Found]:
        found: list[Found] = []
        with serving(agents) as served:
            discovery = Discovery(
                credentials or (PUBLIC,), port=port or served, rate=1_000, tries=QUICK, profiles=profiles
            )
            await discovery.run(addresses, found.append)
        assert discovery.asked == len(addresses)
        return {one.address: one for one in found}

    return asyncio.run(asyncio.wait_for(story(), 30))


def test_what_answers_is_identified_and_silence_is_not_told(pingable: set[str]) -> None:
    pingable |= {"127.88.0.1", "127.88.0.3"}
    agents = {"127.88.0.1": access_point("ap-1"), "127.88.0.2": access_point("ap-2")}

    found = search(agents, [f"127.88.0.{number}" for number in range(1, 9)])

    assert set(found) == {"127.88.0.1", "127.88.0.2", "127.88.0.3"}
    first = found["127.88.0.1"]
    assert (first.rtt_s, first.credential, first.profile, first.error) == (0.004, 0, "unifi", "")
    assert (first.identity.sys_name, first.identity.model, first.identity.vendor) == ("ap-1", "U6-Lite", "Ubiquiti")
    assert (first.identity.engine_id, first.neighbour, first.managed) == ("80001f88046170", "", None)
    assert found["127.88.0.2"].rtt_s is None
    assert found["127.88.0.3"] == Found("127.88.0.3", 0.004)


def test_the_first_credential_that_fits_is_told(pingable: set[str]) -> None:
    agents = {"127.88.0.1": access_point("a"), "127.88.0.2": access_point("b", "other")}
    found = search(agents, list(agents), Credential("2c", "wrong"), PUBLIC, OTHER)
    assert [found[address].credential for address in agents] == [1, 2]


def test_without_leave_to_ping_snmp_goes_on_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(self: Pinger, address: str, **how: Any) -> Ping | None:
        raise IcmpError("pinging is not allowed")

    async def story() -> None:
        found: list[Found] = []
        with serving({"127.88.0.1": access_point("a")}) as port:
            discovery = Discovery((PUBLIC,), port=port, rate=1_000, tries=QUICK)
            await discovery.run(["127.88.0.1", "127.88.0.2"], found.append)
        assert discovery.no_ping == "pinging is not allowed"
        assert [(one.address, one.rtt_s) for one in found] == [("127.88.0.1", None)]

    monkeypatch.setattr(Pinger, "ping", refused)
    asyncio.run(asyncio.wait_for(story(), 30))


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([switch("sw-park-1", "Gi1/0/7")], "sw-park-1 port Gi1/0/7"),
        ([switch("sw-park-1", "\x00\x11", kind=3) | {8: words("Port 7")}], "sw-park-1 port Port 7"),
        ([switch("sw-park-1", "")], "sw-park-1 port of sw-park-1"),
        ([{9: words("somebody's phone"), 12: Object(Tag.OCTET_STRING, b"\x04\x00")}], ""),
        ([{9: words("somebody's laptop")}], ""),
        ([{9: words("")}, switch("sw-2", "ge-0/0/3")], "sw-2 port ge-0/0/3"),
        ([{9: words("sw-3"), 12: Object(Tag.OCTET_STRING, b"\x20")}], "sw-3"),
    ],
)
def test_the_switch_that_lldp_names_is_told_and_nobody_elses_device(
    pingable: set[str], rows: list[dict[int, Object]], told: str
) -> None:
    found = search({"127.88.0.1": access_point("a", more=hanging_on(*rows))}, ["127.88.0.1"])
    assert found["127.88.0.1"].neighbour == told


@pytest.mark.parametrize(
    ("credentials", "said"),
    [
        ((OTHER,), "it speaks SNMPv3, and no credential of that version was tried"),
        ((replace(ALICE, user="mallory"),), "the device does not know the user mallory"),
        ((replace(ALICE, auth_password="not these words"),), "the user alice is wrong"),
        ((replace(ALICE, priv_password="not these words"),), "the user alice"),
    ],
)
def test_an_snmpv3_agent_that_no_credential_fits_says_why(
    pingable: set[str], snmpd: Snmpd, credentials: tuple[Credential, ...], said: str
) -> None:
    pingable.add("127.0.0.1")
    found = search({}, ["127.0.0.1"], *credentials, port=snmpd.port)["127.0.0.1"]
    assert found.credential is None
    assert found.error.startswith("answers SNMP, none of the credentials fits: ")
    assert said in found.error
    assert "127.0.0.1" not in found.error


def test_a_fitting_user_is_found_behind_others(pingable: set[str], snmpd: Snmpd) -> None:
    mallory = replace(ALICE, user="mallory")
    found = search({}, ["127.0.0.1", "::1"], OTHER, mallory, ALICE, port=snmpd.port)
    assert {address: one.credential for address, one in found.items()} == {"127.0.0.1": 2, "::1": 2}
    assert found["127.0.0.1"].identity.sys_name == "agent.test"
    assert found["127.0.0.1"].identity.engine_id.startswith("80001f88")


def test_an_address_that_cannot_be_reached_is_not_told(pingable: set[str]) -> None:
    assert search({}, ["255.255.255.255"], PUBLIC, OTHER) == {}


class Mute:
    """A session with an agent that knows no user, and drops what it can't decrypt."""

    def __init__(self, credential: Credential) -> None:
        self.error = SnmpCredentialError("no") if credential == NOBODY else SnmpTimeoutError("no answer")

    async def get(self, oids: object) -> None:  # noqa: ARG002  # as a session has it
        raise self.error


def test_an_agent_that_drops_what_it_cannot_decrypt_is_not_taken_for_silence(
    pingable: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pingable.add("127.88.0.1")
    monkeypatch.setattr(Engine, "session", lambda *asked, **_: Mute(asked[3]))
    found = search({}, ["127.88.0.1"], PUBLIC, ALICE)["127.88.0.1"]
    assert "it speaks SNMPv3, but is silent to alice: is the privacy password or protocol wrong?" in found.error


def test_a_table_that_fails_tells_no_switch(pingable: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(*_: object) -> None:
        raise SnmpTimeoutError("no time left")

    monkeypatch.setattr(Conversation, "walk_many", refused)
    monkeypatch.setattr(Conversation, "walk", lambda *_: asyncio.sleep(0, {}))
    assert search({"127.88.0.1": access_point("a")}, ["127.88.0.1"])["127.88.0.1"].neighbour == ""


def test_a_device_that_falls_silent_in_the_middle_keeps_what_it_said(pingable: set[str]) -> None:
    agent = access_point("a")
    answer = agent.answer

    def once(data: bytes, now: float) -> bytes | None:
        reply, agent.silent = answer(data, now), True
        return reply

    agent.answer = once  # type: ignore[method-assign]
    found = search({"127.88.0.1": agent}, ["127.88.0.1"])["127.88.0.1"]
    assert found.identity.sys_name == "a"
    assert found.error == "identification: no answer from 127.88.0.1"


def test_one_mistake_of_ours_costs_one_address(
    pingable: set[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def sink_of(found: list[str]) -> Callable[[Found], None]:
        def sink(one: Found) -> None:
            if one.address == "127.88.0.1":
                raise RuntimeError("no room")
            found.append(one.address)

        return sink

    async def story() -> list[str]:
        found: list[str] = []
        agents = {f"127.88.0.{number}": access_point("a") for number in (1, 2)}
        with serving(agents) as port:
            await Discovery((PUBLIC,), port=port, rate=1_000, tries=QUICK).run(agents, sink_of(found))
        return found

    assert asyncio.run(asyncio.wait_for(story(), 30)) == ["127.88.0.2"]
    assert "search of 127.88.0.1 failed" in caplog.text


class Ear:
    """Hears every datagram that comes to a port, and to which address; it never answers."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, str]] = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
        self.socket.bind(("0.0.0.0", 0))
        self.port: int = self.socket.getsockname()[1]
        asyncio.get_running_loop().add_reader(self.socket, self.hear)

    def hear(self) -> None:
        _, ancillary, _, _ = self.socket.recvmsg(65_535, 64)
        address = struct.unpack("=I4s4s", ancillary[0][2])[1]
        self.heard.append((time.monotonic(), socket.inet_ntoa(address)))

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self.socket)
        self.socket.close()


def test_the_pace_is_kept_and_only_the_range_is_asked(pingable: set[str]) -> None:
    rate, addresses = 200, [f"127.88.1.{number}" for number in range(100)]

    async def story() -> tuple[list[tuple[float, str]], float]:
        ear, begun = Ear(), time.monotonic()
        await Discovery((PUBLIC,), port=ear.port, rate=rate, tries=(0.1,)).run(addresses, print)
        took_s = time.monotonic() - begun
        ear.close()
        return ear.heard, took_s

    heard, took_s = asyncio.run(asyncio.wait_for(story(), 30))

    assert [address for _, address in heard] == addresses
    assert took_s >= len(addresses) / rate
    times = [at for at, _ in heard]
    for first, last in zip(times, times[20:], strict=False):
        assert last - first >= 20 / rate - 0.03


def test_a_cancelled_search_sends_nothing_more_and_tells_how_far_it_was(pingable: set[str]) -> None:
    addresses = [f"127.88.2.{number}" for number in range(250)]

    async def story() -> None:
        ear = Ear()
        discovery = Discovery((PUBLIC,), port=ear.port, rate=100, tries=(0.1, 0.1))
        running = asyncio.create_task(discovery.run(addresses, print))
        while discovery.asked < 10:  # noqa: ASYNC110  # it tells nobody
            await asyncio.sleep(0.01)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        asked, heard = discovery.asked, len(ear.heard)
        await asyncio.sleep(0.3)
        assert 10 <= asked <= discovery.asked + 1 <= len({address for _, address in ear.heard}) + 1
        assert len(ear.heard) == heard
        ear.close()

    asyncio.run(asyncio.wait_for(story(), 30))


def test_a_controller_tells_how_many_access_points_it_has(pingable: set[str]) -> None:
    states = "1.3.6.1.4.1.99999.1.4"
    match = Match(sys_object_id="1.3.6.1.4.1.99999")
    box = Profile("box", "Box", "controllers", (match,), access_points=(AccessPoints("X-MIB", state=states),))
    objects = {f"{SYSTEM}.2.0": Object(Tag.OBJECT_IDENTIFIER, "1.3.6.1.4.1.99999.7")}
    rows = {f"{states}.{number}": Object(Tag.INTEGER, 1) for number in range(3)}
    agents = {"127.88.0.1": Agent(objects | rows), "127.88.0.2": Agent(objects)}

    found = search(agents, list(agents), profiles={"box": box, STANDARD: load()[STANDARD]})

    assert {address: (one.profile, one.managed) for address, one in found.items()} == {
        "127.88.0.1": ("box", 3),
        "127.88.0.2": ("box", None),
    }
