"""Import in the browser: upload a file, say what its columns are, see what it would change, say yes, take it back."""

import hashlib
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_plan import ADDED, CHANGED, REJECTED, UNCHANGED
from hotspot.analytics.import_report import Told
from hotspot.analytics.import_row import INDONESIA
from hotspot.analytics.paging import paged
from hotspot.analytics.permissions import Act
from hotspot.analytics.sifted import MERGED
from hotspot.clock import now
from hotspot.incoming import OURS, Judged, Understood, digest_of, facts_of, judged, understand
from hotspot.inventory_file import COLUMNS
from hotspot.reading.read import read_table
from hotspot.reading.table import FileError
from hotspot.spreadsheet import Cell, csv_bytes
from hotspot.store import imports
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.web import uploads
from hotspot.web.access import actor, own_areas, requires
from hotspot.web.configured import secret_key
from hotspot.web.import_words import ASKED, EXAMPLE, NAMES, VERDICTS
from hotspot.web.place import here
from hotspot.web.refusals import spoken
from hotspot.web.table_file import UploadForm, data_dir, mark
from hotspot.web.tables import MIME, attached, form_to_fill
from hotspot.web.words import gettext

blueprint = Blueprint("import", __name__, url_prefix="/import")
blueprint.add_app_template_filter(spoken, "spoken")

PAGE = 100  # rows of a report at once
LOOKS = (*VERDICTS, "mended", "doubted")  # what the list of rows can be narrowed to


