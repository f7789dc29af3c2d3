"""What radios and SSIDs said is history: as rows, as packed days, across both, on both engines."""

import random

import pytest
from sqlalchemy import Engine, select, update

from collectors.result import PollResult, Sample
from hotspot.analytics.extras import RADIO, SSID, Series, columns
from hotspot.recorder import Poll, Recorder
from hotspot.store.base import reading, writing
from hotspot.store.chunks import Said, compact
from hotspot.store.extras import extras_of
from hotspot.store.models import PollChunk, PollHot
from hotspot.store.polls import polls_of
from tests.hotspot import small_city
from tests.hotspot.store.test_chunks import DAY, polls, store
from tests.hotspot.store.test_polls import taken

LATER = (DAY[1], 2 * DAY[1] - DAY[0])


def found(engine: Engine, a: int = DAY[0], b: int = LATER[1]) -> Said:
    with reading(engine) as session:
        said, damaged = extras_of(session, 1, a, b)
    assert damaged == []
    return said


def test_days_packed_one_after_the_other_say_what_the_rows_said(engine: Engine) -> None:
    fence = taken(engine)
    chance = random.Random(1)
    made = [row for row in (*polls(chance, 1), *polls(chance, 1, LATER)) if row["extras"]]
    store(engine, [*made, *polls(chance, 2)])
    expected = Said([row["slot"] + 7 for row in made], columns([row["extras"] for row in made]))
    for day in (DAY, LATER):
        assert found(engine) == expected
        compact(engine, fence, 1, day)
    assert found(engine) == expected
    noon = DAY[0] + 12 * 3600
    assert found(engine, noon, noon + 3600).times == [at for at in expected.times if noon <= at < noon + 3600]


def test_late_polls_bring_what_they_said_into_their_day(engine: Engine) -> None:
    fence = taken(engine)
    made = [row for row in polls(random.Random(2), 1) if row["extras"]]
    store(engine, made[::2])
    compact(engine, fence, 1, DAY)
    store(engine, made[1::2])
    both = found(engine)
    compact(engine, fence, 1, DAY)
    assert found(engine) == both
    assert both.times == [row["slot"] + 7 for row in made]
    assert both.series == columns([row["extras"] for row in made])


def test_damage_to_what_radios_said_leaves_the_polls(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    fence = taken(engine)
    store(engine, polls(random.Random(3), 1))
    compact(engine, fence, 1, DAY)
    with writing(engine) as session:
        data = session.scalars(select(PollChunk.data)).one()
        session.execute(update(PollChunk).values(data=data[:-9] + b"nonsense!"))
    with reading(engine) as session:
        said, damaged = extras_of(session, 1, *DAY)
        assert (said.times, damaged) == ([], [DAY[0]])
        assert len(polls_of(session, 1, *DAY).rows) == 96
    assert "damaged" in caplog.text


def test_the_recorder_keeps_what_a_poll_said_beside_its_row(engine: Engine) -> None:
    recorder = Recorder(engine, small_city.build(engine), misses=3)
    for minute in range(3):
        at = DAY[0] + 60 * minute
        samples = (
            Sample("radio_clients", minute, "wifi0"), Sample("radio_channel", 11, "wifi0"),
            Sample("ssid_clients", minute, "FREE <b>"), Sample("clients", minute),
        )  # fmt: skip
        answered = minute < 2
        result = PollResult(1, at, answered, samples=samples if answered else ())
        recorder.record([Poll(at, 60, result)], fence=None)
    assert found(engine) == Said(
        [DAY[0], DAY[0] + 60],
        {
            Series(RADIO, "wifi0", "clients"): [0, 1],
            Series(RADIO, "wifi0", "channel"): [11, 11],
            Series(SSID, "FREE <b>", "clients"): [0, 1],
        },
    )
    with reading(engine) as session:
        assert session.scalars(select(PollHot.extras).order_by(PollHot.slot)).all()[2] is None
