"""What use says about places: points hardly used for eight weeks, and access points that are full."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.availability import Figure
from hotspot.analytics.calendar import day_of, midnight
from hotspot.analytics.inventory import IN_SERVICE
from hotspot.analytics.relocation import WEEKS, Relocations, Use, relocations
from hotspot.store.models import (
    AccessPoint,
    Area,
    City,
    LifecycleChange,
    PastPlacement,
    Point,
    RollupDay,
    RollupHour,
    Site,
)

WEEK_S, DAY_S = 7 * 86400, 86400
CAPACITY_DAYS = 28
CLIENT_LIMIT = 50  # clients at once that one access point serves well; a planning value, not what a device promises


def relocation_candidates(session: Session, city: City, now: int, cap: int | None = None) -> Relocations:
    """By the eight weeks before today; `cap` points may move in this calendar year."""
    today = day_of(city.time_zone, now)
    a = midnight(city.time_zone, today - timedelta(weeks=WEEKS))
    return relocations(uses(session, city, a), moved_since(session, city, date(today.year, 1, 1)), cap)


def moved_since(session: Session, city: City, day: date) -> int:
    step = LifecycleChange
    query = select(func.count(func.distinct(step.point_id))).join(Point, step.point_id == Point.id)
    where = (Point.city_id == city.id, step.stage == "relocated", step.since >= day, step.withdrawn_at.is_(None))
    return session.scalar(query.where(*where)) or 0


def uses(session: Session, city: City, a: int) -> list[Use]:
    """Every point in service with the eight weeks from the instant `a` on, in order of the codes."""
    read, moved = weeks_read(session, city, a), moved_after(session, city, a)
    query = (
        select(Point.id, Point.code, Point.name, Area.code, Area.name, Site.latitude, Site.longitude)
        .join(Site, Point.site_id == Site.id)
        .join(Area, Site.area_id == Area.id)
        .where(Point.city_id == city.id, Point.lifecycle.in_(IN_SERVICE))
        .order_by(Point.code)
    )
    found = []
    for point, code, name, area_code, area, latitude, longitude in session.execute(query):
        devices = read.get(point, {})
        sums = [sum(part) for part in zip(*(figure for figure, _ in devices.values()), strict=True)]
        place = None if latitude is None or longitude is None else (latitude, longitude)
        weeks = [[means[n] for _, means in devices.values()] for n in range(WEEKS)]
        found.append(
            Use(
                code,
                name,
                area_code,
                area,
                place,
                tuple(sum(week) if week and None not in week else None for week in weeks),  # type: ignore[arg-type]
                Figure(*sums) if sums else Figure(0, 0, 0, 0),
                point not in moved,
            )
        )
    return found


Read = tuple[list[int], list[float | None]]  # seconds of each state, mean clients of each week


def weeks_read(session: Session, city: City, a: int) -> Mapping[int, Mapping[int, Read]]:
    """By point and access point."""
    day = RollupDay
    week = ((day.t - a) // WEEK_S).label("week")
    seconds = ("up_s", "down_s", "unknown_s", "maintenance_s")
    query = (
        select(
            AccessPoint.point_id,
            AccessPoint.id,
            week,
            func.sum(day.clients_sum).label("clients"),
            func.sum(day.clients_n).label("n"),
            *(func.sum(getattr(day, name)).label(name) for name in seconds),
        )
        .join(day, (day.ap_id == AccessPoint.id) & (day.t >= a) & (day.t < a + WEEKS * WEEK_S))
        .where(AccessPoint.city_id == city.id, AccessPoint.point_id.is_not(None))
        .group_by(AccessPoint.point_id, AccessPoint.id, week)
    )
    found: defaultdict[int, dict[int, Read]] = defaultdict(dict)
    for row in session.execute(query):
        sums, means = found[row.point_id].setdefault(row.id, ([0, 0, 0, 0], [None] * WEEKS))
        if row.n:
            means[int(row.week)] = float(row.clients or 0) / int(row.n)
        for place, name in enumerate(seconds):
            sums[place] += int(getattr(row, name))
    return found


def moved_after(session: Session, city: City, a: int) -> set[int]:
    """Points at which a device came or went since."""
    came = select(AccessPoint.point_id).where(AccessPoint.city_id == city.id, AccessPoint.placed_since > a)
    gone = (
        select(PastPlacement.point_id)
        .join(AccessPoint, PastPlacement.ap_id == AccessPoint.id)
        .where(AccessPoint.city_id == city.id, PastPlacement.until > a)
    )
    return {point for query in (came, gone) for point in session.scalars(query) if point is not None}


@dataclass(frozen=True, slots=True)
class FullRow:
    """An access point with the `hours` in which `limit` or more clients were on it at once, on `days` days."""

    ap: str
    point_code: str
    point: str
    area_code: str
    area: str
    model: str
    hours: int
    days: int
    peak: int
    last: int


def full_access_points(session: Session, city: City, now: int, limit: int = CLIENT_LIMIT) -> list[FullRow]:
    """In the last 28 days, the fullest first; only hours of days that saw as many are looked at."""
    a = midnight(city.time_zone, day_of(city.time_zone, now) - timedelta(days=CAPACITY_DAYS - 1))
    day, hour, area = RollupDay, RollupHour, aliased(Area)
    query: Any = (
        select(
            AccessPoint.name,
            func.coalesce(Point.code, ""),
            func.coalesce(Point.name, ""),
            func.coalesce(area.code, ""),
            func.coalesce(area.name, ""),
            func.coalesce(AccessPoint.model, ""),
            func.count().label("hours"),
            func.count(func.distinct(day.t)).label("days"),
            func.max(hour.clients_max).label("peak"),
            func.max(hour.t).label("last"),
        )
        .join(day, (day.ap_id == AccessPoint.id) & (day.t >= a) & (day.clients_max >= limit))
        .join(hour, (hour.ap_id == day.ap_id) & (hour.t >= day.t) & (hour.t < day.t + DAY_S))
        .outerjoin(Point, AccessPoint.point_id == Point.id)
        .outerjoin(Site, Point.site_id == Site.id)
        .outerjoin(area, Site.area_id == area.id)
        .where(AccessPoint.city_id == city.id, hour.clients_max >= limit)
        .group_by(AccessPoint.name, Point.code, Point.name, area.code, area.name, AccessPoint.model)
    )
    rows = [FullRow(*row) for row in session.execute(query)]
    return sorted(rows, key=lambda row: (-row.hours, -row.peak, row.ap))
