"""The engine over real UDP on loopback: simulated agents, a real net-snmp agent, and hostile ones."""

import asyncio
import logging
import random
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from collectors.agent import Agent, AgentHost, Object
from collectors.snmp import transport
from collectors.snmp.base import Missing, SnmpStatusError, SnmpTimeoutError, SnmpUnsendableError
from collectors.snmp.codec import V1, Message, Pdu, Tag, decode, encode_binding, encode_message, encode_oid
from collectors.snmp.codec import encode_value as encoded
from collectors.snmp.engine import Engine
from collectors.target import Credential, Target
from tests.collectors.conftest import Snmpd

PUBLIC, PUBLIC_V1 = Credential("2c", "public"), Credential("1", "public")
SYS_DESCR, SYS_NAME, NOTHING = "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.77.0"
SYS_UPTIME, SYS_OBJECT_ID = "1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.2.0"
IF_INDEX, IF_DESCR, IF_IN_OCTETS = "1.3.6.1.2.1.2.2.1.1", "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.10"
IF_HC_IN_OCTETS = "1.3.6.1.2.1.31.1.1.1.6"
QUICK = (0.1, 0.1, 0.1)
PATIENT = (5.0,)

Story = Callable[[], Coroutine[Any, Any, None]]


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(story, 30))


@asynccontextmanager
async def engine(tries: tuple[float, ...] = PATIENT, window: int = 256) -> AsyncIterator[Engine]:
    made = Engine(tries, window)
    try:
        yield made
    finally:
        made.close()


def device(rows: int = 6, **how: Any) -> Agent:
    table = {
        SYS_DESCR: Object(Tag.OCTET_STRING, b"a device"),
        SYS_NAME: Object(Tag.OCTET_STRING, b"one"),
        **{f"{IF_INDEX}.{row}": Object(Tag.INTEGER, row) for row in range(1, rows + 1)},
        **{f"{IF_DESCR}.{row}": Object(Tag.OCTET_STRING, f"eth{row}".encode()) for row in range(1, rows + 1)},
        **{f"{IF_HC_IN_OCTETS}.{row}": Object(Tag.COUNTER64, 2**40 + row) for row in range(1, rows + 1)},
    }
    return Agent(table, **how)


@asynccontextmanager
async def hosted(*agents: Agent) -> AsyncIterator[AgentHost]:
    host = AgentHost({f"127.0.7.{number}": agent for number, agent in enumerate(agents, 1)}, 0)
    host.open()
    try:
        yield host
    finally:
        host.close()


class Device(asyncio.DatagramProtocol):
    """A device that does with each datagram what the test says."""

    def __init__(self, behaviour: "Callable[[Device, bytes, Any], None]") -> None:
        self.seen: list[bytes] = []
        self._behaviour = behaviour

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.seen.append(data)
        self._behaviour(self, data, addr)


@asynccontextmanager
async def device_that(behaviour: Callable[[Device, bytes, Any], None]) -> AsyncIterator[tuple[Device, int]]:
    loop = asyncio.get_running_loop()
    opened, made = await loop.create_datagram_endpoint(lambda: Device(behaviour), local_addr=("127.0.0.1", 0))
    try:
        yield made, opened.get_extra_info("sockname")[1]
    finally:
        opened.close()


def answer_to(data: bytes, value: int = 1, **changes: Any) -> bytes:
    """What an honest device answers, but for `changes`."""
    asked = decode(data)
    parts = {
        "version": asked.version,
        "community": asked.community,
        "pdu": Pdu.RESPONSE,
        "request_id": asked.request_id,
        "status": 0,
        "index": 0,
        "bindings": [encode_binding(oid, encoded(Tag.INTEGER, value)) for oid in asked.oids],
        **changes,
    }
    return encode_message(**parts)


async def eventually(is_so: Callable[[], bool]) -> None:
    while not is_so():  # noqa: ASYNC110 # a counter sets no event
        await asyncio.sleep(0.005)


