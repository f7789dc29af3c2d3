"""Import of past steps in the browser: upload a table, see what it would change row by row, then say yes."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hotspot.analytics.import_plan import ADDED, CHANGED
from hotspot.analytics.lifecycle_rows import COLUMNS, NEEDED, Plan
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.inventory_file import Layout, Sheet
from hotspot.spreadsheet import Cell
from hotspot.store import lifecycle_list
from hotspot.store.base import writing
from hotspot.store.bounds import outside
from hotspot.store.db import db
from hotspot.store.lifecycle_file import apply_steps, plan_steps
from hotspot.store.models import City
from hotspot.web import uploads
from hotspot.web.access import actor, own_areas, requires
from hotspot.web.place import here
from hotspot.web.refusals import spoken
from hotspot.web.table_file import SHOWN, VERDICTS, UploadForm, data_dir, mark, opened, taken_in
from hotspot.web.tables import form_to_fill
from hotspot.web.words import gettext

blueprint = Blueprint("lifecycle_import", __name__, url_prefix="/lifecycle/import")

STEPS = Layout(COLUMNS, NEEDED)
EXAMPLE: tuple[Cell, ...] = ("TS-0001", "Diterima", "2022-04-15", "BAST/027/112/2022", "Dinas Kominfo", "")


@blueprint.get("/")
@requires(Act.PLAN)
def index() -> ResponseReturnValue:
    return render_template("overview/no_city.html") if here() is None else ask(UploadForm())


def ask(form: UploadForm, status: int = 200) -> ResponseReturnValue:
    return render_template("lifecycle/import.html", form=form, columns=COLUMNS), status


@blueprint.post("/")
@requires(Act.PLAN, limited=True)
def upload() -> ResponseReturnValue:
    form = UploadForm()
    key = taken_in(form, STEPS)
    return redirect(url_for("lifecycle_import.look", key=key)) if key else ask(form, 422)


@blueprint.get("/<key>")
@requires(Act.PLAN)
def look(key: str) -> ResponseReturnValue:
    """The dry run."""
    city = here() or abort(404)
    file, sheet = opened(key, STEPS)
    plan = planned(db.session(), city, sheet)
    listed = {kind: [one for one in plan.verdicts if one.kind == kind][:most] for kind, most in SHOWN.items()}
    return render_template(
        "lifecycle/report.html",
        name=file.name,
        plan=plan,
        listed=listed,
        unknown=sheet.unknown,
        mark=mark_of(plan),
        key=key,
        verdicts=VERDICTS,
        spoken=spoken,
    )


@blueprint.post("/<key>")
@requires(Act.PLAN, limited=True)
def commit(key: str) -> ResponseReturnValue:
    """Writes what the report showed; when lives have changed meanwhile, shows the new report instead."""
    city = here() or abort(404)
    _, sheet = opened(key, STEPS)
    with writing(db.engine) as session:
        plan = planned(session, city, sheet)
        same = mark_of(plan) == request.form.get("mark")
        if same:
            apply_steps(session, city, plan, now=now(), actor=actor())
    if not same:
        flash(gettext("Steps have changed meanwhile. Look again at what the file would do now."), "warn")
        return redirect(url_for("lifecycle_import.look", key=key))
    uploads.forget(data_dir(), key)
    flash(gettext("Imported: %(count)s past steps.", count=plan.counts[ADDED] + plan.counts[CHANGED]), "ok")
    return redirect(url_for("lifecycle.index"))


@blueprint.post("/<key>/cancel")
@requires(Act.PLAN, limited=True)
def cancel(key: str) -> ResponseReturnValue:
    uploads.forget(data_dir(), key)
    flash(gettext("Nothing was imported."), "ok")
    return redirect(url_for("lifecycle_import.index"))


@blueprint.get("/template.<any(csv, xlsx):kind>")
@requires(Act.PLAN)
def template(kind: str) -> ResponseReturnValue:
    """An empty table with the columns and one row to look at."""
    return form_to_fill(kind, "steps", lifecycle_list.COLUMNS, EXAMPLE)


def planned(session: Session, city: City, sheet: Sheet) -> Plan:
    return plan_steps(session, city, sheet.rows, now(), outside(session, city, own_areas()))


def mark_of(plan: Plan) -> str:
    return mark((one.number, one.kind, one.changes) for one in plan.verdicts)
