"""The annexes against the inventory against what was measured, of a month: each difference with its reason."""

from datetime import date, timedelta

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from hotspot.analytics.calendar import day_of
from hotspot.analytics.permissions import Act
from hotspot.analytics.reconcile import KINDS, Finding
from hotspot.clock import now
from hotspot.store.contracts import contracts
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.reconcile import findings, month_of
from hotspot.web.access import requires
from hotspot.web.format import day, label
from hotspot.web.place import here
from hotspot.web.tables import download
from hotspot.web.windows import EARLIEST, LATEST
from hotspot.web.words import gettext

blueprint = Blueprint("reconciliation", __name__)

MONTHS = 13  # that the page offers
SHOWN = 200  # rows of a list on the page; the file has all


def asked(city: City) -> date:
    """The first day of the month; the running one unless another is asked for."""
    running = day_of(city.time_zone, now()).replace(day=1)
    try:
        month = date.fromisoformat(request.args.get("month", "") + "-01")
    except ValueError:
        return running
    return month if EARLIEST <= month.year <= LATEST and month <= running else running


@blueprint.get("/reconciliation")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    month = asked(city)
    first, last = month_of(city, month, now())
    rows = contracts(db.session(), city, last)
    return render_template(
        "reconciliation/index.html",
        found=findings(db.session(), city, first, last),
        first=first,
        last=last,
        months=offered(day_of(city.time_zone, now())),
        month=f"{month:%Y-%m}",
        KINDS=KINDS,
        label=label,
        reason=reason,
        ids={row.number: row.id for row in rows},
        SHOWN=SHOWN,
    )


def offered(today: date) -> list[date]:
    """The running month and those before it."""
    months = [today.replace(day=1)]
    for _ in range(MONTHS - 1):
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months


def reason(one: Finding) -> str:
    values = {name: day(each) if isinstance(each, date) else each for name, each in one.reason.values.items()}
    said = gettext(one.reason.text, **values)
    return said[:1].upper() + said[1:]


@blueprint.get("/reconciliation.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def file(kind: str) -> ResponseReturnValue:
    """Every finding of the month, or of one `kind` of them."""
    city = here() or abort(404)
    first, last = month_of(city, asked(city), now())
    wanted = request.args.get("only", "")
    rows = [
        (f"{first:%Y-%m}", one.kind, one.code, one.name, one.contract or None, one.other or None, one.fee_rp or None,
         str(one.reason))
        for kind_, own in findings(db.session(), city, first, last).items()
        for one in own
        if wanted in ("", kind_)
    ]  # fmt: skip
    head = ("month", "finding", "point_code", "point_name", "contract_number", "other_point", "monthly_fee", "reason")
    return download(city, kind, "reconciliation", head, rows)
