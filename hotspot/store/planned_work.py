"""Planned work as access points have it: what of it counts in their figures, and what runs or comes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, literal, or_, select
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import Period
from hotspot.analytics.spans import is_late, planned
from hotspot.analytics.stays import FOREVER
from hotspot.store.models import (
    AccessPoint,
    Area,
    MaintenanceListPoint,
    MaintenanceWindow,
    PastPlacement,
    Point,
    Site,
)

SOON_S = 7 * 86_400
Key = tuple[str, int | None]  # what a window covers, as a place is found by it


@dataclass(frozen=True, slots=True)
class Work:
    """A window that runs or comes, as far as it was not cancelled; a late one does not count in any figure."""

    start: int
    end: int
    reason: str
    late: bool


def maintenance_of(session: Session, ap_ids: Sequence[int], a: int, b: int) -> dict[int, list[Period]]:
    """What counts of the windows that touch [a, b), of each access point where it stood then.

    Those of the access point, its point, its area or district, its point's provider (who it was when the work began),
    or the city.
    """
    touching = select(MaintenanceWindow).where(MaintenanceWindow.start < b, MaintenanceWindow.end > a)
    windows = session.scalars(touching.order_by(MaintenanceWindow.start, MaintenanceWindow.id)).all()
    counted = {one.id: planned(one.start, one.end, one.announced_at, one.cancelled_at) for one in windows}
    windows = [one for one in windows if counted[one.id][0] < counted[one.id][1]]
    if not windows:
        return {}
    covering: dict[Key, list[Period]] = defaultdict(list)
    for key, window in keyed(session, windows):
        covering[key].append(counted[window.id])
    found: dict[int, list[Period]] = {ap_id: [] for ap_id in ap_ids}
    for ap_id, since, until, *place in places(session, ap_ids):
        for key in keys_of(ap_id, *place):
            cut = ((max(start, since), min(end, until)) for start, end in covering.get(key, ()))
            found[ap_id] += [(start, end) for start, end in cut if start < end]
    return found


def work_around(session: Session, ap_ids: Sequence[int], now: int) -> list[Work]:
    """What runs at one of them, or will begin within a week, where they stand now; in order of time."""
    window = MaintenanceWindow
    query = select(window).where(window.start < now + SOON_S, window.end > now)
    query = query.where(or_(window.cancelled_at.is_(None), window.cancelled_at > now))
    windows = session.scalars(query.order_by(window.start, window.id)).all()
    if not windows:
        return []
    standing = (one for one in places(session, ap_ids) if one[2] == FOREVER)
    here = {key for ap_id, _, _, *place in standing for key in keys_of(ap_id, *place)}
    covering = {one.id: one for key, one in keyed(session, windows) if key in here}
    return [Work(one.start, one.end, one.reason, is_late(one.start, one.announced_at)) for one in covering.values()]


def keyed(session: Session, windows: Sequence[MaintenanceWindow]) -> Iterator[tuple[Key, MaintenanceWindow]]:
    """Each window under what it covers; one of a list of points under each of these."""
    lists = {window.list_id for window in windows if window.list_id is not None}
    listed: dict[int, list[int]] = defaultdict(list)
    if lists:
        table = MaintenanceListPoint
        query = select(table.list_id, table.point_id).where(table.list_id.in_(lists))
        for list_id, point_id in session.execute(query):
            listed[list_id].append(point_id)
    for one in windows:
        if one.list_id is not None:
            yield from ((("point", point_id), one) for point_id in listed[one.list_id])
        else:
            yield key_of(one), one


def key_of(window: MaintenanceWindow) -> Key:
    named = {
        "access_point": window.ap_id, "point": window.point_id, "area": window.area_id, "provider": window.provider_id,
    }  # fmt: skip
    return next(((name, its_id) for name, its_id in named.items() if its_id is not None), ("city", window.city_id))


def keys_of(
    ap_id: int, city: int, point: int | None, provider: int | None, area: int | None, district: int | None
) -> Iterable[Key]:
    """All under which a window may cover an access point that stands there."""
    yield from (("access_point", ap_id), ("point", point), ("provider", provider))
    yield from (("area", area), ("area", district), ("city", city))


def places(session: Session, ap_ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """Where each access point stood when: id, since, until, city, point, its provider, area, district; empty where it
    had none."""
    ap, past, at = AccessPoint, PastPlacement, (Point.id, Point.provider_id, Area.id, Area.parent_id)
    now: Select[*tuple[Any, ...]] = select(ap.id, ap.placed_since, literal(FOREVER), ap.city_id, *at)
    before: Select[*tuple[Any, ...]] = select(ap.id, past.since, past.until, ap.city_id, *at)
    before = before.join(past, past.ap_id == ap.id).outerjoin(Point, past.point_id == Point.id)
    for query in (now.outerjoin(Point, ap.point_id == Point.id), before):
        query = query.outerjoin(Site, Point.site_id == Site.id)
        query = query.outerjoin(Area, Site.area_id == Area.id).where(AccessPoint.id.in_(ap_ids))
        yield from session.execute(query)
