"""What was told to whom of an incident, and what is still to be told: what the step that writes messages asks."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.incident_words import TELLING
from hotspot.analytics.routing import HOUR_S, OPENING, Happening, Recipient
from hotspot.store.alerts.incident_events import QUIET
from hotspot.store.models import (
    Account,
    Area,
    City,
    Incident,
    IncidentEvent,
    IncidentMember,
    MessageTemplate,
    OutboxMessage,
    Point,
    Site,
)

MOST = 500  # events at a look
COUNTED = ("waiting", "sent", "given_up")  # states of messages that are on their way or were


@dataclass(frozen=True, slots=True)
class Pending:
    """An event that nobody was told of yet; `route_id` is whom one that escalated is for."""

    id: int
    incident_id: int
    at: int
    kind: str
    route_id: int | None


def pending(session: Session, city: City) -> list[Pending]:
    """In their order. What causes no message is marked so."""
    query = (
        select(IncidentEvent.id, IncidentEvent.incident_id, IncidentEvent.at, IncidentEvent.kind, IncidentEvent.data)
        .join(Incident, Incident.id == IncidentEvent.incident_id)
        .where(IncidentEvent.told_at.is_(None), Incident.city_id == city.id)
        .order_by(IncidentEvent.id)
        .limit(MOST)
    )
    rows = session.execute(query).all()
    if silent := [row.id for row in rows if row.kind not in TELLING]:
        mark(session, silent, QUIET)
    return [
        Pending(row.id, row.incident_id, row.at, row.kind, json.loads(row.data or "{}").get("route"))
        for row in rows
        if row.kind in TELLING
    ]


def mark(session: Session, event_ids: Collection[int], told_at: int) -> None:
    session.execute(update(IncidentEvent).where(IncidentEvent.id.in_(event_ids)).values(told_at=told_at))


def happenings(session: Session, incident_ids: Collection[int]) -> dict[int, Happening]:
    """What the incidents are and where their members are, as "opened"; not of those merged into another."""
    query = select(Incident.id, Incident.kind, Incident.severity, Incident.shared, Incident.shared_key)
    rows = session.execute(query.where(Incident.id.in_(incident_ids), Incident.merged_into_id.is_(None))).all()
    places = (
        select(IncidentMember.incident_id, Area.code, Point.provider_id)
        .join(Point, Point.id == IncidentMember.point_id)
        .join(Site, Site.id == Point.site_id)
        .join(Area, Area.id == Site.area_id)
        .where(IncidentMember.incident_id.in_(incident_ids))
        .distinct()
    )
    areas: dict[int, set[str]] = defaultdict(set)
    providers: dict[int, set[int]] = defaultdict(set)
    for incident_id, code, provider_id in session.execute(places):
        areas[incident_id].add(code)
        if provider_id is not None:
            providers[incident_id].add(provider_id)
    for row in rows:
        if row.shared == "provider" and row.shared_key.isascii() and row.shared_key.isdigit():
            providers[row.id].add(int(row.shared_key))
    return {
        row.id: Happening("opened", row.kind, row.severity, frozenset(areas[row.id]), frozenset(providers[row.id]))
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Message:
    """A row of the outbox about an incident. `digest_state` is that of the message in which it is told."""

    id: int
    incident_id: int
    event: str
    route_id: int | None
    recipient: Recipient
    state: str
    held: str
    digest_id: int | None
    digest_state: str | None
    digest_at: int | None
    created_at: int
    attempts: int

    @property
    def is_opening(self) -> bool:
        return self.event in OPENING

    @property
    def is_told(self) -> bool:
        """Whether its recipient knows of it, or will."""
        state = self.digest_state if self.state == "collected" else self.state
        return state in ("waiting", "sent")


def messages_of(session: Session, incident_id: int) -> list[Message]:
    """Of the incident and of those merged into it, in the order in which they were written."""
    whose = select(Incident.id).where((Incident.id == incident_id) | (Incident.merged_into_id == incident_id))
    return of_outbox(session, OutboxMessage.incident_id.in_(whose))


def messages_in(session: Session, digest_id: int) -> list[Message]:
    return of_outbox(session, OutboxMessage.digest_id == digest_id)


def of_outbox(session: Session, which: ColumnElement[bool]) -> list[Message]:
    within = select(OutboxMessage.id, OutboxMessage.state, OutboxMessage.next_at).subquery()
    query = select(OutboxMessage, within.c.state, within.c.next_at).outerjoin(
        within, within.c.id == OutboxMessage.digest_id
    )
    rows = session.execute(query.where(which, OutboxMessage.incident_id.is_not(None)).order_by(OutboxMessage.id))
    return [
        Message(
            id=row.id,
            incident_id=row.incident_id,
            event=row.event,
            route_id=row.route_id,
            recipient=Recipient(row.channel_id, row.account_id),
            state=row.state,
            held=row.error if row.state == "held_back" else "",
            digest_id=row.digest_id,
            digest_state=state,
            digest_at=at,
            created_at=row.created_at,
            attempts=row.attempts,
        )
        for row, state, at in rows
    ]


def sent_lately(session: Session, city: City, now: int) -> dict[tuple[int, Recipient], int]:
    """How many messages went out in the last hour by a route to a recipient; recoveries and storms are not counted."""
    query = select(OutboxMessage.route_id, OutboxMessage.channel_id, OutboxMessage.account_id, func.count()).where(
        OutboxMessage.city_id == city.id,
        OutboxMessage.created_at > now - HOUR_S,
        OutboxMessage.state.in_(COUNTED),
        OutboxMessage.event.in_((*OPENING, "digest")),
        OutboxMessage.route_id.is_not(None),
    )
    rows = session.execute(query.group_by(OutboxMessage.route_id, OutboxMessage.channel_id, OutboxMessage.account_id))
    return {(route_id or 0, Recipient(channel, account)): n for route_id, channel, account, n in rows}


def collecting(
    session: Session, event: str, route_id: int, recipient: Recipient, *, after: int, since: int = 0
) -> OutboxMessage | None:
    """The recipient's newest message of several events, a digest or a storm, that was made after `since`.

    With `after`: one that waits and will not go out before.
    """
    query = select(OutboxMessage).where(
        OutboxMessage.event == event,
        OutboxMessage.route_id == route_id,
        OutboxMessage.channel_id.is_not_distinct_from(recipient.channel_id),
        OutboxMessage.account_id.is_not_distinct_from(recipient.account_id),
        OutboxMessage.created_at > since,
    )
    if after:
        query = query.where(
            OutboxMessage.state == "waiting", OutboxMessage.attempts == 0, OutboxMessage.next_at > after
        )
    return session.scalars(query.order_by(OutboxMessage.id.desc()).limit(1)).first()


def templates(session: Session, city: City) -> dict[tuple[str, str], tuple[str, str]]:
    """The city's own words by event and language: subject and body."""
    query = select(MessageTemplate).where(MessageTemplate.city_id == city.id)
    return {(row.event, row.language): (row.subject, row.body) for row in session.scalars(query)}


