"""Traps and informs of a real sender over real UDP; floods, garbage and strangers."""

import asyncio
import os
import random
import shutil
import socket
import subprocess
import time
import tracemalloc
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from collectors import traps as module
from collectors.target import Credential
from collectors.trap_kinds import KINDS, kind_of
from collectors.traps import Sender, TrapError, Traps, plain, senders
from tests.collectors.conftest import ALICE

COLD_START, LINK_DOWN, LINK_UP, AUTHENTICATION = (f"1.3.6.1.6.3.1.1.5.{number}" for number in (1, 3, 4, 5))
ONCE = ("-r", "0", "-t", "30")  # an inform whose answer is late on a busy machine would be sent, and heard, again
PUBLIC = Credential("2c", community="public")
ENGINE_ID = "80001f8804746573740102"
V3 = [
    *("-v3", "-u", "alice", "-l", "authPriv", "-a", "SHA", "-A", "alice's auth words"),
    *("-x", "AES", "-X", "alice's priv words"),
]


def sending(*arguments: str) -> list[str]:
    if shutil.which("snmptrap") is None:
        pytest.skip("no net-snmp tools on this machine (package snmp)")
    return list(arguments)


async def heard_of(
    known: dict[str, Sender],
    send: Callable[[int], Coroutine[Any, Any, None]],
    done: Callable[[Traps, list[tuple[str, str]]], bool],
) -> tuple[list[tuple[str, str]], Traps]:
    """What was heard, once `done` finds it enough."""
    heard: list[tuple[str, str]] = []
    traps = Traps(lambda address, kind: heard.append((address, kind)))
    await traps.open(0)
    traps.follow(known)
    work = asyncio.create_task(traps.run())
    try:
        async with asyncio.timeout(30):
            await send(traps.ports[0])
            while not done(traps, heard):  # noqa: ASYNC110  # nobody tells what was dropped
                await asyncio.sleep(0.01)
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        traps.close()
    return heard, traps


def command(*arguments: str) -> Callable[[int], Coroutine[Any, Any, None]]:
    """A net-snmp command in which `:0` stands for where it sends to."""

    async def send(port: int) -> None:
        words = [f"127.0.0.1:{port}" if word == ":0" else word for word in sending(*arguments)]
        process = await asyncio.create_subprocess_exec(
            *words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, "MIBS": ""}
        )
        said, _ = await process.communicate()
        assert process.returncode == 0, said.decode()

    return send


def settled(count: int) -> Callable[[Traps, list[tuple[str, str]]], bool]:
    """So many datagrams were looked into or dropped."""
    kinds = ("heard", "rejected", "of_no_use", "unknown_sender", "oversized", "too_many")
    return lambda traps, _: sum(traps.stats[kind] for kind in kinds) >= count


HERE = {"127.0.0.1": Sender((PUBLIC, ALICE), ENGINE_ID)}


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (("snmptrap", "-v2c", "-c", "public", ":0", "", COLD_START), "cold_start"),
        (("snmpinform", *ONCE, "-v2c", "-c", "public", ":0", "", LINK_DOWN), "link_down"),
        (("snmptrap", "-v1", "-c", "public", ":0", "1.3.6.1.4.1.8072", "", "3", "0", "5"), "link_up"),
        (("snmptrap", "-v1", "-c", "public", ":0", "1.3.6.1.4.1.14179.2.6.3", "", "6", "8", "5"), "ap_left"),
        (("snmptrap", "-v2c", "-c", "public", ":0", "", "1.3.6.1.4.1.14179.2.6.3.9"), "ap_joined"),
        (("snmptrap", *V3, "-e", f"0x{ENGINE_ID}", ":0", "", LINK_UP), "link_up"),
        (("snmpinform", *ONCE, *V3, ":0", "", COLD_START), "cold_start"),
    ],
)
def test_notification_of_a_known_sender_is_heard(arguments: tuple[str, ...], kind: str) -> None:
    heard, _ = asyncio.run(heard_of(HERE, command(*arguments), lambda _, heard: bool(heard)))
    assert heard == [("127.0.0.1", kind)]


