"""Evidence packs: making one, the list, handing it out, and checking those that people bring."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileRequired, MultipleFileField

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.evidence.container import Fault
from hotspot.evidence.manifest import fingerprint
from hotspot.evidence.verify import Checked, chained, verify
from hotspot.handover import hand_over, held_against
from hotspot.store.db import db
from hotspot.store.evidence import pack_bytes, packs, public_key
from hotspot.store.models import City
from hotspot.web.access import actor, requires
from hotspot.web.configured import secret_key
from hotspot.web.place import here
from hotspot.web.refusals import sentence
from hotspot.web.words import gettext

blueprint = Blueprint("evidence", __name__)

MOST_FILES = 12  # of one check: a year
Result = tuple[str, Checked, list[Fault], list[Fault]]  # a name, faults of the pack, differences to the record


class CheckForm(FlaskForm):
    files = MultipleFileField(
        lazy_gettext("One or several packs (.zip)"),
        [FileRequired(lazy_gettext("Choose a file first"))],
        render_kw={"accept": ".zip,application/zip"},
    )


@blueprint.get("/evidence")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    return render_template("overview/no_city.html") if city is None else show(city, CheckForm())


def show(city: City, form: CheckForm, status: int = 200) -> ResponseReturnValue:
    public = public_key(db.session(), city)
    html = render_template(
        "evidence/index.html",
        rows=packs(db.session(), city),
        form=form,
        public=public,
        fingerprint=fingerprint(public) if public else "",
    )
    return html, status


@blueprint.post("/evidence")
@requires(Act.SEE)
def check() -> ResponseReturnValue:
    """Nothing of what is brought is kept; it is checked by the same rules as without the service."""
    city = here() or abort(404)
    form = CheckForm()
    if not form.validate():
        return show(city, form, 422)
    if len(form.files.data) > MOST_FILES:
        form.files.errors = [gettext("More than %(most)s files at once.", most=MOST_FILES)]
        return show(city, form, 422)
    checked = [verify(each.read()) for each in form.files.data]
    results: list[Result] = [
        (each.filename or "", one, [*one.faults, *links], [])
        for each, one, links in zip(form.files.data, checked, chained(checked), strict=True)
    ]
    return told(city, results)


@blueprint.get("/evidence/<int:pack_id>")
@requires(Act.SEE)
def one(pack_id: int) -> ResponseReturnValue:
    """A pack as it is kept: checked, and held against the records of now."""
    city = here() or abort(404)
    data = pack_bytes(db.session(), city, pack_id) or abort(404)
    row = next(each for each in packs(db.session(), city) if each.id == pack_id)
    checked = verify(data)
    changed = [] if checked.faults else held_against(db.session(), city, checked, now())
    return told(city, [(row.file_name, checked, list(checked.faults), changed)], pack_id)


def told(city: City, results: list[Result], pack_id: int | None = None) -> ResponseReturnValue:
    public = public_key(db.session(), city)
    return render_template("evidence/checked.html", results=results, pack_id=pack_id, public=public, words=words)


@blueprint.get("/evidence/<int:pack_id>.zip")
@requires(Act.SEE)
def file(pack_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    data = pack_bytes(db.session(), city, pack_id) or abort(404)
    row = next(each for each in packs(db.session(), city) if each.id == pack_id)
    return handed_out(data, row.file_name)


def handed_out(data: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(data, content_type="application/zip", headers=headers)


@blueprint.post("/contracts/<int:contract_id>/sla/<month>/pack")
@requires(Act.MONEY)
def make(contract_id: int, month: str) -> ResponseReturnValue:
    """Pressed twice, or in two windows, one pack is made: the form says which was the newest it knew."""
    city = here() or abort(404)
    newest = next((row.id for row in packs(db.session(), city, contract_id, month)), 0)
    if request.form.get("after", str(newest)) != str(newest):
        flash(gettext("Another pack of the month was made meanwhile; look at the list."), "warn")
        return redirect(url_for("sla.index", contract_id=contract_id, month=month, _anchor="packs"))
    try:
        hand_over(db.engine, secret_key(), city, contract_id, month, now(), actor())
    except RejectedError as error:
        flash(sentence(error), "bad")
    else:
        flash(gettext("The pack is made and signed."), "ok")
    return redirect(url_for("sla.index", contract_id=contract_id, month=month, _anchor="packs"))


def words(fault: Fault) -> str:
    """In the reader's language; what a file says stays as it is."""
    return gettext(fault.reason.text, **fault.reason.values)
