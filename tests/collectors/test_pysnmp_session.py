"""SNMPv3 by pysnmp against a real net-snmp agent, and against one that forges; credentials tried on both."""

import asyncio
import subprocess
import sys
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, cast

import pytest
from pyasn1.type import univ

from collectors.snmp.base import (
    Missing,
    SnmpCredentialError,
    SnmpError,
    SnmpStatusError,
    SnmpTimeoutError,
    SnmpUnsendableError,
    Value,
)
from collectors.snmp.codec import encode_element, encode_number, message_id
from collectors.snmp.probe import probe
from collectors.snmp.pysnmp_session import PysnmpEngine, PysnmpSession, _Checked, _plain
from collectors.snmp.transport import resolve
from collectors.target import Credential
from tests.collectors.conftest import ALICE, Snmpd

SYS_DESCR, SYS_OBJECT_ID, SYS_UPTIME = "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0", "1.3.6.1.2.1.1.3.0"
SYS_NAME, NOTHING, IF_DESCR = "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.77.0", "1.3.6.1.2.1.2.2.1.2"
IF_INDEX, IP_ADDRESS = "1.3.6.1.2.1.2.2.1.1", "1.3.6.1.2.1.4.20.1.1.127.0.0.1"
BOB = Credential("3", "", "bob", "SHA256", "bob's auth words", "AES", "bob's priv words")
CAROL = Credential("3", "", "carol", "MD5", "carol's auth words", "DES", "carol's priv words")
DAVE = Credential("3", "", "dave", "SHA512", "dave's auth words")
ERIN = Credential("3", "", "erin")
FRANK = Credential("3", "", "frank", "SHA", "frank's auth words", "AES256C", "frank's priv words")
BLUMENTHAL = replace(FRANK, priv_protocol="AES256")
QUICK = (0.5, 0.5)
HERE = ("127.0.0.1", 161)


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(story, 30))


def session(engine: PysnmpEngine, address: str, port: int, deadline: float | None = None) -> PysnmpSession:
    return PysnmpSession(engine, resolve(address, port), {}, deadline=deadline)


def get(address: str, port: int, credential: Credential, *oids: str, deadline_s: float | None = None) -> list[Value]:
    async def story() -> list[Value]:
        engine = PysnmpEngine(credential, QUICK)
        try:
            deadline = None if deadline_s is None else asyncio.get_running_loop().time() + deadline_s
            return await session(engine, address, port, deadline).get(oids)
        finally:
            engine.close()

    return asyncio.run(asyncio.wait_for(story(), 30))


@pytest.mark.parametrize("credential", [ALICE, BOB, CAROL, DAVE, ERIN, FRANK], ids=lambda credential: credential.user)
def test_every_level_of_protection_is_spoken(snmpd: Snmpd, credential: Credential) -> None:
    name, uptime, object_id, missing, address = get(
        "127.0.0.1", snmpd.port, credential, SYS_NAME, SYS_UPTIME, SYS_OBJECT_ID, NOTHING, IP_ADDRESS
    )

    assert (name, missing, address) == (b"agent.test", Missing.NO_SUCH_OBJECT, "127.0.0.1")
    assert isinstance(uptime, int)
    assert str(object_id).startswith("1.3.6.1.4.1.8072.3.2.")


def test_ipv6_is_spoken(snmpd: Snmpd) -> None:
    assert get("::1", snmpd.port, ALICE, SYS_NAME) == [b"agent.test"]


def test_tables_are_walked(snmpd: Snmpd) -> None:
    async def story() -> None:
        engine = PysnmpEngine(ALICE, QUICK)
        asking = session(engine, "127.0.0.1", snmpd.port)

        interfaces, names = await asking.walk_many([IF_INDEX, IF_DESCR])

        assert interfaces == {index: int(index) for index in names}
        assert b"lo" in names.values()
        assert await asking.walk(IF_DESCR) == names
        assert await asking.walk("1.4") == {}
        assert asking.rtt_s is not None
        engine.close()

    run(story())


