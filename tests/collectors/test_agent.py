"""The simulated agents, asked by our engine and by net-snmp's tools."""

import asyncio
import shutil
import socket
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from collectors.agent import Agent, AgentHost, Object
from collectors.snmp.base import Missing, SnmpTimeoutError
from collectors.snmp.codec import V1, V2C, Message, Pdu, Tag, decode, encode_message, encode_oid, request
from collectors.snmp.engine import Engine
from collectors.target import Credential

PUBLIC = Credential("2c", "public")
SYS_UPTIME, SYS_NAME = "1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.5.0"
CLIENTS, OCTETS = "1.3.6.1.4.1.99999.1", "1.3.6.1.4.1.99999.2"


def clients(row: int) -> Callable[[float], int]:
    return lambda now: int(now) + row


def an_agent(**how: Any) -> Agent:
    return Agent(
        {
            SYS_NAME: Object(Tag.OCTET_STRING, b"one"),
            **{f"{CLIENTS}.{row}": Object(Tag.GAUGE32, clients(row)) for row in (1, 2, 300)},
            **{f"{OCTETS}.{row}": Object(Tag.COUNTER64, 2**40) for row in (1, 2, 300)},
        },
        **how,
    )


def asked(agent: Agent, pdu: Pdu, *oids: str, version: int = V2C, rows: int = 0, now: float = 1_000.0) -> Message:
    wire = request(pdu, version, b"public", [encode_oid(oid) for oid in oids], 0, rows).filled(2**24)
    answer = agent.answer(wire, now)
    assert answer
    return decode(answer)


def test_values_are_functions_of_the_time() -> None:
    assert asked(an_agent(), Pdu.GET, f"{CLIENTS}.2", SYS_NAME, now=40.5).values == [42, b"one"]


def test_sys_uptime_counts_from_the_last_boot() -> None:
    agent = an_agent(booted_at=900.0)
    assert asked(agent, Pdu.GET, SYS_UPTIME, now=1_000.0).values == [10_000]

    agent.reboot(1_000.0)

    assert asked(agent, Pdu.GET, SYS_UPTIME, now=1_001.5).values == [150]


def test_sys_uptime_wraps_after_497_days() -> None:
    assert asked(an_agent(), Pdu.GET, SYS_UPTIME, now=2**32 / 100 + 1).values == [100]


def test_a_table_may_have_its_own_uptime() -> None:
    agent = Agent({SYS_UPTIME: Object(Tag.TIME_TICKS, 5)})

    assert asked(agent, Pdu.GET, SYS_UPTIME).values == [5]


def test_what_is_not_there_is_an_exception_in_v2c_and_an_error_in_v1() -> None:
    missing = f"{CLIENTS}.9"

    assert asked(an_agent(), Pdu.GET, SYS_NAME, missing).values == [b"one", Missing.NO_SUCH_OBJECT]
    refused = asked(an_agent(), Pdu.GET, SYS_NAME, missing, version=V1)
    assert (refused.error_status, refused.error_index) == (2, 2)
    assert refused.oids == [encode_oid(SYS_NAME), encode_oid(missing)]


def test_the_next_object_is_in_mib_order() -> None:
    following = asked(an_agent(), Pdu.GETNEXT, "1.3", f"{CLIENTS}.2", f"{OCTETS}.300")

    assert following.oids == [encode_oid(SYS_UPTIME), encode_oid(f"{CLIENTS}.300"), encode_oid(f"{OCTETS}.300")]
    assert following.values[2] is Missing.END_OF_MIB_VIEW


def test_v1_does_not_see_64_bits() -> None:
    assert asked(an_agent(), Pdu.GETNEXT, f"{CLIENTS}.300", version=V1).error_status == 2
    assert asked(an_agent(), Pdu.GET, f"{OCTETS}.1", version=V1).error_status == 2


def test_a_bulk_comes_row_by_row() -> None:
    columns = asked(an_agent(), Pdu.GETBULK, CLIENTS, OCTETS, rows=2)

    assert columns.oids == [encode_oid(f"{column}.{row}") for row in (1, 2) for column in (CLIENTS, OCTETS)]


def test_a_bulk_ends_with_the_mib() -> None:
    rest = asked(an_agent(), Pdu.GETBULK, f"{OCTETS}.2", rows=50)

    assert rest.oids == [encode_oid(f"{OCTETS}.300")] * 2
    assert rest.values == [2**40, Missing.END_OF_MIB_VIEW]


def test_the_first_of_a_bulk_may_be_asked_once() -> None:
    oids = [encode_oid(SYS_UPTIME), encode_oid(CLIENTS)]
    wire = request(Pdu.GETBULK, V2C, b"public", oids, 1, 3).filled(2**24)
    answer = an_agent().answer(wire, 0)

    assert answer
    assert decode(answer).values == [b"one", 1, 2, 300]


