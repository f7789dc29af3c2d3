"""Days of polls move from rows into chunks and can be read as before, on both engines."""

import random
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, update

from hotspot.analytics.calendar import Period
from hotspot.analytics.chunk import COUNT, ENTRIES, bundle, pack
from hotspot.analytics.extras import written
from hotspot.store import chunks
from hotspot.store.base import reading, writing
from hotspot.store.bulk import Row
from hotspot.store.chunks import COLUMNS, compact, oldest_hot, packed_polls
from hotspot.store.lease import Fence, LostLeaseError, take
from hotspot.store.models import PollChunk, PollHot
from hotspot.store.polls import POLL, add_polls
from tests.hotspot import small_city

DAY: Period = (1_800_032_400, 1_800_118_800)
INTERVAL_S = 900


@pytest.fixture
def fence(engine: Engine) -> Fence:
    small_city.build(engine)
    with writing(engine) as session:
        taken = take(session, "collector", "test", 1, 30)
    assert taken
    return taken


def polls(chance: random.Random, ap_id: int, day: Period = DAY) -> list[dict[str, Any]]:
    """A poll every quarter of an hour, a quarter of them silent."""
    found: list[dict[str, Any]] = []
    for slot in range(day[0], day[1], INTERVAL_S):
        up = chance.random() < 0.75
        values: dict[str, Any] = {name: chance.randrange(1, 10**6) if up else None for name in COLUMNS[3:]}
        found.append(
            {"slot": slot, "ap_id": ap_id, "city_id": 1, "offset_s": 7, "up": int(up), "extras": said(chance, up)}
            | values
        )
    return found


def said(chance: random.Random, up: bool) -> str | None:
    radios = [{"label": f"wifi{n}", "clients": chance.randrange(20), "noise": -90.5} for n in range(2)]
    return written({"radios": radios, "ssids": [], "extras": {}}) if up else None


def store(engine: Engine, rows: Sequence[dict[str, Any]]) -> None:
    with writing(engine) as session:
        add_polls(session, [tuple(row[name] for name in POLL) for row in rows])


def in_order(rows: Sequence[dict[str, Any]]) -> list[Row]:
    return [tuple(row[name] for name in COLUMNS) for row in sorted(rows, key=lambda row: row["slot"])]


def first_version(chunks: dict[int, bytes]) -> bytes:
    """A row as it was written before radios and SSIDs had chunks."""
    entries = b"".join(ENTRIES[1].pack(ap_id, len(data)) for ap_id, data in chunks.items())
    return COUNT.pack(len(chunks)) + entries + b"".join(chunks.values())


def hot(engine: Engine) -> int:
    with reading(engine) as session:
        return len(session.scalars(select(PollHot.slot)).all())


def read(engine: Engine, ap_id: int, a: int = DAY[0], b: int = DAY[1]) -> list[Row]:
    with reading(engine) as session:
        rows, damaged = packed_polls(session, ap_id, a, b)
    assert damaged == []
    return rows


def test_a_day_is_packed_and_read_back(engine: Engine, fence: Fence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "READ_AT_ONCE", 16)
    monkeypatch.setattr(chunks, "WRITTEN_AT_ONCE", 8)
    chance = random.Random(3)
    days = {ap_id: polls(chance, ap_id) for ap_id in (1, 2, 9, 25)}
    after = polls(chance, 1, (DAY[1], DAY[1] + 3600))
    store(engine, [*(row for rows in days.values() for row in rows), *after])

    assert compact(engine, fence, 1, DAY) == 4 * 96

    assert hot(engine) == len(after)
    for ap_id, rows in days.items():
        assert read(engine, ap_id) == in_order(rows)
    noon = DAY[0] + 12 * 3600
    assert read(engine, 2, noon, noon + 3600) == in_order(days[2])[48:52]
    assert compact(engine, fence, 1, DAY) == 0
    with reading(engine) as session:
        assert oldest_hot(session, 1) == DAY[1]


