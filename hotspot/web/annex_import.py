"""Import of annexes in the browser: upload a file, see what it would change row by row, then say yes."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotspot.analytics.annex import COLUMNS, NEEDED, AnnexPlan, Outcome
from hotspot.analytics.import_plan import ADDED, CHANGED, REJECTED
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.inventory_file import Layout, Sheet
from hotspot.spreadsheet import Cell
from hotspot.store.annex import HEAD, apply_annex, plan_annex
from hotspot.store.annex_edit import lock
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.web import uploads
from hotspot.web.access import actor, requires
from hotspot.web.place import here
from hotspot.web.table_file import SHOWN, VERDICTS, UploadForm, data_dir, mark, opened, taken_in
from hotspot.web.tables import form_to_fill
from hotspot.web.words import gettext

blueprint = Blueprint("annex_import", __name__, url_prefix="/contracts/import")

ANNEX = Layout(COLUMNS, NEEDED)
EXAMPLE: tuple[Cell, ...] = ("027/112/DISKOMINFO/2026", "PT Contoh", "TS-0001", "2026-01-01", "2026-12-31", 450_000)


@dataclass(frozen=True, slots=True)
class Report:
    """What the pages show of a plan; `mark` tells whether a later plan for the same file is still the same."""

    name: str
    rows: int
    counts: Mapping[str, int]
    listed: Mapping[str, list[Outcome]]
    unknown: tuple[str, ...]
    mark: str


@blueprint.get("/")
@requires(Act.MONEY)
def index() -> ResponseReturnValue:
    return render_template("overview/no_city.html") if here() is None else ask(UploadForm())


def ask(form: UploadForm, status: int = 200) -> ResponseReturnValue:
    return render_template("contracts/import.html", form=form, columns=COLUMNS), status


@blueprint.post("/")
@requires(Act.MONEY)
def upload() -> ResponseReturnValue:
    form = UploadForm()
    key = taken_in(form, ANNEX)
    return redirect(url_for("annex_import.look", key=key)) if key else ask(form, 422)


@blueprint.get("/<key>")
@requires(Act.MONEY)
def look(key: str) -> ResponseReturnValue:
    """The dry run."""
    city = here() or abort(404)
    file, sheet = opened(key, ANNEX)
    return page(city, key, report(file.name, sheet, plan_annex(db.session(), city, sheet.rows)))


def page(city: City, key: str, shown: Report, status: int = 200) -> ResponseReturnValue:
    return render_template("contracts/report.html", city=city, report=shown, key=key, verdicts=VERDICTS), status


@blueprint.post("/<key>")
@requires(Act.MONEY)
def commit(key: str) -> ResponseReturnValue:
    """Writes what the report showed; when contracts have changed meanwhile, shows the new report instead."""
    city = here() or abort(404)
    file, sheet = opened(key, ANNEX)
    with writing(db.engine) as session:
        lock(session, city)
        shown = report(file.name, sheet, plan_annex(session, city, sheet.rows))
        same = shown.mark == request.form.get("mark")
        whole = not shown.counts[REJECTED]
        if same and whole:
            apply_annex(session, city, sheet.rows, actor(), now())
    if not whole:
        return page(city, key, shown, 422)
    if not same:
        flash(gettext("The contracts have changed meanwhile. Look again at what the file would do now."), "warn")
        return redirect(url_for("annex_import.look", key=key))
    uploads.forget(data_dir(), key)
    counts = shown.counts
    flash(
        gettext("Imported: %(added)s lines added, %(changed)s changed.", added=counts[ADDED], changed=counts[CHANGED]),
        "ok",
    )
    return redirect(url_for("contracts.index"))


@blueprint.post("/<key>/cancel")
@requires(Act.MONEY)
def cancel(key: str) -> ResponseReturnValue:
    uploads.forget(data_dir(), key)
    flash(gettext("Nothing was imported."), "ok")
    return redirect(url_for("annex_import.index"))


@blueprint.get("/template.<any(csv, xlsx):kind>")
@requires(Act.MONEY)
def template(kind: str) -> ResponseReturnValue:
    """An empty table with the columns and one row to look at."""
    return form_to_fill(kind, "annexes", HEAD, EXAMPLE)


def report(name: str, sheet: Sheet, plan: AnnexPlan) -> Report:
    return Report(
        name=name,
        rows=len(plan.outcomes),
        counts=plan.counts,
        listed={
            verdict: [one for one in plan.outcomes if one.verdict == verdict][:most] for verdict, most in SHOWN.items()
        },
        unknown=sheet.unknown,
        mark=mark((one.number, one.verdict, one.changes) for one in plan.outcomes),
    )
