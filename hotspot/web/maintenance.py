"""Maintenance windows: the list, announcing one, cancelling one."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.permissions import EVERYWHERE, Act
from hotspot.clock import now
from hotspot.store.base import writing
from hotspot.store.bounds import areas_of
from hotspot.store.choices import districts
from hotspot.store.db import db
from hotspot.store.maintenance import announce, area_of, cancel, windows
from hotspot.store.models import City
from hotspot.web.access import actor, hold, hold_field, requires
from hotspot.web.place import here, zone
from hotspot.web.refusals import refuse
from hotspot.web.windows import instant_of
from hotspot.web.words import gettext

blueprint = Blueprint("maintenance", __name__)

STATES = {
    "now": lazy_gettext("Running now"),
    "coming": lazy_gettext("Coming"),
    "over": lazy_gettext("Over"),
    "cancelled": lazy_gettext("Cancelled"),
}


class WindowForm(FlaskForm):
    """Times are those of the city's clock."""

    point = StringField(lazy_gettext("Code of the point"))
    area = SelectField(lazy_gettext("Or area"), default="")
    start = DateTimeLocalField(lazy_gettext("Begins"), format="%Y-%m-%dT%H:%M", validators=[InputRequired()])
    end = DateTimeLocalField(lazy_gettext("Ends"), format="%Y-%m-%dT%H:%M", validators=[InputRequired()])
    reason = StringField(lazy_gettext("Reason"))

    def instant(self, name: str) -> int:
        return instant_of(self[name].data.isoformat(), zone()) or 0


def window_form(city: City) -> WindowForm:
    form = WindowForm(point=request.args.get("point", ""))
    areas = [SelectChoice("", gettext("Whole city"))]
    for district in districts(db.session(), city):
        areas.append(SelectChoice(district.code, gettext("Kecamatan %(name)s", name=district.name)))
        areas += [SelectChoice(code, f"{district.name}: {name}") for code, name in district.villages]
    form.area.choices = areas
    return form


@blueprint.get("/maintenance")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    return render_template("overview/no_city.html") if city is None else show(city, window_form(city))


def show(city: City, form: WindowForm, status: int = 200) -> ResponseReturnValue:
    rows = windows(db.session(), city, now())
    opened = bool(form.errors or request.args.get("point"))
    return render_template("maintenance/index.html", rows=rows, form=form, opened=opened, STATES=STATES), status


@blueprint.post("/maintenance")
@requires(Act.NETWORK, limited=True)
def add() -> ResponseReturnValue:
    city = here() or abort(404)
    form = window_form(city)
    if not form.validate():
        return show(city, form, 422)
    try:
        hold_place(city, form)
        with writing(db.engine) as session:
            announce(
                session,
                city,
                area_code=form.area.data,
                point_code=form.point.data or "",
                start=form.instant("start"),
                end=form.instant("end"),
                reason=form.reason.data or "",
                now=now(),
                actor=actor(),
            )
    except RejectedError as error:
        refuse(form, error)
        return show(city, form, 422)
    flash(gettext("The window is announced."), "ok")
    return redirect(url_for("maintenance.index"))


def hold_place(city: City, form: WindowForm) -> None:
    """Raises RejectedError for a place outside the areas of who announces it."""
    code = (form.point.data or "").strip()
    for area in areas_of(db.session(), city, [code]):
        hold_field(Act.NETWORK, "point", area, code)
    if not code:
        hold_field(Act.NETWORK, "area", form.area.data)


@blueprint.post("/maintenance/<int:window_id>/cancel")
@requires(Act.NETWORK, limited=True)
def stop(window_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    hold(Act.NETWORK, area_of(db.session(), city, window_id) or EVERYWHERE)
    with writing(db.engine) as session:
        done = cancel(session, city, window_id, now(), actor())
    if done:
        flash(gettext("The window is cancelled; what has passed of it stays maintenance."), "ok")
    else:
        flash(gettext("Nothing to cancel: the window is over or was cancelled before."), "warn")
    return redirect(url_for("maintenance.index"))
