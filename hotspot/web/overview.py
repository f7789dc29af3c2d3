"""The overview: what is wrong and is it one cause, how far is it to the target, what needs somebody."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hotspot.analytics.availability import Figure
from hotspot.analytics.calendar import day_of, days, hour_start, midnight
from hotspot.analytics.common_cause import Cause, one_cause
from hotspot.analytics.contracts import Ending, FundEnding
from hotspot.analytics.incident_words import OUTAGE
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.alerts.incident_pages import IncidentRow, incident_of_points, open_incidents
from hotspot.store.contracts import expiries
from hotspot.store.db import db
from hotspot.store.down import DownPoint, down_points
from hotspot.store.fleet import HourFigure, Trouble, attention, city_days, city_hours
from hotspot.store.funds import fund_expiries
from hotspot.store.glance import Aim, Glance, aim, glance
from hotspot.store.models import City
from hotspot.web.access import requires
from hotspot.web.charts import Chart, chart
from hotspot.web.city_map import CityMap, city_map
from hotspot.web.place import here

blueprint = Blueprint("overview", __name__)

STRIP_DAYS = 90
CHART_DAYS = 7
HOUR_S = 3600
OTHERS, TROUBLES = 4, 5  # incidents of rules, and points, that are shown


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    availability: float | None
    coverage: float | None


@dataclass(frozen=True, slots=True)
class Explained:
    """An open incident with how many of the points that are down belong to it."""

    row: IncidentRow
    points: int


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is down and by which incidents; what no incident tells of yet is the rest.

    As long as there is no incident, the `cause` that explains at least half of it, with the points of that cause and
    the address of their list. `longest` is since when the first of all has been down.
    """

    down: int
    longest: int
    incidents: list[Explained]
    cause: Cause | None
    members: list[DownPoint]
    url: str

    @property
    def rest(self) -> int:
        return self.down - sum(one.points for one in self.incidents)


@dataclass(frozen=True, slots=True)
class Overview:
    """`wrong` is None when no point is down; `others` are open incidents of rules, the gravest first.

    `strip` has every one of its days, `strip_figure` is all together.
    """

    wrong: Wrong | None
    others: list[IncidentRow]
    seen: Glance
    aim: Aim
    strip: list[Day]
    strip_figure: Figure
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
    if not shown.seen.counts.total:
        return render_template("overview/no_points.html")
    return render_template("overview/index.html", shown=shown)


@blueprint.get("/age")
@requires(Act.SEE)
def age() -> ResponseReturnValue:
    """How old the data are, for the head of every page."""
    return render_template("overview/age.html")


def overview(session: Session, city: City, at: int) -> Overview:
    strip, figure = city_strip(session, city, at)
    seen, dark = glance(session, city, at), down_points(session, city, at)
    incidents = open_incidents(session, city)
    clients, traffic = week(session, city, at)
    return Overview(
        wrong=wrong(dark, explained(session, city, dark, incidents)),
        others=[row for row in incidents if row.facts.kind != OUTAGE][:OTHERS],
        seen=seen,
        aim=aim(session, city, seen),
        strip=strip,
        strip_figure=figure,
        attention=attention(session, city, at, TROUBLES, down=dark),
        endings=expiries(session, city, seen.day),
        fund_endings=fund_expiries(session, city, at),
        map=city_map(session, city, seen.areas),
        clients=clients,
        traffic=traffic,
    )


def explained(session: Session, city: City, dark: Sequence[DownPoint], rows: Sequence[IncidentRow]) -> list[Explained]:
    """Which incidents explain what is down, the most first."""
    of_points = Counter(incident_of_points(session, city, [point.id for point in dark]).values()) if dark else Counter()
    found = [Explained(row, of_points[row.id]) for row in rows if row.id in of_points]
    return sorted(found, key=lambda one: -one.points)


def wrong(dark: Sequence[DownPoint], incidents: Sequence[Explained] = ()) -> Wrong | None:
    """What began while nobody looked only seems to have begun together, so it proves no cause."""
    if not dark:
        return None
    witnessed = [] if incidents else [point for point in dark if point.began_seen]
    cause = one_cause([point.began for point in witnessed], len(dark))
    members = [witnessed[place] for place in cause.members] if cause else []
    return Wrong(len(dark), dark[0].since, list(incidents), cause, members, list_of(cause, members))


def list_of(cause: Cause | None, members: Sequence[DownPoint]) -> str:
    if cause is None:
        return url_for("points.index", status="down")
    if cause.shared == "controller":
        return url_for("controllers.one", name=cause.name)
    if cause.shared == "provider":
        return url_for("points.index", status="down", provider=cause.name)
    code = members[0].area_code if cause.shared == "area" else members[0].district_code
    return url_for("points.index", status="down", area=code)


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
