"""How much the Wi-Fi is used: by day, by hour of the week, by point."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotspot.analytics.availability import Figure
from hotspot.store.models import Area, AreaDay, AreaHour, City, Point, RollupDay, Site
from hotspot.store.stays import placements


@dataclass(frozen=True, slots=True)
class DayUse:
    """`clients` is the mean of the day over all access points together; what nobody read is None."""

    t: int
    clients: float | None
    rx_bytes: int | None
    tx_bytes: int | None


@dataclass(frozen=True, slots=True)
class PointUse:
    """A point in a window: `clients` is the mean, `peak` the highest reading of one access point."""

    code: str
    name: str
    area: str
    district: str
    clients: float | None
    peak: int | None
    octets: int | None
    figure: Figure


def by_day(session: Session, city: City, a: int, b: int) -> list[DayUse]:
    """The days that begin in [a, b), oldest first."""
    query = (
        select(AreaDay.t, func.sum(AreaDay.clients_mean), func.sum(AreaDay.rx_bytes), func.sum(AreaDay.tx_bytes))
        .where(AreaDay.city_id == city.id, AreaDay.t >= a, AreaDay.t < b)
        .group_by(AreaDay.t)
        .order_by(AreaDay.t)
    )
    return [
        DayUse(t, None if clients is None else float(clients), _whole(rx), _whole(tx))
        for t, clients, rx, tx in session.execute(query)
    ]


def rhythm(session: Session, city: City, a: int, b: int) -> dict[tuple[int, int], float]:
    """Mean clients of the city by (weekday, hour) on its own clocks, Monday 0, over the hours that begin in [a, b)."""
    query = (
        select(AreaHour.t, func.sum(AreaHour.clients_max))  # of an hour the sum of its access points' means
        .where(AreaHour.city_id == city.id, AreaHour.t >= a, AreaHour.t < b, AreaHour.clients_max.is_not(None))
        .group_by(AreaHour.t)
    )
    zone, hours = ZoneInfo(city.time_zone), defaultdict[tuple[int, int], list[float]](list)
    for t, clients in session.execute(query):
        local = datetime.fromtimestamp(t, zone)
        hours[local.weekday(), local.hour].append(float(clients or 0))
    return {when: sum(found) / len(found) for when, found in hours.items()}


def by_point(session: Session, city: City, a: int, b: int) -> list[PointUse]:
    """Every point with a roll-up of a day that begins in [a, b); the most used first.

    Each access point's days are found by their key, so it costs the same however long the record is.
    """
    day, placed = RollupDay, placements(session, city, a)
    at = placed.table.c
    own = (
        select(
            at.point_id,
            (func.sum(day.clients_sum) * 1.0 / func.nullif(func.sum(day.clients_n), 0)).label("clients"),
            func.max(day.clients_max).label("peak"),
            (func.sum(day.rx_bytes) + func.sum(day.tx_bytes)).label("octets"),
            *(func.sum(getattr(day, name)).label(name) for name in ("up_s", "down_s", "unknown_s", "maintenance_s")),
        )
        .join(day, (day.ap_id == at.ap_id) & (day.t >= a) & (day.t < b) & placed.held(day.t))
        .group_by(at.ap_id, at.point_id)
        .subquery("own")
    )
    district = Area.__table__.alias("district")
    sums = (func.sum(own.c[name]) for name in ("clients", "octets", "up_s", "down_s", "unknown_s", "maintenance_s"))
    clients, octets, *seconds = sums
    query = (
        select(Point.code, Point.name, Area.name, district.c.name, func.max(own.c.peak), clients, octets, *seconds)
        .join(own, own.c.point_id == Point.id)
        .join(Site, Point.site_id == Site.id)
        .join(Area, Site.area_id == Area.id)
        .outerjoin(district, district.c.id == Area.parent_id)
        .group_by(Point.code, Point.name, Area.name, district.c.name)
    )
    found = [
        PointUse(
            code, name, area, over or "", None if mean is None else float(mean), peak, _whole(used),
            Figure(*(int(part) for part in parts)),
        )
        for code, name, area, over, peak, mean, used, *parts in session.execute(query)
    ]  # fmt: skip
    return sorted(found, key=lambda row: (-(row.clients or 0), row.code))


def _whole(value: object) -> int | None:
    return None if value is None else int(str(value))
