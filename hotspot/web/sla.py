"""A contract's month: what each point kept and earns, unfolded to its days, its outages and the polls around them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from hotspot.analytics.calendar import day_of
from hotspot.analytics.paging import paged
from hotspot.analytics.permissions import Act
from hotspot.analytics.sla import REASONS
from hotspot.analytics.sla_month import Outcome
from hotspot.analytics.sla_words import OUTCOMES, formula, sentences
from hotspot.analytics.spans import DOWN
from hotspot.clock import now
from hotspot.evidence.month import LineMonth, Month, dates_of, sla_month
from hotspot.evidence.tables import AMOUNTS, amount
from hotspot.store.contracts import ContractRow, contract
from hotspot.store.db import db
from hotspot.store.evidence import packs
from hotspot.store.exclusions import decisions, exclusions
from hotspot.store.models import City
from hotspot.store.polls import polls_of
from hotspot.store.sla_records import access_point_id, months_of, records_of
from hotspot.web.access import requires
from hotspot.web.place import here, zone
from hotspot.web.tables import download
from hotspot.web.words import locale

blueprint = Blueprint("sla", __name__, url_prefix="/contracts/<int:contract_id>/sla")

PER_PAGE = 50
LONGEST = 100
AROUND_S = 900  # polls before and after an edge of an outage that are shown
SHOWN: Mapping[str, tuple[Any, Callable[[LineMonth], bool]]] = {
    "all": (lazy_gettext("All points"), lambda _: True),
    "below": (lazy_gettext("Below the target"), lambda line: line.verdict.outcome is Outcome.BELOW),
    "no_data": (lazy_gettext("No data"), lambda line: line.verdict.outcome is Outcome.NO_DATA),
    "excluded": (lazy_gettext("With exclusions"), lambda line: line.seconds.excluded_s > 0),
}
NOTHING = Fraction(-1)  # sorts what has no data below everything
SORTS: Mapping[str, Callable[[LineMonth], Any]] = {
    "point": lambda line: line.line.point,
    "availability": lambda line: NOTHING if line.verdict.availability is None else line.verdict.availability,
    "coverage": lambda line: NOTHING if line.seconds.coverage is None else line.seconds.coverage,
    "deduction": lambda line: line.verdict.deduction_rp,
    "amount": lambda line: line.verdict.amount_rp,
}


@dataclass(frozen=True, slots=True)
class Known:
    """A month of a contract; `before` and `after` are its neighbours where they have begun, or empty."""

    contract: ContractRow
    month: Month
    word: str
    before: str
    after: str

    @property
    def first(self) -> date:
        return dates_of(self.word)[0]

    @property
    def rule(self) -> list[str]:
        return sentences(self.month.rule, locale())


def known(city: City, contract_id: int, word: str) -> Known:
    today = day_of(city.time_zone, now())
    row = contract(db.session(), city, contract_id, today) or abort(404)
    begun = months_of(row.starts_on, row.ends_on, today)
    if word not in begun:
        abort(404)
    records = records_of(db.session(), city, contract_id, word, now()) or abort(404)
    place = begun.index(word)
    neighbours = (begun[place + 1] if place + 1 < len(begun) else "", begun[place - 1] if place else "")
    return Known(row, sla_month(records), word, *neighbours)


@blueprint.get("")
@requires(Act.SEE)
def newest(contract_id: int) -> ResponseReturnValue:
    """The newest month that is over, or the one that runs; a contract to come has none."""
    city = here() or abort(404)
    today = day_of(city.time_zone, now())
    row = contract(db.session(), city, contract_id, today) or abort(404)
    months = months_of(row.starts_on, row.ends_on, today)
    over = [month for month in months if dates_of(month)[1] < today]
    if not months:
        return render_template("sla/none.html", contract=row)
    return redirect(url_for("sla.index", contract_id=contract_id, month=(over or months)[0]))


@blueprint.get("/<month>")
@requires(Act.SEE)
def index(contract_id: int, month: str) -> ResponseReturnValue:
    city = here() or abort(404)
    told = known(city, contract_id, month)
    show = request.args.get("show", "all")
    words = request.args.get("q", "").strip()[:LONGEST]
    sort = request.args.get("sort", "-deduction")
    chosen = SHOWN.get(show, SHOWN["all"])[1]
    lines = [
        line
        for line in told.month.lines
        if chosen(line) and words.casefold() in f"{line.line.point} {line.line.point_name}".casefold()
    ]
    lines.sort(key=SORTS["point"])
    lines.sort(key=SORTS.get(sort.removeprefix("-"), SORTS["deduction"]), reverse=sort.startswith("-"))
    page, pages = paged(len(lines), request.args.get("page", 1, int), PER_PAGE)
    codes = [line.line.point for line in told.month.lines]
    return render_template(
        "sla/index.html",
        told=told,
        month=told.month,
        counts={key: sum(map(one, told.month.lines)) for key, (_, one) in SHOWN.items()},
        lines=lines[(page - 1) * PER_PAGE : page * PER_PAGE],
        found={"page": page, "pages": pages, "total": len(lines)},
        show=show if show in SHOWN else "all",
        words=words,
        sort=sort,
        decisions=decisions(exclusions(db.session(), city, codes, told.month.a, told.month.b)),
        packs=packs(db.session(), city, contract_id, month),
        outcome=outcome,
        reason=reason,
        SHOWN=SHOWN,
    )


@blueprint.get("/<month>.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def file(contract_id: int, month: str, kind: str) -> ResponseReturnValue:
    """All lines with their formulas, as in a pack's amounts.csv."""
    city = here() or abort(404)
    told = known(city, contract_id, month)
    return download(city, kind, f"sla-{month}", AMOUNTS, (amount(told.month, line) for line in told.month.lines))


