"""What is decided about a proposal: joined, declined, converted, and each of it undone; many taken in from a file."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_plan import ADDED, REJECTED
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.permissions import Act
from hotspot.analytics.proposals import COLUMNS, NEEDED
from hotspot.analytics.tracking import read_number
from hotspot.analytics.verdicts import counts
from hotspot.clock import now
from hotspot.inventory_file import Layout
from hotspot.store.attachments import DOCUMENT, add_attachment
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.proposal_convert import convert, take_back
from hotspot.store.proposal_edit import apply_proposals, decline, merge, plan_proposals, reopen
from hotspot.web import uploads
from hotspot.web.access import actor, hold, requires
from hotspot.web.configured import secret_key
from hotspot.web.place import here
from hotspot.web.proposals import known, show
from hotspot.web.refusals import sentence
from hotspot.web.table_file import SHOWN, VERDICTS, UploadForm, data_dir, opened, taken_in
from hotspot.web.words import gettext

blueprint = Blueprint("proposal_steps", __name__, url_prefix="/proposals")

LAYOUT = Layout(COLUMNS, NEEDED)


def step(number: str, act: Callable[[Session, City, str], None], said: str) -> ResponseReturnValue:
    """One decision in one transaction; a refusal is shown at its field."""
    city, found = known(number)
    hold(Act.PLAN, found.judged.row.asked.area_code)
    try:
        with writing(db.engine) as session:
            act(session, city, found.judged.row.number)
    except RejectedError as error:
        return show(city, found, errors={error.column: sentence(error)}, typed=request.form)
    flash(said, "ok")
    return redirect(url_for("proposals.one", number=found.judged.row.number))


@blueprint.post("/<number>/merge")
@requires(Act.PLAN, limited=True)
def join(number: str) -> ResponseReturnValue:
    typed = request.form.get("into", "").strip()
    into = read_number(typed) or typed.replace("\0", "")  # a mistyped one is refused as it was typed
    return step(
        number,
        lambda session, city, own: merge(session, city, own, into, now=now(), actor=actor()),
        gettext("Joined with %(number)s. Open it again to take this back.", number=into),
    )


@blueprint.post("/<number>/decline")
@requires(Act.PLAN, limited=True)
def say_no(number: str) -> ResponseReturnValue:
    answer = request.form.get("answer", "")
    return step(
        number,
        lambda session, city, own: decline(session, city, own, answer, now=now(), actor=actor()),
        gettext("Declined. The answer stands on the public page of its number."),
    )


@blueprint.post("/<number>/reopen")
@requires(Act.PLAN, limited=True)
def again(number: str) -> ResponseReturnValue:
    return step(
        number,
        lambda session, city, own: reopen(session, city, own, now=now(), actor=actor()),
        gettext("The proposal is open again."),
    )


@blueprint.post("/<number>/convert")
@requires(Act.PLAN, limited=True)
def plan(number: str) -> ResponseReturnValue:
    """With a document, by its number, as a file, or both."""
    given = {name: request.form.get(name, "") for name in ("point_code", "point_name", "document", "answer")}
    file = request.files.get("file")

    def act(session: Session, city: City, own: str) -> None:
        kept = attached(session, city, file) if file is not None and file.filename else None
        today = day_of(city.time_zone, now())
        convert(session, secret_key(), city, own, **given, attachment_id=kept, today=today, now=now(), actor=actor())

    return step(number, act, gettext("It is a planned point now."))


def attached(session: Session, city: City, file: FileStorage) -> int:
    data = file.read()
    media = file.mimetype or ""
    name = file.filename or "file"
    return add_attachment(
        session, city.id, kind=DOCUMENT, name=name, media_type=media, data=data, now=now(), actor=actor()
    )


@blueprint.post("/<number>/take-back")
@requires(Act.PLAN, limited=True)
def undo(number: str) -> ResponseReturnValue:
    return step(
        number,
        lambda session, city, own: take_back(session, city, own, now=now(), actor=actor()),
        gettext("The planned point is gone; the proposal is open again."),
    )


@blueprint.route("/import", methods=["GET", "POST"])
@requires(Act.PLAN)
def upload() -> ResponseReturnValue:
    if here() is None:
        return render_template("overview/no_city.html")
    form = UploadForm()
    key = taken_in(form, LAYOUT)
    if key is None:
        return render_template("proposals/upload.html", form=form, columns=COLUMNS), 422 if form.errors else 200
    return redirect(url_for("proposal_steps.look", key=key))


@blueprint.get("/import/<key>")
@requires(Act.PLAN)
def look(key: str) -> ResponseReturnValue:
    """The dry run; no contact is shown."""
    city = here() or abort(404)
    kept, sheet = opened(key, LAYOUT)
    found = plan_proposals(db.session(), city, sheet.rows, day_of(city.time_zone, now()))
    listed = {kind: [one for one in found.verdicts if one.kind == kind][:most] for kind, most in SHOWN.items()}
    return render_template(
        "proposals/import.html",
        name=kept.name,
        key=key,
        rows=len(found.verdicts),
        counts=counts(found.verdicts),
        rejected=listed[REJECTED],
        added=listed[ADDED],
        verdicts=VERDICTS,
        unknown=sheet.unknown,
        writes=len(found.wanted),
    )


@blueprint.post("/import/<key>")
@requires(Act.PLAN)
def commit(key: str) -> ResponseReturnValue:
    city = here() or abort(404)
    _, sheet = opened(key, LAYOUT)
    with writing(db.engine) as session:
        found = plan_proposals(session, city, sheet.rows, day_of(city.time_zone, now()))
        numbers = apply_proposals(session, secret_key(), city, found, now=now(), actor=actor())
    uploads.forget(data_dir(), key)
    flash(gettext("%(n)s proposals taken in.", n=len(numbers)), "ok")
    return redirect(url_for("proposals.index"))
