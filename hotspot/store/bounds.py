"""Which points lie outside the areas that an account is limited to."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.permissions import within
from hotspot.store.models import Area, City, Point, Site


def outside(session: Session, city: City, areas: frozenset[str]) -> frozenset[str]:
    """The codes of the city's points outside `areas`; no areas are the whole city, and nothing is asked."""
    if not areas:
        return frozenset()
    query = select(Point.code, Area.code.label("area")).join(Site, Site.id == Point.site_id)
    rows = session.execute(query.join(Area, Area.id == Site.area_id).where(Point.city_id == city.id))
    return frozenset(row.code for row in rows if not within(row.area, areas))


def areas_of(session: Session, city: City, point_codes: Iterable[str]) -> frozenset[str]:
    """The codes of the areas of those of these points that exist."""
    query = select(Area.code).join(Site, Site.area_id == Area.id).join(Point, Point.site_id == Site.id)
    return frozenset(session.scalars(query.where(Point.city_id == city.id, Point.code.in_(list(point_codes)))))
