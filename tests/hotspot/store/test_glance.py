"""One look at the city tells what the slower questions tell one by one."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from hotspot.store import glance as module
from hotspot.store.area_map import area_standing
from hotspot.store.city import current_city
from hotspot.store.down import down_points
from hotspot.store.fleet import counts
from hotspot.store.glance import aim, glance
from hotspot.store.models import AccessPoint, ApState, City, Goal, Point, State
from hotspot.store.points import PointFilter, every_point
from hotspot.store.rollout import progress, standing
from tests.hotspot.web.world import DAY, DOWN_SINCE_S, DOWN_TOGETHER, NOW, World


@pytest.fixture
def changed(filled: tuple[Engine, World]) -> Iterator[Session]:
    """A session whose changes are taken back."""
    with Session(filled[0]) as session:
        yield session
        session.rollback()


def city_of(session: Session) -> City:
    found = current_city(session)
    assert found is not None
    return found


@pytest.mark.parametrize("at", [NOW, NOW + DAY])
def test_counts_and_areas_are_those_of_points_and_map(session: Session, city: City, at: int) -> None:
    seen = glance(session, city, at)

    assert seen.counts == counts(session, city, at)
    for one, other in zip(seen.areas, area_standing(session, city, at), strict=True):
        assert (one.code, one.district, one.by_status, one.box) == (
            other.code,
            other.district,
            other.by_status,
            other.box,
        )
        assert (one.latitude, one.longitude) == pytest.approx((other.latitude, other.longitude))


def test_what_counts_toward_the_target_is_what_the_rollout_page_counts(session: Session, city: City) -> None:
    told, seen = progress(session, city, NOW), glance(session, city, NOW)

    stood = told.standing.counts
    assert (seen.running, seen.installed, seen.planned) == (stood.active, stood.installed, stood.planned)
    assert [(row.name, row.running, row.installed, row.planned) for row in seen.districts] == [
        (row.label, row.counts.active, row.counts.installed, row.counts.planned) for row in told.by_area
    ]
    down = [row.district for row in every_point(session, city, PointFilter(status=("down",)), now=NOW)]
    assert {row.name: row.down for row in seen.districts if row.down} == {name: down.count(name) for name in down}


def test_the_target_and_its_forecast_are_those_of_the_rollout_page(session: Session, city: City) -> None:
    stands, told = standing(session, city, NOW), aim(session, city, glance(session, city, NOW))

    assert (told.goal, told.ahead) == (stands.goal, stands.ahead_active)
    assert told.forecast is not None
    assert stands.forecast is not None
    assert (told.forecast.early, told.forecast.chance) == (stands.forecast.early, stands.forecast.chance)


def test_a_planned_point_with_a_day_of_installation_stands(changed: Session) -> None:
    changed.execute(update(Point).where(Point.lifecycle == "planned").values(installed_on=date(2026, 11, 1)))
    city = city_of(changed)

    seen, stood = glance(changed, city, NOW), standing(changed, city, NOW).counts

    assert (seen.running, seen.installed, seen.planned) == (stood.active, stood.installed, stood.planned)


@pytest.mark.parametrize("points", [70, 90])
def test_a_new_target_is_seen_at_once(changed: Session, points: int) -> None:
    city = city_of(changed)
    before = aim(changed, city, glance(changed, city, NOW)).goal
    year = {"from_on": date(2026, 1, 1), "to_on": date(2026, 12, 31), "valid_since": date(2026, 11, 20)}
    changed.add(Goal(city_id=city.id, quantity=points, cumulative=True, source="", **year))
    changed.flush()

    after = aim(changed, city, glance(changed, city, NOW)).goal

    assert before is not None
    assert after is not None
    assert after.end == points != before.end


def test_the_lives_of_all_points_are_read_once(
    session: Session, city: City, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT", {})
    seen = glance(session, city, NOW)
    first = aim(session, city, seen)
    asked = len(statements)

    assert aim(session, city, seen) == first
    assert len(statements) - asked == 3


def test_down_points_are_those_listed_as_down_with_what_they_share(session: Session, city: City) -> None:
    rows = every_point(session, city, PointFilter(status=("down",)), now=NOW)

    found = down_points(session, city, NOW)

    assert {(row.code, row.down_since) for row in rows} == {(point.code, point.since) for point in found}
    assert [point.code for point in found] == list(DOWN_TOGETHER)
    assert found[0].since == NOW - DOWN_SINCE_S
    assert len({(point.began.area, point.began.district, point.began.provider) for point in found}) == 1
    assert all(point.began_seen for point in found)


def test_nothing_is_down_that_nobody_looks_at(session: Session, city: City) -> None:
    assert down_points(session, city, NOW + DAY) == []


def test_a_point_names_the_controller_of_its_silent_access_point(changed: Session) -> None:
    city = city_of(changed)
    controller = AccessPoint(city_id=city.id, name="WLC-9", kind="controller", address="10.9.9.9")
    changed.add(controller)
    changed.flush()
    down = select(ApState.ap_id).where(ApState.state == int(State.DOWN))
    changed.execute(update(AccessPoint).where(AccessPoint.id.in_(down)).values(controller_id=controller.id))

    assert {point.began.controller for point in down_points(changed, city, NOW)} == {"WLC-9"}
