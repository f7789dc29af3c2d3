"""The pinger against answers of every kind, spoken over UDP by a responder, and against the real kernel."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from collectors import echo, icmp
from collectors.echo import HEADER, IPV4, IPV6, IcmpError, Opened
from collectors.icmp import Pinger
from collectors.result import Ping

Answers = Callable[[bytes], list[bytes]]


def right(request: bytes) -> bytes:
    _, code, _, identifier, sequence = HEADER.unpack_from(request)
    return HEADER.pack(0, code, 0, identifier, sequence) + request[HEADER.size :]


class Responder(asyncio.DatagramProtocol):
    """Answers echoes over UDP as told; `another` sends from another address."""

    def __init__(self, answers: Answers, another: socket.socket | None = None) -> None:
        self.answers, self.another, self.asked = answers, another, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport

    def datagram_received(self, data: bytes, source: Any) -> None:
        self.asked += 1
        for answer in self.answers(data):
            if self.another:
                self.another.sendto(answer, source)
            else:
                self.transport.sendto(answer, source)


@pytest.fixture
def over_udp(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """ICMP messages travel in UDP datagrams to the ports noted here, so that no right is needed."""
    ports: dict[str, int] = {}

    def opened(family: int) -> Opened:
        udp = socket.socket(family, socket.SOCK_DGRAM)
        udp.setblocking(False)
        return Opened(udp, family, raw=False)

    monkeypatch.setattr(icmp, "open_socket", opened)
    monkeypatch.setattr(icmp, "resolve", lambda address: (IPV4, (address, ports[address])))
    return ports


async def pinged(
    ports: dict[str, int], answers: Answers, another: socket.socket | None = None, **how: Any
) -> tuple[Ping | None, Pinger, Responder]:
    loop, pinger = asyncio.get_running_loop(), Pinger()
    transport, responder = await loop.create_datagram_endpoint(
        lambda: Responder(answers, another), local_addr=("127.0.0.1", 0)
    )
    ports["127.0.0.1"] = transport.get_extra_info("sockname")[1]
    try:
        ping = await pinger.ping("127.0.0.1", **{"gap_s": 0.02, "timeout_s": 0.2, **how})
        return ping, pinger, responder
    finally:
        transport.close()
        pinger.close()


def test_ping_of_a_device_that_answers(over_udp: dict[str, int]) -> None:
    ping, pinger, _ = asyncio.run(pinged(over_udp, lambda data: [right(data)]))
    assert ping is not None
    assert (ping.sent, ping.received) == (3, 3)
    assert ping.rtt_s is not None
    assert 0 < ping.rtt_s < 0.1
    assert pinger.stats == {"sent": 3, "received": 3}


def test_ping_of_a_silent_device_has_no_round_trip(over_udp: dict[str, int]) -> None:
    ping, _, _ = asyncio.run(pinged(over_udp, lambda _: []))
    assert ping == Ping(3, 0, None)


def test_ping_ends_with_the_last_answer(over_udp: dict[str, int]) -> None:
    async def timed() -> float:
        start = asyncio.get_running_loop().time()
        await pinged(over_udp, lambda data: [right(data)], timeout_s=30)
        return asyncio.get_running_loop().time() - start

    assert asyncio.run(timed()) < 5


def test_ping_counts_what_is_lost(over_udp: dict[str, int]) -> None:
    seen: list[bytes] = []

    def second_only(data: bytes) -> list[bytes]:
        seen.append(data)
        return [right(data)] if len(seen) == 2 else []

    ping, _, _ = asyncio.run(pinged(over_udp, second_only))
    assert ping is not None
    assert (ping.sent, ping.received) == (3, 1)


def changed(at: int) -> Answers:
    return lambda data: [right(data)[:at] + bytes([right(data)[at] ^ 1]) + right(data)[at + 1 :]]


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        (lambda _: [b"?"], "malformed"),
        (lambda data: [right(data)[:7]], "malformed"),
        (lambda data: [right(data)[:-1]], "malformed"),
        (lambda data: [right(data) + b"x"], "malformed"),
        (lambda data: [data], "malformed"),  # a request is no answer
        (changed(1), "malformed"),  # another code
        (changed(9), "stray"),  # other words
        (lambda data: [right(data[: HEADER.size] + os.urandom(16))], "stray"),  # forged off the path
    ],
)
def test_ping_drops_what_is_no_answer_of_ours(over_udp: dict[str, int], answers: Answers, kind: str) -> None:
    ping, pinger, _ = asyncio.run(pinged(over_udp, answers))
    assert ping == Ping(3, 0, None)
    assert pinger.stats[kind] == 3


def test_ping_counts_duplicates_once(over_udp: dict[str, int]) -> None:
    ping, pinger, _ = asyncio.run(pinged(over_udp, lambda data: [right(data)] * 3))
    assert ping is not None
    assert (ping.sent, ping.received) == (3, 3)
    assert pinger.stats["duplicate"] >= 4  # those of the last echo may come when it has ended


def test_ping_believes_no_other_source(over_udp: dict[str, int]) -> None:
    with socket.socket(IPV4, socket.SOCK_DGRAM) as another:
        another.bind(("127.0.0.2", 0))
        ping, pinger, _ = asyncio.run(pinged(over_udp, lambda data: [right(data)], another))
    assert ping == Ping(3, 0, None)
    assert pinger.stats["wrong_source"] == 3


def test_ping_late_answers_count_for_nothing(over_udp: dict[str, int]) -> None:
    asked: list[bytes] = []

    def late(data: bytes) -> list[bytes]:
        asked.append(data)
        return []

    async def run() -> tuple[Ping | None, int]:
        loop, pinger = asyncio.get_running_loop(), Pinger()
        transport, responder = await loop.create_datagram_endpoint(lambda: Responder(late), local_addr=("127.0.0.1", 0))
        over_udp["127.0.0.1"] = transport.get_extra_info("sockname")[1]
        ping = await pinger.ping("127.0.0.1", count=1, timeout_s=0.05)
        back = pinger._sockets[IPV4].socket.getsockname()
        responder.transport.sendto(right(asked[0]), ("127.0.0.1", back[1]))
        await until(lambda: pinger.stats["received"] > 0)
        transport.close()
        pinger.close()
        return ping, pinger.stats["stray"]

    assert within(run()) == (Ping(1, 0, None), 1)


async def until(fact: Callable[[], bool]) -> None:
    while not fact():  # noqa: ASYNC110  # what it waits for tells nobody
        await asyncio.sleep(0.01)


def within(work: Coroutine[Any, Any, Any]) -> Any:
    async def bounded() -> Any:
        async with asyncio.timeout(20):
            return await work

    return asyncio.run(bounded())


def test_ping_keeps_to_its_rate(over_udp: dict[str, int]) -> None:
    async def run() -> tuple[int, float]:
        loop, pinger = asyncio.get_running_loop(), Pinger(rate=200)
        transport, _ = await loop.create_datagram_endpoint(
            lambda: Responder(lambda data: [right(data)]), local_addr=("0.0.0.0", 0)
        )
        addresses = [f"127.0.0.{last}" for last in range(1, 61)]
        over_udp.update(dict.fromkeys(addresses, transport.get_extra_info("sockname")[1]))
        start = loop.time()
        pings = await pinger.ping_all(addresses, count=1)
        took = loop.time() - start
        transport.close()
        pinger.close()
        return len(pings), took

    count, took = within(run())
    assert count == 60
    assert took > 0.25  # 60 echoes at 200 a second


def test_ping_begins_later_or_at_once_when_hurried(over_udp: dict[str, int]) -> None:
    async def run() -> Ping | None:
        loop, pinger = asyncio.get_running_loop(), Pinger()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: Responder(lambda data: [right(data)]), local_addr=("127.0.0.1", 0)
        )
        over_udp["127.0.0.1"] = transport.get_extra_info("sockname")[1]
        future: asyncio.Future[Ping | None] = loop.create_future()
        series = pinger.begin("127.0.0.1", future.set_result, count=2, gap_s=0.01, delay_s=3600)
        await asyncio.sleep(0)
        assert not series.begun
        pinger.hurry(series)
        ping = await future
        pinger.hurry(series)  # too late, which is no harm
        transport.close()
        pinger.close()
        return ping

    ping = within(run())
    assert (ping.sent, ping.received) == (2, 2)


class Failing(socket.socket):
    """A socket that can't send."""

    def __init__(self, error: OSError) -> None:
        super().__init__(IPV4, socket.SOCK_DGRAM)
        self.error = error

    def sendto(self, *_: Any) -> int:
        raise self.error

    def recvfrom(self, *_: Any) -> tuple[bytes, Any]:
        raise self.error


