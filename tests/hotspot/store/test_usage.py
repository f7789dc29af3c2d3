"""Usage out of roll-ups, on both engines."""

from datetime import date

import pytest
from sqlalchemy import Engine, select

from collectors.result import AgentClock, PollResult, Sample
from hotspot.analytics.calendar import days, midnight
from hotspot.recorder import Poll, Recorder
from hotspot.store.base import reading, writing
from hotspot.store.models import AreaDay, City, RollupDay, RollupMonth
from hotspot.store.months import SUMS, sum_months
from hotspot.store.rollups import roll_up
from hotspot.store.usage import by_day, by_point
from tests.hotspot import small_city

MONDAY = midnight(small_city.ZONE, date(2026, 11, 16))
HOUR, DAY = 3600, 86400


@pytest.fixture
def city_id(engine: Engine) -> int:
    """AP 1 and 3 are at point P-1, AP 2 at P-2; two days from Monday, half as many clients on Tuesday."""
    made = small_city.build(engine)
    recorder = Recorder(engine, made, misses=3)
    for at in range(MONDAY, MONDAY + 2 * DAY, 600):
        clients = 10 if at < MONDAY + DAY else 5
        octets = (at - MONDAY) * 1000
        polls = [
            Poll(at, 600, result(ap, at, clients * ap if at % DAY // HOUR != 3 else 0, octets)) for ap in (1, 2, 3)
        ]
        recorder.record(polls, fence=None)
    with writing(engine) as session:
        roll_up(session, session.get_one(City, made), MONDAY, MONDAY + 2 * DAY)
    return made


def result(ap: int, at: int, clients: int, octets: int) -> PollResult:
    samples = (
        Sample("clients", clients),
        Sample("if_in_octets", octets, "eth0", 64),
        Sample("if_out_octets", octets // 10, "eth0", 64),
    )
    return PollResult(
        ap, at + 0.5, True, 0.01, "x", AgentClock(sys_uptime_ticks=(at - MONDAY + 10**6) * 100), None, samples
    )


def test_days_have_the_mean_of_all_access_points_together(engine: Engine, city_id: int) -> None:
    with reading(engine) as session:
        city = session.get_one(City, city_id)
        days = by_day(session, city, MONDAY, MONDAY + 2 * DAY)
    assert [day.t for day in days] == [MONDAY, MONDAY + DAY]
    assert [day.clients for day in days] == pytest.approx([60 * 23 / 24, 30 * 23 / 24])
    assert days[1].rx_bytes == pytest.approx(3 * DAY * 1000, rel=0.02)


def test_points_add_up_their_access_points_and_come_by_use(engine: Engine, city_id: int) -> None:
    with reading(engine) as session:
        found = by_point(session, session.get_one(City, city_id), MONDAY, MONDAY + DAY)
    assert [(row.code, row.peak) for row in found] == [("P-1", 30), ("P-2", 20)]
    assert [row.clients for row in found] == pytest.approx([40 * 23 / 24, 20 * 23 / 24])
    assert found[0].figure.availability == 1.0


def test_years_read_by_the_month_are_the_sum_of_their_days(engine: Engine, city_id: int) -> None:
    """The same with and without rows of months, at windows that begin and end anywhere."""
    a, b = midnight(small_city.ZONE, date(2026, 10, 20)), midnight(small_city.ZONE, date(2027, 2, 3))
    with writing(engine) as session:
        city = session.get_one(City, city_id)
        rows = session.scalars(select(RollupDay).where(RollupDay.t == MONDAY)).all()
        for start, _ in days(small_city.ZONE, a, b):
            if start not in (MONDAY, MONDAY + DAY):
                for number, row in enumerate(rows):
                    values = {name: getattr(row, name) for name in ("ap_id", "city_id", *SUMS)}
                    values |= {"t": start, "clients_sum": number * 7, "clients_max": start // DAY % 30}
                    session.add(RollupDay(**values))
        session.flush()
        windows = [(a, b), (a + 12 * DAY, b), (a, midnight(small_city.ZONE, date(2027, 1, 1)))]
        by_days = [by_point(session, city, *window) for window in windows]
        assert session.scalars(select(RollupMonth)).all() == []
        nothing = dict.fromkeys(("polls", "answered", "up_s", "down_s", "unknown_s", "maintenance_s", "clients_n"), 0)
        session.add(AreaDay(area_id=1, t=b, city_id=city_id, access_points=0, **nothing))
        sum_months(session, city, a, b)
        assert len(session.scalars(select(RollupMonth)).all()) == 4 * 3
        assert [by_point(session, city, *window) for window in windows] == by_days
