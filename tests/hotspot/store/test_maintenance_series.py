"""Series make their windows ahead, each announced as it is made; ended, they take back those to come."""

from dataclasses import replace
from datetime import date
from typing import NamedTuple

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from hotspot import clock
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.recurrence import WEEKLY, Pattern
from hotspot.analytics.spans import is_late
from hotspot.store.base import writing
from hotspot.store.lease import LostLeaseError, take
from hotspot.store.maintenance import running, windows
from hotspot.store.maintenance_edit import Place, cancel, chosen
from hotspot.store.maintenance_series import announce_series, end_series, make_ahead, series
from hotspot.store.models import City, Lease, MaintenanceSeries, MaintenanceWindow
from hotspot.upkeep import announce_ahead
from tests.hotspot.web.world import DAY, HOUR, NOW, World

DAILY = Pattern(WEEKLY, 2 * 60, 120, date(2026, 11, 1), weekdays=tuple(range(7)))
TONIGHT = NOW + 12 * HOUR  # 02:00 in Jakarta
Own = tuple[Engine, World]


def city_of(session: Session) -> City:
    return session.scalars(select(City)).one()


def announced(session: Session, names: tuple[str, ...] = ("TS-0006",), pattern: Pattern = DAILY, now: int = NOW) -> int:
    city = city_of(session)
    where = chosen(session, city, Place(names))
    return announce_series(session, city, where, pattern, reason="genset", now=now, actor="sari")


class Made(NamedTuple):
    id: int
    start: int
    end: int
    announced_at: int
    cancelled_at: int | None
    list_id: int | None


def made(session: Session) -> list[Made]:
    """The windows of series, in order of time."""
    query = select(*(getattr(MaintenanceWindow, name) for name in Made._fields))
    rows = session.execute(query.where(MaintenanceWindow.series_id.is_not(None)).order_by(MaintenanceWindow.start))
    return [Made(*row) for row in rows]


def test_windows_of_five_weeks_are_made_at_once_and_each_is_announced_before(own: Own) -> None:
    with writing(own[0]) as session:
        announced(session)
        found = made(session)

    assert [(one.start, one.end) for one in found] == [(TONIGHT + n * DAY, TONIGHT + n * DAY + 7200) for n in range(35)]
    assert not any(is_late(one.start, one.announced_at) for one in found)


def test_a_list_of_points_is_written_once_for_all_windows(own: Own) -> None:
    with writing(own[0]) as session:
        announced(session, ("TS-0006", "TS-0007"))
        assert len({one.list_id for one in made(session)}) == 1
        inside = running(session, city_of(session), TONIGHT)

    names = {name for name, ap_id in own[1].access_points.items() if ap_id in inside}
    assert names == {"AP-006-1", "AP-006-2", "AP-006-3", "AP-007-1", "AP-007-2"}


def test_days_go_by_and_windows_are_made_ahead_once(own: Own) -> None:
    with writing(own[0]) as session:
        announced(session)
        city = city_of(session)
        assert [make_ahead(session, city, NOW + hours * HOUR) for hours in (1, 20, 25, 25, 30, 73)] == [
            0,
            0,
            1,
            0,
            0,
            2,
        ]
        found = made(session)

    assert len({one.start for one in found}) == len(found) == 38
    assert {one.announced_at for one in found[35:]} == {NOW + 25 * HOUR, NOW + 73 * HOUR}


def test_after_a_long_sleep_what_is_over_is_not_made_and_what_runs_is_late(own: Own) -> None:
    woke = TONIGHT + 50 * DAY + HOUR
    with writing(own[0]) as session:
        announced(session)
        assert make_ahead(session, city_of(session), woke) == 36
        found = made(session)[35:]
        assert running(session, city_of(session), woke)

    assert found[0].start == TONIGHT + 50 * DAY
    assert [is_late(one.start, one.announced_at) for one in found] == [True] + [False] * 35


def test_one_that_runs_when_it_is_announced_is_late(own: Own) -> None:
    with writing(own[0]) as session:
        announced(session, pattern=replace(DAILY, start_min=13 * 60))  # it is 14:00
        found = made(session)

    assert [is_late(one.start, one.announced_at) for one in found[:2]] == [True, False]
    assert found[0].start == NOW - HOUR


def test_a_skipped_window_is_not_made_again(own: Own) -> None:
    with writing(own[0]) as session:
        announced(session)
        city, skipped = city_of(session), made(session)[0]
        assert cancel(session, city, skipped.id, NOW, "sari")
        make_ahead(session, city, NOW + 3 * DAY)
        shown = series(session, city, NOW)

    assert next(one.start for one in made_again(own) if one.cancelled_at is None) == TONIGHT + DAY
    assert [(one.next, one.windows) for one in shown] == [((TONIGHT + DAY, TONIGHT + DAY + 7200), 37)]


def made_again(own: Own) -> list[Made]:
    with writing(own[0]) as session:
        return made(session)


def test_an_ended_series_takes_back_what_is_to_come_and_makes_no_more(own: Own) -> None:
    running_now = TONIGHT + DAY + HOUR
    with writing(own[0]) as session:
        one, city = announced(session), city_of(session)
        assert end_series(session, city, one, running_now, "sari") == 33
        assert end_series(session, city, one, running_now, "sari") is None
        assert make_ahead(session, city, NOW + 10 * DAY) == 0
        assert series(session, city, running_now) == []
        assert running(session, city, running_now)  # one that runs goes on

    assert [one.cancelled_at for one in made_again(own)] == [None, None] + [running_now] * 33


def test_a_series_that_ended_while_windows_were_made_has_none(own: Own) -> None:
    with writing(own[0]) as session:
        announced(session)
        session.execute(update(MaintenanceSeries).values(made_until=NOW))
        one = session.scalars(select(MaintenanceSeries)).one()
        session.execute(update(MaintenanceSeries).values(ended_at=NOW).execution_options(synchronize_session=False))
        assert one.ended_at is None
        assert make_ahead(session, city_of(session), NOW + DAY) == 0


def test_the_list_of_all_shows_the_next_few_of_each_series(own: Own) -> None:
    with writing(own[0]) as session:
        one, city = announced(session), city_of(session)
        everything, alone = windows(session, city, NOW), windows(session, city, NOW, one)

    assert sum(row.series_id == one for row in everything) == 3
    assert len(alone) == 35


def test_what_is_wrong_with_a_series_is_refused_whole(own: Own) -> None:
    for pattern, field in (
        (replace(DAILY, weekdays=()), "weekdays"),
        (replace(DAILY, last=date(2026, 11, 20)), "last"),
    ):
        with pytest.raises(RejectedError) as refused, writing(own[0]) as session:
            announced(session, pattern=pattern)
        assert refused.value.column == field
    assert made_again(own) == []


def test_the_collector_makes_them_while_it_holds_the_lease(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, _ = own
    monkeypatch.setattr(clock, "now", lambda: NOW + 5 * DAY)
    with writing(engine) as session:
        announced(session)
        session.execute(delete(Lease))
        fence = take(session, "collector", "test", clock.now(), 30)
    assert fence
    announce_ahead(engine, fence)
    assert len(made_again(own)) == 40

    monkeypatch.setattr(clock, "now", lambda: NOW + 9 * DAY)
    with writing(engine) as session:
        take(session, "collector", "another", clock.now(), 30)
    with pytest.raises(LostLeaseError):
        announce_ahead(engine, fence)
    assert len(made_again(own)) == 40