class AnyFileForm(UploadForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.file.label.text = gettext("A table: CSV, Excel (.xlsx), JSON, GeoJSON, KML or XML")
        self.file.render_kw = {"accept": ".csv,.tsv,.txt,.xlsx,.json,.geojson,.kml,.kmz,.xml,.zip"}


@dataclass(frozen=True, slots=True)
class Shown:
    """The page of rows that is looked at."""

    rows: list[Told]
    page: int
    pages: int
    total: int


@blueprint.get("/")
@requires(Act.NETWORK)
def index() -> ResponseReturnValue:
    return render_template("overview/no_city.html") if here() is None else ask(AnyFileForm())


def ask(form: UploadForm, status: int = 200) -> ResponseReturnValue:
    city = here()
    past = imports.imports(db.session(), city) if city else []
    return render_template("import/index.html", form=form, columns=COLUMNS, past=past, verdicts=VERDICTS), status


@blueprint.post("/")
@requires(Act.NETWORK, limited=True)
def upload() -> ResponseReturnValue:
    """A file of our own form, or one whose columns are remembered, is judged at once; of others they are asked."""
    city = here() or abort(404)
    form = AnyFileForm()
    if not form.validate_on_submit():
        return ask(form, 422)
    name, content = form.file.data.filename or "file", form.file.data.read()
    try:
        file = read(db.session(), city, name, content)
    except FileError as error:
        form.file.errors = [str(error)]
        return ask(form, 422)
    key = uploads.keep(data_dir(), name, content)
    known = file.own or any(guess.why == "remembered" for guess in file.columns.guesses.values())
    return redirect(url_for("import.look" if known else "import.columns", key=key))


def read(session: Session, city: City, name: str, content: bytes) -> Understood:
    """The file with the columns that the address names, else those remembered or guessed; raises FileError."""
    table = read_table(content, name)
    wanted: dict[str, str | int] = {
        ours: int(at) for ours, at in request.args.items() if ours in OURS and at.isascii() and at.isdigit()
    }
    return understand(
        table,
        name,
        day_of(city.time_zone, now()),
        wanted=wanted,
        remembered=imports.remembered(session, city, digest_of(table.header)),
        system=request.args.get("crs", "")[:40],
        home=INDONESIA,
        country="Indonesia",
    )


def waiting(key: str) -> uploads.Waiting:
    return uploads.waiting(data_dir(), key) or abort(404)


def opened(session: Session, city: City, file: uploads.Waiting) -> Understood:
    """Where the columns that were chosen tell no place, they are asked again."""
    try:
        return read(session, city, file.name, file.content)
    except FileError as error:
        flash(str(error), "bad")
        abort(redirect(url_for("import.columns", key=file.key) if request.args else url_for("import.index")))


@blueprint.get("/<key>/columns")
@requires(Act.NETWORK)
def columns(key: str) -> ResponseReturnValue:
    """What each of our columns is read from: the guess, how sure it is, and what its cells say."""
    city = here() or abort(404)
    file = waiting(key)
    understood = opened(db.session(), city, file)
    first = [ours for ours in NAMES if ours in understood.columns.guesses or ours in ASKED]
    return render_template(
        "import/columns.html",
        key=key,
        file=understood,
        table=understood.table,
        names=NAMES,
        first=first,
        more=[ours for ours in NAMES if ours not in first],
    )


@blueprint.get("/<key>")
@requires(Act.NETWORK)
def look(key: str) -> ResponseReturnValue:
    """The dry run: what would be added, changed, left, merged and rejected."""
    city = here() or abort(404)
    file = waiting(key)
    session = db.session()
    found = planned(session, city, opened(session, city, file))
    before = imports.same_file(session, city, digest(file.content))
    return render_template("import/report.html", key=key, before=before, **told(found))


def told(found: Judged) -> dict[str, Any]:
    """What the pages of a report and of its result show."""
    show = request.args.get("show", "")
    counts = found.report.counts
    if show not in LOOKS:
        show = next((one for one in (REJECTED, CHANGED, ADDED, MERGED) if counts.get(one)), UNCHANGED)
    return {
        "report": found.report,
        "file": found.understood,
        "shown": page_of([row for row in found.report.rows if belongs(row, show)]),
        "show": show,
        "mark": mark((row.number, row.verdict, row.changes) for row in found.report.rows),
        "verdicts": VERDICTS,
        "query": {name: value for name, value in request.args.items() if name in OURS or name == "crs"},
    }


def belongs(row: Told, show: str) -> bool:
    if show in VERDICTS:
        return row.verdict == show
    return any(remark.mended == (show == "mended") for remark in row.remarks)


def page_of(rows: list[Told]) -> Shown:
    page, pages = paged(len(rows), request.args.get("page", 1, int), PAGE)
    return Shown(rows[(page - 1) * PAGE : page * PAGE], page, pages, len(rows))


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@blueprint.get("/<key>/rows.csv")
@requires(Act.NETWORK)
def rows(key: str) -> ResponseReturnValue:
    """Every row as the file has it, with the verdict and the reason in front; no community, no password."""
    city = here() or abort(404)
    file = waiting(key)
    session = db.session()
    found = planned(session, city, opened(session, city, file))
    header = found.understood.table.header
    lines = (line_of(row, found.understood.secret) for row in found.report.rows)
    head = ["row", "verdict", "column", "reason", "remarks", *header]
    return attached(csv_bytes(head, lines), MIME["csv"], "rows.csv")


def line_of(row: Told, secret: frozenset[int]) -> list[Cell]:
    why = spoken(row.reason) if row.reason else ""
    remarks = "; ".join(spoken(remark.reason) for remark in row.remarks)
    cells = ("" if at in secret else cell for at, cell in enumerate(row.raw))
    return [row.number, str(VERDICTS[row.verdict]), row.column, why, remarks, *cells]


@blueprint.post("/<key>")
@requires(Act.NETWORK, limited=True)
def commit(key: str) -> ResponseReturnValue:
    """Writes what the report showed; when the inventory has changed meanwhile, shows the new report instead."""
    city = here() or abort(404)
    file = waiting(key)
    done = None
    with writing(db.engine) as session:
        found = planned(session, city, opened(session, city, file))
        shown = told(found)
        same = shown["mark"] == request.form.get("mark")
        if same:
            facts = facts_of(found, digest(file.content))
            number = imports.import_file(session, secret_key(), city, found.plan, facts, now=now(), actor=actor())
            done = imports.import_of(session, city, number)
    if done is None:
        flash(gettext("The inventory has changed meanwhile. Look again at what the file would do now."), "warn")
        return redirect(url_for("import.look", key=key, **shown["query"]))
    uploads.forget(data_dir(), key)
    return render_template("import/done.html", done=done, **shown)


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
    names = [name for name in COLUMNS if name != "demonstration"]
    return form_to_fill(kind, "points", names, [EXAMPLE.get(name, "") for name in names])


def planned(session: Session, city: City, file: Understood) -> Judged:
    return judged(session, secret_key(), city, file, day_of(city.time_zone, now()), own_areas())