@pytest.mark.parametrize(
    ("known", "arguments", "became"),
    [
        (HERE, ("snmptrap", "-v2c", "-c", "guessed", ":0", "", COLD_START), "rejected"),
        (HERE, ("snmptrap", "-v2c", "-c", "public", ":0", "", AUTHENTICATION), "of_no_use"),
        (HERE, ("snmptrap", "-v2c", "-c", "public", ":0", "", "1.3.6.1.4.1.8072.4.0.2"), "of_no_use"),
        (HERE, ("snmptrap", *V3, "-e", "0x80001f8804746573749999", ":0", "", LINK_UP), "rejected"),
        (
            {"192.0.2.1": Sender((PUBLIC,))},
            ("snmptrap", "-v2c", "-c", "public", ":0", "", COLD_START),
            "unknown_sender",
        ),
    ],
)
def test_notification_that_is_worth_nothing_is_counted(
    known: dict[str, Sender], arguments: tuple[str, ...], became: str
) -> None:
    heard, traps = asyncio.run(heard_of(known, command(*arguments), settled(1)))
    assert heard == []
    assert traps.stats[became] == 1


def test_credential_of_one_sender_is_none_of_another() -> None:
    known = {"127.0.0.1": Sender((PUBLIC,)), "127.0.0.2": Sender((Credential("2c", community="other"),))}

    async def both(port: int) -> None:
        for community in ("other", "public"):
            await command("snmptrap", "-v2c", "-c", community, ":0", "", COLD_START)(port)
            with_other = ("snmptrap", "-v2c", "-c", community, "--clientaddr=127.0.0.2", ":0", "", LINK_UP)
            await command(*with_other)(port)

    heard, traps = asyncio.run(heard_of(known, both, settled(4)))
    assert sorted(heard) == [("127.0.0.1", "cold_start"), ("127.0.0.2", "link_up")]
    assert traps.stats["rejected"] == 2


def from_address(address: str, datagrams: list[bytes]) -> Callable[[int], Coroutine[Any, Any, None]]:
    async def send(port: int) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.bind((address, 0))
            for number, data in enumerate(datagrams):
                sender.sendto(data, ("127.0.0.1", port))
                if number % 50 == 49:
                    await asyncio.sleep(0)

    return send


def test_garbage_of_a_known_sender_is_rejected_and_the_next_trap_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE_S", 0.0)
    monkeypatch.setattr(module, "SHARE", 1.0)
    monkeypatch.setattr(module, "WAITING_OF_ONE", 500)
    dice = random.Random(20261122)
    nested = b"\x30\x80" * 2000
    garbage = [b"", b"\x30", b"\x30\x82\xff\xff", nested, *(dice.randbytes(dice.randrange(1, 200)) for _ in range(100))]

    async def send(port: int) -> None:
        await from_address("127.0.0.1", garbage)(port)
        await command("snmptrap", "-v2c", "-c", "public", ":0", "", COLD_START)(port)

    heard, traps = asyncio.run(heard_of(HERE, send, lambda _, heard: bool(heard)))
    assert heard == [("127.0.0.1", "cold_start")]
    assert traps.stats["rejected"] == len(garbage)


def test_datagram_larger_than_any_trap_is_dropped() -> None:
    _, traps = asyncio.run(heard_of(HERE, from_address("127.0.0.1", [bytes(module.LARGEST + 1)]), settled(1)))
    assert traps.stats["oversized"] == 1


def test_flood_of_strangers_costs_little_and_delays_nobody() -> None:
    """A hundred thousand datagrams: those the kernel had room for are dropped unread, and other work goes on."""
    late = 0.0

    async def ticking() -> None:
        nonlocal late
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.01)
            late = max(late, time.perf_counter() - began - 0.01)

    async def send(port: int) -> None:
        ticker = asyncio.create_task(ticking())
        tracemalloc.start()
        await from_address("127.0.0.3", [bytes(80)] * 100_000)(port)
        grown.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        ticker.cancel()
        await command("snmptrap", "-v2c", "-c", "public", ":0", "", COLD_START)(port)

    grown: list[int] = []
    heard, traps = asyncio.run(heard_of(HERE, send, lambda _, heard: bool(heard)))
    assert heard == [("127.0.0.1", "cold_start")]
    assert traps.stats["unknown_sender"] > 10_000
    assert grown[0] < 5_000_000
    assert late < 0.5


