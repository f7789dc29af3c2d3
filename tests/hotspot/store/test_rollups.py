"""Roll-ups on both engines: equal to the spans and polls they stand for, whenever and however often they are made."""

from collections import defaultdict
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Engine, Update, delete, select, update
from sqlalchemy.orm import Session

from collectors.result import AgentClock, PollResult, Sample
from hotspot.analytics.availability import Figure
from hotspot.analytics.calendar import days, hours, midnight, months
from hotspot.analytics.stays import Presence
from hotspot.recorder import Poll, Recorder
from hotspot.store.availability import answer
from hotspot.store.base import Base, reading, writing
from hotspot.store.fleet import city_hours
from hotspot.store.models import (
    AccessPoint,
    AreaDay,
    AreaHour,
    City,
    MaintenanceWindow,
    Point,
    PollHot,
    RollupDay,
    RollupHour,
    RollupMonth,
)
from hotspot.store.months import SUMS
from hotspot.store.rollups import roll_up
from tests.hotspot import small_city

HOUR, DAY = 3600, 86400
MIDNIGHT = midnight(small_city.ZONE, date(2026, 11, 1))  # of a month, too: 17:00 UTC
ROLLUPS = ("rollup_hour", "rollup_day", "rollup_month", "area_hour", "area_day")


@pytest.fixture
def city_id(engine: Engine) -> int:
    return small_city.build(engine)


@pytest.fixture
def recorder(engine: Engine, city_id: int) -> Recorder:
    return Recorder(engine, city_id, misses=3)


def record(recorder: Recorder, at: int, *ap_ids: int, interval_s: int = 60, **fields: Any) -> None:
    known: dict[str, Any] = {"reachable": True, "clock": AgentClock(10**6 + 100 * (at - MIDNIGHT)), "rtt_s": 0.005}
    polls = [Poll(at, interval_s, PollResult(ap_id, at, **(known | fields))) for ap_id in ap_ids]
    recorder.record(polls, fence=None)


def make(engine: Engine, since: int, now: int) -> int:
    with writing(engine) as session:
        return roll_up(session, session.get_one(City, 1), since, now)


def rows(engine: Engine, name: str) -> list[tuple[Any, ...]]:
    with reading(engine) as session:
        return sorted(map(tuple, session.execute(select(Base.metadata.tables[name]))))