def test_values_come_in_the_order_asked() -> None:
    async def story() -> None:
        async with engine() as asking, hosted(device()) as host:
            session = asking.session("127.0.7.1", host.port, PUBLIC)

            values = await session.get([SYS_NAME, NOTHING, f"{IF_HC_IN_OCTETS}.1", SYS_DESCR])

            assert values == [b"one", Missing.NO_SUCH_OBJECT, 2**40 + 1, b"a device"]
            assert session.rtt_s is not None
            assert 0 < session.rtt_s < 5
            assert await session.get([]) == []

    run(story())


def test_v1_tells_what_is_missing_by_asking_again() -> None:
    async def story() -> None:
        async with engine() as asking, hosted(device()) as host:
            session = asking.session("127.0.7.1", host.port, PUBLIC_V1)

            assert await session.get([NOTHING, SYS_NAME, f"{IF_HC_IN_OCTETS}.1", SYS_DESCR]) == [
                Missing.NO_SUCH_OBJECT,
                b"one",
                Missing.NO_SUCH_OBJECT,  # v1 has no Counter64
                b"a device",
            ]
            assert await session.get([NOTHING]) == [Missing.NO_SUCH_OBJECT]

    run(story())


@pytest.mark.parametrize("credential", [PUBLIC, PUBLIC_V1])
@pytest.mark.parametrize("rows", [0, 1, 9, 10, 11, 150])
def test_a_walk_reads_the_whole_column(credential: Credential, rows: int) -> None:
    async def story() -> None:
        async with engine() as asking, hosted(device(rows)) as host:
            session = asking.session("127.0.7.1", host.port, credential)

            assert await session.walk(IF_DESCR) == {str(row): f"eth{row}".encode() for row in range(1, rows + 1)}
            assert await session.walk_many([IF_INDEX, IF_DESCR]) == [
                {str(row): row for row in range(1, rows + 1)},
                {str(row): f"eth{row}".encode() for row in range(1, rows + 1)},
            ]

    run(story())


def test_columns_of_different_length_are_walked_side_by_side() -> None:
    async def story() -> None:
        async with engine() as asking, hosted(device(40)) as host:
            session = asking.session("127.0.7.1", host.port, PUBLIC)

            columns = await session.walk_many([IF_DESCR, IF_IN_OCTETS, IF_HC_IN_OCTETS, "1.3.6.1.2.1.1"])

            assert [len(rows) for rows in columns] == [40, 0, 40, 3]

    run(story())


def test_a_walk_stops_at_its_limit() -> None:
    async def story() -> None:
        async with engine() as asking, hosted(device(150)) as host:
            assert len(await asking.session("127.0.7.1", host.port, PUBLIC).walk(IF_DESCR, limit=25)) == 25

    run(story())


@pytest.mark.parametrize(
    "indices",
    [
        [(1,), (2,), (2,), (3,)],
        [(1,), (2,), (1,), (3,)],
        [(1,), (2,), ()],
        [(1,), (2,), (2**35,)],
        [(1,), (2,), None],
    ],
)
def test_a_walk_stops_where_indices_do_not_increase(indices: list[tuple[int, ...] | None]) -> None:
    def behaviour(device: Device, data: bytes, source: Any) -> None:
        column = encode_oid(IF_DESCR)
        oids = [
            encode_oid("1.3.6.1.2.1.2.2.1.3.1") if index is None else column + b"".join(map(septets, index))
            for index in indices
        ]
        bindings = [encode_binding(oid, encoded(Tag.INTEGER, 1)) for oid in oids]
        device.transport.sendto(answer_to(data, bindings=bindings), source)

    async def story() -> None:
        async with engine() as asking, device_that(behaviour) as (seen, port):
            assert await asking.session("127.0.0.1", port, PUBLIC).walk(IF_DESCR) == {"1": 1, "2": 1}
            assert len(seen.seen) == 1
            assert asking.stats["walk_stopped"] == (indices[-1] is not None)

    run(story())


def septets(part: int) -> bytes:
    octets = [part & 0x7F]
    while part := part >> 7:
        octets.append(part & 0x7F | 0x80)
    return bytes(reversed(octets))


def test_an_empty_answer_ends_a_walk() -> None:
    def behaviour(device: Device, data: bytes, source: Any) -> None:
        device.transport.sendto(answer_to(data, bindings=[]), source)

    async def story() -> None:
        async with engine() as asking, device_that(behaviour) as (_, port):
            assert await asking.session("127.0.0.1", port, PUBLIC).walk_many([IF_DESCR, IF_INDEX]) == [{}, {}]

    run(story())


