"""What was changed in one step, and undoing it."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.base import writing
from hotspot.store.changes import Kept, change_of, changes, places, undo
from hotspot.store.db import db
from hotspot.web.access import actor, current_account, hold, own_areas, requires
from hotspot.web.place import here
from hotspot.web.refusals import sentence
from hotspot.web.words import gettext

blueprint = Blueprint("changes", __name__, url_prefix="/changes")

KINDS = {"edit": lazy_gettext("Edit"), "import": lazy_gettext("Import")}


def offer_undo(text: str, url: str, **fields: str) -> None:
    """A message with a button that posts the fields to the address; shown on the next page."""
    message: Any = {"text": text, "url": url, "fields": fields}  # flash() takes whatever the session can hold
    flash(message, "undo")


def done(text: str, change_id: int) -> None:
    offer_undo(text, url_for("changes.take_back", change_id=change_id))


def may_undo(change: Kept) -> bool:
    """Whose account is limited to some areas undoes what they did themselves."""
    person = current_account()
    return person is not None and person.may(Act.NETWORK) and (not person.areas or change.actor == person.name)


@blueprint.get("/")
@requires(Act.NETWORK)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    return render_template("changes/index.html", changes=changes(db.session(), city), KINDS=KINDS, may_undo=may_undo)


@blueprint.post("/<int:change_id>/undo")
@requires(Act.NETWORK, limited=True)
def take_back(change_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    change = change_of(db.session(), city, change_id) or abort(404)
    if not may_undo(change):
        abort(403)
    if own_areas():
        hold(Act.NETWORK, *places(db.session(), change_id))
    try:
        with writing(db.engine) as session:
            undo(session, city, change_id, now=now(), actor=actor())
    except RejectedError as error:
        flash(sentence(error), "bad")
    else:
        flash(gettext("Undone: everything is as it was before %(what)s.", what=change.summary), "ok")
    return redirect(url_for("changes.index"))