def test_flood_of_one_known_sender_leaves_room_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE_S", 0.01)
    known = {**HERE, "127.0.0.3": Sender((PUBLIC,))}

    async def send(port: int) -> None:
        await from_address("127.0.0.3", [bytes(80)] * 5_000)(port)
        await command("snmptrap", "-v2c", "-c", "public", ":0", "", COLD_START)(port)

    heard, traps = asyncio.run(heard_of(known, send, lambda _, heard: bool(heard)))
    assert heard == [("127.0.0.1", "cold_start")]
    assert traps.stats["too_many"] > 1_000
    assert traps.stats["rejected"] < 100


def test_sender_taken_out_while_its_trap_waited_is_not_heard() -> None:
    async def run() -> Traps:
        traps = Traps(lambda *_: None)
        await traps.open(0)
        traps.follow(HERE)
        await from_address("127.0.0.1", [bytes(80)])(traps.ports[0])
        async with asyncio.timeout(20):
            while not traps.stats["received"]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            traps.follow({})
            work = asyncio.create_task(traps.run())
            while not traps.stats["unknown_sender"]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        traps.close()
        return traps

    assert asyncio.run(run()).stats["unknown_sender"] == 1


def test_port_that_is_taken_is_a_sentence() -> None:
    async def run(port: int) -> None:
        await Traps(lambda *_: None).open(port)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("", 0))
        port = taken.getsockname()[1]
        with pytest.raises(TrapError, match=f"trap_port {port}: Address already in use"):
            asyncio.run(run(port))


def test_port_that_is_not_allowed_says_what_to_do() -> None:
    said = module.unusable(162, PermissionError(13, "Permission denied"))
    assert said.startswith("trap_port 162: this process may not open it")
    assert "CAP_NET_BIND_SERVICE" in said


def test_machine_without_ipv6_listens_on_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:
    bound = module.bound

    def ipv4_only(family: int, port: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(97, "Address family not supported by protocol")
        return bound(family, port)

    monkeypatch.setattr(module, "bound", ipv4_only)

    async def run() -> int:
        traps = Traps(lambda *_: None)
        await traps.open(0)
        count = len(traps.ports)
        traps.close()
        return count

    assert asyncio.run(run()) == 1


@pytest.mark.parametrize(
    ("oid", "kind"),
    [
        (COLD_START, "cold_start"),
        (AUTHENTICATION, ""),
        ("1.3.6.1.4.1.14179.2.6.3.0.8", "ap_left"),
        ("1.3.6.1.4.1.25506.2.75.1.3.0.2", "ap_left"),
        ("1.3.6.1.4.1.2011.6.139.13.1.1.31", "ap_restarted"),
        ("1.3.6.1.4.1.2011.6.139.13.1.1.7", "ap_changed"),
        ("1.3.6.1.4.1.2011.6.139.13.1.1.0.7", "ap_changed"),
        ("1.3.6.1.4.1.2011.6.139.13.1.2.7", ""),
        ("", ""),
    ],
)
def test_kind_of_a_notification(oid: str, kind: str) -> None:
    assert kind_of(oid) == kind


def test_kinds_are_written_as_oids() -> None:
    assert all(part.isdigit() or part == "*" for oid in KINDS for part in oid.split("."))


def test_addresses_are_compared_as_addresses() -> None:
    assert plain("2001:DB8:0::1") == plain("2001:db8::1%eth0") == "2001:db8::1"
    assert plain("no address") == "no address"


def test_senders_have_their_own_credentials_and_those_set() -> None:
    one, two = Credential("2c", community="one"), Credential("2c", community="two")
    found = senders([("192.0.2.1", (one,), ""), ("192.0.2.1", (two,), "80")], " traps, ,")
    assert found == {"192.0.2.1": Sender((two, one, Credential("2c", community="traps")), "80")}
