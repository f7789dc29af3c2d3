"""Setting up a second factor, new recovery codes, taking it away; and taking somebody's away who lost it."""

import segno
from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import PasswordField
from wtforms.validators import Length

from hotspot.analytics.one_time_code import address
from hotspot.analytics.password_rules import LONGEST
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store import accounts, audit, second_factor, sign_ins
from hotspot.store.accounts import Person
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.web import proof
from hotspot.web.access import actor, enter, me, requires
from hotspot.web.configured import secret_key
from hotspot.web.place import here
from hotspot.web.second_step import CodeForm
from hotspot.web.words import gettext

blueprint = Blueprint("second_factor", __name__)


class BeginForm(FlaskForm):
    current = PasswordField(
        lazy_gettext("Present password"), [Length(max=LONGEST)], render_kw={"autocomplete": "current-password"}
    )


@blueprint.post("/account/second-factor")
@requires(Act.SEE)
def begin() -> ResponseReturnValue:
    """The secret is the answer to the form that proved the password: it stands in no address and is shown once."""
    person, form = me(), BeginForm()
    wrong = gettext("This is not your present password")
    with writing(db.engine) as transaction:
        sent = (form.current.data or "")[: LONGEST + 1]
        problem = proof.by_password(transaction, person.name, sent, wrong)[1] if person.has_password else ""
        secret = "" if problem else second_factor.begin(transaction, secret_key(), person.id)
    if problem:
        return back(problem)
    if not secret:  # another tab has set it up
        return redirect(url_for("account.index"))
    city = here()
    uri = address(secret, person.name, f"Hotspot {city.name}" if city else "Hotspot")
    picture = segno.make(uri, error="m").svg_data_uri(scale=4, border=4, dark="#000", light="#fff")
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    return render_template("account/begin.html", picture=picture, groups=groups, form=CodeForm())


@blueprint.post("/account/second-factor/confirm")
@requires(Act.SEE)
def confirm() -> ResponseReturnValue:
    person, form = me(), CodeForm()
    if person.second_factor:  # another tab was faster
        return redirect(url_for("account.index"))
    codes: list[str] = []
    if form.validate_on_submit():
        with writing(db.engine) as transaction:
            codes = second_factor.confirm(transaction, secret_key(), person.id, form.code.data, now())
            if codes:
                audit.note(transaction, now(), person.name, "set up second factor", person.name)
    if not codes:
        form.code.errors = [gettext("This code doesn't fit. Type the newest one; the last key that was shown counts.")]
        return render_template("account/begin.html", picture="", groups=[], form=form), 422
    enter(person.id)
    db.session.rollback()  # this request began before the new sign-in and would not see it
    return render_template("account/codes.html", codes=codes)


def proved(transaction: Session, person: Person) -> str:
    """Empty when the form's code is one of the second factor in use; else why nothing is changed."""
    form = CodeForm()
    if not form.validate_on_submit():
        return gettext("Type a code of your second factor, or a recovery code.")
    return proof.by_code(transaction, person, form.code.data)


def back(problem: str) -> ResponseReturnValue:
    flash(problem, "bad")
    return redirect(url_for("account.index"))


@blueprint.post("/account/second-factor/codes")
@requires(Act.SEE)
def codes() -> ResponseReturnValue:
    """Ten new recovery codes instead of the old ones."""
    person = me()
    with writing(db.engine) as transaction:
        problem = proved(transaction, person)
        if not problem:
            told = second_factor.renew_codes(transaction, person.id)
            audit.note(transaction, now(), person.name, "renew recovery codes", person.name)
    if problem:
        return back(problem)
    return render_template("account/codes.html", codes=told)


@blueprint.post("/account/second-factor/remove")
@requires(Act.SEE)
def remove() -> ResponseReturnValue:
    person = me()
    with writing(db.engine) as transaction:
        problem = proved(transaction, person)
        if not problem:
            second_factor.remove(transaction, person.id)
            audit.note(transaction, now(), person.name, "remove second factor", person.name)
    if not problem:
        flash(gettext("The second factor is taken away; from now on the password alone signs in."), "ok")
        return redirect(url_for("account.index"))
    return back(problem)


@blueprint.post("/users/<int:account_id>/second-factor/reset")
@requires(Act.PEOPLE)
def reset(account_id: int) -> ResponseReturnValue:
    """For who lost telephone and recovery codes; the person is signed out everywhere."""
    if account_id == me().id:
        return back(gettext("You take your own second factor away here, with one of its codes."))
    with writing(db.engine) as transaction:
        person = accounts.person_by_id(transaction, account_id)
        if person is None:
            abort(404)
        second_factor.remove(transaction, account_id)
        sign_ins.sign_out_everywhere(transaction, account_id)
        audit.note(transaction, now(), actor(), "reset second factor", person.name)
    flash(gettext("Done for %(name)s.", name=person.name), "ok")
    return redirect(url_for("users.index"))