def announced(session: Session, city: City) -> Mapping[int, int]:
    """Of open incidents that nobody acknowledged: when people were told of them, or that they were back."""
    query = (
        select(Incident.id, func.max(IncidentEvent.told_at))
        .join(IncidentEvent, IncidentEvent.incident_id == Incident.id)
        .where(
            Incident.city_id == city.id,
            Incident.recovered_at.is_(None),
            Incident.acknowledged_at.is_(None),
            Incident.merged_into_id.is_(None),
            IncidentEvent.kind.in_(("opened", "reopened")),
            IncidentEvent.told_at > QUIET,
        )
        .group_by(Incident.id)
    )
    return {incident_id: at or 0 for incident_id, at in session.execute(query)}


def escalated(session: Session, incident_ids: Collection[int]) -> set[tuple[int, int]]:
    """Incident and route, of those that were."""
    query = select(IncidentEvent.incident_id, IncidentEvent.data)
    rows = session.execute(query.where(IncidentEvent.incident_id.in_(incident_ids), IncidentEvent.kind == "escalated"))
    return {(incident_id, json.loads(data or "{}").get("route", 0)) for incident_id, data in rows}


def replace_by(session: Session, message_ids: Collection[int], newer: int) -> None:
    """What waits for a channel that can't send is told within a newer message instead."""
    waiting = (OutboxMessage.id.in_(message_ids), OutboxMessage.state == "waiting", OutboxMessage.attempts == 0)
    session.execute(update(OutboxMessage).where(*waiting).values(state="collected", digest_id=newer))


def left_behind(session: Session, city: City) -> list[int]:
    """Messages that wait for people whose accounts were disabled since."""
    query = select(OutboxMessage.id).join(Account, Account.id == OutboxMessage.account_id)
    waiting = query.where(OutboxMessage.city_id == city.id, OutboxMessage.state == "waiting", ~Account.active)
    return list(session.scalars(waiting))
