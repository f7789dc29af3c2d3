"""Maintenance windows: announced before they begin, never moved, only cancelled; each step is noted."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true, update
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.import_row import N_, cleaned, reject
from hotspot.analytics.permissions import EVERYWHERE
from hotspot.store.audit import note
from hotspot.store.models import (
    AccessPoint,
    Area,
    City,
    MaintenanceListPoint,
    MaintenanceWindow,
    Point,
    Site,
)

LONGEST_S = 31 * 86_400


@dataclass(frozen=True, slots=True)
class WindowRow:
    """`place` is the name of the access point, point or area, empty for the city; `state` is one of STATES."""

    id: int
    place: str
    point_code: str
    area_code: str
    start: int
    end: int
    reason: str
    announced_at: int
    announced_by: str
    cancelled_at: int | None
    state: str


@dataclass(frozen=True, slots=True)
class Extent:
    """What is worked on: at most one of these; none is the whole city. The list is one of points."""

    ap_id: int | None = None
    point_id: int | None = None
    area_id: int | None = None
    provider_id: int | None = None
    list_id: int | None = None


STATES = ("now", "coming", "over", "cancelled")


def windows(session: Session, city: City, now: int, limit: int = 200) -> list[WindowRow]:
    """Those that run, those to come, then the past ones, newest first."""
    query = (
        select(MaintenanceWindow, AccessPoint.name, Point.name, Point.code, Area.name, Area.code)
        .outerjoin(AccessPoint, MaintenanceWindow.ap_id == AccessPoint.id)
        .outerjoin(Point, MaintenanceWindow.point_id == Point.id)
        .outerjoin(Area, MaintenanceWindow.area_id == Area.id)
        .where(MaintenanceWindow.city_id == city.id)
        .order_by(MaintenanceWindow.start.desc(), MaintenanceWindow.id.desc())
        .limit(limit)
    )
    rows = [
        WindowRow(
            one.id,
            access_point or point or area or "",
            code or "",
            area_code or "",
            one.start,
            one.end,
            one.reason,
            one.announced_at,
            one.announced_by,
            one.cancelled_at,
            state(one, now),
        )
        for one, access_point, point, code, area, area_code in session.execute(query)
    ]
    return sorted(rows, key=lambda row: STATES.index(row.state))


def state(window: MaintenanceWindow, now: int) -> str:
    if window.cancelled_at is not None:
        return "cancelled"
    if window.end <= now:
        return "over"
    return "now" if window.start <= now else "coming"


def announce(
    session: Session,
    city: City,
    *,
    area_code: str,
    point_code: str,
    start: int,
    end: int,
    reason: str,
    now: int,
    actor: str,
) -> None:
    """Of a point, else of an area, else of the whole city; raises RejectedError with the field and the reason."""
    reason = cleaned("reason", reason) or reject("reason", N_("empty"))
    if start <= now:
        reject("start", N_("a window is announced before it begins"))
    if end <= start:
        reject("end", N_("the end must come after the beginning"))
    if end - start > LONGEST_S:
        reject("end", N_("longer than 31 days"))
    point_id = place(session, city, Point, "point", cleaned("point", point_code))
    area_id = None if point_id else place(session, city, Area, "area", area_code)
    session.add(
        MaintenanceWindow(
            city_id=city.id,
            area_id=area_id,
            point_id=point_id,
            start=start,
            end=end,
            reason=reason,
            announced_at=now,
            announced_by=actor,
        )
    )
    note(
        session,
        now,
        actor,
        "announce",
        "maintenance",
        f"{point_code or area_code or 'city'}, {start} to {end}: {reason}",
    )


def area_of(session: Session, city: City, window_id: int) -> str | None:
    """The code of the area in which the window lies, empty for the whole city; None where there is no such window."""
    of_ap, of_site = aliased(Point), aliased(Area)
    query = (
        select(func.coalesce(Area.code, of_site.code, EVERYWHERE))
        .select_from(MaintenanceWindow)
        .outerjoin(Area, Area.id == MaintenanceWindow.area_id)
        .outerjoin(AccessPoint, AccessPoint.id == MaintenanceWindow.ap_id)
        .outerjoin(of_ap, of_ap.id == func.coalesce(MaintenanceWindow.point_id, AccessPoint.point_id))
        .outerjoin(Site, Site.id == of_ap.site_id)
        .outerjoin(of_site, of_site.id == Site.area_id)
    )
    return session.scalar(query.where(MaintenanceWindow.city_id == city.id, MaintenanceWindow.id == window_id))


def place(session: Session, city: City, model: type[Point] | type[Area], field: str, code: str) -> int | None:
    if not code:
        return None
    found = session.scalar(select(model.id).where(model.city_id == city.id, model.code == code))
    return found or reject(field, N_("%(value)s is not known here"), value=code)


def cancel(session: Session, city: City, window_id: int, now: int, actor: str) -> bool:
    """False when it is over, cancelled already, or no window of this city."""
    changed = session.execute(
        update(MaintenanceWindow)
        .where(
            MaintenanceWindow.id == window_id,
            MaintenanceWindow.city_id == city.id,
            MaintenanceWindow.cancelled_at.is_(None),
            MaintenanceWindow.end > now,
        )
        .values(cancelled_at=now)
        .returning(MaintenanceWindow.id)
    ).first()
    if changed:
        note(session, now, actor, "cancel", "maintenance", f"window {window_id}")
    return changed is not None


def running(session: Session, city: City, now: int) -> set[int]:
    """The access points in maintenance at that instant, also where it was announced late.

    One that stands at no point is covered by its own windows and by the city's alone.
    """
    window = MaintenanceWindow
    query = select(window.ap_id, window.point_id, window.area_id, window.provider_id, window.list_id).where(
        window.city_id == city.id, window.start <= now, window.end > now, window.announced_at <= now
    )
    rows = session.execute(query.where(or_(window.cancelled_at.is_(None), window.cancelled_at > now)))
    extents = {Extent(*row) for row in rows}
    return set(session.scalars(devices(city, extents))) if extents else set()


def devices(city: City, extents: Collection[Extent]) -> Select[int]:
    """The ids of the access points that stand now where any of them reaches."""
    query = select(AccessPoint.id).outerjoin(Point, Point.id == AccessPoint.point_id)
    query = query.outerjoin(Site, Site.id == Point.site_id).outerjoin(Area, Area.id == Site.area_id)
    return query.where(AccessPoint.city_id == city.id, or_(false(), *map(reached, extents)))


def reached(extent: Extent) -> ColumnElement[bool]:
    """A condition on the access point, its point and the area of its site."""
    if extent.ap_id is not None:
        return AccessPoint.id == extent.ap_id
    if extent.point_id is not None:
        return Point.id == extent.point_id
    if extent.area_id is not None:
        return or_(Area.id == extent.area_id, Area.parent_id == extent.area_id)
    if extent.provider_id is not None:
        return Point.provider_id == extent.provider_id
    if extent.list_id is not None:
        listed = select(MaintenanceListPoint.point_id).where(MaintenanceListPoint.list_id == extent.list_id)
        return Point.id.in_(listed)
    return true()
