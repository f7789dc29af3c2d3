"""The table of points: filter, sort, pages, and the same rows as a file."""

from datetime import date

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from hotspot.analytics.inventory import AUTH_MODES, LIFECYCLE, VENUE_KINDS
from hotspot.analytics.permissions import Act
from hotspot.analytics.rollout import COUNTS
from hotspot.clock import now
from hotspot.spreadsheet import Cell
from hotspot.store.choices import choices
from hotspot.store.db import db
from hotspot.store.point_query import is_sort
from hotspot.store.points import BY_STATUS, PointFilter, PointRow, every_point, not_up, points_page, status_counts
from hotspot.store.standing import STATUSES
from hotspot.web.access import requires
from hotspot.web.counting import COUNT_NAMES, COUNT_RULES
from hotspot.web.place import here
from hotspot.web.tables import download, iso
from hotspot.web.views import first_view
from hotspot.web.windows import EARLIEST, LATEST

blueprint = Blueprint("points", __name__)

PER_PAGE, LONGEST = 50, 100
FIELDS = ("area", "venue", "fund", "provider", "lifecycle", "auth")


def asked(args: MultiDict[str, str]) -> PointFilter:
    """The filter in the URL; what makes no sense filters nothing."""
    texts = {name: args.get(name, "").replace("\0", "")[:LONGEST].strip() for name in ("q", *FIELDS)}
    count = args.get("count", "")
    return PointFilter(
        **texts,
        status=tuple(status for status in STATUSES if status in args.getlist("status")),
        count=count if count in COUNTS else "",
        on=day_of_text(args.get("on", "")),
    )


def day_of_text(text: str) -> date | None:
    """None when it is no day, or none that instants reach."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day.year <= LATEST else None


@blueprint.get("/points")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    if first := first_view("points.index"):
        return first
    chosen, sort = asked(request.args), request.args.get("sort", BY_STATUS)
    number = request.args.get("page", 1, int)
    sort = sort if is_sort(sort) else BY_STATUS
    plain = chosen == PointFilter() and sort in ("status", BY_STATUS)
    dark = not_up(db.session(), city, now()) if plain else None
    found = points_page(db.session(), city, chosen, now=now(), sort=sort, page=number, per_page=PER_PAGE, dark=dark)
    return render_template(
        "points/index.html",
        found=found,
        chosen=chosen,
        sort=sort.partition(",")[0],
        choices=choices(db.session(), city),
        venues=VENUE_KINDS,
        stages=LIFECYCLE,
        auth_modes=AUTH_MODES,
        statuses=STATUSES,
        counts=status_counts(db.session(), city, now(), dark),
        COUNT_NAMES=COUNT_NAMES,
        COUNT_RULES=COUNT_RULES,
        filtered=chosen != PointFilter(),
        query=request.query_string.decode("latin-1"),
    )


@blueprint.get("/points.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def file(kind: str) -> ResponseReturnValue:
    """Every point of the filter, not only those of the page."""
    city = here() or abort(404)
    found = every_point(db.session(), city, asked(request.args), now=now())
    return download(city, kind, "points", HEAD, map(cells, found))


HEAD = (
    "point_code", "point_name", "site_name", "venue_kind", "area_code", "area_name", "district_name", "address",
    "latitude", "longitude", "lifecycle", "installed_on", "accepted_on", "fund", "provider", "auth_mode", "status",
    "access_points", "access_points_up", "clients", "availability_30d", "coverage_30d", "last_poll",
)  # fmt: skip


def cells(row: PointRow) -> tuple[Cell, ...]:
    """In the order of HEAD; names as the import reads them."""
    return (
        row.code, row.name, row.site, row.venue_kind, row.area_code, row.area, row.district, row.address,
        row.latitude, row.longitude, row.lifecycle, row.installed_on, row.accepted_on, row.fund, row.provider,
        row.auth_mode, row.status, row.aps_total, row.aps_up if row.last_poll else None, row.clients,
        row.availability_30d, row.coverage_30d, iso(row.last_poll),
    )  # fmt: skip
