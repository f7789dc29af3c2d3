"""One incident: what, where and since when, why, who was told; and what people do with it."""

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from hotspot.analytics.calendar import day_of
from hotspot.analytics.citizens import KINDS as REPORT_KINDS
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.incident_words import EVENTS, MESSAGES, OUTAGE, REASONS
from hotspot.analytics.permissions import Act
from hotspot.analytics.root_cause import REASON_OF
from hotspot.analytics.root_cause_text import evidence_said
from hotspot.analytics.root_cause_text import said as cause_said
from hotspot.clock import now
from hotspot.store.alerts.incident_contracts import EXCLUDES, contracts_of
from hotspot.store.alerts.incident_detail import (
    causes,
    events_of,
    members_page,
    merged_into,
    messages_of,
    reports_of,
    rule_of,
    tickets_of,
)
from hotspot.store.alerts.incident_edit import (
    LONGEST,
    Work,
    acknowledge,
    change_work,
    unacknowledge,
    workers,
)
from hotspot.store.alerts.incident_merge import merge, take_out, unmerge
from hotspot.store.alerts.incident_pages import IncidentRow, incident_row, open_incidents, same_cause
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.point_edit import ConflictError
from hotspot.web.access import actor, current_account, requires
from hotspot.web.changes import offer_undo
from hotspot.web.conflict import conflict_page, resolved
from hotspot.web.deliveries import SHAPES, STATES
from hotspot.web.incidents import DIGITS, headline_of, may_change
from hotspot.web.place import here
from hotspot.web.refusals import refuse, sentence
from hotspot.web.words import gettext

blueprint = Blueprint("incident", __name__, url_prefix="/incidents/<int:incident_id>")

PAST_S = 90 * 86_400
FIELDS = ("assignee", "reason", "note")


class WorkForm(FlaskForm):
    versions = HiddenField()
    assignee = SelectField(lazy_gettext("Assigned to"), default="")
    reason = SelectField(lazy_gettext("What it was"), default="")
    note = TextAreaField(lazy_gettext("Note"), render_kw={"rows": 3, "maxlength": LONGEST})


def known(incident_id: int) -> tuple[City, IncidentRow]:
    city = here() or abort(404)
    return city, incident_row(db.session(), city, incident_id) or abort(404)


def held(incident_id: int) -> tuple[City, IncidentRow]:
    """403 for whom the incident lies outside of their areas."""
    city, row = known(incident_id)
    if not may_change(row):
        abort(403)
    db.session.rollback()
    return city, row


def texts(row: IncidentRow) -> dict[str, str]:
    return {"assignee": str(row.assignee_id or ""), "reason": row.facts.reason, "note": ""}


def work_form(row: IncidentRow, **values: object) -> WorkForm:
    form = WorkForm(**values)
    people = {str(person.id): person.name for person in workers(db.session(), row)}
    if row.assignee_id:
        people.setdefault(str(row.assignee_id), row.facts.assignee)
    form.assignee.choices = [SelectChoice("", gettext("nobody")), *(SelectChoice(*one) for one in people.items())]
    reasons = (SelectChoice(key, gettext(text)) for key, text in REASONS.items())
    form.reason.choices = [SelectChoice("", gettext("nobody said yet")), *reasons]
    return form


@blueprint.get("")
@requires(Act.SEE)
def index(incident_id: int) -> ResponseReturnValue:
    city, row = known(incident_id)
    return show(city, row)


