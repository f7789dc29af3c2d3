"""What is done at a point: note, photograph, another device, finished. A phone may send it late, or twice.

A form is answered as a page, or in JSON to the script that sends what a phone has kept.
"""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_row import N_, RejectedError, reject
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.assignments import end, open_work
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.lifecycle import add_photo
from hotspot.store.models import City
from hotspot.store.point_notes import add_note, written_at
from hotspot.store.points import PointDetail
from hotspot.store.replacement import replace_device
from hotspot.store.sent_once import first_time
from hotspot.web.access import actor, hold, me, requires
from hotspot.web.attachments import keep
from hotspot.web.configured import secret_key
from hotspot.web.field import FinishForm, NoteForm, PhotoForm, SavedForm, SwapForm, devices, show
from hotspot.web.point import known
from hotspot.web.refusals import refuse, sentence
from hotspot.web.words import gettext

blueprint = Blueprint("field_forms", __name__, url_prefix="/field")

Work = Callable[[Session, City, PointDetail], None]
CELLS = ("serial", "ap_name", "ap_address")


def carry_out(code: str, form: SavedForm, work: Work, said: str) -> ResponseReturnValue:
    """Once: the number of the form is kept in the transaction that does what it says."""
    city, found = known(code)
    hold(Act.FIELD, found.point.area_code)
    devices(form, found)
    try:
        with writing(db.engine) as session:
            first = first_time(session, me().id, form.key.data or "", now())
            if first:
                work(session, city, found)
    except RejectedError as error:
        return refused(city, found, form, error)
    if wants_json():
        return {"state": "done" if first else "again"}
    flash(said if first else gettext("This was sent before and is done; nothing was done twice."), "ok")
    to = "point.index" if request.form.get("back") == "point" else "field.visit"
    return redirect(url_for("field.index") if isinstance(form, FinishForm) else url_for(to, code=code))


def refused(city: City, found: PointDetail, form: SavedForm, error: RejectedError) -> ResponseReturnValue:
    if wants_json():
        return {"state": "refused", "why": sentence(error)}, 422
    if error.column in ("key", "work"):
        flash(sentence(error), "bad")
    else:
        refuse(form, error)
    return show(city, found, form, 422)


def wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


@blueprint.post("/<path:code>/note")
@requires(Act.FIELD, limited=True)
def note(code: str) -> ResponseReturnValue:
    form = NoteForm()

    def work(session: Session, _: City, found: PointDetail) -> None:
        add_note(session, found.point.id, form.text.data or "", at=form.at_s(), now=now(), actor=actor())

    return carry_out(code, form, work, gettext("The note is kept."))


@blueprint.post("/<path:code>/photo")
@requires(Act.FIELD, limited=True)
def photo(code: str) -> ResponseReturnValue:
    form = PhotoForm()

    def work(session: Session, city: City, found: PointDetail) -> None:
        kept = keep(session, city.id, "photo", "picture", form.picture.data)
        if kept is None:
            reject("picture", N_("choose a file first"))
        taken_on = day_of(city.time_zone, written_at(form.at_s(), now()))
        add_photo(session, city, found.point.id, kept, taken_on, now=now(), actor=actor())

    return carry_out(code, form, work, gettext("The photograph is added."))


@blueprint.post("/<path:code>/swap")
@requires(Act.FIELD, limited=True)
def swap(code: str) -> ResponseReturnValue:
    form = SwapForm()

    def work(session: Session, city: City, found: PointDetail) -> None:
        key = secret_key()
        cells = {name: form[name].data or "" for name in CELLS}
        if cells["ap_address"].strip() and not me().may(Act.NETWORK, found.point.area_code):
            reject(
                "ap_address",
                N_("what answers there is sent a credential: only a network administrator sets it"),
            )
        told = (key, city, found.point.id, form.device.data or "", cells)
        replace_device(session, *told, at=form.at_s(), now=now(), actor=actor())

    return carry_out(code, form, work, gettext("The new device is in its place and will be asked within a minute."))


@blueprint.post("/<path:code>/finish")
@requires(Act.FIELD, limited=True)
def finish(code: str) -> ResponseReturnValue:
    """Done, or given back; with what was done as a note."""
    form = FinishForm()

    def work(session: Session, city: City, found: PointDetail) -> None:
        done = request.form.get("how") != "back"
        mine = [one for one in open_work(session, city, point_id=found.point.id) if one.account_id == me().id]
        if not mine:
            reject("work", N_("there is no open work of yours here; somebody ended it or took it back"))
        for one in mine:
            end(session, one, done=done, now=now(), actor=actor())
        if form.text.data:
            add_note(session, found.point.id, form.text.data, at=form.at_s(), now=now(), actor=actor())

    return carry_out(code, form, work, gettext("The visit is finished."))
