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

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.sla import REASONS
from hotspot.analytics.spans import DOWN
from hotspot.clock import now
from hotspot.evidence.month import Month
from hotspot.store.attachments import DOCUMENT
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.exclusions import LONGEST_NOTE, exclude, withdraw
from hotspot.web.access import actor, admin_required
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

    @property
    def codes(self) -> list[str]:
        return [code for code in re.split(r"[\s,;]+", self.points.data or "") if code]


def exclusion_form() -> ExclusionForm:
    form = ExclusionForm()
    form.reason.choices = [SelectChoice(key, reason(key)) for key in REASONS]
    return form


@blueprint.get("/exclude")
@admin_required
def new(contract_id: int, month: str) -> ResponseReturnValue:
    """The form, filled with an outage where one was chosen: `points`, `from`, `to`."""
    city = here() or abort(404)
    told = known(city, contract_id, month)
    form = exclusion_form()
    form.points.data = request.args.get("points", "")[:LONGEST_POINTS]
    for field, name in ((form.start, "from"), (form.end, "to")):
        at = instant_of(request.args.get(name, ""), zone())
        field.data = None if at is None else datetime.fromtimestamp(at, zone()).replace(tzinfo=None)
    return show(told, form)


def show(told: Known, form: ExclusionForm, status: int = 200) -> ResponseReturnValue:
    whole = form.start.data and form.end.data
    down = down_then(told.month, form.instant("start"), form.instant("end")) if whole else []
    others = [code for code in down if code not in form.codes]
    html = render_template("sla/exclude.html", told=told, form=form, down=down, others=others)
    return html, status


def down_then(month: Month, a: int, b: int) -> list[str]:
    """The points of the contract that were down at some time of [a, b)."""
    return [
        line.line.point
        for line in month.lines
        if any(one.state == DOWN and max(one.start, a) < min(one.end, b) for one in line.stretches)
    ]


@blueprint.post("/exclude")
@admin_required
def add(contract_id: int, month: str) -> ResponseReturnValue:
    city = here() or abort(404)
    told = known(city, contract_id, month)
    form = exclusion_form()
    if not form.validate():
        return show(told, form, 422)
    try:
        with writing(db.engine) as session:
            count = exclude(
                session,
                city,
                point_codes=form.codes,
                start=form.instant("start"),
                end=form.instant("end"),
                reason=form.reason.data,
                note=form.note.data or "",
                attachment_id=keep(session, city.id, DOCUMENT, "document", form.document.data),
                now=now(),
                actor=actor(),
            )
    except RejectedError as error:
        refuse(form, error)
        return show(told, form, 422)
    flash(gettext("Excluded for %(count)s points. It can be withdrawn in the list of decisions.", count=count), "ok")
    return redirect(url_for("sla.index", contract_id=contract_id, month=month, _anchor="exclusions"))


@blueprint.post("/exclusions/<int:exclusion_id>/withdraw")
@admin_required
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