@pytest.mark.parametrize(
    ("error", "kind"), [(BlockingIOError(), "send_buffer_full"), (OSError(101, "no route"), "unsendable")]
)
def test_ping_that_could_not_be_sent_says_nothing(monkeypatch: pytest.MonkeyPatch, error: OSError, kind: str) -> None:
    pinger = Pinger()
    monkeypatch.setattr(icmp, "open_socket", lambda family: Opened(Failing(error), family, raw=False))

    async def run() -> Ping | None:
        ping = await pinger.ping("192.0.2.1", gap_s=0.01, timeout_s=0.01)
        pinger._drain(pinger._sockets[IPV4])  # what can't be read is no answer either
        pinger.close()
        return ping

    assert within(run()) is None
    assert pinger.stats[kind] == 3


def test_ping_of_nobody() -> None:
    assert within(Pinger().ping_all([])) == {}


def test_ping_that_nobody_waits_for_leaves_nothing_behind(over_udp: dict[str, int]) -> None:
    over_udp["127.0.0.1"] = 9

    async def run() -> Pinger:
        pinger = Pinger()
        task = asyncio.create_task(pinger.ping("127.0.0.1", gap_s=0.01, timeout_s=30))
        await until(lambda: pinger.stats["sent"] > 0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert not pinger._by_token
        pinger.close()
        return pinger

    within(run())


@pytest.mark.parametrize("address", ["", "10.1", "router", "1.2.3.4.5", "::g"])
def test_ping_of_what_is_no_address(address: str) -> None:
    with pytest.raises(IcmpError, match="not an IP address"):
        within(Pinger().ping(address))


def test_ping_that_is_not_allowed_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("collectors.echo.socket.socket", refused)
    with pytest.raises(IcmpError, match=r"net\.ipv4\.ping_group_range"):
        echo.open_socket(IPV4)


def test_ping_without_the_protocol_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any) -> None:
        raise OSError(97, "Address family not supported by protocol")

    monkeypatch.setattr("collectors.echo.socket.socket", unknown)
    with pytest.raises(IcmpError, match="over IPv6: Address family not supported"):
        echo.open_socket(IPV6)


