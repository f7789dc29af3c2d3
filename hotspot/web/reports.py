"""Reports: made on demand or each month, the archive of what was handed out, and the files."""

import hashlib

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.permissions import Act
from hotspot.analytics.reports import KINDS, Order, checked, month_before
from hotspot.analytics.written import LANGUAGES, Writer
from hotspot.clock import now
from hotspot.reports.make import MEDIA, file_name, make
from hotspot.reports.sheet import title
from hotspot.store.base import writing
from hotspot.store.choices import choices
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.reports import (
    ScheduleRow,
    add_report,
    add_schedule,
    archive,
    end_schedule,
    report,
    schedules,
    subject_of,
)
from hotspot.web.access import actor, requires
from hotspot.web.place import here
from hotspot.web.refusals import refuse
from hotspot.web.words import gettext, locale

blueprint = Blueprint("reports", __name__)

FORMS = [SelectChoice("pdf", "PDF"), SelectChoice("xlsx", "XLSX"), SelectChoice("csv", "CSV")]
NO_MONTH = "2000-01"  # for the checks of a schedule, which is of every month
BEING_MADE_S = 120  # a run that is not finished by then has failed


class ReportForm(FlaskForm):
    """`key` is the kind of the report and whose it is, with a colon between."""

    key = SelectField(lazy_gettext("Report"), validators=[InputRequired()])
    period = StringField(lazy_gettext("Month"), render_kw={"type": "month", "placeholder": "2026-10"})
    form = SelectField(lazy_gettext("File"), choices=FORMS)
    language = SelectField(
        lazy_gettext("Language"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()]
    )

    def order(self) -> Order:
        kind, _, key = self.key.data.partition(":")
        return Order(kind, key, (self.period.data or "").strip(), self.form.data, self.language.data)


def report_form(city: City) -> ReportForm:
    form = ReportForm(period=month_before(day_of(city.time_zone, now())).text, language="id")
    found = choices(db.session(), city)
    mine = 0 if locale() == "id" else 1
    groups = {"district": [(one.code, one.name) for one in found.districts]}
    groups["provider"] = [(name, name) for name in found.providers]
    groups["donor"] = [(name, name) for name in found.funds]
    form.key.choices = {
        gettext("Whole city"): [SelectChoice("mayor:", KINDS["mayor"][mine])],
        **{
            KINDS[kind][mine]: [SelectChoice(f"{kind}:{key}", name) for key, name in members]
            for kind, members in groups.items()
            if members
        },
    }
    return form


@blueprint.get("/reports")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    return render_template("overview/no_city.html") if city is None else show(city, report_form(city))


def show(city: City, form: ReportForm, status: int = 200) -> ResponseReturnValue:
    writer = Writer(locale(), city.time_zone)
    found = archive(db.session(), city, request.args.get("page", 1, type=int))
    regular = schedules(db.session(), city)
    page = render_template(
        "reports/index.html",
        found=found,
        titles={row.id: title(row.order.kind, row.subject, writer) for row in found.rows},
        regular=[(row, title(row.order.kind, row.subject, writer), state(row)) for row in regular],
        form=form,
        languages=LANGUAGES,
    )
    return page, status


def state(row: ScheduleRow) -> str:
    """none yet, made, running or failed."""
    if row.last is None:
        return "none"
    if row.last.finished_at is not None:
        return "made"
    return "running" if now() - row.last.started_at < BEING_MADE_S else "failed"


@blueprint.post("/reports")
@requires(Act.REPORT)
def add() -> ResponseReturnValue:
    """The file is made before anything is written."""
    city = here() or abort(404)
    form = report_form(city)
    if not form.validate():
        return show(city, form, 422)
    order = form.order()
    try:
        data = make(db.session(), city, order, now())
    except RejectedError as error:
        return refused(city, form, error)
    with writing(db.engine) as session:
        number = add_report(session, city.id, order, data, now(), actor())
    flash(gettext("Report %(n)s is made and in the archive below.", n=number), "ok")
    return redirect(url_for("reports.index"))


@blueprint.post("/reports/schedule")
@requires(Act.REPORT)
def schedule() -> ResponseReturnValue:
    city = here() or abort(404)
    form = report_form(city)
    if not form.validate():
        return show(city, form, 422)
    order, today = form.order(), day_of(city.time_zone, now())
    try:
        checked(Order(order.kind, order.key, NO_MONTH, order.form, order.language), today)
        subject_of(db.session(), city, order.kind, order.key)
        with writing(db.engine) as session:
            add_schedule(session, city, order, today, now(), actor())
    except RejectedError as error:
        return refused(city, form, error)
    flash(gettext("From now on it is made on the first of each month for the month before."), "ok")
    return redirect(url_for("reports.index"))


def refused(city: City, form: ReportForm, error: RejectedError) -> ResponseReturnValue:
    if error.column == "kind":  # one field of the form says both
        error.column = "key"
    refuse(form, error)
    return show(city, form, 422)


@blueprint.post("/reports/schedule/<int:schedule_id>/end")
@requires(Act.REPORT)
def end(schedule_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    with writing(db.engine) as session:
        done = end_schedule(session, city, schedule_id, now(), actor())
    if done:
        flash(gettext("It is no longer made by itself; what was made stays."), "ok")
    else:
        flash(gettext("That report was ended before."), "warn")
    return redirect(url_for("reports.index"))


@blueprint.get("/reports/<int:report_id>")
@requires(Act.SEE)
def file(report_id: int) -> ResponseReturnValue:
    """As it was handed out, or not at all."""
    city = here() or abort(404)
    row, data = report(db.session(), city, report_id) or abort(404)
    if hashlib.sha256(data).hexdigest() != row.sha256:
        flash(gettext("The stored file is no longer the one that was made; it is not handed out."), "bad")
        return redirect(url_for("reports.index"))
    named = f'attachment; filename="{file_name(city, row)}"'
    return Response(data, content_type=MEDIA[row.order.form], headers={"Content-Disposition": named})
