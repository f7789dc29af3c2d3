"""Import in the browser: upload a file, see what it would change row by row, then say yes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_plan import Outcome, Plan
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.inventory_file import COLUMNS, Sheet
from hotspot.secrets import master_key
from hotspot.spreadsheet import Cell, xlsx_bytes
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.inventory import apply_import, plan_import
from hotspot.store.models import City
from hotspot.web import uploads
from hotspot.web.access import actor, own_areas, requires
from hotspot.web.place import here
from hotspot.web.table_file import SHOWN, VERDICTS, UploadForm, data_dir, mark, opened, taken_in
from hotspot.web.words import gettext

blueprint = Blueprint("import", __name__, url_prefix="/import")


EXAMPLE: dict[str, Cell] = {
    "point_code": "TS-0001",
    "point_name": "Balai Warga RW 05",
    "venue_kind": "Balai warga",
    "area_code": "36.74.01.1001",
    "address": "Jl. Merdeka 5",
    "latitude": -6.3012,
    "longitude": 106.6633,
    "installed_on": "2026-03-01",
    "fund": "APBD",
    "provider": "Telkom",
    "ap_name": "ts-0001-1",
    "ap_address": "10.10.1.11",
    "snmp_version": "2c",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What the pages show of a plan; `mark` tells whether a later plan for the same file is still the same."""

    name: str
    rows: int
    counts: Mapping[str, int]
    listed: dict[str, list[Outcome]]
    notes: list[str]
    unknown: tuple[str, ...]
    mark: str


def secret_key() -> bytes:
    return master_key(current_app.config["SETTINGS"])


@blueprint.get("/")
@requires(Act.NETWORK)
def index() -> ResponseReturnValue:
    return render_template("overview/no_city.html") if here() is None else ask(UploadForm())


def ask(form: UploadForm, status: int = 200) -> ResponseReturnValue:
    return render_template("import/index.html", form=form, columns=COLUMNS), status


@blueprint.post("/")
@requires(Act.NETWORK, limited=True)
def upload() -> ResponseReturnValue:
    form = UploadForm()
    key = taken_in(form)
    return redirect(url_for("import.look", key=key)) if key else ask(form, 422)


@blueprint.get("/<key>")
@requires(Act.NETWORK)
def look(key: str) -> ResponseReturnValue:
    """The dry run: what would be added, changed, left and rejected."""
    city = here() or abort(404)
    file, sheet = opened(key)
    shown = report(file.name, sheet, planned(db.session(), city, sheet))
    return render_template("import/report.html", report=shown, key=key, verdicts=VERDICTS)


@blueprint.post("/<key>")
@requires(Act.NETWORK, limited=True)
def commit(key: str) -> ResponseReturnValue:
    """Writes what the report showed; when the inventory has changed meanwhile, shows the new report instead."""
    city = here() or abort(404)
    file, sheet = opened(key)
    with writing(db.engine) as session:
        plan = planned(session, city, sheet)
        shown = report(file.name, sheet, plan)
        same = shown.mark == request.form.get("mark")
        if same:
            apply_import(session, secret_key(), city, plan, actor(), now())
    if not same:
        flash(gettext("The inventory has changed meanwhile. Look again at what the file would do now."), "warn")
        return redirect(url_for("import.look", key=key))
    uploads.forget(data_dir(), key)
    return render_template("import/done.html", report=shown, verdicts=VERDICTS)


@blueprint.post("/<key>/cancel")
@requires(Act.NETWORK, limited=True)
def cancel(key: str) -> ResponseReturnValue:
    uploads.forget(data_dir(), key)
    flash(gettext("Nothing was imported."), "ok")
    return redirect(url_for("import.index"))


@blueprint.get("/template.<any(csv, xlsx):kind>")
@requires(Act.NETWORK)
def template(kind: str) -> ResponseReturnValue:
    """An empty table with the columns and one row to look at."""
    columns = [name for name in COLUMNS if name != "demonstration"]
    row = [EXAMPLE.get(name, "") for name in columns]
    if kind == "xlsx":
        body, mime = xlsx_bytes("points", columns, [row]), "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return attachment(body, f"application/{mime}", "points.xlsx")
    lines = ",".join(columns) + "\r\n" + ",".join(map(str, row)) + "\r\n"
    return attachment(lines.encode(), "text/csv; charset=utf-8", "points.csv")


def attachment(body: bytes, mime: str, name: str) -> Response:
    return Response(body, content_type=mime, headers={"Content-Disposition": f"attachment; filename={name}"})


def planned(session: Session, city: City, sheet: Sheet) -> Plan:
    return plan_import(session, secret_key(), city, sheet.rows, day_of(city.time_zone, now()), own_areas())


def report(name: str, sheet: Sheet, plan: Plan) -> Report:
    return Report(
        name=name,
        rows=len(plan.outcomes),
        counts=plan.counts,
        listed={
            verdict: [one for one in plan.outcomes if one.verdict == verdict][:most] for verdict, most in SHOWN.items()
        },
        notes=[translated(note.text, note.values) for note in plan.notes],
        unknown=sheet.unknown,
        mark=mark((one.number, one.verdict, one.changes) for one in plan.outcomes),
    )


def translated(text: str, values: Any) -> str:
    """A reason of the importer, whose English words are in the catalogue."""
    return gettext(text, **values) if values else gettext(text)


@blueprint.app_template_filter("reason")
def reason(outcome: Outcome) -> str:
    return translated(outcome.reason.text, outcome.reason.values) if outcome.reason else ""
