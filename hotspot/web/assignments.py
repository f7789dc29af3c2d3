"""Who is sent where: the open work of everybody, and giving points to a technician."""

import re

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.assignments import MOST, assign, end, open_work, work, workers
from hotspot.store.base import writing
from hotspot.store.bounds import outside
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.points import PointFilter
from hotspot.web.access import actor, hold, hold_field, own_areas, requires
from hotspot.web.bulk_step import listed
from hotspot.web.lifecycle import codes_of
from hotspot.web.place import here
from hotspot.web.points import asked
from hotspot.web.refusals import refuse
from hotspot.web.roles import name_of
from hotspot.web.words import gettext

blueprint = Blueprint("assignments", __name__)


class AssignForm(FlaskForm):
    person = SelectField(lazy_gettext("To"), validate_choice=False)
    codes = TextAreaField(lazy_gettext("Codes of the points"), render_kw={"rows": 4})
    task = StringField(lazy_gettext("What is to be done"))


def assign_form(city: City) -> AssignForm:
    form = AssignForm()
    form.person.choices = [
        SelectChoice(str(one.id), f"{one.name} ({name_of(one.role)})") for one in workers(db.session())
    ]
    if not form.is_submitted():
        chosen = asked(request.args)
        codes = codes_of(city, chosen)[:MOST] if chosen != PointFilter() else request.args.getlist("point")[:MOST]
        form.codes.data = "\n".join(codes)
    return form


@blueprint.get("/assignments")
@requires(Act.NETWORK)
def index() -> ResponseReturnValue:
    city = here()
    return render_template("overview/no_city.html") if city is None else show(city, assign_form(city))


def show(city: City, form: AssignForm, status: int = 200) -> ResponseReturnValue:
    return render_template("field/assignments.html", rows=open_work(db.session(), city), form=form), status


@blueprint.post("/assignments")
@requires(Act.NETWORK, limited=True)
def give() -> ResponseReturnValue:
    city = here() or abort(404)
    form = assign_form(city)
    codes = list(dict.fromkeys(listed(form.codes.data or "")))
    try:
        for code in sorted(outside(db.session(), city, own_areas()) & set(codes))[:1]:
            hold_field(Act.NETWORK, "codes", "", code)
        person = int(form.person.data) if re.fullmatch(r"[0-9]{1,18}", form.person.data or "") else 0
        with writing(db.engine) as session:
            number = assign(session, city, codes, person, form.task.data or "", now=now(), actor=actor())
    except RejectedError as error:
        refuse(form, error)
        return show(city, form, 422)
    flash(gettext("%(number)s points are given.", number=number), "ok")
    return redirect(url_for("assignments.index"))


@blueprint.post("/assignments/<int:assignment_id>/end")
@requires(Act.NETWORK, limited=True)
def take_back(assignment_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    with writing(db.engine) as session:
        one = work(session, city, assignment_id)
        if one is not None:
            hold(Act.NETWORK, one.area_code)
        ended = one is not None and end(session, one, done=False, now=now(), actor=actor())
    if ended:
        flash(gettext("The work is taken back."), "ok")
    else:
        flash(gettext("Nothing to take back: the work has ended."), "warn")
    return redirect(url_for("assignments.index"))
