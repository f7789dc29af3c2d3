"""The overview: does it run, how far is it to the target, what needs somebody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hotspot.analytics.availability import Figure
from hotspot.analytics.calendar import day_of, days, hour_start, midnight
from hotspot.analytics.contracts import Ending, FundEnding
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.contracts import expiries
from hotspot.store.db import db
from hotspot.store.fleet import (
    AreaProgress,
    Counts,
    HourFigure,
    Trouble,
    area_progress,
    attention,
    city_days,
    city_hours,
    counts,
)
from hotspot.store.funds import fund_expiries
from hotspot.store.models import City
from hotspot.store.rollout import Standing, standing
from hotspot.web.access import requires
from hotspot.web.charts import Chart, chart
from hotspot.web.city_map import CityMap, city_map
from hotspot.web.place import here

blueprint = Blueprint("overview", __name__)

STRIP_DAYS = 90
CHART_DAYS = 7
HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    availability: float | None
    coverage: float | None


@dataclass(frozen=True, slots=True)
class Overview:
    """`strip` has every one of its days; `strip_figure` is all of them together."""

    counts: Counts
    standing: Standing
    strip: list[Day]
    strip_figure: Figure
    districts: list[AreaProgress]
    attention: list[Trouble]
    endings: list[Ending]
    fund_endings: list[FundEnding]
    map: CityMap | None
    clients: Chart | None
    traffic: Chart | None


@blueprint.get("/")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    shown = overview(db.session(), city, now())
    if not shown.counts.total:
        return render_template("overview/no_points.html")
    return render_template("overview/index.html", shown=shown)


@blueprint.get("/age")
@requires(Act.SEE)
def age() -> ResponseReturnValue:
    """How old the data are, for the head of every page."""
    return render_template("overview/age.html")


def overview(session: Session, city: City, at: int) -> Overview:
    strip, figure = city_strip(session, city, at)
    stands = standing(session, city, at)
    clients, traffic = week(session, city, at)
    return Overview(
        counts=counts(session, city, at),
        standing=stands,
        strip=strip,
        strip_figure=figure,
        districts=area_progress(session, city, stands.roster, at),
        attention=attention(session, city, at),
        endings=expiries(session, city, stands.day),
        fund_endings=fund_expiries(session, city, at, stands.roster),
        map=city_map(session, city, at),
        clients=clients,
        traffic=traffic,
    )


def city_strip(session: Session, city: City, at: int) -> tuple[list[Day], Figure]:
    today = day_of(city.time_zone, at)
    first = today - timedelta(days=STRIP_DAYS - 1)
    known = {day.date: day.figure for day in city_days(session, city, first, today + timedelta(days=1))}
    dates = [first + timedelta(days=i) for i in range(STRIP_DAYS)]
    nothing = Figure()
    strip = [Day(day, known.get(day, nothing).availability, known.get(day, nothing).coverage or 0.0) for day in dates]
    return strip, sum(known.values(), nothing)


def week(session: Session, city: City, at: int) -> tuple[Chart | None, Chart | None]:
    """Clients and bits a second by the hour; an hour that nobody measured is a gap."""
    last = hour_start(city.time_zone, at)  # the hour that runs is not whole yet
    first = midnight(city.time_zone, day_of(city.time_zone, at) - timedelta(days=CHART_DAYS - 1))
    times = list(range(first, last, HOUR_S))
    known = {hour.t: hour for hour in city_hours(session, city, first, last)}
    marks = [start for start, _ in days(city.time_zone, first, last)]
    clients = [known[t].clients_mean if t in known else None for t in times]
    return chart(times, clients, marks), chart(times, [bits(known, t) for t in times], marks)


def bits(known: Mapping[int, HourFigure], t: int) -> float | None:
    hour = known.get(t)
    if hour is None or hour.rx_bytes is None or hour.tx_bytes is None:
        return None
    return (hour.rx_bytes + hour.tx_bytes) * 8 / HOUR_S