def all_rows(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    return {name: rows(engine, name) for name in ROLLUPS}


def hour(engine: Engine, t: int, ap_id: int = 1) -> RollupHour:
    with reading(engine) as session:
        return session.get_one(RollupHour, (t, ap_id))


def day(engine: Engine, t: int, ap_id: int = 1) -> RollupDay:
    with reading(engine) as session:
        return session.get_one(RollupDay, (ap_id, t))


def figure_of(row: RollupHour | RollupDay | AreaHour | AreaDay) -> Figure:
    return Figure(row.up_s, row.down_s, row.unknown_s, row.maintenance_s)


def announce(engine: Engine, start: int, end: int, **where: Any) -> None:
    with writing(engine) as session:
        window = MaintenanceWindow(city_id=1, start=start, end=end, reason="fibre", announced_at=0, announced_by="sari")
        for name, value in where.items():
            setattr(window, name, value)
        session.add(window)


def test_hour_sums_what_its_polls_read(engine: Engine, recorder: Recorder) -> None:
    for minute, clients in enumerate([3, 5, None, 4]):
        readings = () if clients is None else (Sample("clients", clients),)
        octets = Sample("if_in_octets", minute * 1000, "eth0", 64), Sample("if_out_octets", minute * 100, "eth0", 64)
        record(recorder, MIDNIGHT + minute * 60, 1, samples=readings + octets)
    record(recorder, MIDNIGHT + 240, 1, reachable=False)
    assert make(engine, MIDNIGHT, MIDNIGHT + 270) == 1
    row = hour(engine, MIDNIGHT)
    assert (row.polls, row.answered, row.rtt_us_sum) == (5, 4, 20_000)
    assert (row.clients_sum, row.clients_n, row.clients_max) == (12, 3, 5)
    assert (row.rx_bytes, row.tx_bytes) == (3000, 300)
    assert figure_of(row) == Figure(up_s=270)
    with reading(engine) as session:
        today = session.get_one(RollupDay, (1, MIDNIGHT))
        assert (today.polls, today.clients_max, today.rx_bytes, figure_of(today)) == (5, 5, 3000, Figure(up_s=270))


def test_what_nobody_read_is_empty_not_zero(engine: Engine, recorder: Recorder) -> None:
    record(recorder, MIDNIGHT, 1, reachable=False)
    make(engine, MIDNIGHT, MIDNIGHT + 10)
    for row in (hour(engine, MIDNIGHT), day(engine, MIDNIGHT)):
        assert (row.rx_bytes, row.tx_bytes, row.clients_sum, row.clients_n, row.clients_max) == (
            None,
            None,
            None,
            0,
            None,
        )
        assert (row.polls, row.answered, row.rtt_us_sum) == (1, 0, None)


def test_answers_that_could_not_be_timed_leave_the_mean_alone(engine: Engine, recorder: Recorder) -> None:
    for minute, rtt_s in enumerate([0.004, None, 0.006, None]):
        record(recorder, MIDNIGHT + minute * 60, 1, rtt_s=rtt_s)
        record(recorder, MIDNIGHT + minute * 60, 2, rtt_s=None if minute == 3 else 0.0011 + (minute > 0) / 10**6)
        record(recorder, MIDNIGHT + minute * 60, 3, rtt_s=None)
    make(engine, MIDNIGHT, MIDNIGHT + 240)
    for row in (hour(engine, MIDNIGHT), day(engine, MIDNIGHT)):
        assert (row.answered, row.rtt_us_sum) == (4, 4 * 5_000)
    assert hour(engine, MIDNIGHT, 2).rtt_us_sum in (4402, 4403)  # 4 times the mean of three, in whole microseconds
    assert hour(engine, MIDNIGHT, 3).rtt_us_sum is None


def clients_of_the_city(engine: Engine) -> list[float | None]:
    make(engine, MIDNIGHT, MIDNIGHT + HOUR)
    with reading(engine) as session:
        city = session.get_one(City, 1)
        return [one.clients_mean for one in city_hours(session, city, MIDNIGHT, MIDNIGHT + HOUR)]


def test_clients_of_a_city_count_each_device_alike_whatever_its_interval(engine: Engine, recorder: Recorder) -> None:
    for at in range(MIDNIGHT, MIDNIGHT + HOUR, 60):
        record(recorder, at, 1, samples=(Sample("clients", 10),))
    for at in range(MIDNIGHT, MIDNIGHT + HOUR, 300):
        record(recorder, at, 3, interval_s=300, samples=(Sample("clients", 100),))
    assert clients_of_the_city(engine) == [110]


def test_clients_of_a_device_that_nobody_can_ask_are_not_made_up(engine: Engine, recorder: Recorder) -> None:
    for at in range(MIDNIGHT, MIDNIGHT + HOUR, 60):
        record(recorder, at, 1, samples=(Sample("clients", 10),))
        record(recorder, at, 2, 3, reachable=None)
    assert clients_of_the_city(engine) == [10]


def test_poll_that_could_not_be_sent_is_not_counted(engine: Engine, recorder: Recorder) -> None:
    record(recorder, MIDNIGHT, 1, reachable=None)
    make(engine, MIDNIGHT, MIDNIGHT + 10)
    assert (hour(engine, MIDNIGHT).polls, hour(engine, MIDNIGHT).answered) == (0, 0)


def test_time_before_the_first_poll_is_unknown_and_has_no_hours(engine: Engine, recorder: Recorder) -> None:
    record(recorder, MIDNIGHT + 2 * HOUR + 600, 1, interval_s=DAY)
    make(engine, MIDNIGHT, MIDNIGHT + 3 * HOUR)
    assert [row[0] for row in rows(engine, "rollup_hour")] == [MIDNIGHT + 2 * HOUR]
    assert figure_of(hour(engine, MIDNIGHT + 2 * HOUR)) == Figure(up_s=3000, unknown_s=600)
    assert figure_of(day(engine, MIDNIGHT)) == Figure(up_s=3000, unknown_s=2 * HOUR + 600)


def test_open_span_counts_for_one_and_a_half_intervals_in_an_hour_too(engine: Engine, recorder: Recorder) -> None:
    record(recorder, MIDNIGHT + HOUR - 60, 1)
    make(engine, MIDNIGHT, MIDNIGHT + HOUR + 20)
    assert figure_of(hour(engine, MIDNIGHT)) == Figure(up_s=60, unknown_s=HOUR - 60)
    make(engine, MIDNIGHT + HOUR + 20, MIDNIGHT + HOUR + 80)
    assert figure_of(hour(engine, MIDNIGHT)) == Figure(unknown_s=HOUR)
    assert figure_of(day(engine, MIDNIGHT)) == Figure(unknown_s=HOUR + 80)


def test_outage_dated_back_over_the_hour_corrects_it(engine: Engine, recorder: Recorder) -> None:
    for minute in range(57, 60):
        record(recorder, MIDNIGHT + minute * 60, 1, reachable=minute < 58)
    record(recorder, MIDNIGHT + 30, 2)
    make(engine, MIDNIGHT, MIDNIGHT + HOUR)
    assert hour(engine, MIDNIGHT).down_s == 0
    record(recorder, MIDNIGHT + HOUR, 1, reachable=False)
    make(engine, MIDNIGHT + HOUR, MIDNIGHT + HOUR + 10)
    assert hour(engine, MIDNIGHT).down_s == 120
    assert hour(engine, MIDNIGHT + HOUR).down_s == 10


def exactly(session: Session, ap_id: int, a: int, b: int, now: int) -> Figure:
    return answer(session, [Presence(ap_id)], a, b, now).figure


def test_month_boundary_inside_an_outage(engine: Engine, recorder: Recorder) -> None:
    first = MIDNIGHT - 20 * 60
    for minute in range(41):
        record(recorder, first + minute * 60, 1, reachable=minute < 10 or minute == 40)
    now = first + 40 * 60
    make(engine, first, now)
    assert (day(engine, MIDNIGHT - DAY).down_s, day(engine, MIDNIGHT).down_s) == (600, 1200)
    assert hour(engine, MIDNIGHT - HOUR).down_s == 600
    for a, b in months(small_city.ZONE, first, now):
        with reading(engine) as session:
            exact = exactly(session, 1, a, b, now)
            made = session.scalars(select(RollupDay).where(RollupDay.t >= a, RollupDay.t < b)).all()
        assert (sum(row.up_s for row in made), sum(row.down_s for row in made)) == (exact.up_s, exact.down_s)


def test_maintenance_is_laid_over(engine: Engine, recorder: Recorder) -> None:
    for minute in range(10):
        record(recorder, MIDNIGHT + minute * 60, 1, 2, reachable=minute < 5)
    with reading(engine) as session:
        point_id = session.get_one(AccessPoint, 1).point_id
    announce(engine, MIDNIGHT + 360, MIDNIGHT + 480, point_id=point_id)
    make(engine, MIDNIGHT, MIDNIGHT + 600)
    assert figure_of(hour(engine, MIDNIGHT, 1)) == Figure(up_s=300, down_s=180, maintenance_s=120)
    assert figure_of(hour(engine, MIDNIGHT, 2)) == Figure(up_s=300, down_s=300)


def test_sums_stay_when_the_polls_are_dropped(engine: Engine, recorder: Recorder) -> None:
    for minute in range(60):
        record(recorder, MIDNIGHT + minute * 60, 1, samples=(Sample("clients", 2),))
    now = MIDNIGHT + HOUR + 10
    make(engine, MIDNIGHT, now)
    whole = all_rows(engine)
    for model, bound in ((PollHot, PollHot.slot < MIDNIGHT + 1800), (PollHot, PollHot.slot > 0)):
        with writing(engine) as session:
            session.execute(delete(model).where(bound))
        make(engine, MIDNIGHT, now)
        assert all_rows(engine) == whole


def test_days_stay_when_the_hours_are_dropped(engine: Engine, recorder: Recorder) -> None:
    for minute in range(120):
        record(recorder, MIDNIGHT + minute * 60, 1, samples=(Sample("clients", 2),))
    make(engine, MIDNIGHT, MIDNIGHT + 2 * HOUR)
    with writing(engine) as session:
        session.execute(delete(PollHot))
        session.execute(delete(RollupHour).where(RollupHour.t == MIDNIGHT))
    make(engine, MIDNIGHT + HOUR, MIDNIGHT + 2 * HOUR)
    assert (day(engine, MIDNIGHT).polls, day(engine, MIDNIGHT).clients_sum, day(engine, MIDNIGHT).up_s) == (
        120,
        240,
        7200,
    )


def test_areas_sum_their_access_points(engine: Engine, recorder: Recorder) -> None:
    for minute in range(60):
        record(recorder, MIDNIGHT + minute * 60, 1, samples=(Sample("clients", 4),))
        record(recorder, MIDNIGHT + minute * 60, 2, 3, samples=(Sample("clients", minute % 2 * 2),))
    for minute in range(60, 90):
        record(recorder, MIDNIGHT + minute * 60, 1, 2, 3, samples=(Sample("clients", 1),))
    make(engine, MIDNIGHT, MIDNIGHT + 90 * 60)
    with reading(engine) as session:
        first, second = session.scalars(select(AreaHour).where(AreaHour.t == MIDNIGHT).order_by(AreaHour.area_id))
        today = session.scalars(select(AreaDay).order_by(AreaDay.area_id)).first()
    assert (first.access_points, first.polls, first.up_s, first.clients_max) == (2, 120, 2 * HOUR, 5)
    assert (second.access_points, second.polls, second.clients_max) == (1, 60, 1)
    assert today is not None
    assert (today.access_points, today.polls, today.up_s, today.clients_max) == (2, 180, 10_800, 5)


@pytest.mark.parametrize(
    "taken_down",
    [
        update(AccessPoint).where(AccessPoint.id == 1).values(polling=False),
        update(Point).where(Point.code == "P-1").values(lifecycle="retired"),
    ],
)
def test_access_point_that_is_no_longer_polled_gets_no_more_rows(
    engine: Engine, recorder: Recorder, taken_down: Update
) -> None:
    record(recorder, MIDNIGHT - 120, 1, 2)
    record(recorder, MIDNIGHT - 60, 1, 2)
    with writing(engine) as session:
        session.execute(taken_down)
    make(engine, MIDNIGHT - 60, MIDNIGHT + 2 * HOUR)
    assert {(row[0], row[1]) for row in rows(engine, "rollup_day")} == {
        (1, MIDNIGHT - DAY),
        (2, MIDNIGHT - DAY),
        (2, MIDNIGHT),
    }


def test_hours_missed_while_the_collector_was_off_are_made_up(engine: Engine, recorder: Recorder) -> None:
    record(recorder, MIDNIGHT, 1)
    make(engine, MIDNIGHT, MIDNIGHT + 30)
    record(recorder, MIDNIGHT + 30 * HOUR, 1)
    make(engine, MIDNIGHT + 30 * HOUR, MIDNIGHT + 30 * HOUR + 60)
    assert [row[0] for row in rows(engine, "rollup_hour")] == [MIDNIGHT + index * HOUR for index in range(31)]
    assert figure_of(hour(engine, MIDNIGHT)) == Figure(unknown_s=HOUR)


def test_polls_without_any_roll_up_are_made_up(engine: Engine, recorder: Recorder) -> None:
    record(recorder, MIDNIGHT - HOUR, 1)
    make(engine, MIDNIGHT + HOUR, MIDNIGHT + HOUR + 60)
    assert len(rows(engine, "rollup_day")) == 2


def test_since_ever_begins_with_the_first_span(engine: Engine, recorder: Recorder) -> None:
    record(recorder, MIDNIGHT, 1)
    assert make(engine, 0, MIDNIGHT + 60) == make(engine, 0, MIDNIGHT + 60) == 1


def test_empty_city_has_no_roll_ups(engine: Engine, city_id: int) -> None:
    assert make(engine, MIDNIGHT, MIDNIGHT + HOUR) == 0
    assert all(found == [] for found in all_rows(engine).values())


steps = st.tuples(
    st.sampled_from([True, True, True, False, False, None]),
    st.sampled_from([300, 900, 900, 900, 900, 2000, 20_000]),
    st.integers(0, 9),
    st.booleans(),
)
windows = st.tuples(st.integers(-5 * HOUR, 30 * HOUR), st.integers(1, 5 * HOUR), st.sampled_from([None, 1, 2]))


@given(st.lists(steps, min_size=1, max_size=25), st.lists(windows, max_size=2))
@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_roll_ups_are_their_spans_and_polls_however_they_are_made(
    engine: Engine,
    city_id: int,
    history: list[tuple[bool | None, int, int, bool]],
    planned: list[tuple[int, int, int | None]],
) -> None:
    small_city.forget_measurements(engine)
    for start, length, ap_id in planned:
        announce(engine, MIDNIGHT + start, MIDNIGHT + start + length, ap_id=ap_id)
    recorder = Recorder(engine, city_id, misses=3)
    at = last = first = MIDNIGHT - 3 * HOUR
    for answered, step_s, clients, is_rolled_up in history:
        samples = (Sample("clients", clients),) if answered else ()
        record(recorder, at, 1, 2, reachable=answered, interval_s=900, samples=samples)
        if is_rolled_up:
            make(engine, last - 3 * 900, at + 1)
            last = at + 1
        at += step_s
    make(engine, last - 3 * 900, at)
    made = all_rows(engine)
    make(engine, last - 3 * 900, at)
    assert all_rows(engine) == made
    with writing(engine) as session:
        for name in ROLLUPS:
            session.execute(delete(Base.metadata.tables[name]))
    make(engine, 0, at)
    assert all_rows(engine) == made
    check_hours_and_days(engine, first, at)
    check_months(engine, first, at)


def check_months(engine: Engine, first: int, now: int) -> None:
    """Those that are over, against the exact figures and against their days."""
    with reading(engine) as session:
        made = {(row.t, row.ap_id): row for row in session.scalars(select(RollupMonth))}
        by_day = session.scalars(select(RollupDay)).all()
        over = [(a, b) for a, b in months(small_city.ZONE, first, now) if b <= now]
        assert set(made) == {(a, row.ap_id) for a, b in over for row in by_day if a <= row.t < b}
        for a, b in over:
            for ap_id in (1, 2):
                inside = [row for row in by_day if row.ap_id == ap_id and a <= row.t < b]
                month, exact = made[a, ap_id], exactly(session, ap_id, a, b, now)
                assert (month.up_s, month.down_s, month.maintenance_s) == (
                    exact.up_s,
                    exact.down_s,
                    exact.maintenance_s,
                )
                for name in SUMS:
                    known = [getattr(row, name) for row in inside if getattr(row, name) is not None]
                    added = max if name == "clients_max" else sum
                    assert getattr(month, name) == (added(known) if known else None), name


def test_late_data_makes_its_month_anew(engine: Engine, recorder: Recorder) -> None:
    record(recorder, MIDNIGHT - 600, 1, interval_s=600)
    make(engine, MIDNIGHT - 600, MIDNIGHT + 30)
    with reading(engine) as session:
        assert session.get_one(RollupMonth, (1, MIDNIGHT - 31 * DAY)).up_s == 600
    record(recorder, MIDNIGHT + 40, 1, interval_s=600, reachable=None)  # nobody could ask: the answer counts as before
    announce(engine, MIDNIGHT - 300, MIDNIGHT)
    make(engine, MIDNIGHT - 300, MIDNIGHT + 50)
    with reading(engine) as session:
        month = session.get_one(RollupMonth, (1, MIDNIGHT - 31 * DAY))
        assert (month.up_s, month.maintenance_s) == (300, 300)
        assert session.get(RollupMonth, (1, MIDNIGHT)) is None


def check_hours_and_days(engine: Engine, first: int, now: int) -> None:
    """Against the exact figures of the same windows."""
    with reading(engine) as session:
        by_hour = {(row.t, row.ap_id): row for row in session.scalars(select(RollupHour))}
        by_day = {(row.t, row.ap_id): row for row in session.scalars(select(RollupDay))}
        polled: dict[tuple[int, int], list[int | None]] = defaultdict(list)
        for poll in session.scalars(select(PollHot).where(PollHot.up.is_not(None))):
            polled[poll.slot - poll.slot % HOUR, poll.ap_id].append(poll.clients)
        for t, end in hours(small_city.ZONE, first, now):
            for ap_id in (1, 2):
                row = by_hour[t, ap_id]
                read = [clients for clients in polled[t, ap_id] if clients is not None]
                assert figure_of(row) == exactly(session, ap_id, t, end, now)
                assert (row.polls, row.answered) == (len(polled[t, ap_id]), len(read))
                assert (row.clients_sum, row.clients_n, row.clients_max) == (
                    sum(read) if read else None,
                    len(read),
                    max(read, default=None),
                )
        for t, end in days(small_city.ZONE, first, now):
            for ap_id in (1, 2):
                inside = [row for (start, of), row in by_hour.items() if of == ap_id and t <= start < end]
                assert figure_of(by_day[t, ap_id]) == exactly(session, ap_id, t, end, now)
                assert by_day[t, ap_id].polls == sum(row.polls for row in inside)
                assert by_day[t, ap_id].up_s == sum(row.up_s for row in inside)
                assert by_day[t, ap_id].down_s == sum(row.down_s for row in inside)
