"""What the Wi-Fi costs, by contract, provider, kecamatan, venue and fund; and which points a budget keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from hotspot.analytics.annex import rupiah
from hotspot.analytics.calendar import day_of
from hotspot.analytics.costs import Charge, Costs, grouped, total
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.keep import Candidate, Choice, keep
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.spreadsheet import Cell
from hotspot.store.contracts import contracts
from hotspot.store.costs import candidates, charges
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.web.access import requires
from hotspot.web.place import here, zone
from hotspot.web.refusals import sentence
from hotspot.web.tables import download
from hotspot.web.windows import USAGE_PERIODS, Window, window

blueprint = Blueprint("money", __name__)

DEFAULT = "last_month"
LONGEST = 40
SHOWN = 500  # points of a list on the page; the file has all
GROUPS = {
    "contract": lazy_gettext("Contract"),
    "provider": lazy_gettext("Provider"),
    "district": lazy_gettext("Kecamatan"),
    "venue": lazy_gettext("Venue"),
    "fund": lazy_gettext("Fund"),
    "point": lazy_gettext("Point"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Days from `first` to `last`, both included, up to today; `by` is a key of GROUPS."""

    window: Window
    first: date
    last: date
    by: str
    budget: str
    budget_rp: int | None
    problem: str


def asked(city: City, args: Mapping[str, str]) -> Asked:
    """What makes no sense is the usual; a budget that is none is told. The day `to` is included."""
    span = window({**args, "to": day_after(args.get("to", ""))}, zone(), now(), DEFAULT)
    budget, amount, problem = args.get("budget", "").strip()[:LONGEST], None, ""
    if budget:
        try:
            amount = rupiah("budget", budget)
        except RejectedError as error:
            problem = sentence(error)
    by = args.get("by", "")
    return Asked(
        span,
        day_of(city.time_zone, span.a),
        day_of(city.time_zone, span.b - 1),
        by if by in GROUPS else "contract",
        budget,
        amount,
        problem,
    )


def day_after(text: str) -> str:
    """Of a day; what is none stays as it is, so that the window says so."""
    try:
        return (date.fromisoformat(text.strip()) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return text


def told(city: City, ask: Asked) -> list[Charge]:
    return charges(db.session(), city, ask.first, ask.last)


def chosen(city: City, ask: Asked) -> Choice | None:
    if ask.budget_rp is None:
        return None
    today = day_of(city.time_zone, now())
    return keep(candidates(db.session(), city, ask.first, ask.last, today), ask.budget_rp)


@blueprint.get("/money")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    ask = asked(city, request.args)
    found = told(city, ask)
    groups = grouped(found, ask.by)
    known = contracts(db.session(), city, day_of(city.time_zone, now()))
    return render_template(
        "money/index.html",
        ask=ask,
        whole=total(found),
        groups=groups[:SHOWN],
        more=len(groups) - SHOWN,
        choice=chosen(city, ask),
        monthly_rp=sum(row.monthly_rp for row in known),
        ids={row.number: row.id for row in known},
        periods=USAGE_PERIODS,
        GROUPS=GROUPS,
        SHOWN=SHOWN,
        query=request.query_string.decode("latin-1"),
    )


HEAD = (
    "amount_rp", "lines", "points", "point_months", "rp_per_point_month", "user_hours", "rp_per_user_hour",
    "octets", "rp_per_gigabyte", "availability", "coverage",
)  # fmt: skip


def cells(costs: Costs) -> tuple[Cell, ...]:
    """In the order of HEAD; rupiah for one thing with two decimals."""
    return (
        costs.amount_rp, costs.lines, costs.points, round(float(costs.months), 4), two(costs.per_point_month),
        two(costs.user_hours), two(costs.per_user_hour), costs.octets, two(costs.per_gigabyte),
        costs.figure.availability, costs.figure.coverage,
    )  # fmt: skip


def two(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


@blueprint.get("/money.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def file(kind: str) -> ResponseReturnValue:
    """The table of the page, and the whole in its last line."""
    city = here() or abort(404)
    ask = asked(city, request.args)
    found = told(city, ask)
    days: tuple[Cell, ...] = (ask.first, ask.last)
    rows = [(ask.by, key, *days, *cells(costs)) for key, costs in grouped(found, ask.by)]
    rows.append(("whole", "", *days, *cells(total(found))))
    return download(city, kind, "costs", ("by", "key", "from", "to", *HEAD), rows)


@blueprint.get("/money/keep.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def keep_file(kind: str) -> ResponseReturnValue:
    """Every point on a line in force, with what becomes of it, in the order of the ranking."""
    city = here() or abort(404)
    choice = chosen(city, asked(city, request.args)) or abort(404)
    lists = (("keep", choice.kept), ("drop", choice.dropped), ("not judged", choice.unjudged))
    rows = [(verdict, *candidate_cells(one)) for verdict, own in lists for one in own]
    head = ("verdict", "point_code", "point_name", "contract_number", "monthly_fee", "user_hours_a_month",
            "user_hours_per_million_rp")  # fmt: skip
    return download(city, kind, "keep", head, rows)


def candidate_cells(one: Candidate) -> tuple[Cell, ...]:
    return one.code, one.name, one.contract, one.fee_rp, two(one.user_hours), two(one.per_million)
