"""One step for many points: choose them by filter or codes, see what it would do to each, say yes."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from sqlalchemy.orm import Session
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_row import N_, RejectedError, cleaned, reject
from hotspot.analytics.inventory import LIFECYCLE
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.attachments import DOCUMENT, add_attachment, checked
from hotspot.store.base import writing
from hotspot.store.bounds import outside
from hotspot.store.db import db
from hotspot.store.lifecycle import NewStep
from hotspot.store.lifecycle_batch import CHANGE, REFUSED, THERE, Look, look, take_all
from hotspot.store.models import City
from hotspot.store.points import PointFilter
from hotspot.web import uploads
from hotspot.web.access import actor, own_areas, requires
from hotspot.web.attachments import ACCEPTED
from hotspot.web.format import lifecycle
from hotspot.web.lifecycle import codes_of
from hotspot.web.place import here
from hotspot.web.points import asked
from hotspot.web.refusals import refuse, spoken
from hotspot.web.step_form import GATE_NAMES
from hotspot.web.table_file import data_dir
from hotspot.web.words import gettext

blueprint = Blueprint("bulk_step", __name__, url_prefix="/lifecycle/many")

VERDICTS = {
    CHANGE: lazy_gettext("will change"),
    THERE: lazy_gettext("already there"),
    REFUSED: lazy_gettext("refused"),
}
SHOWN = 500  # rows of each verdict that the preview lists
NEEDED = InputRequired(lazy_gettext("This field is needed"))


class BulkForm(FlaskForm):
    codes = TextAreaField(lazy_gettext("Codes of the points"), [NEEDED], render_kw={"rows": 8})
    stage = SelectField(lazy_gettext("Step"))
    since = DateField(lazy_gettext("Since"), [NEEDED])
    document = StringField(lazy_gettext("Document number"))
    file = FileField(lazy_gettext("Document"), render_kw={"accept": ACCEPTED["document"]})
    note = StringField(lazy_gettext("Note"))
    why = StringField(lazy_gettext("Reason to accept without what is missing"))
    waiting = HiddenField()  # the key under which the document waits for the yes


def bulk_form(city: City) -> BulkForm:
    form = BulkForm()
    form.stage.choices = [SelectChoice(key, lifecycle(key)) for key in LIFECYCLE if key != "relocated"]
    if not form.is_submitted():
        form.since.data = day_of(city.time_zone, now())
        chosen = asked(request.args)
        form.codes.data = "\n".join(codes_of(city, chosen)) if chosen != PointFilter() else ""
    return form


def listed(text: str) -> list[str]:
    """Codes by lines, commas, semicolons or tabs."""
    return [code for part in re.split(r"[\r\n,;\t\0]+", text) if (code := part.strip())]


def filled(form: BulkForm, attachment_id: int | None = None) -> NewStep:
    return NewStep(
        form.stage.data,
        form.since.data,
        document=form.document.data or "",
        note=form.note.data or "",
        attachment_id=attachment_id,
    )


@blueprint.get("/")
@requires(Act.PLAN)
def index() -> ResponseReturnValue:
    city = here()
    return render_template("overview/no_city.html") if city is None else ask(bulk_form(city))


def ask(form: BulkForm, status: int = 200) -> ResponseReturnValue:
    return render_template("lifecycle/many.html", form=form), status


@blueprint.post("/")
@requires(Act.PLAN, limited=True)
def preview() -> ResponseReturnValue:
    city = here() or abort(404)
    form = bulk_form(city)
    if not form.validate():
        return ask(form, 422)
    try:
        wait_for_yes(form)
        looked = looking(db.session(), city, form)
    except RejectedError as error:
        refuse(form, error)
        return ask(form, 422)
    return review(form, looked)


def wait_for_yes(form: BulkForm) -> None:
    upload = form.file.data
    if upload and upload.filename:
        content = upload.read()
        checked(DOCUMENT, upload.mimetype, content, "file")
        form.waiting.data = uploads.keep(data_dir(), upload.filename, content)


def looking(session: Session, city: City, form: BulkForm) -> list[Look]:
    why, barred = cleaned("why", form.why.data or ""), outside(session, city, own_areas())
    return look(session, city, listed(form.codes.data), filled(form), why, now(), barred)


def review(form: BulkForm, looked: Sequence[Look]) -> ResponseReturnValue:
    return render_template(
        "lifecycle/review.html",
        form=form,
        counts=Counter(one.verdict for one in looked),
        groups={verdict: [one for one in looked if one.verdict == verdict][:SHOWN] for verdict in VERDICTS},
        mark=mark(looked),
        VERDICTS=VERDICTS,
        GATE_NAMES=GATE_NAMES,
        spoken=spoken,
    )


def mark(looked: Sequence[Look]) -> str:
    """Tells whether a later look at the same points is still the same."""
    told = [(one.code, one.stage, one.verdict, sorted(one.overrides)) for one in looked]
    return hashlib.sha256(repr(told).encode()).hexdigest()


@blueprint.post("/yes")
@requires(Act.PLAN, limited=True)
def commit() -> ResponseReturnValue:
    """Takes the steps that the preview showed; when something has changed meanwhile, shows the new preview."""
    city = here() or abort(404)
    form = bulk_form(city)
    if not form.validate():
        return ask(form, 422)
    batch = None
    try:
        with writing(db.engine) as session:
            looked = looking(session, city, form)
            if mark(looked) == request.form.get("mark"):
                step, why = filled(form, document(session, city, form)), cleaned("why", form.why.data or "")
                codes = [one.code for one in looked]
                barred = outside(session, city, own_areas())
                looked, batch = take_all(session, city, codes, step, why, barred, now=now(), actor=actor())
    except RejectedError as error:
        refuse(form, error)
        return ask(form, 422)
    if batch is None:
        flash(gettext("Something has changed meanwhile. Look again at what the step would do now."), "warn")
        return review(form, looked)
    uploads.forget(data_dir(), form.waiting.data or "")
    count = sum(one.verdict == CHANGE for one in looked)
    flash(gettext("%(count)s points went to the stage %(stage)s.", count=count, stage=lifecycle(step.stage)), "ok")
    return redirect(url_for("lifecycle.index") + "#batches")


def document(session: Session, city: City, form: BulkForm) -> int | None:
    """The id of the document that waited; raises RejectedError where it waited too long."""
    if not form.waiting.data:
        return None
    file = uploads.waiting(data_dir(), form.waiting.data)
    if file is None:
        reject("file", N_("the document waited too long; choose it again"))
    return add_attachment(
        session,
        city.id,
        kind=DOCUMENT,
        name=file.name,
        media_type="",
        data=file.content,
        now=now(),
        actor=actor(),
    )
