"""The public page of a proposal's number: its state, the answer, the days, and nothing of place or person."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotspot.analytics.tracking import read_number
from hotspot.store.db import db
from hotspot.store.proposals import public
from hotspot.web.place import here

blueprint = Blueprint("track", __name__, url_prefix="/track")


@blueprint.get("/")
def index() -> ResponseReturnValue:
    typed = request.args.get("number", "")
    if number := read_number(typed):
        return redirect(url_for("track.one", number=number))
    return render_template("track/index.html", typed=typed[:40], wrong=bool(typed))


@blueprint.get("/<number>")
def one(number: str) -> ResponseReturnValue:
    """A number that is mistyped and one that nobody gave out get the same answer."""
    city, asked = here(), read_number(number)
    found = public(db.session(), city, asked) if city is not None and asked else None
    if found is None:
        return render_template("track/index.html", typed=number[:40], wrong=True), 404
    return render_template("track/one.html", found=found)
