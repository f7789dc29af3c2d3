"""Found devices: the lists of them, what would be added, and what a person decides; each decision can be undone."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

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
from hotspot.analytics.import_row import RejectedError, reject
from hotspot.analytics.paging import paged
from hotspot.analytics.permissions import OUTSIDE, Act
from hotspot.clock import now
from hotspot.store.base import writing
from hotspot.store.bounds import outside
from hotspot.store.db import db
from hotspot.store.found_decisions import Wish, add_found, ignore, notice, undo_add
from hotspot.store.found_devices import ACCESS_POINT, ADDED, CONTROLLER, IGNORED, FoundRow, found_rows, points_like
from hotspot.store.models import City
from hotspot.web.access import actor, own_areas, requires
from hotspot.web.place import here
from hotspot.web.refusals import sentence
from hotspot.web.tables import download, iso
from hotspot.web.words import gettext

blueprint = Blueprint("found", __name__, url_prefix="/discover")

PER_PAGE = 100
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
FAULTS = (  # by the words of collectors.discovery; the first that fits
    (r"no credential of that version", lazy_gettext("It speaks SNMPv3; no credential of that version was tried.")),
    (r"is silent to", lazy_gettext("It speaks SNMPv3 but does not answer: is the privacy password or protocol wrong?")),
    (r"^answers SNMP", lazy_gettext("It answers SNMP but refuses the credentials.")),
    (r"^identification", lazy_gettext("Not all could be read that it says of itself.")),
)
KINDS = {ACCESS_POINT: lazy_gettext("Access point"), CONTROLLER: lazy_gettext("Controller")}

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


@dataclass(frozen=True, slots=True)
class Listing:
    """One view of the found devices, a page of it, beside the counts of all views."""

    views: list[View]
    chosen: str
    part: Part


def listing(city: City) -> Listing:
    """Of the view and the page in the address."""
    found = found_rows(db.session(), city, now())
    chosen = request.args.get("show", "open")
    chosen = chosen if chosen in VIEWS else "open"
    views = [View(key, word, sum(map(belongs, found))) for key, (word, belongs) in VIEWS.items()]
    return Listing(views, chosen, part([row for row in found if VIEWS[chosen][1](row)]))


def part(rows: Sequence[FoundRow]) -> Part:
    page, pages = paged(len(rows), request.args.get("page", 1, int), PER_PAGE)
    return Part(list(rows[(page - 1) * PER_PAGE : page * PER_PAGE]), len(rows), page, pages)


def same_as(row: FoundRow) -> str:
    """What it shares with whom, as words."""
    verdict = row.verdict
    return f"{SAME[verdict.by]} {', '.join(verdict.others)}" if verdict.by else ""


def reason(row: FoundRow) -> str:
    """Why that point is proposed, as words."""
    proposal = row.verdict.proposal
    return str(REASONS[proposal.reason]) % {"because": proposal.because} if proposal else ""


def fault(row: FoundRow) -> str:
    """What kept it from being read, in the reader's language; the error itself is the collector's own sentence."""
    return next((str(words) for pattern, words in FAULTS if re.search(pattern, row.error)), "")


WORDS = {"same_as": same_as, "reason": reason, "fault": fault}


@blueprint.get("/points")
@requires(Act.NETWORK)
def points() -> ResponseReturnValue:
    """What completes the code of a point: options of a list, for whatever field is being typed in."""
    city = here() or abort(404)
    words = next(iter(request.args.values()), "").replace("\0", "")[:100].strip()
    return render_template("discover/points.html", points=points_like(db.session(), city, words) if words else [])


@blueprint.get("/devices.<any(csv, xlsx):kind>")
@requires(Act.NETWORK)
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
@requires(Act.NETWORK, limited=True)
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
    """Those ticked, and before the look those for which a point was typed: nobody types it for another device."""
    chosen, looked = chosen_ids(), request.form.get("sure") == "yes"
    rows = [row for row in found_rows(db.session(), city, now()) if row.can_be_added]
    return [Line(row, wish(row)) for row in rows if row.id in chosen or (not looked and is_typed(row))]


def is_typed(row: FoundRow) -> bool:
    """Whether its point is another than the proposed one."""
    point = request.form.get(f"point-{row.id}", "").strip()
    return point not in ("", row.verdict.proposal.point if row.verdict.proposal else "")


def wish(row: FoundRow) -> Wish:
    """As typed; what was not asked for is as proposed."""
    kind = request.form.get(f"kind-{row.id}", row.kind)
    proposed = row.verdict.proposal.point if row.verdict.proposal and kind != CONTROLLER else ""
    name = request.form.get(f"name-{row.id}", row.name)
    return Wish(row.id, name, request.form.get(f"point-{row.id}", proposed).strip(), kind)


def tried(city: City, lines: Sequence[Line]) -> list[Line]:
    """Added, or with what is wrong and nothing added."""
    judged = []
    barred = outside(db.session(), city, own_areas())
    with writing(db.engine) as session:
        for line in lines:
            try:
                if own_areas() and (line.wish.point in barred or not line.wish.point):
                    reject("point", OUTSIDE, value=line.wish.point or line.wish.name)
                add_found(session, city, line.wish, now(), actor())
                judged.append(line)
            except RejectedError as error:
                judged.append(replace(line, column=error.column, error=sentence(error)))
        if any(line.error for line in judged):
            session.rollback()
    return judged


@blueprint.post("/ignore")
@requires(Act.NETWORK)
def leave() -> ResponseReturnValue:
    return decided(ignore, gettext("%(count)s devices are ignored from now on."))


@blueprint.post("/notice")
@requires(Act.NETWORK)
def look_again() -> ResponseReturnValue:
    return decided(notice, gettext("%(count)s devices wait for a decision again."))


@blueprint.post("/undo")
@requires(Act.NETWORK)
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
