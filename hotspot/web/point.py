"""The page of a point: who, where and what, how it stands, how it was, and what an admin may change."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.inventory import LIFECYCLE, OPEN_MODES
from hotspot.clock import now
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.outages import OutageFilter
from hotspot.store.point_edit import change_life
from hotspot.store.points import PointDetail, point_detail
from hotspot.store.stays import presences_at
from hotspot.web.access import actor, admin_required, login_required
from hotspot.web.format import lifecycle
from hotspot.web.measured import measured
from hotspot.web.place import here, zone
from hotspot.web.refusals import refuse
from hotspot.web.windows import window
from hotspot.web.words import gettext

blueprint = Blueprint("point", __name__)


class LifeForm(FlaskForm):
    lifecycle = SelectField(lazy_gettext("Stage"))
    installed_on = DateField(lazy_gettext("Installed on"), validators=[Optional()])
    accepted_on = DateField(lazy_gettext("Accepted on"), validators=[Optional()])


def life_form(found: PointDetail) -> LifeForm:
    form = LifeForm(obj=found.point)
    form.lifecycle.choices = [SelectChoice(key, lifecycle(key)) for key in LIFECYCLE]
    return form


def known(code: str) -> tuple[City, PointDetail]:
    city = here() or abort(404)
    return city, point_detail(db.session(), city, code, now()) or abort(404)


@blueprint.get("/points/<path:code>")
@login_required
def index(code: str) -> ResponseReturnValue:
    city, found = known(code)
    return show(city, found, life_form(found))


def show(city: City, found: PointDetail, form: LifeForm, status: int = 200) -> ResponseReturnValue:
    chosen = window(request.args, zone(), now())
    only = OutageFilter(point=found.point.code, since=chosen.a, until=chosen.b)
    theirs = presences_at(db.session(), [found.point.id])
    told = measured(db.session(), city, theirs, chosen, only, now()) if theirs else None
    page = render_template(
        "point/index.html",
        point=found.point,
        found=found,
        told=told,
        form=form,
        is_open=found.point.auth_mode in OPEN_MODES,
    )
    return page, status


@blueprint.post("/points/<path:code>")
@admin_required
def change(code: str) -> ResponseReturnValue:
    city, found = known(code)
    form = life_form(found)
    if not form.validate():
        return show(city, found, form, 422)
    try:
        with writing(db.engine) as session:
            changed = change_life(
                session,
                found.point.id,
                lifecycle=form.lifecycle.data,
                installed_on=form.installed_on.data,
                accepted_on=form.accepted_on.data,
                today=day_of(city.time_zone, now()),
                now=now(),
                actor=actor(),
            )
    except RejectedError as error:
        refuse(form, error)
        return show(city, found, form, 422)
    flash(gettext("Saved.") if changed else gettext("Nothing was different."), "ok")
    return redirect(url_for("point.index", code=code))
