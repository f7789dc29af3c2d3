"""The table of points: filter, sort, one page of rows with their strips; and one point in full."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotspot.analytics.availability import Figure
from hotspot.analytics.paging import paged
from hotspot.store.access_points import ApRow, access_points_of
from hotspot.store.bulk import slices
from hotspot.store.city import freshness
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
    "BY_STATUS", "NONE", "NOT_OPEN", "SEVERITY", "SORTS", "Page", "PointDetail", "PointFilter", "PointRow", "SortError",
    "codes_of_ids", "every_point", "ids_of", "ids_of_codes", "not_up", "point_detail", "points", "points_page",
    "settled", "status_counts",
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


class Dark(NamedTuple):
    """A point that is not up."""

    id: int
    status: str


BY_STATUS = "status,code"
BEFORE_UP = SEVERITY[: SEVERITY.index("up")]
MOST_DARK = 20_000


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
    dark: Sequence[Dark] | None = None,
) -> Page:
    """Rows `page` of those chosen; `sort` names columns by commas, `-` turns one round; raises SortError.

    `dark` is what `not_up` tells, for all points in the order of BY_STATUS alone: its pages are already known then.
    """
    filtered = narrow(session, city, now, used_by(chosen))
    where = conditions(session, city, filtered, chosen, now)
    counted = select(func.count()).select_from(filtered).where(*where)
    total = session.scalar(counted if where else select(func.count(Point.id)).where(Point.city_id == city.id)) or 0
    page, pages = paged(total, page, per_page)
    first = [one.id for one in dark or () if one.status in BEFORE_UP]
    if page * per_page <= len(first):
        return page_of(session, city, first[(page - 1) * per_page : page * per_page], total, page, pages, now)
    p = narrow(session, city, now, used_by(chosen) | {"code"} | sorted_by(sort))
    query = select(p.c.id).where(*conditions(session, city, p, chosen, now))
    if needs(sort, NEED_MONTH):
        month = month_figures(session, city, now)
        query = query.outerjoin(month, month.c.point_id == p.c.id).order_by(*order(p, month, sort))
    else:
        query = query.order_by(*order(p, p, sort))
    ids = list(session.scalars(query.limit(per_page).offset((page - 1) * per_page))) if total else []
    return page_of(session, city, ids, total, page, pages, now)


def page_of(session: Session, city: City, ids: Sequence[int], total: int, page: int, pages: int, now: int) -> Page:
    rows = {row.id: row for row in session.execute(points(session, city, now, ids))}
    found = [rows[point_id] for point_id in ids]
    history = strips(session, city, ids, now)
    return Page([point_row(row, history.get(row.id)) for row in found], total, page, pages, now)


def ids_of(session: Session, city: City, chosen: PointFilter, now: int) -> list[int]:
    """Of every point of the filter."""
    p = narrow(session, city, now, used_by(chosen))
    return list(session.scalars(select(p.c.id).where(*conditions(session, city, p, chosen, now))))


def not_up(session: Session, city: City, now: int) -> list[Dark] | None:
    """The points that are not up in the order of BY_STATUS; None where they are too many to be worth holding."""
    if freshness(session, now).stale:
        return None
    p = narrow(session, city, now, {"status", "code"})
    query = select(p.c.id, p.c.status).where(p.c.status != "up").order_by(*order(p, p, BY_STATUS)).limit(MOST_DARK + 1)
    found = [Dark(*row) for row in session.execute(query)]
    return None if len(found) > MOST_DARK else found


def status_counts(session: Session, city: City, now: int, dark: Sequence[Dark] | None = None) -> dict[str, int]:
    """How many points there are of each status; `dark` is what `not_up` tells, where that is known already."""
    if dark is None:
        p = narrow(session, city, now, {"status"})
        query = select(p.c.status, func.count().label("n")).group_by("status")
        counted = Counter({row.status: row.n for row in session.execute(query)})
    else:
        counted = Counter(one.status for one in dark)
        total = session.scalar(select(func.count(Point.id)).where(Point.city_id == city.id)) or 0
        counted["up"] = total - len(dark)
    return {word: counted[word] for word in STATUSES}


def codes_of_ids(session: Session, ids: Sequence[int]) -> list[str]:
    """In order."""
    found = (session.scalars(select(Point.code).where(Point.id.in_(some))) for some in slices(ids, 1000))
    return sorted(code for codes in found for code in codes)


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
