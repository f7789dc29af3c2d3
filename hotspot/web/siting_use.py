"""What use says about places: which points could move, and which access points are full."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from hotspot.analytics.permissions import Act
from hotspot.analytics.relocation import (
    CANDIDATE,
    LEAST_AVAILABILITY,
    LEAST_COVERAGE,
    LOW,
    WEEKS,
    YEARLY_SHARE,
    Candidate,
)
from hotspot.clock import now
from hotspot.spreadsheet import Cell
from hotspot.store.db import db
from hotspot.store.siting_use import CAPACITY_DAYS, CLIENT_LIMIT, FullRow, full_access_points, relocation_candidates
from hotspot.web.access import requires
from hotspot.web.place import here
from hotspot.web.tables import download, iso

blueprint = Blueprint("siting_use", __name__)

MOST_LIMIT, MOST_CAP = 10_000, 10_000
FOUND_NAMES = {
    "candidate": lazy_gettext("hardly used, and it worked: could move"),
    "mend_first": lazy_gettext("hardly used, but it did not work all the time: mend first"),
    "used": lazy_gettext("used"),
    "too_new": lazy_gettext("not measured for eight whole weeks"),
}


def whole(args: MultiDict[str, str], name: str, most: int) -> int | None:
    """A number in the address; what makes no sense is none."""
    text = args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= most else None


@blueprint.get("/siting/relocation")
@requires(Act.SEE)
def relocation() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    found = relocation_candidates(db.session(), city, now(), whole(request.args, "cap", MOST_CAP))
    return render_template(
        "siting/relocation.html",
        found=found,
        names=FOUND_NAMES,
        shown=request.args["found"] if request.args.get("found") in FOUND_NAMES else CANDIDATE,
        rule={
            "weeks": WEEKS,
            "low": LOW,
            "availability": LEAST_AVAILABILITY,
            "coverage": LEAST_COVERAGE,
            "share": YEARLY_SHARE,
        },
        query=request.query_string.decode("latin-1"),
    )


RELOCATION_HEAD = (
    "point_code", "point_name", "area_code", "area_name", "mean_clients", "share_of_median",
    *(f"week_{n}" for n in range(1, WEEKS + 1)), "availability", "coverage", "nearest_point", "nearest_m", "within_cap",
)  # fmt: skip


@blueprint.get("/siting/relocation.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def relocation_file(kind: str) -> ResponseReturnValue:
    city = here() or abort(404)
    found = relocation_candidates(db.session(), city, now(), whole(request.args, "cap", MOST_CAP))
    return download(city, kind, "relocation", RELOCATION_HEAD, map(candidate_cells, found.candidates))


def candidate_cells(one: Candidate) -> tuple[Cell, ...]:
    use = one.use
    next_code, away = one.neighbour or (None, None)
    return (
        use.code, use.name, use.area_code, use.area, use.mean, one.against, *use.weeks, use.figure.availability,
        use.figure.coverage, next_code, away, "yes" if one.within_cap else "no",
    )  # fmt: skip


@blueprint.get("/siting/capacity")
@requires(Act.SEE)
def capacity() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    limit = whole(request.args, "limit", MOST_LIMIT) or CLIENT_LIMIT
    return render_template(
        "siting/capacity.html",
        rows=full_access_points(db.session(), city, now(), limit),
        limit=limit,
        usual=CLIENT_LIMIT,
        days=CAPACITY_DAYS,
        query=request.query_string.decode("latin-1"),
    )


CAPACITY_HEAD = (
    "ap_name", "model", "point_code", "point_name", "area_code", "area_name", "client_limit", "hours_at_limit",
    "days", "peak_clients", "last_hour",
)  # fmt: skip


@blueprint.get("/siting/capacity.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def capacity_file(kind: str) -> ResponseReturnValue:
    city = here() or abort(404)
    limit = whole(request.args, "limit", MOST_LIMIT) or CLIENT_LIMIT

    def cells(row: FullRow) -> tuple[Cell, ...]:
        return (
            row.ap, row.model, row.point_code, row.point, row.area_code, row.area, limit, row.hours, row.days, row.peak,
            iso(row.last),
        )  # fmt: skip

    return download(
        city, kind, "capacity", CAPACITY_HEAD, map(cells, full_access_points(db.session(), city, now(), limit))
    )
