"""Accounts of people: list, create, change, disable, sign out; for admins, each act in the audit log."""

from collections.abc import Callable

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from hotspot.analytics.permissions import OWNER, VIEWER, Act
from hotspot.clock import now
from hotspot.store import accounts, audit, links, sign_ins
from hotspot.store.accounts import AccountError, Person
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.web.access import actor, requires
from hotspot.web.audit_words import ACTIONS
from hotspot.web.errors import in_words
from hotspot.web.words import gettext

blueprint = Blueprint("users", __name__, url_prefix="/users")


class AccountForm(FlaskForm):
    name = StringField(
        lazy_gettext("Name"),
        [DataRequired(lazy_gettext("This field is needed")), Length(max=64)],
        render_kw={"autocomplete": "off"},
    )
    role = SelectField(
        lazy_gettext("Role"),
        choices=[SelectChoice(VIEWER, lazy_gettext("Viewer")), SelectChoice(OWNER, lazy_gettext("Administrator"))],
    )


@blueprint.get("/")
@requires(Act.PEOPLE)
def index() -> ResponseReturnValue:
    return listing(AccountForm())


def listing(form: AccountForm, status: int = 200) -> ResponseReturnValue:
    people, log = accounts.people(db.session()), audit.entries(db.session(), 20)
    return render_template("users/index.html", people=people, form=form, log=log, actions=ACTIONS), status


@blueprint.post("/")
@requires(Act.PEOPLE)
def create() -> ResponseReturnValue:
    form = AccountForm()
    if not form.validate_on_submit():
        return listing(form, 422)
    try:
        with writing(db.engine) as session:
            person = accounts.create_account(session, form.name.data, form.role.data, now())
            secret = links.make_link(session, links.SET_PASSWORD, now(), person.id)
            audit.note(session, now(), actor(), "create account", person.name, person.role)
    except AccountError as error:
        form[error.key].errors = [in_words(error)]
        return listing(form, 422)
    return invitation(person, secret)


def invitation(person: Person, secret: str) -> ResponseReturnValue:
    """The link is shown once; it is the answer to the POST, so that it stands in no address and no log."""
    url = current_app.config["SETTINGS"].address + links.link_path(secret)
    days = links.LIFETIMES_S[links.SET_PASSWORD] // 86400
    return render_template("users/invitation.html", person=person, url=url, days=days)


@blueprint.post("/<int:account_id>/link")
@requires(Act.PEOPLE)
def new_link(account_id: int) -> ResponseReturnValue:
    with writing(db.engine) as session:
        person = found(session, account_id)
        secret = links.make_link(session, links.SET_PASSWORD, now(), account_id)
        audit.note(session, now(), actor(), "make link", person.name, links.SET_PASSWORD)
    return invitation(person, secret)


@blueprint.post("/<int:account_id>/role")
@requires(Act.PEOPLE)
def role(account_id: int) -> ResponseReturnValue:
    asked = request.form.get("role", "")
    return act(account_id, "change role", lambda session: accounts.set_role(session, account_id, asked), asked)


@blueprint.post("/<int:account_id>/active")
@requires(Act.PEOPLE)
def active(account_id: int) -> ResponseReturnValue:
    wanted = request.form.get("active") == "yes"
    action = "enable account" if wanted else "disable account"
    return act(account_id, action, lambda session: accounts.set_active(session, account_id, wanted))


@blueprint.post("/<int:account_id>/sign-out")
@requires(Act.PEOPLE)
def sign_out(account_id: int) -> ResponseReturnValue:
    return act(account_id, "sign out", lambda session: sign_ins.sign_out_everywhere(session, account_id))


def act(account_id: int, action: str, change: Callable[[Session], None], detail: str = "") -> ResponseReturnValue:
    """One change with its audit entry; a refusal becomes a message above the list."""
    try:
        with writing(db.engine) as session:
            person = found(session, account_id)
            change(session)
            audit.note(session, now(), actor(), action, person.name, detail)
    except AccountError as error:
        flash(in_words(error), "bad")
    else:
        flash(gettext("Done for %(name)s.", name=person.name), "ok")
    return redirect(url_for("users.index"))


def found(session: Session, account_id: int) -> Person:
    person = accounts.person_by_id(session, account_id)
    if person is None:
        abort(404)
    return person
