"""Versions of targets on both engines: added, refused, withdrawn, counted again, told on days."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, select

from hotspot.analytics.goal_row import Wanted
from hotspot.analytics.import_row import RejectedError
from hotspot.store.base import reading, writing
from hotspot.store.goal_edit import add_goal, restore_goal, withdraw_goal
from hotspot.store.goals import latest_goal
from hotspot.store.models import AuditEntry, City, Goal
from hotspot.store.points import PointFilter
from hotspot.store.rollout import CITY, Progress, progress
from tests.hotspot.web.world import NOW, World, build

TODAY = date(2026, 11, 21)
WANTED = Wanted(30, True, date(2026, 1, 1), date(2027, 12, 31), "RKPD")


@pytest.fixture
def world(engine: Engine) -> World:
    return build(engine)


def add(engine: Engine, world: World, wanted: Wanted) -> int:
    with writing(engine) as session:
        goal = add_goal(session, world.city, wanted, today=TODAY, now=NOW, actor="ani")
        session.flush()
        return goal.id


def told(engine: Engine, on: date | None = None) -> Progress:
    with reading(engine) as session:
        return progress(session, session.scalars(select(City)).one(), NOW, on=on)


def test_a_part_of_the_city_has_a_version_of_its_own(engine: Engine, world: World) -> None:
    scopes = (
        {"area": "36.74.01"},
        {"area": "36.74.01.1001"},
        {"venue": "park"},
        {"fund": "CSR"},
        {"area": "36.74.02", "fund": "APBD"},
    )
    for scope in scopes:
        add(engine, world, replace(WANTED, **scope))  # type: ignore[arg-type]

    found = told(engine)
    for scope in scopes:
        own = found.scopes[PointFilter(**scope)]  # type: ignore[arg-type]
        assert own.goal is not None
        assert own.goal.end == 30
        assert own.forecast is not None
        assert 0 < own.counts.installed < found.standing.counts.installed
    assert found.standing.goal is not None
    assert found.standing.goal.end == 50
    rows = {row.key: row for row in [*found.by_area, *found.by_venue, *found.by_fund]}
    assert [rows[key].goal for key in ("36.74.01", "park", "CSR", "36.74.02")] == [30, 30, 30, None]


def test_what_makes_no_sense_is_refused_by_its_field(engine: Engine, world: World) -> None:
    for field, value in (
        ("quantity", -1),
        ("quantity", 10**7),
        ("to_on", date(2026, 1, 1)),
        ("to_on", date(2101, 1, 1)),
        ("from_on", date(1989, 12, 31)),
        ("since", date(2026, 11, 22)),
        ("since", date(1989, 12, 31)),
        ("area", "11.01.01"),
        ("venue", "casino"),
        ("fund", "Nobody"),
        ("source", "=cmd()"),
    ):
        with pytest.raises(RejectedError) as error:
            add(engine, world, replace(WANTED, **{field: value}))  # type: ignore[arg-type]

        assert error.value.column == field
    with reading(engine) as session:
        assert len(session.scalars(select(Goal)).all()) == 3
        assert not session.scalars(select(AuditEntry).where(AuditEntry.subject == "target")).all()


def test_the_same_version_twice_is_refused(engine: Engine, world: World) -> None:
    first = add(engine, world, WANTED)
    with pytest.raises(RejectedError):
        add(engine, world, WANTED)
    add(engine, world, replace(WANTED, fund="CSR"))
    with writing(engine) as session:
        withdraw_goal(session, world.city, first, now=NOW, actor="budi")
    add(engine, world, WANTED)
    with writing(engine) as session:
        assert not restore_goal(session, world.city, first, now=NOW, actor="budi"), "it would be there twice"


def test_withdrawn_it_counts_on_no_day_and_restored_on_all(engine: Engine, world: World) -> None:
    version = add(engine, world, replace(WANTED, since=date(2026, 9, 1)))
    before, then = date(2026, 8, 31), date(2026, 10, 1)
    assert [end(told(engine, day)) for day in (before, then, None)] == [50, 30, 30]

    with writing(engine) as session:
        assert withdraw_goal(session, world.city, version, now=NOW, actor="budi")
        assert not withdraw_goal(session, world.city, version, now=NOW + 1, actor="budi")
    assert [end(told(engine, day)) for day in (before, then, None)] == [50, 50, 50]
    row = next(goal for goal in told(engine).goals if goal.id == version)
    assert (row.recorded_by, row.withdrawn_at, row.withdrawn_by, row.counts) == ("ani", NOW, "budi", False)
    with reading(engine) as session:
        newest = latest_goal(session, world.city)
        assert newest is not None
        assert newest.id != version

    with writing(engine) as session:
        assert restore_goal(session, world.city, version, now=NOW, actor="budi")
        assert not restore_goal(session, world.city, version, now=NOW, actor="budi")
        assert not withdraw_goal(session, world.city + 1, version, now=NOW, actor="of another city")
    assert [end(told(engine, day)) for day in (before, then, None)] == [50, 30, 30]
    with reading(engine) as session:
        noted = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert noted[-3:] == ["add", "withdraw", "restore"]


def end(found: Progress) -> int:
    goal = found.scopes[CITY].goal
    assert goal is not None
    return goal.end


def test_an_increment_of_a_day_to_come_counts_from_what_stands(engine: Engine, world: World) -> None:
    add(engine, world, Wanted(10, False, date(2027, 1, 1), date(2027, 12, 31)))

    found = told(engine)
    assert found.standing.coming is not None
    assert (found.standing.coming.start, found.standing.coming.end) == (41, 51)
