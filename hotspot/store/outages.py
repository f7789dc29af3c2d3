"""The outages: open ones first, the newest before; then those that ended, the last one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.paging import paged
from hotspot.analytics.spans import GRACE
from hotspot.analytics.stays import FOREVER
from hotspot.store.city import freshness
from hotspot.store.models import AccessPoint, ApState, Area, City, PastPlacement, Point, Site, State, StatusSpan
from hotspot.store.placements import Placements, anything_moved, placements, presences_at


@dataclass(frozen=True, slots=True)
class OutageFilter:
    """`which` is open or all; the window lists what overlaps it; `area` is the code of a district or village.

    An area or a point lists what happened to a device while it stood there.
    """

    which: str = "all"
    since: int | None = None
    until: int | None = None
    area: str = ""
    point: str = ""
    access_point: str = ""
    least_s: int = 0


@dataclass(frozen=True, slots=True)
class OutageRow:
    """`state` is open, ended by an answer, or unknown: down when somebody last looked, at `seen`, up to where
    `duration_s` counts.

    `start_err` and `end_err` are the seconds by which the true change may lie before the instant. `began_seen` is False
    when nobody looked right before: it was down when somebody looked again, since when nobody knows. Point and areas
    are those where it began, empty for a controller and for what nobody placed yet.
    """

    ap_id: int
    ap_name: str
    point_code: str
    point_name: str
    area_code: str
    area: str
    district: str
    start: int
    end: int | None
    seen: int | None
    duration_s: int
    state: str
    cause: str
    start_err: int
    end_err: int
    began_seen: bool


@dataclass(frozen=True, slots=True)
class OutagePage:
    rows: list[OutageRow]
    total: int
    open: int
    page: int
    pages: int
    now: int


def outages_page(
    session: Session, city: City, chosen: OutageFilter, *, now: int, page: int = 1, per_page: int = 50
) -> OutagePage:
    """One page of those chosen; `open` counts all of them that have not ended."""
    moved = anything_moved(session, 0)
    where = places(session, city, chosen)
    still, ended = (spans(chosen, where, is_open=is_open) for is_open in (True, False))
    numbers = select(*(part.with_only_columns(func.count()).scalar_subquery() for part in (still, ended)))
    open_, past = session.execute(numbers).one()
    total = open_ + past
    page, pages = paged(total, page, per_page)
    skipped = (page - 1) * per_page
    first = with_places(still, moved=moved).order_by(StatusSpan.start.desc(), StatusSpan.ap_id.desc())
    rows = list(session.execute(first.offset(skipped).limit(per_page)))
    if len(rows) < per_page and past:
        then = with_places(ended, moved=moved).order_by(
            StatusSpan.end.desc(), StatusSpan.start.desc(), StatusSpan.ap_id.desc()
        )
        rows += session.execute(then.offset(max(0, skipped - open_)).limit(per_page - len(rows)))
    stale = freshness(session, now).stale
    return OutagePage([outage_row(row, now, stale) for row in rows], total, open_, page, pages, now)


def spans(chosen: OutageFilter, where: Sequence[ColumnElement[bool]], *, is_open: bool) -> Select[Any]:
    """Of the outages chosen the open ones or the ended ones, each a stretch of the index of status_span."""
    query = select(StatusSpan).where(StatusSpan.state == int(State.DOWN))
    if is_open:
        query = query.where(StatusSpan.end.is_(None))
    elif chosen.which == "open":
        query = query.where(false())
    else:
        query = query.where(StatusSpan.end > (chosen.since or 0))
        if chosen.least_s:
            query = query.where(StatusSpan.end - StatusSpan.start >= chosen.least_s)
    if chosen.until is not None:
        query = query.where(StatusSpan.start < chosen.until)
    return query.where(*where)


def places(session: Session, city: City, chosen: OutageFilter) -> list[ColumnElement[bool]]:
    """What the device, the point and the area of the filter ask of a span.

    The devices of a point are named one by one: their spans are found by their key, not among those of the city.
    """
    where: list[ColumnElement[bool]] = []
    if chosen.access_point:
        named = select(AccessPoint.id).where(AccessPoint.city_id == city.id, AccessPoint.name == chosen.access_point)
        where.append(StatusSpan.ap_id.in_(session.scalars(named).all()))
    if chosen.point:
        points = select(Point.id).where(Point.city_id == city.id, Point.code == chosen.point)
        stood = presences_at(session, session.scalars(points).all())
        where.append(StatusSpan.ap_id.in_(sorted({one.ap_id for one in stood})))
    if not where:
        where.append(StatusSpan.city_id == city.id)
    if chosen.area or (chosen.point and anything_moved(session, chosen.since or 0)):
        where.append(happened_at(placements(session, city, chosen.since or 0), chosen))
    return where


def happened_at(placed: Placements, chosen: OutageFilter) -> ColumnElement[bool]:
    """Span, window and stay have an instant in common when each two of them do, as on any line."""
    district, at = aliased(Area), placed.table.c
    query = select(at.ap_id).select_from(placed.table).join(Point, Point.id == at.point_id)
    if chosen.point:
        query = query.where(Point.code == chosen.point)
    if chosen.area:
        query = query.join(Site, Point.site_id == Site.id).join(Area, Site.area_id == Area.id)
        query = query.outerjoin(district, Area.parent_id == district.id)
        query = query.where(or_(Area.code == chosen.area, district.code == chosen.area))
    if placed.is_plain:
        return StatusSpan.ap_id.in_(query)
    until = FOREVER if chosen.until is None else chosen.until
    together = and_(at.since < func.coalesce(StatusSpan.end, FOREVER), at.until > StatusSpan.start, at.since < until)
    return query.where(at.ap_id == StatusSpan.ap_id, together).exists()


def with_places(chosen: Select[Any], *, moved: bool) -> Select[*tuple[Any, ...]]:
    """Columns are named as OutageRow's fields."""
    past = aliased(PastPlacement)
    point_id: ColumnElement[int | None] = AccessPoint.point_id.expression
    query = chosen.join(AccessPoint, AccessPoint.id == StatusSpan.ap_id)
    if moved:
        then = and_(past.ap_id == StatusSpan.ap_id, past.since <= StatusSpan.start, past.until > StatusSpan.start)
        query = query.outerjoin(past, then)
        point_id = case((past.ap_id.is_(None), point_id), else_=past.point_id)
    district, before, after = aliased(Area), aliased(StatusSpan), aliased(StatusSpan)
    up_before = exists().where(
        before.ap_id == StatusSpan.ap_id,
        before.start < StatusSpan.start,
        before.end == StatusSpan.start,
        before.state == int(State.UP),
    )
    up_after = exists().where(
        after.ap_id == StatusSpan.ap_id, after.start == StatusSpan.end, after.state == int(State.UP)
    )
    return (
        query.outerjoin(Point, point_id == Point.id)
        .outerjoin(Site, Point.site_id == Site.id)
        .outerjoin(Area, Site.area_id == Area.id)
        .outerjoin(district, Area.parent_id == district.id)
        .outerjoin(ApState, ApState.ap_id == StatusSpan.ap_id)
        .with_only_columns(
            StatusSpan.ap_id,
            AccessPoint.name.label("ap_name"),
            func.coalesce(Point.code, "").label("point_code"),
            func.coalesce(Point.name, "").label("point_name"),
            func.coalesce(Area.code, "").label("area_code"),
            func.coalesce(Area.name, "").label("area"),
            func.coalesce(district.name, Area.name, "").label("district"),
            StatusSpan.start,
            StatusSpan.end,
            StatusSpan.cause,
            StatusSpan.start_err,
            StatusSpan.end_err,
            up_before.label("began_seen"),
            up_after.label("end_seen"),
            ApState.last_poll,
            ApState.interval_s,
        )
    )


def outage_row(row: Any, now: int, stale: bool) -> OutageRow:
    fields = row._asdict() | {"began_seen": bool(row.began_seen)}
    last_poll, interval_s, end_seen = fields.pop("last_poll"), fields.pop("interval_s"), fields.pop("end_seen")
    if row.end is not None:
        told = {"seen": None, "state": "ended"} if end_seen else {"seen": row.end, "state": "unknown"}
        return OutageRow(**fields, **told, duration_s=row.end - row.start)
    lost = stale or last_poll is None or now - last_poll > GRACE * interval_s
    until = max(row.start, last_poll or row.start) if lost else now
    return OutageRow(**fields, seen=last_poll, duration_s=until - row.start, state="unknown" if lost else "open")