FORGERIES: dict[str, Callable[[bytes, Message], bytes]] = {
    "stray": lambda data, asked: answer_to(data, 666, request_id=asked.request_id ^ 1),
    "wrong_community": lambda data, _: answer_to(data, 666, community=b"private"),
    "wrong_version": lambda data, _: answer_to(data, 666, version=V1),
    "wrong_oids": lambda data, _: answer_to(
        data, bindings=[encode_binding(encode_oid(SYS_NAME), encoded(Tag.INTEGER, 666))]
    ),
    "malformed": lambda data, _: answer_to(data, 666)[:-1],
}


@pytest.mark.parametrize("kind", FORGERIES)
def test_what_is_not_the_answer_is_counted_and_dropped(kind: str) -> None:
    def behaviour(device: Device, data: bytes, source: Any) -> None:
        device.transport.sendto(FORGERIES[kind](data, decode(data)), source)
        device.transport.sendto(answer_to(data, 1), source)

    async def story() -> None:
        async with engine() as asking, device_that(behaviour) as (_, port):
            assert await asking.session("127.0.0.1", port, PUBLIC).get([SYS_DESCR]) == [1]
            assert asking.stats == {"sent": 1, "received": 2, kind: 1}

    run(story())


@pytest.mark.parametrize(
    "changes",
    [
        {"pdu": Pdu.GETNEXT},
        {"bindings": []},
        {"bindings": [encode_binding(encode_oid(SYS_DESCR), encoded(Tag.INTEGER, 666))] * 2},
        {"status": 5, "bindings": [encode_binding(encode_oid(SYS_NAME), encoded(Tag.INTEGER, 666))]},
    ],
)
def test_an_answer_of_the_wrong_form_is_dropped(changes: dict[str, Any]) -> None:
    def behaviour(device: Device, data: bytes, source: Any) -> None:
        device.transport.sendto(answer_to(data, **changes), source)
        device.transport.sendto(answer_to(data, 1), source)

    async def story() -> None:
        async with engine() as asking, device_that(behaviour) as (_, port):
            assert await asking.session("127.0.0.1", port, PUBLIC).get([SYS_DESCR]) == [1]

    run(story())


def test_more_rows_than_asked_for_are_no_answer() -> None:
    def behaviour(device: Device, data: bytes, source: Any) -> None:
        oids = [f"{IF_DESCR}.{row}" for row in range(1, 100)]
        bindings = [encode_binding(encode_oid(oid), encoded(Tag.INTEGER, 666)) for oid in oids]
        device.transport.sendto(answer_to(data, bindings=bindings), source)
        device.transport.sendto(answer_to(data, bindings=bindings[:1]) if len(device.seen) == 1 else b"", source)

    async def story() -> None:
        async with engine((0.2,)) as asking, device_that(behaviour) as (_, port):
            with pytest.raises(SnmpTimeoutError):
                await asking.session("127.0.0.1", port, PUBLIC).walk(IF_DESCR)
            assert asking.stats["wrong_oids"] == 2

    run(story())


@pytest.mark.parametrize("other", ["127.0.0.2", "127.0.0.1"])
def test_an_answer_from_another_address_or_port_is_dropped(other: str) -> None:
    def behaviour(device: Device, data: bytes, source: Any) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as forger:
            forger.bind((other, 0))
            forger.sendto(answer_to(data, 666), ("127.0.0.1", source[1]))
        device.transport.sendto(answer_to(data, 1), source)

    async def story() -> None:
        async with engine() as asking, device_that(behaviour) as (_, port):
            assert await asking.session("127.0.0.1", port, PUBLIC).get([SYS_DESCR]) == [1]
            assert asking.stats["wrong_source"] == 1

    run(story())


