"""A poll that somebody at a device asks for: the page asks, the collector polls, a small part of the page waits."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.permissions import EVERYWHERE, Act
from hotspot.clock import now
from hotspot.store.access_points import ApDetail, access_point_detail
from hotspot.store.base import writing
from hotspot.store.bounds import areas_of
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.poll_requests import Asked, last_answer, newest
from hotspot.store.poll_requests import request as want
from hotspot.web.access import actor, hold, may, requires
from hotspot.web.place import here
from hotspot.web.poll_errors import trouble
from hotspot.web.refusals import sentence

blueprint = Blueprint("poll_now", __name__)


def known(name: str) -> tuple[City, ApDetail]:
    city = here() or abort(404)
    return city, access_point_detail(db.session(), city, name, now()) or abort(404)


def tested(ap_id: int) -> Asked | None:
    return newest(db.session(), [ap_id], now()).get(ap_id)


def raw(ap_id: int) -> Asked | None:
    """What was asked and answered word by word is for those who look after devices."""
    return last_answer(db.session(), ap_id) if may("network") else None


blueprint.add_app_template_global(tested, "tested")
blueprint.add_app_template_global(raw, "raw_answer")
blueprint.add_app_template_global(trouble, "trouble_of")


@blueprint.get("/access-points/<path:name>/test")
@requires(Act.FIELD)
def index(name: str) -> ResponseReturnValue:
    """The part of a page that tells what came of it; without JavaScript it leads to the page."""
    _, found = known(name)
    if not request.headers.get("HX-Request"):
        return redirect(url_for("access_point.index", name=name))
    return render_template("access_point/tested.html", name=found.row.name, ap_id=found.row.id, refused="")


@blueprint.post("/access-points/<path:name>/test")
@requires(Act.FIELD, limited=True)
def ask(name: str) -> ResponseReturnValue:
    city, found = known(name)
    places = areas_of(db.session(), city, [found.row.point_code or ""]) or frozenset((EVERYWHERE,))
    hold(Act.FIELD, *places)
    refused = ""
    try:
        with writing(db.engine) as session:
            want(session, city, found.row.id, now=now(), actor=actor())
    except RejectedError as error:
        refused = sentence(error)
    db.session.rollback()  # what this request read before it wrote
    if request.headers.get("HX-Request"):
        return render_template("access_point/tested.html", name=found.row.name, ap_id=found.row.id, refused=refused)
    if refused:
        flash(refused, "bad")
    if request.form.get("back") == "field" and found.row.point_code:
        return redirect(url_for("field.visit", code=found.row.point_code) + f"#test-{found.row.id}")
    return redirect(url_for("access_point.index", name=name) + f"#test-{found.row.id}")
