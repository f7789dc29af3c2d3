from collections.abc import Iterable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.store.maintenance import running
from hotspot.store.models import (
    City,
    MaintenanceList,
    MaintenanceListPoint,
    MaintenanceWindow,
    Point,
    Provider,
)
from tests.hotspot.web.world import DAY, HOUR, NOW, World


def add(session: Session, world: World, **changed: object) -> MaintenanceWindow:
    values: dict[str, object] = {
        "city_id": world.city, "start": NOW - HOUR, "end": NOW + HOUR, "reason": "fibre", "announced_at": NOW - DAY,
        "announced_by": "sari",
    }  # fmt: skip
    made = MaintenanceWindow(**(values | changed))
    session.add(made)
    session.flush()
    return made


def listed(session: Session, world: World, codes: Iterable[str]) -> int:
    made = MaintenanceList(city_id=world.city)
    session.add(made)
    session.flush()
    session.add_all(MaintenanceListPoint(list_id=made.id, point_id=world.points[code]) for code in codes)
    session.flush()
    return made.id


@pytest.mark.parametrize(
    ("changed", "is_running"),
    [
        ({}, True),
        ({"announced_at": NOW - 1}, True),  # late, and quiet all the same
        ({"start": NOW, "end": NOW + 1}, True),
        ({"start": NOW + 1}, False),
        ({"end": NOW}, False),
        ({"announced_at": NOW + 1}, False),
        ({"cancelled_at": NOW}, False),
        ({"cancelled_at": NOW + 1}, True),
    ],
)
def test_a_window_runs_from_its_beginning_until_its_end(
    session: Session, city: City, filled_world: World, changed: dict[str, object], is_running: bool
) -> None:
    add(session, filled_world, ap_id=filled_world.access_points["AP-006-1"], **changed)

    assert running(session, city, NOW) == ({filled_world.access_points["AP-006-1"]} if is_running else set())


def test_every_kind_of_place_covers_what_stands_there(session: Session, city: City, filled_world: World) -> None:
    ids = filled_world.access_points

    def covered(**scope: object) -> set[str]:
        window = add(session, filled_world, **scope)
        found = running(session, city, NOW)
        session.delete(window)
        session.flush()
        return {name for name, ap_id in ids.items() if ap_id in found}

    assert covered(point_id=filled_world.points["TS-0006"]) == {"AP-006-1", "AP-006-2", "AP-006-3"}
    village, district = filled_world.areas["36.74.01.1001"], filled_world.areas["36.74.01"]
    assert covered(area_id=village) < covered(area_id=district) < covered() == set(ids)
    several = listed(session, filled_world, ["TS-0006", "TS-0007"])
    assert covered(list_id=several) == {"AP-006-1", "AP-006-2", "AP-006-3", "AP-007-1", "AP-007-2"}
    for provider in session.scalars(select(Provider.id)).all():
        codes = set(session.scalars(select(Point.code).where(Point.provider_id == provider)))
        assert covered(provider_id=provider) == {name for name in ids if f"TS-0{name[3:6]}" in codes}


def test_without_a_window_nothing_is_asked_of_the_inventory(
    session: Session, city: City, statements: list[str]
) -> None:
    assert running(session, city, NOW) == set()
    assert len(statements) == 1
