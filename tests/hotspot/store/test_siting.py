"""Denominators, siting and use on both engines, against sums done here."""

import json
from datetime import date

import pytest
from sqlalchemy import Engine, select

from hotspot.analytics.geography import distance_m
from hotspot.analytics.import_row import Row
from hotspot.analytics.underserved import DEFAULTS
from hotspot.analytics.what_if import MOST, puts
from hotspot.store.base import reading, writing
from hotspot.store.denominators import apply_denominators, export_rows, history, in_force, plan_denominators
from hotspot.store.models import AccessPoint, Area, AuditEntry, City, Denominator, Point, RollupDay, RollupHour, Site
from hotspot.store.siting import changed, siting
from hotspot.store.siting_use import CAPACITY_DAYS, full_access_points, relocation_candidates, uses
from tests.hotspot.small_city import build
from tests.hotspot.web.world import DAY, HOUR, NOW, midnight

TODAY = date(2026, 11, 21)
A, B = "36.74.01.1001", "36.74.01.1002"
PLACE_A, PLACE_B = (-6.305, 106.705), (-6.285, 106.705)


def square(south: float, west: float, wide: float = 0.02) -> str:
    ring = [(west, south), (west + wide, south), (west + wide, south + wide), (west, south + wide), (west, south)]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


@pytest.fixture
def city(engine: Engine) -> City:
    """Two areas of 2.2 by 2.2 km, one above the other, with a point in the first corner of each."""
    build(engine)
    with writing(engine) as session:
        for area, (south, place) in zip(
            session.scalars(select(Area).order_by(Area.code)), ((-6.31, PLACE_A), (-6.29, PLACE_B)), strict=True
        ):
            area.boundary = square(south, 106.70)
            site = session.scalars(select(Site).where(Site.area_id == area.id)).one()
            site.latitude, site.longitude = place
        for point in session.scalars(select(Point)):
            point.installed_on = date(2026, 1, 1)
        session.flush()
        found = session.scalars(select(City)).one()
        session.expunge(found)
    return found


def state(engine: Engine, city: City, *rows: dict[str, str], actor: str = "sari") -> dict[str, int]:
    with writing(engine) as session:
        plan = plan_denominators(session, city, [Row(n, cells) for n, cells in enumerate(rows, start=2)], TODAY)
        apply_denominators(session, city, plan, now=NOW, actor=actor)
        return {one.kind: sum(other.kind == one.kind for other in plan.verdicts) for one in plan.verdicts}


def people(area: str, number: str, as_of: str = "2025-06-30") -> dict[str, str]:
    return {"area_code": area, "kind": "population", "value": number, "as_of": as_of, "source": "BPS"}


def test_numbers_are_kept_with_their_days(engine: Engine, city: City) -> None:
    assert state(engine, city, people(A, "1000"), people(A, "1100", "2026-06-30"), people(B, "-3")) == {
        "added": 2,
        "rejected": 1,
    }
    with reading(engine) as session:
        assert in_force(session, city, date(2025, 6, 29)) == {}
        assert in_force(session, city, date(2026, 6, 29))[A]["population"].value == 1000
        now = in_force(session, city, TODAY)[A]["population"]
        assert (now.value, now.as_of, now.source, now.estimate) == (1100, date(2026, 6, 30), "BPS", False)
        assert [row.stated.value for row in history(session, city, area_code=A)] == [1100, 1000]
        assert session.scalars(select(AuditEntry.subject)).all() == ["denominators"]


def test_a_file_written_out_is_read_back_unchanged(engine: Engine, city: City) -> None:
    state(engine, city, people(A, "1000"), people(B, "2.500"))
    with reading(engine) as session:
        rows = export_rows(session, city)
    names = ("area_code", "area_name", "kind", "value", "as_of", "estimate", "source")
    again = [dict(zip(names, map(str, row), strict=False)) for row in rows]
    assert state(engine, city, *again) == {"unchanged": 2}
    assert state(engine, city, people(A, "1001"), people(B, "-")) == {"changed": 2}
    with reading(engine) as session:
        assert [(row.value, row.recorded_by) for row in session.scalars(select(Denominator))] == [(1001, "sari")]


def test_points_are_held_against_people_and_ground(engine: Engine, city: City) -> None:
    state(engine, city, people(A, "2000"), people(B, "500"))
    with reading(engine) as session:
        found = siting(session, city, now=NOW, count="installed")
    first, second = found.areas
    assert (first.points, first.per_10000, second.per_10000) == (1, 5, 20)
    assert first.km2 == pytest.approx(4.894, abs=0.01)
    near = [cell for cells in found.ground.grid.cells.values() for cell in cells]
    middle = [found.ground.grid.flat.place(*cell) for cell in near]
    close = [place for place in middle if min(distance_m(place, PLACE_A), distance_m(place, PLACE_B)) <= 300]
    assert found.city.near_share == pytest.approx(len(close) / len(middle), abs=0.01)
    assert found.city.per_10000 == 8
    assert found.city.gini == pytest.approx(0.3)
    assert [row.area.code for row in found.ranking] == [A, B]


def test_without_numbers_and_outlines_there_is_no_figure(engine: Engine, city: City) -> None:
    with writing(engine) as session:
        for area in session.scalars(select(Area)):
            area.boundary = None
    with reading(engine) as session:
        found = siting(session, city, now=NOW, count="installed")
    assert (found.city.points, found.city.areas_without, found.city.ground_without) == (2, 2, 2)
    assert (found.city.per_10000, found.city.near_share, found.city.gini, found.curve) == (None, None, None, ())
    assert all(row.rank is None for row in found.ranking)
    assert puts(found.ground, [A], {})[0] == []