@pytest.mark.parametrize("kind", ["", *(kind for kind in FORGERIES if kind != "stray")])
def test_of_a_device_that_answers_from_elsewhere_only_the_source_is_not_compared(kind: str) -> None:
    def behaviour(device: Device, data: bytes, source: Any) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as elsewhere:
            elsewhere.bind(("127.0.0.2", 0))
            forged = FORGERIES[kind](data, decode(data)) if kind else b"nothing"
            elsewhere.sendto(forged, ("127.0.0.1", source[1]))
            elsewhere.sendto(answer_to(data, 1), ("127.0.0.1", source[1]))

    async def story() -> None:
        async with engine() as asking, device_that(behaviour) as (_, port):
            target = Target(1, "127.0.0.1", PUBLIC, port=port, any_source=True)
            assert await asking.session_with(asking.peer(target), PUBLIC).get([SYS_DESCR]) == [1]
            assert asking.stats == {"sent": 1, "received": 2, kind or "malformed": 1}

    run(story())


@pytest.mark.parametrize("ask", ["get", "walk"])
def test_a_device_that_cuts_ids_short_is_asked_with_short_ones(ask: str) -> None:
    def behaviour(device: Device, data: bytes, source: Any) -> None:
        asked = decode(data)
        bindings = [encode_binding(encode_oid(SYS_DESCR), encoded(Tag.INTEGER, 1))]
        low: dict[str, Any] = {"request_id": asked.request_id & 0xFFFF, "bindings": bindings}
        device.transport.sendto(answer_to(data, **low), source)

    async def story() -> None:
        async with engine((0.2,)) as asking, device_that(behaviour) as (seen, port):
            target = Target(1, "127.0.0.1", PUBLIC, port=port, short_ids=True)
            for _ in range(40):
                session = asking.session_with(asking.peer(target), PUBLIC)
                assert await getattr(session, ask)([SYS_DESCR] if ask == "get" else IF_DESCR) in ([1], {})
            ids = [decode(data).request_id for data in seen.seen]
            assert len(set(ids)) > 30
            assert ids != sorted(ids)
            assert all(256 <= number < 2**15 for number in ids)
            with pytest.raises(SnmpTimeoutError):
                await asking.session("127.0.0.1", port, PUBLIC).get([SYS_DESCR])

    run(story())


def test_what_the_kernel_had_no_room_for_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "RECEIVE_BUFFER", 1)

    def behaviour(device: Device, data: bytes, source: Any) -> None:
        for _ in range(100):
            device.transport.sendto(bytes(1_000), source)

    async def story() -> None:
        async with engine((0.1,)) as asking, device_that(behaviour) as (_, port):
            with pytest.raises(SnmpTimeoutError):
                await asking.session("127.0.0.1", port, PUBLIC).get([SYS_DESCR])
            assert asking.stats["kernel_drops"] > 50

    run(story())


def test_a_second_answer_is_counted_and_dropped() -> None:
    def behaviour(device: Device, data: bytes, source: Any) -> None:
        device.transport.sendto(answer_to(data, 1), source)
        device.transport.sendto(answer_to(data, 666), source)

    async def story() -> None:
        async with engine() as asking, device_that(behaviour) as (_, port):
            assert await asking.session("127.0.0.1", port, PUBLIC).get([SYS_DESCR]) == [1]
            await eventually(lambda: asking.stats["stray"] == 1)

    run(story())


def test_a_rogue_among_forty_devices_poisons_no_reading() -> None:
    dice = random.Random(4)

    def rogue(device: Device, data: bytes, source: Any) -> None:
        asked = decode(data)
        near = [asked.request_id + step for step in range(-40, 41)]
        far = [dice.randrange(2**24, 2**31) for _ in range(40)]
        for request_id in [*near, *far]:
            device.transport.sendto(answer_to(data, 666, request_id=request_id & 0x7FFFFFFF), source)

    async def story() -> None:
        agents = [Agent({SYS_DESCR: Object(Tag.INTEGER, number)}) for number in range(1, 41)]
        async with engine() as asking, hosted(*agents) as host, device_that(rogue) as (_, port):
            for _ in range(5):
                poll = [asking.session(f"127.0.7.{number}", host.port, PUBLIC) for number in range(1, 41)]
                values = await asyncio.gather(
                    asking.session("127.0.0.1", port, PUBLIC).get([SYS_DESCR]),
                    *(session.get([SYS_DESCR]) for session in poll),
                )
                assert values[1:] == [[number] for number in range(1, 41)]

    run(story())