@pytest.mark.parametrize(
    ("credential", "sentence"),
    [
        (replace(ALICE, user="mallory"), "does not know the user mallory"),
        (replace(ALICE, auth_password="not alice's words"), "authentication password or protocol"),
        (replace(ALICE, auth_protocol="SHA256"), "authentication password or protocol"),
        (replace(DAVE, priv_protocol="AES", priv_password="whatever it is"), "security level"),
    ],
)
def test_what_is_wrong_with_a_credential_is_said(snmpd: Snmpd, credential: Credential, sentence: str) -> None:
    with pytest.raises(SnmpCredentialError, match=sentence) as error:
        get("127.0.0.1", snmpd.port, credential, SYS_NAME)
    for secret in (credential.auth_password, credential.priv_password):
        assert not secret or secret not in str(error.value)


def test_too_little_protection_is_refused(snmpd: Snmpd) -> None:
    with pytest.raises(SnmpStatusError, match="authorizationError"):
        get("127.0.0.1", snmpd.port, replace(ALICE, priv_protocol="", priv_password=""), SYS_NAME)


def test_silence_is_a_timeout() -> None:
    with pytest.raises(SnmpTimeoutError, match=r"127\.0\.7\.9"):
        get("127.0.7.9", 9, ALICE, SYS_NAME)


def test_the_deadline_ends_the_waiting() -> None:
    with pytest.raises(SnmpTimeoutError):
        get("127.0.7.9", 9, ALICE, SYS_NAME, deadline_s=0.05)


def test_what_cannot_be_sent_says_nothing_about_the_device() -> None:
    with pytest.raises(SnmpUnsendableError):
        get("255.255.255.255", 161, ALICE, SYS_NAME)


class Relay(asyncio.DatagramProtocol):
    """Stands between the collector and the agent, and lets `answer` change what goes back."""

    def __init__(self, port: int) -> None:
        self.port, self.asked, self.strange = port, 0, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)
        self.collector: Any = None

    def datagram_received(self, data: bytes, addr: Any) -> None:
        if addr[1] != self.port:
            self.asked += 1
            self.collector = addr
            self.transport.sendto(data, ("127.0.0.1", self.port))
        else:
            for wrong in (b"garbage", data.replace(message_id(data).to_bytes(3, "big"), b"\x01\x02\x03")):
                self.transport.sendto(wrong, self.collector)
            self.transport.sendto(data, self.collector)


def test_garbage_in_front_of_the_answer_changes_nothing(snmpd: Snmpd) -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        opened, relay = await loop.create_datagram_endpoint(lambda: Relay(snmpd.port), local_addr=("127.0.0.1", 0))
        engine = PysnmpEngine(ALICE, QUICK)
        port = opened.get_extra_info("sockname")[1]
        assert await session(engine, "127.0.0.1", port).get([SYS_NAME]) == [b"agent.test"]
        assert relay.asked
        engine.close()
        opened.close()

    run(story())


class Elsewhere(asyncio.DatagramProtocol):
    """Passes the question on and lets the agent's answer reach the collector from another port."""

    def __init__(self, port: int) -> None:
        self.port, self.answered = port, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        loop = asyncio.get_running_loop()
        self.task = loop.create_task(self._ask(data, addr))

    async def _ask(self, data: bytes, addr: Any) -> None:
        loop = asyncio.get_running_loop()
        opened, answers = await loop.create_datagram_endpoint(Collect, local_addr=("127.0.0.1", 0))
        opened.sendto(data, ("127.0.0.1", self.port))
        opened.sendto(await answers.first, addr)
        self.answered += 1
        opened.close()


class Collect(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.first: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: Any) -> None:  # noqa: ARG002 # asyncio names it
        self.first.set_result(data)


def test_an_answer_from_elsewhere_is_none(snmpd: Snmpd) -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        opened, relay = await loop.create_datagram_endpoint(lambda: Elsewhere(snmpd.port), local_addr=("127.0.0.1", 0))
        engine = PysnmpEngine(ERIN, QUICK)
        port = opened.get_extra_info("sockname")[1]
        with pytest.raises(SnmpTimeoutError):
            await session(engine, "127.0.0.1", port).get([SYS_NAME])
        assert relay.answered
        engine.close()
        opened.close()

    run(story())


