"""A clock that was ahead for a while and is set right leaves the record as if nobody had polled meanwhile."""

from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import Engine, text

from collectors.result import AgentClock, PollResult
from hotspot.recorder import Poll, Recorder
from hotspot.store.base import reading, writing
from hotspot.store.city import current_city
from hotspot.store.rewind import MOST_S, Rewound, rewind
from hotspot.store.rollups import roll_up
from tests.hotspot import small_city

T0, MINUTE, AHEAD = 1_800_000_000, 60, 7 * 3600
APS = (1, 2, 3)
KEPT = {
    "poll_hot": "*",
    "status_span": "*",
    "rollup_hour": "*",
    "rollup_day": "*",
    "rollup_month": "*",
    "area_hour": "*",
    "area_day": "*",
    "ap_state": "ap_id, state, since, cause, last_poll, last_slot, last_ok, missed, first_missed",
}


def polls(at: int, *, down: Iterable[int] = (), aps: Iterable[int] = APS) -> list[Poll]:
    return [
        Poll(at, MINUTE, PollResult(ap, at + 0.5, ap not in down, clock=AgentClock(at * 100 % 2**32))) for ap in aps
    ]


def live(recorder: Recorder, start: int, minutes: Iterable[int], **how: Any) -> None:
    for minute in minutes:
        recorder.record(polls(start + minute * MINUTE, **how), fence=None)


def summed(engine: Engine, since: int, now: int) -> None:
    with writing(engine) as session:
        city = current_city(session)
        assert city
        roll_up(session, city, since, now)


def undo(engine: Engine, city_id: int, now: int) -> Rewound | None:
    with writing(engine) as session:
        return rewind(session, city_id, now)


def stored(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    with reading(engine) as session:
        return {
            table: sorted(tuple(row) for row in session.execute(text(f"SELECT {columns} FROM {table}")))
            for table, columns in KEPT.items()
        }


@pytest.mark.parametrize("gap", [1, 40], ids=["at once", "after the machine was off"])
def test_record_is_as_if_nobody_had_polled_meanwhile(engine: Engine, gap: int) -> None:
    city_id = small_city.build(engine)

    def day(wrong: bool) -> dict[str, list[tuple[Any, ...]]]:
        recorder = Recorder(engine, city_id, misses=3)
        live(recorder, T0, range(10), down=(2,), aps=(1, 2))
        again = T0 + (9 + gap) * MINUTE
        if wrong:
            live(recorder, again + AHEAD, range(5), down=(1,))  # also an outage, and a device never seen before
            summed(engine, T0, again + AHEAD + 5 * MINUTE)
            told = undo(engine, city_id, again)
            assert told == Rewound(AHEAD + 4 * MINUTE, 5 * MINUTE, done=True)
            recorder = Recorder(engine, city_id, misses=3)
        live(recorder, again, range(1, 6))
        summed(engine, T0, again + 6 * MINUTE)
        found = stored(engine)
        small_city.forget_measurements(engine)
        return found

    right, mended = day(wrong=False), day(wrong=True)
    assert mended == right
    assert right["poll_hot"]


def test_nothing_ahead_changes_nothing(engine: Engine) -> None:
    city_id = small_city.build(engine)
    assert undo(engine, city_id, T0) is None
    live(Recorder(engine, city_id, misses=3), T0, range(5))
    before = stored(engine)
    assert undo(engine, city_id, T0 + 5 * MINUTE) is None
    assert undo(engine, city_id, T0 + 4 * MINUTE - 50) is None, "a second or two, as NTP sets it"
    assert stored(engine) == before


def test_more_than_an_hour_of_measurements_is_never_taken_out(engine: Engine) -> None:
    city_id = small_city.build(engine)
    live(Recorder(engine, city_id, misses=3), T0, range(70))
    before = stored(engine)
    assert undo(engine, city_id, T0) == Rewound(69 * MINUTE + 0, 69 * MINUTE, done=False)
    assert 69 * MINUTE > MOST_S
    assert stored(engine) == before
