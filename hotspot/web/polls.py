"""The single polls of an access point: those of a day or of the last ones, as curves, as a table and as files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from hotspot.analytics.calendar import day_of, midnight
from hotspot.analytics.extras import shown
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.spreadsheet import Cell
from hotspot.store.access_points import ApDetail, access_point_detail
from hotspot.store.chunks import Said
from hotspot.store.db import db
from hotspot.store.extras import extras_of
from hotspot.store.models import City
from hotspot.store.polls import Polls, polls_of
from hotspot.web.access import requires
from hotspot.web.configured import settings
from hotspot.web.place import here, zone
from hotspot.web.poll_curves import curves, steps
from hotspot.web.radio_curves import METRICS, groups
from hotspot.web.tables import download, iso
from hotspot.web.windows import EARLIEST, LATEST
from hotspot.web.words import gettext

blueprint = Blueprint("polls", __name__)

PERIODS = {"24h": (lazy_gettext("24 hours"), 86_400), "7d": (lazy_gettext("7 days"), 7 * 86_400)}
SHOWN = 300  # rows of the table; the file has all
COMMON = (
    "time", "answered", "rtt_ms", "uptime_s", "clients", "rx_bytes", "tx_bytes", "errors", "cpu_percent",
    "memory_percent", "ping_sent", "ping_received", "ping_ms",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """[a, b): a day of the city, or the time up to now that `period` names; `problem` says why it is another one."""

    a: int
    b: int
    period: str = ""
    day: date | None = None
    problem: str = ""


def chosen(at: int) -> Chosen:
    key = zone().key
    text, period = request.args.get("day", "").strip(), request.args.get("period", "")
    if text:
        try:
            day = date.fromisoformat(text)
            if EARLIEST <= day.year <= LATEST and midnight(key, day) <= at:
                return Chosen(midnight(key, day), midnight(key, day + timedelta(days=1)), day=day)
            problem = gettext("The day must be in the past.")
        except ValueError:
            problem = gettext("A day is written as 2026-11-21.")
        return Chosen(at - PERIODS["24h"][1], at, "24h", problem=problem)
    period = period if period in PERIODS else "24h"
    return Chosen(at - PERIODS[period][1], at, period)


def known(name: str) -> tuple[City, ApDetail]:
    city = here() or abort(404)
    return city, access_point_detail(db.session(), city, name, now()) or abort(404)


@blueprint.get("/access-points/<path:name>/polls")
@requires(Act.SEE)
def index(name: str) -> ResponseReturnValue:
    city, found = known(name)
    at = now()
    span = chosen(at)
    made = polls_of(db.session(), found.row.id, span.a, min(span.b, at + 1))
    said, damaged = extras_of(db.session(), found.row.id, span.a, min(span.b, at + 1))
    over = steps(span.a, span.b, found.row.interval_s or city.poll_interval_s)
    today = day_of(zone().key, at)
    return render_template(
        "polls/index.html",
        ap=found.row,
        span=span,
        periods=PERIODS,
        shown=curves(made.rows, over),
        rows=list(reversed(made.rows))[:SHOWN],
        groups=groups(said, over),
        METRICS=METRICS,
        damaged=sorted({*made.damaged, *damaged}),
        days=[today - timedelta(days=back) for back in range(1, 8)],
        today=today,
        kept_days=settings().keep_chunks_days,
    )


@blueprint.get("/access-points/<path:name>/polls.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def file(name: str, kind: str) -> ResponseReturnValue:
    """Every poll of the window with all that its radios and SSIDs said."""
    city, found = known(name)
    at = now()
    span = chosen(at)
    made = polls_of(db.session(), found.row.id, span.a, min(span.b, at + 1))
    said, _ = extras_of(db.session(), found.row.id, span.a, min(span.b, at + 1))
    return download(city, kind, "polls", head(said), cells(made, said))


def head(said: Said) -> Sequence[str]:
    """A series is named by its kind, its label and its metric."""
    return [*COMMON, *(" ".join(filter(None, series)) for series in said.series)]


def cells(made: Polls, said: Said) -> Iterator[Sequence[Cell]]:
    """One row a poll; "answered" is empty where nobody could ask."""
    places = {at: place for place, at in enumerate(said.times)}
    for poll in made.rows:
        place = places.get(poll.at)
        more = [
            None if place is None else shown(series.metric, column[place]) for series, column in said.series.items()
        ]
        yield (
            iso(poll.at), None if poll.up is None else int(poll.up), thousandths(poll.rtt_us), poll.uptime_s,
            poll.clients, poll.rx_bytes, poll.tx_bytes, poll.errors, poll.cpu_percent, poll.memory_percent,
            poll.ping_sent, poll.ping_received, thousandths(poll.ping_us), *more,
        )  # fmt: skip


def thousandths(microseconds: int | None) -> float | None:
    return None if microseconds is None else microseconds / 1000
