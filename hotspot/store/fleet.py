"""The city at a glance: counts now, progress by district, its days and hours, what needs attention, the map."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.availability import Figure
from hotspot.analytics.calendar import day_of, midnight
from hotspot.analytics.inventory import GONE, IN_SERVICE
from hotspot.store.city import STALE_INTERVALS
from hotspot.store.down import DownPoint, down_points
from hotspot.store.models import ApState, Area, AreaDay, AreaHour, City, Point, RollupHour
from hotspot.store.placements import placements
from hotspot.store.points import points, settled
from hotspot.store.recent import SECONDS, month_figures
from hotspot.store.standing import STATUSES, deviceless, point_now, status
from hotspot.store.strips import month_figure

LEAST_COVERAGE = 0.5  # below it a bad availability says more about the looking than about the point


@dataclass(frozen=True, slots=True)
class Counts:
    """Points by what they do now. `total` is all that were not taken down; `clients` is None when none was read."""

    total: int
    up: int
    degraded: int
    down: int
    unknown: int
    monitoring_broken: int
    planned: int
    out_of_service: int
    access_points: int
    access_points_up: int
    access_points_down: int
    access_points_monitoring_broken: int
    clients: int | None
    clients_known: int

    @property
    def in_service(self) -> int:
        return self.up + self.degraded + self.down + self.unknown + self.monitoring_broken


def counts(session: Session, city: City, now: int) -> Counts:
    """Points without an access point are what is left of each stage of life: so no large tables need an outer join."""
    current = point_now(session, city.id, now, dated=False)
    word = status(current).label("word")
    c = current.c
    query = (
        select(
            word,
            Point.lifecycle,
            func.count().label("points"),
            func.sum(c.total).label("aps"),
            func.sum(c.up).label("up"),
            func.sum(c.down).label("down"),
            func.sum(c.broken).label("broken"),
            func.sum(c.clients).label("clients"),
            func.sum(c.clients_known).label("known"),
        )
        .select_from(current)
        .join(Point, c.point_id == Point.id)
        .group_by(word, Point.lifecycle)
    )
    rows = session.execute(query).all()
    left = Counter(dict(session.execute(stages(city)).all()))
    by_status = dict.fromkeys(STATUSES, 0)
    for row in rows:
        by_status[row.word] += row.points
        left[row.lifecycle] -= row.points
    for stage, number in left.items():
        by_status[deviceless(stage)] += number
    clients = [int(row.clients) for row in rows if row.clients is not None]

    def devices(column: str) -> int:
        return sum(int(getattr(row, column) or 0) for row in rows)

    return Counts(
        total=sum(by_status.values()),
        **by_status,
        access_points=devices("aps"),
        access_points_up=devices("up"),
        access_points_down=devices("down"),
        access_points_monitoring_broken=devices("broken"),
        clients=sum(clients) if clients else None,
        clients_known=devices("known"),
    )


def stages(city: City) -> Select[str, int]:
    """How many points are in each stage of life."""
    return select(Point.lifecycle, func.count()).where(Point.city_id == city.id).group_by(Point.lifecycle)


def pings(session: Session, city: City, now: int) -> tuple[int, int]:
    """Echo requests and answers of the newest poll of each device that was asked lately."""
    lately = ApState.last_poll >= now - STALE_INTERVALS * ApState.interval_s
    query = select(func.sum(ApState.ping_sent), func.sum(ApState.ping_received))
    sent, received = session.execute(query.where(ApState.city_id == city.id, lately)).one()
    return int(sent or 0), int(received or 0)


@dataclass(frozen=True, slots=True)
class AreaProgress:
    """A district: points installed, running (the count active), planned, and down now."""

    code: str
    name: str
    installed: int
    running: int
    planned: int
    down: int


@dataclass(frozen=True, slots=True)
class DayFigure:
    """A day of the whole city; what nobody read is None."""

    date: date
    figure: Figure
    rx_bytes: int | None
    tx_bytes: int | None


@dataclass(frozen=True, slots=True)
class HourFigure:
    t: int
    figure: Figure
    clients_mean: float | None
    rx_bytes: int | None
    tx_bytes: int | None


def city_days(session: Session, city: City, since: date, until: date) -> list[DayFigure]:
    """The days since <= day < until that have a roll-up, oldest first."""
    a, b = midnight(city.time_zone, since), midnight(city.time_zone, until)
    return [
        DayFigure(day_of(city.time_zone, day.t), day.figure, day.rx_bytes, day.tx_bytes)
        for day in area_sums(session, city, AreaDay, a, b)
    ]


def city_hours(session: Session, city: City, a: int, b: int) -> list[HourFigure]:
    """The hours that begin in [a, b) and have a roll-up, oldest first."""
    return area_sums(session, city, AreaHour, a, b)


def area_figures(session: Session, city: City, a: int, b: int) -> dict[str, Figure]:
    """Of each kelurahan with a roll-up of a day that begins in [a, b), by its code."""
    sums = (func.sum(getattr(AreaDay, name)) for name in SECONDS)
    query = select(Area.code, *sums).join(AreaDay, AreaDay.area_id == Area.id)
    where = (AreaDay.city_id == city.id, AreaDay.t >= a, AreaDay.t < b)
    return {code: Figure(*map(int, parts)) for code, *parts in session.execute(query.where(*where).group_by(Area.code))}


def area_sums(session: Session, city: City, table: type[AreaDay] | type[AreaHour], a: int, b: int) -> list[HourFigure]:
    query = (
        select(
            table.t.label("start"),
            func.sum(table.up_s).label("up"),
            func.sum(table.down_s).label("down"),
            func.sum(table.unknown_s).label("unknown"),
            func.sum(table.maintenance_s).label("maintenance"),
            func.sum(table.clients_max).label("clients"),  # of an hour the sum of its access points' means
            func.sum(table.rx_bytes).label("rx"),
            func.sum(table.tx_bytes).label("tx"),
        )
        .where(table.city_id == city.id, table.t >= a, table.t < b)
        .group_by(table.t)
        .order_by(table.t)
    )
    return [
        HourFigure(
            row.start,
            Figure(int(row.up), int(row.down), int(row.unknown), int(row.maintenance)),
            None if row.clients is None else float(row.clients),
            None if row.rx is None else int(row.rx),
            None if row.tx is None else int(row.tx),
        )
        for row in session.execute(query)
    ]


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A point on the map; one that nobody placed yet has no latitude."""

    id: int
    code: str
    name: str
    district: str
    latitude: float | None
    longitude: float | None
    state: str
    clients: int | None