def test_devices_with_the_same_credential_share_an_engine(snmpd: Snmpd) -> None:
    async def story() -> None:
        shared = engine = PysnmpEngine(ALICE, QUICK)
        for address in ("127.0.0.1", "::1", "127.0.0.1"):
            assert await session(engine, address, snmpd.port).get([SYS_NAME]) == [b"agent.test"]
        assert shared.target(resolve("127.0.0.2", 161)) != shared.target(resolve("127.0.0.3", 161))
        engine.close()

    run(story())


class Wire:
    """Stands for pysnmp's transport below the check."""

    def __init__(self) -> None:
        self.sent, self.received = 0, 0

    def send_message(self, message: bytes, address: Any) -> None:  # noqa: ARG002 # pysnmp's names
        self.sent += 1

    def datagram_received(self, data: bytes, source: Any) -> None:  # noqa: ARG002 # pysnmp's names
        self.received += 1


class CheckedWire(_Checked, Wire):
    pass


def test_questions_without_an_answer_are_forgotten() -> None:
    wire = CheckedWire()
    for number in range(3_000):
        header = encode_element(0x30, encode_number(number))
        wire.send_message(encode_element(0x30, encode_number(3) + header), ("127.0.0.1", 161))

    wire.datagram_received(encode_element(0x30, encode_number(3) + encode_element(0x30, encode_number(0))), HERE)
    wire.datagram_received(encode_element(0x30, encode_number(3) + encode_element(0x30, encode_number(2_999))), HERE)

    assert (wire.sent, wire.received) == (3_000, 1)


def test_a_null_is_no_value() -> None:
    assert _plain(univ.Null("")) is Missing.NULL


def test_pysnmp_is_imported_only_for_snmpv3() -> None:
    asked = "import sys, collectors.snmp.engine, collectors.snmp.probe; print('pysnmp' in sys.modules)"

    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60)

    assert said.stdout.strip() == "False"


def probed(port: int, credential: Credential) -> Any:
    return asyncio.run(asyncio.wait_for(probe("127.0.0.1", port, credential, QUICK), 30))


@pytest.mark.parametrize("credential", [ALICE, Credential("2c", "public"), Credential("1", "public")])
def test_a_probe_says_who_the_device_is(snmpd: Snmpd, credential: Credential) -> None:
    found = probed(snmpd.port, credential)

    assert found.sys_name == b"agent.test"
    assert str(found.sys_object_id).startswith("1.3.6.1.4.1.8072.")
    assert found.rtt_s > 0


@pytest.mark.parametrize(
    ("credential", "sentence"),
    [
        (replace(ALICE, priv_password="not alice's words"), "privacy password or protocol of the user alice is wrong"),
        (replace(ALICE, priv_protocol="DES"), "privacy password or protocol of the user alice is wrong"),
        (BLUMENTHAL, "uses AES256C, not AES256, for the user frank"),
        (replace(ERIN, context="nowhere"), "does not answer the user erin in this context"),
        (replace(ALICE, user="mallory"), "does not know the user mallory"),
    ],
)
def test_a_probe_explains_silence(snmpd: Snmpd, credential: Credential, sentence: str) -> None:
    with pytest.raises(SnmpCredentialError, match=sentence):
        probed(snmpd.port, credential)


@pytest.mark.parametrize("credential", [ALICE, ERIN, Credential("2c", "public")])
def test_a_probe_of_nothing_is_a_timeout(credential: Credential) -> None:
    with pytest.raises(SnmpTimeoutError):
        probed(9, credential)


def test_errors_of_the_library_become_ours(snmpd: Snmpd, monkeypatch: pytest.MonkeyPatch) -> None:
    from pysnmp.error import PySnmpError
    from pysnmp.proto import errind

    from collectors.snmp import pysnmp_session

    async def broken(*_: object) -> None:
        raise PySnmpError("cannot")

    async def strange(*_: object) -> Any:
        return errind.parseError, 0, 0, ()

    async def other(*_: object) -> Any:
        return None, 0, 0, ()

    for behaviour, sentence in ((broken, "cannot"), (strange, "deserialization"), (other, "other objects")):
        monkeypatch.setattr(pysnmp_session.PysnmpEngine, "ask", behaviour)
        with pytest.raises(SnmpError, match=sentence):
            get("127.0.0.1", snmpd.port, ALICE, SYS_NAME)
