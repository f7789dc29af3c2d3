"""How much the Wi-Fi is used: clients and traffic over time, the rhythm of the week, points by use, and as files."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_start, days, hour_start
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.spreadsheet import Cell
from hotspot.store.db import db
from hotspot.store.fleet import city_hours
from hotspot.store.models import City
from hotspot.store.usage import PointUse, by_day, by_point
from hotspot.web.access import requires
from hotspot.web.charts import Chart, chart
from hotspot.web.heat import HeatMap, by_dark, by_most, clients_of_week, down_of_week
from hotspot.web.place import here, zone
from hotspot.web.tables import download
from hotspot.web.windows import USAGE_PERIODS, Window, window

blueprint = Blueprint("usage", __name__)

HOUR_S, DAY_S = 3600, 86400
HOURS_UP_TO_S = 8 * DAY_S  # a longer window is drawn by the day
RHYTHM_DAYS = 28
POINTS_DAYS = 31  # of a longer window its last days: so a page costs the same however long the window is
SHOWN = 10
MARKS = 5  # days named below a chart of many


@dataclass(frozen=True, slots=True)
class Usage:
    """`busiest` and `quiet` are points of the window; a quiet one was up and had next to nobody."""

    clients: Chart | None
    traffic: Chart | None
    octets: int | None
    by_hour: bool
    week: HeatMap
    dark: HeatMap
    busiest: list[PointUse]
    quiet: list[PointUse]
    points: int


@blueprint.get("/usage")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    at = now()
    span = window(request.args, zone(), at)
    return render_template(
        "usage/index.html",
        shown=usage(db.session(), city, span, at),
        window=span,
        periods=USAGE_PERIODS,
        query=request.query_string.decode("latin-1"),
        rhythm_days=RHYTHM_DAYS,
        points_days=POINTS_DAYS if span.b - span.a > (POINTS_DAYS + 1) * DAY_S else None,
    )


def usage(session: Session, city: City, span: Window, at: int) -> Usage:
    by_hour = span.b - span.a <= HOURS_UP_TO_S
    times, clients, octets, step = (hours if by_hour else whole_days)(session, city, span)
    marks = [start for start, _ in days(city.time_zone, span.a, span.b)]
    if not by_hour:
        marks = marks[:: -(-len(marks) // MARKS)]
    today = day_start(city.time_zone, at)
    lately = city_hours(session, city, today - RHYTHM_DAYS * DAY_S, today)
    used = by_point(session, city, day_start(city.time_zone, max(span.a, span.b - POINTS_DAYS * DAY_S)), span.b)
    seen = [row for row in used if row.clients is not None and row.figure.up_s]
    return Usage(
        clients=chart(times, clients, marks),
        traffic=chart(times, [None if one is None else one * 8 / step for one in octets], marks),
        octets=sum(one for one in octets if one is not None) if any(one is not None for one in octets) else None,
        by_hour=by_hour,
        week=by_most(clients_of_week(city.time_zone, ((hour.t, hour.clients_mean) for hour in lately))),
        dark=by_dark(down_of_week(city.time_zone, ((hour.t, hour.figure) for hour in lately))),
        busiest=used[:SHOWN],
        quiet=sorted(seen, key=lambda row: (row.clients or 0, row.code))[:SHOWN],
        points=len(used),
    )


Series = tuple[list[int], list[float | None], list[int | None], int]  # times, clients, octets, seconds of each


def hours(session: Session, city: City, span: Window) -> Series:
    """The whole hours of the window; one that nobody measured is a gap."""
    first, last = hour_start(city.time_zone, span.a), hour_start(city.time_zone, span.b)
    known = {hour.t: hour for hour in city_hours(session, city, first, last)}
    times = list(range(first, last, HOUR_S))
    found = [known.get(t) for t in times]
    octets = [both(hour.rx_bytes, hour.tx_bytes) if hour else None for hour in found]
    return times, [hour.clients_mean if hour else None for hour in found], octets, HOUR_S


def whole_days(session: Session, city: City, span: Window) -> Series:
    """The days of the window that are over."""
    known = {day.t: day for day in by_day(session, city, day_start(city.time_zone, span.a), span.b)}
    times = [start for start, end in days(city.time_zone, span.a, span.b) if end <= span.b]
    found = [known.get(t) for t in times]
    octets = [both(day.rx_bytes, day.tx_bytes) if day else None for day in found]
    return times, [day.clients if day else None for day in found], octets, DAY_S


def both(rx: int | None, tx: int | None) -> int | None:
    return None if rx is None or tx is None else rx + tx


@blueprint.get("/usage.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def file(kind: str) -> ResponseReturnValue:
    """Every point of the window."""
    city = here() or abort(404)
    span = window(request.args, zone(), now())
    used = by_point(db.session(), city, day_start(city.time_zone, span.a), span.b)
    return download(city, kind, "usage", HEAD, (cells(row) for row in used))


HEAD = (
    "point_code", "point_name", "area_name", "district_name", "clients_mean", "clients_peak", "octets",
    "availability", "coverage", "up_s", "down_s", "unknown_s", "maintenance_s",
)  # fmt: skip


def cells(row: PointUse) -> Sequence[Cell]:
    figure = row.figure
    return (
        row.code, row.name, row.area, row.district, None if row.clients is None else round(row.clients, 2), row.peak,
        row.octets, figure.availability, figure.coverage, figure.up_s, figure.down_s, figure.unknown_s,
        figure.maintenance_s,
    )  # fmt: skip