@blueprint.get("/<month>/points/<path:code>")
@requires(Act.SEE)
def point(contract_id: int, month: str, code: str) -> ResponseReturnValue:
    """The days and outages of the point's lines; a point may have two in a month, one after the other."""
    city = here() or abort(404)
    told = known(city, contract_id, month)
    lines = [line for line in told.month.lines if line.line.point == code] or abort(404)
    return render_template(
        "sla/point.html",
        told=told,
        lines=[(line, formula_of(told.month, line)) for line in lines],
        line=lines[0].line,
        decisions=decisions(exclusions(db.session(), city, [code], told.month.a, told.month.b)),
        outcome=outcome,
        reason=reason,
        local=local,
        DOWN=DOWN,
    )


@blueprint.get("/<month>/points/<path:code>/polls")
@requires(Act.SEE)
def polls(contract_id: int, month: str, code: str) -> ResponseReturnValue:
    """The single polls around the beginning and the end of an outage or of a time in which nobody looked."""
    city = here() or abort(404)
    told = known(city, contract_id, month)
    name, start = request.args.get("access_point", ""), request.args.get("start", 0, int)
    stretches = (one for line in told.month.lines if line.line.point == code for one in line.stretches)
    stretch = next((one for one in stretches if (one.name, one.start) == (name, start)), None) or abort(404)
    ap_id = access_point_id(db.session(), city, name) or abort(404)
    edges = [(stretch.start, "start")] + (
        [(stretch.end, "end")] if stretch.end < told.month.records.terms.as_of else []
    )
    around = [(at, key, polls_of(db.session(), ap_id, at - AROUND_S, at + AROUND_S)) for at, key in edges]
    return render_template(
        "sla/polls.html", told=told, code=code, stretch=stretch, around=around, minutes=AROUND_S // 60, DOWN=DOWN
    )


def formula_of(month: Month, line: LineMonth) -> str:
    told = formula(month.rule, line.seconds, line.line.fee_rp, line.days, line.of_days, line.verdict)
    return told.replace(" * ", " × ").replace(" - ", " − ")


def outcome(line: LineMonth) -> str:
    return OUTCOMES[line.verdict.outcome][0 if locale() == "id" else 1]


def reason(key: str) -> str:
    return REASONS.get(key, (key, key))[0 if locale() == "id" else 1]


def local(t: int) -> str:
    """As the form of exclusions takes it."""
    return datetime.fromtimestamp(t, zone()).replace(tzinfo=None).isoformat()
