"""Coming in and going out: name and password, one-time links, the first admin, one's own password."""

from urllib.parse import unquote

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy import Engine
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

from hotspot.analytics.password_rules import LONGEST, SHORTEST
from hotspot.analytics.permissions import OWNER, Act
from hotspot.clock import now
from hotspot.settings import Settings
from hotspot.store import accounts, audit, links
from hotspot.store.accounts import AccountError
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.web import proof
from hotspot.web.access import current_account, enter, first_page, leave, me, requires
from hotspot.web.configured import settings
from hotspot.web.errors import in_words
from hotspot.web.second_step import admit
from hotspot.web.words import gettext

blueprint = Blueprint("sign_in", __name__)

REQUIRED = DataRequired(lazy_gettext("This field is needed"))


class SignInForm(FlaskForm):
    name = StringField(lazy_gettext("Name"), [REQUIRED, Length(max=64)], render_kw={"autocomplete": "username"})
    password = PasswordField(
        lazy_gettext("Password"), [REQUIRED, Length(max=LONGEST)], render_kw={"autocomplete": "current-password"}
    )


class NewPasswordForm(FlaskForm):
    password = PasswordField(
        lazy_gettext("New password"),
        [REQUIRED, Length(min=SHORTEST, max=LONGEST, message=lazy_gettext("A password has 12 to 256 characters"))],
        render_kw={"autocomplete": "new-password", "minlength": SHORTEST},
    )
    again = PasswordField(
        lazy_gettext("New password again"),
        [REQUIRED, EqualTo("password", lazy_gettext("The two passwords differ"))],
        render_kw={"autocomplete": "new-password"},
    )


class FirstAdminForm(NewPasswordForm):
    name = StringField(lazy_gettext("Name"), [REQUIRED, Length(max=64)], render_kw={"autocomplete": "username"})


class PasswordForm(NewPasswordForm):
    current = PasswordField(
        lazy_gettext("Present password"), [REQUIRED], render_kw={"autocomplete": "current-password"}
    )


class ContinueForm(FlaskForm):
    """Only the CSRF token: a link is used by a button, not by whatever previews links."""


def first_admin_link(engine: Engine, settings: Settings, instant: int) -> str | None:
    """The address at which the first admin is made, for the log at start; None when an admin exists."""
    with writing(engine) as session:
        if accounts.anybody(session):
            return None
        secret = links.make_link(session, links.FIRST_ADMIN, instant)
    return settings.address + links.link_path(secret)


def policy() -> str:
    return settings().password_policy


def safe(target: str, root: str) -> str:
    """`target` if it is a path below the home of this city's pages, else nothing; `root` is the city's prefix."""
    local = target.startswith(f"{root}/") and target != f"{root}/" and not target.startswith("//")
    plain = target.isprintable() and "\\" not in target and ".." not in unquote(target.partition("?")[0])
    return target if local and plain else ""


@blueprint.get("/first-steps")
def first_steps() -> ResponseReturnValue:
    if accounts.anybody(db.session()):
        return redirect(url_for("sign_in.sign_in"))
    return render_template("sign_in/first_steps.html")


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    if not accounts.anybody(db.session()):
        return redirect(url_for("sign_in.first_steps"))
    if current_account() is not None:
        return redirect(wanted() or first_page())
    form = SignInForm()
    if form.validate_on_submit():
        with writing(db.engine) as session:
            person, problem = proof.by_password(session, form.name.data, form.password.data)
        if person is not None:
            return admit(person, wanted())
        form.password.errors = [problem]
    return render_template("sign_in/sign_in.html", form=form), 200 if not form.errors else 422


def wanted() -> str:
    """The page somebody asked for before the sign-in; empty when there was none of ours."""
    return safe(request.args.get("next", ""), request.script_root)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    leave()
    return redirect(url_for("sign_in.sign_in"))


@blueprint.route("/link/<secret>", methods=["GET", "POST"])
def link(secret: str) -> ResponseReturnValue:
    found = links.look_at_link(db.session(), secret, now())
    if found is None:
        return ended(secret)
    if found.purpose == links.FIRST_ADMIN:
        return first_admin(secret)
    if found.account_id is None:
        abort(404)
    if found.purpose == links.SET_PASSWORD:
        return invited(secret, found.account_id)
    return one_time_login(secret, found.account_id)


def ended(secret: str) -> ResponseReturnValue:
    return render_template("sign_in/used_link.html", ending=links.ending(db.session(), secret, now())), 410


def first_admin(secret: str) -> ResponseReturnValue:
    if accounts.anybody(db.session()):
        return ended(secret)
    form = FirstAdminForm()
    if form.validate_on_submit():
        try:
            with writing(db.engine) as session:
                made = accounts.create_account(session, form.name.data, OWNER, now(), form.password.data, policy())
                if links.use_link(session, secret, now()) is None:
                    abort(410)
                audit.note(session, now(), made.name, "create account", made.name, "first admin")
        except AccountError as error:
            form[error.key].errors = [in_words(error)]
        else:
            enter(made.id)
            flash(gettext("Welcome, %(name)s.", name=made.name), "ok")
            return redirect(first_page())
    return render_template("sign_in/first_admin.html", form=form), 422 if form.errors else 200


def invited(secret: str, account_id: int) -> ResponseReturnValue:
    person = accounts.person_by_id(db.session(), account_id)
    if person is None:
        abort(404)
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            with writing(db.engine) as session:
                accounts.set_password(session, account_id, form.password.data, now(), policy())
                if links.use_link(session, secret, now()) is None:
                    abort(410)
                audit.note(session, now(), person.name, "set password", person.name, "by one-time link")
        except AccountError as error:
            form.password.errors = [in_words(error)]
        else:
            return admit(renewed(account_id), "", "by one-time link")
    return render_template("sign_in/invited.html", form=form, person=person), 422 if form.errors else 200


def renewed(account_id: int) -> accounts.Person:
    db.session.rollback()  # what this request read before it wrote
    return accounts.person_by_id(db.session(), account_id) or abort(404)


def one_time_login(secret: str, account_id: int) -> ResponseReturnValue:
    form = ContinueForm()
    person = accounts.person_by_id(db.session(), account_id)
    if person is None:
        abort(404)
    if form.validate_on_submit():
        with writing(db.engine) as session:
            if links.use_link(session, secret, now()) is None:
                abort(410)
        return admit(person, "", "by one-time link")
    return render_template("sign_in/one_time.html", form=form, person=person)


@blueprint.route("/password", methods=["GET", "POST"])
@requires(Act.SEE)
def password() -> ResponseReturnValue:
    account = me()
    form = PasswordForm() if account.has_password else NewPasswordForm()
    if form.validate_on_submit():
        problem = change_password(account, form)
        if problem is None:
            flash(gettext("The password was changed; other browsers were signed out."), "ok")
            return redirect(first_page())
    return render_template("sign_in/password.html", form=form), 422 if form.errors else 200


def change_password(account: accounts.Person, form: NewPasswordForm) -> str | None:
    if account.has_password:
        with writing(db.engine) as session:
            wrong = gettext("This is not your present password")
            _, problem = proof.by_password(session, account.name, form.current.data, wrong)
        if problem:
            form.current.errors = [problem]
            return "current"
    try:
        with writing(db.engine) as session:
            accounts.set_password(session, account.id, form.password.data, now(), policy())
            proof.forgive(session, account)
            audit.note(session, now(), account.name, "set password", account.name)
    except AccountError as error:
        form.password.errors = [in_words(error)]
        return "password"
    enter(account.id)
    return None
