"""The table of points: filter, sort, one page of rows with their strips; and one point in full."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.availability import Figure
from hotspot.analytics.calendar import day_of
from hotspot.analytics.inventory import LIFECYCLE, OPEN_MODES, VENUE_KINDS
from hotspot.store.access_points import ApRow, access_points_of
from hotspot.store.four_counts import ids_in
from hotspot.store.lifecycle import Taken, steps_of
from hotspot.store.models import AccessPoint, Area, City, Fund, Point, Provider, Site
from hotspot.store.recent import month_figures
from hotspot.store.standing import point_now, status
from hotspot.store.strips import NOTHING, Strip, month_figure, strips

Rows = Select[*tuple[Any, ...]]
NONE = "-"  # in a filter by fund or provider: the points that have none
NOT_OPEN = "not_open"  # in a filter by auth mode: the points that break the promise of access without a password


@dataclass(frozen=True, slots=True)
class PointFilter:
    """Which points; empty fields don't filter. `area` is a code, `fund` and `provider` are names or NONE.
    `auth` is a mode or NOT_OPEN.

    `count` is one of analytics.rollout.COUNTS and lists exactly the points behind that number on the day `on` (today).
    """

    q: str = ""
    status: tuple[str, ...] = ()
    area: str = ""
    venue: str = ""
    fund: str = ""
    provider: str = ""
    lifecycle: str = ""
    auth: str = ""
    count: str = ""
    on: date | None = None


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


class SortError(ValueError):
    """The name of a column that the table can't be sorted by."""


def rank(column: ColumnElement[str], words: Sequence[str]) -> ColumnElement[int]:
    """The order of the list, not of the alphabet."""
    return case({word: place for place, word in enumerate(words)}, value=column, else_=len(words))


