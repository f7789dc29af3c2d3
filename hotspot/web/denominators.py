"""What points are divided by: the numbers in force, their history, a file of them with a look before the yes."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotspot.analytics.calendar import day_of
from hotspot.analytics.denominators import COLUMNS, NEEDED, Plan
from hotspot.analytics.equity import DENOMINATORS
from hotspot.analytics.import_plan import ADDED, CHANGED, REJECTED
from hotspot.analytics.permissions import Act
from hotspot.analytics.verdicts import counts
from hotspot.clock import now
from hotspot.inventory_file import Layout, Sheet
from hotspot.spreadsheet import Cell
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.denominators import (
    HEAD,
    apply_denominators,
    export_rows,
    history,
    in_force,
    plan_denominators,
)
from hotspot.store.models import City
from hotspot.store.siting import villages
from hotspot.web import uploads
from hotspot.web.access import actor, requires
from hotspot.web.format import label
from hotspot.web.place import here
from hotspot.web.table_file import SHOWN, VERDICTS, UploadForm, data_dir, opened, taken_in
from hotspot.web.tables import download, form_to_fill
from hotspot.web.words import gettext

blueprint = Blueprint("denominators", __name__, url_prefix="/siting/figures")

LAYOUT = Layout(COLUMNS, NEEDED)
EXAMPLE: tuple[tuple[str, Cell], ...] = (
    ("area_code", "36.74.01.1001"), ("as_of", "2025-06-30"), ("population", 24_530), ("poor", 612), ("schools", 11),
    ("umkm", 940), ("estimate", "no"), ("source", "BPS, Kecamatan Dalam Angka"),
)  # fmt: skip


@blueprint.get("/")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    return render_template("overview/no_city.html") if city is None else show(city, UploadForm())


def show(city: City, form: UploadForm, status: int = 200) -> ResponseReturnValue:
    """The numbers of today by area; with ?area= the whole history of one."""
    area = request.args.get("area", "")[:20]
    today = day_of(city.time_zone, now())
    page = render_template(
        "siting/figures.html",
        areas=villages(db.session(), city),
        stated=in_force(db.session(), city, today),
        kinds=DENOMINATORS,
        area=area,
        past=history(db.session(), city, area_code=area) if area else (),
        form=form,
        columns=COLUMNS,
        today=today,
    )
    return page, status


@blueprint.app_template_filter()
def denominator(key: str) -> str:
    return label(key, DENOMINATORS)


@blueprint.get("/file.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def file(kind: str) -> ResponseReturnValue:
    """Every number ever stated, in the columns of the import."""
    city = here() or abort(404)
    return download(city, kind, "figures", HEAD, export_rows(db.session(), city))


@blueprint.get("/template.csv")
@requires(Act.SEE)
def template() -> ResponseReturnValue:
    """The wide form with one row to look at."""
    names, values = zip(*EXAMPLE, strict=True)
    return form_to_fill("csv", "figures", [str(name) for name in names], values)


@blueprint.post("/")
@requires(Act.PLAN)
def upload() -> ResponseReturnValue:
    city = here() or abort(404)
    form = UploadForm()
    key = taken_in(form, LAYOUT)
    return redirect(url_for("denominators.look", key=key)) if key else show(city, form, 422)


@blueprint.get("/import/<key>")
@requires(Act.PLAN)
def look(key: str) -> ResponseReturnValue:
    """The dry run: what each row would do."""
    city = here() or abort(404)
    kept, sheet = opened(key, LAYOUT)
    plan = plan_denominators(db.session(), city, sheet.rows, day_of(city.time_zone, now()))
    return page_of(kept.name, key, sheet, plan)


def page_of(name: str, key: str, sheet: Sheet, plan: Plan) -> str:
    listed = {kind: [one for one in plan.verdicts if one.kind == kind][:most] for kind, most in SHOWN.items()}
    return render_template(
        "siting/import.html",
        name=name,
        key=key,
        rows=len(plan.verdicts),
        counts=counts(plan.verdicts),
        rejected=listed[REJECTED],
        changed=[*listed[CHANGED], *listed[ADDED]],
        verdicts=VERDICTS,
        unknown=sheet.unknown,
        writes=len(plan.wanted),
    )


@blueprint.post("/import/<key>")
@requires(Act.PLAN)
def commit(key: str) -> ResponseReturnValue:
    """Writes what the file says now, in one transaction with the look at it."""
    city = here() or abort(404)
    _, sheet = opened(key, LAYOUT)
    with writing(db.engine) as session:
        plan = plan_denominators(session, city, sheet.rows, day_of(city.time_zone, now()))
        apply_denominators(session, city, plan, now=now(), actor=actor())
    uploads.forget(data_dir(), key)
    flash(gettext("%(n)s numbers written.", n=len(plan.wanted)), "ok")
    return redirect(url_for("denominators.index"))
