"""The sums of 30 days by which all points are sorted, against the spans: rolled up, moved, late, past midnight."""

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_start
from hotspot.store.base import reading, writing
from hotspot.store.figures import told
from hotspot.store.models import City, StatusSpan
from hotspot.store.placing import place, take_back
from hotspot.store.recent import is_made, month_figures
from hotspot.store.rollups import roll_up
from hotspot.store.scopes import Scope
from hotspot.store.stays import move
from tests.hotspot.store.test_span_sums import BASE
from tests.hotspot.store.test_stays import DAY, HOUR, city_id, widened

__all__ = ["city_id"]


def agrees(session: Session, city: City, now: int) -> bool:
    """Of every point the seconds up and down are those of its spans; what nobody looked at may have no row."""
    found = {row.point_id: row for row in session.execute(select(month_figures(session, city, now)))}
    a = day_start(city.time_zone, now) - 29 * DAY
    for point_id in (1, 2, 3):
        exact = told(session, city, Scope(point=f"P-{point_id}"), a, now, now).whole.figure
        row = found.get(point_id)
        if (exact.up_s, exact.down_s) != ((row.up_s, row.down_s) if row else (0, 0)):
            return False
        if row and exact.up_s + exact.down_s and row.availability != pytest.approx(exact.availability):
            return False
    return True


def test_they_are_those_of_the_spans(engine: Engine, city_id: int) -> None:
    dice = random.Random(3)
    for _ in range(3):
        now = widened(engine, city_id, dice)
        with reading(engine) as session:
            city = session.get_one(City, city_id)
            assert not is_made(session, city, now)  # devices were moved
            assert agrees(session, city, now)
        with writing(engine) as session:
            city = session.get_one(City, city_id)
            roll_up(session, city, now - 60, now)
            assert is_made(session, city, now)
            assert agrees(session, city, now)
            roll_up(session, city, now - 60, now)  # only today is read again
            assert agrees(session, city, now)
            late = session.scalars(select(StatusSpan).where(StatusSpan.start < BASE + DAY)).first()
            assert late is not None
            late.state = 1 - late.state if late.state < 2 else 1  # what was long ago turns out otherwise
            session.flush()
            roll_up(session, city, BASE, now)
            assert agrees(session, city, now)


def test_they_are_not_read_once_their_day_is_over(engine: Engine, city_id: int) -> None:
    now = widened(engine, city_id, random.Random(4))
    with writing(engine) as session:
        city = session.get_one(City, city_id)
        roll_up(session, city, BASE, now)
        then = day_start(city.time_zone, now) + DAY + 60
        assert is_made(session, city, now)
        assert not is_made(session, city, then)
        roll_up(session, city, now, then)
        assert is_made(session, city, then)
        assert agrees(session, city, then)


def test_who_is_placed_or_moved_is_counted_at_once(engine: Engine, city_id: int) -> None:
    now = widened(engine, city_id, random.Random(5))
    with writing(engine) as session:
        city = session.get_one(City, city_id)
        move(session, 1, None, date(2026, 11, 1) + timedelta(days=(now - BASE) // DAY), now)
        for act in (lambda: place(session, city, {1: "P-3"}, now=now, actor="sari"),
                    lambda: take_back(session, city, {1: "P-3"}, now=now, actor="sari")):  # fmt: skip
            roll_up(session, city, now - HOUR, now)
            assert is_made(session, city, now)
            act()
            assert not is_made(session, city, now)
            assert agrees(session, city, now)
