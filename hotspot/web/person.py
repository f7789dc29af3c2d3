"""One account, as the owner keeps it: role and areas, invitation, browsers; each change in the audit log."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store import accounts, audit, links, people, sign_ins
from hotspot.store.accounts import AccountError, Person
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.web.access import actor, requires
from hotspot.web.errors import in_words
from hotspot.web.place import here
from hotspot.web.users import StandingForm, areas_to_choose, invitation
from hotspot.web.words import gettext

blueprint = Blueprint("person", __name__, url_prefix="/users")


@blueprint.get("/<int:account_id>")
@requires(Act.PEOPLE)
def index(account_id: int) -> ResponseReturnValue:
    known = found(db.session(), account_id)
    return show(account_id, StandingForm(formdata=None, role=known.role, areas=sorted(known.areas)))


def show(account_id: int, form: StandingForm, status: int = 200) -> ResponseReturnValue:
    one = people.member(db.session(), here(), account_id, now()) or abort(404)
    page = render_template("users/one.html", one=one, person=one.person, form=form, districts=areas_to_choose())
    return page, status


@blueprint.post("/<int:account_id>")
@requires(Act.PEOPLE)
def change(account_id: int) -> ResponseReturnValue:
    form = StandingForm()
    if not form.validate():
        return show(account_id, form, 422)
    told = " ".join((form.role.data, *sorted(form.codes)))
    try:
        with writing(db.engine) as session:
            person = found(session, account_id)
            people.set_standing(session, here(), account_id, form.role.data, form.codes)
            audit.note(session, now(), actor(), "change role", person.name, told)
    except AccountError as error:
        field = error.key if error.key in form else "role"
        form[field].errors = [in_words(error)]
        return show(account_id, form, 422)
    flash(gettext("Done for %(name)s.", name=person.name), "ok")
    return redirect(url_for("person.index", account_id=account_id))


@blueprint.post("/<int:account_id>/link")
@requires(Act.PEOPLE)
def new_link(account_id: int) -> ResponseReturnValue:
    with writing(db.engine) as session:
        person = found(session, account_id)
        secret = links.make_link(session, links.SET_PASSWORD, now(), account_id)
        audit.note(session, now(), actor(), "make link", person.name, links.SET_PASSWORD)
    return invitation(person, secret)


@blueprint.post("/<int:account_id>/link/revoke")
@requires(Act.PEOPLE)
def revoke_link(account_id: int) -> ResponseReturnValue:
    return act(account_id, "revoke link", lambda session: links.revoke(session, links.SET_PASSWORD, account_id))


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


def act(account_id: int, action: str, change: Callable[[Session], None]) -> ResponseReturnValue:
    """One change with its audit entry; a refusal becomes a message above the page."""
    try:
        with writing(db.engine) as session:
            person = found(session, account_id)
            change(session)
            audit.note(session, now(), actor(), action, person.name)
    except AccountError as error:
        flash(in_words(error), "bad")
    else:
        flash(gettext("Done for %(name)s.", name=person.name), "ok")
    return redirect(url_for("person.index", account_id=account_id))


def found(session: Session, account_id: int) -> Person:
    return accounts.person_by_id(session, account_id) or abort(404)
