"""What the roll-ups tell of points: daily strips, figures of 30 days, clients by the hour, series for charts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from hotspot.analytics.availability import Figure
from hotspot.analytics.calendar import day_of, hour_start, midnight
from hotspot.analytics.stays import Presence
from hotspot.store.models import City, RollupDay, RollupHour
from hotspot.store.placements import Placements, placements
from hotspot.store.recent import FIGURE_DAYS, first_midnight

STRIP_DAYS = 90
SPARK_HOURS = 24
HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Strip:
    """Of one point: 30 days as a figure, 90 daily availabilities and 24 hourly means of clients, oldest first."""

    month: Figure
    days: list[float | None]
    spark: list[int | None]


NOTHING = Strip(Figure(0, 0, 0, 0), [None] * STRIP_DAYS, [None] * SPARK_HOURS)


def strips(session: Session, city: City, point_ids: Sequence[int], now: int) -> dict[int, Strip]:
    """Of the points of one page, in two queries; a point with no roll-up is missing."""
    first = first_midnight(city, now, STRIP_DAYS)
    placed = placements(session, city, first, point_ids)
    days = daily_figures(session, placed, first)
    hours = hourly_clients(session, city, placed, now)
    today = day_of(city.time_zone, now)
    midnights = [midnight(city.time_zone, today - timedelta(days=back)) for back in range(STRIP_DAYS - 1, -1, -1)]
    last_hour = hour_start(city.time_zone, now)
    clock = [last_hour - back * HOUR_S for back in range(SPARK_HOURS - 1, -1, -1)]
    return {
        point: Strip(
            sum((days[point][t] for t in midnights[-FIGURE_DAYS:] if t in days[point]), Figure(0, 0, 0, 0)),
            [days[point][t].availability if t in days[point] else None for t in midnights],
            [hours[point].get(t) for t in clock],
        )
        for point in days.keys() | hours.keys()
    }


def daily_figures(session: Session, placed: Placements, first: int) -> dict[int, dict[int, Figure]]:
    found: dict[int, dict[int, Figure]] = defaultdict(dict)
    at = placed.table.c
    query = (
        select(
            at.point_id,
            RollupDay.t,
            func.sum(RollupDay.up_s),
            func.sum(RollupDay.down_s),
            func.sum(RollupDay.unknown_s),
            func.sum(RollupDay.maintenance_s),
        )
        .join(RollupDay, RollupDay.ap_id == at.ap_id)
        .where(RollupDay.t >= first, placed.held(RollupDay.t))
        .group_by(at.point_id, RollupDay.t)
    )
    for point, t, *seconds in session.execute(query):
        found[point][t] = Figure(*map(int, seconds))
    return found


def hourly_clients(session: Session, city: City, placed: Placements, now: int) -> dict[int, dict[int, int]]:
    """The sum of the access points' means; an hour in which none was read is missing."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    first = hour_start(city.time_zone, now) - (SPARK_HOURS - 1) * HOUR_S
    mean = func.sum(RollupHour.clients_sum * 1.0 / RollupHour.clients_n).label("clients")
    at = placed.table.c
    query = (
        select(at.point_id, RollupHour.t.label("hour"), mean)
        .join(RollupHour, RollupHour.ap_id == at.ap_id)
        .where(RollupHour.t >= first, RollupHour.clients_n > 0, placed.held(RollupHour.t))
        .group_by(at.point_id, RollupHour.t)
    )
    for row in session.execute(query):
        found[row.point_id][row.hour] = round(row.clients)
    return found


def month_figure(row: Any) -> Figure:
    """A row of recent.month_figures."""
    return Figure(int(row.up_s), int(row.down_s), int(row.unknown_s), int(row.maintenance_s))


def present(table: type[RollupDay] | type[RollupHour], presences: Sequence[Presence]) -> ColumnElement[bool]:
    """Whether a row's time counts."""
    always = [one.ap_id for one in presences if one == Presence(one.ap_id)]
    stays = (
        and_(table.ap_id == one.ap_id, table.t >= one.since, table.t < one.until)
        for one in presences
        if one != Presence(one.ap_id)
    )
    return or_(table.ap_id.in_(always), *stays)


@dataclass(frozen=True, slots=True)
class Bucket:
    """An hour or a day from `t` on; what nobody read is None, never 0; `clients_mean` sums the devices' means."""

    t: int
    figure: Figure
    clients_mean: float | None
    clients_max: int | None
    rx_bytes: int | None
    tx_bytes: int | None
    rtt_ms: float | None


def series(
    session: Session, presences: Sequence[Presence], a: int, b: int, step: Literal["hour", "day"]
) -> list[Bucket]:
    """Of one or several access points together, in order of time; a bucket nobody measured is missing: a gap."""
    table = RollupHour if step == "hour" else RollupDay
    timed = case((table.rtt_us_sum.is_not(None), table.answered))  # what a controller tells of took no round trip
    query = (
        select(
            table.t.label("start"),
            func.sum(table.up_s).label("up"),
            func.sum(table.down_s).label("down"),
            func.sum(table.unknown_s).label("unknown"),
            func.sum(table.maintenance_s).label("maintenance"),
            func.sum(table.clients_sum * 1.0 / func.nullif(table.clients_n, 0)).label("clients"),
            func.sum(table.clients_max).label("clients_max"),
            func.sum(table.rx_bytes).label("rx"),
            func.sum(table.tx_bytes).label("tx"),
            (func.sum(table.rtt_us_sum) / 1000.0 / func.nullif(func.sum(timed), 0)).label("rtt_ms"),
        )
        .where(present(table, presences), table.t >= a, table.t < b)
        .group_by(table.t)
        .order_by(table.t)
    )
    return [
        Bucket(
            row.start,
            Figure(int(row.up), int(row.down), int(row.unknown), int(row.maintenance)),
            None if row.clients is None else float(row.clients),
            None if row.clients_max is None else int(row.clients_max),
            None if row.rx is None else int(row.rx),
            None if row.tx is None else int(row.tx),
            None if row.rtt_ms is None else float(row.rtt_ms),
        )
        for row in session.execute(query)
    ]