def test_what_is_lost_is_sent_again_as_the_same_bytes() -> None:
    def behaviour(device: Device, data: bytes, source: Any) -> None:
        if len(device.seen) == 3:
            device.transport.sendto(answer_to(data, 7), source)

    async def story() -> None:
        async with engine((0.05, 0.1, 5)) as asking, device_that(behaviour) as (seen, port):
            session = asking.session("127.0.0.1", port, PUBLIC)

            assert await session.get([SYS_DESCR]) == [7]
            assert len(set(seen.seen)) == 1
            assert session.rtt_s is None  # which sending was answered is not known
            assert asking.stats == {"sent": 1, "resent": 2, "received": 1}

    run(story())


@pytest.mark.parametrize("probe", [False, True])
def test_silence_is_a_timeout_after_all_tries(probe: bool) -> None:
    async def story() -> None:
        silent = device()
        silent.silent = True
        async with engine(QUICK) as asking, hosted(silent) as host:
            begun = asyncio.get_running_loop().time()
            with pytest.raises(SnmpTimeoutError, match=r"127\.0\.7\.1"):
                await asking.session("127.0.7.1", host.port, PUBLIC, probe=probe).get([SYS_DESCR] * 3)
            took = asyncio.get_running_loop().time() - begun
            assert took >= (0.2 if probe else 0.3)
            assert asking.stats["timeouts"] == 1
            assert asking.stats["sent"] + asking.stats["resent"] == (2 if probe else 3)  # and never split

    run(story())


def test_an_answered_probe_goes_on_as_any_other_device() -> None:
    async def story() -> None:
        async with engine() as asking, hosted(device()) as host:
            session = asking.session("127.0.7.1", host.port, PUBLIC, probe=True)
            assert await session.get([SYS_NAME]) == [b"one"]
            assert len(await session.walk(IF_DESCR)) == 6

    run(story())


@pytest.mark.parametrize("credential", [PUBLIC, PUBLIC_V1])
def test_too_big_is_split_and_remembered(credential: Credential) -> None:
    async def story() -> None:
        async with engine() as asking, hosted(device(40, largest_answer=400)) as host:
            oids = [f"{IF_DESCR}.{row}" for row in range(1, 41)]

            for _ in range(2):
                values = await asking.session("127.0.7.1", host.port, credential).get(oids)
                assert values == [f"eth{row}".encode() for row in range(1, 41)]
            first_and_second = asking.stats["sent"]
            await asking.session("127.0.7.1", host.port, credential).get(oids)

            assert asking.stats["sent"] - first_and_second == 4

    run(story())


def test_one_object_that_is_too_big_is_an_error() -> None:
    async def story() -> None:
        async with engine() as asking, hosted(device(largest_answer=40)) as host:
            with pytest.raises(SnmpStatusError, match="tooBig"):
                await asking.session("127.0.7.1", host.port, PUBLIC).get([SYS_DESCR])

    run(story())


def test_a_request_fits_into_a_frame() -> None:
    def behaviour(device: Device, data: bytes, source: Any) -> None:
        device.transport.sendto(answer_to(data, 1), source)

    async def story() -> None:
        async with engine() as asking, device_that(behaviour) as (seen, port):
            oids = [f"{IF_DESCR}.{row}" for row in range(1, 301)]
            assert await asking.session("127.0.0.1", port, PUBLIC).get(oids) == [1] * 300
            assert max(map(len, seen.seen)) <= 1_400
            assert len(seen.seen) <= 6

    run(story())


@pytest.mark.parametrize(
    ("status", "name"), [(5, "genErr"), (16, "authorizationError"), (18, "inconsistentName"), (99, "error-status 99")]
)
def test_an_error_status_has_its_name(status: int, name: str) -> None:
    def behaviour(device: Device, data: bytes, source: Any) -> None:
        device.transport.sendto(answer_to(data, status=status, index=1), source)

    async def story() -> None:
        async with engine() as asking, device_that(behaviour) as (_, port):
            session = asking.session("127.0.0.1", port, PUBLIC)
            for asked in (session.get([SYS_DESCR]), session.walk(IF_DESCR)):
                with pytest.raises(SnmpStatusError, match=name):
                    await asked

    run(story())


