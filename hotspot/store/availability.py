"""Exact figures of any window, to the second, from the spans (lists and strips use the roll-ups instead)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hotspot.analytics.availability import Figure, Outages, figure, outages
from hotspot.analytics.spans import Span, close, partition
from hotspot.store.models import AccessPoint, ApState, Area, City, MaintenanceWindow, Point, Site, StatusSpan

Window = tuple[int, int]


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one access point around a window: its spans up to now and the maintenance over them."""

    spans: list[Span]
    maintenance: list[Window]


@dataclass(frozen=True, slots=True)
class Answer:
    """Of the window [a, b), cut at `as_of`: seconds of each state and the outages; of one or several devices."""

    a: int
    b: int
    as_of: int
    access_points: int
    figure: Figure
    outages: Outages


def histories(session: Session, ap_ids: Sequence[int], a: int, b: int, now: int) -> dict[int, History]:
    """Of each access point, in three queries."""
    spans = spans_of(session, ap_ids, a, b, now)
    windows = maintenance_of(session, ap_ids, a, b)
    return {ap_id: History(spans.get(ap_id, []), windows.get(ap_id, [])) for ap_id in ap_ids}


def ap_parts(session: Session, ap_ids: Sequence[int], a: int, b: int, now: int) -> dict[int, list[Span]]:
    """The window [a, b) of each access point in parts without hole or overlap; the future is no part of it."""
    b = min(b, now)
    if b <= a:
        return {ap_id: [] for ap_id in ap_ids}
    return {
        ap_id: partition(history.spans, history.maintenance, a, b)
        for ap_id, history in histories(session, ap_ids, a, b, now).items()
    }


def answer(session: Session, ap_ids: Sequence[int], a: int, b: int, now: int) -> Answer:
    """Of a point: the sum over its access points, so that its availability is U / (U + D) weighted by time."""
    end = min(b, now)
    if end <= a:
        return Answer(a, b, now, len(ap_ids), Figure(), Outages())
    known = histories(session, ap_ids, a, end, now)
    figures = [figure(partition(one.spans, one.maintenance, a, end)) for one in known.values()]
    told = [outages(one.spans, one.maintenance, a, end) for one in known.values()]
    return Answer(a, b, now, len(ap_ids), sum(figures, Figure()), sum(told, Outages()))


def figure_of(session: Session, scope: str, scope_id: int, a: int, b: int, now: int) -> Figure:
    """Of an `access_point`, or of a `point`: the sum over its access points."""
    ids = [scope_id] if scope == "access_point" else ap_ids_of(session, scope_id)
    return answer(session, ids, a, b, now).figure


def ap_ids_of(session: Session, point_id: int) -> list[int]:
    return list(
        session.scalars(select(AccessPoint.id).where(AccessPoint.point_id == point_id).order_by(AccessPoint.id))
    )


def ap_ids_named(session: Session, city: City, *, point: str = "", access_point: str = "") -> list[int] | None:
    """The access point of that name, or those of the point of that code (maybe none); None when it doesn't exist."""
    if access_point:
        one = select(AccessPoint.id).where(AccessPoint.city_id == city.id, AccessPoint.name == access_point)
        return list(session.scalars(one)) or None
    query = select(Point.id, AccessPoint.id).outerjoin(AccessPoint, AccessPoint.point_id == Point.id)
    query = query.where(Point.city_id == city.id, Point.code == point).order_by(AccessPoint.id)
    rows = session.execute(query).all()
    return [ap_id for _, ap_id in rows if ap_id is not None] if rows else None


def spans_of(session: Session, ap_ids: Sequence[int], a: int, b: int, now: int) -> dict[int, list[Span]]:
    """Spans that touch [a, b) in order of time, the one that follows included; the open one closed at `now`."""
    query = (
        select(
            StatusSpan.ap_id,
            StatusSpan.start,
            StatusSpan.end,
            StatusSpan.state,
            ApState.last_poll,
            ApState.interval_s,
        )
        .outerjoin(ApState, ApState.ap_id == StatusSpan.ap_id)
        .where(StatusSpan.ap_id.in_(ap_ids), StatusSpan.start <= b, or_(StatusSpan.end.is_(None), StatusSpan.end > a))
        .order_by(StatusSpan.ap_id, StatusSpan.start)
    )
    found: dict[int, list[Span]] = defaultdict(list)
    for ap_id, start, end, state, last_poll, interval_s in session.execute(query):
        if end is not None:
            found[ap_id].append(Span(start, end, state))
        else:
            found[ap_id].extend(close(start, state, last_poll or start, interval_s or 0, now))
    return found


def maintenance_of(session: Session, ap_ids: Sequence[int], a: int, b: int) -> dict[int, list[Window]]:
    """Windows of the access point, its point, its area or district, or the city; a cancelled one ends at that."""
    windows = session.scalars(
        select(MaintenanceWindow).where(MaintenanceWindow.start < b, MaintenanceWindow.end > a)
    ).all()
    if not windows:
        return {}
    places = (
        select(AccessPoint.id, AccessPoint.city_id, AccessPoint.point_id, Area.id, Area.parent_id)
        .outerjoin(Point, AccessPoint.point_id == Point.id)
        .outerjoin(Site, Point.site_id == Site.id)
        .outerjoin(Area, Site.area_id == Area.id)
        .where(AccessPoint.id.in_(ap_ids))
    )
    return {
        ap_id: [
            (max(window.start, window.announced_at), min(window.end, window.cancelled_at or window.end))
            for window in windows
            if window.city_id == city
            and window.ap_id in (None, ap_id)
            and window.point_id in (None, point)
            and window.area_id in (None, area, district)
        ]
        for ap_id, city, point, area, district in session.execute(places)
    }


def maintenance_until(session: Session, ap_ids: Sequence[int], now: int) -> int | None:
    """When the last window ends that one of them is in now; None when none is."""
    found = maintenance_of(session, ap_ids, now, now + 1).values()
    return max((end for windows in found for start, end in windows if start <= now < end), default=None)
