"""What the reader is told in the pages: the list, what is read, and how many are not on every page."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotspot.analytics.incident_words import SEVERITIES
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.alerts import notices as store
from hotspot.store.base import jotting, writing
from hotspot.store.db import db
from hotspot.web.access import current_account, me, requires
from hotspot.web.words import gettext

blueprint = Blueprint("notices", __name__, url_prefix="/notices")

DIGITS = 18  # of the largest number that a database takes


@blueprint.app_template_global()
def unread_notices() -> int:
    """Of the person signed in, up to store.MOST_COUNTED; asked once a page."""
    person = current_account()
    return store.unread(db.session(), person.id) if person else 0


@blueprint.get("/")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    found = store.notices(db.session(), me().id, page=request.args.get("page", 1, int))
    return render_template("notices/index.html", found=found, SEVERITIES=SEVERITIES)


@blueprint.get("/<int:notice_id>")
@requires(Act.SEE)
def one(notice_id: int) -> ResponseReturnValue:
    """On to its incident; whoever goes there has read it."""
    person = me()
    found = store.incident_of(db.session(), person.id, notice_id)
    if found is None:
        abort(404)
    jotting(db.engine, lambda session: store.see(session, person.id, now(), ids=[notice_id]))
    if found:
        return redirect(url_for("incident.index", incident_id=found))
    return redirect(url_for("notices.index"))


@blueprint.post("/read")
@requires(Act.SEE)
def read() -> ResponseReturnValue:
    """The one that is named, or all up to the newest that the page showed: what came since stays unread."""
    number, up_to = typed("notice"), typed("up_to")
    with writing(db.engine) as session:
        count = store.see(session, me().id, now(), ids=[number] if number else None, up_to=up_to)
    if not number:
        flash(gettext("%(n)s marked as read.", n=count), "ok")
    return redirect(url_for("notices.index"))


def typed(name: str) -> int:
    """0 for what is no number of a notice."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else 0