def ip_packet(message: bytes) -> bytes:
    return bytes([0x46]) + bytes(23) + message  # a header of six words


def test_raw_answers_are_checked_as_the_kernel_checks_the_others() -> None:
    raw, token = Opened(socket.socket(IPV4, socket.SOCK_DGRAM), IPV4, raw=True), os.urandom(16)
    message = bytearray(echo.echo(IPV4, 7, 1, token))
    message[0] = 0
    message[2:4] = bytes(2)
    message[2:4] = echo.checksum(bytes(message)).to_bytes(2, "big")
    whole = ip_packet(bytes(message))
    broken = whole[:-1] + bytes([whole[-1] ^ 1])
    assert echo.token_of(raw, whole, 7) == token
    assert echo.token_of(raw, whole, 8) is None  # another program's
    assert echo.token_of(raw, broken, 7) is None
    assert echo.token_of(raw, b"", 7) is None
    assert echo.token_of(raw, b"\x4f", 7) is None
    raw.socket.close()


def test_checksum_of_rfc_1071() -> None:
    assert echo.checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0xFFFF ^ 0xDDF2
    assert echo.checksum(b"\x01") == 0xFFFF ^ 0x0100


TRY = """
import asyncio
from collectors.icmp import Pinger
async def run():
    pinger = Pinger()
    pings = await pinger.ping_all(["127.0.0.9", "::1"], gap_s=0.01)
    print(*(f"{ping.sent}/{ping.received}" for ping in pings.values()), *(one.raw for one in pinger._sockets.values()))
    pinger.close()
asyncio.run(run())
"""


def test_ping_of_the_real_kernel_over_both_families() -> None:
    try:
        echo.open_socket(IPV4).socket.close()
    except IcmpError:
        pytest.skip("this machine lets nobody ping")

    async def run() -> dict[str, Ping | None]:
        pinger = Pinger()
        pings = await pinger.ping_all(["127.0.0.9", "::1"], gap_s=0.01)
        pinger.close()
        return pings

    pings = within(run())
    assert {address: (ping.sent, ping.received) for address, ping in pings.items()} == {
        "127.0.0.9": (3, 3),
        "::1": (3, 3),
    }


@pytest.mark.parametrize(("groups", "is_raw"), [("0 0", "False"), ("1 0", "True")])
def test_ping_uses_the_least_privilege_that_works(groups: str, is_raw: str) -> None:
    """In a network of its own, where the system lets this group ping without privileges, and where it does not."""
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        pytest.skip("no unshare or ip on this machine (packages util-linux, iproute2)")
    prepare = f'ip link set lo up; echo "{groups}" > /proc/sys/net/ipv4/ping_group_range; exec "$0" -c "$1"'
    ran = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--net", "sh", "-c", prepare, sys.executable, TRY],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if "unshare" in ran.stderr:
        pytest.skip("this machine makes no namespaces")
    assert ran.stdout.split() == ["3/3", "3/3", is_raw, is_raw], ran.stderr
