"""The incidents: what is wrong now, since when, who works on it; the same list as a file."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext, ngettext
from werkzeug.datastructures import MultiDict

from hotspot.analytics.incident_text import Said, Voice, headline, place
from hotspot.analytics.incident_words import KINDS, REASONS, SEVERITIES
from hotspot.analytics.permissions import EVERYWHERE, Act
from hotspot.analytics.written import Writer
from hotspot.clock import now
from hotspot.spreadsheet import Cell
from hotspot.store.alerts.incident_edit import MOST, acknowledge
from hotspot.store.alerts.incident_pages import (
    NOBODY,
    IncidentFilter,
    IncidentRow,
    assignees,
    incident_row,
    incidents_page,
    last_recovered,
)
from hotspot.store.base import writing
from hotspot.store.choices import choices
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.web.access import actor, current_account, requires
from hotspot.web.place import here, zone
from hotspot.web.tables import download, iso
from hotspot.web.views import first_view
from hotspot.web.windows import USAGE_PERIODS, window
from hotspot.web.words import gettext, locale

blueprint = Blueprint("incidents", __name__)

PER_PAGE, PER_FILE_PART, LONGEST, DIGITS, AT_PLACE = 50, 500, 100, 18, 5
WHICH = {"all": lazy_gettext("Open and ended"), "open": lazy_gettext("Open only")}
HEAD = (
    "incident", "kind", "severity", "state", "headline", "began", "ended", "duration_s", "members", "members_down",
    "points", "reason", "acknowledged_by", "acknowledged_at", "assigned_to", "due",
)  # fmt: skip


def asked(args: MultiDict[str, str]) -> IncidentFilter:
    """The filter in the address; what makes no sense filters nothing. Open incidents are listed whenever they began."""
    span = window(args, zone(), now())
    names = ("area", "provider", "assignee", "point", "access_point")
    texts = {name: args.get(name, "").replace("\0", "")[:LONGEST] for name in names}
    kind, severity = args.get("kind", ""), args.get("severity", "")
    return IncidentFilter(
        which="open" if args.get("which") == "open" else "all",
        kind=kind if kind in KINDS else "",
        severity=severity if severity in SEVERITIES else "",
        since=span.a,
        until=span.b if args.get("to", "").strip() else None,
        **texts,
    )


@blueprint.get("/incidents")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    if first := first_view("incidents.index"):
        return first
    session, chosen = db.session(), asked(request.args)
    filtered = any(getattr(chosen, name) for name in ("kind", "severity", "area", "provider", "assignee"))
    found = incidents_page(session, city, chosen, page=request.args.get("page", 1, int), per_page=PER_PAGE)
    return render_template(
        "incidents/index.html",
        found=found,
        last=None if found.open else last_recovered(session, city),
        chosen=chosen,
        filtered=filtered or bool(chosen.point or chosen.access_point),
        window=window(request.args, zone(), now()),
        choices=choices(session, city),
        given_to=assignees(session, city),
        periods=USAGE_PERIODS,
        WHICH=WHICH,
        NOBODY=NOBODY,
        query=request.query_string.decode("latin-1"),
    )


@blueprint.get("/incidents.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def file(kind: str) -> ResponseReturnValue:
    """Every incident of the filter."""
    city = here() or abort(404)
    return download(city, kind, "incidents", HEAD, (cells(row) for row in every(city, asked(request.args))))


def every(city: City, chosen: IncidentFilter) -> Iterator[IncidentRow]:
    number, last = 1, 1
    while number <= last:
        found = incidents_page(db.session(), city, chosen, page=number, per_page=PER_FILE_PART)
        yield from found.rows
        number, last = number + 1, found.pages


def cells(row: IncidentRow) -> Sequence[Cell]:
    one = row.facts
    return (
        one.id, one.kind, one.severity, "open" if row.is_open else "ended", say(headline(one)), iso(one.began),
        iso(one.recovered_at), row.lasted_s(now()), one.members, one.down, one.point_count, one.reason,
        one.acknowledged_by, iso(row.acknowledged_at), one.assignee, iso(one.due_at),
    )  # fmt: skip


@blueprint.post("/incidents")
@requires(Act.NETWORK, limited=True)
def change() -> ResponseReturnValue:
    """Acknowledges those ticked; those outside of the areas of the account are left out and named."""
    city = here() or abort(404)
    rows = [row for one in ids() if (row := incident_row(db.session(), city, one))]
    db.session.rollback()
    inside = [row.id for row in rows if may_change(row)]
    with writing(db.engine) as session:
        done = acknowledge(session, city, inside, now=now(), actor=actor())
    if done:
        text = ngettext("%(num)s incident is acknowledged.", "%(num)s incidents are acknowledged.", len(done))
        flash(text, "ok")
    else:
        flash(gettext("Nothing to acknowledge: tick incidents that are open and wait for it."), "warn")
    if outside := [f"#{row.id}" for row in rows if row.id not in inside]:
        flash(gettext("Left out, outside of the areas of your account: %(names)s", names=", ".join(outside)), "warn")
    return redirect(url_for("incidents.index", **kept()))


def ids() -> list[int]:
    words = request.form.getlist("id")[:MOST]
    return [int(word) for word in words if word.isascii() and word.isdigit() and len(word) <= DIGITS]


def kept() -> dict[str, Any]:
    """The filter, to come back to the list as it was."""
    names = ("which", "kind", "severity", "area", "provider", "assignee", "point", "access_point", "period", "page")
    return {name: value for name, value in request.args.items() if name in (*names, "from", "to", "view")}


@blueprint.app_template_global("may_change_incident")
def may_change(row: IncidentRow) -> bool:
    """Whether the person may do so wherever a member of it is."""
    person = current_account()
    return person is not None and all(person.may(Act.NETWORK, area) for area in row.areas or (EVERYWHERE,))


@blueprint.app_template_global("incidents_at")
def at_place(point: str = "", access_point: str = "") -> list[IncidentRow]:
    """For the page of a point, by its code, or of an access point, by its name: the last few, open ones first."""
    city, chosen = here(), IncidentFilter(point=point, access_point=access_point)
    return incidents_page(db.session(), city, chosen, per_page=AT_PLACE).rows if city else []


@blueprint.app_template_filter("said")
def say(said: Said) -> str:
    """In the reader's language."""
    return Voice(gettext, Writer(locale(), zone().key)).say(said)


@blueprint.app_template_filter("incident_headline")
def headline_of(row: IncidentRow) -> str:
    return say(headline(row.facts))


@blueprint.app_template_filter("incident_place")
def place_of(row: IncidentRow) -> str:
    """What its members share, as people know it."""
    where = place(row.facts)
    return say(where) if isinstance(where, Said) else where


@blueprint.app_template_global("incident_words")
def words() -> dict[str, dict[str, str]]:
    """The words of incidents in the reader's language, by table and key."""
    tables = {"kind": KINDS, "severity": SEVERITIES, "reason": REASONS}
    return {name: {key: gettext(text) for key, text in table.items()} for name, table in tables.items()}
