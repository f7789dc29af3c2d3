"""One incident whole: its members, its history, who was told what, what citizens and other systems say of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.paging import paged
from hotspot.analytics.root_cause import Proposal, from_json
from hotspot.store.alerts.incident_pages import DISTRICT, joined
from hotspot.store.models import (
    AccessPoint,
    Account,
    AlertChannel,
    AlertRule,
    Area,
    FaultReport,
    Incident,
    IncidentEvent,
    IncidentMember,
    OutboxMessage,
    Point,
    Provider,
    Ticket,
    TicketSource,
)

MEMBERS, EVENTS, MESSAGES, REPORTS = 50, 200, 200, 50


@dataclass(frozen=True, slots=True)
class Member:
    """`ap_name`, point and area are empty where it has none; `value` is what a rule read."""

    id: int
    subject: str
    label: str
    ap_name: str
    point_code: str
    point_name: str
    area_code: str
    area: str
    district: str
    provider: str
    since: int
    ended_at: int | None
    value: str


@dataclass(frozen=True, slots=True)
class MemberPage:
    rows: list[Member]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Event:
    """`told` counts the messages that it caused; `actor` is empty for the service itself."""

    id: int
    at: int
    kind: str
    actor: str
    text: str
    data: Mapping[str, Any]
    told: int


@dataclass(frozen=True, slots=True)
class Message:
    """Who was told: a person (`to`) or everybody whom a channel reaches. `why` is the route; no address is here."""

    id: int
    to: str
    channel: str
    event: str
    why: str
    state: str
    created_at: int
    sent_at: int | None
    error: str


@dataclass(frozen=True, slots=True)
class Reported:
    point_code: str
    point_name: str
    at: int
    kind: str
    people: int
    comment: str
    state: str


@dataclass(frozen=True, slots=True)
class TicketRow:
    source: str
    ref: str
    title: str
    url: str
    opened_at: int
    closed_at: int | None


def members_page(session: Session, incident_id: int, *, page: int = 1, per_page: int = MEMBERS) -> MemberPage:
    """Those that have not ended first, in the order in which they began."""
    mine = IncidentMember.incident_id == incident_id
    total = session.scalar(select(func.count()).select_from(IncidentMember).where(mine)) or 0
    page, pages = paged(total, page, per_page)
    columns = (
        IncidentMember.id,
        IncidentMember.subject,
        IncidentMember.label,
        *(
            func.coalesce(column, "")
            for column in (
                AccessPoint.name, Point.code, Point.name, Area.code, Area.name, DISTRICT.name, Provider.name,
            )
        ),
        IncidentMember.since,
        IncidentMember.ended_at,
        IncidentMember.value,
    )  # fmt: skip
    order = (IncidentMember.ended_at.is_not(None), IncidentMember.since, IncidentMember.id)
    query = joined(select(*columns)).where(mine).order_by(*order).offset((page - 1) * per_page).limit(per_page)
    return MemberPage([Member(*row) for row in session.execute(query)], total, page, pages)


def causes(session: Session, incident_id: int) -> tuple[Proposal, ...]:
    """The proposed root causes, the likeliest first."""
    return from_json(session.scalar(select(Incident.cause).where(Incident.id == incident_id)) or "")


def rule_of(session: Session, incident_id: int) -> tuple[int, str] | None:
    """Id and name of the rule that found it; None for outages."""
    query = select(AlertRule.id, AlertRule.name).join(Incident, Incident.rule_id == AlertRule.id)
    row = session.execute(query.where(Incident.id == incident_id)).one_or_none()
    return (row.id, row.name) if row else None


def events_of(session: Session, incident_id: int, most: int = EVENTS) -> list[Event]:
    """The newest first."""
    told = (
        select(func.count())
        .where(OutboxMessage.event_id == IncidentEvent.id, OutboxMessage.incident_id == incident_id)
        .scalar_subquery()
    )
    query = select(IncidentEvent, told).where(IncidentEvent.incident_id == incident_id)
    rows = session.execute(query.order_by(IncidentEvent.id.desc()).limit(most))
    return [
        Event(one.id, one.at, one.kind, one.actor, one.text, json.loads(one.data) if one.data else {}, count)
        for one, count in rows
    ]


def messages_of(session: Session, incident_ids: Sequence[int], most: int = MESSAGES) -> list[Message]:
    """Of an incident and those merged into it, the newest first; what waits, was held back or collected, too."""
    one = OutboxMessage
    names = (func.coalesce(column, "") for column in (Account.name, AlertChannel.name))
    query: Select[*tuple[Any, ...]] = (
        select(one.id, *names, one.event, one.why, one.state, one.created_at, one.sent_at, one.error)
        .outerjoin(Account, Account.id == one.account_id)
        .outerjoin(AlertChannel, AlertChannel.id == one.channel_id)
        .where(one.incident_id.in_(incident_ids))
        .order_by(one.id.desc())
        .limit(most)
    )
    return [Message(*row) for row in session.execute(query)]


def reports_of(session: Session, incident_ids: Sequence[int], most: int = REPORTS) -> list[Reported]:
    """What citizens said of its points, the newest first."""
    said = FaultReport
    query = (
        select(Point.code, Point.name, said.at, said.kind, said.n, said.comment, said.state)
        .join(Point, Point.id == said.point_id)
        .where(said.incident_id.in_(incident_ids))
        .order_by(said.at.desc(), said.id.desc())
        .limit(most)
    )
    return [Reported(*row) for row in session.execute(query)]


def tickets_of(session: Session, incident_ids: Sequence[int]) -> list[TicketRow]:
    """Of other agencies' systems, open ones first."""
    query = (
        select(TicketSource.name, Ticket.ref, Ticket.title, Ticket.url, Ticket.opened_at, Ticket.closed_at)
        .join(TicketSource, TicketSource.id == Ticket.source_id)
        .where(Ticket.incident_id.in_(incident_ids))
        .order_by(Ticket.closed_at.is_not(None), Ticket.opened_at.desc(), Ticket.id.desc())
    )
    return [TicketRow(*row) for row in session.execute(query)]


def merged_into(session: Session, incident_id: int) -> list[tuple[int, str]]:
    """Number and name of those that were merged into it."""
    query = select(Incident.id, Incident.name).where(Incident.merged_into_id == incident_id).order_by(Incident.id)
    return [(row.id, row.name) for row in session.execute(query)]
