"""A point moves to another site: the form for the new place, and undoing it on the same day."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.inventory import VENUE_KINDS
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.base import writing
from hotspot.store.bounds import areas_of
from hotspot.store.choices import districts
from hotspot.store.db import db
from hotspot.store.lifecycle import NewStep
from hotspot.store.models import City
from hotspot.store.point_day import relocated_from
from hotspot.store.points import PointDetail
from hotspot.store.relocation import NewPlace, relocate, undo
from hotspot.web.access import actor, hold, hold_field, requires
from hotspot.web.attachments import ACCEPTED, keep
from hotspot.web.format import venue
from hotspot.web.point import known
from hotspot.web.refusals import refuse, sentence
from hotspot.web.words import gettext

blueprint = Blueprint("relocation", __name__, url_prefix="/lifecycle/relocate")

NEEDED = InputRequired(lazy_gettext("This field is needed"))
CELLS = ("point_code", "point_name", "site_name", "area_code", "venue_kind", "address", "latitude", "longitude")


class RelocationForm(FlaskForm):
    """Fields are named as the columns of the inventory."""

    since = DateField(lazy_gettext("From this day on"), [NEEDED])
    point_code = StringField(lazy_gettext("Code of the new point"), [NEEDED])
    point_name = StringField(lazy_gettext("Name of the new point"), [NEEDED])
    site_name = StringField(lazy_gettext("Site"))
    area_code = SelectField(lazy_gettext("Kelurahan"))
    venue_kind = SelectField(lazy_gettext("Venue"))
    address = StringField(lazy_gettext("Address"))
    latitude = StringField(lazy_gettext("Latitude"), render_kw={"inputmode": "decimal"})
    longitude = StringField(lazy_gettext("Longitude"), render_kw={"inputmode": "decimal"})
    document = StringField(lazy_gettext("Document number"))
    file = FileField(lazy_gettext("Document"), render_kw={"accept": ACCEPTED["document"]})
    note = StringField(lazy_gettext("Note"))


def relocation_form(city: City, found: PointDetail) -> RelocationForm:
    form = RelocationForm()
    villages = [
        SelectChoice(code, f"{name} ({district.name})")
        for district in districts(db.session(), city)
        for code, name in district.villages
    ]
    form.area_code.choices = villages
    form.venue_kind.choices = [SelectChoice(key, venue(key)) for key in VENUE_KINDS]
    if not form.is_submitted():
        form.since.data = day_of(city.time_zone, now())
        form.area_code.data, form.venue_kind.data = found.point.area_code, found.point.venue_kind
    return form


@blueprint.get("/<path:code>")
@requires(Act.PLAN)
def index(code: str) -> ResponseReturnValue:
    city, found = known(code)
    return show(found, relocation_form(city, found))


def show(found: PointDetail, form: RelocationForm, status: int = 200) -> ResponseReturnValue:
    return render_template("lifecycle/relocate.html", found=found, point=found.point, form=form), status


@blueprint.post("/<path:code>")
@requires(Act.PLAN, limited=True)
def change(code: str) -> ResponseReturnValue:
    city, found = known(code)
    hold(Act.PLAN, found.point.area_code)
    form = relocation_form(city, found)
    if not form.validate():
        return show(found, form, 422)
    cells = {name: form[name].data or "" for name in CELLS}
    try:
        hold_field(Act.PLAN, "area_code", form.area_code.data)
        with writing(db.engine) as session:
            step = NewStep(
                "relocated",
                form.since.data,
                document=form.document.data or "",
                note=form.note.data or "",
                attachment_id=keep(session, city.id, "document", "file", form.file.data),
            )
            new = relocate(session, city, found.point.id, NewPlace(cells, step), now=now(), actor=actor())
    except RejectedError as error:
        at = {"stage": "since", "day": "since"}.get(error.column, error.column)
        refuse(form, RejectedError(at, error.reason.text, **error.reason.values))
        return show(found, form, 422)
    flash(gettext("The service goes on here. It can be undone until the end of the day."), "ok")
    return redirect(url_for("point.index", code=new))


@blueprint.post("/undo/<path:code>")
@requires(Act.PLAN, limited=True)
def take_back(code: str) -> ResponseReturnValue:
    city, found = known(code)
    came_from = relocated_from(db.session(), found.point.id)
    places = [found.point.code, *([came_from.code] if came_from else [])]
    hold(Act.PLAN, *areas_of(db.session(), city, places))
    try:
        with writing(db.engine) as session:
            old = undo(session, city, found.point.id, now=now(), actor=actor())
    except RejectedError as error:
        flash(sentence(error), "bad")
        return redirect(url_for("point.index", code=code))
    flash(gettext("The relocation is undone; the service goes on here as before."), "ok")
    return redirect(url_for("point.index", code=old))
