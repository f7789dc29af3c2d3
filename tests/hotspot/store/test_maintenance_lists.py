"""What a provider's work covered stays so when its points get another provider."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.permissions import EVERYWHERE
from hotspot.store.base import writing
from hotspot.store.maintenance import areas_of_window, running, window_row
from hotspot.store.maintenance_lists import points_listed, settle
from hotspot.store.models import City, MaintenanceList, MaintenanceWindow, Point, Provider
from hotspot.store.planned_work import maintenance_of
from tests.hotspot.store.test_maintenance import add
from tests.hotspot.web.world import DAY, HOUR, NOW, World


@pytest.fixture
def changed(own: tuple[Engine, World]) -> Iterator[tuple[Session, World, City, int]]:
    with writing(own[0]) as session:
        provider = session.scalar(select(Provider.id).where(Provider.name == "Nusa Link"))
        assert provider
        yield session, own[1], session.get_one(City, own[1].city), provider


Changed = tuple[Session, World, City, int]


def test_a_new_provider_changes_no_past_figure(changed: Changed) -> None:
    session, world, city, provider = changed
    window, everybody = add(session, world, provider_id=provider), list(world.access_points.values())
    coming = add(session, world, provider_id=provider, start=NOW + 20 * DAY, end=NOW + 21 * DAY)
    before, inside = maintenance_of(session, everybody, NOW - DAY, NOW), running(session, city, NOW)

    assert settle(session, city, NOW) == 1
    other = session.scalar(select(Provider.id).where(Provider.id != provider))
    session.execute(update(Point).values(provider_id=other))

    assert inside == running(session, city, NOW) != set()
    assert maintenance_of(session, everybody, NOW - DAY, NOW) == before
    assert not any(maintenance_of(session, everybody, NOW + 20 * DAY, NOW + 21 * DAY).values())
    assert coming.list_id is None
    row = window_row(session, city, window.id, NOW)
    assert row
    assert (row.place.provider, row.place.name) == ("Nusa Link", "Nusa Link")
    assert areas_of_window(session, city, window.id) == frozenset([EVERYWHERE])


def test_the_same_points_are_written_once(changed: Changed) -> None:
    session, world, city, provider = changed
    for days in (3, 2, 1):
        start = NOW - days * DAY
        add(session, world, provider_id=provider, start=start, end=start + HOUR)
        assert [settle(session, city, start + 60), settle(session, city, start + 61)] == [1, 0]
    assert session.scalar(select(func.count()).select_from(MaintenanceList)) == 1

    gone = session.scalars(select(Point).where(Point.provider_id == provider)).first()
    assert gone
    gone.provider_id = None
    latest = add(session, world, provider_id=provider)
    settle(session, city, NOW)
    session.refresh(latest)

    lists = session.scalars(select(MaintenanceWindow.list_id).where(MaintenanceWindow.provider_id == provider)).all()
    assert len(set(lists)) == 2
    assert latest.list_id
    assert gone.id not in points_listed(session, latest.list_id)
