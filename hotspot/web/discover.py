"""Devices to discover: asking for a search, how far it is, and what is done with the devices it found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import IntegerField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from hotspot.analytics.address_ranges import MOST, ranges
from hotspot.analytics.discovery import (
    BY_NAME,
    BY_NEIGHBOUR,
    BY_SUBNET,
    DUPLICATE,
    ENGINE_ID,
    INVENTORY,
    MOVED,
    NEW,
    PING,
    REFUSED,
    SERIAL,
)
from hotspot.analytics.import_row import RejectedError
from hotspot.clock import now
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.found_devices import (
    ACCESS_POINT,
    ADDED,
    CONTROLLER,
    IGNORED,
    FoundRow,
    Wish,
    add_found,
    found_rows,
    ignore,
    notice,
    points_like,
    undo_add,
)
from hotspot.store.models import City
from hotspot.store.searches import (
    CANCELLED,
    DONE,
    INTERRUPTED,
    RUNNING,
    WAITING,
    cancel,
    searches,
)
from hotspot.store.searches import request as request_search
from hotspot.web.access import actor, admin_required
from hotspot.web.credentials import rows as credential_rows
from hotspot.web.place import here
from hotspot.web.refusals import refuse, sentence
from hotspot.web.tables import download, iso
from hotspot.web.words import gettext

blueprint = Blueprint("discover", __name__, url_prefix="/discover")

RATE, PER_PAGE, SHOWN_SEARCHES = 100, 100, 5
STATES = {
    NEW: lazy_gettext("New"),
    MOVED: lazy_gettext("Moved"),
    DUPLICATE: lazy_gettext("Seen twice"),
    REFUSED: lazy_gettext("No credential fits"),
    PING: lazy_gettext("Answers ping only"),
    INVENTORY: lazy_gettext("In the inventory"),
}
SAME = {SERIAL: lazy_gettext("the same serial number as"), ENGINE_ID: lazy_gettext("the same engine-ID as")}
REASONS = {
    BY_NAME: lazy_gettext("by its name"),
    BY_NEIGHBOUR: lazy_gettext("by its switch: %(because)s"),
    BY_SUBNET: lazy_gettext("all access points of %(because)s are there"),
}
KINDS = {ACCESS_POINT: lazy_gettext("Access point"), CONTROLLER: lazy_gettext("Controller")}
SEARCH_STATES = {
    WAITING: lazy_gettext("Waiting for the collector"),
    RUNNING: lazy_gettext("Searching"),
    INTERRUPTED: lazy_gettext("Interrupted; goes on when the collector works"),
    DONE: lazy_gettext("Done"),
    CANCELLED: lazy_gettext("Cancelled"),
}
VIEWS: Mapping[str, tuple[object, Callable[[FoundRow], bool]]] = {
    "open": (
        lazy_gettext("To decide"),
        lambda row: not row.decision and row.verdict.state not in (PING, INVENTORY),
    ),
    "ping": (STATES[PING], lambda row: not row.decision and row.verdict.state == PING),
    "inventory": (STATES[INVENTORY], lambda row: not row.decision and row.verdict.state == INVENTORY),
    "added": (lazy_gettext("Added"), lambda row: row.decision == ADDED),
    "ignored": (lazy_gettext("Ignored"), lambda row: row.decision == IGNORED),
}


class SearchForm(FlaskForm):
    ranges = TextAreaField(lazy_gettext("Addresses"), render_kw={"rows": 2, "spellcheck": "false"})
    sets = SelectMultipleField(
        lazy_gettext("Credentials, tried in this order"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    rate = IntegerField(lazy_gettext("Addresses a second"), [InputRequired()], default=RATE)
    port = IntegerField(lazy_gettext("SNMP port"), [InputRequired()], default=161)


def search_form(city: City) -> SearchForm:
    """All credentials are chosen unless the address names one."""
    known = [(row.id, row.name) for row in credential_rows(city)]
    named = [int(text) for text in request.args.getlist("sets") if text.isascii() and text.isdigit()]
    port = request.args.get("port", 161, int)
    form = SearchForm(
        ranges=request.args.get("ranges", "")[:500], sets=named or [set_id for set_id, _ in known], port=port
    )
    form.sets.choices = known
    return form


@dataclass(frozen=True, slots=True)
class View:
    key: str
    word: object
    count: int


@dataclass(frozen=True, slots=True)
class Part:
    """A page of the found devices."""

    rows: list[FoundRow]
    total: int
    page: int
    pages: int


@blueprint.get("/")
@admin_required
def index() -> ResponseReturnValue:
    city = here()
    return render_template("overview/no_city.html") if city is None else show(city, search_form(city))


def show(city: City, form: SearchForm, status: int = 200) -> ResponseReturnValue:
    found = found_rows(db.session(), city, now())
    chosen = request.args.get("show", "open")
    chosen = chosen if chosen in VIEWS else "open"
    asked = searches(db.session(), city.id, SHOWN_SEARCHES)
    page = render_template(
        "discover/index.html",
        form=form,
        asked=asked,
        active=any(one.is_open(now()) for one in asked),
        found=part([row for row in found if VIEWS[chosen][1](row)]),
        views=[View(key, word, sum(map(belongs, found))) for key, (word, belongs) in VIEWS.items()],
        chosen=chosen,
        MOST=MOST,
        STATES=STATES,
        SEARCH_STATES=SEARCH_STATES,
        **WORDS,
    )
    return page, status


def part(rows: Sequence[FoundRow]) -> Part:
    pages = max(1, -(-len(rows) // PER_PAGE))
    page = min(max(1, request.args.get("page", 1, int)), pages)
    return Part(list(rows[(page - 1) * PER_PAGE : page * PER_PAGE]), len(rows), page, pages)


def same_as(row: FoundRow) -> str:
    """What it shares with whom, as words."""
    verdict = row.verdict
    return f"{SAME[verdict.by]} {', '.join(verdict.others)}" if verdict.by else ""


def reason(row: FoundRow) -> str:
    """Why that point is proposed, as words."""
    proposal = row.verdict.proposal
    return str(REASONS[proposal.reason]) % {"because": proposal.because} if proposal else ""


WORDS = {"same_as": same_as, "reason": reason}


@blueprint.post("/")
@admin_required
def begin() -> ResponseReturnValue:
    city = here() or abort(404)
    form = search_form(city)
    if not form.validate():
        return show(city, form, 422)
    try:
        found = ranges(form.ranges.data or "")
        in_order = [set_id for set_id, _ in form.sets.choices if set_id in (form.sets.data or ())]
        with writing(db.engine) as session:
            asked = {"port": form.port.data, "rate": form.rate.data, "now": now(), "actor": actor()}
            request_search(session, city.id, found, in_order, **asked)
    except RejectedError as error:
        refuse(form, error)
        return show(city, form, 422)
    flash(gettext("The search is asked for; the collector begins within seconds."), "ok")
    return redirect(url_for("discover.index", _anchor="searches"))


@blueprint.post("/searches/<int:search_id>/cancel")
@admin_required
def stop(search_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    with writing(db.engine) as session:
        done = cancel(session, city.id, search_id, now(), actor())
    if done:
        flash(gettext("The search is cancelled; what it found stays."), "ok")
    else:
        flash(gettext("The search was over before."), "warn")
    return redirect(url_for("discover.index", _anchor="searches"))


@blueprint.get("/points")
@admin_required
def points() -> ResponseReturnValue:
    """What completes the code of a point: options of a list, for whatever field is being typed in."""
    city = here() or abort(404)
    words = next(iter(request.args.values()), "").replace("\0", "")[:100].strip()
    return render_template("discover/points.html", points=points_like(db.session(), city, words) if words else [])


@blueprint.get("/devices.<any(csv, xlsx):kind>")
@admin_required
def file(kind: str) -> ResponseReturnValue:
    """The devices of the view."""
    city = here() or abort(404)
    belongs = VIEWS.get(request.args.get("show", "open"), VIEWS["open"])[1]
    rows = [row for row in found_rows(db.session(), city, now()) if belongs(row)]
    head = [*HEAD, "last_seen"]
    return download(city, kind, "found-devices", head, ([*row.record.values(), iso(row.last_seen)] for row in rows))


HEAD = (
    "address", "port", "state", "same_as", "because_of", "credential", "ping_ms", "vendor", "model", "firmware",
    "serial", "name", "neighbour", "access_points", "point", "reason", "error",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One device of the preview: what would be added, and what is wrong with it."""

    row: FoundRow
    wish: Wish
    column: str = ""
    error: str = ""


