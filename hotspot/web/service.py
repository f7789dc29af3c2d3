"""Whether the service itself is well: its collector, its cycles, what waits, and what happened to it."""

import re
from collections.abc import Mapping

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.backlog import backlog
from hotspot.store.city import cycles, freshness
from hotspot.store.collector_status import engine_counts
from hotspot.store.db import db
from hotspot.store.events import events_of
from hotspot.store.lease import holder_of
from hotspot.web.access import requires
from hotspot.web.access_point import EVENTS
from hotspot.web.configured import settings
from hotspot.web.format import duration
from hotspot.web.place import here

blueprint = Blueprint("service", __name__)

DAY_S = 86400
EVENTS_DAYS, EVENTS_SHOWN = 90, 100
COUNTS = {
    "sent": lazy_gettext("Questions sent"),
    "resent": lazy_gettext("Questions repeated"),
    "received": lazy_gettext("Answers received"),
    "learned": lazy_gettext("Devices learned anew"),
    "timeouts": lazy_gettext("Questions without an answer"),
    "rejected_values": lazy_gettext("Values that can't be true"),
    "malformed": lazy_gettext("Answers that can't be read"),
    "wrong_source": lazy_gettext("Answers from another address"),
    "wrong_community": lazy_gettext("Answers with another community"),
    "wrong_oids": lazy_gettext("Answers to another question"),
    "wrong_digest": lazy_gettext("Answers with a false signature"),
    "stray": lazy_gettext("Answers that nobody waited for"),
    "kernel_drops": lazy_gettext("Answers for which the buffer had no room"),
}


@blueprint.get("/service")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    session, at = db.session(), now()
    events = events_of(session, city.id, at - EVENTS_DAYS * DAY_S, at + DAY_S)
    return render_template(
        "service/index.html",
        fresh=freshness(session, at),
        lease=holder_of(session, "collector"),
        work=backlog(session, city, settings().keep_polls_days, at),
        cycles=cycles(session),
        counts=named(engine_counts(session)),
        events=events[:EVENTS_SHOWN],
        EVENTS=EVENTS,
        EVENTS_DAYS=EVENTS_DAYS,
    )


@blueprint.app_template_filter()
def in_units(detail: str) -> str:
    """A detail that is a number of seconds as a length of time, any other as it is."""
    found = re.fullmatch(r"([+-]?)(\d{1,12}) s", detail, re.ASCII)
    return f"{found[1]}{duration(int(found[2]))}" if found else detail


def named(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """In the order of COUNTS, then what has no name."""
    order = {kind: place for place, kind in enumerate(COUNTS)}
    kinds = sorted(counts, key=lambda kind: (order.get(kind, len(order)), kind))
    return [(str(COUNTS.get(kind, kind)), counts[kind]) for kind in kinds]
