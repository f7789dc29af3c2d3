from datetime import date

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from hotspot.store.base import reading, writing
from hotspot.store.models import City, Contract, Fund, Point, Site
from hotspot.store.public import DAYS, HAS_PAGE, LISTED, PublicPoint, kept_off, public_page, public_points, public_site
from tests.hotspot.web.contracted import HOURLY, RULE, add_contracts
from tests.hotspot.web.world import (
    DAY,
    DEGRADED,
    DOWN_SINCE_S,
    DOWN_TOGETHER,
    NEVER_POLLED,
    NOW,
    PINGS_ALONE,
    POINTS,
    PORTAL,
    World,
    code,
    stage,
)

SUSPENDED, RETIRED, RELOCATED, INSTALLED, PLANNED = (code(number) for number in (41, 47, 48, 40, 42))


def city_of(session: Session, world: World) -> City:
    return session.get_one(City, world.city)


def listed(engine: Engine, world: World, now: int = NOW) -> dict[str, PublicPoint]:
    with reading(engine) as session:
        return {point.code: point for point in public_points(session, city_of(session, world), now)}


def test_listed_are_the_points_that_were_accepted_and_are_in_service(filled: tuple[Engine, World]) -> None:
    found = listed(*filled)
    assert set(found) == {code(number) for number in range(1, POINTS + 1) if stage(number) in LISTED}
    assert list(found) == sorted(found)


def test_status_is_what_a_visitor_meets(filled: tuple[Engine, World]) -> None:
    found = listed(*filled)
    assert {found[one].status for one in DOWN_TOGETHER} == {"down"}
    assert found[DOWN_TOGETHER[0]].changed_at == NOW - DOWN_SINCE_S
    assert {found[one].status for one in DEGRADED} == {"degraded"}
    assert {found[one].status for one in (NEVER_POLLED, PINGS_ALONE)} == {"unknown"}
    assert found[NEVER_POLLED].changed_at is None
    assert not found[PORTAL].is_open


def test_an_old_measurement_is_not_a_status(filled: tuple[Engine, World]) -> None:
    later = NOW + DAY
    found = listed(*filled, later)
    assert {point.status for point in found.values()} == {"unknown"}
    assert found[DEGRADED[0]].changed_at is None
    assert found[DEGRADED[0]].polled_at is not None
    engine, world = filled
    with reading(engine) as session:
        assert public_site(session, city_of(session, world), later).stale


def test_a_point_kept_off_is_nowhere(own: tuple[Engine, World]) -> None:
    engine, world = own
    with writing(engine) as session:
        session.execute(update(Point).where(Point.code == "TS-0013").values(public=False))
    assert "TS-0013" not in listed(engine, world)
    with reading(engine) as session:
        assert public_page(session, city_of(session, world), "TS-0013", NOW) is None
        assert kept_off(session, city_of(session, world)) == {world.points["TS-0013"]}


def test_places_are_rounded_and_a_sponsor_is_named_by_its_line_alone(own: tuple[Engine, World]) -> None:
    engine, world = own
    with writing(engine) as session:
        session.execute(update(Fund).where(Fund.name == "CSR").values(credit_line="Didukung PT Contoh"))
        session.execute(update(Site).values(latitude=-6.3012345678, longitude=106.7))
    found = listed(engine, world)
    assert {point.latitude for point in found.values()} == {-6.3012}
    assert {point.credit for point in found.values()} == {"", "Didukung PT Contoh"}


@pytest.mark.parametrize(
    ("which", "said"),
    [
        (INSTALLED, "testing"),
        (SUSPENDED, "paused"),
        (RETIRED, "ended"),
        (RELOCATED, "moved"),
        ("TS-0001", "in_service"),
    ],
)
def test_each_stage_after_the_wall_was_drilled_has_a_page(filled: tuple[Engine, World], which: str, said: str) -> None:
    engine, world = filled
    with reading(engine) as session:
        found = public_page(session, city_of(session, world), which, NOW)
    assert found is not None
    assert found.stage == said
    assert len(found.days) == (DAYS if said == "in_service" else 0)


def test_planned_and_unknown_codes_have_none(filled: tuple[Engine, World]) -> None:
    engine, world = filled
    assert stage(42) not in HAS_PAGE
    with reading(engine) as session:
        city = city_of(session, world)
        assert public_page(session, city, PLANNED, NOW) is None
        assert public_page(session, city, "nothing", NOW) is None


def test_a_moved_point_says_where_it_went_as_far_as_that_is_public(own: tuple[Engine, World]) -> None:
    engine, world = own
    with writing(engine) as session:  # 48 went to 47, which went to 1
        session.get_one(Point, world.points[RETIRED]).relocated_from_id = world.points[RELOCATED]
        session.get_one(Point, world.points["TS-0001"]).relocated_from_id = world.points[RETIRED]
    with reading(engine) as session:
        found = public_page(session, city_of(session, world), RELOCATED, NOW)
    assert found is not None
    assert (found.moved_to or ("",))[0] == "TS-0001"
    with writing(engine) as session:
        session.get_one(Point, world.points["TS-0001"]).public = False
    with reading(engine) as session:
        hidden = public_page(session, city_of(session, world), RELOCATED, NOW)
    assert hidden is not None
    assert hidden.moved_to is None


def test_days_are_those_of_the_office(filled: tuple[Engine, World]) -> None:
    engine, world = filled
    with reading(engine) as session:
        found = public_page(session, city_of(session, world), DOWN_TOGETHER[0], NOW)
    assert found is not None
    today = found.days[-1]
    assert today.date == date(2026, 11, 21)
    assert today.availability is not None
    assert today.availability < 1
    assert any(day.coverage < 1 for day in found.days[:-1])  # the hours in which the collector slept


@pytest.mark.parametrize(
    ("rule", "hours"),
    [
        (HOURLY, tuple((day, 7 * 60, 17 * 60) for day in range(5))),
        (RULE, ()),
        ("what nobody can read", None),
    ],
)
def test_hours_are_those_of_the_contract_in_force(
    own: tuple[Engine, World], rule: str, hours: tuple[tuple[int, int, int], ...] | None
) -> None:
    engine, world = own
    ids = add_contracts(engine, world)
    with writing(engine) as session:
        session.get_one(Contract, ids["K-1"]).sla_rule = rule
    with reading(engine) as session:
        city = city_of(session, world)
        paid, unpaid = (public_page(session, city, one, NOW) for one in ("TS-0003", "TS-0039"))
    assert paid is not None
    assert unpaid is not None
    assert (paid.hours, unpaid.hours) == (hours, None)
