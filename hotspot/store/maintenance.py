"""Planned work as people list it: windows with their state and place, and who is in maintenance now."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, or_, select, true
from sqlalchemy.orm import Session

from hotspot.analytics.permissions import EVERYWHERE
from hotspot.analytics.spans import is_late
from hotspot.store.models import (
    AccessPoint,
    Area,
    City,
    MaintenanceListPoint,
    MaintenanceSeries,
    MaintenanceWindow,
    Point,
    Provider,
    Site,
)

STATES = ("now", "coming", "over", "cancelled")
MOST_COMING, MOST_PAST = 1000, 100
OF_A_SERIES = 3  # of its coming windows that the list of all shows


@dataclass(frozen=True, slots=True)
class Extent:
    """What is worked on: at most one of these; none is the whole city. The list is one of points.

    A provider has a list as well once its work has begun: the points that were its then.
    """

    ap_id: int | None = None
    point_id: int | None = None
    area_id: int | None = None
    provider_id: int | None = None
    list_id: int | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """The name of an access point, point, area or provider and what leads to it; all empty for the whole city.

    `points` counts those of a list, which has no name.
    """

    name: str
    ap_name: str
    point_code: str
    area_code: str
    provider: str
    points: int


@dataclass(frozen=True, slots=True)
class WindowRow:
    """`state` is one of STATES; a late one was announced when it had begun."""

    id: int
    place: Named
    start: int
    end: int
    reason: str
    announced_at: int
    announced_by: str
    cancelled_at: int | None
    series_id: int | None
    late: bool
    state: str


def windows(session: Session, city: City, now: int, series_id: int | None = None) -> list[WindowRow]:
    """Those that run, those to come in order of time, then the newest of the past ones; of all, or of a series.

    Of all, a series shows its next OF_A_SERIES windows alone.
    """
    window = MaintenanceWindow
    mine = [window.city_id == city.id, *([window.series_id == series_id] if series_id else [])]
    ahead = window.cancelled_at.is_(None) & (window.end > now)
    coming = rows(session, now, [*mine, ahead], window.start, window.id, limit=MOST_COMING)
    past = rows(session, now, [*mine, ~ahead], window.start.desc(), window.id.desc(), limit=MOST_PAST)
    return [*(coming if series_id else thinned(coming)), *past]


def thinned(coming: Sequence[WindowRow]) -> list[WindowRow]:
    seen: Counter[int] = Counter()
    found = []
    for row in coming:
        if row.series_id is not None and row.state == "coming":
            seen[row.series_id] += 1
            if seen[row.series_id] > OF_A_SERIES:
                continue
        found.append(row)
    return found


def window_row(session: Session, city: City, window_id: int, now: int) -> WindowRow | None:
    mine = [MaintenanceWindow.city_id == city.id, MaintenanceWindow.id == window_id]
    return next(iter(rows(session, now, mine, limit=1)), None)


def rows(
    session: Session, now: int, where: Sequence[ColumnElement[bool]], *order: SQLColumnExpression[Any], limit: int
) -> list[WindowRow]:
    window = MaintenanceWindow
    query = named(select(window), window).where(*where).order_by(*order).limit(limit)
    return [
        WindowRow(
            one.id,
            Named(*place),
            one.start,
            one.end,
            one.reason,
            one.announced_at,
            one.announced_by,
            one.cancelled_at,
            one.series_id,
            is_late(one.start, one.announced_at),
            state(one, now),
        )
        for one, *place in session.execute(query)
    ]


def named(query: Select[Any], table: type[MaintenanceWindow] | type[MaintenanceSeries]) -> Select[Any]:
    """With the fields of `Named`."""
    listed = select(func.count()).where(MaintenanceListPoint.list_id == table.list_id).scalar_subquery()
    query = query.outerjoin(AccessPoint, table.ap_id == AccessPoint.id).outerjoin(Point, table.point_id == Point.id)
    query = query.outerjoin(Area, table.area_id == Area.id).outerjoin(Provider, table.provider_id == Provider.id)
    texts = (AccessPoint.name, Point.code, Area.code, Provider.name)
    place = func.coalesce(AccessPoint.name, Point.name, Area.name, Provider.name, "")
    return query.add_columns(place, *(func.coalesce(text, "") for text in texts), listed)


def state(window: MaintenanceWindow, now: int) -> str:
    if window.cancelled_at is not None:
        return "cancelled"
    if window.end <= now:
        return "over"
    return "now" if window.start <= now else "coming"


def codes_listed(session: Session, window_id: int) -> list[str]:
    """The codes of the points of a window of several, in order."""
    line = MaintenanceListPoint
    query = select(Point.code).join(line, line.point_id == Point.id)
    query = query.join(MaintenanceWindow, MaintenanceWindow.list_id == line.list_id)
    return list(session.scalars(query.where(MaintenanceWindow.id == window_id).order_by(Point.code)))


def areas_of_window(session: Session, city: City, window_id: int) -> frozenset[str] | None:
    """As `areas_of`; None where there is no such window."""
    query = select(MaintenanceWindow).where(MaintenanceWindow.city_id == city.id, MaintenanceWindow.id == window_id)
    one = session.scalar(query)
    return None if one is None else areas_of(session, extent_of(one))


def extent_of(row: MaintenanceWindow | MaintenanceSeries) -> Extent:
    return Extent(row.ap_id, row.point_id, row.area_id, row.provider_id, row.list_id)


def areas_of(session: Session, extent: Extent) -> frozenset[str]:
    """The codes of the areas in which it reaches, by which accounts are limited; EVERYWHERE for more than areas."""
    if extent.area_id is not None:
        return frozenset(session.scalars(select(Area.code).where(Area.id == extent.area_id)))
    if extent.provider_id is not None or extent == Extent():
        return frozenset([EVERYWHERE])
    query = select(Area.code).join(Site, Site.area_id == Area.id).join(Point, Point.site_id == Site.id)
    query = query.where(at_points([extent], Point.id))
    return frozenset(session.scalars(query.distinct())) or frozenset([EVERYWHERE])


def running(session: Session, city: City, now: int) -> set[int]:
    """The access points in maintenance at that instant, also where it was announced late.

    One that stands at no point is covered by its own windows and by the city's alone.
    """
    window = MaintenanceWindow
    query = select(window).where(
        window.city_id == city.id, window.start <= now, window.end > now, window.announced_at <= now
    )
    found = session.scalars(query.where(or_(window.cancelled_at.is_(None), window.cancelled_at > now)))
    extents = {extent_of(one) for one in found}
    return set(session.scalars(devices(city, extents))) if extents else set()


def devices(city: City, extents: Collection[Extent]) -> Select[int]:
    """The ids of the access points that stand now where any of them reaches."""
    ap_ids = {one.ap_id for one in extents if one.ap_id is not None}
    places = at_points([one for one in extents if one.ap_id is None], AccessPoint.point_id)
    return select(AccessPoint.id).where(AccessPoint.city_id == city.id, or_(AccessPoint.id.in_(ap_ids), places))


def at_points(extents: Collection[Extent], point: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Whether that column is a point where any of them reaches, that of an access point too; each by an index."""
    if Extent() in extents:
        return true()
    lists = {one.list_id for one in extents if one.list_id is not None}
    providers = {one.provider_id for one in extents if one.provider_id is not None and one.list_id is None}
    areas = {one.area_id for one in extents if one.area_id is not None}
    ap_ids = {one.ap_id for one in extents if one.ap_id is not None}
    placed = select(Point.id).join(Site, Site.id == Point.site_id).join(Area, Area.id == Site.area_id)
    line = MaintenanceListPoint
    found = (
        (lists, select(line.point_id).where(line.list_id.in_(lists))),
        (providers, select(Point.id).where(Point.provider_id.in_(providers))),
        (areas, placed.where(or_(Area.id.in_(areas), Area.parent_id.in_(areas)))),
        (ap_ids, select(AccessPoint.point_id).where(AccessPoint.id.in_(ap_ids))),
    )
    points = {one.point_id for one in extents if one.point_id is not None}
    return or_(point.in_(points), *(point.in_(query) for some, query in found if some))
