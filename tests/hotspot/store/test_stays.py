"""Moving access points: what is stored, what is refused."""

from datetime import date

import pytest
from sqlalchemy import Engine, select

from hotspot.analytics.calendar import midnight
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.stays import FOREVER, Stay
from hotspot.store.base import writing
from hotspot.store.models import AccessPoint, PastPlacement, StatusSpan
from hotspot.store.stays import move, stays_of
from tests.hotspot import small_city

FIRST, DAY = date(2026, 11, 10), 86400
T = midnight(small_city.ZONE, FIRST)
NOW = T + 20 * DAY + 3600


@pytest.fixture
def city_id(engine: Engine) -> int:
    city_id = small_city.build(engine)
    with writing(engine) as session:
        session.add(StatusSpan(ap_id=1, start=T - DAY, city_id=city_id, state=1))
        session.add(StatusSpan(ap_id=2, start=NOW - 60, city_id=city_id, state=1))
    return city_id


def test_stay_is_closed_and_the_next_one_opened(engine: Engine, city_id: int) -> None:
    with writing(engine) as session:
        assert move(session, 1, 2, FIRST, NOW)
        assert not move(session, 1, 2, date(2026, 11, 12), NOW)
        assert move(session, 1, None, date(2026, 11, 20), NOW)
    with writing(engine) as session:
        at = T + 10 * DAY
        assert stays_of(session, 1) == [Stay(0, T, 1), Stay(T, at, 2), Stay(at, FOREVER, None)]
        assert move(session, 1, 2, date(2026, 11, 20), NOW)  # the same day again: it never left
        assert stays_of(session, 1) == [Stay(0, T, 1), Stay(T, FOREVER, 2)]
        assert move(session, 1, 1, None, NOW)  # a correction of where it is
        assert session.scalars(select(PastPlacement)).all() == []
        assert session.get_one(AccessPoint, 1).placed_since == 0


def test_what_was_not_measured_before_was_never_there(engine: Engine, city_id: int) -> None:
    with writing(engine) as session:
        for ap_id, before in ((2, 2), (3, 1)):
            assert stays_of(session, ap_id) == [Stay(0, FOREVER, before)]
            assert move(session, ap_id, 3 - before, date(2026, 11, 30), NOW)
            assert stays_of(session, ap_id) == [Stay(0, FOREVER, 3 - before)]


@pytest.mark.parametrize("day", [date(2026, 12, 1), date(2026, 11, 9)])
def test_day_to_come_or_before_the_last_move_is_refused(engine: Engine, city_id: int, day: date) -> None:
    with writing(engine) as session:
        move(session, 1, 2, FIRST, NOW)
    with writing(engine) as session, pytest.raises(RejectedError) as refused:
        move(session, 1, 1, day, NOW)
    assert refused.value.column == "day"
