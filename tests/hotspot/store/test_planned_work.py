"""Which access points planned work covers when, as figures count it; late work counts in none of them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from hotspot.store.availability import tallies
from hotspot.store.base import writing
from hotspot.store.maintenance import running
from hotspot.store.models import AreaDay, AreaHour, City, Point, PointRecent, Provider, RollupDay, RollupHour
from hotspot.store.placements import presences_at
from hotspot.store.planned_work import Work, maintenance_of, work_around
from hotspot.store.public import public_page
from hotspot.store.rollups import roll_up
from hotspot.store.sla_records import works_of
from hotspot.store.span_sums import sums
from hotspot.store.stays import move
from tests.hotspot.store.test_maintenance import add, listed
from tests.hotspot.web.world import DAY, HOUR, NOW, World, midnight, today


@pytest.fixture
def changed(own: tuple[Engine, World]) -> Iterator[tuple[Session, World]]:
    with writing(own[0]) as session:
        yield session, own[1]


def scopes(session: Session, world: World) -> Iterator[dict[str, int]]:
    yield {}
    yield {"ap_id": world.access_points["AP-006-1"]}
    yield {"point_id": world.points["TS-0006"]}
    yield {"area_id": world.areas["36.74.01.1001"]}
    yield {"area_id": world.areas["36.74.01"]}
    yield {"list_id": listed(session, world, ["TS-0006", "TS-0020"])}
    yield from ({"provider_id": provider} for provider in session.scalars(select(Provider.id)).all())


def test_figures_and_alerts_agree_on_who_is_covered(session: Session, city: City, filled_world: World) -> None:
    everybody = list(filled_world.access_points.values())
    for scope in scopes(session, filled_world):
        window = add(session, filled_world, **scope)
        counted = maintenance_of(session, everybody, NOW, NOW + 1)
        assert {ap_id for ap_id, periods in counted.items() if periods} == running(session, city, NOW) != set()
        assert {period for periods in counted.values() for period in periods} == {(NOW - HOUR, NOW + HOUR)}
        session.delete(window)
        session.flush()


def test_work_of_a_provider_covers_what_stood_at_its_points_then(changed: tuple[Session, World]) -> None:
    session, world = changed
    device, start = world.access_points["AP-017-1"], midnight(today(NOW)) - 2 * HOUR
    provider = session.scalar(select(Point.provider_id).where(Point.code == "TS-0017"))
    add(session, world, provider_id=provider, start=start, end=start + 4 * HOUR, announced_at=start - DAY)
    assert maintenance_of(session, [device], start, NOW) == {device: [(start, start + 4 * HOUR)]}

    move(session, device, None, today(NOW), NOW)

    assert maintenance_of(session, [device], start, NOW) == {device: [(start, start + 2 * HOUR)]}


def test_late_work_counts_in_no_figure(changed: tuple[Session, World]) -> None:
    session, world = changed
    city, start = session.get_one(City, world.city), midnight(today(NOW))
    ids, device = presences_at(session, [world.points["TS-0017"]]), world.access_points["AP-017-1"]

    def maintained() -> list[int]:
        roll_up(session, city, start, NOW)
        tables = (RollupHour, RollupDay, AreaHour, AreaDay)
        found = [session.scalar(select(func.sum(table.maintenance_s)).where(table.t >= start)) for table in tables]
        found.append(session.scalar(select(func.sum(PointRecent.today_maintenance_s))))
        for tally in (tallies(session, ids, start, NOW, NOW), sums(session, city, ids, start, NOW, NOW)):
            found += [one.figure.maintenance_s for one in tally.values()]
        works = works_of(session, {device: "AP-017-1"}, start, NOW)
        return [*(int(seconds or 0) for seconds in found), sum(one.end - one.start for one in works)]

    add(session, world, start=start, end=start + HOUR, announced_at=start)
    add(session, world, start=start + HOUR, end=NOW + HOUR, announced_at=start + 2 * HOUR)
    assert set(maintained()) == {0}

    add(session, world, start=start, end=start + HOUR, announced_at=start - 1)
    everybody = len(session.scalars(select(RollupDay.ap_id).where(RollupDay.t >= start)).all())
    assert set(maintained()[:4]) == {everybody * HOUR}
    assert maintained()[-3:] == [HOUR, HOUR, HOUR]


def test_what_runs_and_what_comes_is_told_in_order(session: Session, filled_world: World) -> None:
    point, devices = filled_world.points["TS-0006"], [filled_world.access_points["AP-006-1"]]
    several = listed(session, filled_world, ["TS-0006", "TS-0007"])
    add(session, filled_world, list_id=several, start=NOW + DAY, end=NOW + 2 * DAY, reason="switch")
    add(session, filled_world, ap_id=devices[0], announced_at=NOW - 60, reason="late")
    add(session, filled_world, point_id=point, start=NOW + HOUR, end=NOW + DAY, cancelled_at=NOW)
    add(session, filled_world, point_id=point, start=NOW + 8 * DAY, end=NOW + 9 * DAY)
    add(session, filled_world, point_id=filled_world.points["TS-0020"])

    assert [one for one in work_around(session, devices, NOW) if one.reason in ("late", "switch", "fibre")] == [
        Work(NOW - HOUR, NOW + HOUR, "late", late=True),
        Work(NOW + DAY, NOW + 2 * DAY, "switch", late=False),
    ]


def test_the_public_page_says_from_when_to_when_and_not_why(session: Session, city: City, filled_world: World) -> None:
    def told() -> tuple[int, int] | None:
        found = public_page(session, city, "TS-0006", NOW)
        assert found
        assert "fibre" not in repr(found)
        return found.work

    point = filled_world.points["TS-0006"]
    assert told() is None
    add(session, filled_world, point_id=point, start=NOW + 8 * DAY, end=NOW + 9 * DAY)
    assert told() is None
    add(session, filled_world, point_id=point, start=NOW + DAY, end=NOW + 2 * DAY)
    assert told() == (NOW + DAY, NOW + 2 * DAY)
    add(session, filled_world, point_id=point, end=NOW + HOUR)
    add(session, filled_world, point_id=point, start=NOW + HOUR, end=NOW + 3 * HOUR)  # it goes on
    assert told() == (NOW - HOUR, NOW + 3 * HOUR)
