"""The incidents of outages that are open, or ended a short time ago, with their members and what was said of them."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hotspot.analytics.incident_course import GONE, REOPEN_S, Member, Said
from hotspot.analytics.incident_groups import Group
from hotspot.analytics.incident_words import OUTAGE
from hotspot.analytics.incidents import Case
from hotspot.store.alerts.incident_events import QUIET
from hotspot.store.models import AlertRule, City, Incident, IncidentEvent, IncidentMember

MEMBER = (
    IncidentMember.id, IncidentMember.incident_id, IncidentMember.subject, IncidentMember.ap_id, IncidentMember.since,
    IncidentMember.ended_at, IncidentMember.value,
)  # fmt: skip
COURSE = ("opened", "grew", "reopened", "flapping", "recovered")


def cases(session: Session, city: City, now: int) -> list[Case]:
    """In the order of their ids."""
    lately = or_(Incident.recovered_at.is_(None), Incident.recovered_at > now - REOPEN_S)
    mine = Incident.city_id == city.id, Incident.kind == OUTAGE, Incident.merged_into_id.is_(None), lately
    rows = session.scalars(select(Incident).where(*mine).order_by(Incident.id)).all()
    if not rows:
        return []
    members: dict[int, list[Member]] = defaultdict(list)
    belong = select(IncidentMember).join(Incident, Incident.id == IncidentMember.incident_id).where(*mine)
    for one in session.execute(belong.with_only_columns(*MEMBER).order_by(IncidentMember.id)):
        members[one.incident_id].append(
            Member(one.id, one.subject, one.ap_id, one.since, one.ended_at, one.value == GONE)
        )
    events: dict[int, list[Any]] = defaultdict(list)
    told = select(IncidentEvent.incident_id, IncidentEvent.kind, IncidentEvent.at, IncidentEvent.data)
    told = told.add_columns(IncidentEvent.told_at).join(Incident).where(*mine, IncidentEvent.kind.in_(COURSE))
    for event in session.execute(told.order_by(IncidentEvent.id)):
        events[event.incident_id].append(event)
    return [case(row, members[row.id], events[row.id]) for row in rows]


def case(row: Incident, members: Sequence[Member], events: Sequence[Any]) -> Case:
    last = events[-1] if events else None
    said = last and Said(last.kind, last.at, json.loads(last.data or "{}").get("members", 0), last.told_at == QUIET)
    return Case(
        row.id,
        Group(row.shared, row.shared_key),
        row.severity,
        row.recovered_at,
        row.flapping,
        tuple(members),
        said,
        opened=any(one.kind == "opened" for one in events),
        heard=any(one.told_at != QUIET for one in events),
    )


def first_look(session: Session, city: City) -> int | None:
    """When somebody first looked for incidents, which is when the city got its first rules; None before."""
    return session.scalar(select(func.min(AlertRule.changed_at)).where(AlertRule.city_id == city.id))


def told_points(session: Session, city: City) -> set[int]:
    """The points that are down within an incident of several, which people were told of."""
    query = (
        select(IncidentMember.point_id)
        .join(Incident, Incident.id == IncidentMember.incident_id)
        .where(
            Incident.city_id == city.id, Incident.kind == OUTAGE, Incident.recovered_at.is_(None),
            Incident.announced_at.is_not(None), Incident.shared.not_in(("ap", "point")),
            IncidentMember.ended_at.is_(None), IncidentMember.point_id.is_not(None),
        )
    )  # fmt: skip
    return {point_id for point_id in session.scalars(query) if point_id is not None}
