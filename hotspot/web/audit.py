"""The audit log: who did what, filtered, as a file, and whether it is still what was written."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from hotspot.analytics.permissions import Act
from hotspot.store.audit_check import check as check_log
from hotspot.store.audit_list import AuditFilter, AuditRow, actors, audit_page, every, targets
from hotspot.store.db import db
from hotspot.web.access import requires
from hotspot.web.audit_words import ACTIONS, fault_in_words
from hotspot.web.configured import secret_key
from hotspot.web.place import here, zone
from hotspot.web.tables import download, iso

blueprint = Blueprint("audit", __name__, url_prefix="/audit")

PER_PAGE, LONGEST = 50, 100
HEAD = ("entry", "at", "who", "what", "subject", "detail", "digest", "as_written")
PAGES = {  # of a kind of subject: the endpoint of its page, and what it calls the key
    "point": ("point.index", "code"),
    "access point": ("access_point.index", "name"),
    "controller": ("controllers.one", "name"),
    "contract": ("contracts.one", "contract_id"),
    "fund": ("funds.one", "fund_id"),
    "proposal": ("proposals.one", "number"),
}


def asked(args: MultiDict[str, str]) -> AuditFilter:
    """The filter in the URL; what makes no sense filters nothing."""
    texts = {name: args.get(name, "").replace("\0", "").strip()[:LONGEST] for name in ("who", "what", "q")}
    since, until = (day_of(args.get(name, "")) for name in ("from", "to"))
    return AuditFilter(
        actor=texts["who"],
        action=texts["what"],
        since=midnight(since) if since else None,
        until=midnight(until + timedelta(days=1)) if until else None,
        text=texts["q"],
    )


def day_of(text: str) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if 1970 < day.year < 9999 else None


def midnight(day: date) -> int:
    return int(datetime.combine(day, time(), zone()).astimezone(UTC).timestamp())


@blueprint.get("/")
@requires(Act.AUDIT)
def index() -> ResponseReturnValue:
    session, chosen = db.session(), asked(request.args)
    found = audit_page(session, chosen, page=request.args.get("page", 1, int), per_page=PER_PAGE)
    return render_template(
        "audit/index.html",
        found=found,
        touched=[row for row in found.rows if not row.sound],
        links=links(found.rows),
        chosen=chosen,
        days={name: day_of(request.args.get(name, "")) for name in ("from", "to")},
        actors=actors(session),
        actions=dict(sorted(ACTIONS.items(), key=lambda item: str(item[1]))),
        filtered=chosen != AuditFilter(),
        query=request.query_string.decode("latin-1"),
    )


def links(rows: list[AuditRow]) -> dict[str, str]:
    """Addresses of those subjects that still exist."""
    city = here()
    if city is None:
        return {}
    found: dict[str, str] = {}
    for subject, (kind, key) in targets(db.session(), city, {row.subject for row in rows}).items():
        endpoint, name = PAGES[kind]
        values: dict[str, Any] = {name: key}
        found[subject] = url_for(endpoint, **values)
    return found


@blueprint.get("/check")
@requires(Act.AUDIT)
def check() -> ResponseReturnValue:
    """The whole log from its first entry; a second or two for 100,000."""
    checked = check_log(db.engine, secret_key())
    problem = fault_in_words(checked.fault) if checked.fault else ""
    return render_template("audit/check.html", checked=checked, problem=problem)


@blueprint.get("/log.<any(csv, xlsx):kind>")
@requires(Act.AUDIT)
def file(kind: str) -> ResponseReturnValue:
    """Every entry of the filter."""
    city = here() or abort(404)
    return download(city, kind, "audit", HEAD, (cells(row) for row in every(db.session(), asked(request.args))))


def cells(row: AuditRow) -> tuple[str | int | None, ...]:
    as_written = "yes" if row.sound else "no"
    return row.position, iso(row.at), row.actor, row.action, row.subject, row.detail, row.digest, as_written
