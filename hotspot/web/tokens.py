"""Keys of machines to the API: the list, making one, revoking one."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store import tokens
from hotspot.store.audit import note
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.web.access import actor, requires
from hotspot.web.configured import settings
from hotspot.web.words import gettext

blueprint = Blueprint("tokens", __name__, url_prefix="/users/tokens")

LIFETIMES = {
    30: lazy_gettext("30 days"),
    90: lazy_gettext("90 days"),
    365: lazy_gettext("a year"),
    730: lazy_gettext("two years"),
}


class TokenForm(FlaskForm):
    name = StringField(
        lazy_gettext("Name"),
        [DataRequired(lazy_gettext("This field is needed")), Length(max=64)],
        render_kw={"autocomplete": "off"},
    )
    days = SelectField(
        lazy_gettext("Works for"),
        coerce=int,
        choices=[SelectChoice(*one) for one in LIFETIMES.items()],
        default=tokens.DAYS,
    )


@blueprint.get("/")
@requires(Act.PEOPLE)
def index() -> ResponseReturnValue:
    return listing(TokenForm())


def listing(form: TokenForm, status: int = 200) -> ResponseReturnValue:
    """Those that work first."""
    rows = sorted(tokens.tokens(db.session()), key=lambda one: not one.works(now()))
    return render_template("users/tokens.html", rows=rows, form=form), status


@blueprint.post("/")
@requires(Act.PEOPLE)
def create() -> ResponseReturnValue:
    """The secret is the answer to the POST, so that it stands in no address and no log."""
    form = TokenForm()
    if not form.validate():
        return listing(form, 422)
    try:
        with writing(db.engine) as session:
            secret = tokens.create_token(session, form.name.data, now(), form.days.data, actor())
            note(session, now(), actor(), "create", f"token {form.name.data.strip()}", f"{form.days.data} days")
    except tokens.TokenError as error:
        form[error.key].errors = [in_words(error)]
        return listing(form, 422)
    address = settings().address
    return render_template("users/token.html", name=form.name.data.strip(), secret=secret, address=address)


def in_words(error: tokens.TokenError) -> str:
    if "already" in str(error):
        return gettext("A token with this name exists already")
    return gettext("A token's name has 1 to 64 printable characters")


@blueprint.post("/<int:token_id>/revoke")
@requires(Act.PEOPLE)
def revoke(token_id: int) -> ResponseReturnValue:
    with writing(db.engine) as session:
        one = next((one for one in tokens.tokens(session) if one.id == token_id), None) or abort(404)
        done = tokens.revoke_token(session, one.name, now())
        if done:
            note(session, now(), actor(), "revoke", f"token {one.name}")
    said = gettext("%(name)s is refused from now on.", name=one.name)
    flash(said if done else gettext("Nothing was changed: somebody else was quicker."), "ok" if done else "warn")
    return redirect(url_for("tokens.index"))
