"""A chunk gives back what was put into it, stays small, and says so when it is damaged."""

import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analytics.chunk import CODEC, COUNT, ENTRIES, HEAD, ChunkError, Column, bundle, pack, unbundle, unpack

NUMBERS = st.none() | st.integers(-(2**62), 2**62 - 1) | st.integers(0, 300)


@given(st.integers(0, 40).flatmap(lambda rows: st.lists(st.lists(NUMBERS, min_size=rows, max_size=rows), min_size=1)))
def test_what_is_packed_comes_back(columns: list[Column]) -> None:
    assert unpack(pack(columns)) == columns


def day(chance: random.Random) -> list[Column]:
    """Polls each minute: slot, offset, up, round trip, uptime, clients, bytes in and out, errors, CPU, memory."""
    slots: Column = [1_800_000_000 + 60 * i for i in range(1440)]
    up: Column = [int(not 500 <= i < 560) for i in range(1440)]

    def where_up(values: Column) -> Column:
        return [value if is_up else None for value, is_up in zip(values, up, strict=True)]

    clients: Column = [max(0, round(20 + 15 * chance.gauss(0, 0.2))) for _ in slots]
    return [
        slots,
        [17] * 1440,
        up,
        where_up([chance.randrange(900, 4000) for _ in slots]),
        where_up([60 * i + 4000 for i in range(1440)]),
        where_up(clients),
        where_up([chance.randrange(10**6, 10**8) for _ in slots]),
        where_up([chance.randrange(10**5, 10**7) for _ in slots]),
        where_up([0] * 1440),
        where_up([chance.randrange(5, 60) for _ in slots]),
        where_up([44] * 1440),
    ]


def test_a_value_takes_less_than_an_octet() -> None:
    columns = day(random.Random(1))
    assert len(pack(columns)) / (len(columns) * 1440) < 1.0


def test_damage_is_told_and_never_something_else() -> None:
    chance = random.Random(2)
    columns = day(chance)
    whole = pack(columns)
    for _ in range(3000):
        at = chance.randrange(len(whole))
        damaged = whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :]
        for data in (damaged, whole[:at]):
            try:
                assert unpack(data) == columns  # some octets have another way to say the same
            except ChunkError:
                continue


@pytest.mark.parametrize(
    "body",
    [
        b"",
        HEAD.pack(1, 1),
        HEAD.pack(2**31, 1),
        HEAD.pack(1, 255),
        HEAD.pack(1, 1) + b"\x00\x09" + bytes(9),
        HEAD.pack(2, 1) + b"\x01\x01\x02\x00\x01",
        HEAD.pack(2, 1) + b"\x00\x02\x01\x01\x01",
        HEAD.pack(1, 1) + b"\x00\x01\x01\x01",
    ],
)
def test_a_body_that_cannot_be_is_refused(body: bytes) -> None:
    with pytest.raises(ChunkError):
        unpack(zlib.compress(body))


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(ChunkError, match=f"version {CODEC + 1}"):
        unbundle(bundle({1: (pack([[1]]), b"")}), CODEC + 1)


@given(
    st.dictionaries(st.integers(0, 2**64 - 1), st.tuples(st.binary(max_size=40), st.binary(max_size=9)), max_size=20)
)
def test_what_is_bundled_comes_back(chunks: dict[int, tuple[bytes, bytes]]) -> None:
    assert unbundle(bundle(chunks)) == chunks


def test_a_bundle_of_the_first_version_is_read() -> None:
    data = COUNT.pack(2) + ENTRIES[1].pack(7, 3) + ENTRIES[1].pack(9, 0) + b"abc"
    assert unbundle(data, 1) == {7: (b"abc", b""), 9: (b"", b"")}


def test_the_first_columns_alone_are_read() -> None:
    data = pack([[1, 2], [3, None], [5, 6]])
    assert unpack(data, 2) == [[1, 2], [3, None]]
    assert unpack(data, 9) == unpack(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x01",
        b"x\x9cnonsense",
        bundle({1: (b"abc", b""), 2: (b"d", b"e")})[:-1],
        bundle({1: (b"abc", b""), 2: (b"d", b"e")}) + b"e",
        COUNT.pack(2) + ENTRIES[CODEC].pack(1, 1, 0) * 2 + b"ab",
    ],
)
def test_a_damaged_bundle_is_refused(data: bytes) -> None:
    with pytest.raises(ChunkError, match="damaged"):
        unbundle(data)


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(ChunkError):
        unpack(zlib.compress(bytes(200_000_000)))