def test_a_bulk_of_nothing_is_empty() -> None:
    assert asked(an_agent(), Pdu.GETBULK, rows=5).oids == []


def test_a_bulk_is_cut_where_the_answer_gets_too_large() -> None:
    for largest in range(60, 400, 7):
        answer = an_agent(largest_answer=largest).answer(
            request(Pdu.GETBULK, V2C, b"public", [encode_oid(CLIENTS)], 0, 50).filled(2**24), 1_000
        )
        assert answer
        assert len(answer) <= largest


def test_a_large_answer_to_a_get_is_too_big() -> None:
    refused = asked(an_agent(largest_answer=60), Pdu.GET, SYS_NAME, f"{CLIENTS}.1", f"{CLIENTS}.2")

    assert (refused.error_status, refused.oids) == (1, [])


@pytest.mark.parametrize(
    "wire",
    [
        b"garbage",
        request(Pdu.GET, V2C, b"private", [encode_oid(SYS_NAME)]).filled(2**24),
        request(Pdu.GETBULK, V1, b"public", [encode_oid(SYS_NAME)], 0, 5).filled(2**24),
        request(Pdu.GETNEXT, V2C, b"public", [b"\x2b\x81"]).filled(2**24),
        encode_message(V2C, b"public", Pdu.RESPONSE, 2**24, 0, 0, []),
    ],
)
def test_what_is_no_question_gets_no_answer(wire: bytes) -> None:
    assert an_agent().answer(wire, 0) is None


def test_agents_with_the_same_objects_share_their_order() -> None:
    assert an_agent()._order is an_agent()._order


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(story, 30))


def test_many_agents_share_one_socket_and_answer_from_their_own_address() -> None:
    async def story() -> None:
        addresses = [f"127.3.{number // 250}.{number % 250 + 1}" for number in range(820)]
        agents = {
            address: Agent({SYS_NAME: Object(Tag.OCTET_STRING, address.encode())}, community="city")
            for address in addresses
        }
        host, engine = AgentHost(agents, 0, clock=lambda: 5.0), Engine()
        host.open()
        asked = [engine.session(address, host.port, Credential("2c", "city")) for address in addresses]

        values = await asyncio.gather(*(session.get([SYS_NAME, SYS_UPTIME]) for session in asked))

        assert values == [[address.encode(), 500] for address in addresses]
        assert engine.stats["wrong_source"] == 0
        engine.close()
        host.close()

    run(story())


def test_an_agent_can_fall_silent_and_come_back() -> None:
    async def story() -> None:
        agent = an_agent()
        host, engine = AgentHost({"127.0.9.1": agent}, 0), Engine((0.1,))
        host.open()
        session = engine.session("127.0.9.1", host.port, PUBLIC)
        assert await session.get([SYS_NAME]) == [b"one"]

        agent.silent = True
        with pytest.raises(SnmpTimeoutError):
            await session.get([SYS_NAME])
        agent.silent = False

        assert await session.get([SYS_NAME]) == [b"one"]
        engine.close()
        host.close()

    run(story())


def test_other_addresses_of_the_machine_are_not_answered() -> None:
    async def story() -> None:
        host, engine = AgentHost({"127.0.9.1": an_agent()}, 0), Engine((0.1,))
        host.open()
        with pytest.raises(SnmpTimeoutError):
            await engine.session("127.0.9.2", host.port, PUBLIC).get([SYS_NAME])
        engine.close()
        host.close()

    run(story())


def test_an_answer_that_cannot_be_sent_is_lost() -> None:
    async def story() -> None:
        host = AgentHost({}, 0)
        host.open()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unbound:
            host._send(unbound, b"x" * 70_000, b"\x7f\x00\x00\x01", ("127.0.0.1", 9))
        host.close()
        host.close()

    run(story())


@pytest.mark.skipif(shutil.which("snmpwalk") is None, reason="no net-snmp tools on this machine (package snmp)")
@pytest.mark.parametrize(("tool", "version"), [("snmpwalk", "1"), ("snmpwalk", "2c"), ("snmpbulkwalk", "2c")])
def test_net_snmp_reads_it(tool: str, version: str) -> None:
    async def story() -> None:
        host = AgentHost({"127.0.9.1": an_agent()}, 0, clock=lambda: 7.0)
        host.open()
        walking = await asyncio.create_subprocess_exec(
            tool,
            "-v",
            version,
            "-c",
            "public",
            "-On",
            f"127.0.9.1:{host.port}",
            CLIENTS,
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await walking.communicate()
        host.close()
        lines = said.decode().splitlines()
        assert lines[:3] == [f".{CLIENTS}.{row} = Gauge32: {row + 7}" for row in (1, 2, 300)]

    run(story())