def test_more_points_change_the_figures(engine: Engine, city: City) -> None:
    state(engine, city, people(A, "2000"), people(B, "500"))
    known = {"7KQ2-M9XB": ((-6.30, 106.71), "Balai RW 05")}
    texts = [
        "-6.305,106.715",
        f"{B}*3",
        "7KQ2-M9XB",
        "-6.1,106.1",
        "nonsense",
        "36.74.99.1001",
        f"{A}*0",
        "1,1",
        f"{A}*99",
    ]
    with reading(engine) as session:
        found = siting(session, city, now=NOW, count="installed")
    put, refused = puts(found.ground, texts, known)
    assert [one.area_code for one in put] == [A, B, B, B, A]
    assert [text for text, _ in refused] == texts[3:]
    then = changed(found, put, DEFAULTS)
    assert [area.points for area in then.areas] == [3, 4]
    assert then.city.per_10000 == 28
    assert (then.city.near_share or 0) > (found.city.near_share or 0)
    assert [area.points for area in found.areas] == [1, 1]
    assert len(puts(found.ground, [f"{A}*30", f"{B}*30"], {})[0]) <= MOST


def weeks(engine: Engine, clients: dict[int, int], *, down: frozenset[int] = frozenset(), days: int = 60) -> None:
    """Roll-ups of `days` days for each access point: `clients` readings of a day all alike."""
    with writing(engine) as session:
        start = midnight(TODAY) - days * DAY
        for ap_id, number in clients.items():
            bad = DAY // 2 if ap_id in down else 0
            session.add_all(
                RollupDay(
                    ap_id=ap_id, t=start + day * DAY, city_id=1, polls=10, answered=10, up_s=DAY - bad, down_s=bad,
                    unknown_s=0, maintenance_s=0, clients_sum=number * 10, clients_n=10, clients_max=number,
                )
                for day in range(days)
            )  # fmt: skip


@pytest.fixture
def six(engine: Engine) -> City:
    """Six points of one access point each."""
    build(engine, access_points=0)
    with writing(engine) as session:
        found = session.scalars(select(City)).one()
        first = session.scalars(select(Area).order_by(Area.id)).first()
        assert first is not None
        for number in range(1, 7):
            site = Site(
                city_id=found.id, area_id=first.id, name=f"S{number}", venue_kind="park",
                latitude=-6.3 - number / 1000, longitude=106.7,
            )  # fmt: skip
            session.add(site)
            session.flush()
            point = Point(city_id=found.id, site_id=site.id, code=f"Q-{number}", name=f"Q{number}", lifecycle="active")
            session.add(point)
            session.flush()
            session.add(
                AccessPoint(
                    id=number, city_id=found.id, point_id=point.id, name=f"Q{number}", address=f"192.0.2.{number}"
                )
            )
        session.flush()
        session.expunge(found)
    return found


def test_points_hardly_used_could_move_unless_they_did_not_work(engine: Engine, six: City) -> None:
    weeks(engine, {1: 10, 2: 12, 3: 8, 4: 1, 5: 1}, down=frozenset({5}))
    weeks(engine, {6: 0}, days=30)
    with reading(engine) as session:
        found = relocation_candidates(session, six, NOW)
        capped = relocation_candidates(session, six, NOW, cap=0)
    kinds = {kind: len(uses) for kind, uses in found.found.items()}
    assert kinds == {"used": 3, "candidate": 1, "mend_first": 1, "too_new": 3}  # P-1 and P-2 have no device
    (one,) = found.candidates
    assert one.use.code == "Q-4"
    assert one.use.weeks == (1.0,) * 8
    assert one.neighbour is not None
    assert one.neighbour[0] in ("Q-3", "Q-5")
    assert one.neighbour[1] == pytest.approx(111.2, abs=0.1)
    assert one.stays_served
    assert one.within_cap
    assert not capped.candidates[0].within_cap


def test_a_week_of_use_or_a_device_that_came_later_speaks_for_the_point(engine: Engine, six: City) -> None:
    weeks(engine, {1: 10, 2: 12, 3: 8, 4: 1, 5: 1})
    start = midnight(TODAY) - 3 * 7 * DAY
    with writing(engine) as session:
        for row in session.scalars(select(RollupDay).where(RollupDay.ap_id == 4, RollupDay.t >= start)):
            row.clients_sum = 90
        ap = session.get_one(AccessPoint, 5)
        ap.placed_since = start
    with reading(engine) as session:
        assert relocation_candidates(session, six, NOW).candidates == ()
        steady = {use.code: use.steady for use in uses(session, six, midnight(TODAY) - 56 * DAY)}
    assert steady["Q-5"] is False
    assert steady["Q-4"] is True


def test_full_access_points_are_those_with_hours_at_the_limit(engine: Engine, six: City) -> None:
    weeks(engine, {1: 60, 2: 49})
    with writing(engine) as session:
        for hours, clients in ((1, 60), (2, 50), (3, 49), (26, 55), (24 * (CAPACITY_DAYS + 1), 99)):
            session.add(
                RollupHour(
                    ap_id=1, t=midnight(TODAY) - hours * HOUR, city_id=1, polls=1, answered=1, up_s=HOUR, down_s=0,
                    unknown_s=0, maintenance_s=0, clients_sum=clients, clients_n=1, clients_max=clients,
                )
            )  # fmt: skip
    with reading(engine) as session:
        (row,) = full_access_points(session, six, NOW, 50)
        assert (row.ap, row.point_code, row.hours, row.days, row.peak) == ("Q1", "Q-1", 3, 2, 60)
        assert row.last == midnight(TODAY) - HOUR
        assert full_access_points(session, six, NOW, 61) == []
