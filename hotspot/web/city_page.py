"""The city's settings of its public site."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.validators import Length

from hotspot.analytics.import_row import LONGEST, RejectedError
from hotspot.analytics.licences import LICENCES, licence
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.base import writing
from hotspot.store.city_edit import PublicFace, change_face
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.public import kept_off
from hotspot.web.access import actor, requires
from hotspot.web.place import here
from hotspot.web.refusals import refuse
from hotspot.web.words import gettext

blueprint = Blueprint("city", __name__)


class CityForm(FlaskForm):
    public = BooleanField(lazy_gettext("Show the public site"))
    licence = SelectField(lazy_gettext("Licence of the open data"), validate_choice=False)
    contact = TextAreaField(lazy_gettext("Contact of the office"), validators=[Length(max=LONGEST)])


def city_form(city: City) -> CityForm:
    form = CityForm(obj=city)
    keys = dict.fromkeys((*LICENCES, city.licence))
    form.licence.choices = [(key, f"{licence(key).title} ({key})") for key in keys]
    return form


@blueprint.get("/city")
@requires(Act.PEOPLE)
def index() -> ResponseReturnValue:
    city = here() or abort(404)
    return show(city, city_form(city))


def show(city: City, form: CityForm, status: int = 200) -> ResponseReturnValue:
    hidden = len(kept_off(db.session(), city))
    return render_template("city/index.html", form=form, hidden=hidden), status


@blueprint.post("/city")
@requires(Act.PEOPLE)
def change() -> ResponseReturnValue:
    city = here() or abort(404)
    form = city_form(city)
    if not form.validate():
        return show(city, form, 422)
    wanted = PublicFace(bool(form.public.data), form.licence.data or "", form.contact.data or "")
    try:
        with writing(db.engine) as session:
            changed = change_face(session, city.id, wanted, now=now(), actor=actor())
    except RejectedError as error:
        refuse(form, error)
        return show(city, form, 422)
    flash(gettext("Saved.") if changed else gettext("Nothing was changed."), "ok")
    return redirect(url_for("city.index"))