def show(
    city: City, row: IncidentRow, form: WorkForm | None = None, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    """The page, with the form as it was filled in; `problem` is that of a merge."""
    session, at, person = db.session(), now(), current_account()
    form = form or work_form(row, formdata=None, versions=str(row.version), **texts(row))
    inside = merged_into(session, row.id)
    ids = [row.id, *(number for number, _ in inside)]
    found = causes(session, row.id)
    others = [one for one in open_incidents(session, city, kind=OUTAGE) if one.id != row.id]
    page = render_template(
        "incidents/one.html",
        row=row,
        inside=inside,
        rule=rule_of(session, row.id),
        causes=[(cause_said(one), [evidence_said(item) for item in one.evidence]) for one in found],
        agree=REASON_OF.get(found[0].cause, "") if found and not row.facts.reason else "",
        members=members_page(session, row.id, page=request.args.get("page", 1, int)),
        events=events_of(session, row.id),
        told=messages_of(session, ids),
        reports=reports_of(session, ids),
        tickets=tickets_of(session, ids),
        others=others if row.facts.kind == OUTAGE else [],
        same=same_cause(session, city, row, at - PAST_S),
        served=contracts_of(session, city, row.id, day_of(city.time_zone, row.facts.began)),
        months=months_of(city, row, at),
        excludes=row.facts.reason in EXCLUDES,
        form=form,
        takes=person.id if person and str(person.id) in names_of(form, "assignee") else None,
        base=texts(row),
        problem=problem,
        OUTAGE=OUTAGE,
        EVENTS=EVENTS,
        MESSAGES=MESSAGES,
        STATES=STATES,
        SHAPES=SHAPES,
        REPORT_KINDS=REPORT_KINDS,
    )
    return page, status


def months_of(city: City, row: IncidentRow, at: int) -> list[str]:
    """Those of the contracts that it lay in, as their addresses name them; at most the first three."""
    first, last = (day_of(city.time_zone, t) for t in (row.facts.began, row.facts.recovered_at or at))
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    dates = ((first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1) for n in range(min(count, 3)))
    return [f"{year}-{month:02d}" for year, month in dates]


@blueprint.post("/acknowledge")
@requires(Act.NETWORK, limited=True)
def seen(incident_id: int) -> ResponseReturnValue:
    """With `undo` the acknowledgement is taken back."""
    city, row = held(incident_id)
    with writing(db.engine) as session:
        if "undo" in request.form:
            done = unacknowledge(session, city, row.id, now=now(), actor=actor())
        else:
            done = bool(acknowledge(session, city, [row.id], now=now(), actor=actor()))
    if not done:
        flash(gettext("Somebody was quicker, or it is over: the page shows how it stands."), "warn")
    return back(row.id)


@blueprint.post("/work")
@requires(Act.NETWORK, limited=True)
def work(incident_id: int) -> ResponseReturnValue:
    """Who mends it, what it was, and a note."""
    city, row = held(incident_id)
    form = work_form(row, formdata=resolved(FIELDS))
    if not form.validate():
        return show(city, row, form=form, status=422)
    wanted = Work(*(str(form[name].data or "") for name in FIELDS))
    try:
        with writing(db.engine) as session:
            change_work(session, city, row.id, wanted, form.versions.data or "", now=now(), actor=actor())
    except RejectedError as error:
        refuse(form, error)
        return show(city, row, form=form, status=422)
    except ConflictError as error:
        return clash(error.theirs, form)
    return back(row.id)


def names_of(form: WorkForm, name: str) -> dict[str, str]:
    """What the field offers: label by value."""
    return {str(one.value): str(one.label) for one in form[name].choices}


def clash(theirs: IncidentRow, form: WorkForm) -> ResponseReturnValue:
    names: Mapping[str, dict[str, str]] = {name: names_of(form, name) for name in FIELDS[:2]}
    if theirs.assignee_id:
        names["assignee"].setdefault(str(theirs.assignee_id), theirs.facts.assignee)
    return conflict_page(
        headline_of(theirs),
        url_for("incident.index", incident_id=theirs.id),
        {name: form[name].label.text for name in FIELDS},
        texts(theirs),
        {name: str(form[name].data or "") for name in FIELDS},
        str(theirs.version),
        lambda name, text: names[name].get(text, text) if name in names else text,
    )


@blueprint.post("/merge")
@requires(Act.NETWORK, limited=True)
def join(incident_id: int) -> ResponseReturnValue:
    """Into the incident of the number `into`."""
    city, row = held(incident_id)
    word = request.form.get("into", "").strip().removeprefix("#")
    into = int(word) if word.isascii() and word.isdigit() and len(word) <= DIGITS else 0
    other = incident_row(db.session(), city, into)
    if other is not None and not may_change(other):
        abort(403)
    db.session.rollback()
    try:
        with writing(db.engine) as session:
            merge(session, city, row.id, into, now=now(), actor=actor())
    except RejectedError as error:
        return show(city, row, problem=sentence(error), status=422)
    text = gettext("Incident %(one)s is part of this one now.", one=f"#{row.id}")
    offer_undo(text, url_for("incident.part", incident_id=row.id))
    return back(into)


@blueprint.post("/part")
@requires(Act.NETWORK, limited=True)
def part(incident_id: int) -> ResponseReturnValue:
    """Takes a merge back; who may is told by the incident that has the members now."""
    city, row = known(incident_id)
    beside = incident_row(db.session(), city, row.merged_into or row.id)
    if beside is None or not may_change(beside):
        abort(403)
    db.session.rollback()
    with writing(db.engine) as session:
        parted = unmerge(session, city, row.id, now=now(), actor=actor())
    if parted:
        flash(gettext("It is an incident of its own again."), "ok")
    else:
        flash(gettext("Nothing to take back: it is an incident of its own, or nobody merged it by hand."), "warn")
    return back(row.id)


@blueprint.post("/members/<int:member_id>/out")
@requires(Act.NETWORK, limited=True)
def out(incident_id: int, member_id: int) -> ResponseReturnValue:
    """One access point becomes an incident of its own; merged with the first it is undone."""
    city, row = held(incident_id)
    try:
        with writing(db.engine) as session:
            new = take_out(session, city, row.id, member_id, now=now(), actor=actor())
    except RejectedError as error:
        flash(sentence(error), "warn")
        return back(row.id)
    text = gettext("Taken out: it is incident %(one)s now.", one=f"#{new}")
    offer_undo(text, url_for("incident.join", incident_id=new), into=str(row.id))
    return back(new)


def back(incident_id: int) -> ResponseReturnValue:
    return redirect(url_for("incident.index", incident_id=incident_id))
