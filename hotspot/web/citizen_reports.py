"""The inbox of citizens' reports: by point beside what it measures as, closed with a note one by one or together."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from hotspot.analytics.citizens import KINDS
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.spreadsheet import Cell
from hotspot.store.base import writing
from hotspot.store.choices import choices
from hotspot.store.citizen_reports import (
    LONGEST_NOTE,
    MOST_AT_ONCE,
    STATES,
    Report,
    ReportFilter,
    Waiting,
    areas_of,
    close,
    every,
    explained,
    inbox,
    of_point,
    reopen,
    see,
    waiting,
)
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.web.access import actor, hold, may, requires
from hotspot.web.place import here
from hotspot.web.refusals import sentence
from hotspot.web.tables import download, iso
from hotspot.web.words import gettext

blueprint = Blueprint("citizen_reports", __name__, url_prefix="/citizen-reports")

SHOW = {
    "waiting": lazy_gettext("Waiting"),
    "new": lazy_gettext("New"),
    "closed": lazy_gettext("Closed"),
    "all": lazy_gettext("All"),
}
LONGEST, DIGITS = 100, 18
HEAD = (
    "point_code", "point_name", "area_name", "district_name", "reported_at", "kind", "people", "comment", "state",
    "closed_at", "closed_by", "closed_note", "incident",
)  # fmt: skip


def asked(args: MultiDict[str, str]) -> ReportFilter:
    """The filter in the address; what makes no sense filters nothing."""
    state, kind = args.get("state", "waiting"), args.get("kind", "")
    area, point = (args.get(name, "").replace("\0", "")[:LONGEST] for name in ("area", "point"))
    return ReportFilter(state if state in STATES else "waiting", area, point, kind if kind in KINDS else "")


@blueprint.get("/")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    return listing()


def listing(problem: str = "", note: str = "", ticked: Sequence[int] = (), status: int = 200) -> ResponseReturnValue:
    """`problem` of the note that was typed is said at its field; what was ticked stays so."""
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    chosen, session = asked(request.args), db.session()
    done, n = request.args.get("closed", 0, int), request.args.get("n", 0, int)
    page = render_template(
        "citizen_reports/index.html",
        found=inbox(session, city, chosen, now=now(), page=request.args.get("page", 1, int)),
        chosen=chosen,
        choices=choices(session, city),
        KINDS=KINDS,
        SHOW=SHOW,
        problem=problem,
        note=note,
        ticked=ticked,
        closed_at=done,
        closed_n=n,
        over=len(mine_that_are_over(city)),
        query=request.query_string.decode("latin-1"),
        longest_note=LONGEST_NOTE,
    )
    return page, status


@blueprint.get("/citizen-reports.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def file(kind: str) -> ResponseReturnValue:
    """Every report of the filter."""
    city = here() or abort(404)
    rows = every(db.session(), city, asked(request.args))
    return download(city, kind, "citizen-reports", HEAD, (cells(*row) for row in rows))


def cells(code: str, name: str, area: str, district: str, one: Report) -> Sequence[Cell]:
    return (
        code, name, area, district, iso(one.at), one.kind, one.n, one.comment, one.state, iso(one.closed_at),
        one.closed_by, one.closed_note, one.incident,
    )  # fmt: skip


def ids() -> list[int]:
    """Those ticked, or all of the point whose button was used."""
    words = request.form.get("all", "").split() or request.form.getlist("id")
    return [number(word) for word in words[:MOST_AT_ONCE]]


def number(word: str) -> int:
    """0, which nothing has, for what is no number that a database knows."""
    return int(word) if word.isascii() and word.isdigit() and len(word) <= DIGITS else 0


@blueprint.post("/")
@requires(Act.NETWORK, limited=True)
def change() -> ResponseReturnValue:
    """Closes those ticked with a note, or marks them as seen."""
    city = here() or abort(404)
    chosen, at = ids(), now()
    hold(Act.NETWORK, *areas_of(db.session(), city, chosen))
    db.session.rollback()
    note = request.form.get("note", "")
    if request.form.get("act") == "see":
        with writing(db.engine) as session:
            see(session, city, chosen, now=at, actor=actor())
        return back()
    try:
        with writing(db.engine) as session:
            n = close(session, city, chosen, note, now=at, actor=actor())
    except RejectedError as error:
        return listing(sentence(error), note, chosen, 422)
    return back(closed=at, n=n)


@blueprint.post("/over")
@requires(Act.NETWORK, limited=True)
def close_explained() -> ResponseReturnValue:
    """Closes what belongs to incidents that are over, as far as the person may."""
    city, at = here() or abort(404), now()
    chosen = mine_that_are_over(city)
    db.session.rollback()
    with writing(db.engine) as session:
        n = close(session, city, chosen, gettext("The incident is over"), now=at, actor=actor())
    return back(closed=at, n=n)


def mine_that_are_over(city: City) -> list[int]:
    """Reports that wait although their incident recovered, where the person may close them."""
    return [one for one, area in explained(db.session(), city) if may(Act.NETWORK, area)]


@blueprint.post("/reopen")
@requires(Act.NETWORK, limited=True)
def undo() -> ResponseReturnValue:
    """Takes back what this person closed at one instant."""
    city, at = here() or abort(404), number(request.form.get("closed", ""))
    with writing(db.engine) as session:
        reopen(session, city, at, now=now(), actor=actor())
    return back()


def back(**more: object) -> ResponseReturnValue:
    """To the list as it was filtered."""
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in ("state", "area", "point", "kind", "page")
    }
    return redirect(url_for("citizen_reports.index", **kept | more))


@blueprint.app_template_global()
def reports_waiting() -> Waiting | None:
    """For the overview: what nobody closed yet; None when nothing waits."""
    city = here()
    return waiting(db.session(), city, now()) if city else None


@blueprint.app_template_global()
def reports_of(point_id: int) -> tuple[int, int | None]:
    """For the page of a point: how many people reported it, and when the last did."""
    return of_point(db.session(), point_id)
