"""What each access point and point is doing now, as SQL that the other questions select from.

The rules are those of analytics.availability.point_state (a test holds the two together), so that the database can
filter, sort and count by them.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, exists, false, func, select, true
from sqlalchemy.orm import Session

from hotspot.analytics.availability import MONITORING_BROKEN
from hotspot.analytics.inventory import IN_SERVICE, PRE_BUILT
from hotspot.analytics.outages import MONITORING
from hotspot.store.city import STALE_INTERVALS, freshness
from hotspot.store.models import AccessPoint, ApState, Point, State

STATUSES = ("up", "degraded", "down", "unknown", "monitoring_broken", "planned", "out_of_service")  # of a point
AP_STATES = {
    int(State.UP): "up",
    int(State.DOWN): "down",
    int(State.UNKNOWN): "unknown",
    MONITORING_BROKEN: "monitoring_broken",
}


def ap_now(
    session: Session, city_id: int, now: int, point_ids: Sequence[int] | Select[int | None] | None = None
) -> Subquery:
    """One row an access point; UNKNOWN when it was not asked for two intervals or the collector is silent.

    MONITORING_BROKEN takes the place of an UNKNOWN whose cause it is.
    """
    fresh = and_(
        true() if not freshness(session, now).stale else false(),
        ApState.last_poll >= now - STALE_INTERVALS * ApState.interval_s,
    )
    broken = and_(ApState.state == int(State.UNKNOWN), ApState.cause == MONITORING)
    seen = case((broken, MONITORING_BROKEN), else_=ApState.state)
    state = case((fresh, seen), else_=int(State.UNKNOWN))
    asked = AccessPoint.city_id + 0 == city_id  # not by the index of the city: SQLite would have to sort by point then
    return (
        select(
            AccessPoint.id.label("ap_id"),
            AccessPoint.point_id,
            state.label("state"),
            case((state == int(State.UP), ApState.clients)).label("clients"),
            ApState.since,
            ApState.last_poll,
            ApState.last_ok,
            case((ApState.last_ok >= AccessPoint.placed_since, ApState.last_ok)).label("answered"),  # standing here
        )
        .outerjoin(ApState, ApState.ap_id == AccessPoint.id)
        .where(asked if point_ids is None else and_(asked, AccessPoint.point_id.in_(point_ids)))
        .subquery("ap_now")
    )


def troubled(session: Session, city_id: int, now: int) -> Select[int | None]:
    """The ids of the points with an access point that is not simply up: as a rule few, and found without grouping."""
    ap = ap_now(session, city_id, now).c
    return select(ap.point_id).where(ap.state != int(State.UP), ap.point_id.is_not(None)).distinct()


def point_now(
    session: Session,
    city_id: int,
    now: int,
    point_ids: Sequence[int] | Select[int | None] | None = None,
    *,
    dated: bool = True,
) -> Subquery:
    """One row a point with access points, of all or of those named: what they do, their clients.

    When `dated` also when they were last asked; SQLite would compute that for every point although nobody looks.
    """
    ap = ap_now(session, city_id, now, point_ids).c
    up, down = ap.state == int(State.UP), ap.state == int(State.DOWN)
    query = select(
        ap.point_id,
        func.count().label("total"),
        func.sum(case((up, 1), else_=0)).label("up"),
        func.sum(case((down, 1), else_=0)).label("down"),
        func.sum(case((ap.state == MONITORING_BROKEN, 1), else_=0)).label("broken"),
        func.sum(ap.clients).label("clients"),
        func.count(ap.clients).label("clients_known"),
        func.max(ap.answered).label("answered"),
    )
    if dated:
        query = query.add_columns(
            func.max(ap.last_poll).label("last_poll"),
            func.max(ap.last_ok).label("last_ok"),
            func.max(case((down, ap.since))).label("down_since"),
        )
    return query.group_by(ap.point_id).subquery("point_now")


def status(now: Subquery) -> ColumnElement[str]:
    """The word for a point; `now` is point_now, joined to Point by an outer join."""
    up, down = func.coalesce(now.c.up, 0), func.coalesce(now.c.down, 0)
    return case(
        (Point.lifecycle.in_(PRE_BUILT), "planned"),
        (Point.lifecycle.not_in(IN_SERVICE), "out_of_service"),
        (and_(up == 0, down == 0, now.c.broken > 0), "monitoring_broken"),
        (and_(up == 0, down == 0), "unknown"),
        (down == 0, "up"),
        (up == 0, "down"),
        else_="degraded",
    )


def quick_status(session: Session, city_id: int, now: int) -> tuple[Subquery, ColumnElement[str]]:
    """The word for every point, for sorting and counting all of them: what is not troubled is up if it has a device.

    The subquery is to be joined to Point by an outer join on its point_id.
    """
    dark = point_now(session, city_id, now, troubled(session, city_id, now), dated=False)
    running = and_(
        Point.lifecycle.in_(IN_SERVICE), dark.c.point_id.is_(None), exists().where(AccessPoint.point_id == Point.id)
    )
    return dark, case((running, "up"), else_=status(dark))


def deviceless(lifecycle: str) -> str:
    """The word for a point without an access point."""
    return "planned" if lifecycle in PRE_BUILT else "unknown" if lifecycle in IN_SERVICE else "out_of_service"
