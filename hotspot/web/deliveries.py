"""The delivery log: what was sent when, to whom, why, and what was answered; filtered, and as a file."""

from datetime import timedelta

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from hotspot.analytics.permissions import Act
from hotspot.store.alerts.channels import channel_names
from hotspot.store.alerts.deliveries import (
    IN_PAGES,
    Delivered,
    DeliveryFilter,
    delivery_page,
    every_delivery,
    people_written_to,
)
from hotspot.store.db import db
from hotspot.web.access import may, requires
from hotspot.web.audit import day_of, midnight
from hotspot.web.place import here
from hotspot.web.tables import download, iso

blueprint = Blueprint("deliveries", __name__, url_prefix="/alerts/deliveries")

PER_PAGE, LONGEST = 50, 100
HEAD = (
    "at", "state", "sent_at", "channel", "person", "address", "why", "event", "severity", "incident", "subject",
    "tries", "answer",
)  # fmt: skip
STATES = {
    "waiting": lazy_gettext("Waiting"),
    "sent": lazy_gettext("Sent"),
    "given_up": lazy_gettext("Given up"),
    "held_back": lazy_gettext("Held back"),
    "collected": lazy_gettext("Told within a digest"),
}
SHAPES = {
    "waiting": "planned",
    "sent": "up",
    "given_up": "down",
    "held_back": "out_of_service",
    "collected": "maintenance",
}


def asked(args: MultiDict[str, str]) -> DeliveryFilter:
    """The filter in the URL; what makes no sense filters nothing."""
    state, channel = args.get("state", ""), args.get("channel", "")
    since, until = (day_of(args.get(name, "")) for name in ("from", "to"))
    return DeliveryFilter(
        state=state if state in STATES else "",
        channel=channel if channel == IN_PAGES or number(channel) is not None else "",
        person=args.get("who", "").replace("\0", "").strip()[:LONGEST],
        incident=number(args.get("incident", "")),
        since=midnight(since) if since else None,
        until=midnight(until + timedelta(days=1)) if until else None,
    )


def number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@blueprint.get("/")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city, chosen = here(), asked(request.args)
    if city is None:
        return render_template("overview/no_city.html")
    session = db.session()
    return render_template(
        "deliveries/index.html",
        found=delivery_page(session, city, chosen, page=request.args.get("page", 1, int), per_page=PER_PAGE),
        chosen=chosen,
        filtered=chosen != DeliveryFilter(),
        channels=channel_names(session, city),
        people=people_written_to(session, city),
        days={name: day_of(request.args.get(name, "")) for name in ("from", "to")},
        query=request.query_string.decode("latin-1"),
        STATES=STATES,
        SHAPES=SHAPES,
        IN_PAGES=IN_PAGES,
    )


@blueprint.get("/log.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def file(kind: str) -> ResponseReturnValue:
    """Every message of the filter."""
    city = here() or abort(404)
    rows = (cells(row) for row in every_delivery(db.session(), city, asked(request.args)))
    return download(city, kind, "deliveries", HEAD, rows)


def cells(row: Delivered) -> tuple[str | int | None, ...]:
    """The hint of an address only for who may manage channels."""
    return (
        iso(row.created_at), row.state, iso(row.sent_at), row.channel or IN_PAGES, row.person,
        row.hint if may("people") else None, row.why, row.event, row.severity, row.incident_id, row.subject,
        len(row.attempts), row.attempts[-1].answer if row.attempts else row.error,
    )  # fmt: skip
