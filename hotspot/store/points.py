"""The table of points: filter, sort, one page of rows with their strips; and one point in full."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotspot.analytics.availability import Figure
from hotspot.store.access_points import ApRow, access_points_of
from hotspot.store.lifecycle import Taken, steps_of
from hotspot.store.models import City, Point
from hotspot.store.point_query import (
    NEED_MONTH,
    NONE,
    NOT_OPEN,
    SEVERITY,
    SORTS,
    PointFilter,
    Rows,
    SortError,
    conditions,
    narrow,
    needs,
    order,
    settled,
    sorted_by,
    used_by,
)
from hotspot.store.recent import month_figures
from hotspot.store.standing import STATUSES, point_now, status
from hotspot.store.strips import NOTHING, Strip, month_figure, strips

__all__ = [
    "NONE", "NOT_OPEN", "SEVERITY", "SORTS", "Page", "PointDetail", "PointFilter", "PointRow", "SortError",
    "every_point", "ids_of", "ids_of_codes", "point_detail", "points", "points_page", "settled", "status_counts",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PointRow:
    """A point now, with its last 30 days (`availability_30d`), 90 daily availabilities and 24 hours of clients."""

    id: int
    code: str
    name: str
    site: str
    venue_kind: str
    address: str
    latitude: float | None
    longitude: float | None
    area_code: str
    area: str
    district_code: str
    district: str
    fund: str | None
    provider: str | None
    lifecycle: str
    auth_mode: str
    installed_on: date | None
    accepted_on: date | None
    status: str
    aps_up: int
    aps_down: int
    aps_total: int
    clients: int | None
    last_poll: int | None
    last_ok: int | None
    down_since: int | None
    figure_30d: Figure
    days: list[float | None]
    spark: list[int | None]

    @property
    def availability_30d(self) -> float | None:
        return self.figure_30d.availability

    @property
    def coverage_30d(self) -> float | None:
        return self.figure_30d.coverage


@dataclass(frozen=True, slots=True)
class Page:
    """Page number `page` of `pages`, `total` rows in all, as of the instant `now`."""

    rows: list[PointRow]
    total: int
    page: int
    pages: int
    now: int


def points_page(
    session: Session,
    city: City,
    chosen: PointFilter,
    *,
    now: int,
    sort: str = "code",
    page: int = 1,
    per_page: int = 50,
) -> Page:
    """Rows `page` of those chosen; `sort` names columns by commas, `-` turns one round; raises SortError."""
    filtered = narrow(session, city, now, used_by(chosen))
    where = conditions(session, city, filtered, chosen, now)
    counted = select(func.count()).select_from(filtered).where(*where)
    total = session.scalar(counted if where else select(func.count(Point.id)).where(Point.city_id == city.id)) or 0
    pages = max(1, -(-total // per_page))
    page = min(max(1, page), pages)
    p = narrow(session, city, now, used_by(chosen) | {"code"} | sorted_by(sort))
    query = select(p.c.id).where(*conditions(session, city, p, chosen, now))
    if needs(sort, NEED_MONTH):
        month = month_figures(session, city, now)
        query = query.outerjoin(month, month.c.point_id == p.c.id).order_by(*order(p, month, sort))
    else:
        query = query.order_by(*order(p, p, sort))
    ids = list(session.scalars(query.limit(per_page).offset((page - 1) * per_page))) if total else []
    rows = {row.id: row for row in session.execute(points(session, city, now, ids))}
    found = [rows[point_id] for point_id in ids]
    history = strips(session, city, ids, now)
    return Page([point_row(row, history.get(row.id)) for row in found], total, page, pages, now)


def ids_of(session: Session, city: City, chosen: PointFilter, now: int) -> list[int]:
    """Of every point of the filter."""
    p = narrow(session, city, now, used_by(chosen))
    return list(session.scalars(select(p.c.id).where(*conditions(session, city, p, chosen, now))))


def status_counts(session: Session, city: City, now: int) -> dict[str, int]:
    """How many points there are of each status."""
    p = narrow(session, city, now, {"status"})
    counted = {
        row.status: row.n for row in session.execute(select(p.c.status, func.count().label("n")).group_by("status"))
    }
    return {word: counted.get(word, 0) for word in STATUSES}


def ids_of_codes(session: Session, city: City, codes: Sequence[str]) -> list[int]:
    return list(session.scalars(select(Point.id).where(Point.city_id == city.id, Point.code.in_(codes))))


def every_point(session: Session, city: City, chosen: PointFilter, *, now: int, sort: str = "code") -> list[PointRow]:
    """All rows of those chosen, for an export: with the figure of 30 days, without strips; raises SortError."""
    p = points(session, city, now).subquery("p")
    month = month_figures(session, city, now)
    where = conditions(session, city, p, chosen, now)
    query = select(p).where(*where).order_by(*order(p, month, sort))
    query = query.outerjoin(month, month.c.point_id == p.c.id) if needs(sort, NEED_MONTH) else query
    figures = {row.point_id: month_figure(row) for row in session.execute(select(month))}
    return [point_row(row, Strip(figures.get(row.id, NOTHING.month), [], [])) for row in session.execute(query)]


@dataclass(frozen=True, slots=True)
class PointDetail:
    """`changes` are the steps of its life that count."""

    point: PointRow
    access_points: list[ApRow]
    changes: list[Taken]


def point_detail(session: Session, city: City, code: str, now: int) -> PointDetail | None:
    point_id = session.scalar(select(Point.id).where(Point.city_id == city.id, Point.code == code))
    if point_id is None:
        return None
    found = session.execute(points(session, city, now, [point_id])).one()
    steps = [step for step in steps_of(session, [found.id])[found.id] if step.withdrawn_at is None]
    return PointDetail(
        point_row(found, strips(session, city, [found.id], now).get(found.id)),
        access_points_of(session, city, found.id, now),
        steps,
    )


def points(session: Session, city: City, now: int, ids: Sequence[int] | None = None) -> Rows:
    """Everything of every point, or of those named, but its history; columns are named as PointRow's fields."""
    current = point_now(session, city.id, now, ids)
    found = settled(city) if ids is None else settled(city).where(Point.id.in_(ids))
    return found.add_columns(
        status(current).label("status"),
        func.coalesce(current.c.up, 0).label("aps_up"),
        func.coalesce(current.c.down, 0).label("aps_down"),
        func.coalesce(current.c.total, 0).label("aps_total"),
        current.c.clients,
        current.c.last_poll,
        current.c.last_ok,
        current.c.down_since,
    ).outerjoin(current, current.c.point_id == Point.id)


def point_row(row: Any, strip: Strip | None) -> PointRow:
    strip = strip or NOTHING
    return PointRow(**row._asdict(), figure_30d=strip.month, days=strip.days, spark=strip.spark)
