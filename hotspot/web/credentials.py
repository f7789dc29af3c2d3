"""The SNMP credentials that many devices share: names, order and what protects them; the secrets are write-only."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField

from hotspot.analytics.import_row import AUTH_PROTOCOLS, PRIV_PROTOCOLS, SECRET_COLUMNS, RejectedError
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.base import writing
from hotspot.store.credential_sets import (
    CLEAR,
    OPEN,
    SEALED,
    WEAK,
    InUseError,
    SetRow,
    add_set,
    change_set,
    move_set,
    remove_set,
    set_rows,
)
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.web.access import actor, requires
from hotspot.web.configured import secret_key
from hotspot.web.place import here
from hotspot.web.refusals import refuse
from hotspot.web.words import gettext

blueprint = Blueprint("credentials", __name__, url_prefix="/credentials")

WARNINGS = {
    CLEAR: lazy_gettext("The community travels readable through the network."),
    WEAK: lazy_gettext("MD5 and DES are weak; SHA256 and AES protect."),
    OPEN: lazy_gettext("Without authentication and privacy anybody on the way can read, or pretend."),
    SEALED: lazy_gettext("It was sealed with another key and can't be used: enter its secrets again."),
}
SECRET = {"autocomplete": "new-password"}  # a browser must not put the reader's own password there


class CredentialForm(FlaskForm):
    """Fields are named as the columns of the import; the secret ones are never filled in, by the page or a browser."""

    name = StringField(lazy_gettext("Name"), render_kw={"autocomplete": "off"})
    snmp_version = SelectField(lazy_gettext("SNMP version"), choices=["1", "2c", "3"], default="2c")
    snmp_community = PasswordField(lazy_gettext("Community (versions 1 and 2c)"), render_kw=SECRET)
    snmp_user = StringField(lazy_gettext("User (version 3)"), render_kw={"autocomplete": "off"})
    snmp_auth_protocol = SelectField(lazy_gettext("Authentication"), choices=["", *AUTH_PROTOCOLS], default="SHA256")
    snmp_auth_password = PasswordField(lazy_gettext("Authentication password"), render_kw=SECRET)
    snmp_priv_protocol = SelectField(lazy_gettext("Privacy"), choices=["", *PRIV_PROTOCOLS], default="AES")
    snmp_priv_password = PasswordField(lazy_gettext("Privacy password"), render_kw=SECRET)
    snmp_context = StringField(lazy_gettext("Context"), render_kw={"autocomplete": "off"})

    @property
    def cells(self) -> dict[str, str]:
        """Of a community no SNMPv3 words, though their fields show a choice."""
        cells = {field.name: str(field.data or "") for field in self if field.name != "csrf_token"}
        if cells["snmp_version"] == "3":
            return cells
        of_users = {column for column in SECRET_COLUMNS if column != "snmp_community"}
        return {name: "" if name in of_users else cell for name, cell in cells.items()}


def rows(city: City) -> list[SetRow]:
    return set_rows(db.session(), secret_key(), city.id)


def known(city: City, set_id: int) -> SetRow:
    return next((row for row in rows(city) if row.id == set_id), None) or abort(404)


@blueprint.get("/")
@requires(Act.NETWORK)
def index() -> ResponseReturnValue:
    city = here()
    return render_template("overview/no_city.html") if city is None else show(city, CredentialForm())


def show(city: City, form: CredentialForm, status: int = 200) -> ResponseReturnValue:
    found = rows(city)
    opened = bool(form.errors) or not found
    return render_template("credentials/index.html", rows=found, form=form, opened=opened, WARNINGS=WARNINGS), status


@blueprint.post("/")
@requires(Act.NETWORK)
def add() -> ResponseReturnValue:
    city, form = here() or abort(404), CredentialForm()
    if not form.validate():
        return show(city, form, 422)
    try:
        with writing(db.engine) as session:
            add_set(session, secret_key(), city.id, form.cells, now(), actor())
    except RejectedError as error:
        refuse(form, error)
        return show(city, form, 422)
    flash(gettext("Kept. It is tried after the others."), "ok")
    return redirect(url_for("credentials.index"))


@blueprint.get("/<int:set_id>")
@requires(Act.NETWORK)
def edit(set_id: int) -> ResponseReturnValue:
    row = known(here() or abort(404), set_id)
    return ask(row, form_of(row))


def form_of(row: SetRow) -> CredentialForm:
    """What is chosen of the protocols is kept, so nothing is preselected."""
    return CredentialForm(name=row.name, snmp_version=row.snmp_version, snmp_auth_protocol="", snmp_priv_protocol="")


def ask(row: SetRow, form: CredentialForm, status: int = 200) -> ResponseReturnValue:
    return render_template("credentials/edit.html", row=row, form=form, WARNINGS=WARNINGS), status


@blueprint.post("/<int:set_id>")
@requires(Act.NETWORK)
def change(set_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    row = known(city, set_id)
    form = form_of(row)
    if not form.validate():
        return ask(row, form, 422)
    try:
        with writing(db.engine) as session:
            changed = change_set(session, secret_key(), city.id, set_id, form.cells, now(), actor())
    except RejectedError as error:
        refuse(form, error)
        return ask(row, form, 422)
    flash(gettext("Saved. The next poll uses it.") if changed else gettext("Nothing was different."), "ok")
    return redirect(url_for("credentials.index"))


@blueprint.post("/<int:set_id>/move")
@requires(Act.NETWORK)
def move(set_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    with writing(db.engine) as session:
        move_set(session, city.id, set_id, request.form.get("direction") == "up", now(), actor())
    return redirect(url_for("credentials.index"))


@blueprint.post("/<int:set_id>/remove")
@requires(Act.NETWORK)
def remove(set_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    row = known(city, set_id)
    try:
        with writing(db.engine) as session:
            remove_set(session, city.id, set_id, now(), actor())
    except InUseError as error:
        text = gettext("%(name)s stays: %(count)s devices are asked with it.", name=row.name, count=error.count)
        flash(text, "warn")
    else:
        flash(gettext("%(name)s is removed.", name=row.name), "ok")
    return redirect(url_for("credentials.index"))