@blueprint.post("/add")
@admin_required
def add() -> ResponseReturnValue:
    """First what would be added, to be looked at and changed; then, all or nothing, it is."""
    city = here() or abort(404)
    lines = wished(city)
    if not lines:
        flash(gettext("No device is chosen that can be added."), "warn")
        return redirect(url_for("discover.index"))
    if request.form.get("sure") != "yes":
        return preview(lines)
    lines = tried(city, lines)
    if any(line.error for line in lines):
        return preview(lines, 422)
    flash(gettext("%(count)s devices are in the inventory now.", count=len(lines)), "ok")
    return redirect(url_for("discover.index", show="added"))


def preview(lines: Sequence[Line], status: int = 200) -> ResponseReturnValue:
    return render_template("discover/add.html", lines=lines, KINDS=KINDS, **WORDS), status


def wished(city: City) -> list[Line]:
    chosen = chosen_ids()
    rows = [row for row in found_rows(db.session(), city, now()) if row.id in chosen and row.can_be_added]
    return [Line(row, wish(row)) for row in rows]


def wish(row: FoundRow) -> Wish:
    """As typed; what was not asked for is as proposed."""
    kind = request.form.get(f"kind-{row.id}", row.kind)
    proposed = row.verdict.proposal.point if row.verdict.proposal and kind != CONTROLLER else ""
    name = request.form.get(f"name-{row.id}", row.name)
    return Wish(row.id, name, request.form.get(f"point-{row.id}", proposed).strip(), kind)


