"""Single polls are read back as one, whether rows still or packed, on both engines."""

import random

from sqlalchemy import Engine, update

from hotspot.store.base import reading, writing
from hotspot.store.chunks import compact
from hotspot.store.lease import Fence, take
from hotspot.store.models import PollChunk
from hotspot.store.polls import Polls, polls_of
from tests.hotspot import small_city
from tests.hotspot.store.test_chunks import DAY, INTERVAL_S, polls, store


def taken(engine: Engine) -> Fence:
    small_city.build(engine)
    with writing(engine) as session:
        fence = take(session, "collector", "test", 1, 30)
    assert fence
    return fence


def found(engine: Engine, a: int, b: int) -> Polls:
    with reading(engine) as session:
        return polls_of(session, 1, a, b)


def test_a_window_over_packed_days_and_rows_misses_nothing(engine: Engine) -> None:
    fence = taken(engine)
    chance = random.Random(1)
    later = (DAY[1], 2 * DAY[1] - DAY[0])
    made = [*polls(chance, 1), *polls(chance, 1, later)]
    store(engine, [*made, *polls(chance, 2)])
    before = found(engine, DAY[0], later[1])
    compact(engine, fence, 1, DAY)

    assert found(engine, DAY[0], later[1]) == before
    assert [(poll.at, poll.up, poll.clients) for poll in before.rows] == [
        (row["slot"] + 7, bool(row["up"]), row["clients"]) for row in made
    ]
    assert before.damaged == []


def test_the_window_is_of_the_polls_not_of_their_cycles(engine: Engine) -> None:
    fence = taken(engine)
    store(engine, polls(random.Random(2), 1))
    first = DAY[0] + INTERVAL_S + 7  # a poll is made 7 s after its cycle's time
    for _ in ("rows", "packed"):
        assert [poll.at for poll in found(engine, first, first + INTERVAL_S).rows] == [first]
        assert found(engine, first + 1, first + INTERVAL_S).rows == []
        compact(engine, fence, 1, DAY)


def test_days_that_are_damaged_are_named_and_the_others_are_read(engine: Engine) -> None:
    fence = taken(engine)
    later = (DAY[1], 2 * DAY[1] - DAY[0])
    store(engine, [*polls(random.Random(3), 1), *polls(random.Random(4), 1, later)])
    compact(engine, fence, 1, DAY)
    with writing(engine) as session:
        session.execute(update(PollChunk).values(data=b"nonsense"))

    told = found(engine, DAY[0], later[1])
    assert told.damaged == [DAY[0]]
    assert len(told.rows) == 96
