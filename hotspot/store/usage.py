"""How much the Wi-Fi is used: by day and by point."""

from dataclasses import dataclass

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from hotspot.analytics.availability import Figure
from hotspot.analytics.rollup import in_months
from hotspot.store.models import Area, AreaDay, City, Point, RollupDay, RollupMonth, Site
from hotspot.store.placements import Placements, Rows, placements


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


def by_point(session: Session, city: City, a: int, b: int) -> list[PointUse]:
    """Every point with a roll-up of a day that begins in [a, b); the most used first.

    Each access point's days are found by their key, so it costs the same however long the record is; where no device
    moved since, whole months are read as one row each.
    """
    placed = placements(session, city, a)
    made = session.scalar(select(func.max(AreaDay.t)).where(AreaDay.city_id == city.id)) or 0
    by_month, by_day = in_months(city.time_zone, a, b, made) if placed.is_plain else ([], [(a, b)])
    parts = union_all(
        *(_sums(RollupMonth, placed, *period) for period in by_month),
        *(_sums(RollupDay, placed, *period) for period in by_day),
    ).subquery("parts")
    part = parts.c
    own = (
        select(
            part.point_id,
            (func.sum(part.clients_sum) * 1.0 / func.nullif(func.sum(part.clients_n), 0)).label("clients"),
            func.max(part.clients_max).label("peak"),
            (func.sum(part.rx_bytes) + func.sum(part.tx_bytes)).label("octets"),
            *(func.sum(part[name]).label(name) for name in ("up_s", "down_s", "unknown_s", "maintenance_s")),
        )
        .group_by(part.ap_id, part.point_id)
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


def _sums(model: type[RollupDay] | type[RollupMonth], placed: Placements, a: int, b: int) -> Rows:
    """Of each stay of an access point, over the rows that begin in [a, b)."""
    at = placed.table.c
    added = ("clients_sum", "clients_n", "rx_bytes", "tx_bytes", "up_s", "down_s", "unknown_s", "maintenance_s")
    columns = [func.sum(getattr(model, name)).label(name) for name in added]
    return (
        select(at.ap_id, at.point_id, func.max(model.clients_max).label("clients_max"), *columns)
        .join(model, (model.ap_id == at.ap_id) & (model.t >= a) & (model.t < b) & placed.held(model.t))
        .group_by(at.ap_id, at.point_id)
    )


def _whole(value: object) -> int | None:
    return None if value is None else int(str(value))