def tried(city: City, lines: Sequence[Line]) -> list[Line]:
    """Added, or with what is wrong and nothing added."""
    judged = []
    with writing(db.engine) as session:
        for line in lines:
            try:
                add_found(session, city, line.wish, now(), actor())
                judged.append(line)
            except RejectedError as error:
                judged.append(replace(line, column=error.column, error=sentence(error)))
        if any(line.error for line in judged):
            session.rollback()
    return judged


@blueprint.post("/ignore")
@admin_required
def leave() -> ResponseReturnValue:
    return decided(ignore, gettext("%(count)s devices are ignored from now on."))


@blueprint.post("/notice")
@admin_required
def look_again() -> ResponseReturnValue:
    return decided(notice, gettext("%(count)s devices wait for a decision again."))


@blueprint.post("/undo")
@admin_required
def undo() -> ResponseReturnValue:
    return decided(undo_add, gettext("%(count)s devices are taken out again; what was polled stays."))


Decide = Callable[[Session, City, set[int], int, str], int]


def decided(act: Decide, said: str) -> ResponseReturnValue:
    city = here() or abort(404)
    with writing(db.engine) as session:
        count = act(session, city, chosen_ids(), now(), actor())
    flash(said % {"count": count}, "ok" if count else "warn")
    return redirect(url_for("discover.index", show=request.form.get("show", "open"), _anchor="found"))


def chosen_ids() -> set[int]:
    return {int(text) for text in request.form.getlist("found") if text.isascii() and text.isdigit() and len(text) < 16}
