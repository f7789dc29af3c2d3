"""The outages: open ones first, then the ended ones, newest first."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.spans import GRACE
from hotspot.store.city import freshness
from hotspot.store.models import AccessPoint, ApState, Area, City, Point, Site, State, StatusSpan


@dataclass(frozen=True, slots=True)
class OutageFilter:
    """`which` is open or all; the window lists what overlaps it; `area` is the code of a district or village."""

    which: str = "all"
    since: int | None = None
    until: int | None = None
    area: str = ""
    point: str = ""
    access_point: str = ""
    least_s: int = 0


@dataclass(frozen=True, slots=True)
class OutageRow:
    """`state` is open, ended, or unknown: down when somebody last looked, at `seen`; `duration_s` counts up to there.

    `start_err` and `end_err` are the seconds by which the true change may lie before the instant.
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
    village, district = aliased(Area), aliased(Area)
    where = conditions(city, chosen, village, district)
    places = (
        select(StatusSpan)
        .join(AccessPoint, AccessPoint.id == StatusSpan.ap_id)
        .join(Point, AccessPoint.point_id == Point.id)
        .join(Site, Point.site_id == Site.id)
        .join(village, Site.area_id == village.id)
        .outerjoin(district, village.parent_id == district.id)
        .outerjoin(ApState, ApState.ap_id == StatusSpan.ap_id)
        .where(*where)
    )
    is_open = StatusSpan.end.is_(None)
    total, still = session.execute(
        places.with_only_columns(func.count(), func.coalesce(func.sum(case((is_open, 1), else_=0)), 0))
    ).one()
    pages = max(1, -(-total // per_page))
    page = min(max(1, page), pages)
    rows = session.execute(
        places.with_only_columns(
            StatusSpan.ap_id,
            AccessPoint.name.label("ap_name"),
            Point.code.label("point_code"),
            Point.name.label("point_name"),
            village.code.label("area_code"),
            village.name.label("area"),
            func.coalesce(district.name, village.name).label("district"),
            StatusSpan.start,
            StatusSpan.end,
            StatusSpan.cause,
            StatusSpan.start_err,
            StatusSpan.end_err,
            ApState.last_poll,
            ApState.interval_s,
        )
        .order_by(case((is_open, 0), else_=1), StatusSpan.start.desc(), StatusSpan.ap_id)
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    stale = freshness(session, now).stale
    return OutagePage([outage_row(row, now, stale) for row in rows], total, int(still), page, pages, now)


def conditions(city: City, chosen: OutageFilter, village: Any, district: Any) -> list[ColumnElement[bool]]:
    where = [StatusSpan.city_id == city.id, StatusSpan.state == int(State.DOWN)]
    if chosen.which == "open":
        where.append(StatusSpan.end.is_(None))
    if chosen.until is not None:
        where.append(StatusSpan.start < chosen.until)
    if chosen.since is not None:
        where.append(or_(StatusSpan.end.is_(None), StatusSpan.end > chosen.since))
    if chosen.area:
        where.append(or_(village.code == chosen.area, district.code == chosen.area))
    if chosen.point:
        where.append(Point.code == chosen.point)
    if chosen.access_point:
        where.append(AccessPoint.name == chosen.access_point)
    if chosen.least_s:
        where.append(or_(StatusSpan.end.is_(None), StatusSpan.end - StatusSpan.start >= chosen.least_s))
    return where


def outage_row(row: Any, now: int, stale: bool) -> OutageRow:
    fields = row._asdict()
    last_poll, interval_s = fields.pop("last_poll"), fields.pop("interval_s")
    if row.end is not None:
        return OutageRow(**fields, seen=None, duration_s=row.end - row.start, state="ended")
    lost = stale or last_poll is None or now - last_poll > GRACE * interval_s
    until = max(row.start, last_poll or row.start) if lost else now
    return OutageRow(**fields, seen=last_poll, duration_s=until - row.start, state="unknown" if lost else "open")
