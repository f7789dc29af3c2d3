"""The page of a point: who, where and what, how it stands, how it was, its life and its next step."""

from datetime import date
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.inventory import BUILT, OPEN_MODES
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.assignments import open_work
from hotspot.store.base import writing
from hotspot.store.contracts import annex_lines
from hotspot.store.db import db
from hotspot.store.lifecycle import steps_of, take
from hotspot.store.models import City
from hotspot.store.outages import OutageFilter
from hotspot.store.placements import presences_at
from hotspot.store.point_day import day_state, photos, relocated_from, relocated_to
from hotspot.store.point_notes import notes
from hotspot.store.points import PointDetail, point_detail
from hotspot.store.relocation import may_undo
from hotspot.web.access import actor, hold, requires
from hotspot.web.measured import measured
from hotspot.web.place import here, zone
from hotspot.web.points import day_of_text
from hotspot.web.refusals import refuse
from hotspot.web.step_form import GATE_NAMES, PhotoForm, StepForm, note_in_words, shown_gates, step_form
from hotspot.web.windows import window
from hotspot.web.words import gettext

blueprint = Blueprint("point", __name__)


def known(code: str) -> tuple[City, PointDetail]:
    city = here() or abort(404)
    return city, point_detail(db.session(), city, code, now()) or abort(404)


@blueprint.get("/points/<path:code>")
@requires(Act.SEE)
def index(code: str) -> ResponseReturnValue:
    city, found = known(code)
    return show(city, found, step_form(city, found.point.lifecycle))


def show(
    city: City, found: PointDetail, form: StepForm, status: int = 200, photo_form: PhotoForm | None = None
) -> ResponseReturnValue:
    """The page, with the forms as they were filled in."""
    chosen = window(request.args, zone(), now())
    only = OutageFilter(point=found.point.code, since=chosen.a, until=chosen.b)
    theirs = presences_at(db.session(), [found.point.id])
    told = measured(db.session(), city, theirs, chosen, only, now()) if theirs else None
    point_id, asked = found.point.id, day_of_text(request.args.get("on", ""))
    came_from = relocated_from(db.session(), point_id)
    stages = [choice.value for choice in form.stage.choices]
    page = render_template(
        "point/index.html",
        point=found.point,
        found=found,
        told=told,
        form=form,
        is_open=found.point.auth_mode in OPEN_MODES,
        steps=steps_of(db.session(), [point_id])[point_id],
        photos=photos(db.session(), point_id),
        came_from=came_from,
        undoable=came_from is not None and may_undo(db.session(), city, point_id, now()),
        went_to=relocated_to(db.session(), point_id),
        may_relocate=found.point.lifecycle in BUILT,
        photo_form=photo_form or PhotoForm(formdata=None, taken_on=day_of(city.time_zone, now())),
        gates=shown_gates(db.session(), city, point_id, gate_day(form)) if "accepted" in stages else [],
        contract_lines=annex_lines(db.session(), city, day_of(city.time_zone, now()), point_ids=[point_id]),
        that_day=day_state(db.session(), city, point_id, asked, now()) if asked else None,
        works=open_work(db.session(), city, point_id=point_id),
        notes=notes(db.session(), point_id),
        note_key=str(uuid4()),
        GATE_NAMES=GATE_NAMES,
        note_in_words=note_in_words,
    )
    return page, status


def gate_day(form: StepForm) -> date | None:
    """The day that was typed, as far as it is one that can be looked at."""
    typed = form.since.data
    return typed if isinstance(typed, date) and day_of_text(typed.isoformat()) else None


@blueprint.post("/points/<path:code>")
@requires(Act.PLAN, limited=True)
def change(code: str) -> ResponseReturnValue:
    """The next step of its life."""
    city, found = known(code)
    hold(Act.PLAN, found.point.area_code)
    form = step_form(city, found.point.lifecycle)
    if not form.validate():
        return show(city, found, form, 422)
    try:
        with writing(db.engine) as session:
            take(session, city, found.point.id, form.new_step(session, city), now=now(), actor=actor())
    except RejectedError as error:
        refuse(form, error)
        return show(city, found, form, 422)
    flash(gettext("The step is recorded."), "ok")
    return redirect(url_for("point.index", code=code) + "#life")
