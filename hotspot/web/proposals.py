"""Proposals: the list with scores, one in full, what is decided about it, and files of many."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.inventory import VENUE_KINDS
from hotspot.analytics.paging import pages_of
from hotspot.analytics.permissions import Act
from hotspot.analytics.proposals import OPEN, PARTS, SOURCES, STATES
from hotspot.clock import now
from hotspot.spreadsheet import Cell
from hotspot.store.base import writing
from hotspot.store.choices import districts
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.proposal_convert import next_code
from hotspot.store.proposal_edit import add_proposal, change_proposal
from hotspot.store.proposals import Detail, Judged, ProposalFilter, contact_of, detail, every, proposals
from hotspot.web.access import actor, hold, hold_field, may, requires
from hotspot.web.configured import secret_key
from hotspot.web.format import label, venue
from hotspot.web.place import here
from hotspot.web.refusals import refuse
from hotspot.web.tables import download
from hotspot.web.words import gettext

blueprint = Blueprint("proposals", __name__, url_prefix="/proposals")

PER_PAGE = 100

STATE_NAMES = {
    "open": lazy_gettext("Open"),
    "merged": lazy_gettext("Joined with another"),
    "declined": lazy_gettext("Declined"),
    "converted": lazy_gettext("Became a planned point"),
}
PART_NAMES = {
    "need": lazy_gettext("Need of the kelurahan"),
    "distance": lazy_gettext("Far from the next point"),
    "people": lazy_gettext("People it would newly reach"),
    "supporters": lazy_gettext("Supporters"),
    "venue": lazy_gettext("Kind of place"),
}


@dataclass(frozen=True, slots=True)
class Page:
    """The page of the list that was asked for, or the nearest there is."""

    total: int
    asked: int

    @property
    def pages(self) -> int:
        return pages_of(self.total, PER_PAGE)

    @property
    def page(self) -> int:
        return min(max(1, self.asked), self.pages)


class ProposalForm(FlaskForm):
    """Its fields are named as the columns of the import."""

    place = StringField(lazy_gettext("Place"), validators=[InputRequired()])
    venue_kind = SelectField(lazy_gettext("Kind of place"))
    area_code = SelectField(lazy_gettext("Kelurahan"), validators=[InputRequired()])
    address = StringField(lazy_gettext("Address"))
    latitude = StringField(lazy_gettext("Latitude"))
    longitude = StringField(lazy_gettext("Longitude"))
    reason = TextAreaField(lazy_gettext("Why here"), validators=[InputRequired()])
    source = SelectField(lazy_gettext("Brought by"))
    received_on = DateField(lazy_gettext("Received on"), validators=[Optional()])
    contact = StringField(lazy_gettext("Contact"), render_kw={"autocomplete": "off"})

    def cells(self) -> dict[str, str]:
        told = {name: str(field.data or "") for name, field in self._fields.items() if name != "csrf_token"}
        return {name: text for name, text in told.items() if text}


def form_of(city: City, found: Detail | None = None) -> ProposalForm:
    """Empty, or filled with what the proposal says now; the contact stays out of it."""
    asked = found.judged.row.asked if found else None
    fill: dict[str, object] = {"received_on": day_of(city.time_zone, now()), "venue_kind": "community_hall"}
    if asked is not None:
        fill = {name: getattr(asked, name) for name in ("place", "venue_kind", "area_code", "address", "reason")}
        fill |= {"source": asked.source, "received_on": asked.received_on}
        fill |= {name: "" if (at := getattr(asked, name)) is None else f"{at}" for name in ("latitude", "longitude")}
    form = ProposalForm(data=fill)
    form.venue_kind.choices = [SelectChoice(key, venue(key)) for key in VENUE_KINDS]
    form.source.choices = [SelectChoice(key, label(key, SOURCES)) for key in SOURCES]
    form.area_code.choices = [SelectChoice("", "–")]
    for district in districts(db.session(), city):
        form.area_code.choices += [SelectChoice(code, f"{district.name}: {name}") for code, name in district.villages]
    return form


def chosen_of(args: MultiDict[str, str]) -> ProposalFilter:
    """The filter in the address; what makes no sense filters nothing."""
    state, source = args.get("state", OPEN), args.get("source", "")
    return ProposalFilter(
        q=args.get("q", "").replace("\0", "")[:100].strip(),
        state=state if state in STATES else "",
        source=source if source in SOURCES else "",
        area=args.get("area", "")[:20],
    )


@blueprint.get("/")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    chosen = chosen_of(request.args)
    rows = every(db.session(), city)
    found = proposals(db.session(), city, chosen, now())
    page = Page(len(found), request.args.get("page", 1, int))
    return render_template(
        "proposals/index.html",
        found=found[(page.page - 1) * PER_PAGE : page.page * PER_PAGE],
        page=page,
        chosen=chosen,
        counts={state: sum(row.state == state for row in rows) for state in STATES},
        total=len(rows),
        states=STATE_NAMES,
        sources=SOURCES,
        parts=PARTS,
        PART_NAMES=PART_NAMES,
        districts=districts(db.session(), city),
        query=request.query_string.decode("latin-1"),
    )


HEAD = (
    "number", "state", "place", "venue_kind", "area_code", "area_name", "district", "address", "latitude", "longitude",
    "reason", "source", "received_on", "supporters", "score", "score_at_most", *(f"part_{part}" for part in PARTS),
    "nearest_m", "people_newly_reached", "merged_into", "point_code", "answer",
)  # fmt: skip


@blueprint.get("/file.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def file(kind: str) -> ResponseReturnValue:
    """Those of the filter; a contact is in no file."""
    city = here() or abort(404)
    return download(
        city, kind, "proposals", HEAD, map(cells, proposals(db.session(), city, chosen_of(request.args), now()))
    )


def cells(one: Judged) -> tuple[Cell, ...]:
    row, asked = one.row, one.row.asked
    return (
        row.number, row.state, asked.place, asked.venue_kind, asked.area_code, row.area, row.district, asked.address,
        asked.latitude, asked.longitude, asked.reason, asked.source, asked.received_on, row.supporters,
        one.score.total, one.score.most, *one.score.parts.values(), one.away_m, one.people, row.merged_into,
        row.point_code, row.answer,
    )  # fmt: skip


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Act.PLAN, limited=True)
def new() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    form = form_of(city)
    if request.method == "GET" or not form.validate():
        return render_template("proposals/edit.html", form=form, row=None), 422 if form.errors else 200
    try:
        hold_field(Act.PLAN, "area_code", form.area_code.data or "")
        with writing(db.engine) as session:
            today = day_of(city.time_zone, now())
            number = add_proposal(session, secret_key(), city, form.cells(), today=today, now=now(), actor=actor())
    except RejectedError as error:
        refuse(form, error)
        return render_template("proposals/edit.html", form=form, row=None), 422
    flash(gettext("Taken in under the number %(number)s, which the proposer may have.", number=number), "ok")
    return redirect(url_for("proposals.one", number=number))


def known(number: str) -> tuple[City, Detail]:
    city = here() or abort(404)
    return city, detail(db.session(), city, number[:20].replace("\0", ""), now()) or abort(404)


@blueprint.get("/<number>")
@requires(Act.SEE)
def one(number: str) -> ResponseReturnValue:
    city, found = known(number)
    return show(city, found)


def show(
    city: City, found: Detail, *, errors: dict[str, str] | None = None, typed: MultiDict[str, str] | None = None
) -> ResponseReturnValue:
    """One in full; the contact for who plans alone. `errors` by field of what was just refused, `typed` what it was."""
    seen = may("plan")
    row = found.judged.row
    page = render_template(
        "proposals/one.html",
        found=found,
        judged=found.judged,
        row=row,
        contact=contact_of(db.session(), secret_key(), city, row.number) if seen and row.has_contact else None,
        states=STATE_NAMES,
        sources=SOURCES,
        parts=PARTS,
        PART_NAMES=PART_NAMES,
        code=next_code(db.session(), city) if seen and row.state == OPEN else "",
        errors=errors or {},
        typed=typed or MultiDict(),
    )
    return page, 422 if errors else 200


@blueprint.route("/<number>/edit", methods=["GET", "POST"])
@requires(Act.PLAN, limited=True)
def edit(number: str) -> ResponseReturnValue:
    city, found = known(number)
    hold(Act.PLAN, found.judged.row.asked.area_code)
    form = form_of(city, found)
    row = found.judged.row
    if request.method == "GET" or not form.validate():
        return render_template("proposals/edit.html", form=form, row=row), 422 if form.errors else 200
    try:
        hold_field(Act.PLAN, "area_code", form.area_code.data or "")
        with writing(db.engine) as session:
            today = day_of(city.time_zone, now())
            done = change_proposal(
                session, secret_key(), city, row.number, form.cells(), today=today, now=now(), actor=actor()
            )
    except RejectedError as error:
        refuse(form, error)
        return render_template("proposals/edit.html", form=form, row=row), 422
    flash(gettext("The proposal is changed.") if done else gettext("Nothing differs."), "ok")
    return redirect(url_for("proposals.one", number=row.number))


@blueprint.app_template_filter("proposer")
def proposer(key: str) -> str:
    return label(key, SOURCES)
