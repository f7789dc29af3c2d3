"""Excluding time of points from a contract's month: one point, or all that were down together; and withdrawing that."""

import re
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from hotspot.analytics.import_row import N_, RejectedError, reject
from hotspot.analytics.permissions import Act
from hotspot.analytics.sla import REASONS
from hotspot.analytics.spans import DOWN
from hotspot.clock import now
from hotspot.evidence.month import Month
from hotspot.store.alerts.incident_contracts import EXCLUDES, point_codes
from hotspot.store.alerts.incident_pages import IncidentRow, incident_row
from hotspot.store.attachments import DOCUMENT
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.exclusions import LONGEST_NOTE, exclude, withdraw
from hotspot.store.models import City
from hotspot.web.access import actor, requires
from hotspot.web.attachments import ACCEPTED, keep
from hotspot.web.place import here, zone
from hotspot.web.refusals import refuse
from hotspot.web.sla import Known, known, reason
from hotspot.web.windows import instant_of
from hotspot.web.words import gettext

blueprint = Blueprint("exclusions", __name__, url_prefix="/contracts/<int:contract_id>/sla/<month>")

LONGEST_POINTS = 100_000
FORMAT = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]  # as it is shown, and as browsers send whole minutes


class ExclusionForm(FlaskForm):
    """Times are those of the city's clock."""

    points = TextAreaField(
        lazy_gettext("Codes of the points"), validators=[InputRequired(), Length(max=LONGEST_POINTS)],
        render_kw={"rows": 3},
    )  # fmt: skip
    start = DateTimeLocalField(lazy_gettext("From"), format=FORMAT, validators=[InputRequired()], render_kw={"step": 1})
    end = DateTimeLocalField(lazy_gettext("To"), format=FORMAT, validators=[InputRequired()], render_kw={"step": 1})
    reason = SelectField(lazy_gettext("Reason"))
    note = StringField(lazy_gettext("Note"), validators=[Length(max=LONGEST_NOTE)])
    document = FileField(lazy_gettext("Document"), render_kw={"accept": ACCEPTED["document"]})

    def instant(self, name: str) -> int:
        return instant_of(self[name].data.isoformat(), zone()) or 0

    def codes(self, month: Month) -> list[str]:
        """A code of the contract may hold spaces and commas; between others they part one from the next."""
        known = codes_of(month)
        pieces = [self.points.data or ""]
        for mark in (r"[\r\n]+", r"[,;]+", r"\s+"):
            pieces = [
                part for piece in pieces for part in ([piece] if piece.strip() in known else re.split(mark, piece))
            ]
        return [piece.strip() for piece in pieces if piece.strip()]


def codes_of(month: Month) -> frozenset[str]:
    return frozenset(line.line.point for line in month.lines)


def exclusion_form() -> ExclusionForm:
    form = ExclusionForm()
    form.reason.choices = [SelectChoice(key, reason(key)) for key in REASONS]
    return form


@blueprint.get("/exclude")
@requires(Act.MONEY)
def new(contract_id: int, month: str) -> ResponseReturnValue:
    """The form, filled with an outage where one was chosen: `points`, `from`, `to`; or with an `incident`."""
    city = here() or abort(404)
    told = known(city, contract_id, month)
    form = exclusion_form()
    if row := incident_row(db.session(), city, request.args.get("incident", 0, type=int)):
        fill_with(city, form, told.month, row)
        return show(told, form)
    form.points.data = request.args.get("points", "")[:LONGEST_POINTS]
    for field, name in ((form.start, "from"), (form.end, "to")):
        at = instant_of(request.args.get(name, ""), zone())
        field.data = None if at is None else local(at)
    return show(told, form)


def local(at: int) -> datetime:
    return datetime.fromtimestamp(at, zone()).replace(tzinfo=None)


def fill_with(city: City, form: ExclusionForm, month: Month, row: IncidentRow) -> None:
    """Its points that the contract has, the part of its time that lies in the month, and its reason."""
    codes = codes_of(month)
    form.points.data = "\n".join(code for code in point_codes(db.session(), city, row.id) if code in codes)
    form.start.data = local(max(row.facts.began, month.a))
    form.end.data = local(min(row.facts.recovered_at or now(), month.b))
    form.reason.data = EXCLUDES.get(row.facts.reason, form.reason.data)
    form.note.data = gettext("Incident %(n)s", n=f"#{row.id}")


def show(told: Known, form: ExclusionForm, status: int = 200) -> ResponseReturnValue:
    whole = form.start.data and form.end.data
    down = down_then(told.month, form.instant("start"), form.instant("end")) if whole else []
    codes = form.codes(told.month)
    others = [code for code in down if code not in codes]
    html = render_template("sla/exclude.html", told=told, form=form, codes=codes, others=others)
    return html, status


def down_then(month: Month, a: int, b: int) -> list[str]:
    """The points of the contract that were down at some time of [a, b)."""
    return [
        line.line.point
        for line in month.lines
        if any(one.state == DOWN and max(one.start, a) < min(one.end, b) for one in line.stretches)
    ]


@blueprint.post("/exclude")
@requires(Act.MONEY)
def add(contract_id: int, month: str) -> ResponseReturnValue:
    city = here() or abort(404)
    told = known(city, contract_id, month)
    form = exclusion_form()
    if not form.validate():
        return show(told, form, 422)
    codes = form.codes(told.month)
    try:
        with writing(db.engine) as session:
            count = exclude(
                session,
                city,
                point_codes=codes,
                start=form.instant("start"),
                end=form.instant("end"),
                reason=form.reason.data,
                note=form.note.data or "",
                attachment_id=keep(session, city.id, DOCUMENT, "document", form.document.data),
                now=now(),
                actor=actor(),
            )
            check_place(told.month, codes, form.instant("start"), form.instant("end"))
    except RejectedError as error:
        refuse(form, error)
        return show(told, form, 422)
    flash(gettext("Excluded for %(count)s points. It can be withdrawn in the list of decisions.", count=count), "ok")
    return redirect(url_for("sla.index", contract_id=contract_id, month=month, _anchor="exclusions"))


def check_place(month: Month, codes: list[str], start: int, end: int) -> None:
    """What would change nothing of this month, and could not be found on its page, is a mistake of typing."""
    for code in codes:
        if code not in codes_of(month):
            reject("points", N_("%(value)s is on no line of the contract in this month"), value=code)
    if start >= month.b or end <= month.a:
        reject("start" if start >= month.b else "end", N_("lies outside of the month"))


@blueprint.post("/exclusions/<int:exclusion_id>/withdraw")
@requires(Act.MONEY)
def stop(contract_id: int, month: str, exclusion_id: int) -> ResponseReturnValue:
    """One point, or with `together` the whole decision."""
    city = here() or abort(404)
    with writing(db.engine) as session:
        count = withdraw(session, city, exclusion_id, now(), actor(), together=bool(request.form.get("together")))
    if count:
        flash(gettext("Withdrawn for %(count)s points; it stays in the list.", count=count), "ok")
    else:
        flash(gettext("Nothing to withdraw: it was withdrawn before."), "warn")
    return redirect(url_for("sla.index", contract_id=contract_id, month=month, _anchor="exclusions"))
