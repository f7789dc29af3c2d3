"""Steps of all points: the latest, those without proof, as files; taking a step back."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.inventory import LIFECYCLE
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.base import writing
from hotspot.store.bounds import areas_of, outside
from hotspot.store.db import db
from hotspot.store.lifecycle import add_photo, withdraw
from hotspot.store.lifecycle_batch import batches, withdraw_all
from hotspot.store.lifecycle_list import (
    COLUMNS,
    OVERRIDE_COLUMNS,
    latest,
    overridden,
    override_rows,
    step_rows,
)
from hotspot.store.models import City, LifecycleChange, Point
from hotspot.store.points import PointFilter, every_point
from hotspot.web.access import actor, hold, own_areas, requires
from hotspot.web.attachments import keep
from hotspot.web.place import here
from hotspot.web.point import known, show
from hotspot.web.points import asked
from hotspot.web.refusals import refuse, sentence
from hotspot.web.step_form import GATE_NAMES, PhotoForm, note_in_words, step_form
from hotspot.web.tables import download, iso
from hotspot.web.words import gettext

blueprint = Blueprint("lifecycle", __name__, url_prefix="/lifecycle")

PER_PAGE = 50


@blueprint.get("/")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    stage = request.args.get("stage", "")
    stage = stage if stage in LIFECYCLE else ""
    found = latest(db.session(), city, stage=stage, page=request.args.get("page", 1, int), per_page=PER_PAGE)
    return render_template(
        "lifecycle/index.html",
        found=found,
        stage=stage,
        stages=LIFECYCLE,
        batches=batches(db.session(), city),
        by_hand=len(overridden(db.session(), city)),
        note_in_words=note_in_words,
        GATE_NAMES=GATE_NAMES,
    )


@blueprint.get("/steps.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def file(kind: str) -> ResponseReturnValue:
    """Steps that count, of the points of a filter: what the import of past steps reads back."""
    city = here() or abort(404)
    chosen = asked(request.args)
    codes = None if chosen == PointFilter() else codes_of(city, chosen)
    return download(city, kind, "lifecycle", COLUMNS, step_rows(db.session(), city, codes))


def codes_of(city: City, chosen: PointFilter) -> list[str]:
    return [row.code for row in every_point(db.session(), city, chosen, now=now())]


@blueprint.get("/overrides")
@requires(Act.SEE)
def overrides() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    every = request.args.get("all") == "yes"
    found = overridden(db.session(), city, by_hand=not every)
    return render_template(
        "lifecycle/overrides.html", found=found, every=every, GATE_NAMES=GATE_NAMES, note_in_words=note_in_words
    )


@blueprint.get("/overrides.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def overrides_file(kind: str) -> ResponseReturnValue:
    city = here() or abort(404)
    found = overridden(db.session(), city, by_hand=request.args.get("all") != "yes")
    rows = override_rows(found, [iso(one.taken.recorded_at) for one in found])
    return download(city, kind, "overrides", OVERRIDE_COLUMNS, rows)


@blueprint.post("/steps/<int:step_id>/withdraw")
@requires(Act.PLAN, limited=True)
def withdraw_step(step_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    row = db.session().get(LifecycleChange, step_id) or abort(404)
    point = db.session().get(Point, row.point_id) or abort(404)
    hold(Act.PLAN, *areas_of(db.session(), city, [point.code]))
    back = redirect(url_for("point.index", code=point.code) + "#life")
    db.session().rollback()  # the read ends before the write begins
    try:
        with writing(db.engine) as session:
            done = withdraw(session, city, step_id, now=now(), actor=actor())
    except RejectedError as error:
        flash(sentence(error), "bad")
        return back
    if done:
        flash(gettext("The step is withdrawn; it stays in sight and counts no more."), "ok")
    else:
        flash(gettext("Nothing was changed: somebody else was quicker."), "warn")
    return back


@blueprint.post("/photos/<path:code>")
@requires(Act.PLAN, limited=True)
def photograph(code: str) -> ResponseReturnValue:
    """One more photograph of a point."""
    city, found = known(code)
    hold(Act.PLAN, found.point.area_code)
    form = PhotoForm()
    db.session().rollback()  # the read ends before the write begins
    if form.validate():
        try:
            with writing(db.engine) as session:
                kept = keep(session, city.id, "photo", "picture", form.picture.data) or abort(400)
                add_photo(session, city, found.point.id, kept, form.taken_on.data, now=now(), actor=actor())
        except RejectedError as error:
            refuse(form, error)
    if form.errors:
        return show(city, found, step_form(city, found.point.lifecycle, other_was_sent=True), 422, form)
    flash(gettext("The photograph is added."), "ok")
    return redirect(url_for("point.index", code=code) + "#life")


@blueprint.post("/batches/<int:number>/withdraw")
@requires(Act.PLAN, limited=True)
def withdraw_batch(number: int) -> ResponseReturnValue:
    city = here() or abort(404)
    try:
        with writing(db.engine) as session:
            barred = outside(session, city, own_areas())
            count = withdraw_all(session, city, number, barred, now=now(), actor=actor())
    except RejectedError as error:
        flash(sentence(error), "bad")
    else:
        flash(gettext("%(count)s steps are withdrawn; they stay in sight and count no more.", count=count), "ok")
    return redirect(url_for("lifecycle.index"))
