from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hotspot.analytics.rollout import COUNTS, RolloutCounts
from hotspot.store.base import reading, writing
from hotspot.store.city import current_city
from hotspot.store.four_counts import roster
from hotspot.store.glance import glance
from hotspot.store.models import City, Goal, LifecycleChange, Point
from hotspot.store.points import PointFilter, points_page
from hotspot.store.rollout import FAN_MONTHS, progress, standing
from tests.hotspot.web.world import DAY, HISTORY_DAYS, NOW, World, build, today

TODAY = today(NOW)
DAYS = [TODAY, TODAY - timedelta(days=1), TODAY - timedelta(days=40), TODAY - timedelta(days=400)]


def counts_on(session: Session, city: City, day: date, now: int) -> RolloutCounts:
    return roster(session, city, day, now).tally()


def behind(session: Session, city: City, chosen: PointFilter) -> int:
    return points_page(session, city, chosen, now=NOW).total


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("count", COUNTS)
def test_list_behind_a_number_has_as_many_rows(session: Session, city: City, count: str, day: date) -> None:
    number = getattr(counts_on(session, city, day, NOW), count)

    assert behind(session, city, PointFilter(count=count, on=day)) == (number or 0)


def test_list_behind_a_number_of_today_needs_no_day(session: Session, city: City) -> None:
    assert behind(session, city, PointFilter(count="active")) == counts_on(session, city, TODAY, NOW).active


def test_counts_of_the_world(session: Session, city: City) -> None:
    assert counts_on(session, city, TODAY, NOW) == RolloutCounts(
        installed=41, accepted=40, active=38, payable=37, planned=5, total=46
    )


def test_day_before_the_first_poll_has_no_running_points(session: Session, city: City) -> None:
    counts = counts_on(session, city, TODAY - timedelta(days=HISTORY_DAYS + 5), NOW)

    assert (counts.active, counts.payable) == (None, None)
    assert counts.installed > 0


@pytest.mark.parametrize("group", ["by_area", "by_venue", "by_fund"])
def test_groups_add_up_and_each_lists_its_points(session: Session, city: City, group: str) -> None:
    told = progress(session, city, NOW)

    rows = getattr(told, group)

    for count in COUNTS:
        assert sum(getattr(row.counts, count) for row in rows) == getattr(told.standing.counts, count)
        for row in rows:
            assert behind(session, city, replace(row.filter, count=count)) == getattr(row.counts, count)


def test_burn_up_agrees_with_the_counts_of_its_days(session: Session, city: City) -> None:
    months = progress(session, city, NOW, months=15).burn_up

    assert len(months) == 15
    assert months[-1].day == TODAY
    for month in months:
        counts = counts_on(session, city, month.day, NOW)
        assert (month.installed, month.accepted, month.active) == (counts.installed, counts.accepted, counts.active)
    assert [month.installed for month in months] == sorted(month.installed for month in months)


def test_districts_of_the_overview_tell_the_same(session: Session, city: City) -> None:
    told = progress(session, city, NOW)
    districts = glance(session, city, NOW).districts

    assert [(row.key, row.counts.installed, row.counts.active, row.counts.planned) for row in told.by_area] == [
        (row.code, row.installed, row.running, row.planned) for row in districts
    ]


def test_goals_keep_their_old_versions(session: Session, city: City) -> None:
    told = progress(session, city, NOW)

    assert [(goal.quantity, goal.cumulative) for goal in told.goals] == [(40, True), (20, False), (50, True)]
    first, second, third = (goal.line for goal in told.goals)
    stood = counts_on(session, city, date(TODAY.year - 1, 12, 31), NOW).installed
    assert first.end == 40
    assert (second.start, second.end) == (stood, stood + 20)
    assert (third.start, third.end) == (stood, 50)
    assert told.standing.goal == third


def test_standing_is_the_distance_to_the_line(session: Session, city: City) -> None:
    told = standing(session, city, NOW)

    assert told.goal is not None
    assert told.expected == told.goal.on(TODAY)
    assert told.expected is not None
    assert told.ahead_active == 38 - round(told.expected)
    assert told.ahead_installed == 41 - round(told.expected)
    assert told.forecast is not None
    assert told.forecast.reason == ""
    assert len(told.forecast.months) == FAN_MONTHS
    assert told == progress(session, city, NOW).standing


def test_statements_of_the_whole_page(session: Session, city: City, statements: list[str]) -> None:
    progress(session, city, NOW, months=36)

    assert len(statements) <= 11


@pytest.fixture
def own(sqlite_engine: Engine) -> tuple[Engine, World]:
    """The world in a database that this test may change."""
    return sqlite_engine, build(sqlite_engine)


def test_retired_point_still_counts_on_the_days_it_stood(own: tuple[Engine, World]) -> None:
    engine, world = own
    with writing(engine) as session:
        point = session.get_one(Point, world.points["TS-0020"])
        point.lifecycle = "retired"
        session.add(LifecycleChange(point_id=point.id, stage="retired", since=TODAY, recorded_at=NOW, actor=""))

    with reading(engine) as session:
        city = current_city(session)
        assert city is not None
        assert counts_on(session, city, TODAY, NOW).installed == 40
        assert counts_on(session, city, TODAY - timedelta(days=1), NOW).installed == 41
        assert counts_on(session, city, TODAY - timedelta(days=1), NOW).active == 38


def test_goal_of_a_district_is_the_goal_of_its_row(own: tuple[Engine, World]) -> None:
    engine, world = own
    with writing(engine) as session:
        session.add(
            Goal(
                city_id=world.city, quantity=20, cumulative=True, from_on=date(TODAY.year, 1, 1),
                to_on=date(TODAY.year, 12, 31), valid_since=date(TODAY.year, 1, 1), area_id=world.areas["36.74.01"],
            )
        )  # fmt: skip

    with reading(engine) as session:
        city = current_city(session)
        assert city is not None
        told = progress(session, city, NOW)

    assert {row.key: row.goal for row in told.by_area} == {"36.74.01": 20, "36.74.02": None, "36.74.06": None}
    assert told.standing.goal is not None
    assert told.standing.goal.source == "RKPD perubahan"
    assert [goal.area for goal in told.goals if goal.area] == ["Serpong"]


def test_city_without_a_goal_still_has_its_counts(own: tuple[Engine, World]) -> None:
    engine, _ = own
    with writing(engine) as session:
        session.query(Goal).delete()

    with reading(engine) as session:
        city = current_city(session)
        assert city is not None
        told = standing(session, city, NOW + DAY // 24)

    assert told.counts.installed == 41
    empty = {field.name for field in fields(told)} - {"day", "roster", "counts"}
    assert {getattr(told, name) for name in empty} == {None}