def test_late_polls_join_their_day_and_those_there_stay(engine: Engine, fence: Fence) -> None:
    chance = random.Random(4)
    day = polls(chance, 1)
    store(engine, day[::2])
    compact(engine, fence, 1, DAY)
    again = [row | {"clients": 999_999} for row in day[:4:2]]
    store(engine, [*day[1::2], *again])

    compact(engine, fence, 1, DAY)
    compact(engine, fence, 1, DAY)

    assert read(engine, 1) == in_order(day)
    assert hot(engine) == 0


def test_nothing_moves_without_the_lease(engine: Engine, fence: Fence) -> None:
    day = polls(random.Random(5), 1)
    store(engine, day)
    with pytest.raises(LostLeaseError):
        compact(engine, Fence(fence.name, fence.holder, fence.fence - 1), 1, DAY)
    assert hot(engine) == len(day)
    assert read(engine, 1) == []


def test_a_transaction_that_fails_leaves_rows_as_they_were(
    engine: Engine, fence: Fence, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = polls(random.Random(6), 1)
    store(engine, day)
    monkeypatch.setattr(chunks, "DELETE", "DELETE FROM nowhere WHERE slot = ? AND ap_id = ?")
    with pytest.raises(Exception, match="nowhere"):
        compact(engine, fence, 1, DAY)
    assert hot(engine) == len(day)
    assert read(engine, 1) == []


def test_a_damaged_chunk_is_named_and_the_others_are_read(
    engine: Engine, fence: Fence, caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(7)
    later = (DAY[1], 2 * DAY[1] - DAY[0])
    first, second = polls(chance, 1), polls(chance, 1, later)
    store(engine, [*first, *second])
    compact(engine, fence, 1, DAY)
    compact(engine, fence, 1, later)
    with writing(engine) as session:
        session.execute(update(PollChunk).where(PollChunk.t == DAY[0]).values(data=b"x\x9cnonsense"))
    store(engine, first[:3])  # late ones, which can't be put into it

    with reading(engine) as session:
        rows, damaged = packed_polls(session, 1, DAY[0], later[1])
    assert rows == in_order(second)
    assert damaged == [DAY[0]]
    compact(engine, fence, 1, DAY)

    assert hot(engine) == 3
    assert "damaged" in caplog.text


def test_damage_to_one_access_point_leaves_its_neighbours(engine: Engine, fence: Fence) -> None:
    neighbour = polls(random.Random(8), 3)
    with writing(engine) as session:
        data = bundle({1: (b"x\x9cnonsense", b""), 2: (b"", b"")})
        session.add(PollChunk(block=0, t=DAY[0], city_id=1, polls=0, codec=2, data=data))
    late = polls(random.Random(9), 1)[:2]
    store(engine, [*neighbour, *late])
    compact(engine, fence, 1, DAY)

    assert hot(engine) == 2
    assert read(engine, 3) == in_order(neighbour)
    with reading(engine) as session:
        assert packed_polls(session, 1, *DAY) == ([], [DAY[0]])
        assert session.scalars(select(PollChunk.polls)).all() == [96]


def test_an_older_chunk_has_fewer_columns(engine: Engine, fence: Fence) -> None:
    with writing(engine) as session:
        session.execute(delete(PollChunk))
        data = pack([[DAY[0], DAY[0] + 60], [1, 2], [1, 0]])
        session.add(PollChunk(block=0, t=DAY[0], city_id=1, polls=2, codec=1, data=first_version({1: data})))
    empty = (None,) * (len(COLUMNS) - 3)
    assert read(engine, 1) == [(DAY[0], 1, 1, *empty), (DAY[0] + 60, 2, 0, *empty)]


def test_late_polls_join_a_day_of_the_first_version(engine: Engine, fence: Fence) -> None:
    chance = random.Random(11)
    day = polls(chance, 1)
    with writing(engine) as session:
        data = pack([[DAY[0]], [7], [1]])
        session.add(PollChunk(block=0, t=DAY[0], city_id=1, polls=1, codec=1, data=first_version({1: data})))
    store(engine, day[1:])
    compact(engine, fence, 1, DAY)
    assert read(engine, 1) == [(DAY[0], 7, 1, *(None,) * (len(COLUMNS) - 3)), *in_order(day[1:])]
    with reading(engine) as session:
        assert session.scalars(select(PollChunk.codec)).all() == [2]
