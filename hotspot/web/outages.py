"""The outages: open ones first, those that may have one cause together, and the same list as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from hotspot.analytics.common_cause import Began, Cause, causes
from hotspot.analytics.incident_words import OUTAGE
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.spreadsheet import Cell
from hotspot.store.alerts.incident_pages import incident_of_outages, open_incidents
from hotspot.store.choices import choices, providers_of
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.outages import OutageFilter, OutageRow, outages_page
from hotspot.web.access import requires
from hotspot.web.place import here, zone
from hotspot.web.tables import download, iso
from hotspot.web.views import first_view
from hotspot.web.windows import PERIODS, Window, window

blueprint = Blueprint("outages", __name__)

PER_PAGE, PER_FILE_PART, MOST_OPEN, MOST_INCIDENTS, LONGEST = 50, 1000, 1000, 5, 100
LENGTHS = {
    "0": lazy_gettext("Any length"),
    "300": lazy_gettext("5 minutes and more"),
    "3600": lazy_gettext("1 hour and more"),
    "86400": lazy_gettext("1 day and more"),
}

MEMBERS = {
    "district": lazy_gettext("by kecamatan"),
    "village": lazy_gettext("by kelurahan"),
    "point": lazy_gettext("by point"),
    "provider": lazy_gettext("by provider"),
    "fund": lazy_gettext("by fund"),
}


def asked(args: MultiDict[str, str], chosen: Window) -> OutageFilter:
    """The filter in the URL; what makes no sense filters nothing. Open outages are listed whenever they began."""
    texts = {name: args.get(name, "").replace("\0", "")[:LONGEST] for name in ("area", "point", "access_point")}
    least = args.get("least", "0")
    return OutageFilter(
        **texts,
        which="open" if args.get("which") == "open" else "all",
        since=chosen.a,
        until=chosen.b,
        least_s=int(least) if least in LENGTHS else 0,
    )


@blueprint.get("/outages")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    if first := first_view("outages.index"):
        return first
    session, at = db.session(), now()
    span = window(request.args, zone(), at)
    chosen = asked(request.args, span)
    number, known = request.args.get("page", 1, int), open_incidents(session, city, kind=OUTAGE)
    found = outages_page(session, city, chosen, now=at, page=number, per_page=PER_PAGE)
    return render_template(
        "outages/index.html",
        found=found,
        incident_of=incident_of_outages(session, [(row.ap_id, row.start) for row in found.rows]),
        chosen=chosen,
        window=span,
        incidents=[row for row in known if row.facts.members > 1][:MOST_INCIDENTS],
        together=[] if known else together(city, at),
        choices=choices(session, city),
        periods=PERIODS,
        lengths=LENGTHS,
        members=MEMBERS,
        query=request.query_string.decode("latin-1"),
        figures=figure_files(span, chosen),
    )


def figure_files(span: Window, chosen: OutageFilter) -> dict[str, str]:
    """Addresses of the API's figures of the window, a line a member."""
    scope = {name: getattr(chosen, name) for name in ("area", "point", "access_point")}
    names: dict[str, Any] = {"from": iso(span.a), "to": iso(span.b)} | {k: name for k, name in scope.items() if name}
    return {by: url_for("api.availability", **names, by=by, format="csv") for by in MEMBERS}


@dataclass(frozen=True, slots=True)
class Together:
    cause: Cause
    rows: list[OutageRow]


def together(city: City, at: int) -> list[Together]:
    """Open outages that may have one cause, until incidents tell; those that nobody saw begin only look so."""
    found = outages_page(db.session(), city, OutageFilter(which="open"), now=at, per_page=MOST_OPEN)
    rows = [row for row in found.rows if row.began_seen]
    provider = providers_of(db.session(), city, {row.point_code for row in rows})
    began = [Began(row.start, row.area, provider.get(row.point_code, "")) for row in rows]
    return [Together(cause, [rows[place] for place in cause.members]) for cause in causes(began)]


@blueprint.get("/outages.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def file(kind: str) -> ResponseReturnValue:
    """Every outage of the filter."""
    city = here() or abort(404)
    chosen = asked(request.args, window(request.args, zone(), now()))
    return download(city, kind, "outages", HEAD, (cells(row) for row in every(city, chosen, now())))


def every(city: City, chosen: OutageFilter, at: int) -> Iterator[OutageRow]:
    number, last = 1, 1
    while number <= last:
        found = outages_page(db.session(), city, chosen, now=at, page=number, per_page=PER_FILE_PART)
        yield from found.rows
        number, last = number + 1, found.pages


HEAD = (
    "point_code", "point_name", "ap_name", "area_code", "area_name", "district_name", "state", "began", "ended",
    "duration_s", "began_up_to_s_earlier", "ended_up_to_s_earlier",
)  # fmt: skip


def cells(row: OutageRow) -> Sequence[Cell]:
    return (
        row.point_code, row.point_name, row.ap_name, row.area_code, row.area, row.district, row.state, iso(row.start),
        iso(row.end), row.duration_s, row.start_err, row.end_err,
    )  # fmt: skip
