"""Every event of every incident to other systems: numbered without a gap, sent by routes of the kind `stream`, kept.

The collector alone gives the numbers, so that they follow the order in which transactions ended; whoever asks for what
comes after the last one that he has misses nothing.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.incident_stream import Happened, Place, Standing, payload
from hotspot.store.models import (
    Account,
    AlertChannel,
    AlertRoute,
    Area,
    City,
    Incident,
    IncidentEvent,
    IncidentMember,
    OutboxMessage,
    Point,
    Site,
)

AT_ONCE = 500  # events of a look


def publish(session: Session, city: City, now: int) -> None:
    """A step of the collector's look: numbers what is new and puts it into the outbox for each stream."""
    query = (
        select(IncidentEvent)
        .join(Incident, Incident.id == IncidentEvent.incident_id)
        .where(IncidentEvent.sequence.is_(None), Incident.city_id == city.id)
        .order_by(IncidentEvent.id)
        .limit(AT_ONCE)
    )
    events = session.scalars(query).all()
    if not events:
        return
    incidents = standing(session, {event.incident_id for event in events})
    roles = roles_of(session, {event.actor for event in events})
    routes = streams(session, city)
    last = last_number(session)
    for sequence, event in enumerate(events, last + 1):
        data = json.loads(event.data) if event.data else {}
        happened = Happened(sequence, event.at, event.kind, event.actor, roles.get(event.actor, ""), data)
        incident = incidents[event.incident_id]
        event.sequence = sequence
        event.sent_as = payload(happened, incident, city.code, city.time_zone)
        session.add_all(letter(route, event, incident.severity, now) for route in routes)
    session.flush()


def letter(route: AlertRoute, event: IncidentEvent, severity: str, now: int) -> OutboxMessage:
    """No incident stands in it: what a machine is sent is nobody told."""
    key = hashlib.sha256(f"stream {route.id} {event.id}".encode()).hexdigest()
    return OutboxMessage(
        city_id=route.city_id, key=key, route_id=route.id, channel_id=route.channel_id, event_id=event.id,
        event=event.kind, severity=severity, why=route.name, subject=f"{event.sequence} {event.kind}", body="",
        payload=event.sent_as, created_at=now, next_at=now,
    )  # fmt: skip


def streams(session: Session, city: City) -> list[AlertRoute]:
    query = select(AlertRoute).join(AlertChannel, AlertChannel.id == AlertRoute.channel_id)
    mine = AlertRoute.city_id == city.id, AlertRoute.stream, AlertRoute.enabled, AlertRoute.removed_at.is_(None)
    return list(session.scalars(query.where(*mine, AlertChannel.removed_at.is_(None)).order_by(AlertRoute.id)))


def standing(session: Session, incident_ids: Collection[int]) -> dict[int, Standing]:
    """The incidents as they are now, with their places; three questions however many."""
    places: dict[int, list[Place]] = defaultdict(list)
    for incident_id, point, area, open_ in session.execute(places_query(incident_ids)):
        places[incident_id].append(Place(point, area, down=open_ > 0))
    open_subjects = func.count(case((IncidentMember.ended_at.is_(None), IncidentMember.subject)).distinct())
    counts = select(IncidentMember.incident_id, open_subjects).group_by(IncidentMember.incident_id)
    affected = {row[0]: row[1] for row in session.execute(counts.where(IncidentMember.incident_id.in_(incident_ids)))}
    return {
        one.id: Standing(
            one.id, one.kind, one.severity, one.name, one.shared, one.began, one.announced_at, one.recovered_at,
            one.acknowledged_at, one.due_at, one.reason, one.flapping, one.merged_into_id, one.members,
            affected.get(one.id, 0), tuple(places[one.id]),
        )
        for one in session.scalars(select(Incident).where(Incident.id.in_(incident_ids)))
    }  # fmt: skip


def places_query(incident_ids: Collection[int]) -> Any:
    """Incident, point, area, and how many of its members there have not ended; by the point's code."""
    return (
        select(
            IncidentMember.incident_id,
            Point.code,
            Area.code,
            func.sum(case((IncidentMember.ended_at.is_(None), 1), else_=0)),
        )
        .join(Point, Point.id == IncidentMember.point_id)
        .join(Site, Site.id == Point.site_id)
        .join(Area, Area.id == Site.area_id)
        .where(IncidentMember.incident_id.in_(incident_ids))
        .group_by(IncidentMember.incident_id, Point.code, Area.code)
        .order_by(IncidentMember.incident_id, Point.code)
    )


def roles_of(session: Session, names: Collection[str]) -> dict[str, str]:
    query = select(Account.name, Account.role).where(Account.name.in_(names))
    return {row[0]: row[1] for row in session.execute(query)}


def published(session: Session, city: City, after: int, most: int) -> list[str]:
    """What was sent, as JSON, in order; of the numbers after `after`."""
    query = (
        select(IncidentEvent.sent_as)
        .join(Incident, Incident.id == IncidentEvent.incident_id)
        .where(Incident.city_id == city.id, IncidentEvent.sequence > after)
    )
    return list(session.scalars(query.order_by(IncidentEvent.sequence).limit(most)))


def last_number(session: Session) -> int:
    """0 before anything happened."""
    return session.scalar(select(func.max(IncidentEvent.sequence))) or 0