def test_a_status_that_names_no_object_is_an_error() -> None:
    def behaviour(device: Device, data: bytes, source: Any) -> None:
        device.transport.sendto(answer_to(data, status=2, index=9), source)

    async def story() -> None:
        async with engine() as asking, device_that(behaviour) as (_, port):
            with pytest.raises(SnmpStatusError, match="noSuchName"):
                await asking.session("127.0.0.1", port, PUBLIC).get([SYS_DESCR])

    run(story())


def test_a_walk_that_is_too_big_asks_for_fewer_rows() -> None:
    def behaviour(device: Device, data: bytes, source: Any) -> None:
        asked = decode(data)
        is_big = asked.error_index > 2
        following = asked.oids[0] + b"\x01" if len(device.seen) < 8 else encode_oid(SYS_DESCR)
        bindings = [encode_binding(following, encoded(Tag.INTEGER, 1))]
        changed = {"status": 1, "bindings": []} if is_big else {"bindings": bindings}
        device.transport.sendto(answer_to(data, **changed), source)

    async def story() -> None:
        async with engine() as asking, device_that(behaviour) as (seen, port):
            assert set((await asking.session("127.0.0.1", port, PUBLIC).walk(IF_DESCR)).values()) == {1}
            assert [decode(data).error_index for data in seen.seen] == [10, 5, *[2] * (len(seen.seen) - 2)]

    run(story())


@pytest.mark.parametrize("address", ["255.255.255.255", "not an address", "ap.example.org", "1.2.3", "::zz"])
def test_what_cannot_be_sent_says_nothing_about_the_device(address: str) -> None:
    async def story() -> None:
        async with engine() as asking:
            with pytest.raises(SnmpUnsendableError):
                await asking.session(address, 161, PUBLIC).get([SYS_DESCR])

    run(story())


def test_many_that_cannot_be_sent_give_their_places_free() -> None:
    async def story() -> None:
        async with engine(QUICK, window=2) as asking, hosted(device()) as host:
            asked = [asking.session("255.255.255.255", 161, PUBLIC).get([SYS_DESCR]) for _ in range(2_000)]
            silent = asking.session("127.0.7.2", host.port, PUBLIC)
            errors = await asyncio.gather(
                silent.get([SYS_DESCR]), silent.get([SYS_NAME]), *asked, return_exceptions=True
            )
            assert {type(error) for error in errors[:2]} == {SnmpTimeoutError}
            assert {type(error) for error in errors[2:]} == {SnmpUnsendableError}
            assert await asking.session("127.0.7.1", host.port, PUBLIC).get([SYS_NAME]) == [b"one"]

    run(story())


class FullSocket:
    """Stands for a socket whose buffers are full, then broken, then empty."""

    def __init__(self, real: socket.socket) -> None:
        self._real = real
        self._errors: list[type[OSError]] = [BlockingIOError, ConnectionRefusedError]
        self._reads: list[type[OSError]] = [ConnectionRefusedError, BlockingIOError]

    def sendto(self, data: bytes, address: Any) -> int:
        if self._errors:
            raise self._errors.pop()
        return self._real.sendto(data, address)

    def recvfrom(self, _: int) -> tuple[bytes, Any]:
        raise self._reads.pop(0)


def test_a_full_socket_is_a_loss_like_any_other() -> None:
    async def story() -> None:
        async with engine(QUICK) as asking, hosted(device()) as host:
            session = asking.session("127.0.7.1", host.port, PUBLIC)
            await session.get([SYS_NAME])
            sockets = asking._transport._sockets
            real = sockets[socket.AF_INET]
            full: Any = FullSocket(real)
            sockets[socket.AF_INET] = full

            assert await session.get([SYS_NAME]) == [b"one"]
            asking._transport._drain(full)
            sockets[socket.AF_INET] = real

            assert asking.stats["send_buffer_full"] == 2
            assert asking.stats["socket_errors"] == 1

    run(story())