SEVERITY = ("down", "degraded", "monitoring_broken", "unknown", "up", "planned", "out_of_service")
SORTS: dict[str, Callable[[FromClause, FromClause], ColumnElement[Any]]] = {
    "code": lambda p, _: p.c.code,
    "name": lambda p, _: func.lower(p.c.name),
    "venue": lambda p, _: rank(p.c.venue_kind, tuple(VENUE_KINDS)),
    "area": lambda p, _: p.c.area,
    "district": lambda p, _: p.c.district,
    "fund": lambda p, _: p.c.fund,
    "provider": lambda p, _: p.c.provider,
    "lifecycle": lambda p, _: rank(p.c.lifecycle, tuple(LIFECYCLE)),
    "installed_on": lambda p, _: p.c.installed_on,
    "status": lambda p, _: rank(p.c.status, SEVERITY),
    "access_points": lambda p, _: p.c.aps_total,
    "clients": lambda p, _: p.c.clients,
    "last_poll": lambda p, _: p.c.last_poll,
    "availability": lambda _, month: month.c.availability,
    "coverage": lambda _, month: month.c.coverage,
}
NEED_MONTH = frozenset({"availability", "coverage"})
NEED_NOW = frozenset({"status", "access_points", "clients", "last_poll"})


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
    looks = chosen.status or needs(sort, NEED_NOW)
    p = (points(session, city, now) if looks else settled(city)).subquery("p")
    where = conditions(session, city, p, chosen, now)
    counted = select(func.count()).select_from(p).where(*where)
    total = session.scalar(counted if where else select(func.count(Point.id)).where(Point.city_id == city.id)) or 0
    pages = max(1, -(-total // per_page))
    page = min(max(1, page), pages)
    query = select(p.c.id).where(*where)
    if needs(sort, NEED_MONTH):
        month = month_figures(session, city, now)
        query = query.outerjoin(month, month.c.point_id == p.c.id).order_by(*order(p, month, sort))
    else:
        query = query.order_by(*order(p, p, sort))
    ids = list(session.scalars(query.limit(per_page).offset((page - 1) * per_page)))
    rows = {row.id: row for row in session.execute(points(session, city, now, ids))}
    found = [rows[point_id] for point_id in ids]
    history = strips(session, city, ids, now)
    return Page([point_row(row, history.get(row.id)) for row in found], total, page, pages, now)


def ids_of(session: Session, city: City, chosen: PointFilter, now: int) -> list[int]:
    """Of every point of the filter."""
    p = (points(session, city, now) if chosen.status else settled(city)).subquery("p")
    return list(session.scalars(select(p.c.id).where(*conditions(session, city, p, chosen, now))))


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


village, district = aliased(Area, name="village"), aliased(Area, name="district")


def settled(city: City) -> Rows:
    """What does not change by itself of every point; columns are named as PointRow's fields."""
    return (
        select(
            Point.id,
            Point.code,
            Point.name,
            Site.name.label("site"),
            Site.venue_kind,
            Site.address,
            Site.latitude,
            Site.longitude,
            village.code.label("area_code"),
            village.name.label("area"),
            func.coalesce(district.code, village.code).label("district_code"),
            func.coalesce(district.name, village.name).label("district"),
            Fund.name.label("fund"),
            Provider.name.label("provider"),
            Point.lifecycle,
            Point.auth_mode,
            Point.installed_on,
            Point.accepted_on,
        )
        .join(Site, Point.site_id == Site.id)
        .join(village, Site.area_id == village.id)
        .outerjoin(district, village.parent_id == district.id)
        .outerjoin(Fund, Point.fund_id == Fund.id)
        .outerjoin(Provider, Point.provider_id == Provider.id)
        .where(Point.city_id == city.id)
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


def conditions(session: Session, city: City, p: FromClause, chosen: PointFilter, now: int) -> list[ColumnElement[bool]]:
    equal = {
        p.c.venue_kind: chosen.venue,
        func.coalesce(p.c.fund, NONE): chosen.fund,
        func.coalesce(p.c.provider, NONE): chosen.provider,
        p.c.lifecycle: chosen.lifecycle,
        p.c.auth_mode: "" if chosen.auth == NOT_OPEN else chosen.auth,
    }
    where = [column == value for column, value in equal.items() if value]
    if chosen.auth == NOT_OPEN:
        where.append(p.c.auth_mode.not_in(OPEN_MODES))
    if chosen.q:
        where.append(mentions(p, chosen.q))
    if chosen.status:
        where.append(p.c.status.in_(chosen.status))
    if chosen.area:
        where.append(or_(p.c.area_code == chosen.area, p.c.district_code == chosen.area))
    if chosen.count:
        day = chosen.on or day_of(city.time_zone, now)
        where.append(p.c.id.in_(ids_in(session, city, chosen.count, day, now)))
    return where


def mentions(p: FromClause, words: str) -> ColumnElement[bool]:
    """In the point's names, address and areas, or in the name or address of one of its access points."""
    devices = select(AccessPoint.point_id).where(
        or_(AccessPoint.name.icontains(words, autoescape=True), AccessPoint.address.startswith(words, autoescape=True))
    )
    texts = (p.c.code, p.c.name, p.c.site, p.c.address, p.c.area, p.c.district)
    return or_(*(text.icontains(words, autoescape=True) for text in texts), p.c.id.in_(devices))


def order(p: FromClause, month: FromClause, sort: str) -> list[ColumnElement[Any]]:
    """Empty values last either way; equal rows by code."""
    columns = []
    for name in filter(None, sort.split(",")):
        plain = name.removeprefix("-")
        if plain not in SORTS:
            raise SortError(plain)
        column = SORTS[plain](p, month)
        columns.append((column.asc() if plain == name else column.desc()).nulls_last())
    return [*columns, p.c.code]


def needs(sort: str, columns: Collection[str]) -> bool:
    return any(name.removeprefix("-") in columns for name in sort.split(","))


def point_row(row: Any, strip: Strip | None) -> PointRow:
    strip = strip or NOTHING
    return PointRow(**row._asdict(), figure_30d=strip.month, days=strip.days, spark=strip.spark)
