"""Screens on walls: the list, making the address of one, revoking it."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.audit import note
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.walls import LONGEST_NAME, add_wall, revoke_wall, wall_path, walls
from hotspot.web.access import actor, requires
from hotspot.web.configured import settings
from hotspot.web.refusals import refuse
from hotspot.web.words import gettext

blueprint = Blueprint("walls", __name__, url_prefix="/walls")


class WallForm(FlaskForm):
    name = StringField(
        lazy_gettext("Name"),
        [DataRequired(lazy_gettext("This field is needed")), Length(max=LONGEST_NAME)],
        render_kw={"autocomplete": "off"},
    )


@blueprint.get("/")
@requires(Act.PEOPLE)
def index() -> ResponseReturnValue:
    return listing(WallForm())


def listing(form: WallForm, status: int = 200) -> ResponseReturnValue:
    return render_template("walls/index.html", rows=walls(db.session()), form=form), status


@blueprint.post("/")
@requires(Act.PEOPLE)
def create() -> ResponseReturnValue:
    """The address is the answer to the POST, so that it stands in no log."""
    form = WallForm()
    if not form.validate():
        return listing(form, 422)
    try:
        with writing(db.engine) as session:
            secret = add_wall(session, form.name.data, now(), actor())
            note(session, now(), actor(), "create", f"wall {form.name.data.strip()}")
    except RejectedError as error:
        refuse(form, error)
        return listing(form, 422)
    address = settings().address + wall_path(secret)
    return render_template("walls/made.html", name=form.name.data.strip(), address=address)


@blueprint.post("/<int:wall_id>/revoke")
@requires(Act.PEOPLE)
def revoke(wall_id: int) -> ResponseReturnValue:
    with writing(db.engine) as session:
        name = revoke_wall(session, wall_id, now()) or abort(404)
        note(session, now(), actor(), "revoke", f"wall {name}")
    flash(gettext("The screen %(name)s shows nothing from now on.", name=name), "ok")
    return redirect(url_for("walls.index"))