def test_a_small_receive_buffer_is_a_warning(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(transport, "RECEIVE_BUFFER", 2**30)

    async def story() -> None:
        async with engine() as asking, hosted(device()) as host:
            await asking.session("127.0.7.1", host.port, PUBLIC).get([SYS_NAME])

    with caplog.at_level(logging.WARNING):
        run(story())
    assert "net.core.rmem_max" in caplog.text


def test_more_than_one_wake_up_of_answers_is_read() -> None:
    async def story() -> None:
        agents = [device() for _ in range(200)]
        async with engine() as asking, hosted(*agents) as host:
            asked = [asking.session(f"127.0.7.{n}", host.port, PUBLIC).get([SYS_NAME]) for n in range(1, 201)]
            assert await asyncio.gather(*asked) == [[b"one"]] * 200

    run(story())


def test_at_most_the_window_is_on_its_way() -> None:
    most = 0

    def behaviour(device: Device, data: bytes, source: Any) -> None:
        asyncio.get_running_loop().call_later(0.01, device.transport.sendto, answer_to(data, 1), source)

    async def story() -> None:
        nonlocal most
        async with engine(window=4) as asking, device_that(behaviour) as (_, port):

            async def ask() -> None:
                nonlocal most
                await asking.session("127.0.0.1", port, PUBLIC).get([SYS_DESCR])
                most = max(most, asking.stats["sent"] - asking.stats["received"])

            await asyncio.gather(*(ask() for _ in range(30)))

    run(story())
    assert most <= 4


def test_dead_devices_do_not_hold_up_living_ones() -> None:
    async def story() -> None:
        async with engine((0.2, 2, 2), window=8) as asking, hosted(device()) as host:
            dead = [
                asyncio.create_task(asking.session(f"127.0.8.{n}", host.port, PUBLIC, probe=n > 8).get([SYS_NAME]))
                for n in range(1, 101)
            ]
            await asyncio.sleep(0)
            begun = asyncio.get_running_loop().time()
            for _ in range(20):
                await asking.session("127.0.7.1", host.port, PUBLIC).get([SYS_NAME])

            assert asyncio.get_running_loop().time() - begun < 1.5  # one first wait, not the dead ones' 4.2 s
            for task in dead:
                task.cancel()
            await asyncio.gather(*dead, return_exceptions=True)

    run(story())


def test_a_cancelled_request_gives_its_place_free() -> None:
    async def story() -> None:
        async with engine(window=1) as asking, hosted(device()) as host:
            silent = asyncio.create_task(asking.session("127.0.8.1", host.port, PUBLIC).get([SYS_NAME]))
            waiting = asyncio.create_task(asking.session("127.0.8.1", host.port, PUBLIC).get([SYS_NAME]))
            following = asyncio.create_task(asking.session("127.0.7.1", host.port, PUBLIC).get([SYS_NAME]))
            await asyncio.sleep(0)
            waiting.cancel()
            silent.cancel()

            assert await following == [b"one"]

    run(story())


def test_no_turn_before_the_deadline_says_nothing_about_the_device() -> None:
    async def story() -> None:
        async with engine(window=1) as asking, hosted(device()) as host:
            now = asyncio.get_running_loop().time()
            blocking = asyncio.create_task(asking.session("127.0.8.1", host.port, PUBLIC).get([SYS_NAME]))
            await asyncio.sleep(0)
            for deadline in (now + 0.1, now - 1):
                with pytest.raises(SnmpUnsendableError, match="was not asked"):
                    await asking.session("127.0.7.1", host.port, PUBLIC, deadline=deadline).get([SYS_NAME])
            blocking.cancel()

    run(story())


def test_the_deadline_ends_the_waiting() -> None:
    async def story() -> None:
        async with engine(PATIENT) as asking, hosted() as host:
            begun = asyncio.get_running_loop().time()
            with pytest.raises(SnmpTimeoutError):
                await asking.session("127.0.8.1", host.port, PUBLIC, deadline=begun + 0.1).get([SYS_NAME])
            assert asyncio.get_running_loop().time() - begun < 2

    run(story())


def test_a_walk_without_time_left_is_no_table() -> None:
    def behaviour(device: Device, data: bytes, source: Any) -> None:
        following = decode(data).oids[0] + b"\x01"
        bindings = [encode_binding(following, encoded(Tag.INTEGER, 1))]
        asyncio.get_running_loop().call_later(0.02, device.transport.sendto, answer_to(data, bindings=bindings), source)

    async def story() -> None:
        async with engine(PATIENT) as asking, device_that(behaviour) as (_, port):
            deadline = asyncio.get_running_loop().time() + 0.15
            with pytest.raises(SnmpTimeoutError):
                await asking.session("127.0.0.1", port, PUBLIC, deadline=deadline).walk(IF_DESCR)
            with pytest.raises(SnmpTimeoutError, match="no time left"):
                await asking.session("127.0.0.1", port, PUBLIC, deadline=deadline).walk(IF_DESCR)

    run(story())


def test_ids_are_neither_in_order_nor_short() -> None:
    def behaviour(device: Device, data: bytes, source: Any) -> None:
        device.transport.sendto(answer_to(data, 1), source)

    async def story() -> None:
        async with engine() as asking, device_that(behaviour) as (seen, port):
            for _ in range(50):
                await asking.session("127.0.0.1", port, PUBLIC).get([SYS_DESCR])
            ids = [decode(data).request_id for data in seen.seen]
            assert len(set(ids)) == 50
            assert ids != sorted(ids)
            assert min(ids) >= 2**24

    run(story())


@pytest.mark.parametrize("version", ["1", "2c"])
@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_real_agent_is_read(snmpd: Snmpd, version: str, address: str) -> None:
    async def story() -> None:
        async with engine() as asking:
            session = asking.session(address, snmpd.port, Credential(version, "public"))

            name, missing, uptime, object_id = await session.get([SYS_NAME, NOTHING, SYS_UPTIME, SYS_OBJECT_ID])
            interfaces, names = await session.walk_many([IF_INDEX, IF_DESCR])

            assert (name, missing) == (b"agent.test", Missing.NO_SUCH_OBJECT)
            assert isinstance(uptime, int)
            assert str(object_id).startswith("1.3.6.1.4.1.8072.3.2.")
            assert interfaces == {index: int(index) for index in names}
            assert b"lo" in names.values()
            assert await session.walk(IF_DESCR) == names

    run(story())


def test_a_real_agent_ends_the_walk_at_the_end_of_its_mib(snmpd: Snmpd) -> None:
    async def story() -> None:
        async with engine() as asking:
            for credential in (PUBLIC, PUBLIC_V1):
                session = asking.session("127.0.0.1", snmpd.port, credential)
                assert await session.walk("1.3.6.1.6.3.16.1.5.2.1.99") == {}
                assert await session.walk("1.4") == {}

    run(story())


def test_a_wrong_community_is_silence(snmpd: Snmpd) -> None:
    async def story() -> None:
        async with engine(QUICK) as asking:
            with pytest.raises(SnmpTimeoutError):
                await asking.session("127.0.0.1", snmpd.port, Credential("2c", "private")).get([SYS_NAME])

    run(story())


def test_requests_that_are_over_are_not_kept_until_their_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "FEW_EXPIRIES", 10)

    async def story() -> None:
        async with engine((0.05,), window=1) as asking, hosted(device()) as host:
            deadline = asyncio.get_running_loop().time() + 3_600
            asked = [asking.session("127.0.7.1", host.port, PUBLIC, deadline=deadline) for _ in range(200)]
            assert await asyncio.gather(*(one.get([SYS_NAME]) for one in asked)) == [[b"one"]] * 200
            await eventually(lambda: len(asking._transport._expiries) <= 10)

    run(story())


def test_probes_of_silent_devices_take_a_tenth_of_the_window_and_one_packet_while_others_wait() -> None:
    async def story() -> None:
        async with engine(QUICK, window=20) as asking, hosted() as host:
            probes = [asking.session(f"127.0.8.{n}", host.port, PUBLIC, probe=True).get([SYS_NAME]) for n in range(10)]
            asked = asyncio.gather(*probes, return_exceptions=True)
            await asyncio.sleep(0)
            assert asking.stats["sent"] == 2

            assert {type(error) for error in await asked} == {SnmpTimeoutError}

            assert asking.stats["sent"] == 10
            assert asking.stats["resent"] == 2  # of the last two, for whom nobody waited

    run(story())
