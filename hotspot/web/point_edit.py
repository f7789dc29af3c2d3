"""A point and its site, changed by hand."""

from collections.abc import Mapping

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.inventory import AUTH_MODES, VENUE_KINDS
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.base import writing
from hotspot.store.choices import Choices, choices
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.point_edit import FIELDS, NO, YES, ConflictError, Editable, change_point, editable
from hotspot.web.access import actor, current_account, requires
from hotspot.web.changes import done
from hotspot.web.conflict import conflict_page, resolved
from hotspot.web.format import auth_mode, venue
from hotspot.web.place import here
from hotspot.web.refusals import refuse
from hotspot.web.words import gettext

blueprint = Blueprint("point_edit", __name__)

PUBLIC = {YES: lazy_gettext("Shown on the public site"), NO: lazy_gettext("Not on the public site")}


class EditForm(FlaskForm):
    """Fields are named as the columns of the import."""

    versions = HiddenField()
    point_name = StringField(lazy_gettext("Name of the point"))
    fund = SelectField(lazy_gettext("Fund"))
    provider = SelectField(lazy_gettext("Provider"))
    auth_mode = SelectField(lazy_gettext("Access for visitors"))
    public = SelectField(lazy_gettext("Public site"), choices=[SelectChoice(*one) for one in PUBLIC.items()])
    site_name = StringField(lazy_gettext("Name of the site"))
    venue_kind = SelectField(lazy_gettext("Venue"))
    area_code = SelectField(lazy_gettext("Kelurahan"))
    address = StringField(lazy_gettext("Address"))
    latitude = StringField(lazy_gettext("Latitude"), render_kw={"inputmode": "decimal"})
    longitude = StringField(lazy_gettext("Longitude"), render_kw={"inputmode": "decimal"})

    def offer(self, known: Choices) -> None:
        self.fund.choices = [SelectChoice("", gettext("No fund")), *map(SelectChoice, known.funds)]
        self.provider.choices = [SelectChoice("", gettext("No provider")), *map(SelectChoice, known.providers)]
        self.auth_mode.choices = [SelectChoice(key, auth_mode(key)) for key in AUTH_MODES]
        self.venue_kind.choices = [SelectChoice(key, venue(key)) for key in VENUE_KINDS]
        self.area_code.choices = [
            SelectChoice(code, name, optgroup=district.name)
            for district in known.districts
            for code, name in district.villages
        ]

    @property
    def texts(self) -> dict[str, str]:
        return {name: self[name].data or "" for name in FIELDS}


def known(code: str) -> tuple[City, Editable]:
    """Only for whom may change something there."""
    city = here() or abort(404)
    found = editable(db.session(), city, code) or abort(404)
    if not allowed(found.texts["area_code"]):
        abort(403)
    return city, found


def allowed(area_code: str) -> bool:
    person = current_account()
    return person is not None and person.may(Act.NETWORK, area_code)


@blueprint.get("/points/<path:code>/edit")
@requires(Act.NETWORK)
def index(code: str) -> ResponseReturnValue:
    city, found = known(code)
    form = EditForm(formdata=None, versions=found.versions, **found.texts)
    form.offer(choices(db.session(), city))
    return show(found, form, found.texts)


def show(found: Editable, form: EditForm, base: Mapping[str, str], status: int = 200) -> ResponseReturnValue:
    return render_template("point/edit.html", found=found, form=form, base=base), status


@blueprint.post("/points/<path:code>/edit")
@requires(Act.NETWORK, limited=True)
def change(code: str) -> ResponseReturnValue:
    city, found = known(code)
    form = EditForm(formdata=resolved(FIELDS))
    known_choices = choices(db.session(), city)
    form.offer(known_choices)
    base = {name: request.form.get(f"base_{name}", "") for name in FIELDS}
    if not form.validate():
        return show(found, form, base, 422)
    versions, change_id = form.versions.data or "", None
    try:
        with writing(db.engine) as session:
            change_id = change_point(
                session, city, code, form.texts, versions, allowed=allowed, now=now(), actor=actor()
            )
    except RejectedError as error:
        refuse(form, error)
        return show(found, form, base, 422)
    except ConflictError as error:
        return clash(error.theirs, form, known_choices)
    if change_id is not None:
        done(gettext("The point is saved."), change_id)
    return redirect(url_for("point.index", code=code))


def clash(theirs: Editable, form: EditForm, known_choices: Choices) -> ResponseReturnValue:
    areas = {code: name for district in known_choices.districts for code, name in district.villages}

    def words(name: str, text: str) -> str:
        known = {
            "venue_kind": lambda: venue(text),
            "auth_mode": lambda: auth_mode(text),
            "area_code": lambda: areas.get(text, text),
            "public": lambda: str(PUBLIC.get(text, text)),
        }
        return known[name]() if name in known else text

    return conflict_page(
        gettext("Edit %(name)s", name=theirs.texts["point_name"]),
        url_for("point.index", code=theirs.code),
        {name: form[name].label.text for name in FIELDS},
        theirs.texts,
        form.texts,
        theirs.versions,
        words,
    )