def map_points(session: Session, city: City, now: int) -> list[MapPoint]:
    """Every point that was not taken down."""
    p = points(session, city, now).subquery("p")
    query = (
        select(p.c.id, p.c.code, p.c.name, p.c.district, p.c.latitude, p.c.longitude, p.c.status, p.c.clients)
        .where(p.c.lifecycle.not_in(GONE))
        .order_by(p.c.code)
    )
    return [MapPoint(*row) for row in session.execute(query)]


def map_points_then(session: Session, city: City, t: int) -> list[MapPoint]:
    """Every point that was measured in the hour that began at `t`: up or down all of it, degraded in between.

    An access point counts where it stood then. Stages and places are those of now.
    """
    placed = placements(session, city, t)
    hours = (RollupHour.ap_id == placed.table.c.ap_id) & (RollupHour.t == t) & placed.held(RollupHour.t)
    up, down = func.coalesce(func.sum(RollupHour.up_s), 0), func.coalesce(func.sum(RollupHour.down_s), 0)
    mean = func.sum(RollupHour.clients_sum * 1.0 / func.nullif(RollupHour.clients_n, 0))
    then = select(placed.table.c.point_id, up.label("up_s"), down.label("down_s"), mean.label("clients"))
    then_ = then.select_from(placed.table).join(RollupHour, hours).group_by(placed.table.c.point_id).subquery("then")
    p, s = settled(city).subquery("p"), then_.c
    word = case(
        (s.up_s + s.down_s == 0, "unknown"), (s.down_s == 0, "up"), (s.up_s == 0, "down"), else_="degraded"
    )  # fmt: skip
    columns = (p.c.id, p.c.code, p.c.name, p.c.district, p.c.latitude, p.c.longitude, word, func.round(s.clients))
    query = select(*columns).join(then_, s.point_id == p.c.id).order_by(p.c.code)
    return [MapPoint(*row[:7], clients=None if row[7] is None else int(row[7])) for row in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A point that needs a person: `why` is down (since `since`) or worst (`figure` of its last 30 days)."""

    id: int
    code: str
    name: str
    district: str
    status: str
    why: str
    since: int | None
    figure: Figure | None


def attention(
    session: Session, city: City, now: int, limit: int = 8, down: Sequence[DownPoint] | None = None
) -> list[Trouble]:
    """Points that are down, the longest first; then the least available ones of the last 30 days.

    The few are found before their names are asked for, so that it takes as long in a city of a hundred thousand.
    """
    dark = down_points(session, city, now) if down is None else down
    month = month_figures(session, city, now)
    known = (Point.city_id == city.id, Point.lifecycle.in_(IN_SERVICE), month.c.coverage >= LEAST_COVERAGE)
    least = select(Point.id, month.c.up_s, month.c.down_s, month.c.unknown_s, month.c.maintenance_s)
    least = least.join(month, month.c.point_id == Point.id).where(*known, month.c.availability < 1)
    silent = {point.id: point.since for point in dark}
    left = limit - len(dark)
    worst = {}
    if left > 0:
        rows = session.execute(least.order_by(month.c.availability, Point.code).limit(limit))
        worst = {row.id: month_figure(row) for row in rows if row.id not in silent}
    ids = [*silent, *worst][:limit]
    told = {row.id: row for row in session.execute(points(session, city, now, ids))}

    def trouble(row: Any) -> Trouble:
        since, figure = silent.get(row.id), worst.get(row.id)
        why = "down" if row.id in silent else "worst"
        return Trouble(row.id, row.code, row.name, row.district, row.status, why, since, figure)

    return [trouble(told[one]) for one in ids]
