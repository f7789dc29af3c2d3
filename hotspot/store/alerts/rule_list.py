"""The rules with what became of each: when it last spoke, how often of late, what it fires for now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.incident_words import OUTAGE
from hotspot.store.alerts.rules import Rule, rules_of
from hotspot.store.models import City, Incident, IncidentMember

RECENT_S = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Record:
    """`spoken` counts the incidents of 30 days, `now` the subjects that it fires for; of outages their incidents."""

    last: int | None = None
    spoken: int = 0
    now: int = 0


@dataclass(frozen=True, slots=True)
class RuleRow:
    rule: Rule
    record: Record


def rule_rows(session: Session, city: City, now: int) -> list[RuleRow]:
    """Outages are counted by severity: the gravest rule that wants one gives it its own."""
    found, outages = by_rule(session, city, now), by_severity(session, city, now)
    return [
        RuleRow(one, (outages.get(one.severity) if one.kind == OUTAGE else found.get(one.id)) or Record())
        for one in rules_of(session, city)
    ]


def by_rule(session: Session, city: City, now: int) -> Mapping[int, Record]:
    standing = (
        select(Incident.rule_id, func.count().label("subjects"))
        .join(IncidentMember, IncidentMember.incident_id == Incident.id)
        .where(Incident.city_id == city.id, Incident.rule_id.is_not(None), Incident.recovered_at.is_(None))
        .where(IncidentMember.ended_at.is_(None))
        .group_by(Incident.rule_id)
    )
    firing = {row.rule_id: row.subjects for row in session.execute(standing)}
    spoken = counted(city, now, Incident.rule_id).where(Incident.rule_id.is_not(None))
    rows = session.execute(spoken.group_by(Incident.rule_id))
    return {rule_id: Record(last, int(n), firing.get(rule_id, 0)) for rule_id, last, n, _ in rows}


def by_severity(session: Session, city: City, now: int) -> Mapping[str, Record]:
    told = Incident.kind == OUTAGE, Incident.announced_at.is_not(None)
    rows = session.execute(counted(city, now, Incident.severity).where(*told).group_by(Incident.severity))
    return {severity: Record(last, int(n), int(open_)) for severity, last, n, open_ in rows}


def counted(city: City, now: int, key: Any) -> Select[*tuple[Any, ...]]:
    """By a column of the incidents: when the last was opened, how many of late, how many are open."""
    late, open_ = Incident.opened_at > now - RECENT_S, Incident.recovered_at.is_(None)
    numbers = (func.sum(case((one, 1), else_=0)) for one in (late, open_))
    return select(key, func.max(Incident.opened_at), *numbers).where(
        Incident.city_id == city.id, Incident.merged_into_id.is_(None)
    )
