"""The second step of a sign-in: the code, asked of who has a second factor once the first proof is there.

Between the two nobody is signed in; the signed cookie only remembers for five minutes whose code is asked for.
"""

from dataclasses import dataclass

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from hotspot.analytics.password_rules import is_old
from hotspot.analytics.permissions import OWNER, Act
from hotspot.clock import now
from hotspot.store import accounts, audit
from hotspot.store.accounts import Person
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.web import proof
from hotspot.web.access import current_account, enter, first_page, leave
from hotspot.web.configured import settings
from hotspot.web.words import gettext

blueprint = Blueprint("second_step", __name__)

HALF = "half"  # in the signed cookie
LASTS_S = 5 * 60
LONGEST, LONGEST_TARGET = 64, 500
# What an account may open that still has to renew its password or to set up its second factor.
ANYWAY = frozenset({"account", "second_factor", "sign_in", "second_step", "help", "static"})


class CodeForm(FlaskForm):
    code = StringField(
        lazy_gettext("Code"),
        [DataRequired(lazy_gettext("This field is needed")), Length(max=LONGEST)],
        render_kw={
            "autocomplete": "one-time-code",
            "inputmode": "text",
            "autocapitalize": "none",
            "spellcheck": "false",
        },
    )


@dataclass(frozen=True, slots=True)
class Half:
    """A sign-in that lacks its code; it ends when the password changes."""

    account_id: int
    password_at: int
    at: int
    how: str
    target: str


def admit(person: Person, target: str, how: str = "") -> ResponseReturnValue:
    """After the first proof: in, or asked for the code. `how` goes into the audit log."""
    if not person.second_factor:
        with writing(db.engine) as transaction:
            proof.forgive(transaction, person)
            audit.note(transaction, now(), person.name, "sign in", person.name, how)
        enter(person.id)
        return redirect(target or first_page())
    leave()  # who was signed in here before is so no longer
    session[HALF] = [person.id, person.password_at, now(), how, kept(target)]
    return redirect(url_for("second_step.code"))


def kept(target: str) -> str:
    """An address that the cookie can hold: browsers drop one above 4 kB whole."""
    return target if len(target) <= LONGEST_TARGET else ""


def half_way() -> tuple[Half, Person] | None:
    """Whose code is asked for; None when it took too long, or the account is not what it was."""
    try:
        half = Half(*session[HALF])
    except (KeyError, TypeError):
        return None
    person = accounts.person_by_id(db.session(), half.account_id)
    if person is None or not person.active or person.password_at != half.password_at or not person.second_factor:
        return None
    return (half, person) if 0 <= now() - half.at < LASTS_S else None


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
def code() -> ResponseReturnValue:
    if current_account() is not None:  # another tab was faster
        return redirect(first_page())
    found = half_way()
    if found is None:
        session.pop(HALF, None)
        flash(gettext("The sign-in took too long or has ended. Begin again."), "warn")
        return redirect(url_for("sign_in.sign_in"))
    half, person = found
    form = CodeForm()
    if form.validate_on_submit():
        problem = try_code(person, form.code.data, half.how)
        if not problem:
            enter(person.id)
            return redirect(half.target or first_page())
        form.code.errors = [problem]
    return render_template("sign_in/code.html", form=form), 422 if form.errors else 200


def try_code(person: Person, sent: str, how: str) -> str:
    with writing(db.engine) as transaction:
        problem = proof.by_code(transaction, person, sent)
        if not problem:
            proof.forgive(transaction, person)
            told = "with a second factor"
            audit.note(transaction, now(), person.name, "sign in", person.name, f"{how}, {told}" if how else told)
    return problem


def must_have(person: Person) -> bool:
    """Whether the setting asks this account for a second factor."""
    asked = settings().second_factor
    return asked == "all" or (asked == "owner" and person.role == OWNER)


def missing(person: Person) -> str:
    """The endpoint where the account gets what it lacks before it may go on; empty when it lacks nothing."""
    if person.has_password and is_old(person.password_at, now(), settings().password_policy):
        return "sign_in.password"
    return "account.index" if must_have(person) and not person.second_factor else ""


def may_see() -> bool:
    """Whether the sign-in of the pages opens the API, which can't send anybody to a page first."""
    account = current_account()
    return account is not None and account.may(Act.SEE) and not missing(account)


def demand() -> ResponseReturnValue | None:
    """Before every request, behind the guard: who lacks something gets it first."""
    view = current_app.view_functions.get(request.endpoint or "")
    if not hasattr(view, "door") or request.blueprint in ANYWAY:
        return None
    account = current_account()
    lacking = missing(account) if account else ""
    if not lacking:
        return None
    if lacking == "sign_in.password":
        flash(gettext("Your password is older than 90 days. Choose another to go on."), "warn")
    else:
        flash(gettext("Your account needs a second factor. Set it up to go on."), "warn")
    return redirect(url_for(lacking))
