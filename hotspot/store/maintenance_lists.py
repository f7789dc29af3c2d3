"""Points that are worked on together: those that people name, and those that a provider had when its work began."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotspot.store.bulk import execute_many, insert
from hotspot.store.models import City, MaintenanceList, MaintenanceListPoint, MaintenanceWindow, Point


def made_list(session: Session, city: City, point_ids: Sequence[int]) -> int:
    made = MaintenanceList(city_id=city.id)
    session.add(made)
    session.flush()
    lines = [(made.id, point_id) for point_id in point_ids]
    execute_many(session, insert("maintenance_list_point", ("list_id", "point_id")), lines)
    return made.id


def points_listed(session: Session, list_id: int) -> Sequence[int]:
    """In order."""
    line = MaintenanceListPoint
    return session.scalars(select(line.point_id).where(line.list_id == list_id).order_by(line.point_id)).all()


def settle(session: Session, city: City, now: int) -> int:
    """Windows of providers that have begun get the points that are theirs now as a list; how many windows.

    So no later change of who provides a point changes what was maintenance, in figures or in evidence.
    """
    window = MaintenanceWindow
    open_ones = select(window.id, window.provider_id).where(
        window.city_id == city.id, window.provider_id.is_not(None), window.list_id.is_(None), window.start <= now
    )
    begun = session.execute(open_ones).all()
    lists = {provider_id: list_of(session, city, provider_id) for provider_id in {row.provider_id for row in begun}}
    for window_id, provider_id in begun:
        session.execute(update(window).where(window.id == window_id).values(list_id=lists[provider_id]))
    return len(begun)


def list_of(session: Session, city: City, provider_id: int) -> int:
    """The provider's points as they are now; the list that its newest settled window has, where they are the same."""
    points = select(Point.id).where(Point.city_id == city.id, Point.provider_id == provider_id).order_by(Point.id)
    theirs = session.scalars(points).all()
    newest = select(MaintenanceWindow.list_id).where(
        MaintenanceWindow.provider_id == provider_id, MaintenanceWindow.list_id.is_not(None)
    )
    last = session.scalar(newest.order_by(MaintenanceWindow.list_id.desc()).limit(1))
    return last if last and points_listed(session, last) == theirs else made_list(session, city, theirs)
