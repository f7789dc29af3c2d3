"""For what a rule fires at this instant, before it is even saved."""

from typing import Any

from sqlalchemy.orm import Session

from hotspot.analytics.incident_words import OUTAGE
from hotspot.analytics.rule_reading import Reading, Subject
from hotspot.analytics.rule_scope import Scope
from hotspot.store.alerts.rule_facts import Now
from hotspot.store.alerts.rule_readings import readings
from hotspot.store.models import City

OF_POINTS, OF_DEVICES = ("unused", "citizens"), ("monitoring_broken", "unknown", "capacity", "firmware")


def fires_now(
    session: Session, city: City, kind: str, params: Any, scope: Scope, now: int
) -> tuple[list[Subject] | None, int]:
    """The subjects over the limit (None while nothing is known), and how many it watches.

    An outage is no subject of a rule: it is judged with all that belongs to it.
    """
    facts = Now(session, city, now)
    total = watched(facts, kind, params, scope)
    if kind == OUTAGE:
        return None, total
    seen = readings(facts, kind, params, scope)
    return None if seen is None else [one.subject for one in seen if lasts(one, now)], total


def lasts(one: Reading, now: int) -> bool:
    """Over the limit, and for long enough where the records tell since when."""
    return one.is_over and (one.look.since is None or now - one.look.since >= one.level.for_s)


def watched(facts: Now, kind: str, params: Any, scope: Scope) -> int:
    """How many subjects there are."""
    mine = [one for one in facts.corners if scope.holds(one.place)]
    if kind in OF_DEVICES:
        return sum(one.access_points for one in mine)
    if kind in OF_POINTS or (kind == "degraded" and params.of == "point"):
        return sum(one.points for one in mine)
    if kind == "provider":
        return len({one.place.provider_id for one in mine} - {None})
    if kind in ("degraded", "traffic"):
        return len({one.place.area_code for one in mine})
    return 0
